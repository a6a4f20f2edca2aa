//! `gate probe kill-flag`: measures that a runner obeys its kill flag, and leaves the report that the kind `kill-flag` judges.

mod listener;
mod remains;
mod scene;
mod selftest;
mod trials;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anstyle::AnsiColor;
use anyhow::{Context, bail};
use clap::ArgMatches;

use super::outputs::{CannotTell, Format, Outputs};
use super::promote::policy_text;
use super::section::own_folder;
use super::{Global, flags};
use crate::check::Kind;
use crate::checks::KINDS;
use crate::checks::kill_flag::{KillFlag, NAME, read_settings};
use crate::config::{self, CheckTable, Fault, Options, Text};
use crate::exit::Exit;
use crate::plan::{self, FlagTexts};
use crate::probes::kill_flag::{Held as Trialled, Report, Scene, Settings, svg, told};
use crate::report::render::Look;
use crate::shown::{counted, shell_line, shown};
use crate::supervise::trial::{Ending, Holder};
use crate::world::disk::{Disk, Place};
use crate::world::{FileKind, Held, LookError, Out, World};
use listener::Told;
use remains::Roots;
use scene::{Seen, Target};
use trials::Bench;

pub(in crate::cli) use selftest::run as selftest;

/// What was asked for.
pub(in crate::cli) struct Asked {
    /// Which of several checks.
    pub(in crate::cli) name: Option<String>,
    /// The options of the check that were given as flags.
    pub(in crate::cli) flags: FlagTexts,
}

/// The options that most runners need as flags.
const FIRST: &[&str] = &["flag", "grace", "heartbeat", "seed", "tick", "trials"];

const FORMATS: [Format; 3] = [Format::Human, Format::Json, Format::Svg];

/// The kind whose options these are.
pub(in crate::cli) fn kind() -> anyhow::Result<&'static Kind> {
    KINDS.iter().copied().find(|kind| kind.name == NAME).with_context(|| format!("the kind `{NAME}` is not registered"))
}

impl Asked {
    /// The command line as clap read it: the command wins over the configured one.
    pub(in crate::cli) fn of(command: Vec<OsString>, matches: Option<&ArgMatches>) -> anyhow::Result<Self> {
        let matches = matches.context("the command line has no probe")?;
        let mut flags = flags::read(kind()?, matches);
        if !command.is_empty() {
            let word = |word: &OsString| {
                let text =
                    word.to_str().with_context(|| format!("a word of the command is not UTF-8: `{}`", shown(&word.to_string_lossy())))?;
                Ok(toml::Value::from(text).to_string())
            };
            let words: Vec<String> = command.iter().map(word).collect::<anyhow::Result<_>>()?;
            flags.own = Text::new(flags.own.name, format!("{}command = [{}]\n", flags.own.text, words.join(", ")));
        }
        Ok(Self { name: matches.get_one::<String>("name").cloned(), flags })
    }
}

/// A probe that is about to begin.
struct Probe {
    root: PathBuf,
    world: Disk,
    options: KillFlag,
    settings: Settings,
    timeout: Duration,
}

/// The command with the options of the check as its flags.
pub(in crate::cli) fn with_options(command: clap::Command) -> clap::Command {
    match kind() {
        Ok(kind) => flags::with_options(command, kind, FIRST),
        Err(_) => command,
    }
}

pub(in crate::cli) fn kill_flag(asked: Asked, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let probe = Probe::open(asked, global)?;
    if global.plan {
        super::outputs::print(&probe.plan(), out)?;
        return Ok(Exit::Fine);
    }
    let outputs = Outputs::prepare(global, &FORMATS, &probe.world, out)?;
    let _turn = probe.turn(out)?;
    remains::end("an earlier probe was killed in its trial", (&probe.root, &probe.world), out)?;
    probe.must_be_able()?;
    let target = Target::prepare(&probe, out)?;
    let before = scene::look(&probe.settings, (&probe.root, &probe.world))?;
    if cfg!(not(target_os = "linux")) {
        out.warn("warning: on this system gate sees the runner's process group alone: what leaves it is neither seen nor ended\n");
    }
    probe.warn_of_crowding(out);
    let clock = Instant::now();
    let measured = probe.measure(global, out)?;
    if let Some(signal) = measured.interrupted {
        out.warn("nothing was judged: the probe was interrupted; its trials were ended\n");
        return Ok(u8::try_from(128 + signal).map_or(Exit::CannotTell, Exit::Passed));
    }
    if let [only] = measured.held.as_slice() {
        probe.must_have_started(&only.facts.ending)?;
    }
    let after = scene::look(&probe.settings, (&probe.root, &probe.look_again(global)?))?;
    let started = probe.world.now();
    let finished = if global.now.is_some() { started } else { started + clock.elapsed() };
    let is_same = before == after;
    let Seen { commit, dirty, files } = before;
    let scene = Scene { started, finished, commit, dirty, files, seed: measured.seed, overhead: measured.overhead };
    let report = Report::new(&probe.settings, scene, &measured.held);
    let text = report.to_text().map_err(CannotTell)?;
    let left = match is_same {
        true => target.leave(&text, out),
        false => Err("the commit, or a file that the command names, changed while the probe was on; no report was left".to_owned()),
    };
    if let Err(why) = &left {
        out.warn(&format!("error: {why}\n"));
    }
    Ok(conclude(&report, &text, (outputs, &left), out))
}

