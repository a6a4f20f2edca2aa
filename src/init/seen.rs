//! The door of the survey: the listing of the tree, bounded reads, and what could not be read.

use std::sync::Arc;

use crate::formats::gitignore::Rules;
use crate::shown::shown;
use crate::world::{Cx, FileKind, Files, Listed, Listing, ListingBuilder, LookError, Name, RelPath};

/// The largest file that is read: a Makefile, a package.json.
const LIMIT: u64 = 1 << 20;
/// The most names that are taken from the disk where git tracks none yet.
const NAMES: usize = 5000;

/// What is there, and what has to be said of it.
pub(super) struct Seen<'a> {
    pub(super) cx: Cx<'a>,
    pub(super) listing: Arc<Listing>,
    /// Whether the listing was taken from the disk, because git tracks nothing yet.
    pub(super) untracked: bool,
    /// What could not be read or was left out, a sentence each.
    pub(super) notes: Vec<String>,
}

impl<'a> Seen<'a> {
    /// # Errors
    /// If the tree cannot be listed.
    pub(super) fn look(cx: Cx<'a>) -> Result<Self, LookError> {
        let listing = cx.tree().listing()?;
        let mut seen = Self { cx, untracked: listing.is_empty() && !listing.is_walked(), listing, notes: Vec::new() };
        if seen.untracked {
            seen.listing = Arc::new(seen.two_levels()?);
        }
        Ok(seen)
    }

    /// The names in the root and in its folders, but for what the root's .gitignore leaves out.
    fn two_levels(&mut self) -> Result<Listing, LookError> {
        let files = self.cx.tree();
        let ignored = Rules::new(&self.text(".gitignore").unwrap_or_default());
        let mut builder = ListingBuilder::default();
        let mut left = NAMES;
        let mut push = |above: &str, name: &Name| -> Option<String> {
            let path = [above.as_bytes(), &name.raw].concat();
            let shown_path = String::from_utf8_lossy(&path).into_owned();
            left = left.saturating_sub(1);
            match name.kind {
                FileKind::File if left > 0 && !ignored.leave_out(&shown_path) => builder.push(&path, Listed::File),
                FileKind::Folder if !name.raw.starts_with(b".") || name.raw == b".github" => {
                    return (!ignored.leave_out(&format!("{shown_path}/"))).then_some(shown_path);
                }
                FileKind::File | FileKind::Folder | FileKind::Symlink | FileKind::Special => {}
            }
            None
        };
        for name in files.open(&RelPath::root())?.names()? {
            let Some(folder) = push("", &name) else { continue };
            let inside = RelPath::parse(&folder).map_err(LookError::from).and_then(|path| files.open(&path)?.names());
            match inside {
                Ok(names) => names.iter().for_each(|name| {
                    push(&format!("{folder}/"), name);
                }),
                Err(error) => self.notes.push(format!("`{}/` was not looked into: it {error}", shown(&folder))),
            }
        }
        if left == 0 {
            self.notes.push(
                "there are so many names here that not all were looked at; `git add` what belongs, then `gate init --force`".to_owned(),
            );
        }
        Ok(builder.finish())
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.listing.get(path) == Some(Listed::File)
    }

    /// The text of a file; that it cannot be read is noted, that it is not there is not.
    pub(super) fn text(&mut self, path: &str) -> Option<String> {
        match read(self.cx.evidence(), path, LIMIT) {
            Ok(text) => Some(text),
            Err(LookError::NotFound) => None,
            Err(error) => {
                self.note(format!("`{}` was not read: it {error}", shown(path)));
                None
            }
        }
    }

    /// Says it once, however often it is met.
    pub(super) fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

pub(super) fn read(files: &dyn Files, path: &str, limit: u64) -> Result<String, LookError> {
    let mut bytes = Vec::new();
    files.read(&RelPath::parse(path)?, limit, &mut bytes)?;
    String::from_utf8(bytes).map_err(|_| LookError::Io("is not UTF-8 text".to_owned()))
}
