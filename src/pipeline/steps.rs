//! The steps of a job in the order in which they run: whether they can all be green, and which of them are reached.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::formats::expression::Piece;
use crate::formats::workflow::{Condition, Does, Env, Run, Switch};

use super::course::{self, State, extend, literal, scope};
use super::evaluate::{Scope, StatusChecks, evaluate, truth};
use super::event::Event;
use super::graph::{Graph, Node};
use super::guard;
use super::onlooker::{Looks, looks_at, short_of};
use super::scripts::{asks_for_needs, asks_for_steps};
use super::task::{Layer, Task};
use super::value::{Members, Results, Text, Truth, Value};

/// Whether a job can end green.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Green {
    /// No step of it has to fail.
    Yes,
    /// A step of it certainly fails.
    No,
    /// A step looks at the needed jobs in a way that cannot be followed.
    CannotTell(Unread),
}

/// A step that is not followed: where it is, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unread {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) why: String,
}

/// Whether a job that begins can end green.
pub(crate) fn green(graph: &Graph<'_>, at: usize, states: &[State], event: &Event) -> Green {
    let node = &graph.nodes[at];
    let mut walk = Walk::new(graph, at, states, event);
    let mut unread = None;
    let mut asked = false;
    for task in &node.tasks {
        let runs = walk.runs(task, Job::Well);
        asked |= asks_for_needs(task);
        if runs != Truth::No {
            match guard::ends_by_needs(task, node, &walk.scope, &walk.environment) {
                guard::Ends::Fails if runs == Truth::Yes && !walk.is_forgiven(task) => return Green::No,
                // It fails if an earlier step, which asked for them, said so.
                guard::Ends::Fails if runs == Truth::Maybe && asked && unread.is_none() && asks_for_steps(task) => {
                    let why = "a step fails by what an earlier one made of them".to_owned();
                    unread = Some(Unread { file: task.file.to_owned(), line: task.step.line, why });
                }
                guard::Ends::CannotTell(why) if unread.is_none() && !walk.is_forgiven(task) => {
                    unread = Some(Unread { file: task.file.to_owned(), line: task.step.line, why });
                }
                guard::Ends::Fails | guard::Ends::MaySucceed | guard::Ends::CannotTell(_) => {}
            }
        }
        walk.passed(task, runs);
    }
    unread.map_or(Green::Yes, Green::CannotTell)
}

/// The first step of a job that begins which looks at the needed jobs that did not succeed, and lets the job pass, and whether it runs; none where
/// another step does not.
pub(crate) fn lets_pass<'g, 'w>(graph: &'g Graph<'w>, at: usize, (event, states): (&Event, &[State])) -> Option<(&'g Task<'w>, Truth)> {
    let node = &graph.nodes[at];
    let short = short_of(graph, at, states);
    if short.is_empty() {
        return None;
    }
    let mut walk = Walk::new(graph, at, states, event);
    let mut first = None;
    for task in &node.tasks {
        let runs = walk.runs(task, Job::Well);
        let ends = guard::ends_by_needs(task, node, &walk.scope, &walk.environment);
        let fails = ends == guard::Ends::Fails;
        if runs == Truth::Yes && (fails && !walk.is_forgiven(task) || matches!(ends, guard::Ends::CannotTell(_))) {
            return None;
        }
        match looks_at(task, &short) {
            Looks::ToJudge => first = first.or(Some((task, runs))),
            // It judges if it fails whenever it runs: `if: contains(needs.*.result, 'failure')`, `run: exit 1`.
            Looks::ToRun if fails => first = first.or(Some((task, runs))),
            Looks::ToRun | Looks::No => {}
        }
        walk.passed(task, runs);
    }
    first
}

/// Whether a job can end green after one of its steps failed that is forgiven.
pub(crate) fn forgiven_is_green(graph: &Graph<'_>, at: usize, states: &[State], (event, number): (&Event, usize)) -> bool {
    let node = &graph.nodes[at];
    let mut walk = Walk::new(graph, at, states, event);
    for (other, task) in node.tasks.iter().enumerate() {
        let runs = walk.runs(task, Job::Well);
        let fails = || guard::ends(task, node, &walk.scope, &walk.environment) == guard::Ends::Fails;
        if other > number && runs == Truth::Yes && !walk.is_forgiven(task) && fails() {
            return false;
        }
        walk.passed(task, runs);
        if other == number {
            walk.failed(task);
        }
    }
    true
}

