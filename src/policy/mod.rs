//! Pure: outcomes in, report out. [`judge`] is the only place that decides what blocks.

pub(crate) mod rules;
mod ruling;
mod verdict;

pub(crate) use rules::PROMOTION;

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::bypass::BYPASSES;
use crate::check::{Circumstances, Gathered, Level, Met, Outcome, Place, Pushed, Ran, Tracked};
use crate::plan::{Allowed, Asked, Plan, Planned};
use crate::report::{CheckReport, ExaminedReport, Policy, Report, Ruling};
use crate::shown::{counted, shown};
use ruling::{Softening, rule_on};

/// How many differing paths a message names, and how many bypasses are told one by one.
const NAMED: usize = 3;

/// Judges everything that came back. `now` is only written down.
pub(crate) fn judge(plan: &Plan, gathered: Gathered, now: DateTime<Utc>) -> Report {
    let circumstances = gathered.circumstances.as_ref();
    let remarks = remarks(plan, &gathered);
    let checks: Vec<CheckReport> = plan.checks.iter().zip(gathered.ran).map(|(check, ran)| judge_check(plan, check, ran)).collect();
    let promotion = judge_promotion(plan, circumstances);
    let answer = verdict::answer(&promotion, &checks);
    let verdict = verdict::verdict(&plan.asked, &promotion, &checks);
    let exit = verdict::exit(&plan.asked, answer, verdict);
    Report {
        schema: Report::SCHEMA.to_owned(),
        gate_version: env!("CARGO_PKG_VERSION").to_owned(),
        command: plan.asked.command().to_owned(),
        advisory: plan.asked.is_advisory(),
        now: now.to_rfc3339_opts(SecondsFormat::Secs, true),
        commit: circumstances.and_then(|c| c.commit.clone().ok()),
        environment: plan.environment.clone().filter(|_| !matches!(plan.asked, Asked::Kind { .. })),
        policy: plan.source.as_ref().map(|s| Policy { file: s.name.clone(), sha256: s.sha256.clone() }),
        answer,
        verdict,
        exit_code: exit.code(),
        counts: verdict::counts(&promotion, &checks),
        remarks,
        promotion,
        checks,
        exit,
    }
}

/// Sentences about the whole.
fn remarks(plan: &Plan, gathered: &Gathered) -> Vec<String> {
    let mut remarks = Vec::new();
    if gathered.walked {
        remarks.push("not a git repository: every file counts that the .gitignore rules leave".to_owned());
    }
    if let (Some(source), true) = (&plan.source, gathered.policy_tracked == Some(Tracked::No)) {
        remarks.push(format!("git does not track {}: the commit carries no such policy", source.name));
    }
    let decides = !matches!(plan.asked, Asked::Kind { .. });
    if decides && !plan.checks.is_empty() && !plan.checks.iter().any(Planned::can_block) {
        remarks.push("nothing here can block: no check is prescriptive".to_owned());
    }
    remarks
}

fn judge_check(plan: &Plan, check: &Planned, ran: Ran) -> CheckReport {
    let outcome = match ran {
        Ran::Outcome(outcome) => outcome,
        Ran::Panicked(said) => {
            let mut outcome = Outcome::new("", "");
            outcome.add(Met::new(&rules::CHECK_PANICKED, Place::of("."), format!("the check broke down: {}", shown(&said))));
            outcome
        }
    };
    let softening = Softening::of(plan, check);
    let (short, examined, says) = (fall_short(&outcome, check), outcome.examined, outcome.says.clone());
    let unseen = outcome.troubles.iter().filter(|trouble| check.level(trouble.0.rule) > Level::Note).count();
    let mut rulings: Vec<Ruling> = facts(outcome, check).into_iter().map(|met| rule_on(met, &softening)).collect();
    rulings
        .sort_by(|a, b| (&a.path, a.line, &a.failure_reason_code, &a.message).cmp(&(&b.path, b.line, &b.failure_reason_code, &b.message)));
    rulings.dedup();
    CheckReport {
        name: check.name.clone(),
        kind: check.kind.name.to_owned(),
        mode: check.mode,
        decided_by: check.lines.and_then(|l| plan.source.as_ref().map(|s| format!("{}:{}", s.name, l.table))),
        answer: verdict::answer_of(&rulings),
        mark: verdict::mark_of(&rulings),
        examined: ExaminedReport { count: examined.count, what: if examined.count == 1 { examined.one } else { examined.many }.to_owned() },
        says,
        short,
        unseen,
        allowed_empty: check.allow_empty.as_ref().filter(|_| examined.count == 0).map(|r| shown(r.as_str())),
        rulings,
    }
}

