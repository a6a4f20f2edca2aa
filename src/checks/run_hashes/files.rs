//! The config bundle as it lies here: its problems, and whether it is the one that ran.

use std::collections::{BTreeMap, BTreeSet};

use super::{Judging, RUN_AGAIN, rules};
use crate::check::{Met, Place, Rule};
use crate::config::{TreeGlob, TreeGlobs};
use crate::digest::{Digest, HashedFile, Problem, Sum, What, clashes, difference};
use crate::run::{Expected, Recorded};
use crate::shown::{escaped, shell_word, shown};
use crate::world::{Attributes, Listed, Listing, LookError, RelPath, resolve};

/// How many differing files one message names.
const NAMED: usize = 5;

impl Judging<'_> {
    pub(super) fn config(&mut self, record: Option<&Recorded>) {
        let hashed = self.run.bundle.hash(self.cx.tree(), &self.run.evidence);
        self.problems(&hashed.problems);
        self.names(&hashed.files);
        self.in_git(&hashed.files, &hashed.attributes);
        self.outcome.examined.count += hashed.files.len();
        let Some(digest) = hashed.digest else { return self.not_compared(record, "config_hash") };
        self.says.insert(0, format!("config {}", short(&digest)));
        let Some(record) = record else { return };
        match record.digest("config_hash", self.run.bundle.notation()) {
            None => self.not_compared(Some(record), "config_hash"),
            Some(Err(error)) => self.not_a_digest(record, "config_hash", &error),
            Some(Ok(ran)) if ran == digest => self.same_table(record, "config_files", (&digest, &hashed.files)),
            Some(Ok(ran)) if ran.algorithm != digest.algorithm => self.other_algorithm("config_hash", &ran, &digest),
            Some(Ok(ran)) => {
                let table = record.table("config_files", self.cx.evidence(), &self.run.evidence);
                let how = differing(table, &hashed.files);
                let place = how.first.map_or_else(|| self.here(), |path| Place::of(escaped(&path)));
                let next = if how.named { RUN_AGAIN } else { "gate hash config" };
                let message = format!("the config is not the one that ran: {}", how.words);
                self.outcome
                    .add(Met::new(&rules::CONFIG_DIFFERS, place, message).expected(ran.to_string()).actual(digest.to_string()).next(next));
            }
        }
    }

    /// Softened troubles must not make an agreement of what was never compared.
    pub(super) fn not_compared(&mut self, record: Option<&Recorded>, key: &str) {
        if record.is_some() {
            self.met(&rules::NOT_COMPARED, format!("`{key}` was compared with nothing"));
        }
    }

    /// Two digests agree; where the record has its table of files, that must agree as well.
    pub(super) fn same_table(&mut self, record: &Recorded, key: &str, (digest, files): (&Digest, &[HashedFile])) {
        let Ok(Some(table)) = record.table(key, self.cx.evidence(), &self.run.evidence) else { return };
        if let Some((path, change)) = difference(&table, files).first_key_value() {
            let message = format!("`{key}` is not the table of {}: `{}` {}", short(digest), shown(path), change.name());
            self.met(&rules::FIELD_INVALID, message);
        }
    }

    pub(super) fn other_algorithm(&mut self, key: &str, ran: &Digest, asked: &Digest) {
        let (ran, asked) = (ran.algorithm.name(), asked.algorithm.name());
        self.met(&rules::HASH_INVALID, format!("`{key}` is written as `{ran}`, and `{asked}` is asked for"));
    }

    pub(super) fn problems(&mut self, problems: &[Problem]) {
        for problem in problems {
            let rule = rule_of(&problem.what);
            let mut met = Met::new(rule, Place::of(&problem.path), problem.what.to_string());
            if problem.what == What::LfsPointer {
                met = met.next("git lfs pull");
            }
            self.outcome.add(met);
        }
    }

    pub(super) fn names(&mut self, files: &[HashedFile]) {
        for (path, other) in clashes(files) {
            let message = format!("differs from `{}` only in case or Unicode form", shown(other));
            self.outcome.add(Met::new(&rules::NAME_CLASH, Place::of(escaped(path)), message));
        }
    }

    /// Whether the commit has these files, and with these bytes.
    fn in_git(&mut self, files: &[HashedFile], attributes: &[String]) {
        let tracked = match self.cx.history().tracked() {
            Ok(tracked) => tracked,
            // Where there is a record, its commit was asked for, and that was told already.
            Err(error) if self.outcome.troubles.iter().any(|trouble| trouble.0.rule.id == rules::NO_HISTORY.id) => return drop(error),
            Err(error) => return self.no_history(&error),
        };
        let mut known = Vec::new();
        for file in files {
            match self.tracked_path(file, &tracked) {
                Err(error) => {
                    self.outcome.add(Met::new(&rules::UNREADABLE, Place::of(escaped(&file.path)), format!("cannot be read: {error}")))
                }
                Ok(Some(path)) => known.push((path, file.has_cr)),
                Ok(None) => {
                    let next = format!("git add {}", shell_word(&file.path));
                    let met =
                        Met::new(&rules::UNTRACKED, Place::of(escaped(&file.path)), "is in the config bundle, and git does not track it");
                    self.outcome.add(met.next(next));
                }
            }
        }
        self.only_in_git(&tracked, &known);
        // What is expected must be what the commit expects.
        if let Expected::File(path) = &self.run.data.expected
            && tracked.get(path.as_str()).is_some()
        {
            known.push((path.clone(), false));
        }
        let all_tracked = attributes.iter().all(|path| tracked.get(path).is_some());
        let attributes = if all_tracked { Attributes::OfIndex } else { Attributes::OnDisk };
        match self.cx.history().stored_otherwise(&known, attributes) {
            Ok(paths) => paths.iter().for_each(|path| {
                let met = Met::new(&rules::REWRITTEN, Place::of(escaped(path.as_str())), "git stores other bytes than lie here");
                self.outcome.add(met.next(format!("git check-attr -a -- {}", shell_word(path.as_str()))));
            }),
            Err(error) => self.no_history(&error),
        }
    }

    /// Paths that git has and the bundle lacks.
    fn only_in_git(&mut self, tracked: &Listing, known: &[(RelPath, bool)]) {
        let hashed: BTreeSet<&str> = known.iter().map(|(path, _)| path.as_str()).collect();
        let globs = TreeGlobs::new(&self.run.bundle.globs);
        let mut mets = Vec::new();
        let is_bundles = |path: &str| !hashed.contains(path) && !self.run.evidence.holds(path);
        for (path, kind) in candidates(tracked, &self.run.bundle.globs) {
            match kind {
                Listed::Submodule if globs.may_match_below(path) && is_bundles(path) && self.is_empty(path) => {
                    mets.push(not_there(Place::of(escaped(path))));
                }
                Listed::File if globs.matches(path) && is_bundles(path) && self.is_gone(path) => {
                    let message = "is in the commit's bundle, and not on disk";
                    mets.push(Met::new(&rules::NOT_ON_DISK, Place::of(escaped(path)), message));
                }
                // What is there and was not hashed is a problem that was told.
                Listed::Submodule | Listed::File | Listed::Symlink => {}
            }
        }
        mets.into_iter().for_each(|met| self.outcome.add(met));
    }

    /// Paths that git has below a folder of data and the disk lacks.
    pub(super) fn data_only_in_git(&mut self, folder: &RelPath, files: &[HashedFile]) {
        let Ok(tracked) = self.cx.history().tracked() else { return };
        let here: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let below: Vec<&str> = tracked.below(folder.as_str()).collect();
        for path in below {
            let name = path.get(folder.as_str().len() + 1..).unwrap_or_default();
            match tracked.get(path) {
                Some(Listed::Submodule) if self.is_empty(path) => self.outcome.add(not_there(Place::of(escaped(path)))),
                Some(Listed::File) if !here.contains(name) && self.is_gone(path) => {
                    let message = "is in the commit's data, and not on disk";
                    self.outcome.add(Met::new(&rules::NOT_ON_DISK, Place::of(escaped(path)), message));
                }
                Some(Listed::Submodule | Listed::File | Listed::Symlink) | None => {}
            }
        }
    }

    /// Whether a submodule has not been checked out; one that has is looked into, and what matches there is told.
    fn is_empty(&self, path: &str) -> bool {
        let names = RelPath::parse(path).map_err(LookError::from).and_then(|path| self.cx.tree().open(&path)?.names());
        names.is_ok_and(|names| names.is_empty()) || self.is_gone(path)
    }

    fn is_gone(&self, path: &str) -> bool {
        RelPath::parse(path).is_ok_and(|path| matches!(self.cx.tree().stat(&path), Err(LookError::NotFound | LookError::NotAFolder)))
    }

    /// Where git knows a file; one below a followed link is known by its real path.
    fn tracked_path(&self, file: &HashedFile, tracked: &Listing) -> Result<Option<RelPath>, LookError> {
        let path = RelPath::parse(&file.path)?;
        if tracked.get(path.as_str()).is_some() {
            return Ok(Some(path));
        }
        let real = resolve(self.cx.tree(), &path)?;
        Ok(Some(real).filter(|real| tracked.get(real.as_str()).is_some()))
    }
}

