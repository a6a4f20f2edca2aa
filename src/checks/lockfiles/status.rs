//! What `gate lock status` shows of each lockfile.

use serde::Serialize;

use super::Lockfiles;
use super::reading::{Unread, read};
use super::search::{Found, list};
use crate::check::{Outcome, Trouble};
use crate::formats::lockfiles::{Integrity, Lock, Pin};
use crate::world::{Change, Cx, RelPath};

/// One lockfile as it stands.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Row {
    pub(crate) file: String,
    pub(crate) format: &'static str,
    /// `null`: it could not be read.
    pub(crate) counts: Option<Counts>,
    /// Why it could not be read, or its age is not known.
    pub(crate) unknown: Vec<String>,
    /// Whole days since its last change; `null`: nobody can say.
    pub(crate) age_days: Option<i64>,
    /// Whether that is longer than `audit-after`.
    pub(crate) is_old: bool,
}

/// What is in a lock.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Counts {
    pub(crate) packages: usize,
    pub(crate) pinned: usize,
    /// Entries that have a digest.
    pub(crate) with_digest: usize,
    /// Entries that could have one.
    pub(crate) could_have_digest: usize,
}

impl Counts {
    fn of(lock: &Lock) -> Self {
        let count = |is: &dyn Fn(&crate::formats::lockfiles::Package) -> bool| lock.packages.iter().filter(|package| is(package)).count();
        Self {
            packages: lock.packages.len(),
            pinned: count(&|package| package.pin == Pin::Exact),
            with_digest: count(&|package| matches!(package.integrity, Integrity::Digests(_))),
            could_have_digest: count(&|package| package.integrity != Integrity::NotAsked),
        }
    }
}

impl Lockfiles {
    /// Every lockfile that the check asks about, in the order of the paths, and what the search could not look at.
    ///
    /// # Errors
    /// If the promoted files cannot be listed.
    pub(crate) fn status(&self, cx: &Cx<'_>) -> Result<(Vec<Row>, Vec<Trouble>), Box<Trouble>> {
        let listing = list(cx)?;
        let mut outcome = Outcome::new("", "");
        let found = self.found(&listing, &mut outcome);
        let paths: Vec<RelPath> = found.iter().filter_map(|found| RelPath::parse(found.path).ok()).collect();
        let changes = if paths.is_empty() { Ok(std::collections::BTreeMap::new()) } else { cx.history().last_changes(&paths) };
        let rows = found.iter().map(|found: &Found<'_>| {
            let mut row = Row {
                file: found.path.to_owned(),
                format: found.format.name,
                counts: None,
                unknown: Vec::new(),
                age_days: None,
                is_old: false,
            };
            match read(cx, &listing, found) {
                Ok(opened) => row.counts = opened.locks.first().map(|(_, lock)| Counts::of(lock)),
                Err(Unread::Malformed(path, line, message)) => row.unknown.push(format!("{path}:{line}: {message}")),
                Err(Unread::Not(error)) => row.unknown.push(format!("cannot be read: {error}")),
                Err(Unread::Unauditable(why)) => row.unknown.push(why.to_owned()),
            }
            let path = RelPath::parse(found.path).ok();
            match (&changes, path) {
                (Err(error), _) => row.unknown.push(format!("its age is unknown: {error}")),
                (Ok(changes), path) => match path.and_then(|path| changes.get(&path)) {
                    Some(Change::At { time, .. }) => {
                        let age = cx.now() - *time;
                        row.age_days = Some(age.num_days());
                        row.is_old = chrono::TimeDelta::from_std(self.audit_after.get()).is_ok_and(|limit| age > limit);
                    }
                    Some(Change::BeyondShallow) => row.unknown.push("its age is unknown: this clone is shallow".to_owned()),
                    Some(Change::Never) | None => row.unknown.push("no commit has it yet".to_owned()),
                },
            }
            row
        });
        Ok((rows.collect(), outcome.troubles))
    }
}
