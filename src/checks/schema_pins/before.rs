//! Which pins moved since the base, and what each was pinned to there, wherever that stood.

use std::collections::{BTreeMap, BTreeSet};

use super::accepted::is_left_behind;
use super::base::{Base, Old, bytes, short};
use super::former::{Fate, Former, Later, Search};
use super::index::{Index, is_moved, same_bytes, source_key, value, version_shown};
use super::kept::must_keep;
use super::older::Older;
use super::{LIMIT, Scene, rules};
use crate::check::{Met, Place, Rule};
use crate::digest::Digest;
use crate::pins::{Pin, Pins, Reach};
use crate::shown::{escaped, shown};
use crate::world::{Cx, FileAt, RelPath, Stored};

/// A pins file in the history of its repository.
#[derive(Clone, Copy)]
pub(crate) struct Past<'a> {
    pub(crate) cx: Cx<'a>,
    pub(crate) path: &'a RelPath,
}

/// What nobody knows of the past of a pins file.
pub(crate) struct Unknown {
    rule: &'static Rule,
    /// It goes on after the name of the pins file.
    pub(crate) why: String,
    next: Option<&'static str>,
}

impl Unknown {
    /// Of the commit that is compared with.
    pub(super) fn of_base(why: String) -> Self {
        Self { rule: &rules::BASE_UNREAD, why, next: None }
    }
}

/// What was pinned before.
pub(crate) struct Before {
    pub(crate) base: Base,
    /// The pins that are others than before, by their places in the pins file.
    pub(crate) moved: BTreeMap<usize, Moved>,
    /// The places of those that were found nowhere.
    pub(crate) new: Vec<usize>,
    /// The entries of the base that no pin of today is found by.
    pub(crate) gone: Vec<Pin>,
    /// The entries of before that are of another place now, or asked for more, by the places of today's.
    pub(crate) changed: Vec<(usize, Pin)>,
    /// The names of all entries that were found.
    pub(crate) names: BTreeSet<String>,
    /// What could not be looked at, so that a new pin may be an old one.
    pub(crate) unknown: Vec<Unknown>,
}

impl Before {
    /// What moved since the base, of the pins of today and the text that they were read from.
    ///
    /// # Errors
    /// If nobody knows what the pins file was.
    pub(crate) fn of(past: &Past<'_>, base: Base, (pins, text): (&Pins, &str)) -> Result<Self, Unknown> {
        let Some(commit) = base.commit().map(str::to_owned) else { return Ok(Self::without_moves(base, (0..pins.pins.len()).collect())) };
        let old = match past.old_pins(&commit, text)? {
            Old::Same => return Ok(Self::without_moves(base, Vec::new())),
            Old::Pins(pins) => Some(pins.pins),
            Old::NoFile => None,
        };
        let mut unknown = Vec::new();
        let index = Index::of(old.as_deref().unwrap_or_default());
        let mut all = found_in(&index, missing(pins, &[]), &commit);
        let formers = past.formers(&missing(pins, &all), &commit).unwrap_or_else(|why| {
            unknown.push(why);
            Vec::new()
        });
        let other_pins: Vec<Pin> = formers.iter().flat_map(|former| former.pins.iter().cloned()).collect();
        all.extend(found_in(&Index::of(&other_pins), missing(pins, &all), &commit));
        match past.pinned_once(missing(pins, &all), &commit) {
            Ok(again) => all.extend(again),
            Err(why) => unknown.push(why),
        }
        let new = missing(pins, &all).into_iter().map(|(place, _)| place).collect();
        let gone: Vec<Pin> = match &old {
            Some(_) => index.left(&pins.pins).cloned().collect(),
            // The file itself went elsewhere, and all of its pins should have gone with it.
            None => {
                let gone = formers.iter().filter(|former| former.fate == Fate::Gone);
                gone.flat_map(|former| Index::of(&former.pins).left(&pins.pins)).cloned().collect()
            }
        };
        let names = all.iter().map(|found| &found.old).chain(&gone).map(|pin| pin.name.value.clone()).collect();
        let is_changed =
            |found: &&Found| pins.pins.get(found.place).is_some_and(|new| is_weakened(&found.old, new) || is_elsewhere(&found.old, new));
        let mut changed: Vec<(usize, Pin)> = all.iter().filter(is_changed).map(|found| (found.place, found.old.clone())).collect();
        changed.sort_by_key(|(place, _)| *place);
        all.retain(|found| pins.pins.get(found.place).is_some_and(|new| is_moved(&found.old, new)));
        all.sort_by_key(|found| found.place);
        Ok(Self { base, moved: past.judged(pins, all), new, gone, changed, names, unknown })
    }

