//! Manifests that no lock is of: nothing they ask for is pinned at all.

use std::collections::{BTreeMap, BTreeSet};

use super::manifests::{Manifest, manifest_of, names_member};
use super::reading::included;
use super::search::Found;
use super::{Lockfiles, rules};
use crate::check::{Met, Outcome, Place};
use crate::formats::lockfiles::wants::{Wants, are_named};
use crate::shown::{escaped, shell_word, shown};
use crate::world::{Cx, HistoryError, Ignored, Listed, Listing, RelPath};

/// How many packages are named.
const NAMED: usize = 3;

/// What was compared already.
#[derive(Default)]
pub(super) struct Known {
    /// Manifests that were held against a lock.
    pub(super) manifests: BTreeSet<String>,
    /// Locks that were held against all that they are made from: what they do not know is no member of theirs.
    pub(super) locks: BTreeSet<String>,
}

/// A manifest without a lock beside it.
struct Bare<'l> {
    path: &'l str,
    folder: &'l str,
    sort: &'static Manifest,
}

impl Lockfiles {
    /// Looks for manifests that ask for packages and have no lock. `locks` are all lockfiles that are promoted, asked about or not.
    pub(super) fn missing(&self, (cx, listing): (&Cx<'_>, &Listing), (locks, known): (&[Found<'_>], &Known), outcome: &mut Outcome) {
        let bare = self.bare(listing, locks);
        let mut above: BTreeMap<&str, Result<String, String>> = BTreeMap::new();
        let mut without: Vec<(Bare<'_>, Vec<String>)> = Vec::new();
        for manifest in bare.into_iter().filter(|manifest| !known.manifests.contains(manifest.path)) {
            let place = Place::of(escaped(manifest.path));
            let text = match included(cx, listing, manifest.path) {
                Ok(text) => text,
                Err(why) => {
                    outcome.add(Met::new(&rules::MANIFEST_UNREAD, place, format!("has no lock beside it, and {why}")));
                    continue;
                }
            };
            let names = match (manifest.sort.wants)(&text) {
                Wants::Packages(names) => names,
                Wants::Nothing => continue,
                Wants::CannotTell(why) => {
                    outcome.add(Met::new(&rules::MANIFEST_UNREAD, place, format!("has no lock beside it, and {why}")));
                    continue;
                }
            };
            let mut read = |lock| above.entry(lock).or_insert_with(|| included(cx, listing, lock)).clone();
            let open: Vec<&Found<'_>> = locks.iter().filter(|lock| !known.locks.contains(lock.path)).collect();
            if !is_member(&manifest, &text, &open, &mut read) && !is_frozen(&manifest, &names, locks, &mut read) {
                // The lock that should be there is one of those that are asked about.
                outcome.examined.count += 1;
                without.push((manifest, names));
            }
        }
        told(cx, &without, outcome);
    }

    /// The manifests beside which no lock lies that could be of them.
    fn bare<'l>(&self, listing: &'l Listing, locks: &[Found<'_>]) -> Vec<Bare<'l>> {
        let mut bare = Vec::new();
        for (path, _) in listing.iter().filter(|(_, kind)| *kind != Listed::Submodule) {
            let Some(sort) = manifest_of(path) else { continue };
            let folder = folder_of(path);
            // A requirements file says by its name of which other it is; whether it is of a project, what it names says.
            let is_of_it = |lock: &Found<'_>| {
                let is_named_so = lock.format.name != "requirements" || stem_of(lock.path) == stem_of(path);
                sort.ecosystems.contains(&lock.format.ecosystem) && folder_of(lock.path) == folder && is_named_so
            };
            let is_left_out = self.exclude.iter().any(|glob| glob.matches(path));
            if !is_left_out && !locks.iter().any(is_of_it) {
                bare.push(Bare { path, folder, sort });
            }
        }
        bare
    }
}

