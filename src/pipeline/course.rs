//! How the jobs of a run can end, as far as something is assumed of it.

use std::collections::BTreeMap;
use std::convert::Infallible;

use crate::formats::expression::{Expression, Node as Tree, Piece};
use crate::formats::workflow::{Env, Matrix, Switch, Templated, Toggle, Work};

use super::evaluate::{Scope, StatusChecks, UNKNOWN, evaluate, text_of, truth};
use super::event::Event;
use super::graph::{Graph, Moment, Node};
use super::steps;
use super::value::{Results, Text, Truth, Value};

/// What `runner.os` is on Windows.
const WINDOWS: &str = "Windows";

/// What is assumed of a run.
#[derive(Debug, Clone)]
pub(crate) struct Assumed<'e> {
    /// What started it.
    pub(crate) event: &'e Event,
    /// How some jobs really end, by their numbers.
    pub(crate) ended: BTreeMap<usize, Results>,
}

/// Which jobs are followed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Follow<'f> {
    All,
    /// These, in the order of their numbers; and of the last one named only whether it begins.
    Towards(&'f [usize], usize),
}

/// What can become of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    /// Whether it begins: what it needs and its condition let it.
    pub(crate) begins: Truth,
    /// What it really comes to.
    pub(crate) ended: Results,
    /// What GitHub tells those who need it.
    pub(crate) told: Results,
}

/// What can become of every job; none, when the assumptions contradict each other.
pub(crate) fn course(graph: &Graph<'_>, assumed: &Assumed<'_>) -> Option<Vec<State>> {
    follow(graph, assumed, Follow::All)
}

/// What can become of every job after each of these events, with nothing assumed.
pub(crate) fn courses<'e>(graph: &Graph<'_>, events: &'e [Event]) -> Vec<(&'e Event, Vec<State>)> {
    events.iter().map(|event| (event, free_course(graph, event))).collect()
}

/// What can become of every job after an event, with nothing assumed: nothing contradicts itself then.
pub(crate) fn free_course(graph: &Graph<'_>, event: &Event) -> Vec<State> {
    let Ok(states) = pass(graph, event, Follow::All, |_, ended| Ok::<_, Infallible>(ended));
    states
}

/// The same of some of the jobs; all others may be anything.
pub(crate) fn follow(graph: &Graph<'_>, assumed: &Assumed<'_>, which: Follow<'_>) -> Option<Vec<State>> {
    let within = |at, ended: Results| assumed.ended.get(&at).map_or(Some(ended), |only| ended.and(*only));
    pass(graph, assumed.event, which, |at, ended| within(at, ended).ok_or(Contradiction)).ok()
}

/// A job cannot end as it is assumed to.
struct Contradiction;

/// Goes through the jobs in their order; what a job can come to, the last argument makes narrower.
fn pass<E>(
    graph: &Graph<'_>,
    event: &Event,
    which: Follow<'_>,
    narrowed: impl Fn(usize, Results) -> Result<Results, E>,
) -> Result<Vec<State>, E> {
    let is_followed = |moment: &Moment| match (which, *moment) {
        (Follow::All, _) => true,
        (Follow::Towards(_, goal), Moment::End(at)) if at == goal => false,
        (Follow::Towards(some, goal), Moment::Begin(at) | Moment::End(at)) => at == goal || some.binary_search(&at).is_ok(),
    };
    let nothing_yet = State { begins: Truth::Maybe, ended: Results::ANY, told: Results::ANY };
    let mut states = vec![nothing_yet; graph.nodes.len()];
    for moment in graph.order.iter().filter(|moment| is_followed(moment)) {
        match *moment {
            Moment::Begin(at) => states[at].begins = begins(graph, at, &states, event),
            Moment::End(at) => {
                let ended = narrowed(at, ends(graph, at, &states, event))?;
                states[at].told = told(graph, at, &states, ended);
                states[at].ended = ended;
                // A job that calls may begin, and come to nothing but skipped jobs.
                if ended == Results::SKIPPED && graph.nodes[at].inner.is_empty() {
                    states[at].begins = Truth::No;
                }
            }
        }
    }
    Ok(states)
}

/// Whether a job begins.
fn begins(graph: &Graph<'_>, at: usize, states: &[State], event: &Event) -> Truth {
    let node = &graph.nodes[at];
    let around = node.caller.map_or(Truth::Yes, |caller| states[caller].begins);
    let status = status(node, states);
    let own = match &node.job.condition {
        None => status.success,
        Some(condition) => truth(&evaluate(&condition.compiled, &scope(graph, at, states, event))),
    };
    let legs = match &node.job.matrix {
        // An expression may come to no leg at all, and the job is skipped then.
        Some(Matrix::Unknown) => Truth::Maybe,
        Some(Matrix::Legs(_)) | None => Truth::Yes,
    };
    around.and(own).and(legs)
}

