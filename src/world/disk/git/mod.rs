//! The history door on the disk: as few git processes as can be, each bounded in time, none with a prompt or a shell.

mod blobs;
mod branch;
mod commits;
mod hooks;
mod ignored;
mod log;
mod stored;

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::process::{self, Ended, Flow, Question};
use chrono::{DateTime, Utc};

use crate::shown::{shown, shown_bytes};
use crate::world::{
    Attributes, Change, Commit, FileAt, History, HistoryError, Ignored, Listed, Listing, ListingBuilder, MainBranch, RelPath, Stored,
};
use blobs::{Wanted, resolved, stored_files};
pub use hooks::{HookPlace, OLDEST_GIT};
use log::LogPass;

/// One repository, asked lazily; every answer is kept.
pub struct Git {
    root: PathBuf,
    timeout: Duration,
    facts: OnceLock<Result<Facts, HistoryError>>,
    tracked: OnceLock<Result<Arc<Listing>, HistoryError>>,
    dirty: OnceLock<Result<Vec<String>, HistoryError>>,
    /// Whether the listing of what is tracked will be asked for, so that its other uses cost nothing.
    lists: bool,
}

/// What the first question brings.
#[derive(Clone, Debug)]
struct Facts {
    shallow: bool,
    /// The root below the top of the repository, as `a/b/`; empty at the top.
    prefix: String,
    head: Option<Commit>,
}

impl Git {
    pub(super) fn new(root: &Path, timeout: Duration) -> Self {
        let (facts, tracked, dirty) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { root: root.to_owned(), timeout, facts, tracked, dirty, lists: true }
    }

    pub(super) fn unlisted(self) -> Self {
        Self { lists: false, ..self }
    }

    fn facts(&self) -> Result<&Facts, HistoryError> {
        self.facts.get_or_init(|| self.ask_facts()).as_ref().map_err(Clone::clone)
    }

    fn ask_facts(&self) -> Result<Facts, HistoryError> {
        let args = ["rev-parse", "--is-inside-work-tree", "--is-shallow-repository", "--show-prefix", "HEAD^{commit}", "HEAD^{tree}"];
        let mut lines: Vec<String> = Vec::new();
        let ended = self.run(&args, b'\n', &mut |line| {
            lines.push(shown_bytes(line));
            if lines.len() > 8 { Flow::Stop } else { Flow::Go }
        });
        let ended = match ended {
            Err(HistoryError::NoGit) if !self.may_be_repository() => return Err(HistoryError::NotARepository),
            other => other?,
        };
        let yes = |i: usize| lines.get(i).map(String::as_str) == Some("true");
        match lines.as_slice() {
            [inside, ..] if inside == "false" => Err(HistoryError::NoWorkTree),
            // A `.git` here that git passed over for the repository around it.
            [_, _, prefix, ..] if !prefix.is_empty() && is_there(&self.root.join(".git")) => Err(HistoryError::Damaged),
            [_, _, prefix, id, tree] if ended.ok && is_object_id(id) && is_object_id(tree) => {
                let head = Some(Commit { id: id.clone(), tree: tree.clone() });
                Ok(Facts { shallow: yes(1), prefix: prefix.clone(), head })
            }
            // The two answers came and then HEAD could not be resolved: either nothing was committed yet, or it is broken.
            [_, _, prefix, ..] if self.is_unborn()? => Ok(Facts { shallow: yes(1), prefix: prefix.clone(), head: None }),
            [_, _, _, ..] if ended.said.contains("HEAD") => Err(HistoryError::BrokenHead),
            _ => {
                let refused = refusal("rev-parse", &ended);
                let damaged = refused == HistoryError::NotARepository && self.may_be_repository();
                Err(if damaged { HistoryError::Damaged } else { refused })
            }
        }
    }

    /// Whether HEAD names a branch that does not exist yet.
    fn is_unborn(&self) -> Result<bool, HistoryError> {
        let mut branch = String::new();
        let named = self.run(&["symbolic-ref", "-q", "HEAD"], b'\n', &mut |line| {
            branch = String::from_utf8_lossy(line).into_owned();
            Flow::Stop
        })?;
        if !named.stopped || branch.is_empty() {
            return Ok(false);
        }
        let asked = self.run(&["show-ref", "--verify", "--quiet", &branch], b'\n', &mut |_| Flow::Go)?;
        // A branch that is there but broken is an error that git speaks of.
        Ok(!asked.ok && asked.said.is_empty())
    }

