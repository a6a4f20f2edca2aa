//! The work of a search, and the threads that share it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use memchr::memchr;
use sha2::{Digest as _, Sha256};

use super::links::{self, Leads};
use super::queue::{At, Busy, Large, Opened, Queue, Work};
use super::{Found, Problem, Scope, Symlinks, Wanted, What};
use crate::digest::sums::HashedFile;
use crate::formats::lfs;
use crate::shown::shown_bytes;
use crate::world::{FileKind, LookError, Name, OpenFolder, Reading, RelPath};

/// Up to this size files are hashed as they are met.
const SMALL: u64 = 1 << 20;
/// How many names one thread takes at a time.
const NAMES: usize = 512;
/// One buffer a thread. A larger one leaves the cache before it is hashed: 256 KiB cost 6 % more.
const BUFFER: usize = 128 * 1024;
/// More threads than this only wait for the disk.
const THREADS: usize = 16;

/// Does all of it.
pub(super) fn all(scope: &Scope<'_>) -> Found {
    let queue = Queue::default();
    let top = |real: &RelPath| At {
        real: real.clone(),
        prefix: String::new(),
        through: Arc::new([]),
        repository: None,
        is_project: false,
        named: None,
    };
    match scope.search.wanted {
        Wanted::Globs(_) => queue.share([Work::Path(top(&RelPath::root()))]),
        Wanted::Folder(folder) => queue.share([Work::Path(top(folder))]),
        Wanted::Listed(folder, paths) => queue.share(paths.iter().map(|path| Work::Listed(top(folder), path.clone()))),
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS);
    std::thread::scope(|threads_scope| {
        let others: Vec<_> = (1..threads).map(|_| threads_scope.spawn(|| Worker::new(scope, &queue).work())).collect();
        let mut found = Worker::new(scope, &queue).work();
        for other in others {
            match other.join() {
                Ok(part) => {
                    found.files.extend(part.files);
                    found.problems.extend(part.problems);
                    found.attributes.extend(part.attributes);
                }
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        found
    })
}

/// One thread's part.
struct Worker<'s, 'q, 'f> {
    scope: &'s Scope<'f>,
    queue: &'q Queue<'f>,
    /// Work that no other thread has asked for yet.
    own: Vec<Work<'f>>,
    buffer: Vec<u8>,
    found: Found,
}

impl<'s: 'f, 'q, 'f> Worker<'s, 'q, 'f> {
    fn new(scope: &'s Scope<'f>, queue: &'q Queue<'f>) -> Self {
        Self { scope, queue, own: Vec::new(), buffer: vec![0; BUFFER], found: Found::default() }
    }

    fn work(mut self) -> Found {
        while let Some(work) = self.queue.take() {
            if let Work::Large(large) = work {
                self.large(large);
                continue;
            }
            let _busy = Busy(self.queue);
            self.own.push(work);
            while let Some(work) = self.own.pop() {
                self.one(work);
                // Who waits gets the older half: folders further up, with more below them.
                if self.own.len() > 1 && self.queue.idle.load(Ordering::Relaxed) > 0 {
                    self.queue.share(self.own.drain(..self.own.len() / 2));
                }
            }
        }
        self.found
    }

    fn one(&mut self, work: Work<'f>) {
        match work {
            Work::Path(at) => {
                let opened = self.scope.search.files.open(&at.real);
                self.folder(at, opened);
            }
            Work::Below(at, above, name) => {
                let opened = above.open(&name);
                self.folder(at, opened);
            }
            Work::Names(at, folder, names) => self.names(&at, &folder, names),
            Work::Listed(at, path) => self.listed(&at, &path),
            Work::Large(large) => self.queue.share_large(large),
        }
    }

    fn problem(&mut self, path: &str, what: What) {
        self.found.problems.push(Problem { path: crate::shown::escaped(path), what });
    }

    fn folder(&mut self, mut at: At, opened: Result<Box<dyn OpenFolder<'f> + 'f>, LookError>) {
        let (names, folder): (Vec<Name>, Opened<'f>) = match opened.and_then(|folder| Ok((folder.names()?, folder))) {
            Ok((names, folder)) => (names, Arc::from(folder)),
            Err(error) => {
                let path = if at.prefix.is_empty() { "." } else { at.prefix.trim_end_matches('/') }.to_owned();
                return self.problem(&path, What::Unreadable(error));
            }
        };
        at.is_project = names.iter().any(|name| name.raw == b"gate.toml");
        if !at.prefix.is_empty() && at.repository.is_none() && names.iter().any(|name| name.raw == b".git") {
            at.repository = Some(at.prefix.trim_end_matches('/').into());
        }
        if names.len() <= 2 * NAMES {
            return self.names(&at, &folder, names);
        }
        let at = Arc::new(at);
        let mut names = names.into_iter().peekable();
        while names.peek().is_some() {
            let part = names.by_ref().take(NAMES).collect();
            self.own.push(Work::Names(Arc::clone(&at), Arc::clone(&folder), part));
        }
    }

    fn names(&mut self, at: &At, folder: &Opened<'f>, names: Vec<Name>) {
        for name in names {
            if name.raw == b".gitattributes" {
                self.found.attributes.push(format!("{}.gitattributes", at.prefix));
            }
            let is_own = name.raw == b".git" || (at.is_project && name.raw == b".gate");
            if !is_own {
                self.name(at, folder, name);
            }
        }
    }

    fn name(&mut self, at: &At, folder: &Opened<'f>, name: Name) {
        let text = match std::str::from_utf8(&name.raw) {
            Ok(text) if !text.contains('\n') => text,
            _ => return self.odd(at, &name),
        };
        if self.is_left_out(at, text) {
            return;
        }
        let path = [at.prefix.as_str(), text].concat();
        match name.kind {
            FileKind::Folder => self.below(at, folder, (text, path)),
            FileKind::Symlink => self.link(at, text, path),
            FileKind::Special if self.scope.wants(&path) => self.problem(&path, What::Special),
            FileKind::File if self.is_wanted(at, &path) => self.file(at, &**folder, (name.raw, path)),
            FileKind::Special | FileKind::File => {}
        }
    }

    fn is_left_out(&self, at: &At, name: &str) -> bool {
        let Some(left_out) = self.scope.search.left_out else { return false };
        if at.real.is_root() { left_out(name) } else { left_out(&format!("{}/{name}", at.real)) }
    }

    /// A name that is not UTF-8 or has a newline: trouble wherever it may be one that is wanted.
    fn odd(&mut self, at: &At, name: &Name) {
        let path = format!("{}{}", at.prefix, String::from_utf8_lossy(&name.raw));
        let enters = matches!(name.kind, FileKind::Folder | FileKind::Symlink) && self.scope.enters(&path);
        if enters || self.scope.wants(&path) {
            let error = RelPath::from_bytes(&name.raw).err().map_or(LookError::NotFound, LookError::Path);
            let path = format!("{}{}", at.prefix, shown_bytes(&name.raw));
            self.found.problems.push(Problem { path, what: What::OddName(error) });
        }
    }

    fn is_wanted(&mut self, at: &At, path: &str) -> bool {
        if !self.scope.wants(path) {
            // A glob names a folder above it, and none the file.
            if let Some(folder) = at.named.clone() {
                self.problem(&folder, What::FolderOnly);
            }
            return false;
        }
        if let Some(repository) = &at.repository {
            self.problem(path, What::Repository(repository.to_string()));
        }
        at.repository.is_none()
    }

    fn below(&mut self, at: &At, folder: &Opened<'f>, (name, path): (&str, String)) {
        let named = at.named.clone().or_else(|| self.scope.names(&path).then(|| Arc::from(path.as_str())));
        if !self.scope.enters(&path) {
            if self.scope.names(&path) {
                self.problem(&path, What::FolderOnly);
            }
            return;
        }
        match at.real.join(name) {
            Ok(real) => {
                let at = At { real, prefix: path + "/", named, ..at.clone() };
                self.own.push(Work::Below(at, Arc::clone(folder), name.into()));
            }
            Err(error) => self.problem(&path, What::OddName(error.into())),
        }
    }

    fn link(&mut self, at: &At, name: &str, path: String) {
        let leads = links::follow(self.scope.search.files, at, name);
        let is_listed = matches!(self.scope.search.wanted, Wanted::Listed(..));
        let matters = match &leads {
            _ if is_listed => true,
            Ok(Leads::Folder(_)) => self.scope.enters(&path) || self.scope.names(&path),
            // What cannot be followed may be anything.
            Ok(Leads::File(..)) | Err(_) => self.scope.wants(&path) || (leads.is_err() && self.scope.enters(&path)),
        };
        match (matters, self.scope.search.symlinks, leads) {
            (false, _, _) => {}
            (true, Symlinks::Refuse, _) => self.problem(&path, What::Symlink),
            (true, Symlinks::Follow, Err(error)) => self.problem(&path, What::BadLink(error)),
            (true, Symlinks::Follow, Ok(Leads::Folder(_))) if is_listed => self.problem(&path, What::Special),
            (true, Symlinks::Follow, Ok(Leads::Folder(real))) => {
                if !self.queue.may_enter_link() {
                    return self.problem(&path, What::BadLink(LookError::Cycle));
                }
                let through = at.through.iter().cloned().chain([real.clone()]).collect();
                self.own.push(Work::Path(At {
                    real,
                    prefix: path + "/",
                    through,
                    repository: at.repository.clone(),
                    is_project: false,
                    named: at.named.clone(),
                }));
            }
            (true, Symlinks::Follow, Ok(Leads::File(real, size))) => {
                let name = real.name().as_bytes().to_vec();
                self.queue.share_large(Large { folder: real.parent(), name, path, size });
            }
        }
    }

    fn file(&mut self, at: &At, folder: &dyn OpenFolder<'_>, (name, path): (Vec<u8>, String)) {
        match self.hash(folder, &name, SMALL) {
            Ok(hashed) => self.keep(path, hashed),
            Err(LookError::TooLarge(_)) => match folder.stat(&name) {
                Ok(stat) => self.queue.share_large(Large { folder: at.real.clone(), name, path, size: stat.size }),
                Err(error) => self.problem(&path, What::Unreadable(error)),
            },
            Err(error) => self.problem(&path, What::Unreadable(error)),
        }
    }

    fn listed(&mut self, at: &At, path: &RelPath) {
        let shown = path.as_str().to_owned();
        let stat = at.real.join(path.as_str()).map_err(LookError::from).and_then(|real| Ok((self.scope.search.files.stat(&real)?, real)));
        match stat {
            Ok((stat, real)) if stat.kind == FileKind::File => {
                let name = real.name().as_bytes().to_vec();
                self.queue.share_large(Large { folder: real.parent(), name, path: shown, size: stat.size });
            }
            Ok((stat, _)) if stat.kind == FileKind::Symlink => self.link(at, path.as_str(), shown),
            Ok(_) => self.problem(&shown, What::Special),
            Err(error) => self.problem(&shown, What::Unreadable(error)),
        }
    }

    fn large(&mut self, large: Large) {
        let files = self.scope.search.files;
        let hashed = files.open(&large.folder).and_then(|folder| self.hash(&*folder, &large.name, u64::MAX));
        match hashed {
            Ok(hashed) => self.keep(large.path, hashed),
            Err(error) => self.problem(&large.path, What::Unreadable(error)),
        }
    }

    fn keep(&mut self, path: String, hashed: Hashed) {
        if hashed.is_pointer {
            self.problem(&path, What::LfsPointer);
        }
        self.found.files.push(HashedFile { path, sha256: hashed.sha256, size: hashed.size, has_cr: hashed.has_cr });
    }

    fn hash(&mut self, folder: &dyn OpenFolder<'_>, name: &[u8], limit: u64) -> Result<Hashed, LookError> {
        let mut hasher = Sha256::new();
        let (mut has_cr, mut is_pointer) = (false, false);
        let inspects = !self.scope.globs.as_slice().is_empty();
        let mut sink = |bytes: &[u8]| {
            is_pointer |= bytes.len() < lfs::LIMIT && lfs::pointer(bytes).is_some();
            has_cr = has_cr || (inspects && memchr(b'\r', bytes).is_some());
            hasher.update(bytes);
        };
        let size = folder.stream(name, &mut self.buffer, &mut Reading { limit, sink: &mut sink })?;
        // A large file whose last piece looks like a pointer is none.
        let is_pointer = is_pointer && size < lfs::LIMIT as u64;
        Ok(Hashed { sha256: hasher.finalize().into(), size, has_cr, is_pointer })
    }
}

struct Hashed {
    sha256: [u8; 32],
    size: u64,
    has_cr: bool,
    is_pointer: bool,
}
