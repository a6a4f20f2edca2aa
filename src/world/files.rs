//! The reading door: bulk and streaming, every read with a limit, no link followed unasked.

use super::history::HistoryError;
use super::path::{PathError, RelPath};

/// What a name on disk is. Nothing but a file is ever opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, not followed.
    Symlink,
    /// A FIFO, socket or device.
    Special,
}

/// What is known of a name without opening it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub kind: FileKind,
    /// Size in bytes; of meaning for files only.
    pub size: u64,
}

/// Why something could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LookError {
    /// There is nothing of that name.
    #[error("does not exist")]
    NotFound,
    /// The permissions forbid it.
    #[error("permission denied")]
    Denied,
    /// A folder, FIFO, socket or device where a file was wanted.
    #[error("is {0}, not a regular file")]
    NotAFile(&'static str),
    /// A part of the way is a link (Linux says no more of it) or something else that is no folder.
    #[error("lies below a link, or something else that is no folder")]
    NotAFolder,
    /// A symbolic link where none is followed.
    #[error("is a symbolic link")]
    IsLink,
    /// A symbolic link that leads out of the root.
    #[error("is a symbolic link that leaves the root (to `{0}`)")]
    LeavesRoot(String),
    /// Symbolic links that lead round in a circle.
    #[error("is a symbolic link that leads round in a circle")]
    Cycle,
    /// A symbolic link to nothing.
    #[error("is a symbolic link to `{0}`, which does not exist")]
    Dangling(String),
    /// More bytes than the reader allows.
    #[error("is larger than {} MiB", .0 / (1 << 20))]
    TooLarge(u64),
    /// Its size or time of change was another when it had been read.
    #[error("changed while it was read")]
    Changed,
    /// A name that cannot be used.
    #[error(transparent)]
    Path(#[from] PathError),
    /// git could not be asked.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// Anything else that the system said.
    #[error("{0}")]
    Io(String),
}

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The raw name, without its folder.
    pub raw: Vec<u8>,
    /// What it is; known without opening it.
    pub kind: FileKind,
}

/// An open folder: however it is renamed or swapped meanwhile, its names are those of one folder.
pub trait OpenFolder<'w>: Send + Sync {
    /// The names directly in it, in byte order.
    ///
    /// # Errors
    /// If it cannot be listed.
    fn names(&self) -> Result<Vec<Name>, LookError>;

    /// Opens a folder in it.
    ///
    /// # Errors
    /// If it is none, or may not be read.
    fn open(&self, name: &[u8]) -> Result<Box<dyn OpenFolder<'w> + 'w>, LookError>;

    /// What a name in it is.
    ///
    /// # Errors
    /// [`LookError::NotFound`], or what the system says.
    fn stat(&self, name: &[u8]) -> Result<Stat, LookError>;

    /// Streams the bytes of a regular file through `buffer` to the sink; returns how many there were.
    ///
    /// # Errors
    /// [`LookError::TooLarge`] before the first byte when the file holds more than the limit; [`LookError::NotAFile`] for all but
    /// files; [`LookError::Changed`] when its size or time of change is another afterwards.
    fn stream(&self, name: &[u8], buffer: &mut [u8], reading: &mut Reading<'_>) -> Result<u64, LookError>;
}

/// How a file is read, and where its bytes go.
pub struct Reading<'a> {
    /// The most bytes that are read.
    pub limit: u64,
    /// Gets the bytes, piece by piece.
    pub sink: &'a mut dyn FnMut(&[u8]),
}

/// Reads below one root. No method follows a symbolic link, in any part of the path; see [`resolve`].
pub trait Files: Send + Sync {
    /// Opens a folder.
    ///
    /// # Errors
    /// If it is none, lies below a link, or may not be read.
    fn open(&self, folder: &RelPath) -> Result<Box<dyn OpenFolder<'_> + '_>, LookError>;

    /// Streams the bytes of the file `path`, as [`OpenFolder::stream`].
    ///
    /// # Errors
    /// As there, and if its folder cannot be opened.
    fn stream(&self, path: &RelPath, buffer: &mut [u8], reading: &mut Reading<'_>) -> Result<u64, LookError> {
        self.open(&path.parent())?.stream(path.name().as_bytes(), buffer, reading)
    }

    /// What `path` is.
    ///
    /// # Errors
    /// [`LookError::NotFound`], [`LookError::Denied`], [`LookError::IsLink`] when a folder on the way is a link.
    fn stat(&self, path: &RelPath) -> Result<Stat, LookError>;

    /// Where the symbolic link `path` points to, as written in it.
    ///
    /// # Errors
    /// If it is no link or its target is not UTF-8.
    fn link(&self, path: &RelPath) -> Result<String, LookError>;

    /// Reads the whole file `path` into `into` (cleared first).
    ///
    /// # Errors
    /// If it is no regular file, cannot be read, or holds more than `limit` bytes.
    fn read(&self, path: &RelPath, limit: u64, into: &mut Vec<u8>) -> Result<(), LookError>;
}

/// How many symbolic links one path may pass through, as in Linux.
const LINKS: usize = 40;

/// Follows the symbolic links in `path`, inside the root only; the result passes through none.
///
/// # Errors
/// [`LookError::LeavesRoot`], [`LookError::Cycle`], [`LookError::Dangling`], or what the reading door says.
pub fn resolve(files: &dyn Files, path: &RelPath) -> Result<RelPath, LookError> {
    let mut todo: Vec<String> = path.parts().rev().map(str::to_owned).collect();
    let mut done = RelPath::root();
    let mut links = 0;
    let mut through: Option<String> = None;
    while let Some(part) = todo.pop() {
        let next = done.join(&part).map_err(|_| LookError::LeavesRoot(through.clone().unwrap_or_default()))?;
        let stat = files.stat(&next).map_err(|e| match (e, &through) {
            (LookError::NotFound, Some(target)) => LookError::Dangling(target.clone()),
            (e, _) => e,
        })?;
        if stat.kind != FileKind::Symlink {
            done = next;
            continue;
        }
        links += 1;
        if links > LINKS {
            return Err(LookError::Cycle);
        }
        let target = files.link(&next)?;
        if target.starts_with('/') {
            return Err(LookError::LeavesRoot(crate::shown::shown(&target)));
        }
        todo.extend(target.split('/').rev().filter(|p| !p.is_empty() && *p != ".").map(str::to_owned));
        through = Some(crate::shown::shown(&target));
    }
    Ok(done)
}