/// What a job can come to once it is known whether it begins.
fn ends(graph: &Graph<'_>, at: usize, states: &[State], event: &Event) -> Results {
    let node = &graph.nodes[at];
    let run = if !node.inner.is_empty() {
        inner_ends(node, states, |state| state.ended)
    } else if may_be_green(graph, at, states, event) {
        Results::SUCCESS.or(Results::FAILURE).or(Results::CANCELLED)
    } else {
        Results::FAILURE.or(Results::CANCELLED)
    };
    match states[at].begins {
        Truth::Yes => run,
        Truth::Maybe => run.or(Results::SKIPPED),
        Truth::No => Results::SKIPPED,
    }
}

/// A job that may run although something before it did not succeed may be there to fail for just that. One whose condition asks for no status runs only
/// after successes.
fn may_be_green(graph: &Graph<'_>, at: usize, states: &[State], event: &Event) -> bool {
    let node = &graph.nodes[at];
    let asks = node.job.condition.as_ref().is_some_and(|condition| condition.asks_status);
    let all_went_well = || node.ancestors.iter().all(|other| states[*other].told == Results::SUCCESS);
    !asks || states[at].begins == Truth::No || all_went_well() || steps::green(graph, at, states, event) != steps::Green::No
}

/// What a job that calls comes to: as its jobs do. With nothing but skipped jobs nothing was looked at.
fn inner_ends(node: &Node<'_>, states: &[State], of: impl Fn(&State) -> Results) -> Results {
    let inner = || node.inner.iter().map(|at| of(&states[*at]));
    let harmless = Results::SUCCESS.or(Results::SKIPPED);
    let mut ends: Option<Results> = None;
    let mut add = |one: Results| ends = Some(ends.map_or(one, |all| all.or(one)));
    if inner().any(|one| one.may_be(Results::FAILURE)) {
        add(Results::FAILURE);
    }
    if inner().any(|one| one.may_be(Results::CANCELLED)) {
        add(Results::CANCELLED);
    }
    if inner().all(|one| one.may_be(harmless)) {
        if inner().any(|one| one.may_be(Results::SUCCESS)) {
            add(Results::SUCCESS);
        }
        if inner().all(|one| one.may_be(Results::SKIPPED)) {
            add(Results::SKIPPED);
        }
    }
    ends.unwrap_or(Results::ANY)
}

/// What GitHub tells of a job that ended so.
fn told(graph: &Graph<'_>, at: usize, states: &[State], ended: Results) -> Results {
    let node = &graph.nodes[at];
    if !node.inner.is_empty() {
        // Skipped jobs alone leave the caller a success.
        let all = inner_ends(node, states, |state| state.told);
        let all = if all.may_be(Results::SKIPPED) && states[at].begins != Truth::No { all.or(Results::SUCCESS) } else { all };
        return match states[at].begins {
            Truth::No => Results::SKIPPED,
            Truth::Yes => all,
            Truth::Maybe => all.or(Results::SKIPPED),
        };
    }
    match continues(node) {
        Truth::No => ended,
        Truth::Yes => forgiven(ended),
        Truth::Maybe => ended.or(forgiven(ended)),
    }
}

/// A failure is told as a success.
fn forgiven(ended: Results) -> Results {
    if !ended.may_be(Results::FAILURE) {
        return ended;
    }
    ended.without(Results::FAILURE).map_or(Results::SUCCESS, |rest| rest.or(Results::SUCCESS))
}

/// What `matrix` is in each of a job's legs.
pub(crate) fn legs(node: &Node<'_>) -> Vec<Option<Value>> {
    match &node.job.matrix {
        Some(Matrix::Legs(legs)) => legs.iter().map(|leg| Some(leg_value(leg))).collect(),
        Some(Matrix::Unknown) => vec![Some(Value::Unknown)],
        None => vec![None],
    }
}

/// What the settings of a job see in one of its legs, before anything runs.
fn scope_of_leg(node: &Node<'_>, leg: Option<Value>) -> Scope {
    let mut contexts = BTreeMap::from([("inputs".to_owned(), node.inputs.clone())]);
    contexts.extend(leg.map(|leg| ("matrix".to_owned(), leg)));
    Scope { contexts, status: UNKNOWN }
}

/// Whether the job's `continue-on-error` is set; for some legs of its matrix: maybe.
pub(crate) fn continues(node: &Node<'_>) -> Truth {
    let Some(toggle) = &node.job.continue_on_error else { return Truth::No };
    let Switch::Asks(expression) = &toggle.value else { return literal(toggle) };
    Truth::over(legs(node).into_iter().map(|leg| truth(&evaluate(expression, &scope_of_leg(node, leg)))))
}

