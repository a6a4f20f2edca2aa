//! The runners that gate ships for its self-test do what their table says, and none of them outlives its time.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

type Failed = Box<dyn std::error::Error>;

/// One runner at a tick of 100 ms, with its output and errors to read.
fn start(name: &str, life: &str, folder: &Path) -> Result<Child, Failed> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gate"));
    command.args(["__runner", name, "kill.flag", "100", life]).current_dir(folder).stdin(Stdio::null());
    Ok(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?)
}

/// What became of a runner that got its flag after its second unit.
struct Ended {
    code: Option<i32>,
    after: Duration,
    units: usize,
    said: String,
}

fn flagged(name: &str) -> Result<Ended, Failed> {
    let folder = tempfile::tempdir()?;
    let mut child = start(name, "20000", folder.path())?;
    let mut out = BufReader::new(child.stdout.take().ok_or("no output")?);
    let (mut line, mut units) = (String::new(), 0);
    while !line.starts_with("beat 2") {
        line.clear();
        assert_ne!(out.read_line(&mut line)?, 0, "{name} ended before its second unit");
    }
    std::fs::write(folder.path().join("kill.flag"), "")?;
    let begun = Instant::now();
    let status = child.wait()?;
    let after = begun.elapsed();
    let mut said = String::new();
    child.stderr.take().ok_or("no errors")?.read_to_string(&mut said)?;
    for line in out.lines() {
        units += usize::from(line?.starts_with("beat"));
    }
    Ok(Ended { code: status.code(), after, units, said })
}

#[test]
fn the_good_ones_end_within_a_tick_or_so() -> Result<(), Failed> {
    for name in ["good", "good-slow-start", "good-busy", "good-child"] {
        let ended = flagged(name)?;
        // A machine that does other things too gets three ticks.
        assert!(ended.code == Some(0) && ended.after < Duration::from_millis(300) && ended.units <= 1, "{name}: {:?}", ended.after);
    }
    Ok(())
}

#[test]
fn each_bad_one_shows_its_own_fault() -> Result<(), Failed> {
    assert_eq!(flagged("exits-1")?.code, Some(1));
    let ended = flagged("traceback")?;
    assert!(ended.code == Some(0) && ended.said.starts_with("Traceback (most recent call last):"), "{}", ended.said);
    let ended = flagged("works-on")?;
    assert!(ended.code == Some(0) && ended.units >= 3, "{}", ended.units);
    Ok(())
}

#[test]
fn nothing_outlives_its_time() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("kill.flag"), "")?;
    for name in ["ignores", "swallows-exit", "ignores-sigterm", "daemon", "pipe-holder"] {
        let mut child = start(name, "300", folder.path())?;
        assert_eq!(child.wait()?.signal(), Some(9), "{name}");
    }
    Ok(())
}

#[test]
fn a_full_pipe_keeps_no_runner_alive() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_gate"));
    command.args(["__runner", "ignores", "kill.flag", "1", "400"]).current_dir(folder.path());
    let (reader, mut writer) = std::io::pipe()?;
    rustix::io::ioctl_fionbio(&writer, true)?;
    while std::io::Write::write(&mut writer, &[b'x'; 4096]).is_ok() {}
    rustix::io::ioctl_fionbio(&writer, false)?;
    let mut child = command.stdout(writer).spawn()?;
    assert_eq!(child.wait()?.signal(), Some(9));
    drop(reader);
    Ok(())
}

#[test]
fn what_is_left_behind_holds_the_pipe_until_its_own_end() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("kill.flag"), "")?;
    let mut child = start("holds-pipe", "900", folder.path())?;
    let begun = Instant::now();
    assert_eq!(child.wait()?.code(), Some(0));
    let mut rest = String::new();
    child.stdout.take().ok_or("no output")?.read_to_string(&mut rest)?;
    assert!(begun.elapsed() > Duration::from_millis(500) && rest.is_empty(), "{rest}");
    Ok(())
}

#[test]
fn who_asks_for_no_runner_gets_none() -> Result<(), Failed> {
    for words in [&["nobody", "kill.flag", "100"][..], &["good", "kill.flag", "0"], &["good", "kill.flag"], &["good", "f", "100", "1", "2"]]
    {
        let status = Command::new(env!("CARGO_BIN_EXE_gate")).arg("__runner").args(words).status()?;
        assert_eq!(status.code(), Some(2), "{words:?}");
    }
    Ok(())
}
