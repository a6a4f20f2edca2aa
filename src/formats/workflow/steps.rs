//! Steps of jobs and of composite actions.

use std::collections::HashSet;

use super::names;
use super::read::{at, condition, env, named, templated, text, toggle};
use super::reading::{Reading, shown};
use super::{Does, Run, Step};
use crate::formats::expression::Allowed;
use crate::formats::yaml::{Form, Node, Value};

/// `allowed`: in their conditions.
pub(super) fn steps(list: &[Node], allowed: &Allowed, reading: &mut Reading) -> Vec<Step> {
    let mut ids = HashSet::new();
    let mut steps = Vec::with_capacity(list.len());
    for node in list {
        if let Some(id) = node.get("id") {
            check_id(id, &mut ids, reading);
        }
        match step(node, allowed, reading) {
            Some(step) => steps.push(step),
            None => reading.fault_unread(node),
        }
    }
    steps
}

/// An id stands once, in upper and lower case.
fn check_id(node: &Node, ids: &mut HashSet<String>, reading: &mut Reading) {
    let Some(id) = text(node).filter(|id| !id.value.is_empty()) else { return };
    if let Some(why) = names::wrong_id(&id.value) {
        reading.fault(node, format!("`{}` is no id of a step: {why}", shown(&id.value)));
    } else if !ids.insert(id.value.to_ascii_lowercase()) {
        reading.fault(node, format!("the id `{}` stands twice among the steps", shown(&id.value)));
    }
}

fn step(node: &Node, allowed: &Allowed, reading: &mut Reading) -> Option<Step> {
    Some(Step {
        line: node.line,
        id: node.get("id").and_then(text),
        name: node.get("name").and_then(|name| templated(name, reading)),
        condition: node.get("if").and_then(|text| condition(text, allowed, reading)),
        continue_on_error: node.get("continue-on-error").and_then(|value| toggle(value, reading)),
        env: env(node.get("env"), reading),
        does: match (node.get("run"), node.get("uses")) {
            (Some(script), None) => Does::Run(run(node, script, reading)?),
            (None, Some(action)) => uses(node, action, reading)?,
            (Some(_), Some(_)) | (None, None) => return None,
        },
    })
}

fn run(step: &Node, script: &Node, reading: &mut Reading) -> Option<Run> {
    let Value::Scalar { form, .. } = &script.value else { return None };
    let (first_line, line_by_line) = match form {
        Form::Literal { first_line } => (*first_line, true),
        Form::Folded { first_line } => (*first_line, false),
        Form::Plain | Form::Quoted | Form::Tagged => (script.line, false),
    };
    let script = templated(script, reading)?;
    let shell = step.get("shell").and_then(text);
    let working_directory = step.get("working-directory").and_then(|path| templated(path, reading));
    Some(Run { script, first_line, line_by_line, shell, working_directory })
}

fn uses(step: &Node, action: &Node, reading: &mut Reading) -> Option<Does> {
    let uses = text(action)?;
    if let Some(why) = names::wrong_action(&uses.value).filter(|_| !uses.value.is_empty()) {
        reading.fault(action, format!("`{}` is no action: {why}", shown(&uses.value)));
    }
    let with = step.get("with").map(|with| named(with, reading)).unwrap_or_default();
    Some(Does::Uses { action: at(action, uses.value), with })
}
