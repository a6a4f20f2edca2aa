//! Kind `promotion-only`: nothing but promote blocks, and nothing is published past it.

mod allowing;
mod alone;
mod chart;
mod conditions;
mod examples;
mod failures;
mod publishing;
mod reading;
mod required;
mod rules;
mod scanning;
mod standing;
mod triggers;
mod written;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::{Check, Kind, Need, Outcome, Place, Trouble, listing};
use crate::config::{AtLeastOne, Label, TreeGlob, load_options};
use crate::pipeline::Definitions;
use crate::shown::escaped;
use crate::world::Cx;
use allowing::{Allow, Judged};
use alone::Alone;
pub(crate) use chart::{Chart, ChartJob, Role};
use publishing::Publishers;
use reading::read;

pub(super) static KIND: Kind = Kind {
    name: "promotion-only",
    summary: "only promotion blocks, and nothing is published past it",
    needs: &[Need::Tree],
    rules: rules::ALL,
    examples: examples::ALL,
    load: load_options::<PromotionOnly>,
    schema: || schemars::schema_for!(PromotionOnly),
    run_schema: None,
};

/// Options of kind `promotion-only`.
#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PromotionOnly {
    /// Which workflows to ask about, as globs over their paths; one that matches none is "cannot tell". What they call is read all the same.
    /// Default: every workflow in `.github/workflows`.
    workflows: Option<AtLeastOne<TreeGlob>>,
    /// Workflows to leave out, as globs over their paths. Default: none.
    exclude: Vec<TreeGlob>,
    /// The workflow of the promote job, by its path or the name of its file. Default: the one that has the job.
    workflow: Option<Label>,
    /// The promote job, by its id or its name. Default: `promote`.
    job: Option<Label>,
    /// The ids of the jobs that must have succeeded. Default: all that promote needs, directly or not.
    requires: Option<AtLeastOne<Label>>,
    /// What publishes here beside what gate knows, as globs over `uses:` (without the version) and over the first words of a command: `acme
    /// ship*`. Default: none.
    publishers: Vec<TreeGlob>,
    /// What is known and meant: `rule` (its short id), `file` (a glob), `job` (its id; without it, every job of the file) and `reason`. One that allows
    /// nothing is noted. Default: none.
    allow: Vec<Allow>,
}

impl Check for PromotionOnly {
    fn run(&self, cx: &Cx<'_>) -> Result<Outcome, Box<Trouble>> {
        let listing = listing(cx, &rules::NO_TREE)?;
        let mut outcome = Outcome::new("workflow", "workflows");
        let mut judged = Judged::default();
        let publishers = Publishers::new(&self.publishers);
        let alone = Alone { options: self, publishers: &publishers, definitions: Definitions::default() };
        let read = read((cx, &listing), self, &|path, workflow, judged| alone.judge(path, workflow, judged), &mut judged);
        outcome.examined.count = read.looked_at();
        let promotions = standing::judge(self, (&read, &publishers), &mut judged);
        publishing::judge((&read, &promotions), &publishers, &mut judged);
        triggers::judge(&read, &promotions, &mut judged);
        outcome.says = standing::says(&promotions);
        judged.into_outcome(&self.allow, &mut outcome);
        Ok(outcome)
    }

    fn options(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// Whether a file is the one that is meant: named by its path, or by its name alone.
fn goes_by(path: &str, name: &str) -> bool {
    path == name || path.rsplit('/').next() == Some(name)
}

/// A place in a file, fit to be shown.
fn place(file: &str, line: usize) -> Place {
    Place::at(escaped(file), line)
}
