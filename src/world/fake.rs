//! The fake world of the tests: files in memory, a history that says what it is told to.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{
    Change, Commit, Entry, FileKind, Files, History, HistoryError, Listed, Listing, ListingBuilder, LookError, RelPath, Stat, Tree,
    Visitor, World,
};
use crate::check::Sample;

/// A world made of samples.
pub(crate) struct Fake {
    files: BTreeMap<RelPath, Sample>,
    listing: Result<Arc<Listing>, HistoryError>,
    pub(crate) head: Result<Commit, HistoryError>,
    pub(crate) dirty: Vec<String>,
    pub(crate) variables: BTreeMap<&'static str, String>,
}

impl Fake {
    pub(crate) fn new(samples: &[(&str, Sample)]) -> Self {
        let mut builder = ListingBuilder::default();
        let mut files = BTreeMap::new();
        let mut answers = true;
        for (path, sample) in samples {
            let kind = match sample {
                Sample::Text(_) | Sample::Bytes(_) | Sample::Blanks(_) | Sample::Deleted | Sample::Fifo | Sample::Locked => {
                    Some(Listed::File)
                }
                Sample::Link(_) => Some(Listed::Symlink),
                Sample::Submodule => Some(Listed::Submodule),
                Sample::Untracked(_) => None,
                Sample::NoTree => {
                    answers = false;
                    None
                }
            };
            if let Some(kind) = kind {
                builder.push(path.as_bytes(), kind);
            }
            if let Ok(path) = RelPath::parse(path)
                && !matches!(sample, Sample::Deleted | Sample::NoTree)
            {
                files.insert(path, *sample);
            }
        }
        let listing = match answers {
            true => Ok(Arc::new(builder.finish())),
            false => Err(HistoryError::Timeout { command: "ls-files".to_owned(), limit: "60s".to_owned() }),
        };
        let head = Ok(Commit { id: "3f2c1d9".repeat(6)[..40].to_owned(), tree: "0".repeat(40) });
        Self { files, listing, head, dirty: Vec::new(), variables: BTreeMap::new() }
    }

    fn kind_of(&self, path: &RelPath) -> Result<Stat, LookError> {
        let (kind, size) = match self.files.get(path) {
            Some(Sample::Text(text) | Sample::Untracked(text)) => (FileKind::File, text.len()),
            Some(Sample::Bytes(bytes)) => (FileKind::File, bytes.len()),
            Some(Sample::Blanks(count)) => (FileKind::File, *count),
            Some(Sample::Locked) => (FileKind::File, 0),
            Some(Sample::Link(_)) => (FileKind::Symlink, 0),
            Some(Sample::Fifo) => (FileKind::Special, 0),
            Some(Sample::Submodule) => (FileKind::Folder, 0),
            Some(Sample::Deleted | Sample::NoTree) => return Err(LookError::NotFound),
            None if path.is_root() || self.files.keys().any(|f| f.as_str().starts_with(&format!("{path}/"))) => (FileKind::Folder, 0),
            None => return Err(LookError::NotFound),
        };
        Ok(Stat { kind, size: size as u64, modified: 0 })
    }
}

impl Files for Fake {
    fn visit(&self, folder: &RelPath, visitor: &mut Visitor<'_>) -> Result<(), LookError> {
        self.stat(folder)?;
        let depth = folder.parts().count();
        let mut names: Vec<&str> = self
            .files
            .keys()
            .filter(|path| folder.is_root() || path.as_str().starts_with(&format!("{folder}/")))
            .filter_map(|path| path.parts().nth(depth))
            .collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let path = folder.join(name)?;
            visitor(&mut FakeEntry { world: self, name, stat: self.kind_of(&path)?, path })?;
        }
        Ok(())
    }

    fn stat(&self, path: &RelPath) -> Result<Stat, LookError> {
        let mut above = path.parent();
        while !above.is_root() {
            if matches!(self.files.get(&above), Some(Sample::Link(_))) {
                return Err(LookError::IsLink);
            }
            above = above.parent();
        }
        self.kind_of(path)
    }

    fn link(&self, path: &RelPath) -> Result<String, LookError> {
        match self.files.get(path) {
            Some(Sample::Link(target)) => Ok((*target).to_owned()),
            _ => Err(LookError::Io("not a link".to_owned())),
        }
    }

    fn read(&self, path: &RelPath, limit: u64, into: &mut Vec<u8>) -> Result<(), LookError> {
        let bytes = match (self.stat(path)?.kind, self.files.get(path)) {
            (FileKind::File, Some(Sample::Text(text) | Sample::Untracked(text))) => text.as_bytes().to_vec(),
            (FileKind::File, Some(Sample::Bytes(bytes))) => bytes.to_vec(),
            (FileKind::File, Some(Sample::Blanks(count))) => vec![b' '; *count],
            (FileKind::File, _) => return Err(LookError::Denied),
            (FileKind::Folder, _) => return Err(LookError::NotAFile("a folder")),
            (FileKind::Special, _) => return Err(LookError::NotAFile("a FIFO, socket or device")),
            (FileKind::Symlink, _) => return Err(LookError::IsLink),
        };
        if bytes.len() as u64 > limit {
            return Err(LookError::TooLarge(limit));
        }
        *into = bytes;
        Ok(())
    }
}

struct FakeEntry<'a> {
    world: &'a Fake,
    name: &'a str,
    path: RelPath,
    stat: Stat,
}

impl Entry for FakeEntry<'_> {
    fn name(&self) -> &[u8] {
        self.name.as_bytes()
    }

    fn stat(&self) -> Stat {
        self.stat
    }

    fn stream(&mut self, buffer: &mut [u8], limit: u64, sink: &mut dyn FnMut(&[u8])) -> Result<u64, LookError> {
        let mut bytes = Vec::new();
        self.world.read(&self.path, limit, &mut bytes)?;
        bytes.chunks(buffer.len().max(1)).for_each(sink);
        Ok(bytes.len() as u64)
    }
}

impl Tree for Fake {
    fn listing(&self) -> Result<Arc<Listing>, LookError> {
        Ok(self.listing.clone()?)
    }
}

impl History for Fake {
    fn head(&self) -> Result<Commit, HistoryError> {
        self.head.clone()
    }

    fn tracked(&self) -> Result<Arc<Listing>, HistoryError> {
        self.listing.clone()
    }

    fn dirty(&self) -> Result<Vec<String>, HistoryError> {
        Ok(self.dirty.clone())
    }

    fn is_shallow(&self) -> Result<bool, HistoryError> {
        Ok(false)
    }

    fn last_changes(&self, paths: &[RelPath]) -> Result<BTreeMap<RelPath, Change>, HistoryError> {
        Ok(paths.iter().map(|p| (p.clone(), Change::Never)).collect())
    }

    fn changed_between(&self, _: &str, _: &str) -> Result<Vec<String>, HistoryError> {
        Ok(Vec::new())
    }
}

impl World for Fake {
    fn tree(&self) -> &dyn Tree {
        self
    }

    fn evidence(&self) -> &dyn Files {
        self
    }

    fn history(&self) -> &dyn History {
        self
    }

    fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
    }

    fn env(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }
}
