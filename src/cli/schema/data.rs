//! A comparison of schemas as data.

use serde_json::{Value, json};

use super::{Answer, Asked, Told};
use crate::schema::{Change, FaultSort, Inclusion};

/// The document `gate.schema-diff/1`.
pub(super) fn document(told: &Told<'_>) -> Value {
    let faults = told.unread.iter().flat_map(|unread| {
        unread.faults.iter().map(|fault| {
            json!({ "file": unread.file, "line": fault.line, "at": fault.pointer, "sort": sort(fault.sort), "message": fault.message })
        })
    });
    json!({
        "schema": "gate.schema-diff/1",
        "old": told.old,
        "new": told.new,
        "compatibility": told.compatibility.name(),
        "answer": told.answer().name(),
        "faults": faults.collect::<Vec<_>>(),
        "directions": told.directions.iter().map(direction).collect::<Vec<_>>(),
        "changes": told.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

fn direction(direction: &Asked<'_>) -> Value {
    let answer = match &direction.inclusion {
        Inclusion::Holds => Answer::Compatible,
        Inclusion::Broken { .. } => Answer::Breaking,
        Inclusion::Unknown(_) => Answer::CannotDecide,
    };
    let breaks = direction.inclusion.breaks().iter().map(|one| json!({ "at": one.at, "message": one.message, "witness": one.witness }));
    let doubts = direction.inclusion.doubts().iter().map(|doubt| json!({ "at": doubt.at, "message": doubt.message }));
    json!({
        "direction": direction.name,
        "accepted-by": direction.from,
        "asked-of": direction.to,
        "answer": answer.name(),
        "breaks": breaks.collect::<Vec<_>>(),
        "doubts": doubts.collect::<Vec<_>>(),
    })
}

/// A change as data: its witness, and under which edition that is valid.
pub(in crate::cli) fn change(change: &Change) -> Value {
    let witness = change.witness.as_ref();
    json!({
        "edit": change.edit.name(), "at": change.at, "message": change.message,
        "witness": witness.map(|witness| &witness.instance), "valid": witness.map(|witness| witness.valid.name()),
    })
}

fn sort(sort: FaultSort) -> &'static str {
    match sort {
        FaultSort::NotJson => "not-json",
        FaultSort::Draft => "draft",
        FaultSort::Invalid => "invalid",
        FaultSort::Unresolved => "unresolved",
        FaultSort::Endless => "endless",
        FaultSort::Pattern => "pattern",
        FaultSort::TooLarge => "too-large",
    }
}
