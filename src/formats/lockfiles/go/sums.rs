//! go.sum: the digests of each version of a module.

use super::super::digest::Algorithm;
use super::super::text::{lines, shown, whole};
use super::super::{Integrity, Oddity, Remarks};
use crate::formats::fault::Fault;
use crate::formats::repeats::{Marked, mark};

/// A line of a go.sum: of a version of a module, the digest of its files, or that of its go.mod alone.
#[derive(Clone, Copy, Debug)]
struct Sum<'a> {
    line: usize,
    module: &'a str,
    version: &'a str,
    of: Of,
    digest: &'a str,
}

/// What a digest is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Of {
    Files,
    Module,
}

impl<'a> Sum<'a> {
    fn id(&self) -> (&'a str, &'a str, Of) {
        (self.module, self.version, self.of)
    }
}

fn marked((module, version, of): (&str, &str, Of)) -> u64 {
    mark(module).wrapping_mul(3).wrapping_add(mark(version)).wrapping_add(of as u64)
}

/// A go.sum.
#[derive(Debug, Default)]
pub(crate) struct Sums<'a> {
    sums: Vec<Sum<'a>>,
    order: Marked,
    /// What is odd of its lines.
    pub(crate) remarks: Remarks,
}

impl<'a> Sums<'a> {
    /// Reads a go.sum; an empty one is one that knows nothing.
    pub(crate) fn read(text: &'a str) -> Result<Self, Fault> {
        let mut read = Self { sums: Vec::with_capacity(text.len() / 100), ..Self::default() };
        if text.trim().is_empty() && !text.contains('\0') {
            return Ok(read);
        }
        for (number, line) in lines(whole(text)?) {
            if let Some((module, version, digest)) = words_of(line).map_err(|()| Fault::on(number, ODD_LINE))? {
                read.add(number, (module, version), digest);
            }
        }
        read.order = Marked::of(&read.sums, |sum| marked(sum.id()), |one, other| one.id().cmp(&other.id()));
        for (again, first) in read.order.repeats(|one, other| read.sums[one].id() == read.sums[other].id()) {
            let (again, first) = (&read.sums[again], &read.sums[first]);
            let is_same = again.digest == first.digest;
            let (what, says) =
                if is_same { (Oddity::Duplicate, "stands twice") } else { (Oddity::Contradiction, "has two digests that differ") };
            let of = if again.of == Of::Module { "/go.mod" } else { "" };
            read.remarks.say(again.line, what, || format!("{} {says}", shown(&format!("{} {}{of}", again.module, again.version))));
        }
        read.remarks.sort();
        Ok(read)
    }

    /// Go knows digests of the kind `h1`, and passes over others.
    fn add(&mut self, line: usize, (module, version): (&'a str, &'a str), digest: &'a str) {
        let (bare, of) = version.strip_suffix("/go.mod").map_or((version, Of::Files), |bare| (bare, Of::Module));
        let mut odd = |what, says: &str| {
            self.remarks.say(line, what, || format!("{} {says}", shown(&format!("{module} {version}"))));
        };
        let Some(sum) = digest.strip_prefix("h1:") else {
            odd(Oddity::Unread, "has a digest of a kind that is not `h1`");
            return;
        };
        if !Algorithm::Sha256.is_base64(sum) {
            odd(Oddity::BadDigest, "has a digest that is no sha256");
        }
        self.sums.push(Sum { line, module, version: bare, of, digest: sum });
    }

    /// Whether there is such a digest of a version of a module.
    pub(super) fn has(&self, module: &str, version: &str, of: Of) -> bool {
        let id = (module, version, of);
        self.order.find(marked(id)).any(|place| self.sums[place].id() == id)
    }

    /// Every version of a module, each once, with the line that names it first or has the digest of its files.
    pub(super) fn versions(&self) -> impl Iterator<Item = (usize, &'a str, &'a str)> {
        let is_alone = |sum: &&Sum<'a>| sum.of == Of::Files || !self.has(sum.module, sum.version, Of::Files);
        self.sums.iter().filter(is_alone).map(|sum| (sum.line, sum.module, sum.version))
    }

    pub(super) fn integrity(&self, module: &str, version: &str) -> Integrity {
        let has_both = self.has(module, version, Of::Files) && self.has(module, version, Of::Module);
        if has_both { Algorithm::Sha256.into() } else { Integrity::Missing }
    }
}

const ODD_LINE: &str = "a line of go.sum is a module, a version and a digest";

/// The three words of a line; none of one without words.
fn words_of(line: &str) -> Result<Option<(&str, &str, &str)>, ()> {
    // As Go writes it: two spaces, and no other blank.
    let mut spaces = memchr::memchr_iter(b' ', line.as_bytes());
    if let (Some(one), Some(two), None) = (spaces.next(), spaces.next(), spaces.next())
        && line.bytes().fold(true, |all, byte| all & (byte >= b' '))
        && 0 < one
        && one + 1 < two
        && two + 1 < line.len()
    {
        return Ok(Some((&line[..one], &line[one + 1..two], &line[two + 1..])));
    }
    let mut words = line.split_ascii_whitespace();
    match (words.next(), words.next(), words.next(), words.next()) {
        (None, ..) => Ok(None),
        (Some(module), Some(version), Some(digest), None) => Ok(Some((module, version, digest))),
        _ => Err(()),
    }
}