    fn without_moves(base: Base, new: Vec<usize>) -> Self {
        Self { base, moved: BTreeMap::new(), new, gone: Vec::new(), changed: Vec::new(), names: BTreeSet::new(), unknown: Vec::new() }
    }

    /// What was compared with what.
    pub(super) fn says(&self) -> String {
        if self.base == Base::Nothing {
            return self.base.to_string();
        }
        let moved = if self.moved.is_empty() { "none".to_owned() } else { self.moved.len().to_string() };
        let new = if self.new.is_empty() { String::new() } else { format!(", {} new", self.new.len()) };
        format!("{moved} moved{new} since {}", self.base)
    }
}

/// A pin that moved.
pub(crate) struct Moved {
    /// As it was before.
    pub(crate) old: Pin,
    /// The file that it pinned there; `None`: it is the same one.
    pub(crate) schema: Option<Result<String, String>>,
    /// What it was pinned to before that, where that matters; or why it is not known.
    older: Result<Vec<Older>, String>,
}

impl Moved {
    /// The earlier versions that a transitive promise holds for, but for those that an accepted break left behind.
    ///
    /// # Errors
    /// Why they are not known.
    pub(crate) fn earlier(&self, new: &Pin, pins: &Pins) -> Result<Vec<&Older>, &str> {
        let older = self.older.as_ref().map_err(String::as_str)?;
        let had: Vec<&Pin> = older.iter().map(|older| &older.pin).chain([&self.old, new]).collect();
        let is_base = |pin: &Pin| value(pin.sha256.as_ref()) == value(self.old.sha256.as_ref());
        let held = |older: &&Older| !is_base(&older.pin) && !is_left_behind(pins, (&older.pin, new), &had);
        Ok(older.iter().filter(held).collect())
    }
}

/// A pin of today, found in a commit of before.
struct Found {
    place: usize,
    old: Pin,
    commit: String,
}

impl Past<'_> {
    /// The other pins files of the base, asked only where a pin is in none of its own.
    fn formers(&self, lost: &[(usize, &Pin)], commit: &str) -> Result<Vec<Former>, Unknown> {
        if lost.is_empty() {
            return Ok(Vec::new());
        }
        let lost: Vec<Pin> = lost.iter().map(|(_, pin)| (*pin).clone()).collect();
        let search = Search { commit, later: Later::Now, path: self.path, pins: &lost };
        search.formers(&self.cx).map_err(|why| {
            Unknown::of_base(format!("holds pins that its file did not have at the base, and nobody knows whether another had them: {why}"))
        })
    }

    /// The last entries of pins that the base does not have, and a commit before it had.
    fn pinned_once(&self, lost: Vec<(usize, &Pin)>, base: &str) -> Result<Vec<Found>, Unknown> {
        if lost.is_empty() {
            return Ok(Vec::new());
        }
        let wanted: Vec<&Pin> = lost.iter().map(|(_, pin)| *pin).collect();
        let walked = self.history_files(&wanted).and_then(|files| {
            let commits: Vec<String> = files.iter().map(|file| file.commit.clone()).collect();
            let since = self.cx.history().unreachable(&commits, base).map_err(|error| error.to_string())?;
            let files: Vec<FileAt> = files.into_iter().filter(|file| !since.contains(&file.commit)).collect();
            self.walk(&files, &wanted)
        });
        let mut walked = walked.map_err(|why| {
            let names = lost.iter().take(3).map(|(_, pin)| format!("`{}`", shown(&pin.name.value))).collect::<Vec<_>>().join(", ");
            let more = if lost.len() > 3 { format!(" and {} more", lost.len() - 3) } else { String::new() };
            let why = format!("has new entries ({names}{more}), and nobody knows whether they were pinned once: {why}");
            Unknown { rule: &rules::HISTORY_UNREAD, why, next: Some("git fetch --unshallow") }
        })?;
        let last = |(at, (place, _)): (usize, (usize, &Pin))| {
            let older = walked.remove(&at)?.into_iter().next()?;
            Some(Found { place, old: older.pin, commit: older.commit })
        };
        Ok(lost.into_iter().enumerate().filter_map(last).collect())
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
        entries.iter().zip(&paths).map(|((commit, pin), path)| schema(pin, next(path)?, commit)).collect()
    }
}

