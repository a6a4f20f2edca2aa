//! `gate probe kill-flag` as a user runs it: what it says of runners, and that nothing of them stays, whatever happens to gate.

#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use serde_json::Value;
use support::process::{kill, marked, until};
use support::{Failed, Sandbox};

/// A runner that looks every 100 ms, and prints a line for each unit of work.
const OBEYS: &str = "while [ ! -e kill.flag ]; do echo beat; sleep 0.1; done";

/// What tells the processes of a test from all others.
const MARK: &str = "GATE_TEST_MARK";

/// A project with a runner in it.
struct Project {
    sandbox: Sandbox,
    /// What tells the processes of a test from all others.
    mark: String,
}

impl Project {
    fn with(name: &str, runner: &str) -> Result<Self, Failed> {
        let sandbox = Sandbox::new()?;
        sandbox.write("runner.sh", runner)?;
        Ok(Self { sandbox, mark: format!("{name}-{}", std::process::id()) })
    }

    fn gate(&self, args: &[&str]) -> Command {
        // Whoever runs the tests may have been told to ignore these.
        let mut gate = Command::new("env");
        gate.args(["--default-signal=HUP,INT,QUIT,TERM", env!("CARGO_BIN_EXE_gate"), "--root", "."]).args(args);
        gate.current_dir(&self.sandbox.tree).env(MARK, &self.mark);
        gate.env("WORKS", self.sandbox.tree.join("works")).stdin(Stdio::null());
        gate
    }

    /// A probe of few trials.
    fn probe(&self, more: &[&str]) -> Command {
        let usual = ["probe", "kill-flag", "--tick", "100ms", "--grace", "90ms", "--trials", "4", "--seed", "7"];
        self.gate(&[&usual[..], more, &["--heartbeat", "stdout:^beat", "--", "sh", "runner.sh"]].concat())
    }

    fn run(&self, mut command: Command) -> Result<Output, Failed> {
        let output = command.output()?;
        assert_eq!(self.left(), Vec::<u32>::new(), "something is left");
        Ok(output)
    }

    fn report(&self) -> Result<Value, Failed> {
        let text = fs::read_to_string(self.sandbox.tree.join("reports/kill-flag.json"))?;
        Ok(serde_json::from_str(&text)?)
    }

    fn flag(&self) -> PathBuf {
        self.sandbox.tree.join("kill.flag")
    }

    /// The living processes of this test.
    fn left(&self) -> Vec<u32> {
        marked(MARK, &self.mark)
    }

    /// The processes that run this.
    fn that_run(&self, text: &str) -> Vec<u32> {
        let runs = |pid: &u32| String::from_utf8_lossy(&fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default()).contains(text);
        self.left().into_iter().filter(runs).collect()
    }

    /// A probe that was begun, once its runner works.
    fn begin(&self, more: &[&str]) -> Result<Child, Failed> {
        let mut command = self.probe(more);
        let gate = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        until("the runner works", || self.sandbox.tree.join("works").exists())?;
        Ok(gate)
    }
}

impl Drop for Project {
    /// A failed test leaves nothing either.
    fn drop(&mut self) {
        for pid in self.left() {
            drop(kill("KILL", pid));
        }
    }
}

fn ended(gate: &mut Child) -> Result<ExitStatus, Failed> {
    let mut status = None;
    until("gate ends", || {
        status = gate.try_wait().ok().flatten();
        status.is_some()
    })?;
    status.ok_or_else(|| "gate did not end".into())
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_runner_that_obeys_is_fine_and_its_report_says_so() -> Result<(), Failed> {
    let project = Project::with("obeys", OBEYS)?;
    let output = project.run(project.probe(&[]))?;
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let report = project.report()?;
    assert_eq!((report["schema"].as_str(), report["seed"].as_u64()), (Some("gate.kill-flag/1"), Some(7)));
    assert!(report["files"]["runner.sh"].is_object(), "{report}");
    assert!(!project.flag().exists());
    let judged = project.run(project.gate(&[
        "kill-flag",
        "--tick",
        "100ms",
        "--grace",
        "100ms",
        "--trials",
        "4",
        "--heartbeat",
        "stdout:^beat",
        "--command",
        "sh",
        "--command",
        "runner.sh",
    ]))?;
    // Outside of git nobody can say of which commit it is; of the runner itself there is nothing to say.
    assert_eq!(judged.status.code(), Some(3), "{}", said(&judged));
    assert!(!said(&judged).contains("✗") && said(&judged).contains("git"), "{}", said(&judged));
    Ok(())
}

#[test]
fn a_runner_that_never_looks_is_ended_and_wrong() -> Result<(), Failed> {
    let project = Project::with("ignores", "trap '' TERM; while :; do echo beat; sleep 0.1; done")?;
    let output = project.run(project.probe(&[]))?;
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(!project.flag().exists());
    Ok(())
}

#[test]
fn a_runner_that_ends_before_any_flag_is_no_good_runner() -> Result<(), Failed> {
    let project = Project::with("crashes", "echo beat; sleep 0.1; exit 0")?;
    let output = project.run(project.probe(&[]))?;
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    Ok(())
}

#[test]
fn a_daemon_that_left_its_session_is_seen_and_ended() -> Result<(), Failed> {
    let project = Project::with("daemon", &format!("(setsid sleep 300 >/dev/null 2>&1 &)\n{OBEYS}"))?;
    let output = project.run(project.probe(&[]))?;
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("sleep 300"), "{}", said(&output));
    Ok(())
}

