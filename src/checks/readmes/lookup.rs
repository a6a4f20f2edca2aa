//! Whether what a section points to is there, among the promoted files and on disk.

use crate::config::TreeGlob;
use crate::shown::shown;
use crate::world::{Cx, Listed, Listing, LookError, RelPath, resolve};

/// Whether something is there.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Yes,
    No,
    /// It points out of the root.
    Outside,
    /// It is no glob; why.
    NoGlob(String),
    /// It could not be looked at; why.
    Unseen(String),
}

/// Looks for a path below `folder`, then below the root; a leading `/` means the root.
pub(super) fn find_path(cx: &Cx<'_>, listing: &Listing, folder: &RelPath, path: &str) -> Found {
    let root = RelPath::root();
    let from: &[&RelPath] = if path.starts_with('/') { &[&root] } else { &[folder, &root] };
    let candidates: Vec<RelPath> = from.iter().filter_map(|base| base.join(path).ok()).collect();
    let found: Vec<Found> = candidates.iter().map(|candidate| find_at(cx, listing, candidate)).collect();
    if found.is_empty() {
        return Found::Outside;
    }
    let unseen = |f: &Found| matches!(f, Found::Unseen(_) | Found::Outside);
    match (found.contains(&Found::Yes), found.into_iter().find(unseen)) {
        (true, _) => Found::Yes,
        (false, Some(unseen)) => unseen,
        (false, None) => Found::No,
    }
}

/// Looks at one place: promoted, and on disk as well. A folder that is a promoted link is followed inside the root.
fn find_at(cx: &Cx<'_>, listing: &Listing, path: &RelPath) -> Found {
    let promoted = |path: &RelPath| listing.get(path.as_str()).is_some() || listing.has_folder(path.as_str());
    if !promoted(path) {
        return match above(listing, path) {
            Some((folder, Listed::Submodule)) => Found::Unseen(format!("`{}` is a submodule", shown(folder))),
            Some((_, Listed::Symlink)) => through_link(cx, path, promoted),
            Some((_, Listed::File)) | None => Found::No,
        };
    }
    if listing.get(path.as_str()) == Some(Listed::Symlink) {
        return through_link(cx, path, promoted);
    }
    match cx.tree().stat(path) {
        Ok(_) => Found::Yes,
        Err(error) => Found::Unseen(format!("it is promoted, but on disk it {error}")),
    }
}

/// Follows a promoted link inside the root, to something promoted.
fn through_link(cx: &Cx<'_>, path: &RelPath, promoted: impl Fn(&RelPath) -> bool) -> Found {
    match resolve(cx.tree(), path) {
        Ok(target) if promoted(&target) => Found::Yes,
        Ok(_) | Err(LookError::NotFound | LookError::Dangling(_)) => Found::No,
        Err(LookError::LeavesRoot(_)) => Found::Outside,
        Err(error) => Found::Unseen(error.to_string()),
    }
}

/// The promoted entry, not a folder, that `path` would lie below.
fn above<'p>(listing: &Listing, path: &'p RelPath) -> Option<(&'p str, Listed)> {
    let text = path.as_str();
    text.match_indices('/').find_map(|(end, _)| listing.get(&text[..end]).map(|kind| (&text[..end], kind)))
}

/// Looks for a file or folder that matches a glob below `folder`, then below the root.
pub(super) fn find_glob(listing: &Listing, folder: &RelPath, glob: &str) -> Found {
    let mut why = None;
    for base in [folder, &RelPath::root()] {
        let Some((base, rest)) = climbed(base, glob) else { continue };
        let text = if base.is_root() { rest.to_owned() } else { format!("{}/{rest}", escaped(base.as_str())) };
        let glob = match TreeGlob::new(&text) {
            Ok(glob) => glob,
            Err(error) => {
                why = Some(error);
                continue;
            }
        };
        if any_below(listing, &base, &glob) {
            return Found::Yes;
        }
        let mut submodules = listing.iter().filter(|(_, kind)| *kind == Listed::Submodule).map(|(path, _)| path);
        if let Some(path) = submodules.find(|path| reaches(&text, path)) {
            return Found::Unseen(format!("`{}` is a submodule", shown(path)));
        }
    }
    why.map_or(Found::No, Found::NoGlob)
}

/// The folder that a glob's leading `..` lead to, and what follows them; `None` where they leave the root.
fn climbed<'g>(base: &RelPath, glob: &'g str) -> Option<(RelPath, &'g str)> {
    let mut base = if glob.starts_with('/') { RelPath::root() } else { base.clone() };
    let mut rest = glob.trim_start_matches('/');
    loop {
        if let Some(after) = rest.strip_prefix("./") {
            rest = after;
        } else if let Some(after) = rest.strip_prefix("../") {
            base = base.join("..").ok()?;
            rest = after;
        } else {
            return Some((base, rest));
        }
    }
}

/// Whether a glob goes on below `folder`: its first parts match it.
fn reaches(glob: &str, folder: &str) -> bool {
    let parts: Vec<&str> = glob.split('/').collect();
    let depth = folder.split('/').count();
    parts.len() > depth && TreeGlob::new(&parts[..depth].join("/")).is_ok_and(|head| head.matches(folder))
}

fn any_below(listing: &Listing, base: &RelPath, glob: &TreeGlob) -> bool {
    let mut last = "";
    listing.below(base.as_str()).any(|path| {
        // Each folder is asked about once: neighbours share theirs.
        let shared = last.bytes().zip(path.bytes()).take_while(|(a, b)| a == b).count();
        last = path;
        let mut folders = path.match_indices('/').map(|(end, _)| end).filter(|end| *end >= shared);
        glob.matches(path) || folders.any(|end| glob.matches(&path[..end]))
    })
}

/// A folder's name as a glob that matches just it.
fn escaped(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
