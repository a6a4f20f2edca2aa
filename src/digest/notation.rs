//! How digests are written, and what is none.

use std::fmt;

use data_encoding::BASE64;

use super::sums::{Sha256Stream, Sum, hex};

/// How a digest was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// in-toto's `dirHash1` over files; also read as `h1:` and base64.
    DirHash1,
    /// SHA-256 of one file, or of several in a row.
    Sha256,
    /// MD5, as DVC names its objects; a folder's has the suffix `.dir`.
    Md5,
    /// Nothing was computed: a label.
    Id,
}

impl Algorithm {
    const ALL: [Self; 4] = [Self::DirHash1, Self::Sha256, Self::Md5, Self::Id];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::DirHash1 => "dirHash1",
            Self::Sha256 => "sha256",
            Self::Md5 => "md5",
            Self::Id => "id",
        }
    }
}

/// A digest with its algorithm; hex is lowercase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Digest {
    pub(crate) algorithm: Algorithm,
    pub(crate) value: String,
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm.name(), self.value)
    }
}

/// Why a text is no digest of anything.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotADigest {
    /// A word or number that stands for a digest to come.
    #[error("it stands for a digest to come")]
    Placeholder,
    /// The digest of no bytes at all.
    #[error("it is the digest of nothing: no byte was hashed")]
    OfNothing,
    #[error("a {name} digest has {expected} characters, this has {found}")]
    Length { name: &'static str, expected: usize, found: usize },
    #[error("it is not {0}")]
    NotHex(&'static str),
    #[error("its algorithm is none of dirHash1, h1, sha256, md5 and id")]
    Algorithm,
}

/// Words that people write where a digest should be.
const PLACEHOLDERS: [&str; 14] =
    ["unknown", "todo", "tbd", "none", "null", "n/a", "na", "nil", "undefined", "placeholder", "changeme", "fixme", "hash", "-"];

/// The digests of no bytes: SHA-256 and MD5.
const OF_NOTHING: [&str; 2] = ["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "d41d8cd98f00b204e9800998ecf8427e"];

/// Whether a text stands for a value to come.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let bare = text.trim().trim_matches(['<', '>', '[', ']', '{', '}', '(', ')']);
    let same = |c: u8| bare.bytes().all(|b| b == c);
    // A variable that nobody expanded.
    let is_variable = ["$", "${", "{{", "%{"].iter().any(|sign| text.trim().starts_with(sign));
    is_variable
        || bare.is_empty()
        || PLACEHOLDERS.contains(&bare.to_lowercase().as_str())
        || same(b'0')
        || same(b'x')
        || same(b'X')
        || same(b'.')
}

impl Digest {
    pub(crate) fn of(algorithm: Algorithm, sum: &Sum) -> Self {
        Self { algorithm, value: hex(sum) }
    }

    /// The SHA-256 of some bytes.
    pub(crate) fn sha256(bytes: &[u8]) -> Self {
        let mut stream = Sha256Stream::default();
        stream.update(bytes);
        Self::of(Algorithm::Sha256, &stream.finish())
    }

    pub(crate) fn md5(hex: &str, is_dir: bool) -> Self {
        Self { algorithm: Algorithm::Md5, value: format!("{hex}{}", if is_dir { ".dir" } else { "" }) }
    }

    pub(crate) fn id(text: &str) -> Self {
        Self { algorithm: Algorithm::Id, value: text.to_owned() }
    }

    /// Reads a digest as it is recorded or configured. Bare hex is read as `bare`, the algorithm in force where it stands.
    pub(crate) fn read(text: &str, bare: Algorithm) -> Result<Self, NotADigest> {
        // What a project without data records.
        if text == "id:none" || (text == "none" && bare == Algorithm::Id) {
            return Ok(Self::id("none"));
        }
        if is_placeholder(text) {
            return Err(NotADigest::Placeholder);
        }
        let (name, value) = text.split_once(':').unwrap_or((bare.name(), text));
        if is_placeholder(value) {
            return Err(NotADigest::Placeholder);
        }
        if name == "h1" {
            let bytes = BASE64.decode(value.as_bytes()).map_err(|_| NotADigest::NotHex("base64"))?;
            let sum = Sum::try_from(bytes.as_slice());
            let sum = sum.map_err(|_| NotADigest::Length { name: "h1", expected: 44, found: value.len() })?;
            return not_of_nothing(Self::of(Algorithm::DirHash1, &sum));
        }
        let algorithm = Algorithm::ALL.into_iter().find(|a| a.name() == name).ok_or(NotADigest::Algorithm)?;
        match algorithm {
            Algorithm::Id if text.contains(':') => Ok(Self::id(value)),
            // What is no digest of files where a label is in force is the label.
            Algorithm::Id => Ok(Self::id(text)),
            Algorithm::DirHash1 | Algorithm::Sha256 => Ok(Self { algorithm, value: read_hex(algorithm.name(), value, 64)? }),
            Algorithm::Md5 => {
                let bare = value.strip_suffix(".dir").unwrap_or(value);
                Ok(Self::md5(&read_hex("md5", bare, 32)?, bare.len() < value.len()))
            }
        }
        .and_then(not_of_nothing)
    }
}

fn read_hex(name: &'static str, text: &str, expected: usize) -> Result<String, NotADigest> {
    if !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(NotADigest::NotHex("hex"));
    }
    match text.len() == expected {
        true => Ok(text.to_ascii_lowercase()),
        false => Err(NotADigest::Length { name, expected, found: text.len() }),
    }
}

