//! What publishes, in any workflow, and whether it can without promote having succeeded.

use std::collections::BTreeMap;

use super::allowing::Judged;
use super::reading::Read;
use super::required::started;
use super::standing::Promotion;
use super::written::{lines, written};
use super::{place, rules};
use crate::check::Met;
use crate::config::{TreeGlob, TreeGlobs};
use crate::formats::expression::{Expression, Piece};
use crate::formats::workflow::{Does, Work, Workflow};
use crate::pipeline::{
    Definitions, Event, Found, Goal, Graph, Lost, Node, Question, Results, Run, Said, State, Story, Task, Truth, Value, Words, action_name,
    after_failure, after_run, courses, decides, is_reached, is_reached_after, line_in, may_hold, name_of, published_by_workflow, publishes,
    publishes_by_action, publishes_only_if, rights, said, shell_of, short, spoken, tell, uploads, upstream, waits_for_the_end,
};
use crate::shown::shown;

/// Events that nothing of what a push goes through stands before.
const ENTRIES: &[&str] = &["workflow_dispatch", "workflow_run", "schedule", "repository_dispatch"];
/// Names of deployment environments that others use.
const LIVE: &[&str] = &["prod", "production", "live", "release", "pypi", "npm", "github-pages", "crates-io", "rubygems", "marketplace"];

/// What publishes here: what gate knows, and what gate.toml adds.
pub(super) struct Publishers<'o> {
    own: TreeGlobs<'o>,
}

impl<'o> Publishers<'o> {
    pub(super) fn new(own: &'o [TreeGlob]) -> Self {
        Self { own: TreeGlobs::new(own) }
    }

    fn by_command(&self, words: &Words) -> bool {
        publishes(words) || !self.own.as_slice().is_empty() && self.is_own_command(words)
    }

    fn is_own_command(&self, words: &Words) -> bool {
        let known: Vec<&str> = words.iter().map_while(Option::as_deref).take(6).collect();
        (1..=known.len()).any(|count| self.own.matches(&known[..count].join(" ")))
    }

    /// Whether a job publishes, by what it does or by its environment.
    pub(super) fn does(&self, node: &Node<'_>) -> bool {
        !acts(node, self).is_empty() || node.job.environment.is_some()
    }

    fn by_action(&self, does: &Does) -> bool {
        let Does::Uses { action, with } = does else { return false };
        publishes_by_action(&action.value, with) || self.own.matches(&action_name(&action.value))
    }
}

/// Something that publishes: where, what, and the step that does it.
struct Act {
    task: usize,
    file: String,
    line: usize,
    what: String,
    /// It publishes only if this holds.
    only_if: Option<Expression>,
}

fn acts(node: &Node<'_>, publishers: &Publishers<'_>) -> Vec<Act> {
    let mut acts = Vec::new();
    if let Work::Call { workflow, .. } = &node.job.work
        && node.is_remote
        && (published_by_workflow(&workflow.value) || publishers.own.matches(&action_name(&workflow.value)))
    {
        acts.push(Act { task: 0, file: node.file.to_owned(), line: workflow.line, what: shown(&workflow.value), only_if: None });
    }
    for (number, task) in node.tasks.iter().enumerate() {
        let act = |line, what| Act { task: number, file: task.file.to_owned(), line, what, only_if: None };
        if let Does::Uses { action, with } = &task.step.does
            && publishers.by_action(&task.step.does)
        {
            acts.push(Act { only_if: publishes_only_if(&action.value, with).cloned(), ..act(action.line, shown(&action.value)) });
        }
        let mut add = |line, what| acts.push(act(line, what));
        let lines = lines(task);
        for command in task.commands() {
            if publishers.by_command(&command.words) || uploads(&command.words, || written(command.line, |at| lines.get(at).copied())) {
                add(line_in(task, command.line), shown(&spoken(&command.words)));
            }
        }
        for said in said_in(task, node) {
            add(line_in(task, said.line), shown(&said.what));
        }
    }
    acts
}

/// What a script that was not read as one of the shell says that it publishes.
fn said_in(task: &Task<'_>, node: &Node<'_>) -> Vec<Said> {
    match &task.step.does {
        Does::Run(run) if task.script().is_none() => said(&run.script.source, shell_of(task, node)),
        Does::Run(_) | Does::Uses { .. } => Vec::new(),
    }
}

