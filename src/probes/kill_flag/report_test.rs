use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};

pub(crate) use super::plan::tests::settings;
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
    for (declared, is_as_declared) in [(133_999, false), (134_000, true), (300_000, true), (300_001, false)] {
        let mut report = good();
        report.options.tick_us = declared;
        let expected = if is_as_declared { TickSeen::AsDeclared } else { TickSeen::Differs(Duration::from_millis(200)) };
        assert_eq!(report.judged().tick, expected, "{declared}");
    }
}

#[test]
fn what_is_left_out_of_a_report_is_not_passed_over() {
    let mut report = good();
    report.trials.retain(|trial| trial.kind != TrialKind::Control && trial.number != 7);
    let judged = report.judged();
    assert_eq!(judged.lacking, [Lacking::Moments { held: 19, asked: 20 }, Lacking::Trial(TrialKind::Control)]);
}

#[test]
fn a_start_may_take_as_long_as_the_control_showed_and_a_tick() {
    let limit = |report: &Report| report.promise().limit(TrialKind::ColdStart);
    assert_eq!(limit(&good()), Duration::from_micros(301_200 + 230_000));
    let mut report = good();
    report.options.startup_us = 150_000;
    assert_eq!(limit(&report), Duration::from_micros(301_200 + 150_000));
    report.options.startup_us = 10_000_000;
    report.trials[0].beats_us.clear();
    assert_eq!(limit(&report), Duration::from_micros(10_301_200));
}

#[test]
fn a_limit_of_two_observed_ticks_is_told_though_the_grace_is_shorter_than_a_tick() {
    let mut report = good();
    for (tick, hides) in [(298_799, false), (298_800, true)] {
        report.options.tick_us = tick;
        let judged = report.judged();
        assert_eq!((judged.tick, report.promise().hides(judged.observed)), (TickSeen::AsDeclared, hides), "{tick}");
        assert_eq!(told(&report, &judged).iter().any(|line| line.contains("two observed ticks")), hides);
    }
    report.options.heartbeat = None;
    assert!(!report.promise().hides(report.judged().observed));
}

