//! The report that a probe leaves: everything that is needed to judge the trials again. `docs/formats/kill-flag.md` describes it.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::judged::phase_of;
use super::verdict::micros;
use super::{FileSum, Promise, Settings, Trial, TrialKind, lines, seal};
use crate::digest::{Sha256Stream, hex};
use crate::formats::json::{self, JsonFault};
use crate::run::{redacted, redacted_text};
use crate::supervise::trial::{Ending, Facts, Heartbeat, Left};
use crate::world::Commit;

/// What a probe found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Report {
    pub(crate) schema: String,
    pub(crate) gate_version: String,
    /// RFC 3339 with milliseconds, UTC.
    pub(crate) started_at: String,
    pub(crate) finished_at: String,
    pub(crate) git_commit: Option<String>,
    pub(crate) git_tree: Option<String>,
    /// Whether tracked files differed from the commit when the probe began.
    pub(crate) dirty: Option<bool>,
    /// Secrets that are known by their looks are left out.
    pub(crate) command: Vec<String>,
    /// The files that words of the command name, by their paths below the root.
    pub(crate) files: BTreeMap<String, FileSum>,
    pub(crate) options: Terms,
    pub(crate) seed: u64,
    /// What the harness itself adds to a latency.
    pub(crate) overhead_us: u64,
    /// The median time between two heartbeats, for readers; it is computed again where the report is judged.
    pub(crate) observed_tick_us: Option<u64>,
    pub(crate) trials: Vec<TrialRecord>,
    /// The SHA-256 of this text with an empty seal.
    pub(crate) seal: String,
}

/// The options in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Terms {
    pub(crate) flag: String,
    pub(crate) tick_us: u64,
    pub(crate) grace_us: u64,
    pub(crate) trials: usize,
    pub(crate) exit_codes: Vec<i32>,
    /// `stdout:REGEX` or `file:PATH`.
    pub(crate) heartbeat: Option<String>,
    pub(crate) cwd: String,
    /// The names of `set-env`.
    pub(crate) env: Vec<String>,
    /// The SHA-256 of names and values.
    pub(crate) env_digest: Option<String>,
    pub(crate) startup_us: u64,
    pub(crate) parallel: usize,
}

/// One trial and what was seen in it. All times are microseconds since the command was executed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrialRecord {
    pub(crate) number: usize,
    pub(crate) kind: TrialKind,
    /// How often it was held again because it said nothing the first time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) repeated: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) first_flagged_us: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) flagged_us: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) exited_us: Option<u64>,
    pub(crate) ending: EndingRecord,
    /// The first heartbeats, no more than [`MOST_BEATS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) beats_us: Vec<u64>,
    /// How many heartbeats between the first and the last are left out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) beats_left_out: usize,
    /// The last heartbeats, where not all are among the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) last_beats_us: Vec<u64>,
    /// In the control, the processes that the command had become, the first of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) running: Vec<LeftRecord>,
    /// Processes that were left behind, the first of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) left: Vec<LeftRecord>,
    pub(crate) all_ended: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) traceback: Option<String>,
    pub(crate) late_us: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) interrupted: Option<i32>,
}

/// How the runner of a trial ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum EndingRecord {
    Exited(i32),
    Signalled(i32),
    Outlived,
    NotStarted(String),
    Failed(String),
}

/// A process of a trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeftRecord {
    pub(crate) pid: i32,
    pub(crate) command: String,
    pub(crate) zombie: bool,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// The heartbeats that are kept at each end of a trial.
pub(crate) const MOST_BEATS: usize = 50;
/// The processes that are named.
const MOST_LEFT: usize = 20;
/// The characters of a traceback or a command line that are kept.
const MOST_TEXT: usize = 500;

/// What is known beside the trials.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub(crate) started: DateTime<Utc>,
    pub(crate) finished: DateTime<Utc>,
    pub(crate) commit: Option<Commit>,
    pub(crate) dirty: Option<bool>,
    pub(crate) files: BTreeMap<String, FileSum>,
    pub(crate) seed: u64,
    pub(crate) overhead: Duration,
}

/// One trial that was held.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) trial: Trial,
    pub(crate) facts: Facts,
    /// How often it was held again because it said nothing the first time.
    pub(crate) repeated: usize,
}

/// Why a text is no report that can be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotAReport {
    NotJson(JsonFault),
    /// Another tool's, or none at all: what it says of its schema.
    OtherTool(Option<String>),
    /// In a schema that a newer gate writes.
    Newer(String),
    /// In this schema, and not as it says.
    Malformed(String),
    /// The seal is not that of the text.
    Edited,
}

impl Report {
    pub(crate) const SCHEMA: &'static str = "gate.kill-flag/1";
    /// The largest report that is read.
    pub(crate) const LIMIT: u64 = 64 << 20;

