//! What is known of a value while nothing runs: all of it, a part, or nothing.

use std::collections::BTreeMap;

/// Some of the results that a job or a step can end with; never none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Results(u8);

impl Results {
    pub(crate) const SUCCESS: Self = Self(1);
    pub(crate) const FAILURE: Self = Self(2);
    pub(crate) const CANCELLED: Self = Self(4);
    pub(crate) const SKIPPED: Self = Self(8);
    pub(crate) const ANY: Self = Self(15);
    /// Each alone, from the best to the worst.
    pub(crate) const EACH: [Self; 4] = [Self::SUCCESS, Self::FAILURE, Self::CANCELLED, Self::SKIPPED];

    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What both hold, where they share something.
    pub(crate) fn and(self, other: Self) -> Option<Self> {
        Some(Self(self.0 & other.0)).filter(|both| both.0 != 0)
    }

    /// What is left without these.
    pub(crate) fn without(self, other: Self) -> Option<Self> {
        Some(Self(self.0 & !other.0)).filter(|rest| rest.0 != 0)
    }

    /// Each of them alone.
    pub(crate) fn each(self) -> impl Iterator<Item = Self> {
        Self::EACH.into_iter().filter(move |one| self.0 & one.0 != 0)
    }

    pub(crate) fn may_be(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// GitHub's word, where it can be only one.
    pub(crate) fn word(self) -> Option<&'static str> {
        ["success", "failure", "cancelled", "skipped"].into_iter().zip(Self::EACH).find(|(_, one)| *one == self).map(|(word, _)| word)
    }
}

/// A text of which pieces may be unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Text(pub(crate) Vec<Piece>);

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Known(String),
    /// The word of one of these results.
    OneOf(Results),
    /// Any text, the empty one included.
    Any,
}

impl Text {
    pub(crate) fn known(text: impl Into<String>) -> Self {
        Self(vec![Piece::Known(text.into())])
    }

    pub(crate) fn any() -> Self {
        Self(vec![Piece::Any])
    }

    /// The whole text, where nothing of it is unknown.
    pub(crate) fn whole(&self) -> Option<String> {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Known(text) => Some(text.as_str()),
                Piece::OneOf(results) => results.word(),
                Piece::Any => None,
            })
            .collect()
    }
}

/// What an expression comes to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Unknown,
    Null,
    Bool(bool),
    Number(f64),
    Text(Text),
    List(Vec<Value>),
    /// By name in lowercase.
    Object {
        members: BTreeMap<String, Value>,
        open: bool,
    },
}

/// Yes, no, or either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    Yes,
    No,
    Maybe,
}
