//! A workflow and its jobs.

use super::read::{
    at, concurrency, condition, defaults, entries, env, is_expression, key, named, permissions, templated, text, texts, toggle,
};
use super::reading::{Reading, shown};
use super::steps::steps;
use super::{Job, Templated, Work, Workflow, matrix, names, needs, triggers};
use crate::formats::expression::places;
use crate::formats::yaml::{Node, Value};

pub(super) fn workflow(root: &Node, reading: &mut Reading) -> Option<Workflow> {
    let on = root.get("on")?;
    let triggers = triggers::triggers(on, reading);
    if triggers.is_empty() && !on.is_null() {
        reading.fault(on, "`on` names no event");
    }
    Some(Workflow {
        name: root.get("name").and_then(text),
        triggers,
        permissions: root.get("permissions").and_then(permissions),
        env: env(root.get("env"), reading),
        defaults: defaults(root.get("defaults")),
        concurrency: root.get("concurrency").and_then(|node| concurrency(node, reading)),
        outputs: triggers::outputs(on, reading),
        jobs: jobs(root.get("jobs")?, reading),
    })
}

fn jobs(node: &Node, reading: &mut Reading) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (id, value) in entries(node) {
        match job((id, value), reading) {
            Some(job) => jobs.push(job),
            None => reading.fault_unread(id),
        }
    }
    if node.entries().is_some_and(<[_]>::is_empty) {
        reading.fault(node, "there is no job");
    }
    // A job that could not be read is no job that does not exist.
    if jobs.len() == entries(node).len() {
        needs::check(&jobs, reading);
    }
    jobs
}

fn job((id, node): (&Node, &Node), reading: &mut Reading) -> Option<Job> {
    let id = key(id);
    if let Some(why) = names::wrong_id(&id.value).filter(|_| !id.value.is_empty()) {
        reading.fault_at(id.line, id.column, format!("`{}` is no id of a job: {why}", shown(&id.value)));
    }
    check_machine(node, reading);
    let work = work((&id.value, node), reading)?;
    Some(Job {
        id,
        name: node.get("name").and_then(|name| templated(name, reading)),
        needs: node.get("needs").map(texts).unwrap_or_default(),
        runs_on: node.get("runs-on").map(|value| labels(value, reading)).unwrap_or_default(),
        condition: node.get("if").and_then(|text| condition(text, &places::JOB_IF, reading)),
        continue_on_error: node.get("continue-on-error").and_then(|value| toggle(value, reading)),
        permissions: node.get("permissions").and_then(permissions),
        environment: node.get("environment").and_then(|value| environment(value, reading)),
        concurrency: node.get("concurrency").and_then(|value| concurrency(value, reading)),
        env: env(node.get("env"), reading),
        defaults: defaults(node.get("defaults")),
        matrix: node.get("strategy").and_then(|strategy| matrix::matrix(strategy, reading)),
        outputs: node.get("outputs").map(|outputs| named(outputs, reading)).unwrap_or_default(),
        passes_secrets: node.get("uses").is_some() && node.get("secrets").is_some_and(|secrets| !secrets.is_null()),
        work,
    })
}

/// One label, several, or those beside a group.
fn labels(node: &Node, reading: &mut Reading) -> Vec<Templated> {
    let labels = if node.entries().is_some() { node.get("labels") } else { Some(node) };
    let each = labels.map(|labels| labels.as_list().unwrap_or(std::slice::from_ref(labels))).unwrap_or_default();
    each.iter().filter_map(|label| templated(label, reading)).collect()
}

fn work((id, node): (&str, &Node), reading: &mut Reading) -> Option<Work> {
    if let Some(uses) = node.get("uses") {
        let workflow = text(uses)?;
        if let Some(why) = names::wrong_workflow(&workflow.value).filter(|_| !workflow.value.is_empty()) {
            reading.fault(uses, format!("`{}` is no workflow to call: {why}", shown(&workflow.value)));
        }
        let with = node.get("with").map(|with| named(with, reading)).unwrap_or_default();
        return Some(Work::Call { workflow: at(uses, workflow.value), with });
    }
    let value = node.get("steps");
    let list = value.and_then(Node::as_list);
    // Without `runs-on` it is not said that it is a job with steps.
    if list.is_some_and(<[Node]>::is_empty) || (value.is_none() && node.get("runs-on").is_some()) {
        reading.fault(value.unwrap_or(node), format!("`{}` has no steps", shown(id)));
    }
    Some(Work::Steps(steps(list?, &places::STEP_IF, reading)))
}

fn environment(node: &Node, reading: &mut Reading) -> Option<Templated> {
    // `${{ insert }}` may bring the name.
    let inserted = || entries(node).iter().find(|(name, _)| is_expression(name)).map(|(_, value)| value);
    let name = if node.as_str().is_some() { node } else { node.get("name").or_else(inserted)? };
    templated(name, reading)
}

/// `container`, `services` and the group of `runs-on`: their values are not kept.
fn check_machine(job: &Node, reading: &mut Reading) {
    let services = job.get("services").map(entries).unwrap_or_default().iter().map(|(_, service)| service);
    for container in job.get("container").into_iter().chain(services) {
        let open = matches!(container.value, Value::Mapping(_)) && container.get("image").is_none() && !has_expression(container);
        if open {
            reading.fault(container, "the container has no `image`");
        }
    }
    if let Some(group) = job.get("runs-on").and_then(|runs_on| runs_on.get("group"))
        && let Some(name) = text(group).filter(|_| !is_expression(group))
        && !is_group(&name.value)
    {
        reading.fault(
            group,
            format!("`{}` is no group of runners: only `organization/` and `enterprise/` may stand before its name", shown(&name.value)),
        );
    }
}

fn is_group(name: &str) -> bool {
    match name.split_once('/') {
        None => true,
        Some((of, name)) => ["org", "organization", "ent", "enterprise"].contains(&of) && !name.is_empty() && !name.contains('/'),
    }
}

fn has_expression(node: &Node) -> bool {
    match &node.value {
        Value::Scalar { .. } => is_expression(node),
        Value::Sequence(items) => items.iter().any(has_expression),
        Value::Mapping(pairs) => pairs.iter().any(|(name, value)| is_expression(name) || has_expression(value)),
    }
}
