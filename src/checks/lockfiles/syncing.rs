//! Whether a lock is of its manifest, told without a network.

use super::formats::{Manifest, compare_requirements};
use super::reading::included;
use super::rules;
use super::search::Found;
use crate::check::{Met, Outcome, Place};
use crate::formats::lockfiles::Sync;
use crate::shown::{escaped, shown};
use crate::world::{Cx, Listing};

/// How many differences are told one by one.
const TOLD: usize = 5;

/// Compares a lock with the manifest beside it, if there is one.
pub(super) fn compare(found: &Found<'_>, lock: &str, (cx, listing): (&Cx<'_>, &Listing), outcome: &mut Outcome) {
    let Some(manifest) = manifest_of(found, listing) else { return };
    let text = match included(cx, listing, &manifest) {
        Ok(text) => text,
        Err(why) => return told(found, &manifest, Sync::CannotTell(format!("it {why}")), outcome),
    };
    let sync = match found.format.manifest {
        Manifest::None => return,
        Manifest::One(_, compare) => compare(lock, &text),
        Manifest::OfRequirements => compare_requirements(lock, &text),
        Manifest::Workspace(name, compare) => match members(found, name, (cx, listing)) {
            Ok(members) => compare(lock, &text, &members.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>()),
            Err(why) => Sync::CannotTell(why),
        },
        Manifest::Members(name, compare) => {
            told(found, &manifest, compare(lock, "", &text), outcome);
            match members(found, name, (cx, listing)) {
                // What the lock does not name is no member: a fixture, a template.
                Ok(members) => members.iter().filter(|(folder, _)| lock.contains(&format!("\"{folder}\""))).for_each(|(folder, text)| {
                    told(found, &format!("{folder}/{name}"), compare(lock, folder, text), outcome);
                }),
                Err(why) => told(found, &manifest, Sync::CannotTell(why), outcome),
            }
            return;
        }
    };
    told(found, &manifest, sync, outcome);
}

/// The path of the manifest beside a lock, if it is among the promoted files.
fn manifest_of(found: &Found<'_>, listing: &Listing) -> Option<String> {
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

fn told(found: &Found<'_>, manifest: &str, sync: Sync, outcome: &mut Outcome) {
    let met = |rule, message: String| Met::new(rule, Place::of(escaped(found.path)), message).subject(found.path);
    match sync {
        Sync::Yes => {}
        Sync::CannotTell(why) => outcome.add(met(&rules::SYNC_UNKNOWN, format!("compared with `{}`: {why}", shown(manifest)))),
        Sync::No(differs) => {
            for difference in differs.iter().take(TOLD) {
                outcome.add(met(&rules::OUT_OF_SYNC, format!("is not of `{}`: {difference}", shown(manifest))));
            }
            if differs.len() > TOLD {
                outcome.add(met(&rules::OUT_OF_SYNC, format!("and {} more differences", differs.len() - TOLD)));
            }
        }
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