/// Whether a lock in a folder above, whose members nobody could find out, names the manifest's folder or package. A lock that cannot be read is
/// told of where it lies, and so is taken to name it.
fn is_member<'l>(manifest: &Bare<'_>, text: &str, locks: &[&Found<'l>], read: &mut impl FnMut(&'l str) -> Result<String, String>) -> bool {
    locks.iter().filter(|lock| manifest.sort.ecosystems.contains(&lock.format.ecosystem)).any(|lock| {
        let at = folder_of(lock.path);
        let below = match at {
            "" => manifest.folder,
            at => match manifest.folder.strip_prefix(at).and_then(|below| below.strip_prefix('/')) {
                Some(below) => below,
                None => return false,
            },
        };
        read(lock.path).map_or(true, |lock| names_member(&lock, below, text))
    })
}

/// Whether the requirements files beside a project name all that it asks for. One that cannot be read is told of where it lies.
fn is_frozen<'l>(
    manifest: &Bare<'_>,
    names: &[String],
    locks: &[Found<'l>],
    read: &mut impl FnMut(&'l str) -> Result<String, String>,
) -> bool {
    let beside = locks.iter().filter(|lock| lock.format.name == "requirements" && folder_of(lock.path) == manifest.folder);
    let texts: Vec<Result<String, String>> = beside.map(|lock| read(lock.path)).collect();
    let asks_python = manifest.sort.ecosystems.contains(&"requirements");
    asks_python && !texts.is_empty() && (texts.iter().any(Result::is_err) || are_named(names, texts.iter().flatten().map(String::as_str)))
}

fn told(cx: &Cx<'_>, without: &[(Bare<'_>, Vec<String>)], outcome: &mut Outcome) {
    if without.is_empty() {
        return;
    }
    let ignored = ignored(cx, without);
    for (manifest, names) in without {
        let asks = asks(names);
        let command = match manifest.folder {
            "" => manifest.sort.make.to_owned(),
            folder => format!("(cd {} && {})", shell_word(folder), manifest.sort.make),
        };
        let own = |(path, _): &(&RelPath, &Ignored)| {
            manifest.sort.locks.contains(&name_of(path.as_str())) && folder_of(path.as_str()) == manifest.folder
        };
        let met = match ignored.as_ref().map(|ignored| ignored.iter().find(own)) {
            Ok(Some((lock, by))) if by.is_promoted => {
                let at = Place::at(escaped(&by.source), by.line);
                let message =
                    format!("git leaves `{}` out, so nothing pins what `{}` asks for: {asks}", shown(lock.as_str()), shown(manifest.path));
                Met::new(&rules::IGNORED, at, message).subject(manifest.path)
            }
            _ => {
                let untracked = beside(manifest).find(|path| RelPath::parse(path).is_ok_and(|path| cx.tree().stat(&path).is_ok()));
                let (message, command) = match untracked {
                    Some(lock) => {
                        let message = format!("asks for {asks}, and `{}` is not tracked by git", shown(&lock));
                        (message, format!("git add {}", shell_word(&lock)))
                    }
                    None => (format!("asks for {asks}, and no promoted lock is of it"), command),
                };
                Met::new(&rules::NO_LOCK, Place::of(escaped(manifest.path)), message).next(command)
            }
        };
        outcome.add(met);
    }
}

/// The packages that are asked for, the first of them by name.
pub(super) fn asks(names: &[String]) -> String {
    let named: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{}`", shown(name))).collect();
    match names.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// Which of the locks that would lie beside the manifests git does not add.
fn ignored(cx: &Cx<'_>, without: &[(Bare<'_>, Vec<String>)]) -> Result<BTreeMap<RelPath, Ignored>, HistoryError> {
    let paths: Vec<RelPath> =
        without.iter().flat_map(|(manifest, _)| beside(manifest)).filter_map(|path| RelPath::parse(&path).ok()).collect();
    cx.history().ignored(&paths)
}

/// The paths of the locks that the usual tools would write beside a manifest.
fn beside(manifest: &Bare<'_>) -> impl Iterator<Item = String> {
    let folder = manifest.folder.to_owned();
    manifest.sort.locks.iter().map(move |lock| if folder.is_empty() { (*lock).to_owned() } else { format!("{folder}/{lock}") })
}

fn stem_of(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(stem, _)| stem)
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn name_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}
