//! Whether CI uses the locks: every command of workflows, of composite actions and of Dockerfiles that goes past one.

mod images;
mod places;
mod scripts;
mod workflows;

use memchr::memmem;

use super::formats::split;
use super::search::Found;
use super::{Lockfiles, rules};
use crate::check::{Met, Outcome, Place};
use crate::formats::dockerfile;
use crate::formats::fault::Fault;
use crate::pipeline::installers::{Does, Past};
use crate::shown::{counted, escaped, shown};
use crate::world::{Cx, Listed, Listing};
use places::{Others, Shelf};

/// The largest file that is read.
const LIMIT: u64 = 5 << 20;
/// What of one file is told in words.
const TOLD: usize = 20;

/// One sort of file that says what CI runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Workflow,
    Action,
    Image,
}

/// Whether a file says what CI runs, by its name.
pub(super) fn is_read(path: &str) -> bool {
    sort_of(path).is_some()
}

fn sort_of(path: &str) -> Option<Sort> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    let sort = match name {
        _ if is_yaml && folder == ".github/workflows" => Sort::Workflow,
        "action.yml" | "action.yaml" => Sort::Action,
        _ if dockerfile::is_one(name) => Sort::Image,
        _ => return None,
    };
    // As with locks: what lies in a folder of installed packages is theirs.
    split(path).map(|_| sort)
}

/// What was found in a file.
pub(super) enum Seen {
    /// A command goes past a lock.
    Past { line: usize, command: String, past: Past },
    /// A script or the file could not be read, and a command in it would go past a lock.
    Unread { line: usize, why: String, command: String, past: Past },
}

impl Lockfiles {
    /// Judges what CI runs, as far as it is about the locks that are asked about.
    pub(super) fn usage(&self, (cx, listing): (&Cx<'_>, &Listing), found: &[Found<'_>], outcome: &mut Outcome) {
        let others = if self.files.is_none() { Others::Count } else { Others::AreLeftOut };
        let shelf = Shelf::new((cx, listing), found, others);
        if shelf.is_empty() {
            return;
        }
        let names: Vec<memmem::Finder<'_>> = shelf.programs().into_iter().map(memmem::Finder::new).collect();
        for (path, kind) in listing.iter().filter(|(_, kind)| *kind != Listed::Submodule) {
            let Some(sort) = sort_of(path) else { continue };
            if self.exclude.iter().any(|glob| glob.matches(path)) {
                continue;
            }
            let bytes = match cx.promoted(listing, (path, kind), LIMIT) {
                Ok(bytes) => bytes,
                Err(error) => {
                    outcome.add(Met::new(&rules::USAGE_UNKNOWN, Place::of(escaped(path)), format!("cannot be read: {error}")));
                    continue;
                }
            };
            if names.iter().any(|name| name.find(&bytes).is_some()) {
                of_file((path, sort), &String::from_utf8_lossy(&bytes), &shelf).into_iter().for_each(|met| outcome.add(met));
            }
        }
    }
}

fn of_file((path, sort): (&str, Sort), text: &str, shelf: &Shelf<'_>) -> Vec<Met> {
    let read = match sort {
        Sort::Workflow => workflows::of_workflow(text, shelf),
        Sort::Action => workflows::of_action(text, shelf),
        Sort::Image => images::of_image((path, text), shelf),
    };
    let seen = read.unwrap_or_else(|fault| unread(text, &fault, shelf));
    let mut met: Vec<Met> = seen.iter().take(TOLD).map(|one| told(path, one)).collect();
    if let (Some(last), more @ 1..) = (met.last_mut(), seen.len().saturating_sub(TOLD)) {
        last.message.push_str(&format!(", and {} of this file", counted(more, "more command", "more commands")));
    }
    met
}

/// A file that cannot be read matters where a line of it looks like a command that goes past a lock.
fn unread(text: &str, fault: &Fault, shelf: &Shelf<'_>) -> Vec<Seen> {
    let found = scripts::suspected(text, shelf);
    let seen = |(command, past)| Seen::Unread { line: fault.line, why: fault.message.clone(), command, past };
    found.into_iter().take(1).map(seen).collect()
}

fn told(path: &str, seen: &Seen) -> Met {
    match seen {
        Seen::Past { line, command, past } => {
            let (command, lock) = (shown(command), shown(&past.lock));
            let message = match past.does {
                Does::Completes => format!("`{command}` may install something else than `{lock}` holds"),
                Does::Ignores => format!("`{command}` does not ask `{lock}`, and resolves anew"),
                Does::Renews => format!("`{command}` changes `{lock}`"),
                Does::Warns => {
                    format!("`{command}` only warns where `{lock}` is not of its manifest: so did Poetry before 1.8, which made the lock")
                }
            };
            let rule = if past.doubt.is_some() { &rules::USAGE_UNKNOWN } else { &rules::NOT_USED };
            let message = past.doubt.map_or(message.clone(), |why| format!("{message}: {why}"));
            let met = Met::new(rule, Place::at(escaped(path), *line), message).subject(escaped(&past.lock));
            met.expected(past.instead.clone()).actual(command).next(past.instead.clone())
        }
        Seen::Unread { line, why, command, past } => {
            let message = format!("is not read ({}), and `{}` in it may pass `{}` by", why, shown(command), shown(&past.lock));
            Met::new(&rules::USAGE_UNKNOWN, Place::at(escaped(path), *line), message).subject(escaped(&past.lock))
        }
    }
}
