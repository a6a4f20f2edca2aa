//! What promote rests on: which jobs are required, and whether promote can be green without one of them.

use super::allowing::Judged;
use super::standing::Promotion;
use super::{place, rules};
use crate::check::{Met, Rule};
use crate::config::Label;
use crate::pipeline::{
    Cause, Event, Found, Goal, Graph, Green, Question, Results, Story, Truth, Weight, Why, allows_skip, continues, green, may_begin, short,
    skipped_without, tell, weight_of,
};
use crate::shown::shown;

/// The jobs that must have succeeded: those that are named, else all that promote needs.
pub(super) fn jobs(named: Option<&[Label]>, (graph, promote): (&Graph<'_>, usize), judged: &mut Judged) -> Vec<usize> {
    let node = &graph.nodes[promote];
    let Some(named) = named else { return needed(graph, promote) };
    let mut all = Vec::new();
    for label in named {
        let why = match graph.job(label.as_str(), promote) {
            Some(at) if at != promote => {
                all.push(at);
                continue;
            }
            Some(_) => "which cannot require itself".to_owned(),
            None => format!("and no job of {} has this id", shown(node.file)),
        };
        let message = format!("`{}` is required of `{}`, {why}", shown(label.as_str()), shown(&node.job.id.value));
        judged.add(Met::new(&rules::NOT_NEEDED, place(node.file, node.job.id.line), message), Some(&node.job.id.value));
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// All that a job needs, directly or not, by way of its callers too.
fn needed(graph: &Graph<'_>, at: usize) -> Vec<usize> {
    let ancestors = std::iter::successors(Some(at), |at| graph.nodes[*at].caller).flat_map(|at| graph.nodes[at].ancestors.iter().copied());
    let mut all: Vec<usize> = ancestors.collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Judges whether promote can be green without what it rests on; true: it was shown that it cannot.
pub(super) fn judge(promotion: &Promotion<'_>, is_named: bool, judged: &mut Judged) -> bool {
    let node = &promotion.graph.nodes[promotion.promote];
    if promotion.required.is_empty() && !is_named {
        let message = format!("`{}` needs no job: nothing has to succeed before it", promotion.name());
        judged.add(Met::new(&rules::NOTHING_REQUIRED, place(node.file, node.job.id.line), message), Some(promotion.id()));
    }
    if is_named {
        undeclared(promotion, judged);
    }
    let (mut anyway, mut holds, mut told) = (Vec::new(), !promotion.required.is_empty(), Vec::new());
    for required in with_called(promotion) {
        // What is wrong with a job is told once, and not of each that it calls.
        if promotion.graph.nodes[required].caller.is_some_and(|caller| told.contains(&caller)) {
            told.push(required);
            continue;
        }
        let proof = proof(promotion, required);
        if !matches!(proof, Proof::Holds) {
            told.push(required);
        }
        holds &= matches!(proof, Proof::Holds);
        match proof {
            Proof::Holds => {}
            // Many jobs, one door: told once below.
            Proof::Broken(story) if story.cause.why == Why::RunsAnyway => anyway.push((required, story)),
            Proof::Broken(story) => broken(promotion, required, &story, judged),
            Proof::CannotTell(met) => judged.add(*met, Some(promotion.id())),
        }
    }
    open_doors(promotion, anyway, judged);
    skipped_passes(promotion, judged);
    holds
}

/// The required jobs, and those of the jobs they call that judge something: a caller is a success when one of these was skipped.
fn with_called(promotion: &Promotion<'_>) -> Vec<usize> {
    let judges = |at: &usize| promotion.graph.nodes[*at].tasks.iter().any(|task| weight_of(task) == Weight::Gate);
    let called = promotion.required.iter().flat_map(|at| promotion.graph.within(*at).into_iter().filter(judges));
    let mut all: Vec<usize> = promotion.required.iter().copied().chain(called).collect();
    all.sort_unstable();
    all.dedup();
    all
}

enum Proof {
    Holds,
    Broken(Story),
    CannotTell(Box<Met>),
}

/// Whether promote can be green although a job did not succeed.
fn proof(promotion: &Promotion<'_>, required: usize) -> Proof {
    if holds_by_itself(promotion, required) {
        return Proof::Holds;
    }
    let (graph, promote) = (&promotion.graph, promotion.promote);
    let node = &graph.nodes[promote];
    let mut relevant = [graph.rests_on(promote), graph.rests_on(required)].concat();
    relevant.retain(|at| *at != promote);
    relevant.sort_unstable();
    relevant.dedup();
    let mut unproven = None;
    // Where skipping is allowed by name, it is meant.
    let is_meant = |short: Results| if is_skip_allowed(promotion, required) { short.without(Results::SKIPPED) } else { Some(short) };
    let fault = (required, is_meant(Results::SHORT).unwrap_or(Results::SHORT));
    for event in promotion.different_events() {
        let goal = |states: &[_]| match may_begin(states, promote) {
            false => Goal::Impossible,
            true => match green(graph, promote, states, event) {
                Green::No => Goal::Impossible,
                Green::Yes => Goal::Possible,
                Green::CannotTell(unread) => Goal::Unread(unread),
            },
        };
        let question = Question { graph, event, fault, goal: promote, relevant: &relevant, patience: &promotion.patience };
        match question.search(&goal) {
            Found::Never => {}
            Found::Like(states) => {
                let mut story = tell(graph, (event, &states), (required, promote));
                if !std::ptr::eq(event, &promotion.events[0]) {
                    story.parts.insert(0, started(event, graph));
                }
                return Proof::Broken(story);
            }
            Found::CannotTell(unread) => unproven = Some((place(&unread.file, unread.line), unread.why)),
            Found::TooMany => {
                let why = "there are too many ways through its jobs to follow them all".to_owned();
                unproven = Some((place(node.file, node.job.id.line), why));
            }
        }
    }
    unproven.map_or(Proof::Holds, |(place, why)| {
        let message = format!("whether `{}` asks for the results of what it needs is not known: {why}", promotion.name());
        Proof::CannotTell(Box::new(Met::new(&rules::UNPROVEN, place, message)))
    })
}

/// Whether a step of promote lets the job be skipped, by its name.
fn is_skip_allowed(promotion: &Promotion<'_>, required: usize) -> bool {
    let id = &promotion.graph.nodes[required].job.id.value;
    promotion.graph.nodes[promotion.promote].tasks.iter().any(|task| allows_skip(task, id))
}

/// A chain without a door: promote needs the job, asks for no status, and GitHub tells of the job what it came to.
fn holds_by_itself(promotion: &Promotion<'_>, required: usize) -> bool {
    let (graph, promote) = (&promotion.graph, &promotion.graph.nodes[promotion.promote]);
    let asks = promote.job.condition.as_ref().is_some_and(|condition| condition.asks_status);
    let node = &graph.nodes[required];
    let is_plain = node.inner.is_empty() && node.caller.is_none() && continues(node) == Truth::No;
    promote.caller.is_none() && !asks && is_plain && promote.ancestors.contains(&required)
}

/// How a run begins.
pub(super) fn started(event: &Event, graph: &Graph<'_>) -> String {
    format!("on `{}` ({}:{})", shown(&event.name), short(graph.file), event.line)
}

fn broken(promotion: &Promotion<'_>, required: usize, story: &Story, judged: &mut Judged) {
    let Cause { why, file, line, job } = &story.cause;
    let rule = rule_of(*why);
    let told = match why {
        Why::NotNeeded => format!(
            "`{}` is required, and `{}` does not need it: {story}",
            shown(&promotion.graph.label(required)),
            shown(&promotion.graph.label(promotion.promote))
        ),
        Why::Forgiven | Why::RunsAnyway | Why::NothingRan | Why::SkippedCounts => story.to_string(),
    };
    judged.add(Met::new(rule, place(file, *line), told), Some(job));
}

fn rule_of(why: Why) -> &'static Rule {
    match why {
        Why::Forgiven => &rules::FORGIVEN,
        Why::RunsAnyway => &rules::RUNS_ANYWAY,
        Why::NotNeeded => &rules::NOT_NEEDED,
        Why::NothingRan => &rules::NOTHING_RAN,
        Why::SkippedCounts => &rules::SKIPPED_COUNTS,
    }
}

/// Conditions that let promote run whatever several jobs came to: one finding for each condition.
fn open_doors(promotion: &Promotion<'_>, mut anyway: Vec<(usize, Story)>, judged: &mut Judged) {
    while let Some((_, first)) = anyway.first() {
        let cause = first.cause.clone();
        let (same, rest): (Vec<_>, Vec<_>) = anyway.into_iter().partition(|(_, story)| story.cause == cause);
        anyway = rest;
        let others: Vec<String> = same.iter().skip(1).map(|(at, _)| format!("`{}`", shown(&promotion.graph.label(*at)))).collect();
        let Some((_, story)) = same.first() else { continue };
        let also = match others.len() {
            0 => String::new(),
            1..=3 => format!("; the same for {}", others.join(", ")),
            more => format!("; the same for {more} other jobs"),
        };
        judged.add(Met::new(&rules::RUNS_ANYWAY, place(&cause.file, cause.line), format!("{story}{also}")), Some(&cause.job));
    }
}

/// Jobs that block promote without being required.
fn undeclared(promotion: &Promotion<'_>, judged: &mut Judged) {
    for at in needed(&promotion.graph, promotion.promote) {
        let node = &promotion.graph.nodes[at];
        if promotion.way.contains(&at) || continues(node) == Truth::Yes {
            continue;
        }
        let label = shown(&promotion.graph.label(at));
        let message = format!("`{}` needs `{label}`, which may not fail: it blocks, and it is not required", promotion.name());
        judged.add(Met::new(&rules::UNDECLARED, place(node.file, node.job.id.line), message), Some(&node.job.id.value));
    }
}

/// A promote job that is skipped when something before it fails, where it can be nothing but a required check.
fn skipped_passes(promotion: &Promotion<'_>, judged: &mut Judged) {
    let node = &promotion.graph.nodes[promotion.promote];
    let Some(event) = promotion.events.iter().find(|event| ["pull_request", "merge_group"].contains(&event.name.as_str())) else { return };
    let depends = |at: &usize| promotion.graph.nodes[*at].ancestors.contains(&promotion.promote);
    let publishes = |at: usize| promotion.publishing[at];
    if promotion.graph.within(promotion.promote).into_iter().any(publishes)
        || (0..promotion.graph.nodes.len()).filter(depends).any(publishes)
    {
        return;
    }
    if let Some(required) = skipped_without(&promotion.graph, promotion.promote, &promotion.required, event) {
        let (id, other) = (promotion.name(), shown(&promotion.graph.label(required)));
        let line = node.job.condition.as_ref().map_or(node.job.id.line, |condition| condition.line);
        let message = format!(
            "{} → `{other}` fails → `{id}` is skipped → a required check that was skipped counts as passed → the pull request can be merged",
            started(event, &promotion.graph)
        );
        judged.add(Met::new(&rules::SKIPPED_PASSES, place(node.file, line), message), Some(promotion.id()));
    }
}