/// The systems that the labels of a job's runner name in one of its legs, as `runner.os` names them.
fn systems(node: &Node<'_>, leg: Option<Value>) -> impl Iterator<Item = &'static str> {
    let scope = scope_of_leg(node, leg);
    let labels = node.job.runs_on.iter().filter_map(move |label| templated(label, &scope).whole()).map(|label| label.to_lowercase());
    labels.filter_map(|label| {
        [("windows", WINDOWS), ("ubuntu", "Linux"), ("macos", "macOS")].into_iter().find(|(part, _)| label.contains(part)).map(|(_, os)| os)
    })
}

/// `runner` in a leg of a job, as far as the labels say what machine it is.
pub(crate) fn machine_of(node: &Node<'_>, leg: Option<Value>) -> Option<Value> {
    let os = systems(node, leg).next()?;
    Some(Value::Object { members: [("os", Value::text(os))].into_iter().collect(), open: true })
}

/// Whether the job runs on Windows, as far as the labels of its runner say; in some legs of its matrix: maybe.
pub(crate) fn is_on_windows(node: &Node<'_>) -> Truth {
    Truth::over(legs(node).into_iter().map(|leg| Truth::from(systems(node, leg).any(|os| os == WINDOWS))))
}

fn leg_value(leg: &[(String, Tree)]) -> Value {
    let nothing = Scope { contexts: BTreeMap::new(), status: UNKNOWN };
    let value = |node: &Tree| evaluate(&Expression { start: 0, node: node.clone() }, &nothing);
    Value::object(leg.iter().map(|(name, node)| (name.as_str(), value(node))))
}

/// What a toggle says without being asked anything.
pub(crate) fn literal(toggle: &Toggle) -> Truth {
    match &toggle.value {
        Switch::Is(true) => Truth::Yes,
        Switch::Is(false) => Truth::No,
        Switch::Asks(_) => Truth::Maybe,
    }
}

/// What the status functions answer in a job's `if:`: all that it needs counts, directly or not.
fn status(node: &Node<'_>, states: &[State]) -> StatusChecks {
    let told = || node.ancestors.iter().map(|at| states[*at].told);
    let one_is = |what: Results| {
        if told().any(|one| one == what) {
            Truth::Yes
        } else if told().any(|one| one.may_be(what)) {
            Truth::Maybe
        } else {
            Truth::No
        }
    };
    let success = if told().all(|one| one == Results::SUCCESS) {
        Truth::Yes
    } else if told().all(|one| one.may_be(Results::SUCCESS)) {
        Truth::Maybe
    } else {
        Truth::No
    };
    // A job may be cancelled without its run: by its time limit, by a leg beside it.
    let cancelled = if one_is(Results::CANCELLED) == Truth::No { Truth::No } else { Truth::Maybe };
    StatusChecks { success, failure: one_is(Results::FAILURE), cancelled }
}

/// What a job's expressions see.
pub(crate) fn scope(graph: &Graph<'_>, at: usize, states: &[State], event: &Event) -> Scope {
    let node = &graph.nodes[at];
    let needs = node.needs.iter().map(|need| (graph.nodes[*need].job.id.value.clone(), needed(graph, *need, states)));
    let inputs = if node.caller.is_none() { event.inputs.clone() } else { node.inputs.clone() };
    let contexts = BTreeMap::from([
        ("github".to_owned(), event.github.clone()),
        ("needs".to_owned(), Value::object(needs)),
        ("inputs".to_owned(), inputs),
    ]);
    Scope { contexts, status: status(node, states) }
}

/// `needs.<job>`.
fn needed(graph: &Graph<'_>, at: usize, states: &[State]) -> Value {
    let result = Value::Text(Text::of(states[at].told));
    let outputs = steps::outputs(&graph.nodes[at], states[at]);
    Value::object([("result", result), ("outputs", outputs)])
}

/// What a job's environment holds, as far as it is known: `env:` of the workflow, then of the job. A variable that is absent may hold anything.
pub(crate) fn environment(node: &Node<'_>, scope: &Scope) -> BTreeMap<String, Text> {
    let mut all = BTreeMap::new();
    extend(&mut all, &node.workflow.env, scope);
    extend(&mut all, &node.job.env, scope);
    all
}

/// Adds an `env:`; one that nobody can read may change any variable.
pub(crate) fn extend(all: &mut BTreeMap<String, Text>, env: &Env, scope: &Scope) {
    match env {
        Env::Each(pairs) => all.extend(pairs.iter().map(|(name, value)| (name.value.clone(), templated(value, scope)))),
        Env::Unknown => all.clear(),
    }
}

/// A text with its expressions evaluated.
pub(crate) fn templated(text: &Templated, scope: &Scope) -> Text {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => Text::known(text),
        Piece::Expression(expression) => text_of(&evaluate(expression, scope)),
    };
    Text(text.pieces.iter().flat_map(|one| piece(one).0).collect())
}

/// Whether a job has steps of its own that were read.
pub(crate) fn has_steps(node: &Node<'_>) -> bool {
    matches!(node.job.work, Work::Steps(_))
}
