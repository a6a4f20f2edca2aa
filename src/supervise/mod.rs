//! Starts, watches and ends a process tree: one command, without a shell, and everything that comes of it.
//!
//! What is so while a run is on:
//!
//! - The command has its own session and process group, an empty stdin, and gate's own stdout (or its stderr) and stderr: there is nothing
//!   to drain, and no end of a pipe is ever waited for.
//! - On Linux gate is the child subreaper, so a process that forks twice or leaves the session comes back to gate and is
//!   ended like any other. Elsewhere only the command's process group can be ended; what leaves it is not seen.
//! - Signals that would end gate go to the tree first. A panic in gate ends the tree as well.
//! - `kill -9` of gate kills the command at once on Linux, by its parent-death signal. Not covered: what the command itself
//!   has started (it goes to init), a command that gains privileges by exec (the kernel then clears the signal), and every
//!   other system.
//!
//! A subreaper and signal handlers belong to the whole process. So runs take turns by a lock, and while one is on no other
//! part of gate may start a process: its end would be reaped here. A run is over on the thread that began it.

pub(crate) mod runners;
mod signals;
mod stage;
pub(crate) mod trial;
mod watch;

#[cfg(not(target_os = "linux"))]
#[path = "group.rs"]
mod tree;
#[cfg(target_os = "linux")]
mod tree;

use std::ffi::OsString;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Signal, WaitStatus};

pub(crate) use signals::Hold;
pub(crate) use signals::outlive_size_limit;
use watch::timespec;

/// A command to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Task<'a> {
    /// A path, or a name that is looked up in `PATH`; both as seen from the folder.
    pub(crate) program: &'a OsString,
    pub(crate) args: &'a [OsString],
    /// The working folder.
    pub(crate) folder: &'a Path,
    /// How long a process that was asked to end may take before it is killed.
    pub(crate) grace: Duration,
    /// How long the command may take; then the tree is ended as if gate had got SIGTERM. `None`: as long as it likes.
    pub(crate) limit: Option<Duration>,
    /// Variables of the environment that the command does not get.
    pub(crate) without: &'a [&'a str],
    pub(crate) stdout: Stdout,
}

/// Where the standard output of a command goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stdout {
    /// To gate's own.
    #[default]
    Own,
    /// To gate's standard error: what gate itself prints stays alone.
    ToErr,
}

/// How the leader, the process that was the command, came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// With this exit code.
    Exited(i32),
    /// By this signal.
    Signalled(i32),
    /// Not at all: even SIGKILL did not end it in time. It is among the survivors.
    Alive,
}

/// A run that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) how: How,
    /// The first signal that gate itself got meanwhile; SIGTERM, where its time ran out.
    pub(crate) interrupted: Option<i32>,
    /// It was ended because its time had run out.
    pub(crate) out_of_time: bool,
    /// How many processes of the run were still there when its leader had ended and a moment had passed. They were ended.
    /// Where only the process group is seen: 1 for any number.
    pub(crate) left_behind: usize,
    /// Nothing of the run is left. Fail closed: with `/proc` hidden this is false though no survivor can be named.
    pub(crate) all_ended: bool,
    /// The processes that could not be ended.
    pub(crate) survivors: Vec<i32>,
}

/// A signal as the record and people name it: `SIGTERM`.
pub(crate) fn signal_name(signal: i32) -> String {
    let known = [
        (1, "SIGHUP"),
        (2, "SIGINT"),
        (3, "SIGQUIT"),
        (6, "SIGABRT"),
        (9, "SIGKILL"),
        (11, "SIGSEGV"),
        (13, "SIGPIPE"),
        (14, "SIGALRM"),
        (15, "SIGTERM"),
    ];
    known.iter().find(|(number, _)| *number == signal).map_or_else(|| format!("signal {signal}"), |(_, name)| (*name).to_owned())
}

/// Why a command did not start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StartError {
    /// No such command, in `PATH` or at that path.
    #[error("the command was not found")]
    NotFound,
    /// It is there but cannot be executed: no permission, a folder, a format the system does not know (a script without
    /// `#!` too), an interpreter that is missing.
    #[error("the command cannot be executed")]
    NotExecutable,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl StartError {
    /// Wraps an error of the system in what was tried.
    fn other(tried: &str, error: impl Into<std::io::Error>) -> Self {
        Self::Other(format!("{tried}: {}", error.into()))
    }
}

/// What gate is by a hidden first argument: a stage, the keeper of a trial, a runner of the self-test. Its exit code; none: it is gate.
pub(crate) fn become_another(args: &[OsString]) -> Option<u8> {
    let [_, first, rest @ ..] = args else { return None };
    match first.to_str()? {
        stage::ARGUMENT => {
            stage::become_command(rest);
            // It has not become the command.
            Some(3)
        }
        trial::ARGUMENT => {
            trial::become_keeper(rest);
            Some(0)
        }
        runners::ARGUMENT => Some(runners::become_runner(rest).unwrap_or(2)),
        _ => None,
    }
}

/// One run at a time.
static TURN: Mutex<()> = Mutex::new(());

/// Runs a command to its end, and ends everything that it left behind.
pub(crate) fn run(task: &Task<'_>) -> Result<Ended, StartError> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    // Dropped last: gate hears its signals until the tree is gone, also when it panics.
    let signals = signals::Signals::catch().map_err(|error| StartError::other("cannot catch signals", error))?;
    let mut report = None;
    let tree = tree::Tree::around(|| {
        let (leader, pipe) = stage::start(task, None)?;
        report = Some(pipe);
        Ok(leader)
    })?;
    watch::Watch::new(task, report).follow(tree, signals)
}

fn how(status: WaitStatus) -> How {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => How::Exited(code),
        (None, Some(signal)) => How::Signalled(signal),
        // `wait` without further options tells of ends only.
        (None, None) => How::Signalled(Signal::KILL.as_raw()),
    }
}
