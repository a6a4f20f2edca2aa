//! What is here: the pins file, and the files that it pins.

use super::{LIMIT, Scene, rules, update};
use crate::check::{Met, Place};
use crate::digest::Digest;
use crate::pins::place::place;
use crate::pins::{self, Pin, Pins, PinsFault};
use crate::shown::{escaped, shell_word, shown};
use crate::world::{Listed, LookError, RelPath, resolve};

/// A pinned file as it is here.
pub(super) struct Held {
    pub(super) path: RelPath,
    pub(super) bytes: Vec<u8>,
    /// Hexadecimal SHA-256 of the bytes.
    pub(super) sha256: String,
}

impl Scene<'_> {
    /// The pins file and its text, where it can be read.
    pub(super) fn pins(&mut self) -> Option<(Pins, String)> {
        let path = self.options.pins.get().clone();
        let here = Place::of(escaped(path.as_str()));
        let mut bytes = Vec::new();
        let read = resolve(self.cx.tree(), &path).and_then(|real| self.cx.tree().read(&real, pins::LIMIT, &mut bytes));
        let met = match (read, String::from_utf8(bytes)) {
            (Err(LookError::NotFound), _) => Met::new(&rules::NO_PINS, here, "does not exist: no schema is pinned").next("gate pins add"),
            (Err(error), _) => Met::new(&rules::PINS_UNREADABLE, here, format!("cannot be read: {error}")),
            (Ok(()), Err(_)) => Met::new(&rules::PINS_UNREADABLE, here, "is not UTF-8 text"),
            (Ok(()), Ok(text)) => {
                if self.listing.get(path.as_str()).is_none() {
                    let next = format!("git add {}", shell_word(path.as_str()));
                    self.add(Met::new(&rules::PINS_UNTRACKED, here, "is not tracked by git").next(next));
                }
                return Some((self.read_pins(Pins::read(path.as_str(), &text))?, text));
            }
        };
        self.add(met);
        None
    }

    fn read_pins(&mut self, read: Result<Pins, Vec<PinsFault>>) -> Option<Pins> {
        match read {
            Ok(pins) => Some(pins),
            Err(faults) => {
                for fault in faults {
                    let help = fault.help.map_or_else(String::new, |help| format!("; {help}"));
                    self.add(Met::new(&rules::MALFORMED, self.line(fault.line), format!("{}{help}", fault.message)));
                }
                None
            }
        }
    }

    /// The file of a pin, where it can be read.
    pub(super) fn held(&mut self, pin: &Pin) -> Option<Held> {
        let at = &pin.path;
        let name = shown(&at.value);
        let path = match place(&at.value) {
            Ok(path) => path,
            Err(why) => {
                self.add(self.of(&rules::PATH_ESCAPE, pin, (at.line, &format!("has a path that is no file of this repository: {why}"))));
                return None;
            }
        };
        let mut bytes = Vec::new();
        let read = self.real(&path).and_then(|real| {
            self.cx.tree().read(&real, LIMIT, &mut bytes)?;
            Ok(real)
        });
        let met = match read {
            Ok(real) => {
                self.tracked(pin, [&path, &real]);
                return Some(Held { path, sha256: Digest::sha256(&bytes).value, bytes });
            }
            Err(LookError::NotFound) => {
                let met = self.of(&rules::MISSING, pin, (at.line, &format!("pins `{name}`, which does not exist")));
                met.next(update(pin))
            }
            Err(error @ LookError::LeavesRoot(_)) => self.of(&rules::PATH_ESCAPE, pin, (at.line, &format!("pins `{name}`, which {error}"))),
            Err(error) => self.of(&rules::UNREADABLE, pin, (at.line, &format!("pins `{name}`, which cannot be read: {error}"))),
        };
        self.add(met);
        None
    }

    /// The file that a path leads to. What git has as a file is reached without a link; whatever else is there is followed.
    pub(super) fn real(&self, path: &RelPath) -> Result<RelPath, LookError> {
        match self.listing.get(path.as_str()) {
            Some(Listed::File) => Ok(path.clone()),
            Some(Listed::Symlink | Listed::Submodule) | None => resolve(self.cx.tree(), path),
        }
    }

    /// A link that is tracked promotes no file: what it leads to has to be tracked too.
    fn tracked(&mut self, pin: &Pin, paths: [&RelPath; 2]) {
        if let Some(path) = paths.into_iter().find(|path| self.listing.get(path.as_str()).is_none()) {
            let message = format!("pins `{}`, which git does not track", shown(path.as_str()));
            let next = format!("git add {}", shell_word(path.as_str()));
            self.add(self.of(&rules::UNTRACKED, pin, (pin.path.line, &message)).next(next));
        }
    }
}
