//! What was measured: every trial judged again from its facts, and the whole.

use std::collections::BTreeMap;

use super::judging::Judging;
use super::rules;
use crate::check::{Met, Rule};
use crate::probes::kill_flag::{Fault, Judged, Report, TickSeen, TrialKind, time, told_fault, told_lacking, told_unsure, who};
use crate::shown::counted;

/// How many trials are told one by one for a rule; the rest are counted.
const TOLD: usize = 20;

impl Judging<'_> {
    pub(super) fn measured(&mut self, report: &Report) {
        let judged = report.judged();
        self.trials(report, &judged);
        self.tick(report, &judged);
        let promise = report.promise();
        if promise.is_lax() {
            let message = format!("the grace ({}) is no shorter than the tick ({})", time(promise.grace), time(promise.tick));
            self.met(&rules::LAX_GRACE, message);
        } else if promise.hides(judged.observed) {
            let (limit, seen) = (time(promise.limit(TrialKind::BusyTick)), time(judged.observed.unwrap_or_default()));
            self.met(&rules::LAX_GRACE, format!("the limit ({limit}) is no shorter than two ticks as they were observed ({seen} each)"));
        }
        for lacking in &judged.lacking {
            let met = self.again(&rules::UNPROVEN, told_lacking(*lacking));
            self.add(met);
        }
        if let Some(spread) = judged.spread {
            let limit = time(promise.limit(TrialKind::BusyTick));
            let moments = counted(judged.power.moments, "moment", "moments");
            self.says.insert(0, format!("{moments}, gone {} after the flag at worst, limit {limit}", time(spread.worst.latency)));
        }
    }

    fn trials(&mut self, report: &Report, judged: &Judged<'_>) {
        let mut told: BTreeMap<&'static str, usize> = BTreeMap::new();
        let mut last: Vec<&'static Rule> = Vec::new();
        let faults = judged.trials.iter().flat_map(|(trial, verdict)| {
            let unsure = verdict.unsure.iter().map(|unsure| (*trial, &rules::UNPROVEN, told_unsure(unsure)));
            verdict.faults.iter().map(|fault| (*trial, rule_of(fault), told_fault(fault, verdict))).chain(unsure)
        });
        for (trial, rule, message) in faults {
            let count = told.entry(rule.id).or_default();
            *count += 1;
            if *count > TOLD {
                last.push(rule);
                continue;
            }
            let met = Met::new(rule, self.here(), format!("{}: {message}", who(trial)));
            let met = met.subject(format!("trial {}", trial.number)).next(self.same_moments(report));
            self.add(met);
        }
        last.sort_by_key(|rule| rule.id);
        last.dedup_by_key(|rule| rule.id);
        for rule in last {
            let more = told.get(rule.id).map_or(0, |count| count - TOLD);
            let met = Met::new(rule, self.here(), format!("… and {} more", counted(more, "trial", "trials")));
            self.add(met.next(self.same_moments(report)));
        }
    }

    fn tick(&mut self, report: &Report, judged: &Judged<'_>) {
        let declared = time(report.promise().tick);
        match judged.tick {
            TickSeen::AsDeclared => {}
            TickSeen::NotObserved => self.met(&rules::TICK_NOT_OBSERVED, "the tick was not observed: there is no heartbeat"),
            TickSeen::TooFew => self.met(&rules::TICK_NOT_OBSERVED, "the tick was not observed: there were too few heartbeats"),
            TickSeen::Differs(seen) => {
                let met = Met::new(&rules::TICK_DIFFERS, self.here(), "the runner does not tick as declared");
                self.add(met.expected(declared).actual(time(seen)));
            }
        }
    }
}

fn rule_of(fault: &Fault) -> &'static Rule {
    match fault {
        Fault::Late { .. } => &rules::LATE,
        Fault::Alive => &rules::STILL_ALIVE,
        Fault::WorkedOn { .. } => &rules::WORKED_ON,
        Fault::BadExit(_) | Fault::Signalled(_) => &rules::BAD_EXIT,
        Fault::Traceback(_) => &rules::TRACEBACK,
        Fault::LeftBehind(_) => &rules::LEFT_BEHIND,
        Fault::Crashed { .. } => &rules::CRASHED,
        Fault::NotStarted(_) => &rules::NOT_STARTED,
        Fault::NeverTicked { .. } => &rules::NEVER_TICKED,
        Fault::OddIgnored(_) => &rules::ODD_FLAG,
    }
}
