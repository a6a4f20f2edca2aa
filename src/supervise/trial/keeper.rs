//! The keeper itself: the process that holds one trial, tells gate of it line by line, and takes it along when it ends.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::super::signals::Signals;
use super::super::tree::Tree;
use super::super::{StartError, Stdout, Task, stage};
use super::flag::{Flag, Inode};
use super::output::Lines;
use super::watch::{Watch, beats};
use super::{Ending, Event, Facts, Moment, Order, no_flag};

/// Holds the trial that the arguments order: gate's pid, the order, the flag, the command.
pub(crate) fn become_keeper(args: &[OsString]) {
    let [parent, order, flag, command @ ..] = args else { return };
    // Whoever calls this by hand has another parent than the one that is named, and nothing happens.
    if !stage::is_child_of(parent) {
        return;
    }
    let facts = order.to_str().and_then(|text| serde_json::from_str::<Order>(text).ok()).map_or_else(
        || failed("the order of the trial cannot be read".to_owned()),
        |order| hold(&order, parent, (&PathBuf::from(flag), command)),
    );
    tell(&Event::Over(facts));
}

fn failed(why: String) -> Facts {
    Facts { ending: Ending::Failed(why), all_ended: true, ..Facts::default() }
}

/// One line of JSON; when nobody listens any more, gate is gone, and this trial goes too.
fn tell(event: &Event) {
    let Ok(mut line) = serde_json::to_vec(event) else { return };
    line.push(b'\n');
    let mut out = io::stdout().lock();
    let _unheard = out.write_all(&line).and_then(|()| out.flush());
}

fn hold(order: &Order, parent: &OsString, (flag, command): (&Path, &[OsString])) -> Facts {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::TERM)) {
        return failed(format!("cannot be told of the end of gate: {error}"));
    }
    // gate may have ended before its death could be told.
    if !stage::is_child_of(parent) {
        return failed("gate has ended".to_owned());
    }
    let [program, args @ ..] = command else { return failed("the command is empty".to_owned()) };
    let task = Task { program, args, folder: Path::new("."), grace: order.grace, limit: None, without: &[], stdout: Stdout::Own };
    match held(order, flag, &task) {
        Ok(facts) => facts,
        Err(error @ (StartError::NotFound | StartError::NotExecutable)) => {
            Facts { ending: Ending::NotStarted(error.to_string()), all_ended: true, ..Facts::default() }
        }
        Err(StartError::Other(why)) => failed(why),
    }
}

/// The trial, from the first look at the flag's place to the end of the last process.
fn held(order: &Order, path: &Path, task: &Task<'_>) -> Result<Facts, StartError> {
    let other = |tried: &str, error: io::Error| StartError::other(tried, error);
    let signals = Signals::catch().map_err(|error| other("cannot catch signals", error))?;
    let beats = beats(order).map_err(StartError::Other)?;
    let [(stdout, to_stdout), (stderr, to_stderr)] = [pipe()?, pipe()?];
    // A flag that the runner of an earlier trial has put there would end this one.
    match Inode::at(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Ok(_) => return Err(StartError::Other(no_flag(path, &io::Error::from(io::ErrorKind::AlreadyExists)))),
        Err(error) => return Err(StartError::Other(no_flag(path, &error))),
    }
    let early = match order.moment {
        Moment::BeforeStart => Some(Flag::make(path, order.form, &order.mark).map_err(|error| StartError::Other(no_flag(path, &error)))?),
        Moment::AfterStart(_) | Moment::AfterBeat(..) | Moment::Never(..) => None,
    };
    early.iter().for_each(|flag| tell(&Event::Flagged(flag.made)));
    let mut report = None;
    let tree = Tree::around(|| {
        let (leader, pipe) = stage::start(task, Some((to_stdout, to_stderr)))?;
        report = Some(pipe);
        Ok(leader)
    })?;
    // The pipe of the stage closes in the instant in which the command is executed.
    report.iter().try_for_each(stage::read_report)?;
    let begun = Instant::now();
    let clock = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    let monotonic_ns = u64::try_from(clock.tv_sec * 1_000_000_000 + clock.tv_nsec).unwrap_or_default();
    tell(&Event::Started { process: tree.leader_process(), monotonic_ns });
    let facts = Facts { flagged_us: early.as_ref().map(|_| 0), ..Facts::default() };
    let watch = Watch { order, path, flag: early, beats, stdout, stderr, begun, facts, tell: &mut |event| tell(&event), removed: None };
    Ok(watch.follow(tree, signals))
}

/// A pipe whose reading end is drained as lines.
fn pipe() -> Result<(Lines, io::PipeWriter), StartError> {
    let (reader, writer) = io::pipe().map_err(|error| StartError::other("cannot make a pipe", error))?;
    let lines = Lines::of(reader).map_err(|error| StartError::other("cannot drain a pipe", error))?;
    Ok((lines, writer))
}
