//! What starts a run, and what the `github` context says then.

use crate::formats::workflow::{Trigger, Workflow};

use super::value::{Members, Piece, Results, Text, Value};

/// An event that starts a workflow.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// As `on:` names it.
    pub(crate) name: String,
    /// Only tags start it.
    pub(crate) is_of_tags: bool,
    /// The line of the trigger.
    pub(crate) line: usize,
    /// The `github` context.
    pub(crate) github: Value,
    /// The `inputs` context.
    pub(crate) inputs: Value,
}

impl Event {
    /// All events that start a workflow by itself; one that only others call has none.
    pub(crate) fn all(workflow: &Workflow) -> Vec<Self> {
        workflow.triggers.iter().filter(|trigger| trigger.event.value != "workflow_call").map(Self::of).collect()
    }

    fn of(trigger: &Trigger) -> Self {
        let name = trigger.event.value.clone();
        let mut members = Members::default();
        members.insert("event_name", Value::text(&name));
        for (member, pieces) in refs(trigger) {
            members.insert(member, Value::Text(Text(pieces)));
        }
        if name == "workflow_run" {
            members.insert("event", run_event(None));
        }
        let has = |filter: &str| trigger.filters.iter().any(|(key, _)| key.value.starts_with(filter));
        Self {
            is_of_tags: has("tags") && !has("branches"),
            name,
            line: trigger.event.line,
            github: Value::Object { members, open: true },
            inputs: Value::Unknown,
        }
    }

    /// The same, after a run of a workflow of this name, which an event started and which ended so; without one it has not ended.
    pub(crate) fn after(&self, run: Run<'_>) -> Self {
        let mut after = self.clone();
        if let Value::Object { members, open } = &self.github {
            // The first of a name stays.
            let changed = [("event", run_event(Some(run)))].into_iter();
            let others = members.iter().map(|(name, value)| (name, value.clone()));
            after.github = Value::Object { members: changed.chain(others).collect(), open: *open };
        }
        after
    }
}

/// A run that another workflow starts after.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run<'r> {
    /// The name of its workflow.
    pub(crate) name: &'r str,
    /// What started it, where that is known.
    pub(crate) event: Option<&'r str>,
    /// None: it has not ended.
    pub(crate) conclusion: Option<Results>,
}

/// `github.event` of a `workflow_run`.
fn run_event(run: Option<Run<'_>>) -> Value {
    let conclusion = match run {
        None => Value::Unknown,
        Some(run) => run.conclusion.map_or(Value::Null, |conclusion| Value::Text(Text::of(conclusion))),
    };
    let name = run.map(|run| ("name", Value::text(run.name)));
    let event = run.and_then(|run| run.event).map(|event| ("event", Value::text(event)));
    let run = [("conclusion", conclusion)].into_iter().chain(name).chain(event).collect();
    let run = Value::Object { members: run, open: true };
    Value::Object { members: [("workflow_run", run)].into_iter().collect(), open: true }
}

/// Whether a pull request that was closed starts it: then `github.ref` is the branch that it went to.
fn closes(trigger: &Trigger) -> bool {
    trigger.filters.iter().any(|(key, values)| key.value == "types" && values.iter().any(|value| value.value == "closed"))
}

/// `github.ref` and `github.ref_type`, as far as the event says.
fn refs(trigger: &Trigger) -> Vec<(&'static str, Vec<Piece>)> {
    let known = |text: &str| Piece::Known(text.to_owned());
    let filter = |name: &str| trigger.filters.iter().find(|(key, _)| key.value == name).map(|(_, values)| values);
    match trigger.event.value.as_str() {
        "push" => match (filter("branches").or(filter("branches-ignore")), filter("tags").or(filter("tags-ignore"))) {
            (Some(_), None) => {
                let only = filter("branches").filter(|all| all.len() == 1 && !all[0].value.contains(['*', '?', '+', '[', '!']));
                let name = only.map_or(Piece::Any, |all| known(&all[0].value));
                vec![("ref", vec![known("refs/heads/"), name.clone()]), ("ref_name", vec![name]), ("ref_type", vec![known("branch")])]
            }
            (None, Some(_)) => vec![("ref", vec![known("refs/tags/"), Piece::Any]), ("ref_type", vec![known("tag")])],
            (Some(_), Some(_)) | (None, None) => vec![("ref", vec![known("refs/"), Piece::Any])],
        },
        "pull_request" if closes(trigger) => Vec::new(),
        "pull_request" => vec![("ref", vec![known("refs/pull/"), Piece::Any, known("/merge")])],
        "merge_group" => vec![("ref", vec![known("refs/heads/gh-readonly-queue/"), Piece::Any])],
        "schedule" | "workflow_run" | "repository_dispatch" | "pull_request_target" => {
            vec![("ref", vec![known("refs/heads/"), Piece::Any])]
        }
        "release" => vec![("ref", vec![known("refs/tags/"), Piece::Any]), ("ref_type", vec![known("tag")])],
        _ => Vec::new(),
    }
}
