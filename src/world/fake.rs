//! The fake world of the tests: files in memory, a history that says what it is told to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{
    Attributes, Change, Commit, FileAt, FileKind, Files, History, HistoryError, Ignored, Listed, Listing, ListingBuilder, LookError,
    MainBranch, Name, OpenFolder, Reading, RelPath, Stat, Stored, Tree, World,
};
use crate::check::Sample;

/// A world made of samples.
pub(crate) struct Fake {
    files: BTreeMap<RelPath, Sample>,
    /// Paths whose names no [`RelPath`] can hold.
    odd: Vec<String>,
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
        let mut odd = Vec::new();
        for (path, sample) in samples {
            let kind = match sample {
                Sample::Untracked(_) | Sample::Ignored(_) | Sample::Edited(..) | Sample::NoTree => None,
                Sample::Link(_) => Some(Listed::Symlink),
                Sample::Submodule => Some(Listed::Submodule),
                Sample::Text(_)
                | Sample::Altered(..)
                | Sample::Converted(_)
                | Sample::Changing(_)
                | Sample::ChangedAt(..)
                | Sample::BeyondShallow(_)
                | Sample::Since(..)
                | Sample::Fresh(_)
                | Sample::Bytes(_)
                | Sample::Blanks(_)
                | Sample::Deleted
                | Sample::Fifo
                | Sample::Locked => Some(Listed::File),
            };
            answers &= !matches!(sample, Sample::NoTree);
            if let Some(kind) = kind {
                builder.push(path.as_bytes(), kind);
            }
            if RelPath::parse(path).is_err() {
                odd.push((*path).to_owned());
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
        Self { files, odd, listing, head, dirty: Vec::new(), variables: BTreeMap::new() }
    }

    /// The commit that is compared with.
    fn base(&self) -> String {
        "b".repeat(40)
    }

    /// What the commit has at a path that did not change.
    fn stored(&self, path: &RelPath, limit: u64) -> Stored {
        let mut bytes = Vec::new();
        match self.read(path, limit, &mut bytes) {
            Ok(()) => Stored::Bytes(bytes),
            Err(LookError::TooLarge(_)) => Stored::TooLarge(limit + 1),
            Err(_) => Stored::NoFile,
        }
    }

    /// A mirror is a folder with files that are those of each of its commits, but for those whose id begins with `dead`; each of
    /// its tags leads to the commit of ones.
    fn mirror(&self, path: &str) -> Result<RelPath, HistoryError> {
        let folder = RelPath::parse(path).map_err(|_| HistoryError::NotARepository)?;
        match self.kind_of(&folder) {
            Ok(Stat { kind: FileKind::Folder, .. }) => Ok(folder),
            Ok(_) | Err(_) => Err(HistoryError::NotARepository),
        }
    }

    fn kind_of(&self, path: &RelPath) -> Result<Stat, LookError> {
        let sample = self.files.get(path);
        let (kind, size) = match sample {
            Some(Sample::Bytes(bytes)) => (FileKind::File, bytes.len()),
            Some(Sample::Blanks(count)) => (FileKind::File, *count),
            Some(Sample::Locked) => (FileKind::File, 0),
            Some(Sample::Link(_)) => (FileKind::Symlink, 0),
            Some(Sample::Fifo) => (FileKind::Special, 0),
            Some(Sample::Submodule) => (FileKind::Folder, 0),
            Some(Sample::Deleted | Sample::NoTree) => return Err(LookError::NotFound),
            None if path.is_root() || self.files.keys().any(|f| f.as_str().starts_with(&format!("{path}/"))) => (FileKind::Folder, 0),
            None => return Err(LookError::NotFound),
            Some(text) => (FileKind::File, text.text().map_or(0, |text| text.len())),
        };
        Ok(Stat { kind, size: size as u64 })
    }
}

impl Files for Fake {
    fn open(&self, folder: &RelPath) -> Result<Box<dyn OpenFolder<'_> + '_>, LookError> {
        match Files::stat(self, folder)?.kind {
            FileKind::Folder => Ok(Box::new(FakeFolder { world: self, path: folder.clone() })),
            FileKind::File | FileKind::Special | FileKind::Symlink => Err(LookError::NotAFolder),
        }
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
            (FileKind::File, Some(Sample::Changing(_))) => return Err(LookError::Changed),
            (FileKind::File, Some(Sample::Bytes(bytes))) => bytes.to_vec(),
            (FileKind::File, Some(Sample::Blanks(count))) => vec![b' '; *count],
            (FileKind::File, sample) => sample.and_then(|sample| sample.text()).ok_or(LookError::Denied)?.as_bytes().to_vec(),
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

struct FakeFolder<'a> {
    world: &'a Fake,
    path: RelPath,
}

impl FakeFolder<'_> {
    fn at(&self, name: &[u8]) -> Result<RelPath, LookError> {
        Ok(self.path.join(&String::from_utf8_lossy(name))?)
    }
}

impl<'w> OpenFolder<'w> for FakeFolder<'w> {
    fn open(&self, name: &[u8]) -> Result<Box<dyn OpenFolder<'w> + 'w>, LookError> {
        self.world.open(&self.at(name)?)
    }

