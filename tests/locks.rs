//! `gate lock refresh` with tools that do well, fail, and are interrupted; and the script for projects that want one of their own.

mod support;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use support::{Failed, Sandbox};

const OLD: &str = "a==1.0\nb==2.0\nc==1.0\n";

/// A project with an old lock, and a tool that runs `script` in its place.
fn project(script: &str) -> Result<Sandbox, Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("gate.toml", "version = 1\n[check.lockfiles]\n")?;
    sandbox.write("app/requirements.in", "a\nb\nc\n")?;
    sandbox.write("app/requirements.lock", OLD)?;
    sandbox.commit_at("2026-01-01T12:00:00Z", "locked")?;
    tool(&sandbox.tree.join("../bin"), "uv", script)?;
    Ok(sandbox)
}

/// Puts a program in a folder.
fn tool(folder: &Path, name: &str, script: &str) -> Result<(), Failed> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join(name), format!("#!/bin/sh\n{script}\n"))?;
    Ok(std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(0o755))?)
}

fn command(sandbox: &Sandbox, program: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    // Whatever is installed here, the tools are those of the test.
    command.args(args).current_dir(&sandbox.tree).env("PATH", format!("{}:/usr/bin:/bin", sandbox.tree.join("../bin").display()));
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command
}

fn refresh(sandbox: &Sandbox, args: &[&str]) -> Result<(Option<i32>, String), Failed> {
    let gate = Path::new(env!("CARGO_BIN_EXE_gate"));
    let output = command(sandbox, gate, &[&["lock", "refresh", "--now", "2026-06-01T00:00:00Z"], args].concat()).output()?;
    Ok(said(&output))
}

fn said(output: &Output) -> (Option<i32>, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), format!("{}--\n{}", text(&output.stdout), text(&output.stderr)))
}

fn lock(sandbox: &Sandbox) -> Result<String, Failed> {
    Ok(std::fs::read_to_string(sandbox.tree.join("app/requirements.lock"))?)
}

const COMMAND: &str = "uv pip compile --upgrade --output-file requirements.lock requirements.in";

#[test]
fn an_old_lock_is_made_anew_by_its_tool_and_what_changed_is_shown() -> Result<(), Failed> {
    let sandbox = project(
        "echo \"$PWD $*\" | sed 's|.*/||'\nprintf 'a==1.1\\nb==1.9\\nd==1.0\\n' >requirements.lock; echo '# more' >>requirements.in",
    )?;
    let (code, text) = refresh(&sandbox, &[])?;
    let shown = "app/requirements.lock: 1 added, 1 removed, 1 upgraded, 1 downgraded\n  ↑ a  1.0 → 1.1\n  ↓ b  2.0 → 1.9\n  - c  1.0\n  + d  1.0\n  The tool changed `app/requirements.in` too.\n";
    assert_eq!(code, Some(0));
    assert_eq!(
        text,
        format!(
            "{shown}--\ngate lock refresh · app/requirements.lock · {COMMAND}\napp pip compile --upgrade --output-file requirements.lock requirements.in\n"
        )
    );
    assert_eq!(lock(&sandbox)?, "a==1.1\nb==1.9\nd==1.0\n");
    Ok(())
}

#[test]
fn a_tool_that_fails_or_leaves_no_lock_leaves_the_old_one() -> Result<(), Failed> {
    for (script, why) in [
        ("echo x >requirements.lock; echo y >requirements.in; exit 7", "`uv` ended with exit code 7"),
        ("rm requirements.lock requirements.in; kill -s KILL $$", "`uv` was ended by SIGKILL"),
        ("echo '# nothing' >requirements.lock", "the tool left a lock that holds no package"),
        ("rm requirements.lock", "the tool left what is no lock: `app/requirements.lock` cannot be read: does not exist"),
        ("printf '<<<<<<< HEAD\\n' >requirements.lock", "the tool left what is no lock: app/requirements.lock:1: "),
    ] {
        let sandbox = project(script)?;
        let (code, text) = refresh(&sandbox, &["app/requirements.lock"])?;
        assert_eq!(
            (code, text.contains(&format!("app/requirements.lock: not refreshed, the lock is as it was: {why}"))),
            (Some(3), true),
            "{text}"
        );
        assert_eq!(lock(&sandbox)?, OLD);
        assert_eq!(std::fs::read_to_string(sandbox.tree.join("app/requirements.in"))?, "a\nb\nc\n");
    }
    Ok(())
}

