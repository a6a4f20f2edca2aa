//! The history door: typed questions to git, each answered or refused, never guessed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::listing::Listing;
use super::path::RelPath;

/// The commit that is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its full object id.
    pub id: String,
    /// The object id of its tree.
    pub tree: String,
}

/// The last commit that changed a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Changed by this commit, at its committer date.
    At {
        /// Full object id.
        commit: String,
        /// Committer date.
        time: DateTime<Utc>,
    },
    /// The history ends (shallow clone) before the change was found: the true one may be older.
    BeyondShallow,
    /// No commit in a whole history touched it.
    Never,
}

/// The line that has git not add a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored {
    /// The file it stands in, as seen from the root, fit to be shown.
    pub source: String,
    /// From 1.
    pub line: usize,
    /// It is a `.gitignore`, which everybody has; else somebody's own settings.
    pub is_promoted: bool,
}

/// The branch that a repository takes for its main one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MainBranch {
    /// `origin`, a usual name that is there, or git's settings say so.
    Named(String),
    /// Only that it is checked out speaks for it.
    CheckedOut(String),
    /// Nothing speaks for any.
    Unknown,
}

/// Why git gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// No repository at or above the root.
    #[error("not a git repository")]
    NotARepository,
    /// There is a `.git` here or above, and git takes it for no repository.
    #[error("`.git` is here or above, but git takes it for no repository")]
    Damaged,
    /// A bare repository, or a place inside `.git`: there are no files to judge.
    #[error("a git repository without a work tree (bare, or inside `.git`)")]
    NoWorkTree,
    /// A repository without a commit.
    #[error("the repository has no commit yet")]
    NoCommit,
    /// HEAD names something that is no commit, or one that cannot be read.
    #[error("HEAD names a commit that cannot be read")]
    BrokenHead,
    /// git is not on PATH.
    #[error("`git` was not found on PATH")]
    NoGit,
    /// git did not end in time.
    #[error("`git {command}` did not answer within {limit}")]
    Timeout {
        /// The subcommand.
        command: String,
        /// The limit, as `60s`.
        limit: String,
    },
    /// git refuses a folder that belongs to someone else.
    #[error("git refuses this folder: it belongs to another user")]
    DubiousOwnership,
    /// The commit has a parent outside the shallow clone.
    #[error("the clone is shallow and ends before `{0}`")]
    Shallow(String),
    /// Anything else that git said.
    #[error("`git {command}` failed: {said}")]
    Failed {
        /// The subcommand.
        command: String,
        /// The first line that git wrote to stderr, or how it ended.
        said: String,
    },
}

impl HistoryError {
    /// The command that helps, if there is one.
    pub fn next(&self) -> Option<&'static str> {
        match self {
            Self::NotARepository => Some("git init && git add . && git commit"),
            Self::NoCommit => Some("git commit"),
            Self::NoGit => Some("install git 2.31 or newer"),
            Self::Timeout { .. } => Some("raise `[git] timeout` in gate.toml"),
            Self::DubiousOwnership => Some("git config --global --add safe.directory \"$PWD\""),
            Self::Shallow(_) => Some("git fetch --unshallow"),
            Self::Damaged | Self::BrokenHead => Some("git fsck"),
            Self::NoWorkTree | Self::Failed { .. } => None,
        }
    }
}

/// Which .gitattributes say what stands between a file and the commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attributes {
    /// Those of the index: enough where git tracks all that lie on disk, and quicker, because they are not looked for.
    OfIndex,
    /// Those on disk, tracked or not, as `git status` takes them.
    OnDisk,
}

/// What a commit has at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// The bytes of a file as git stores them; of a link, where it leads.
    Bytes(Vec<u8>),
    /// The commit is here, and has no file of that name.
    NoFile,
    /// The commit is not here.
    NoCommit,
    /// The file has so many bytes, more than was asked for.
    TooLarge(u64),
}

/// A file of a commit, by the commit's full object id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileAt {
    /// Full object id.
    pub commit: String,
    /// Below the root; in a mirror, below its top.
    pub path: RelPath,
}

/// Questions about the past. Answers are asked for once and kept.
pub trait History: Send + Sync {
    /// The commit at HEAD.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    fn head(&self) -> Result<Commit, HistoryError>;

    /// The committer date of the commit at HEAD.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    fn head_time(&self) -> Result<DateTime<Utc>, HistoryError>;

    /// The paths git tracks below the root (its index), in byte order.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    fn tracked(&self) -> Result<Arc<Listing>, HistoryError>;

