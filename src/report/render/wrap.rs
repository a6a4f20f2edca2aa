//! Breaks text into lines at blanks, by display width.

use unicode_width::UnicodeWidthStr;

/// The lines of `text`, each at most `room` columns, the first at most `first`. A word that is longer stands alone and
/// is never cut: paths are there to be copied. No line begins with `::`, which a workflow runner would obey.
pub(crate) fn wrap(text: &str, first: usize, room: usize) -> Vec<String> {
    let mut words = text.split(' ');
    let mut lines = vec![words.next().unwrap_or_default().to_owned()];
    for word in words {
        let room = if lines.len() == 1 { first } else { room };
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= room || word.starts_with("::") => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// `text` and blanks up to `width` columns.
pub(super) fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks_and_long_words_stay_whole() {
        assert_eq!(wrap("a bb ccc a/long/path/that/does/not/fit d", 5, 8), ["a bb", "ccc", "a/long/path/that/does/not/fit", "d"]);
    }

    #[test]
    fn no_line_begins_with_a_workflow_command() {
        assert_eq!(wrap("aaaa ::error::x", 5, 5), ["aaaa ::error::x"]);
    }

    #[test]
    fn width_is_what_is_seen() {
        assert_eq!(wrap("日本 語", 4, 4), ["日本", "語"]);
        assert_eq!(padded("日本", 6), "日本  ");
    }
}
