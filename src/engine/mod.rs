//! Runs the plan on threads and keeps its order. A check that panics is that check's trouble.

mod panics;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) use panics::install as catch_panics;

use crate::bypass::{Standing, standing};
use crate::check::{Circumstances, Gathered, Need, Outcome, Pushed, Ran, Refused, Tracked};
use crate::plan::{Asked, Plan};
use crate::world::{Cx, HistoryError};

/// What the engine tells while it works.
pub(crate) enum Event<'a> {
    /// A check begins.
    Started { name: &'a str },
    /// So many of so many are done.
    Done { done: usize, of: usize },
}

/// Runs every check of the plan, and asks about the commit beside them.
pub(crate) fn run(plan: &Plan, cx: &Cx<'_>, tell: &(dyn Fn(Event<'_>) + Sync)) -> Gathered {
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let slots: Vec<Mutex<Option<Ran>>> = plan.checks.iter().map(|_| Mutex::new(None)).collect();
    let work = || {
        while let Some((i, check)) = pick(plan, &next) {
            tell(Event::Started { name: &check.name });
            let ran = run_one(check, cx);
            if let Ok(mut slot) = slots[i].lock() {
                *slot = Some(ran);
            }
            tell(Event::Done { done: done.fetch_add(1, Ordering::Relaxed) + 1, of: plan.checks.len() });
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(plan.checks.len());
    let circumstances = std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
        ask_circumstances(plan, cx)
    });
    let lost = || Ran::Panicked("its thread was lost".to_owned());
    let ran = slots.into_iter().map(|slot| slot.into_inner().ok().flatten().unwrap_or_else(lost)).collect();
    let walked = plan.checks.iter().any(|c| c.kind.needs.contains(&Need::Tree)) && cx.tree().listing().is_ok_and(|l| l.is_walked());
    Gathered { ran, circumstances, walked, policy_tracked: policy_tracked(plan, cx) }
}

/// Asked only where a commit is decided about.
fn policy_tracked(plan: &Plan, cx: &Cx<'_>) -> Option<Tracked> {
    let decides = !matches!(plan.asked, Asked::Kind { .. });
    let path = plan.source.as_ref().and_then(|source| source.in_root.as_deref()).filter(|_| decides)?;
    Some(match cx.history().tracked() {
        Ok(tracked) if tracked.get(path).is_some() => Tracked::Yes,
        Ok(_) => Tracked::No,
        Err(_) => Tracked::Unknown,
    })
}

fn pick<'p>(plan: &'p Plan, next: &AtomicUsize) -> Option<(usize, &'p crate::plan::Planned)> {
    let i = next.fetch_add(1, Ordering::Relaxed);
    plan.checks.get(i).map(|check| (i, check))
}

fn run_one(check: &crate::plan::Planned, cx: &Cx<'_>) -> Ran {
    panics::watch();
    match catch_unwind(AssertUnwindSafe(|| check.check.run(cx))) {
        Ok(Ok(outcome)) => Ran::Outcome(outcome),
        Ok(Err(trouble)) => {
            let mut outcome = Outcome::new("", "");
            outcome.troubles.push(*trouble);
            Ran::Outcome(outcome)
        }
        Err(_) => Ran::Panicked(panics::take()),
    }
}

fn ask_circumstances(plan: &Plan, cx: &Cx<'_>) -> Option<Circumstances> {
    match &plan.asked {
        Asked::Kind { .. } => None,
        Asked::Promote { .. } | Asked::Check { .. } => {
            let commit = cx.history().head().map(|c| c.id).map_err(|e| refused(&e));
            let dirty = if commit.is_ok() { cx.history().dirty().map_err(|e| refused(&e)) } else { Ok(Vec::new()) };
            // Evidence is no dirt where a check judges it; elsewhere the paths are those of any file.
            let judged = plan.checks.iter().any(|check| check.kind.run_schema.is_some());
            let is_evidence = |path: &String| plan.evidence.is_report(path) || (judged && plan.evidence.holds(path));
            let dirty = dirty.map(|paths| paths.into_iter().filter(|path| !is_evidence(path)).collect());
            let bypasses = standing(cx, &plan.evidence);
            let bypasses_unread = bypasses.describe_unread();
            let pushed = |standing: &Standing| Pushed { what: standing.describe(), next: standing.next() };
            Some(Circumstances { commit, dirty, bypasses: bypasses.standing.iter().map(pushed).collect(), bypasses_unread })
        }
    }
}

fn refused(error: &HistoryError) -> Refused {
    Refused { why: error.to_string(), next: error.next().map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Check, Kind, Mode, Trouble};
    use crate::plan::Planned;
    use crate::world::World;
    use crate::world::fake::Fake;

    struct Toy(usize);

    impl Check for Toy {
        fn run(&self, _: &Cx<'_>) -> Result<Outcome, Box<Trouble>> {
            assert!(self.0 != 3, "the toy is broken");
            std::thread::sleep(std::time::Duration::from_millis(3 * (8 - self.0 as u64)));
            let mut outcome = Outcome::new("toy", "toys");
            outcome.examined.count = self.0;
            Ok(outcome)
        }

        fn options(&self) -> serde_json::Value {
            serde_json::Value::Null
        }
    }

    static TOYS: Kind = Kind {
        name: "toys",
        summary: "",
        needs: &[],
        rules: &[],
        examples: &[],
        load: |_, _| Err(Vec::new()),
        schema: Default::default,
        run_schema: None,
    };

    fn plan() -> Plan {
        let check = |n| Planned {
            name: format!("toy-{n}"),
            kind: &TOYS,
            mode: Mode::Prescriptive,
            enabled: true,
            allow_empty: None,
            levels: Default::default(),
            lines: None,
            check: Box::new(Toy(n)),
        };
        Plan {
            asked: Asked::Promote { environment: None },
            environment: None,
            allow_dirty: None,
            evidence: crate::run::Evidence::of(&crate::config::RunOptions::default()),
            source: None,
            checks: (0..8).map(check).collect(),
        }
    }

    #[test]
    fn a_git_that_does_not_answer_does_not_say_that_the_policy_is_tracked() {
        use crate::check::Sample;
        let source = crate::plan::Source { name: "p.toml".to_owned(), in_root: Some("p.toml".to_owned()), sha256: String::new() };
        let plan = Plan { source: Some(source), ..plan() };
        let tracked = |files: &[(&str, Sample)]| policy_tracked(&plan, &Cx::new(&Fake::new(files)));
        assert_eq!(tracked(&[("p.toml", Sample::Text(""))]), Some(Tracked::Yes));
        assert_eq!(tracked(&[("p.toml", Sample::Untracked(""))]), Some(Tracked::No));
        assert_eq!(tracked(&[("p.toml", Sample::Text("")), (".", Sample::NoTree)]), Some(Tracked::Unknown));
        assert_eq!(policy_tracked(&Plan { source: None, ..self::plan() }, &Cx::new(&Fake::new(&[]))), None);
    }

    #[test]
    fn results_keep_the_order_of_the_plan_and_a_panic_stays_in_its_check() {
        panics::install();
        let world = Fake::new(&[]);
        let gathered = run(&plan(), &Cx::new(&world as &dyn World), &|_| {});
        for (i, ran) in gathered.ran.iter().enumerate() {
            match ran {
                Ran::Outcome(outcome) => assert_eq!(outcome.examined.count, i),
                Ran::Panicked(what) => {
                    assert_eq!(i, 3);
                    assert!(what.starts_with("the toy is broken (src/engine/mod.rs:"), "{what}");
                }
            }
        }
    }
}
