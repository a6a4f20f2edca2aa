//! The pre-push hook, by real pushes between two repositories.

#![cfg(target_os = "linux")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{Failed, Sandbox};

const POLICY: &str =
    "version = 1\n[run]\nsmoke = [\"sh\", \"smoke.sh\"]\nconfig = [\"gate.toml\"]\nno-data = \"none\"\n[check.run-hashes]\n";
const BYPASSES: &str = ".gate/bypasses.jsonl";
const OK: &str = "exit ${RC:-0}\n";

/// A committed project whose smoke test ends with `RC`, and a bare repository beside it as its remote.
fn project() -> Result<Sandbox, Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("gate.toml", POLICY)?;
    sandbox.write("smoke.sh", OK)?;
    sandbox.write(".gitignore", "/reports/\n")?;
    sandbox.commit("one")?;
    let remote = sandbox.around().join("remote.git");
    sandbox.git(&["init", "-q", "--bare", &remote.to_string_lossy()])?;
    sandbox.git(&["remote", "add", "origin", &remote.to_string_lossy()])?;
    Ok(sandbox)
}

/// A command with gate on PATH, and nothing of the user's own.
fn command(sandbox: &Sandbox, program: &str, env: &[(&str, &str)]) -> Result<Command, Failed> {
    let bin = Path::new(env!("CARGO_BIN_EXE_gate")).parent().ok_or("gate lies in a folder")?;
    let path = format!("{}:{}", bin.display(), std::env::var("PATH")?);
    let mut command = Command::new(program);
    command.current_dir(&sandbox.tree).env_clear().env("PATH", path).env("HOME", sandbox.around());
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").stdin(Stdio::null());
    for (key, value) in [("GIT_AUTHOR_NAME", "Ada"), ("GIT_AUTHOR_EMAIL", "ada@example.org")] {
        command.env(key, value).env(key.replace("AUTHOR", "COMMITTER"), value);
    }
    command.envs(env.iter().copied());
    Ok(command)
}

/// A push: whether it went through, and all that was said.
fn push(sandbox: &Sandbox, args: &[&str], env: &[(&str, &str)]) -> Result<(bool, String), Failed> {
    told(command(sandbox, "git", env)?.arg("push").args(args).output()?)
}

fn gate(sandbox: &Sandbox, args: &[&str]) -> Result<(bool, String), Failed> {
    told(command(sandbox, "gate", &[])?.args(args).output()?)
}

