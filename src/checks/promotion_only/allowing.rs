//! What was met, and what of it is allowed by name.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rules;
use crate::check::{Met, Outcome, Place};
use crate::config::{Label, Reason, TreeGlob};
use crate::shown::{counted, did_you_mean, escaped, harmless, shown};

/// Something that is known and meant.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Allow {
    /// The short id of the rule: `publishes-past-promote`.
    rule: RuleName,
    /// The workflow or action, as a glob over their paths.
    file: TreeGlob,
    /// The id of the job; without it, every job of the file.
    job: Option<Label>,
    /// Why it is right.
    reason: Reason,
}

/// The short id of a rule of this kind.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(try_from = "String")]
struct RuleName(String);

impl TryFrom<String> for RuleName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let known = || rules::ALL.iter().map(|rule| rule.short());
        if known().any(|short| short == text) {
            return Ok(Self(text));
        }
        let meant = did_you_mean(&text, known()).map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
        Err(format!("`promotion-only` has no rule `{}`{meant}", shown(&text)))
    }
}

impl Allow {
    fn covers(&self, met: &Met, job: Option<&str>) -> bool {
        let is_job = |own: &Label| job.is_some_and(|job| job.rsplit(" / ").next().unwrap_or(job).eq_ignore_ascii_case(own.as_str()));
        met.rule.short() == self.rule.0 && self.file.matches(&met.place.path) && self.job.as_ref().is_none_or(is_job)
    }
}

/// Everything that was met, each with the job it is about.
#[derive(Default)]
pub(super) struct Judged {
    met: Vec<(Met, Option<String>)>,
    /// The workflow that is judged.
    about: Option<String>,
    seen: BTreeSet<(&'static str, Place, String)>,
}

impl Judged {
    /// Adds what was met; the same at the same place counts once.
    pub(super) fn add(&mut self, mut met: Met, job: Option<&str>) {
        met.message = harmless(&met.message);
        // What falls short is a workflow, also where the line is one of an action that it uses.
        if !met.place.path.starts_with(".github/workflows/")
            && let Some(about) = &self.about
        {
            met.subject.clone_from(about);
        }
        if self.seen.insert((met.rule.id, met.place.clone(), met.message.clone())) {
            self.met.push((met, job.map(str::to_owned)));
        }
    }

    /// What is judged from now on.
    pub(super) fn about(&mut self, path: &str) {
        self.about = Some(escaped(path));
    }

    /// Whether a rule was met at a line.
    pub(super) fn has(&self, rule: &str, place: &Place) -> bool {
        self.met.iter().any(|(met, _)| met.rule.id == rule && met.place == *place)
    }

    /// All of it as messages with their places.
    pub(super) fn messages(&self) -> Vec<String> {
        let place = |met: &Met| met.place.line.map_or_else(|| met.place.path.clone(), |line| format!("{}:{line}", met.place.path));
        self.met.iter().map(|(met, _)| format!("{}: {}", place(met), met.message)).collect()
    }

    /// Files all of it but what is allowed.
    pub(super) fn into_outcome(self, allow: &[Allow], outcome: &mut Outcome) {
        let mut used = vec![0_usize; allow.len()];
        for (met, job) in self.met {
            let covering: Vec<usize> = (0..allow.len()).filter(|at| allow[*at].covers(&met, job.as_deref())).collect();
            covering.iter().for_each(|at| used[*at] += 1);
            if covering.is_empty() {
                outcome.add(met);
            }
        }
        for (entry, count) in allow.iter().zip(used) {
            if count == 0 {
                let job = entry.job.as_ref().map(|job| format!(" of job `{}`", shown(job.as_str()))).unwrap_or_default();
                let message = format!("nothing{job} in `{}` meets `{}`", shown(entry.file.as_str()), shown(&entry.rule.0));
                outcome.add(Met::new(&rules::ALLOW_UNUSED, Place::of("."), message));
            } else {
                let times = counted(count, "time", "times");
                outcome.says.push(format!("allowed {times}: {} ({})", shown(&entry.rule.0), shown(entry.reason.as_str())));
            }
        }
    }
}
