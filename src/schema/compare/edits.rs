//! What changed, for a person: places that came and went, and places where more or less is accepted.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::include::not_allowed;
use super::source::{each_below, push};
use crate::schema::{Break, Change, Edit, Inclusion, Valid, Witness};

/// The changes between two schemas, by their places.
pub(super) fn changes((old, new): (&Value, &Value), backward: &Inclusion, forward: &Inclusion) -> Vec<Change> {
    let (before, now) = (properties(old), properties(new));
    let mut places: BTreeMap<String, Place> = BTreeMap::new();
    for at in now.difference(&before) {
        places.entry(at.clone()).or_default().came = Some(Edit::Added);
    }
    for at in before.difference(&now) {
        places.entry(at.clone()).or_default().came = Some(Edit::Removed);
    }
    let came: Vec<String> = places.keys().cloned().collect();
    let place = |at: String, message: &str| came.iter().find(|came| belongs(&at, message, came)).cloned().unwrap_or(at);
    for (at, found) in found(backward, Valid::Before) {
        places.entry(place(at, &found.0)).or_default().lost.push(found);
    }
    for (at, (message, witness)) in found(forward, Valid::Now) {
        places.entry(place(at, &message)).or_default().won.push((format!("before: {message}"), witness));
    }
    places.into_iter().flat_map(|(at, place)| place.changes(&at)).collect()
}

/// Whether what was found belongs to a property that came or went: it lies in it, or it is what the other schema says of names that it does not
/// name.
fn belongs(at: &str, message: &str, came: &str) -> bool {
    if let Some(rest) = at.strip_prefix(came) {
        return rest.starts_with('/');
    }
    let (Some((holder, "additionalProperties" | "unevaluatedProperties")), Some((names, name))) =
        (at.rsplit_once('/'), came.rsplit_once('/'))
    else {
        return false;
    };
    let name = name.replace("~1", "/").replace("~0", "~");
    names.strip_prefix(holder) == Some("/properties") && message == not_allowed(&name)
}

/// What was found, with an instance that shows it, if there is one.
type Found = (String, Option<Witness>);

/// All that was found at one place.
#[derive(Default)]
struct Place {
    /// Whether a property came or went.
    came: Option<Edit>,
    /// What is not accepted any more.
    lost: Vec<Found>,
    /// What was not accepted before.
    won: Vec<Found>,
}

impl Place {
    fn changes(self, at: &str) -> Vec<Change> {
        let change = |edit, message: String, witness| Change { edit, at: at.to_owned(), message, witness };
        let shown = |edit: Edit, (message, witness): Found| {
            let edit = if witness.is_some() { edit } else { Edit::Undecided };
            change(edit, message, witness)
        };
        if let Some(came) = self.came {
            let words = if came == Edit::Added { "is new" } else { "is gone" };
            // A new property that nothing could be before is told by what is refused of it now.
            let mut found = self.lost.into_iter().chain(self.won);
            let (message, witness) =
                found.next().map_or((words.to_owned(), None), |(message, witness)| (format!("{words}; {message}"), witness));
            return vec![change(came, message, witness)];
        }
        match (self.lost.as_slice(), self.won.as_slice()) {
            ([(lost, Some(witness)), ..], [(won, Some(_)), ..]) => {
                vec![change(Edit::Changed, format!("{lost}; {won}"), Some(witness.clone()))]
            }
            (_, _) => {
                let lost = self.lost.into_iter().map(|found| shown(Edit::Narrowed, found));
                lost.chain(self.won.into_iter().map(|found| shown(Edit::Widened, found))).collect()
            }
        }
    }
}

fn found(inclusion: &Inclusion, valid: Valid) -> Vec<(String, Found)> {
    let shown = |one: &Break| Some(Witness { instance: one.witness.clone(), valid });
    let breaks = inclusion.breaks().iter().map(|one| (one.at.clone(), (one.message.clone(), shown(one))));
    breaks.chain(inclusion.doubts().iter().map(|one| (one.at.clone(), (one.message.clone(), None)))).collect()
}

/// The pointers of all properties that a schema names.
fn properties(schema: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![(String::new(), schema)];
    while let Some((pointer, value)) = open.pop() {
        let Value::Object(map) = value else { continue };
        each_below(map, &mut |tokens, below| {
            let mut at = pointer.clone();
            tokens.iter().for_each(|token| push(&mut at, token));
            if matches!(tokens, ["properties", _]) {
                found.insert(at.clone());
            }
            open.push((at, below));
        });
    }
    found
}
