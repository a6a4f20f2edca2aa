//! Commands whose failure is the point of running them: tests, linters, scanners, builds, and the project's own scripts.

mod languages;
mod systems;

use super::super::script::Weight;
use super::{Call, Commands, MANIFESTS, RUNNERS, Words, action_name, behind, candidates, files_run, names_one_of, targets};
use languages::{C, GO, JVM_DOTNET, NODE, OTHERS, PYTHON, RUBY_PHP_ELIXIR, RUST};
use systems::{CONTRACTS, DATA, GATE, HOOKS, INTERFACES, SCANNERS, SYSTEMS, TEXTS};

/// Programs, with the first operands where only these judge.
pub(super) static JUDGING: Commands = Commands::new(&[
    GATE,
    PYTHON,
    NODE,
    RUST,
    GO,
    RUBY_PHP_ELIXIR,
    JVM_DOTNET,
    OTHERS,
    C,
    TEXTS,
    INTERFACES,
    SCANNERS,
    SYSTEMS,
    DATA,
    CONTRACTS,
    HOOKS,
]);

/// Options with which a test runner runs no test: the program with its first operands, the options.
const WITHOUT_TESTS: &[(&str, &[&str], &[&str])] = &[
    ("cargo", &["test|t|nextest|bench|mutants"], &["--no-run", "--list"]),
    ("dotnet", &["test"], &["--list-tests"]),
    ("go", &["test"], &["-c", "-list"]),
    ("jest", &[], &["--listTests"]),
    ("playwright", &["test"], &["--list"]),
    ("pytest", &[], &["--fixtures", "--markers", "--setup-plan"]),
    ("tox", &[], &["--notest", "-n"]),
    ("vitest", &["list"], &[]),
];

/// Parts of the name of a script or a target that say that it judges.
const SAYING: &[&str] = &[
    "test",
    "tests",
    "testing",
    "unittest",
    "unittests",
    "lint",
    "linter",
    "lints",
    "check",
    "checks",
    "checker",
    "smoke",
    "verify",
    "verification",
    "validate",
    "validation",
    "validator",
    "scan",
    "scanner",
    "audit",
    "e2e",
    "integration",
    "gate",
    "gates",
    "promote",
    "ci",
    "typecheck",
    "coverage",
    "spec",
    "specs",
    "unit",
    "regression",
    "acceptance",
    "conformance",
    "sanity",
    "security",
    "compliance",
    "preflight",
    "qa",
    "build",
    "compile",
];

/// Folders whose programs are not the project's own.
const ELSEWHERE: &[&str] = &["/usr/", "/bin/", "/sbin/", "/opt/", "/etc/", "~/", "$HOME/"];

/// What a failure of this command would say.
pub(crate) fn weigh(words: &Words) -> Weight {
    let Some(call) = Call::of(words) else { return Weight::Other };
    if only_asks(&call) {
        return Weight::Other;
    }
    if call.program == "gate" && call.begins(&["check"]) {
        return if call.has("--strict") { Weight::Gate } else { Weight::Other };
    }
    if JUDGING.has_call(&call) {
        return if runs_no_test(&call) { Weight::Script } else { Weight::Gate };
    }
    if call.is_module {
        // What else Python is asked to run is a tool of its own, and the module `build` builds.
        return if call.program == "build" { Weight::Gate } else { Weight::Other };
    }
    let by_names = |names: Vec<&str>| {
        if names.into_iter().any(|target| names_one_of(target, SAYING)) { Weight::Gate } else { Weight::Script }
    };
    if RUNNERS.contains(&call.program) {
        return by_names(targets(&call));
    }
    if let Some(names) = scripts_run(&call) {
        return by_names(names);
    }
    if let Some(files) = files_run(&call) {
        return files.iter().map(|file| by_name(file)).max().unwrap_or(Weight::Other);
    }
    let first = words.first().and_then(Option::as_deref).unwrap_or_default();
    if first.contains('/') && !first.starts_with('@') && !ELSEWHERE.iter().any(|folder| first.starts_with(folder)) {
        return by_name(first);
    }
    Weight::Other
}

