//! The record that `gate run` leaves: whole or absent, and true.

#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use support::{Failed, Sandbox};

const RECORD: &str = "reports/run.json";
const ALIASES: [&str; 2] = ["reports/again.json", "out/copy.json"];
const POLICY: &str =
    "version = 1\n[run]\nconfig = [\"config/*\"]\naliases = [\"reports/again.json\", \"out/copy.json\"]\ndata.path = \"data\"\n";

/// A committed project with config and data.
fn project() -> Result<Sandbox, Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("gate.toml", POLICY)?;
    sandbox.write("config/a.yaml", "a: 1\n")?;
    sandbox.write("data/x.csv", "1\n")?;
    sandbox.write("data/y.csv", "2\n")?;
    sandbox.write(".gitignore", "/reports\n/out\n/data\n")?;
    sandbox.commit("first")?;
    Ok(sandbox)
}

/// gate with the signals of a fresh program, outside any CI.
fn gate(sandbox: &Sandbox) -> Command {
    let mut command = Command::new("env");
    command.args(["--default-signal=HUP,INT,QUIT,TERM", env!("CARGO_BIN_EXE_gate")]).current_dir(&sandbox.tree).stdin(Stdio::null());
    for name in ["GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT", "CI_PIPELINE_ID", "CI_JOB_ID"] {
        command.env_remove(name);
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null");
    command
}

/// `gate run` of a shell script.
fn run(sandbox: &Sandbox, flags: &[&str], script: &str) -> Result<Output, Failed> {
    Ok(gate(sandbox).arg("run").args(flags).args(["--", "sh", "-c", script]).output()?)
}

/// Holds a run to its exit code, and returns what it said.
fn ended(output: &Output, code: i32) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    said
}

fn record(sandbox: &Sandbox) -> Result<Value, Failed> {
    let text = fs::read_to_string(sandbox.tree.join(RECORD))?;
    assert!(text.ends_with("}\n"), "{text}");
    Ok(serde_json::from_str(&text)?)
}

/// The names in a folder of the tree, sorted.
fn names(sandbox: &Sandbox, folder: &str) -> Result<Vec<String>, Failed> {
    let entries = fs::read_dir(sandbox.tree.join(folder))?;
    let mut names: Vec<String> = entries.map(|e| e.map(|e| e.file_name().to_string_lossy().into_owned())).collect::<Result<_, _>>()?;
    names.sort();
    Ok(names)
}

fn exists(sandbox: &Sandbox, path: &str) -> bool {
    sandbox.tree.join(path).symlink_metadata().is_ok()
}

/// What `gate run-hashes` says and exits with.
fn judged(sandbox: &Sandbox) -> Result<(Option<i32>, String), Failed> {
    let output = gate(sandbox).arg("run-hashes").output()?;
    Ok((output.status.code(), String::from_utf8(output.stdout)?))
}

/// 5,001 files of data: one more than stand in a record.
fn write_many(sandbox: &Sandbox) -> Result<(), Failed> {
    (0..4_999).try_for_each(|i| sandbox.write(format!("data/{i}"), format!("{i}\n")))
}

/// The sidecar that the record names.
fn sidecar(sandbox: &Sandbox) -> Result<String, Failed> {
    let record = record(sandbox)?;
    Ok(record["data_files"]["sidecar"].as_str().ok_or("no sidecar")?.to_owned())
}

#[test]
fn the_record_of_a_good_run_is_judged_fine() -> Result<(), Failed> {
    let sandbox = project()?;
    ended(&run(&sandbox, &[], "exit 0")?, 0);
    assert_eq!(record(&sandbox)?["exit_code"], 0);
    let (code, said) = judged(&sandbox)?;
    assert_eq!(code, Some(0), "{said}");
    Ok(())
}

#[test]
fn a_command_that_fails_is_recorded() -> Result<(), Failed> {
    let sandbox = project()?;
    ended(&run(&sandbox, &[], "exit 7")?, 7);
    assert_eq!(record(&sandbox)?["exit_code"], 7);
    Ok(())
}

