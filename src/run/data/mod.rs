//! The data snapshot: where it is, what it is called, and whether that can be proven here.

mod dvc;
mod source;

use crate::config::{Fault, Reason, RunOptions};
use crate::digest::{Algorithm, Digest, Found, HashedFile, Problem, Search, Symlinks, Wanted, What, dir_hash1};
use crate::shown::{escaped, shown};
use crate::world::{FileKind, Files, LookError, RelPath, resolve};

use super::Evidence;

pub(crate) use source::{Expected, Source, Unexpected};

/// The data of a run, as gate.toml describes it.
#[derive(Clone, Debug)]
pub(crate) struct Data {
    pub(crate) source: Source,
    pub(crate) expected: Expected,
    pub(crate) allow_declared: Option<Reason>,
    pub(crate) symlinks: Symlinks,
}

/// What was found of it.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    /// What somebody wrote down: DVC, git-lfs, a manifest, gate.toml itself.
    pub(crate) declared: Option<Digest>,
    /// What the bytes that lie here amount to. `None`: it could not be computed.
    pub(crate) computed: Option<Digest>,
    /// Why not, where nothing is broken: the bytes are not here.
    pub(crate) absent: Option<String>,
    pub(crate) files: Vec<HashedFile>,
    pub(crate) problems: Vec<Problem>,
}

impl Snapshot {
    /// What a run records: what was computed goes before what was declared.
    pub(crate) fn digest(&self) -> Option<&Digest> {
        self.computed.as_ref().or(self.declared.as_ref().filter(|_| self.problems.is_empty()))
    }

    pub(super) fn problem(mut self, path: impl Into<String>, what: What) -> Self {
        self.problems.push(Problem { path: path.into(), what });
        self
    }
}

/// The largest file that describes data: a manifest, a `.dvc` file, a `dvc.lock`.
pub(super) const DESCRIPTION: u64 = 64 << 20;

impl Data {
    pub(crate) fn read(options: &RunOptions) -> Result<Self, Fault> {
        let source = Source::read(options)?;
        let expected = Expected::read(&options.data, source.notation())?;
        Ok(Self { source, expected, allow_declared: options.data.allow_declared.clone(), symlinks: options.symlinks })
    }

    /// The paths that gate.toml names.
    pub(crate) fn places(&self) -> impl Iterator<Item = &str> {
        let expected = if let Expected::File(path) = &self.expected { Some(path.as_str()) } else { None };
        [self.source.place()].into_iter().chain(expected)
    }

    /// Looks at the data as it lies there now.
    pub(crate) fn look(&self, files: &dyn Files, evidence: &Evidence) -> Snapshot {
        let looking = Looking { files, evidence, symlinks: self.symlinks };
        match &self.source {
            Source::None(_) => Snapshot { computed: Some(Digest::id("none")), ..Snapshot::default() },
            Source::Id(id) => Snapshot {
                declared: Some(Digest::id(id)),
                absent: Some("a label names it, and nothing can be recomputed from a label".to_owned()),
                ..Snapshot::default()
            },
            Source::Path(path) => looking.path(path),
            Source::Lfs(path) => looking.lfs(path),
            Source::Manifest(path) => looking.manifest(path),
            Source::Dvc { file, out } => dvc::look(&looking, file, out.as_deref()),
        }
    }
}

/// The doors, and what is left out.
pub(super) struct Looking<'a> {
    pub(super) files: &'a dyn Files,
    evidence: &'a Evidence,
    symlinks: Symlinks,
}

