//! What becomes of a command that gate runs, and of everything that comes of the command.

#![cfg(target_os = "linux")]

mod support;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::Value;
use support::process::{kill, marked, until};
use support::{Failed, Sandbox};

/// What tells the processes of a test from all others.
const MARK: &str = "GATE_TEST_MARK";

/// A grace that no test sits out.
const LONG: &str = "1h";

/// Where the record is left.
const RECORD: &str = "r.json";

/// The command line that runs a command.
fn gate_runs(grace: &str, command: &[&OsStr]) -> Command {
    let mut gate = Command::new("env");
    // Whoever runs the tests may have been told to ignore these.
    gate.args(["--default-signal=HUP,INT,QUIT,TERM", env!("CARGO_BIN_EXE_gate"), "run", "--root", "."]);
    gate.args(["--config", "cfg", "--no-data", "test", "--record", RECORD, "--grace", grace, "--"]).args(command);
    gate
}

/// One run of gate.
struct Run {
    sandbox: Sandbox,
    gate: Child,
    mark: String,
}

/// A run that is over.
struct Over {
    status: ExitStatus,
    out: Vec<u8>,
    /// What gate and the command said on stderr.
    said: String,
    /// Null when there is none.
    record: Value,
    sandbox: Sandbox,
}

impl Run {
    fn of(name: &str, grace: &str, script: &str) -> Result<Self, Failed> {
        Self::begin(name, Sandbox::new()?, gate_runs(grace, &["sh", "-c", script].map(OsStr::new)))
    }

    fn begin(name: &str, sandbox: Sandbox, mut gate: Command) -> Result<Self, Failed> {
        let mark = format!("{name}-{}", std::process::id());
        sandbox.write("cfg", "x")?;
        gate.current_dir(&sandbox.tree).env(MARK, &mark).stdin(Stdio::null());
        // Files: what is left of a run could hold a pipe open.
        gate.stdout(fs::File::create(sandbox.around().join("out"))?).stderr(fs::File::create(sandbox.around().join("err"))?);
        Ok(Self { gate: gate.spawn()?, sandbox, mark })
    }

    /// Waits until the command has made a file.
    fn wait_for(&self, file: &str) -> Result<(), Failed> {
        until(&format!("`{file}` is made"), || self.sandbox.tree.join(file).exists())
    }

    fn signal(&self, name: &str) -> Result<(), Failed> {
        kill(name, self.gate.id())
    }

    /// Waits for gate, and holds it to have left nothing.
    fn over(mut self) -> Result<Over, Failed> {
        let status = self.wait()?;
        assert_eq!(marked(MARK, &self.mark), Vec::<u32>::new(), "something is left");
        let out = fs::read(self.sandbox.around().join("out"))?;
        let said = fs::read_to_string(self.sandbox.around().join("err"))?;
        let record = match fs::read_to_string(self.sandbox.tree.join(RECORD)) {
            Ok(text) => serde_json::from_str(&text).map_err(|e| format!("{e}: {text}"))?,
            Err(_) => Value::Null,
        };
        let sandbox = std::mem::replace(&mut self.sandbox, Sandbox::new()?);
        Ok(Over { status, out, said, record, sandbox })
    }

    fn wait(&mut self) -> Result<ExitStatus, Failed> {
        let mut status = None;
        until("gate ends", || {
            status = self.gate.try_wait().ok().flatten();
            status.is_some()
        })?;
        status.ok_or_else(|| "gate did not end".into())
    }
}

impl Drop for Run {
    /// A failed test leaves nothing either.
    fn drop(&mut self) {
        for _ in 0..100 {
            let left = marked(MARK, &self.mark);
            if left.is_empty() {
                break;
            }
            left.into_iter().for_each(|pid| drop(kill("KILL", pid)));
            drop(self.gate.try_wait());
        }
    }
}

impl Over {
    fn assert(&self, code: i32, recorded: &[(&str, Value)]) {
        assert_eq!(self.status.code(), Some(code), "{}", self.said);
        assert!(self.record.is_object(), "{}", self.said);
        for (key, value) in recorded {
            assert_eq!(&self.record[*key], value, "{key}: {}{}", self.said, self.record);
        }
        assert!(!self.said.contains("has not ended"), "{}", self.said);
    }

    /// Holds the command to have not been started, for this reason.
    fn assert_not_started(&self, why: &str) {
        assert_eq!((self.status.code(), &self.record), (Some(2), &Value::Null), "{}", self.said);
        assert!(self.said.contains(why), "{}", self.said);
    }
}