#[test]
fn a_command_that_a_signal_ends_is_recorded() -> Result<(), Failed> {
    let sandbox = project()?;
    ended(&run(&sandbox, &[], "kill -s KILL $$")?, 137);
    let record = record(&sandbox)?;
    assert_eq!((&record["signal"], &record["exit_code"]), (&json!("SIGKILL"), &Value::Null));
    Ok(())
}

#[test]
fn a_run_that_gate_was_told_to_end_is_recorded_and_is_no_success() -> Result<(), Failed> {
    for (name, number) in [("INT", 2), ("TERM", 15)] {
        let sandbox = project()?;
        ended(&run(&sandbox, &[], &format!("trap 'exit 0' {name}; kill -s {name} $PPID; while :; do sleep 0.05; done"))?, 128 + number);
        let record = record(&sandbox)?;
        assert_eq!((&record["interrupted_by"], &record["exit_code"]), (&json!(format!("SIG{name}")), &json!(0)));
        let (code, said) = judged(&sandbox)?;
        assert_eq!(code, Some(1), "{said}");
    }
    Ok(())
}

#[test]
fn kill_9_of_gate_leaves_no_record_and_no_other_file() -> Result<(), Failed> {
    let sandbox = project()?;
    ended(&run(&sandbox, &[], "exit 0")?, 0);
    let killed = run(&sandbox, &[], "kill -s KILL $PPID; exec sleep 300")?;
    assert_eq!(killed.status.signal(), Some(9));
    assert_eq!((names(&sandbox, "reports")?, names(&sandbox, "out")?), (vec![], vec![]));
    Ok(())
}

#[test]
fn a_record_that_does_not_fit_is_absent_and_the_run_no_success() -> Result<(), Failed> {
    let sandbox = project()?;
    for (script, code) in [("exit 0", 3), ("exit 7", 7)] {
        let mut limited = Command::new("sh");
        let usual = gate(&sandbox);
        limited.args(["-c", "ulimit -f 0; exec \"$@\"", "sh"]).arg(usual.get_program()).args(usual.get_args()).current_dir(&sandbox.tree);
        let said = ended(&limited.args(["run", "--", "sh", "-c", script]).output()?, code);
        assert!(said.contains("could not be written"), "{said}");
        assert_eq!(names(&sandbox, "reports")?, Vec::<String>::new());
    }
    Ok(())
}

#[test]
fn a_device_or_pipe_is_no_place_for_a_record() -> Result<(), Failed> {
    let sandbox = project()?;
    ended(&run(&sandbox, &["--record", "/dev/full"], ": > ran")?, 2);
    assert!(Command::new("mkfifo").arg(sandbox.tree.join("pipe")).status()?.success());
    let _reader = fs::OpenOptions::new().read(true).write(true).open(sandbox.tree.join("pipe"))?;
    ended(&run(&sandbox, &["--record", "pipe"], ": > ran")?, 3);
    symlink("/dev/full", sandbox.tree.join("full"))?;
    ended(&run(&sandbox, &["--record", "full"], ": > ran")?, 3);
    assert_eq!((exists(&sandbox, "pipe"), exists(&sandbox, "full"), exists(&sandbox, "ran")), (true, true, false));
    Ok(())
}

#[test]
fn nothing_is_run_where_no_record_can_be_left() -> Result<(), Failed> {
    let sandbox = project()?;
    fs::create_dir(sandbox.tree.join("reports"))?;
    let mut gate = sandbox.gate(true)?;
    fs::set_permissions(sandbox.tree.join("reports"), fs::Permissions::from_mode(0o555))?;
    let said = ended(&gate.args(["run", "--", "sh", "-c", ": > ran"]).output()?, 3);
    assert!(said.contains(RECORD) && !exists(&sandbox, "ran"), "{said}");
    Ok(())
}