fn told(output: Output) -> Result<(bool, String), Failed> {
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    // However the lines were wrapped.
    Ok((output.status.success(), said.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// The hook as git would call it, with these lines on its standard input.
fn hook(sandbox: &Sandbox, lines: &str, env: &[(&str, &str)]) -> Result<(Option<i32>, String), Failed> {
    let mut command = command(sandbox, "gate", env)?;
    let mut child = command
        .args(["hook", "run", "pre-push", "--", "origin", "url"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    child.stdin.take().ok_or("stdin is a pipe")?.write_all(lines.as_bytes())?;
    let output = child.wait_with_output()?;
    let code = output.status.code();
    Ok((code, told(output)?.1))
}

fn bypasses(sandbox: &Sandbox) -> Result<Vec<Value>, Failed> {
    let text = fs::read_to_string(sandbox.tree.join(BYPASSES))?;
    let lines: Vec<Value> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    Ok(lines.into_iter().filter(|line| line["schema"] == "gate.bypass/1").collect())
}

/// Every file of the tree and git's index, gate's own folder and the reports aside.
fn snapshot(sandbox: &Sandbox) -> Result<BTreeMap<PathBuf, Vec<u8>>, Failed> {
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(&sandbox.tree) {
        let path = entry?.into_path();
        let below = path.strip_prefix(&sandbox.tree)?.to_owned();
        let aside = [".gate", "reports", ".git"].iter().any(|folder| below.starts_with(folder)) && below != Path::new(".git/index");
        if path.is_file() && !aside {
            files.insert(below, fs::read(&path)?);
        }
    }
    Ok(files)
}

#[test]
fn a_broken_smoke_test_refuses_the_push_and_touches_nothing() -> Result<(), Failed> {
    let sandbox = project()?;
    assert!(gate(&sandbox, &["hook", "install"])?.0);
    let before = snapshot(&sandbox)?;
    let (through, said) = push(&sandbox, &["origin", "main"], &[("RC", "7")])?;
    assert!(!through && said.contains("exit 7") && said.contains("the push is refused"), "{said}");
    assert!(said.contains("promotion would HOLD"), "the checks are shown: {said}");
    let (through, said) = push(&sandbox, &["origin", "main"], &[])?;
    assert!(through && said.contains("promotion would go through"), "{said}");
    assert_eq!(snapshot(&sandbox)?, before);
    assert!(!said.contains("not tested"), "{said}");
    Ok(())
}

#[test]
fn a_bypass_goes_through_is_recorded_and_stands_until_a_good_run() -> Result<(), Failed> {
    let sandbox = project()?;
    gate(&sandbox, &["hook", "install"])?;
    for no in ["", "0", "false"] {
        let (through, said) = push(&sandbox, &["origin", "main"], &[("RC", "1"), ("BYPASS_SMOKE", no)])?;
        assert!(!through, "BYPASS_SMOKE={no}: {said}");
    }
    let env = [("RC", "1"), ("BYPASS_SMOKE", "1"), ("BYPASS_REASON", "the exchange\nis closing")];
    let (through, said) = push(&sandbox, &["origin", "main"], &env)?;
    assert!(through && said.contains("NOT run") && said.contains("recorded in .gate/bypasses.jsonl"), "{said}");
    let head = sandbox.git(&["rev-parse", "HEAD"])?;
    let [line] = bypasses(&sandbox)?.try_into().map_err(|_| "one line")?;
    assert_eq!(line["refs"][0]["commit"], head.as_str());
    assert_eq!((line["refs"][0]["remote_ref"].as_str(), line["remote"].as_str()), (Some("refs/heads/main"), Some("origin")));
    assert_eq!((line["who"].as_str(), line["reason"].as_str()), (Some("Ada <ada@example.org>"), Some("the exchange\nis closing")));
    assert!(gate(&sandbox, &["check"])?.1.contains("pushed past"), "check shows it");
    // A commit on top, and a good run of it: it stands upon the one that was pushed.
    sandbox.write("more", "1")?;
    sandbox.commit("two")?;
    assert!(gate(&sandbox, &["run", "-q"])?.0);
    let (through, said) = gate(&sandbox, &["promote"])?;
    assert!(through && !said.contains("pushed past"), "{said}");
    // It stays settled, whatever runs later.
    command(&sandbox, "gate", &[("RC", "1")])?.args(["run", "-q"]).output()?;
    assert!(!gate(&sandbox, &["check"])?.1.contains("pushed past"));
    Ok(())
}

#[test]
fn a_run_of_something_else_settles_nothing_and_a_person_can() -> Result<(), Failed> {
    let sandbox = project()?;
    gate(&sandbox, &["hook", "install"])?;
    push(&sandbox, &["origin", "main"], &[("BYPASS_SMOKE", "1")])?;
    let pushed = sandbox.git(&["rev-parse", "HEAD"])?;
    sandbox.git(&["commit", "-q", "--amend", "-m", "amended"])?;
    assert!(gate(&sandbox, &["run", "-q"])?.0);
    let (through, said) = gate(&sandbox, &["promote"])?;
    let next = format!("gate hook settle {} --reason WHY", &pushed[..7]);
    assert!(through && said.contains("HEAD does not stand upon it") && said.contains(&next), "a note, and what helps: {said}");
    for wrong in [&["0000000", "--reason", "x"][..], &["a", "--reason", "x"], &["--reason", " "]] {
        assert!(!gate(&sandbox, &[&["hook", "settle"], wrong].concat())?.0, "{wrong:?}");
    }
    let reason = "amended into what was tested, ghp_0123456789abcdef0123456789";
    let (done, said) = gate(&sandbox, &["hook", "settle", &pushed[..7], "--reason", reason])?;
    assert!(done && said.contains("settled: 1 commit"), "{said}");
    assert!(!gate(&sandbox, &["promote"])?.1.contains("pushed past"));
    let text = fs::read_to_string(sandbox.tree.join(BYPASSES))?;
    assert!(text.contains("amended into what was tested, [redacted]") && text.contains("Ada"), "{text}");
    // The same commit pushed past it again stands again.
    push(&sandbox, &["origin", &format!("{pushed}:refs/heads/again")], &[("BYPASS_SMOKE", "1")])?;
    assert!(gate(&sandbox, &["check"])?.1.contains("refs/heads/again"));
    Ok(())
}

#[test]
fn a_push_of_nothing_is_neither_tested_nor_recorded() -> Result<(), Failed> {
    let sandbox = project()?;
    sandbox.write("gate.toml", format!("{POLICY}[hook]\nuntested = \"block\"\n"))?;
    sandbox.commit("block")?;
    gate(&sandbox, &["hook", "install"])?;
    assert!(push(&sandbox, &["origin", "main"], &[])?.0);
    let (through, said) = push(&sandbox, &["origin", "main"], &[("RC", "1")])?;
    assert!(through && said.contains("nothing to test"), "up to date: {said}");
    push(&sandbox, &["origin", "main"], &[("BYPASS_SMOKE", "1")])?;
    push(&sandbox, &["origin", "HEAD:refs/heads/gone"], &[])?;
    let (through, said) = push(&sandbox, &["origin", ":refs/heads/gone"], &[("BYPASS_SMOKE", "1")])?;
    assert!(through && said.contains("only deletes"), "{said}");
    assert!(!sandbox.tree.join(BYPASSES).exists());
    // Silence that git did not write is none of git's: a terminal, a closed stream, a `cat` that is not there.
    let mut lines = command(&sandbox, "sh", &[("RC", "5")])?;
    let (_, said) = told(lines.args(["-c", "sh .git/hooks/pre-push origin url <&-"]).output()?)?;
    assert!(said.contains("nobody said what is pushed") && said.contains("the push is refused"), "closed: {said}");
    let mut lines = command(&sandbox, "sh", &[("RC", "5")])?;
    let (_, said) = told(lines.args(["-c", "exec gate hook run pre-push -- origin url <&-"]).output()?)?;
    assert!(said.contains("nobody said what is pushed"), "closed: {said}");
    let bin = sandbox.around().join("few");
    fs::create_dir(&bin)?;
    for tool in ["sh", "git", "gate", "git-receive-pack"] {
        let found = command(&sandbox, "sh", &[])?.args(["-c", &format!("command -v {tool}")]).output()?;
        symlink(String::from_utf8(found.stdout)?.trim(), bin.join(tool))?;
    }
    let few = bin.to_string_lossy().into_owned();
    sandbox.write("smoke.sh", "exit 5\n")?;
    sandbox.commit("without cat")?;
    let (through, said) = push(&sandbox, &["origin", "main"], &[("PATH", &few)])?;
    assert!(!through && said.contains("nobody said what is pushed"), "{said}");
    // Nobody but git can say that nothing is pushed.
    let mut alone = command(&sandbox, "gate", &[("RC", "5")])?;
    let (_, said) = told(alone.args(["hook", "run", "pre-push"]).output()?)?;
    assert!(said.contains("nobody said what is pushed") && said.contains("the push is refused"), "{said}");
    Ok(())
}

#[test]
fn a_refusal_says_first_why_and_then_the_way_past_it() -> Result<(), Failed> {
    let sandbox = project()?;
    gate(&sandbox, &["hook", "install"])?;
    let no_smoke = POLICY.replace("smoke = [\"sh\", \"smoke.sh\"]\n", "");
    for (policy, why) in
        [(None, "`gate init` writes one"), (Some(no_smoke.as_str()), "names no command"), (Some("version = \n"), "gate.toml:1")]
    {
        match policy {
            None => fs::remove_file(sandbox.tree.join("gate.toml"))?,
            Some(text) => sandbox.write("gate.toml", text)?,
        }
        let (through, said) = push(&sandbox, &["origin", "main"], &[])?;
        let (error, refusal, past) = (said.find(why), said.find("the push is refused"), said.find("BYPASS_SMOKE=1 git push"));
        assert!(!through && error.is_some() && error < refusal && refusal < past, "{said}");
        let (works, said) = gate(&sandbox, &["hook", "status"])?;
        assert!(!works && said.contains("refused"), "{said}");
    }
    // Where gate itself cannot begin, the bypass is open all the same.
    gate(&sandbox, &["hook", "uninstall"])?;
    fs::create_dir(sandbox.tree.join("sub"))?;
    gate(&sandbox, &["hook", "install", "--root", "sub"])?;
    fs::remove_dir(sandbox.tree.join("sub"))?;
    assert!(!push(&sandbox, &["origin", "main"], &[])?.0);
    let (through, said) = push(&sandbox, &["origin", "main"], &[("BYPASS_SMOKE", "1")])?;
    assert!(through && said.contains("could NOT be recorded"), "{said}");
    Ok(())
}

#[test]
fn an_interrupted_push_ends_without_a_word_of_the_checks() -> Result<(), Failed> {
    let sandbox = project()?;
    sandbox.write("smoke.sh", "kill -INT $PPID; sleep 60\n")?;
    sandbox.commit("asks for Ctrl-C")?;
    gate(&sandbox, &["hook", "install"])?;
    let begun = Instant::now();
    let (through, said) = push(&sandbox, &["origin", "main"], &[])?;
    assert!(!through && said.contains("interrupted: nothing is pushed"), "{said}");
    assert!(!said.contains("gate check") && !said.contains("BYPASS_SMOKE"), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(30), "nothing is waited for");
    Ok(())
}

#[test]
fn the_shell_and_gate_read_the_same_from_the_bypass() -> Result<(), Failed> {
    let sandbox = project()?;
    gate(&sandbox, &["hook", "install"])?;
    // A gate that fails before it looks at anything, and none at all.
    let bin = sandbox.around().join("bin");
    fs::create_dir(&bin)?;
    fs::write(bin.join("gate"), "#!/bin/sh\nexit 2\n")?;
    fs::set_permissions(bin.join("gate"), fs::Permissions::from_mode(0o755))?;
    let broken = format!("{}:{}", bin.display(), std::env::var("PATH")?);
    assert!(push(&sandbox, &["origin", "HEAD:refs/heads/gone"], &[])?.0);
    let (through, said) = push(&sandbox, &["origin", ":refs/heads/gone"], &[("PATH", &broken)])?;
    assert!(through, "what only deletes needs no test: {said}");
    for (value, past) in [
        ("", false),
        ("0 ", false),
        (" ", false),
        ("nO", false),
        ("fAlse", false),
        ("0\n", false),
        ("1", true),
        ("nope", true),
        ("0\u{a0}", true),
    ] {
        let (with_gate, said) = push(&sandbox, &["origin", "HEAD:refs/heads/a"], &[("BYPASS_SMOKE", value), ("RC", "1")])?;
        assert_eq!(with_gate, past, "{value:?}: {said}");
        let (without, said) = push(&sandbox, &["origin", "HEAD:refs/heads/b"], &[("BYPASS_SMOKE", value), ("PATH", &broken)])?;
        assert_eq!(without, past, "{value:?}: {said}");
    }
    Ok(())
}

#[test]
fn one_hook_tests_one_root() -> Result<(), Failed> {
    let sandbox = project()?;
    for root in ["a", "b"] {
        fs::create_dir(sandbox.tree.join(root))?;
    }
    assert!(gate(&sandbox, &["hook", "install", "--root", "a"])?.0);
    let (done, said) = gate(&sandbox, &["hook", "install", "--root", "b"])?;
    assert!(!done && said.contains("for `a`") && said.contains("one root"), "{said}");
    let (works, said) = gate(&sandbox, &["hook", "status"])?;
    assert!(!works && said.contains("installed for `a`"), "{said}");
    assert!(gate(&sandbox, &["hook", "uninstall"])?.0);
    let (done, said) = gate(&sandbox, &["hook", "install", "--file", "gate.toml"])?;
    assert!(!done && said.contains("no `--file`"), "{said}");
    Ok(())
}

#[test]
fn lines_that_a_push_does_not_run_are_not_called_installed() -> Result<(), Failed> {
    let sandbox = project()?;
    // A manager comes after gate: the lines stay where git does not look any more.
    gate(&sandbox, &["hook", "install"])?;
    sandbox.write(".husky/_/h", "")?;
    sandbox.git(&["config", "core.hooksPath", ".husky/_"])?;
    let (works, said) = gate(&sandbox, &["hook", "status"])?;
    assert!(!works && said.contains(".git/hooks/pre-push: installed where husky does not run it"), "{said}");
    assert!(gate(&sandbox, &["hook", "uninstall"])?.1.contains("removed .git/hooks/pre-push"));
    // husky's own hook is missing, so what is beside it is not run.
    gate(&sandbox, &["hook", "install"])?;
    let (works, said) = gate(&sandbox, &["hook", "status"])?;
    assert!(!works && said.contains("git has no pre-push hook of husky"), "{said}");
    sandbox.git(&["config", "--unset", "core.hooksPath"])?;
    assert!(gate(&sandbox, &["hook", "uninstall"])?.1.contains("removed .husky/pre-push"));
    // lefthook is set up and not installed: the user's own hook is what git runs.
    sandbox.write("lefthook.yml", "pre-push: {}\n")?;
    sandbox.write(".git/hooks/pre-push", "#!/bin/sh\n")?;
    let (done, said) = gate(&sandbox, &["hook", "install"])?;
    assert!(!done && said.contains("may not be executed"), "{said}");
    fs::set_permissions(sandbox.tree.join(".git/hooks/pre-push"), fs::Permissions::from_mode(0o755))?;
    assert!(gate(&sandbox, &["hook", "install"])?.0);
    assert!(gate(&sandbox, &["hook", "status"])?.0);
    assert!(!push(&sandbox, &["origin", "main"], &[("RC", "1")])?.0);
    sandbox.git(&["config", "core.hooksPath", "/dev/null"])?;
    let (works, said) = gate(&sandbox, &["hook", "status"])?;
    assert!(!works && said.contains("switched off"), "{said}");
    Ok(())
}

#[test]
fn a_revision_with_a_newline_is_one_ref() -> Result<(), Failed> {
    let sandbox = project()?;
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "fix a\nb"])?;
    gate(&sandbox, &["hook", "install"])?;
    let (through, said) = push(&sandbox, &["origin", "HEAD^{/fix a\nb}:refs/heads/x"], &[])?;
    assert!(through && !said.contains("not tested"), "{said}");
    Ok(())
}

#[test]
fn a_run_that_failed_makes_up_for_nothing() -> Result<(), Failed> {
    let sandbox = project()?;
    gate(&sandbox, &["hook", "install"])?;
    push(&sandbox, &["origin", "main"], &[("BYPASS_SMOKE", "1")])?;
    let record = || -> Result<Value, Failed> { Ok(serde_json::from_str(&fs::read_to_string(sandbox.tree.join("reports/run.json"))?)?) };
    command(&sandbox, "gate", &[("RC", "1")])?.args(["run", "-q"]).output()?;
    assert_eq!(record()?["exit_code"], 1);
    assert!(gate(&sandbox, &["check"])?.1.contains("pushed past"));
    sandbox.write("smoke.sh", "exit 0 # dirty\n")?;
    assert!(gate(&sandbox, &["run", "-q"])?.0);
    assert_eq!(record()?["dirty"], true);
    assert!(gate(&sandbox, &["check"])?.1.contains("pushed past"), "a run of a dirty tree is no run of the commit");
    Ok(())
}

#[test]
fn the_refs_of_every_sort_of_push_are_told_right() -> Result<(), Failed> {
    let sandbox = project()?;
    gate(&sandbox, &["hook", "install"])?;
    let bypass = [("BYPASS_SMOKE", "1")];
    let first = sandbox.git(&["rev-parse", "HEAD"])?;
    push(&sandbox, &["origin", "main"], &bypass)?;
    sandbox.git(&["commit", "-q", "--amend", "-m", "again"])?;
    let second = sandbox.git(&["rev-parse", "HEAD"])?;
    assert!(push(&sandbox, &["--force", "origin", "main", "HEAD:refs/heads/new"], &bypass)?.0);
    sandbox.git(&["tag", "-a", "v1", "-m", "v1"])?;
    assert!(push(&sandbox, &["origin", "v1", ":refs/heads/new"], &bypass)?.0);
    let lines = bypasses(&sandbox)?;
    let told = |line: usize, name: &str| -> Result<Value, Failed> {
        let refs = lines[line]["refs"].as_array().ok_or("refs")?;
        Ok(refs.iter().find(|pushed| pushed["remote_ref"] == name).ok_or("no such ref")?.clone())
    };
    assert_eq!(told(1, "refs/heads/main")?["range"], format!("{first}..{second}").as_str());
    assert_eq!(told(1, "refs/heads/new")?["range"], second.as_str());
    assert_eq!(told(2, "refs/tags/v1")?["commit"], second.as_str(), "a tag is followed to its commit");
    assert!(told(2, "refs/heads/new")?.get("commit").is_none(), "a delete has none");
    Ok(())
}

#[test]
fn deletes_run_nothing_and_a_tag_of_head_is_tested() -> Result<(), Failed> {
    let sandbox = project()?;
    gate(&sandbox, &["hook", "install"])?;
    push(&sandbox, &["origin", "main", "main:b"], &[])?;
    fs::remove_file(sandbox.tree.join("reports/run.json"))?;
    let (through, said) = push(&sandbox, &["origin", ":b"], &[("RC", "1")])?;
    assert!(through && said.contains("only deletes"), "{said}");
    assert!(!sandbox.tree.join("reports/run.json").exists(), "nothing was run");
    sandbox.git(&["tag", "-a", "v1", "-m", "v1"])?;
    let (through, said) = push(&sandbox, &["origin", "v1"], &[])?;
    assert!(through && !said.contains("not tested"), "{said}");
    Ok(())
}

#[test]
fn what_is_not_in_the_work_tree_is_said_or_blocks() -> Result<(), Failed> {
    let sandbox = project()?;
    gate(&sandbox, &["hook", "install"])?;
    sandbox.write("more", "1")?;
    sandbox.commit("two")?;
    let (through, said) = push(&sandbox, &["origin", "HEAD~:refs/heads/old"], &[])?;
    assert!(through && said.contains("not tested: refs/heads/old"), "{said}");
    sandbox.write("gate.toml", format!("{POLICY}[hook]\nuntested = \"block\"\n"))?;
    let (through, said) = push(&sandbox, &["origin", "main"], &[])?;
    assert!(!through && said.contains("1 tracked file differs from it: `gate.toml`"), "{said}");
    assert!(!said.contains("gate run"), "what is refused anyway is not run: {said}");
    sandbox.commit("three")?;
    assert!(push(&sandbox, &["origin", "main"], &[])?.0);
    Ok(())
}

#[test]
fn a_detached_head_a_worktree_and_a_rebase_are_no_hindrance() -> Result<(), Failed> {
    let sandbox = project()?;
    gate(&sandbox, &["hook", "install"])?;
    sandbox.git(&["checkout", "-q", "--detach"])?;
    assert!(push(&sandbox, &["origin", "HEAD:refs/heads/detached"], &[])?.0);
    let other = sandbox.around().join("other");
    sandbox.git(&["worktree", "add", "-q", "-b", "side", &other.to_string_lossy()])?;
    let in_worktree = |rc| -> Result<(bool, String), Failed> {
        let mut push = command(&sandbox, "git", &[("RC", rc)])?;
        told(push.args(["push", "origin", "side"]).current_dir(&other).output()?)
    };
    let (through, said) = in_worktree("1")?;
    assert!(!through, "{said}");
    assert!(in_worktree("0")?.0);
    assert!(other.join("reports/run.json").exists() && other.join(".gate").exists());
    let mut rebase = command(&sandbox, "git", &[("GIT_SEQUENCE_EDITOR", "sed -i s/pick/edit/")])?;
    sandbox.write("more", "1")?;
    sandbox.commit("two")?;
    rebase.args(["rebase", "-q", "-i", "HEAD~"]).output()?;
    let (through, said) = push(&sandbox, &["origin", "HEAD:refs/heads/rebasing"], &[])?;
    assert!(through, "{said}");
    Ok(())
}

#[test]
fn a_smoke_test_that_hangs_is_ended_with_all_it_has_started() -> Result<(), Failed> {
    let sandbox = project()?;
    gate(&sandbox, &["hook", "install"])?;
    sandbox.write("gate.toml", format!("{POLICY}[hook]\ntime-budget = \"1s\"\n"))?;
    sandbox.write("smoke.sh", "sleep 4242 & sh -c 'trap \"\" TERM; sleep 4242' & trap 'exit 0' TERM; wait\n")?;
    sandbox.commit("hang")?;
    let begun = Instant::now();
    let (through, said) = push(&sandbox, &["origin", "main"], &[])?;
    assert!(!through && said.contains("did not end within 1s"), "that it ends with 0 when it is asked to end is no success: {said}");
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    let record: Value = serde_json::from_str(&fs::read_to_string(sandbox.tree.join("reports/run.json"))?)?;
    assert_eq!(record["interrupted_by"], "SIGTERM");
    Ok(())
}

#[test]
fn the_smoke_test_does_not_inherit_whose_repository_this_is() -> Result<(), Failed> {
    let sandbox = project()?;
    sandbox.write("smoke.sh", "test -z \"$GIT_DIR$GIT_WORK_TREE$GIT_INDEX_FILE\"\n")?;
    let head = sandbox.commit("env")?;
    let line = format!("refs/heads/main {head} refs/heads/main {}\n", "0".repeat(40));
    let (code, said) = hook(&sandbox, &line, &[("GIT_DIR", ".git"), ("GIT_INDEX_FILE", ".git/index")])?;
    assert_eq!(code, Some(0), "{said}");
    Ok(())
}

#[test]
fn odd_input_is_never_taken_for_nothing_to_test() -> Result<(), Failed> {
    let sandbox = project()?;
    let head = sandbox.git(&["rev-parse", "HEAD"])?;
    let zero = "0".repeat(40);
    for (lines, says) in [
        ("rubbish\n".to_owned(), "`rubbish`, a line that git does not write"),
        (format!("x {} refs/heads/x {zero}\n", "1".repeat(40)), "which is no commit"),
        (format!("(delete) {zero} refs/heads/x {head}\nrubbish"), "`rubbish`"),
        (format!("a b c {head} refs/heads/x {zero}\n\u{1b}[31m\n"), "\\u{1b}"),
    ] {
        let (code, said) = hook(&sandbox, &lines, &[("RC", "5")])?;
        assert_eq!(code, Some(5), "{lines}: {said}");
        assert!(said.contains(says), "{lines}: {said}");
        assert!(!said.contains('\u{1b}'), "{said}");
    }
    let mut closed = command(&sandbox, "sh", &[("RC", "5")])?;
    let output = closed.args(["-c", "exec gate hook run pre-push <&-"]).output()?;
    assert_eq!(output.status.code(), Some(5), "closed standard input: {}", told(output)?.1);
    Ok(())
}

#[test]
fn what_the_pre_commit_framework_tells_is_taken_for_what_git_tells() -> Result<(), Failed> {
    let sandbox = project()?;
    let head = sandbox.git(&["rev-parse", "HEAD"])?;
    let remote = ("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/x");
    // The ref alone, where a whole history is pushed.
    for (name, value) in [("PRE_COMMIT_TO_REF", head.as_str()), ("PRE_COMMIT_LOCAL_BRANCH", "HEAD")] {
        let (code, said) = hook(&sandbox, "", &[(name, value), remote])?;
        assert!(code == Some(0) && !said.contains("not tested"), "{name}: {said}");
        hook(&sandbox, "", &[(name, value), remote, ("BYPASS_SMOKE", "1")])?;
    }
    let found = bypasses(&sandbox)?;
    assert_eq!(found.len(), 2);
    for bypass in found {
        assert_eq!(
            (&bypass["refs"][0]["commit"], &bypass["refs"][0]["remote_ref"]),
            (&Value::from(head.as_str()), &Value::from("refs/heads/x"))
        );
    }
    for (name, value) in
        [("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/nowhere"), ("PRE_COMMIT_LOCAL_BRANCH", "--all"), ("PRE_COMMIT_TO_REF", "x")]
    {
        let (_, said) = hook(&sandbox, "", &[(name, value), remote])?;
        assert!(said.contains("nobody said what is pushed"), "{name}={value}: {said}");
    }
    Ok(())
}

#[test]
fn ten_thousand_refs_are_read() -> Result<(), Failed> {
    let sandbox = project()?;
    let head = sandbox.git(&["rev-parse", "HEAD"])?;
    let lines: String = (0..10_000).map(|i| format!("refs/heads/b{i} {head} refs/heads/b{i} {}\n", "0".repeat(40))).collect();
    let (code, said) = hook(&sandbox, &lines, &[])?;
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("not tested"), "{said}");
    hook(&sandbox, &lines, &[("BYPASS_SMOKE", "1")])?;
    assert_eq!(bypasses(&sandbox)?[0]["refs"].as_array().map(Vec::len), Some(10_000));
    Ok(())
}

#[test]
fn lines_of_two_bypasses_at_once_and_after_a_torn_one_stay_whole() -> Result<(), Failed> {
    let sandbox = project()?;
    sandbox.write(BYPASSES, "{\"torn\": ")?;
    let head = sandbox.git(&["rev-parse", "HEAD"])?;
    let line = format!("refs/heads/main {head} refs/heads/main {}\n", "0".repeat(40));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| hook(&sandbox, &line, &[("BYPASS_SMOKE", "1")]).map_err(|error| error.to_string()));
        }
    });
    let text = fs::read_to_string(sandbox.tree.join(BYPASSES))?;
    let whole = text.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count();
    assert_eq!((whole, text.lines().count()), (8, 9), "{text}");
    assert!(gate(&sandbox, &["check"])?.1.contains("line 1 is no JSON"));
    Ok(())
}

