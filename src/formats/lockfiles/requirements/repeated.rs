//! Entries of one package that stand in several places, in one file or in several.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::File;
use super::entry::Entry;
use super::markers::{Apart, Marker};
use crate::formats::lockfiles::python::{is_normal, normal};
use crate::formats::lockfiles::text::shown;
use crate::formats::lockfiles::{Oddity, Remarks};
use crate::formats::repeats::{mark, repeats};

/// An entry of one of several files.
struct Named<'f, 't> {
    name: Cow<'f, str>,
    file: usize,
    line: usize,
    entry: &'f Entry<'t>,
}

/// How many pairs of what markers say are looked at in all: a hundred times as many as a real lock has.
const MOST: usize = 1_000_000;

/// Says what stands more than once, where markers do not prove that only one of it counts.
pub(super) fn tell(files: &mut [(String, File<'_>)]) {
    let mut odd: Vec<Remarks> = vec![Remarks::default(); files.len()];
    {
        let all = named(files);
        let (mut places, mut left) = (BTreeMap::<usize, Vec<(usize, Marker)>>::new(), MOST);
        for (again, first) in repeats(&all, |one| mark(&one.name), |one, other| one.name.cmp(&other.name)) {
            let marker = |place: usize| Marker::read(&all[place].entry.marker);
            let before = places.entry(first).or_insert_with(|| vec![(first, marker(first))]);
            let own = marker(again);
            let clash = clash(before, &own, &mut left);
            // One that says the same of itself as one before is told of in any case.
            let is_as_before = clash.is_some_and(|(other, _)| all[other].entry.marker == all[again].entry.marker);
            if !is_as_before {
                before.push((again, own));
            }
            if let Some((other, apart)) = clash {
                let path = (all[other].file != all[again].file).then(|| files[all[other].file].0.as_str());
                let before = Before { named: &all[other], path, apart };
                before.say(&all[again], &mut odd[all[again].file]);
            }
        }
    }
    files.iter_mut().zip(odd).for_each(|((_, file), odd)| file.remarks.join(odd));
}

/// The first place whose marker can hold together with this one; else the first of which that cannot be told.
fn clash(before: &[(usize, Marker)], own: &Marker, left: &mut usize) -> Option<(usize, Apart)> {
    let mut unknown = None;
    for (place, marker) in before {
        match marker.apart(own, left) {
            Apart::Yes => {}
            Apart::No => return Some((*place, Apart::No)),
            Apart::Unknown => unknown = unknown.or(Some((*place, Apart::Unknown))),
        }
        if *left == 0 && unknown.is_some() {
            break;
        }
    }
    unknown
}

fn named<'f, 't>(files: &'f [(String, File<'t>)]) -> Vec<Named<'f, 't>> {
    let of_file = |(file, (_, read)): (usize, &'f (String, File<'t>))| {
        let named = move |(line, entry): &'f (usize, Entry<'t>)| {
            let name = if is_normal(&entry.name) { Cow::Borrowed(entry.name.as_ref()) } else { Cow::Owned(normal(&entry.name)) };
            Named { name, file, line: *line, entry }
        };
        read.entries.iter().filter(|(_, entry)| !entry.name.is_empty()).map(named)
    };
    files.iter().enumerate().flat_map(of_file).collect()
}

/// The place before.
struct Before<'f, 't> {
    named: &'f Named<'f, 't>,
    /// Of its file, if that is another.
    path: Option<&'f str>,
    /// Never `Yes`.
    apart: Apart,
}

impl Before<'_, '_> {
    fn say(&self, again: &Named<'_, '_>, remarks: &mut Remarks) {
        let (one, other) = (self.named.entry, again.entry);
        let is_same = (&one.version, &one.source) == (&other.version, &other.source);
        let (what, how) = match (is_same, self.apart) {
            (true, _) => (Oddity::Duplicate, "already"),
            (false, Apart::Unknown) => (Oddity::Unread, "with another version, and nobody can say whether both markers can hold"),
            (false, Apart::No | Apart::Yes) => (Oddity::Contradiction, "with another version"),
        };
        remarks.say(again.line, what, || {
            let first = self.named.line;
            let place = self.path.map_or_else(|| format!("in line {first}"), |path| format!("in {}, line {first}", shown(path)));
            format!("{} stands {place} {how}", shown(&again.name))
        });
    }
}
