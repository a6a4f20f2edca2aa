//! Algorithms of digests, and whether a text can be a digest of one of them.

use std::fmt;

use super::text::shown;
use super::{Integrity, Oddity, Remarks};

/// The algorithms that lockfiles name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Blake3,
}

use Algorithm::{Blake3, Md5, Sha1, Sha224, Sha256, Sha384, Sha512};

impl Algorithm {
    const ALL: [Self; 7] = [Md5, Sha1, Sha224, Sha256, Sha384, Sha512, Blake3];

    /// By its name, in whichever case.
    pub(super) fn named(name: &str) -> Option<Self> {
        let usual = [Sha256, Sha512, Sha1].into_iter().find(|one| one.name() == name);
        usual.or_else(|| Self::ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(name)))
    }

    fn name(self) -> &'static str {
        match self {
            Md5 => "md5",
            Sha1 => "sha1",
            Sha224 => "sha224",
            Sha256 => "sha256",
            Sha384 => "sha384",
            Sha512 => "sha512",
            Blake3 => "blake3",
        }
    }

    /// How many bytes a digest has.
    fn length(self) -> usize {
        match self {
            Md5 => 16,
            Sha1 => 20,
            Sha224 => 28,
            Sha256 | Blake3 => 32,
            Sha384 => 48,
            Sha512 => 64,
        }
    }

    /// Whether nobody has found two files for one digest.
    fn is_strong(self) -> bool {
        match self {
            Md5 | Sha1 => false,
            Sha224 | Sha256 | Sha384 | Sha512 | Blake3 => true,
        }
    }

    /// Whether this is a digest in hex.
    pub(super) fn is_hex(self, digest: &str) -> bool {
        digest.len() == self.length() * 2 && is_hex(digest)
    }

    /// Whether this is a digest in base64, with its padding.
    pub(super) fn is_base64(self, digest: &str) -> bool {
        let padding = (3 - self.length() % 3) % 3;
        let letters = digest.len().saturating_sub(padding);
        let (body, end) = digest.as_bytes().split_at(letters);
        digest.len() == self.length().div_ceil(3) * 4 && end.iter().all(|byte| *byte == b'=') && is_base64(body)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Algorithms, each once.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Algorithms {
    /// A bit for each that is known.
    known: u8,
    /// The names of the others, lower case.
    others: Vec<String>,
}

impl Algorithms {
    pub(super) fn add(&mut self, one: Algorithm) {
        self.known |= 1 << one as u8;
    }

    /// By its name; one that is not known is kept under it.
    pub(super) fn add_named(&mut self, name: &str) {
        match Algorithm::named(name) {
            Some(one) => self.add(one),
            None if self.others.iter().any(|other| other.eq_ignore_ascii_case(name)) => {}
            None => self.others.push(name.to_ascii_lowercase()),
        }
    }

    pub(super) fn join(&mut self, other: Self) {
        self.known |= other.known;
        other.others.iter().for_each(|name| self.add_named(name));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.known == 0 && self.others.is_empty()
    }

    fn known(&self) -> impl Iterator<Item = Algorithm> {
        Algorithm::ALL.into_iter().filter(|one| self.known & (1 << *one as u8) != 0)
    }

    /// Whether one of them is known to be strong.
    pub(crate) fn are_strong(&self) -> bool {
        self.known().any(Algorithm::is_strong)
    }

    fn names(&self) -> impl Iterator<Item = &str> + '_ {
        let known = self.known().map(|one| one.name());
        known.chain(self.others.iter().map(String::as_str))
    }
}

impl fmt::Display for Algorithms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().collect::<Vec<_>>().join(", "))
    }
}

impl fmt::Debug for Algorithms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

impl<const N: usize> From<[&str; N]> for Algorithms {
    fn from(names: [&str; N]) -> Self {
        names.into_iter().fold(Self::default(), |mut all, name| {
            all.add_named(name);
            all
        })
    }
}

impl From<Algorithms> for Integrity {
    fn from(algorithms: Algorithms) -> Self {
        if algorithms.is_empty() { Self::Missing } else { Self::Digests(algorithms) }
    }
}

impl From<Algorithm> for Integrity {
    fn from(one: Algorithm) -> Self {
        let mut algorithms = Algorithms::default();
        algorithms.add(one);
        Self::Digests(algorithms)
    }
}

/// What a text of subresource integrity says.
#[derive(Default)]
pub(super) struct Digests {
    /// The algorithms that are named, whatever stands behind their names.
    pub(super) named: Algorithms,
    /// Those of what are digests.
    pub(super) sound: Algorithms,
}

impl Remarks {
    /// A text of subresource integrity: `sha512-…`, several of them with spaces between.
    pub(super) fn integrity(&mut self, line: usize, text: &str) -> Digests {
        let mut found = Digests::default();
        for word in text.split_ascii_whitespace() {
            let dash = memchr::memchr(b'-', word.as_bytes());
            let (name, rest) = dash.map_or((word, ""), |dash| (&word[..dash], &word[dash + 1..]));
            let digest = memchr::memchr(b'?', rest.as_bytes()).map_or(rest, |end| &rest[..end]);
            let known = Algorithm::named(name);
            match known {
                Some(one) => found.named.add(one),
                None => found.named.add_named(name),
            }
            match known.filter(|one| one.is_base64(digest)) {
                Some(one) => found.sound.add(one),
                None => self.no_digest(line, word),
            }
        }
        found
    }

