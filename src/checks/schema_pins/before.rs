//! Which pins moved since the base, and what each was pinned to there, wherever that stood.

use std::collections::{BTreeMap, BTreeSet};

use super::base::{Base, Old, short};
use super::former::{Former, Later, Search};
use super::index::{Index, is_moved, same_bytes};
use super::kept::must_keep;
use super::older::Older;
use super::{LIMIT, Scene, rules};
use crate::check::{Met, Place};
use crate::digest::Digest;
use crate::pins::{Pin, Pins, Reach};
use crate::shown::{escaped, shown};
use crate::world::{FileAt, RelPath, Stored};

/// What was pinned before.
pub(super) struct Before {
    pub(super) base: Base,
    /// The pins that are others than before, by their places in the pins file.
    pub(super) moved: BTreeMap<usize, Moved>,
    /// How many were never pinned before.
    new: usize,
}

impl Before {
    /// What was compared with what.
    pub(super) fn says(&self) -> String {
        if self.base == Base::Nothing {
            return self.base.to_string();
        }
        let moved = if self.moved.is_empty() { "none".to_owned() } else { self.moved.len().to_string() };
        let new = if self.new == 0 { String::new() } else { format!(", {} new", self.new) };
        format!("{moved} moved{new} since {}", self.base)
    }
}

/// A pin that moved.
pub(super) struct Moved {
    /// As it was before.
    pub(super) old: Pin,
    /// The file that it pinned there; `None`: it is the same one.
    pub(super) schema: Option<Result<String, String>>,
    /// What it was pinned to before that, where that matters; or why it is not known.
    pub(super) older: Result<Vec<Older>, String>,
}

/// A pin of today, found in a commit of before.
struct Found {
    place: usize,
    old: Pin,
    commit: String,
}