#[test]
fn an_exit_code_passes_through() -> Result<(), Failed> {
    for code in [0, 7, 255] {
        let run = Run::of("code", LONG, &format!("exit {code}"))?.over()?;
        run.assert(code, &[("exit_code", code.into()), ("processes_ended", Value::Null), ("interrupted_by", Value::Null)]);
    }
    Ok(())
}

#[test]
fn death_by_a_signal_is_128_and_its_number() -> Result<(), Failed> {
    // SIGPIPE as well: the command has its signals as a fresh program expects them.
    for (name, number) in [("KILL", 9), ("TERM", 15), ("PIPE", 13)] {
        let run = Run::of("death", LONG, &format!("kill -s {name} $$; sleep 300"))?.over()?;
        run.assert(128 + number, &[("signal", format!("SIG{name}").into()), ("exit_code", Value::Null), ("interrupted_by", Value::Null)]);
    }
    Ok(())
}

#[test]
fn a_command_that_is_not_there_is_not_found() -> Result<(), Failed> {
    for name in ["no-such-command-anywhere", "./no-such-file", "/no/such/folder/x", "text/x", ""] {
        let sandbox = Sandbox::new()?;
        sandbox.write("text", "x")?;
        Run::begin("absent", sandbox, gate_runs(LONG, &[OsStr::new(name)]))?.over()?.assert_not_started("was not found");
    }
    Ok(())
}

#[test]
fn a_file_that_cannot_be_executed_is_told_apart() -> Result<(), Failed> {
    for name in ["./plain", "./folder", "./no-shebang", "./no-interpreter", "no-shebang", "plain"] {
        let sandbox = Sandbox::new()?;
        sandbox.write("plain", "#!/bin/sh\nexit 0\n")?;
        sandbox.write("no-shebang", "exit 0\n")?;
        sandbox.write("no-interpreter", "#!/no/such/interpreter\n")?;
        sandbox.write("folder/x", "")?;
        Command::new("chmod").arg("755").args(["no-shebang", "no-interpreter"]).current_dir(&sandbox.tree).status()?;
        let mut gate = gate_runs(LONG, &[OsStr::new(name)]);
        gate.env("PATH", format!("{}:{}", sandbox.tree.display(), std::env::var("PATH")?));
        Run::begin("barred", sandbox, gate)?.over()?.assert_not_started("cannot be executed");
    }
    Ok(())
}

#[test]
fn a_relative_place_in_path_is_seen_from_the_folder() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("bin/own-command", "#!/bin/sh\nexit 6\n")?;
    sandbox.write("barred/own-command", "#!/bin/sh\nexit 7\n")?;
    Command::new("chmod").arg("755").arg(sandbox.tree.join("bin/own-command")).status()?;
    let mut gate = gate_runs(LONG, &[OsStr::new("own-command")]);
    gate.env("PATH", format!("barred:bin:{}", std::env::var("PATH")?));
    Run::begin("path", sandbox, gate)?.over()?.assert(6, &[]);
    Ok(())
}

#[test]
fn output_and_arguments_pass_byte_for_byte() -> Result<(), Failed> {
    let odd = OsStr::from_bytes(b"a\xff b\n'\"$x");
    let script = OsStr::new("printf %s \"$1\"; printf 'x\\000y'; head -c 20000000 /dev/zero");
    let gate = gate_runs(LONG, &[OsStr::new("sh"), OsStr::new("-c"), script, OsStr::new("sh"), odd]);
    let run = Run::begin("bytes", Sandbox::new()?, gate)?.over()?;
    run.assert(0, &[]);
    assert!(run.out.starts_with(b"a\xff b\n'\"$xx\0y\0"));
    assert_eq!(run.out.len(), odd.len() + 3 + 20_000_000);
    Ok(())
}

#[test]
fn the_command_leads_a_session_and_a_group_of_its_own() -> Result<(), Failed> {
    let run = Run::of("session", LONG, "read -r line < /proc/self/stat; echo \"$line\"")?.over()?;
    let line = String::from_utf8(run.out)?;
    let fields: Vec<&str> = line.split_whitespace().collect();
    assert_eq!((fields[4], fields[5]), (fields[0], fields[0]), "{line}");
    Ok(())
}

