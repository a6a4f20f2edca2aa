//! Names in a text: whether it speaks of a pin, and of a version.

/// Whether `text` holds `name` as a word of its own.
pub(super) fn has_name(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    has(text, name, |before, after| !before.is_some_and(part) && !after.chars().next().is_some_and(part))
}

/// Whether `text` holds `version`, and not as a part of a longer one.
pub(super) fn has_version(text: &str, version: &str) -> bool {
    has(text, version, |before, after| {
        let longer_before = before.is_some_and(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
        let mut after = after.chars();
        let longer_after = match after.next() {
            Some(c) if c.is_ascii_alphanumeric() => true,
            // A full stop may end a sentence.
            Some('.' | '-' | '+') => after.next().is_some_and(|c| c.is_ascii_alphanumeric()),
            Some(_) | None => false,
        };
        !longer_before && !longer_after
    })
}

fn has(text: &str, word: &str, alone: impl Fn(Option<char>, &str) -> bool) -> bool {
    let is_alone = |at: usize| alone(text[..at].chars().next_back(), &text[at + word.len()..]);
    !word.is_empty() && text.match_indices(word).any(|(at, _)| is_alone(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_word() {
        for text in ["orders", "`orders`: moved", "The orders.", "schemas/orders.json", "(orders)"] {
            assert!(has_name(text, "orders"), "{text}");
        }
        for text in ["preorders", "orders-v2", "my_orders", "reorders orders2", ""] {
            assert!(!has_name(text, "orders"), "{text}");
        }
        assert!(!has_name("anything", ""));
    }

    #[test]
    fn a_version_is_whole() {
        for text in ["1.4.0", "v1.4.0", "from 1.4.0 to 2", "since 1.4.0.", "(1.4.0)", "1.4.0→2.0.0", "`1.4.0`", "at 1.4.0 - or so"] {
            assert!(has_version(text, "1.4.0"), "{text}");
        }
        for text in ["11.4.0", "1.4.00", "1.4.0.1", "1.4.0-rc.1", "2.1.4.0", "1.4.0+b", "0-1.4.0"] {
            assert!(!has_version(text, "1.4.0"), "{text}");
        }
    }
}