impl Looking<'_> {
    fn search(&self, wanted: Wanted<'_>) -> Found {
        let left_out = |path: &str| self.evidence.holds(path);
        let found = Search { files: self.files, wanted, symlinks: self.symlinks, left_out: Some(&left_out) }.run();
        // Files are named relative to the folder, problems as everybody finds them.
        let (Wanted::Folder(folder) | Wanted::Listed(folder, _)) = wanted else { return found };
        let from_root = |path: String| match (folder.is_root(), path.as_str()) {
            (true, _) => path,
            (false, ".") => escaped(folder.as_str()),
            (false, below) => format!("{}/{below}", escaped(folder.as_str())),
        };
        let problems = found.problems.into_iter().map(|problem| Problem { path: from_root(problem.path), ..problem }).collect();
        Found { problems, ..found }
    }

    fn path(&self, path: &RelPath) -> Snapshot {
        let shown_path = escaped(path.as_str());
        let kind = self.files.stat(path).map(|stat| stat.kind);
        match (kind, self.symlinks) {
            (Ok(FileKind::Folder), _) => self.folder(path),
            (Ok(FileKind::Symlink), Symlinks::Refuse) => Snapshot::default().problem(shown_path, What::Symlink),
            (Ok(FileKind::Symlink), Symlinks::Follow) => match resolve(self.files, path) {
                Ok(real) => self.path(&real),
                Err(error) => Snapshot::default().problem(shown_path, What::BadLink(error)),
            },
            (Ok(FileKind::File | FileKind::Special), _) => self.file(path),
            (Err(error), _) => Snapshot::default().problem(shown_path, What::Unreadable(error)),
        }
    }

    fn folder(&self, path: &RelPath) -> Snapshot {
        let found = self.search(Wanted::Folder(path));
        let is_whole = found.is_whole();
        let Found { files, mut problems, .. } = found;
        if files.is_empty() && problems.is_empty() {
            problems.push(Problem { path: escaped(path.as_str()), what: What::NoFile });
        }
        let computed =
            (is_whole && !files.is_empty()).then(|| Digest::of(Algorithm::DirHash1, &dir_hash1(files.iter().map(HashedFile::row))));
        Snapshot { computed, files, problems, ..Snapshot::default() }
    }

    /// One file by its path; its name is its last part.
    fn file(&self, path: &RelPath) -> Snapshot {
        let name = RelPath::parse(path.name()).unwrap_or_else(|_| RelPath::root());
        let Found { files, problems, .. } = self.search(Wanted::Listed(&path.parent(), &[name]));
        let computed = files.first().map(|file| Digest::of(Algorithm::Sha256, &file.sha256));
        let problems = problems.into_iter().map(|problem| Problem { path: escaped(path.as_str()), ..problem }).collect();
        Snapshot { computed, files, problems, ..Snapshot::default() }
    }

    /// A git-lfs file: its digest is that of its bytes, and where only the pointer is here, the one that the pointer names.
    fn lfs(&self, path: &RelPath) -> Snapshot {
        let mut snapshot = self.file(path);
        if !snapshot.problems.iter().any(|problem| problem.what == What::LfsPointer) {
            return snapshot;
        }
        let mut bytes = Vec::new();
        let read = self.files.read(path, crate::formats::lfs::LIMIT as u64, &mut bytes);
        let pointer = match (read, crate::formats::lfs::pointer(&bytes)) {
            (Ok(()), Some(Ok(pointer))) => pointer,
            (Ok(()), Some(Err(why))) => return Snapshot::default().problem(escaped(path.as_str()), What::Malformed(1, why)),
            _ => return snapshot,
        };
        snapshot = Snapshot::default();
        snapshot.declared = Some(Digest { algorithm: Algorithm::Sha256, value: pointer.oid.clone() });
        let object = format!(".git/lfs/objects/{}/{}/{}", &pointer.oid[..2], &pointer.oid[2..4], pointer.oid);
        let found = match RelPath::parse(&object) {
            Ok(object) => self.file(&object),
            Err(error) => return snapshot.problem(escaped(path.as_str()), What::OddName(error.into())),
        };
        let is_gone = |what: &What| matches!(what, What::Unreadable(LookError::NotFound | LookError::NotAFolder));
        if found.computed.is_none() && found.problems.iter().all(|problem| is_gone(&problem.what)) {
            snapshot.absent = Some("only its git-lfs pointer is here; `git lfs pull` brings the bytes".to_owned());
            return snapshot;
        }
        Snapshot { computed: found.computed, problems: found.problems, ..snapshot }
    }

    /// The files that a list names, and what the list says of them.
    fn manifest(&self, path: &RelPath) -> Snapshot {
        let shown_path = escaped(path.as_str());
        let text = match self.text(path) {
            Ok(text) => text,
            Err(what) => return Snapshot::default().problem(shown_path, what),
        };
        let entries = match crate::formats::manifest::parse(path.as_str(), &text) {
            Ok(entries) => entries,
            Err(fault) => return Snapshot::default().problem(shown_path, What::Malformed(fault.line, fault.message)),
        };
        let mut named: Vec<(RelPath, [u8; 32])> = Vec::new();
        for entry in &entries {
            let plain = !entry.path.split('/').any(|part| part == "..");
            match (RelPath::parse(&entry.path), crate::digest::from_hex(&entry.sha256)) {
                (Ok(below), Some(sum)) if plain && !below.is_root() => named.push((below, sum)),
                _ => {
                    let why = format!("`{}` is no plain path below the manifest's folder", shown(&entry.path));
                    return Snapshot::default().problem(shown_path, What::Malformed(entry.line, why));
                }
            }
        }
        named.sort();
        if let Some(pair) = named.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let why = format!("`{}` stands twice in the list", shown(pair[0].0.as_str()));
            return Snapshot::default().problem(shown_path, What::Malformed(1, why));
        }
        let declared = dir_hash1(named.iter().map(|(path, sum)| (path.as_str(), sum)));
        let paths: Vec<RelPath> = named.into_iter().map(|(path, _)| path).collect();
        let Found { files, problems, .. } = self.search(Wanted::Listed(&path.parent(), &paths));
        let snapshot = Snapshot { declared: Some(Digest::of(Algorithm::DirHash1, &declared)), ..Snapshot::default() };
        let gone = problems.iter().filter(|problem| problem.what == What::Unreadable(LookError::NotFound)).count();
        if gone == paths.len() {
            return Snapshot { absent: Some("none of the files that the manifest names is here".to_owned()), ..snapshot };
        }
        let computed = problems.is_empty().then(|| Digest::of(Algorithm::DirHash1, &dir_hash1(files.iter().map(HashedFile::row))));
        Snapshot { computed, files, problems, ..snapshot }
    }

    /// The text of a file that describes data.
    pub(super) fn text(&self, path: &RelPath) -> Result<String, What> {
        let mut bytes = Vec::new();
        self.files.read(path, DESCRIPTION, &mut bytes).map_err(What::Unreadable)?;
        String::from_utf8(bytes).map_err(|_| What::Malformed(1, "it is not UTF-8 text".to_owned()))
    }
}
