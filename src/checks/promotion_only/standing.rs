//! The promote job: which it is, what it rests on, and whether it can be green without that.

use super::allowing::Judged;
use super::publishing::Publishers;
use super::reading::Read;
use super::{PromotionOnly, conditions, failures, goes_by, place, required, rules, scanning};
use crate::check::{Met, Place};
use crate::config::{AtLeastOne, Label};
use crate::formats::expression::Piece;
use crate::formats::workflow::{Job, Work, Workflow};
use crate::pipeline::{Definitions, Event, Graph, Lost, Node, Patience, decides, mentions_github};
use crate::shown::{escaped, shell_word, shown};

/// A workflow that has the promote job, or calls the one that has it.
pub(super) struct Promotion<'w> {
    pub(super) graph: Graph<'w>,
    /// The number of the promote job.
    pub(super) promote: usize,
    /// The jobs that must have succeeded.
    pub(super) required: Vec<usize>,
    /// All that promote rests on: the required jobs, what these need and call, and promote with what it calls.
    pub(super) way: Vec<usize>,
    pub(super) events: Vec<Event>,
    /// Which jobs publish something.
    pub(super) publishing: Vec<bool>,
    pub(super) patience: Patience,
    /// Whether promote was shown to be green only after the required jobs succeeded.
    pub(super) is_proved: bool,
}

impl<'w> Promotion<'w> {
    /// The jobs that promote rests on, with their numbers.
    pub(super) fn on_the_way(&self) -> impl Iterator<Item = (usize, &Node<'w>)> {
        self.way.iter().map(|at| (*at, &self.graph.nodes[*at]))
    }

    /// The events that can make a difference: one, where no condition or script asks what started the run.
    pub(super) fn different_events(&self) -> &[Event] {
        let asks = self.graph.rests_on(self.promote).iter().any(|at| mentions_github(&self.graph.nodes[*at]));
        if asks { &self.events } else { &self.events[..1] }
    }

    /// What the promote job is called.
    pub(super) fn name(&self) -> String {
        shown(&self.graph.label(self.promote))
    }

    /// The id of the promote job.
    pub(super) fn id(&self) -> &str {
        &self.graph.nodes[self.promote].job.id.value
    }
}

/// Finds the promote job, and judges it and what it rests on in every workflow that starts it.
pub(super) fn judge<'r>(
    options: &PromotionOnly,
    (read, publishers): (&'r Read, &Publishers<'_>),
    judged: &mut Judged,
) -> Vec<Promotion<'r>> {
    let Some((file, job)) = promote(options, read, judged) else { return Vec::new() };
    let (mut promotions, mut is_lost) = (Vec::new(), false);
    for (path, workflow) in &read.definitions.workflows {
        // Another workflow has the promote job only where it calls one.
        if path != file && !workflow.jobs.iter().any(|job| matches!(job.work, Work::Call { .. })) {
            continue;
        }
        let graph = Graph::of((path, workflow), &read.definitions);
        let is_promote = |at: &usize| graph.nodes[*at].file == file && std::ptr::eq(graph.nodes[*at].job, job);
        let Some(promote) = (0..graph.nodes.len()).find(is_promote) else {
            // The publishing part tells that the graph is too large.
            is_lost |= graph.lost.iter().any(Lost::is_too_large);
            continue;
        };
        let events = Event::all(graph.workflow);
        if events.is_empty() {
            continue;
        }
        judged.about(path);
        promotions.push(promotion(options, (graph, promote, events), publishers, judged));
    }
    if promotions.is_empty() && !is_lost {
        let message = format!("nothing starts `{}`: its workflow is only called, and no other calls it", shown(&job.id.value));
        judged.add(Met::new(&rules::NO_PROMOTE, place(file, job.id.line), message), Some(&job.id.value));
    }
    promotions
}

