//! What an earlier gate left when it was killed in its trials: found by its notes, said, and ended.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Probe;
use crate::cli::outputs::CannotTell;
use crate::probes::ledger::{LIMIT, PATH, Remains, remains};
use crate::shown::{counted, shown};
use crate::supervise::trial::{Holder, boot, end as end_processes, remove_flag};
use crate::world::disk::{Copied, Disk, Scratch, ScratchError};
use crate::world::{LookError, Out, RelPath, World};

/// Ends what is left of trials whose keepers are no more. Nobody else is at work here: the lock is ours.
pub(super) fn end(what: &str, (root, world): (&Path, &Disk), out: &mut dyn Out) -> Result<(), CannotTell> {
    let fail = |why: String| CannotTell(format!("`{PATH}`, what trials have left: {why}"));
    let path = RelPath::parse(PATH).map_err(|error| fail(error.to_string()))?;
    let mut bytes = Vec::new();
    match world.evidence().read(&path, LIMIT, &mut bytes) {
        Ok(()) => {}
        Err(LookError::NotFound) => return Ok(()),
        Err(error) => return Err(fail(error.to_string())),
    }
    let (left, torn) = remains(&String::from_utf8_lossy(&bytes), &boot());
    if torn > 0 {
        out.warn(&format!("warning: {} of `{PATH}` cannot be read: the probe was killed while it wrote\n", counted(torn, "line", "lines")));
    }
    let mut survivors = Vec::new();
    for trial in &left {
        survivors.extend(
            one(what, trial, out)
                .map_err(|error| fail(format!("processes cannot be looked for: {error}; end them yourself, and remove the file")))?,
        );
    }
    if !survivors.is_empty() {
        let pids: Vec<String> = survivors.iter().map(i32::to_string).collect();
        return Err(fail(format!("processes that cannot be ended: {}", pids.join(", "))));
    }
    out.remove(&root.join(PATH)).map_err(|error| fail(error.to_string()))
}

/// All trials are over: there is nothing to come back for.
pub(super) fn forget(root: &Path, out: &mut dyn Out) {
    if let Err(error) = out.remove(&root.join(PATH)) {
        out.warn(&format!("warning: `{PATH}` cannot be removed: {error}\n"));
    }
}

/// Where trials are held: in the project itself, or, side by side, in copies of it.
pub(super) struct Roots {
    paths: Vec<PathBuf>,
    /// Removed when this is dropped.
    _copies: Vec<Scratch>,
}

impl Roots {
    pub(super) fn of(probe: &Probe, holder: &Holder, out: &mut dyn Out) -> Result<Self, CannotTell> {
        let fail = |error: ScratchError| CannotTell(format!("nothing was run: {error}"));
        let Probe { root, settings, .. } = probe;
        let swept = Scratch::sweep(root).map_err(fail)?;
        if swept > 0 {
            out.warn(&format!(
                "warning: {} of an earlier probe that was killed; removed now\n",
                counted(swept, "copy was left", "copies were left")
            ));
        }
        if settings.parallel == 1 {
            return Ok(Self { paths: vec![root.clone()], _copies: Vec::new() });
        }
        let without = [settings.report.clone()];
        let stop = || holder.listen(Duration::ZERO).is_some();
        let copy = |_| Scratch::copy(root, &Copied { without: &without, stop: &stop });
        let copies = (0..settings.parallel).map(copy).collect::<Result<Vec<_>, _>>().map_err(fail)?;
        if let Some(left_out) = copies.first().map(Scratch::left_out).filter(|left_out| *left_out > 0) {
            let what = counted(left_out, "pipe, socket or device is", "pipes, sockets and devices are");
            out.warn(&format!("note: {what} not in the copies that the trials run in\n"));
        }
        Ok(Self { paths: copies.iter().map(|copy| copy.path().to_owned()).collect(), _copies: copies })
    }

    pub(super) fn paths(&self) -> &[PathBuf] {
        &self.paths
    }
}

/// Ends one trial; the processes that are still there.
fn one(happened: &str, trial: &Remains, out: &mut dyn Out) -> std::io::Result<Vec<i32>> {
    let (found, left) = end_processes(&trial.mark, trial.runner)?;
    let flags = trial.flags.iter().filter(|(flag, made)| match remove_flag(Path::new(flag), *made) {
        Ok(removed) => removed,
        Err(error) => {
            out.warn(&format!("warning: the flag `{}` of an earlier probe was left where it is: {error}\n", shown(flag)));
            false
        }
    });
    let flags = flags.count();
    let what = [(found, "process", "processes"), (flags, "flag", "flags")].into_iter().filter(|(count, ..)| *count > 0);
    let what: Vec<String> = what.map(|(count, one, many)| counted(count, one, many)).collect();
    let what = if what.is_empty() {
        "nothing of it was found (what clears its environment is not seen)".to_owned()
    } else {
        format!("{} of it ended or removed now", what.join(" and "))
    };
    out.warn(&format!("warning: {happened} {}; {what}\n", shown(&trial.mark)));
    Ok(left.into_iter().map(|process| process.pid).collect())
}
