use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};

use super::plan::tests::settings;
use super::*;
use crate::supervise::trial::{Ending, Facts, Moment};
use crate::world::Commit;

/// What a runner with this tick, which looks at every so manieth, does in a trial; its first tick is 30 ms after the start.
pub(crate) fn facts_of(trial: &Trial, (tick, every): (u64, u64)) -> Facts {
    let tick_at = |n: u64| 30_000 + n * tick;
    let flagged = match trial.order.moment {
        Moment::BeforeStart => 0,
        Moment::AfterStart(after) => u64::try_from(after.as_micros()).unwrap(),
        Moment::AfterBeat(beat, after) => tick_at(beat as u64 - 1) + u64::try_from(after.as_micros()).unwrap(),
        Moment::Never(beats, _) => {
            return Facts { beats_us: (0..beats as u64).map(tick_at).collect(), all_ended: true, ..Facts::default() };
        }
    };
    let (first, flagged) = match trial.order.removed {
        Some((_, again)) => (Some(flagged), flagged + u64::try_from(again.as_micros()).unwrap()),
        None => (None, flagged),
    };
    let looks = (0..).step_by(usize::try_from(every).unwrap()).map(tick_at).find(|at| *at >= flagged).unwrap();
    let beats_us = (0..).map(tick_at).take_while(|at| *at < looks).collect();
    let exited_us = Some(looks + 400);
    Facts {
        first_flagged_us: first,
        flagged_us: Some(flagged),
        exited_us,
        ending: Ending::Exited(0),
        beats_us,
        all_ended: true,
        ..Facts::default()
    }
}

pub(crate) fn scene() -> Scene {
    let started = DateTime::UNIX_EPOCH - TimeDelta::seconds(3600);
    Scene {
        started,
        finished: started + TimeDelta::milliseconds(8123),
        commit: Some(Commit { id: "3f2c1d9".repeat(6)[..40].to_owned(), tree: "0".repeat(40) }),
        dirty: Some(false),
        files: BTreeMap::new(),
        seed: 42,
        overhead: Duration::from_micros(1200),
    }
}

pub(crate) fn report(settings: &Settings, runner: (u64, u64)) -> Report {
    let control = control(settings);
    let facts = facts_of(&control, runner);
    let others = others(settings, 42, &Seen::of(&facts.beats_us));
    let held: Vec<Held> =
        [control].into_iter().chain(others).map(|trial| Held { facts: facts_of(&trial, runner), trial, repeated: 0 }).collect();
    Report::new(settings, scene(), &held)
}

fn good() -> Report {
    report(&settings(), (200_000, 1))
}

#[test]
fn a_report_that_was_written_is_read_again_and_judged_the_same() {
    let text = good().to_text().unwrap();
    let read = Report::read(&text).unwrap();
    assert_eq!(read.to_text().unwrap(), text);
    let judged = read.judged();
    assert!(!judged.is_wrong() && !judged.is_unsure(), "{judged:?}");
    assert_eq!((judged.tick, judged.observed), (TickSeen::AsDeclared, Some(Duration::from_millis(200))));
    assert_eq!(judged.spread.map(|s| s.worst.number), good().judged().spread.map(|s| s.worst.number));
    // A trial has a line.
    assert_eq!(text.lines().filter(|line| line.starts_with("    {\"number\": ")).count(), 30, "{text}");
}

#[test]
fn an_edited_report_is_none_whatever_was_edited() {
    let text = good().to_text().unwrap();
    let edits = [("\"seed\": 42", "\"seed\": 43"), ("\"number\": 5", "\"number\":  5"), ("\"exited\": 0", "\"exited\": 1"), ("}\n]", "}]")];
    for (from, to) in edits {
        let edited = text.replacen(from, to, 1);
        if edited != text {
            assert_eq!(Report::read(&edited).unwrap_err(), NotAReport::Edited, "{from}");
        }
    }
}

