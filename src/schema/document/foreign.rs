//! Patterns that are none of ECMA-262, which is the language of JSON Schema's: the engine here reads them, another validator refuses them or reads them otherwise.

use std::iter::Peekable;
use std::str::Chars;

use super::patterns;
use super::places::Places;

/// The patterns of a document that are none of ECMA-262, each with what is not.
pub(super) fn of(places: &Places<'_>) -> Vec<(String, &'static str)> {
    patterns::of(places).filter_map(|(_, _, pattern)| Some((pattern.to_owned(), foreign(pattern)?))).collect()
}

/// What of a pattern ECMA-262 does not know, or reads otherwise.
fn foreign(pattern: &str) -> Option<&'static str> {
    let mut letters = pattern.chars().peekable();
    let mut is_repeated = false;
    while let Some(letter) = letters.next() {
        let found = match letter {
            '\\' => escape(&mut letters, "dDwWsSbBtnvfrcxukpP"),
            '(' if letters.next_if_eq(&'?').is_some() => group(&mut letters),
            '[' => class(&mut letters),
            '+' if is_repeated => Some("a repetition that gives nothing back"),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        is_repeated = match letter {
            '*' | '+' | '}' => true,
            // Behind a repetition it makes that one lazy.
            '?' => !is_repeated,
            _ => false,
        };
    }
    None
}

/// Behind a backslash: a letter has to be one that ECMA-262 gives a meaning to.
fn escape(letters: &mut Peekable<Chars<'_>>, known: &str) -> Option<&'static str> {
    let letter = letters.next()?;
    if letter.is_ascii_alphabetic() && !known.contains(letter) {
        return Some("a letter behind `\\` that has no meaning");
    }
    (letter == 'x' && letters.peek() == Some(&'{')).then_some("`\\x{…}`")
}

/// Behind `(?`: a group without a number, a look around, or a name.
fn group(letters: &mut Peekable<Chars<'_>>) -> Option<&'static str> {
    letters.next_if(|letter| matches!(letter, ':' | '=' | '!' | '<')).is_none().then_some("a group of another language")
}

/// Behind `[`, up to its end.
fn class(letters: &mut Peekable<Chars<'_>>) -> Option<&'static str> {
    letters.next_if_eq(&'^');
    if letters.peek() == Some(&']') {
        return Some("a class without a letter");
    }
    while let Some(letter) = letters.next() {
        let found = match letter {
            ']' => return None,
            '\\' => escape(letters, "dDwWsSbtnvfrcxupP"),
            '[' => Some("a class within a class"),
            '&' | '-' | '~' if letters.peek() == Some(&letter) => Some("an operation on classes"),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ecmascript_knows_is_not_foreign() {
        for pattern in [
            "",
            "^[a-z]{2,4}-\\d+$",
            "(?:a|b)*?",
            "(?=a)(?!b)(?<=c)(?<!d)(?<name>e)\\k<name>",
            "\\u{1F600}\\x41\\cA\\p{L}\\P{Lu}\\0\\1",
            "a+?b*?c??d{2}?",
            "[^\\]\\-\\w.+*?(){}&-]",
            "\\/\\.\\-\\+\\@",
            "[a-z-]",
            "a{2}b+",
            "(a+)+",
            "\\++",
            "[+]+",
        ] {
            assert_eq!(foreign(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn what_other_languages_know_is_foreign() {
        for pattern in [
            "(?P<x>a)",
            "(?i)a",
            "(?>a)",
            "(?#a)",
            "(?i:a)",
            "\\Aa",
            "a\\z",
            "a\\Z",
            "\\h",
            "\\R",
            "\\Qa\\E",
            "\\x{41}",
            "a++",
            "a*+",
            "a?+",
            "a{1,2}+",
            "[[:alpha:]]",
            "[a&&b]",
            "[a--b]",
            "[a~~b]",
            "[a[b]]",
            "[]a]",
            "[^]a]",
            "[\\h]",
            "[\\B]",
        ] {
            assert!(foreign(pattern).is_some(), "{pattern}");
        }
    }
}