#[test]
fn a_flood_of_output_is_drained_and_hides_no_heartbeat() -> Result<(), Failed> {
    let flood = "head -c 100000000 /dev/zero\nwhile [ ! -e kill.flag ]; do echo; echo beat; sleep 0.1; done";
    let project = Project::with("floods", flood)?;
    let output = project.run(project.probe(&[]))?;
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    Ok(())
}

#[test]
fn what_cannot_be_started_is_an_error_of_the_command() -> Result<(), Failed> {
    let project = Project::with("absent", OBEYS)?;
    for words in [["no-such-program"], ["./runner.sh"]] {
        let command = project.gate(&[&["probe", "kill-flag", "--tick", "100ms", "--"][..], &words[..]].concat());
        let output = project.run(command)?;
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains(words[0]), "{}", said(&output));
    }
    Ok(())
}

#[test]
fn a_flag_that_somebody_else_made_is_left_alone() -> Result<(), Failed> {
    let project = Project::with("flagged", OBEYS)?;
    project.sandbox.write("kill.flag", "stop, please")?;
    let output = project.run(project.probe(&[]))?;
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("is there already"), "{}", said(&output));
    assert_eq!(fs::read_to_string(project.flag())?, "stop, please");
    Ok(())
}

#[test]
fn numbers_that_make_no_sense_are_refused() -> Result<(), Failed> {
    let project = Project::with("numbers", OBEYS)?;
    for flags in [["--tick", "0s"], ["--tick", "-1s"], ["--trials", "0"], ["--trials", "1000000000"], ["--flag", "../kill.flag"]] {
        let command = project.gate(&[&["probe", "kill-flag"][..], &flags[..], &["--", "sh", "runner.sh"]].concat());
        let output = project.run(command)?;
        assert_eq!(output.status.code(), Some(2), "{flags:?}: {}", said(&output));
    }
    Ok(())
}

#[test]
fn a_report_that_cannot_be_written_is_no_report_and_no_yes() -> Result<(), Failed> {
    let project = Project::with("full", OBEYS)?;
    let gate = env!("CARGO_BIN_EXE_gate");
    let script = format!(
        "mkdir -p reports .gate; printf '*\\n' > .gate/.gitignore; ulimit -f 0; {gate} --root . probe kill-flag --tick 100ms --trials 1 --heartbeat stdout:^beat -- sh runner.sh"
    );
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(&project.sandbox.tree).env(MARK, &project.mark);
    let output = project.run(command)?;
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(project.report().is_err() && !project.flag().exists());
    Ok(())
}

#[test]
fn an_interrupt_ends_the_trial_at_once_and_leaves_nothing() -> Result<(), Failed> {
    for signal in ["INT", "TERM"] {
        let project =
            Project::with(&format!("interrupted-{signal}"), &format!("touch \"$WORKS\"\n(setsid sleep 300 &)\ntrap '' TERM\n{OBEYS}"))?;
        let mut gate = project.begin(&["--parallel", "2"])?;
        kill(signal, gate.id())?;
        let status = ended(&mut gate)?;
        assert_eq!(status.code(), Some(if signal == "INT" { 130 } else { 143 }));
        assert_eq!(project.left(), Vec::<u32>::new());
        assert!(!project.flag().exists() && project.report().is_err());
    }
    Ok(())
}

#[test]
fn a_gate_that_is_killed_takes_its_trial_along() -> Result<(), Failed> {
    let project = Project::with("killed", &format!("touch \"$WORKS\"\n(setsid sleep 300 &)\n{OBEYS}"))?;
    let mut gate = project.begin(&[])?;
    kill("KILL", gate.id())?;
    ended(&mut gate)?;
    until("nothing is left", || project.left().is_empty() && !project.flag().exists())?;
    let output = project.run(project.probe(&[]))?;
    assert!(said(&output).contains("an earlier probe was killed"), "{}", said(&output));
    Ok(())
}

