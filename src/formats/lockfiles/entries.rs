//! What the readers of TOML do with each entry: addresses that most of them share, the digests of many files, entries that stand twice.

use std::borrow::Cow;

use super::super::repeats::{mark, repeats};
use super::digest::{Algorithms, is_hex_digest};
use super::text::shown;
use super::{Integrity, Oddity, Package, Remarks, Source};

/// What is said of the entries while they are read.
#[derive(Default)]
pub(super) struct Notes<'t> {
    pub(super) remarks: Remarks,
    /// The addresses that were looked at, and what became of them: most entries have the same one, and what is odd of it is said once.
    seen: Vec<(Cow<'t, str>, Cow<'t, str>)>,
}

/// How many addresses are kept: no lock has more indexes than that.
const KEPT: usize = 32;

impl<'t> Notes<'t> {
    /// An address without its credentials.
    pub(super) fn address(&mut self, line: usize, raw: &Cow<'t, str>) -> Cow<'t, str> {
        match self.known(raw) {
            Some(clean) => clean,
            None => self.met(line, raw),
        }
    }

    /// An address of an index, which must not be `http://`.
    pub(super) fn index(&mut self, line: usize, raw: &Cow<'t, str>) -> Cow<'t, str> {
        if let Some(clean) = self.known(raw) {
            return clean;
        }
        let clean = self.met(line, raw);
        self.remarks.unencrypted(line, &clean, &clean);
        clean
    }

    /// The algorithm of a digest that is written `algorithm:hex`.
    pub(super) fn digest(&mut self, line: impl FnOnce() -> usize, text: &str) -> Algorithms {
        let colon = memchr::memchr(b':', text.as_bytes());
        self.hex(line, colon.map_or(("", text), |colon| (&text[..colon], &text[colon + 1..])))
    }

    /// The algorithm of a digest, whether it is one or not. The line is asked for only where it is none.
    pub(super) fn hex(&mut self, line: impl FnOnce() -> usize, (name, digest): (&str, &str)) -> Algorithms {
        if !is_hex_digest(name, digest) {
            self.remarks.no_digest(line(), digest);
        }
        [name].into()
    }

    fn known(&self, raw: &str) -> Option<Cow<'t, str>> {
        self.seen.iter().rev().find(|(known, _)| known == raw).map(|(_, clean)| clean.clone())
    }

    fn met(&mut self, line: usize, raw: &Cow<'t, str>) -> Cow<'t, str> {
        let clean = match self.remarks.address(line, raw) {
            Cow::Borrowed(_) => raw.clone(),
            Cow::Owned(clean) => Cow::Owned(clean),
        };
        if self.seen.len() < KEPT {
            self.seen.push((raw.clone(), clean.clone()));
        }
        clean
    }

    /// Says which entries stand twice. `entries` are packages with what else tells them apart.
    pub(super) fn repeats<'p>(&mut self, entries: impl Iterator<Item = (&'p Package<'t>, &'p str)>)
    where
        't: 'p,
    {
        let entries: Vec<_> = entries.collect();
        for (at, first) in repeats(&entries, |(package, _)| mark(&package.name), |one, other| id(one).cmp(&id(other))) {
            let (package, first) = (entries[at].0, entries[first].0);
            let is_same = (&package.pin, &package.integrity) == (&first.pin, &first.integrity);
            let (what, how) = match is_same {
                true => (Oddity::Duplicate, "a second time"),
                false => (Oddity::Contradiction, "a second time, and not as the first"),
            };
            self.remarks.say(package.line, what, || {
                let version = package.version.as_deref().map(shown).unwrap_or_default();
                format!("{} {version} stands here {how} (first on line {})", shown(&package.name), first.line)
            });
        }
    }
}

fn id<'p>((package, part): &(&'p Package<'_>, &'p str)) -> (&'p str, Option<&'p str>, (u8, &'p str), &'p str) {
    (&package.name, package.version.as_deref(), address_of(&package.source), part)
}

/// The digests of an entry's files: each algorithm once, and whether a file has none.
#[derive(Default)]
pub(super) struct Files {
    algorithms: Algorithms,
    without: usize,
}

impl Files {
    /// Takes what is known of a file.
    pub(super) fn add(&mut self, digests: Algorithms) {
        self.without += usize::from(digests.is_empty());
        self.algorithms.join(digests);
    }

    /// One file without a digest is enough to have the entry without integrity.
    pub(super) fn integrity(self) -> Integrity {
        if self.without > 0 { Integrity::Missing } else { self.algorithms.into() }
    }
}

fn address_of<'s>(source: &'s Source<'_>) -> (u8, &'s str) {
    match source {
        Source::Registry(address) => (0, address.as_deref().unwrap_or_default()),
        Source::Repository(address) => (1, address),
        Source::Archive(address) => (2, address),
        Source::Path(path) => (3, path),
        Source::Project => (4, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_of_an_address_are_taken_out_and_said_once() {
        let mut notes = Notes::default();
        for (raw, clean) in [("https://me:secret@host/a@b", "https://host/a@b"), ("https://host/x@1", "https://host/x@1"), ("../a", "../a")]
        {
            assert_eq!(notes.address(1, &raw.into()), clean);
            assert_eq!(notes.address(2, &raw.into()), clean);
        }
        assert_eq!((notes.remarks.len(), notes.remarks[0].what), (1, Oddity::Credentials));
        assert!(!notes.remarks[0].says.contains("secret"));
    }

    #[test]
    fn an_index_without_encryption_is_said_once() {
        let mut notes = Notes::default();
        for (line, index) in [(3, "http://host/"), (4, "https://host/"), (5, "http://host/")] {
            assert_eq!(notes.index(line, &index.into()), index);
        }
        let said: Vec<_> = notes.remarks.iter().map(|remark| (remark.line, remark.what)).collect();
        assert_eq!(said, [(3, Oddity::InsecureIndex)]);
    }
}
