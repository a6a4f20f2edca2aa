//! `on:`.

use super::cron;
use super::read::{at, entries, is_expression, key, templated, text, texts};
use super::reading::{Reading, shown};
use super::scalar::Meaning;
use super::{At, Input, Templated, Trigger};
use crate::formats::yaml::{Node, Value};

/// A list and its opposite, of which an event takes one.
const OPPOSITES: [(&str, &str); 3] = [("branches", "branches-ignore"), ("tags", "tags-ignore"), ("paths", "paths-ignore")];

pub(super) fn triggers(on: &Node, reading: &mut Reading) -> Vec<Trigger> {
    match &on.value {
        Value::Scalar { .. } | Value::Sequence(_) => {
            texts(on).into_iter().map(|event| Trigger { event, filters: Vec::new(), inputs: Vec::new() }).collect()
        }
        Value::Mapping(pairs) => pairs.iter().map(|(event, value)| trigger((event, value), reading)).collect(),
    }
}

fn trigger((event, value): (&Node, &Node), reading: &mut Reading) -> Trigger {
    for (one, other) in OPPOSITES {
        if let (Some(_), Some(second)) = (value.get(one), value.get(other)) {
            let event = shown(event.as_str().unwrap_or_default());
            reading.fault(second, format!("`{event}` has `{one}` and `{other}`, and GitHub takes one of them"));
        }
    }
    let narrows = |name: &Node| !matches!(name.as_str(), Some("inputs" | "outputs" | "secrets"));
    let filters = entries(value).iter().filter(|(name, _)| narrows(name)).map(|(name, value)| (key(name), texts(value)));
    schedule(value, reading);
    Trigger {
        event: key(event),
        filters: filters.collect(),
        inputs: value.get("inputs").map(|node| inputs(node, reading)).unwrap_or_default(),
    }
}

/// Only `schedule` is a list.
fn schedule(value: &Node, reading: &mut Reading) {
    for time in value.as_list().unwrap_or_default() {
        if let Some(cron) = time.get("cron")
            && let Some(text) = text(cron)
            && !cron::is_valid(&text.value)
        {
            reading.fault(
                cron,
                format!("`{}` is no time that GitHub knows: five fields as in `30 5 * * 1-5` are expected", shown(&text.value)),
            );
        }
    }
}

fn inputs(node: &Node, reading: &mut Reading) -> Vec<Input> {
    entries(node).iter().map(|(name, value)| input((name, value), reading)).collect()
}

fn input((name, value): (&Node, &Node), reading: &mut Reading) -> Input {
    let kind = value.get("type").and_then(text).map_or_else(|| "string".to_owned(), |kind| kind.value);
    let default = value.get("default");
    if let Some(default) = default {
        check_default((name, &kind), default, reading);
    }
    let options = value.get("options").map(|options| options.as_list().map_or(0, <[Node]>::len));
    let name_shown = shown(name.as_str().unwrap_or_default());
    match (kind.as_str(), options) {
        ("choice", None | Some(0)) => reading.fault(value, format!("`{name_shown}` is a choice and has no `options`")),
        ("choice", Some(_)) | (_, None) => {}
        (_, Some(_)) => reading.fault(value, format!("`{name_shown}` has `options` and is no choice")),
    }
    Input { name: key(name), required: is_true(value.get("required")), default: default.and_then(source), kind }
}

/// A default has to be of the type of its input. A number may be anything.
fn check_default((name, kind): (&Node, &str), default: &Node, reading: &mut Reading) {
    let Some(meaning) = Meaning::of(default).filter(|_| !is_expression(default)) else { return };
    let fits = match (kind, meaning) {
        ("number", _) | ("boolean", Meaning::Bool(_)) => true,
        ("boolean", _) | (_, Meaning::Bool(_) | Meaning::Number(_)) => false,
        (_, Meaning::Null | Meaning::Text(_)) => true,
    };
    if !fits {
        let name = shown(name.as_str().unwrap_or_default());
        reading.fault(default, format!("`default` of `{name}` is not of its type `{}`", shown(kind)));
    }
}

pub(super) fn is_true(node: Option<&Node>) -> bool {
    node.and_then(Meaning::of) == Some(Meaning::Bool(true))
}

pub(super) fn source(node: &Node) -> Option<String> {
    node.as_str().map(str::to_owned)
}

/// `on.workflow_call.outputs`
pub(super) fn outputs(on: &Node, reading: &mut Reading) -> Vec<(At<String>, Templated)> {
    let outputs = on.get("workflow_call").and_then(|call| call.get("outputs"));
    let each = outputs.map(entries).unwrap_or_default().iter();
    each.filter_map(|(name, output)| {
        let value = templated(output.get("value")?, reading)?;
        Some((at(name, name.as_str()?.to_owned()), value))
    })
    .collect()
}
