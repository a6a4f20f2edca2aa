//! A local action.

use super::read::{condition, entries, key, text};
use super::reading::{Reading, shown};
use super::steps::steps;
use super::triggers::{is_true, source};
use super::{Action, Input, Step};
use crate::formats::expression::places;
use crate::formats::yaml::Node;

pub(super) fn action(root: &Node, reading: &mut Reading) -> Option<Action> {
    let inputs = root.get("inputs").map(entries).unwrap_or_default().iter().map(|(name, value)| input((name, value)));
    let runs = root.get("runs")?;
    for around in ["pre-if", "post-if"] {
        if let Some(text) = runs.get(around) {
            condition(text, &places::ACTION_STEP_IF, reading);
        }
    }
    Some(Action { inputs: inputs.collect(), steps: own_steps(runs, reading)? })
}

fn input((name, value): (&Node, &Node)) -> Input {
    Input {
        name: key(name),
        required: is_true(value.get("required")),
        default: value.get("default").and_then(source),
        kind: "string".to_owned(),
    }
}

/// What is run has to be what `using` says.
fn own_steps(runs: &Node, reading: &mut Reading) -> Option<Option<Vec<Step>>> {
    let using = text(runs.get("using")?)?.value;
    let needed = match using.as_str() {
        "composite" => "steps",
        "docker" => "image",
        _ => "main",
    };
    if runs.get(needed).is_none() {
        reading.fault(runs, format!("`{needed}` is missing in `runs` of an action that uses `{}`", shown(&using)));
    }
    match runs.get("steps") {
        Some(list) => Some(Some(steps(list.as_list()?, &places::ACTION_STEP_IF, reading))),
        None => Some(None),
    }
}
