//! Finds the files of a bundle or folder and hashes them, on all cores.
//!
//! One stack of work, taken from by every thread: a folder (its small files are hashed in place), a part of a folder with very many
//! names, and, when no folder is left, the large files, biggest first.

mod links;
mod queue;
mod work;

use std::sync::atomic::{AtomicBool, Ordering};

use crate::config::{TreeGlob, TreeGlobs};
use crate::shown::shown;
use crate::world::{Files, LookError, RelPath};

use super::sums::HashedFile;

pub(crate) use crate::config::Symlinks;

/// What is searched for, and how.
#[derive(Clone, Copy)]
pub(crate) struct Search<'a> {
    pub(crate) files: &'a dyn Files,
    pub(crate) wanted: Wanted<'a>,
    pub(crate) symlinks: Symlinks,
    /// Paths that belong to no bundle: what runs leave behind.
    pub(crate) left_out: Option<&'a (dyn Fn(&str) -> bool + Sync)>,
}

/// Which files.
#[derive(Clone, Copy)]
pub(crate) enum Wanted<'a> {
    /// All that a glob matches, named relative to the root.
    Globs(&'a [TreeGlob]),
    /// All below a folder, named relative to it.
    Folder(&'a RelPath),
    /// These files, named by their paths below a folder.
    Listed(&'a RelPath, &'a [RelPath]),
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// In byte order of their paths.
    pub(crate) files: Vec<HashedFile>,
    /// In order of their paths.
    pub(crate) problems: Vec<Problem>,
    /// The `.gitattributes` that were met in folders on the way.
    pub(crate) attributes: Vec<String>,
}

impl Found {
    /// Whether everything that belongs into the digest was looked at.
    pub(crate) fn is_whole(&self) -> bool {
        !self.problems.iter().any(|problem| problem.what.hides_something())
    }
}

/// Something met on the way that is no hashed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Fit to be shown; relative to the root.
    pub(crate) path: String,
    pub(crate) what: What,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.path.as_str() {
            "." => write!(f, "{}", self.what),
            path => write!(f, "`{path}` {}", self.what),
        }
    }
}

/// What was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A symbolic link, not followed: what it leads to is in no digest.
    Symlink,
    /// A symbolic link that was to be followed and could not be.
    BadLink(LookError),
    /// A file or folder that could not be read, or changed meanwhile.
    Unreadable(LookError),
    /// A name that no digest can hold.
    OddName(LookError),
    /// A FIFO, socket or device that a glob matches.
    Special,
    /// A folder that a glob matches, with files that none does.
    FolderOnly,
    /// Files of another repository match; they are left out.
    Repository(String),
    /// A git-lfs pointer where the bytes should be.
    LfsPointer,
    /// A glob that matches no file.
    NoMatch(String),
    /// So many files where one digest of one file is asked for.
    NotOneFile(usize),
    /// A folder without a file.
    NoFile,
    /// A description of data that cannot be read: line and reason.
    Malformed(usize, String),
}

/// The most characters of a reason: it may quote a stranger's file.
const MESSAGE: usize = 300;

impl What {
    /// Whether the digest says nothing, because something that belongs into it was not looked at.
    pub(crate) fn hides_something(&self) -> bool {
        match self {
            Self::BadLink(_)
            | Self::Unreadable(_)
            | Self::OddName(_)
            | Self::Special
            | Self::Repository(_)
            | Self::NoMatch(_)
            | Self::NotOneFile(_)
            | Self::NoFile
            | Self::Malformed(..) => true,
            Self::Symlink | Self::FolderOnly | Self::LfsPointer => false,
        }
    }
}

impl std::fmt::Display for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Symlink => write!(f, "is a symbolic link; what it leads to is in no digest"),
            Self::BadLink(error) | Self::OddName(error) => write!(f, "{error}"),
            Self::Unreadable(error @ LookError::Changed) => write!(f, "{error}"),
            Self::Unreadable(error) => write!(f, "cannot be read: {error}"),
            Self::Special => write!(f, "is a FIFO, socket or device, not a file"),
            Self::FolderOnly => write!(f, "is a folder that a glob matches, and no glob matches all its files"),
            Self::Repository(folder) => write!(f, "belongs to another repository, in `{}`", shown(folder)),
            Self::LfsPointer => write!(f, "is a git-lfs pointer, not the bytes it stands for"),
            Self::NotOneFile(count) => write!(f, "`sha256-file` asks for one file, the globs match {count}"),
            Self::NoFile => write!(f, "holds no file"),
            Self::Malformed(line, why) => write!(f, "cannot be read, line {line}: {}", why.chars().take(MESSAGE).collect::<String>()),
            Self::NoMatch(glob) => write!(f, "`{}` matches no file", shown(glob)),
        }
    }
}

impl Search<'_> {
    /// Searches and hashes. What could not be looked at is a problem, never left out in silence.
    pub(crate) fn run(&self) -> Found {
        let scope = Scope::new(self);
        let mut found = work::all(&scope);
        for (glob, used) in scope.globs.as_slice().iter().zip(&scope.used) {
            if !used.load(Ordering::Relaxed) {
                found.problems.push(Problem { path: ".".to_owned(), what: What::NoMatch(glob.as_str().to_owned()) });
            }
        }
        // They come folder by folder, each in order: the stable sort merges such runs.
        found.files.sort_by(|a, b| a.path.cmp(&b.path));
        found.problems.sort_by(|a, b| (&a.path, a.what.to_string()).cmp(&(&b.path, b.what.to_string())));
        found.problems.dedup();
        found
    }
}

/// The search as every thread sees it.
struct Scope<'a> {
    search: &'a Search<'a>,
    globs: TreeGlobs<'a>,
    /// Which globs have matched a file.
    used: Vec<AtomicBool>,
}

impl<'a> Scope<'a> {
    fn new(search: &'a Search<'a>) -> Self {
        let globs = match search.wanted {
            Wanted::Globs(globs) => globs,
            Wanted::Folder(_) | Wanted::Listed(..) => &[],
        };
        Self { search, globs: TreeGlobs::new(globs), used: globs.iter().map(|_| AtomicBool::new(false)).collect() }
    }

    /// Whether a file of this path is wanted; marks the globs that say so.
    fn wants(&self, path: &str) -> bool {
        if !matches!(self.search.wanted, Wanted::Globs(_)) {
            return true;
        }
        let matching = self.globs.matching(path);
        matching.iter().for_each(|i| self.used[*i].store(true, Ordering::Relaxed));
        !matching.is_empty()
    }

    /// Whether a glob matches the path itself, be it a folder's.
    fn names(&self, path: &str) -> bool {
        self.globs.matches(path)
    }

    /// Whether a wanted file may lie below this folder.
    fn enters(&self, folder: &str) -> bool {
        match self.search.wanted {
            Wanted::Folder(_) => true,
            Wanted::Listed(..) => false,
            Wanted::Globs(_) => self.globs.may_match_below(folder),
        }
    }
}