#[test]
fn standard_input_is_empty_and_nothing_else_is_open() -> Result<(), Failed> {
    let script = "readlink /proc/$$/fd/0; ls /proc/self/fd; cat";
    let run = Run::of("stdin", LONG, script)?.over()?;
    run.assert(0, &[]);
    // Without gate: what the tests themselves have inherited is there as well.
    let usual = Command::new("sh").args(["-c", script]).stdin(Stdio::null()).output()?;
    assert_eq!(String::from_utf8(run.out)?, String::from_utf8(usual.stdout)?);
    Ok(())
}

#[test]
fn what_gate_itself_reads_is_not_the_commands() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("cfg", "x")?;
    let mut gate = gate_runs(LONG, &[OsStr::new("cat")]);
    let mut typing = Command::new("sleep").arg("300").stdout(Stdio::piped()).spawn()?;
    gate.current_dir(&sandbox.tree).stdin(typing.stdout.take().ok_or("no pipe")?).stderr(Stdio::null());
    let status = gate.status();
    typing.kill()?;
    typing.wait()?;
    assert_eq!(status?.code(), Some(0));
    Ok(())
}

#[test]
fn a_sleeper_in_the_background_is_ended() -> Result<(), Failed> {
    Run::of("sleeper", LONG, "sleep 300 & exit 4")?.over()?.assert(4, &[("processes_ended", 1.into())]);
    Ok(())
}

#[test]
fn what_ends_by_itself_in_a_moment_is_not_left_behind() -> Result<(), Failed> {
    let run = Run::of("moment", LONG, "(sleep 0.01; echo last) & exit 0")?.over()?;
    assert_eq!(run.out, b"last\n");
    Ok(())
}

#[test]
fn a_daemon_that_left_the_session_is_ended() -> Result<(), Failed> {
    let script = "(setsid sh -c '(setsid sleep 300 &); sleep 300 & : > up; sleep 300' &); while [ ! -e up ]; do sleep 0.01; done; exit 3";
    Run::of("daemon", LONG, script)?.over()?.assert(3, &[("processes_ended", 4.into())]);
    Ok(())
}

#[test]
fn a_stopped_process_is_ended() -> Result<(), Failed> {
    Run::of("stopped", LONG, "sleep 300 & kill -s STOP $!; exit 0")?.over()?.assert(0, &[("processes_ended", 1.into())]);
    Ok(())
}

#[test]
fn what_is_left_is_asked_before_it_is_killed() -> Result<(), Failed> {
    let daemon = "trap 'echo bye; exit 0' TERM; : > up; while :; do sleep 0.05; done";
    let run =
        Run::of("asked", LONG, &format!("sh -c '{}' & while [ ! -e up ]; do sleep 0.01; done", daemon.replace('\'', "\"")))?.over()?;
    run.assert(0, &[]);
    assert_eq!(run.out, b"bye\n");
    Ok(())
}

#[test]
fn what_does_not_mind_sigterm_is_killed_after_the_grace() -> Result<(), Failed> {
    let run =
        Run::of("deaf", "50ms", "trap '' TERM; sh -c ': > up; sleep 300; sleep 300' & while [ ! -e up ]; do sleep 0.01; done; exit 0")?;
    run.over()?.assert(0, &[("processes_ended", 2.into())]);
    Ok(())
}

#[test]
fn a_chain_of_forks_is_overtaken() -> Result<(), Failed> {
    for session in ["", "setsid "] {
        let sandbox = Sandbox::new()?;
        let chain = format!("trap '' TERM\n: > up\n[ \"$1\" -lt 20000 ] || {{ : > through; exit; }}\n{session}sh chain $(($1 + 1)) &\n");
        sandbox.write("chain", chain)?;
        let script = "sh chain 0 & sh chain 0 & while [ ! -e up ]; do sleep 0.01; done";
        let run = Run::begin("chain", sandbox, gate_runs("20ms", &["sh", "-c", script].map(OsStr::new)))?.over()?;
        run.assert(0, &[]);
        assert!(!run.sandbox.tree.join("through").exists(), "it was not overtaken");
    }
    Ok(())
}

#[test]
fn hundreds_of_processes_are_ended() -> Result<(), Failed> {
    let script = "i=0; while [ $i -lt 300 ]; do sleep 300 & i=$((i + 1)); done; exit 0";
    Run::of("many", LONG, script)?.over()?.assert(0, &[("processes_ended", 300.into())]);
    Ok(())
}

#[test]
fn a_signal_to_gate_reaches_the_whole_tree() -> Result<(), Failed> {
    for (name, number) in [("TERM", 15), ("INT", 2), ("HUP", 1), ("QUIT", 3)] {
        let run = Run::of("told", LONG, "setsid sh -c ': > up; sleep 300' & exec sleep 300")?;
        run.wait_for("up")?;
        run.signal(name)?;
        let run = run.over()?;
        run.assert(128 + number, &[("interrupted_by", format!("SIG{name}").into()), ("signal", format!("SIG{name}").into())]);
    }
    Ok(())
}