#[test]
fn a_bypass_that_cannot_be_recorded_goes_through_and_says_so() -> Result<(), Failed> {
    let sandbox = project()?;
    gate(&sandbox, &["hook", "install"])?;
    symlink("/nonexistent", sandbox.tree.join(".gate"))?;
    let (through, said) = push(&sandbox, &["origin", "main"], &[("BYPASS_SMOKE", "1")])?;
    assert!(through && said.contains("could NOT be recorded"), "{said}");
    Ok(())
}

#[test]
fn without_gate_on_the_path_the_push_is_refused_and_the_bypass_opens() -> Result<(), Failed> {
    let sandbox = project()?;
    gate(&sandbox, &["hook", "install"])?;
    let bare = |bypass: &str| -> Result<(bool, String), Failed> {
        let mut push = command(&sandbox, "git", &[("BYPASS_SMOKE", bypass)])?;
        let path =
            std::env::var("PATH")?.split(':').filter(|folder| !Path::new(folder).join("gate").exists()).collect::<Vec<_>>().join(":");
        told(push.args(["push", "origin", "main"]).env("PATH", path).output()?)
    };
    let (through, said) = bare("")?;
    assert!(!through && said.contains("gate is not on PATH") && said.contains("BYPASS_SMOKE=1 git push"), "{said}");
    let (through, said) = bare("1")?;
    assert!(through && said.contains("nothing was recorded"), "{said}");
    Ok(())
}

