//! The control group of a probe, where the kernel lets us make one (cgroup v2, as root or delegated): then the kernel itself says what belongs to its trials,
//! whoever the parent is by now. Where there is none to write, as in most containers, nothing depends on it. One for all trials: to move a process
//! costs the kernel some 15 ms.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// gate and all that comes of it, in a group of their own.
pub(super) struct Cgroup {
    /// Where gate was before.
    above: PathBuf,
    own: PathBuf,
}

impl Cgroup {
    /// Makes the group and moves this process into it; none where that is not possible.
    pub(super) fn enter(mark: &str) -> Option<Self> {
        let above = place()?;
        let own = above.join(name(mark));
        fs::create_dir(&own).ok()?;
        let group = Self { above, own };
        // Moved or not: dropped, it is taken away again.
        fs::write(group.own.join("cgroup.procs"), std::process::id().to_string()).ok()?;
        Some(group)
    }

    /// All processes in it but gate itself.
    ///
    /// # Errors
    /// The kernel does not say.
    pub(super) fn members(&self) -> io::Result<Vec<i32>> {
        let gate = i32::try_from(std::process::id()).unwrap_or_default();
        Ok(members(&self.own)?.into_iter().filter(|pid| *pid != gate).collect())
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        let _left = fs::write(self.above.join("cgroup.procs"), std::process::id().to_string());
        // What is not empty stays, and the next gate ends it.
        let _left = fs::remove_dir(&self.own);
    }
}

/// Ends and takes away the group that a gate has left when it was killed.
pub(super) fn clean(mark: &str) {
    let Some(own) = place().map(|above| above.join(name(mark))).filter(|own| own.is_dir()) else { return };
    // Never gate's own, while it is in it, or may be.
    if members(&own).map_or(true, |there| there.iter().any(|pid| u32::try_from(*pid).is_ok_and(|pid| pid == std::process::id()))) {
        return;
    }
    let _old = fs::write(own.join("cgroup.kill"), "1");
    for _ in 0..100 {
        if fs::remove_dir(&own).is_ok() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

fn name(mark: &str) -> String {
    format!("gate-{mark}")
}

fn members(group: &Path) -> io::Result<Vec<i32>> {
    let text = fs::read_to_string(group.join("cgroup.procs"))?;
    text.lines().map(|line| line.parse().map_err(io::Error::other)).collect()
}

/// The group that this process is in, as a folder.
fn place() -> Option<PathBuf> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let own = fs::read_to_string("/proc/self/cgroup").ok()?;
    folder(&mounts, &own)
}

/// The folder of the group of version 2: what is mounted, and where in it the process is.
fn folder(mounts: &str, own: &str) -> Option<PathBuf> {
    let path = own.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let mounted = mounts.lines().find_map(|line| {
        let (before, behind) = line.split_once(" - ")?;
        let fields: Vec<&str> = before.split(' ').collect();
        // A part of the hierarchy that is mounted elsewhere has other paths.
        (behind.starts_with("cgroup2 ") && fields.get(3) == Some(&"/")).then(|| fields.get(4).copied()).flatten()
    })?;
    Some(Path::new(mounted).join(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str =
        "25 19 0:22 / /sys/fs/cgroup ro - tmpfs tmpfs ro\n31 25 0:28 / /sys/fs/cgroup/unified rw,nosuid shared:9 - cgroup2 cgroup2 rw\n";

    #[test]
    fn the_group_is_found_below_its_mount() {
        assert_eq!(folder(MOUNTS, "9:name=systemd:/a\n0::/user/x\n"), Some("/sys/fs/cgroup/unified/user/x".into()));
        assert_eq!(folder(MOUNTS, "0::/\n"), Some("/sys/fs/cgroup/unified/".into()));
    }

    #[test]
    fn without_version_2_or_with_a_part_of_it_there_is_none() {
        assert_eq!(folder(MOUNTS, "9:name=systemd:/a\n"), None);
        assert_eq!(folder("31 25 0:28 /part /c rw - cgroup2 cgroup2 rw\n", "0::/\n"), None);
        assert_eq!(folder("", "0::/\n"), None);
    }
}
