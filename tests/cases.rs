//! A folder is a test: `tests/cases/<area>/<it_does_this>/` holds `case.toml` (set-up steps, command, exit code), `files/`
//! (the tree at the start), and the expected `stdout` and `stderr`. `GATE_BLESS=1` writes the last two anew: read the diff.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;
use support::step::Step;
use support::{Sandbox, bless, repository_root};

/// `case.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Case {
    /// The arguments of gate.
    command: Vec<String>,
    /// The expected exit code.
    exit: i32,
    /// The folder to stand in, relative to the tree.
    #[serde(default)]
    stand_in: PathBuf,
    /// Environment variables; `[ROOT]` is the tree, `[PATH]` the search path, `[BIN]` the folder of gate.
    #[serde(default)]
    env: BTreeMap<String, String>,
    /// Run gate as a user whom permissions bind, even where the tests run as root.
    #[serde(default)]
    bound_by_permissions: bool,
    /// Files to show after the run, appended to the expected stdout.
    #[serde(default)]
    show: Vec<PathBuf>,
    /// What is done to the tree first, in order.
    #[serde(default)]
    setup: Vec<Step>,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = repository_root().join("tests/cases");
    let mut trials = vec![Trial::test("the cases are found", || {
        if folders(&repository_root().join("tests/cases/trees")).len() > 5 { Ok(()) } else { Err("none".into()) }
    })];
    trials.push(Trial::test("no file of a case is left behind by a .gitignore", nothing_is_ignored));
    for area in folders(&root) {
        for case in folders(&area) {
            let name = case.strip_prefix(&root).unwrap_or(&case).display().to_string();
            trials.push(Trial::test(name, move || run(&case)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A case's own `.gitignore` also binds this repository: what it ignores under `files/` never reaches a clone, so a step
/// has to write it.
fn nothing_is_ignored() -> Result<(), Failed> {
    let list = Command::new("git")
        .args(["ls-files", "--others", "--ignored", "--exclude-standard", "--", "tests", "ci"])
        .current_dir(repository_root())
        .output()?;
    let left = String::from_utf8_lossy(&list.stdout);
    match (list.status.success(), left.is_empty()) {
        (true, true) => Ok(()),
        (true, false) => Err(format!("ignored, so not in a clone; let a step write them:\n{left}").into()),
        (false, _) => Err(String::from_utf8_lossy(&list.stderr).into_owned().into()),
    }
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(path).into_iter().flatten().flatten().map(|e| e.path()).filter(|p| p.is_dir()).collect();
    found.sort();
    found
}

fn run(folder: &Path) -> Result<(), Failed> {
    let case: Case = toml::from_str(&fs::read_to_string(folder.join("case.toml"))?)?;
    let mut sandbox = Sandbox::new()?;
    let files = folder.join("files");
    if files.is_dir() {
        sandbox.copy_in(&files)?;
    }
    for step in &case.setup {
        step.apply(&mut sandbox)?;
    }
    let mut command = sandbox.gate(case.bound_by_permissions)?;
    command.current_dir(sandbox.tree.join(&case.stand_in)).args(case.command.iter().map(|a| sandbox.filled(a)));
    for (name, value) in &case.env {
        command.env(name, sandbox.filled(value));
    }
    let output = command.timeout(Duration::from_secs(60)).output()?;
    let mut stdout = sandbox.hidden(&String::from_utf8_lossy(&output.stdout));
    for path in &case.show {
        let text = fs::read(sandbox.tree.join(path)).unwrap_or_else(|e| format!("({e})\n").into_bytes());
        stdout.push_str(&format!("--- {}\n{}", path.display(), sandbox.hidden(&String::from_utf8_lossy(&text))));
    }
    let stderr = sandbox.hidden(&String::from_utf8_lossy(&output.stderr));
    if output.status.code() != Some(case.exit) {
        return Err(format!("exit {:?}, expected {}\n{stdout}{stderr}", output.status.code(), case.exit).into());
    }
    expect(&folder.join("stdout"), &stdout)?;
    expect(&folder.join("stderr"), &stderr)
}

/// An absent file expects nothing.
fn expect(path: &Path, found: &str) -> Result<(), Failed> {
    let expected = match fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        other => other?,
    };
    if expected == found {
        return Ok(());
    }
    if bless() {
        if found.is_empty() {
            fs::remove_file(path)?
        } else {
            fs::write(path, found)?
        }
        return Ok(());
    }
    Err(format!("{} differs\n--- expected\n{expected}\n--- found\n{found}", path.display()).into())
}
