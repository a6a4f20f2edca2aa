//! Small worlds and what is met in them. Their commit is `3f2c1d93f2c1d93f2c1d93f2c1d93f2c1d93f2c1`, its tree all zeros, and now is the first moment of
//! 1970. The reports are made by a test: `GATE_BLESS=1 cargo test --lib kill_flag`.

use crate::check::{Example, Sample};

const CONFIG: &str = r#"command = ["sh", "runner.sh"]
tick = "200ms"
grace = "100ms"
trials = 4
heartbeat = "stdout:^tick""#;
const RUNNER: (&str, Sample) = ("runner.sh", Sample::Text("while [ ! -e kill.flag ]; do echo tick; sleep 0.2; done\n"));
const HERE: &str = "reports/kill-flag.json";

/// A report that a test made.
macro_rules! made {
    ($name:literal) => {
        (HERE, Sample::Untracked(include_str!(concat!("examples/", $name, ".json"))))
    };
}

const GOOD: &str = include_str!("examples/good.json");

/// An example with the usual options and the usual runner.
const fn of(shows: &'static str, files: &'static [(&'static str, Sample)], meets: &'static [&'static str]) -> Example {
    Example { shows, config: CONFIG, run: "", files, meets }
}

pub(super) static EXAMPLES: &[Example] = &[
    of("a runner of this commit that obeys", &[RUNNER, made!("good")], &[]),
    of("no report", &[RUNNER], &["no-report"]),
    of("a folder where the report should be", &[RUNNER, ("reports/kill-flag.json/x", Sample::Untracked(""))], &["unreadable"]),
    of("a truncated report", &[RUNNER, (HERE, Sample::Untracked("{\n  \"schema\": \"gate.kill-flag/1\",\n  \"gate_ver"))], &["malformed"]),
    of("the report of another tool", &[RUNNER, (HERE, Sample::Untracked("{ \"results\": [] }\n"))], &["other-schema"]),
    of("a report of a newer gate", &[RUNNER, (HERE, Sample::Untracked("{ \"schema\": \"gate.kill-flag/2\" }\n"))], &["other-schema"]),
    of(
        "a report in which somebody wrote another seed",
        &[RUNNER, (HERE, Sample::Edited(GOOD, &[("\"seed\": 42", "\"seed\": 43")]))],
        &["edited"],
    ),
    of("a report that is committed", &[RUNNER, (HERE, Sample::Text(GOOD))], &["report-tracked"]),
    of("a report of another commit", &[RUNNER, made!("other-commit")], &["other-commit"]),
    of("a report of another commit with the same tree", &[RUNNER, made!("same-tree")], &["same-tree"]),
    of("a report that names no commit", &[RUNNER, made!("commit-absent")], &["commit-absent"]),
    of("git does not answer", &[RUNNER, made!("good"), ("", Sample::NoTree)], &["no-history"]),
    of("a report of a dirty tree", &[RUNNER, made!("dirty")], &["dirty"]),
    Example {
        shows: "a report of an hour ago, where half an hour is allowed",
        config: r#"command = ["sh", "runner.sh"]
tick = "200ms"
grace = "100ms"
trials = 4
heartbeat = "stdout:^tick"
max-age = "30m""#,
        run: "",
        files: &[RUNNER, made!("good")],
        meets: &["too-old"],
    },
    of("a report of tomorrow", &[RUNNER, made!("future")], &["future"]),
    Example {
        shows: "a report of four moments, where twenty are asked for",
        config: r#"command = ["sh", "runner.sh"]
tick = "200ms"
grace = "100ms"
heartbeat = "stdout:^tick""#,
        run: "",
        files: &[RUNNER, made!("good")],
        meets: &["fewer-trials"],
    },
    Example {
        shows: "a report of another runner",
        config: r#"command = ["python", "-u", "runner.py"]
tick = "200ms"
grace = "100ms"
trials = 4
heartbeat = "stdout:^tick""#,
        run: "",
        files: &[RUNNER, made!("good")],
        meets: &["other-command"],
    },
    Example {
        shows: "a report of a shorter tick and a laxer grace than are configured now",
        config: r#"command = ["sh", "runner.sh"]
tick = "300ms"
grace = "50ms"
trials = 4
heartbeat = "stdout:^tick""#,
        run: "",
        files: &[RUNNER, made!("good")],
        meets: &["other-options"],
    },
    of("a runner that was changed since", &[("runner.sh", Sample::Text("sleep 600\n")), made!("good")], &["files-changed"]),
    of(
        "a runner behind a link that leads out of the root",
        &[("runner.sh", Sample::Link("/opt/runner.sh")), made!("file-unread")],
        &["file-unread"],
    ),
    of("a runner that looks at every second tick", &[RUNNER, made!("every-second-tick")], &["late"]),
    of(
        "a runner that obeys in its own way",
        &[RUNNER, made!("nasty")],
        &["worked-on", "still-alive", "bad-exit", "traceback", "left-behind", "odd-flag"],
    ),
    of("a runner that ends by itself", &[RUNNER, made!("crashed")], &["crashed", "tick-not-observed"]),
    of("a runner that is not there", &[RUNNER, made!("not-started")], &["not-started", "tick-not-observed"]),
    of("a runner whose heartbeats are held back", &[RUNNER, made!("never-ticked")], &["never-ticked", "tick-not-observed"]),
    of("a runner that ticks every 100 ms, where 200 ms are declared", &[RUNNER, made!("tick-differs")], &["tick-differs", "lax-grace"]),
    Example {
        shows: "a runner without a heartbeat",
        config: r#"command = ["sh", "runner.sh"]
tick = "200ms"
grace = "100ms"
trials = 4"#,
        run: "",
        files: &[RUNNER, made!("no-heartbeat")],
        meets: &["tick-not-observed"],
    },
    Example {
        shows: "a grace that forgives a whole tick",
        config: r#"command = ["sh", "runner.sh"]
tick = "200ms"
grace = "200ms"
trials = 4
heartbeat = "stdout:^tick""#,
        run: "",
        files: &[RUNNER, made!("lax-grace")],
        meets: &["lax-grace"],
    },
    of("a probe on a machine with too much to do", &[RUNNER, made!("unproven")], &["unproven"]),
];
