//! The text of a lockfile before it is read, and its words in a message.

use std::borrow::Cow;

use super::super::fault::Fault;

/// The text behind a byte order mark, where it can be a lockfile of text at all: no NUL, no marks of a merge.
pub(super) fn whole(text: &str) -> Result<&str, Fault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(at) = memchr::memchr(0, text.as_bytes()) {
        return Err(Fault::on(line_of(text, at), "a NUL byte stands in the text"));
    }
    for mark in ["<<<<<<<", ">>>>>>>"] {
        let starts = |at: &usize| *at == 0 || text.as_bytes()[at - 1] == b'\n';
        if let Some(at) = memchr::memmem::find_iter(text.as_bytes(), mark).find(starts) {
            return Err(Fault::on(line_of(text, at), format!("a merge was not finished: `{mark}` stands here")));
        }
    }
    if text.trim().is_empty() {
        return Err(Fault::on(1, "the text is empty"));
    }
    Ok(text)
}

fn line_of(text: &str, at: usize) -> usize {
    memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count() + 1
}

/// The lines of a text, each with its number from 1 and without what ends it.
pub(super) fn lines(text: &str) -> Lines<'_> {
    Lines { rest: text, number: 0 }
}

/// As `str::lines`, only faster.
#[derive(Clone)]
pub(super) struct Lines<'t> {
    pub(super) rest: &'t str,
    /// Of the line that was given last.
    pub(super) number: usize,
}

impl<'t> Iterator for Lines<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', self.rest.as_bytes());
        let (line, rest) = end.map_or((self.rest, ""), |end| (&self.rest[..end], &self.rest[end + 1..]));
        self.rest = rest;
        self.number += 1;
        let line = if end.is_some() { line.strip_suffix('\r').unwrap_or(line) } else { line };
        Some((self.number, line))
    }
}

/// A part of a text, held as the text itself is.
pub(super) fn part<'t>(text: &Cow<'t, str>, part: &str) -> Cow<'t, str> {
    let Cow::Borrowed(text) = text else { return Cow::Owned(part.to_owned()) };
    let at = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize);
    let held = at.and_then(|at| text.get(at..at + part.len())).filter(|held| *held == part);
    held.map_or_else(|| Cow::Owned(part.to_owned()), Cow::Borrowed)
}

/// Strangers' words in backticks: not too long, nothing that moves a cursor.
pub(super) fn shown(words: &str) -> String {
    const LONGEST: usize = 100;
    let plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\'' | b'\\');
    if words.len() <= LONGEST && words.as_bytes().iter().all(plain) {
        return format!("`{words}`");
    }
    let cut = words.char_indices().nth(LONGEST).map_or(words, |(at, _)| &words[..at]);
    let dots = if cut.len() < words.len() { "…" } else { "" };
    format!("`{}{dots}`", cut.escape_debug())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_cannot_be_a_lockfile_is_refused_with_its_line() {
        assert_eq!(whole("a\n\0").unwrap_err().line, 2);
        assert_eq!(whole("a\n\n<<<<<<< HEAD\n").unwrap_err().line, 3);
        assert!(whole("").is_err() && whole("\u{feff} \r\n").is_err() && whole("\u{feff}a <<<<<<<\n").unwrap().starts_with('a'));
    }

    #[test]
    fn lines_are_those_of_the_library() {
        for text in ["", "\n", "a", "a\n", "a\r\n\r\nb\r", "\n\na\n \n", "é\r\n\u{2028}x\rb\n"] {
            assert!(lines(text).eq((1..).zip(text.lines())), "{text:?}");
        }
    }

    #[test]
    fn a_part_is_borrowed_where_the_text_is() {
        let text = "abc".to_owned();
        let borrowed = Cow::Borrowed(text.as_str());
        assert!(matches!(part(&borrowed, &borrowed[1..2]), Cow::Borrowed("b")));
        assert!(matches!(part(&borrowed, "z"), Cow::Owned(part) if part == "z"));
        assert!(matches!(part(&Cow::Owned(text.clone()), "b"), Cow::Owned(part) if part == "b"));
    }

    #[test]
    fn words_are_shown_short_and_harmless() {
        assert_eq!(shown("a b"), "`a b`");
        assert_eq!(shown("a\u{1b}[31m\n"), "`a\\u{1b}[31m\\n`");
        assert_eq!(shown(&"é".repeat(101)), format!("`{}…`", "é".repeat(100)));
        assert_eq!(shown(&"a".repeat(100)), format!("`{}`", "a".repeat(100)));
    }
}
