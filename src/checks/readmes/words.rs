//! How much a text says: something, nothing, or only words that stand for words to come.

/// How much a text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Says {
    /// No word at all.
    Nothing,
    /// Only words that stand for words to come: `TODO`, `…`, template text.
    Placeholder,
    /// At least one word of its own.
    Something,
}

/// Whole texts that stand for a text to come.
const PLACEHOLDERS: &[&str] = &[
    "todo",
    "tbd",
    "tba",
    "tbc",
    "fixme",
    "xxx",
    "wip",
    "n/a",
    "na",
    "placeholder",
    "lorem ipsum",
    "coming soon",
    "fill in",
    "fill me in",
    "to do",
    "to be defined",
    "to be determined",
    "to be done",
    "to be written",
    "to be added",
    "to be announced",
    "to be decided",
    "to be filled in",
    "to follow",
    "under construction",
    "n.a",
    "work in progress",
    "description",
    "describe here",
];

/// Marks of work to come: a text that begins with one is a placeholder as a whole.
const MARKS: [&str; 6] = ["TODO", "TBD", "TBA", "FIXME", "XXX", "WIP"];

/// Whether a text begins with a mark: followed by more words if it is in capitals, by a colon or the like in any case.
fn is_marked(bare: &str) -> bool {
    MARKS.iter().any(|mark| {
        let Some((head, rest)) = bare.split_at_checked(mark.len()) else { return false };
        let ended = rest.is_empty() || rest.trim_start().starts_with([':', '–', '—', ',', '.', '!', '(', ')']) || rest.starts_with(" -");
        let words = rest.starts_with(char::is_whitespace) && *mark != "XXX";
        (head == *mark && (ended || words)) || (head.eq_ignore_ascii_case(mark) && ended)
    })
}

/// `[all of it]`, and not `[one] and [another]`.
fn is_bracketed(text: &str, open: char, close: char) -> bool {
    let inner = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    inner.is_some_and(|inner| !inner.trim_matches([open, close]).contains([open, close]))
}

/// How much one line of text says.
pub(super) fn says(text: &str) -> Says {
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    if bare.is_empty() {
        return Says::Nothing;
    }
    let trimmed = text.trim().trim_end_matches('.');
    let bracketed = [('[', ']'), ('{', '}'), ('<', '>')].iter().any(|(a, z)| is_bracketed(trimmed, *a, *z));
    let known = PLACEHOLDERS.iter().any(|p| p.eq_ignore_ascii_case(bare));
    let lorem = bare.get(.."lorem ipsum ".len()).is_some_and(|head| head.eq_ignore_ascii_case("lorem ipsum "));
    if is_marked(bare) || bracketed || known || lorem {
        return Says::Placeholder;
    }
    Says::Something
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_no_words_and_marks_are_placeholders() {
        assert!(["", "—", "…", "- ", "🚀"].iter().all(|text| says(text) == Says::Nothing));
        assert!(["TODO", "[all of it]", "`TBD`", "N/A", "Lorem ipsum dolor"].iter().all(|text| says(text) == Says::Placeholder));
        assert!(["x", "[a] and [b]", "TODO-list", "目的"].iter().all(|text| says(text) == Says::Something));
    }
}
