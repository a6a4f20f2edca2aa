//! A run in which the gate is passed, told as a story.

use std::fmt;

use crate::formats::workflow::Condition;
use crate::shown::shown;

use super::course::State;
use super::event::Event;
use super::graph::{Graph, Node};
use super::steps::lets_pass;
use super::value::{Results, Truth};

/// What happens, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Story {
    pub(crate) parts: Vec<String>,
    pub(crate) cause: Cause,
}

/// What lets it happen, and where that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cause {
    pub(crate) why: Why,
    pub(crate) file: String,
    pub(crate) line: usize,
    /// The job that it belongs to.
    pub(crate) job: String,
}

/// What lets a run pass the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// `continue-on-error` of a job.
    Forgiven,
    /// A condition that lets a job run whatever came before, and nothing that looks at the results.
    RunsAnyway,
    /// The same, where the job at fault was only skipped.
    SkippedCounts,
    /// The job is not among those that are needed.
    NotNeeded,
    /// What was called did nothing, and that is a success.
    NothingRan,
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.parts.join(" → "))
    }
}

/// The name of a file without its folder.
pub(crate) fn short(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A piece of the text of a file, on one line.
pub(crate) fn quoted(source: &str) -> String {
    shown(&source.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// How a run comes to a job although another did not succeed.
pub(crate) fn tell(graph: &Graph<'_>, (event, states): (&Event, &[State]), (fault, goal): (usize, usize)) -> Story {
    let mut telling = Telling { graph, event, states, at_fault: fault, parts: Vec::new(), cause: None };
    telling.fault(fault);
    for at in telling.between(fault, goal) {
        telling.passes(at);
    }
    telling.goal(fault, goal);
    let node = &graph.nodes[goal];
    let nothing = || Cause { why: Why::NotNeeded, file: node.file.to_owned(), line: node.job.id.line, job: node.job.id.value.clone() };
    let cause = telling.cause.take().unwrap_or_else(nothing);
    Story { parts: telling.parts, cause }
}

struct Telling<'t, 'w> {
    graph: &'t Graph<'w>,
    event: &'t Event,
    states: &'t [State],
    at_fault: usize,
    parts: Vec<String>,
    /// The first of them counts.
    cause: Option<Cause>,
}

impl<'w> Telling<'_, 'w> {
    fn node(&self, at: usize) -> &Node<'w> {
        &self.graph.nodes[at]
    }

    fn blame(&mut self, at: usize, why: Why, line: usize) {
        let file = self.node(at).file;
        self.blame_in(file, (at, why, line));
    }

    /// The same of a line of another file than that of the job.
    fn blame_in(&mut self, file: &str, (at, why, line): (usize, Why, usize)) {
        let job = self.node(at).job.id.value.clone();
        self.cause.get_or_insert_with(|| Cause { why, file: file.to_owned(), line, job });
    }

    /// The job at fault: how it ends, and what is made of that.
    fn fault(&mut self, at: usize) {
        let inner = self.node(at).inner.clone();
        let failed = inner.iter().copied().find(|at| [Results::FAILURE, Results::CANCELLED].contains(&self.states[*at].ended));
        let label = self.graph.label(at);
        if let Some(failed) = failed {
            self.fault(failed);
            if self.states[at].told == Results::SUCCESS && self.cause.is_some() {
                self.parts.push(format!("`{label}` is a success"));
            }
            return;
        }
        let state = self.states[at];
        let what = match state.ended.word() {
            Some("failure") => format!("`{label}` fails"),
            Some("cancelled") => format!("`{label}` is cancelled"),
            Some("skipped") => format!("`{label}` is skipped{}", self.why_skipped(at)),
            Some(_) | None => format!("`{label}` does not succeed"),
        };
        if state.ended == Results::SKIPPED && !inner.is_empty() && state.begins != Truth::No {
            let line = self.node(at).job.id.line;
            self.blame(at, Why::NothingRan, line);
            self.parts.push(format!("every job that `{label}` calls is skipped"));
            self.parts.push("that counts as a success".to_owned());
            return;
        }
        self.parts.push(what);
        // Of the jobs that a job calls, one that is skipped leaves it a success.
        if let Some(caller) = self.node(at).caller.filter(|_| state.ended == Results::SKIPPED && at == self.at_fault) {
            let line = self.node(at).job.condition.as_ref().map_or(self.node(at).job.id.line, |condition| condition.line);
            self.parts.push(format!("`{}` is a success all the same", self.graph.label(caller)));
            self.blame(at, Why::NothingRan, line);
            return;
        }
        let toggle = self.node(at).job.continue_on_error.as_ref();
        if let Some(toggle) = toggle.filter(|_| state.ended != state.told && state.told.may_be(Results::SUCCESS)) {
            let place = format!("{}:{}", short(self.node(at).file), toggle.line);
            let (text, line) = (format!("its `continue-on-error: {}` ({place}) reports success", quoted(&toggle.source)), toggle.line);
            self.parts.push(text);
            self.blame(at, Why::Forgiven, line);
        }
    }

    fn why_skipped(&self, at: usize) -> String {
        let node = self.node(at);
        let bad = node.ancestors.iter().find(|other| self.states[**other].told != Results::SUCCESS);
        match (&node.job.condition, bad) {
            (Some(condition), None) => format!(": its {} is not met", condition_of(node, condition)),
            (_, Some(bad)) => {
                let how = if self.states[*bad].ended == Results::SKIPPED { "is skipped" } else { "does not succeed" };
                format!(", as `{}` {how}", self.graph.label(*bad))
            }
            (None, None) => String::new(),
        }
    }

    /// The jobs by way of which the one needs the other.
    fn between(&self, fault: usize, goal: usize) -> Vec<usize> {
        let after = |at: &usize| self.node(*at).ancestors.contains(&fault);
        self.node(goal).ancestors.iter().copied().filter(after).collect()
    }

    /// A job between them that went on.
    fn passes(&mut self, at: usize) {
        let state = self.states[at];
        if state.begins == Truth::No || state.ended == Results::SKIPPED || self.all_told_success(at) {
            return;
        }
        let label = self.graph.label(at);
        if let Some((text, let_pass)) = self.runs_anyway(at) {
            let how = if state.ended == Results::SUCCESS && let_pass.is_none() { " and succeeds" } else { "" };
            self.parts.push(format!("`{label}` runs all the same ({text}){how}"));
            self.parts.extend(let_pass);
        }
    }

    fn all_told_success(&self, at: usize) -> bool {
        self.node(at).ancestors.iter().all(|other| self.states[*other].told.may_be(Results::SUCCESS))
    }

    /// The condition that lets a job run, and the step that looks at the results and lets the job pass.
    fn runs_anyway(&mut self, at: usize) -> Option<(String, Option<String>)> {
        let (graph, node) = (self.graph, self.node(at));
        let condition = node.job.condition.as_ref()?;
        let text = condition_at(node, condition);
        let why = if self.states[self.at_fault].told == Results::SKIPPED { Why::SkippedCounts } else { Why::RunsAnyway };
        let Some((task, runs)) = lets_pass(graph, at, (self.event, self.states)) else {
            self.blame(at, why, condition.line);
            return Some((text, None));
        };
        let (file, line) = (task.file, task.step.line);
        self.blame_in(file, (at, why, line));
        let how = if runs == Truth::No { "is not run then" } else { "lets it pass" };
        Some((text, Some(format!("{} {how} ({}:{line})", task.name(), short(file)))))
    }

    fn goal(&mut self, fault: usize, goal: usize) {
        let label = self.graph.label(goal);
        let node = self.node(goal);
        let callers: Vec<usize> = std::iter::successors(node.caller, |at| self.node(*at).caller).collect();
        let needs = |at: usize| {
            self.node(at).ancestors.contains(&fault)
                || self.node(at).ancestors.iter().any(|other| self.graph.rests_on(*other).contains(&fault))
        };
        if fault != goal && !needs(goal) && !callers.iter().any(|at| needs(*at)) {
            let line = node.job.id.line;
            self.parts.push(format!("`{label}` does not need it and runs"));
            self.blame(goal, Why::NotNeeded, line);
            return;
        }
        if self.all_told_success(goal) && callers.iter().all(|at| self.all_told_success(*at)) {
            self.parts.push(format!("`{label}` runs"));
            return;
        }
        let open = [goal].into_iter().chain(callers).find(|at| !self.all_told_success(*at)).unwrap_or(goal);
        match self.runs_anyway(open) {
            Some((text, let_pass)) => {
                self.parts.push(format!("`{label}` runs all the same ({text})"));
                self.parts.extend(let_pass);
            }
            None => self.parts.push(format!("`{label}` runs")),
        }
    }
}

/// The same, in a sentence.
fn condition_of(node: &Node<'_>, condition: &Condition) -> String {
    format!("`if: {}` ({}:{})", quoted(&condition.source), short(node.file), condition.line)
}

/// `if: always()` and where it stands, between parentheses.
pub(crate) fn condition_at(node: &Node<'_>, condition: &Condition) -> String {
    format!("`if: {}`, {}:{}", quoted(&condition.source), short(node.file), condition.line)
}
