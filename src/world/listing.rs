//! A compact, sorted list of the promoted paths: one text buffer, one small slot a path.

use std::collections::BTreeSet;

use memchr::memmem::Finder;

use super::path::{PathError, RelPath};
use crate::shown::shown_bytes;

/// What a listed path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// A file.
    File,
    /// A symbolic link.
    Symlink,
    /// A submodule or nested repository: a folder whose files are not this repository's.
    Submodule,
}

/// A folder that no rule can be asked about by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OddFolder {
    /// The nearest folder above it with a usable name; empty: the root.
    pub above: String,
    /// Its path, fit to be shown.
    pub shown: String,
}

/// The promoted paths in byte order.
#[derive(Debug, Default)]
pub struct Listing {
    text: String,
    slots: Vec<Slot>,
    odd: Vec<PathError>,
    /// Folders with a usable name that hold a file with an odd one.
    holds_odd: BTreeSet<String>,
    odd_folders: BTreeSet<OddFolder>,
    hidden: Vec<String>,
    walked: bool,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    start: usize,
    len: u32,
    kind: Listed,
}

impl Listing {
    /// Every path with its kind, in byte order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Listed)> {
        self.slots.iter().map(|s| (self.at(*s), s.kind))
    }

    /// How many paths there are, odd names aside.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there is no path at all.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty() && self.odd.is_empty()
    }

    /// The kind of `path`, if it is listed.
    pub fn get(&self, path: &str) -> Option<Listed> {
        self.entry(path).map(|(_, kind)| kind)
    }

    /// `path` as it is listed, with its kind.
    pub fn entry(&self, path: &str) -> Option<(&str, Listed)> {
        let slot = self.slots[self.slots.binary_search_by(|s| self.at(*s).cmp(path)).ok()?];
        Some((self.at(slot), slot.kind))
    }

    /// Whether a listed path lies below the folder `path`; the root is a folder even when empty.
    pub fn has_folder(&self, path: &str) -> bool {
        if path.is_empty() {
            return true;
        }
        let below = format!("{path}/");
        let i = self.slots.partition_point(|s| self.at(*s) < below.as_str());
        self.slots.get(i).is_some_and(|s| self.at(*s).starts_with(&below))
    }

    /// The paths below a folder, in byte order; all of them below the root.
    pub fn below(&self, folder: &str) -> impl Iterator<Item = &str> {
        self.entries_below(folder).map(|(path, _)| path)
    }

    /// The same with their kinds.
    pub fn entries_below(&self, folder: &str) -> impl Iterator<Item = (&str, Listed)> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let first = self.slots.partition_point(|s| self.at(*s) < prefix.as_str());
        self.slots[first..].iter().map(|s| (self.at(*s), s.kind)).take_while(move |(path, _)| path.starts_with(&prefix))
    }

    /// Names that no rule can be asked about: not UTF-8, or with a newline.
    pub fn odd(&self) -> &[PathError] {
        &self.odd
    }

    /// Folders whose own name is odd, the topmost on each path.
    pub fn odd_folders(&self) -> impl Iterator<Item = &OddFolder> {
        self.odd_folders.iter()
    }

    /// Paths that git was told not to compare with HEAD (assume-unchanged, skip-worktree).
    pub fn hidden(&self) -> &[String] {
        &self.hidden
    }

    /// Whether a walk over the folder made it, because there is no git repository to ask.
    pub fn is_walked(&self) -> bool {
        self.walked
    }

    /// Every folder that holds a listed path, at most `depth` parts deep (`None`: any), in byte order.
    pub fn folders(&self, depth: Option<usize>) -> BTreeSet<&str> {
        let mut folders = BTreeSet::new();
        let mut last = "";
        // Whether `last` is as deep as any answer can be.
        let mut full = false;
        let files = self.iter().filter(|(_, kind)| *kind != Listed::Submodule).map(|(path, _)| parent(path));
        for folder in files.chain(self.holds_odd.iter().map(String::as_str)) {
            // Most paths lie in the same folder as the one before.
            if full && is_below(folder, last) {
                continue;
            }
            let folder = first_parts(folder, depth);
            if folder == last {
                continue;
            }
            last = folder;
            full = !folder.is_empty() && depth == Some(1 + memchr::memchr_iter(b'/', folder.as_bytes()).count());
            let ends = memchr::memchr_iter(b'/', folder.as_bytes()).chain([folder.len()]);
            folders.extend(ends.filter(|end| *end > 0).map(|end| &folder[..end]));
        }
        folders
    }

    fn add(&mut self, text: &str, kind: Listed) {
        let start = self.text.len();
        self.text.push_str(text);
        self.slots.push(Slot { start, len: u32::try_from(text.len()).unwrap_or(u32::MAX), kind });
    }

    fn at(&self, slot: Slot) -> &str {
        &self.text[slot.start..slot.start + slot.len as usize]
    }
}

