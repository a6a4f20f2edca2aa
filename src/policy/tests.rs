//! Every step from a rule to a verdict.

use std::collections::BTreeMap;

use super::*;
use crate::check::{Answer, Check, Finding, Kind, Mode, Refused, Rule, Trouble};
use crate::config::{Reason, RunOptions};
use crate::plan::{Allowed, Lines, SetLevel, Source};
use crate::report::{Mark, ReasonCode, Verdict};
use crate::run::Evidence;
use crate::world::Cx;

struct Toy;

impl Check for Toy {
    fn run(&self, _: &Cx<'_>) -> Result<Outcome, Box<Trouble>> {
        Ok(Outcome::new("toy", "toys"))
    }

    fn options(&self) -> serde_json::Value {
        serde_json::Value::Null
    }
}

static BROKEN: Rule = Rule { id: "toys/broken", level: Level::Block, answer: Answer::Wrong, summary: "", help: "" };
static HIDDEN: Rule = Rule { id: "toys/hidden", level: Level::Block, answer: Answer::CannotTell, summary: "", help: "" };
static DUSTY: Rule = Rule { id: "toys/dusty", level: Level::Note, answer: Answer::Wrong, summary: "", help: "" };
static TOYS: Kind = Kind {
    name: "toys",
    summary: "",
    needs: &[],
    rules: &[&BROKEN, &HIDDEN, &DUSTY],
    examples: &[],
    load: |_, _| Ok(Box::new(Toy)),
    schema: Default::default,
    run_schema: None,
};

fn planned() -> Planned {
    Planned {
        name: "toys".to_owned(),
        kind: &TOYS,
        mode: Mode::Prescriptive,
        enabled: true,
        allow_empty: None,
        levels: BTreeMap::new(),
        lines: Some(Lines { table: 3, mode: Some(5) }),
        check: Box::new(Toy),
    }
}

fn plan(asked: Asked, check: Planned) -> Plan {
    let source = Some(Source { name: "gate.toml".to_owned(), in_root: None, sha256: "0".repeat(64) });
    Plan { asked, environment: None, allow_dirty: None, evidence: Evidence::of(&RunOptions::default()), source, checks: vec![check] }
}

const PROMOTE: Asked = Asked::Promote { environment: None };

fn check(strict: bool) -> Asked {
    Asked::Check { names: Vec::new(), strict }
}

fn by_name() -> Asked {
    let none = crate::config::Text::new(String::new(), String::new());
    Asked::Kind { kind: &TOYS, name: None, flags: crate::plan::FlagTexts { own: none.clone(), run: none } }
}

