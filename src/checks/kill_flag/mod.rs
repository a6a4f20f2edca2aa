//! Kind `kill-flag`: the runner obeys its kill flag within a tick, as a probe of this commit measured.

mod examples;
#[cfg(test)]
mod examples_test;
mod judging;
mod measured;
mod options;
mod rules;

pub(crate) use options::{KillFlag, read_settings};

use crate::check::{Check, Kind, Loaded, Need, Outcome, Shared, Trouble};
use crate::config::{Options, TimeLimit};
use crate::probes::kill_flag::Settings;
use crate::world::{Cx, RelPath};
use judging::Judging;

pub(super) static KIND: Kind = Kind {
    name: NAME,
    summary: "the runner obeys its kill flag within a tick",
    needs: &[Need::Tree, Need::Evidence, Need::History],
    rules: rules::ALL,
    examples: &[examples::EXAMPLES],
    load,
    schema: || schemars::schema_for!(KillFlag),
    run_schema: None,
};

/// The name of the kind, and of a check that no file names.
pub(crate) const NAME: &str = "kill-flag";

/// What is asked, every part there.
struct Configured {
    options: KillFlag,
    settings: Settings,
    /// The probe that leaves the report.
    probe: String,
}

fn load(options: Options<'_>, _: &Shared) -> Loaded {
    let name = options.name.clone().filter(|name| name != NAME);
    let (options, settings) = read_settings(options)?;
    let probe = name.map_or_else(|| format!("gate probe {NAME}"), |name| format!("gate probe {NAME} --name {name}"));
    Ok(Box::new(Configured { options, settings, probe }))
}

impl Configured {
    fn max_age(&self) -> Option<TimeLimit> {
        self.options.max_age
    }
}

impl Check for Configured {
    fn run(&self, cx: &Cx<'_>) -> Result<Outcome, Box<Trouble>> {
        let mut judging = Judging::new(*cx, self);
        judging.tracked();
        if let Some(report) = judging.report() {
            judging.commit(&report);
            judging.times(&report);
            judging.terms(&report);
            judging.files(&report);
            judging.measured(&report);
        }
        Ok(judging.outcome())
    }

    fn options(&self) -> serde_json::Value {
        serde_json::to_value(&self.options).unwrap_or_default()
    }

    fn report(&self) -> Option<&RelPath> {
        Some(&self.settings.report)
    }
}
