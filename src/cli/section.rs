//! `[run]` as the commands `run` and `hash` read it: from gate.toml, with flags laid over it.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::bail;

use super::Global;
use super::outputs::CannotTell;
use super::promote::policy_text;
use crate::config::{self, Fault, Faults, HookOptions, RunOptions, Text};
use crate::plan::{PlanError, read_shared};
use crate::run::Evidence;
use crate::world::disk::{Disk, Place};
use crate::world::{FileKind, Files, Held, LookError, Out, Over, RelPath, World, resolve};

/// `[run]`, and the world it speaks of.
pub(super) struct Section {
    pub(super) root: PathBuf,
    pub(super) world: Disk,
    pub(super) options: RunOptions,
    pub(super) evidence: Evidence,
    pub(super) hook: HookOptions,
    timeout: std::time::Duration,
    text: Option<Text>,
    span: Option<Range<usize>>,
}

impl Section {
    pub(super) fn open(flags: &Text, global: &Global) -> anyhow::Result<Self> {
        let place = Place::find(global.root.as_deref(), global.file.as_deref())?;
        let text = policy_text(&place, global.file.is_none())?;
        let parsed = text.as_ref().map(config::load).unwrap_or_default();
        let (timeout, hook) = (parsed.file.git.timeout.get(), parsed.file.hook.clone());
        let (shared, more) = read_shared(parsed.file.run, Some(flags))?;
        let faults: Vec<Fault> = parsed.faults.into_iter().chain(more).collect();
        if let (false, Some(text)) = (faults.is_empty(), &text) {
            return Err(PlanError::File(Faults { text: text.clone(), faults }).into());
        }
        let world = Disk::open(&place.root, global.now, timeout).map_err(|e| CannotTell(format!("{}: {e}", place.root_name())))?;
        // Neither a run nor a digest asks what is tracked.
        let world = world.unlisted();
        let options = shared.run.unwrap_or_default();
        let evidence = Evidence::of(&options);
        Ok(Self { root: place.root, world, options, evidence, hook, timeout, text, span: shared.run_span })
    }

    /// Refuses what nothing can be run from, in the words of one who gave no command.
    pub(super) fn must_name_a_smoke_test(&self) -> anyhow::Result<()> {
        if self.text.is_none() {
            bail!("there is no gate.toml, so nobody has said what to test before a push; `gate init` writes one");
        }
        if self.options.smoke.is_none() {
            bail!(
                "`[run] smoke` in gate.toml names no command, so there is nothing to test before a push; as: smoke = [\"make\", \"smoke\"]"
            );
        }
        Ok(())
    }

    /// The world once more, with nothing remembered.
    pub(super) fn look_again(&self, global: &Global) -> anyhow::Result<Disk> {
        Ok(Disk::open(&self.root, global.now, self.timeout).map_err(|e| CannotTell(e.to_string()))?)
    }

    /// Keeps others from running beside us, until the lock is dropped. Where there can be no lock, that is said and nothing more:
    /// it guards against confusion, and the record says what was run in any case.
    pub(super) fn turn(&self, out: &mut dyn Out) -> Result<Option<Box<dyn Held>>, CannotTell> {
        let folder = own_folder(&self.root, self.world.evidence(), out);
        let locked = folder.and_then(|folder| out.lock(&folder.join("run.lock")));
        match locked {
            Ok(held) => Ok(Some(held)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                Err(CannotTell("nothing was run: another `gate run` is at work in this project".to_owned()))
            }
            Err(error) => {
                out.warn(&format!("warning: runs at the same time cannot be told apart: `.gate/run.lock`: {error}\n"));
                Ok(None)
            }
        }
    }

    /// Makes the folder that a file is to lie in, inside the root, and says where that is.
    pub(super) fn folder_for(&self, path: &RelPath, out: &mut dyn Out) -> io::Result<PathBuf> {
        folder_for(path, &self.world, (&self.root, out))
    }

    /// What the section lacks: at its place in the file, where it has one.
    pub(super) fn lacks(&self, faults: Vec<Fault>) -> PlanError {
        match (&self.text, &self.span) {
            (Some(text), Some(span)) => {
                let faults = faults.into_iter().map(|fault| Fault { span: Some(span.clone()), ..fault }).collect();
                PlanError::File(Faults { text: text.clone(), faults })
            }
            _ => PlanError::Flags(faults.into_iter().map(|f| format!("{}; {}", f.message, f.help.unwrap_or_default())).collect()),
        }
    }
}

/// gate's own folder at the root, made where it is missing. Nothing in it is anybody's to commit.
pub(super) fn own_folder(root: &Path, files: &dyn Files, out: &mut dyn Out) -> io::Result<PathBuf> {
    let folder = root.join(".gate");
    let own = RelPath::parse(".gate").map_err(io::Error::other)?;
    if files.stat(&own).is_ok_and(|stat| stat.kind == FileKind::Symlink) {
        return Err(io::Error::other("is reached through a symbolic link"));
    }
    out.make_folder(&folder)?;
    match own.join(".gitignore").map_err(LookError::from).and_then(|path| files.stat(&path)) {
        Ok(_) => return Ok(folder),
        Err(LookError::NotFound) => {}
        Err(error) => return Err(io::Error::other(format!("its folder's .gitignore {error}"))),
    }
    let ignore = out.prepare(&folder.join(".gitignore"), Over::Nothing);
    match ignore.and_then(|pending| pending.commit(b"*\n")) {
        // Another gate was quicker.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(folder),
        Err(error) => Err(io::Error::new(error.kind(), format!("its folder's .gitignore cannot be written: {error}"))),
        Ok(()) => Ok(folder),
    }
}

/// Makes the folder that a file is to lie in, inside the root of `world`, and says where that is.
pub(super) fn folder_for(path: &RelPath, world: &Disk, (root, out): (&Path, &mut dyn Out)) -> io::Result<PathBuf> {
    let folder = below_root(world.evidence(), &path.parent()).map_err(|error| io::Error::other(error.to_string()))?;
    let folder = root.join(folder.as_str());
    out.make_folder(&folder)?;
    Ok(folder)
}

/// `folder` with its links followed, inside the root; the part that does not exist yet stays as it is.
fn below_root(files: &dyn Files, folder: &RelPath) -> Result<RelPath, LookError> {
    let mut there = RelPath::root();
    for part in folder.parts() {
        let next = there.join(part)?;
        there = match resolve(files, &next) {
            Ok(real) => real,
            Err(LookError::NotFound) => next,
            Err(error) => return Err(error),
        };
    }
    Ok(there)
}