#[test]
fn an_interrupted_tool_leaves_the_old_lock() -> Result<(), Failed> {
    let sandbox = project("echo half >requirements.lock; kill -s INT $PPID; exec sleep 300")?;
    let (code, text) = refresh(&sandbox, &["--all", "--grace", "1s"])?;
    assert_eq!((code, text.contains("interrupted by SIGINT")), (Some(130), true), "{text}");
    assert_eq!(lock(&sandbox)?, OLD);
    Ok(())
}

#[test]
fn a_dry_run_shows_what_would_change_and_puts_it_back() -> Result<(), Failed> {
    let sandbox = project("printf 'a==1.1\\n' >requirements.lock")?;
    let (code, text) = refresh(&sandbox, &["--dry-run", "--format", "json"])?;
    assert_eq!((code, lock(&sandbox)?.as_str()), (Some(0), OLD));
    let report: serde_json::Value = serde_json::from_str(text.split("--\ngate lock refresh").next().unwrap_or_default())?;
    assert_eq!(report["lockfiles"][0]["would-change"][0]["step"], "upgraded");
    Ok(())
}

#[test]
fn nothing_is_run_without_need_or_without_a_tool() -> Result<(), Failed> {
    let sandbox = project("echo ran")?;
    let gate = Path::new(env!("CARGO_BIN_EXE_gate"));
    let fresh = command(&sandbox, gate, &["lock", "refresh", "--now", "2026-01-02T00:00:00Z"]).output()?;
    assert_eq!(said(&fresh), (Some(0), "no lock is older than `audit-after`; name one, or say `--all`\n--\n".to_owned()));
    let (code, text) = refresh(&sandbox, &["other.lock"])?;
    assert_eq!((code, text.contains("`other.lock` is no lockfile that is asked about")), (Some(2), true), "{text}");
    std::fs::remove_file(sandbox.tree.join("../bin/uv"))?;
    let (code, text) = refresh(&sandbox, &[])?;
    assert_eq!(
        (code, text.contains("none of them is on PATH: `pip-compile`, `uv`; name the command in gate.toml")),
        (Some(2), true),
        "{text}"
    );
    Ok(())
}

#[test]
fn nothing_is_put_back_through_a_link_that_the_tool_made() -> Result<(), Failed> {
    let sandbox = project("rm requirements.lock; ln -s ../../victim requirements.lock; exit 1")?;
    let victim = sandbox.tree.join("../victim");
    std::fs::write(&victim, "precious")?;
    let (code, text) = refresh(&sandbox, &[])?;
    assert_eq!((code, std::fs::read_to_string(&victim)?.as_str(), lock(&sandbox)?.as_str()), (Some(3), "precious", OLD), "{text}");
    let folder = project("rm requirements.lock; mkdir requirements.lock; exit 1")?;
    let (code, text) = refresh(&folder, &[])?;
    assert_eq!((code, text.contains("NOT as it was")), (Some(3), true), "{text}");
    Ok(())
}

#[test]
fn a_copy_of_the_lock_outlives_a_gate_that_is_killed() -> Result<(), Failed> {
    let sandbox = project("echo half >requirements.lock; kill -s KILL $PPID; exec sleep 300")?;
    refresh(&sandbox, &[])?;
    let copy = sandbox.tree.join(".gate/refresh/app/requirements.lock");
    assert_eq!((lock(&sandbox)?.as_str(), std::fs::read_to_string(&copy)?.as_str()), ("half\n", OLD));
    let (code, text) = refresh(&sandbox, &["app/requirements.lock"])?;
    assert_eq!(
        (code, text.contains("a refresh was cut off before, and `.gate/refresh/app/requirements.lock` is the lock as it was then")),
        (Some(3), true),
        "{text}"
    );
    let fine = project("printf 'a==1.1\\n' >requirements.lock")?;
    refresh(&fine, &[])?;
    assert!(!fine.tree.join(".gate/refresh/app/requirements.lock").exists());
    Ok(())
}

