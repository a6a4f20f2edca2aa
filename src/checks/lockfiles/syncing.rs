//! Whether a lock is of its manifest, told without a network.

use super::formats::{Manifest, PYPROJECT, compare_requirements};
use super::missing::asks;
use super::reading::{Opened, included};
use super::search::Found;
use super::{manifests, rules};
use crate::check::{Met, Outcome, Place};
use crate::formats::lockfiles::project::Project;
use crate::formats::lockfiles::wants::{self, Wants};
use crate::formats::lockfiles::{Source, Sync};
use crate::shown::{escaped, shown};
use crate::world::{Cx, Listing};

/// How many differences are told one by one.
const TOLD: usize = 5;

/// What the comparison of a lock with one manifest came to.
pub(super) struct Compared {
    /// Its path.
    pub(super) manifest: String,
    pub(super) came: Came,
}

/// As [`Sync`], and what is plainer.
pub(super) enum Came {
    Is(Sync),
    /// The lock holds nothing, and the manifest asks for these.
    Empty(Vec<String>),
}

/// Compares a lock with the manifest beside it and those of the members of its workspace, if there are any.
pub(super) fn compare(found: &Found<'_>, opened: &Opened<'_>, (cx, listing): (&Cx<'_>, &Listing)) -> Vec<Compared> {
    let Some(manifest) = manifest_of(found, opened.text, listing) else { return Vec::new() };
    let is = |manifest: String, sync| Compared { manifest, came: Came::Is(sync) };
    let text = match included(cx, listing, &manifest) {
        Ok(text) => text,
        Err(why) => return vec![is(manifest, Sync::CannotTell(format!("it {why}")))],
    };
    let lock = opened.text;
    let holds = empty(found, opened, (&manifest, &text));
    let mut all = match found.format.manifest {
        Manifest::None => return Vec::new(),
        Manifest::One(_, compare) => vec![is(manifest, compare(lock, &text))],
        Manifest::OfRequirements => {
            let sync = compare_requirements(lock, (&manifest, &text), &|path| included(cx, listing, path));
            vec![is(manifest, sync)]
        }
        Manifest::Project(_, compare) | Manifest::Beside(_, compare) => {
            let name = manifest.rsplit('/').next().unwrap_or(&manifest);
            let folder = found.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            // Out of the root nothing is listed.
            let within = |path: &str| below_root(folder, path).unwrap_or_else(|| path.to_owned());
            let ending = |end: &str| {
                let below = listing.below(folder).filter(|path| path.ends_with(end));
                below.map(|path| path[folder.len()..].trim_start_matches('/').to_owned()).collect()
            };
            let open = |path: &str| {
                let path = within(path);
                listing.get(&path).map(|_| included(cx, listing, &path)).transpose()
            };
            let project = Project { name, manifest: &text, ending: &ending, open: &open };
            compare(lock, &project).into_iter().map(|(path, sync)| is(within(&path), sync)).collect()
        }
    };
    if let (Some(names), Some(own)) = (holds, all.first_mut())
        && !matches!(own.came, Came::Is(Sync::Yes))
    {
        own.came = Came::Empty(names);
    }
    all
}

/// A path as it is seen from the root, from where `folder` is; none where it leads out.
fn below_root(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')).filter(|part| !part.is_empty()) {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

/// What the manifest asks for, if the lock holds nothing.
fn empty(found: &Found<'_>, opened: &Opened<'_>, (path, manifest): (&str, &str)) -> Option<Vec<String>> {
    let (_, lock) = opened.locks.first()?;
    let asks = match found.format.manifest {
        Manifest::OfRequirements if path.ends_with(PYPROJECT) => wants::pyproject,
        Manifest::OfRequirements => wants::requirements,
        Manifest::One(name, _) | Manifest::Project(name, _) => manifests::manifest_of(name)?.wants,
        Manifest::Beside(..) | Manifest::None => return None,
    };
    match asks(manifest) {
        Wants::Packages(names) if lock.packages.iter().all(|package| package.source == Source::Project) => Some(names),
        Wants::Packages(_) | Wants::Nothing | Wants::CannotTell(_) => None,
    }
}

/// The path of the manifest beside a lock with this text, if it is among the promoted files.
pub(super) fn manifest_of(found: &Found<'_>, lock: &str, listing: &Listing) -> Option<String> {
    let (folder, file) = found.path.rsplit_once('/').unwrap_or(("", found.path));
    let in_folder = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let is_there = |path: &String| listing.get(path).is_some();
    match found.format.manifest {
        Manifest::None => None,
        Manifest::One(name, _) => Some(in_folder(name)).filter(is_there),
        Manifest::Project(name, _) => Some(in_folder(name)).filter(is_there),
        Manifest::Beside(ending, _) => {
            let beside = |path: &&str| path.ends_with(ending) && path.rsplit_once('/').map_or("", |(at, _)| at) == folder;
            listing.below(folder).find(beside).map(str::to_owned)
        }
        Manifest::OfRequirements => {
            let (stem, suffix) = file.rsplit_once('.')?;
            let names = [Some(format!("{stem}.in")), (suffix == "lock").then(|| format!("{stem}.txt"))];
            // What was compiled from a project says so at its head.
            let is_of_project = || lock.lines().take_while(|line| line.starts_with('#')).any(|line| line.contains(PYPROJECT));
            let project = || Some(in_folder(PYPROJECT)).filter(|path| is_there(path) && is_of_project());
            names.into_iter().flatten().map(|name| in_folder(&name)).find(is_there).or_else(project)
        }
    }
}

/// Judges whether a lock is of its manifests; all of them, each with whether nobody can compare it.
pub(super) fn judge(found: &Found<'_>, opened: &Opened<'_>, door: (&Cx<'_>, &Listing), outcome: &mut Outcome) -> Vec<(String, bool)> {
    let all = compare(found, opened, door);
    if all.is_empty() && opened.locks.iter().all(|(_, lock)| lock.packages.is_empty() && lock.remarks.is_empty()) {
        let message = "holds no package, and no manifest beside it asks for none";
        outcome.add(Met::new(&rules::HOLDS_NOTHING, Place::of(escaped(found.path)), message));
    }
    all.iter().for_each(|compared| tell(found, compared, outcome));
    let is_undecided = |compared: &Compared| matches!(compared.came, Came::Is(Sync::CannotTell(_)));
    all.into_iter().map(|compared| (is_undecided(&compared), compared.manifest)).map(|(is_undecided, path)| (path, is_undecided)).collect()
}

/// Tells what a comparison came to.
fn tell(found: &Found<'_>, compared: &Compared, outcome: &mut Outcome) {
    let manifest = shown(&compared.manifest);
    let met = |rule, message: String| Met::new(rule, Place::of(escaped(found.path)), message).subject(found.path);
    match &compared.came {
        Came::Is(Sync::Yes) => {}
        Came::Is(Sync::CannotTell(why)) => outcome.add(met(&rules::SYNC_UNKNOWN, format!("compared with `{manifest}`: {why}"))),
        Came::Is(Sync::No(differs)) => {
            for difference in differs.iter().take(TOLD) {
                outcome.add(met(&rules::OUT_OF_SYNC, format!("is not of `{manifest}`: {difference}")));
            }
            if differs.len() > TOLD {
                outcome.add(met(&rules::OUT_OF_SYNC, format!("and {} more differences", differs.len() - TOLD)));
            }
        }
        Came::Empty(names) => outcome.add(met(&rules::EMPTY, format!("holds no package, and `{manifest}` asks for {}", asks(names)))),
    }
}
