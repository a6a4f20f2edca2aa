//! Several files written together: all are prepared before the first is put in place.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::diff::diff;
use super::outputs::CannotTell;
use crate::shown::shown;
use crate::supervise::Hold;
use crate::world::{Out, Over, RelPath};

/// A file as it is and as it will be.
pub(super) struct Write {
    pub(super) path: RelPath,
    /// `None`: there is no file.
    pub(super) before: Option<String>,
    pub(super) after: String,
    pub(super) verb: Verb,
}

/// What is done to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    /// Made anew.
    Wrote,
    /// Every word that was there stays, and more stand after it.
    Extended,
    /// A word in it is another now.
    Changed,
    /// Nothing stays that was there.
    Replaced,
}

impl Verb {
    /// As a column of a list.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Wrote => "wrote   ",
            Self::Extended => "extended",
            Self::Changed => "changed ",
            Self::Replaced => "replaced",
        }
    }
}

impl Write {
    fn over(&self) -> Over {
        if self.before.is_some() { Over::Anything } else { Over::Nothing }
    }

    pub(super) fn diff(&self) -> String {
        diff(self.path.as_str(), self.before.as_deref(), &self.after)
    }
}

/// Writes them. `place` says where a path really lies, and makes its folder where that is missing.
///
/// # Errors
/// If one cannot be prepared: then none is written. If one cannot be written: then it says which were.
pub(super) fn write_all(
    writes: &[Write],
    out: &mut dyn Out,
    place: impl Fn(&RelPath, &mut dyn Out) -> anyhow::Result<PathBuf>,
) -> anyhow::Result<()> {
    let failed = |write: &Write| format!("`{}` cannot be written", shown(write.path.as_str()));
    let mut ready = Vec::new();
    for write in writes {
        let path = place(&write.path, out).with_context(|| failed(write))?;
        let pending = out.prepare(&path, write.over()).with_context(|| failed(write))?;
        ready.push((write, pending));
    }
    // A file beside its target is not left there by Ctrl-C.
    let _hold = Hold::from_now_on();
    let mut written: Vec<&str> = Vec::new();
    for (write, pending) in ready {
        if let Err(error) = pending.commit(write.after.as_bytes()) {
            let before = if written.is_empty() { "nothing".to_owned() } else { written.join(", ") };
            return Err(CannotTell(format!("{}: {error}; written before: {before}", failed(write))).into());
        }
        written.push(write.path.as_str());
    }
    Ok(())
}

/// Where a path below the root lies, when its folder is there.
pub(super) fn below(root: &Path) -> impl Fn(&RelPath, &mut dyn Out) -> anyhow::Result<PathBuf> {
    let root = root.to_owned();
    move |path, _| Ok(root.join(path.as_str()))
}
