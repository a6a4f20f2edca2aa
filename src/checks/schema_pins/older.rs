//! The history of a pins file, under all the names that it had: every earlier version of some pins.

use std::collections::{BTreeMap, BTreeSet};

use super::base::{self, short};
use super::before::Past;
use super::former::{Later, Search};
use super::index::{Index, same_bytes, value};
use crate::pins::{At, Pin};
use crate::shown::shown;
use crate::world::{FileAt, HistoryError, RelPath, Stored};

/// The most commits of a pins file, and the most earlier versions of one pin, that are looked at.
const COMMITS: usize = 10_000;
const VERSIONS: usize = 256;
/// The most names of a pins file, and the most times that it was brought under one of them.
const NAMES: usize = 16;
const BROUGHT: usize = 64;

/// An earlier version of a pin.
pub(crate) struct Older {
    pub(crate) pin: Pin,
    /// The commit of this repository that had it.
    pub(super) commit: String,
    /// The text of its schema, or why it is not known.
    pub(crate) schema: Result<String, String>,
}

impl Past<'_> {
    /// Every earlier version of some pins, by their places, with its schema; newest first.
    pub(super) fn older(&self, wanted: &[(usize, &Pin)]) -> Result<BTreeMap<usize, Vec<Older>>, String> {
        if wanted.is_empty() {
            return Ok(BTreeMap::new());
        }
        let pins: Vec<&Pin> = wanted.iter().map(|(_, pin)| *pin).collect();
        let mut walked = self.walk(&self.history_files(&pins)?, &pins)?;
        let mut found = BTreeMap::new();
        for (at, (place, pin)) in wanted.iter().enumerate() {
            let mut older = walked.remove(&at).unwrap_or_default();
            older.retain(|older| !same_bytes(&older.pin, pin));
            if older.len() > VERSIONS {
                let name = shown(&pin.name.value);
                return Err(format!("`{name}` had {} other versions; {VERSIONS} are looked at", older.len()));
            }
            let schemas = self.schemas(older.iter().map(|older| (older.commit.as_str(), &older.pin)));
            older.iter_mut().zip(schemas).for_each(|(older, schema)| older.schema = schema);
            found.insert(*place, older);
        }
        Ok(found)
    }

    /// The pins file in every commit that changed it, newest first; then what it was made from, under the names that it had.
    pub(super) fn history_files(&self, wanted: &[&Pin]) -> Result<Vec<FileAt>, String> {
        let said = |error: HistoryError| error.to_string();
        let history = self.cx.history();
        let wanted: Vec<Pin> = wanted.iter().map(|pin| (*pin).clone()).collect();
        let mut names: Vec<RelPath> = vec![self.path.clone()];
        let mut files: Vec<FileAt> = Vec::new();
        let mut at = 0;
        while let Some(path) = names.get(at).cloned() {
            at += 1;
            let commits = history.versions(&path).map_err(said)?;
            files.extend(commits.into_iter().map(|commit| FileAt { commit, path: path.clone() }));
            if files.len() > COMMITS {
                return Err(format!("{} commits changed the pins file; {COMMITS} are looked at", files.len()));
            }
            let brought = history.brought(&path).map_err(said)?;
            if brought.len() > BROUGHT {
                return Err(format!("`{}` was brought {} times; {BROUGHT} are looked at", shown(path.as_str()), brought.len()));
            }
            for commit in brought {
                let Some(parent) = history.first_parent(&commit).map_err(said)? else { continue };
                let search = Search { commit: &parent, later: Later::Commit(&commit), path: &path, pins: &wanted };
                let formers = search.formers(&self.cx)?.into_iter().map(|former| former.path);
                let fresh: Vec<RelPath> = formers.filter(|former| !names.contains(former)).collect();
                names.extend(fresh);
            }
            if names.len() > NAMES {
                return Err(format!("the pins file had {} names; {NAMES} are looked at", names.len()));
            }
        }
        Ok(files)
    }

    /// What pins files of before say of some pins, by their places among them: each version once, as the first file has it. The schemas are not
    /// asked for.
    pub(super) fn walk(&self, files: &[FileAt], wanted: &[&Pin]) -> Result<BTreeMap<usize, Vec<Older>>, String> {
        let mut found: BTreeMap<usize, Vec<Older>> = BTreeMap::new();
        let mut seen: BTreeSet<(usize, Option<String>, Option<String>)> = BTreeSet::new();
        base::each_file(&self.cx, files, |file, stored| {
            let Some(old) = entries(file, stored, wanted)? else { return Ok(()) };
            let index = Index::of(&old);
            for (at, pin) in wanted.iter().enumerate() {
                let Some(old) = index.find(pin) else { continue };
                let text = |of: Option<&At<String>>| value(of).map(str::to_owned);
                if seen.insert((at, text(old.sha256.as_ref()), text(old.version.as_ref()))) {
                    let schema = Err("it was not asked for".to_owned());
                    found.entry(at).or_default().push(Older { pin: old.clone(), commit: file.commit.clone(), schema });
                }
            }
            Ok(())
        })?;
        Ok(found)
    }
}

/// The entries of a pins file of before; `None`: there was none, or it cannot be read and has no word of the pins.
fn entries(file: &FileAt, stored: Stored, wanted: &[&Pin]) -> Result<Option<Vec<Pin>>, String> {
    let unread = |why: String| format!("`{}` of commit {} cannot be read: {why}", shown(file.path.as_str()), short(&file.commit));
    // `None`: before there was a pins file, or while there was none.
    let Some(bytes) = base::bytes(stored, &file.commit).map_err(unread)? else { return Ok(None) };
    let is_told = |text: &str| memchr::memmem::find(&bytes, text.as_bytes()).is_some();
    let is_meant = wanted.iter().any(|pin| is_told(&pin.name.value) || is_told(&pin.path.value));
    match base::read(file.path.as_str(), bytes) {
        Ok(old) => Ok(Some(old.pins)),
        // What was broken once stays so in the history; it matters to those alone whom it may have held.
        Err(_) if !is_meant => Ok(None),
        Err(why) => Err(unread(why)),
    }
}
