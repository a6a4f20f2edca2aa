//! What a check gets: the doors to look through, and nothing to act with.

use chrono::{DateTime, Utc};

use super::{Files, History, Tree, World};

/// The doors of one [`World`], as checks see them.
#[derive(Clone, Copy)]
pub struct Cx<'a>(&'a dyn World);

impl<'a> Cx<'a> {
    /// The doors of `world`.
    pub fn new(world: &'a dyn World) -> Self {
        Self(world)
    }

    /// The promoted files.
    pub fn tree(&self) -> &'a dyn Tree {
        self.0.tree()
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