#[test]
fn a_command_that_does_not_start_leaves_no_record_not_even_an_older_one() -> Result<(), Failed> {
    let sandbox = project()?;
    sandbox.write("barred", "#!/bin/sh\n")?;
    for program in ["no-such-command-anywhere", "./barred"] {
        ended(&run(&sandbox, &[], "exit 0")?, 0);
        ended(&gate(&sandbox).args(["run", "--", program]).output()?, 2);
        assert_eq!((names(&sandbox, "reports")?, names(&sandbox, "out")?), (vec![], vec![]), "{program}");
    }
    Ok(())
}

#[test]
fn aliases_are_the_records_bytes_in_folders_made_for_them() -> Result<(), Failed> {
    let sandbox = project()?;
    assert!(!exists(&sandbox, "reports") && !exists(&sandbox, "out"));
    ended(&run(&sandbox, &[], "exit 0")?, 0);
    for alias in ALIASES {
        assert_eq!(fs::read(sandbox.tree.join(alias))?, fs::read(sandbox.tree.join(RECORD))?, "{alias}");
    }
    Ok(())
}

#[test]
fn a_record_is_not_left_outside_the_root() -> Result<(), Failed> {
    let sandbox = project()?;
    let outside = sandbox.around().join("outside");
    fs::create_dir(&outside)?;
    symlink(&outside, sandbox.tree.join("reports"))?;
    ended(&run(&sandbox, &[], ": > ran")?, 3);
    assert!(!exists(&sandbox, "ran") && fs::read_dir(&outside)?.next().is_none());
    Ok(())
}

#[test]
fn a_file_that_is_no_record_is_replaced_by_force_only() -> Result<(), Failed> {
    let sandbox = project()?;
    for path in [RECORD, ALIASES[1]] {
        sandbox.write(path, "{\"precious\": 1}\n")?;
        ended(&run(&sandbox, &[], ": > ran")?, 3);
        assert_eq!(fs::read_to_string(sandbox.tree.join(path))?, "{\"precious\": 1}\n", "{path}");
        assert!(!exists(&sandbox, "ran"), "{path}");
        ended(&run(&sandbox, &["--force"], "exit 0")?, 0);
        assert_eq!(fs::read(sandbox.tree.join(path))?, fs::read(sandbox.tree.join(RECORD))?, "{path}");
    }
    Ok(())
}

#[test]
fn what_the_command_changes_is_named_and_judged_wrong() -> Result<(), Failed> {
    let cases = [
        ("echo b: 2 >> config/a.yaml", "config", "config/a.yaml", "changed"),
        (": > config/b.yaml", "config", "config/b.yaml", "added"),
        ("rm data/y.csv", "data", "y.csv", "removed"),
    ];
    for (script, what, path, change) in cases {
        let sandbox = project()?;
        let said = ended(&run(&sandbox, &[], script)?, 0);
        assert!(said.contains(path) && said.contains(change), "{said}");
        assert_eq!(record(&sandbox)?["changed_during_run"], json!([{ "what": what, "path": path, "change": change }]));
        let (code, said) = judged(&sandbox)?;
        assert!(code == Some(1) && said.contains(path), "{script}: {said}");
    }
    Ok(())
}

#[test]
fn more_than_5000_files_stand_in_a_sidecar_that_is_named_by_its_sum() -> Result<(), Failed> {
    let sandbox = project()?;
    write_many(&sandbox)?;
    ended(&run(&sandbox, &[], "exit 0")?, 0);
    let first = sidecar(&sandbox)?;
    let sum = data_encoding::HEXLOWER.encode(&Sha256::digest(fs::read(sandbox.tree.join("reports").join(&first))?));
    assert_eq!(first, format!("run.{sum}.files"));
    let (code, said) = judged(&sandbox)?;
    assert_eq!(code, Some(0), "{said}");
    sandbox.write("data/77", "another\n")?;
    let (code, said) = judged(&sandbox)?;
    assert!(code == Some(1) && said.contains("data/77") && !said.contains("data/78"), "{said}");
    ended(&run(&sandbox, &[], "exit 0")?, 0);
    assert_ne!(sidecar(&sandbox)?, first);
    assert_eq!(names(&sandbox, "reports")?, ["again.json".to_owned(), sidecar(&sandbox)?, "run.json".to_owned()]);
    Ok(())
}

