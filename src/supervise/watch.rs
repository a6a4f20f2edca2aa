//! Watches a tree to its end: the leader's exit, gate's own signals, and the deadlines between asking and killing.

use std::io::PipeReader;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::Signal;

use super::signals::Signals;
use super::tree::Tree;
use super::{Ended, How, StartError, Task, stage};

/// How long what is about to end anyway may take when the leader has ended: a `tee` that still writes its last lines is
/// not left behind.
const SETTLE: Duration = Duration::from_millis(100);

/// How long processes are killed before they are said to survive.
const HARD: Duration = Duration::from_secs(10);

/// How soon a sweep is followed by the next.
const AGAIN: Duration = Duration::from_millis(10);

/// A deadline that lies beyond what the clock can say.
const FAR: Duration = Duration::from_secs(1 << 32);

/// Where a run stands; each asks more firmly than the one before.
#[derive(Clone, Copy)]
enum Phase {
    /// Nothing was asked.
    Running,
    /// gate's signal was passed on; SIGTERM follows.
    Told(Instant),
    /// SIGTERM was sent; SIGKILL follows.
    Asked(Instant),
    /// Everything is killed, again and again, until then.
    Killing(Instant),
}

/// The watch over one run.
pub(super) struct Watch {
    grace: Duration,
    /// When the command's time is over.
    limit: Option<Instant>,
    out_of_time: bool,
    phase: Phase,
    /// The stage's report, until it was read.
    report: Option<PipeReader>,
    started: Result<(), StartError>,
    interrupted: Option<Signal>,
    /// When the leader had ended.
    ended: Option<Instant>,
    left_behind: Option<usize>,
}

impl Watch {
    pub(super) fn new(task: &Task<'_>, report: Option<PipeReader>) -> Self {
        Self {
            grace: task.grace,
            limit: task.limit.map(after),
            out_of_time: false,
            phase: Phase::Running,
            report,
            started: Ok(()),
            interrupted: None,
            ended: None,
            left_behind: None,
        }
    }

    /// Watches until nothing is left, or until nothing more can be done.
    pub(super) fn follow(mut self, mut tree: Tree, signals: Signals) -> Result<Ended, StartError> {
        loop {
            // First the signals, then the dead: one that dies in between wakes the next pause.
            let heard = signals.take();
            tree.reap();
            if tree.is_gone() {
                self.interrupted = self.interrupted.or(heard.first().copied());
                break;
            }
            for signal in heard {
                self.heard(signal, &tree);
            }
            if self.step(&tree) {
                break;
            }
            self.pause(&signals);
        }
        let survivors = if tree.is_gone() { Vec::new() } else { tree.living() };
        let (all_ended, how) = (tree.is_gone(), tree.leader_ended().unwrap_or(How::Alive));
        if all_ended {
            self.read_report();
            drop(tree);
        } else {
            // It was fought to the deadline already; its Drop would fight for as long again.
            tree.give_up();
        }
        for signal in signals.release() {
            self.interrupted.get_or_insert(signal);
        }
        self.started?;
        let interrupted = self.interrupted.map(Signal::as_raw);
        let left_behind = self.left_behind.unwrap_or_default();
        Ok(Ended { how, interrupted, out_of_time: self.out_of_time, left_behind, all_ended, survivors })
    }

    /// gate got a signal: the first is passed on, the second kills.
    fn heard(&mut self, signal: Signal, tree: &Tree) {
        if self.interrupted.is_some() {
            self.kill_from_now_on();
            return;
        }
        self.interrupted = Some(signal);
        tree.send(signal);
        self.phase = match self.phase {
            Phase::Running if signal == Signal::TERM => Phase::Asked(after(self.grace)),
            Phase::Running => Phase::Told(after(self.grace)),
            same @ (Phase::Told(_) | Phase::Asked(_) | Phase::Killing(_)) => same,
        };
    }

    /// Does what is due; true when nothing more can be done.
    fn step(&mut self, tree: &Tree) -> bool {
        let now = Instant::now();
        if self.limit.take_if(|limit| now >= *limit).is_some() && tree.leader_ended().is_none() {
            self.out_of_time = true;
            self.interrupted.get_or_insert(Signal::TERM);
            self.ask(tree);
        }
        if tree.leader_ended().is_some() {
            let ended = *self.ended.get_or_insert(now);
            if now >= ended + SETTLE && self.left_behind.is_none() {
                self.left_behind = Some(tree.living().len());
                self.ask(tree);
            }
        }
        match self.phase {
            Phase::Told(until) if now >= until => self.ask(tree),
            Phase::Asked(until) if now >= until => self.kill_from_now_on(),
            Phase::Running | Phase::Told(_) | Phase::Asked(_) | Phase::Killing(_) => {}
        }
        match self.phase {
            Phase::Killing(until) if now >= until => true,
            Phase::Killing(_) => {
                tree.kill();
                false
            }
            Phase::Running | Phase::Told(_) | Phase::Asked(_) => false,
        }
    }

    /// Sends SIGTERM, unless that was done.
    fn ask(&mut self, tree: &Tree) {
        match self.phase {
            Phase::Running | Phase::Told(_) => {
                tree.send(Signal::TERM);
                self.phase = Phase::Asked(after(self.grace));
            }
            Phase::Asked(_) | Phase::Killing(_) => {}
        }
    }

    fn kill_from_now_on(&mut self) {
        self.phase = match self.phase {
            Phase::Running | Phase::Told(_) | Phase::Asked(_) => Phase::Killing(after(HARD)),
            same @ Phase::Killing(_) => same,
        };
    }

    /// Sleeps until a signal, the end of a child, the stage's report, or the next deadline.
    fn pause(&mut self, signals: &Signals) {
        let deadline = match self.phase {
            Phase::Running => None,
            Phase::Told(until) | Phase::Asked(until) => Some(until),
            Phase::Killing(_) => Some(after(AGAIN)),
        };
        let settled = self.ended.filter(|_| self.left_behind.is_none()).map(|ended| ended + SETTLE);
        let next = deadline.into_iter().chain(settled).chain(self.limit).min();
        let left = next.map(|next| timespec(next.saturating_duration_since(Instant::now())));
        let mut fds: Vec<PollFd<'_>> = self.report.iter().chain(signals.pipes()).map(|pipe| PollFd::new(pipe, PollFlags::IN)).collect();
        let woken = rustix::event::poll(&mut fds, left.as_ref());
        let told = self.report.is_some() && fds.first().is_some_and(|fd| !fd.revents().is_empty());
        match woken {
            Ok(_) if told => self.read_report(),
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            // No reason is known; but without it this would be a busy loop.
            Err(_) => std::thread::sleep(AGAIN),
        }
    }

    /// Reads the report, which is there or will never be.
    fn read_report(&mut self) {
        if let Some(pipe) = self.report.take() {
            self.started = stage::read_report(&pipe);
        }
    }
}

fn after(wait: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(wait).unwrap_or(now + FAR)
}

pub(super) fn timespec(left: Duration) -> Timespec {
    Timespec { tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX), tv_nsec: left.subsec_nanos().into() }
}