    /// Tracked paths that differ from HEAD, or that git was told not to look at; shown as text, as seen from the root, in byte order.
    /// Those of the repository above the root are among them, as `../path`.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    fn dirty(&self) -> Result<Vec<String>, HistoryError>;

    /// Whether the clone's history is cut off.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    fn is_shallow(&self) -> Result<bool, HistoryError>;

    /// The main branch: what `origin` has for its HEAD; else `main` or `master`, where there is such a branch; else what
    /// `init.defaultBranch` names, where there is such a branch; else the one that is checked out.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    fn main_branch(&self) -> Result<MainBranch, HistoryError>;

    /// The last change of each of `paths`, by one pass over the log.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    fn last_changes(&self, paths: &[RelPath]) -> Result<BTreeMap<RelPath, Change>, HistoryError>;

    /// Of tracked files, with whether each holds a carriage return, those whose bytes on disk are not the ones that git has in its
    /// index: because a filter, a line-end setting or an encoding stands between them, or because they were changed since.
    /// Filters are not run.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    fn stored_otherwise(&self, files: &[(RelPath, bool)], attributes: Attributes) -> Result<Vec<RelPath>, HistoryError>;

    /// Of paths that need not be there, those that git would not add, each with the line that says so.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    fn ignored(&self, paths: &[RelPath]) -> Result<BTreeMap<RelPath, Ignored>, HistoryError>;

    /// The commits that object ids stand for, tags followed; an id that is none, or is not here, has no entry.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    fn commits(&self, ids: &[String]) -> Result<BTreeMap<String, Commit>, HistoryError>;

    /// Of commits that are here, those that are neither `from` nor an ancestor of it.
    ///
    /// # Errors
    /// [`HistoryError::Shallow`] when the clone is shallow: the way to an ancestor may lie beyond its horizon.
    fn unreachable(&self, commits: &[String], from: &str) -> Result<BTreeSet<String>, HistoryError>;

    /// The paths that differ between two commits, renames as two paths; shown as text where they are odd.
    ///
    /// # Errors
    /// [`HistoryError::Shallow`] when a commit is beyond a shallow clone's horizon.
    fn changed_between(&self, from: &str, to: &str) -> Result<Vec<String>, HistoryError>;

    /// The commit of the first of `revisions` that names one here. They may be anybody's words: one that begins with `-`, or is no
    /// single line, names nothing.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    fn named(&self, revisions: &[String]) -> Result<Option<String>, HistoryError>;

    /// The last commits that both of two commits stand upon; several where branches were merged crosswise.
    ///
    /// # Errors
    /// [`HistoryError::Shallow`] when the clone is shallow, but where the one is seen to stand upon the other.
    fn merge_bases(&self, one: &str, other: &str) -> Result<Vec<String>, HistoryError>;

    /// The first parent of a commit; `None`: it is the first of its history.
    ///
    /// # Errors
    /// [`HistoryError::Shallow`] when the shallow clone ends with this commit.
    fn first_parent(&self, commit: &str) -> Result<Option<String>, HistoryError>;

    /// Files as commits have them, each of at most `limit` bytes, in the order in which they are asked for.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    fn files_at(&self, files: &[FileAt], limit: u64) -> Result<Vec<Stored>, HistoryError>;

    /// Every commit at or before HEAD that changed a path, newest first; renames are not followed.
    ///
    /// # Errors
    /// [`HistoryError::Shallow`] when the clone is shallow: there may have been more.
    fn versions(&self, path: &RelPath) -> Result<Vec<String>, HistoryError>;

    /// Every commit at or before HEAD that brought a path that was not there, newest first; renames are not followed.
    ///
    /// # Errors
    /// As [`History::versions`].
    fn brought(&self, path: &RelPath) -> Result<Vec<String>, HistoryError>;

    /// The files of a commit that hold one of some words; shown as text where they are odd, as seen from the root. Those of the repository above
    /// the root are among them, as `../path`.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    fn holding(&self, commit: &str, words: &[&str]) -> Result<Vec<String>, HistoryError>;

    /// As [`History::files_at`], of another repository that lies at `mirror`, as seen from the root: it is looked into, and never fetched.
    ///
    /// # Errors
    /// [`HistoryError::NotARepository`] when there is none at that very place.
    fn mirrored(&self, mirror: &str, files: &[FileAt], limit: u64) -> Result<Vec<Stored>, HistoryError>;

    /// What tags of the repository at `mirror` lead to: the commit of each, in their order; `None`: it is not there.
    ///
    /// # Errors
    /// As [`History::mirrored`].
    fn mirrored_tags(&self, mirror: &str, tags: &[String]) -> Result<Vec<Option<String>>, HistoryError>;
}