    fn names(&self) -> Result<Vec<Name>, LookError> {
        let depth = self.path.parts().count();
        let below = |path: &&RelPath| self.path.is_root() || path.as_str().starts_with(&format!("{}/", self.path));
        let names: BTreeSet<&str> = self.world.files.keys().filter(below).filter_map(|path| path.parts().nth(depth)).collect();
        let odd = self.world.odd.iter().filter_map(|path| path.rsplit_once('/')).filter(|(folder, _)| *folder == self.path.as_str());
        let odd = odd.map(|(_, name)| Ok(Name { raw: name.into(), kind: FileKind::File }));
        names.into_iter().map(|name| Ok(Name { raw: name.into(), kind: self.stat(name.as_bytes())?.kind })).chain(odd).collect()
    }

    fn stat(&self, name: &[u8]) -> Result<Stat, LookError> {
        Files::stat(self.world, &self.at(name)?)
    }

    fn stream(&self, name: &[u8], buffer: &mut [u8], reading: &mut Reading<'_>) -> Result<u64, LookError> {
        let mut bytes = Vec::new();
        self.world.read(&self.at(name)?, reading.limit, &mut bytes)?;
        bytes.chunks(buffer.len().max(1)).for_each(&mut *reading.sink);
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

    fn main_branch(&self) -> Result<MainBranch, HistoryError> {
        Ok(MainBranch::Named("main".to_owned()))
    }

    fn head_time(&self) -> Result<DateTime<Utc>, HistoryError> {
        self.head().map(|_| DateTime::UNIX_EPOCH)
    }

    fn last_changes(&self, paths: &[RelPath]) -> Result<BTreeMap<RelPath, Change>, HistoryError> {
        let change = |path: &RelPath| match self.files.get(path) {
            Some(Sample::ChangedAt(_, time)) => {
                Change::At { commit: "1".repeat(40), time: DateTime::from_timestamp(*time, 0).unwrap_or_default() }
            }
            Some(Sample::BeyondShallow(_)) => Change::BeyondShallow,
            _ => Change::Never,
        };
        Ok(paths.iter().map(|path| (path.clone(), change(path))).collect())
    }

    fn stored_otherwise(&self, files: &[(RelPath, bool)], _: Attributes) -> Result<Vec<RelPath>, HistoryError> {
        let converted = |path: &&RelPath| matches!(self.files.get(path), Some(Sample::Converted(_)));
        Ok(files.iter().map(|(path, _)| path).filter(converted).cloned().collect())
    }

    fn ignored(&self, paths: &[RelPath]) -> Result<BTreeMap<RelPath, Ignored>, HistoryError> {
        let ignored = |path: &&RelPath| matches!(self.files.get(path), Some(Sample::Ignored(_)));
        let line = || Ignored { source: ".gitignore".to_owned(), line: 1, is_promoted: true };
        Ok(paths.iter().filter(ignored).map(|path| (path.clone(), line())).collect())
    }

    fn commits(&self, _: &[String]) -> Result<BTreeMap<String, Commit>, HistoryError> {
        Ok(BTreeMap::new())
    }

    fn unreachable(&self, commits: &[String], _: &str) -> Result<BTreeSet<String>, HistoryError> {
        Ok(commits.iter().cloned().collect())
    }

    fn changed_between(&self, _: &str, _: &str) -> Result<Vec<String>, HistoryError> {
        let changed = |sample: &Sample| matches!(sample, Sample::Since(..) | Sample::Fresh(_));
        Ok(self.files.iter().filter(|(_, sample)| changed(sample)).map(|(path, _)| path.to_string()).collect())
    }

    fn named(&self, revisions: &[String]) -> Result<Option<String>, HistoryError> {
        Ok(revisions.iter().all(|name| !name.starts_with('-')).then(|| self.base()))
    }

    fn merge_bases(&self, _: &str, other: &str) -> Result<Vec<String>, HistoryError> {
        Ok(vec![other.to_owned()])
    }

    fn first_parent(&self, _: &str) -> Result<Option<String>, HistoryError> {
        Ok(Some(self.base()))
    }

    fn files_at(&self, files: &[FileAt], limit: u64) -> Result<Vec<Stored>, HistoryError> {
        let before = |file: &FileAt| match self.files.get(&file.path) {
            Some(Sample::Since(before, _)) => Stored::Bytes(before.as_bytes().to_vec()),
            None | Some(Sample::Fresh(_)) => Stored::NoFile,
            Some(_) => self.stored(&file.path, limit),
        };
        Ok(files.iter().map(before).collect())
    }

    fn versions(&self, path: &RelPath) -> Result<Vec<String>, HistoryError> {
        let is_cut = RelPath::parse(".git/shallow").is_ok_and(|cut| self.files.contains_key(&cut));
        match (is_cut, self.files.contains_key(path)) {
            (true, _) => Err(HistoryError::Shallow(self.base())),
            (false, true) => Ok(vec![self.base()]),
            (false, false) => Ok(Vec::new()),
        }
    }

    fn brought(&self, path: &RelPath) -> Result<Vec<String>, HistoryError> {
        self.versions(path)
    }

    fn holding(&self, commit: &str, words: &[&str]) -> Result<Vec<String>, HistoryError> {
        let text = |sample: &Sample| match (sample, commit == self.base()) {
            (Sample::Since(before, _), true) => Some((*before).into()),
            (Sample::Fresh(_) | Sample::Untracked(_), true) => None,
            (sample, _) => sample.text(),
        };
        let holds = |sample: &Sample| text(sample).is_some_and(|text| words.iter().any(|word| text.contains(word)));
        Ok(self.files.iter().filter(|(_, sample)| holds(sample)).map(|(path, _)| path.to_string()).collect())
    }

    fn mirrored(&self, mirror: &str, files: &[FileAt], limit: u64) -> Result<Vec<Stored>, HistoryError> {
        let mirror = self.mirror(mirror)?;
        let of = |file: &FileAt| match file.commit.starts_with("dead") {
            true => Stored::NoCommit,
            false => mirror.join(file.path.as_str()).map_or(Stored::NoFile, |path| self.stored(&path, limit)),
        };
        Ok(files.iter().map(of).collect())
    }

    fn mirrored_tags(&self, mirror: &str, tags: &[String]) -> Result<Vec<Option<String>>, HistoryError> {
        let bare = self.mirror(mirror)?.join("no-tags").is_ok_and(|sign| self.files.contains_key(&sign));
        Ok(vec![Some("1".repeat(40)).filter(|_| !bare); tags.len()])
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

    fn event(&self) -> Option<Result<Vec<u8>, LookError>> {
        self.variables.get("GITHUB_EVENT_PATH").map(|text| Ok(text.clone().into_bytes()))
    }

    fn process_id(&self) -> u32 {
        1
    }
}