fn not_of_nothing(digest: Digest) -> Result<Digest, NotADigest> {
    match OF_NOTHING.contains(&digest.value.as_str()) {
        true => Err(NotADigest::OfNothing),
        false => Ok(digest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "9c1f4e0277ab90c19c1f4e0277ab90c19c1f4e0277ab90c19c1f4e0277ab90c1";

    #[test]
    fn notations_of_one_sum_are_equal() {
        let sum = Sum::try_from(data_encoding::HEXLOWER.decode(HEX.as_bytes()).unwrap()).unwrap();
        let written = [format!("dirHash1:{HEX}"), crate::digest::h1(&sum), HEX.to_owned(), HEX.to_uppercase()];
        for text in written {
            assert_eq!(Digest::read(&text, Algorithm::DirHash1), Ok(Digest::of(Algorithm::DirHash1, &sum)), "{text}");
        }
    }

    #[test]
    fn what_stands_for_a_digest_is_none() {
        for text in ["", " ", "unknown", "TODO", "<todo>", "N/A", "0", &"0".repeat(64), "sha256:", "dirHash1:unknown", "xxxx", "id:TODO"] {
            assert_eq!(Digest::read(text, Algorithm::DirHash1), Err(NotADigest::Placeholder), "{text:?}");
        }
    }

    #[test]
    fn the_digest_of_nothing_is_refused_in_every_notation() {
        let empty = OF_NOTHING[0];
        let sum = Sum::try_from(data_encoding::HEXLOWER.decode(empty.as_bytes()).unwrap()).unwrap();
        for text in [empty.to_owned(), format!("sha256:{empty}"), crate::digest::h1(&sum), format!("md5:{}", OF_NOTHING[1])] {
            assert_eq!(Digest::read(&text, Algorithm::DirHash1), Err(NotADigest::OfNothing), "{text}");
        }
    }

    #[test]
    fn a_digest_is_compared_in_its_full_length_only() {
        assert_eq!(Digest::read(&HEX[..63], Algorithm::Sha256), Err(NotADigest::Length { name: "sha256", expected: 64, found: 63 }));
        assert_eq!(Digest::read("sha256:zz", Algorithm::Sha256), Err(NotADigest::NotHex("hex")));
        assert_eq!(Digest::read("blake3:00ff", Algorithm::Sha256), Err(NotADigest::Algorithm));
    }

    #[test]
    fn a_folder_of_dvc_keeps_its_suffix() {
        let text = "md5:0f4c3b4f3a4f8f0d9c1f4e0277ab90c1.dir";
        assert_eq!(Digest::read(text, Algorithm::Md5).map(|d| d.to_string()), Ok(text.to_owned()));
    }
}
