//! `gate run`: runs the smoke command and leaves the run record.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};

use super::Global;
use super::hook;
use super::outputs::CannotTell;
use super::section::Section;
use super::targets::Targets;
use crate::config::{Text, TimeLimit};
use crate::exit::Exit;
use crate::run::{End, Making, Ran, Record, Scene, Settings, is_run_id, redacted};
use crate::shown::{counted, shown};
use crate::supervise::{self, Ended, Hold, How, StartError, Stdout, Task};
use crate::world::disk::Disk;
use crate::world::{Out, World};

/// What was asked for.
pub(super) struct Asked {
    /// After `--`; else `[run] smoke`.
    pub(super) command: Vec<OsString>,
    pub(super) run_id: Option<String>,
    /// The run itself was something else's; how it ended and when, as far as it is known.
    pub(super) record_only: Option<Told>,
    pub(super) force: bool,
    /// How long a process that is asked to end may take.
    pub(super) grace: TimeLimit,
    /// How long the command may take.
    pub(super) limit: Option<TimeLimit>,
    /// Variables of the environment that the command does not get.
    pub(super) without: &'static [&'static str],
    pub(super) flags: Text,
}

/// What is told of a run that something else did.
#[derive(Clone, Copy, Default)]
pub(super) struct Told {
    pub(super) exit_code: Option<i32>,
    pub(super) started: Option<DateTime<Utc>>,
    pub(super) finished: Option<DateTime<Utc>>,
}

pub(super) fn run(asked: &Asked, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    asked.must_make_sense(global)?;
    run_in(&Section::open(&asked.flags, global)?, asked, global, out).map(|(exit, _)| exit)
}

/// The run of an opened section, and the world as it was seen when the command had ended, if it was run.
pub(super) fn run_in(section: &Section, asked: &Asked, global: &Global, out: &mut dyn Out) -> anyhow::Result<(Exit, Option<Disk>)> {
    let settings = Settings::read(&section.options).map_err(|faults| section.lacks(faults))?;
    let smoke = smoke(asked, &settings, section)?;
    if global.plan {
        out.print(&plan(&smoke, &settings))?;
        return Ok((Exit::Fine, None));
    }
    let _held = section.turn(out)?;
    let nothing_run = |why: String| CannotTell(format!("nothing was run: {why}"));
    let before = Scene::of(&settings, &section.world).map_err(nothing_run)?;
    let targets = Targets { section, evidence: &settings.evidence };
    targets.check(asked.force, out).map_err(nothing_run)?;
    let started = section.look_again(global)?.now();
    let clock = Instant::now();
    let hold = Hold::new();
    let ended = match asked.record_only {
        Some(_) => None,
        None => {
            targets.clear(out).map_err(nothing_run)?;
            Some(start(&smoke, asked)?)
        }
    };
    let world = section.look_again(global)?;
    let finished = if global.now.is_some() { started } else { world.now().max(started + clock.elapsed()) };
    let told = asked.record_only.unwrap_or_default();
    let making = Making {
        settings: &settings,
        before,
        run_id: asked.run_id.clone(),
        command: words(&smoke),
        times: (told.started.unwrap_or(started), told.finished.unwrap_or(finished)),
        ran: ended.as_ref().map_or_else(|| Ran::told(told.exit_code), ran),
    };
    let (record, sidecars) = making.record(&world);
    let left = targets.leave(&record, sidecars, out);
    warn_of(&record, ended.as_ref(), asked.limit, out);
    match &left {
        Ok(()) if global.quiet => {}
        Ok(()) => out.warn(&in_short(&record, &settings)),
        Err(why) => out.warn(&format!("error: {why}\n")),
    }
    if left.is_ok() {
        hook::after_run(section, &record, &world, out);
    }
    let exit = match (ended.as_ref().map_or(Exit::Fine, exit), hold.release(), left) {
        (Exit::Fine, Some(signal), _) => u8::try_from(128 + signal).map_or(Exit::CannotTell, Exit::Passed),
        (Exit::Fine, None, Err(_)) => Exit::CannotTell,
        (exit, _, _) => exit,
    };
    Ok((exit, Some(world)))
}

impl Asked {
    /// What the run's own check would refuse afterwards is refused now.
    fn must_make_sense(&self, global: &Global) -> anyhow::Result<()> {
        if !global.output.is_empty() || global.format.is_some() {
            bail!("this command has no `--format` or `--output`; what it leaves is the run record");
        }
        if let Some(id) = self.run_id.as_deref().filter(|id| !is_run_id(id)) {
            bail!("`{}` is no run id: one word of at most 200 characters, and none that stands for another", shown(id));
        }
        if let Some(Told { started: Some(started), finished: Some(finished), .. }) = self.record_only
            && finished < started
        {
            bail!("`--finished-at` is before `--started-at`");
        }
        Ok(())
    }
}

/// What is run, and where it stands.
struct Smoke {
    words: Vec<OsString>,
    folder: PathBuf,
}

