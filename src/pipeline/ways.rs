//! Questions about a graph: whether a job can begin, and what a run comes to for those that start after it.

use std::collections::BTreeMap;

use crate::formats::workflow::{Switch, Workflow};

use super::course::{Assumed, State, course};
use super::event::Event;
use super::graph::Graph;
use super::steps::reaches;
use super::value::{Results, Truth};

/// Whether a job can begin in a run that goes so.
pub(crate) fn may_begin(states: &[State], at: usize) -> bool {
    states[at].begins != Truth::No
}

/// Whether a job can begin after this event at all.
pub(crate) fn can_begin(graph: &Graph<'_>, at: usize, event: &Event) -> bool {
    course(graph, &Assumed { event, ended: BTreeMap::new() }).is_some_and(|states| may_begin(&states, at))
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

/// Whether a workflow starts after the runs of another, which it names.
pub(crate) fn names_workflow(workflow: &Workflow, (path, other): (&str, &Workflow)) -> bool {
    let name = other.name.as_ref().map_or(path, |name| name.value.as_str());
    let filters = workflow.triggers.iter().filter(|trigger| trigger.event.value == "workflow_run").flat_map(|trigger| &trigger.filters);
    filters.filter(|(key, _)| key.value == "workflows").flat_map(|(_, names)| names).any(|own| own.value == name)
}

/// Whether a step can be reached after a run that went so.
pub(crate) fn after_run(
    (before, states, event): (&Graph<'_>, &[State], &Event),
    after: &Graph<'_>,
    (on, at, task): (&Event, usize, usize),
) -> bool {
    let event = on.after(conclusion(before, states), &event.name);
    course(after, &Assumed { event: &event, ended: BTreeMap::new() }).is_some_and(|states| {
        may_begin(&states, at) && (after.nodes[at].tasks.is_empty() || reaches(after, at, &states, (&event, task)) != Truth::No)
    })
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
pub(crate) fn truth_on(expression: &crate::formats::expression::Expression, event: &Event) -> Truth {
    let contexts = BTreeMap::from([("github".to_owned(), event.github.clone())]);
    super::evaluate::truth(&super::evaluate::evaluate(expression, &super::evaluate::Scope { contexts, status: super::evaluate::UNKNOWN }))
}

/// Whether a switch is on for sure.
pub(crate) fn is_on(switch: &Switch) -> bool {
    matches!(switch, Switch::Is(true))
}
