//! The workflows and the actions of the tree, read.

use std::collections::BTreeSet;

use super::allowing::Judged;
use super::{PromotionOnly, place, rules};
use crate::check::{Met, Place};
use crate::config::{AtLeastOne, TreeGlob, any_used};
use crate::formats::fault::Fault;
use crate::formats::workflow::{self, Does, Step, Work, Workflow};
use crate::pipeline::{Definitions, local_action};
use crate::shown::{escaped, shown};
use crate::world::{Cx, Listed, Listing};

/// Where GitHub looks for workflows.
const FOLDER: &str = ".github/workflows/";
/// The largest workflow that is read; GitHub's own are far smaller.
const LIMIT: u64 = 5 << 20;
/// How many actions are opened for one repository.
const ACTIONS: usize = 1_000;

/// What was read.
pub(super) struct Read {
    pub(super) definitions: Definitions,
    /// The paths of those of its workflows that are asked about.
    asked: BTreeSet<String>,
    /// How many more were asked about, and are done with.
    done: usize,
    /// How many more were looked at, and GitHub would refuse them.
    refused: usize,
    /// Some of what is asked about was not read: nothing is said of what may be in it.
    pub(super) is_short: bool,
}

impl Read {
    /// The workflows that are asked about, with their paths.
    pub(super) fn asked(&self) -> impl Iterator<Item = (&str, &Workflow)> + Clone {
        let workflows = self.definitions.workflows.iter().filter(|(path, _)| self.asked.contains(*path));
        workflows.map(|(path, workflow)| (path.as_str(), workflow))
    }

    /// How many workflows were looked at.
    pub(super) fn looked_at(&self) -> usize {
        self.asked.len() + self.done + self.refused
    }
}

/// What becomes of a workflow that was read: it is given back, or is done with.
pub(super) type Keep<'k> = dyn Fn(&str, Workflow, &mut Judged) -> Option<Workflow> + 'k;

