//! JSON of which pieces may be unknown: texts with marks that no text of GitHub holds.

use serde_json::Value;

use super::guess::{Bit, Guess};
use crate::pipeline::aggregate::is_in_quotes;
use crate::pipeline::value::{Results, Truth};

/// Before the words of results, with `|` between them: one of these.
const ONE_OF: char = '\u{1}';
/// Somewhere in a text: any text.
const ANY: char = '\u{2}';
/// Alone: true or false.
const MAYBE: &str = "\u{3}";
/// Alone, in a list: something, or nothing at all.
const PERHAPS: &str = "\u{4}";
/// Before two numbers with `|` between them: a number from the one to the other.
const RANGE: char = '\u{5}';

/// A text as JSON with marks; none: something else than texts of it is unknown.
pub(super) fn read(text: &Guess) -> Option<Value> {
    let mut written = String::new();
    for bit in &text.0 {
        match bit {
            Bit::Known(text) => written.push_str(text),
            // Behind an escape, as JSON wants it; a mark outside of quotes is no JSON.
            Bit::OneOf(results) => {
                written.push_str("\\u0001");
                written.push_str(&results.each().filter_map(Results::word).collect::<Vec<_>>().join("|"));
            }
            Bit::Any | Bit::Given { .. } if is_in_quotes(&written) => written.push_str("\\u0002"),
            Bit::Any | Bit::Given { .. } => written.push_str("\"\\u0002\""),
            Bit::Words | Bit::NonZero | Bit::Found { .. } => return None,
        }
    }
    serde_json::from_str(&written).ok()
}

/// Whether a value holds marks.
pub(super) fn is_marked(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(|letter: char| ('\u{1}'..='\u{5}').contains(&letter)),
        Value::Array(list) => list.iter().any(is_marked),
        Value::Object(members) => members.values().any(is_marked),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

pub(super) fn of_truth(truth: Truth) -> Value {
    match truth {
        Truth::Yes => Value::Bool(true),
        Truth::No => Value::Bool(false),
        Truth::Maybe => Value::String(MAYBE.to_owned()),
    }
}

/// What may be in a list or not.
pub(super) fn perhaps() -> Value {
    Value::String(PERHAPS.to_owned())
}

/// Whether jq takes a value for true.
pub(super) fn truth(value: &Value) -> Truth {
    match value {
        Value::Null | Value::Bool(false) => Truth::No,
        Value::String(text) if text == MAYBE || text == PERHAPS => Truth::Maybe,
        Value::Bool(true) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => Truth::Yes,
    }
}

/// How many there are.
pub(super) fn length(list: &[Value]) -> Value {
    let sure = list.iter().filter(|value| value.as_str() != Some(PERHAPS)).count();
    if sure == list.len() { sure.into() } else { Value::String(format!("{RANGE}{sure}|{}", list.len())) }
}

/// The words or numbers behind a mark.
fn behind(value: &Value, mark: char) -> Option<Vec<&str>> {
    value.as_str()?.strip_prefix(mark).map(|rest| rest.split('|').collect())
}

/// Whether two values are equal.
pub(super) fn equal(one: &Value, other: &Value) -> Truth {
    if !is_marked(one) && !is_marked(other) {
        return Truth::from(one == other);
    }
    for (marked, plain) in [(one, other), (other, one)] {
        if let (Some(words), Value::String(text)) = (behind(marked, ONE_OF), plain) {
            let is_open = is_marked(plain) || text.contains(ANY);
            return if is_open || words.contains(&text.as_str()) { Truth::Maybe } else { Truth::No };
        }
        if let (Some((least, most)), Some(number)) = (range(marked), plain.as_u64()) {
            return if (least..=most).contains(&number) { Truth::Maybe } else { Truth::No };
        }
    }
    Truth::Maybe
}

/// Whether the first is the larger number; none: they are no numbers.
pub(super) fn more(one: &Value, other: &Value) -> Option<Truth> {
    let bounds = |value: &Value| range(value).or_else(|| value.as_u64().map(|number| (number, number)));
    let ((least, most), (from, to)) = (bounds(one)?, bounds(other)?);
    Some(if least > to {
        Truth::Yes
    } else if most <= from {
        Truth::No
    } else {
        Truth::Maybe
    })
}

fn range(value: &Value) -> Option<(u64, u64)> {
    let bounds = behind(value, RANGE)?;
    let [least, most] = bounds.as_slice() else { return None };
    Some((least.parse().ok()?, most.parse().ok()?))
}
