//! The process tree of a run on Linux: gate is its subreaper, so nothing can leave it.

use std::collections::BTreeSet;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::process::{Pid, PidfdFlags, Signal, WaitOptions};

use super::trial::Process;
use super::{How, StartError};

/// How long a dropped tree is fought.
const LAST_RESORT: Duration = Duration::from_secs(10);

/// How often a sweep looks for processes that it has not stopped yet.
const PASSES: usize = 100;

/// How often a chain of parents is read anew because one of them ended within.
const READINGS: usize = 8;

/// One line of `/proc/PID/stat`.
pub(super) struct Stat {
    pub(super) process: Process,
    parent: i32,
    /// Ended, and only waiting to be reaped.
    pub(super) zombie: bool,
}

/// The run's processes: all that descend from gate, but for those that did before the run began. An orphan of such a one
/// is taken for the run's.
pub(super) struct Tree {
    own: i32,
    leader: Pid,
    ended: Option<How>,
    strangers: BTreeSet<Process>,
    gone: bool,
    reaper_before: Option<Pid>,
    /// Of the leader.
    end: Option<OwnedFd>,
}

impl Tree {
    /// Makes gate the subreaper and starts the leader.
    pub(super) fn around(start: impl FnOnce() -> Result<Pid, StartError>) -> Result<Self, StartError> {
        let own = rustix::process::getpid();
        let reaper_before = rustix::process::child_subreaper().unwrap_or_default();
        let nobody = BTreeSet::new();
        let strangers = scan(own.as_raw_pid(), &nobody).into_iter().flatten().map(|stat| stat.process).collect();
        rustix::process::set_child_subreaper(Some(own)).map_err(|error| StartError::other("cannot become the subreaper", error))?;
        let started = start();
        if started.is_err() {
            restore(reaper_before);
        }
        let leader = started?;
        let end = rustix::process::pidfd_open(leader, PidfdFlags::empty()).ok();
        Ok(Self { own: own.as_raw_pid(), leader, ended: None, strangers, gone: false, reaper_before, end })
    }

    /// Reaps whatever has ended.
    pub(super) fn reap(&mut self) {
        loop {
            match rustix::process::wait(WaitOptions::NOHANG) {
                Ok(Some((pid, status))) if pid == self.leader => self.ended = Some(super::how(status)),
                Ok(Some(_)) | Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::CHILD) => {
                    self.gone = true;
                    break;
                }
                Ok(None) | Err(_) => break,
            }
        }
        if self.ended.is_some() && !self.strangers.is_empty() {
            self.gone = scan(self.own, &self.strangers).is_some_and(|left| left.is_empty());
        }
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

    /// What can be read once the leader has ended; none on a kernel from before 2019, where SIGCHLD has to do.
    pub(super) fn leader_end(&self) -> Option<BorrowedFd<'_>> {
        self.end.as_ref().map(AsFd::as_fd)
    }

    /// The leader with the moment it started; none: it has been reaped.
    pub(super) fn leader_process(&self) -> Option<Process> {
        read(self.leader.as_raw_pid()).map(|stat| stat.process)
    }

    /// Whether nothing of the run is left.
    pub(super) fn is_gone(&self) -> bool {
        self.gone
    }

    /// The processes that are there and no zombies.
    pub(super) fn living(&self) -> Vec<i32> {
        let mut pids: Vec<i32> = scan(self.own, &self.strangers).iter().flatten().filter(|s| !s.zombie).map(|s| s.process.pid).collect();
        pids.sort_unstable();
        pids
    }

    /// Sends a signal to every process, and wakes those that are stopped, so that they can mind it.
    pub(super) fn send(&self, signal: Signal) {
        self.each(signal);
        self.each(Signal::CONT);
    }

    /// Stops every process, until no new one is found, and then kills them all: what is stopped neither forks nor sees
    /// another end.
    pub(super) fn kill(&self) {
        let mut stopped = BTreeSet::new();
        for _ in 0..PASSES {
            let before = stopped.len();
            visit_children(self.own, &mut |stat| self.stop(&stat, &mut stopped));
            if stopped.len() == before {
                visit(self.own, &self.strangers, &mut |stat| self.stop(&stat, &mut stopped));
            }
            if stopped.len() == before {
                break;
            }
        }
        self.each(Signal::KILL);
    }

    fn stop(&self, stat: &Stat, stopped: &mut BTreeSet<Process>) {
        if !stat.zombie && !stopped.contains(&stat.process) && self.reach(stat.process, Signal::STOP) {
            stopped.insert(stat.process);
        }
    }

    fn each(&self, signal: Signal) {
        visit(self.own, &self.strangers, &mut |stat| {
            if !stat.zombie {
                self.reach(stat.process, signal);
            }
        });
    }

    /// Signals a process that is of the run at this moment. With a pidfd, opened before the look, nobody else can be hit.
    fn reach(&self, process: Process, signal: Signal) -> bool {
        let Some(pid) = Pid::from_raw(process.pid).filter(|_| process.pid > 1) else { return false };
        let held = rustix::process::pidfd_open(pid, PidfdFlags::empty());
        let same = descent(process.pid, self.own, &self.strangers, &mut BTreeSet::new()).is_some_and(|stat| stat.process == process);
        let sent = match held {
            _ if !same => return false,
            Ok(pidfd) => rustix::process::pidfd_send_signal(pidfd, signal),
            // A kernel from before 2019, or a sandbox.
            Err(_no_pidfd) => rustix::process::kill_process(pid, signal),
        };
        sent.is_ok()
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
        restore(self.reaper_before);
    }
}

fn restore(reaper: Option<Pid>) {
    // It could be set, so it can be set back.
    let _set = rustix::process::set_child_subreaper(reaper);
}

