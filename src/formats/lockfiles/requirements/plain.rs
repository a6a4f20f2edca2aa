//! Entries in the one shape that tools write: `name==1.0 ; marker \` and a digest a line. What is written in any other way, or is odd, is left to
//! the reader of all that pip reads, and both give the same entries.

use std::borrow::Cow;

use super::entry::{Entry, Hashes};
use crate::formats::lockfiles::digest::{Algorithm, Algorithms};
use crate::formats::lockfiles::text::Lines;
use crate::formats::lockfiles::{Integrity, Pin, Source};

/// Reads the entry that begins on the next line. `None`: it is not of that shape, and the lines may have been passed over.
pub(super) fn read<'t>(lines: &mut Lines<'t>) -> Option<Entry<'t>> {
    let (_, line) = lines.next()?;
    let (name, rest) = line.split_at(until(line, |byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))));
    let ends = [name.as_bytes().first()?, name.as_bytes().last()?];
    let rest = rest.strip_prefix("==").filter(|_| ends.iter().all(|byte| byte.is_ascii_alphanumeric()))?;
    let (version, rest) = rest.split_at(until(rest, |byte| !(byte.is_ascii_digit() || byte == b'.')));
    is_release(version).then_some(())?;
    let (rest, goes_on) = continued(rest);
    let marker = match rest.trim_ascii().strip_prefix(';') {
        Some(marker) => Some(marker.trim_ascii()).filter(|marker| marker.bytes().all(is_of_marker))?,
        None => Some("").filter(|_| rest.trim_ascii().is_empty())?,
    };
    let (integrity, hashes) = match goes_on {
        true => digests(lines).map(|(digests, hashes)| (Integrity::Digests(digests), hashes))?,
        false => (Integrity::Missing, Hashes::default()),
    };
    Some(Entry {
        name: Cow::Borrowed(name),
        version: Some(Cow::Borrowed(version)),
        source: Source::Registry(None),
        pin: Pin::Exact,
        integrity,
        marker: Cow::Borrowed(marker),
        versions: Some(Cow::Borrowed(version)),
        hashes,
    })
}

/// A digest on each of the next lines.
fn digests(lines: &mut Lines<'_>) -> Option<(Algorithms, Hashes)> {
    let (mut algorithms, mut hashes) = (Algorithms::default(), Hashes::default());
    loop {
        let (_, line) = lines.next()?;
        let (line, goes_on) = continued(line);
        let (algorithm, hex) = line.strip_prefix([' ', '\t'])?.trim_ascii().strip_prefix("--hash=")?.split_once(':')?;
        algorithms.add(Algorithm::named(algorithm).filter(|one| one.is_hex(hex))?);
        hashes.add(algorithm, hex);
        if !goes_on {
            return Some((algorithms, hashes));
        }
    }
}

/// A line without the one backslash at its end, and whether it has that.
fn continued(line: &str) -> (&str, bool) {
    line.strip_suffix('\\').map_or((line, false), |line| (line, true))
}

/// Whole numbers with dots between, as they are written when they are written again.
fn is_release(version: &str) -> bool {
    let is_number = |part: &[u8]| matches!(part, [b'0'] | [b'1'..=b'9', ..]) && part.len() < 18;
    version.as_bytes().split(|byte| *byte == b'.').all(is_number)
}

/// No sign of a comment, of an option, or of another line.
fn is_of_marker(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'"' | b'\'' | b'<' | b'>' | b'=' | b'!' | b'.' | b'_' | b'(' | b')' | b'~')
}

fn until(text: &str, ends: impl Fn(u8) -> bool) -> usize {
    text.bytes().position(ends).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::super::{entry, lines::logical};
    use super::*;
    use crate::formats::lockfiles::Remarks;
    use crate::formats::lockfiles::text::lines;

    const SHAPES: &str = "a.b-C_d==1.0.10 ; python_version < '3.9' and (os_name == \"nt\") \\\n    --hash=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa \\\n\t--hash=MD5:00000000000000000000000000000000\nb==2\n";

    #[test]
    fn what_is_plain_is_read_as_the_reader_of_all_reads_it() {
        let mutants = ["", "\\", "\n", " ", "#", " #", "--", " -C", "=", "é", "0", ".", ";", ":", "\r", "\0", "\\\n", "[x]", ",", "*"];
        let mut plain = 0;
        for at in 0..SHAPES.len() {
            for mutant in mutants {
                for cut in [0, 1, 7] {
                    let text = format!("{}{mutant}{}", &SHAPES[..at], SHAPES.get(at + cut..).unwrap_or_default());
                    let mut rest = lines(&text);
                    let Some(fast) = read(&mut rest) else { continue };
                    plain += 1;
                    let mut slow_rest = lines(&text);
                    let line = logical(&mut slow_rest).unwrap();
                    let slow = entry::read((line.number, &line.text), &mut Remarks::default()).unwrap();
                    assert_eq!((fast.name, fast.version, fast.marker), (slow.name, slow.version, slow.marker), "{text}");
                    assert_eq!((fast.integrity, fast.pin, fast.source), (slow.integrity, slow.pin, slow.source), "{text}");
                    assert_eq!(fast.hashes, slow.hashes, "{text}");
                    assert_eq!((rest.rest, rest.number), (slow_rest.rest, slow_rest.number), "{text}");
                }
            }
        }
        assert!(plain > 1000, "{plain}");
    }
}