impl Scene<'_> {
    /// The pins file, and where its past is looked for.
    pub(super) fn past(&self) -> Past<'_> {
        Past { cx: self.cx, path: self.options.pins.get() }
    }

    /// What moved since the base; `None`: nobody knows, and it was said.
    pub(super) fn before(&mut self, pins: &Pins, text: &str) -> Option<Before> {
        let base = self.base(text)?;
        match Before::of(&self.past(), base, (pins, text)) {
            Ok(before) => {
                before.unknown.iter().for_each(|unknown| self.unknown(unknown));
                self.removed(&before);
                self.other_entries(&before, pins);
                Some(before)
            }
            Err(unknown) => {
                self.unknown(&unknown);
                None
            }
        }
    }

    fn unknown(&mut self, unknown: &Unknown) {
        let mut met = Met::new(unknown.rule, self.here(), unknown.why.clone());
        met.next = unknown.next.map(str::to_owned);
        self.add(met);
    }

    /// Entries that ask for less, or are of another place, whether they moved or not.
    fn other_entries(&mut self, before: &Before, pins: &Pins) {
        for (old, new) in before.changed.iter().filter_map(|(place, old)| Some((old, pins.pins.get(*place)?))) {
            let asks = |pin: &Pin| pin.must_keep().map_or_else(|| "nothing".to_owned(), |keep| keep.name().to_owned());
            if is_weakened(old, new) {
                let line = new.compatibility.as_ref().map(|at| at.line).or(new.role.as_ref().map(|at| at.line)).unwrap_or(new.line);
                let met = self.of(&rules::WEAKENED, new, (line, &format!("asks for less than at the base {}", before.base)));
                self.add(met.expected(asks(old)).actual(asks(new)));
            }
            if is_elsewhere(old, new) {
                let met =
                    self.of(&rules::OTHER_SOURCE, new, (new.repo.line, &format!("is of another place than at the base {}", before.base)));
                let place =
                    |pin: &Pin| format!("{} {}", shown(&pin.repo.value), value(pin.source_path.as_ref()).map(shown).unwrap_or_default());
                self.add(met.expected(place(old)).actual(place(new)));
            }
        }
    }

    fn removed(&mut self, before: &Before) {
        for pin in &before.gone {
            let name = shown(&pin.name.value);
            let message = format!("`{name}` is no longer pinned; it was at {}, at the base {}", version_shown(pin), before.base);
            self.add(Met::new(&rules::REMOVED, self.here(), message).subject(name));
        }
    }

    /// The pins file as a whole.
    pub(super) fn here(&self) -> Place {
        Place::of(escaped(self.options.pins.get().as_str()))
    }
}

/// Whether an entry asks for less than it did.
fn is_weakened(old: &Pin, new: &Pin) -> bool {
    old.must_keep().is_some() && must_keep(old, new) != new.must_keep()
}

/// Whether an entry is of another repository, or of another file there.
fn is_elsewhere(old: &Pin, new: &Pin) -> bool {
    source_key(old).zip(source_key(new)).is_some_and(|(old, new)| old != new)
}

/// The pins that are found again, in a commit.
fn found_in(index: &Index<'_>, lost: Vec<(usize, &Pin)>, commit: &str) -> Vec<Found> {
    let found = |(place, new)| Some(Found { place, old: index.find(new)?.clone(), commit: commit.to_owned() });
    lost.into_iter().filter_map(found).collect()
}

/// The pins that were not found yet.
fn missing<'p>(pins: &'p Pins, found: &[Found]) -> Vec<(usize, &'p Pin)> {
    let found: BTreeSet<usize> = found.iter().map(|found| found.place).collect();
    pins.pins.iter().enumerate().filter(|(place, _)| !found.contains(place)).collect()
}

/// What git has for an entry, where it is what the entry pins.
fn schema(pin: &Pin, stored: Stored, commit: &str) -> Result<String, String> {
    let Some(bytes) = bytes(stored, commit)? else { return Err(format!("commit {} does not have it", short(commit))) };
    if pin.digest().is_some_and(|pinned| pinned != Digest::sha256(&bytes).value) {
        return Err(format!("it was not the pinned file in commit {}", short(commit)));
    }
    String::from_utf8(bytes).map_err(|_| format!("it is not UTF-8 text in commit {}", short(commit)))
}
