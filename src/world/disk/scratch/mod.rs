//! Scratch copies: the root once more, below `.gate/scratch`, for a trial that would disturb others. Each is locked while it is in use, so
//! that what a killed gate has left is told from what another gate works in.

mod copy;
mod remove;
#[cfg(test)]
mod scratch_test;

use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::folder::{FOLDER, of_errno};
use crate::world::{LookError, RelPath};

/// Where they lie, below gate's own folder.
const PLACE: &str = "scratch";

/// gate's own folder.
const OWN: &str = ".gate";

/// What a copy may hold at the most.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Files, folders and links.
    files: usize,
    bytes: u64,
    /// Folders in one another.
    depth: usize,
}

/// More is no project that a probe copies many times.
const LIMITS: Limits = Limits { files: 200_000, bytes: 4 << 30, depth: 128 };

/// Why a copy could not be made or removed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScratchError {
    /// Something could not be read or written.
    #[error("`{path}` {why}")]
    At {
        /// Its path below the root, fit to be shown.
        path: String,
        /// What is wrong with it.
        why: LookError,
    },
    /// More files than a copy may hold.
    #[error("the project holds more than {0} files, too many for scratch copies; probe it with `--parallel 1`")]
    TooMany(usize),
    /// More bytes than a copy may hold.
    #[error("the project holds more than {} MiB, too much for scratch copies; probe it with `--parallel 1`", .0 >> 20)]
    TooLarge(u64),
    /// Folders that lie too deep.
    #[error("`{0}` lies too deep for a scratch copy; probe the project with `--parallel 1`")]
    TooDeep(String),
    /// It was told to give up.
    #[error("the copy was given up")]
    Stopped,
}

/// What of the root is copied.
pub struct Copied<'a> {
    /// What is left out.
    pub without: &'a [RelPath],
    /// Asked between two files: whether to give up.
    pub stop: &'a dyn Fn() -> bool,
}

/// A copy of the root; removed when this is dropped.
pub struct Scratch {
    path: PathBuf,
    name: String,
    /// The folder that all copies lie in.
    place: OwnedFd,
    left_out: usize,
    /// The copy itself, locked: closed by the end of gate at the latest.
    _held: File,
}

impl Scratch {
    /// Copies `root`, links as links. `.git`, gate's own folder and what is named to be left out are left out; FIFOs, sockets and devices are
    /// left out and counted.
    ///
    /// # Errors
    /// If something cannot be read or written, is beyond what a copy may hold, or it is to stop; then nothing is left of it.
    pub fn copy(root: &Path, copied: &Copied<'_>) -> Result<Self, ScratchError> {
        Self::within(root, copied, LIMITS)
    }

    fn within(root: &Path, copied: &Copied<'_>, limits: Limits) -> Result<Self, ScratchError> {
        let (from, place) = (top(root)?, place(root)?);
        let (name, held) = fresh(&place)?;
        let path = root.join(OWN).join(PLACE).join(&name);
        // From here on, whatever fails, the copy goes.
        let mut scratch = Self { path, name, place, left_out: 0, _held: held };
        let to = rustix::fs::openat(&scratch.place, scratch.name.as_str(), FOLDER, Mode::empty());
        let to = to.map_err(|error| at(PLACE.as_bytes(), of_errno(error)))?;
        scratch.left_out = copy::copy(&from, &to, &copy::Asked { copied, limits })?;
        Ok(scratch)
    }

    /// An empty one, for what is fetched.
    ///
    /// # Errors
    /// If it cannot be made.
    pub(crate) fn empty(root: &Path) -> Result<Self, ScratchError> {
        let place = place(root)?;
        let (name, held) = fresh(&place)?;
        Ok(Self { path: root.join(OWN).join(PLACE).join(&name), name, place, left_out: 0, _held: held })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many FIFOs, sockets and devices it lacks.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Removes what gates that were killed have left below `root`; how many copies there were. What another gate works in stays.
    ///
    /// # Errors
    /// If something cannot be looked at or removed, or gate's own folder is reached through a link.
    pub fn sweep(root: &Path) -> Result<usize, ScratchError> {
        let Some(place) = existing_place(root)? else { return Ok(0) };
        let _turn = turn(&place)?;
        remove::abandoned(&place)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays is removed by the next sweep.
        let _left = remove::tree(&self.place, self.name.as_bytes());
    }
}

fn at(path: &[u8], why: LookError) -> ScratchError {
    ScratchError::At { path: crate::shown::shown_bytes(path), why }
}

/// The root, which may itself be reached through links.
fn top(root: &Path) -> Result<OwnedFd, ScratchError> {
    rustix::fs::open(root, FOLDER.difference(OFlags::NOFOLLOW), Mode::empty()).map_err(|error| at(b".", of_errno(error)))
}

/// The folder of all copies, made where it is missing.
fn place(root: &Path) -> Result<OwnedFd, ScratchError> {
    let mut folder = top(root)?;
    for (name, path) in [(OWN, OWN), (PLACE, ".gate/scratch")] {
        match rustix::fs::mkdirat(&folder, name, Mode::from_raw_mode(0o777)) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(at(path.as_bytes(), of_errno(error))),
        }
        folder = rustix::fs::openat(&folder, name, FOLDER, Mode::empty()).map_err(|error| at(path.as_bytes(), of_errno(error)))?;
    }
    Ok(folder)
}

fn existing_place(root: &Path) -> Result<Option<OwnedFd>, ScratchError> {
    let mut folder = top(root)?;
    for (name, path) in [(OWN, OWN), (PLACE, ".gate/scratch")] {
        folder = match rustix::fs::openat(&folder, name, FOLDER, Mode::empty()) {
            Ok(folder) => folder,
            Err(Errno::NOENT) => return Ok(None),
            Err(error) => return Err(at(path.as_bytes(), of_errno(error))),
        };
    }
    Ok(Some(folder))
}

/// A turn at the folder of all copies, so that nobody takes a copy that is not locked yet for an abandoned one.
fn turn(place: &OwnedFd) -> Result<File, ScratchError> {
    let failed = |error: std::io::Error| at(PLACE.as_bytes(), LookError::Io(error.to_string()));
    // A handle of its own: a lock belongs to the handle.
    let folder = rustix::fs::openat(place, ".", FOLDER, Mode::empty()).map_err(|error| failed(error.into()))?;
    let file = File::from(folder);
    file.lock().map_err(failed)?;
    Ok(file)
}

/// A new, empty and locked folder, and its name.
fn fresh(place: &OwnedFd) -> Result<(String, File), ScratchError> {
    let _turn = turn(place)?;
    for number in 0_u32.. {
        let name = format!("{}-{number}", std::process::id());
        let failed = |error: std::io::Error| at(name.as_bytes(), LookError::Io(error.to_string()));
        match rustix::fs::mkdirat(place, name.as_str(), Mode::RWXU) {
            Err(Errno::EXIST) => continue,
            made => made.map_err(|error| failed(error.into()))?,
        }
        let folder = rustix::fs::openat(place, name.as_str(), FOLDER, Mode::empty()).map_err(|error| failed(error.into()))?;
        let file = File::from(folder);
        return match file.try_lock() {
            Ok(()) => Ok((name, file)),
            Err(error) => Err(failed(error.into())),
        };
    }
    Err(at(PLACE.as_bytes(), LookError::Io("holds too many copies".to_owned())))
}
