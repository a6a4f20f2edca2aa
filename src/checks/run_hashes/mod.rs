//! Kind `run-hashes`: what ran is what would be promoted: this config, this data, this commit.

mod commit;
mod data;
mod examples;
mod files;
mod record;
mod rules;
mod times;

pub(crate) use rules::NO_RECORD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::{Check, Kind, Loaded, Met, Need, Outcome, Place, Rule, Shared, Trouble};
use crate::config::{Common, Options, Reason, RunOptions, TimeLimit, read_options};
use crate::run::{Recorded, Settings};
use crate::shown::{escaped, shown};
use crate::world::{Cx, RelPath};

pub(super) static KIND: Kind = Kind {
    name: "run-hashes",
    summary: "what ran is what is promoted: this config, this data, this commit",
    needs: &[Need::Tree, Need::Evidence, Need::History],
    rules: rules::ALL,
    examples: examples::EXAMPLES,
    load,
    schema: || schemars::schema_for!(RunHashes),
    run_schema: Some(|| schemars::schema_for!(RunOptions)),
};

/// Options of kind `run-hashes`; what it judges is described by `[run]`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RunHashes {
    /// How old a run may be, from its `finished_at` to now, as `24h`. Default: any age.
    max_age: Option<TimeLimit>,
    /// How far in the future a recorded time may lie: clocks differ. Default: `5m`.
    skew: TimeLimit,
    /// Why a run of another commit is accepted. Default: it is not.
    allow_commit: Option<Reason>,
    /// Why a run of a dirty tree is accepted. Default: it is not.
    allow_dirty: Option<Reason>,
}

impl Default for RunHashes {
    fn default() -> Self {
        Self { max_age: None, skew: TimeLimit::from_secs(300), allow_commit: None, allow_dirty: None }
    }
}

/// The options, and the run that they are about.
struct Configured {
    options: RunHashes,
    run: Settings,
    section: RunOptions,
}

fn load(options: Options<'_>, shared: &Shared) -> Loaded {
    let (options, mut faults) = read_options::<RunHashes>(options, &Common::KEYS);
    let at_section = |fault: crate::config::Fault| crate::config::Fault { span: shared.run_span.clone(), ..fault };
    let Some(section) = &shared.run else { return Err(faults) };
    match (options, Settings::read(section)) {
        (Some(options), Ok(run)) if faults.is_empty() => Ok(Box::new(Configured { options, run, section: section.clone() })),
        (_, run) => {
            faults.extend(run.err().into_iter().flatten().map(at_section));
            Err(faults)
        }
    }
}

impl Check for Configured {
    fn run(&self, cx: &Cx<'_>) -> Result<Outcome, Box<Trouble>> {
        let mut judging =
            Judging { cx: *cx, options: &self.options, run: &self.run, outcome: Outcome::new("file", "files"), says: Vec::new() };
        let record = judging.record();
        if let Some(record) = &record {
            judging.fields(record);
            judging.times(record);
            judging.commit(record);
        }
        judging.config(record.as_ref());
        judging.data(record.as_ref());
        judging.outcome.says = judging.says;
        Ok(judging.outcome)
    }

    fn options(&self) -> serde_json::Value {
        let mut options = serde_json::to_value(&self.options).unwrap_or_default();
        options["run"] = serde_json::to_value(&self.section).unwrap_or_default();
        options
    }
}

/// One judgement on its way.
struct Judging<'a> {
    cx: Cx<'a>,
    options: &'a RunHashes,
    run: &'a Settings,
    outcome: Outcome,
    /// What is so when all is well, in a few words each.
    says: Vec<String>,
}

impl Judging<'_> {
    /// The place of the record.
    fn here(&self) -> Place {
        place(&self.run.evidence.record)
    }

    fn met(&mut self, rule: &'static Rule, message: impl Into<String>) {
        let met = Met::new(rule, self.here(), message);
        self.outcome.add(met);
    }

    /// Meets `rule`, unless a reason accepts it: then that is noted.
    fn unless_accepted(&mut self, accepted: Option<&Reason>, met: Met) {
        let met = match accepted {
            None => met,
            Some(reason) => Met::new(&rules::ACCEPTED, met.place, format!("{}; accepted: {}", met.message, shown(reason.as_str()))),
        };
        self.outcome.add(met);
    }
}

fn place(path: &RelPath) -> Place {
    Place::of(escaped(path.as_str()))
}

/// What a next step is called that makes a new record.
const RUN_AGAIN: &str = "gate run";

/// A recorded text as a message shows it.
fn recorded(record: &Recorded, key: &str) -> String {
    record.text(key).map_or_else(String::new, shown)
}
