//! The real world: the only code that touches files, clock, environment and git.

mod fetch;
mod folder;
mod fresh;
mod git;
mod place;
mod process;
mod program;
mod scratch;
mod stdin;
mod terminal;
mod walk;

pub use fetch::{FetchError, Source, Tag, Upstream};
pub(crate) use fresh::Fresh;
pub use git::{Git, HookPlace, OLDEST_GIT};
pub use place::{Place, PlaceError, named};
pub use process::LOCAL as REPOSITORY_VARIABLES;
pub use program::{Found, find_program, is_program, is_same_file, look_for_program, own_program};
pub use scratch::{Copied, Scratch, ScratchError};
pub use stdin::standard_input;
pub use terminal::Terminal;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{Files, History, HistoryError, Listing, LookError, OpenFolder, RelPath, Stat, Tree, World};
use folder::Folder;

/// The most bytes that are read of what CI wrote of its event: no service sends more.
const EVENT: u64 = 32 << 20;

/// The disk below one root, its git repository, and the clock.
pub struct Disk {
    tree: WorkTree,
    now: DateTime<Utc>,
}

/// The work tree: bytes from the folder, the listing from git.
struct WorkTree {
    folder: Folder,
    git: Git,
    listing: OnceLock<Result<Arc<Listing>, LookError>>,
}

impl Disk {
    /// Opens `root`. Without `now`, the clock is read here, once. git is given `timeout` for each question.
    ///
    /// # Errors
    /// If `root` is no folder that can be opened.
    pub fn open(root: &Path, now: Option<DateTime<Utc>>, timeout: Duration) -> Result<Self, LookError> {
        let tree = WorkTree { folder: Folder::open(root)?, git: Git::new(root, timeout), listing: OnceLock::new() };
        Ok(Self { tree, now: now.unwrap_or_else(Utc::now) })
    }
}

impl Disk {
    /// The same for those who ask what differs from HEAD and not for what is tracked: a large repository is then listed more cheaply.
    #[must_use]
    pub fn unlisted(self) -> Self {
        let tree = WorkTree { git: self.tree.git.unlisted(), ..self.tree };
        Self { tree, ..self }
    }

    /// git, for what no check asks.
    pub fn git(&self) -> &Git {
        &self.tree.git
    }
}

/// The bytes of a variable of the environment, where there is no world to ask; `None`: it is not set.
pub fn variable_bytes(name: &str) -> Option<Vec<u8>> {
    use std::os::unix::ffi::OsStringExt;
    std::env::var_os(name).map(OsStringExt::into_vec)
}

/// A variable of the environment, where there is no world to ask; `None`: it is not set, empty, or not UTF-8.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl World for Disk {
    fn tree(&self) -> &dyn Tree {
        &self.tree
    }

    fn evidence(&self) -> &dyn Files {
        &self.tree.folder
    }

    fn history(&self) -> &dyn History {
        &self.tree.git
    }

    fn now(&self) -> DateTime<Utc> {
        self.now
    }

    fn env(&self, name: &str) -> Option<String> {
        variable(name)
    }

    fn event(&self) -> Option<Result<Vec<u8>, LookError>> {
        let path = PathBuf::from(variable("GITHUB_EVENT_PATH")?);
        let read = || {
            let name = path.file_name().and_then(|name| name.to_str()).ok_or(LookError::NotFound)?;
            let mut bytes = Vec::new();
            Folder::open(path.parent().unwrap_or(Path::new("/")))?.read(&RelPath::parse(name)?, EVENT, &mut bytes)?;
            Ok(bytes)
        };
        Some(read())
    }

    fn process_id(&self) -> u32 {
        std::process::id()
    }
}

impl Tree for WorkTree {
    fn listing(&self) -> Result<Arc<Listing>, LookError> {
        self.listing
            .get_or_init(|| match self.git.tracked() {
                Err(HistoryError::NotARepository) => walk::listing(self.folder.path()).map(Arc::new),
                answer => Ok(answer?),
            })
            .clone()
    }
}

impl Files for WorkTree {
    fn open(&self, folder: &RelPath) -> Result<Box<dyn OpenFolder<'_> + '_>, LookError> {
        self.folder.open(folder)
    }

    fn stat(&self, path: &RelPath) -> Result<Stat, LookError> {
        self.folder.stat(path)
    }

    fn link(&self, path: &RelPath) -> Result<String, LookError> {
        self.folder.link(path)
    }

    fn read(&self, path: &RelPath, limit: u64, into: &mut Vec<u8>) -> Result<(), LookError> {
        self.folder.read(path, limit, into)
    }
}
