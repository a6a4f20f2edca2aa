//! Plain text and reStructuredText, read for their labels only: every line is a line.

use super::prose::{Form, Line};

/// The lines of `text`. List bullets are dropped, `**bold**` at the start of a line is kept as bold, and
/// reStructuredText comments (`.. like this` and what is indented below) and literal blocks (below `::`) are left out.
pub(crate) fn lines(text: &str) -> Vec<Line> {
    let mut out = Vec::new();
    let (mut in_comment, mut literal, mut block) = (false, false, 0);
    for (i, raw) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let indented = raw.starts_with([' ', '\t']);
        let bare = raw.trim();
        literal = if bare.is_empty() || indented { literal } else { false };
        if literal && indented {
            continue;
        }
        literal |= bare.ends_with("::");
        block += usize::from(bare.is_empty());
        if bare.is_empty() || (in_comment && indented) {
            continue;
        }
        in_comment = bare == ".." || bare.starts_with(".. ");
        if in_comment {
            continue;
        }
        let item = ["- ", "* ", "+ "].iter().find_map(|bullet| bare.strip_prefix(bullet));
        block += usize::from(item.is_some());
        let form = match item {
            Some(_) => Form::Item { depth: 1, id: i + 1 },
            None => Form::Paragraph,
        };
        let (text, bold) = unbold(item.unwrap_or(bare));
        out.push(Line { number: i + 1, form, text, bold, block, ..Line::default() });
    }
    out
}

fn unbold(text: &str) -> (String, usize) {
    match text.strip_prefix("**").and_then(|rest| rest.split_once("**")) {
        Some((bold, rest)) => (format!("{bold}{rest}"), bold.len()),
        None => (text.to_owned(), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_left_out_and_bold_is_kept() {
        let lines = lines("**Purpose:** x\n.. comment\n   Purpose: y\n- z\n\nCode::\n\n    Purpose: w\n");
        assert_eq!(
            lines.iter().map(|l| (l.number, l.text.as_str(), l.bold)).collect::<Vec<_>>(),
            [(1, "Purpose: x", 8), (4, "z", 0), (6, "Code::", 0)]
        );
    }
}
