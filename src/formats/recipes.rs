//! The names that a Makefile, a justfile and a package.json give to commands.

use serde_json::Value;

use super::json;

/// The targets of a Makefile, as far as they are written out; what it includes is not followed.
pub(crate) fn makefile(text: &str) -> Vec<&str> {
    let rules = plain_lines(text).filter(|line| !line.starts_with(['\t', ' ', '#', '.', '-'])).filter_map(|line| line.split_once(':'));
    // Neither a variable nor one of a target: `A := 1`, `smoke: A = 1`.
    let rules = rules.filter(|(names, rest)| !rest.contains('=') && !names.contains(['=', '$', '%']));
    let rules = rules.filter(|(names, _)| !DIRECTIVES.contains(&names.split_whitespace().next().unwrap_or_default()));
    rules.flat_map(|(names, _)| names.split_whitespace()).collect()
}

/// Words of make's own that may begin a line with a colon in it.
const DIRECTIVES: [&str; 8] = ["export", "include", "override", "private", "sinclude", "undefine", "unexport", "vpath"];

/// The lines that mean what they say: none that goes on one before it, or stands in a `define` or below a condition.
fn plain_lines(text: &str) -> impl Iterator<Item = &str> {
    let (mut depth, mut goes_on) = (0_usize, false);
    text.lines().filter(move |line| {
        let is_continued = std::mem::replace(&mut goes_on, line.ends_with('\\'));
        let mut words = line.split_whitespace().skip_while(|word| matches!(*word, "export" | "override" | "private"));
        match words.next().unwrap_or_default() {
            _ if is_continued => return false,
            "define" | "ifdef" | "ifndef" | "ifeq" | "ifneq" => depth += 1,
            "endef" | "endif" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    })
}

/// The recipes of a justfile that can be run without an argument.
pub(crate) fn justfile(text: &str) -> Vec<&str> {
    let lines = text.lines().filter(|line| !line.starts_with([' ', '\t', '#', '[']));
    let heads = lines.filter_map(|line| line.split_once(':')).filter(|(_, rest)| !rest.starts_with('='));
    let names = heads.filter_map(|(head, _)| {
        let mut words = head.trim_start_matches('@').split_whitespace();
        let name = words.next()?;
        words.all(|word| word.contains('=') || word.starts_with('*')).then_some(name)
    });
    names.collect()
}

/// The scripts of a package.json: name and command.
///
/// # Errors
/// Why it cannot be read.
pub(crate) fn package_json(text: &str) -> Result<Vec<(String, String)>, String> {
    let read = json::parse(text).map_err(|fault| format!("line {}: {}", fault.line, fault.message))?;
    let scripts = read.get("scripts").and_then(Value::as_object).into_iter().flatten();
    Ok(scripts.filter_map(|(name, command)| Some((name.clone(), command.as_str()?.to_owned()))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_told_from_variables_and_recipes() {
        let text = "CC := cc\nX:=1\n.PHONY: smoke\nsmoke test: build\n\techo a: b\n# old: x\n%.o: %.c\nall::\n\nA = b:c\n$(B): c\n";
        assert_eq!(makefile(text), ["smoke", "test", "all"]);
        for text in [
            "define X\nsmoke: a\nendef\n",
            "ifdef CI\nsmoke:\nendif\n",
            "export smoke: x\n",
            "-include smoke: x\n",
            "smoke: VAR := 1\n",
            "export define X\nsmoke: a\nendef\n",
            "override define X =\nsmoke: a\nendef\n",
            "vpath smoke: a\n",
            "A = b \\\nsmoke: x\n",
        ] {
            assert!(makefile(text).is_empty(), "{text}");
        }
        assert_eq!(makefile("ifdef CI\nX = 1\nelse\nX = 2\nendif\nsmoke: ; true\n"), ["smoke"]);
    }

    #[test]
    fn recipes_that_need_an_argument_are_left_out() {
        let text = "set shell := ['sh']\nx := 'a'\n@smoke *args: build\n    echo a: b\ntest mode='fast':\ndeploy where:\n[private]\nalias t := test\n";
        assert_eq!(justfile(text), ["smoke", "test"]);
    }

    #[test]
    fn scripts_are_those_that_are_text() {
        let text = r#"{"scripts": {"smoke": "node a.js", "odd": 1}}"#;
        assert_eq!(package_json(text), Ok(vec![("smoke".to_owned(), "node a.js".to_owned())]));
        assert_eq!(package_json("{}"), Ok(Vec::new()));
        assert!(package_json("{").is_err());
    }
}
