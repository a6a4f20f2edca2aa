use std::time::Duration;

use super::plan::tests::settings;
use super::*;
use crate::supervise::trial::{Ending, Facts, Form, Left};

fn promise() -> Promise {
    Promise::of(&settings(), Duration::from_millis(2))
}

/// A runner with a tick of 200 ms that obeys a flag at this moment after so long.
fn obeys(flagged: u64, after: u64) -> Facts {
    let beats_us = (0..flagged / 200_000 + 1).map(|n| 30_000 + n * 200_000).collect();
    Facts {
        flagged_us: Some(flagged),
        exited_us: Some(flagged + after),
        ending: Ending::Exited(0),
        beats_us,
        all_ended: true,
        ..Facts::default()
    }
}

const MOMENT: TrialKind = TrialKind::Moment { phase: 0.5 };

fn faults(kind: TrialKind, facts: &Facts) -> Vec<Fault> {
    promise().judge(kind, facts).faults
}

#[test]
fn a_trial_is_judged_by_the_settings_that_it_was_made_from() {
    let trial = control(&settings());
    let crashed = Facts { exited_us: Some(1), ending: Ending::Exited(0), all_ended: true, ..Facts::default() };
    assert_eq!(judge(&settings(), Duration::ZERO, &trial, &crashed).faults.len(), 1);
}

#[test]
fn a_runner_may_take_a_tick_the_grace_and_what_gate_itself_takes() {
    let verdict = promise().judge(MOMENT, &obeys(500_000, 302_000));
    assert_eq!((verdict.faults, verdict.limit, verdict.latency), (vec![], Duration::from_millis(302), Some(Duration::from_millis(302))));
    assert_eq!(faults(MOMENT, &obeys(500_000, 302_001)), [Fault::Late { by: Duration::from_micros(1) }]);
    // Before the first tick it may still be starting.
    assert_eq!(faults(TrialKind::ColdStart, &obeys(10_000, 10_302_000)), []);
    assert_ne!(faults(TrialKind::ColdStart, &obeys(10_000, 10_302_001)), []);
}

#[test]
fn one_unit_of_work_may_be_finished_and_none_begun() {
    let with = |beats: &[u64]| Facts { beats_us: beats.to_vec(), ..obeys(500_000, 100_000) };
    assert_eq!(faults(MOMENT, &with(&[30_000, 230_000, 550_000])), []);
    assert_eq!(faults(MOMENT, &with(&[30_000, 550_000, 560_000])), [Fault::WorkedOn { beats: 2 }]);
    // What is seen within gate's own part may have been written before.
    assert_eq!(faults(MOMENT, &with(&[30_000, 501_000, 550_000])), []);
    let before = |beats: &[u64]| Facts { flagged_us: None, exited_us: Some(40_000), beats_us: beats.to_vec(), ..obeys(0, 0) };
    assert_eq!(faults(TrialKind::BeforeStart, &before(&[])), []);
    assert_eq!(faults(TrialKind::BeforeStart, &before(&[30_000])), [Fault::WorkedOn { beats: 1 }]);
}

#[test]
fn a_bad_end_is_a_fault_in_every_kind_of_trial() {
    let left = vec![Left { pid: 7, command: "sleep 600".to_owned(), zombie: false }];
    let bad = Facts { ending: Ending::Exited(1), traceback: Some("Traceback".to_owned()), left: left.clone(), ..obeys(500_000, 1000) };
    for kind in
        [TrialKind::BeforeStart, MOMENT, TrialKind::ColdStart, TrialKind::BusyTick, TrialKind::Removed, TrialKind::Odd(Form::Dangling)]
    {
        let expected = [Fault::BadExit(1), Fault::Traceback("Traceback".to_owned()), Fault::LeftBehind(left.clone())];
        let facts = if kind == TrialKind::BeforeStart { Facts { beats_us: vec![], ..bad.clone() } } else { bad.clone() };
        assert_eq!(faults(kind, &facts), expected, "{kind:?}");
    }
    assert_eq!(faults(MOMENT, &Facts { ending: Ending::Signalled(9), ..obeys(500_000, 1000) }), [Fault::Signalled(9)]);
    let silent = Facts {
        ending: Ending::Exited(0),
        left: left.clone(),
        flagged_us: Some(1),
        exited_us: Some(2),
        all_ended: true,
        ..Facts::default()
    };
    assert_eq!(faults(TrialKind::Odd(Form::Text), &silent), [Fault::LeftBehind(left)]);
}

#[test]
fn a_runner_that_ends_on_its_own_has_not_obeyed() {
    let alone = Facts { flagged_us: None, exited_us: Some(90_000), ending: Ending::Exited(0), all_ended: true, ..Facts::default() };
    let crashed = Fault::Crashed { after: Duration::from_millis(90), ending: Ending::Exited(0) };
    for kind in [TrialKind::Control, MOMENT, TrialKind::ColdStart, TrialKind::BusyTick, TrialKind::Removed, TrialKind::Odd(Form::Text)] {
        assert_eq!(faults(kind, &alone), std::slice::from_ref(&crashed), "{kind:?}");
    }
    // The flag came an instant after it had gone.
    assert_eq!(faults(MOMENT, &Facts { flagged_us: Some(90_001), ..alone }), [crashed]);
}

