//! Steps that look at the results of the needed jobs, and of which jobs.

use crate::formats::expression::Expression;
use crate::formats::workflow::{Env, Step, Templated};

use super::course::State;
use super::graph::Graph;
use super::scripts::{expressions, texts_of};
use super::task::{Layer, Task};
use super::value::Results;
use super::wrappers::base;

/// Commands that only tell what they are given.
const TELLING: [&str; 4] = ["cat", "echo", "printf", "tee"];

/// Where a step reads the results of some jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    /// In what it does, beside its `if:` or not.
    ToJudge,
    /// In its `if:` alone.
    ToRun,
    No,
}

/// The ids of the jobs that a job needs and that did not succeed, in a run that goes so.
pub(super) fn short_of<'g>(graph: &'g Graph<'_>, at: usize, states: &[State]) -> Vec<&'g str> {
    let needs = graph.nodes[at].needs.iter();
    let fell_short = needs.filter(|need| !states[**need].told.may_be(Results::SUCCESS));
    fell_short.map(|need| graph.nodes[*need].job.id.value.as_str()).collect()
}

/// Where a step reads the results of one of these jobs, or those of all that are needed.
pub(super) fn looks_at(task: &Task<'_>, jobs: &[&str]) -> Looks {
    let reads = |expression: &Expression| reads_one_of(expression, jobs);
    let does = |step: &Step| texts_of(step).chain(values_of(&step.env)).flat_map(expressions).any(reads);
    if !only_tells(task) && task.layers().any(|layer| does(layer.step)) {
        return Looks::ToJudge;
    }
    let asks = |Layer { step, .. }: Layer<'_>| step.condition.as_ref().is_some_and(|condition| reads(&condition.compiled));
    if task.layers().any(asks) { Looks::ToRun } else { Looks::No }
}

/// Whether `needs` stands in an expression otherwise than as `needs.<another>`.
fn reads_one_of(expression: &Expression, jobs: &[&str]) -> bool {
    let is_another =
        |(object, name): (&Expression, &str)| object.is_context("needs") && !jobs.iter().any(|job| job.eq_ignore_ascii_case(name));
    let all = expression.each().filter(|part| part.is_context("needs")).count();
    all > expression.each().filter_map(Expression::member).filter(|member| is_another(*member)).count()
}

fn values_of(env: &Env) -> impl Iterator<Item = &Templated> {
    let pairs = if let Env::Each(pairs) = env { pairs.as_slice() } else { &[] };
    pairs.iter().map(|(_, value)| value)
}

/// Whether a step has commands, and none of them does more than to tell something.
fn only_tells(task: &Task<'_>) -> bool {
    let tells = |word: Option<&Option<String>>| word.and_then(Option::as_deref).is_some_and(|word| TELLING.contains(&base(word)));
    !task.commands().is_empty() && task.commands().iter().all(|command| tells(command.words.first()))
}