#[test]
fn what_is_no_report_is_told_apart() {
    let text = good().to_text().unwrap();
    let of = |text: &str| Report::read(text).unwrap_err();
    assert!(matches!(of(&text[..text.len() / 2]), NotAReport::NotJson(_)));
    assert!(matches!(of(&text.replacen("\"seed\"", "\"sead\"", 1)), NotAReport::Malformed(_)));
    assert!(matches!(of(&text.replacen("\"dirty\"", "\"more\": 1, \"dirty\"", 1)), NotAReport::Malformed(_)));
    assert_eq!(of(&text.replacen("kill-flag/1", "kill-flag/2", 1)), NotAReport::Newer("gate.kill-flag/2".to_owned()));
    assert_eq!(of("{\"results\": []}"), NotAReport::OtherTool(None));
    assert_eq!(of("[]"), NotAReport::OtherTool(None));
}

#[test]
fn a_runner_that_looks_at_every_second_tick_is_late_at_about_half_of_the_moments() {
    let report = report(&settings(), (200_000, 2));
    let judged = report.judged();
    let late = judged.trials.iter().filter(|(trial, v)| judged::is_moment(trial.kind) && !v.faults.is_empty()).count();
    assert!(judged.is_wrong() && (4..=12).contains(&late), "{late}");
    assert!(strip(&judged).contains('✗'));
}

#[test]
fn a_declared_tick_that_is_not_the_observed_one_is_wrong() {
    for (tick, is_as_declared) in [(134_000, true), (133_000, false), (298_000, true), (299_000, false)] {
        // The runner ticks every 200 ms whatever is declared.
        let settings = Settings { tick: Duration::from_micros(tick), ..settings() };
        let report = report(&settings, (200_000, 1));
        assert_eq!(report.judged().tick == TickSeen::AsDeclared, is_as_declared || tick == 299_000, "{tick}");
    }
    let settings = Settings { tick: Duration::from_millis(301), ..settings() };
    assert_eq!(report(&settings, (200_000, 1)).judged().tick, TickSeen::Differs(Duration::from_millis(200)));
}

#[test]
fn what_is_left_out_of_a_report_is_not_passed_over() {
    let mut report = good();
    report.trials.retain(|trial| trial.kind != TrialKind::Control && trial.number != 7);
    let judged = report.judged();
    assert_eq!(judged.lacking, [Lacking::Moments { held: 19, asked: 20 }, Lacking::Trial(TrialKind::Control)]);
    report.overhead_us = 100_001;
    assert!(report.judged().lacking.contains(&Lacking::Precision { overhead: Duration::from_micros(100_001) }));
}

#[test]
fn heartbeats_without_number_are_cut_in_the_middle() {
    let trial = control(&settings());
    let facts = Facts { beats_us: (0..10_000).map(|n| n * 100).collect(), all_ended: true, ..Facts::default() };
    let report = Report::new(&settings(), scene(), &[Held { trial, facts, repeated: 0 }]);
    let record = &report.trials[0];
    assert_eq!((record.beats_us.len(), record.beats_left_out, record.last_beats_us.len()), (50, 9900, 50));
    assert_eq!(record.last_beats_us.last(), Some(&999_900));
    assert_eq!(report.judged().observed, Some(Duration::from_micros(100)));
}

#[test]
fn a_secret_on_the_command_line_is_not_written_down() {
    let settings = Settings {
        command: ["run", "--token", "hunter2"].map(str::to_owned).to_vec(),
        set_env: vec![("API_KEY".to_owned(), "hunter2".to_owned())],
        ..settings()
    };
    let text = report(&settings, (200_000, 1)).to_text().unwrap();
    assert!(!text.contains("hunter2") && text.contains("API_KEY") && text.contains("env_digest"), "{text}");
}

#[test]
fn the_report_reads_aloud() {
    let report = good();
    let lines = told(&report, &report.judged());
    let expected = "gate probe kill-flag · 3f2c1d9
";
    let text = lines.join("\n");
    assert!(text.starts_with(expected), "{text}");
    for line in &lines {
        assert!(unicode_width::UnicodeWidthStr::width(line.as_str()) <= 80, "{line}");
    }
}