/// Shows the report everywhere it is asked for; the exit code. Without a report on the disk there is no yes.
fn conclude(report: &Report, text: &str, (outputs, left): (Outputs, &Result<(), String>), out: &mut dyn Out) -> Exit {
    let judged = report.judged();
    let mut lines = told(report, &judged);
    if left.is_err() && !judged.is_wrong() {
        lines.pop();
        lines.push("CANNOT TELL  the trials are over, and no report was left".to_owned());
    }
    let delivered = outputs.deliver(out, &|format, look| {
        Ok(match format {
            Format::Json => text.to_owned(),
            Format::Svg => svg(report, &judged),
            Format::Human | Format::Github | Format::Markdown => page(&lines, look),
        })
    });
    match (judged.is_wrong(), judged.is_unsure() || left.is_err() || !delivered) {
        (true, _) => Exit::Wrong,
        (false, true) => Exit::CannotTell,
        (false, false) => Exit::Fine,
    }
}

/// The lines as a page, with their signs in colour where that is wanted; of a quiet one the last.
fn page(lines: &[String], look: &Look) -> String {
    if look.quiet {
        return lines.last().map(|line| format!("{line}\n")).unwrap_or_default();
    }
    let style = |sign: &str| match sign {
        "✓" => Some(AnsiColor::Green.on_default()),
        "✗" => Some(AnsiColor::Red.on_default()),
        "!" | "?" => Some(AnsiColor::Yellow.on_default()),
        _ => None,
    };
    let shown = |line: &String| {
        let sign = line.strip_prefix("  ").and_then(|rest| rest.split(' ').next()).unwrap_or_default();
        match style(sign).filter(|_| look.colour) {
            Some(style) => format!("{}\n", line.replacen(sign, &format!("{style}{sign}{style:#}"), 1)),
            None => format!("{line}\n"),
        }
    };
    lines.iter().map(shown).collect()
}

/// The options of the check that is meant, with the flags laid over them; the flags alone where there is no check.
fn meant<'t>(checks: Vec<CheckTable<'t>>, name: Option<&str>, flags: Options<'t>) -> anyhow::Result<Options<'t>> {
    let is_meant = |check: &CheckTable<'_>| {
        let kind = check.common.kind.as_ref().unwrap_or(&check.name);
        kind.get_ref() == NAME && name.is_none_or(|name| check.name.get_ref() == name)
    };
    let mut checks: Vec<CheckTable<'t>> = checks.into_iter().filter(is_meant).collect();
    if checks.len() > 1 {
        let names: Vec<String> = checks.iter().map(|check| format!("--name {}", shown(check.name.get_ref()))).collect();
        bail!("gate.toml has {} checks of the kind `{NAME}`; say which is meant: {}", checks.len(), names.join(", "));
    }
    Ok(match checks.pop() {
        None => flags,
        Some(check) => {
            let mut options = check.options;
            options.lay_over(&flags);
            options
        }
    })
}

fn said(faults: Vec<Fault>) -> anyhow::Error {
    let said = |fault: Fault| fault.help.map_or(fault.message.clone(), |help| format!("{}; {help}", fault.message));
    anyhow::anyhow!(faults.into_iter().map(said).collect::<Vec<_>>().join("; "))
}

/// What came of the trials.
struct Measured {
    held: Vec<Trialled>,
    seed: u64,
    overhead: Duration,
    interrupted: Option<i32>,
}

impl Probe {
    fn open(asked: Asked, global: &Global) -> anyhow::Result<Self> {
        let place = Place::find(global.root.as_deref(), global.file.as_deref())?;
        let text = policy_text(&place, global.file.is_none())?;
        let parsed = text.as_ref().map(config::load).unwrap_or_default();
        let timeout = parsed.file.git.timeout.get();
        let Asked { name, flags } = asked;
        let own = flags.own.clone();
        // All that is wrong with the file or the flags comes from here.
        let kind = kind()?;
        plan::resolve(parsed, text.as_ref(), plan::Asked::Kind { kind, name: name.clone(), flags })?;
        let parsed = text.as_ref().map(config::load).unwrap_or_default();
        let flags = Options::parse(&own).map_err(said)?;
        let options = meant(parsed.file.checks, name.as_deref(), flags)?;
        let (options, settings) = read_settings(options).map_err(said)?;
        let world = Disk::open(&place.root, global.now, timeout).map_err(|e| CannotTell(format!("{}: {e}", place.root_name())))?;
        Ok(Self { root: place.root, world, options, settings, timeout })
    }

