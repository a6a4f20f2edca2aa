//! Questions about a graph: whether a job can begin, and what a run comes to for those that start after it.

use std::collections::BTreeMap;

use crate::formats::expression::Expression;
use crate::formats::workflow::Workflow;

use super::course::{Assumed, State, course, free_course};
use super::evaluate::{Scope, UNKNOWN, evaluate, text_of, truth};
use super::event::{Event, Run};
use super::graph::Graph;
use super::steps::reaches;
use super::value::{Results, Truth, Value};

/// Whether a job can begin in a run that goes so.
pub(crate) fn may_begin(states: &[State], at: usize) -> bool {
    states[at].begins != Truth::No
}

/// Whether a job can begin after this event at all.
fn can_begin(graph: &Graph<'_>, at: usize, event: &Event) -> bool {
    may_begin(&free_course(graph, event), at)
}

/// One of the required jobs whose failure keeps a job from beginning that otherwise could.
pub(crate) fn skipped_without(graph: &Graph<'_>, at: usize, required: &[usize], event: &Event) -> Option<usize> {
    if !can_begin(graph, at, event) {
        return None;
    }
    let is_skipped = |fault: &&usize| {
        let states = course(graph, &Assumed { event, ended: BTreeMap::from([(**fault, Results::FAILURE)]) });
        states.is_some_and(|states| !may_begin(&states, at))
    };
    required.iter().find(is_skipped).copied()
}

/// The workflows that a workflow starts after, by the names that it has for them.
pub(crate) fn upstream(workflow: &Workflow) -> Vec<&str> {
    let filters = workflow.triggers.iter().filter(|trigger| trigger.event.value == "workflow_run").flat_map(|trigger| &trigger.filters);
    filters.filter(|(key, _)| key.value == "workflows").flat_map(|(_, names)| names).map(|name| name.value.as_str()).collect()
}

/// Whether a workflow starts only once a run has ended.
pub(crate) fn waits_for_the_end(workflow: &Workflow) -> bool {
    let filters = workflow.triggers.iter().filter(|trigger| trigger.event.value == "workflow_run").flat_map(|trigger| &trigger.filters);
    let mut types = filters.filter(|(key, _)| key.value == "types").flat_map(|(_, types)| types).peekable();
    types.peek().is_some() && types.all(|one| one.value == "completed")
}

/// The name of a workflow: its path, where it has none.
pub(crate) fn name_of<'w>((path, workflow): (&'w str, &'w Workflow)) -> &'w str {
    workflow.name.as_ref().map_or(path, |name| name.value.as_str())
}

/// Whether a step can be reached after a run that went so.
pub(crate) fn after_run(
    (before, states, event): (&Graph<'_>, &[State], &Event),
    after: &Graph<'_>,
    (on, at, task): (&Event, usize, usize),
) -> bool {
    let conclusion = waits_for_the_end(after.workflow).then(|| conclusion(before, states));
    let run = Run { name: name_of((before.file, before.workflow)), event: Some(&event.name), conclusion };
    is_reached_after(run, after, (on, at, task))
}

/// Whether a step can be reached after a run.
pub(crate) fn is_reached_after(run: Run<'_>, after: &Graph<'_>, (on, at, task): (&Event, usize, usize)) -> bool {
    let event = on.after(run);
    is_reached(after, &free_course(after, &event), (&event, at, task))
}

/// Whether a step can be reached, in a run that goes so.
pub(crate) fn is_reached(graph: &Graph<'_>, states: &[State], (event, at, task): (&Event, usize, usize)) -> bool {
    may_begin(states, at) && (graph.nodes[at].tasks.is_empty() || reaches(graph, at, states, (event, task)) != Truth::No)
}

/// What a run comes to: `github.event.workflow_run.conclusion`.
fn conclusion(graph: &Graph<'_>, states: &[State]) -> Results {
    let told = || graph.nodes.iter().zip(states).filter(|(node, _)| node.caller.is_none()).map(|(_, state)| state.told);
    for bad in [Results::FAILURE, Results::CANCELLED] {
        if told().any(|one| one == bad) {
            return bad;
        }
    }
    let may = |what: Results| told().any(|one| one.may_be(what));
    [Results::FAILURE, Results::CANCELLED].into_iter().filter(|bad| may(*bad)).fold(Results::SUCCESS.or(Results::SKIPPED), Results::or)
}

/// What an expression that asks only for the event comes to.
pub(crate) fn truth_on(expression: &Expression, event: &Event) -> Truth {
    let contexts = BTreeMap::from([("github".to_owned(), event.github.clone())]);
    truth(&evaluate(expression, &Scope { contexts, status: UNKNOWN }))
}

/// Whether what a step is given can come to true after an event. What comes to the text `true` is given as that.
pub(crate) fn may_hold(expression: &Expression, event: &Event, inputs: &Value) -> bool {
    let contexts = BTreeMap::from([("github".to_owned(), event.github.clone()), ("inputs".to_owned(), inputs.clone())]);
    let value = evaluate(expression, &Scope { contexts, status: UNKNOWN });
    let is_false = text_of(&value).whole().is_some_and(|text| text.is_empty() || text == "false");
    truth(&value) != Truth::No && !is_false
}
