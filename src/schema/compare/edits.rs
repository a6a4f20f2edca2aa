//! What changed, for a person: places that came and went, and places where more or less is accepted.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::source::push;
use crate::schema::{Change, Edit, Inclusion};

/// The changes between two schemas, by their places.
pub(super) fn changes((old, new): (&Value, &Value), backward: &Inclusion, forward: &Inclusion) -> Vec<Change> {
    let (before, now) = (properties(old), properties(new));
    let mut changes: BTreeMap<String, Change> = BTreeMap::new();
    for (places, others, edit, message) in [(&now, &before, Edit::Added, "is new"), (&before, &now, Edit::Removed, "is gone")] {
        for at in places.difference(others) {
            changes.insert(at.clone(), Change { edit, at: at.clone(), message: message.to_owned(), witness: None });
        }
    }
    for (inclusion, edit, other) in [(backward, Edit::Narrowed, Edit::Widened), (forward, Edit::Widened, Edit::Narrowed)] {
        for (at, message, witness) in places(inclusion) {
            let edit = if witness.is_some() { edit } else { Edit::Undecided };
            let change = Change { edit, at: at.clone(), message: message.clone(), witness };
            changes.entry(at).and_modify(|known| merge(known, &change, other)).or_insert(change);
        }
    }
    changes.into_values().collect()
}

/// Two findings of one place.
fn merge(known: &mut Change, change: &Change, other: Edit) {
    match known.edit {
        Edit::Added | Edit::Removed => {
            known.message = format!("{}; {}", known.message, change.message);
            known.witness = known.witness.take().or_else(|| change.witness.clone());
        }
        edit if edit == other && change.edit != Edit::Undecided => {
            known.edit = Edit::Changed;
            known.message = format!("{}; before: {}", known.message, change.message);
        }
        Edit::Undecided if change.edit != Edit::Undecided => *known = change.clone(),
        Edit::Narrowed | Edit::Widened | Edit::Changed | Edit::Undecided => {}
    }
}

fn places(inclusion: &Inclusion) -> Vec<(String, String, Option<Value>)> {
    match inclusion {
        Inclusion::Holds => Vec::new(),
        Inclusion::Broken(breaks) => breaks.iter().map(|one| (one.at.clone(), one.message.clone(), Some(one.witness.clone()))).collect(),
        Inclusion::Unknown(doubts) => doubts.iter().map(|one| (one.at.clone(), one.message.clone(), None)).collect(),
    }
}

/// The pointers of all properties that a schema names.
fn properties(schema: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![(String::new(), schema)];
    while let Some((pointer, value)) = open.pop() {
        let below: Vec<(String, &Value)> = match value {
            Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), value)).collect(),
            Value::Array(list) => list.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
        };
        for (name, value) in below {
            let mut at = pointer.clone();
            push(&mut at, &name);
            if pointer.ends_with("/properties") {
                found.insert(at.clone());
            }
            // What these hold is no schema.
            if !["enum", "const", "default", "examples"].contains(&name.as_str()) || pointer.ends_with("/properties") {
                open.push((at, value));
            }
        }
    }
    found
}