fn promotion<'w>(
    options: &PromotionOnly,
    (graph, promote, events): (Graph<'w>, usize, Vec<Event>),
    publishers: &Publishers<'_>,
    judged: &mut Judged,
) -> Promotion<'w> {
    let named = options.requires.as_ref().map(AtLeastOne::as_slice);
    let required = required::jobs(named, (&graph, promote), judged);
    let mut way: Vec<usize> = required.iter().flat_map(|at| graph.rests_on(*at)).chain(graph.within(promote)).collect();
    way.sort_unstable();
    way.dedup();
    let publishing = graph.nodes.iter().map(|node| publishers.does(node)).collect();
    let mut promotion = Promotion { graph, promote, required, way, events, publishing, patience: Patience::default(), is_proved: false };
    promotion.is_proved = required::judge(&promotion, named.is_some(), judged);
    conditions::judge(&promotion, judged);
    failures::judge(&promotion, judged);
    scanning::judge(&promotion, judged);
    promotion
}

/// What is so, in a few words: the shape of the promote job, where it was shown to hold.
pub(super) fn says(promotions: &[Promotion<'_>]) -> Vec<String> {
    let one = |promotion: &Promotion<'_>| {
        let names: Vec<String> = promotion.required.iter().map(|at| shown(&promotion.graph.label(*at))).collect();
        let names = match names.as_slice() {
            [first, second, _, rest @ ..] if !rest.is_empty() => format!("{first}, {second} and {} other jobs", rest.len() + 1),
            few => few.join(", "),
        };
        let asks = promotion.graph.nodes[promotion.promote].job.condition.as_ref().is_some_and(|condition| condition.asks_status);
        if asks {
            format!("aggregator: {} always runs, and is green only after {names}", promotion.name())
        } else {
            format!("chain: {} is skipped unless {names} succeeded", promotion.name())
        }
    };
    promotions.iter().filter(|promotion| promotion.is_proved).map(one).collect()
}

/// The one promote job, and the file it stands in.
fn promote<'r>(options: &PromotionOnly, read: &'r Read, judged: &mut Judged) -> Option<(&'r str, &'r Job)> {
    let wanted = options.job.as_ref().map_or("promote", Label::as_str);
    let is_file = |path: &str| options.workflow.as_ref().is_none_or(|only| goes_by(path, only.as_str()));
    let asked = || read.asked().filter(|(path, _)| is_file(path));
    let has_id = |job: &&Job| job.id.value.eq_ignore_ascii_case(wanted);
    let has_name = |job: &&Job| plain_name(job).is_some_and(|name| name.eq_ignore_ascii_case(wanted));
    let found: Vec<(&str, &Job)> = asked()
        .flat_map(|(path, workflow)| workflow.jobs.iter().filter(|job| has_id(job) || has_name(job)).map(move |job| (path, job)))
        .collect();
    match found.as_slice() {
        [one] => Some(*one),
        [] => {
            if !read.is_short || options.workflow.is_some() {
                judged.add(absent(wanted, options.workflow.as_ref(), (&read.definitions, asked())), None);
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
    format!("gate promotion-only --workflow {}", shell_word(path.rsplit('/').next().unwrap_or(path)))
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
fn absent<'r>(
    wanted: &str,
    file: Option<&Label>,
    (definitions, mut asked): (&'r Definitions, impl Iterator<Item = (&'r str, &'r Workflow)> + Clone),
) -> Met {
    let looked = file.map_or_else(|| "the workflows".to_owned(), |file| format!("`{}`", shown(file.as_str())));
    let deciding = |graph: Graph<'r>| graph.nodes.iter().find(|node| node.tasks.iter().any(decides)).map(|node| (node.file, node.job));
    let renamed = asked.clone().find_map(|workflow| deciding(Graph::of(workflow, definitions)));
    if let Some((path, job)) = renamed {
        let message = format!("no job of {looked} is `{}`; `{}` runs `gate promote`: was it renamed?", shown(wanted), shown(&job.id.value));
        return Met::new(&rules::NO_PROMOTE, place(path, job.id.line), message)
            .next(format!("gate promotion-only --job {}", shell_word(&job.id.value)));
    }
    let path = asked.next().map_or_else(|| ".github/workflows".to_owned(), |(path, _)| path.to_owned());
    let message = format!("no job of {looked} has the id or the name `{}`", shown(wanted));
    let place = if file.is_some() { Place::of(escaped(&path)) } else { Place::of(".github/workflows") };
    Met::new(&rules::NO_PROMOTE, place, message).next("gate init --github")
}
