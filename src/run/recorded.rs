//! A run record as it was found: gate's own, or one that a project's own writer left.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::digest::{Digest, NotADigest, Sha256Stream, Sum, from_hex, hex, is_placeholder};
use crate::formats::json::{self, JsonFault};
use crate::world::{Files, LookError};

use super::Evidence;
use crate::shown::{escaped, shown};

/// The largest record that is read.
pub(crate) const LIMIT: u64 = 16 << 20;
/// The largest sidecar: some millions of files.
const SIDECAR: u64 = 1 << 30;

/// The keys that every record has.
pub(crate) const KEYS: [&str; 5] = ["run_id", "config_hash", "data_hash", "started_at", "finished_at"];

/// Whether a text can name a run: one word, and none that stands for another.
pub(crate) fn is_run_id(id: &str) -> bool {
    let is_word = !id.is_empty() && id.chars().count() <= 200 && !id.contains(char::is_whitespace) && escaped(id) == id;
    is_word && !is_placeholder(id)
}

/// A JSON object.
#[derive(Clone, Debug)]
pub(crate) struct Recorded(Map<String, Value>);

/// Why a file is no record.
#[derive(Clone, Debug)]
pub(crate) enum NotARecord {
    Unread(LookError),
    NotText,
    NotJson(JsonFault),
    NotAnObject,
}

/// What a key holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Field<'r> {
    Absent,
    /// Blank, or null.
    Empty,
    Text(&'r str),
    /// Something that is no text.
    Other(&'r Value),
}

impl Recorded {
    pub(crate) fn read(text: &str) -> Result<Self, NotARecord> {
        match json::parse(text) {
            Ok(Value::Object(map)) => Ok(Self(map)),
            Ok(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => Err(NotARecord::NotAnObject),
            Err(fault) => Err(NotARecord::NotJson(fault)),
        }
    }

    pub(crate) fn field(&self, key: &str) -> Field<'_> {
        match self.0.get(key) {
            None => Field::Absent,
            Some(Value::Null) => Field::Empty,
            Some(Value::String(text)) if text.trim().is_empty() => Field::Empty,
            Some(Value::String(text)) => Field::Text(text),
            Some(other) => Field::Other(other),
        }
    }

    /// The text of a key, where it is one.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match self.field(key) {
            Field::Text(text) => Some(text),
            Field::Absent | Field::Empty | Field::Other(_) => None,
        }
    }

    /// The raw value of a key; null is none.
    pub(crate) fn value(&self, key: &str) -> Option<&Value> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    /// Whether it has all that makes a record.
    pub(crate) fn is_record(&self) -> bool {
        KEYS.iter().all(|key| self.text(key).is_some())
    }

    /// A digest that it carries; a bare one is read as `bare`.
    pub(crate) fn digest(&self, key: &str, bare: crate::digest::Algorithm) -> Option<Result<Digest, NotADigest>> {
        self.text(key).map(|text| Digest::read(text, bare))
    }

    /// The table of files that stands in the record, or in the sidecar that it names. `None`: there is none of gate's form.
    ///
    /// # Errors
    /// What is wrong with the sidecar, in words.
    pub(crate) fn table(&self, key: &str, files: &dyn Files, evidence: &Evidence) -> Result<Option<BTreeMap<String, Sum>>, String> {
        let Some(table) = self.0.get(key).and_then(Value::as_object) else { return Ok(None) };
        if let Some(Value::String(name)) = table.get("sidecar").filter(|_| table.len() == 1)
            && from_hex(name).is_none()
        {
            return sidecar(name, files, evidence).map(Some);
        }
        Ok(table.iter().map(|(path, sum)| Some((path.clone(), from_hex(sum.as_str()?)?))).collect())
    }

    /// What gate saw change while the run was on: what, and which file. `None`: it is no such list.
    pub(crate) fn changed_during_run(&self) -> Option<Vec<(String, Option<String>)>> {
        let Some(list) = self.value("changed_during_run") else { return Some(Vec::new()) };
        let text = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
        let change = |entry: &Value| Some((format!("{} {}", text(entry, "what")?, text(entry, "change")?), text(entry, "path")));
        list.as_array()?.iter().map(change).collect()
    }
}

/// A sidecar's name is the sum of its bytes; one that is not as its name says proves nothing.
fn sidecar(name: &str, files: &dyn Files, evidence: &Evidence) -> Result<BTreeMap<String, Sum>, String> {
    let wrong = |why: &str| format!("the record's sidecar `{}` {why}", shown(name));
    let path = evidence.record.parent().join(name).ok().filter(|path| evidence.is_sidecar(path.as_str()));
    let path = path.ok_or_else(|| wrong("is none"))?;
    let mut bytes = Vec::new();
    files.read(&path, SIDECAR, &mut bytes).map_err(|error| wrong(&error.to_string()))?;
    let mut sum = Sha256Stream::default();
    sum.update(&bytes);
    if path != evidence.sidecar(&hex(&sum.finish())) {
        return Err(wrong("has other bytes than its name says"));
    }
    let row = |line: &str| line.split_once("  ").and_then(|(sum, path)| Some((path.to_owned(), from_hex(sum)?)));
    let text = std::str::from_utf8(&bytes).ok().and_then(|text| text.strip_suffix('\n'));
    text.and_then(|text| text.split('\n').map(row).collect()).ok_or_else(|| wrong("is no table of files"))
}