/// Whether a job that begins can reach one of its steps.
pub(crate) fn reaches(graph: &Graph<'_>, at: usize, states: &[State], (event, number): (&Event, usize)) -> Truth {
    let node = &graph.nodes[at];
    let mut walk = Walk::new(graph, at, states, event);
    let mut well = true;
    for task in &node.tasks[..number] {
        let runs = walk.runs(task, Job::Well);
        if runs == Truth::Yes && !walk.is_forgiven(task) {
            well = well && guard::ends_by_needs(task, node, &walk.scope, &walk.environment) != guard::Ends::Fails;
        }
        walk.passed(task, runs);
    }
    let last = &node.tasks[number];
    let after_failure = if number == 0 { Truth::No } else { walk.runs(last, Job::Failed) };
    let after_success = if well { walk.runs(last, Job::Well) } else { Truth::No };
    match (after_success, after_failure) {
        (Truth::No, Truth::No) => Truth::No,
        (Truth::Yes, _) | (_, Truth::Yes) => Truth::Yes,
        (Truth::Maybe | Truth::No, Truth::Maybe | Truth::No) => Truth::Maybe,
    }
}

/// Whether one of these steps certainly runs in a job that fares well: in one leg of its matrix at least.
pub(crate) fn certain(graph: &Graph<'_>, at: usize, states: &[State], (event, wanted): (&Event, &[usize])) -> Truth {
    let node = &graph.nodes[at];
    let in_leg = |leg: Option<Value>| {
        let mut walk = Walk::new(graph, at, states, event);
        walk.scope.contexts.extend(course::machine_of(node, leg.clone()).map(|os| ("runner".to_owned(), os)));
        walk.scope.contexts.extend(leg.map(|leg| ("matrix".to_owned(), leg)));
        let mut sum = Truth::No;
        for (number, task) in node.tasks.iter().enumerate() {
            let runs = walk.runs(task, Job::Well);
            if wanted.contains(&number) {
                sum = Truth::any([sum, runs]);
            }
            walk.passed(task, runs);
        }
        sum
    };
    Truth::any(course::legs(node).into_iter().map(in_leg))
}

/// Whether a step can be reached after one before it has failed.
pub(crate) fn after_failure(graph: &Graph<'_>, at: usize, states: &[State], (event, number): (&Event, usize)) -> Truth {
    let node = &graph.nodes[at];
    let mut walk = Walk::new(graph, at, states, event);
    for task in &node.tasks[..number] {
        let runs = walk.runs(task, Job::Well);
        walk.passed(task, runs);
    }
    walk.runs(&node.tasks[number], Job::Failed)
}

/// How the job fared up to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Job {
    Well,
    Failed,
}

struct Walk {
    scope: Scope,
    environment: BTreeMap<String, Text>,
    steps: BTreeMap<String, Value>,
}

impl Walk {
    fn new(graph: &Graph<'_>, at: usize, states: &[State], event: &Event) -> Self {
        let mut scope = scope(graph, at, states, event);
        scope.contexts.insert("steps".to_owned(), Value::object::<&str>([]));
        let environment = course::environment(&graph.nodes[at], &scope);
        Self { scope, environment, steps: BTreeMap::new() }
    }

    /// Whether a step runs while the job fares so.
    fn runs(&mut self, task: &Task<'_>, job: Job) -> Truth {
        self.scope.status = match job {
            Job::Well => StatusChecks { success: Truth::Yes, failure: Truth::No, cancelled: Truth::No },
            Job::Failed => StatusChecks { success: Truth::No, failure: Truth::Yes, cancelled: Truth::Maybe },
        };
        let is = |result: Results| Value::object([("status", Value::Text(Text::of(result)))]);
        let result = if job == Job::Well { Results::SUCCESS } else { Results::FAILURE };
        self.scope.contexts.insert("job".to_owned(), is(result));
        self.scope.contexts.insert("steps".to_owned(), Value::object(self.steps.clone()));
        let env = self.environment.iter().map(|(name, value)| (name.as_str(), Value::Text(value.clone()))).collect();
        self.scope.contexts.insert("env".to_owned(), Value::Object { members: env, open: true });
        let conditions: Vec<Option<&Condition>> = task.layers().map(|layer| layer.step.condition.as_ref()).collect();
        conditions.into_iter().fold(Truth::Yes, |so_far, condition| {
            so_far.and(match condition {
                None => self.scope.status.success,
                Some(condition) => truth(&evaluate(&condition.compiled, &self.scope)),
            })
        })
    }

    /// What later steps see of one that failed and was forgiven.
    fn failed(&mut self, task: &Task<'_>) {
        if let Some(id) = &task.outermost().id {
            let ends =
                [("outcome", Results::FAILURE), ("conclusion", Results::SUCCESS)].map(|(name, end)| (name, Value::Text(Text::of(end))));
            let value = Value::object(ends.into_iter().chain([("outputs", Value::Unknown)]));
            self.steps.insert(id.value.to_lowercase(), value);
        }
    }

