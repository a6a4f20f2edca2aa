//! The repository: where it is, how much of its history is here, what differs from HEAD, its hooks, and the pushes past the smoke test.

use super::Seen;
use super::line::{Line, State};
use super::machine::numbers;
use super::questions::state_of;
use crate::check::Level;
use crate::cli::hook::HookState;
use crate::cli::outputs::CannotTell;
use crate::init::{UNFILLED, WORKFLOW};
use crate::policy::rules;
use crate::report::{Report, Ruling};
use crate::shown::shown;
use crate::world::{HistoryError, LookError, RelPath, World};

/// The git that minds `GIT_NO_LAZY_FETCH`, by which a question stays no network call in a partial clone.
const FETCHES_NOTHING: (u32, u32) = (2, 45);

/// Where the repository is, or why there is none; nothing where git is not there to say it.
pub(super) fn repository(seen: &Seen<'_>) -> Option<Line> {
    let error = match &seen.head {
        Ok(commit) => return Some(Line::fine("repository", format!("at {}{}", &commit.id[..7], below_top(seen))).path(top(seen))),
        Err(error) => error,
    };
    let line = |state| Line::new("repository", state, error.to_string()).fix_if(error.next());
    match error {
        HistoryError::NoGit => None,
        HistoryError::NoCommit => {
            let says = format!("no commit yet{}", below_top(seen));
            let line = Line::advice("repository", says).path(top(seen)).fix("git add . && git commit");
            Some(line.rule(rules::NO_COMMIT.id))
        }
        HistoryError::NotARepository
        | HistoryError::Damaged
        | HistoryError::NoWorkTree
        | HistoryError::BrokenHead
        | HistoryError::DubiousOwnership => Some(line(State::Wrong)),
        HistoryError::Timeout { .. } | HistoryError::Shallow(_) | HistoryError::Failed { .. } => Some(line(State::CannotTell)),
    }
}

fn top(seen: &Seen<'_>) -> Option<String> {
    let top = seen.world.git().hook_place().ok()?.top?;
    Some(shown(&top.to_string_lossy()))
}

fn below_top(seen: &Seen<'_>) -> String {
    let Some(Ok((hooks, _))) = &seen.hooks else { return String::new() };
    hooks.below.as_deref().map(|below| format!("; gate's root is `{}` in it", shown(below))).unwrap_or_default()
}

/// How much of the history is here; nothing where there is no commit.
pub(super) fn history(seen: &Seen<'_>) -> Option<Line> {
    seen.head.as_ref().ok()?;
    let in_actions = seen.world.env("GITHUB_ACTIONS").as_deref() == Some("true");
    let unshallow = if in_actions { "set `fetch-depth: 0` for actions/checkout" } else { "git fetch --unshallow" };
    let version = seen.git.as_ref().ok().and_then(|version| numbers(version.as_deref()?));
    let fetches_nothing = version.is_some_and(|version| version >= FETCHES_NOTHING);
    Some(match (seen.world.history().is_shallow(), seen.world.git().is_partial()) {
        (Err(error), _) | (Ok(false), Err(error)) => Line::unseen("history", error.to_string()).fix_if(error.next()),
        (Ok(true), _) => Line::advice("history", "shallow: a check that asks for more cannot tell").fix(unshallow),
        (Ok(false), Ok(false)) => Line::fine("history", "whole"),
        (Ok(false), Ok(true)) if !fetches_nothing => {
            let (major, minor) = FETCHES_NOTHING;
            let says = format!("whole, of a partial clone; a git before {major}.{minor} may fetch what is missing when it is asked");
            Line::advice("history", says).fix(format!("install git {major}.{minor} or newer"))
        }
        (Ok(false), Ok(true)) => Line::fine("history", "whole, of a partial clone; gate fetches nothing that is missing"),
    })
}

/// Whether tracked files differ from HEAD; nothing where there is no commit.
pub(super) fn work_tree(seen: &Seen<'_>, report: &Report) -> Option<Line> {
    seen.head.as_ref().ok()?;
    let sparse = match seen.world.git().is_set("core.sparseCheckout") {
        Ok(sparse) => sparse,
        Err(error) => return Some(Line::unseen("work tree", error.to_string()).fix_if(error.next())),
    };
    let met = report.promotion.iter().find(|ruling| ruling.failure_reason_code == rules::DIRTY_TREE.id);
    Some(match met {
        None => Line::fine("work tree", if sparse { "clean, a sparse checkout" } else { "clean" }),
        // `[promotion] allow-dirty` forgives it.
        Some(ruling) if ruling.effect_at_promotion == Level::Note => Line::fine("work tree", &ruling.message).rule(rules::DIRTY_TREE.id),
        Some(ruling) => Line::new("work tree", state_of(ruling), &ruling.message).fix(&ruling.next).rule(rules::DIRTY_TREE.id),
    })
}

/// The largest workflow that is read.
const LIMIT: u64 = 8 << 20;

/// A line where the workflow of `gate init` does not say which gate it runs.
pub(super) fn workflow(seen: &Seen<'_>) -> Option<Line> {
    let mut bytes = Vec::new();
    let read = RelPath::parse(WORKFLOW).map_err(LookError::from).and_then(|path| seen.world.evidence().read(&path, LIMIT, &mut bytes));
    match read {
        Ok(()) if memchr::memmem::find(&bytes, UNFILLED.as_bytes()).is_some() => {
            let says = format!("`{WORKFLOW}` does not say which gate it runs (`{UNFILLED}`); its jobs fail until it does");
            Some(Line::advice("workflow", says).fix("gate init --github --keep --action OWNER/REPO@COMMIT"))
        }
        Ok(()) | Err(LookError::NotFound | LookError::NotAFolder) => None,
        Err(error) => Some(Line::unseen("workflow", format!("`{WORKFLOW}` {error}"))),
    }
}

/// Whose the hooks are, and whether a push runs gate.
pub(super) fn hook(seen: &Seen<'_>) -> Vec<Line> {
    let (hooks, told) = match &seen.hooks {
        None => return Vec::new(),
        Some(Err(error)) => {
            // A file that gate would not touch is no fault of the repository.
            let before = if error.is::<CannotTell>() { "" } else { "cannot be told: " };
            return vec![Line::unseen("hook", format!("{before}{error:#}"))];
        }
        Some(Ok((hooks, told))) => (hooks, told),
    };
    let owner = hooks.owner.name();
    let lines = told.iter().map(|told| match told.state {
        HookState::Works => Line::fine("hook", format!("{}: {} ({owner})", told.name, told.says)),
        HookState::Broken => Line::wrong("hook", format!("{}: {} ({owner})", told.name, told.says)).fix_if(told.fix.as_ref()),
        HookState::Absent if hooks.is_own() => Line::advice("hook", format!("{} ({owner})", told.says)).fix_if(told.fix.as_ref()),
        HookState::Absent => {
            let folder = shown(&hooks.place.hooks.to_string_lossy());
            let says = format!(
                "{}; git looks for hooks outside this repository, in `{folder}`: what is put there is run in every repository that looks there",
                told.says
            );
            Line::advice("hook", says).fix("gate hook install --force")
        }
    });
    lines.collect()
}

/// The pushes past the smoke test that no good run has made up for.
pub(super) fn bypassed(report: &Report) -> Vec<Line> {
    let is_bypass = |ruling: &&Ruling| ruling.failure_reason_code == rules::BYPASSED.id;
    let line = |ruling: &Ruling| Line::advice("bypassed", &ruling.message).fix(&ruling.next).rule(&ruling.failure_reason_code);
    report.promotion.iter().filter(is_bypass).map(line).collect()
}
