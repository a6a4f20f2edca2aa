//! Migration notes: where a pin moved, a document of the same range says so.

use std::collections::BTreeSet;

use super::base::short;
use super::before::{Before, Moved};
use super::names::{has_name, has_version};
use super::{LIMIT, Scene, rules};
use crate::check::{Met, Place};
use crate::config::TreeGlob;
use crate::pins::{Pin, Pins};
use crate::shown::{escaped, shell_word, shown};
use crate::world::{HistoryError, Listed};

/// The most notes of one range that are read.
const MOST: usize = 1000;

/// A document that changed in the range.
struct Note {
    path: String,
    text: String,
}

impl Scene<'_> {
    /// Whether every move is written down.
    pub(super) fn notes(&mut self, before: &Before, pins: &Pins) {
        let moves: Vec<(&Pin, &Moved)> = before.moved.iter().filter_map(|(place, moved)| Some((pins.pins.get(*place)?, moved))).collect();
        let (Some(base), false) = (before.base.commit(), moves.is_empty()) else { return };
        let notes = match self.changed(base) {
            Ok(paths) => self.read_notes(paths),
            Err(error) => {
                let message = format!("nobody knows which documents changed since the base: {error}");
                let mut met = Met::new(&rules::NO_BASE, Place::of("."), message);
                met.next = error.next().map(str::to_owned);
                return self.add(met);
            }
        };
        for (pin, moved) in moves {
            self.note(base, (pin, moved), &notes);
        }
    }

    /// The promoted documents that `notes` matches and that changed since the base, in commits or on disk.
    fn changed(&self, base: &str) -> Result<Vec<(String, Listed)>, HistoryError> {
        let head = self.cx.history().head()?;
        let mut paths: BTreeSet<String> = self.cx.history().changed_between(base, &head.id)?.into_iter().collect();
        paths.extend(self.cx.history().dirty()?);
        let globs = self.options.notes();
        let is_note = |path: &&String| globs.iter().any(|glob: &TreeGlob| glob.matches(path));
        let listed = paths.iter().filter(is_note).filter_map(|path| self.listing.entry(path));
        Ok(listed.map(|(path, kind)| (path.to_owned(), kind)).collect())
    }

    fn read_notes(&mut self, paths: Vec<(String, Listed)>) -> Vec<Note> {
        let mut notes = Vec::new();
        if paths.len() > MOST {
            let message = format!("{} documents changed; the first {MOST} are read for moves of pins", paths.len());
            self.add(Met::new(&rules::UNREADABLE, Place::of("."), message));
        }
        for (path, kind) in paths.into_iter().take(MOST) {
            let read = self.cx.promoted(self.listing, (&path, kind), LIMIT).map_err(|error| error.to_string());
            match read.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "is not UTF-8 text".to_owned())) {
                Ok(text) => notes.push(Note { path, text }),
                Err(why) => self.add(Met::new(&rules::UNREADABLE, Place::of(escaped(&path)), format!("cannot be read: {why}"))),
            }
        }
        notes
    }

    fn note(&mut self, base: &str, (pin, moved): (&Pin, &Moved), notes: &[Note]) {
        let name = &pin.name.value;
        let version = |pin: &Pin| pin.version.as_ref().map(|at| at.value.clone());
        let versions: Vec<String> = [version(&moved.old), version(pin)].into_iter().flatten().collect();
        let missing = |note: &Note| -> Vec<String> {
            let name = (!has_name(&note.text, name)).then(|| name.clone());
            let versions = versions.iter().filter(|version| !has_version(&note.text, version)).cloned();
            name.into_iter().chain(versions).collect()
        };
        let fewest = notes.iter().map(|note| (missing(note), note)).min_by_key(|(missing, _)| missing.len());
        let globs = self.options.notes().iter().map(|glob| format!("`{}`", shown(glob.as_str()))).collect::<Vec<_>>().join(", ");
        let (message, actual) = match fewest {
            Some((missing, _)) if missing.is_empty() => return,
            Some((missing, note)) => {
                let missing = missing.iter().map(|word| format!("`{}`", shown(word))).collect::<Vec<_>>().join(" or ");
                let message = "moved, and no migration note that changed with it names it with its old and its new version";
                (message.to_owned(), format!("`{}` does not name {missing}", shown(&note.path)))
            }
            None => (format!("moved, and no migration note changed since the base {}", short(base)), "none changed".to_owned()),
        };
        let words = [shown(name)].into_iter().chain(versions.iter().map(|version| shown(version)));
        let expected = format!("a document of {globs} that names {}", words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "));
        let line = pin.version.as_ref().map_or(pin.line, |at| at.line);
        let met = self.of(&rules::NO_NOTE, pin, (line, &message));
        self.add(met.expected(expected).actual(actual).next(format!("gate pins diff {} --format markdown", shell_word(name))));
    }
}
