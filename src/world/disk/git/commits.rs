//! Which commits object ids stand for, and which of them a commit stands upon.

use std::collections::{BTreeMap, BTreeSet};

use super::{Git, below_root, is_object_id, refusal};
use crate::shown::{shown, shown_bytes};
use crate::world::disk::process::Flow;
use crate::world::{Commit, History, HistoryError, RelPath};

impl Git {
    pub(super) fn ask_commits(&self, ids: &[String]) -> Result<BTreeMap<String, Commit>, HistoryError> {
        self.facts()?;
        let ids: Vec<&String> = ids.iter().filter(|id| is_object_id(id)).collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let input: String = ids.iter().map(|id| format!("{id}^{{commit}}\n{id}^{{tree}}\n")).collect();
        let mut answers: Vec<Option<String>> = Vec::new();
        let ended = self.ask(&["cat-file", "--batch-check=%(objectname)"], (b'\n', input.as_bytes()), &mut |line| {
            if !line.is_empty() {
                // `<what was asked> missing`, or `ambiguous`, where there is none.
                answers.push(std::str::from_utf8(line).ok().filter(|id| is_object_id(id)).map(str::to_owned));
            }
            Flow::Go
        })?;
        if !ended.ok || answers.len() != 2 * ids.len() {
            return Err(refusal("cat-file", &ended));
        }
        let pairs = ids.into_iter().zip(answers.chunks(2));
        Ok(pairs
            .filter_map(|(asked, found)| match found {
                [Some(id), Some(tree)] => Some((asked.clone(), Commit { id: id.clone(), tree: tree.clone() })),
                _ => None,
            })
            .collect())
    }

    pub(super) fn ask_unreachable(&self, commits: &[String], from: &str) -> Result<BTreeSet<String>, HistoryError> {
        if self.facts()?.shallow {
            return Err(HistoryError::Shallow(shown(from)));
        }
        let wanted: BTreeSet<&str> = commits.iter().map(String::as_str).filter(|commit| is_object_id(commit)).collect();
        let input: String = wanted.iter().map(|commit| format!("{commit}\n")).chain([format!("^{from}\n")]).collect();
        let mut found = BTreeSet::new();
        let ended = self.ask(&["rev-list", "--stdin"], (b'\n', input.as_bytes()), &mut |line| {
            if let Some(commit) = std::str::from_utf8(line).ok().filter(|line| wanted.contains(line)) {
                found.insert(commit.to_owned());
            }
            Flow::Go
        })?;
        if ended.ok { Ok(found) } else { Err(refusal("rev-list", &ended)) }
    }

    pub(super) fn ask_merge_bases(&self, one: &str, other: &str) -> Result<Vec<String>, HistoryError> {
        let facts = self.facts()?;
        let bases = self.ids(&["merge-base", "--all", "--end-of-options", one, other])?;
        // Where one commit is seen to stand upon the other, no other way matters; else the true one may lie beyond the horizon.
        let is_certain = bases.iter().any(|base| base == one || base == other);
        match facts.shallow && !is_certain {
            true => Err(HistoryError::Shallow(shown(other))),
            false => Ok(bases),
        }
    }

    pub(super) fn ask_first_parent(&self, commit: &str) -> Result<Option<String>, HistoryError> {
        if self.horizon()?.contains(commit) {
            return Err(HistoryError::Shallow(shown(commit)));
        }
        let said = self.ids(&["rev-list", "--no-walk", "--parents", "--end-of-options", commit])?;
        Ok(said.into_iter().nth(1))
    }

    pub(super) fn ask_versions(&self, path: &RelPath) -> Result<Vec<String>, HistoryError> {
        let head = self.head()?;
        if self.facts()?.shallow {
            return Err(HistoryError::Shallow(shown(&head.id)));
        }
        self.ids(&["--literal-pathspecs", "rev-list", "--full-history", &head.id, "--", path.as_str()])
    }

    pub(super) fn ask_brought(&self, path: &RelPath) -> Result<Vec<String>, HistoryError> {
        let head = self.head()?;
        if self.facts()?.shallow {
            return Err(HistoryError::Shallow(shown(&head.id)));
        }
        // `-c` shows what a merge brought by itself.
        let settings = ["-c", "log.showRoot=true", "-c", "log.showSignature=false", "-c", "log.follow=false", "--literal-pathspecs", "log"];
        let what = ["-c", "--full-history", "--no-renames", "--diff-filter=A", "--name-only", "--relative", "--format=%H"];
        let from = [head.id.as_str(), "--", path.as_str()];
        self.ids(&settings.into_iter().chain(what).chain(from).collect::<Vec<_>>())
    }

    pub(super) fn ask_holding(&self, commit: &str, words: &[&str]) -> Result<Vec<String>, HistoryError> {
        let prefix = &self.facts()?.prefix;
        let settings = ["grep", "-l", "-z", "-F", "--full-name", "--color=never", "--no-recurse-submodules"];
        let words = words.iter().flat_map(|word| ["-e", word]);
        let args: Vec<&str> = settings.into_iter().chain(words).chain([commit, "--", ":/"]).collect();
        let mut paths = Vec::new();
        let ended = self.run(&args, 0, &mut |line| {
            let line = shown_bytes(line);
            paths.extend(line.strip_prefix(commit).and_then(|line| line.strip_prefix(':')).map(|path| below_root(path, prefix)));
            Flow::Go
        })?;
        // git says by the exit code 1 alone that there is none.
        match ended.ok || (ended.code == Some(1) && ended.said.is_empty()) {
            true => Ok(paths),
            false => Err(refusal("grep", &ended)),
        }
    }

    /// Object ids, several in a line or one in each; git says by the exit code 1 alone that there is none.
    fn ids(&self, args: &[&str]) -> Result<Vec<String>, HistoryError> {
        let mut ids = Vec::new();
        let ended = self.run(args, b'\n', &mut |line| {
            let line = String::from_utf8_lossy(line);
            ids.extend(line.split(' ').filter(|id| is_object_id(id)).map(str::to_owned));
            Flow::Go
        })?;
        match ended.ok || (ended.code == Some(1) && ended.said.is_empty()) {
            true => Ok(ids),
            false => Err(refusal(args.iter().find(|arg| !arg.starts_with('-')).unwrap_or(&"git"), &ended)),
        }
    }
}
