//! Copies a folder into an empty one, part by part from open handles: no link is followed on either side.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;

use rustix::fs::{FileType, Mode, OFlags};

use super::{Copied, Limits, OWN, ScratchError, at};
use crate::world::disk::folder::{FILE, FOLDER, list, of_errno, of_type, stat_at};
use crate::world::{FileKind, LookError};

/// The bits that a copy keeps: no more set-user-id, which would say another owner now.
const KEPT: u32 = 0o1777;

/// What is copied, and how much of it there may be.
pub(super) struct Asked<'a> {
    pub(super) copied: &'a Copied<'a>,
    pub(super) limits: Limits,
}

/// A copy on its way.
struct Copying<'a> {
    asked: &'a Asked<'a>,
    files: usize,
    bytes: u64,
    left_out: usize,
}

/// One folder of it: where it comes from, where it goes, and its path below the root.
struct Level<'a> {
    from: &'a OwnedFd,
    to: &'a OwnedFd,
    path: Vec<u8>,
    depth: usize,
}

/// Copies everything; how many FIFOs, sockets and devices were left out.
pub(super) fn copy(from: &OwnedFd, to: &OwnedFd, asked: &Asked<'_>) -> Result<usize, ScratchError> {
    let mut copying = Copying { asked, files: 0, bytes: 0, left_out: 0 };
    copying.folder(&Level { from, to, path: Vec::new(), depth: 0 })?;
    Ok(copying.left_out)
}

impl Copying<'_> {
    fn folder(&mut self, level: &Level<'_>) -> Result<(), ScratchError> {
        let shown = if level.path.is_empty() { b"." } else { level.path.as_slice() };
        let mut names = list(level.from.as_fd()).map_err(|why| at(shown, why))?;
        names.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (name, told) in names {
            let path = if level.path.is_empty() { name.clone() } else { [&level.path, b"/".as_slice(), &name].concat() };
            if self.is_left_out(&name, &path) {
                continue;
            }
            self.files += 1;
            if self.files > self.asked.limits.files {
                return Err(ScratchError::TooMany(self.asked.limits.files));
            }
            if (self.asked.copied.stop)() {
                return Err(ScratchError::Stopped);
            }
            self.entry(level, (&name, told), path)?;
        }
        Ok(())
    }

    fn is_left_out(&self, name: &[u8], path: &[u8]) -> bool {
        name == b".git" || path == OWN.as_bytes() || self.asked.copied.without.iter().any(|left_out| left_out.as_str().as_bytes() == path)
    }

    fn entry(&mut self, level: &Level<'_>, (raw, told): (&[u8], FileType), path: Vec<u8>) -> Result<(), ScratchError> {
        let name = OsStr::from_bytes(raw);
        // Some file systems leave it to a stat.
        let is_told = told != FileType::Unknown;
        let kind = if is_told { of_type(told) } else { stat_at(level.from.as_fd(), name).map_err(|why| at(&path, why))?.kind };
        match kind {
            FileKind::Special => self.left_out += 1,
            FileKind::Symlink => link(level, name).map_err(|error| at(&path, of_errno(error)))?,
            FileKind::File => self.file(level, name, &path)?,
            FileKind::Folder if level.depth >= self.asked.limits.depth => {
                return Err(ScratchError::TooDeep(crate::shown::shown_bytes(&path)));
            }
            FileKind::Folder => self.below(level, name, path)?,
        }
        Ok(())
    }

    /// A folder in a folder. It gets its permissions last: they may forbid to fill it.
    fn below(&mut self, level: &Level<'_>, name: &OsStr, path: Vec<u8>) -> Result<(), ScratchError> {
        let failed = |error| at(&path, of_errno(error));
        let from = rustix::fs::openat(level.from, name, FOLDER, Mode::empty()).map_err(failed)?;
        rustix::fs::mkdirat(level.to, name, Mode::RWXU).map_err(failed)?;
        let to = rustix::fs::openat(level.to, name, FOLDER, Mode::empty()).map_err(failed)?;
        self.folder(&Level { from: &from, to: &to, path: path.clone(), depth: level.depth + 1 })?;
        keep_mode(&from, &to).map_err(failed)
    }

    fn file(&mut self, level: &Level<'_>, name: &OsStr, path: &[u8]) -> Result<(), ScratchError> {
        let failed = |error| at(path, of_errno(error));
        let left = self.asked.limits.bytes - self.bytes;
        let too_large = ScratchError::TooLarge(self.asked.limits.bytes);
        let from = rustix::fs::openat(level.from, name, FILE, Mode::empty()).map_err(failed)?;
        let stat = rustix::fs::fstat(&from).map_err(failed)?;
        if of_type(FileType::from_raw_mode(stat.st_mode)) != FileKind::File {
            return Err(at(path, LookError::Changed));
        }
        if u64::try_from(stat.st_size).unwrap_or(u64::MAX) > left {
            return Err(too_large);
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let to = rustix::fs::openat(level.to, name, flags, Mode::RUSR | Mode::WUSR).map_err(failed)?;
        let (from, mut to) = (File::from(from), File::from(to));
        // On Linux the kernel copies, and shares the blocks where the file system can.
        let copied = std::io::copy(&mut (&from).take(left.saturating_add(1)), &mut to);
        self.bytes += copied.map_err(|error| at(path, LookError::Io(error.to_string())))?;
        if self.bytes > self.asked.limits.bytes {
            return Err(too_large);
        }
        keep_mode(&from, &to).map_err(failed)
    }
}

fn link(level: &Level<'_>, name: &OsStr) -> rustix::io::Result<()> {
    let target = rustix::fs::readlinkat(level.from, name, Vec::new())?;
    rustix::fs::symlinkat(&target, level.to, name)
}

fn keep_mode(from: &impl AsFd, to: &impl AsFd) -> rustix::io::Result<()> {
    let mode = Mode::from_raw_mode(rustix::fs::fstat(from)?.st_mode) & Mode::from_bits_retain(KEPT);
    rustix::fs::fchmod(to, mode)
}
