use std::path::PathBuf;
use std::time::Duration;

use crate::check::Sample;
use crate::probes::kill_flag::report_test::{facts_of, report, scene, settings as usual};
use crate::probes::kill_flag::{FileSum, Held, Report, Seen, Settings, TrialKind, control, files_of, others};
use crate::supervise::trial::{Ending, Facts, Form, Left};
use crate::world::RelPath;
use crate::world::fake::Fake;

fn settings() -> Settings {
    Settings { trials: 4, ..usual() }
}

const OBEYS: (u64, u64) = (200_000, 1);

/// The report with the parts that are the same in all examples.
fn finished(report: Report) -> Report {
    let runner = Sample::Text("while [ ! -e kill.flag ]; do echo tick; sleep 0.2; done\n");
    let files = files_of(&Fake::new(&[("runner.sh", runner)]), &report.command, &RelPath::root());
    Report { files, gate_version: "0.1.0".to_owned(), ..report }
}

fn good() -> Report {
    finished(report(&settings(), OBEYS))
}

/// The good report with other facts in each trial.
fn with(change: impl Fn(TrialKind, Facts) -> Facts) -> Report {
    let control = control(&settings());
    let seen = Seen::of(&facts_of(&control, OBEYS).beats_us);
    let trials = [control].into_iter().chain(others(&settings(), 42, &seen));
    let held: Vec<Held> = trials.map(|trial| Held { facts: change(trial.kind, facts_of(&trial, OBEYS)), trial, repeated: 0 }).collect();
    finished(Report::new(&settings(), scene(), &held))
}

/// One thing wrong in each of several kinds of trials.
fn nasty(kind: TrialKind, facts: Facts) -> Facts {
    let left = vec![Left { pid: 4711, command: "sleep 600".to_owned(), zombie: false }];
    let traceback = Some("Traceback (most recent call last):\nSystemExit".to_owned());
    match kind {
        TrialKind::Control | TrialKind::Moment { .. } => facts,
        TrialKind::BeforeStart => Facts { beats_us: vec![30_000], ..facts },
        TrialKind::ColdStart => Facts { ending: Ending::Outlived, exited_us: None, ..facts },
        TrialKind::BusyTick => Facts { ending: Ending::Exited(1), traceback, ..facts },
        TrialKind::Removed => Facts { ending: Ending::Signalled(15), left, ..facts },
        TrialKind::Odd(Form::Folder | Form::Dangling) => Facts { ending: Ending::Outlived, exited_us: None, ..facts },
        TrialKind::Odd(_) => facts,
    }
}

fn reports() -> Vec<(&'static str, Report)> {
    let none = || Facts { all_ended: true, ..Facts::default() };
    let crashed = move |_, _| Facts { exited_us: Some(31_000), ending: Ending::Exited(0), ..none() };
    let absent = move |_, _| Facts { ending: Ending::NotStarted("No such file or directory".to_owned()), ..none() };
    let busy = |kind, facts| if kind == TrialKind::BusyTick { Facts { late_us: 412_000, ..facts } } else { facts };
    let other = Some("9".repeat(40));
    let unread = [("runner.sh".to_owned(), FileSum::Unread("is a symbolic link that leaves the root (to `/opt/runner.sh`)".to_owned()))];
    let quiet = move |kind, facts: Facts| if kind == TrialKind::BeforeStart { Facts { beats_us: vec![], ..facts } } else { none() };
    vec![
        ("good", good()),
        ("other-commit", Report { git_commit: other.clone(), git_tree: Some("8".repeat(40)), ..good() }),
        ("same-tree", Report { git_commit: other, ..good() }),
        ("commit-absent", Report { git_commit: None, git_tree: None, dirty: None, ..good() }),
        ("dirty", Report { dirty: Some(true), ..good() }),
        ("future", Report { finished_at: "1970-01-02T00:00:00.000Z".to_owned(), ..good() }),
        ("file-unread", Report { files: unread.into(), ..good() }),
        ("every-second-tick", finished(report(&settings(), (200_000, 2)))),
        ("nasty", with(nasty)),
        ("crashed", with(crashed)),
        ("not-started", with(absent)),
        ("never-ticked", with(quiet)),
        ("tick-differs", finished(report(&settings(), (100_000, 1)))),
        ("no-heartbeat", finished(report(&Settings { heartbeat: None, ..settings() }, OBEYS))),
        ("unproven", with(busy)),
        ("lax-grace", finished(report(&Settings { grace: Duration::from_millis(200), ..settings() }, (200_000, 2)))),
    ]
}

#[test]
fn the_reports_of_the_examples_are_as_a_probe_would_write_them() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/checks/kill_flag/examples");
    for (name, report) in reports() {
        let (path, text) = (folder.join(format!("{name}.json")), report.to_text().unwrap());
        if std::env::var_os("GATE_BLESS").is_some_and(|v| v == "1") {
            std::fs::write(&path, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text, "{name}: GATE_BLESS=1 cargo test --lib kill_flag, twice");
    }
}