#[test]
fn a_command_that_deletes_the_reports_does_not_keep_the_record_from_being_left() -> Result<(), Failed> {
    let sandbox = project()?;
    ended(&run(&sandbox, &[], "rm -rf reports out")?, 0);
    assert_eq!(fs::read(sandbox.tree.join(ALIASES[1]))?, fs::read(sandbox.tree.join(RECORD))?);
    write_many(&sandbox)?;
    ended(&run(&sandbox, &[], "rm -rf reports out")?, 0);
    assert!(exists(&sandbox, &format!("reports/{}", sidecar(&sandbox)?)));
    Ok(())
}

#[test]
fn of_two_runs_at_once_one_is_refused_and_the_record_is_of_one() -> Result<(), Failed> {
    let sandbox = project()?;
    for _round in 0..20 {
        let start = |id: &str| gate(&sandbox).args(["run", "-q", "--run-id", id, "--", "true"]).spawn();
        let (mut one, mut two) = (start("one")?, start("two")?);
        let codes = [one.wait()?.code(), two.wait()?.code()];
        // The one that came too late says so; it may also have come when the other had ended.
        assert!(codes.contains(&Some(0)) && codes.iter().all(|code| matches!(code, Some(0 | 3))), "{codes:?}");
        let texts = [RECORD, ALIASES[0], ALIASES[1]].map(|path| fs::read_to_string(sandbox.tree.join(path)).unwrap_or_default());
        assert!(texts.iter().all(|text| serde_json::from_str::<Value>(text).is_ok_and(|v| v["exit_code"] == 0)), "{texts:?}");
        let (code, said) = judged(&sandbox)?;
        assert!(code == Some(0) && texts.iter().all(|text| *text == texts[0]), "{said}");
    }
    Ok(())
}

#[test]
fn record_only_runs_nothing_and_records_what_it_is_told() -> Result<(), Failed> {
    let sandbox = project()?;
    let told = ["--exit-code", "4", "--started-at", "2026-03-01T09:00:00Z", "--finished-at", "2026-03-01T10:30:00+01:00"];
    ended(&gate(&sandbox).args(["run", "--record-only"]).args(told).args(["--", "touch", "ran"]).output()?, 0);
    let told = record(&sandbox)?;
    assert_eq!((&told["exit_code"], &told["started_at"]), (&json!(4), &json!("2026-03-01T09:00:00.000Z")));
    assert_eq!((&told["finished_at"], exists(&sandbox, "ran")), (&json!("2026-03-01T09:30:00.000Z"), false));
    ended(&gate(&sandbox).args(["run", "--record-only"]).output()?, 0);
    let untold = record(&sandbox)?;
    assert_eq!((&untold["exit_code"], &untold["signal"]), (&Value::Null, &Value::Null));
    Ok(())
}