#[test]
fn without_a_policy_or_with_a_broken_one_the_push_is_refused() -> Result<(), Failed> {
    let sandbox = project()?;
    gate(&sandbox, &["hook", "install"])?;
    for policy in [None, Some("version = "), Some("version = 1\n")] {
        match policy {
            None => fs::remove_file(sandbox.tree.join("gate.toml"))?,
            Some(text) => sandbox.write("gate.toml", text)?,
        }
        let (through, said) = push(&sandbox, &["origin", "main"], &[])?;
        assert!(!through && said.contains("the push is refused"), "{policy:?}: {said}");
        assert!(push(&sandbox, &["origin", "main:b", "--force"], &[("BYPASS_SMOKE", "1")])?.0, "the way out is open");
    }
    Ok(())
}

#[test]
fn a_hook_that_was_there_runs_after_with_the_same_lines() -> Result<(), Failed> {
    let sandbox = project()?;
    let hooks = sandbox.tree.join(".git/hooks");
    let own = "#!/bin/bash\nset -euo pipefail\ncat >seen\necho \"$@\" >>seen\nexit 0\n";
    sandbox.write(".git/hooks/pre-push", own)?;
    fs::set_permissions(hooks.join("pre-push"), fs::Permissions::from_mode(0o755))?;
    let (_, said) = gate(&sandbox, &["hook", "install"])?;
    assert!(said.contains("beside what was there"), "{said}");
    assert!(!push(&sandbox, &["origin", "main"], &[("RC", "1")])?.0);
    assert!(!sandbox.tree.join("seen").exists(), "a refused push ends there");
    assert!(push(&sandbox, &["origin", "main"], &[])?.0);
    let seen = fs::read_to_string(sandbox.tree.join("seen"))?;
    let head = sandbox.git(&["rev-parse", "HEAD"])?;
    assert!(seen.starts_with(&format!("refs/heads/main {head} refs/heads/main {}\norigin ", "0".repeat(40))), "{seen}");
    assert!(gate(&sandbox, &["hook", "install"])?.1.contains("installed already"));
    assert!(gate(&sandbox, &["hook", "uninstall"])?.0);
    assert_eq!(fs::read_to_string(hooks.join("pre-push"))?, own, "to the byte as it was");
    Ok(())
}