    /// Whether a repository seems to be here or above, so that "not a repository" is never a guess.
    fn may_be_repository(&self) -> bool {
        let root = self.root.canonicalize().unwrap_or_else(|_| self.root.clone());
        root.ancestors().any(|folder| is_there(&folder.join(".git")))
            || (self.root.join("HEAD").exists() && self.root.join("objects").is_dir())
    }

    fn ask_tracked(&self) -> Result<Listing, HistoryError> {
        self.facts()?;
        let mut builder = ListingBuilder::roomy();
        let mut odd_line = None;
        let ended = self.run(&["ls-files", "-z", "-s", "-v"], 0, &mut |line| {
            if read_listed(line, &self.root, &mut builder).is_none() {
                odd_line = Some(shown_bytes(line));
            }
            Flow::Go
        })?;
        match odd_line {
            Some(line) => Err(HistoryError::Failed { command: "ls-files".to_owned(), said: format!("unread line `{line}`") }),
            None if ended.ok => Ok(builder.finish()),
            None => Err(refusal("ls-files", &ended)),
        }
    }

    fn ask_dirty(&self) -> Result<Vec<String>, HistoryError> {
        self.head()?;
        let prefix = &self.facts()?.prefix;
        let args = ["status", "--porcelain=v1", "-z", "-uno", "--no-renames", "--ignore-submodules=untracked"];
        let mut paths = BTreeSet::new();
        let ended = self.run(&args, 0, &mut |line| {
            paths.insert(below_root(&shown_bytes(line.get(3..).unwrap_or(line)), prefix));
            Flow::Go
        })?;
        if !ended.ok {
            return Err(refusal("status", &ended));
        }
        let hidden = if prefix.is_empty() && self.lists { self.tracked()?.hidden().to_vec() } else { self.hidden_anywhere(prefix)? };
        paths.extend(hidden.iter().map(|p| format!("{p}, which git is told not to look at")));
        Ok(paths.into_iter().collect())
    }

    /// The paths in the whole repository that git was told not to compare with HEAD, as seen from the root.
    fn hidden_anywhere(&self, prefix: &str) -> Result<Vec<String>, HistoryError> {
        let top: PathBuf = prefix.split('/').filter(|part| !part.is_empty()).fold(self.root.clone(), |at, _| at.join(".."));
        let mut hidden = Vec::new();
        let ended = self.run(&["ls-files", "-z", "-v", "--full-name", "--", ":/"], 0, &mut |line| {
            let (tag, path) = (line.first().copied().unwrap_or_default(), line.get(2..).unwrap_or_default());
            let skipped = tag.eq_ignore_ascii_case(&b'S') && !is_there(&top.join(path_of(path)));
            if (tag.is_ascii_lowercase() || tag == b'S') && !skipped {
                hidden.push(below_root(&shown_bytes(path), prefix));
            }
            Flow::Go
        })?;
        if ended.ok { Ok(hidden) } else { Err(refusal("ls-files", &ended)) }
    }

    /// Commits that the shallow clone ends with; empty in a whole one.
    fn horizon(&self) -> Result<BTreeSet<String>, HistoryError> {
        let mut commits = BTreeSet::new();
        if !self.is_shallow()? {
            return Ok(commits);
        }
        let mut path = PathBuf::new();
        let ended = self.run(&["rev-parse", "--path-format=absolute", "--git-path", "shallow"], 0, &mut |line| {
            path = path_of(line.strip_suffix(b"\n").unwrap_or(line));
            Flow::Go
        })?;
        let text = std::fs::read_to_string(&path);
        match text {
            Ok(text) if ended.ok => commits.extend(text.lines().map(str::to_owned)),
            _ => return Err(refusal("rev-parse", &ended)),
        }
        Ok(commits)
    }