#[test]
fn a_command_may_mind_the_signal_in_its_own_way() -> Result<(), Failed> {
    let run = Run::of("minds", LONG, "trap 'exit 9' INT; : > up; while :; do sleep 0.05; done")?;
    run.wait_for("up")?;
    run.signal("INT")?;
    run.over()?.assert(9, &[("interrupted_by", "SIGINT".into()), ("exit_code", 9.into())]);
    Ok(())
}

#[test]
fn a_command_that_does_not_mind_the_signal_is_killed_after_the_grace() -> Result<(), Failed> {
    for name in ["TERM", "INT"] {
        let run = Run::of("stubborn", "50ms", "trap '' INT TERM; : > up; while :; do sleep 0.05; done")?;
        run.wait_for("up")?;
        run.signal(name)?;
        run.over()?.assert(137, &[("interrupted_by", format!("SIG{name}").into()), ("signal", "SIGKILL".into())]);
    }
    Ok(())
}

#[test]
fn a_second_signal_kills_at_once() -> Result<(), Failed> {
    let run = Run::of("second", LONG, "trap ': > heard' TERM; trap '' INT; : > up; while :; do sleep 0.05; done")?;
    run.wait_for("up")?;
    run.signal("TERM")?;
    run.wait_for("heard")?;
    run.signal("INT")?;
    run.over()?.assert(137, &[("interrupted_by", "SIGTERM".into()), ("signal", "SIGKILL".into())]);
    Ok(())
}

#[test]
fn a_signal_that_gate_was_told_to_ignore_stays_ignored() -> Result<(), Failed> {
    let mut gate = Command::new("sh");
    gate.args(["-c", "trap '' HUP; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_gate")]);
    let usual = gate_runs(LONG, &["sh", "-c", "kill -s HUP $$; : > up; sleep 300"].map(OsStr::new));
    gate.args(usual.get_args().skip(2));
    let run = Run::begin("nohup", Sandbox::new()?, gate)?;
    run.wait_for("up")?;
    run.signal("HUP")?;
    run.signal("TERM")?;
    run.over()?.assert(143, &[("interrupted_by", "SIGTERM".into())]);
    Ok(())
}

#[test]
fn kill_9_of_gate_ends_the_command() -> Result<(), Failed> {
    let mut run = Run::of("orphan", LONG, ": > up; exec sleep 300")?;
    run.wait_for("up")?;
    run.signal("KILL")?;
    assert_eq!(run.wait()?.signal(), Some(9));
    until("the command is gone", || marked(MARK, &run.mark).is_empty())
}

#[test]
fn a_command_that_closes_its_output_is_still_watched() -> Result<(), Failed> {
    Run::of("closed", LONG, "exec >&- 2>&-; sleep 0.1; exit 5")?.over()?.assert(5, &[]);
    Ok(())
}

#[test]
fn a_child_that_gate_had_before_the_run_is_let_be() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    let usual = gate_runs(LONG, &["sh", "-c", "sleep 300 & exit 0"].map(OsStr::new));
    let mut gate = Command::new("sh");
    gate.args(["-c", &format!("{MARK}=stranger sleep 300 & echo $! > stranger; exec \"$@\""), "sh"]).arg(usual.get_program());
    gate.args(usual.get_args());
    let tree = sandbox.tree.clone();
    let run = Run::begin("stranger", sandbox, gate)?;
    run.wait_for("stranger")?;
    let ended = run.over();
    let pid = fs::read_to_string(Path::new(&tree).join("stranger"));
    let ended = ended?;
    let pid: u32 = pid.or_else(|_| fs::read_to_string(ended.sandbox.tree.join("stranger")))?.trim().parse()?;
    let was_alive = kill("KILL", pid).is_ok();
    ended.assert(0, &[("processes_ended", 1.into())]);
    assert!(was_alive, "a stranger was ended");
    Ok(())
}

#[test]
fn the_stage_does_nothing_for_a_stranger() -> Result<(), Failed> {
    let output = Command::new(env!("CARGO_BIN_EXE_gate")).args(["__stage", "1", "echo", "x"]).stdin(Stdio::null()).output()?;
    assert_eq!((output.stdout.len(), output.stderr.len(), output.status.code()), (0, 0, Some(3)));
    Ok(())
}