    /// The report of trials that were held, not sealed yet.
    pub(crate) fn new(settings: &Settings, scene: Scene, held: &[Held]) -> Self {
        let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Millis, true);
        let (git_commit, git_tree) = scene.commit.map(|commit| (commit.id, commit.tree)).unzip();
        let mut report = Self {
            schema: Self::SCHEMA.to_owned(),
            gate_version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: time(scene.started),
            finished_at: time(scene.finished),
            git_commit,
            git_tree,
            dirty: scene.dirty,
            command: redacted(&settings.command),
            files: scene.files,
            options: Terms::of(settings),
            seed: scene.seed,
            overhead_us: micros(scene.overhead),
            observed_tick_us: None,
            trials: held.iter().map(TrialRecord::of).collect(),
            seal: String::new(),
        };
        report.observed_tick_us = report.judged().observed.map(micros);
        report
    }

    /// The sealed text: a key a line, a trial a line.
    ///
    /// # Errors
    /// None that is known; an empty report would be worse than none.
    pub(crate) fn to_text(&self) -> Result<String, String> {
        let unsealed = Self { seal: String::new(), ..self.clone() };
        let text = lines::text(&unsealed).map_err(|error| error.to_string())?;
        seal::sealed(&text).ok_or_else(|| "the report has no place for its seal".to_owned())
    }

    /// Whether a text is a report, whole or cut, so that it may be replaced.
    pub(crate) fn wrote(text: &str) -> bool {
        text.split_once(':').is_some_and(|(key, rest)| {
            let is_key = key.trim_start().strip_prefix('{').is_some_and(|key| key.trim() == "\"schema\"");
            is_key && rest.trim_start().starts_with(&format!("\"{}\"", Self::SCHEMA))
        })
    }

    /// Reads a report that nobody edited.
    pub(crate) fn read(text: &str) -> Result<Self, NotAReport> {
        let value = json::parse(text).map_err(NotAReport::NotJson)?;
        let schema = value.get("schema").and_then(serde_json::Value::as_str).map(str::to_owned);
        match schema.as_deref() {
            Some(Self::SCHEMA) => {}
            Some(newer) if newer.starts_with("gate.kill-flag/") => return Err(NotAReport::Newer(newer.to_owned())),
            _ => return Err(NotAReport::OtherTool(schema)),
        }
        let report: Self = serde_json::from_value(value).map_err(|error| NotAReport::Malformed(error.to_string()))?;
        if !seal::holds(text, &report.seal) {
            return Err(NotAReport::Edited);
        }
        match report.contradiction() {
            Some(why) => Err(NotAReport::Malformed(why)),
            None => Ok(report),
        }
    }

    /// What no probe would have written.
    fn contradiction(&self) -> Option<String> {
        let terms = &self.options;
        let wrong = [
            (terms.tick_us == 0, "a tick of nothing"),
            (terms.exit_codes.is_empty(), "no exit code that is a good end"),
            (self.command.is_empty(), "no command"),
        ];
        if let Some((_, what)) = wrong.iter().find(|(is_wrong, _)| *is_wrong) {
            return Some((*what).to_owned());
        }
        let bad = |trial: &&TrialRecord| phase_of(trial.kind).is_some_and(|phase| !(0.0..1.0).contains(&phase));
        let mut numbers = self.trials.iter().zip(self.trials.iter().skip(1));
        if let Some((_, next)) = numbers.find(|(one, next)| one.number >= next.number) {
            return Some(format!("trial {} stands out of order", next.number));
        }
        self.trials.iter().find(bad).map(|trial| format!("trial {} has a phase outside of a tick", trial.number))
    }

    /// What the runner was held to.
    pub(crate) fn promise(&self) -> Promise {
        let terms = &self.options;
        Promise {
            tick: Duration::from_micros(terms.tick_us),
            grace: Duration::from_micros(terms.grace_us),
            startup: self.startup(),
            overhead: Duration::from_micros(self.overhead_us),
            exit_codes: terms.exit_codes.clone(),
            has_heartbeat: terms.heartbeat.is_some(),
        }
    }
}

impl Report {
    /// How long the runner may take to start: as long as in the control and a tick, where its first heartbeat was seen there.
    fn startup(&self) -> Duration {
        let control = self.trials.iter().find(|trial| trial.kind == TrialKind::Control);
        let first = control.filter(|_| self.options.heartbeat.is_some()).and_then(|control| control.beats_us.first());
        let seen = first.map(|first| first.saturating_add(self.options.tick_us));
        Duration::from_micros(seen.map_or(self.options.startup_us, |seen| seen.min(self.options.startup_us)))
    }
}