/// Judges every workflow that is asked about.
pub(super) fn judge((read, promotions): (&Read, &[Promotion<'_>]), publishers: &Publishers<'_>, judged: &mut Judged) {
    for (path, workflow) in read.asked() {
        judged.about(path);
        if let Some(promotion) = promotions.iter().find(|promotion| promotion.graph.file == path) {
            Way::new(&promotion.graph, &promotion.events, promotions, Some(promotion)).judge(publishers, judged);
        } else {
            judge_one((path, workflow), (&read.definitions, promotions), publishers, judged);
        }
    }
}

/// Judges a workflow that does not promote.
pub(super) fn judge_one(
    workflow: (&str, &Workflow),
    (definitions, promotions): (&Definitions, &[Promotion<'_>]),
    publishers: &Publishers<'_>,
    judged: &mut Judged,
) {
    let graph = Graph::of(workflow, definitions);
    let events = Event::all(graph.workflow);
    Way::new(&graph, &events, promotions, None).judge(publishers, judged);
}

/// The ways to what publishes in one workflow.
struct Way<'a, 'w> {
    graph: &'a Graph<'w>,
    promotions: &'a [Promotion<'w>],
    /// Where promote is a job of this graph.
    promotion: Option<&'a Promotion<'w>>,
    /// What can become of the jobs after each event, with nothing assumed.
    courses: Vec<(&'a Event, Vec<State>)>,
}

/// An event, and what can become of the jobs then.
type Start<'s> = (&'s Event, &'s [State]);

/// How something is reached without promote.
struct Reached {
    /// The event is one of [`ENTRIES`].
    by_entry: bool,
    story: String,
}

impl<'a, 'w> Way<'a, 'w> {
    fn new(graph: &'a Graph<'w>, events: &'a [Event], promotions: &'a [Promotion<'w>], promotion: Option<&'a Promotion<'w>>) -> Self {
        Self { graph, courses: courses(graph, events), promotions, promotion }
    }

    fn judge(&self, publishers: &Publishers<'_>, judged: &mut Judged) {
        self.graph.lost.iter().filter(|lost| lost.job.is_empty()).for_each(|lost| told_lost(lost, judged));
        let mut rights_at: BTreeMap<(String, usize, String), Vec<String>> = BTreeMap::new();
        for (at, node) in self.graph.nodes.iter().enumerate() {
            self.lost(at, judged);
            let job = node.job.id.value.as_str();
            let acts = acts(node, publishers);
            let mut told = false;
            for act in &acts {
                let Some(reached) = self.reached(at, act) else { continue };
                let rule = if reached.by_entry { &rules::ENTRY } else { &rules::PUBLISHES };
                let message = format!("{} → `{}` publishes", reached.story, act.what);
                judged.add(Met::new(rule, place(&act.file, act.line), message), Some(job));
                told = true;
                break;
            }
            if !told && acts.is_empty() && Some(at) != self.promotion.map(|promotion| promotion.promote) {
                self.environment(at, judged);
                self.rights(at, &mut rights_at);
            }
        }
        for ((file, line, rights), jobs) in rights_at {
            let message = format!("{} may publish without promote: {rights}", named(&jobs));
            let job = if let [one] = jobs.as_slice() { Some(one.as_str()) } else { None };
            judged.add(Met::new(&rules::RIGHTS, place(&file, line), message), job);
        }
    }

    /// Calls that lead nowhere, and those that lead out of the repository.
    fn lost(&self, at: usize, judged: &mut Judged) {
        let node = &self.graph.nodes[at];
        let is_on_the_way = self.promotion.is_some_and(|promotion| promotion.way.contains(&at));
        for lost in self.graph.lost.iter().filter(|lost| lost.file == node.file && lost.job == node.job.id.value) {
            if !lost.is_remote() {
                told_lost(lost, judged);
            } else if is_on_the_way || !self.is_harmless(node) && self.begins_without(at).is_some() {
                judged.add(Met::new(&rules::REMOTE, place(&lost.file, lost.line), lost.to_string()), Some(&lost.job));
            }
        }
    }

    /// Whether a job that calls a workflow of another repository gives it nothing to publish with.
    fn is_harmless(&self, node: &Node<'_>) -> bool {
        let given = node.job.permissions.as_ref().or(node.workflow.permissions.as_ref());
        given.is_some_and(|given| rights(&given.value).is_empty()) && !node.job.passes_secrets
    }

    /// The first way to an act that does not go through promote: an ordinary event before one of the entries.
    fn reached(&self, at: usize, act: &Act) -> Option<Reached> {
        let is_entry = |(event, _): &Start<'_>| ENTRIES.contains(&event.name.as_str());
        let starts = self.courses.iter().map(|(event, states)| (*event, states.as_slice()));
        let (entries, ordinary): (Vec<Start<'_>>, Vec<Start<'_>>) = starts.partition(is_entry);
        let inputs = self.graph.nodes[at].tasks.get(act.task).map_or(&Value::Unknown, |task| &task.inputs);
        let publishes = |(event, _): &Start<'_>| act.only_if.as_ref().is_none_or(|condition| may_hold(condition, event, inputs));
        ordinary.into_iter().chain(entries).filter(publishes).find_map(|start| {
            let (event, _) = start;
            let is_after_a_run = event.name == "workflow_run";
            let story = if is_after_a_run { self.after_a_run((event, at, act.task)) } else { self.in_a_run((start, at, act.task)) };
            story.map(|story| Reached { by_entry: is_entry(&start), story })
        })
    }

    /// A run of this event in which the step is reached, and promote did not succeed.
    fn in_a_run(&self, ((event, states), at, task): (Start<'_>, usize, usize)) -> Option<String> {
        let label = shown(&self.graph.label(at));
        let start = started(event, self.graph);
        let Some(promotion) = self.promotion else {
            return is_reached(self.graph, states, (event, at, task))
                .then(|| format!("{start} → `{label}` runs, and nothing there promotes"));
        };
        if self.graph.within(promotion.promote).contains(&at) {
            return self.in_promote(promotion, ((event, states), at, task));
        }
        if self.graph.rests_on(promotion.promote).contains(&at) {
            return is_reached(self.graph, states, (event, at, task))
                .then(|| format!("{start} → `{label}` runs before `{}`", promotion.name()));
        }
        self.searched(promotion, promotion.promote, (event, at, task)).map(|story| format!("{start} → {story}"))
    }

    /// The same in the promote job itself: before it has decided, or although it decided against it.
    fn in_promote(&self, promotion: &Promotion<'_>, ((event, states), at, task): (Start<'_>, usize, usize)) -> Option<String> {
        let node = &self.graph.nodes[at];
        let (start, label) = (started(event, self.graph), shown(&self.graph.label(at)));
        if !is_reached(self.graph, states, (event, at, task)) {
            return None;
        }
        if let Some(deciding) = node.tasks.iter().position(decides) {
            if task < deciding {
                return Some(format!("{start} → `{label}` runs, and has not decided yet"));
            }
            if after_failure(self.graph, at, states, (event, task)) != Truth::No {
                return Some(format!("{start} → {} of `{label}` fails → a later step runs all the same", node.tasks[deciding].name()));
            }
        }
        // What it publishes waits for what it rests on.
        let required = promotion.required.iter().find_map(|required| self.searched(promotion, *required, (event, at, task)));
        required.map(|story| format!("{start} → {story}"))
    }

    /// How the step is reached in a run in which a job does not succeed.
    fn searched(&self, promotion: &Promotion<'_>, fault: usize, (event, at, task): (&Event, usize, usize)) -> Option<String> {
        let mut relevant = [self.graph.rests_on(at), self.graph.rests_on(promotion.promote)].concat();
        relevant.retain(|other| *other != at);
        relevant.sort_unstable();
        relevant.dedup();
        let goal = |states: &[_]| match is_reached(self.graph, states, (event, at, task)) {
            true => Goal::Possible,
            false => Goal::Impossible,
        };
        let fault = (fault, Results::SHORT);
        let question = Question { graph: self.graph, event, fault, goal: at, relevant: &relevant, patience: &promotion.patience };
        match question.search(&goal) {
            Found::Never => None,
            Found::Like(states) => Some(tell(self.graph, (event, &states), (fault.0, at)).to_string()),
            Found::CannotTell(_) | Found::TooMany => {
                Some(format!("`{}` cannot be shown to wait for `{}`", shown(&self.graph.label(at)), promotion.name()))
            }
        }
    }

    /// A run after another in which the step is reached, and promote did not succeed in that other.
    fn after_a_run(&self, way: (&Event, usize, usize)) -> Option<String> {
        let (event, at, _) = way;
        let names = upstream(self.graph.workflow);
        let label = shown(&self.graph.label(at));
        if names.is_empty() {
            let run = Run { name: "", event: None, conclusion: None };
            return is_reached_after(run, self.graph, way)
                .then(|| format!("{} → `{label}` runs, and nothing there promotes", started(event, self.graph)));
        }
        names.into_iter().find_map(|name| {
            let of = |promotion: &&Promotion<'_>| name_of((promotion.graph.file, promotion.graph.workflow)) == name;
            match self.promotions.iter().find(of) {
                Some(promotion) => self.after_promote(promotion, way),
                None => {
                    let conclusion = waits_for_the_end(self.graph.workflow).then_some(Results::ANY);
                    let run = Run { name, event: None, conclusion };
                    let start = started(event, self.graph);
                    is_reached_after(run, self.graph, way)
                        .then(|| format!("{start} → `{}` ends, which promotes nothing → `{label}` runs", shown(name)))
                }
            }
        })
    }

    /// A run of promote's workflow that ends without promote having succeeded.
    fn after_promote(&self, promotion: &Promotion<'_>, (event, at, task): (&Event, usize, usize)) -> Option<String> {
        let all: Vec<usize> = (0..promotion.graph.nodes.len()).collect();
        let here = format!("{}:{} starts all the same → `{}` runs", short(self.graph.file), event.line, shown(&self.graph.label(at)));
        for before in &promotion.events {
            let goal = |states: &[_]| match after_run((&promotion.graph, states, before), self.graph, (event, at, task)) {
                true => Goal::Possible,
                false => Goal::Impossible,
            };
            let fault = (promotion.promote, Results::SHORT);
            // What the whole run comes to is asked: no job of it is left out.
            let question =
                Question { graph: &promotion.graph, event: before, fault, goal: usize::MAX, relevant: &all, patience: &promotion.patience };
            let start = started(before, &promotion.graph);
            match question.search(&goal) {
                Found::Never => {}
                Found::Like(states) => {
                    let Story { parts, .. } = tell(&promotion.graph, (before, &states), (promotion.promote, promotion.promote));
                    let first = parts.first().cloned().unwrap_or_default();
                    return Some(format!("{start} → {first} → the run ends → {here}"));
                }
                Found::CannotTell(_) | Found::TooMany => {
                    return Some(format!("{start} → whether `{}` succeeded cannot be shown → {here}", promotion.name()));
                }
            }
        }
        None
    }

    /// An event with which a job can begin although promote did not succeed.
    fn begins_without(&self, at: usize) -> Option<String> {
        self.reached(at, &Act { task: 0, file: String::new(), line: 0, what: String::new(), only_if: None }).map(|reached| reached.story)
    }

    /// A job that deploys to an environment.
    fn environment(&self, at: usize, judged: &mut Judged) {
        let node = &self.graph.nodes[at];
        let Some(environment) = &node.job.environment else { return };
        let Some(story) = self.begins_without(at) else { return };
        let name = shown(environment.source.trim());
        let is_live = environment
            .pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Text(text) if LIVE.iter().any(|live| text.to_lowercase().contains(live))));
        let rule = if is_live { &rules::PUBLISHES } else { &rules::RIGHTS };
        let message = format!("{story} → it deploys to the environment `{name}`");
        judged.add(Met::new(rule, place(node.file, environment.line), message), Some(&node.job.id.value));
    }

    /// The rights of a job with which something can be published, and where they are given.
    fn rights_of(&self, node: &Node<'_>) -> (Vec<String>, usize) {
        let given = node.job.permissions.as_ref().or(node.workflow.permissions.as_ref());
        given.map_or((Vec::new(), 0), |given| (rights(&given.value), given.line))
    }

    fn rights(&self, at: usize, found: &mut BTreeMap<(String, usize, String), Vec<String>>) {
        let node = &self.graph.nodes[at];
        let (rights, line) = self.rights_of(node);
        if !rights.is_empty() && node.inner.is_empty() && self.begins_without(at).is_some() {
            found.entry((node.file.to_owned(), line, rights.join(", "))).or_default().push(node.job.id.value.clone());
        }
    }
}

/// A call that leads nowhere, or what was not looked at for its size.
fn told_lost(lost: &Lost, judged: &mut Judged) {
    let rule = if lost.is_too_large() { &rules::UNREADABLE } else { &rules::LOST };
    let job = Some(lost.job.as_str()).filter(|job| !job.is_empty());
    judged.add(Met::new(rule, place(&lost.file, lost.line), lost.to_string()), job);
}

/// `a`, `b` and `c`, or how many.
fn named(jobs: &[String]) -> String {
    match jobs {
        [one] => format!("`{}`", shown(one)),
        [first, .., last] if jobs.len() <= 3 => {
            let middle = if let [_, middle, _] = jobs { format!(", `{}`", shown(middle)) } else { String::new() };
            format!("`{}`{middle} and `{}`", shown(first), shown(last))
        }
        more => format!("{} jobs", more.len()),
    }
}
