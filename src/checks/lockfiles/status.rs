//! What `gate lock status` shows of each lockfile.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Lockfiles;
use super::age::{Since, audit_line, is_over, since};
use super::reading::{Texts, Unread, read};
use super::rules;
use super::search::Found;
use super::syncing::{Came, Compared, compare};
use crate::check::{Outcome, Trouble, listing};
use crate::formats::lockfiles::{Integrity, Lock, Pin, Stamp, Sync};
use crate::world::{Cx, Listing, RelPath};

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
    /// Whole days since the newest of what it holds was published, where that is all that is known of its age: it is no older.
    pub(crate) at_most_days: Option<i64>,
    /// Whether it is of its manifest and of those of its workspace.
    pub(crate) in_sync: InSync,
    /// What is to be looked through, where it has not changed for longer than `audit-after`.
    pub(crate) audit: Option<String>,
}

/// Whether a lock is of its manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum InSync {
    Yes,
    No,
    CannotTell,
    /// None lies beside it.
    NoManifest,
}

impl InSync {
    fn of(compared: &[Compared]) -> Self {
        let any = |is: fn(&Came) -> bool| compared.iter().any(|compared| is(&compared.came));
        match () {
            () if compared.is_empty() => Self::NoManifest,
            () if any(|came| matches!(came, Came::Is(Sync::No(_)) | Came::Empty(_))) => Self::No,
            () if any(|came| matches!(came, Came::Is(Sync::CannotTell(_)))) => Self::CannotTell,
            () => Self::Yes,
        }
    }
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
    fn of(lock: &Lock<'_>) -> Self {
        let count =
            |is: &dyn Fn(&crate::formats::lockfiles::Package<'_>) -> bool| lock.packages.iter().filter(|package| is(package)).count();
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
        let listing = listing(cx, &rules::NO_TREE)?;
        let mut outcome = Outcome::new("", "");
        let found = self.asked(&Self::all(&listing), &listing, &mut outcome);
        let paths: Vec<RelPath> = found.iter().filter_map(|found| RelPath::parse(found.path).ok()).collect();
        let changes = if paths.is_empty() { Ok(BTreeMap::new()) } else { cx.history().last_changes(&paths) };
        let as_of = self.as_of(cx);
        let rows = found.iter().map(|found| {
            let (mut row, stamp) = row(found, (cx, &listing));
            let change = RelPath::parse(found.path).ok().and_then(|path| changes.as_ref().ok()?.get(&path));
            let as_of = match &as_of {
                Ok(as_of) => *as_of,
                Err(error) => {
                    row.unknown.push(format!("its age is unknown: {error}"));
                    return row;
                }
            };
            match (since(stamp, change, as_of), &changes) {
                (Since::Known(time), _) => {
                    row.age_days = Some((as_of - time).num_days());
                    row.audit = is_over(as_of - time, self.audit_after).then(|| audit_line((as_of, time), self.audit_after));
                }
                (Since::NotBefore(time), _) => row.at_most_days = Some((as_of - time).num_days()),
                (Since::Unknown(..), Err(error)) => row.unknown.push(format!("its age is unknown: {error}")),
                (Since::Unknown(why, next), Ok(_)) => {
                    let next = next.map(|next| format!(" ({next})")).unwrap_or_default();
                    row.unknown.push(format!("its age is unknown: {why}{next}"));
                }
            }
            row
        });
        Ok((rows.collect(), outcome.troubles))
    }
}

/// What a lockfile says, without its age; and what it says of that.
fn row(found: &Found<'_>, (cx, listing): (&Cx<'_>, &Listing)) -> (Row, Option<Stamp>) {
    let mut stamp = None;
    let mut row = Row {
        file: found.path.to_owned(),
        format: found.format.name,
        counts: None,
        unknown: Vec::new(),
        age_days: None,
        at_most_days: None,
        in_sync: InSync::CannotTell,
        audit: None,
    };
    let texts = Texts::default();
    match read((cx, listing), found, &texts) {
        Ok(opened) => {
            row.counts = opened.locks.first().map(|(_, lock)| Counts::of(lock));
            stamp = opened.locks.first().and_then(|(_, lock)| lock.stamp);
            row.in_sync = InSync::of(&compare(found, &opened, (cx, listing)));
        }
        Err(Unread::Malformed(path, line, message)) => row.unknown.push(format!("{path}:{line}: {message}")),
        Err(Unread::Not(error)) => row.unknown.push(format!("cannot be read: {error}")),
        Err(Unread::Unauditable(why)) => row.unknown.push(why.to_owned()),
    }
    (row, stamp)
}