/// Every descendant; `None` where `/proc` does not tell.
fn scan(own: i32, strangers: &BTreeSet<Process>) -> Option<Vec<Stat>> {
    let mut found = Vec::new();
    read(own)?;
    std::fs::read_dir("/proc").ok()?;
    visit(own, strangers, &mut |stat| found.push(stat));
    Some(found)
}

/// Shows the descendants of `own` by the kernel's lists of children, level by level and the youngest first. It reads nothing
/// of other processes, so a chain of forks, whose links are all our children, does not outrun it on a busy system. But the
/// lists may leave one out while others end, and a kernel can be without them: `visit` has the last word.
fn visit_children(own: i32, each: &mut dyn FnMut(Stat)) {
    let (mut seen, mut level) = (BTreeSet::new(), vec![own]);
    while !level.is_empty() {
        let mut next: Vec<i32> = level.into_iter().flat_map(children).filter(|pid| seen.insert(*pid)).collect();
        next.sort_unstable_by(|a, b| b.cmp(a));
        next.iter().filter_map(|pid| read(*pid)).for_each(&mut *each);
        level = next;
    }
}

fn children(pid: i32) -> Vec<i32> {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<i32>>()).collect()
}

/// Shows every descendant of `own`, the youngest first and as soon as it is seen.
fn visit(own: i32, strangers: &BTreeSet<Process>, each: &mut dyn FnMut(Stat)) {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut pids: Vec<i32> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    pids.sort_unstable_by(|a, b| b.cmp(a));
    let mut foreign = BTreeSet::new();
    for pid in pids {
        if let Some(stat) = descent(pid, own, strangers, &mut foreign) {
            each(stat);
        }
    }
}

/// Reads the chain of parents of a process; `None` if it does not lead to `own`, or leads through a stranger. What was met
/// on the way is then foreign too.
fn descent(pid: i32, own: i32, strangers: &BTreeSet<Process>, foreign: &mut BTreeSet<i32>) -> Option<Stat> {
    for _ in 0..READINGS {
        let stat = read(pid)?;
        let mut chain = vec![pid];
        let (mut at, mut parent) = (stat.process, stat.parent);
        loop {
            let is_foreign = strangers.contains(&at) || (parent != own && (parent <= 1 || foreign.contains(&parent)));
            if is_foreign {
                foreign.extend(chain);
                return None;
            }
            if parent == own {
                return Some(stat);
            }
            // Gone between two looks: its children have another parent now.
            let Some(next) = read(parent) else { break };
            chain.push(parent);
            (at, parent) = (next.process, next.parent);
        }
    }
    None
}

/// What the kernel says of a process; none: it is not there.
pub(super) fn read(pid: i32) -> Option<Stat> {
    let text = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    parse(pid, &String::from_utf8_lossy(&text))
}

/// The name stands in parentheses and may hold anything, so the fields are counted from the last one.
fn parse(pid: i32, text: &str) -> Option<Stat> {
    let fields: Vec<&str> = text.get(text.rfind(')')? + 1..)?.split_whitespace().collect();
    let [state, parent] = [*fields.first()?, *fields.get(1)?];
    let [threads, started]: [u64; 2] = [fields.get(17)?.parse().ok()?, fields.get(19)?.parse().ok()?];
    // A process whose first thread has ended looks like a zombie while others run on.
    let zombie = matches!(state, "Z" | "X") && threads <= 1;
    Some(Stat { process: Process { pid, started }, parent: parent.parse().ok()?, zombie })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_and_spaces_hides_no_field() {
        let line = "7 (a) Z 1 (b) c) S 5 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 3 0 4242 0 0";
        let stat = parse(7, line).unwrap();
        assert_eq!((stat.parent, stat.process.started, stat.zombie), (5, 4242, false));
    }

    #[test]
    fn a_line_that_is_cut_is_no_process() {
        assert!(parse(7, "7 (a) S 5 7").is_none() && parse(7, "").is_none());
    }

    /// As its own process: a subreaper reaps what other tests have started.
    #[test]
    fn a_panic_ends_the_tree() {
        let inner = "supervise::tree::tests::alone_it_panics";
        let own = std::env::current_exe().unwrap();
        let output = std::process::Command::new(own).args(["--exact", "--ignored", inner]).env("GATE_TEST_ALONE", "1").output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }

    #[test]
    #[ignore = "`a_panic_ends_the_tree` runs it"]
    #[expect(clippy::zombie_processes, reason = "the tree reaps it")]
    fn alone_it_panics() {
        if std::env::var_os("GATE_TEST_ALONE").is_none() {
            return;
        }
        let unwound = std::panic::catch_unwind(|| {
            let _tree = Tree::around(|| {
                let script = "setsid sleep 300 & trap '' TERM; sleep 300";
                let child = std::process::Command::new("sh").args(["-c", script]).spawn().unwrap();
                Ok(Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap())
            })
            .unwrap();
            while scan(rustix::process::getpid().as_raw_pid(), &BTreeSet::new()).is_none_or(|seen| seen.len() < 3) {
                std::thread::sleep(Duration::from_millis(2));
            }
            panic!("as a fault of gate's own would");
        });
        assert!(unwound.is_err());
        assert!(scan(rustix::process::getpid().as_raw_pid(), &BTreeSet::new()).is_some_and(|seen| seen.is_empty()));
        assert!(rustix::process::wait(WaitOptions::NOHANG).is_err_and(|error| error == rustix::io::Errno::CHILD));
    }

    #[test]
    fn nobody_but_descendants_is_ever_seen() {
        let own = rustix::process::getpid().as_raw_pid();
        let seen: Vec<i32> = scan(own, &BTreeSet::new()).iter().flatten().map(|stat| stat.process.pid).collect();
        assert!(!seen.contains(&1) && !seen.contains(&own));
    }
}
