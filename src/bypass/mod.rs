//! Pushes past the smoke test: how one is asked for, how it is written down in `.gate/bypasses.jsonl`, and what settles it.

mod ledger;
mod standing;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use standing::{Standing, settled_by_run, standing};

use crate::world::{Commit, HistoryError};

/// Where they are written down.
pub(crate) const BYPASSES: &str = ".gate/bypasses.jsonl";

/// Whether the value of `BYPASS_SMOKE` asks for it. Unset, empty and what means no do not.
pub(crate) fn is_asked_for(value: Option<&[u8]>) -> bool {
    value.is_some_and(|value| !matches!(value.trim_ascii().to_ascii_lowercase().as_slice(), b"" | b"0" | b"false" | b"no" | b"off"))
}

/// A line of the file: a push that went past the smoke test.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Bypass {
    pub(crate) schema: String,
    /// RFC 3339, UTC.
    pub(crate) at: String,
    /// As git would sign a commit, else the user of the system.
    pub(crate) who: String,
    /// `BYPASS_REASON`, without what looks like a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// The remote as git names it; never its address, which may hold a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) remote: Option<String>,
    pub(crate) gate_version: String,
    pub(crate) refs: Vec<PushedRef>,
    /// Lines of git that were not understood, fit to be shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unread: Vec<String>,
}

/// One ref of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PushedRef {
    pub(crate) local_ref: String,
    pub(crate) remote_ref: String,
    /// The commit, tags followed; where git did not answer, the object as it was pushed. Absent where the ref was deleted or holds no
    /// commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) commit: Option<String>,
    /// What was pushed, as `git log` takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) range: Option<String>,
}

impl Bypass {
    pub(crate) const SCHEMA: &str = "gate.bypass/1";
}

/// The commit of a pushed object. What nobody could look up stands for itself, so that the bypass of it is not lost.
pub(crate) fn pushed_commit(object: &str, commits: &Result<BTreeMap<String, Commit>, HistoryError>) -> Option<String> {
    match commits {
        Ok(commits) => commits.get(object).map(|commit| commit.id.clone()),
        Err(_) => Some(object.to_owned()),
    }
}

/// A line of the file: commits that need no more be remembered, because of a good run or because somebody says so.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Settled {
    pub(crate) schema: String,
    /// RFC 3339, UTC.
    pub(crate) at: String,
    /// The commits that were pushed.
    pub(crate) commits: Vec<String>,
    /// The run that stands upon them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) run_id: Option<String>,
    /// Who says so, where no run does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) who: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

impl Settled {
    pub(crate) const SCHEMA: &str = "gate.settled/1";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_no_does_not_bypass() {
        for no in ["", "0", "false", "False", " no ", "off"] {
            assert!(!is_asked_for(Some(no.as_bytes())), "{no}");
        }
        assert!(!is_asked_for(None));
        for yes in ["1", "true", "yes", "2", "because", "0\u{a0}"] {
            assert!(is_asked_for(Some(yes.as_bytes())), "{yes}");
        }
        assert!(is_asked_for(Some(b"\xff")));
    }

    #[test]
    fn a_commit_that_git_does_not_tell_stands_for_itself() {
        let failed = Err(HistoryError::Damaged);
        assert_eq!(pushed_commit("a", &failed), Some("a".to_owned()));
        assert_eq!(pushed_commit("a", &Ok(BTreeMap::new())), None);
    }
}
