//! One git process: bounded in time, its output streamed, ended with its whole group.

use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};

use crate::world::HistoryError;

/// What the reader of the output wants next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Go,
    /// Enough was read; git may end.
    Stop,
}

/// How git ended.
pub(super) struct Ended {
    /// Exit code 0.
    pub(super) ok: bool,
    /// Its exit code; `None`: a signal ended it.
    pub(super) code: Option<i32>,
    /// Ended by us because enough was read.
    pub(super) stopped: bool,
    /// Its stderr, at most 16 KiB.
    pub(super) said: String,
}

/// Variables that would point git at another repository (`git rev-parse --local-env-vars`, its configuration
/// variables aside: those say how to look, not where); git sets some of them for a hook.
pub const LOCAL: [&str; 17] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CONFIG",
    "GIT_OBJECT_DIRECTORY",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_REPLACE_REF_BASE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    // These change what a path on the command line means.
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
];

/// Variables that have git write more to standard error than what it has to say.
const TRACES: [&str; 10] = [
    "GIT_TRACE",
    "GIT_TRACE_CURL",
    "GIT_TRACE_PACKET",
    "GIT_TRACE_PACK_ACCESS",
    "GIT_TRACE_PERFORMANCE",
    "GIT_TRACE_SETUP",
    "GIT_TRACE_SHALLOW",
    "GIT_TRACE2",
    "GIT_TRACE2_EVENT",
    "GIT_TRACE2_PERF",
];

/// What git is asked.
pub(super) struct Question<'a> {
    pub(super) root: &'a Path,
    pub(super) args: &'a [&'a str],
    pub(super) timeout: Duration,
    /// The byte that ends each piece of the answer; `None`: the pieces are as they come.
    pub(super) separator: Option<u8>,
    /// What git reads on its standard input; `None`: nothing.
    pub(super) input: Option<&'a [u8]>,
    /// `None`: it looks at what is here, and nothing goes over a network.
    pub(super) abroad: Option<&'a Abroad<'a>>,
}

/// How git is started where it may speak with another repository: it asks nobody for anything, and ends when it is to.
pub(super) struct Abroad<'a> {
    pub(super) environment: &'a [(&'static str, String)],
    /// Asked several times a second: whether to give up.
    pub(super) stop: &'a dyn Fn() -> bool,
}

/// Runs git in the root; `each` gets what stands between the separators, and last what follows the last one.
pub(super) fn git(question: &Question<'_>, each: &mut dyn FnMut(&[u8]) -> Flow) -> Result<Ended, HistoryError> {
    let Question { root: _, args, timeout, separator, input, abroad } = *question;
    let name = args.iter().find(|a| !a.starts_with('-') && !a.contains('=')).map_or(String::new(), |a| (*a).to_owned());
    let mut child = spawn(question).map_err(|error| match error.kind() == std::io::ErrorKind::NotFound {
        true => HistoryError::NoGit,
        false => HistoryError::Failed { command: name.clone(), said: error.to_string() },
    })?;
    let now = Instant::now();
    let deadline = now.checked_add(timeout).unwrap_or(now + FAR);
    let mut reading = Reading { separator, rest: Vec::new(), said: Vec::new(), stopped: false, seen: 0, emptied: true };
    let until = Until { deadline, stop: abroad.map(|abroad| abroad.stop) };
    let stdin = child.stdin.take();
    let drained = std::thread::scope(|scope| {
        if let (Some(mut stdin), Some(input)) = (stdin, input) {
            // A git that has read enough closes its end; what it says then is its answer.
            scope.spawn(move || stdin.write_all(input).unwrap_or_default());
        }
        let drained = reading.drain(&mut child, &until, each);
        if drained.is_err() || reading.stopped {
            end_group(&child);
        }
        drained
    });
    let stopped = reading.stopped;
    let answer = drained.and_then(|()| if stopped { Ok(()) } else { wait(&child, deadline) });
    let code = end(&mut child).and_then(|status| status.code());
    match answer {
        Ok(()) => {
            Ok(Ended { ok: code == Some(0), code, stopped: reading.stopped, said: String::from_utf8_lossy(&reading.said).into_owned() })
        }
        Err(Slow::Late) => Err(HistoryError::Timeout { command: name, limit: humantime::format_duration(timeout).to_string() }),
        Err(Slow::Io(error)) => Err(HistoryError::Failed { command: name, said: error.to_string() }),
    }
}

