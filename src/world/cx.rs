//! What a check gets: the doors to look through, and nothing to act with.

use chrono::{DateTime, Utc};

use super::{Files, History, Listed, Listing, LookError, RelPath, Tree, World, resolve};
use crate::shown::shown;

/// The doors of one [`World`], as checks see them.
#[derive(Clone, Copy)]
pub struct Cx<'a>(&'a dyn World);

impl<'a> Cx<'a> {
    /// The doors of `world`.
    pub fn new(world: &'a dyn World) -> Self {
        Self(world)
    }

    /// All of it, for what the other questions are made of.
    pub(super) fn world(&self) -> &'a dyn World {
        self.0
    }

    /// The promoted files.
    pub fn tree(&self) -> &'a dyn Tree {
        self.0.tree()
    }

    /// The bytes of a promoted file, as `listing` has it; a link is followed inside the root, to another promoted file.
    ///
    /// # Errors
    /// As [`LookError`] says; more than `limit` bytes are an error.
    pub fn promoted(&self, listing: &Listing, (path, kind): (&str, Listed), limit: u64) -> Result<Vec<u8>, LookError> {
        let mut path = RelPath::parse(path)?;
        if kind == Listed::Symlink {
            path = resolve(self.tree(), &path)?;
            if listing.get(path.as_str()).is_none() {
                return Err(LookError::Dangling(shown(path.as_str())));
            }
        }
        let mut bytes = Vec::new();
        self.tree().read(&path, limit, &mut bytes)?;
        Ok(bytes)
    }

    /// What runs and probes left on disk.
    pub fn evidence(&self) -> &'a dyn Files {
        self.0.evidence()
    }

    /// Questions to git.
    pub fn history(&self) -> &'a dyn History {
        self.0.history()
    }

    /// The moment of judgement.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.now()
    }
}
