//! Which files are lockfiles, and what is to be said of the globs that narrow them.

use super::formats::{Format, format_of};
use super::manifests::manifest_of;
use super::usage::is_read;
use super::{Lockfiles, rules};
use crate::check::{Met, Outcome, Place};
use crate::config::{AtLeastOne, any_used};
use crate::shown::shown;
use crate::world::{Listed, Listing};

/// A lockfile that was found.
#[derive(Clone, Copy)]
pub(super) struct Found<'l> {
    pub(super) path: &'l str,
    pub(super) kind: Listed,
    pub(super) format: &'static Format,
}

impl Lockfiles {
    /// Every lockfile among the promoted files, those that are left out or not asked about among them.
    pub(super) fn all(listing: &Listing) -> Vec<Found<'_>> {
        let mut all = Vec::new();
        for (path, kind) in listing.iter().filter(|(_, kind)| *kind != Listed::Submodule) {
            let Some(format) = format_of(path) else { continue };
            if !is_part_of_another(path, format.name, listing) {
                all.push(Found { path, kind, format });
            }
        }
        all
    }

    /// Those that are asked about, and what is to be said of the globs.
    pub(super) fn asked<'l>(&self, all: &[Found<'l>], listing: &Listing, outcome: &mut Outcome) -> Vec<Found<'l>> {
        let globs = self.files.as_ref().map(AtLeastOne::as_slice);
        let mut used = vec![false; globs.map_or(0, <[_]>::len)];
        let mut excludes_used = vec![false; self.exclude.len()];
        let mut found = Vec::new();
        for lockfile in all {
            let is_asked = globs.is_none_or(|globs| any_used(globs, &mut used, |glob| glob.matches(lockfile.path)));
            if is_asked && !any_used(&self.exclude, &mut excludes_used, |glob| glob.matches(lockfile.path)) {
                found.push(*lockfile);
            }
        }
        for (glob, _) in globs.unwrap_or_default().iter().zip(&used).filter(|(_, used)| !**used) {
            let message = format!("`{}` matches no lockfile among the promoted files", shown(glob.as_str()));
            outcome.add(Met::new(&rules::NO_MATCH, Place::of("."), message));
        }
        for (glob, _) in self.exclude.iter().zip(&excludes_used).filter(|(_, used)| !**used) {
            if !listing.iter().any(|(path, _)| glob.matches(path) && (manifest_of(path).is_some() || is_read(path))) {
                let message = format!("`{}` leaves no lockfile, no manifest and nothing that CI runs out", shown(glob.as_str()));
                outcome.add(Met::new(&rules::EXCLUDE_UNUSED, Place::of("."), message));
            }
        }
        for odd in listing.odd() {
            outcome.add(Met::new(&rules::ODD_NAME, Place::of("."), odd.to_string()));
        }
        found
    }
}

/// Whether a file that is a lock by its name is only half of one, or what one is made from.
fn is_part_of_another(path: &str, format: &str, listing: &Listing) -> bool {
    let is_there = |stem: Option<&str>, suffix: &str| stem.is_some_and(|stem| listing.get(&format!("{stem}.{suffix}")).is_some());
    match format {
        "requirements" => is_there(path.strip_suffix(".txt"), "lock"),
        "go.sum" => is_there(path.strip_suffix(".sum"), "mod"),
        _ => false,
    }
}
