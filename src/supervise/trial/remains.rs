//! What an earlier gate may have left: processes that carry the mark of one of its trials. Nobody else's is touched.

use serde::{Deserialize, Serialize};

/// A process, told apart from a later one with the same number by the moment it started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Process {
    pub(crate) pid: i32,
    /// In ticks of the system since it was booted.
    pub(crate) started: u64,
}

/// What tells this boot of the machine from others; empty where the system does not say.
pub(crate) fn boot() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}

#[cfg(target_os = "linux")]
pub(crate) use linux::end;

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::DirEntry;
    use std::io;
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, PidfdFlags, Signal};

    use super::Process;
    use crate::supervise::tree::read;
    use crate::supervise::trial::{MARK, cgroup};

    /// How long they may take after they were asked to end.
    const ASKED: Duration = Duration::from_secs(2);
    /// How often nothing is found before nothing is there.
    const LOOKS: usize = 5;
    /// How long they are killed.
    const KILLED: Duration = Duration::from_secs(5);

    /// Whether a process is still the one that it was.
    fn is_alive(process: Process) -> bool {
        read(process.pid).is_some_and(|stat| !stat.zombie && stat.process == process)
    }

    /// The processes whose environment has this mark. Those of other users cannot be looked into, and are none of ours.
    fn marked(mark: &str) -> io::Result<Vec<Process>> {
        let wanted = format!("{MARK}={mark}");
        let own = rustix::process::getpid().as_raw_pid();
        let entries: Vec<DirEntry> = std::fs::read_dir("/proc")?.collect::<io::Result<_>>()?;
        // A `/proc` that does not show this process may hide others too.
        if read(own).is_none() {
            return Err(io::Error::other("`/proc` does not show this very process"));
        }
        let pids = entries.iter().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok()).filter(|pid| *pid != own);
        let has_mark = |pid: &i32| {
            let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|entry| entry == wanted.as_bytes())
        };
        Ok(pids.filter(has_mark).filter_map(read).filter(|stat| !stat.zombie).map(|stat| stat.process).collect())
    }

    /// Ends the processes that have this mark, and this one, if it is still the same: how many there were, and those that are still there.
    ///
    /// # Errors
    /// The system does not show its processes: nothing is known of them.
    pub(crate) fn end(mark: &str, known: Option<Process>) -> io::Result<(usize, Vec<Process>)> {
        let there = || -> io::Result<Vec<Process>> {
            let mut there = marked(mark)?;
            there.extend(known.filter(|known| is_alive(*known) && !there.contains(known)));
            Ok(there)
        };
        let found = there()?;
        let _group = Group(mark);
        found.iter().for_each(|process| send(*process, Signal::TERM));
        let asked = Instant::now();
        let mut empty = 0;
        loop {
            let left = there()?;
            // Between two looks a chain of forks may start its next link.
            empty = if left.is_empty() { empty + 1 } else { 0 };
            if empty >= LOOKS || asked.elapsed() > ASKED + KILLED {
                return Ok((found.len(), left));
            }
            if asked.elapsed() > ASKED {
                left.iter().for_each(|process| send(*process, Signal::KILL));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Taken away when the processes are.
    struct Group<'m>(&'m str);

    impl Drop for Group<'_> {
        fn drop(&mut self) {
            cgroup::clean(self.0.rsplit_once('-').map_or(self.0, |(probe, _)| probe));
        }
    }

    /// With a descriptor that was opened before the second look, nobody else can be hit.
    fn send(process: Process, signal: Signal) {
        let Some(pid) = Pid::from_raw(process.pid).filter(|_| process.pid > 1) else { return };
        let Ok(held) = rustix::process::pidfd_open(pid, PidfdFlags::empty()) else { return };
        if is_alive(process) {
            let _gone = rustix::process::pidfd_send_signal(&held, signal);
        }
    }
}

/// Without `/proc` nothing can be told apart, and nothing is ended.
#[cfg(not(target_os = "linux"))]
pub(crate) fn end(_mark: &str, _known: Option<Process>) -> std::io::Result<(usize, Vec<Process>)> {
    Err(std::io::Error::other("this system does not show what a process was started for"))
}
