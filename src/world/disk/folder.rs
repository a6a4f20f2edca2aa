//! Reading below one folder, part by part from an open handle, so that no link is ever followed.

use std::ffi::OsStr;
#[cfg(target_os = "linux")]
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType, Mode, OFlags};
#[cfg(target_os = "linux")]
use rustix::fs::{RawDir, SeekFrom};
use rustix::io::Errno;

use crate::shown::shown_bytes;
use crate::world::{FileKind, Files, LookError, Name, OpenFolder, PathError, Reading, RelPath, Stat};

/// An open folder.
pub(super) struct Folder {
    path: PathBuf,
    handle: OwnedFd,
}

/// How a folder is opened: never through a link.
pub(super) const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// How a file is opened: never through a link, and without waiting for the other end of a FIFO.
pub(super) const FILE: OFlags = OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

/// How much of a file is read at once: all of it and a byte more, within these.
const PAGE: usize = 4 * 1024;
const CHUNK: usize = 64 * 1024;

impl Folder {
    /// Opens `path`, which may itself be reached through links.
    pub(super) fn open(path: &Path) -> Result<Self, LookError> {
        let flags = FOLDER.difference(OFlags::NOFOLLOW);
        let handle = rustix::fs::open(path, flags, Mode::empty()).map_err(of_errno)?;
        Ok(Self { path: path.to_owned(), handle })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The open folder `path`, or `None` for the root itself.
    fn descend(&self, path: &RelPath) -> Result<Option<OwnedFd>, LookError> {
        let mut at: Option<OwnedFd> = None;
        for part in path.parts() {
            let from = at.as_ref().map_or(self.handle.as_fd(), AsFd::as_fd);
            at = Some(rustix::fs::openat(from, part, FOLDER, Mode::empty()).map_err(of_errno)?);
        }
        Ok(at)
    }

    /// Does something with the open parent of `path` and its last part.
    fn beside<T>(&self, path: &RelPath, act: impl FnOnce(BorrowedFd<'_>, &str) -> Result<T, LookError>) -> Result<T, LookError> {
        let parent = self.descend(&path.parent())?;
        let from = parent.as_ref().map_or(self.handle.as_fd(), AsFd::as_fd);
        act(from, path.parts().last().unwrap_or("."))
    }
}

impl Files for Folder {
    fn open(&self, folder: &RelPath) -> Result<Box<dyn OpenFolder<'_> + '_>, LookError> {
        Ok(match self.descend(folder)? {
            Some(handle) => Box::new(Opened(handle)),
            // A handle of its own, because a listing moves it, and others may list the root at the same time.
            None => Box::new(Opened(rustix::fs::openat(&self.handle, ".", FOLDER, Mode::empty()).map_err(of_errno)?)),
        })
    }

    fn stat(&self, path: &RelPath) -> Result<Stat, LookError> {
        self.beside(path, |parent, name| stat_at(parent, OsStr::new(name)))
    }

    fn link(&self, path: &RelPath) -> Result<String, LookError> {
        self.beside(path, |parent, name| {
            let target = rustix::fs::readlinkat(parent, name, Vec::new()).map_err(of_errno)?;
            target.into_string().map_err(|e| LookError::Path(PathError::NotUtf8(shown_bytes(&e.into_cstring().into_bytes()))))
        })
    }

    fn read(&self, path: &RelPath, limit: u64, into: &mut Vec<u8>) -> Result<(), LookError> {
        into.clear();
        self.beside(path, |parent, name| {
            let stat = stat_at(parent, OsStr::new(name))?;
            must_be_file(stat.kind)?;
            // One buffer of the size that it will have: most files that are read whole are larger than what a buffer grows by.
            drop(into.try_reserve_exact(usize::try_from(stat.size.min(limit)).unwrap_or_default()));
            let mut chunk = vec![0; usize::try_from(stat.size).unwrap_or(CHUNK).clamp(PAGE, CHUNK - 1) + 1];
            let mut sink = |bytes: &[u8]| into.extend_from_slice(bytes);
            stream((parent, OsStr::new(name)), &mut chunk, &mut Reading { limit, sink: &mut sink })?;
            Ok(())
        })
    }
}

/// A folder by its handle.
struct Opened(OwnedFd);

impl<'w> OpenFolder<'w> for Opened {
    fn names(&self) -> Result<Vec<Name>, LookError> {
        let mut names = Vec::new();
        for (raw, told) in list(self.0.as_fd())? {
            // Some file systems leave it to a stat.
            let is_told = told != FileType::Unknown;
            let kind = if is_told { of_type(told) } else { stat_at(self.0.as_fd(), OsStr::from_bytes(&raw))?.kind };
            names.push(Name { raw, kind });
        }
        names.sort_unstable_by(|a, b| a.raw.cmp(&b.raw));
        Ok(names)
    }

    fn open(&self, name: &[u8]) -> Result<Box<dyn OpenFolder<'w> + 'w>, LookError> {
        let handle = rustix::fs::openat(&self.0, OsStr::from_bytes(name), FOLDER, Mode::empty()).map_err(of_errno)?;
        Ok(Box::new(Opened(handle)))
    }

    fn stat(&self, name: &[u8]) -> Result<Stat, LookError> {
        stat_at(self.0.as_fd(), OsStr::from_bytes(name))
    }

    fn stream(&self, name: &[u8], buffer: &mut [u8], reading: &mut Reading<'_>) -> Result<u64, LookError> {
        stream((self.0.as_fd(), OsStr::from_bytes(name)), buffer, reading)
    }
}

/// The names in an open folder, with what the file system tells of them unasked.
#[cfg(target_os = "linux")]
pub(super) fn list(folder: BorrowedFd<'_>) -> Result<Vec<(Vec<u8>, FileType)>, LookError> {
    let mut space = [MaybeUninit::uninit(); 16 * 1024];
    // A folder that was listed before begins anew.
    rustix::fs::seek(folder, SeekFrom::Start(0)).map_err(of_errno)?;
    let mut entries = RawDir::new(folder, &mut space);
    let mut names = Vec::new();
    while let Some(entry) = entries.next() {
        let entry = entry.map_err(of_errno)?;
        let raw = entry.file_name().to_bytes();
        if !matches!(raw, b"." | b"..") {
            names.push((raw.to_vec(), entry.file_type()));
        }
    }
    Ok(names)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn list(folder: BorrowedFd<'_>) -> Result<Vec<(Vec<u8>, FileType)>, LookError> {
    let mut names = Vec::new();
    for entry in rustix::fs::Dir::read_from(folder).map_err(of_errno)? {
        let entry = entry.map_err(of_errno)?;
        let raw = entry.file_name().to_bytes();
        if !matches!(raw, b"." | b"..") {
            names.push((raw.to_vec(), entry.file_type()));
        }
    }
    Ok(names)
}

/// Reads one regular file, named in an open folder, through `buffer`. It is opened first and looked at through the handle, before
/// and after: no race can swap it, and none can change it unseen.
fn stream((parent, name): (BorrowedFd<'_>, &OsStr), buffer: &mut [u8], reading: &mut Reading<'_>) -> Result<u64, LookError> {
    let file = rustix::fs::openat(parent, name, FILE, Mode::empty()).map_err(of_errno)?;
    let before = rustix::fs::fstat(&file).map_err(of_errno)?;
    let stat = of_stat(&before);
    must_be_file(stat.kind)?;
    if stat.size > reading.limit {
        return Err(LookError::TooLarge(reading.limit));
    }
    let mut total = 0;
    loop {
        let count = match rustix::io::read(&file, &mut *buffer) {
            Err(Errno::INTR) => continue,
            answer => answer.map_err(of_errno)?,
        };
        total += count as u64;
        if total > reading.limit {
            return Err(LookError::TooLarge(reading.limit));
        }
        // More than it holds: it grows, or it is no file that ends.
        if total > stat.size {
            return Err(LookError::Changed);
        }
        (reading.sink)(&buffer[..count]);
        // A read that brings the last byte is known as such, which saves every small file a system call.
        if count == 0 || (total >= stat.size && count < buffer.len()) {
            break;
        }
    }
    let after = rustix::fs::fstat(&file).map_err(of_errno)?;
    match total == stat.size && same_state(&before, &after) {
        true => Ok(total),
        false => Err(LookError::Changed),
    }
}

/// Whether a file has not been written to between two looks.
fn same_state(before: &rustix::fs::Stat, after: &rustix::fs::Stat) -> bool {
    let state = |s: &rustix::fs::Stat| (s.st_size, s.st_mtime, s.st_mtime_nsec, s.st_ctime, s.st_ctime_nsec);
    state(before) == state(after)
}

fn must_be_file(kind: FileKind) -> Result<(), LookError> {
    match kind {
        FileKind::File => Ok(()),
        FileKind::Folder => Err(LookError::NotAFile("a folder")),
        FileKind::Special => Err(LookError::NotAFile("a FIFO, socket or device")),
        FileKind::Symlink => Err(LookError::IsLink),
    }
}

pub(super) fn stat_at(parent: BorrowedFd<'_>, name: &OsStr) -> Result<Stat, LookError> {
    rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW).map(|s| of_stat(&s)).map_err(of_errno)
}

fn of_stat(stat: &rustix::fs::Stat) -> Stat {
    let kind = of_type(FileType::from_raw_mode(stat.st_mode));
    Stat { kind, size: u64::try_from(stat.st_size).unwrap_or(0) }
}

pub(super) fn of_type(kind: FileType) -> FileKind {
    match kind {
        FileType::RegularFile => FileKind::File,
        FileType::Directory => FileKind::Folder,
        FileType::Symlink => FileKind::Symlink,
        FileType::Fifo | FileType::Socket | FileType::CharacterDevice | FileType::BlockDevice | FileType::Unknown => FileKind::Special,
    }
}

pub(super) fn of_errno(errno: Errno) -> LookError {
    match errno {
        Errno::NOENT => LookError::NotFound,
        Errno::ACCESS | Errno::PERM => LookError::Denied,
        Errno::LOOP | Errno::MLINK => LookError::IsLink,
        Errno::NOTDIR => LookError::NotAFolder,
        other => LookError::Io(std::io::Error::from(other).to_string()),
    }
}