/// How many different subjects have a finding that is more than a note in this check.
fn fall_short(outcome: &Outcome, check: &Planned) -> usize {
    let counted = outcome.findings.iter().map(|f| &f.0).filter(|met| check.level(met.rule) > Level::Note);
    counted.map(|met| met.subject.as_str()).collect::<BTreeSet<_>>().len()
}

/// All that was met, and `nothing-examined` where nothing at all was.
fn facts(outcome: Outcome, check: &Planned) -> Vec<Met> {
    let count = outcome.examined.count;
    let many = outcome.examined.many;
    let findings = outcome.findings.into_iter().map(|f| f.0);
    let mut facts: Vec<Met> = findings.chain(outcome.troubles.into_iter().map(|t| t.0)).collect();
    // A fact that blocks says why there is nothing; a softened one must not make "nothing" pass.
    let explained = facts.iter().any(|met| check.level(met.rule) == Level::Block);
    if count == 0 && !explained && check.allow_empty.is_none() {
        facts.push(Met::new(
            &rules::NOTHING_EXAMINED,
            Place::of("."),
            if many.is_empty() { "nothing was examined".to_owned() } else { format!("no {many} to examine") },
        ));
    }
    facts
}

fn judge_promotion(plan: &Plan, circumstances: Option<&Circumstances>) -> Vec<Ruling> {
    let as_it_is = Softening::of_promotion(plan);
    let mut rulings = Vec::new();
    if plan.checks.is_empty() {
        rulings.push(rule_on(Met::new(&rules::NO_CHECKS, Place::of("."), "no check is enabled").next("gate list"), &as_it_is));
    }
    // A kind asked by name is not asked about a commit.
    let Some(circumstances) = circumstances else { return rulings };
    rulings.extend(match (&circumstances.commit, &circumstances.dirty) {
        (Err(refused), _) => {
            let mut no_commit = Met::new(&rules::NO_COMMIT, Place::of("."), refused.why.clone());
            no_commit.next = refused.next.clone();
            Some(rule_on(no_commit, &as_it_is))
        }
        // What is not known cannot be forgiven.
        (Ok(_), Err(refused)) => {
            let message = format!("it is not known whether files differ from HEAD: {}", refused.why);
            Some(rule_on(Met::new(&rules::DIRTY_TREE, Place::of("."), message), &as_it_is))
        }
        (Ok(_), Ok(paths)) if paths.is_empty() => None,
        (Ok(_), Ok(paths)) => Some(rule_on(dirty_tree(paths, plan.allow_dirty.as_ref()), &Softening::of_dirt(plan))),
    });
    rulings.extend(bypassed(&circumstances.bypasses).map(|met| rule_on(met, &as_it_is)));
    let unread = circumstances.bypasses_unread.as_ref();
    rulings.extend(unread.map(|why| rule_on(Met::new(&rules::BYPASSES_UNREAD, Place::of(BYPASSES), why.clone()), &as_it_is)));
    rulings
}

/// The latest come first; more than a few are only counted.
fn bypassed(bypasses: &[Pushed]) -> impl Iterator<Item = Met> {
    let met = |what: String, next: &str| Met::new(&rules::BYPASSED, Place::of(BYPASSES), what).next(next);
    let more = bypasses.len().saturating_sub(NAMED);
    let more =
        (more > 0).then(|| met(format!("{} went past it", counted(more, "push more", "pushes more")), "gate hook settle --reason WHY"));
    bypasses.iter().rev().take(NAMED).map(move |pushed| met(pushed.what.clone(), &pushed.next)).chain(more)
}

fn dirty_tree(paths: &[String], allowed: Option<&Allowed>) -> Met {
    let mut named: Vec<String> = paths.iter().take(NAMED).map(|p| format!("`{p}`")).collect();
    if paths.len() > NAMED {
        named.push(format!("{} more", paths.len() - NAMED));
    }
    let differ = if paths.len() == 1 { "differs" } else { "differ" };
    let mut message = format!("{} {differ} from HEAD: {}", counted(paths.len(), "tracked file", "tracked files"), named.join(", "));
    if let Some(reason) = allowed {
        message.push_str(&format!(" (allowed: {})", shown(reason.reason.as_str())));
    }
    Met::new(&rules::DIRTY_TREE, Place::of("."), message).next("git status")
}

#[cfg(test)]
mod tests;
