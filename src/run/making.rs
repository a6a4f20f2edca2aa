//! Making a record: the scene before the run and after it, and what happened in between.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};

use super::bundle::Hashed;
use super::record::Files;
use super::{ChangedInRun, End, MOST_FILES, OfCommit, Record, Settings, Snapshot, redacted};
use crate::digest::{Digest, HashedFile, Problem, Sum, difference, dir_hash1, hex, table_text};
use crate::world::{Commit, HistoryError, RelPath, World};

/// All that a run's evidence speaks of, as it is at one moment.
pub(crate) struct Scene {
    config: (Digest, Vec<HashedFile>),
    data: (Digest, Vec<HashedFile>),
    commit: Option<Commit>,
    dirty: Option<bool>,
}

/// How the run ended.
#[derive(Clone, Debug)]
pub(crate) struct Ran {
    pub(crate) end: End,
    pub(crate) interrupted_by: Option<String>,
    pub(crate) processes_ended: Option<usize>,
    /// Something else did the run, and this is what was told of it.
    pub(crate) is_told: bool,
}

impl Ran {
    /// As somebody told it.
    pub(crate) fn told(exit_code: Option<i32>) -> Self {
        Self { end: End { exit_code, signal: None }, interrupted_by: None, processes_ended: None, is_told: true }
    }
}

/// A record in the making.
pub(crate) struct Making<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) before: Scene,
    pub(crate) run_id: Option<String>,
    pub(crate) command: Vec<String>,
    /// Started and finished.
    pub(crate) times: (DateTime<Utc>, DateTime<Utc>),
    pub(crate) ran: Ran,
}

impl Scene {
    /// Looks at everything; without a digest of both there is nothing to record.
    ///
    /// # Errors
    /// What could not be hashed, and why.
    pub(crate) fn of(settings: &Settings, world: &dyn World) -> Result<Self, String> {
        let (config, data) = hash(settings, world);
        let config_digest = config.digest.ok_or_else(|| format!("the config bundle cannot be hashed: {}", first(&config.problems)))?;
        let why = data.absent.clone().unwrap_or_else(|| first(&data.problems));
        let data_digest = data.digest().cloned().ok_or_else(|| format!("the data cannot be hashed: {why}"))?;
        let git = |error: HistoryError| format!("git does not say which commit this is: {error}");
        let commit = commit(world).map_err(git)?;
        let dirty = match &commit {
            Some(_) => Some(world.history().dirty().map_err(git)?.iter().any(|path| !settings.evidence.holds(path))),
            None => None,
        };
        Ok(Self { config: (config_digest, config.files), data: (data_digest, data.files), commit, dirty })
    }
}

/// How many files the config bundle has, as a run would hash it.
///
/// # Errors
/// Why it cannot be hashed.
pub(crate) fn config_files(settings: &Settings, world: &dyn World) -> Result<usize, String> {
    let config = settings.bundle.hash(world.tree(), &settings.evidence);
    config.digest.map(|_| config.files.len()).ok_or_else(|| first(&config.problems))
}

/// The commit at HEAD; none outside git and before the first.
fn commit(world: &dyn World) -> Result<Option<Commit>, HistoryError> {
    match world.history().head() {
        Ok(commit) => Ok(Some(commit)),
        Err(HistoryError::NotARepository | HistoryError::NoCommit) => Ok(None),
        Err(error) => Err(error),
    }
}

fn hash(settings: &Settings, world: &dyn World) -> (Hashed, Snapshot) {
    let config = settings.bundle.hash(world.tree(), &settings.evidence);
    (config, settings.data.look(world.evidence(), &settings.evidence))
}

fn first(problems: &[Problem]) -> String {
    let hiding = problems.iter().find(|problem| problem.what.hides_something()).or(problems.first());
    hiding.map_or_else(|| "there is no file".to_owned(), Problem::to_string)
}

impl Making<'_> {
    /// The record, and the sidecars that it names.
    pub(crate) fn record(self, world: &dyn World) -> (Record, Vec<(RelPath, String)>) {
        let mut sidecars = Vec::new();
        let changed_during_run = self.changes(world);
        let run_id = self.run_id.clone().unwrap_or_else(|| self.id(world));
        let Self { settings, before, command, times, ran, .. } = self;
        let mut files = |files: &[HashedFile]| {
            if files.len() <= MOST_FILES {
                return Files::here(files);
            }
            let rows = || files.iter().map(HashedFile::row);
            let path = settings.evidence.sidecar(&hex(&dir_hash1(rows())));
            let sidecar = path.name().to_owned();
            sidecars.push((path, table_text(rows())));
            Files::Sidecar { sidecar }
        };
        let record = Record {
            schema: Record::SCHEMA,
            run_id,
            config_hash: before.config.0.to_string(),
            data_hash: before.data.0.to_string(),
            started_at: moment(times.0),
            finished_at: moment(times.1),
            end: ran.end,
            interrupted_by: ran.interrupted_by,
            command: redacted(&command),
            commit: before.commit.map(|commit| OfCommit { git_commit: commit.id, git_tree: commit.tree }),
            dirty: before.dirty,
            gate_version: env!("CARGO_PKG_VERSION"),
            recorded_only: ran.is_told,
            changed_during_run,
            processes_ended: ran.processes_ended,
            config_files: files(&before.config.1),
            data_files: files(&before.data.1),
        };
        (record, sidecars)
    }

    /// What is another now than before the run.
    fn changes(&self, world: &dyn World) -> Vec<ChangedInRun> {
        let (config, data) = hash(self.settings, world);
        let mut changes = Vec::new();
        compare("config", &self.before.config, (config.digest.as_ref(), &config.files), &mut changes);
        compare("data", &self.before.data, (data.digest(), &data.files), &mut changes);
        match commit(world) {
            Ok(commit) if commit == self.before.commit => {}
            Ok(_) => changes.push(ChangedInRun { what: "commit", path: None, change: "changed" }),
            Err(_) => changes.push(ChangedInRun { what: "commit", path: None, change: "unreadable" }),
        }
        changes
    }

    /// The CI's run and attempt; else time, commit and process.
    fn id(&self, world: &dyn World) -> String {
        let of_ci = [("github", "GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT"), ("gitlab", "CI_PIPELINE_ID", "CI_JOB_ID")];
        let named = of_ci.iter().find_map(|(name, run, attempt)| Some(format!("{name}-{}-{}", world.env(run)?, world.env(attempt)?)));
        named.unwrap_or_else(|| {
            let commit = self.before.commit.as_ref().map_or("no-commit", |commit| &commit.id[..commit.id.len().min(7)]);
            format!("{}-{commit}-{}", self.times.0.format("%Y%m%dT%H%M%SZ"), world.process_id())
        })
    }
}

fn compare(what: &'static str, before: &(Digest, Vec<HashedFile>), now: (Option<&Digest>, &[HashedFile]), changes: &mut Vec<ChangedInRun>) {
    if now.0 == Some(&before.0) {
        return;
    }
    // Without a digest the list of files is not the whole of them.
    if now.0.is_none() {
        return changes.push(ChangedInRun { what, path: None, change: "unreadable" });
    }
    let old: BTreeMap<String, Sum> = before.1.iter().map(|file| (file.path.clone(), file.sha256)).collect();
    let differ = difference(&old, now.1);
    changes.extend(differ.iter().map(|(path, change)| ChangedInRun { what, path: Some(path.clone()), change: change.name() }));
    if differ.is_empty() {
        changes.push(ChangedInRun { what, path: None, change: "changed" });
    }
}

fn moment(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}