fn met(rules: &[&'static Rule]) -> Ran {
    let mut outcome = Outcome::new("toy", "toys");
    outcome.examined.count = 4;
    for rule in rules {
        let met = Met::new(rule, Place::of("toy"), "so");
        match rule.answer {
            Answer::CannotTell => outcome.troubles.push(Trouble(met)),
            Answer::Wrong | Answer::Fine => outcome.findings.push(Finding(met)),
        }
    }
    Ran::Outcome(outcome)
}

fn clean_commit() -> Circumstances {
    Circumstances { commit: Ok("a".repeat(40)), dirty: Ok(Vec::new()), bypasses: Vec::new(), bypasses_unread: None }
}

fn report(plan: &Plan, ran: Ran) -> Report {
    let circumstances = if matches!(plan.asked, Asked::Kind { .. }) { None } else { Some(clean_commit()) };
    judge_all(plan, vec![ran], circumstances)
}

fn judge_all(plan: &Plan, ran: Vec<Ran>, circumstances: Option<Circumstances>) -> Report {
    judge(plan, Gathered { ran, circumstances, walked: false, policy_tracked: None }, DateTime::UNIX_EPOCH)
}

#[test]
fn wrong_holds_and_cannot_tell_holds_and_wrong_goes_first() {
    for (rules, verdict, code) in [
        (&[][..], Verdict::Promote, 0),
        (&[&DUSTY][..], Verdict::Promote, 0),
        (&[&HIDDEN][..], Verdict::CannotTell, 3),
        (&[&BROKEN][..], Verdict::Hold, 1),
        (&[&HIDDEN, &BROKEN][..], Verdict::Hold, 1),
    ] {
        let report = report(&plan(PROMOTE, planned()), met(rules));
        assert_eq!((report.verdict, report.exit_code), (Some(verdict), code), "{rules:?}");
    }
}

#[test]
fn an_advisory_command_exits_0_warns_at_most_and_says_what_promotion_would_do() {
    let report = report(&plan(check(false), planned()), met(&[&BROKEN]));
    let ruling = &report.checks[0].rulings[0];
    assert_eq!((report.exit_code, report.verdict), (0, Some(Verdict::Hold)));
    assert_eq!(
        (ruling.effect, ruling.effect_at_promotion, ruling.policy_reason_code),
        (Level::Warn, Level::Block, ReasonCode::AdvisoryCommand)
    );
}

#[test]
fn strict_exits_as_promote_would() {
    assert_eq!(report(&plan(check(true), planned()), met(&[&BROKEN])).exit_code, 1);
    assert_eq!(report(&plan(check(true), planned()), met(&[&HIDDEN])).exit_code, 3);
}

#[test]
fn a_mode_caps_and_names_its_line() {
    for (mode, effect, code) in [(Mode::Shadow, Level::Note, ReasonCode::ModeShadow), (Mode::Guided, Level::Warn, ReasonCode::ModeGuided)] {
        let report = report(&plan(PROMOTE, Planned { mode, ..planned() }), met(&[&BROKEN, &HIDDEN]));
        let ruling = &report.checks[0].rulings[0];
        assert_eq!((ruling.effect, ruling.policy_reason_code, ruling.decided_by.as_deref()), (effect, code, Some("gate.toml:5")));
        assert_eq!(report.verdict, Some(Verdict::Promote));
        assert!(report.remarks[0].starts_with("nothing here can block"));
    }
}

#[test]
fn a_configured_level_goes_up_and_down_and_names_its_line() {
    for (level, verdict) in [(Level::Warn, Verdict::Promote), (Level::Note, Verdict::Promote), (Level::Block, Verdict::Hold)] {
        let levels = BTreeMap::from([(DUSTY.id, SetLevel { level, line: 9 })]);
        let report = report(&plan(PROMOTE, Planned { levels, ..planned() }), met(&[&DUSTY]));
        assert_eq!(report.verdict, Some(verdict), "{level:?}");
        let code = if level == Level::Note { ReasonCode::LevelDefault } else { ReasonCode::LevelConfigured };
        assert_eq!(report.checks[0].rulings[0].policy_reason_code, code, "setting the default changes nothing");
    }
}

#[test]
fn a_kind_asked_by_name_minds_levels_but_no_mode() {
    let shadow = || Planned { mode: Mode::Shadow, ..planned() };
    assert_eq!(report(&plan(by_name(), shadow()), met(&[&BROKEN])).exit_code, 1);
    assert_eq!(report(&plan(by_name(), shadow()), met(&[&HIDDEN])).exit_code, 3);
    assert_eq!(report(&plan(by_name(), shadow()), met(&[&DUSTY])).exit_code, 0);
    let levels = || BTreeMap::from([(BROKEN.id, SetLevel { level: Level::Warn, line: 9 })]);
    assert_eq!(report(&plan(by_name(), Planned { levels: levels(), ..planned() }), met(&[&BROKEN])).exit_code, 1, "a warning is an answer");
}

#[test]
fn nothing_examined_is_cannot_tell_unless_it_is_allowed_with_a_reason() {
    let empty = || Ran::Outcome(Outcome::new("toy", "toys"));
    let held = report(&plan(PROMOTE, planned()), empty());
    assert_eq!(
        (held.verdict, held.checks[0].rulings[0].failure_reason_code.as_str()),
        (Some(Verdict::CannotTell), "promotion/nothing-examined")
    );
    let allow_empty = serde_json::from_str("\"a new repository\"").ok();
    let allowed = report(&plan(PROMOTE, Planned { allow_empty, ..planned() }), empty());
    assert_eq!((allowed.verdict, allowed.checks[0].allowed_empty.as_deref()), (Some(Verdict::Promote), Some("a new repository")));
}

#[test]
fn a_trouble_that_levels_soften_does_not_make_nothing_pass() {
    let mut outcome = Outcome::new("toy", "toys");
    outcome.add(Met::new(&HIDDEN, Place::of("."), "so"));
    for level in [Level::Note, Level::Warn] {
        let levels = BTreeMap::from([(HIDDEN.id, SetLevel { level, line: 9 })]);
        let report = report(&plan(PROMOTE, Planned { levels, ..planned() }), Ran::Outcome(outcome.clone()));
        assert_eq!(report.verdict, Some(Verdict::CannotTell), "{level:?}");
    }
}

#[test]
fn who_falls_short_is_counted_by_the_levels_in_force() {
    let levels =
        BTreeMap::from([(BROKEN.id, SetLevel { level: Level::Note, line: 9 }), (DUSTY.id, SetLevel { level: Level::Warn, line: 9 })]);
    let noted = report(&plan(PROMOTE, Planned { levels: levels.clone(), ..planned() }), met(&[&BROKEN]));
    let raised = report(&plan(PROMOTE, Planned { levels, ..planned() }), met(&[&DUSTY]));
    assert_eq!((noted.checks[0].short, raised.checks[0].short), (0, 1));
}

#[test]
fn a_panic_is_cannot_tell() {
    let report = report(&plan(PROMOTE, planned()), Ran::Panicked("boom".to_owned()));
    assert_eq!((report.verdict, report.checks[0].mark), (Some(Verdict::CannotTell), Mark::CannotTell));
    assert_eq!(report.checks[0].rulings[0].failure_reason_code, "promotion/check-panicked");
}

#[test]
fn a_dirty_tree_is_cannot_tell_in_promote_and_a_note_in_check() {
    let dirty = Circumstances {
        commit: Ok("a".repeat(40)),
        dirty: Ok(["a", "b", "c", "d"].map(str::to_owned).to_vec()),
        bypasses: Vec::new(),
        bypasses_unread: None,
    };
    let held = judge_all(&plan(PROMOTE, planned()), vec![met(&[])], Some(dirty.clone()));
    assert_eq!((held.verdict, held.exit_code), (Some(Verdict::CannotTell), 3));
    assert_eq!(held.promotion[0].message, "4 tracked files differ from HEAD: `a`, `b`, `c`, 1 more");
    let noted = judge_all(&plan(check(false), planned()), vec![met(&[])], Some(dirty.clone()));
    assert_eq!((noted.verdict, noted.promotion[0].effect), (Some(Verdict::CannotTell), Level::Note), "it says what promotion would do");
    let reason: Reason = serde_json::from_str("\"generated\"").unwrap();
    let forgiving = || Plan { allow_dirty: Some(Allowed { reason: reason.clone(), line: 7 }), ..plan(PROMOTE, planned()) };
    let forgiven = judge_all(&forgiving(), vec![met(&[])], Some(dirty));
    assert_eq!((forgiven.verdict, forgiven.promotion[0].decided_by.as_deref()), (Some(Verdict::Promote), Some("gate.toml:7")));
    let unknown = Circumstances {
        commit: Ok("a".repeat(40)),
        dirty: Err(Refused { why: "no".to_owned(), next: None }),
        bypasses: Vec::new(),
        bypasses_unread: None,
    };
    let held = judge_all(&forgiving(), vec![met(&[])], Some(unknown));
    assert_eq!(held.verdict, Some(Verdict::CannotTell), "what is not known cannot be forgiven");
}

#[test]
fn no_commit_and_no_check_are_cannot_tell() {
    let refused = Circumstances {
        commit: Err(Refused { why: "no".to_owned(), next: None }),
        dirty: Ok(Vec::new()),
        bypasses: Vec::new(),
        bypasses_unread: None,
    };
    let report = judge_all(&plan(PROMOTE, planned()), vec![met(&[])], Some(refused));
    assert_eq!((report.verdict, report.promotion[0].failure_reason_code.as_str()), (Some(Verdict::CannotTell), "promotion/no-commit"));
    let nothing = Plan { checks: Vec::new(), ..plan(PROMOTE, planned()) };
    let report = judge_all(&nothing, Vec::new(), Some(clean_commit()));
    assert_eq!((report.verdict, report.promotion[0].failure_reason_code.as_str()), (Some(Verdict::CannotTell), "promotion/no-checks"));
}