#[test]
fn what_a_gate_and_its_keeper_left_is_ended_by_the_next() -> Result<(), Failed> {
    let project = Project::with("both", &format!("touch \"$WORKS\"\n(setsid sleep 300 &)\n{OBEYS}"))?;
    let mut gate = project.begin(&[])?;
    until("the daemon is there", || !project.that_run("sleep\u{0}300").is_empty())?;
    kill("STOP", gate.id())?;
    project.that_run("__trial").into_iter().for_each(|pid| drop(kill("KILL", pid)));
    kill("KILL", gate.id())?;
    ended(&mut gate)?;
    assert!(!project.that_run("sleep\u{0}300").is_empty(), "the daemon is left");
    let output = project.run(project.probe(&[]))?;
    assert!(said(&output).contains("an earlier probe was killed") && said(&output).contains("ended"), "{}", said(&output));
    Ok(())
}

#[test]
fn nobody_elses_processes_are_ended() -> Result<(), Failed> {
    let project = Project::with("others", OBEYS)?;
    let mut stranger = Command::new("sleep").arg("300").spawn()?;
    let note = |pid: u32, started: u64| {
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        format!("{{\"mark\":\"m-1\",\"boot\":\"{}\",\"what\":{{\"runs\":{{\"pid\":{pid},\"started\":{started}}}}}}}\n", boot.trim())
    };
    project.sandbox.write(".gate/trials.jsonl", note(stranger.id(), 1))?;
    let output = project.run(project.probe(&[]))?;
    assert!(said(&output).contains("an earlier probe was killed"), "{}", said(&output));
    assert!(stranger.try_wait()?.is_none(), "it lives: only its number stands in the notes");
    stranger.kill()?;
    stranger.wait()?;
    Ok(())
}

#[test]
fn trials_side_by_side_see_each_only_its_own_flag() -> Result<(), Failed> {
    let project = Project::with("parallel", OBEYS)?;
    let output = project.run(project.probe(&["--parallel", "3"]))?;
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let names: Vec<_> = fs::read_dir(project.sandbox.tree.join(".gate/scratch"))?.flatten().map(|entry| entry.file_name()).collect();
    assert!(names.is_empty(), "{names:?}");
    Ok(())
}

#[test]
fn an_interrupt_while_the_project_is_copied_leaves_no_copy() -> Result<(), Failed> {
    let project = Project::with("copied", OBEYS)?;
    for number in 0..3000 {
        project.sandbox.write(format!("data/{number}"), "x")?;
    }
    let mut gate = project.probe(&["--parallel", "64"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let scratch = project.sandbox.tree.join(".gate/scratch");
    let copies = || fs::read_dir(&scratch).into_iter().flatten().count();
    until("it copies", || copies() > 1)?;
    kill("INT", gate.id())?;
    assert_eq!(ended(&mut gate)?.code(), Some(130));
    assert_eq!((copies(), project.left()), (0, Vec::new()));
    Ok(())
}

#[test]
fn what_a_command_becomes_and_the_files_of_absolute_words_are_said() -> Result<(), Failed> {
    let project = Project::with("wrapped", OBEYS)?;
    let runner = project.sandbox.tree.canonicalize()?.join("runner.sh");
    let wrapper = format!("sh {} & wait", runner.display());
    let usual = ["probe", "kill-flag", "--tick", "100ms", "--trials", "1", "--heartbeat", "stdout:^beat", "--"];
    let output = project.run(project.gate(&[&usual[..], &["sh", "-c", &wrapper]].concat()))?;
    let words = said(&output).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("· processes sh -c ") && words.contains("runner.sh & wait · sh /"), "{words}");
    project.run(project.gate(&[&usual[..], &["sh", runner.to_str().ok_or("UTF-8")?]].concat()))?;
    assert!(project.report()?["files"]["runner.sh"].is_object(), "{}", project.report()?);
    Ok(())
}

#[test]
#[ignore = "it measures, so nothing may run beside it; ci/check runs it alone"]
fn the_self_test_is_green_and_red_when_two_runners_are_swapped() -> Result<(), Failed> {
    let project = Project::with("selftest", OBEYS)?;
    // Where the machine was too busy to tell, it says so, and is asked again.
    let judged = |more: &[&str]| -> Result<Output, Failed> {
        let words = [&["probe", "kill-flag", "--selftest"], more].concat();
        let mut output = project.run(project.gate(&words))?;
        for _ in 0..3 {
            if !said(&output).contains("\n  ? ") {
                break;
            }
            output = project.run(project.gate(&words))?;
        }
        Ok(output)
    };
    let output = judged(&[])?;
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    // Two of each sort, and the last with one of another: whoever stands in another's place is found.
    let pairs = "good=good-busy,good-child=good-slow-start,ignores=ignores-sigterm,leaves-daemon=holds-pipe,exits-1=traceback,works-on=every-second-tick";
    let output = judged(&["--swap", pairs])?;
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let (page, swapped) = (said(&output), pairs.split([',', '=']).collect::<Vec<_>>());
    for line in page.lines().filter(|line| line.starts_with("  ✓") || line.starts_with("  ✗")) {
        let name = line.split_whitespace().nth(1).unwrap_or_default();
        assert_eq!(line.starts_with("  ✗"), swapped.contains(&name), "{page}");
    }
    Ok(())
}
