//! Pushes that went past the smoke test: how one is asked for, its line in `.gate/bypasses.jsonl`, and whether it still stands.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::push::Push;
use crate::run::{Evidence, Recorded};
use crate::shown::shown;
use crate::world::{Commit, Cx, LookError, RelPath};

/// Where they are written down.
pub(crate) const BYPASSES: &str = ".gate/bypasses.jsonl";

/// Whether the value of `BYPASS_SMOKE` asks for it. Unset, empty and what means no do not.
pub(crate) fn is_asked_for(value: Option<&str>) -> bool {
    value.is_some_and(|value| !matches!(value.trim().to_ascii_lowercase().as_str(), "" | "0" | "false" | "no" | "off"))
}

/// One line of the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Bypass {
    pub(crate) schema: String,
    /// RFC 3339, UTC.
    pub(crate) at: String,
    /// As git would sign a commit, else the user of the system.
    pub(crate) who: String,
    /// `BYPASS_REASON`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// The remote as git names it; never its address, which may hold a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) remote: Option<String>,
    pub(crate) gate_version: String,
    pub(crate) refs: Vec<PushedRef>,
}

/// One ref of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PushedRef {
    pub(crate) local_ref: String,
    pub(crate) remote_ref: String,
    /// The commit, tags followed; absent where the ref was deleted or is no commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) commit: Option<String>,
    /// What was pushed, as `git log` takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) range: Option<String>,
}

impl Bypass {
    pub(crate) const SCHEMA: &str = "gate.bypass/1";

    pub(crate) fn refs_of(push: &Push, commits: &BTreeMap<String, Commit>) -> Vec<PushedRef> {
        let pushed = push.updates.iter().map(|update| PushedRef {
            local_ref: update.local_ref.clone(),
            remote_ref: update.remote_ref.clone(),
            commit: update.local.as_ref().and_then(|id| commits.get(id)).map(|commit| commit.id.clone()),
            range: update.range(),
        });
        pushed.collect()
    }
}

/// The largest file that is read.
const LIMIT: u64 = 64 << 20;

/// The bypasses that no good run has made up for, in the order of the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bypasses {
    pub(crate) standing: Vec<Standing>,
    /// Why some of the file could not be read.
    pub(crate) unread: Option<String>,
}

/// One that still stands.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) bypass: Bypass,
    /// Those of its refs that stand.
    pub(crate) refs: Vec<PushedRef>,
}

/// What still stands: until there is a good run record of the pushed commit, or of one that stands upon it.
pub(crate) fn standing(cx: &Cx<'_>, evidence: &Evidence) -> Bypasses {
    let text = match read(cx) {
        Ok(None) => return Bypasses::default(),
        Ok(Some(text)) => text,
        Err(error) => return Bypasses { standing: Vec::new(), unread: Some(error.to_string()) },
    };
    let mut bypasses = Bypasses::default();
    let mut all = Vec::new();
    for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<Bypass>(line) {
            Ok(bypass) => all.push(bypass),
            Err(_) => drop(bypasses.unread.get_or_insert_with(|| format!("line {} is no bypass", i + 1))),
        }
    }
    let pushed: BTreeSet<&String> = all.iter().flat_map(|bypass| &bypass.refs).filter_map(|pushed| pushed.commit.as_ref()).collect();
    let made_up_for = made_up_for(cx, evidence, pushed.into_iter().cloned().collect());
    for bypass in all {
        let stands = |pushed: &&PushedRef| pushed.commit.as_ref().is_some_and(|commit| !made_up_for.contains(commit));
        let refs: Vec<PushedRef> = bypass.refs.iter().filter(stands).cloned().collect();
        // Where git named no ref, nobody can say what was pushed.
        if !refs.is_empty() || bypass.refs.is_empty() {
            bypasses.standing.push(Standing { bypass, refs });
        }
    }
    bypasses
}

fn read(cx: &Cx<'_>) -> Result<Option<String>, LookError> {
    let mut bytes = Vec::new();
    match cx.evidence().read(&RelPath::parse(BYPASSES)?, LIMIT, &mut bytes) {
        Ok(()) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(LookError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The commits that the good run at hand stands upon; none where there is no good run, or git cannot say.
fn made_up_for(cx: &Cx<'_>, evidence: &Evidence, commits: Vec<String>) -> BTreeSet<String> {
    let Some(ran) = good_run(cx, evidence) else { return BTreeSet::new() };
    let Ok(here) = cx.history().commits(&commits) else { return BTreeSet::new() };
    let here: Vec<String> = here.into_values().map(|commit| commit.id).collect();
    match cx.history().unreachable(&here, &ran) {
        Ok(beyond) => here.into_iter().filter(|commit| !beyond.contains(commit)).collect(),
        Err(_) => here.into_iter().filter(|commit| *commit == ran).collect(),
    }
}

/// The commit of the run record, if that run ended well and on nothing but the commit.
fn good_run(cx: &Cx<'_>, evidence: &Evidence) -> Option<String> {
    let mut bytes = Vec::new();
    cx.evidence().read(&evidence.record, crate::run::LIMIT, &mut bytes).ok()?;
    let record = Recorded::read(std::str::from_utf8(&bytes).ok()?).ok()?;
    let ended_well = record.value("exit_code").and_then(serde_json::Value::as_i64) == Some(0);
    let undisturbed = record.value("interrupted_by").is_none() && record.value("signal").is_none();
    let clean = record.value("dirty").and_then(serde_json::Value::as_bool) == Some(false);
    let commit = record.text("git_commit").filter(|_| record.is_record() && ended_well && undisturbed && clean)?;
    cx.history().commits(&[commit.to_owned()]).ok()?.remove(commit).map(|commit| commit.id)
}

impl Bypasses {
    /// Each in one sentence, fit to be shown.
    pub(crate) fn describe(&self) -> Vec<String> {
        let unread =
            self.unread.iter().map(|why| format!("`{BYPASSES}` cannot be read in full: {}; what it says is not known", shown(why)));
        self.standing.iter().map(Standing::describe).chain(unread).collect()
    }
}

impl Standing {
    /// What it is, in one sentence fit to be shown.
    fn describe(&self) -> String {
        let Bypass { at, who, reason, .. } = &self.bypass;
        let name = |pushed: &PushedRef| {
            let commit = pushed.commit.as_deref().and_then(|id| id.get(..7)).unwrap_or_default();
            format!("{} {}", shown(&pushed.remote_ref), shown(commit))
        };
        let what = match self.refs.as_slice() {
            [] => "something".to_owned(),
            [one] => name(one),
            [one, rest @ ..] => format!("{} and {} more", name(one), rest.len()),
        };
        let reason = reason.as_ref().map(|reason| format!(": {}", shown(reason))).unwrap_or_default();
        let name = who.split(" <").next().unwrap_or(who);
        format!("{what} was pushed past the smoke test by {} on {}{reason}", shown(name), shown(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_no_does_not_bypass() {
        for no in ["", "0", "false", "False", " no ", "off"] {
            assert!(!is_asked_for(Some(no)), "{no}");
        }
        assert!(!is_asked_for(None));
        for yes in ["1", "true", "yes", "2", "because"] {
            assert!(is_asked_for(Some(yes)), "{yes}");
        }
    }
}
