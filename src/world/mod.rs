//! The only doors outside: a [`World`] to look at (tree, evidence, history, clock, environment) and an [`Out`] to act through.
//!
//! Two worlds are built: the disk and, for tests, a fake one. Checks never see a world, only the [`Cx`] over it.

mod ci;
pub(crate) mod cx;
pub mod disk;
#[cfg(test)]
pub(crate) mod fake;
mod files;
mod history;
mod listing;
mod out;
mod path;

pub use cx::Cx;
pub use files::{FileKind, Files, LookError, Name, OpenFolder, Reading, Stat, resolve};
pub use history::{Attributes, Change, Commit, FileAt, History, HistoryError, Ignored, MainBranch, Stored};
pub use listing::{Listed, Listing, ListingBuilder, OddFolder};
pub use out::{Held, Mode, Out, Over, Pending, Screen, Stream};
pub use path::{PathError, RelPath};

use std::sync::Arc;

use chrono::{DateTime, Utc};

/// Everything gate can look at, rooted at one folder.
pub trait World: Send + Sync {
    /// The promoted files: today the work tree.
    fn tree(&self) -> &dyn Tree;
    /// What runs and probes left behind; always the disk.
    fn evidence(&self) -> &dyn Files;
    /// Typed questions to git.
    fn history(&self) -> &dyn History;
    /// The moment of judgement: `--now`, else the clock, read once.
    fn now(&self) -> DateTime<Utc>;
    /// An environment variable; `None` when unset, empty, or not UTF-8.
    fn env(&self, name: &str) -> Option<String>;
    /// The file in which CI wrote down what it runs for; `None`: no variable names one.
    fn event(&self) -> Option<Result<Vec<u8>, LookError>>;
    /// The number of gate's own process.
    fn process_id(&self) -> u32;
}

/// The files that are judged: a listing of the promoted paths, and a door to their bytes.
pub trait Tree: Files {
    /// The promoted paths: what git tracks; outside a repository, what the .gitignore rules leave.
    ///
    /// # Errors
    /// If git or a folder could not be read; never an empty listing instead.
    fn listing(&self) -> Result<Arc<Listing>, LookError>;
}
