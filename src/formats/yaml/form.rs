//! How a scalar is written, and where the text of a block begins.

use saphyr_parser::{ScalarStyle, Tag};

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Without quotes, block style and tag, so it may mean a number, a boolean or null.
    Plain,
    /// In quotes, or with the tag of a text.
    Quoted,
    /// `|`: each line of the text is one of the file, the first of them this one.
    Literal { first_line: usize },
    /// `>`: the text begins on this line.
    Folded { first_line: usize },
    /// With a tag that makes something else of it than a text.
    Tagged,
}

impl Form {
    pub(super) fn of(style: ScalarStyle, tag: Option<&Tag>, first_line: impl FnOnce() -> usize) -> Self {
        if tag.is_some_and(|tag| !(tag.is_yaml_core_schema() && tag.suffix == "str")) {
            return Self::Tagged;
        }
        match style {
            ScalarStyle::Plain if tag.is_none() => Self::Plain,
            ScalarStyle::Plain | ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Self::Quoted,
            ScalarStyle::Literal => Self::Literal { first_line: first_line() },
            ScalarStyle::Folded => Self::Folded { first_line: first_line() },
        }
    }
}

/// The parser's place of a block is its first line that is not blank; those above it are part of the text.
pub(super) fn first_line(line: usize, text: &str) -> usize {
    let blank = text.bytes().take_while(|byte| *byte == b'\n').count();
    line.saturating_sub(blank).max(1)
}

/// The lines of a text, gone through once.
pub(super) struct Lines<'t> {
    text: &'t str,
    pub(super) count: usize,
    /// The number of a line, and where it begins.
    at: (usize, usize),
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends = |at: &usize| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
        let count = memchr::memchr2_iter(b'\n', b'\r', bytes).filter(ends).count() + 1;
        Self { text, count, at: (1, 0) }
    }

    /// The line below the `|` or `>` of a block whose anchor or tag stands on this line; asked for in the order of the text.
    pub(super) fn below_sign(&mut self, line: usize) -> usize {
        let (mut number, mut start) = self.at;
        while let Some(rest) = self.text.get(start..) {
            let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
            self.at = (number, start);
            if number >= line && ends_in_sign(&rest[..end]) || end == rest.len() {
                break;
            }
            start += end + if rest[end..].starts_with("\r\n") { 2 } else { 1 };
            number += 1;
        }
        number + 1
    }
}

fn ends_in_sign(line: &str) -> bool {
    let line = if line.trim_start().starts_with('#') { "" } else { line };
    let code = line.split_once(" #").map_or(line, |(code, _)| code).trim_end();
    code.trim_end_matches(|c: char| c.is_ascii_digit() || c == '+' || c == '-').ends_with(['|', '>'])
}

#[cfg(test)]
mod tests {
    use super::super::{Value, parse};
    use super::*;

    fn form(text: &str) -> Form {
        let root = parse(text).unwrap().unwrap();
        match &root.get("a").unwrap_or(&root).value {
            Value::Scalar { form, .. } => *form,
            Value::Sequence(_) | Value::Mapping(_) => panic!("it is a scalar"),
        }
    }

    #[test]
    fn a_block_knows_the_line_on_which_its_text_begins() {
        for (text, first_line) in [
            ("a: |\n  x\n", 2),
            ("a: |\n\n\n  x\n", 2),
            ("a: |+\n\n  x\n\n", 2),
            ("a:\n  &b |2\n    x\nc: 1\n", 3),
            ("a: &b |\n  x\n", 2),
            ("a: &a |\r\n  x\r\nb: &b |\r\n  y\r\n", 2),
            ("a: &b # |\n  # |\n  !!str |- # c\n\n  x\n", 4),
        ] {
            assert_eq!(form(text), Form::Literal { first_line }, "{text:?}");
        }
        assert_eq!(form("a: >-  # c\n  x\n"), Form::Folded { first_line: 2 });
    }

    #[test]
    fn only_a_scalar_without_quotes_and_tag_is_plain() {
        let forms = ["x", "'x'", "!!str x", "!!int 1", "!x y"].map(form);
        assert_eq!(forms, [Form::Plain, Form::Quoted, Form::Quoted, Form::Tagged, Form::Tagged]);
    }
}
