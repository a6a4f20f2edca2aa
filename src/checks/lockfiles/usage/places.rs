//! Which lock a command is about: one in its folder, above or below it, of the formats that its tool reads.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::super::reading::included;
use super::super::search::Found;
use crate::pipeline::installers::{Lock, Repository, Sought, programs_of};
use crate::world::{Cx, Listed, Listing};

/// The locks that are asked about, and the files of the repository.
pub(super) struct Shelf<'l> {
    cx: &'l Cx<'l>,
    listing: &'l Listing,
    /// Path and format.
    locks: Vec<(&'l str, &'static str)>,
    texts: RefCell<BTreeMap<String, Option<String>>>,
}

/// Whether locks count that no format of ours reads, and that are locks to their tool all the same.
#[derive(Debug, Clone, Copy)]
pub(super) enum Others {
    Count,
    AreLeftOut,
}

impl<'l> Shelf<'l> {
    pub(super) fn new((cx, listing): (&'l Cx<'l>, &'l Listing), found: &[Found<'l>], others: Others) -> Self {
        let mut locks: Vec<(&str, &str)> = found.iter().map(|found| (found.path, found.format.name)).collect();
        let is_deno = |(path, _): &(&str, Listed)| path.rsplit('/').next() == Some("deno.lock");
        match others {
            Others::Count => locks.extend(listing.iter().filter(is_deno).map(|(path, _)| (path, "deno"))),
            Others::AreLeftOut => {}
        }
        Self { cx, listing, locks, texts: RefCell::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.locks.is_empty()
    }

    /// The programs that these locks are for.
    pub(super) fn programs(&self) -> Vec<&'static str> {
        programs_of(|format| self.locks.iter().any(|(_, own)| *own == format))
    }

    /// Calls `judge` with what can be asked of the repository.
    pub(super) fn ask<T>(&self, judge: impl FnOnce(Repository<'_>) -> T) -> T {
        let lock = |sought: &Sought<'_>| self.lock(sought);
        let is_lock = |path: &str| self.locks.iter().any(|(own, _)| *own == path);
        let text = |path: &str| self.text(path);
        judge(Repository { lock: &lock, is_lock: &is_lock, text: &text })
    }

    fn text(&self, path: &str) -> Option<String> {
        let known = self.texts.borrow().get(path).cloned();
        known.unwrap_or_else(|| {
            let text = included(self.cx, self.listing, path).ok();
            self.texts.borrow_mut().insert(path.to_owned(), text.clone());
            text
        })
    }

    fn lock(&self, sought: &Sought<'_>) -> Option<Lock> {
        let of_formats = || self.locks.iter().filter(|(_, format)| sought.formats.contains(format));
        let given = |(path, format): &(&str, &'static str)| Lock { path: (*path).to_owned(), format: (*format).to_owned() };
        let Some(folder) = sought.folder else { return of_formats().next().map(given) };
        let above = of_formats().filter(|(path, _)| is_within(folder, folder_of(path)));
        if let Some(nearest) = above.max_by_key(|(path, _)| folder_of(path).len()) {
            return Some(given(nearest));
        }
        // A manifest here whose lock lies neither here nor above has none, whatever lies below.
        let has_manifest = sought.manifests.iter().any(|name| self.listing.get(&in_folder(folder, name)).is_some());
        let mut below = of_formats().filter(|(path, _)| is_within(folder_of(path), folder));
        if has_manifest { None } else { below.next().map(given) }
    }

    /// The folder that the commands of an image work on: its own, where something to install lies in it; else nobody knows.
    pub(super) fn folder_of_image<'p>(&self, path: &'p str, has_manifest: impl Fn(&str) -> bool) -> Option<&'p str> {
        let folder = folder_of(path);
        let lies_here = |path: &str| folder_of(path) == folder && (has_manifest(path) || self.locks.iter().any(|(lock, _)| *lock == path));
        self.listing.below(folder).any(lies_here).then_some(folder)
    }

    pub(super) fn has_folder(&self, path: &str) -> bool {
        self.listing.has_folder(path)
    }
}

/// Whether a folder is another or lies in it.
fn is_within(folder: &str, above: &str) -> bool {
    above.is_empty() || folder.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn in_folder(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
