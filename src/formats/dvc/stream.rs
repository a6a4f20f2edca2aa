//! DVC's two md5s of a file's bytes, piece by piece.

use md5::{Digest, Md5};

use super::HashKind;

/// DVC reads so many bytes at once, and drops a carriage return only where both bytes of `\r\n` were read together.
const CHUNK: usize = 1 << 20;
/// So many bytes at the start of a chunk tell whether it is text.
const LOOKED_AT: usize = 512;

/// A digest in the making; pieces may be cut anywhere.
#[derive(Clone)]
pub(crate) struct Md5Stream {
    kind: HashKind,
    md5: Md5,
    chunk: Vec<u8>,
    /// Whether the first chunk was text.
    first: Option<bool>,
    older: Option<Md5>,
}

impl Md5Stream {
    /// A digest of nothing yet.
    pub(crate) fn new(kind: HashKind) -> Self {
        Self { kind, md5: Md5::new(), chunk: Vec::new(), first: None, older: None }
    }

    /// Takes the next bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self.kind {
            HashKind::Md5 => self.md5.update(bytes),
            HashKind::Md5Dos2unix => {
                let mut rest = bytes;
                while !rest.is_empty() {
                    let (now, later) = rest.split_at(rest.len().min(CHUNK - self.chunk.len()));
                    self.chunk.extend_from_slice(now);
                    rest = later;
                    if self.chunk.len() == CHUNK {
                        self.end_chunk();
                    }
                }
            }
        }
    }

    /// The digest in lowercase hex, as DVC 3 makes it.
    pub(crate) fn finish(mut self) -> String {
        self.end_chunk();
        hex(self.md5)
    }

    /// The digest that DVC 2 makes of the same bytes, where it is another: it asked only the first chunk whether the file is
    /// text, and DVC 3 asks each.
    pub(crate) fn older(&self) -> Option<String> {
        // Nothing may follow a chunk that was cut short, so a copy is ended.
        let mut ended = self.clone();
        ended.end_chunk();
        ended.older.map(hex)
    }

    fn end_chunk(&mut self) {
        if self.chunk.is_empty() {
            return;
        }
        let text = is_text(self.chunk.get(..LOOKED_AT).unwrap_or(&self.chunk));
        let first = *self.first.get_or_insert(text);
        if first != text && self.older.is_none() {
            self.older = Some(self.md5.clone());
        }
        if let Some(older) = &mut self.older {
            feed(older, &self.chunk, first);
        }
        feed(&mut self.md5, &self.chunk, text);
        self.chunk.clear();
    }
}

/// At most three bytes in ten are none of a text, and none is zero.
fn is_text(block: &[u8]) -> bool {
    let odd = block.iter().filter(|byte| !matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t' | 0x0c | 0x08)).count();
    !block.contains(&0) && odd * 10 <= block.len() * 3
}

fn feed(md5: &mut Md5, chunk: &[u8], text: bool) {
    let mut start = 0;
    if text {
        for at in memchr::memchr_iter(b'\r', chunk).filter(|at| chunk.get(at + 1) == Some(&b'\n')) {
            md5.update(&chunk[start..at]);
            start = at + 1;
        }
    }
    md5.update(&chunk[start..]);
}

fn hex(md5: Md5) -> String {
    md5.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes and both digests that dvc-data 3.18 makes of them: the old kind, the new kind.
    fn samples() -> Vec<(Vec<u8>, &'static str, &'static str)> {
        let mut split = vec![b'a'; CHUNK - 1];
        split.extend_from_slice(b"\r\nb\r\n");
        let mut mixed = b"a\r\n".repeat(350_000);
        mixed.truncate(CHUNK);
        mixed.extend_from_slice(b"\0\r\n");
        let mut binary_first = [vec![0; 600], b"\r\n".repeat(10), vec![0; CHUNK - 620]].concat();
        binary_first.extend_from_slice(b"t\r\n");
        let mut exact = vec![b'x'; CHUNK - 2];
        exact.extend_from_slice(b"\r\n");
        vec![
            (Vec::new(), "d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427e"),
            (b"a\r\nb\r\n".to_vec(), "dd8c6a395b5dd36c56d23275028f526c", "59b0d7772f0561efb95518f3cb8abc60"),
            (b"a\0\r\n".to_vec(), "a200e344e12b35719025ffdb8b428ee8", "a200e344e12b35719025ffdb8b428ee8"),
            (b"a\rb\n\r".to_vec(), "bf8cbfbd8ab16d84b0a4da477e783f4d", "bf8cbfbd8ab16d84b0a4da477e783f4d"),
            (b"\x01\x01\x01\r\naaaaa".to_vec(), "a0250cba138eb5b63ca563142ec010c1", "74c14b4087b9222772e63661af37a588"),
            (b"\x01\x01\x01\x01\r\naaaa".to_vec(), "57eb44a57afc94a2f07e5d6b9d841021", "57eb44a57afc94a2f07e5d6b9d841021"),
            ("é\r\nü".as_bytes().to_vec(), "1835ad7f5983bdded518df0b3006b723", "1835ad7f5983bdded518df0b3006b723"),
            (b"\x7f\x1b\r\nabcd".to_vec(), "4fa876bccfeab5b76db102f725f8863f", "091c5051b22909bc9fe80ead96b000e7"),
            ([vec![b'a'; 512], b"\0\r\n".to_vec()].concat(), "cf3dae686db0ee01ddf03cfaf2cfd9ac", "96a3dead43ebd94a480cd618558af424"),
            (split, "deb8178cc400550795d42d701b97846d", "e0bc301cdd0940f2de68d786f8e52418"),
            (b"a\r\n".repeat(400_000), "ac2752cd2cf2e02c662392879f03bb79", "441c860c63a7b4bbabf34b1912524946"),
            (mixed, "3b4d4e97c97ac952738a2141ddb66880", "03155efdaa55eb6a68cf50e5ebc90656"),
            (binary_first, "66b063cc9552ca2aac5f2e6c878eecfa", "812f4a254786dd4db91cb39b220070c3"),
            (exact, "5e2b94b687d59eef27d015c087e09873", "bfddab4f9b4469b780a8f16535693657"),
        ]
    }

    fn digest(kind: HashKind, bytes: &[u8], piece: usize) -> String {
        let mut stream = Md5Stream::new(kind);
        bytes.chunks(piece).for_each(|bytes| stream.update(bytes));
        stream.finish()
    }

    #[test]
    fn both_digests_are_those_of_dvc_however_the_bytes_are_cut() {
        for (bytes, old, new) in samples() {
            for piece in [1_000_003, CHUNK, 4 * CHUNK, 7] {
                assert_eq!(digest(HashKind::Md5Dos2unix, &bytes, piece), old, "{} in {piece}", bytes.len());
            }
            assert_eq!(digest(HashKind::Md5, &bytes, 65_536), new);
        }
    }

    #[test]
    fn the_older_digest_is_there_only_where_it_differs() {
        let older = |bytes: &[u8]| {
            let mut stream = Md5Stream::new(HashKind::Md5Dos2unix);
            stream.update(bytes);
            stream.older()
        };
        let samples = samples();
        assert!(samples[..11].iter().all(|(bytes, ..)| older(bytes).is_none()));
        // Text first: all of it is read as text. Binary first: nothing is.
        let mut text = samples[11].0.clone();
        text.truncate(text.len() - 2);
        text.push(b'\n');
        assert_eq!(older(&samples[11].0), Some(digest(HashKind::Md5Dos2unix, &text, CHUNK)));
        assert_eq!(older(&samples[12].0).as_deref(), Some(samples[12].2));
    }
}
