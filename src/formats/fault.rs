//! What is wrong with a text that a reader was given, and where.

use thiserror::Error;

/// One lowercase sentence without a full stop, and its place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {message}")]
pub(crate) struct Fault {
    /// From 1.
    pub(crate) line: usize,
    /// From 1; 1 where the whole line is meant.
    pub(crate) column: usize,
    pub(crate) message: String,
}

impl Fault {
    /// A fault of a whole line.
    pub(super) fn on(line: usize, message: impl Into<String>) -> Self {
        Self { line, column: 1, message: message.into() }
    }
}

/// A message of another library in our form.
pub(super) fn sentence(message: &str) -> String {
    let text = message.trim().trim_end_matches('.');
    let mut letters = text.chars();
    // A word in capitals stays as it is.
    let shouts = text.chars().nth(1).is_some_and(char::is_uppercase);
    match letters.next().filter(|_| !shouts) {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_begins_small_and_has_no_full_stop() {
        assert_eq!(sentence("While parsing."), "while parsing");
        assert_eq!(sentence("EOF here"), "EOF here");
        assert_eq!(sentence(""), "");
    }
}
