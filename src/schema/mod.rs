//! JSON Schema (draft-07 and 2020-12): documents that are read strictly and asked whether an instance is valid, and two of them compared in
//! three answers. Nothing is fetched, ever.

mod compare;
mod document;

use serde_json::Value;

pub(crate) use compare::{compare, includes};
pub(crate) use document::Document;

/// Which edition of JSON Schema a document is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Draft {
    Draft7,
    Draft2020,
}

/// What is wrong with a text that should be a JSON Schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SchemaFault {
    /// From 1.
    pub(crate) line: usize,
    /// A JSON pointer (RFC 6901) to what is wrong; empty for the whole.
    pub(crate) pointer: String,
    pub(crate) message: String,
    pub(crate) sort: FaultSort,
}

/// What sort of fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FaultSort {
    /// No strict JSON, or a number that readers round.
    NotJson,
    /// `$schema` names no edition that is known, or one that is not supported.
    Draft,
    /// Not as the meta-schema of its edition asks.
    Invalid,
    /// A `$ref` leads nowhere in this document, or out of it.
    Unresolved,
    /// A loop of `$ref` that never goes down into the instance.
    Endless,
    /// A pattern that is no regular expression.
    Pattern,
    /// Deeper, larger or with more branches than gate reads.
    TooLarge,
}

/// Why an instance is not valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invalid {
    /// A JSON pointer into the instance.
    pub(crate) at: String,
    /// A JSON pointer into the schema.
    pub(crate) rule: String,
    pub(crate) message: String,
    pub(crate) certainty: Certainty,
}

/// How sure a reason is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Certainty {
    /// The instance is not valid.
    Refused,
    /// The validator gave up: nobody knows whether it is.
    Unfinished,
}

/// Whether every instance that is valid under one schema is valid under another.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Inclusion {
    /// It is: proven.
    Holds,
    /// It is not: each break has an instance that a validator confirmed. Breaks are never empty; doubts are other places.
    Broken { breaks: Vec<Break>, doubts: Vec<Doubt> },
    /// Neither proven nor disproven. Never empty.
    Unknown(Vec<Doubt>),
}

impl Inclusion {
    /// What is known to be lost.
    pub(crate) fn breaks(&self) -> &[Break] {
        match self {
            Self::Broken { breaks, .. } => breaks,
            Self::Holds | Self::Unknown(_) => &[],
        }
    }

    /// Where nobody knows.
    pub(crate) fn doubts(&self) -> &[Doubt] {
        match self {
            Self::Broken { doubts, .. } | Self::Unknown(doubts) => doubts,
            Self::Holds => &[],
        }
    }
}

/// A place where a schema refuses what the other accepts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Break {
    /// A JSON pointer into the schema that refuses.
    pub(crate) at: String,
    pub(crate) message: String,
    /// An instance that one schema accepts and the other refuses.
    pub(crate) witness: Value,
}

/// A place where it could not be decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Doubt {
    /// A JSON pointer into the schema.
    pub(crate) at: String,
    pub(crate) message: String,
}

/// What an edit did at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Edit {
    Added,
    Removed,
    /// Less is accepted than before.
    Narrowed,
    /// More is accepted than before.
    Widened,
    /// Some is accepted that was not, and some is not that was.
    Changed,
    /// It differs, and nobody knows whether it matters.
    Undecided,
}

impl Edit {
    /// As people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Narrowed => "narrowed",
            Self::Widened => "widened",
            Self::Changed => "changed",
            Self::Undecided => "undecided",
        }
    }
}

/// One edit, for a person to read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) edit: Edit,
    /// A JSON pointer into the schema that has it: the new one, but for what was removed.
    pub(crate) at: String,
    pub(crate) message: String,
    pub(crate) witness: Option<Witness>,
}

/// An instance that one of two editions of a schema alone accepts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Witness {
    pub(crate) instance: Value,
    pub(crate) valid: Valid,
}

/// Under which edition an instance is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Valid {
    /// Under the old one alone.
    Before,
    /// Under the new one alone.
    Now,
}

impl Valid {
    /// As data calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Now => "now",
        }
    }

    /// As people call it.
    pub(crate) fn says(self) -> &'static str {
        match self {
            Self::Before => "valid before, not now",
            Self::Now => "valid now, not before",
        }
    }
}

/// Two editions of a schema beside each other.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Comparison {
    /// Whether every instance of the old one is valid under the new one.
    pub(crate) backward: Inclusion,
    /// Whether every instance of the new one is valid under the old one.
    pub(crate) forward: Inclusion,
    /// What a person needs to know, place by place.
    pub(crate) changes: Vec<Change>,
}

#[cfg(test)]
mod cases_test;
#[cfg(test)]
mod random_test;
#[cfg(test)]
mod rules_page_test;
#[cfg(test)]
mod samples_test;
