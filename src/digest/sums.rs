//! SHA-256 sums of files, and the digests that are made of them.

use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use sha2::{Digest as _, Sha256};

/// A SHA-256 sum.
pub(crate) type Sum = [u8; 32];

/// One file of a bundle or folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HashedFile {
    /// Relative to the root (bundle) or the folder; `/`-separated, as it is.
    pub(crate) path: String,
    pub(crate) sha256: Sum,
    /// In bytes.
    pub(crate) size: u64,
    /// Holds a carriage return, so that git may store it with other line ends.
    pub(crate) has_cr: bool,
}

impl HashedFile {
    /// Its row in the table of files.
    pub(crate) fn row(&self) -> (&str, &Sum) {
        (&self.path, &self.sha256)
    }
}

/// The sum as lowercase hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// The sum that 64 digits of hex stand for.
pub(crate) fn from_hex(text: &str) -> Option<Sum> {
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?.try_into().ok()
}

/// The digest in the notation of Go's module checksums: the same sum in base64.
pub(crate) fn h1(sum: &Sum) -> String {
    format!("h1:{}", BASE64.encode(sum))
}

/// in-toto's `dirHash1` (attestation spec v1, `digest_set.md`), which is Go's `Hash1`: the SHA-256 of one line a file, sum, two
/// blanks, path and newline, in the byte order of the paths. The files must be in that order.
pub(crate) fn dir_hash1<'f>(files: impl IntoIterator<Item = (&'f str, &'f Sum)>) -> Sum {
    let mut hasher = Sha256::new();
    let mut line = String::with_capacity(256);
    for file in files {
        line.clear();
        push_row(&mut line, file);
        hasher.update(line.as_bytes());
    }
    hasher.finalize().into()
}

/// The lines that [`dir_hash1`] is the sum of.
pub(crate) fn table_text<'f>(files: impl IntoIterator<Item = (&'f str, &'f Sum)>) -> String {
    let mut lines = String::new();
    files.into_iter().for_each(|file| push_row(&mut lines, file));
    lines
}

/// One of these lines.
pub(crate) fn push_row(line: &mut String, (path, sum): (&str, &Sum)) {
    HEXLOWER.encode_append(sum, line);
    line.push_str("  ");
    line.push_str(path);
    line.push('\n');
}

/// A SHA-256 in the making.
#[derive(Default)]
pub(crate) struct Sha256Stream(Sha256);

impl Sha256Stream {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Sum {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(text: &str) -> Sum {
        Sha256::digest(text.as_bytes()).into()
    }

    #[test]
    fn names_stand_in_the_lines_as_they_are() {
        let sums = [sum("a"), sum("b")];
        let files = [("a b\\\"'é", &sums[0]), ("b", &sums[1])];
        assert_eq!(table_text(files), format!("{}  a b\\\"'é\n{}  b\n", hex(&sums[0]), hex(&sums[1])));
        assert_eq!(dir_hash1(files), sum(&table_text(files)));
    }

    #[test]
    fn the_published_vector_of_in_toto_is_met() {
        let files = [
            ("README.md", "3a137eef6458bfb76bb2c63fc29ffc7166604d2d2e09ed9d8250a534122a8364"),
            ("go.mod", "28e7c942a036902d981759d0bf5704d2bfc7cb500caf68b84711b234af01c6a5"),
            ("main.go", "ddc4da627d9a9f45fb29641a1b185d6f53287ecfd921aacbf4fe54b7a86fe8d1"),
        ];
        let files = files.map(|(name, sum)| (format!("github.com/marklodato/go-hello-world@v0.0.1/{name}"), from_hex(sum).unwrap()));
        let digest = dir_hash1(files.iter().map(|(path, sum)| (path.as_str(), sum)));
        assert_eq!(hex(&digest), "2a1bb6127fb481c60f67692e22285fb306f3c6ffe62075e0ccf674d7c3adcb8f");
        assert_eq!(h1(&digest), "h1:Khu2En+0gcYPZ2kuIihfswbzxv/mIHXgzPZ018Oty48=");
    }
}
