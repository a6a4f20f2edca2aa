//! The logical lines of a requirements file, as pip makes them: joined, without comments, variables filled in.

use std::borrow::Cow;

use crate::formats::lockfiles::text::Lines;

/// A line; one that says nothing is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line<'t> {
    /// Where it begins, from 1.
    pub(super) number: usize,
    pub(super) text: Cow<'t, str>,
}

/// The next line: joined where a backslash continues it, then without its comment (pip's `preprocess`). A line that is a comment ends what it
/// would continue.
pub(super) fn logical<'t>(lines: &mut Lines<'t>) -> Option<Line<'t>> {
    joined(lines).map(|(number, whole)| Line { number, text: without_comment(whole) })
}

fn joined<'t>(lines: &mut Lines<'t>) -> Option<(usize, Cow<'t, str>)> {
    let mut open: Option<(usize, String)> = None;
    for (number, line) in lines.by_ref() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let is_comment = line.trim_start().starts_with('#');
        match (&mut open, line.strip_suffix('\\').filter(|_| !is_comment)) {
            (None, None) => return Some((number, Cow::Borrowed(line))),
            (None, Some(part)) => open = Some((number, part.trim_end_matches('\\').to_owned())),
            (Some((_, so_far)), Some(part)) => so_far.push_str(part.trim_end_matches('\\')),
            (Some((_, so_far)), None) => {
                // What begins as a comment stays one.
                so_far.push_str(if is_comment { " " } else { "" });
                so_far.push_str(line);
                break;
            }
        }
    }
    open.map(|(number, joined)| (number, Cow::Owned(joined)))
}

/// `#` at the start or after a blank begins a comment.
fn without_comment(text: Cow<'_, str>) -> Cow<'_, str> {
    let end = text.match_indices('#').map(|(at, _)| at).find(|at| text[..*at].chars().next_back().is_none_or(char::is_whitespace));
    let cut = |text: &str| text[..end.unwrap_or(text.len())].trim().len();
    let (start, length) = (text.len() - text.trim_start().len(), cut(&text));
    match text {
        _ if length == 0 => Cow::Borrowed(""),
        Cow::Borrowed(text) => Cow::Borrowed(&text[start..start + length]),
        Cow::Owned(text) => Cow::Owned(text[start..start + length].to_owned()),
    }
}

/// Whether a text has a variable in it that pip fills in: `${UPPER_CASE}`.
pub(super) fn variable(text: &str) -> Option<&str> {
    let is_of_name = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    text.match_indices("${").find_map(|(start, _)| {
        let name = text.as_bytes()[start + 2..].iter().take_while(|byte| is_of_name(byte)).count();
        let end = start + 2 + name;
        (name > 0 && text.as_bytes().get(end) == Some(&b'}')).then(|| &text[start..=end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::lockfiles::text;

    fn read(text: &str) -> Vec<(usize, String)> {
        let mut lines = text::lines(text.trim_start_matches('\u{feff}'));
        std::iter::from_fn(|| logical(&mut lines))
            .filter(|line| !line.text.is_empty())
            .map(|line| (line.number, line.text.into_owned()))
            .collect()
    }

    #[test]
    fn a_backslash_continues_and_a_comment_line_ends_it() {
        assert_eq!(
            read("a==1 \\\n  --hash=x\r\nb # c\n#d\n\n e#egg=f\n"),
            [(1, "a==1   --hash=x".into()), (3, "b".into()), (6, "e#egg=f".into())]
        );
        assert_eq!(read("a==1 \\\n# why \\\nb==2\n"), [(1, "a==1".into()), (3, "b==2".into())]);
        assert_eq!(read("\u{feff}a==1 \\"), [(1, "a==1".into())]);
        assert_eq!(read("# only\n   \n"), []);
    }

    #[test]
    fn only_braces_and_capitals_are_a_variable() {
        assert_eq!(variable("a==${VER_1}"), Some("${VER_1}"));
        assert_eq!(variable("a==${ver} $VER %VER% ${A}"), Some("${A}"));
        assert_eq!(variable("a==${ver} $VER %VER%"), None);
    }
}