#[test]
fn a_harness_that_adds_a_missed_tick_or_half_the_grace_proves_nothing() {
    for (grace, overhead, is_coarse) in [
        (100_000, 50_000, false),
        (100_000, 50_001, true),
        (160_000, 39_999, false),
        (160_000, 40_000, true),
        // Such a grace hides a tick by itself, and is warned of.
        (200_000, 100_000, false),
        (200_000, 100_001, true),
    ] {
        let mut report = good();
        (report.options.grace_us, report.overhead_us) = (grace, overhead);
        let expected = is_coarse.then_some(Lacking::Precision { overhead: Duration::from_micros(overhead) });
        assert_eq!(report.judged().lacking, Vec::from_iter(expected), "{grace} {overhead}");
    }
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
fn no_number_of_a_stranger_breaks_the_judgement() {
    for extreme in [0, 1, u64::MAX / 2, u64::MAX] {
        let mut report = good();
        report.overhead_us = extreme;
        report.options.tick_us = extreme.max(1);
        report.options.grace_us = extreme;
        report.options.startup_us = extreme;
        report.options.trials = usize::try_from(extreme).unwrap();
        for trial in &mut report.trials {
            trial.beats_us = vec![extreme, 0, u64::MAX, extreme];
            trial.beats_left_out = usize::try_from(extreme).unwrap();
            (trial.flagged_us, trial.first_flagged_us, trial.exited_us) = (Some(extreme), Some(0), Some(u64::MAX));
            trial.late_us = extreme;
            trial.number = trial.number.saturating_add(usize::try_from(extreme / 4).unwrap());
        }
        let judged = report.judged();
        assert!(!told(&report, &judged).is_empty() && svg(&report, &judged).ends_with("</svg>\n"));
        assert!(Report::read(&report.to_text().unwrap()).is_ok());
    }
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
    let expected = "gate probe kill-flag · 3f2c1d9

  · runner        sh runner.sh
  · limit         301 ms after the flag: tick 200 ms, grace 100 ms, gate's own
                  part 1.2 ms
  ✓ 20 moments    ▆▆▅▅▅▄▄▄▄▃▃▃▂▂▂▂▂▁▁▁
                  p50 98 ms · p95 189 ms · max 193 ms at phase 0.04 (trial 18)
  ✓ tick          200 ms observed, 200 ms declared
  ✓ 9 others      no flag, flag before the start, flag during the start, flag
                  right after a tick, flag as a file with text, flag as a
                  folder, flag as a link, flag as a link to nothing, flag as an
                  unreadable file
  · trial 25 (flag removed again): not noticed within less than a tick; the
    second flag was judged

  None of 20 moments was late: with 95 % confidence fewer than 13.9 % of all
  moments in these ticks, the first ones, are. A runner that is late at half of
  them would have passed by chance once in 1,048,576 times, at a quarter once in
  315 times.
  same trials again: --seed 42

FINE  30 trials";
    assert_eq!(told(&report, &report.judged()).join("\n"), expected);
}

#[test]
fn what_is_wrong_is_told_trial_by_trial() {
    let mut report = report(&Settings { trials: 4, heartbeat: None, ..settings() }, (200_000, 2));
    report.trials[1].late_us = 150_000;
    report.trials[4].ending = report::EndingRecord::Outlived;
    let expected = "gate probe kill-flag · 3f2c1d9

  · runner        sh runner.sh
  · limit         301 ms after the flag: tick 200 ms, grace 100 ms, gate's own
                  part 1.2 ms
  ✗ 4 moments     ✗▅✗▂
                  p50 172 ms · p95 316 ms · max 316 ms at phase 0.57 (trial 6) ·
                  1 never
  ! tick          not observed: without a heartbeat the declared one is taken on
                  trust
  ✓ 2 others      no flag, flag during the start
  ? trial 2 (flag before the start): says nothing: the machine woke gate 150 ms
    too late to tell
  ✗ trial 5 (phase 0.19 of the tick): still there after the flag until gate
    ended it, limit 301 ms
  ✗ trial 6 (phase 0.57 of the tick): gone 316 ms after the flag, limit 301 ms
  ✗ trial 8 (flag removed again): gone 362 ms after the flag, limit 301 ms
  · trial 8 (flag removed again): not noticed within less than a tick; the
    second flag was judged
  ✗ trial 9 (flag as a file with text): gone 307 ms after the flag, limit 301 ms
  ✗ trial 10 (flag as a folder): gone 389 ms after the flag, limit 301 ms
  ✗ trial 11 (flag as a link): gone 332 ms after the flag, limit 301 ms
  ✗ trial 12 (flag as a link to nothing): gone 328 ms after the flag, limit
    301 ms
  ✗ trial 13 (flag as an unreadable file): gone 326 ms after the flag, limit
    301 ms

  same trials again: --seed 42

WRONG  8 of 13 trials failed";
    assert_eq!(told(&report, &report.judged()).join("\n"), expected);
}

#[test]
fn no_line_is_wider_than_a_terminal_and_no_word_of_a_stranger_steers_it() {
    let command = vec!["x".repeat(300), "\u{1b}[31m::error".to_owned()];
    let mut report = report(&Settings { trials: 500, command, ..settings() }, (200_000, 2));
    report.trials[0].ending = report::EndingRecord::NotStarted("\u{1b}]0;x".repeat(50));
    report.trials[1].traceback = Some("a\n\u{202e}b".repeat(100));
    for line in told(&report, &report.judged()) {
        let escape = line.chars().any(char::is_control) || line.contains('\u{202e}');
        assert!(!escape && unicode_width::UnicodeWidthStr::width(line.as_str()) <= 80, "{line}");
    }
}

#[test]
fn the_picture_is_whole_in_itself() {
    let settings = Settings { trials: 2, grace: Duration::from_millis(50), command: vec!["a<b>&\"".to_owned()], ..settings() };
    let report = report(&settings, (200_000, 2));
    let expected = concat!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 230\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\">\n",
        "<title>kill flag: 2 moments of a&lt;b&gt;&amp;&quot;</title>\n<rect width=\"640\" height=\"230\" fill=\"#ffffff\"/>\n",
        "<text x=\"20\" y=\"20\" fill=\"#1a1a1a\">kill flag: 2 moments of a&lt;b&gt;&amp;&quot;</text>\n",
        "<rect x=\"233.6\" y=\"123.0\" width=\"24.0\" height=\"71.0\" fill=\"#2e7d32\"><title>trial 4, phase 0.37: in time</title></rect>\n",
        "<rect x=\"354.1\" y=\"34.0\" width=\"24.0\" height=\"160.0\" fill=\"#c62828\"><title>trial 3, phase 0.58: late</title></rect>\n",
        "<text x=\"354.1\" y=\"206.0\" fill=\"#c62828\">✗</text>\n",
        "<line x1=\"20\" y1=\"52.7\" x2=\"620\" y2=\"52.7\" stroke=\"#1a1a1a\" stroke-dasharray=\"4 3\"/>\n",
        "<text x=\"620\" y=\"48.7\" text-anchor=\"end\" fill=\"#1a1a1a\">limit 251.200 ms</text>\n",
        "<text x=\"20\" y=\"222\" fill=\"#1a1a1a\">flag right after a tick</text>\n",
        "<text x=\"620\" y=\"222\" text-anchor=\"end\" fill=\"#1a1a1a\">right before the next</text>\n</svg>\n",
    );
    assert_eq!(svg(&report, &report.judged()), expected);
}

#[test]
fn a_strip_shows_the_worst_of_each_column() {
    let strip_of = |trials, every| strip(&report(&Settings { trials, ..settings() }, (200_000, every)).judged());
    assert_eq!([strip_of(1, 1), strip_of(20, 1), strip_of(20, 2)], ["▂", "▆▆▅▅▅▄▄▄▄▃▃▃▂▂▂▂▂▁▁▁", "▆✗▅✗▅✗▄✗▄✗▃█▂█▂▇▂▆▁▆"]);
    let long = "▆▆▆▆▅▅▅▅▅▅▅▅▅▅▅▄▄▄▄▄▄▄▄▄▄▄▄▃▃▃▃▃▃▃▃▃▃▃▂▂▂▂▂▂▂▂▂▂▂▁▁▁▁▁▁▁▁▁▁▁";
    assert_eq!(strip_of(240, 1), long);
    let mut report = good();
    let at = |report: &Report, number: usize| report.trials.iter().position(|trial| trial.number == number).unwrap();
    let (unsure, never) = (at(&report, 18), at(&report, 19));
    report.trials[unsure].late_us = 900_000;
    report.trials[never].ending = report::EndingRecord::Outlived;
    assert_eq!(strip(&report.judged()), "?▆▅▅▅▄▄▄▄▃▃▃▂▂✗▂▂▁▁▁");
}