    /// A digest in hex, of an algorithm by its name. Whether it is one.
    pub(super) fn hex(&mut self, line: usize, (name, digest): (&str, &str)) -> bool {
        let is_digest = is_hex_digest(name, digest);
        if !is_digest {
            self.no_digest(line, digest);
        }
        is_digest
    }

    pub(super) fn no_digest(&mut self, line: usize, text: &str) {
        self.say(line, Oddity::BadDigest, || format!("{} is no digest", shown(text)));
    }
}

/// Whether this is a digest in hex, of an algorithm by its name.
pub(super) fn is_hex_digest(name: &str, digest: &str) -> bool {
    match Algorithm::named(name) {
        Some(one) => one.is_hex(digest),
        // What has no length that is known.
        None => !name.is_empty() && !digest.is_empty() && is_hex(digest),
    }
}

/// Whether all of it is digits of hex. Without a branch a byte, so that many are looked at at once: half of a lockfile is hex.
pub(super) fn is_hex(text: &str) -> bool {
    let is_odd = |byte: u8| u8::from(byte.wrapping_sub(b'0') > 9) & u8::from((byte | 0x20).wrapping_sub(b'a') > 5);
    text.bytes().fold(0, |odd, byte| odd | is_odd(byte)) == 0
}

fn is_base64(letters: &[u8]) -> bool {
    let is_odd = |byte: u8| {
        let is_letter = u8::from((byte | 0x20).wrapping_sub(b'a') < 26) | u8::from(byte.wrapping_sub(b'0') < 10);
        (is_letter | u8::from(byte == b'+') | u8::from(byte == b'/')) ^ 1
    };
    letters.iter().fold(0, |odd, &byte| odd | is_odd(byte)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_has_the_length_and_the_letters_of_its_algorithm() {
        for one in Algorithm::ALL {
            let hex = "aF0".repeat(50)[..one.length() * 2].to_owned();
            assert!(one.is_hex(&hex) && !one.is_hex(&hex[1..]) && !one.is_hex(&hex.replace('0', "g")), "{one}");
            let base64 = data_encoding::BASE64.encode(&vec![0xfb; one.length()]);
            assert!(one.is_base64(&base64) && !one.is_base64(&base64[1..]) && !one.is_base64(&base64.replace('+', "-")), "{one}");
            assert!(!one.is_base64(&"=".repeat(base64.len())) && !one.is_base64("") && !one.is_hex(""), "{one}");
            assert_eq!(Algorithm::named(&one.name().to_uppercase()), Some(one));
        }
        assert!(!is_hex("é") && is_hex("0123456789abcdefABCDEF") && !is_hex("@") && !is_hex("`") && !is_hex("/") && !is_hex(":"));
    }

    #[test]
    fn what_is_no_digest_is_said_and_is_not_sound() {
        let mut remarks = Remarks::default();
        let sha512 = format!("sha512-{}==", "A".repeat(86));
        let both = remarks.integrity(1, &format!("{sha512}?x SHA1-{}=", "B".repeat(27)));
        assert_eq!((both.named.to_string().as_str(), both.sound.to_string().as_str()), ("sha1, sha512", "sha1, sha512"));
        assert!(remarks.is_empty());
        let sha1 = "sha1-tSQ9jz7BqjXxNkYFvA0QNuMKtp8=";
        for bad in [&sha1.replace("sha1", "sha512"), "sha1-", "sha1", "sha1-!!!!", "sha512-AAAA=", &sha1.replace("sha1", "x")] {
            assert!(remarks.integrity(7, bad).sound.is_empty(), "{bad}");
        }
        assert_eq!((remarks.len(), remarks[0].line, remarks[0].what), (6, 7, Oddity::BadDigest));
        assert!(remarks.integrity(1, " ").named.is_empty() && remarks.integrity(1, &"A".repeat(100_000)).sound.is_empty());
        assert!(remarks.hex(1, ("SHA256", &"a".repeat(64))) && remarks.hex(1, ("whirl", "ab")));
        for bad in [("sha256", ""), ("sha256", "abc"), ("", "ab"), ("whirl", ""), ("whirl", "x"), ("sha256", &"g".repeat(64))] {
            assert!(!remarks.hex(1, bad), "{bad:?}");
        }
    }

    #[test]
    fn algorithms_stand_once_and_one_that_is_not_known_is_shown() {
        let all = Algorithms::from(["sha1", "Whirl", "MD5", "whirl", "sha1"]);
        assert_eq!((all.to_string().as_str(), all.are_strong(), all.is_empty()), ("md5, sha1, whirl", false, false));
        assert!(Algorithms::from(["blake3"]).are_strong() && Algorithms::default().is_empty());
    }
}