#[test]
fn an_edited_hook_is_left_alone() -> Result<(), Failed> {
    let sandbox = project()?;
    gate(&sandbox, &["hook", "install"])?;
    let path = sandbox.tree.join(".git/hooks/pre-push");
    let edited = fs::read_to_string(&path)?.replace("|| gate_ended=$?", "|| true");
    fs::write(&path, &edited)?;
    for verb in ["install", "uninstall"] {
        let (done, said) = gate(&sandbox, &["hook", verb])?;
        assert!(!done && said.contains("edited by hand"), "{said}");
    }
    let (works, said) = gate(&sandbox, &["hook", "status"])?;
    assert!(!works && said.contains("edited by hand"), "{said}");
    assert_eq!(fs::read_to_string(&path)?, edited);
    Ok(())
}

#[test]
fn places_that_are_not_ours_are_refused() -> Result<(), Failed> {
    let sandbox = project()?;
    let outside = sandbox.around().join("hooks");
    sandbox.git(&["config", "core.hooksPath", &outside.to_string_lossy()])?;
    let (done, said) = gate(&sandbox, &["hook", "install"])?;
    assert!(!done && said.contains("outside this repository"), "{said}");
    assert!(!outside.exists());
    sandbox.git(&["config", "core.hooksPath", ".githooks"])?;
    assert!(gate(&sandbox, &["hook", "install"])?.0);
    assert!(sandbox.tree.join(".githooks/pre-push").exists());
    assert!(!push(&sandbox, &["origin", "main"], &[("RC", "1")])?.0);
    sandbox.git(&["config", "--unset", "core.hooksPath"])?;
    sandbox.write(".git/hooks/pre-push", "#!/usr/bin/env python3\nprint(1)\n")?;
    let (done, said) = gate(&sandbox, &["hook", "install"])?;
    assert!(!done && said.contains("no shell script"), "{said}");
    fs::remove_file(sandbox.tree.join(".git/hooks/pre-push"))?;
    symlink("../../smoke.sh", sandbox.tree.join(".git/hooks/pre-push"))?;
    let (done, said) = gate(&sandbox, &["hook", "install"])?;
    assert!(!done && said.contains("symbolic link"), "{said}");
    assert_eq!(fs::read_to_string(sandbox.tree.join("smoke.sh"))?, OK);
    Ok(())
}

