//! What an entry says, before any file is looked at: versions, commits, digests, and entries that stand in each other's way.

use std::collections::BTreeMap;

use semver::Version;

use super::index::source_key;
use super::{Scene, rules, update};
use crate::check::Rule;
use crate::pins::{Pin, Pins, is_commit, version};
use crate::shown::{harmless, shown, without_secrets};
use crate::world::RelPath;

/// The version of a pin, where it is one.
pub(super) fn version_of(pin: &Pin) -> Option<Version> {
    pin.version.as_ref().and_then(|at| version::parse(&at.value).ok())
}

impl Scene<'_> {
    /// Rules of one entry alone.
    pub(super) fn entry(&mut self, pin: &Pin) {
        self.version_of(pin);
        self.secrets(pin);
        match &pin.commit {
            None => self.lacks(&rules::NO_COMMIT, pin, "commit"),
            Some(at) if !is_commit(&at.value) => {
                let message = format!("has no commit but a name: `{}`", shown(&at.value));
                let met = self.of(&rules::NOT_A_COMMIT, pin, (at.line, &message));
                self.add(met.expected("40 or 64 hexadecimal digits").actual(shown(&at.value)).next(update(pin)));
            }
            Some(_) => {}
        }
        self.tag_of(pin);
        if pin.sha256.is_none() {
            self.lacks(&rules::NO_DIGEST, pin, "sha256");
        }
        for (key, written) in [("sha256", &pin.sha256), ("canonical", &pin.canonical)] {
            if let Some(at) = written
                && let Err(why) = at.sha256()
            {
                let message = format!("has a `{key}` that is no SHA-256: {why}");
                let met = self.of(&rules::BAD_DIGEST, pin, (at.line, &message));
                self.add(met.actual(shown(&at.value)).next(update(pin)));
            }
        }
        if pin.role.is_none() && pin.compatibility.is_none() {
            let message = "does not say whether its documents are read or written here";
            let met = self.of(&rules::NO_ROLE, pin, (pin.line, message));
            self.add(met.expected("role = \"reader\", \"writer\" or \"both\"").actual("none"));
        }
        match &pin.source_path {
            None => self.lacks(&rules::NO_SOURCE, pin, "source-path"),
            Some(at) => {
                if let Err(error) = RelPath::parse(&at.value) {
                    self.add(self.of(&rules::PATH_ESCAPE, pin, (at.line, &format!("has a `source-path` that is none: {error}"))));
                }
            }
        }
    }

    fn version_of(&mut self, pin: &Pin) {
        let Some(at) = &pin.version else { return self.lacks(&rules::NO_VERSION, pin, "version") };
        if let Err(why) = version::parse(&at.value) {
            let met = self.of(&rules::BAD_VERSION, pin, (at.line, &format!("has no semantic version: {}", harmless(&why))));
            self.add(met.expected("a version as 1.4.0").actual(shown(&at.value)));
        }
    }

    /// Addresses that grant access to whoever reads the pins file.
    fn secrets(&mut self, pin: &Pin) {
        for (key, at) in [("repo", Some(&pin.repo)), ("upstream", pin.upstream.as_ref())] {
            let Some(at) = at else { continue };
            let plain = without_secrets(&at.value);
            if plain != at.value {
                let message = format!("has a `{key}` with a user, a password or a query in it: `{}`", shown(&plain));
                self.add(self.of(&rules::CREDENTIALS, pin, (at.line, &message)));
            }
        }
    }

    /// The version that the tag of a pin is of, beside that of the pin.
    fn tag_of(&mut self, pin: &Pin) {
        let (Some(tag), Some(pinned)) = (&pin.tag, version_of(pin)) else { return };
        let name = shown(&tag.value);
        match version::of_tag(&pin.name.value, &tag.value) {
            Some(tagged) if tagged.cmp_precedence(&pinned).is_eq() => {}
            Some(tagged) => {
                let met = self.of(&rules::TAG_DISAGREES, pin, (tag.line, &format!("has the tag `{name}`, which is of another version")));
                let next = format!("{} --version {pinned}", update(pin));
                self.add(met.expected(pinned.to_string()).actual(tagged.to_string()).next(next));
            }
            None => self.add(self.of(&rules::UNTAGGED, pin, (tag.line, &format!("has the tag `{name}`, which says no version")))),
        }
    }

    fn lacks(&mut self, rule: &'static Rule, pin: &Pin, key: &str) {
        let met = self.of(rule, pin, (pin.line, &format!("has no `{key}`")));
        self.add(met.next(update(pin)));
    }

    /// Entries of one name, of one file, or of one schema.
    pub(super) fn twins(&mut self, pins: &Pins) {
        let (mut names, mut paths, mut sources) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for pin in &pins.pins {
            if let Some(first) = names.insert(pin.name.value.as_str(), pin.name.line) {
                self.add(self.of(&rules::DUPLICATE_NAME, pin, (pin.name.line, &format!("is the name of another pin, on line {first}"))));
            }
            // What is not there is no other file than its path says.
            let real = |path: RelPath| self.real(&path).unwrap_or(path).to_string();
            let path = RelPath::parse(&pin.path.value).map_or_else(|_| pin.path.value.clone(), real);
            if let Some(first) = paths.insert(path, pin.path.line) {
                let message = format!("pins `{}`, which another pin holds, on line {first}", shown(&pin.path.value));
                self.add(self.of(&rules::DUPLICATE_PATH, pin, (pin.path.line, &message)));
            }
            let Some(key) = source_key(pin) else { continue };
            if let Some(other) = sources.insert(key, pin)
                && other.version.as_ref().map(|at| &at.value) != pin.version.as_ref().map(|at| &at.value)
            {
                let message = format!("pins the same schema as the entry on line {}, at another version", other.line);
                let met = self.of(&rules::OVERLAP, pin, (pin.line, &message));
                self.add(met.expected(shown(other.written_version())).actual(shown(pin.written_version())));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_commit() {
        assert!(is_commit(&"1a".repeat(20)) && is_commit(&"F0".repeat(32)));
        for text in ["main", "v1.4.0", "1a2b3c4", &"0".repeat(40), &"g".repeat(40), "refs/heads/main", ""] {
            assert!(!is_commit(text), "{text}");
        }
    }
}
