//! The values that options are made of. Each is right from the moment it exists.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};

use crate::shown::shown;
use crate::world::RelPath;

/// Reads a text with `parse`, inside the deserializer's own step, so that an error is put at the value and not at the list
/// around it.
pub(super) fn from_text<'de, D: Deserializer<'de>, T>(deserializer: D, parse: fn(&str) -> Result<T, String>) -> Result<T, D::Error> {
    struct Text<T>(fn(&str) -> Result<T, String>);

    impl<T> de::Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            (self.0)(text).map_err(E::custom)
        }
    }

    deserializer.deserialize_str(Text(parse))
}

/// A path below the root, of a promoted file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TreePath(RelPath);

/// A path below the root that is looked at on disk, promoted or not: what a run reads, and what it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EvidencePath(RelPath);

fn read_path(text: &str) -> Result<RelPath, String> {
    let path = RelPath::parse(text).map_err(|error| error.to_string())?;
    match path.is_root() || path.parts().any(|part| part == ".git") {
        true => Err(format!("`{}` is no path of a file or folder below the root", shown(text))),
        false => Ok(path),
    }
}

macro_rules! path_value {
    ($name:ident) => {
        impl $name {
            pub(crate) fn get(&self) -> &RelPath {
                &self.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                from_text(deserializer, |text| read_path(text).map(Self))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0.as_str())
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "minLength": 1 })
            }
        }
    };
}

path_value!(TreePath);
path_value!(EvidencePath);

impl EvidencePath {
    /// A path known to be one.
    pub(crate) fn of(text: &str) -> Self {
        Self(RelPath::parse(text).unwrap_or_else(|_| RelPath::root()))
    }
}

/// Why a rule is set aside: a sentence of one's own, never blank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Reason(String);

impl Reason {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer, |text| match text.chars().any(char::is_alphanumeric) {
            true => Ok(Self(text.to_owned())),
            false => Err("a reason is asked for here, in words".to_owned()),
        })
    }
}

impl JsonSchema for Reason {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Reason".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1 })
    }
}

/// The longest span of time: 100 years of 365 days.
const CEILING: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// A span of time greater than zero, written with its units: `30s`, `5m`, `90d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimeLimit(Duration);

impl TimeLimit {
    pub(crate) const fn from_secs(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    pub(crate) fn get(self) -> Duration {
        self.0
    }

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| format!("`{}` is not a duration: {why}", shown(text));
        let units = text.split(|c: char| !c.is_alphabetic()).filter(|u| !u.is_empty());
        // humantime's month is 30.44 days and its year 365.25: nobody means that in a policy.
        if units.into_iter().any(|u| u == "M" || u.starts_with("mon") || u.starts_with('y')) {
            return Err(wrong("months and years have no fixed length; write days"));
        }
        match humantime::parse_duration(text) {
            Ok(Duration::ZERO) => Err(wrong("it must be more than zero")),
            Ok(duration) if duration > CEILING => Err(wrong("it is longer than 100 years")),
            Ok(duration) => Ok(Self(duration)),
            Err(_) => Err(wrong("write a number and a unit, like `30s`, `5m`, `24h` or `90d`")),
        }
    }
}

impl<'de> Deserialize<'de> for TimeLimit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer, Self::parse)
    }
}

impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut rest, mut parts) = (self.0.as_millis(), Vec::new());
        for (unit, millis) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)] {
            if rest >= millis {
                parts.push(format!("{}{unit}", rest / millis));
                rest %= millis;
            }
        }
        f.write_str(if parts.is_empty() { "0s" } else { "" })?;
        f.write_str(&parts.join(" "))
    }
}

impl Serialize for TimeLimit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for TimeLimit {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": r"^\s*(\d+\s*(ns|us|ms|s|m|h|d|w|[a-z]+)\s*)+$" })
    }
}

/// The name of a section, as it is looked for: one line, without blanks or a colon at its ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Label(String);

impl Label {
    fn parse(text: &str) -> Result<Self, String> {
        let bare = text.trim_end_matches(':').trim();
        match bare == text && text.chars().any(char::is_alphanumeric) && !text.chars().any(char::is_control) {
            true => Ok(Self(text.to_owned())),
            false => Err(format!("`{}` is no label: write one line of words, without blanks or a colon at its ends", shown(text))),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer, Self::parse)
    }
}

impl JsonSchema for Label {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Label".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1 })
    }
}

/// A list that is not empty: an empty one would ask nothing and pass.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct AtLeastOne<T>(Vec<T>);

impl<T> AtLeastOne<T> {
    pub(crate) fn as_slice(&self) -> &[T] {
        &self.0
    }

    pub(crate) fn one(item: T) -> Self {
        Self(vec![item])
    }

    pub(crate) fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl AtLeastOne<Label> {
    pub(crate) fn of(labels: &[&str]) -> Self {
        Self(labels.iter().map(|label| Label((*label).to_owned())).collect())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for AtLeastOne<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Vec::deserialize(deserializer)?;
        match items.is_empty() {
            true => Err(de::Error::custom("an empty list asks for nothing; leave the key out to get its default")),
            false => Ok(Self(items)),
        }
    }
}

impl<T: JsonSchema> JsonSchema for AtLeastOne<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "AtLeastOne".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "minItems": 1, "items": generator.subschema_for::<T>() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_a_line_of_words() {
        assert!(Label::parse("Do-not-touch").is_ok());
        for text in ["", " ", "Purpose:", " X ", "two\nlines", "—"] {
            assert!(Label::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn durations_need_a_unit_of_fixed_length() {
        assert_eq!(TimeLimit::parse("1m 30s"), Ok(TimeLimit::from_secs(90)));
        for text in ["", "90", "P3D", "1y", "3months", "2M", "0s", "-5s", "5 parsecs", "18446744073709551615s"] {
            assert!(TimeLimit::parse(text).is_err(), "{text}");
        }
    }
}
