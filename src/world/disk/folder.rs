//! Reading below one folder, part by part from an open handle, so that no link is ever followed.

use std::ffi::{CString, OsStr};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;

use crate::shown::shown_bytes;
use crate::world::{Entry, FileKind, Files, LookError, PathError, RelPath, Stat, Visitor};

/// An open folder.
pub(super) struct Folder {
    path: PathBuf,
    handle: OwnedFd,
}

/// How a folder is opened: never through a link.
const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// How a file is opened: never through a link, and without waiting for the other end of a FIFO.
const FILE: OFlags = OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

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
    fn beside<T>(
        &self,
        path: &RelPath,
        act: impl FnOnce(rustix::fd::BorrowedFd<'_>, &str) -> Result<T, LookError>,
    ) -> Result<T, LookError> {
        let parent = self.descend(&path.parent())?;
        let from = parent.as_ref().map_or(self.handle.as_fd(), AsFd::as_fd);
        act(from, path.parts().last().unwrap_or("."))
    }
}

impl Files for Folder {
    fn visit(&self, folder: &RelPath, visitor: &mut Visitor<'_>) -> Result<(), LookError> {
        let inside = self.descend(folder)?;
        let handle = inside.as_ref().map_or(self.handle.as_fd(), AsFd::as_fd);
        let mut names: Vec<CString> = Vec::new();
        for item in Dir::read_from(handle).map_err(of_errno)? {
            let name = item.map_err(of_errno)?.file_name().to_owned();
            if !matches!(name.as_bytes(), b"." | b"..") {
                names.push(name);
            }
        }
        names.sort();
        for name in names {
            let stat = stat_at(handle, OsStr::from_bytes(name.as_bytes()))?;
            visitor(&mut DiskEntry { folder: handle, name: &name, stat })?;
        }
        Ok(())
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
            let mut chunk = [0; 16 * 1024];
            stream((parent, OsStr::new(name)), &mut chunk, limit, &mut |bytes| into.extend_from_slice(bytes))?;
            Ok(())
        })
    }
}

struct DiskEntry<'a> {
    folder: rustix::fd::BorrowedFd<'a>,
    name: &'a CString,
    stat: Stat,
}

impl Entry for DiskEntry<'_> {
    fn name(&self) -> &[u8] {
        self.name.as_bytes()
    }

    fn stat(&self) -> Stat {
        self.stat
    }

    fn stream(&mut self, buffer: &mut [u8], limit: u64, sink: &mut dyn FnMut(&[u8])) -> Result<u64, LookError> {
        stream((self.folder, OsStr::from_bytes(self.name.as_bytes())), buffer, limit, sink)
    }
}

/// Reads one regular file, named in an open folder, through `buffer`. It is opened first and looked at through the handle: no race can swap it.
fn stream(
    (parent, name): (rustix::fd::BorrowedFd<'_>, &OsStr),
    buffer: &mut [u8],
    limit: u64,
    sink: &mut dyn FnMut(&[u8]),
) -> Result<u64, LookError> {
    let before = stat_at(parent, name)?;
    must_be_file(before.kind)?;
    let file = rustix::fs::openat(parent, name, FILE, Mode::empty()).map_err(of_errno)?;
    let stat = of_stat(&rustix::fs::fstat(&file).map_err(of_errno)?);
    must_be_file(stat.kind)?;
    if stat.size > limit {
        return Err(LookError::TooLarge(limit));
    }
    let mut total = 0;
    loop {
        let count = match rustix::io::read(&file, &mut *buffer) {
            Err(Errno::INTR) => continue,
            answer => answer.map_err(of_errno)?,
        };
        if count == 0 {
            return Ok(total);
        }
        total += count as u64;
        if total > limit {
            return Err(LookError::TooLarge(limit));
        }
        sink(&buffer[..count]);
    }
}

fn must_be_file(kind: FileKind) -> Result<(), LookError> {
    match kind {
        FileKind::File => Ok(()),
        FileKind::Folder => Err(LookError::NotAFile("a folder")),
        FileKind::Special => Err(LookError::NotAFile("a FIFO, socket or device")),
        FileKind::Symlink => Err(LookError::IsLink),
    }
}

fn stat_at(parent: rustix::fd::BorrowedFd<'_>, name: &OsStr) -> Result<Stat, LookError> {
    rustix::fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW).map(|s| of_stat(&s)).map_err(of_errno)
}

fn of_stat(stat: &rustix::fs::Stat) -> Stat {
    let kind = match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => FileKind::File,
        FileType::Directory => FileKind::Folder,
        FileType::Symlink => FileKind::Symlink,
        FileType::Fifo | FileType::Socket | FileType::CharacterDevice | FileType::BlockDevice | FileType::Unknown => FileKind::Special,
    };
    let modified = i128::from(stat.st_mtime) * 1_000_000_000 + i128::from(stat.st_mtime_nsec);
    Stat { kind, size: u64::try_from(stat.st_size).unwrap_or(0), modified }
}

fn of_errno(errno: Errno) -> LookError {
    match errno {
        Errno::NOENT => LookError::NotFound,
        Errno::ACCESS | Errno::PERM => LookError::Denied,
        Errno::LOOP | Errno::MLINK => LookError::IsLink,
        Errno::NOTDIR => LookError::NotAFolder,
        other => LookError::Io(std::io::Error::from(other).to_string()),
    }
}
