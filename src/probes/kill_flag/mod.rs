//! Whether a runner obeys its kill flag: many trials, each with the flag at another moment.
//!
//! ```text
//! Settings + seed ─control, others→ Vec<Trial> ─(supervise)→ Facts of each ─Report→ reports/kill-flag.json ─judged→ Judged ─told, svg→ text, picture
//! ```

mod files;
pub(crate) mod heartbeat;
mod judged;
mod lines;
mod plan;
mod power;
mod report;
#[cfg(test)]
pub(crate) mod report_test;
mod seal;
mod settings;
mod strip;
mod svg;
mod told;
mod verdict;
#[cfg(test)]
mod verdict_test;

pub(crate) use files::{FileSum, absolute_files_of, file_at, files_of};
pub(crate) use heartbeat::heartbeat;
pub(crate) use judged::{Judged, Lacking, TickSeen};
pub(crate) use plan::{Seen, Trial, TrialKind, control, others};
pub(crate) use report::{Held, NotAReport, Report, Scene, Terms, TrialRecord};
pub(crate) use settings::Settings;
pub(crate) use strip::strip;
pub(crate) use svg::svg;
pub(crate) use told::{time, told, told_fault, told_lacking, told_unsure, who};
pub(crate) use verdict::{Fault, Promise, Remark, Unsure, Verdict, judge};