    /// Whether a failure of the step is taken for a success.
    fn is_forgiven(&self, task: &Task<'_>) -> bool {
        task.layers().filter_map(|layer| layer.step.continue_on_error.as_ref()).any(|toggle| match &toggle.value {
            Switch::Asks(expression) => truth(&evaluate(expression, &self.scope)) != Truth::No,
            Switch::Is(_) => literal(toggle) == Truth::Yes,
        })
    }

    /// What later steps see of one that was passed while the job fared well.
    fn passed(&mut self, task: &Task<'_>, runs: Truth) {
        // What it writes there, later steps find in their environment.
        if runs != Truth::No && run(task).is_some_and(|run| run.script.source.contains("GITHUB_ENV")) {
            self.environment.clear();
        }
        let Some(id) = &task.outermost().id else { return };
        let forgiven = self.is_forgiven(task);
        let ran = if forgiven { Results::SUCCESS.or(Results::FAILURE) } else { Results::SUCCESS };
        let outcome = match runs {
            Truth::Yes => ran,
            Truth::Maybe => ran.or(Results::SKIPPED),
            Truth::No => Results::SKIPPED,
        };
        let conclusion = if runs == Truth::No { Results::SKIPPED } else { outcome.without(Results::FAILURE).unwrap_or(Results::SUCCESS) };
        let value = Value::object([
            ("outcome", Value::Text(Text::of(outcome))),
            ("conclusion", Value::Text(Text::of(conclusion))),
            ("outputs", Value::Unknown),
        ]);
        self.steps.insert(id.value.to_lowercase(), value);
    }
}

/// The variables that a step of a script sees, and its scope.
pub(crate) fn surroundings<'s>(
    task: &Task<'_>,
    scope: &'s Scope,
    environment: &'s BTreeMap<String, Text>,
) -> (Cow<'s, Scope>, Cow<'s, BTreeMap<String, Text>>) {
    let mut scope = Cow::Borrowed(scope);
    if !task.within.is_empty() {
        scope.to_mut().contexts.insert("inputs".to_owned(), task.inputs.clone());
    }
    let mut environment = Cow::Borrowed(environment);
    for env in task.layers().map(|layer| &layer.step.env).filter(|env| !matches!(env, Env::Each(pairs) if pairs.is_empty())) {
        extend(environment.to_mut(), env, &scope);
    }
    (scope, environment)
}

/// `needs.<job>.outputs`: unknown, but for outcomes of steps, which go with how the job ended.
pub(crate) fn outputs(node: &Node<'_>, state: State) -> Value {
    let mut members = Members::default();
    for (name, value) in &node.job.outputs {
        let value = match (state.ended == Results::SKIPPED, asked_step(&value.pieces)) {
            (true, _) => Value::Text(Text::default()),
            (false, Some(step)) => outcome(node, &step, state.ended),
            (false, None) => Value::Unknown,
        };
        members.insert(&*name.value, value);
    }
    // A job that calls has the outputs of the workflow it calls.
    Value::Object { members, open: !course::has_steps(node) }
}

/// The step of `${{ steps.<id>.outcome }}` or `.conclusion`.
fn asked_step(pieces: &[Piece]) -> Option<String> {
    let [Piece::Expression(expression)] = pieces else { return None };
    let path = expression.path()?;
    let ["steps", id, what] = path.as_slice() else { return None };
    ["outcome", "conclusion"].contains(&what.to_lowercase().as_str()).then(|| id.to_lowercase())
}

/// What a step came to in a job that ended so. In a job that failed, a step that always runs in its turn and behind which nothing can fail did not
/// succeed.
fn outcome(node: &Node<'_>, id: &str, ended: Results) -> Value {
    let unknown = Value::Text(Text::any());
    let has_id = |task: &Task<'_>| task.within.is_empty() && task.step.id.as_ref().is_some_and(|own| own.value.eq_ignore_ascii_case(id));
    let Some(number) = node.tasks.iter().position(has_id) else { return unknown };
    let is_plain = |task: &Task<'_>| task.layers().all(|Layer { step, .. }| step.condition.is_none() && step.continue_on_error.is_none());
    if !is_plain(&node.tasks[number]) {
        return unknown;
    }
    let is_last = number + 1 == node.tasks.len();
    match (ended == Results::SUCCESS, ended == Results::FAILURE && is_last) {
        (true, _) => Value::Text(Text::of(Results::SUCCESS)),
        (false, true) => Value::Text(Text::of(Results::FAILURE.or(Results::SKIPPED))),
        (false, false) => unknown,
    }
}

/// The script of a step, where it has one.
pub(crate) fn run<'w>(task: &Task<'w>) -> Option<&'w Run> {
    match &task.step.does {
        Does::Run(run) => Some(run),
        Does::Uses { .. } => None,
    }
}