impl Terms {
    /// The options as a report has them.
    pub(crate) fn of(settings: &Settings) -> Self {
        let heartbeat = settings.heartbeat.as_ref().map(|heartbeat| match heartbeat {
            Heartbeat::Stdout(pattern) => format!("stdout:{pattern}"),
            Heartbeat::File(path) => format!("file:{path}"),
        });
        Self {
            flag: settings.flag.as_str().to_owned(),
            tick_us: micros(settings.tick),
            grace_us: micros(settings.grace),
            trials: settings.trials,
            exit_codes: settings.exit_codes.clone(),
            heartbeat,
            cwd: settings.cwd.to_string(),
            env: settings.set_env.iter().map(|(name, _)| name.clone()).collect(),
            env_digest: digest_of(&settings.set_env),
            startup_us: micros(settings.startup),
            parallel: settings.parallel,
        }
    }
}

/// The sum of names and values, with their lengths so that no two lists have one text. `None`: there are none.
fn digest_of(variables: &[(String, String)]) -> Option<String> {
    let mut sum = Sha256Stream::default();
    for text in variables.iter().flat_map(|(name, value)| [name, value]) {
        sum.update(format!("{}:{text}", text.len()).as_bytes());
    }
    (!variables.is_empty()).then(|| format!("sha256:{}", hex(&sum.finish())))
}

impl TrialRecord {
    fn of(held: &Held) -> Self {
        let facts = &held.facts;
        let beats = &facts.beats_us;
        let first = beats.len().min(MOST_BEATS);
        let last = (beats.len() - first).min(MOST_BEATS);
        Self {
            number: held.trial.number,
            kind: held.trial.kind,
            repeated: held.repeated,
            first_flagged_us: facts.first_flagged_us,
            flagged_us: facts.flagged_us,
            exited_us: facts.exited_us,
            ending: EndingRecord::of(&facts.ending),
            beats_us: beats[..first].to_vec(),
            beats_left_out: beats.len() - first - last,
            last_beats_us: beats[beats.len() - last..].to_vec(),
            running: facts.running.iter().take(MOST_LEFT).map(LeftRecord::of).collect(),
            left: facts.left.iter().take(MOST_LEFT).map(LeftRecord::of).collect(),
            all_ended: facts.all_ended,
            traceback: facts.traceback.as_deref().map(kept),
            late_us: facts.late_us,
            interrupted: facts.interrupted,
        }
    }

    /// The facts as far as they are needed to judge.
    pub(crate) fn facts(&self) -> Facts {
        let ending = match &self.ending {
            EndingRecord::Exited(code) => Ending::Exited(*code),
            EndingRecord::Signalled(signal) => Ending::Signalled(*signal),
            EndingRecord::Outlived => Ending::Outlived,
            EndingRecord::NotStarted(why) => Ending::NotStarted(why.clone()),
            EndingRecord::Failed(why) => Ending::Failed(why.clone()),
        };
        let of = |left: &LeftRecord| Left { pid: left.pid, command: left.command.clone(), zombie: left.zombie };
        Facts {
            flagged_us: self.flagged_us,
            first_flagged_us: self.first_flagged_us,
            exited_us: self.exited_us,
            ending,
            beats_us: self.beats_us.iter().chain(&self.last_beats_us).copied().collect(),
            running: self.running.iter().map(of).collect(),
            left: self.left.iter().map(of).collect(),
            all_ended: self.all_ended,
            traceback: self.traceback.clone(),
            late_us: self.late_us,
            interrupted: self.interrupted,
        }
    }

    /// The times from one heartbeat to the next, where none is left out between them.
    pub(crate) fn intervals(&self) -> impl Iterator<Item = u64> {
        let of = |beats: &[u64]| beats.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect::<Vec<_>>();
        let (first, last) = match self.beats_left_out {
            0 => (of(&self.facts().beats_us), Vec::new()),
            _ => (of(&self.beats_us), of(&self.last_beats_us)),
        };
        first.into_iter().chain(last)
    }
}

impl EndingRecord {
    fn of(ending: &Ending) -> Self {
        match ending {
            Ending::Exited(code) => Self::Exited(*code),
            Ending::Signalled(signal) => Self::Signalled(*signal),
            Ending::Outlived => Self::Outlived,
            Ending::NotStarted(why) => Self::NotStarted(kept(why)),
            Ending::Failed(why) => Self::Failed(kept(why)),
        }
    }
}

impl LeftRecord {
    fn of(left: &Left) -> Self {
        Self { pid: left.pid, command: kept(&left.command), zombie: left.zombie }
    }
}

/// A stranger's text as it may be kept: secrets left out, and not all of it.
fn kept(text: &str) -> String {
    redacted_text(text).chars().take(MOST_TEXT).collect()
}
