//! Removes copies, part by part from open handles, so that nothing outside of them can be met: not through a link, however it came there.

use std::ffi::OsStr;
use std::fs::{File, TryLockError};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;

use rustix::fs::{AtFlags, FileType, Mode};
use rustix::io::Errno;

use super::{ScratchError, at};
use crate::world::LookError;
use crate::world::disk::folder::{FOLDER, list, of_errno};

/// How many folders are open in one another. What lies deeper is first moved up.
const DEPTH: usize = 100;

/// How often a folder that is filled while it is emptied is emptied anew.
const PASSES: usize = 5;

/// A removal: the folder that a copy lies in, and the names that were moved into it.
struct Removal<'a> {
    place: &'a OwnedFd,
    moved: Vec<Vec<u8>>,
}

/// Removes every copy that nobody holds; how many there were.
pub(super) fn abandoned(place: &OwnedFd) -> Result<usize, ScratchError> {
    let mut count = 0;
    for (name, _) in list(place.as_fd()).map_err(|why| at(super::PLACE.as_bytes(), why))? {
        if !is_held(place, &name)? {
            tree(place, &name)?;
            count += 1;
        }
    }
    Ok(count)
}

/// Whether a gate works in it. What is no folder that can be opened is no copy of anybody's.
fn is_held(place: &OwnedFd, name: &[u8]) -> Result<bool, ScratchError> {
    let Ok(folder) = rustix::fs::openat(place, OsStr::from_bytes(name), FOLDER, Mode::empty()) else { return Ok(false) };
    match File::from(folder).try_lock() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(at(name, LookError::Io(error.to_string()))),
    }
}

/// Removes whatever is there under this name; that nothing is there is no error.
pub(super) fn tree(place: &OwnedFd, name: &[u8]) -> Result<(), ScratchError> {
    let mut removal = Removal { place, moved: vec![name.to_vec()] };
    while let Some(name) = removal.moved.pop() {
        removal.entry(place.as_fd(), &name, 0).map_err(|error| at(&name, of_errno(error)))?;
    }
    Ok(())
}

impl Removal<'_> {
    fn entry(&mut self, parent: BorrowedFd<'_>, raw: &[u8], depth: usize) -> rustix::io::Result<()> {
        let name = OsStr::from_bytes(raw);
        let kind = match rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::NOENT) => return Ok(()),
            stat => FileType::from_raw_mode(stat?.st_mode),
        };
        if kind != FileType::Directory {
            return unless_gone(rustix::fs::unlinkat(parent, name, AtFlags::empty()));
        }
        if depth >= DEPTH {
            return self.lift(parent, name);
        }
        for _ in 1..PASSES {
            self.empty(parent, name, depth)?;
            match rustix::fs::unlinkat(parent, name, AtFlags::REMOVEDIR) {
                Err(Errno::NOTEMPTY | Errno::EXIST) => {}
                removed => return unless_gone(removed),
            }
        }
        self.empty(parent, name, depth)?;
        unless_gone(rustix::fs::unlinkat(parent, name, AtFlags::REMOVEDIR))
    }

    fn empty(&mut self, parent: BorrowedFd<'_>, name: &OsStr, depth: usize) -> rustix::io::Result<()> {
        // Its permissions may forbid to look into it, or to take something out of it.
        let folder = match rustix::fs::openat(parent, name, FOLDER, Mode::empty()) {
            Err(Errno::ACCESS) => {
                rustix::fs::chmodat(parent, name, Mode::RWXU, AtFlags::empty())?;
                rustix::fs::openat(parent, name, FOLDER, Mode::empty())?
            }
            opened => opened?,
        };
        rustix::fs::fchmod(&folder, Mode::RWXU)?;
        let names = list(folder.as_fd()).map_err(|_| Errno::IO)?;
        names.iter().try_for_each(|(name, _)| self.entry(folder.as_fd(), name, depth + 1))
    }

    /// Moves a folder that lies too deep up to the others, where it is removed next.
    fn lift(&mut self, parent: BorrowedFd<'_>, name: &OsStr) -> rustix::io::Result<()> {
        for number in 0_u32.. {
            let free = format!("deep-{}-{number}", std::process::id());
            match rustix::fs::mkdirat(self.place, free.as_str(), Mode::RWXU) {
                Err(Errno::EXIST) => continue,
                made => made?,
            }
            // A folder takes the place of an empty one.
            rustix::fs::renameat(parent, name, self.place, free.as_str())?;
            self.moved.push(free.into_bytes());
            break;
        }
        Ok(())
    }
}

fn unless_gone(removed: rustix::io::Result<()>) -> rustix::io::Result<()> {
    match removed {
        Err(Errno::NOENT) => Ok(()),
        other => other,
    }
}
