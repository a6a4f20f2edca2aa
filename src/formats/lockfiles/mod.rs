//! Lockfiles of every ecosystem: each format has a reader of its own, and all of them give the same [`Lock`].
//!
//! A reader takes the text and says what stands there; what that is worth is the kind `lockfiles`' business. A text that is not whole, not of its
//! format, of a version that is not known, or that holds a key twice is a [`Fault`](super::fault::Fault) with its line: never a lock with fewer packages. What is
//! odd of one entry and leaves the others readable is a [`Remark`].

mod address;
mod ascii_json;
mod block;
pub(crate) mod bun;
pub(crate) mod cargo;
pub(crate) mod composer;
mod digest;
mod entries;
mod expected;
pub(crate) mod flake;
pub(crate) mod gem;
pub(crate) mod go;
pub(crate) mod mix;
pub(crate) mod npm;
mod package_json;
pub(crate) mod pdm;

mod pins;
pub(crate) mod pipfile;
pub(crate) mod pnpm;
pub(crate) mod poetry;
pub(crate) mod project;
pub(crate) mod pylock;
mod python;
mod remarks;
pub(crate) mod requirements;
mod stamp;
pub(crate) mod terraform;
mod text;
mod toml;
pub(crate) mod uv;
pub(crate) mod wants;
pub(crate) mod yarn;

use std::borrow::Cow;

pub(crate) use address::{is_of_one_machine, scrubbed};
pub(crate) use digest::Algorithms;
pub(crate) use remarks::{Oddity, Remarks, TOLD, Untold};
pub(crate) use stamp::Stamp;

/// What a lockfile says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lock<'t> {
    /// Every entry of the format's own list, in the order of the text; the project itself and its workspace members too, with `Source::Project`.
    pub(crate) packages: Vec<Package<'t>>,
    /// When it was made, if it says so itself.
    pub(crate) stamp: Option<Stamp>,
    /// What is odd and no package.
    pub(crate) remarks: Remarks,
}

/// One locked package. Its words are those of the text wherever they stand there as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package<'t> {
    /// As the format writes it.
    pub(crate) name: Cow<'t, str>,
    pub(crate) version: Option<Cow<'t, str>>,
    pub(crate) source: Source<'t>,
    pub(crate) pin: Pin,
    pub(crate) integrity: Integrity,
    /// From 1: where its entry begins.
    pub(crate) line: usize,
}

/// Where a package comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source<'t> {
    /// The ecosystem's registry, or one at this address.
    Registry(Option<Cow<'t, str>>),
    /// A repository.
    Repository(Cow<'t, str>),
    /// An archive at an address.
    Archive(Cow<'t, str>),
    /// A path, as it is written: relative, absolute, or `file:`.
    Path(Cow<'t, str>),
    /// The project itself, or a member of its workspace.
    Project,
}

/// Whether an entry names one thing for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pin {
    /// One version of a registry, one commit, one archive whose bytes are known.
    Exact,
    /// What it may move to, as a sentence begins: ``a range: `>=2.31` ``, ``a branch: `main` ``.
    Loose(String),
}

/// What is known of a package's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Integrity {
    /// Digests, by their algorithms.
    Digests(Algorithms),
    /// None, though the format has a place for it.
    Missing,
    /// The format has none for an entry like this: a path, a repository at a commit, the project itself.
    NotAsked,
}

/// What the comparison of a lock with its manifest came to, without a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sync {
    Yes,
    /// What differs, a sentence each, strangers' words in backticks.
    No(Vec<String>),
    /// Why it cannot be told.
    CannotTell(String),
}

/// The answer to what was found to differ.
fn sync_of(differs: Vec<String>) -> Sync {
    if differs.is_empty() { Sync::Yes } else { Sync::No(differs) }
}

/// The line of the first marker that a merge conflict leaves, from 1.
pub(crate) fn conflict_marker(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let begins_line = |at: &usize| *at == 0 || bytes[at - 1] == b'\n';
    let first = |mark: &str| memchr::memmem::find_iter(bytes, mark).find(begins_line);
    let at = ["<<<<<<< ", ">>>>>>> ", "||||||| "].into_iter().filter_map(first).min()?;
    Some(memchr::memchr_iter(b'\n', &bytes[..at]).count() + 1)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::Lock;
    use crate::formats::fault::Fault;

    /// Reads every sample of a folder. Without `GATE_VECTORS` nothing is looked at.
    pub(super) fn check(folder: &str, read: fn(&str) -> Result<Lock<'_>, Fault>) {
        let Some(root) = std::env::var_os("GATE_VECTORS") else { return };
        let root = PathBuf::from(root).join("lockfiles");
        let list = fs::read_to_string(root.join("expected.tsv")).unwrap();
        let mut count = 0;
        for line in list.lines().filter(|line| !line.starts_with('#')) {
            let cells: Vec<&str> = line.split('\t').collect();
            if cells[1] != folder {
                continue;
            }
            count += 1;
            let text = fs::read_to_string(root.join(cells[0])).unwrap();
            let lock = read(&text);
            match cells[2] {
                "refused" => assert!(lock.is_err(), "{line}: {lock:?}"),
                "read" => assert!(lock.is_ok(), "{line}: {lock:?}"),
                number => assert_eq!(lock.unwrap().packages.len().to_string(), number, "{line}"),
            }
        }
        assert!(count > 2, "{folder}: {count} samples");
    }

    /// Runs a reader over a folder of public samples, where the environment says that they are here; and over parts of each and over what it is
    /// with a letter changed, to see that no text makes it panic.
    pub(super) fn samples<T>(folder: &str, read: impl Fn(&str) -> Result<T, Fault>) {
        let Some(root) = std::env::var_os("GATE_VECTORS").map(PathBuf::from) else { return };
        let root = root.join("lockfiles");
        let expected = fs::read_to_string(root.join("expected.tsv")).unwrap();
        let mut seen = 0;
        for line in expected.lines().filter(|line| line.starts_with(&format!("{folder}/"))) {
            let [file, _, says] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let text = fs::read_to_string(root.join(file)).unwrap();
            let came = read(&text);
            assert_eq!(came.is_ok(), says != "refused", "{file}: {:?}", came.err());
            seen += 1;
            let places = text.char_indices().map(|(at, letter)| (at, at + letter.len_utf8()));
            for (i, (at, next)) in places.enumerate().filter(|(i, _)| i % (text.len() / 400 + 1) == 0) {
                drop(read(&text[..at]));
                for sign in ["\"", "\\", "\n", " ", ":", "{", "é", "", "'", "@", "/"].iter().cycle().skip(i % 11).take(3) {
                    drop(read(format!("{}{sign}{}", &text[..at], &text[next..]).leak()));
                }
            }
        }
        assert!(seen > 0, "{folder}");
    }

    #[test]
    fn the_public_samples_of_requirements_are_read_or_refused_as_expected() {
        let Some(root) = std::env::var_os("GATE_VECTORS").map(PathBuf::from) else { return };
        let root = root.join("lockfiles");
        let list = fs::read_to_string(root.join("expected.tsv")).unwrap();
        let mut ran = 0;
        for row in list.lines().filter(|row| row.starts_with("requirements/")) {
            let [file, _, expects] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
            let open = |path: &str| fs::read_to_string(root.join(path)).map(|text| &*text.leak()).map_err(|error| error.to_string());
            let read = super::requirements::read_all(file, &open);
            assert_eq!(read.is_err(), expects == "refused", "{file}: {read:?}");
            ran += 1;
        }
        assert_eq!(ran, 6);
    }
}
