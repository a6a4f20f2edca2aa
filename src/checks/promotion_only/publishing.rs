//! What publishes, in any workflow, and whether it can without promote having succeeded.

use std::collections::BTreeMap;

use super::allowing::Judged;
use super::reading::Read;
use super::required::started;
use super::standing::Gate;
use super::{place, rules};
use crate::check::Met;
use crate::config::{TreeGlob, TreeGlobs};
use crate::formats::expression::Piece;
use crate::formats::workflow::Does;
use crate::pipeline::{
    Assumed, Event, Found, Goal, Graph, Node, Question, Results, State, Story, Truth, Words, action_name, after_run, course, line_in,
    may_begin, names_workflow, publishes, publishes_by_action, reaches, rights, short, spoken, tell,
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
        let known: Vec<&str> = words.iter().map_while(Option::as_deref).take(6).collect();
        publishes(words) || (1..=known.len()).any(|count| self.own.matches(&known[..count].join(" ")))
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
}

/// Whether a job publishes, as far as gate itself knows.
pub(super) fn does(node: &Node<'_>) -> bool {
    !acts(node, &Publishers::new(&[])).is_empty() || node.job.environment.is_some()
}

fn acts(node: &Node<'_>, publishers: &Publishers<'_>) -> Vec<Act> {
    let mut acts = Vec::new();
    for (number, task) in node.tasks.iter().enumerate() {
        let mut add = |line, what| acts.push(Act { task: number, file: task.file.to_owned(), line, what });
        if let Does::Uses { action, .. } = &task.step.does
            && publishers.by_action(&task.step.does)
        {
            add(action.line, shown(&action.value));
        }
        for command in task.commands.iter().filter(|command| publishers.by_command(&command.words)) {
            add(line_in(task, command.line), shown(&spoken(&command.words)));
        }
    }
    acts
}

