//! Documents that must stay valid under the pinned schema, read with the aliases that are in force.

use std::borrow::Cow;

use serde_json::Value;

use super::aliases::{Renaming, rename};
use super::{LIMIT, Scene, rules};
use crate::check::{Met, Place};
use crate::config::TreeGlob;
use crate::formats::json;
use crate::pins::{Format, Pin, Pins, Role};
use crate::schema::{Certainty, Document};
use crate::shown::{escaped, shown};
use crate::world::Listed;

/// The most reasons of one document that are told.
const TOLD: usize = 3;

impl Scene<'_> {
    /// Validates every fixture of a pin.
    pub(super) fn fixtures(&mut self, pin: &Pin, pins: &Pins, document: &Document) {
        let renaming = Renaming::of(pin, pins);
        for glob in &pin.fixtures {
            let read = TreeGlob::new(&glob.value);
            let paths = match &read {
                Ok(glob) => self.matched(glob),
                Err(why) => {
                    self.add(self.of(&rules::NO_FIXTURE, pin, (glob.line, &format!("has a glob of fixtures that is none: {why}"))));
                    continue;
                }
            };
            if paths.is_empty() {
                let message = format!("has the fixtures `{}`, which no promoted file matches", shown(&glob.value));
                self.add(self.of(&rules::NO_FIXTURE, pin, (glob.line, &message)));
            }
            for path in paths {
                self.fixture(pin, (document, &renaming), path);
            }
        }
    }

    /// What is asked for of a pin whose format gate does not look into.
    pub(super) fn documents_of_other(&mut self, pin: &Pin, format: Format) {
        let name = format.name();
        if let Some(first) = pin.fixtures.first() {
            let message = format!("has fixtures that were not judged: it is {name}, and gate validates by JSON Schema alone");
            self.add(self.of(&rules::FIXTURE_UNDECIDED, pin, (first.line, &message)));
        }
        if let Some(first) = pin.aliases.first() {
            let message = format!("lists aliases that were not looked for: it is {name}, and gate knows the fields of JSON Schema alone");
            self.add(self.of(&rules::ALIAS_UNDECIDED, pin, (first.line, &message)));
        }
    }

    fn matched(&self, glob: &TreeGlob) -> Vec<(String, Listed)> {
        let own = |(path, kind): (&str, Listed)| (path.to_owned(), kind);
        match glob.literal() {
            Some(path) => self.listing.entry(path).map(own).into_iter().collect(),
            None => {
                let below = self.listing.entries_below(glob.base());
                below.filter(|(path, kind)| *kind != Listed::Submodule && glob.matches(path)).map(own).collect()
            }
        }
    }

    fn fixture(&mut self, pin: &Pin, (document, renaming): (&Document, &Renaming<'_>), (path, kind): (String, Listed)) {
        let name = shown(&pin.name.value);
        let here = |line: Option<usize>| Place { path: escaped(&path), line };
        let read = self.cx.promoted(self.listing, (&path, kind), LIMIT);
        let text =
            read.map_err(|error| error.to_string()).and_then(|bytes| String::from_utf8(bytes).map_err(|_| "is not UTF-8 text".to_owned()));
        let value = match text.map(|text| json::parse(&text)) {
            Err(error) => {
                return self.add(Met::new(&rules::FIXTURE_MALFORMED, here(None), format!("cannot be read: {error}")).subject(name));
            }
            Ok(Err(fault)) => {
                let message = format!("is no strict JSON: {}", shown(&fault.message));
                return self.add(Met::new(&rules::FIXTURE_MALFORMED, here(Some(fault.line)), message).subject(name));
            }
            Ok(Ok(value)) => value,
        };
        let value = self.renamed(pin, renaming, (&path, value));
        for why in document.judge(&value).iter().take(TOLD) {
            let at = if why.at.is_empty() { "the whole".to_owned() } else { format!("`{}`", shown(&why.at)) };
            let met = match why.certainty {
                Certainty::Refused => {
                    let message = format!("is not valid under `{name}`: {at}: {}", why.message);
                    let met = Met::new(&rules::FIXTURE_INVALID, here(None), message);
                    met.expected(format!("valid by `{}` of `{}`", shown(&why.rule), shown(&pin.path.value)))
                }
                Certainty::Unfinished => {
                    Met::new(&rules::FIXTURE_UNDECIDED, here(None), format!("was not judged by `{name}`: {}", why.message))
                }
            };
            self.add(met.subject(&name));
        }
    }

    /// The document as its reader takes it: old names are new ones.
    fn renamed(&mut self, pin: &Pin, renaming: &Renaming<'_>, (path, value): (&str, Value)) -> Value {
        if renaming.is_empty() {
            return value;
        }
        let mut seen = rename(value, renaming);
        let name = shown(&pin.name.value);
        for both in seen.both.drain(..).take(TOLD) {
            let message = format!("has `{}` and `{}` with different values{}", shown(&both.old), shown(&both.new), at(&both.at));
            let met = Met::new(&rules::ALIAS_BOTH, Place::of(escaped(path)), message).subject(&name);
            self.add(met.expected(both.values.1).actual(both.values.0));
        }
        if let (Some(Role::Writer), Some(old)) = (pin.role.as_ref().map(|role| role.value), seen.old_names.first()) {
            let message = format!("is written with the old name `{}`{}", shown(&old.value), at(&old.at));
            let met = Met::new(&rules::ALIAS_OLD_NAME, Place::of(escaped(path)), message).subject(&name);
            self.add(met.expected(shown(renaming.new_name(&old.value))).actual(shown(&old.value)));
        }
        seen.value
    }
}

/// Where in a document; nothing at its top.
fn at(pointer: &str) -> Cow<'static, str> {
    if pointer.is_empty() { Cow::Borrowed("") } else { format!(", at `{}`", shown(pointer)).into() }
}
