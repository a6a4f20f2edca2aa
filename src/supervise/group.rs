//! The process group of a run, where the system has no subreaper: what leaves the group is neither seen nor ended.

use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions};

use super::trial::Process;
use super::{How, StartError};

/// How long a dropped tree is fought.
const LAST_RESORT: Duration = Duration::from_secs(10);

/// The leader and its group.
pub(super) struct Tree {
    leader: Pid,
    ended: Option<How>,
    gone: bool,
}

impl Tree {
    /// Starts the leader.
    pub(super) fn around(start: impl FnOnce() -> Result<Pid, StartError>) -> Result<Self, StartError> {
        Ok(Self { leader: start()?, ended: None, gone: false })
    }

    /// Reaps the leader if it has ended. Its number stays taken while its group has a member.
    pub(super) fn reap(&mut self) {
        if self.ended.is_none()
            && let Ok(Some((_, status))) = rustix::process::waitpid(Some(self.leader), WaitOptions::NOHANG)
        {
            self.ended = Some(super::how(status));
        }
        // Once gone it is never asked again: the number may be another's.
        self.gone = self.gone || (self.ended.is_some() && rustix::process::test_kill_process_group(self.leader).is_err());
    }

    /// Fights no longer: what is left survives.
    pub(super) fn give_up(mut self) {
        self.gone = true;
    }

    /// How the leader ended, if it has.
    pub(super) fn leader_ended(&self) -> Option<How> {
        self.ended
    }

    /// Whether the leader has ended by now.
    pub(super) fn leader_has_ended(&mut self) -> bool {
        self.reap();
        self.ended.is_some()
    }

    /// Nothing but SIGCHLD tells of the end here.
    pub(super) fn leader_end(&self) -> Option<BorrowedFd<'_>> {
        None
    }

    /// Without `/proc` nobody says when it started.
    pub(super) fn leader_process(&self) -> Option<Process> {
        None
    }

    /// Whether nothing of the group is left.
    pub(super) fn is_gone(&self) -> bool {
        self.gone
    }

    /// The group, by its number, while there is one: its members cannot be told apart.
    pub(super) fn living(&self) -> Vec<i32> {
        if self.gone { Vec::new() } else { vec![self.leader.as_raw_pid()] }
    }

    /// Sends a signal to the group, and wakes those that are stopped, so that they can mind it.
    pub(super) fn send(&self, signal: Signal) {
        for signal in [signal, Signal::CONT] {
            self.each(signal);
        }
    }

    /// Kills the group; the kernel does so as a whole.
    pub(super) fn kill(&self) {
        self.each(Signal::KILL);
    }

    fn each(&self, signal: Signal) {
        if self.gone {
            return;
        }
        // Before the stage has made its own group there is only itself.
        if rustix::process::kill_process_group(self.leader, signal).is_err() && self.ended.is_none() {
            let _gone = rustix::process::kill_process(self.leader, signal);
        }
    }
}

impl Drop for Tree {
    /// Ends what is left; in a run that was watched to its end, nothing is.
    fn drop(&mut self) {
        let begun = Instant::now();
        self.reap();
        while !self.gone && begun.elapsed() < LAST_RESORT {
            self.kill();
            std::thread::sleep(Duration::from_millis(2));
            self.reap();
        }
    }
}