#[test]
fn the_commands_output_passes_through_and_nothing_else_is_printed() -> Result<(), Failed> {
    let sandbox = project()?;
    let bytes: Vec<u8> = (0..20_000_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    sandbox.write("bytes", &bytes)?;
    let output = run(&sandbox, &[], "cat bytes; echo said >&2")?;
    assert!(output.stdout == bytes, "{} bytes", output.stdout.len());
    assert!(ended(&output, 0).starts_with("said\ngate run"));
    Ok(())
}

#[test]
fn secrets_of_the_command_line_are_not_recorded() -> Result<(), Failed> {
    let sandbox = project()?;
    ended(&gate(&sandbox).args(["run", "--", "true", "--token", "abc-secret", "--level", "3", "DB_PASSWORD=abc-secret"]).output()?, 0);
    let text = fs::read_to_string(sandbox.tree.join(RECORD))?;
    assert!(!text.contains("abc-secret") && text.contains("--level"), "{text}");
    Ok(())
}

#[test]
fn a_run_is_called_as_given_else_by_the_ci_else_by_time_commit_and_process() -> Result<(), Failed> {
    let sandbox = project()?;
    let of_ci = [("GITHUB_RUN_ID", "12"), ("GITHUB_RUN_ATTEMPT", "3")];
    ended(&gate(&sandbox).envs(of_ci).args(["run", "--run-id", "mine", "--", "true"]).output()?, 0);
    assert_eq!(record(&sandbox)?["run_id"], "mine");
    ended(&gate(&sandbox).envs(of_ci).args(["run", "--", "true"]).output()?, 0);
    assert_eq!(record(&sandbox)?["run_id"], "github-12-3");
    ended(&run(&sandbox, &["--now", "2026-03-01T09:00:00Z"], "echo $PPID > pid")?, 0);
    let commit = sandbox.git(&["rev-parse", "HEAD"])?;
    let pid = fs::read_to_string(sandbox.tree.join("pid"))?;
    assert_eq!(record(&sandbox)?["run_id"], format!("20260301T090000Z-{}-{}", &commit[..7], pid.trim()));
    Ok(())
}

/// Whether a run in a folder of the tree is recorded as dirty.
fn is_dirty(sandbox: &Sandbox, folder: &str) -> Result<Value, Failed> {
    ended(&gate(sandbox).args(["run", "--", "true"]).current_dir(sandbox.tree.join(folder)).output()?, 0);
    let text = fs::read_to_string(sandbox.tree.join(folder).join(RECORD))?;
    Ok(serde_json::from_str::<Value>(&text)?["dirty"].clone())
}

#[test]
fn a_tracked_change_is_dirt_and_an_untracked_file_is_not() -> Result<(), Failed> {
    let sandbox = project()?;
    sandbox.write("untracked", "x")?;
    assert_eq!(is_dirty(&sandbox, "")?, false);
    sandbox.write(".gitignore", "/reports\n/out\n/data\n/more\n")?;
    assert_eq!(is_dirty(&sandbox, "")?, true);
    Ok(())
}

#[test]
fn a_tracked_record_or_alias_is_no_dirt_wherever_the_root_is() -> Result<(), Failed> {
    for folder in ["", "part/of"] {
        let sandbox = Sandbox::new()?;
        let root = Path::new(folder);
        sandbox.write(root.join("gate.toml"), POLICY)?;
        sandbox.write(root.join("config/a.yaml"), "a: 1\n")?;
        sandbox.write(root.join("data/x.csv"), "1\n")?;
        sandbox.write("top", "1\n")?;
        sandbox.commit("first")?;
        is_dirty(&sandbox, folder)?;
        sandbox.commit("with the record")?;
        assert_eq!(is_dirty(&sandbox, folder)?, false, "{folder}");
        assert_eq!(is_dirty(&sandbox, folder)?, false, "{folder}");
        sandbox.write("top", "2\n")?;
        assert_eq!(is_dirty(&sandbox, folder)?, true, "{folder}");
    }
    Ok(())
}

#[test]
fn a_record_elsewhere_in_the_repository_is_dirt_like_any_file() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("part/gate.toml", POLICY)?;
    sandbox.write("part/config/a.yaml", "a: 1\n")?;
    sandbox.write("part/data/x.csv", "1\n")?;
    sandbox.write(RECORD, "1\n")?;
    sandbox.commit("first")?;
    sandbox.write(RECORD, "2\n")?;
    assert_eq!(is_dirty(&sandbox, "part")?, true);
    Ok(())
}
