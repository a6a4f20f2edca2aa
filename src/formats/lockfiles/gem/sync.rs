//! Whether a Gemfile.lock is of the Gemfile beside it, so far as that is made of plain lines.

use std::collections::{BTreeMap, BTreeSet};

use super::super::text::shown;
use super::super::{Sync, sync_of};
use super::parsed;

/// Whether the lock answers the Gemfile beside it. A Gemfile is Ruby: where it holds more than plain lines, nobody can tell without running it.
pub(crate) fn in_sync(lock: &str, manifest: &str) -> Sync {
    let text = match parsed(lock) {
        Ok(text) => text,
        Err(fault) => return Sync::CannotTell(format!("the lock is not read: {fault}")),
    };
    let mut wanted: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (at, line) in manifest.strip_prefix('\u{feff}').unwrap_or(manifest).lines().enumerate() {
        match literal(line.trim()) {
            Some(Line::Gem(name, requirements)) if !wanted.contains_key(name) => drop(wanted.insert(name, requirements)),
            Some(Line::Nothing) => {}
            Some(Line::Gem(..)) | None => {
                return Sync::CannotTell(format!(
                    "line {} of the Gemfile is more than a plain `gem \"name\"`, and would have to be run",
                    at + 1
                ));
            }
        }
    }
    let mut differs = Vec::new();
    for (name, asked) in &wanted {
        match text.dependencies.get(name) {
            None => differs.push(format!("{} of the Gemfile is not in the lock", shown(name))),
            Some((_, locked)) if requirements(locked.split(',')) != *asked => {
                let asked = asked.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
                let words = [*name, &asked, locked].map(shown);
                differs.push(format!("the Gemfile asks for {} ({}), and the lock was made for ({})", words[0], words[1], words[2]));
            }
            Some(_) => {}
        }
    }
    let gone = text.dependencies.keys().filter(|name| !wanted.contains_key(**name));
    differs.extend(gone.map(|name| format!("{} of the lock is not in the Gemfile", shown(name))));
    sync_of(differs)
}

/// Requirements as bundler compares them: a bare version is `= version`, and `>= 0` is none.
fn requirements<'a>(parts: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let whole = |part: &str| {
        let number = part.trim_start_matches(['=', '!', '>', '<', '~']);
        let sign = &part[..part.len() - number.len()];
        format!("{} {}", if sign.is_empty() { "=" } else { sign }, number.trim())
    };
    parts.map(str::trim).filter(|part| !part.is_empty()).map(whole).filter(|part| part != ">= 0").collect()
}

enum Line<'a> {
    Nothing,
    Gem(&'a str, BTreeSet<String>),
}

/// `group :test, :development do`.
fn is_group(line: &str) -> bool {
    let names = line.strip_prefix("group ").and_then(|rest| rest.strip_suffix(" do"));
    names.is_some_and(|names| names.split(',').all(|name| is_symbol(name.trim())))
}

fn is_symbol(text: &str) -> bool {
    text.strip_prefix(':').is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}

/// Whether all that is left of a call are options that change nothing of what is locked: `require: false, group: :test`.
fn are_of_no_matter(options: &str) -> bool {
    let is_value = |value: &str| {
        let bare = value.trim_matches(['"', '\'']);
        matches!(value, "true" | "false" | "nil")
            || is_symbol(value)
            || (bare.len() + 2 == value.len() && !bare.contains(['#', '\\', '"', '\'']))
    };
    let is_one = |option: &str| {
        let option = option.trim();
        let pair = option.split_once(": ").or_else(|| option.strip_prefix(':')?.split_once(" => "));
        pair.is_some_and(|(key, value)| matches!(key.trim(), "require" | "group") && is_value(value.trim()))
    };
    options.split(',').all(is_one)
}

/// A line that says the same whenever it is run: `gem "name", "~> 1.0"`, `source "…"`, `ruby "…"`.
fn literal(line: &str) -> Option<Line<'_>> {
    // What groups are is no matter of the lock.
    if line.is_empty() || line.starts_with('#') || line == "end" || is_group(line) {
        return Some(Line::Nothing);
    }
    let (word, rest) = line.split_once([' ', '('])?;
    let rest = if line.as_bytes().get(word.len()) == Some(&b'(') { rest.trim_end().strip_suffix(')')? } else { rest };
    let mut words = Vec::new();
    let mut rest = rest.trim_start();
    loop {
        if !words.is_empty() && are_of_no_matter(rest) {
            break;
        }
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (inner, after) = rest[1..].split_once(quote)?;
        if inner.contains(['#', '\\']) {
            return None;
        }
        words.push(inner);
        let after = after.trim_start();
        match after.strip_prefix(',') {
            Some(after) => rest = after.trim_start(),
            None if after.is_empty() || after.starts_with('#') => break,
            None => return None,
        }
    }
    match (word, &words[..]) {
        ("gem", [name, versions @ ..]) => Some(Line::Gem(name, requirements(versions.iter().copied()))),
        ("source" | "ruby", [_]) => Some(Line::Nothing),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "GEM\n  remote: https://gems.example/\n  specs:\n    a (1.0)\n\nDEPENDENCIES\n  a (~> 1.0)\n  b (= 2.0, < 3)\n  c\n";

    #[test]
    fn plain_lines_of_a_gemfile_are_compared_and_others_are_not_guessed() {
        let sync = |gemfile: &str| in_sync(LOCK, gemfile);
        let plain = "# c\nsource \"https://gems.example\"\nruby '3.3'\n\ngem \"a\", \"~>1.0\" # c\ngem('b', '2.0', '< 3')\n";
        assert_eq!(sync(&format!("{plain}gem 'c'\n")), Sync::Yes);
        assert_eq!(sync(&format!("{plain}gem 'c', '>= 0'\n")), Sync::Yes);
        let Sync::No(says) = sync(&format!("{}gem 'd'\n", plain.replace("~>1.0", "~> 2.0"))) else { panic!() };
        assert!(says[0].contains("asks for `a` (`~> 2.0`)") && says[1].contains("`d`") && says[2].contains("`c` of the lock"));
        let grouped = format!("{plain}group :test, :dev do\n  gem 'c', require: false, :group => :x\nend\n");
        assert_eq!(sync(&grouped), Sync::Yes);
        for more in [
            "gem 'c', path: 'c'",
            "gem 'c', require: \"#{x}\"",
            "gem \"#{x}\"",
            "group x do",
            "if x",
            "gem 'a'",
            "eval_gemfile 'x'",
            "gem 'c' if x",
            "x",
        ] {
            assert!(matches!(sync(&format!("{plain}{more}\n")), Sync::CannotTell(_)), "{more}");
        }
    }
}
