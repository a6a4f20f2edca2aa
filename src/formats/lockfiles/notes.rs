//! What readers of several formats do alike: addresses without their credentials, digests that are digests, entries that stand once.

use std::collections::{BTreeSet, HashMap};

use super::address::is_hex;
use super::{Integrity, Oddity, Package, Remark, Source};

/// What is odd, gathered while a text is read.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) remarks: Vec<Remark>,
    /// What was said of an address is said once.
    said: BTreeSet<(Oddity, String)>,
    /// The address that was looked at last, and what became of it: most entries have the same.
    last: Option<(String, String)>,
}

impl Notes {
    pub(super) fn say(&mut self, line: usize, what: Oddity, says: impl Into<String>) {
        self.remarks.push(Remark { line, what, says: says.into() });
    }

    /// An address without its credentials.
    pub(super) fn address(&mut self, raw: &str, line: usize) -> String {
        if let Some((known, clean)) = &self.last
            && known == raw
        {
            return clean.clone();
        }
        let clean = match without_credentials(raw) {
            None => raw.to_owned(),
            Some(clean) => {
                if self.said.insert((Oddity::Credentials, clean.clone())) {
                    self.say(line, Oddity::Credentials, format!("the address of {} holds credentials", shown(&clean)));
                }
                clean
            }
        };
        self.last = Some((raw.to_owned(), clean.clone()));
        clean
    }

    /// An address of an index, which must not be `http://`.
    pub(super) fn index(&mut self, raw: &str, line: usize) -> String {
        let clean = self.address(raw, line);
        if clean.starts_with("http://") && self.said.insert((Oddity::InsecureIndex, clean.clone())) {
            self.say(line, Oddity::InsecureIndex, format!("the index {} is read without encryption", shown(&clean)));
        }
        clean
    }

    /// The algorithm of a digest that is written `algorithm:hex`.
    pub(super) fn digest(&mut self, raw: &str, line: usize) -> String {
        let (kind, hex) = raw.split_once(':').unwrap_or(("", raw));
        self.hex(kind, hex, line)
    }

    /// The algorithm of a digest, in lower case.
    pub(super) fn hex(&mut self, kind: &str, hex: &str, line: usize) -> String {
        let kind = kind.to_ascii_lowercase();
        let length = match kind.as_str() {
            "md5" => Some(32),
            "sha1" => Some(40),
            "sha224" => Some(56),
            "sha256" => Some(64),
            "sha384" => Some(96),
            "sha512" => Some(128),
            _ => None,
        };
        let is_long_enough = length.map_or(!kind.is_empty() && !hex.is_empty(), |length| hex.len() == length);
        if !is_long_enough || !is_hex(hex) {
            self.say(line, Oddity::BadDigest, format!("{} is no digest of the kind {}", shown(hex), shown(&kind)));
        }
        kind
    }

    /// Says which entries stand twice. `entries` are packages with what else tells them apart.
    pub(super) fn repeats<'p>(&mut self, entries: impl Iterator<Item = (&'p Package, &'p str)>) {
        let id = |(package, part): (&'p Package, &'p str)| {
            let id = (package.name.as_str(), package.version.as_deref(), address_of(&package.source), part);
            (id, package)
        };
        let entries: Vec<_> = entries.map(id).collect();
        // Tools write them in order, and then there is nothing to look for.
        if entries.windows(2).all(|pair| pair[0].0 < pair[1].0) {
            return;
        }
        let mut first: HashMap<_, &Package> = HashMap::with_capacity(entries.len());
        for (id, package) in entries {
            let Some(other) = first.get(&id) else {
                first.insert(id, package);
                continue;
            };
            let is_same = (&package.pin, &package.integrity) == (&other.pin, &other.integrity);
            let (what, how) = match is_same {
                true => (Oddity::Duplicate, "a second time"),
                false => (Oddity::Contradiction, "a second time, and not as the first"),
            };
            let name = shown(&package.name);
            self.say(package.line, what, format!("{name} {} stands here {how} (first on line {})", version_of(package), other.line));
        }
    }
}

/// The digests of an entry: each algorithm once, and whether a file has none.
#[derive(Default)]
pub(super) struct Digests {
    kinds: Vec<String>,
    without: usize,
}

