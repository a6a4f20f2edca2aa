//! gate's side of its trials: keepers are started, heard, and told to end when gate is to end.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};
use rustix::process::{Pid, Signal};

use super::super::signals::Signals;
use super::super::{stage, timespec};
use super::cgroup::Cgroup;
use super::watch::left;
use super::{ARGUMENT, Ending, Event, Facts, MARK, Moment, Order};

/// How often it is looked whether all trials are over.
const LOOK: Duration = Duration::from_millis(20);

/// A moment that lies beyond what the clock can say.
const FAR: Duration = Duration::from_secs(1 << 32);

/// How long a keeper may take to end its trial by force.
const LAST: Duration = Duration::from_secs(25);

/// How many looks a stray may take to end.
const ENDED: usize = 250;

/// What is on trial, and where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Runner<'a> {
    /// The program and its arguments; a relative path is seen from the folder.
    pub(crate) command: &'a [OsString],
    /// The folder that it starts in.
    pub(crate) folder: &'a Path,
    /// The flag, as an absolute path.
    pub(crate) flag: &'a Path,
    pub(crate) set_env: &'a [(String, String)],
}

/// All trials of one probe. Signals that would end gate end them first.
pub(crate) struct Holder {
    signals: Signals,
    /// Each with the moment at which its trial must be over: a keeper that was stopped, or hangs, is killed then.
    keepers: Mutex<BTreeMap<i32, Instant>>,
    interrupted: AtomicI32,
    /// Where the kernel lets us have one.
    group: Option<Cgroup>,
}

impl Holder {
    /// Begins: from now on gate hears its signals here. The mark is the beginning of those of all trials.
    ///
    /// # Errors
    /// The system refuses pipes or handlers.
    pub(crate) fn begin(mark: &str) -> io::Result<Self> {
        let (signals, keepers, interrupted) = (Signals::catch()?, Mutex::default(), AtomicI32::new(0));
        Ok(Self { signals, keepers, interrupted, group: Cgroup::enter(mark) })
    }

    /// The signal that gate got, if it got one: no trial is begun any more.
    pub(crate) fn interrupted(&self) -> Option<i32> {
        Some(self.interrupted.load(Ordering::SeqCst)).filter(|signal| *signal > 0)
    }