#[test]
fn hooks_of_a_folder_below_the_top_judge_that_folder() -> Result<(), Failed> {
    let sandbox = project()?;
    fs::remove_file(sandbox.tree.join("gate.toml"))?;
    sandbox.write("my bot/gate.toml", POLICY)?;
    sandbox.write("my bot/smoke.sh", OK)?;
    sandbox.write(".gitignore", "reports/\n")?;
    sandbox.commit("below")?;
    assert!(gate(&sandbox, &["hook", "install", "--root", "my bot"])?.0);
    let (through, said) = push(&sandbox, &["origin", "main"], &[("RC", "1")])?;
    assert!(!through && said.contains("exit 1"), "{said}");
    assert!(push(&sandbox, &["origin", "main"], &[])?.0);
    assert!(sandbox.tree.join("my bot/reports/run.json").exists());
    Ok(())
}

#[test]
fn managers_keep_their_hooks_and_run_ours() -> Result<(), Failed> {
    let sandbox = project()?;
    let hooks = sandbox.tree.join(".git/hooks");
    for (generated, name) in [("# File generated by pre-commit: …", "pre-commit"), ("# File generated by prek: …", "prek")] {
        let theirs = format!("#!/bin/sh\n{generated}\n");
        sandbox.write(".git/hooks/pre-push", &theirs)?;
        fs::set_permissions(hooks.join("pre-push"), fs::Permissions::from_mode(0o755))?;
        let (done, said) = gate(&sandbox, &["hook", "install"])?;
        assert!(done && said.contains(&format!("pre-push.legacy, beside {name}")), "{said}");
        assert_eq!(fs::read_to_string(hooks.join("pre-push"))?, theirs);
        assert_ne!(fs::metadata(hooks.join("pre-push.legacy"))?.permissions().mode() & 0o111, 0);
        assert!(gate(&sandbox, &["hook", "status"])?.0);
        assert!(gate(&sandbox, &["hook", "uninstall"])?.0);
        assert!(!hooks.join("pre-push.legacy").exists());
    }
    fs::remove_file(hooks.join("pre-push"))?;
    sandbox.write("lefthook.yml", "pre-commit:\n  jobs: []\n")?;
    let (done, said) = gate(&sandbox, &["hook", "install"])?;
    assert!(done && said.contains("lefthook-local.yml") && said.contains("next: lefthook install"), "{said}");
    assert!(fs::read_to_string(sandbox.tree.join("lefthook-local.yml"))?.contains("use_stdin: true"));
    assert!(!gate(&sandbox, &["hook", "status"])?.0, "lefthook has no hook yet");
    sandbox.write("lefthook-local.yml", "pre-push:\n  jobs: []\n")?;
    let (done, said) = gate(&sandbox, &["hook", "install"])?;
    assert!(!done && said.contains("has a `pre-push` of its own"), "{said}");
    fs::remove_file(sandbox.tree.join("lefthook-local.yml"))?;
    fs::remove_file(sandbox.tree.join("lefthook.yml"))?;
    sandbox.write(".husky/_/h", "")?;
    sandbox.write(".husky/pre-push", "npm test\n")?;
    sandbox.git(&["config", "core.hooksPath", ".husky/_"])?;
    assert!(gate(&sandbox, &["hook", "install"])?.0);
    let text = fs::read_to_string(sandbox.tree.join(".husky/pre-push"))?;
    assert!(text.starts_with("# >>> gate pre-push") && text.ends_with("npm test\n"), "{text}");
    Ok(())
}

#[test]
fn a_read_only_folder_of_hooks_is_said() -> Result<(), Failed> {
    let sandbox = project()?;
    fs::set_permissions(sandbox.tree.join(".git/hooks"), fs::Permissions::from_mode(0o555))?;
    let mut gate = sandbox.gate(true)?;
    let output = gate.args(["hook", "install"]).output()?;
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot be written"));
    Ok(())
}

#[test]
fn a_bare_repository_has_nothing_to_test() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.git(&["init", "-q", "--bare", "."])?;
    for args in [&["hook", "install"][..], &["hook", "run", "pre-push"]] {
        let (done, said) = gate(&sandbox, args)?;
        assert!(!done && said.contains("bare"), "{said}");
    }
    Ok(())
}
