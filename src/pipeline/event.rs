//! What starts a run, and what the `github` context says then.

use crate::formats::workflow::{Trigger, Workflow};

use super::value::{Members, Piece, Results, Text, Value};

/// An event that starts a workflow.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// As `on:` names it.
    pub(crate) name: String,
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
            members.insert("event", run_event(Results::ANY, None));
        }
        Self { name, line: trigger.event.line, github: Value::Object { members, open: true }, inputs: Value::Unknown }
    }

    /// The same, after a run of this event that ended so.
    pub(crate) fn after(&self, conclusion: Results, event: &str) -> Self {
        let mut after = self.clone();
        if let Value::Object { members, open } = &self.github {
            // The first of a name stays.
            let changed = [("event", run_event(conclusion, Some(event)))].into_iter();
            let others = members.iter().map(|(name, value)| (name, value.clone()));
            after.github = Value::Object { members: changed.chain(others).collect(), open: *open };
        }
        after
    }
}

/// `github.event` of a `workflow_run`.
fn run_event(conclusion: Results, event: Option<&str>) -> Value {
    let event = event.map(|event| ("event", Value::text(event)));
    let run = [("conclusion", Value::Text(Text::of(conclusion)))].into_iter().chain(event).collect();
    let run = Value::Object { members: run, open: true };
    Value::Object { members: [("workflow_run", run)].into_iter().collect(), open: true }
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
        "pull_request" => vec![("ref", vec![known("refs/pull/"), Piece::Any, known("/merge")])],
        "merge_group" => vec![("ref", vec![known("refs/heads/gh-readonly-queue/"), Piece::Any])],
        "schedule" | "workflow_run" | "repository_dispatch" | "pull_request_target" => {
            vec![("ref", vec![known("refs/heads/"), Piece::Any])]
        }
        "release" => vec![("ref", vec![known("refs/tags/"), Piece::Any]), ("ref_type", vec![known("tag")])],
        _ => Vec::new(),
    }
}
