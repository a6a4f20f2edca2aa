//! Which README a folder has, and what is in it; or why that cannot be had.

use std::collections::BTreeMap;

use super::{add_command, rules};
use crate::check::{Met, Place};
use crate::shown::{escaped, shell_word, shown};
use crate::world::{Cx, FileKind, Listed, Listing, LookError, Name, RelPath};

/// The largest README that is read.
const LIMIT: u64 = 4 << 20;

/// The READMEs of every folder, the one to judge first.
pub(super) fn readmes_by_folder(listing: &Listing) -> BTreeMap<&str, Vec<(&str, Listed)>> {
    let mut found: BTreeMap<&str, Vec<(&str, Listed)>> = BTreeMap::new();
    for (path, kind) in listing.iter().filter(|(path, _)| may_be_readme(path)) {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if rank(name).is_some() {
            found.entry(folder).or_default().push((path, kind));
        }
    }
    for readmes in found.values_mut() {
        readmes.sort_by_key(|(path, _)| (rank(path.rsplit('/').next().unwrap_or_default()), *path));
    }
    found
}

/// The quick test for tens of thousands of paths.
fn may_be_readme(path: &str) -> bool {
    let ends = |end: &str| path.len() >= end.len() && path.as_bytes()[path.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes());
    ends("readme.md") || ends("readme.rst") || ends("readme.txt")
}

/// Whether a name is a README's, and which comes first.
pub(super) fn rank(name: &str) -> Option<usize> {
    ["README.md", "README.rst", "README.txt"].iter().position(|known| known.eq_ignore_ascii_case(name))
}

/// What reading a folder's README came to.
pub(super) enum Read<'l> {
    Text { path: String, text: String, passed_over: Option<&'l str> },
    Not(Box<Met>),
}

pub(super) fn read_readme<'l>(cx: &Cx<'_>, listing: &Listing, folder: &str, readmes: &[(&'l str, Listed)]) -> Read<'l> {
    let not = |met: Met| Read::Not(Box::new(met.subject(folder)));
    let Some((path, kind)) = readmes.first() else { return not(no_readme(cx, folder)) };
    let place = Place::of(escaped(path));
    let bytes = match cx.promoted(listing, (path, *kind), LIMIT) {
        Ok(bytes) => bytes,
        Err(LookError::LeavesRoot(target)) => {
            let message = format!("is a link that leaves the root (to `{target}`)");
            return not(Met::new(&rules::LEAVES_ROOT, place, message));
        }
        Err(LookError::Dangling(target)) if *kind == Listed::Symlink => {
            let message = format!("is a link to `{target}`, which is not among the promoted files");
            return not(Met::new(&rules::UNREADABLE, place, message));
        }
        Err(LookError::TooLarge(_)) => return not(Met::new(&rules::TOO_LARGE, place, "is larger than 4 MiB")),
        Err(LookError::NotFound) => return not(Met::new(&rules::UNREADABLE, place, "is tracked, but not on disk")),
        Err(error) => return not(Met::new(&rules::UNREADABLE, place, format!("cannot be read: {error}"))),
    };
    match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Read::Text { path: (*path).to_owned(), text, passed_over: readmes.get(1).map(|r| r.0) },
        _ => not(Met::new(&rules::NOT_TEXT, place, "is not UTF-8 text")),
    }
}

/// No README is promoted; says whether one lies on disk.
fn no_readme(cx: &Cx<'_>, folder: &str) -> Met {
    let names = RelPath::parse(folder).map_err(LookError::from).and_then(|folder| cx.tree().open(&folder)?.names());
    let may_be_read = |kind| matches!(kind, FileKind::File | FileKind::Symlink);
    let is_readme = |name: &&Name| may_be_read(name.kind) && std::str::from_utf8(&name.raw).is_ok_and(|name| rank(name).is_some());
    match names.map(|names| names.iter().find(is_readme).map(|name| String::from_utf8_lossy(&name.raw).into_owned())) {
        Ok(Some(name)) => {
            let path = format!("{folder}/{name}");
            let message = format!("`{}` is on disk but not among the promoted files", shown(&path));
            Met::new(&rules::UNTRACKED, Place::of(escaped(&path)), message).next(format!("git add {}", shell_word(&path)))
        }
        // A folder that is gone from disk holds no README either.
        Ok(None) | Err(LookError::NotFound) => {
            Met::new(&rules::MISSING, Place::of(format!("{}/", escaped(folder))), "has no README").next(add_command(folder))
        }
        Err(error) => {
            let message = format!("no README is promoted, and the folder cannot be listed: {error}");
            Met::new(&rules::UNREADABLE, Place::of(format!("{}/", escaped(folder))), message)
        }
    }
}
