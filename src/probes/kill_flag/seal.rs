//! The seal of a report: the SHA-256 of its text with the seal left empty. It shows that a report was edited, not who wrote it.

use crate::digest::{Sha256Stream, hex};

/// What stands before the sum.
const ALGORITHM: &str = "sha256:";
/// The key of the seal, as it stands in the text.
const KEY: &str = "\"seal\": \"";

/// The text with its seal set; it must have one empty seal as its last key.
pub(super) fn sealed(text: &str) -> Option<String> {
    let (before, after) = split(text)?;
    after.strip_prefix('"')?;
    Some(format!("{before}{KEY}{}{after}", sum(text)))
}

/// Whether the seal that a text has is that of its bytes.
pub(super) fn holds(text: &str, seal: &str) -> bool {
    let empty = split(text).and_then(|(before, after)| Some(format!("{before}{KEY}{}", after.strip_prefix(seal)?)));
    !seal.is_empty() && empty.is_some_and(|empty| sum(&empty) == seal)
}

/// What stands before the last seal, and after its opening quote.
fn split(text: &str) -> Option<(&str, &str)> {
    let at = text.rfind(KEY)?;
    Some((&text[..at], &text[at + KEY.len()..]))
}

fn sum(text: &str) -> String {
    let mut sum = Sha256Stream::default();
    sum.update(text.as_bytes());
    format!("{ALGORITHM}{}", hex(&sum.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_text_holds_until_a_byte_of_it_is_another() {
        let text = sealed("{\n  \"a\": 1,\n  \"seal\": \"\"\n}\n").unwrap();
        let seal = text.split('"').nth(5).unwrap();
        assert!(seal.starts_with(ALGORITHM) && holds(&text, seal), "{text}");
        for edited in [text.replace('1', "2"), text.replace("}\n", "}"), text.replace(seal, ""), "{}".to_owned()] {
            assert!(!holds(&edited, seal), "{edited}");
        }
        assert!(!holds("{ \"seal\": \"\" }", ""));
    }
}
