//! The values that options are made of. Each is right from the moment it exists.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use globset::{GlobBuilder, GlobSet};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};

use crate::shown::shown;

/// Reads a text with `parse`, inside the deserializer's own step, so that an error is put at the value and not at the list
/// around it.
fn from_text<'de, D: Deserializer<'de>, T>(deserializer: D, parse: fn(&str) -> Result<T, String>) -> Result<T, D::Error> {
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

/// A glob over the promoted files: relative to the root, `/`-separated, case-sensitive; `*` never crosses a `/`,
/// `**` does; dotfiles match.
#[derive(Clone)]
pub(crate) struct TreeGlob {
    text: String,
    set: GlobSet,
}

impl TreeGlob {
    /// # Errors
    /// If it is empty, absolute, leaves the root, or is no glob; the reason as a sentence.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let trimmed = text.strip_suffix('/').unwrap_or(text);
        let wrong = |why: &str| Err(format!("`{}` is not a glob of this tree: {why}", shown(text)));
        if trimmed.is_empty() {
            return wrong("it is empty");
        }
        if text.starts_with('/') {
            return wrong("it is absolute; globs are relative to the root");
        }
        if text.split('/').any(|part| part == "..") {
            return wrong("it leaves the root");
        }
        // The glob compiler recurses into braces.
        if text.len() > 4096 || text.matches('{').count() > 64 {
            return wrong("it is longer than 4096 bytes, or has more than 64 braces");
        }
        let trimmed = trimmed.strip_prefix("./").unwrap_or(trimmed);
        let glob = match GlobBuilder::new(trimmed).literal_separator(true).build() {
            Ok(glob) => glob,
            Err(error) => return wrong(&error.kind().to_string()),
        };
        match GlobSet::builder().add(glob).build() {
            Ok(set) => Ok(Self { text: text.to_owned(), set }),
            Err(error) => wrong(&error.kind().to_string()),
        }
    }

    pub(crate) fn matches(&self, path: &str) -> bool {
        self.set.is_match(path)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// How many parts deep a match can lie at most; `None` with `**`, or where braces hide a slash.
    pub(crate) fn depth(&self) -> Option<usize> {
        if self.text.contains("**") || self.text.contains('{') {
            return None;
        }
        Some(self.text.trim_end_matches('/').split('/').filter(|part| *part != ".").count())
    }
}

impl fmt::Debug for TreeGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TreeGlob({:?})", self.text)
    }
}

impl<'de> Deserialize<'de> for TreeGlob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer, Self::new)
    }
}

impl Serialize for TreeGlob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl JsonSchema for TreeGlob {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "TreeGlob".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "format": "glob" })
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

    fn parse(text: &str) -> Result<Self, String> {
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
    fn a_star_stays_in_its_folder_and_matches_dotfiles() {
        let glob = TreeGlob::new("engine/*").unwrap();
        assert!(glob.matches("engine/a") && glob.matches("engine/.a") && !glob.matches("engine/a/b") && !glob.matches("Engine/a"));
        assert!(TreeGlob::new("config/**/*.yaml").unwrap().matches("config/a.yaml"));
    }

    #[test]
    fn globs_that_leave_the_tree_are_refused() {
        for text in ["", "/", "/etc/*", "../x", "a/../../b", "a[", "{a", &"{".repeat(100_000)] {
            assert!(TreeGlob::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_depth_of_a_glob_is_known_unless_it_can_be_any() {
        let depth = |t| TreeGlob::new(t).unwrap().depth();
        assert_eq!([depth("*"), depth("a/*/"), depth("**/x"), depth("{a,b/c}")], [Some(1), Some(2), None, None]);
    }

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