/// The tracked paths that may lie in the bundle, or be a submodule on the way to what does: far fewer than all in a large repository.
fn candidates<'l>(tracked: &'l Listing, globs: &[TreeGlob]) -> Vec<(&'l str, Listed)> {
    let mut found = Vec::new();
    for glob in globs {
        let base = glob.base();
        let above = base.match_indices('/').map(|(slash, _)| &base[..slash]).chain([base]);
        found.extend(above.filter_map(|folder| tracked.entry(folder)));
        match glob.literal() {
            Some(path) => found.extend(tracked.entry(path)),
            None => found.extend(tracked.entries_below(base)),
        }
    }
    found.sort_unstable_by_key(|(path, _)| *path);
    found.dedup_by_key(|(path, _)| *path);
    found
}

fn not_there(place: Place) -> Met {
    Met::new(&rules::SUBMODULE, place, "is a submodule that is not checked out").next("git submodule update --init")
}

/// The rule of a problem.
fn rule_of(what: &What) -> &'static Rule {
    match what {
        What::Symlink => &rules::SYMLINK,
        What::BadLink(_) => &rules::LINK_UNFOLLOWED,
        What::Unreadable(LookError::Changed) => &rules::CHANGING,
        What::Unreadable(_) => &rules::UNREADABLE,
        What::OddName(_) => &rules::ODD_NAME,
        What::Special => &rules::NOT_A_FILE,
        What::FolderOnly => &rules::FOLDER_ONLY,
        What::Repository(_) => &rules::OTHER_REPOSITORY,
        What::LfsPointer => &rules::LFS_POINTER,
        What::NoMatch(_) => &rules::NO_MATCH,
        What::NotOneFile(_) => &rules::NOT_ONE_FILE,
        What::NoFile => &rules::SOURCE_EMPTY,
        What::Malformed(..) => &rules::SOURCE_MALFORMED,
    }
}