    fn look_again(&self, global: &Global) -> anyhow::Result<Disk> {
        Ok(Disk::open(&self.root, global.now, self.timeout).map_err(|error| CannotTell(error.to_string()))?)
    }

    /// Holds all trials.
    fn measure(&self, global: &Global, out: &mut dyn Out) -> Result<Measured, CannotTell> {
        let mark = scene::mark(&self.world);
        let holder = Holder::begin(&mark).map_err(|error| CannotTell(format!("nothing was run: {error}")))?;
        let seed = self.options.seed.map(u64::from).unwrap_or_else(|| scene::seed(&self.world));
        let ready = Roots::of(self, &holder, out).and_then(|roots| Ok((roots, selftest::overhead(&holder).map_err(CannotTell)?)));
        let (roots, overhead) = match (ready, holder.interrupted()) {
            (Ok(ready), None) => ready,
            (Ok(_) | Err(_), Some(signal)) => {
                return Ok(Measured { held: Vec::new(), seed, overhead: Duration::ZERO, interrupted: Some(signal) });
            }
            (Err(error), None) => return Err(error),
        };
        let held = {
            let shared = Mutex::new(&mut *out);
            let listener = Told::new(&shared, &self.root, global);
            let (settings, roots) = (&self.settings, roots.paths());
            Bench { settings, holder: &holder, roots, mark: &mark, overhead, listener: &listener }.hold_all(seed)
        };
        if held.iter().all(|held| held.facts.all_ended) {
            remains::forget(&self.root, out);
        } else {
            remains::end("the keeper of a trial was killed:", (&self.root, &self.world), out)?;
        }
        Ok(Measured { held, seed, overhead, interrupted: holder.interrupted() })
    }

    /// Runners that wait for a core are late, and it is none of their fault.
    fn warn_of_crowding(&self, out: &mut dyn Out) {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        if self.settings.parallel > cores {
            let at_a_time = self.settings.parallel;
            let cores = counted(cores, "core", "cores");
            out.warn(&format!("warning: {at_a_time} trials at a time on {cores}: a runner that has to wait for one may be called late\n"));
        }
    }

    fn plan(&self) -> String {
        let settings = &self.settings;
        let time = |time: Duration| humantime::format_duration(time).to_string();
        format!(
            "plan of `gate probe kill-flag`\n\n  command  {}\n  flag     {}\n  tick     {} and {} of grace\n  trials   {} at random moments, and those of other kinds\n  report   {}\n",
            shell_line(&settings.command),
            settings.flag,
            time(settings.tick),
            time(settings.grace),
            settings.trials,
            settings.report,
        )
    }

    /// Keeps other probes from running beside this one: they would make and take away the same flag.
    fn turn(&self, out: &mut dyn Out) -> Result<Box<dyn Held>, CannotTell> {
        let locked = own_folder(&self.root, self.world.evidence(), out).and_then(|folder| out.lock(&folder.join("probe.lock")));
        locked.map_err(|error| {
            CannotTell(if error.kind() == std::io::ErrorKind::WouldBlock {
                "nothing was run: another `gate probe` is at work in this project".to_owned()
            } else {
                format!("nothing was run: `.gate/probe.lock`: {error}")
            })
        })
    }

    /// Where the flag is there, somebody may mean it.
    fn must_be_able(&self) -> Result<(), CannotTell> {
        let flag = &self.settings.flag;
        let folder = flag.parent();
        let is_there = folder.is_root() || self.world.evidence().stat(&folder).is_ok_and(|stat| stat.kind == FileKind::Folder);
        match self.world.evidence().stat(flag) {
            Err(LookError::NotFound) if !is_there => {
                Err(CannotTell(format!("nothing was run: `{}`, the folder of the flag, is no folder", shown(folder.as_str()))))
            }
            Err(LookError::NotFound) => Ok(()),
            Ok(_) => Err(CannotTell(format!(
                "nothing was run: the flag `{}` is there already, and gate takes away nothing that it did not make",
                shown(flag.as_str())
            ))),
            Err(error) => Err(CannotTell(format!("nothing was run: the flag `{}` cannot be looked at: {error}", shown(flag.as_str())))),
        }
    }

    fn must_have_started(&self, ending: &Ending) -> anyhow::Result<()> {
        let program = self.settings.command.first().map(|word| shown(word)).unwrap_or_default();
        match ending {
            Ending::NotStarted(why) => bail!("nothing was measured: `{program}`: {why} (it is started in `{}`)", self.settings.cwd),
            Ending::Failed(why) => Err(CannotTell(format!("nothing was measured: {}", shown(why))).into()),
            Ending::Exited(_) | Ending::Signalled(_) | Ending::Outlived => Ok(()),
        }
    }
}
