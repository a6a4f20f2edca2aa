//! Kind `lockfiles`: what is installed is locked to one thing, from where anybody can get it, and not for too long.

mod age;
#[cfg(test)]
mod bad_input_test;
mod examples;
mod formats;
mod judging;
mod manifests;
mod missing;
mod reading;
mod rules;
#[cfg(test)]
mod samples_test;
mod search;
mod status;
mod syncing;
mod usage;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::{Check, Kind, Met, Need, Outcome, Place, Trouble, listing};
use crate::config::{AtLeastOne, TimeLimit, TreeGlob, load_options};
use crate::formats::lockfiles::scrubbed;
use crate::shown::{escaped, harmless, shown};
use crate::world::Cx;
use age::Looked;
use formats::Manifest;
use judging::judge;
use missing::Known;
pub(crate) use reading::subject;
use reading::{Texts, Unread, read};
use search::Found;
pub(crate) use status::{InSync, Row};

pub(super) static KIND: Kind = Kind {
    name: "lockfiles",
    summary: "what is installed is locked to one thing, and not for too long",
    needs: &[Need::Tree, Need::History],
    rules: rules::ALL,
    examples: &[examples::EXAMPLES],
    load: load_options::<Lockfiles>,
    schema: || schemars::schema_for!(Lockfiles),
    run_schema: None,
};

/// Options of kind `lockfiles`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Lockfiles {
    /// Which of the lockfiles to ask about, as globs over their paths; one that matches none is "cannot tell".
    /// Default: every promoted file that is a lockfile by its name; and then a manifest without a lock is looked for too.
    files: Option<AtLeastOne<TreeGlob>>,
    /// Lockfiles to leave out, manifests that need no lock, and workflows, actions and Dockerfiles that need not use one, as globs over their
    /// paths. Default: none.
    exclude: Vec<TreeGlob>,
    /// How long a lock may stay as it is before it is to be looked through, from its last change to now. Default: `90d`.
    #[schemars(extend("default" = "90d"))]
    audit_after: TimeLimit,
    /// How long a lock may stay as it is at all. Default: as long as it likes.
    max_age: Option<TimeLimit>,
    /// As of when a lock's age is counted: `now`, or `commit`, the time of the judged commit, so that a verdict replays. Default: `now`.
    as_of: AsOf,
}

/// As of when ages are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum AsOf {
    /// The moment of judgement.
    #[default]
    Now,
    /// The committer date of the judged commit.
    Commit,
}

impl Default for Lockfiles {
    fn default() -> Self {
        let audit_after = TimeLimit::from_secs(90 * 24 * 60 * 60);
        Self { files: None, exclude: Vec::new(), audit_after, max_age: None, as_of: AsOf::Now }
    }
}

impl Check for Lockfiles {
    fn run(&self, cx: &Cx<'_>) -> Result<Outcome, Box<Trouble>> {
        let listing = listing(cx, &rules::NO_TREE)?;
        let mut outcome = Outcome::new("lockfile", "lockfiles");
        let all = Self::all(&listing);
        let found = self.asked(&all, &listing, &mut outcome);
        let (mut looked, mut known) = (Vec::new(), Known::default());
        for lockfile in &found {
            let place = || Place::of(escaped(lockfile.path));
            let texts = Texts::default();
            let mut one = Looked { path: lockfile.path, stamp: None, undecided: Vec::new() };
            match read((cx, &listing), lockfile, &texts) {
                Ok(opened) => {
                    outcome.examined.count += 1;
                    // What is a lockfile by itself is judged by itself.
                    let is_own = |path: &str| path == lockfile.path || !found.iter().any(|found| found.path == path);
                    opened
                        .locks
                        .iter()
                        .filter(|(path, _)| is_own(path))
                        .for_each(|(path, lock)| judge(lockfile.path, path, lock, &mut outcome));
                    one.stamp = opened.locks.first().and_then(|(_, lock)| lock.stamp);
                    let compared = syncing::judge(lockfile, &opened, (cx, &listing), &mut outcome);
                    one.undecided = compared.iter().filter(|(_, is_undecided)| *is_undecided).map(|(path, _)| path.clone()).collect();
                    let knows_members = matches!(lockfile.format.manifest, Manifest::Project(..));
                    if knows_members && !compared.is_empty() && one.undecided.is_empty() {
                        known.locks.insert(lockfile.path.to_owned());
                    }
                    known.manifests.extend(compared.into_iter().map(|(path, _)| path));
                }
                Err(Unread::Malformed(path, line, message)) => {
                    let at = Place::at(escaped(&path), line);
                    outcome.add(Met::new(&rules::MALFORMED, at, message).subject(lockfile.path));
                }
                Err(Unread::Not(error)) => outcome.add(Met::new(&rules::UNREADABLE, place(), format!("cannot be read: {error}"))),
                Err(Unread::Unauditable(why)) => {
                    outcome.examined.count += 1;
                    outcome.add(Met::new(&rules::UNAUDITABLE, place(), why));
                }
            }
            looked.push(one);
        }
        several(&found, &mut outcome);
        if self.files.is_none() {
            self.missing((cx, &listing), (&all, &known), &mut outcome);
        }
        self.usage((cx, &listing), &found, &mut outcome);
        self.ages(cx, &looked, &mut outcome);
        let met =
            outcome.findings.iter_mut().map(|finding| &mut finding.0).chain(outcome.troubles.iter_mut().map(|trouble| &mut trouble.0));
        met.for_each(|met| met.message = told(&met.message));
        Ok(outcome)
    }

    fn options(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// A message as it may leave: manifests and locks are quoted in it.
fn told(message: &str) -> String {
    harmless(&scrubbed(message).unwrap_or_else(|| message.to_owned()))
}

/// Two locks of one ecosystem in a folder.
fn several(found: &[Found<'_>], outcome: &mut Outcome) {
    for (i, lockfile) in found.iter().enumerate() {
        let folder = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let is_rival = |other: &&Found<'_>| {
            // npm reads one of its two names and passes over the other.
            (other.format.name != lockfile.format.name || other.format.name == "npm")
                && other.format.ecosystem == lockfile.format.ecosystem
                && folder(other.path) == folder(lockfile.path)
        };
        if let Some(other) = found[..i].iter().find(is_rival) {
            let message = format!("`{}` lies beside it, and locks the same ecosystem", shown(other.path));
            outcome.add(Met::new(&rules::SEVERAL, Place::of(escaped(lockfile.path)), message));
        }
    }
}