/// Collects paths in any order into a [`Listing`].
#[derive(Debug, Default)]
pub struct ListingBuilder {
    listing: Listing,
    plain: Plain,
}

/// Room for as many paths as a large repository has.
const ROOM: usize = 1 << 15;

impl ListingBuilder {
    /// With room from the start: a large block grows where it is, a small one is copied at each doubling. What of it is not
    /// used costs no memory.
    pub fn roomy() -> Self {
        let listing = Listing { text: String::with_capacity(ROOM * 32), slots: Vec::with_capacity(ROOM), ..Listing::default() };
        Self { listing, plain: Plain::default() }
    }

    /// Adds one raw path.
    pub fn push(&mut self, raw: &[u8], kind: Listed) {
        let listing = &mut self.listing;
        if let Some(text) = plain_ascii(raw) {
            return listing.add(text, kind);
        }
        let text = match std::str::from_utf8(raw) {
            Ok(text) if self.plain.has_form(text) => text,
            _ => {
                let error = RelPath::from_bytes(raw).err();
                listing.odd.push(error.unwrap_or_else(|| PathError::LeavesRoot(shown_bytes(raw))));
                let above = raw.iter().rposition(|b| *b == b'/').map_or(&raw[..0], |slash| &raw[..slash]);
                match std::str::from_utf8(above) {
                    Ok(folder) if above.is_empty() || self.plain.has_form(folder) => listing.holds_odd.insert(folder.to_owned()),
                    _ => listing.odd_folders.insert(self.plain.odd_folder(above)),
                };
                return;
            }
        };
        listing.add(text, kind);
    }

    /// Marks a path as one that git does not compare with HEAD.
    pub fn hide(&mut self, raw: &[u8]) {
        self.listing.hidden.push(shown_bytes(raw));
    }

    /// The paths come from a walk, not from git.
    pub fn walked(mut self) -> Self {
        self.listing.walked = true;
        self
    }

    /// The listing: sorted, each path once.
    pub fn finish(mut self) -> Listing {
        let text = std::mem::take(&mut self.listing.text);
        let at = |s: &Slot| &text[s.start..s.start + s.len as usize];
        let slots = &mut self.listing.slots;
        if !slots.is_sorted_by(|a, b| at(a) < at(b)) {
            slots.sort_by(|a, b| at(a).cmp(at(b)));
            slots.dedup_by(|a, b| at(a) == at(b));
        }
        slots.shrink_to_fit();
        self.listing.text = text;
        self.listing.text.shrink_to_fit();
        self.listing.hidden.sort();
        self.listing
    }
}

fn parent(path: &str) -> &str {
    memchr::memrchr(b'/', path.as_bytes()).map_or("", |end| &path[..end])
}

/// The text of a path in ASCII that has the form of a [`RelPath`]: the answer for most paths, in one pass that the compiler can widen. `None`: it
/// may have it all the same.
fn plain_ascii(raw: &[u8]) -> Option<&str> {
    let (first, last) = (*raw.first()?, *raw.last()?);
    let odd = |byte: u8| byte >= 0x80 || byte == b'\n' || byte == 0;
    let pairs = raw.iter().zip(&raw[1..]);
    let is_odd = pairs.fold(odd(first), |so_far, (one, next)| so_far | odd(*next) | (*one == b'/' && matches!(*next, b'.' | b'/')));
    if is_odd || matches!(first, b'/' | b'.') || last == b'/' {
        return None;
    }
    std::str::from_utf8(raw).ok()
}

