//! How a heartbeat is written in gate.toml, and what it means.

use regex_automata::meta::Regex;

use crate::shown::shown;
use crate::supervise::trial::{Heartbeat, pattern};
use crate::world::RelPath;

/// Reads `stdout:REGEX` or `file:PATH`.
///
/// # Errors
/// What is wrong with it, in words.
pub(crate) fn heartbeat(text: &str) -> Result<Heartbeat, String> {
    match text.split_once(':') {
        Some(("stdout", "")) => Err("`stdout:` has no regular expression behind it".to_owned()),
        Some(("stdout", pattern)) => match expression(pattern) {
            Ok(regex) if regex.is_match("") => Err(format!("`{}` matches an empty line: every line would be a heartbeat", shown(pattern))),
            Ok(_) => Ok(Heartbeat::Stdout(pattern.to_owned())),
            Err(why) => Err(why),
        },
        Some(("file", path)) => match RelPath::parse(path) {
            Ok(path) if !path.is_root() => Ok(Heartbeat::File(path.as_str().to_owned())),
            Ok(_) => Err("`file:` has no path behind it".to_owned()),
            Err(error) => Err(error.to_string()),
        },
        _ => Err(format!("`{}` is neither `stdout:REGEX` nor `file:PATH`", shown(text))),
    }
}

/// The expression, or what is wrong with it in one line.
fn expression(text: &str) -> Result<Regex, String> {
    pattern(text).map_err(|error| {
        let why = error.syntax_error().map_or_else(|| "it is too large".to_owned(), |error| last_line(&error.to_string()));
        format!("`{}` is no regular expression: {why}", shown(text))
    })
}

/// What is wrong, without the picture of where.
fn last_line(text: &str) -> String {
    let line = text.lines().last().unwrap_or_default();
    shown(line.strip_prefix("error: ").unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heartbeat_is_a_line_or_a_file() {
        assert_eq!(heartbeat("stdout:^tick \\d+"), Ok(Heartbeat::Stdout("^tick \\d+".to_owned())));
        assert_eq!(heartbeat("file:./out//beat"), Ok(Heartbeat::File("out/beat".to_owned())));
    }

    #[test]
    fn what_says_nothing_is_refused_with_its_reason() {
        for (text, why) in [
            ("tick", "neither"),
            ("stderr:x", "neither"),
            ("stdout:", "no regular expression"),
            ("stdout:(", "unclosed group"),
            ("stdout:.*", "every line"),
            ("stdout:(?:x{1000}){1000}", "too large"),
            ("file:", "no path"),
            ("file:/tmp/beat", "absolute"),
            ("file:../beat", "leaves the root"),
        ] {
            let error = heartbeat(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
