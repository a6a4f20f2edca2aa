//! The run record as gate writes it. `docs/formats/run-record.md` describes it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Recorded;
use crate::digest::{HashedFile, hex};

/// More files than this stand in a sidecar instead of the record.
pub(crate) const MOST_FILES: usize = 5000;

/// What a run says of itself.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Record {
    pub(crate) schema: &'static str,
    pub(crate) run_id: String,
    pub(crate) config_hash: String,
    pub(crate) data_hash: String,
    /// RFC 3339, UTC.
    pub(crate) started_at: String,
    pub(crate) finished_at: String,
    #[serde(flatten)]
    pub(crate) end: End,
    /// The signal that gate itself got meanwhile, as `SIGTERM`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) interrupted_by: Option<String>,
    /// Secrets that are known by their looks are left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) command: Vec<String>,
    #[serde(flatten)]
    pub(crate) commit: Option<OfCommit>,
    /// Whether tracked files differed from the commit when the run began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dirty: Option<bool>,
    pub(crate) gate_version: &'static str,
    /// gate did not see the run, and was told of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) recorded_only: bool,
    /// What was another after the run.
    pub(crate) changed_during_run: Vec<ChangedInRun>,
    /// Processes of the run that were still there when its command had ended, and were ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) processes_ended: Option<usize>,
    pub(crate) config_files: Files,
    pub(crate) data_files: Files,
}

impl Record {
    /// Whether it is of a run that ended well, undisturbed, and on nothing but the commit.
    pub(crate) fn is_good(&self) -> bool {
        let ended_well = self.end.exit_code == Some(0) && self.end.signal.is_none() && self.interrupted_by.is_none();
        ended_well && self.dirty == Some(false) && self.changed_during_run.is_empty()
    }
}

/// The sums of files by their paths, or the name of the sidecar that has them.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Files {
    Here(BTreeMap<String, String>),
    Sidecar { sidecar: String },
}

/// How the command ended; nothing is written of a run that something else did and nobody told how it ended.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct End {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) exit_code: Option<i32>,
    /// As `SIGKILL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) signal: Option<String>,
}

/// The commit that the run ran on.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct OfCommit {
    pub(crate) git_commit: String,
    pub(crate) git_tree: String,
}

/// One thing that changed while the run was on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ChangedInRun {
    /// `config`, `data` or `commit`.
    pub(crate) what: &'static str,
    /// The file, where it can be named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// `added`, `removed`, `changed` or `unreadable`.
    pub(crate) change: &'static str,
}

impl Record {
    pub(crate) const SCHEMA: &'static str = "gate.run/1";

    /// Whether a text is a run record, gate's or a project's own, so that it may be replaced.
    pub(crate) fn wrote(text: &str) -> bool {
        Recorded::read(text).is_ok_and(|record| record.is_record() || record.text("schema") == Some(Self::SCHEMA))
    }

    /// The bytes of the record and of its aliases.
    ///
    /// # Errors
    /// None that is known; an empty record would be worse than none.
    pub(crate) fn to_text(&self) -> Result<String, String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n").map_err(|error| error.to_string())
    }
}

impl Files {
    pub(crate) fn here(files: &[HashedFile]) -> Self {
        Self::Here(files.iter().map(|file| (file.path.clone(), hex(&file.sha256))).collect())
    }
}
