//! The listing of a folder that is no git repository: every file that its .gitignore rules leave.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ignore::WalkBuilder;

use crate::shown::shown_bytes;
use crate::world::{Listed, Listing, ListingBuilder, LookError};

/// Walks `root`. `.git` and gate's own `.gate` are never part of the answer.
pub(super) fn listing(root: &Path) -> Result<Listing, LookError> {
    let mut builder = ListingBuilder::default();
    let odd = Arc::new(Mutex::new(None));
    let seen = Arc::clone(&odd);
    if !may_be_entered(root, &odd) {
        return Err(LookError::Io(ODD_IGNORE.to_owned()));
    }
    let walk = WalkBuilder::new(root)
        .hidden(false)
        .ignore(false)
        .parents(false)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .follow_links(false)
        .filter_entry(move |entry| {
            let own = matches!(entry.file_name().as_bytes(), b".git" | b".gate");
            !own && (entry.file_type().is_none_or(|t| !t.is_dir()) || may_be_entered(entry.path(), &seen))
        })
        .build();
    for item in walk {
        let entry = item.map_err(|e| unread(&e))?;
        if let Some(error) = entry.error() {
            return Err(unread(error));
        }
        // The walk passes over a .gitignore that it cannot open, and would let in what that leaves out.
        if entry.file_name() == ".gitignore" {
            std::fs::File::open(entry.path()).map_err(|e| LookError::Io(format!("a .gitignore cannot be read: {e}")))?;
        }
        let Some(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            continue;
        }
        // A FIFO or socket cannot be promoted, and git would not track it either.
        let listed = match (kind.is_symlink(), kind.is_file()) {
            (true, _) => Listed::Symlink,
            (_, true) => Listed::File,
            (false, false) => continue,
        };
        let path = entry.path().strip_prefix(root).map_err(|e| LookError::Io(e.to_string()))?;
        builder.push(path.as_os_str().as_bytes(), listed);
    }
    let mut odd = odd.lock().map_err(|e| LookError::Io(e.to_string()))?;
    match odd.take() {
        Some(folder) => Err(LookError::Io(format!("`{}`: {ODD_IGNORE}", below(root, &folder)))),
        None => Ok(builder.walked().finish()),
    }
}

const ODD_IGNORE: &str = "its .gitignore is no regular file";

/// Whether a folder's .gitignore is a file or absent: the walk would open it, and wait for ever for a FIFO's other end.
fn may_be_entered(folder: &Path, odd: &Mutex<Option<PathBuf>>) -> bool {
    let fine = std::fs::metadata(folder.join(".gitignore")).map_or(true, |meta| meta.is_file());
    if !fine && let Ok(mut odd) = odd.lock() {
        *odd = Some(folder.to_owned());
    }
    fine
}

fn below(root: &Path, folder: &Path) -> String {
    shown_bytes(folder.strip_prefix(root).unwrap_or(folder).as_os_str().as_bytes())
}

fn unread(error: &ignore::Error) -> LookError {
    LookError::Io(shown_bytes(error.to_string().as_bytes()))
}