impl Scene<'_> {
    /// What moved since the base; `None`: nobody knows, and it was said.
    pub(super) fn before(&mut self, pins: &Pins, now: &str) -> Option<Before> {
        let (base, old) = self.old_pins(now)?;
        let Some(commit) = base.commit() else { return Some(Before { base, moved: BTreeMap::new(), new: pins.pins.len() }) };
        let old = match old {
            Old::Same => return Some(Before { base, moved: BTreeMap::new(), new: 0 }),
            Old::Pins(pins) => Some(pins.pins),
            Old::NoFile => None,
        };
        let index = Index::of(old.as_deref().unwrap_or_default());
        let found = |(place, new)| Some(Found { place, old: index.find(new)?.clone(), commit: commit.to_owned() });
        let mut all: Vec<Found> = pins.pins.iter().enumerate().filter_map(found).collect();
        let formers = self.formers(pins, &all, commit);
        let other_pins: Vec<Pin> = formers.iter().flat_map(|former| former.pins.iter().cloned()).collect();
        let others = Index::of(&other_pins);
        all.extend(
            missing(pins, &all)
                .into_iter()
                .filter_map(|(place, new)| Some(Found { place, old: others.find(new)?.clone(), commit: commit.to_owned() })),
        );
        let again = self.pinned_once(missing(pins, &all), commit);
        all.extend(again);
        let new = pins.pins.len() - all.len();
        let gone: Vec<Pin> = match &old {
            Some(_) => index.left(&pins.pins).cloned().collect(),
            // The file itself went elsewhere, and all of its pins should have gone with it.
            None => formers
                .iter()
                .filter(|former| former.is_gone)
                .flat_map(|former| Index::of(&former.pins).left(&pins.pins))
                .cloned()
                .collect(),
        };
        self.removed(&gone, &base);
        all.retain(|found| pins.pins.get(found.place).is_some_and(|new| is_moved(&found.old, new)));
        all.sort_by_key(|found| found.place);
        let moved = self.judged(pins, all);
        Some(Before { base, moved, new })
    }

    /// The other pins files of the base, asked only where a pin is in none of its own.
    fn formers(&mut self, pins: &Pins, found: &[Found], commit: &str) -> Vec<Former> {
        let lost: Vec<Pin> = missing(pins, found).into_iter().map(|(_, pin)| pin.clone()).collect();
        if lost.is_empty() {
            return Vec::new();
        }
        let search = Search { commit, later: Later::Now, path: self.options.pins.get(), pins: &lost };
        match search.formers(&self.cx) {
            Ok(formers) => formers,
            Err(why) => {
                let message =
                    format!("holds pins that its file did not have at the base, and nobody knows whether another had them: {why}");
                self.add(Met::new(&rules::BASE_UNREAD, self.here(), message));
                Vec::new()
            }
        }
    }

    /// The last entries of pins that the base does not have, and a commit before it had.
    fn pinned_once(&mut self, lost: Vec<(usize, &Pin)>, base: &str) -> Vec<Found> {
        if lost.is_empty() {
            return Vec::new();
        }
        let wanted: Vec<&Pin> = lost.iter().map(|(_, pin)| *pin).collect();
        let walked = self.history_files(&wanted).and_then(|files| {
            let commits: Vec<String> = files.iter().map(|file| file.commit.clone()).collect();
            let since = self.cx.history().unreachable(&commits, base).map_err(|error| error.to_string())?;
            let files: Vec<FileAt> = files.into_iter().filter(|file| !since.contains(&file.commit)).collect();
            self.walk(&files, &wanted)
        });
        match walked {
            Ok(mut walked) => {
                let last = |(at, (place, _)): (usize, (usize, &Pin))| {
                    let older = walked.remove(&at)?.into_iter().next()?;
                    Some(Found { place, old: older.pin, commit: older.commit })
                };
                lost.into_iter().enumerate().filter_map(last).collect()
            }
            Err(why) => {
                let names = lost.iter().take(3).map(|(_, pin)| format!("`{}`", shown(&pin.name.value))).collect::<Vec<_>>().join(", ");
                let more = if lost.len() > 3 { format!(" and {} more", lost.len() - 3) } else { String::new() };
                let message = format!("has new entries ({names}{more}), and nobody knows whether they were pinned once: {why}");
                self.add(Met::new(&rules::HISTORY_UNREAD, self.here(), message).next("git fetch --unshallow"));
                Vec::new()
            }
        }
    }

    fn removed(&mut self, gone: &[Pin], base: &Base) {
        for pin in gone {
            let name = shown(&pin.name.value);
            let version = pin.version.as_ref().map_or_else(|| "no version".to_owned(), |at| shown(&at.value));
            let message = format!("`{name}` is no longer pinned; it was at {version}, at the base {base}");
            self.add(Met::new(&rules::REMOVED, self.here(), message).subject(name));
        }
    }

    /// Of entries that moved, the schemas of before.
    fn judged(&self, pins: &Pins, all: Vec<Found>) -> BTreeMap<usize, Moved> {
        let new = |found: &Found| pins.pins.get(found.place);
        let is_other = |found: &&Found| new(found).is_some_and(|new| !same_bytes(&found.old, new));
        let mut schemas = self.schemas(all.iter().filter(is_other).map(|found| (found.commit.as_str(), &found.old))).into_iter();
        let is_transitive = |found: &&Found| {
            let keep = new(found).and_then(|new| must_keep(&found.old, new));
            is_other(found) && keep.is_some_and(|keep| keep.reach == Reach::Transitive)
        };
        let wanted: Vec<(usize, &Pin)> = all.iter().filter(is_transitive).filter_map(|found| Some((found.place, new(found)?))).collect();
        let mut older = self.older(&wanted);
        let moved = all.iter().map(|found| {
            let schema = is_other(&found).then(|| schemas.next().unwrap_or_else(|| Err("it was not asked for".to_owned())));
            let older = match &mut older {
                Ok(older) => Ok(older.remove(&found.place).unwrap_or_default()),
                Err(_) if !is_transitive(&found) => Ok(Vec::new()),
                Err(why) => Err(why.clone()),
            };
            (found.place, Moved { old: found.old.clone(), schema, older })
        });
        moved.collect()
    }

    /// The schemas of entries as commits had them, each the one that its entry pins; in their order.
    pub(super) fn schemas<'p>(&self, entries: impl Iterator<Item = (&'p str, &'p Pin)>) -> Vec<Result<String, String>> {
        let entries: Vec<(&str, &Pin)> = entries.collect();
        let paths = entries.iter().map(|(_, pin)| RelPath::parse(&pin.path.value).map_err(|error| error.to_string()));
        let paths: Vec<Result<RelPath, String>> = paths.collect();
        let files = entries.iter().zip(&paths).filter_map(|((commit, _), path)| {
            let path = path.as_ref().ok()?.clone();
            Some(FileAt { commit: (*commit).to_owned(), path })
        });
        let files: Vec<FileAt> = files.collect();
        let mut found = match self.cx.history().files_at(&files, LIMIT) {
            Ok(found) => found.into_iter(),
            Err(error) => return entries.iter().map(|_| Err(error.to_string())).collect(),
        };
        let mut next = |path: &Result<RelPath, String>| {
            path.clone()?;
            found.next().ok_or_else(|| "git did not say".to_owned())
        };
        entries.iter().zip(&paths).map(|((commit, pin), path)| schema(pin, next(path)?, short(commit))).collect()
    }

    /// The pins file as a whole.
    pub(super) fn here(&self) -> Place {
        Place::of(escaped(self.options.pins.get().as_str()))
    }
}

/// The pins that were not found yet.
fn missing<'p>(pins: &'p Pins, found: &[Found]) -> Vec<(usize, &'p Pin)> {
    let found: BTreeSet<usize> = found.iter().map(|found| found.place).collect();
    pins.pins.iter().enumerate().filter(|(place, _)| !found.contains(place)).collect()
}

/// What git has for an entry, where it is what the entry pins.
fn schema(pin: &Pin, stored: Stored, commit: &str) -> Result<String, String> {
    let bytes = match stored {
        Stored::Bytes(bytes) => bytes,
        Stored::NoFile => return Err(format!("commit {commit} does not have it")),
        Stored::NoCommit => return Err(format!("commit {commit} is not here")),
        Stored::TooLarge(size) => return Err(format!("it has {size} bytes in commit {commit}")),
    };
    if pin.digest().is_some_and(|pinned| pinned != Digest::sha256(&bytes).value) {
        return Err(format!("it was not the pinned file in commit {commit}"));
    }
    String::from_utf8(bytes).map_err(|_| format!("it is not UTF-8 text in commit {commit}"))
}