impl Digests {
    /// Takes the algorithm of a file's digest, or that it has none.
    pub(super) fn add(&mut self, kind: Option<String>) {
        match kind {
            Some(kind) if !self.kinds.contains(&kind) => self.kinds.push(kind),
            Some(_) => {}
            None => self.without += 1,
        }
    }

    /// Takes the digests of one file, which may have several or none.
    pub(super) fn join(&mut self, file: Self) {
        self.without += usize::from(file.kinds.is_empty()) + file.without;
        for kind in file.kinds {
            self.add(Some(kind));
        }
    }

    /// One file without a digest is enough to have the entry without integrity.
    pub(super) fn integrity(self) -> Integrity {
        if self.without > 0 || self.kinds.is_empty() { Integrity::Missing } else { Integrity::Digests(self.kinds) }
    }
}

/// A stranger's words in backticks.
pub(super) fn shown(words: &str) -> String {
    const LONGEST: usize = 200;
    let cut: String = words.chars().take(LONGEST).collect();
    let dots = if cut.len() < words.len() { "…" } else { "" };
    format!("`{}{dots}`", cut.escape_debug())
}

fn version_of(package: &Package) -> String {
    package.version.as_deref().map(shown).unwrap_or_default()
}

fn address_of(source: &Source) -> (u8, &str) {
    match source {
        Source::Registry(address) => (0, address.as_deref().unwrap_or_default()),
        Source::Repository(address) => (1, address),
        Source::Archive(address) => (2, address),
        Source::Path(path) => (3, path),
        Source::Project => (4, ""),
    }
}

/// The address without what stands before the `@` of its host, if that is secret: a password, or any name where a name alone is a token.
fn without_credentials(raw: &str) -> Option<String> {
    let (scheme, rest) = raw.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let at = rest.get(..end)?.rfind('@')?;
    let (user, host) = (rest.get(..at)?, rest.get(at + 1..)?);
    let parts: Vec<&str> = user.splitn(2, ':').collect();
    // `${NAME}` is filled in when it is used, and tells nothing.
    let is_filled_in = parts.iter().all(|part| part.starts_with("${") && part.ends_with('}'));
    let is_secret = parts.len() == 2 || scheme.ends_with("http") || scheme.ends_with("https");
    (is_secret && !is_filled_in && !user.is_empty()).then(|| format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_taken_out_and_never_said() {
        let mut notes = Notes::default();
        for (raw, clean) in [
            ("https://me:secret@host/a@b", "https://host/a@b"),
            ("git+https://secret@host/x?y#z", "git+https://host/x?y#z"),
            ("ssh://git:secret@host/x", "ssh://host/x"),
            ("ssh://git@host/x", "ssh://git@host/x"),
            ("https://${U}:${P}@host/", "https://${U}:${P}@host/"),
            ("https://host/x@1", "https://host/x@1"),
            ("../a", "../a"),
        ] {
            assert_eq!(notes.address(raw, 1), clean);
            assert_eq!(notes.address(raw, 2), clean);
        }
        assert_eq!(notes.remarks.len(), 3);
        assert!(notes.remarks.iter().all(|remark| remark.what == Oddity::Credentials && !remark.says.contains("secret")));
    }

    #[test]
    fn an_index_without_encryption_is_said_once() {
        let mut notes = Notes::default();
        assert_eq!(notes.index("http://host/", 3), "http://host/");
        assert_eq!(notes.index("https://host/", 4), "https://host/");
        assert_eq!(notes.index("http://host/", 5), "http://host/");
        let said: Vec<_> = notes.remarks.iter().map(|remark| (remark.line, remark.what)).collect();
        assert_eq!(said, [(3, Oddity::InsecureIndex)]);
    }

    #[test]
    fn a_digest_has_the_length_of_its_kind() {
        let mut notes = Notes::default();
        assert_eq!(notes.digest(&format!("SHA256:{}", "a".repeat(64)), 1), "sha256");
        assert_eq!(notes.digest(&format!("md5:{}", "0".repeat(32)), 1), "md5");
        assert!(notes.remarks.is_empty());
        for bad in ["sha256:", "sha256:abc", "", "x", &format!("sha256:{}", "g".repeat(64))] {
            notes.digest(bad, 1);
        }
        assert_eq!(notes.remarks.len(), 5);
    }
}
