//! Entries of one package that stand in several places, in one file or in several, and what constraints make of them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::entry::Entry;
use super::markers::{Apart, Marker};
use super::taken::{Limit, Taken, add, meeting};
use crate::formats::lockfiles::python::{is_normal, normal};
use crate::formats::lockfiles::text::shown;
use crate::formats::lockfiles::{Integrity, Oddity, Remarks, Source};
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
pub(super) fn tell(files: &mut [Taken<'_>]) {
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
                say(files, (&all[other], &all[again], apart), &mut odd);
            }
        }
    }
    files.iter_mut().zip(odd).for_each(|(taken, odd)| taken.file.remarks.join(odd));
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

fn named<'f, 't>(files: &'f [Taken<'t>]) -> Vec<Named<'f, 't>> {
    let of_file = |(file, read): (usize, &'f Taken<'t>)| {
        let named = move |(line, entry): &'f (usize, Entry<'t>)| {
            let name = if is_normal(&entry.name) { Cow::Borrowed(entry.name.as_ref()) } else { Cow::Owned(normal(&entry.name)) };
            Named { name, file, line: *line, entry }
        };
        read.file.entries.iter().filter(|(_, entry)| !entry.name.is_empty()).map(named)
    };
    files.iter().enumerate().flat_map(of_file).collect()
}

/// Remarks two entries that clash, in the file that brings them together.
fn say(files: &[Taken<'_>], (first, again, apart): (&Named<'_, '_>, &Named<'_, '_>, Apart), odd: &mut [Remarks]) {
    let (what, how) = judged(first.entry, again.entry, apart);
    let (file, line) = meeting(files, first.file, (again.file, again.line));
    let place = |one: &Named<'_, '_>| match one.file == file {
        true => format!("in line {}", one.line),
        false => format!("in {}, line {}", shown(&files[one.file].path), one.line),
    };
    let (line, one, other) = match (file == again.file, file == first.file) {
        (true, _) => (line, first, None),
        (false, true) => (first.line, again, None),
        (false, false) => (line, first, Some(again)),
    };
    odd[file].say(line, what, || {
        let both = other.map_or_else(String::new, |other| format!(" and {}", place(other)));
        format!("{} stands {}{both} {how}", shown(&again.name), place(one))
    });
}

/// What two entries of one package are to each other, and how it is said.
fn judged(one: &Entry<'_>, other: &Entry<'_>, apart: Apart) -> (Oddity, &'static str) {
    let is_same = (&one.version, &one.source) == (&other.version, &other.source);
    let are_hashed = [one, other].iter().all(|one| matches!(one.integrity, Integrity::Digests(_)));
    match (is_same, apart) {
        (true, Apart::No | Apart::Yes) if are_hashed && !one.hashes.are(other.hashes) => (Oddity::Contradiction, "with other digests"),
        (true, _) => (Oddity::Duplicate, "already"),
        (false, Apart::Unknown) => (Oddity::Unread, "with another version, and nobody can say whether both markers can hold"),
        (false, Apart::No | Apart::Yes) => (Oddity::Contradiction, "with another version"),
    }
}

/// Says which entries a constraint does not allow.
pub(super) fn tell_limits(files: &mut [Taken<'_>], limits: &[Limit<'_>]) {
    let mut told = Vec::new();
    let mut by_name: BTreeMap<String, Vec<&Limit<'_>>> = BTreeMap::new();
    for limit in limits {
        by_name.entry(normal(&limit.entry.name)).or_default().push(limit);
    }
    let pins = if limits.is_empty() { Vec::new() } else { named(files) };
    let mut left = MOST;
    for pin in &pins {
        for limit in by_name.get(&*pin.name).into_iter().flatten().filter(|limit| !limit.entry.allows(pin.entry)) {
            let apart = Marker::read(&pin.entry.marker).apart(&Marker::read(&limit.entry.marker), &mut left);
            let (what, how) = match apart {
                Apart::Yes => continue,
                Apart::No => (Oddity::Contradiction, "does not allow"),
                Apart::Unknown => (Oddity::Unread, "does not allow where its marker holds, and nobody can say whether it does"),
            };
            let (file, line) = meeting(files, limit.file, (pin.file, pin.line));
            let line = if file == limit.file && file != pin.file { limit.line } else { line };
            let version = shown(pin.entry.version.as_deref().unwrap_or_default());
            told.push(((file, line), what, format!("{} stands with {version}, which {} {how}", shown(&pin.name), shown(&limit.path))));
        }
    }
    add(files, told);
}

/// Says where entries have no digest though another has one, which makes pip ask it of all.
pub(super) fn tell_mixed(files: &mut [Taken<'_>]) {
    let has_digest = |entry: &Entry<'_>| matches!(entry.integrity, Integrity::Digests(_));
    // The digest in an address asks nothing of others.
    let asks = |entry: &Entry<'_>| has_digest(entry) && matches!(entry.source, Source::Registry(_));
    let mut first = None;
    for (file, taken) in files.iter().enumerate() {
        first = first.or_else(|| taken.file.entries.iter().find(|(_, entry)| asks(entry)).map(|(line, _)| (file, *line)));
    }
    let Some((hashed, at)) = first else { return };
    let mut told = Vec::new();
    for (file, taken) in files.iter().enumerate() {
        // A repository and a folder can have none: pip refuses them, and uv does not.
        let refused = |entry: &Entry<'_>| entry.integrity == Integrity::Missing || (!has_digest(entry) && !taken.file.is_of_uv);
        let mut without = taken.file.entries.iter().filter(|(_, entry)| refused(entry));
        let Some((line, entry)) = without.next() else { continue };
        let more = match without.count() {
            0 => " has".to_owned(),
            count => format!(" and {count} more have"),
        };
        let place = meeting(files, hashed, (file, *line));
        let name = if entry.name.is_empty() { "an address".to_owned() } else { shown(&entry.name) };
        let of = if file == place.0 { String::new() } else { format!(" of {}", shown(&taken.path)) };
        let with = if hashed == place.0 { format!("line {at}") } else { format!("{}, line {at}", shown(&files[hashed].path)) };
        told.push((place, Oddity::MixedHashes, format!("{name}{of}{more} no digest, and {with} has one, so pip asks it of all")));
    }
    add(files, told);
}