#[test]
fn a_failure_puts_back_what_was_there_before_its_own_tool_ran() -> Result<(), Failed> {
    let sandbox = project("exit 1")?;
    sandbox.write("app/requirements-dev.lock", "a==1.0\n")?;
    sandbox.write("app/requirements-dev.in", "a\n")?;
    let run = "command = [\"sh\", \"-c\", \"printf 'a==3\\\\n' >{file}; echo more >>requirements.in\"]";
    let fail = "command = [\"sh\", \"-c\", \"echo x >{file}; exit 1\"]";
    let policy = format!(
        "version = 1\n[check.lockfiles]\n[[lock.refresh]]\nfiles = \"app/requirements-dev.lock\"\n{run}\n[[lock.refresh]]\nfiles = \"**\"\n{fail}\n"
    );
    sandbox.write("gate.toml", &policy)?;
    sandbox.commit_at("2026-01-02T12:00:00Z", "more")?;
    let (code, text) = refresh(&sandbox, &["--all"])?;
    assert_eq!((code, lock(&sandbox)?.as_str()), (Some(3), OLD), "{text}");
    assert_eq!(std::fs::read_to_string(sandbox.tree.join("app/requirements-dev.lock"))?, "a==3\n");
    assert_eq!(std::fs::read_to_string(sandbox.tree.join("app/requirements.in"))?, "a\nb\nc\nmore\n");
    Ok(())
}

#[test]
fn a_lock_that_cannot_be_read_stops_no_other() -> Result<(), Failed> {
    let sandbox = project("printf 'a==1.1\\nb==2.0\\nc==1.0\\n' >requirements.lock")?;
    sandbox.write("other/uv.lock", "<<<<<<< HEAD\n")?;
    sandbox.commit_at("2026-01-02T12:00:00Z", "halfway")?;
    let (code, text) = refresh(&sandbox, &["--all"])?;
    assert_eq!((code, lock(&sandbox)?.as_str()), (Some(3), "a==1.1\nb==2.0\nc==1.0\n"), "{text}");
    assert!(text.contains("other/uv.lock: not refreshed, the lock is as it was: nothing was run: other/uv.lock:1: "), "{text}");
    Ok(())
}

#[test]
fn gate_toml_names_the_command() -> Result<(), Failed> {
    let sandbox = project("exit 9")?;
    let policy = "version = 1\n[check.lockfiles]\n[[lock.refresh]]\nfiles = \"app/*\"\ncommand = [\"cp\", \"{manifest}\", \"{file}\"]\n";
    sandbox.write("gate.toml", policy)?;
    let (code, text) = refresh(&sandbox, &["--plan"])?;
    assert_eq!(
        (code, text.as_str()),
        (Some(0), "plan of `gate lock refresh`\n\n  app/requirements.lock  cp requirements.in requirements.lock\n--\n")
    );
    refresh(&sandbox, &[])?;
    assert_eq!(lock(&sandbox)?, "a\nb\nc\n");
    Ok(())
}

#[test]
fn the_script_refreshes_puts_back_and_says_what_is_missing() -> Result<(), Failed> {
    let script = |sandbox: &Sandbox, args: &[&str]| -> Result<(Option<i32>, String), Failed> {
        let output = command(sandbox, Path::new(env!("CARGO_BIN_EXE_gate")), &["lock", "refresh", "--script"]).output()?;
        tool(&sandbox.tree.join("../bin"), "lock_refresh.sh", &String::from_utf8(output.stdout)?.replacen("#!/bin/sh\n", "", 1))?;
        Ok(said(&command(sandbox, &sandbox.tree.join("../bin/lock_refresh.sh"), args).output()?))
    };
    let sandbox = project("printf 'a==1.1\\n' >requirements.lock")?;
    let (code, text) = script(&sandbox, &["app/requirements.lock"])?;
    assert_eq!((code, text.contains("+a==1.1"), lock(&sandbox)?.as_str()), (Some(0), true, "a==1.1\n"), "{text}");
    for (tool, code) in
        [("echo x >requirements.lock; exit 7", 7), ("kill -s TERM $PPID; echo x >requirements.lock", 143), (": >requirements.lock", 3)]
    {
        let sandbox = project(tool)?;
        let (came, text) = script(&sandbox, &["app/requirements.lock"])?;
        assert_eq!((came, lock(&sandbox)?.as_str()), (Some(code), OLD), "{text}");
        assert_eq!(std::fs::read_dir(sandbox.tree.join("app"))?.count(), 2);
    }
    let sandbox = project("echo x >\"$6\"")?;
    assert_eq!(script(&sandbox, &["nothing.lock"])?.0, Some(2));
    for other in ["app/other.lock", "app/dev.txt", "app/requirements-dev.txt"] {
        sandbox.write(other, "a==1\n")?;
        assert_eq!(script(&sandbox, &[other])?.0, Some(2), "{other}");
        assert_eq!(std::fs::read_to_string(sandbox.tree.join(other))?, "a==1\n");
    }
    Ok(())
}
