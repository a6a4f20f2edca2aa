//! Which pins moved since the base, with the schema that each was pinned to there, and before that.

use std::collections::{BTreeMap, BTreeSet};

use super::base::{self, Base, short};
use super::index::{Index, is_moved, same_bytes, value};
use super::kept::must_keep;
use super::{LIMIT, Scene, entry};
use crate::pins::{self, Pin, Pins, Reach};
use crate::world::{FileAt, RelPath, Stored};

/// The most commits of a pins file, and the most earlier versions of one pin, that are looked at.
const COMMITS: usize = 10_000;
const VERSIONS: usize = 256;
/// How many pins files are held at once.
const AT_ONCE: usize = 32;

/// What was pinned before.
pub(super) struct Before {
    pub(super) base: Base,
    /// The pins that are others than at the base, by their places in the pins file. What is new has not moved.
    pub(super) moved: BTreeMap<usize, Moved>,
}

impl Before {
    /// What was compared with what.
    pub(super) fn says(&self) -> String {
        match (&self.base, self.moved.len()) {
            (Base::Nothing, _) => self.base.to_string(),
            (Base::Commit(_) | Base::Parent(_), 0) => format!("none moved since {}", self.base),
            (Base::Commit(_) | Base::Parent(_), count) => format!("{count} moved since {}", self.base),
        }
    }
}

/// A pin that moved.
pub(super) struct Moved {
    /// As it was at the base.
    pub(super) old: Pin,
    /// The file that it pinned there; `None`: it is the same one.
    pub(super) schema: Option<Result<String, String>>,
    /// What it was pinned to before that, where that matters; or why it is not known.
    pub(super) older: Result<Vec<Older>, String>,
}

/// An earlier version of a pin.
pub(super) struct Older {
    pub(super) pin: Pin,
    /// The commit of this repository that had it.
    commit: String,
    /// The text of its schema, or why it is not known.
    pub(super) schema: Result<String, String>,
}

impl Scene<'_> {
    /// What moved since the base; `None`: nobody knows, and it was said.
    pub(super) fn before(&mut self, pins: &Pins, now: &str) -> Option<Before> {
        let (base, old) = self.old_pins(now)?;
        let (Some(commit), Some(old)) = (base.commit(), old) else { return Some(Before { base, moved: BTreeMap::new() }) };
        let index = Index::of(&old.pins);
        let pairs: Vec<(usize, &Pin, &Pin)> = pins
            .pins
            .iter()
            .enumerate()
            .filter_map(|(place, new)| Some((place, index.find(new).filter(|old| is_moved(old, new))?, new)))
            .collect();
        let changed = |(_, old, new): &&(usize, &Pin, &Pin)| !same_bytes(old, new);
        let schemas = self.schemas(pairs.iter().filter(changed).map(|(_, old, _)| (commit, *old)));
        let mut schemas = schemas.into_iter();
        let transitive = |(_, old, new): &&(usize, &Pin, &Pin)| {
            !same_bytes(old, new) && must_keep(old, new).is_some_and(|keep| keep.reach == Reach::Transitive)
        };
        let wanted: Vec<&Pin> = pairs.iter().filter(transitive).map(|(.., new)| *new).collect();
        let mut older = self.older(&wanted);
        let moved = pairs.iter().map(|(place, old, new)| {
            let schema =
                if same_bytes(old, new) { None } else { Some(schemas.next().unwrap_or_else(|| Err("it was not asked for".to_owned()))) };
            let older = match &mut older {
                Ok(found) => Ok(found.remove(new.name.value.as_str()).unwrap_or_default()),
                Err(_) if !wanted.iter().any(|pin| pin.name.value == new.name.value) => Ok(Vec::new()),
                Err(why) => Err(why.clone()),
            };
            (*place, Moved { old: (*old).clone(), schema, older })
        });
        let moved = moved.collect();
        Some(Before { base, moved })
    }

    /// The schemas of entries as commits had them, each the one that its entry pins; in their order.
    fn schemas<'p>(&self, entries: impl Iterator<Item = (&'p str, &'p Pin)>) -> Vec<Result<String, String>> {
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

    /// Every earlier entry of some pins, by their names, newest first.
    fn older(&self, wanted: &[&Pin]) -> Result<BTreeMap<String, Vec<Older>>, String> {
        let mut found: BTreeMap<String, Vec<Older>> = BTreeMap::new();
        if wanted.is_empty() {
            return Ok(found);
        }
        let path = self.options.pins.get();
        let commits = self.cx.history().versions(path).map_err(|error| error.to_string())?;
        if commits.len() > COMMITS {
            return Err(format!("{} commits changed the pins file; {COMMITS} are looked at", commits.len()));
        }
        let mut seen: BTreeSet<(String, Option<String>)> = BTreeSet::new();
        for some in commits.chunks(AT_ONCE) {
            let files: Vec<FileAt> = some.iter().map(|commit| FileAt { commit: commit.clone(), path: path.clone() }).collect();
            let stored = self.cx.history().files_at(&files, pins::LIMIT).map_err(|error| error.to_string())?;
            for (commit, stored) in some.iter().zip(stored) {
                let at = |why: String| format!("the pins file of commit {} cannot be read: {why}", short(commit));
                let old = match stored {
                    // Before there was a pins file, or while there was none.
                    Stored::NoFile => continue,
                    Stored::Bytes(bytes) => base::read(path.as_str(), bytes).map_err(at)?,
                    Stored::TooLarge(size) => return Err(at(format!("it has {size} bytes"))),
                    Stored::NoCommit => return Err(at("it is not here".to_owned())),
                };
                let index = Index::of(&old.pins);
                for pin in wanted {
                    let Some(old) = index.find(pin).filter(|old| !same_bytes(old, pin)) else { continue };
                    if seen.insert((pin.name.value.clone(), value(old.sha256.as_ref()).map(str::to_owned))) {
                        let older = Older { pin: old.clone(), commit: commit.clone(), schema: Err("it was not asked for".to_owned()) };
                        found.entry(pin.name.value.clone()).or_default().push(older);
                    }
                }
            }
        }
        for (name, older) in &mut found {
            if older.len() > VERSIONS {
                return Err(format!("`{}` had {} other versions; {VERSIONS} are looked at", crate::shown::shown(name), older.len()));
            }
            let schemas = self.schemas(older.iter().map(|older| (older.commit.as_str(), &older.pin)));
            older.iter_mut().zip(schemas).for_each(|(older, schema)| older.schema = schema);
        }
        Ok(found)
    }
}

/// What git has for an entry, where it is what the entry pins.
fn schema(pin: &Pin, stored: Stored, commit: &str) -> Result<String, String> {
    let bytes = match stored {
        Stored::Bytes(bytes) => bytes,
        Stored::NoFile => return Err(format!("commit {commit} does not have it")),
        Stored::NoCommit => return Err(format!("commit {commit} is not here")),
        Stored::TooLarge(size) => return Err(format!("it has {size} bytes in commit {commit}")),
    };
    let pinned = entry::digest(pin.sha256.as_ref());
    if pinned.is_some_and(|pinned| pinned != super::reading::sha256(&bytes)) {
        return Err(format!("it was not the pinned file in commit {commit}"));
    }
    String::from_utf8(bytes).map_err(|_| format!("it is not UTF-8 text in commit {commit}"))
}