fn is_below(folder: &str, above: &str) -> bool {
    folder.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// At most `depth` parts of `folder`; all of them without one.
fn first_parts(folder: &str, depth: Option<usize>) -> &str {
    let Some(depth) = depth else { return folder };
    let end = memchr::memchr_iter(b'/', folder.as_bytes()).chain([folder.len()]).nth(depth.saturating_sub(1));
    &folder[..end.unwrap_or(folder.len())]
}

/// The quick test for tens of thousands of names: whether a path is already in the form a [`RelPath`] has. It may send a
/// good name (`a/.b`) to the slow test, never a bad one past it.
#[derive(Debug)]
struct Plain {
    dot: Finder<'static>,
    empty: Finder<'static>,
}

impl Default for Plain {
    fn default() -> Self {
        Self { dot: Finder::new("/."), empty: Finder::new("//") }
    }
}

impl Plain {
    /// The topmost odd folder on the way to `path`, which is odd.
    fn odd_folder(&self, path: &[u8]) -> OddFolder {
        let mut above = "";
        for end in memchr::memchr_iter(b'/', path).chain([path.len()]) {
            match std::str::from_utf8(&path[..end]) {
                Ok(folder) if self.has_form(folder) => above = folder,
                _ => return OddFolder { above: above.to_owned(), shown: shown_bytes(&path[..end]) },
            }
        }
        OddFolder { above: above.to_owned(), shown: shown_bytes(path) }
    }

    fn has_form(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        if memchr::memchr2(b'\n', 0, bytes).is_some() {
            return false;
        }
        let edge = matches!(bytes.first(), None | Some(b'/' | b'.')) || bytes.last() == Some(&b'/');
        let quick = !edge && self.dot.find(bytes).is_none() && self.empty.find(bytes).is_none();
        quick || (!text.is_empty() && RelPath::parse(text).is_ok_and(|path| path.as_str() == text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(paths: &[&str]) -> Listing {
        let mut builder = ListingBuilder::default();
        paths.iter().for_each(|p| builder.push(p.as_bytes(), Listed::File));
        builder.finish()
    }

    #[test]
    fn the_one_pass_takes_no_path_that_has_another_form() {
        let parts = ["a", ".", "..", "/", "//", ".b", "\n", "\0", "ü", "a b", "c."];
        let mut taken = 0;
        for place in 0..parts.len().pow(3) {
            let part = |divisor: usize| parts[place / divisor % parts.len()];
            let path = [part(1), part(parts.len()), part(parts.len() * parts.len())].concat();
            if let Some(text) = plain_ascii(path.as_bytes()) {
                taken += 1;
                assert!(RelPath::parse(text).is_ok_and(|parsed| parsed.as_str() == path), "{path:?}");
            }
        }
        assert!(taken > 50 && plain_ascii(b"").is_none() && plain_ascii(b"a/b.c").is_some());
    }

    #[test]
    fn paths_are_sorted_and_named_once() {
        let list = listing(&["b/x", "a", "b/x"]);
        assert_eq!(list.iter().map(|p| p.0).collect::<Vec<_>>(), ["a", "b/x"]);
        assert_eq!(list.get("a"), Some(Listed::File));
        assert_eq!(list.get("b"), None);
    }

    #[test]
    fn folders_are_those_that_hold_a_path() {
        let list = listing(&["a/b/c", "a-b/x", "top"]);
        assert!(list.has_folder("a/b") && list.has_folder("") && !list.has_folder("b"));
        assert_eq!(list.folders(Some(1)).into_iter().collect::<Vec<_>>(), ["a", "a-b"]);
        assert_eq!(list.folders(None).into_iter().collect::<Vec<_>>(), ["a", "a-b", "a/b"]);
        let list = listing(&["a/b/c", "a/b/d/e", "a/bc/x", "a/x", "ab/c/d"]);
        assert_eq!(list.folders(Some(2)).into_iter().collect::<Vec<_>>(), ["a", "a/b", "a/bc", "ab", "ab/c"]);
    }

    #[test]
    fn a_name_with_dots_is_taken_as_it_is_and_one_that_climbs_is_odd() {
        let list = listing(&["a/.b", ".c", "a/..d", "e/../f", "./g", "h//i", "/j", "k/", ""]);
        assert_eq!(list.iter().map(|p| p.0).collect::<Vec<_>>(), [".c", "a/..d", "a/.b"]);
        assert_eq!(list.odd().len(), 6);
    }

    #[test]
    fn odd_names_are_kept_apart_not_dropped() {
        let mut builder = ListingBuilder::default();
        builder.push(b"caf\xe9/x", Listed::File);
        builder.push(b"ok/a\nb", Listed::File);
        builder.push(b"ok/deep/caf\xe9/a/x", Listed::File);
        let list = builder.finish();
        assert_eq!(list.odd().len(), 3);
        let odd: Vec<(&str, &str)> = list.odd_folders().map(|f| (f.above.as_str(), f.shown.as_str())).collect();
        assert_eq!(odd, [("", "caf\\xe9"), ("ok/deep", "ok/deep/caf\\xe9")]);
        assert_eq!(list.folders(None).into_iter().collect::<Vec<_>>(), ["ok"]);
    }
}
