//! Whether a lock is of its manifest, told without a network.

use super::formats::{Manifest, compare_requirements};
use super::missing::asks;
use super::reading::{Opened, included};
use super::search::Found;
use super::{manifests, rules};
use crate::check::{Met, Outcome, Place};
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
    let Some(manifest) = manifest_of(found, listing) else { return Vec::new() };
    let is = |manifest: String, sync| Compared { manifest, came: Came::Is(sync) };
    let text = match included(cx, listing, &manifest) {
        Ok(text) => text,
        Err(why) => return vec![is(manifest, Sync::CannotTell(format!("it {why}")))],
    };
    let lock = opened.text;
    let mut all = Vec::new();
    let sync = match found.format.manifest {
        Manifest::None => return all,
        Manifest::One(_, compare) => compare(lock, &text),
        Manifest::OfRequirements => compare_requirements(lock, &text),
        Manifest::Workspace(name, compare) => match members(found, name, (cx, listing)) {
            Ok(members) => compare(lock, &text, &members.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>()),
            Err(why) => Sync::CannotTell(why),
        },
        Manifest::Members(name, compare) => {
            match members(found, name, (cx, listing)) {
                // What the lock does not name is no member: a fixture, a template.
                Ok(members) => members.iter().filter(|(folder, _)| lock.contains(&format!("\"{folder}\""))).for_each(|(folder, text)| {
                    all.push(is(format!("{folder}/{name}"), compare(lock, folder, text)));
                }),
                Err(why) => all.push(is(manifest.clone(), Sync::CannotTell(why))),
            }
            compare(lock, "", &text)
        }
    };
    let own = match empty(found, opened, &text) {
        Some(names) if sync != Sync::Yes => Compared { manifest, came: Came::Empty(names) },
        _ => is(manifest, sync),
    };
    all.insert(0, own);
    all
}

/// What the manifest asks for, if the lock holds nothing.
fn empty(found: &Found<'_>, opened: &Opened<'_>, manifest: &str) -> Option<Vec<String>> {
    let (_, lock) = opened.locks.first()?;
    let asks = match found.format.manifest {
        Manifest::OfRequirements => wants::requirements,
        Manifest::One(name, _) | Manifest::Workspace(name, _) | Manifest::Members(name, _) => manifests::manifest_of(name)?.wants,
        Manifest::None => return None,
    };
    match asks(manifest) {
        Wants::Packages(names) if lock.packages.iter().all(|package| package.source == Source::Project) => Some(names),
        Wants::Packages(_) | Wants::Nothing | Wants::CannotTell(_) => None,
    }
}

/// The path of the manifest beside a lock, if it is among the promoted files.
pub(super) fn manifest_of(found: &Found<'_>, listing: &Listing) -> Option<String> {
    let (folder, file) = found.path.rsplit_once('/').unwrap_or(("", found.path));
    let in_folder = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let is_there = |path: &String| listing.get(path).is_some();
    match found.format.manifest {
        Manifest::None => None,
        Manifest::One(name, _) => Some(in_folder(name)).filter(is_there),
        Manifest::Workspace(name, _) => Some(in_folder(name)).filter(is_there),
        Manifest::Members(name, _) => Some(in_folder(name)).filter(is_there),
        Manifest::OfRequirements => {
            let (stem, suffix) = file.rsplit_once('.')?;
            let names = [Some(format!("{stem}.in")), (suffix == "lock").then(|| format!("{stem}.txt"))];
            names.into_iter().flatten().map(|name| in_folder(&name)).find(is_there)
        }
    }
}

/// Judges whether a lock is of its manifests; those that nobody can compare it with.
pub(super) fn judge(found: &Found<'_>, opened: &Opened<'_>, door: (&Cx<'_>, &Listing), outcome: &mut Outcome) -> Vec<String> {
    let all = compare(found, opened, door);
    if all.is_empty() && opened.locks.iter().all(|(_, lock)| lock.packages.is_empty() && lock.remarks.is_empty()) {
        let message = "holds no package, and no manifest beside it asks for none";
        outcome.add(Met::new(&rules::HOLDS_NOTHING, Place::of(escaped(found.path)), message));
    }
    all.iter().for_each(|compared| tell(found, compared, outcome));
    let is_undecided = |compared: &Compared| matches!(compared.came, Came::Is(Sync::CannotTell(_)));
    all.into_iter().filter(is_undecided).map(|compared| compared.manifest).collect()
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

/// The manifests of that name below the lock's folder, each with its folder as seen from there, those with a lock of their own aside.
fn members(found: &Found<'_>, name: &str, (cx, listing): (&Cx<'_>, &Listing)) -> Result<Vec<(String, String)>, String> {
    let folder = found.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let lock = found.path.rsplit('/').next().unwrap_or(found.path);
    let has_own_lock = |path: &str| {
        let mut at = path.rsplit_once('/').map_or("", |(at, _)| at);
        while at.len() > folder.len() {
            if listing.get(&format!("{at}/{lock}")).is_some() {
                return true;
            }
            at = at.rsplit_once('/').map_or("", |(above, _)| above);
        }
        false
    };
    let own = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let is_member = |path: &&str| path.rsplit('/').next() == Some(name) && **path != own && !has_own_lock(path);
    let below = |path: &str| {
        let at = path.rsplit_once('/').map_or("", |(at, _)| at);
        at.strip_prefix(folder).unwrap_or(at).trim_start_matches('/').to_owned()
    };
    let text = |path: &str| included(cx, listing, path).map_err(|why| format!("`{}` {why}", shown(path)));
    listing.below(folder).filter(is_member).map(|path| Ok((below(path), text(path)?))).collect()
}
