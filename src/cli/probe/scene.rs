//! What a probe measures and where it leaves its report: the commit and the files before and after, the seed, the place of the report.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Probe;
use crate::cli::outputs::CannotTell;
use crate::cli::section::folder_for;
use crate::probes::kill_flag::{FileSum, Report, Settings, absolute_files_of, files_of};
use crate::shown::shown;
use crate::world::disk::Disk;
use crate::world::{Commit, FileKind, HistoryError, Out, Over, RelPath, World};

/// What the report is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) commit: Option<Commit>,
    pub(super) dirty: Option<bool>,
    pub(super) files: BTreeMap<String, FileSum>,
}

/// Looks at the commit, and at the files that the command names.
pub(super) fn look(settings: &Settings, (root, world): (&Path, &Disk)) -> Result<Seen, CannotTell> {
    let git = |error: HistoryError| CannotTell(format!("nothing was run: git does not say which commit this is: {error}"));
    let commit = match world.history().head() {
        Ok(commit) => Some(commit),
        Err(HistoryError::NotARepository | HistoryError::NoCommit) => None,
        Err(error) => return Err(git(error)),
    };
    let is_evidence = |path: &str| path == settings.report.as_str() || path == ".gate" || path.starts_with(".gate/");
    let dirty = match &commit {
        Some(_) => Some(world.history().dirty().map_err(git)?.iter().any(|path| !is_evidence(path))),
        None => None,
    };
    let mut files = files_of(world.evidence(), &settings.command, &settings.cwd);
    files.extend(absolute_files_of(world.evidence(), &settings.command, root));
    Ok(Seen { commit, dirty, files })
}

/// A seed that nobody has chosen.
pub(super) fn seed(world: &Disk) -> u64 {
    let now = u64::try_from(world.now().timestamp_micros()).unwrap_or_default();
    (now ^ u64::from(world.process_id()).rotate_left(40)) % 1_000_000_007
}

/// What tells the trials of this probe from all others on this machine.
pub(super) fn mark(world: &Disk) -> String {
    format!("{}-{:x}", world.process_id(), world.now().timestamp_micros())
}

/// The place of the report, in which there is none from now on: whatever becomes of this probe, an earlier one does not stand for it.
pub(super) struct Target<'p> {
    path: &'p RelPath,
    at: PathBuf,
}

impl<'p> Target<'p> {
    /// Fails now if the report could not be written later.
    pub(super) fn prepare(probe: &'p Probe, out: &mut dyn Out) -> Result<Self, CannotTell> {
        let path = &probe.settings.report;
        let fail = |why: &str| CannotTell(format!("nothing was run: the report `{}` cannot be written: {why}", shown(path.as_str())));
        let folder = folder_for(path, &probe.world, (&probe.root, out)).map_err(|error| fail(&error.to_string()))?;
        if folder != probe.root.join(path.parent().as_str()) {
            return Err(fail("its folder is reached through a symbolic link, and evidence is read through none"));
        }
        if let Ok(FileKind::Symlink | FileKind::Special) = probe.world.evidence().stat(path).map(|stat| stat.kind) {
            return Err(fail("it is a symbolic link, a device or a pipe"));
        }
        let at = folder.join(path.name());
        // An earlier report, whole or not; nobody else's file.
        out.prepare(&at, Over::Own(Report::wrote)).map(drop).map_err(|error| fail(&error.to_string()))?;
        out.remove(&at).map_err(|error| fail(&error.to_string()))?;
        Ok(Self { path, at })
    }

    /// Writes the report.
    pub(super) fn leave(&self, text: &str, out: &mut dyn Out) -> Result<(), String> {
        let written = out.prepare(&self.at, Over::Anything).and_then(|pending| pending.commit(text.as_bytes()));
        written.map_err(|error| format!("the report `{}` could not be written: {error}", shown(self.path.as_str())))
    }
}