#[test]
fn a_control_shows_three_ticks_or_the_runner_does_not_tick() {
    let alive = |beats: usize| Facts { beats_us: (0..beats as u64).map(|n| n * 200_000).collect(), all_ended: true, ..Facts::default() };
    assert_eq!(faults(TrialKind::Control, &alive(4)), []);
    assert_eq!(faults(TrialKind::Control, &alive(3)), [Fault::NeverTicked { beats: 3 }]);
    assert_eq!(faults(MOMENT, &alive(0)), [Fault::NeverTicked { beats: 0 }]);
    let without = Promise { has_heartbeat: false, ..promise() };
    assert_eq!(without.judge(TrialKind::Control, &alive(0)).faults, []);
    assert_eq!(without.judge(MOMENT, &alive(0)).unsure, Some(Unsure::NoFlag));
}

#[test]
fn a_runner_that_never_goes_is_alive_and_one_that_knows_no_odd_flag_says_so() {
    let alive = Facts { ending: Ending::Outlived, exited_us: None, ..obeys(500_000, 0) };
    assert_eq!(faults(MOMENT, &alive), [Fault::Alive]);
    assert_eq!(faults(TrialKind::Odd(Form::Text), &alive), [Fault::Alive]);
    for form in [Form::Folder, Form::Symlink, Form::Unreadable] {
        assert_eq!(faults(TrialKind::Odd(form), &alive), [Fault::OddIgnored(form)]);
    }
    let dangling = promise().judge(TrialKind::Odd(Form::Dangling), &alive);
    assert_eq!((dangling.faults, dangling.remark), (vec![], Some(Remark::DanglingIgnored)));
}

#[test]
fn a_flag_that_goes_away_is_only_reported_and_the_second_one_judged() {
    let brief = Facts { first_flagged_us: Some(400_000), flagged_us: None, exited_us: Some(430_000), ..obeys(0, 0) };
    let verdict = promise().judge(TrialKind::Removed, &brief);
    assert_eq!((verdict.faults, verdict.remark), (vec![], Some(Remark::BriefFlagObeyed)));
    let second = Facts { first_flagged_us: Some(400_000), ..obeys(800_000, 100_000) };
    let verdict = promise().judge(TrialKind::Removed, &second);
    assert_eq!((verdict.faults, verdict.remark), (vec![], Some(Remark::BriefFlagMissed)));
    let late = Facts { first_flagged_us: Some(400_000), ..obeys(800_000, 400_000) };
    assert_eq!(faults(TrialKind::Removed, &late), [Fault::Late { by: Duration::from_millis(98) }]);
}

#[test]
fn a_watch_that_was_woken_late_takes_away_nothing_that_is_certain() {
    let late = Facts { late_us: 150_000, ..obeys(500_000, 452_001) };
    let verdict = promise().judge(MOMENT, &late);
    assert_eq!((verdict.faults, verdict.unsure), (vec![Fault::Late { by: Duration::from_micros(150_001) }], None));
    let alive = Facts { ending: Ending::Outlived, exited_us: None, ..late.clone() };
    let verdict = promise().judge(MOMENT, &alive);
    assert_eq!((verdict.faults, verdict.unsure), (vec![Fault::Alive], None));
    assert_eq!(faults(TrialKind::Odd(Form::Folder), &alive), [Fault::OddIgnored(Form::Folder)]);
    let left = vec![Left { pid: 7, command: "sleep 600".to_owned(), zombie: false }];
    let (beats_us, traceback) = (vec![30_000, 550_000, 560_000], Some("Traceback".to_owned()));
    let bad = Facts { ending: Ending::Exited(1), exited_us: Some(600_000), beats_us, traceback, left: left.clone(), ..late };
    let expected = [Fault::WorkedOn { beats: 2 }, Fault::BadExit(1), Fault::Traceback("Traceback".to_owned()), Fault::LeftBehind(left)];
    assert_eq!(faults(MOMENT, &bad), expected);
}

#[test]
fn what_was_not_measured_well_is_no_blame_and_no_praise() {
    for (late_us, after) in [(100_001, 402_001), (100_001, 302_000), (500, 302_500)] {
        let late = Facts { late_us, ..obeys(500_000, after) };
        let verdict = promise().judge(MOMENT, &late);
        assert_eq!((verdict.faults, verdict.unsure), (vec![], Some(Unsure::WokenLate(Duration::from_micros(late_us)))));
        // An exit code needs no clock.
        let bad = Facts { ending: Ending::Exited(3), ..late };
        assert_eq!(faults(MOMENT, &bad), [Fault::BadExit(3)]);
    }
    for (facts, unsure) in [
        (Facts { interrupted: Some(2), ..obeys(500_000, 1) }, Unsure::Interrupted(2)),
        (Facts { ending: Ending::Failed("x".to_owned()), ..obeys(500_000, 1) }, Unsure::Failed("x".to_owned())),
        (Facts { all_ended: false, ..obeys(500_000, 1) }, Unsure::NotEnded),
    ] {
        let verdict = promise().judge(MOMENT, &facts);
        assert_eq!((verdict.faults, verdict.unsure), (vec![], Some(unsure)));
    }
    let absent = Facts { ending: Ending::NotStarted("no such file".to_owned()), all_ended: true, ..Facts::default() };
    assert_eq!(faults(TrialKind::Control, &absent), [Fault::NotStarted("no such file".to_owned())]);
}
