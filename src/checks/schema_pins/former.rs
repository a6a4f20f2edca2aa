//! Other files of a commit that held pins: where a pins file has another name now, or an entry went from one file to another.

use std::collections::BTreeSet;

use super::base::{bytes, each_file, read, short};
use super::index::{Index, path_key};
use crate::pins::Pin;
use crate::shown::shown;
use crate::world::{Cx, FileAt, HistoryError, LookError, RelPath, Stored};

/// What every pins file has one of.
const MARKS: [&str; 4] = ["[[schema]]", "[[ schema ]]", "schema = [", "\"artifacts\""];
/// The most files of one commit that are looked at.
const MOST: usize = 1000;

/// When a file that was there may be gone.
#[derive(Clone, Copy)]
pub(super) enum Later<'a> {
    /// On disk.
    Now,
    Commit(&'a str),
}

/// A file that held pins.
pub(super) struct Former {
    pub(super) path: RelPath,
    /// Those that may be pinned in another file now.
    pub(super) pins: Vec<Pin>,
    pub(super) fate: Fate,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Gone,
    There,
}

/// What is looked for: the pins of a file, in the other files of a commit.
pub(super) struct Search<'a> {
    pub(super) commit: &'a str,
    pub(super) later: Later<'a>,
    pub(super) path: &'a RelPath,
    pub(super) pins: &'a [Pin],
}

impl Search<'_> {
    /// The other files of the commit that held some of the pins. Of a file that is still there only the entries count whose copies are pinned by
    /// `pins` now: it may be another check's, which pins the same schema for itself.
    ///
    /// # Errors
    /// Why nobody knows.
    pub(super) fn formers(&self, cx: &Cx<'_>) -> Result<Vec<Former>, String> {
        let said = |error: HistoryError| error.to_string();
        let held = cx.history().holding(self.commit, &MARKS).map_err(said)?;
        let mut names: Vec<&String> = held.iter().filter(|name| *name != self.path.as_str()).collect();
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let later = match self.later {
            Later::Now => cx.history().head().map_err(said)?.id,
            Later::Commit(commit) => commit.to_owned(),
        };
        let there: BTreeSet<String> = cx.history().holding(&later, &MARKS).map_err(said)?.into_iter().collect();
        names.sort();
        let (above, below): (Vec<&String>, Vec<&String>) = names.into_iter().partition(|name| name.starts_with("../"));
        if let Some(lost) = above.iter().find(|name| !there.contains(**name) && name.rsplit('/').next() == Some(self.path.name())) {
            return Err(format!("`{}` held pins in commit {}, is gone, and lay outside of the root", shown(lost), short(self.commit)));
        }
        if below.len() > MOST {
            return Err(format!("{} files of commit {} may hold pins; {MOST} are looked at", below.len(), short(self.commit)));
        }
        // No option can name a pins file whose name is no path of one line.
        let paths = below.into_iter().filter_map(|name| RelPath::parse(name).ok());
        let files: Vec<FileAt> = paths.map(|path| FileAt { commit: self.commit.to_owned(), path }).collect();
        let mut found = Vec::new();
        each_file(cx, &files, |FileAt { path, .. }, stored| {
            let is_gone = !there.contains(path.as_str()) || self.is_gone_now(cx, path);
            found.extend(self.former(path, if is_gone { Fate::Gone } else { Fate::There }, stored)?);
            Ok(())
        })?;
        Ok(found)
    }

    fn is_gone_now(&self, cx: &Cx<'_>, path: &RelPath) -> bool {
        match self.later {
            Later::Now => matches!(cx.tree().stat(path), Err(LookError::NotFound)),
            Later::Commit(_) => false,
        }
    }

    fn former(&self, path: &RelPath, fate: Fate, stored: Stored) -> Result<Option<Former>, String> {
        // A pins file that is too large was never read.
        if matches!(stored, Stored::TooLarge(_)) {
            return Ok(None);
        }
        let Some(bytes) = bytes(stored, self.commit)? else { return Ok(None) };
        let is_meant = fate == Fate::Gone && self.pins.iter().any(|pin| memchr::memmem::find(&bytes, pin.path.value.as_bytes()).is_some());
        let read = match read(path.as_str(), bytes) {
            Ok(read) => read.pins,
            // What holds none of the copies is some other file with these words in it.
            Err(_) if !is_meant => return Ok(None),
            Err(why) => return Err(format!("`{}` of commit {} cannot be read: {why}", shown(path.as_str()), short(self.commit))),
        };
        let pins: Vec<Pin> = match fate {
            Fate::Gone => {
                let index = Index::of(&read);
                if !self.pins.iter().any(|pin| index.find(pin).is_some()) {
                    return Ok(None);
                }
                read
            }
            Fate::There => {
                let paths: BTreeSet<String> = self.pins.iter().map(|pin| path_key(&pin.path.value)).collect();
                read.into_iter().filter(|old| paths.contains(&path_key(&old.path.value))).collect()
            }
        };
        Ok((!pins.is_empty()).then(|| Former { path: path.clone(), pins, fate }))
    }
}
