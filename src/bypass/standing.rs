//! Which bypasses still stand: until a good run record of the pushed commit, or of one that stands upon it.

use std::collections::BTreeSet;

use super::ledger::Ledger;
use super::{BYPASSES, Bypass, PushedRef};
use crate::run::{Evidence, Recorded};
use crate::shown::{shell_word, shown};
use crate::world::{Cx, HistoryError};

/// What still stands, in the order of the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bypasses {
    pub(crate) standing: Vec<Standing>,
    /// Why something of the file is not known, a sentence each.
    pub(crate) unread: Vec<String>,
}

/// One that still stands.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    bypass: Bypass,
    /// Those of its refs that stand.
    pub(crate) refs: Vec<PushedRef>,
    /// Whether a good run of HEAD settles it.
    is_below_head: bool,
}

/// What no good run has settled, the one at hand included.
pub(crate) fn standing(cx: &Cx<'_>, evidence: &Evidence) -> Bypasses {
    let ledger = Ledger::read(cx.evidence());
    let mut bypasses = Bypasses { standing: Vec::new(), unread: ledger.unread.clone() };
    let commits = commits(&ledger);
    if commits.is_empty() {
        return bypasses;
    }
    let settled = good_run(cx, evidence).map(|ran| below(cx, &commits, &ran)).unwrap_or_default();
    let head = cx.history().head().map(|head| below(cx, &commits, &head.id)).unwrap_or_default();
    for bypass in ledger.bypasses {
        let stands = |pushed: &&PushedRef| pushed.commit.as_ref().is_some_and(|commit| !settled.contains(commit));
        let refs: Vec<PushedRef> = bypass.refs.iter().filter(stands).cloned().collect();
        if !refs.is_empty() {
            let is_below_head = refs.iter().filter_map(|pushed| pushed.commit.as_ref()).all(|commit| head.contains(commit));
            bypasses.standing.push(Standing { bypass, refs, is_below_head });
        }
    }
    bypasses
}

/// The commits that a good run of `commit` settles: those that stand and that it stands upon.
pub(crate) fn settled_by_run(cx: &Cx<'_>, commit: &str) -> Vec<String> {
    let commits = commits(&Ledger::read(cx.evidence()));
    // Mostly there is nothing to ask git about.
    if commits.is_empty() { commits } else { below(cx, &commits, commit).into_iter().collect() }
}

/// The commits that were pushed and that nothing has settled.
fn commits(ledger: &Ledger) -> Vec<String> {
    let commits: BTreeSet<&String> =
        ledger.bypasses.iter().flat_map(|bypass| &bypass.refs).filter_map(|pushed| pushed.commit.as_ref()).collect();
    commits.into_iter().cloned().collect()
}

/// Those of `commits` that `tip` is or stands upon. Where git cannot say, those that it is.
fn below(cx: &Cx<'_>, commits: &[String], tip: &str) -> BTreeSet<String> {
    let itself = || commits.iter().filter(|commit| *commit == tip).cloned().collect();
    // What is not here any more cannot be asked about.
    let Ok(here) = cx.history().commits(commits) else { return itself() };
    let ids: Vec<String> = here.values().map(|commit| commit.id.clone()).collect();
    match cx.history().unreachable(&ids, tip) {
        Ok(beyond) => here.into_iter().filter(|(_, commit)| !beyond.contains(&commit.id)).map(|(pushed, _)| pushed).collect(),
        Err(_) => itself(),
    }
}

/// The commit of the run record, if that run ended well and on nothing but the commit.
fn good_run(cx: &Cx<'_>, evidence: &Evidence) -> Option<String> {
    let mut bytes = Vec::new();
    cx.evidence().read(&evidence.record, crate::run::LIMIT, &mut bytes).ok()?;
    let record = Recorded::read(std::str::from_utf8(&bytes).ok()?).ok()?;
    let ended_well = record.value("exit_code").and_then(serde_json::Value::as_i64) == Some(0);
    let undisturbed = record.value("interrupted_by").is_none() && record.value("signal").is_none();
    let changed = record.value("changed_during_run").and_then(serde_json::Value::as_array).is_some_and(|changes| !changes.is_empty());
    let clean = !changed && record.value("dirty").and_then(serde_json::Value::as_bool) == Some(false);
    let commit = record.text("git_commit").filter(|_| record.is_record() && ended_well && undisturbed && clean)?;
    let here: Result<_, HistoryError> = cx.history().commits(&[commit.to_owned()]);
    here.ok()?.remove(commit).map(|commit| commit.id)
}

impl Bypasses {
    /// Why something of the file is not known, in one sentence fit to be shown.
    pub(crate) fn describe_unread(&self) -> Option<String> {
        let first = self.unread.first()?;
        let more = if self.unread.len() > 1 { format!(" (and {} more)", self.unread.len() - 1) } else { String::new() };
        Some(format!("`{BYPASSES}` cannot be read in full: {}{more}", shown(first)))
    }
}

impl Standing {
    /// The commits of it.
    pub(crate) fn commits(&self) -> impl Iterator<Item = &str> {
        self.refs.iter().filter_map(|pushed| pushed.commit.as_deref())
    }

    /// What it is, in one sentence fit to be shown.
    pub(crate) fn describe(&self) -> String {
        let Bypass { at, who, reason, .. } = &self.bypass;
        let name = |pushed: &PushedRef| {
            let commit = pushed.commit.as_deref().map(short).unwrap_or_default();
            format!("{} {}", shown(&pushed.remote_ref), shown(commit))
        };
        let what = match self.refs.as_slice() {
            [one, rest @ ..] if !rest.is_empty() => format!("{} and {} more", name(one), rest.len()),
            refs => refs.iter().map(name).collect(),
        };
        let reason = reason.as_ref().map(|reason| format!(": {}", shown(reason))).unwrap_or_default();
        let name = who.split(" <").next().unwrap_or(who);
        let beside = if self.is_below_head { "" } else { " (HEAD does not stand upon it)" };
        format!("{what} was pushed past the smoke test by {} on {}{reason}{beside}", shown(name), shown(at))
    }

    /// The command that settles it.
    pub(crate) fn next(&self) -> String {
        match (self.is_below_head, self.commits().next()) {
            (false, Some(commit)) => format!("gate hook settle {} --reason WHY", shell_word(short(commit))),
            (true, _) | (false, None) => "gate run".to_owned(),
        }
    }
}

fn short(id: &str) -> &str {
    id.get(..7).unwrap_or(id)
}