    /// As `run`, with something for git to read.
    fn ask(&self, args: &[&str], (separator, input): (u8, &[u8]), each: &mut dyn FnMut(&[u8]) -> Flow) -> Result<Ended, HistoryError> {
        process::git(
            &Question { root: &self.root, args, timeout: self.timeout, separator: Some(separator), input: Some(input), abroad: None },
            each,
        )
    }

    /// Runs git on the root; `each` gets what stands between the separators.
    fn run(&self, args: &[&str], separator: u8, each: &mut dyn FnMut(&[u8]) -> Flow) -> Result<Ended, HistoryError> {
        process::git(
            &Question { root: &self.root, args, timeout: self.timeout, separator: Some(separator), input: None, abroad: None },
            each,
        )
    }
}

impl History for Git {
    fn head(&self) -> Result<Commit, HistoryError> {
        self.facts()?.head.clone().ok_or(HistoryError::NoCommit)
    }

    fn head_time(&self) -> Result<DateTime<Utc>, HistoryError> {
        let head = self.head()?;
        let mut time = None;
        let args = ["-c", "log.showSignature=false", "show", "--no-patch", "--format=%ct", &head.id];
        let ended = self.run(&args, b'\n', &mut |line| {
            time = std::str::from_utf8(line).ok().and_then(|line| line.trim().parse().ok()).or(time);
            Flow::Go
        })?;
        match time.and_then(|seconds| DateTime::from_timestamp(seconds, 0)) {
            Some(time) if ended.ok => Ok(time),
            Some(_) | None => Err(refusal("show", &ended)),
        }
    }

    fn tracked(&self) -> Result<Arc<Listing>, HistoryError> {
        self.tracked.get_or_init(|| self.ask_tracked().map(Arc::new)).clone()
    }

    fn dirty(&self) -> Result<Vec<String>, HistoryError> {
        self.dirty.get_or_init(|| self.ask_dirty()).clone()
    }

    fn is_shallow(&self) -> Result<bool, HistoryError> {
        Ok(self.facts()?.shallow)
    }

    fn main_branch(&self) -> Result<MainBranch, HistoryError> {
        self.ask_main_branch()
    }

    fn last_changes(&self, paths: &[RelPath]) -> Result<BTreeMap<RelPath, Change>, HistoryError> {
        self.head()?;
        let horizon = self.horizon()?;
        let mut pass = LogPass::new(paths, &horizon);
        // `-c` shows a merge's own changes too; `--` and literal pathspecs keep hostile names from being options or patterns.
        // The settings are those a user may have changed, and each changes what is printed.
        let settings =
            ["-c", "log.showRoot=true", "-c", "log.showSignature=false", "-c", "log.follow=false", "-c", "log.diffMerges=separate"];
        let head = ["--literal-pathspecs", "log", "-c", "-z", "--no-renames", "--name-only", "--relative", "--format=%x01%H %ct", "--"];
        let args: Vec<&str> = settings.into_iter().chain(head).chain(paths.iter().map(RelPath::as_str)).collect();
        let ended = self.run(&args, 0, &mut |field| pass.field(field))?;
        if !ended.ok && !ended.stopped {
            return Err(refusal("log", &ended));
        }
        match pass.unread.take() {
            Some(field) => Err(HistoryError::Failed { command: "log".to_owned(), said: format!("unread line `{field}`") }),
            None => Ok(pass.finish()),
        }
    }

    fn stored_otherwise(&self, files: &[(RelPath, bool)], attributes: Attributes) -> Result<Vec<RelPath>, HistoryError> {
        self.ask_stored(files, attributes)
    }

    fn ignored(&self, paths: &[RelPath]) -> Result<BTreeMap<RelPath, Ignored>, HistoryError> {
        self.ask_ignored(paths)
    }

    fn commits(&self, ids: &[String]) -> Result<BTreeMap<String, Commit>, HistoryError> {
        self.ask_commits(ids)
    }

    fn unreachable(&self, commits: &[String], from: &str) -> Result<BTreeSet<String>, HistoryError> {
        self.ask_unreachable(commits, from)
    }

