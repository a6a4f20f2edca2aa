//! Processes of a test: waited for, signalled, and found by a mark in their environment.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

use super::Failed;

/// No test waits longer for anything: only a hang does.
const HANG: Duration = Duration::from_secs(120);

pub fn until(what: &str, mut is_so: impl FnMut() -> bool) -> Result<(), Failed> {
    let begun = Instant::now();
    while !is_so() {
        if begun.elapsed() > HANG {
            return Err(format!("waited in vain until {what}").into());
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

pub fn kill(signal: &str, pid: u32) -> Result<(), Failed> {
    let status = Command::new("kill").args(["-s", signal, &pid.to_string()]).stderr(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err("no such process".into()) }
}

/// The living processes in whose environment a variable has this value.
pub fn marked(variable: &str, mark: &str) -> Vec<u32> {
    let word = format!("{variable}={mark}");
    let pids = fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(|e| e.file_name().to_str()?.parse().ok());
    pids.filter(|pid: &u32| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == word.as_bytes())
    })
    .collect()
}
