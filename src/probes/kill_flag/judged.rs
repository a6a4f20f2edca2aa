//! What a report comes to: every trial judged again from its facts, and the whole.

use std::time::Duration;

use super::power::{Point, Power, Spread};
use super::{Report, TrialKind, TrialRecord, Verdict};
use crate::supervise::trial::Form;

/// What a report comes to; what it says of itself is not believed.
#[derive(Clone, Debug)]
pub(crate) struct Judged<'r> {
    /// Each trial with its verdict, in the order of the numbers.
    pub(crate) trials: Vec<(&'r TrialRecord, Verdict)>,
    /// The median time between two heartbeats, where there are enough.
    pub(crate) observed: Option<Duration>,
    pub(crate) tick: TickSeen,
    /// What the report lacks to say anything of the whole.
    pub(crate) lacking: Vec<Lacking>,
    /// Of the moments that were held and could tell.
    pub(crate) power: Power,
    pub(crate) spread: Option<Spread>,
}

/// Whether the declared tick is the one that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TickSeen {
    /// There is no heartbeat to see it by.
    NotObserved,
    /// There were too few.
    TooFew,
    AsDeclared,
    /// The declared one is less than 0.67 or more than 1.5 times this.
    Differs(Duration),
}

/// What a report lacks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Lacking {
    /// So many moments are there, where so many were asked for.
    Moments { held: usize, asked: usize },
    /// A trial of this kind, which is always held.
    Trial(TrialKind),
    /// The harness adds more than half the grace, or so much that a tick in which nobody looked is within the limit: what it measures is not known
    /// well enough.
    Precision { overhead: Duration },
}

/// Fewer intervals than this make no median.
const INTERVALS: usize = 3;

impl Report {
    /// Judges every trial and the whole.
    pub(crate) fn judged(&self) -> Judged<'_> {
        let promise = self.promise();
        let trials: Vec<(&TrialRecord, Verdict)> =
            self.trials.iter().map(|trial| (trial, promise.judge(trial.kind, &trial.facts()))).collect();
        let observed = self.observed();
        let tick = match (observed, promise.has_heartbeat) {
            (_, false) => TickSeen::NotObserved,
            (None, true) => TickSeen::TooFew,
            (Some(seen), true) if promise.tick < seen.mul_f64(0.67) || promise.tick > seen.mul_f64(1.5) => TickSeen::Differs(seen),
            (Some(_), true) => TickSeen::AsDeclared,
        };
        let told = trials.iter().filter(|(trial, verdict)| is_moment(trial.kind) && verdict.unsure.is_none()).count();
        let spread = Spread::of(&points(&trials));
        Judged { observed, tick, lacking: self.lacking(), power: Power::of(told), spread, trials }
    }

    fn observed(&self) -> Option<Duration> {
        let mut intervals: Vec<u64> = self.trials.iter().flat_map(TrialRecord::intervals).collect();
        intervals.sort_unstable();
        (intervals.len() >= INTERVALS).then(|| Duration::from_micros(intervals[(intervals.len() - 1) / 2]))
    }

    fn lacking(&self) -> Vec<Lacking> {
        let moments = self.trials.iter().filter(|trial| is_moment(trial.kind)).count();
        let busy = self.options.heartbeat.is_some().then_some(TrialKind::BusyTick);
        let odd = [Form::Text, Form::Folder, Form::Symlink, Form::Dangling, Form::Unreadable].map(TrialKind::Odd);
        let kinds =
            [TrialKind::Control, TrialKind::BeforeStart, TrialKind::ColdStart, TrialKind::Removed].into_iter().chain(busy).chain(odd);
        let absent = kinds.filter(|kind| !self.trials.iter().any(|trial| trial.kind == *kind)).map(Lacking::Trial);
        let few = (moments < self.options.trials).then_some(Lacking::Moments { held: moments, asked: self.options.trials });
        let overhead = Duration::from_micros(self.overhead_us);
        let coarse = self.is_coarse().then_some(Lacking::Precision { overhead });
        few.into_iter().chain(absent).chain(coarse).collect()
    }

    /// Whether what the harness adds hides what the declared grace does not.
    fn is_coarse(&self) -> bool {
        let (tick, grace, overhead) = (self.options.tick_us, self.options.grace_us, self.overhead_us);
        let hides_a_tick = grace < tick && grace.saturating_add(overhead) >= tick;
        hides_a_tick || overhead > grace / 2
    }
}

impl Judged<'_> {
    /// Whether anything is wrong with the runner. That it takes a flag of an odd form for none is only warned of.
    pub(crate) fn is_wrong(&self) -> bool {
        matches!(self.tick, TickSeen::Differs(_)) || self.trials.iter().any(|(_, verdict)| verdict.is_wrong())
    }

    /// Whether something that had to be told could not be.
    pub(crate) fn is_unsure(&self) -> bool {
        !self.lacking.is_empty() || self.trials.iter().any(|(_, verdict)| verdict.unsure.is_some())
    }
}

pub(super) fn is_moment(kind: TrialKind) -> bool {
    phase_of(kind).is_some()
}

/// The phase of a trial at a random moment.
pub(super) fn phase_of(kind: TrialKind) -> Option<f64> {
    match kind {
        TrialKind::Moment { phase } => Some(phase),
        TrialKind::Control
        | TrialKind::BeforeStart
        | TrialKind::ColdStart
        | TrialKind::BusyTick
        | TrialKind::Removed
        | TrialKind::Odd(_) => None,
    }
}

fn points(trials: &[(&TrialRecord, Verdict)]) -> Vec<Point> {
    let point = |(trial, verdict): &(&TrialRecord, Verdict)| {
        Some(Point { number: trial.number, phase: phase_of(trial.kind)?, latency: verdict.latency? })
    };
    trials.iter().filter_map(point).collect()
}