/// How files differ from a recorded table, in words.
pub(super) struct Differing {
    pub(super) words: String,
    /// The first file that differs.
    pub(super) first: Option<String>,
    /// Whether files could be named.
    pub(super) named: bool,
}

pub(super) fn differing(table: Result<Option<BTreeMap<String, Sum>>, String>, files: &[HashedFile]) -> Differing {
    let unnamed = |words: &str| Differing { words: words.to_owned(), first: None, named: false };
    let table = match table {
        Ok(Some(table)) if !table.is_empty() => table,
        Ok(_) => return unnamed("the record has no table of files that could say which file differs"),
        Err(why) => return unnamed(&format!("which file differs is not known, because {why}")),
    };
    let differ = difference(&table, files);
    if differ.is_empty() {
        return unnamed("the recorded table of files is that of the files here, and the recorded digest is not");
    }
    let mut words: Vec<String> = differ.iter().take(NAMED).map(|(path, change)| format!("`{}` {}", shown(path), change.name())).collect();
    if differ.len() > NAMED {
        words.push(format!("{} more", differ.len() - NAMED));
    }
    Differing { words: words.join(", "), first: differ.into_keys().next(), named: true }
}

/// `dirHash1:9c1f4e02…`
pub(super) fn short(digest: &Digest) -> String {
    let value: String = digest.value.chars().take(8).collect();
    let cut = if digest.value.chars().count() > 8 { "…" } else { "" };
    format!("{}:{}{cut}", digest.algorithm.name(), shown(&value))
}
