//! `gate doctor`: whether gate will work here, what will be "cannot tell", and the command that mends it. It looks, and changes nothing.

mod line;
mod machine;
mod project;
mod questions;
mod repository;
mod told;

use anyhow::bail;

use super::Global;
use super::hook::{HookFile, HookState, Hooks};
use super::outputs::{CannotTell, Format, Outputs};
use crate::config;
use crate::exit::Exit;
use crate::report::Report;
use crate::world::disk::{Disk, Place};
use crate::world::{Commit, HistoryError, Out, World};
use line::{Line, State};
use project::Project;

/// What every part of doctor looks through.
struct Seen<'a> {
    place: &'a Place,
    world: &'a Disk,
    head: Result<Commit, HistoryError>,
    /// The version that git says it is; `None`: it says something else.
    git: Result<Option<String>, HistoryError>,
    hooks: Option<anyhow::Result<(Hooks, Vec<HookFile>)>>,
}

/// All that is said.
struct Diagnosis {
    lines: Vec<Line>,
    /// What the checks could not tell.
    unseen: Vec<Line>,
}

pub(super) fn run(global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    if global.plan {
        bail!("this command has no plan to show");
    }
    let place = Place::find(global.root.as_deref(), global.file.as_deref())?;
    let read = place.text();
    let text = project::text_of(&read, &place);
    let parsed = text.as_ref().map(config::load).unwrap_or_default();
    let opened = Disk::open(&place.root, global.now, parsed.file.git.timeout.get());
    let world = opened.map_err(|error| CannotTell(format!("{}: {error}", place.root_name())))?;
    let outputs = Outputs::prepare(global, &[Format::Human, Format::Json], &world, out)?;
    let project = Project::of(read.err(), parsed, text.as_ref(), &place)?;
    let diagnosis = diagnose(&project, &Seen::new(&place, &world, global), out);
    let delivered = outputs.deliver(out, &|format, look| match format {
        Format::Json => Ok(serde_json::to_string_pretty(&diagnosis.to_json())? + "\n"),
        Format::Human | Format::Github | Format::Markdown | Format::Svg => Ok(diagnosis.to_text(look, &place)),
    });
    Ok(match diagnosis.state() {
        State::Wrong => Exit::Wrong,
        State::CannotTell => Exit::CannotTell,
        State::Fine | State::Advice if delivered => Exit::Fine,
        State::Fine | State::Advice => Exit::CannotTell,
    })
}

fn diagnose(project: &Project, seen: &Seen<'_>, out: &mut dyn Out) -> Diagnosis {
    let mut lines = vec![machine::gate(seen), machine::git(seen)];
    lines.extend(repository::repository(seen));
    // Without a repository every question would fail in the same way.
    let report: Option<Report> = seen.is_repository().then(|| {
        let (report, policy_is_tracked) = questions::ask(project, seen, out);
        lines.extend(repository::history(seen));
        lines.extend(repository::work_tree(seen, &report));
        // Before the first commit nothing is in one.
        lines.push(project.policy_line(policy_is_tracked.filter(|_| seen.head.is_ok()), seen));
        report
    });
    if report.is_none() && (project.has_policy() || seen.head != Err(HistoryError::NoWorkTree)) {
        lines.push(project.policy_line(None, seen));
    }
    lines.extend(project.smoke(seen));
    lines.extend(project.config(seen));
    lines.extend(project.record(seen));
    lines.extend(project.data(seen));
    lines.extend(repository::workflow(seen));
    lines.extend(machine::tools(project, seen));
    lines.extend(repository::hook(seen));
    let told: Vec<&str> = lines.iter().filter_map(|line| line.rule.as_deref()).collect();
    let unseen = report.as_ref().map(|report| questions::unseen(report, &told)).unwrap_or_default();
    let bypassed = report.as_ref().map(repository::bypassed).unwrap_or_default();
    let checks = questions::checks(project, report.as_ref());
    lines.extend(bypassed.into_iter().chain(checks));
    Diagnosis { lines, unseen }
}

impl<'a> Seen<'a> {
    fn new(place: &'a Place, world: &'a Disk, global: &Global) -> Self {
        let head = world.history().head();
        let look = || {
            let hooks = Hooks::find(global.root.as_deref(), global.file.as_deref())?;
            let told = super::hook::look_at(&hooks)?;
            Ok((hooks, told))
        };
        let hooks = matches!(head, Ok(_) | Err(HistoryError::NoCommit)).then(look);
        Self { place, world, head, git: world.git().version(), hooks }
    }

    /// Whether there is a repository with files to judge, and git speaks of it.
    fn is_repository(&self) -> bool {
        matches!(self.head, Ok(_) | Err(HistoryError::NoCommit))
    }

    /// Whether a push runs the hook.
    fn hook_works(&self) -> bool {
        matches!(&self.hooks, Some(Ok((_, told))) if told.iter().any(|told| told.state == HookState::Works))
    }
}

impl Diagnosis {
    /// The gravest of all lines.
    fn state(&self) -> State {
        self.all().map(|line| line.state).max().unwrap_or(State::CannotTell)
    }

    fn all(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().chain(&self.unseen)
    }
}