fn spawn(question: &Question<'_>) -> std::io::Result<Child> {
    let Question { root, args, timeout: _, separator: _, input, abroad } = *question;
    let mut command = Command::new("git");
    // git itself goes to the root: a child that is to start elsewhere is forked by the static binary, which copies gate's
    // page tables for each question, and one that is not is spawned without.
    command.arg("-C").arg(root);
    command.args(["--no-optional-locks", "--no-pager", "-c", "core.quotepath=off", "-c", "core.fsmonitor=false"]);
    // A stat that was told to look at less could call a changed file clean.
    command.args(["-c", "core.checkStat=default", "-c", "core.trustctime=true"]);
    command.args(args);
    for name in LOCAL.iter().chain(&TRACES) {
        command.env_remove(name);
    }
    // No translation, no prompt, no fetch of missing objects (a question is never a network call), and no object that
    // `git replace` put in the place of another: what is judged is what the commit's id stands for.
    command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0").env("GIT_NO_LAZY_FETCH", "1").env("GIT_NO_REPLACE_OBJECTS", "1");
    // Whole buffers to a pipe: by itself git would write each of `check-attr`'s thousands of lines alone.
    command.env("GIT_FLUSH", "0");
    command.envs(abroad.into_iter().flat_map(|abroad| abroad.environment.iter().map(|(name, value)| (name, value))));
    command
        .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
}

/// A limit that lies beyond what the clock can say.
const FAR: Duration = Duration::from_secs(1 << 32);

/// Why the output did not come to its end.
enum Slow {
    Late,
    Io(std::io::Error),
}

/// When the reading is given up.
struct Until<'a> {
    deadline: Instant,
    stop: Option<&'a dyn Fn() -> bool>,
}

/// How often it is asked whether to give up.
const SLICE: Duration = Duration::from_millis(100);

struct Reading {
    separator: Option<u8>,
    rest: Vec<u8>,
    said: Vec<u8>,
    stopped: bool,
    /// How many bytes of output there were so far.
    seen: usize,
    /// The last read took all there was.
    emptied: bool,
}

/// The most bytes of one piece of output, and of all: more is no answer.
const PIECE: usize = 1 << 20;
const OUTPUT: usize = 1 << 30;

/// From so many bytes on, output is read in gulps: git writes 4 KiB at a time, and to be woken for each costs more than
/// to read them.
const LONG: usize = 32 * 1024;
/// How much a gulp takes at most.
const GULPED: usize = 512 * 1024;
/// How long a gulp gathers; the end of the output ends it at once.
const GULP: Timespec = Timespec { tv_sec: 0, tv_nsec: 2_000_000 };

impl Reading {
    /// Reads both pipes until they close, the reader stops, or the time is over.
    fn drain(&mut self, child: &mut Child, until: &Until<'_>, each: &mut dyn FnMut(&[u8]) -> Flow) -> Result<(), Slow> {
        let (mut out, mut err) = (child.stdout.take(), child.stderr.take());
        let mut chunk = vec![0; 64 * 1024];
        while out.is_some() || err.is_some() {
            if let (Some(pipe), true) = (&out, self.seen >= LONG && self.emptied) {
                if chunk.len() < GULPED {
                    widen(pipe);
                    chunk = vec![0; GULPED];
                }
                // No event is asked for: only the end of the output wakes early.
                let _woken = rustix::event::poll(&mut [PollFd::new(pipe, PollFlags::empty())], Some(&GULP));
            }
            let (out_ready, err_ready) = ready(out.as_ref(), err.as_ref(), until)?;
            if out_ready && let Some(pipe) = &mut out {
                match pipe.read(&mut chunk).map_err(Slow::Io)? {
                    0 => out = None,
                    count => {
                        self.seen += count;
                        self.emptied = count < chunk.len();
                        self.split(&chunk[..count], each)?;
                    }
                }
            }
            if err_ready && let Some(pipe) = &mut err {
                match pipe.read(&mut chunk).map_err(Slow::Io)? {
                    0 => err = None,
                    count => self.said.extend(chunk[..count].iter().take(16 * 1024 - self.said.len().min(16 * 1024))),
                }
            }
            if self.stopped {
                return Ok(());
            }
        }
        if !self.rest.is_empty() {
            each(&std::mem::take(&mut self.rest));
        }
        Ok(())
    }