/// `npm run x`, `cargo xtask x`, `yarn x`: the names that are run; none: it runs no script.
fn scripts_run<'w>(call: &Call<'w>) -> Option<Vec<&'w str>> {
    if !MANIFESTS.contains(&call.program) {
        return None;
    }
    if let Some(rest) = behind(call.rest, &["run", "run-script", "xtask", "make"]) {
        return Some(if call.program == "cargo" { rest.iter().flatten().map(String::as_str).collect() } else { candidates(rest) });
    }
    let direct = candidates(call.rest);
    match call.program {
        "poe" => Some(direct).filter(|direct| !direct.is_empty()),
        "yarn" => Some(direct).filter(|direct| direct.iter().any(|name| names_one_of(name, SAYING))),
        _ => None,
    }
}

/// Whether a script only builds, by its name.
pub(super) fn is_build(words: &Words) -> bool {
    let names = Call::of(words).and_then(|call| scripts_run(&call)).unwrap_or_default();
    !names.is_empty() && names.iter().all(|name| names_one_of(name, &["build", "compile"]))
}

fn runs_no_test(call: &Call<'_>) -> bool {
    let is_met = |(program, first, options): &(&str, &[&str], &[&str])| {
        *program == call.program && call.begins(first) && (options.is_empty() || options.iter().any(|option| call.has(option)))
    };
    WITHOUT_TESTS.iter().any(is_met)
}

/// What the name of a file says.
fn by_name(path: &str) -> Weight {
    let name = path.rsplit('/').next().unwrap_or(path);
    let folder = path.rsplit('/').nth(1).unwrap_or_default();
    if names_one_of(name, SAYING) || names_one_of(folder, SAYING) { Weight::Gate } else { Weight::Script }
}

/// Asking a tool for its version or its help, or gate for its plan, judges nothing.
fn only_asks(call: &Call<'_>) -> bool {
    ["--version", "--help", "-V"].iter().any(|option| call.has(option)) || call.program == "gate" && call.has("--plan")
}

/// Actions that judge, by a part of their name.
const ACTIONS: &[&str] = &[
    "scan",
    "scanner",
    "scanning",
    "lint",
    "linter",
    "test",
    "tests",
    "check",
    "checks",
    "audit",
    "trivy",
    "bandit",
    "codeql",
    "semgrep",
    "gitleaks",
    "trufflehog",
    "snyk",
    "checkov",
    "grype",
    "zizmor",
    "actionlint",
    "shellcheck",
    "hadolint",
    "clippy",
    "mypy",
    "ruff",
    "eslint",
    "pytest",
    "commit",
    "dependency",
    "review",
    "deny",
    "typos",
    "codespell",
    "gate",
    "promote",
    "verify",
    "validate",
    "analyze",
    "sonarcloud",
    "sonarqube",
    "scorecard",
];

/// Whether an action is there to judge.
pub(crate) fn is_judging_action(uses: &str) -> bool {
    let name = action_name(uses);
    // Uploading what a scanner found judges nothing, and neither does anything that GitHub itself keeps for files and tools.
    if name.starts_with("actions/") && name != "actions/dependency-review-action" || name.contains("upload") || name.contains("comment") {
        return false;
    }
    names_one_of(&name, ACTIONS)
}

/// Whether an action only prepares or keeps things: it may fail, and that says nothing of the commit.
pub(crate) fn is_preparing_action(uses: &str) -> bool {
    const PREPARING: &[&str] = &["setup", "cache", "upload", "download", "login", "toolchain", "install", "checkout", "artifact"];
    !is_judging_action(uses) && (action_name(uses).starts_with("actions/") || names_one_of(&action_name(uses), PREPARING))
}

#[cfg(test)]
mod gates_test;
