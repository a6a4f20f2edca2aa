//! What gate does to the outside: pipes, outputs, bytes that repeat, nothing left behind.

mod support;

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use predicates::prelude::*;
use support::{Failed, Sandbox};

const GOOD: &str = "# x\n\nPurpose: a\n\nEntrypoints: b\n\nDo-not-touch: c\n";

/// A repository with `folders` folders, every third of which falls short.
fn repository(folders: usize) -> Result<Sandbox, Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("gate.toml", "version = 1\n[check.readmes]\n[check.again]\nkind = \"readmes\"\n[check.third]\nkind = \"readmes\"\n")?;
    for i in 0..folders {
        sandbox.write(format!("f{i}/README.md"), if i % 3 == 0 { "# x\n" } else { GOOD })?;
    }
    sandbox.commit("first")?;
    Ok(sandbox)
}

fn gate(sandbox: &Sandbox) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gate"));
    command.current_dir(&sandbox.tree).env("GIT_CONFIG_GLOBAL", "/dev/null").env_remove("GITHUB_ACTIONS");
    command
}

#[test]
fn a_closed_pipe_ends_quietly_and_the_exit_code_is_still_the_verdict() -> Result<(), Failed> {
    let sandbox = repository(3000)?;
    let mut child = gate(&sandbox).args(["readmes"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().ok_or("no stderr")?.read_to_string(&mut said)?;
    assert_eq!((said.as_str(), child.wait()?.code()), ("", Some(1)));
    Ok(())
}

#[test]
fn a_full_disk_is_said_and_is_no_promotion() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("gate.toml", "version = 1\n[check.readmes]\n")?;
    sandbox.write("a/README.md", GOOD)?;
    sandbox.commit("first")?;
    for (args, code) in [(&["promote"][..], 3), (&["check"][..], 0), (&["list"][..], 3), (&["doctor"][..], 3)] {
        let output = gate(&sandbox).args(args).stdout(std::fs::File::create("/dev/full")?).output()?;
        assert_eq!(output.status.code(), Some(code), "{args:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("No space left"), "{args:?}");
    }
    let output = gate(&sandbox).args(["promote", "--output", "json=/dev/full"]).output()?;
    assert_eq!(output.status.code(), Some(3));
    Ok(())
}

#[test]
fn doctor_changes_nothing_not_even_in_git() -> Result<(), Failed> {
    let sandbox = repository(3)?;
    sandbox.write("f0/README.md", "changed\n")?;
    let all = || -> Result<Vec<String>, Failed> {
        let entries = walkdir::WalkDir::new(&sandbox.tree).sort_by_file_name();
        let describe = |entry: walkdir::DirEntry| Ok(format!("{} {:?}", entry.path().display(), entry.metadata()?.modified()?));
        entries.into_iter().map(|entry| describe(entry?)).collect()
    };
    let before = all()?;
    assert_eq!(gate(&sandbox).arg("doctor").output()?.status.code(), Some(0));
    assert_eq!(before, all()?);
    Ok(())
}

#[test]
fn an_output_is_whole_or_absent_and_leaves_no_other_file() -> Result<(), Failed> {
    let sandbox = repository(3)?;
    let names = || -> Result<Vec<String>, Failed> {
        let mut names: Vec<String> =
            std::fs::read_dir(&sandbox.tree)?.map(|e| e.map(|e| e.file_name().to_string_lossy().into_owned())).collect::<Result<_, _>>()?;
        names.sort();
        Ok(names)
    };
    let before = names()?;
    let old = "{ \"schema\": \"gate.report/0\" }";
    sandbox.write("report.json", old)?;
    let refused = gate(&sandbox).args(["promote", "--output", "json=report.json", "--output", "json=nowhere/x"]).output()?;
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(sandbox.tree.join("report.json"))?, old);
    let written = gate(&sandbox).args(["promote", "--output", "json=report.json"]).output()?;
    assert_eq!(written.status.code(), Some(1));
    assert!(std::fs::read_to_string(sandbox.tree.join("report.json"))?.ends_with("}\n"));
    std::fs::remove_file(sandbox.tree.join("report.json"))?;
    assert_eq!(names()?, before);
    Ok(())
}

#[test]
fn the_same_input_gives_the_same_bytes() -> Result<(), Failed> {
    let sandbox = repository(60)?;
    let run = |format: &str| gate(&sandbox).args(["check", "--now", "2026-02-01T00:00:00Z", "--format", format]).output();
    for format in ["human", "json", "markdown"] {
        let first = run(format)?;
        assert!(!first.stdout.is_empty());
        for _ in 0..10 {
            assert_eq!(run(format)?.stdout, first.stdout, "{format}");
        }
    }
    Ok(())
}

#[test]
fn a_hanging_git_is_ended_with_everything_it_started() -> Result<(), Failed> {
    let sandbox = repository(1)?;
    let mark = format!("{}.{}", 300 + std::process::id() % 100, std::process::id());
    sandbox.write("bin/git", format!("#!/bin/sh\nsleep {mark} &\nsleep {mark}\n"))?;
    Command::new("chmod").arg("755").arg(sandbox.tree.join("bin/git")).status()?;
    sandbox.write("gate.toml", "version = 1\n[git]\ntimeout = \"1s\"\n[check.readmes]\n")?;
    let path = format!("{}:{}", sandbox.tree.join("bin").display(), std::env::var("PATH")?);
    let begun = Instant::now();
    let output = gate(&sandbox).args(["promote"]).env("PATH", path).output()?;
    assert_eq!(output.status.code(), Some(3));
    assert!(begun.elapsed() < Duration::from_secs(20), "bounded");
    let left = Command::new("ps").args(["-eo", "args"]).output()?;
    assert!(!String::from_utf8_lossy(&left.stdout).contains(&mark), "a sleep is left");
    Ok(())
}

#[test]
fn help_and_version_go_to_standard_output() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    let told = [
        (&["--help"][..], "Exit codes: 0"),
        (&["--version"], "gate "),
        (&["readmes", "--help"], "--folders"),
        (&["promote", "-h"], "--env"),
    ];
    for (args, text) in told {
        sandbox.gate(false)?.args(args).assert().success().stdout(predicate::str::contains(text)).stderr(predicate::str::is_empty());
    }
    Ok(())
}

#[test]
fn at_most_four_git_processes_serve_a_check() -> Result<(), Failed> {
    let sandbox = repository(3)?;
    let log = sandbox.around().join("log");
    let real = Command::new("sh").args(["-c", "command -v git"]).output()?.stdout;
    let real = String::from_utf8(real)?;
    std::fs::create_dir(sandbox.around().join("bin"))?;
    let shim = sandbox.around().join("bin/git");
    std::fs::write(&shim, format!("#!/bin/sh\necho x >> '{}'\nexec {} \"$@\"\n", log.display(), real.trim()))?;
    Command::new("chmod").arg("755").arg(&shim).status()?;
    let path = format!("{}:{}", sandbox.around().join("bin").display(), std::env::var("PATH")?);
    assert_eq!(gate(&sandbox).args(["check"]).env("PATH", path).output()?.status.code(), Some(0));
    let count = std::fs::read_to_string(log)?.lines().count();
    assert!((1..=4).contains(&count), "{count} git processes");
    Ok(())
}