    fn changed_between(&self, from: &str, to: &str) -> Result<Vec<String>, HistoryError> {
        self.facts()?;
        let mut paths = BTreeSet::new();
        let args = ["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--relative", "--end-of-options", from, to, "--"];
        let ended = self.run(&args, 0, &mut |line| {
            paths.insert(shown_bytes(line));
            Flow::Go
        })?;
        match ended.ok {
            true => Ok(paths.into_iter().collect()),
            false if self.is_shallow()? => Err(HistoryError::Shallow(shown(&format!("{from}..{to}")))),
            false => Err(refusal("diff", &ended)),
        }
    }

    fn named(&self, revisions: &[String]) -> Result<Option<String>, HistoryError> {
        self.facts()?;
        Ok(resolved(&self.here(), revisions)?.into_iter().flatten().next())
    }

    fn merge_bases(&self, one: &str, other: &str) -> Result<Vec<String>, HistoryError> {
        self.ask_merge_bases(one, other)
    }

    fn first_parent(&self, commit: &str) -> Result<Option<String>, HistoryError> {
        self.ask_first_parent(commit)
    }

    fn files_at(&self, files: &[FileAt], limit: u64) -> Result<Vec<Stored>, HistoryError> {
        let prefix = &self.facts()?.prefix;
        stored_files(&self.here(), &Wanted { files, prefix, limit })
    }

    fn versions(&self, path: &RelPath) -> Result<Vec<String>, HistoryError> {
        self.ask_versions(path)
    }

    fn brought(&self, path: &RelPath) -> Result<Vec<String>, HistoryError> {
        self.ask_brought(path)
    }

    fn holding(&self, commit: &str, words: &[&str]) -> Result<Vec<String>, HistoryError> {
        self.ask_holding(commit, words)
    }

    fn mirrored(&self, mirror: &str, files: &[FileAt], limit: u64) -> Result<Vec<Stored>, HistoryError> {
        stored_files(&self.mirror(mirror)?.here(), &Wanted { files, prefix: "", limit })
    }

    fn mirrored_tags(&self, mirror: &str, tags: &[String]) -> Result<Vec<Option<String>>, HistoryError> {
        let tags: Vec<String> = tags.iter().map(|tag| format!("refs/tags/{tag}")).collect();
        resolved(&self.mirror(mirror)?.here(), &tags)
    }
}

/// Reads `H 100644 <id> 0<TAB>path`; `None` if the line is not of that form.
fn read_listed(line: &[u8], root: &Path, builder: &mut ListingBuilder) -> Option<()> {
    let tab = memchr::memchr(b'\t', line)?;
    let (tag, mode, path) = (*line.first()?, line.get(2..8)?, line.get(tab + 1..)?);
    let kind = match mode {
        b"160000" => Listed::Submodule,
        b"120000" => Listed::Symlink,
        _ => Listed::File,
    };
    builder.push(path, kind);
    // Lower case: assume-unchanged. `S`: skip-worktree, harmless where the file is not there (sparse checkout).
    let skipped = tag.eq_ignore_ascii_case(&b'S') && !is_there(&root.join(path_of(path)));
    if (tag.is_ascii_lowercase() || tag == b'S') && !skipped {
        builder.hide(path);
    }
    Some(())
}

/// SHA-1 or SHA-256, in full.
fn is_object_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Whether anything has this name. What cannot be looked at may be there.
fn is_there(path: &Path) -> bool {
    !path.symlink_metadata().is_err_and(|e| matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory))
}

/// A path that git tells from the top of the repository, as it is seen from the root.
fn below_root(path: &str, prefix: &str) -> String {
    match path.strip_prefix(prefix) {
        Some(below) => below.to_owned(),
        None => "../".repeat(prefix.matches('/').count()) + path,
    }
}

fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

/// What git's refusal means.
fn refusal(command: &str, ended: &Ended) -> HistoryError {
    if ended.said.contains("not a git repository") {
        HistoryError::NotARepository
    } else if ended.said.contains("dubious ownership") {
        HistoryError::DubiousOwnership
    } else if ended.said.contains("must be run in a work tree") {
        HistoryError::NoWorkTree
    } else {
        let first = ended.said.lines().next().unwrap_or("it said nothing");
        HistoryError::Failed { command: command.to_owned(), said: shown(first) }
    }
}
