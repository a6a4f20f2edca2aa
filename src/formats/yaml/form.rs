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
    pub(super) fn of(style: ScalarStyle, tag: Option<&Tag>, first_line: impl Fn() -> usize) -> Self {
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

/// The lines of a text.
pub(super) struct Lines<'t> {
    text: &'t str,
    /// Where each begins.
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends = |at: &usize| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
        let behind = memchr::memchr2_iter(b'\n', b'\r', bytes).filter(ends).map(|at| at + 1);
        Self { text, starts: [0].into_iter().chain(behind).collect() }
    }

    pub(super) fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line below the `|` or `>` of a block whose anchor or tag stands on this line.
    pub(super) fn below_sign(&self, line: usize) -> usize {
        let mut lines = (line..=self.count()).skip_while(|line| !self.line(*line).is_some_and(ends_in_sign));
        lines.next().unwrap_or(line) + 1
    }

    fn line(&self, line: usize) -> Option<&'t str> {
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        self.text.get(*self.starts.get(line.checked_sub(1)?)?..end)
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