    fn split(&mut self, bytes: &[u8], each: &mut dyn FnMut(&[u8]) -> Flow) -> Result<(), Slow> {
        let mut start = 0;
        let Some(separator) = self.separator else {
            self.stopped = each(bytes) == Flow::Stop;
            return if self.seen > OUTPUT { Err(too_large()) } else { Ok(()) };
        };
        for end in memchr::memchr_iter(separator, bytes) {
            let piece = &bytes[start..end];
            start = end + 1;
            let flow = if self.rest.is_empty() {
                each(piece)
            } else {
                self.rest.extend_from_slice(piece);
                let flow = each(&self.rest);
                self.rest.clear();
                flow
            };
            if flow == Flow::Stop {
                self.stopped = true;
                return Ok(());
            }
        }
        self.rest.extend_from_slice(&bytes[start..]);
        match self.rest.len() > PIECE || self.seen > OUTPUT {
            true => Err(too_large()),
            false => Ok(()),
        }
    }
}

fn too_large() -> Slow {
    Slow::Io(std::io::Error::other("its output is larger than any answer"))
}

/// Makes room for a gulp in the pipe, where the system can; refused, it stays as it is and git waits a little.
#[cfg(target_os = "linux")]
fn widen(pipe: &impl AsFd) {
    let _refused = rustix::pipe::fcntl_setpipe_size(pipe, GULPED);
}

#[cfg(not(target_os = "linux"))]
fn widen(_: &impl AsFd) {}

/// Waits until a pipe can be read; an end of file counts.
fn ready(out: Option<&impl AsFd>, err: Option<&impl AsFd>, until: &Until<'_>) -> Result<(bool, bool), Slow> {
    if until.stop.is_some_and(|stop| stop()) {
        return Err(Slow::Io(std::io::Error::other("gate is to end")));
    }
    let mut fds: Vec<PollFd<'_>> = Vec::with_capacity(2);
    fds.extend(out.map(|p| PollFd::new(p, PollFlags::IN)));
    fds.extend(err.map(|p| PollFd::new(p, PollFlags::IN)));
    let left = until.deadline.checked_duration_since(Instant::now()).ok_or(Slow::Late)?;
    let slice = if until.stop.is_some() { left.min(SLICE) } else { left };
    let is_last = slice == left;
    let left = slice;
    let left = Timespec { tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX), tv_nsec: left.subsec_nanos().into() };
    match rustix::event::poll(&mut fds, Some(&left)) {
        Ok(0) if is_last => return Err(Slow::Late),
        Ok(0) => return Ok((false, false)),
        Err(rustix::io::Errno::INTR) => return Ok((false, false)),
        Err(other) => return Err(Slow::Io(other.into())),
        Ok(_) => {}
    }
    let mut woken = fds.iter().map(|fd| !fd.revents().is_empty());
    let out_ready = out.is_some() && woken.next().unwrap_or(false);
    Ok((out_ready, err.is_some() && woken.next().unwrap_or(false)))
}

/// Both pipes are closed, so git is about to end; a git that does not is late. It is not reaped yet, so that its process
/// group cannot become another's.
fn wait(child: &Child, deadline: Instant) -> Result<(), Slow> {
    let mut pause = Duration::from_micros(50);
    while !has_ended(child)? {
        if Instant::now() > deadline {
            return Err(Slow::Late);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(5));
    }
    Ok(())
}

fn has_ended(child: &Child) -> Result<bool, Slow> {
    let Some(pid) = pid(child) else { return Ok(true) };
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    match rustix::process::waitid(WaitId::Pid(pid), options) {
        Ok(status) => Ok(status.is_some()),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(Slow::Io(error.into())),
    }
}

fn pid(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}

/// Ends git's whole group, whether or not its leader has ended, and reaps the leader.
fn end(child: &mut Child) -> Option<ExitStatus> {
    end_group(child);
    child.wait().ok()
}

fn end_group(child: &Child) {
    if let Some(group) = pid(child) {
        // Already gone is as good as killed.
        let _gone = rustix::process::kill_process_group(group, Signal::KILL);
    }
}
