//! `toJSON` and `fromJSON`.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::functions::Builder;
use crate::formats::expression::number;
use crate::pipeline::value::{Members, Piece, Text, Value};

/// Deeper values are unknown.
const MAX_DEPTH: usize = 100;

/// The value of a text; none where it is no JSON.
pub(super) fn read(text: &str) -> Option<Value> {
    of_raw(serde_json::from_str(text).ok()?, 0)
}

fn of_raw(raw: &RawValue, depth: usize) -> Option<Value> {
    if depth > MAX_DEPTH {
        return None;
    }
    let text = raw.get();
    match text.as_bytes().first()? {
        b'n' => Some(Value::Null),
        b't' => Some(Value::Bool(true)),
        b'f' => Some(Value::Bool(false)),
        b'"' => Some(Value::text(serde_json::from_str::<String>(text).ok()?)),
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            items.into_iter().map(|item| of_raw(item, depth + 1)).collect::<Option<_>>().map(Value::List)
        }
        b'{' => {
            let entries: Entries<'_> = serde_json::from_str(text).ok()?;
            let members = entries.0.into_iter().map(|(name, value)| Some((name, of_raw(value, depth + 1)?)));
            let members = members.collect::<Option<Members>>()?;
            Some(Value::Object { members, open: false })
        }
        _ => text.parse().ok().map(Value::Number),
    }
}

/// The members of an object in their order; of the same name twice the last counts, at the first one's place.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_map(Listing)
    }
}

struct Listing;

impl<'de> Visitor<'de> for Listing {
    type Value = Entries<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
        let mut all: Vec<(String, &RawValue)> = Vec::new();
        let mut places = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            let place = *places.entry(name.clone()).or_insert(all.len());
            match all.get_mut(place) {
                Some((_, before)) => *before = value,
                None => all.push((name, value)),
            }
        }
        Ok(Entries(all))
    }
}

/// The text of a value, indented by two.
pub(super) fn write(value: &Value) -> Text {
    let mut text = Builder::default();
    put(&mut text, value, 0);
    text.finish()
}

fn put(text: &mut Builder, value: &Value, depth: usize) {
    match value {
        // How an unknown text is quoted is unknown as well.
        Value::Unknown | Value::Either(_) | Value::Object { open: true, .. } => text.add(&Text::any()),
        Value::Null => text.add_known("null"),
        Value::Bool(value) => text.add_known(&value.to_string()),
        Value::Number(value) => match number::text(*value).filter(|_| value.is_finite()) {
            Some(known) => text.add_known(&known),
            None => text.add(&Text::any()),
        },
        Value::Text(value) => put_text(text, value),
        Value::List(items) => {
            let parts = items.iter().map(|item| (None, item));
            put_all(text, parts, (depth, ["[", "]"]));
        }
        Value::Object { members, open: false } => {
            let parts = members.iter().map(|(name, member)| (Some(name), member));
            put_all(text, parts, (depth, ["{", "}"]));
        }
    }
}

fn put_all<'a>(
    text: &mut Builder,
    parts: impl ExactSizeIterator<Item = (Option<&'a str>, &'a Value)>,
    (depth, [open, close]): (usize, [&str; 2]),
) {
    text.add_known(open);
    let last = parts.len();
    for (index, (name, value)) in parts.enumerate() {
        if text.is_full() {
            return;
        }
        text.add_known(&format!("\n{}", "  ".repeat(depth + 1)));
        if let Some(name) = name {
            text.add_known(&format!("\"{}\": ", escaped(name)));
        }
        put(text, value, depth + 1);
        if index + 1 < last {
            text.add_known(",");
        }
    }
    if last > 0 {
        text.add_known(&format!("\n{}", "  ".repeat(depth)));
    }
    text.add_known(close);
}

fn put_text(text: &mut Builder, value: &Text) {
    text.add_known("\"");
    for piece in &value.0 {
        match piece {
            Piece::Known(known) => text.add_known(&escaped(known)),
            Piece::OneOf(_) | Piece::Any => text.add(&Text(vec![piece.clone()])),
        }
    }
    text.add_known("\"");
}

/// A text as it stands between quotes.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).map(str::to_owned).unwrap_or_default()
}