/// Reads every workflow of the tree, and the local actions that those use which are kept.
pub(super) fn read((cx, listing): (&Cx<'_>, &Listing), options: &PromotionOnly, keep: &Keep<'_>, judged: &mut Judged) -> Read {
    let globs = options.workflows.as_ref().map(AtLeastOne::as_slice);
    let mut left_out = vec![false; options.exclude.len()];
    let mut read = Read { definitions: Definitions::default(), asked: BTreeSet::new(), done: 0, refused: 0, is_short: false };
    let mut used = vec![false; globs.map_or(0, <[TreeGlob]>::len)];
    for (path, kind) in listing.entries_below(FOLDER.trim_end_matches('/')).filter(|(path, _)| is_workflow(path)) {
        let is_named = globs.is_none_or(|globs| any_used(globs, &mut used, |glob| glob.matches(path)));
        let is_asked = is_named && !any_used(&options.exclude, &mut left_out, |glob| glob.matches(path));
        if kind == Listed::Symlink && is_asked {
            read.is_short = true;
            read.refused += 1;
            judged.add(
                Met::new(&rules::REFUSED, Place::of(escaped(path)), "GitHub refuses it: it is a link, and a workflow is a file"),
                None,
            );
            continue;
        }
        let text = match text((cx, listing), (path, kind)) {
            Ok(text) => text,
            Err(why) if is_asked => {
                read.is_short = true;
                judged.add(Met::new(&rules::UNREADABLE, Place::of(escaped(path)), why), None);
                continue;
            }
            // What calls it is told that it is not there; nothing else is asked about it.
            Err(_) => continue,
        };
        match workflow::parse(&text) {
            Ok(workflow) => {
                let kept = if is_asked { keep(path, workflow, judged) } else { Some(workflow) };
                read.done += usize::from(kept.is_none());
                if let Some(workflow) = kept {
                    read.definitions.workflows.insert(path.to_owned(), workflow);
                    read.asked.extend(is_asked.then(|| path.to_owned()));
                }
            }
            Err(faults) if is_asked => {
                read.is_short = true;
                read.refused += 1;
                faults.iter().for_each(|fault| judged.add(refused(path, fault), None));
            }
            // As above.
            Err(_) => {}
        }
    }
    read.is_short |= odd_names(listing, judged);
    unused(options, (used, left_out), judged);
    actions((cx, listing), &mut read, judged);
    read
}

/// Workflows whose names cannot be written; GitHub may run them all the same. True: there are some.
fn odd_names(listing: &Listing, judged: &mut Judged) -> bool {
    let odd = || listing.odd().iter().filter(|odd| odd.to_string().contains(FOLDER));
    odd().for_each(|odd| judged.add(Met::new(&rules::UNREADABLE, Place::of(FOLDER.trim_end_matches('/')), odd.to_string()), None));
    odd().next().is_some()
}

/// Says what of `exclude` leaves out nothing, and what of `workflows` matches nothing.
fn unused(options: &PromotionOnly, (used, left_out): (Vec<bool>, Vec<bool>), judged: &mut Judged) {
    let globs = options.workflows.as_ref().map(AtLeastOne::as_slice).unwrap_or_default();
    for (glob, _) in globs.iter().zip(used).filter(|(_, used)| !used) {
        let message = format!("`{}` matches no workflow", shown(glob.as_str()));
        judged.add(Met::new(&rules::UNMATCHED, Place::of("."), message), None);
    }
    for (glob, _) in options.exclude.iter().zip(left_out).filter(|(_, used)| !used) {
        let message = format!("`{}` leaves out no workflow", shown(glob.as_str()));
        judged.add(Met::new(&rules::EXCLUDE_UNUSED, Place::of("."), message), None);
    }
}

fn refused(path: &str, fault: &Fault) -> Met {
    Met::new(&rules::REFUSED, place(path, fault.line), format!("GitHub refuses it: {}", fault.message))
}

/// A file of the folder itself that ends as a workflow does.
fn is_workflow(path: &str) -> bool {
    path.strip_prefix(FOLDER).is_some_and(|name| !name.contains('/') && (name.ends_with(".yml") || name.ends_with(".yaml")))
}

fn text((cx, listing): (&Cx<'_>, &Listing), entry: (&str, Listed)) -> Result<String, String> {
    let bytes = cx.promoted(listing, entry, LIMIT).map_err(|error| format!("cannot be read: {error}"))?;
    String::from_utf8(bytes).map_err(|error| format!("is not UTF-8 from byte {}", error.utf8_error().valid_up_to()))
}

/// Opens the local actions that steps use, and those that these use.
fn actions((cx, listing): (&Cx<'_>, &Listing), read: &mut Read, judged: &mut Judged) {
    let steps = read.definitions.workflows.values().flat_map(|workflow| &workflow.jobs).flat_map(|job| match &job.work {
        Work::Steps(steps) => steps.as_slice(),
        Work::Call { .. } => &[],
    });
    let mut open: BTreeSet<String> = steps.filter_map(used_action).collect();
    let mut seen = BTreeSet::new();
    while let Some(folder) = open.pop_first() {
        if !seen.insert(folder.clone()) {
            continue;
        }
        if seen.len() > ACTIONS {
            let message = format!("there are more than {ACTIONS} local actions, and gate opens no more");
            judged.add(Met::new(&rules::UNREADABLE, Place::of("."), message), None);
            break;
        }
        let named = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let found = ["action.yml", "action.yaml"].into_iter().map(named).find_map(|path| Some((listing.get(&path)?, path)));
        let Some((kind, path)) = found else { continue };
        match text((cx, listing), (&path, kind)) {
            Err(why) => judged.add(Met::new(&rules::UNREADABLE, Place::of(escaped(&path)), why), None),
            Ok(text) => match workflow::parse_action(&text) {
                Err(faults) => faults.iter().for_each(|fault| judged.add(refused(&path, fault), None)),
                Ok(action) => {
                    open.extend(action.steps.iter().flatten().filter_map(used_action));
                    read.definitions.actions.insert(folder, (path, action));
                }
            },
        }
    }
}

/// The folder of the local action that a step uses.
fn used_action(step: &Step) -> Option<String> {
    match &step.does {
        Does::Uses { action, .. } => local_action(&action.value).map(str::to_owned),
        Does::Run(_) => None,
    }
}
