//! Whether a pinned file is a schema that gate compares.

use std::fmt::{Display, Formatter};

use crate::pins::{Format, Pin, look};
use crate::schema::Document;

/// Why a file is not compared.
pub(crate) enum NotCompared {
    /// It is of a format that gate does not look into.
    Other(Format),
    /// It is of no format that anybody says or that shows.
    NoFormat,
    /// It is no schema: the first reason.
    Unread(String),
}

impl Display for NotCompared {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Other(format) => write!(f, "gate does not compare `{}`", format.name()),
            Self::NoFormat => f.write_str("it has no `format`, and its file does not show one"),
            Self::Unread(why) => f.write_str(why),
        }
    }
}

/// The format of a file, as its entry says, else as it shows.
fn format_of(pin: &Pin, text: &str) -> Option<Format> {
    pin.format.as_ref().map(|at| at.value).or_else(|| look::looks_like(&pin.path.value, text).first().copied())
}

/// The schema that an entry of today pins.
pub(crate) fn schema_of_today(pin: &Pin, text: &str) -> Result<Document, NotCompared> {
    read(format_of(pin, text).ok_or(NotCompared::NoFormat)?, text)
}

/// The schema that an earlier entry pinned; one that nobody says the format of is taken for what it is compared with.
pub(crate) fn earlier_schema(pin: &Pin, text: &str) -> Result<Document, NotCompared> {
    read(format_of(pin, text).unwrap_or(Format::JsonSchema), text)
}

fn read(format: Format, text: &str) -> Result<Document, NotCompared> {
    match format {
        Format::JsonSchema => Document::read(text).map_err(|faults| {
            let first = faults.first().map(|fault| format!("line {}: {}", fault.line, fault.message));
            NotCompared::Unread(first.unwrap_or_else(|| "it is no schema".to_owned()))
        }),
        Format::OpenApi | Format::Protobuf | Format::Avro => Err(NotCompared::Other(format)),
    }
}