    /// Holds one trial to its end, on a thread of its own; what the keeper tells meanwhile is passed on.
    pub(crate) fn hold(&self, order: &Order, runner: &Runner<'_>, heard: &mut dyn FnMut(&Event)) -> Facts {
        let failed = |why: String| Facts { ending: Ending::Failed(why), all_ended: true, ..Facts::default() };
        let unknown = |why: String| Facts { all_ended: false, ..failed(why) };
        let mut command = match command(order, runner) {
            Ok(command) => command,
            Err(error) => return failed(format!("the trial cannot be held: {error}")),
        };
        let mut child = match self.start(&mut command, longest(order)) {
            Ok(child) => child,
            Err(_) if self.interrupted().is_some() => {
                return Facts { interrupted: self.interrupted(), ..failed("gate is to end".to_owned()) };
            }
            Err(error) => return failed(format!("the trial cannot be held in `{}`: {error}", runner.folder.display())),
        };
        let pid = i32::try_from(child.id()).unwrap_or_default();
        let mut facts = None;
        for line in child.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines) {
            match line.map_err(|error| error.to_string()).and_then(|line| serde_json::from_str(&line).map_err(|error| error.to_string())) {
                Ok(Event::Over(over)) => facts = Some(over),
                Ok(event) => heard(&event),
                Err(why) => return self.lost(&mut child, pid, unknown(format!("the keeper of the trial said what is no answer: {why}"))),
            }
        }
        let facts = facts.unwrap_or_else(|| unknown("the keeper of the trial ended before it".to_owned()));
        let mut facts = self.lost(&mut child, pid, facts);
        self.strays(&mut facts);
        facts
    }

    /// What is in the group though no trial is on has got away from its keeper: it is ended, and told of the trial that was on last.
    fn strays(&self, facts: &mut Facts) {
        let keepers = self.keepers.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(group) = self.group.as_ref().filter(|_| keepers.is_empty()) else { return };
        facts.all_ended &= end_strays(group, facts).is_ok_and(|ended| ended);
    }

    /// The keeper is no longer one: it has ended, or is ended here.
    fn lost(&self, child: &mut std::process::Child, pid: i32, facts: Facts) -> Facts {
        let mut keepers = self.keepers.lock().unwrap_or_else(PoisonError::into_inner);
        keepers.remove(&pid);
        drop(keepers);
        if !matches!(child.try_wait(), Ok(Some(_))) {
            // It has said its last word and ends by itself; SIGTERM has it end its trial, if it has not.
            signal(pid, Signal::TERM);
            signal(pid, Signal::CONT);
            let _status = child.wait();
        }
        facts
    }

    fn start(&self, command: &mut Command, longest: Duration) -> io::Result<std::process::Child> {
        let mut keepers = self.keepers.lock().unwrap_or_else(PoisonError::into_inner);
        // Under the lock: whoever hears a signal tells all that are there then.
        if self.interrupted().is_some() {
            return Err(io::Error::from(io::ErrorKind::Interrupted));
        }
        let child = command.spawn()?;
        let now = Instant::now();
        keepers.insert(i32::try_from(child.id()).unwrap_or_default(), now.checked_add(longest).unwrap_or(now + FAR));
        Ok(child)
    }

    /// Hears gate's signals until `over` says that all is over; every keeper is told of one.
    pub(crate) fn hear(&self, over: &dyn Fn() -> bool) {
        while !over() {
            self.end_the_overdue();
            self.listen(LOOK);
        }
    }

    /// Hears gate's signals for no longer than this; the one that gate got, if it ever got one.
    pub(crate) fn listen(&self, wait: Duration) -> Option<i32> {
        let mut fds: Vec<PollFd<'_>> = self.signals.pipes().map(|pipe| PollFd::new(pipe, PollFlags::IN)).collect();
        if rustix::event::poll(&mut fds, Some(&timespec(wait))).is_err() {
            std::thread::sleep(wait);
        }
        for heard in self.signals.take() {
            let _first = self.interrupted.compare_exchange(0, heard.as_raw(), Ordering::SeqCst, Ordering::SeqCst);
            let mut keepers = self.keepers.lock().unwrap_or_else(PoisonError::into_inner);
            for (pid, until) in keepers.iter_mut() {
                signal(*pid, Signal::TERM);
                // One that was stopped cannot hear it.
                signal(*pid, Signal::CONT);
                *until = (*until).min(Instant::now() + LAST);
            }
        }
        self.interrupted()
    }

    /// Kills the keepers whose trials are long over; what they leave is found by their marks.
    fn end_the_overdue(&self) {
        let keepers = self.keepers.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        keepers.iter().filter(|(_, until)| now >= **until).for_each(|(pid, _)| signal(*pid, Signal::KILL));
    }
}

/// Whether all that is in the group has ended; each that had not is noted.
fn end_strays(group: &Cgroup, facts: &mut Facts) -> io::Result<bool> {
    facts.left.extend(group.members()?.into_iter().map(left));
    for _ in 0..ENDED {
        let strays = group.members()?;
        if strays.is_empty() {
            return Ok(true);
        }
        strays.into_iter().for_each(|pid| signal(pid, Signal::KILL));
        std::thread::sleep(LOOK);
    }
    Ok(false)
}

/// How long a trial may take at the most: all of its waits, and the fight against what it left.
fn longest(order: &Order) -> Duration {
    let until_flag = match order.moment {
        Moment::BeforeStart => Duration::ZERO,
        Moment::AfterStart(wait) | Moment::AfterBeat(_, wait) | Moment::Never(_, wait) => wait,
    };
    let beats = match order.moment {
        Moment::AfterBeat(number, _) | Moment::Never(number, _) => u32::try_from(number).unwrap_or(u32::MAX),
        Moment::BeforeStart | Moment::AfterStart(_) => 1,
    };
    let removed = order.removed.map_or(Duration::ZERO, |(until_removed, until_again)| until_removed + until_again);
    let waits = [until_flag, removed, order.patience, order.grace * 2, LAST];
    waits.into_iter().fold(order.startup.saturating_mul(beats), Duration::saturating_add)
}

/// A child that was not waited for yet, so its number is nobody else's.
fn signal(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _gone = rustix::process::kill_process(pid, signal);
    }
}

fn command(order: &Order, runner: &Runner<'_>) -> io::Result<Command> {
    let order_text = serde_json::to_string(order).map_err(io::Error::other)?;
    let mut command = Command::new(stage::own_program()?);
    command.arg0("gate").arg(ARGUMENT).arg(std::process::id().to_string()).arg(order_text).arg(runner.flag).args(runner.command);
    command.current_dir(runner.folder).stdin(Stdio::null()).stdout(Stdio::piped());
    command.envs(runner.set_env.iter().map(|(name, value)| (name, value))).env(MARK, &order.mark);
    Ok(command)
}