/// The command after `--`, where the user stands; else the one in gate.toml, in the root.
fn smoke(asked: &Asked, settings: &Settings, section: &Section) -> anyhow::Result<Smoke> {
    if !asked.command.is_empty() || asked.record_only.is_some() {
        return Ok(Smoke { words: asked.command.clone(), folder: PathBuf::from(".") });
    }
    let words = settings.smoke.as_ref().map(|words| words.iter().map(OsString::from).collect());
    let record = &settings.evidence.record;
    let words = words.with_context(|| {
        format!("there is no command: write one after `--`, or `smoke = [\"make\", \"smoke\"]` under `[run]` (the record is `{record}`)")
    })?;
    Ok(Smoke { words, folder: section.root.clone() })
}

fn words(smoke: &Smoke) -> Vec<String> {
    smoke.words.iter().map(|word| word.to_string_lossy().into_owned()).collect()
}

fn plan(smoke: &Smoke, settings: &Settings) -> String {
    let words: Vec<String> = redacted(&words(smoke)).iter().map(|word| shown(word)).collect();
    let globs: Vec<String> = settings.bundle.globs.iter().map(|glob| shown(glob.as_str())).collect();
    format!(
        "plan of `gate run`\n\n  command  {}\n  config   {}\n  data     {}\n  record   {}\n",
        words.join(" "),
        globs.join(", "),
        settings.data.source.describe(),
        settings.evidence.record
    )
}

fn start(smoke: &Smoke, asked: &Asked) -> anyhow::Result<Ended> {
    let [program, args @ ..] = smoke.words.as_slice() else { bail!("the command is empty") };
    let (grace, limit) = (asked.grace.get(), asked.limit.map(TimeLimit::get));
    let task = Task { program, args, folder: &smoke.folder, grace, limit, without: asked.without, stdout: Stdout::Own };
    supervise::run(&task).map_err(|error| match error {
        StartError::NotFound | StartError::NotExecutable => {
            anyhow::anyhow!("nothing was run: `{}`: {error}", shown(&program.to_string_lossy()))
        }
        StartError::Other(why) => CannotTell(format!("nothing was run: {why}")).into(),
    })
}

/// What the shell would see of it: 128 and the signal's number for a death by signal. A run that was interrupted, or of which
/// something may still be there, never passes as good.
fn exit(ended: &Ended) -> Exit {
    let code = match (ended.how, ended.interrupted) {
        (How::Exited(0), Some(signal)) | (How::Signalled(signal), _) => Some(128 + signal),
        (How::Exited(code), _) => Some(code),
        (How::Alive, _) => None,
    };
    match code.and_then(|code| u8::try_from(code).ok()) {
        Some(0) if ended.all_ended => Exit::Fine,
        Some(0) | None => Exit::CannotTell,
        Some(code) => Exit::Passed(code),
    }
}

fn ran(ended: &Ended) -> Ran {
    let (exit_code, signal) = match ended.how {
        How::Exited(code) => (Some(code), None),
        How::Signalled(signal) => (None, Some(supervise::signal_name(signal))),
        How::Alive => (None, Some("none: it could not be ended".to_owned())),
    };
    Ran {
        end: End { exit_code, signal },
        interrupted_by: ended.interrupted.map(supervise::signal_name),
        processes_ended: Some(ended.left_behind).filter(|count| *count > 0),
        is_told: false,
    }
}

/// What is not as it should be.
fn warn_of(record: &Record, ended: Option<&Ended>, limit: Option<TimeLimit>, out: &mut dyn Out) {
    if let (true, Some(limit)) = (ended.is_some_and(|ended| ended.out_of_time), limit) {
        let limit = humantime::format_duration(limit.get());
        out.warn(&format!("warning: the command did not end within {limit} (`[hook] time-budget` in gate.toml), and was ended\n"));
    }
    for changed in &record.changed_during_run {
        let path = changed.path.as_ref().map(|path| format!(" `{}`", shown(path))).unwrap_or_default();
        out.warn(&format!("warning: changed during the run: {}{path} {}\n", changed.what, changed.change));
    }
    if let Some(count) = record.processes_ended {
        out.warn(&format!("warning: {} left behind by the run; ended now\n", counted(count, "process was", "processes were")));
    }
    for survivor in ended.into_iter().flat_map(|ended| &ended.survivors) {
        out.warn(&format!("warning: process {survivor} of the run could not be ended\n"));
    }
    if ended.is_some_and(|ended| !ended.all_ended) {
        out.warn("warning: the run has not ended: something of it may still be there\n");
    }
}

/// One line on what was recorded.
fn in_short(record: &Record, settings: &Settings) -> String {
    let end = match (&record.end.exit_code, &record.end.signal) {
        (Some(code), _) => format!("exit {code}"),
        (None, Some(signal)) => format!("ended by {signal}"),
        (None, None) => "recorded only".to_owned(),
    };
    let short = |hash: &str| hash.chars().take(17).collect::<String>();
    let (config, data) = (short(&record.config_hash), short(&record.data_hash));
    format!("gate run · {end} · {} · config {config}… · data {data}…\n", settings.evidence.record)
}
