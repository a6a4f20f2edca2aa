//! A requirements file with all that it takes in, and with what it is held to.

use std::collections::BTreeSet;

use super::entry::Entry;
use super::text::shown;
use super::{File, Lock, Open, Remarks, parse, repeated};
use crate::formats::fault::Fault;
use crate::formats::lockfiles::Oddity;

/// A file that was taken in.
pub(super) struct Taken<'t> {
    pub(super) path: String,
    pub(super) file: File<'t>,
    /// The place of the file that includes it, and the line there; none for the first.
    from: Option<(usize, usize)>,
}

/// What a constraint file says of a package.
pub(super) struct Limit<'t> {
    /// The place of the file that is held to it.
    pub(super) file: usize,
    /// The line of `-c` there.
    pub(super) line: usize,
    /// Where it stands itself.
    pub(super) path: String,
    pub(super) entry: Entry<'t>,
}

type Faulty = (String, Fault);

/// Reads a file and all that it includes, each by its path; the first is the file itself. `open` has the text of a path beside the first file,
/// or says why not. What contradicts an entry of another file is remarked in the file that brings the two together: any other may be judged by
/// itself, where the contradiction is not seen.
///
/// # Errors
/// The path and the fault of the file that cannot be read.
pub(crate) fn read_all<'t>(path: &str, open: Open<'_, 't>) -> Result<Vec<(String, Lock<'t>)>, Faulty> {
    let mut all = includes(path, open)?;
    let limits = limits(&all, open)?;
    repeated::tell(&mut all);
    repeated::tell_limits(&mut all, &limits);
    repeated::tell_mixed(&mut all);
    Ok(all.into_iter().map(|taken| (taken.path, taken.file.into_lock())).collect())
}

fn includes<'t>(path: &str, open: Open<'_, 't>) -> Result<Vec<Taken<'t>>, Faulty> {
    let mut all: Vec<Taken<'t>> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut left = vec![(path.to_owned(), None::<(usize, usize)>)];
    while let Some((path, from)) = left.pop() {
        let refused = |message: String| match from {
            Some((place, line)) => (all[place].path.clone(), Fault { line, column: 1, message }),
            None => (path.clone(), Fault { line: 1, column: 1, message }),
        };
        if !seen.insert(path.clone()) {
            match way(&all, from).any(|place| all[place].path == path) {
                true => return Err(refused(format!("{} includes this file again, so pip gives up", shown(&path)))),
                false => continue,
            }
        }
        let text = open(&path).map_err(|why| refused(if from.is_some() { format!("{} {why}", shown(&path)) } else { why }))?;
        let file = parse(text).map_err(|fault| (path.clone(), fault))?;
        let place = all.len();
        left.extend(file.includes.iter().rev().map(|(line, include)| (beside(&path, include), Some((place, *line)))));
        all.push(Taken { path, file, from });
    }
    Ok(all)
}

/// The files from the one that includes to the first.
fn way<'f>(all: &'f [Taken<'_>], from: Option<(usize, usize)>) -> impl Iterator<Item = usize> + 'f {
    std::iter::successors(from.map(|(place, _)| place), |place| all[*place].from.map(|(place, _)| place))
}

/// What the constraint files say, and those that they take in.
fn limits<'t>(all: &[Taken<'t>], open: Open<'_, 't>) -> Result<Vec<Limit<'t>>, Faulty> {
    let mut limits = Vec::new();
    let mut seen = BTreeSet::new();
    for (file, taken) in all.iter().enumerate() {
        for (line, constraint) in &taken.file.constraints {
            let mut left = vec![(beside(&taken.path, constraint), (taken.path.clone(), *line))];
            while let Some((path, from)) = left.pop() {
                if path.contains("://") || !seen.insert(path.clone()) {
                    continue;
                }
                let missing = |why| (from.0.clone(), Fault { line: from.1, column: 1, message: format!("{} {why}", shown(&path)) });
                let narrows = parse(open(&path).map_err(missing)?).map_err(|fault| (path.clone(), fault))?;
                let named = narrows.includes.iter().chain(&narrows.constraints);
                left.extend(named.map(|(line, named)| (beside(&path, named), (path.clone(), *line))));
                let limit = |(_, entry)| Limit { file, line: *line, path: path.clone(), entry };
                limits.extend(narrows.entries.into_iter().filter(|(_, entry)| !entry.name.is_empty()).map(limit));
            }
        }
    }
    Ok(limits)
}

/// A path that a file names.
fn beside(path: &str, named: &str) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    if named.contains("://") { named.to_owned() } else { joined(folder, named) }
}

/// A path as it is seen from where `folder` is: `a/b` and `../c` are `a/c`. What leads out keeps its `..`.
pub(super) fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match (part, parts.last()) {
            ("." | "", _) => {}
            ("..", Some(last)) if *last != ".." => drop(parts.pop()),
            (part, _) => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if path.starts_with('/') { format!("/{joined}") } else { joined }
}

/// The file that brings two together, and the line of the second there, or the line by which it is included.
pub(super) fn meeting(all: &[Taken<'_>], first: usize, (second, line): (usize, usize)) -> (usize, usize) {
    let firsts: BTreeSet<usize> = std::iter::once(first).chain(way(all, all[first].from)).collect();
    let mut at = (second, line);
    while !firsts.contains(&at.0) {
        let Some(from) = all[at.0].from else { break };
        at = from;
    }
    at
}

/// Adds remarks to the files that they are of.
pub(super) fn add(all: &mut [Taken<'_>], told: Vec<((usize, usize), Oddity, String)>) {
    let mut odd: Vec<Remarks> = vec![Remarks::default(); all.len()];
    told.into_iter().for_each(|((file, line), what, says)| odd[file].say(line, what, || says));
    all.iter_mut().zip(odd).for_each(|(taken, odd)| taken.file.remarks.join(odd));
}