/// Judges every workflow that is asked about.
pub(super) fn judge((read, gates): (&Read, &[Gate<'_>]), publishers: &Publishers<'_>, judged: &mut Judged) {
    for path in &read.asked {
        if let Some(gate) = gates.iter().find(|gate| gate.graph.file == path) {
            Way::new(&gate.graph, &gate.events, gates, Some(gate)).judge(publishers, judged);
        } else if let Some(graph) = Graph::of(path, &read.library) {
            let events = Event::all(graph.workflow);
            Way::new(&graph, &events, gates, None).judge(publishers, judged);
        }
    }
}

/// The ways to what publishes in one workflow.
struct Way<'a, 'w> {
    graph: &'a Graph<'w>,
    events: &'a [Event],
    gates: &'a [Gate<'w>],
    /// Where promote is a job of this graph.
    gate: Option<&'a Gate<'w>>,
    /// What can become of the jobs after each event, with nothing assumed.
    courses: Vec<Vec<State>>,
}

/// How something is reached without promote.
struct Reached {
    /// The event is one of [`ENTRIES`].
    by_entry: bool,
    story: String,
}

impl<'a, 'w> Way<'a, 'w> {
    fn new(graph: &'a Graph<'w>, events: &'a [Event], gates: &'a [Gate<'w>], gate: Option<&'a Gate<'w>>) -> Self {
        let free = |event| course(graph, &Assumed { event, ended: BTreeMap::new() }).unwrap_or_default();
        Self { graph, events, gates, gate, courses: events.iter().map(free).collect() }
    }

    /// Whether a job can begin after an event.
    fn can_begin(&self, at: usize, event: &Event) -> bool {
        let number = self.events.iter().position(|own| std::ptr::eq(own, event));
        number.is_some_and(|number| may_begin(&self.courses[number], at))
    }

    fn judge(&self, publishers: &Publishers<'_>, judged: &mut Judged) {
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
            if !told && acts.is_empty() && Some(at) != self.gate.map(|gate| gate.promote) {
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
        let matters = node.is_remote && self.gate.is_some_and(|gate| gate.required.contains(&at) || gate.promote == at);
        for lost in self.graph.lost.iter().filter(|lost| lost.file == node.file && lost.job == node.job.id.value) {
            let (is_remote, message) = (lost.is_remote(), lost.to_string());
            let rule = if is_remote { &rules::REMOTE } else { &rules::LOST };
            let may_publish = is_remote && !self.rights_of(node).0.is_empty() && self.begins_without(at).is_some();
            if !is_remote || matters || may_publish {
                judged.add(Met::new(rule, place(&lost.file, lost.line), message), Some(&lost.job));
            }
        }
    }

    /// The first way to an act that does not go through promote: an ordinary event before one of the entries.
    fn reached(&self, at: usize, act: &Act) -> Option<Reached> {
        let is_entry = |event: &&Event| ENTRIES.contains(&event.name.as_str());
        let (entries, ordinary): (Vec<&Event>, Vec<&Event>) = self.events.iter().partition(is_entry);
        ordinary.into_iter().chain(entries).find_map(|event| {
            let story =
                if event.name == "workflow_run" { self.after_a_run(event, (at, act.task)) } else { self.in_a_run(event, (at, act.task)) };
            story.map(|story| Reached { by_entry: is_entry(&event), story })
        })
    }

    /// A run of this event in which the step is reached, and promote did not succeed.
    fn in_a_run(&self, event: &Event, (at, task): (usize, usize)) -> Option<String> {
        let Some(gate) = self.gate else {
            return self
                .can_begin(at, event)
                .then(|| format!("{} → `{}` runs, and nothing there promotes", started(event, self.graph), shown(&self.graph.label(at))));
        };
        // What promote itself publishes waits for what it rests on.
        let faults: Vec<usize> = if at == gate.promote { gate.required.clone() } else { vec![gate.promote] };
        let relevant = [self.graph.behind(at), self.graph.behind(gate.promote)].concat();
        let relevant: Vec<usize> = relevant.into_iter().filter(|other| *other != at).collect();
        for fault in faults {
            for how in [Results::FAILURE, Results::SKIPPED, Results::CANCELLED] {
                let goal = |states: &[_]| match may_begin(states, at) && reaches(self.graph, at, states, (event, task)) != Truth::No {
                    true => Goal::Possible,
                    false => Goal::Impossible,
                };
                let question = Question { graph: self.graph, event, fault: (fault, how), relevant: &relevant };
                match question.search(&goal) {
                    Found::Never => {}
                    Found::Like(states) => {
                        let Story { mut parts, .. } = tell(self.graph, &states, (fault, at));
                        parts.insert(0, started(event, self.graph));
                        return Some(parts.join(" → "));
                    }
                    Found::CannotTell(_) | Found::TooMany => {
                        return Some(format!(
                            "{} → `{}` cannot be shown to wait for promote",
                            started(event, self.graph),
                            shown(&self.graph.label(at))
                        ));
                    }
                }
            }
        }
        None
    }

    /// A run after another in which the step is reached, and promote did not succeed in that other.
    fn after_a_run(&self, event: &Event, (at, task): (usize, usize)) -> Option<String> {
        let label = shown(&self.graph.label(at));
        let upstream: Vec<&Gate<'_>> =
            self.gates.iter().filter(|gate| names_workflow(self.graph.workflow, (gate.graph.file, gate.graph.workflow))).collect();
        if upstream.is_empty() {
            return self
                .can_begin(at, event)
                .then(|| format!("{} → `{label}` runs, and nothing there promotes", started(event, self.graph)));
        }
        for gate in upstream {
            let all: Vec<usize> = (0..gate.graph.nodes.len()).collect();
            for before in &gate.events {
                for how in [Results::FAILURE, Results::SKIPPED, Results::CANCELLED] {
                    let goal = |states: &[_]| match after_run((&gate.graph, states, before), self.graph, (event, at, task)) {
                        true => Goal::Possible,
                        false => Goal::Impossible,
                    };
                    let question = Question { graph: &gate.graph, event: before, fault: (gate.promote, how), relevant: &all };
                    if let Found::Like(states) = question.search(&goal) {
                        let Story { parts, .. } = tell(&gate.graph, &states, (gate.promote, gate.promote));
                        let first = parts.first().cloned().unwrap_or_default();
                        return Some(format!(
                            "{} → {first} → the run ends → {} starts all the same ({}:{}) → `{label}` runs",
                            started(before, &gate.graph),
                            short(self.graph.file),
                            short(self.graph.file),
                            event.line
                        ));
                    }
                }
            }
        }
        None
    }

    /// An event with which a job can begin although promote did not succeed.
    fn begins_without(&self, at: usize) -> Option<String> {
        let node = &self.graph.nodes[at];
        let first = Act { task: 0, file: String::new(), line: 0, what: String::new() };
        if node.tasks.is_empty() {
            return self
                .events
                .iter()
                .find(|event| {
                    self.gate.is_none_or(|gate| !self.graph.nodes[at].ancestors.contains(&gate.promote)) && self.can_begin(at, event)
                })
                .map(|event| started(event, self.graph));
        }
        self.reached(at, &first).map(|reached| reached.story)
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
