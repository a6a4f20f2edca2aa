//! The promote job: which it is, what it rests on, and whether it can be green without that.

use super::allowing::Judged;
use super::reading::Read;
use super::{PromotionOnly, conditions, failures, place, required, rules, scanning};
use crate::check::{Met, Place};
use crate::config::Label;
use crate::formats::expression::Piece;
use crate::formats::workflow::{Does, Job, Work, Workflow};
use crate::pipeline::{Event, Graph, invocations};
use crate::shown::{escaped, shown};

/// A workflow that has the promote job, or calls the one that has it.
pub(super) struct Gate<'w> {
    pub(super) graph: Graph<'w>,
    /// The number of the promote job.
    pub(super) promote: usize,
    /// The jobs that must have succeeded.
    pub(super) required: Vec<usize>,
    pub(super) events: Vec<Event>,
}

/// Finds the promote job, and judges it and what it rests on in every workflow that starts it.
pub(super) fn judge<'r>(options: &PromotionOnly, read: &'r Read, judged: &mut Judged) -> Vec<Gate<'r>> {
    let Some((file, job)) = promote(options, read, judged) else { return Vec::new() };
    let mut gates = Vec::new();
    for (path, workflow) in &read.library.workflows {
        // Another workflow has the promote job only where it calls one.
        if path != file && !workflow.jobs.iter().any(|job| matches!(job.work, Work::Call { .. })) {
            continue;
        }
        let Some(graph) = Graph::of(path, &read.library) else { continue };
        let events = Event::all(graph.workflow);
        let is_promote = |at: &usize| graph.nodes[*at].file == file && std::ptr::eq(graph.nodes[*at].job, job);
        let Some(promote) = (0..graph.nodes.len()).find(is_promote) else { continue };
        if events.is_empty() {
            continue;
        }
        let required = required::jobs(options.requires.as_ref().map(|all| all.as_slice()), (&graph, promote), judged);
        let gate = Gate { graph, promote, required, events };
        required::judge(&gate, options.requires.is_some(), judged);
        conditions::judge(&gate, judged);
        failures::judge(&gate, judged);
        scanning::judge(&gate, judged);
        gates.push(gate);
    }
    if gates.is_empty() {
        let message = format!("nothing starts `{}`: its workflow is only called, and no other calls it", shown(&job.id.value));
        judged.add(Met::new(&rules::NO_PROMOTE, place(file, job.id.line), message), Some(&job.id.value));
    }
    gates
}

/// What is so, in a few words.
pub(super) fn says(gates: &[Gate<'_>]) -> Vec<String> {
    let one = |gate: &Gate<'_>| {
        let node = &gate.graph.nodes[gate.promote];
        let names: Vec<String> = gate.required.iter().map(|at| shown(&gate.graph.label(*at))).collect();
        let shape = match &node.job.condition {
            Some(condition) if condition.asks_status => "looks at the results of",
            Some(_) | None => "runs only after",
        };
        format!(
            "{} {shape} {}",
            shown(&gate.graph.label(gate.promote)),
            if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
        )
    };
    gates.iter().map(one).collect()
}

/// The one promote job, and the file it stands in.
fn promote<'r>(options: &PromotionOnly, read: &'r Read, judged: &mut Judged) -> Option<(&'r str, &'r Job)> {
    let wanted = options.job.as_ref().map_or("promote", Label::as_str);
    let is_file =
        |path: &str| options.workflow.as_ref().is_none_or(|only| path == only.as_str() || path.rsplit('/').next() == Some(only.as_str()));
    let asked = || read.asked.iter().filter(|path| is_file(path)).filter_map(|path| read.library.workflows.get_key_value(path));
    let has_id = |job: &&Job| job.id.value.eq_ignore_ascii_case(wanted);
    let has_name = |job: &&Job| plain_name(job).is_some_and(|name| name.eq_ignore_ascii_case(wanted));
    let found: Vec<(&str, &Job)> = asked()
        .flat_map(|(path, workflow)| workflow.jobs.iter().filter(|job| has_id(job) || has_name(job)).map(|job| (path.as_str(), job)))
        .collect();
    match found.as_slice() {
        [one] => Some(*one),
        [] => {
            if !read.is_short || options.workflow.is_some() {
                judged.add(absent(wanted, options.workflow.as_ref(), asked()), None);
            }
            None
        }
        [first, rest @ ..] => {
            for (path, job) in rest {
                let message = format!(
                    "`{}` may be the promote job, and so may `{}` in {}:{}",
                    shown(&job.id.value),
                    shown(&first.1.id.value),
                    first.0,
                    first.1.id.line
                );
                judged.add(Met::new(&rules::AMBIGUOUS, place(path, job.id.line), message).next(where_to_say(path)), Some(&job.id.value));
            }
            None
        }
    }
}

fn where_to_say(path: &str) -> String {
    format!("gate promotion-only --workflow {}", crate::shown::shell_word(path.rsplit('/').next().unwrap_or(path)))
}

/// The name of a job without expressions.
fn plain_name(job: &Job) -> Option<String> {
    let name = job.name.as_ref()?;
    match name.pieces.as_slice() {
        [Piece::Text(text)] => Some(text.trim().to_owned()),
        _ => None,
    }
}

/// No job promotes: the one that runs `gate promote` may have been renamed.
fn absent<'r>(wanted: &str, file: Option<&Label>, mut asked: impl Iterator<Item = (&'r String, &'r Workflow)> + Clone) -> Met {
    let looked = file.map_or_else(|| "the workflows".to_owned(), |file| format!("`{}`", shown(file.as_str())));
    let renamed = asked.clone().find_map(|(path, workflow)| workflow.jobs.iter().find(|job| runs_promote(job)).map(|job| (path, job)));
    if let Some((path, job)) = renamed {
        let message = format!("no job of {looked} is `{}`; `{}` runs `gate promote`: was it renamed?", shown(wanted), shown(&job.id.value));
        return Met::new(&rules::NO_PROMOTE, place(path, job.id.line), message)
            .next(format!("gate promotion-only --job {}", crate::shown::shell_word(&job.id.value)));
    }
    let path = asked.next().map_or_else(|| ".github/workflows".to_owned(), |(path, _)| path.clone());
    let message = format!("no job of {looked} has the id or the name `{}`", shown(wanted));
    let place = if file.is_some() { Place::of(escaped(&path)) } else { Place::of(".github/workflows") };
    Met::new(&rules::NO_PROMOTE, place, message).next("gate init --github")
}

/// Whether a step of a job runs `gate promote`.
fn runs_promote(job: &Job) -> bool {
    let Work::Steps(steps) = &job.work else { return false };
    steps.iter().any(|step| match &step.does {
        Does::Run(run) if !run.script.source.contains("promote") => false,
        Does::Run(run) => crate::formats::shell::parse(&run.script.source).is_ok_and(|script| {
            invocations(&script).iter().any(|one| {
                one.words.iter().flatten().any(|word| word.rsplit('/').next() == Some("gate"))
                    && one.words.iter().flatten().any(|word| word == "promote")
            })
        }),
        Does::Uses { with, .. } => with.iter().any(|(name, value)| name.value == "command" && value.source.trim() == "promote"),
    })
}
