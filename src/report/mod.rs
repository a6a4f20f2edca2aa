//! The report: the one document that every output is made from. Its JSON form is versioned.

pub(crate) mod render;

use schemars::JsonSchema;
use serde::Serialize;

use crate::check::{Answer, Level, Mode};
use crate::exit::Exit;

/// What gate found, ruled and decided. `gate.report/1`: fields may be added, none changes its meaning.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Report {
    /// Always `gate.report/1`.
    pub(crate) schema: String,
    /// The version of gate that wrote it.
    pub(crate) gate_version: String,
    /// `promote`, `check`, or the kind that was asked for by name.
    pub(crate) command: String,
    /// Whether the command only shows: nothing blocks, the exit code is 0.
    pub(crate) advisory: bool,
    /// The moment of judgement, RFC 3339 in UTC: `--now`, else the clock.
    pub(crate) now: String,
    /// The full id of the commit that is judged; null when there is none, or a kind was asked for by name.
    pub(crate) commit: Option<String>,
    /// The environment that is promoted to, if one is named.
    pub(crate) environment: Option<String>,
    /// The gate.toml that decided; null when there was none.
    pub(crate) policy: Option<Policy>,
    /// `wrong` if anything of more weight than a note is wrong; else `cannot-tell` if anything of such weight could not be
    /// looked at; else `fine`.
    pub(crate) answer: Answer,
    /// What promotion decides over these checks; for `check` what it would decide; null when a kind was asked for by name.
    pub(crate) verdict: Option<Verdict>,
    /// The exit code of the command that wrote the report.
    pub(crate) exit_code: u8,
    pub(crate) counts: Counts,
    /// Sentences about the whole, as: nothing here can block.
    pub(crate) remarks: Vec<String>,
    /// Rulings that concern the promotion itself and no check.
    pub(crate) promotion: Vec<Ruling>,
    /// One entry a check, in the order of gate.toml.
    pub(crate) checks: Vec<CheckReport>,
    #[serde(skip)]
    pub(crate) exit: Exit,
}

impl Report {
    pub(crate) const SCHEMA: &str = "gate.report/1";
}

/// What promotion decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    /// Nothing that may block is wrong, and nothing that may block could not be looked at.
    Promote,
    /// Something is wrong.
    Hold,
    /// Nothing was found wrong, but something could not be looked at.
    CannotTell,
}

/// How many checks there are, and how many of what weight; what concerns the promotion itself counts as one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Counts {
    /// Checks that were run.
    pub(crate) checks: usize,
    /// With something wrong that would hold a promotion.
    pub(crate) failed: usize,
    /// With something that could not be looked at and would hold a promotion.
    pub(crate) cannot_tell: usize,
    /// With nothing worse than a warning.
    pub(crate) warned: usize,
}

/// A policy file, by name and digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Policy {
    /// Its path, relative to the root where it lies below it.
    pub(crate) file: String,
    /// SHA-256 of its bytes, in lowercase hex.
    pub(crate) sha256: String,
}

/// What a check comes to at promotion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mark {
    /// Nothing above a note.
    Fine,
    /// Something is wrong and blocks.
    Failed,
    /// Something could not be looked at and blocks.
    CannotTell,
    /// Warnings only.
    Warned,
}

/// How much a check looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ExaminedReport {
    /// How many.
    pub(crate) count: usize,
    /// Of what, as `folders`.
    pub(crate) what: String,
}

/// One check.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CheckReport {
    /// The name in gate.toml.
    pub(crate) name: String,
    /// Its kind.
    pub(crate) kind: String,
    /// How far it is rolled out.
    pub(crate) mode: Mode,
    /// File and line of the check's table; null when it was made from flags and defaults.
    pub(crate) decided_by: Option<String>,
    /// Its answer, notes aside.
    pub(crate) answer: Answer,
    /// What it comes to at promotion, its mode minded.
    pub(crate) mark: Mark,
    /// How much was looked at.
    pub(crate) examined: ExaminedReport,
    /// What is so, in a few words each; empty for kinds that only count.
    pub(crate) says: Vec<String>,
    /// How many of them fall short in something that is more than a note in this check.
    pub(crate) short: usize,
    /// How many things could not be looked at, notes aside.
    pub(crate) unseen: usize,
    /// Why it was allowed to examine nothing, when it did.
    pub(crate) allowed_empty: Option<String>,
    /// By place, then by code.
    pub(crate) rulings: Vec<Ruling>,
}

/// What policy makes of one finding or trouble.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Ruling {
    /// `wrong` for a finding, `cannot-tell` for a trouble.
    pub(crate) answer: Answer,
    /// What it is worth in this command.
    pub(crate) effect: Level,
    /// What it is worth in `gate promote`; differs from `effect` in an advisory command only.
    pub(crate) effect_at_promotion: Level,
    /// The id of the rule that was met; `gate explain` knows it.
    pub(crate) failure_reason_code: String,
    /// The last step that changed what it is worth.
    pub(crate) policy_reason_code: ReasonCode,
    /// File and line of the policy that decided; null when none did.
    pub(crate) decided_by: Option<String>,
    /// What is so.
    pub(crate) message: String,
    /// Relative to the root; `.` when it has no place of its own; a folder ends in `/`.
    pub(crate) path: String,
    /// From 1; null when the whole file is meant.
    pub(crate) line: Option<usize>,
    /// What should be there, if that can be said.
    pub(crate) expected: Option<String>,
    /// What is there instead.
    pub(crate) actual: Option<String>,
    /// The command to type next.
    pub(crate) next: String,
    /// Whether what was met named that command itself; else it is only the one that explains the rule.
    #[serde(skip)]
    pub(crate) named_next: bool,
}

/// The steps that may change what a met rule is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ReasonCode {
    /// Nothing changed it: the rule's own level holds.
    LevelDefault,
    /// gate.toml sets another level, or forgives it with a reason.
    LevelConfigured,
    /// The check's mode is `shadow`: it is only in the report.
    ModeShadow,
    /// The check's mode is `guided`: it warns at most.
    ModeGuided,
    /// The command is advisory: it warns at most.
    AdvisoryCommand,
}

impl ReasonCode {
    /// All codes with what they mean, for `gate explain` and the docs.
    pub(crate) const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::LevelDefault, "LEVEL_DEFAULT", "Nothing changed it: the rule's own level holds."),
        (
            Self::LevelConfigured,
            "LEVEL_CONFIGURED",
            "gate.toml changed it: `levels = { … }` in the check's table, or `[promotion] allow-dirty`.",
        ),
        (Self::ModeShadow, "MODE_SHADOW", "The check's `mode` is `shadow`: whatever it meets is only in the report."),
        (Self::ModeGuided, "MODE_GUIDED", "The check's `mode` is `guided`: whatever it meets warns at most."),
        (Self::AdvisoryCommand, "ADVISORY_COMMAND", "`gate check` without `--strict` shows everything and blocks nothing."),
    ];
}
