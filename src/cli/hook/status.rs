//! `gate hook status`: what is so of the files that hold the lines, and whether a push is tested.

use super::install::refuse_formats;
use super::spot::{Hooks, Spot};
use crate::cli::Global;
use crate::cli::outputs::print;
use crate::cli::promote::policy_text;
use crate::config;
use crate::exit::Exit;
use crate::hook::{Owner, State};
use crate::plan::read_shared;
use crate::shown::{shell_word, shown};
use crate::world::disk::{find_program, is_program};
use crate::world::{Mode, Out};

/// Says what is so; 1 where a push would not be tested.
pub(in crate::cli) fn status(global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    refuse_formats(global)?;
    let hooks = Hooks::find(global.root.as_deref(), global.file.as_deref())?;
    let told = look_at(&hooks)?;
    let works = told.iter().any(|told| told.state == HookState::Works);
    let obstacle = obstacle(&hooks).filter(|_| works);
    let mut said = format!("hooks      {} ({})\n", shown(&hooks.place.hooks.to_string_lossy()), hooks.owner.name());
    said.extend(told.iter().map(HookFile::to_line));
    said.extend(obstacle.iter().map(|why| format!("push       refused, nothing can be tested: {why}\n")));
    print(&said, out)?;
    Ok(if works && obstacle.is_none() { Exit::Fine } else { Exit::Wrong })
}

/// What is so of one file that holds the lines, or should.
pub(in crate::cli) struct HookFile {
    /// As a person would name it.
    pub(in crate::cli) name: String,
    pub(in crate::cli) state: HookState,
    pub(in crate::cli) says: String,
    /// The command that mends it.
    pub(in crate::cli) fix: Option<String>,
}

/// What the lines in a file do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum HookState {
    /// A push runs them.
    Works,
    /// They are not there.
    Absent,
    /// They are there, and a push does not run them, or nobody can say what it runs.
    Broken,
}

impl HookFile {
    fn to_line(&self) -> String {
        let Self { name, state, says, fix } = self;
        let fix = fix.as_ref().map(|fix| format!("   → {fix}")).unwrap_or_default();
        match state {
            HookState::Absent => format!("pre-push   {says}{fix} ({name})\n"),
            HookState::Works | HookState::Broken => format!("pre-push   {name}: {says}{fix}\n"),
        }
    }
}

/// Every file that holds the lines, and the one where they belong.
pub(in crate::cli) fn look_at(hooks: &Hooks) -> anyhow::Result<Vec<HookFile>> {
    let belongs = hooks.spot()?.path();
    let spots = hooks.spots()?;
    let there = spots.iter().filter(|spot| spot.path() == belongs || spot.state() != State::Absent);
    Ok(there.map(|spot| look_into(spot, hooks, spot.path() == belongs)).collect())
}

fn look_into(spot: &Spot, hooks: &Hooks, belongs: bool) -> HookFile {
    let name = spot.shown(&hooks.top);
    let broken = |says: String, fix: Option<String>| HookFile { name: name.clone(), state: HookState::Broken, says, fix };
    match spot.state() {
        State::Absent => {
            let (says, fix) = ("not installed".to_owned(), Some("gate hook install".to_owned()));
            return HookFile { name, state: HookState::Absent, says, fix };
        }
        State::Edited => return broken("gate's lines were edited by hand; nobody can say what they do".to_owned(), None),
        State::Intact => {}
    }
    if !belongs {
        let says = format!("installed where {} does not run it", hooks.owner.runner());
        return broken(says, Some("gate hook uninstall, then gate hook install".to_owned()));
    }
    if !spot.stands_first() {
        return broken("installed, but what stands before gate's lines may end it".to_owned(), Some("gate hook install".to_owned()));
    }
    if let Some(other) = spot.other_root(hooks) {
        return broken(format!("installed for {other}, which is what a push tests"), None);
    }
    if !hooks.runs_manager() {
        let says = format!("installed, but git has no pre-push hook of {} that it can run", hooks.owner.name());
        return broken(says, hooks.owner.install_command().map(str::to_owned));
    }
    if spot.mode == Mode::Program && !is_program(&spot.path()) {
        let says = "installed, but it may not be executed, so git passes over it".to_owned();
        return broken(says, Some(format!("chmod +x {}", shell_word(&name))));
    }
    HookFile { name, state: HookState::Works, says: "installed".to_owned(), fix: None }
}

/// Why the hook would refuse every push, with what mends it.
pub(super) fn obstacle(hooks: &Hooks) -> Option<String> {
    if find_program("gate", &hooks.top).is_none() {
        return Some("gate is not on PATH   → gate doctor".to_owned());
    }
    let text = match policy_text(&hooks.at, true) {
        Ok(Some(text)) => text,
        Ok(None) => return Some("there is no gate.toml   → gate init".to_owned()),
        Err(error) => return Some(format!("{error:#}")),
    };
    let parsed = config::load(&text);
    let faulty = || Some("gate.toml is wrong   → gate check".to_owned());
    if !parsed.faults.is_empty() {
        return faulty();
    }
    match read_shared(parsed.file.run, None) {
        Ok((shared, faults)) if faults.is_empty() => match shared.run.and_then(|run| run.smoke) {
            Some(_) => None,
            None => Some("`[run] smoke` in gate.toml names no command".to_owned()),
        },
        Ok(_) | Err(_) => faulty(),
    }
}

impl Owner {
    /// Who runs the hooks, in a sentence.
    fn runner(self) -> &'static str {
        match self {
            Self::User => "git",
            Self::PreCommit | Self::Prek | Self::Lefthook | Self::Husky => self.name(),
        }
    }

    /// What makes the manager put its own hook in place.
    fn install_command(self) -> Option<&'static str> {
        match self {
            Self::User => None,
            Self::PreCommit => Some("pre-commit install -t pre-push"),
            Self::Prek => Some("prek install -t pre-push"),
            Self::Lefthook => Some("lefthook install"),
            Self::Husky => Some("npx husky"),
        }
    }
}
