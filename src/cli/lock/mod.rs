//! `gate lock`: lockfiles as they stand, and made anew.

mod refresh;
mod report;
mod status;

use std::path::PathBuf;

pub(super) use refresh::{Asked, Which, refresh, script};
pub(super) use status::{Show, status};

use super::Global;
use super::ask::configured;
use super::outputs::CannotTell;
use super::promote::policy_text;
use crate::checks::lockfiles::{Lockfiles, Row};
use crate::config::{self, LockOptions};
use crate::world::Cx;
use crate::world::disk::{Disk, Place};

/// The lockfiles of a project, and where they are.
struct Locks {
    root: PathBuf,
    world: Disk,
    options: LockOptions,
    /// One for each lockfile that a check of the kind asks about, in the order of the paths.
    rows: Vec<Row>,
    /// What could not be looked for.
    unseen: Vec<String>,
}

impl Locks {
    fn open(global: &Global) -> anyhow::Result<Self> {
        let place = Place::find(global.root.as_deref(), global.file.as_deref())?;
        let text = policy_text(&place, global.file.is_none())?;
        let parsed = text.as_ref().map(config::load).unwrap_or_default();
        let options = parsed.file.lock.clone();
        let opened = Disk::open(&place.root, global.now, parsed.file.git.timeout.get());
        let world = opened.map_err(|error| CannotTell(format!("{}: {error}", place.root_name())))?;
        let (mut rows, mut unseen): (Vec<Row>, Vec<String>) = (Vec::new(), Vec::new());
        for check in configured::<Lockfiles>("lockfiles", parsed, text.as_ref())? {
            let (found, troubles) = check.status(&Cx::new(&world)).map_err(|trouble| CannotTell(trouble.0.message))?;
            rows.extend(found);
            unseen.extend(troubles.into_iter().map(|trouble| trouble.0.message));
        }
        unseen.sort();
        unseen.dedup();
        rows.sort_by(|a, b| a.file.cmp(&b.file));
        rows.dedup_by(|a, b| a.file == b.file);
        Ok(Self { root: place.root, world, options, rows, unseen })
    }
}
