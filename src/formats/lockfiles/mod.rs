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
mod draft;
pub(crate) mod flake;
pub(crate) mod gem;
pub(crate) mod go;
pub(crate) mod mix;
mod notes;
pub(crate) mod npm;
mod package_json;
pub(crate) mod pdm;
pub(crate) mod pipfile;
pub(crate) mod pnpm;
pub(crate) mod poetry;
pub(crate) mod pylock;
mod python;
pub(crate) mod requirements;
pub(crate) mod terraform;
mod toml;
pub(crate) mod uv;
pub(crate) mod wants;
pub(crate) mod yarn;

/// What a lockfile says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lock {
    /// Every entry of the format's own list, in the order of the text; the project itself and its workspace members too, with `Source::Project`.
    pub(crate) packages: Vec<Package>,
    /// When it was made, if it says so itself: RFC 3339, or as the format writes it.
    pub(crate) stamp: Option<String>,
    /// What is odd and no package.
    pub(crate) remarks: Vec<Remark>,
}

/// One locked package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    /// As the format writes it.
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    pub(crate) source: Source,
    pub(crate) pin: Pin,
    pub(crate) integrity: Integrity,
    /// From 1: where its entry begins.
    pub(crate) line: usize,
}

/// Where a package comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The ecosystem's registry, or one at this address.
    Registry(Option<String>),
    /// A repository.
    Repository(String),
    /// An archive at an address.
    Archive(String),
    /// A path, as it is written: relative, absolute, or `file:`.
    Path(String),
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
    /// Digests by their algorithms, lower case: `sha256`, `sha512`, `sha1`, `md5`.
    Digests(Vec<String>),
    /// None, though the format has a place for it.
    Missing,
    /// The format has none for an entry like this: a path, a repository at a commit, the project itself.
    NotAsked,
}

/// Something odd that is no package, at its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remark {
    pub(crate) line: usize,
    pub(crate) what: Oddity,
    /// A sentence without a full stop, strangers' words in backticks.
    pub(crate) says: String,
}

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Oddity {
    /// Two entries of one package that cannot both be true, or one entry that contradicts itself.
    Contradiction,
    /// The same entry twice.
    Duplicate,
    /// An option that weakens where packages come from: another index, a trusted host, `http://`.
    InsecureIndex,
    /// Credentials in an address; never quoted.
    Credentials,
    /// A digest that is no digest: of the wrong length, or not of hex or base64.
    BadDigest,
    /// A part of the file that could not be looked at: an include that is not there, a line that is not understood.
    Unread,
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
    let is_marker = |line: &str| ["<<<<<<< ", ">>>>>>> ", "||||||| "].iter().any(|mark| line.starts_with(mark));
    text.lines().position(is_marker).map(|line| line + 1)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::Lock;
    use crate::formats::fault::Fault;

    /// Reads every sample of a folder. Without `GATE_VECTORS` nothing is looked at.
    pub(super) fn check(folder: &str, read: fn(&str) -> Result<Lock, Fault>) {
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
            let lock = read(&fs::read_to_string(root.join(cells[0])).unwrap());
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
                    drop(read(&format!("{}{sign}{}", &text[..at], &text[next..])));
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
            let open = |path: &str| fs::read_to_string(root.join(path)).map_err(|error| error.to_string());
            let read = super::requirements::read_all(file, &open);
            assert_eq!(read.is_err(), expects == "refused", "{file}: {read:?}");
            ran += 1;
        }
        assert_eq!(ran, 6);
    }
}
