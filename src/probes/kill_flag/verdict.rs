//! What the facts of one trial say of the runner.

use std::time::Duration;

use super::{Settings, Trial, TrialKind};
use crate::supervise::trial::{Ending, Facts, Form, Left};

/// What a runner is held to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Promise {
    pub(crate) tick: Duration,
    pub(crate) grace: Duration,
    pub(crate) startup: Duration,
    /// What the harness itself adds: time from gate's own doing, measured, that no runner is blamed for.
    pub(crate) overhead: Duration,
    pub(crate) exit_codes: Vec<i32>,
    pub(crate) has_heartbeat: bool,
}

/// What one trial came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// How long the runner may take to be gone after the flag.
    pub(crate) limit: Duration,
    /// How long it took; `None`: there was no flag, or it never went by itself.
    pub(crate) latency: Option<Duration>,
    /// What is wrong; none: nothing.
    pub(crate) faults: Vec<Fault>,
    /// Why it cannot be told whether more is wrong.
    pub(crate) unsure: Option<Unsure>,
    /// What is only said.
    pub(crate) remark: Option<Remark>,
}

/// One thing wrong with a runner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Gone, but so long after the limit.
    Late { by: Duration },
    /// Never gone by itself.
    Alive,
    /// So many units of work after the flag: one that was on may be finished, none begins behind a flag that was there first.
    WorkedOn { beats: usize },
    /// An exit code that is no good end.
    BadExit(i32),
    /// Ended by a signal.
    Signalled(i32),
    /// Ended with this on its standard error.
    Traceback(String),
    /// Processes that were still there when it had ended and the grace was over.
    LeftBehind(Vec<Left>),
    /// Ended without a flag, so long after the start.
    Crashed { after: Duration, ending: Ending },
    /// Could not be started.
    NotStarted(String),
    /// Only so many heartbeats where more had to come.
    NeverTicked { beats: usize },
    /// Does not take this for a flag.
    OddIgnored(Form),
}

/// Why a trial says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unsure {
    /// A signal to gate ended it.
    Interrupted(i32),
    /// It could not be held.
    Failed(String),
    /// The machine woke the watch so late that a lateness may be gate's own, or that being in time is not known to the grace.
    WokenLate(Duration),
    /// Processes of the trial are still there.
    NotEnded,
    /// The flag was never made, and the runner did not end.
    NoFlag,
}

/// What a trial shows that is neither good nor bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remark {
    /// A flag that went away within a tick was obeyed.
    BriefFlagObeyed,
    /// It was not seen, or forgotten: the second was judged.
    BriefFlagMissed,
    /// A link to nothing is no flag to this runner.
    DanglingIgnored,
}

/// Heartbeats that the control must show: then three ticks are over.
const CONTROL_BEATS: usize = 4;

impl Verdict {
    /// Whether something is wrong that nobody has to promise: all but an odd flag that is ignored.
    pub(crate) fn is_wrong(&self) -> bool {
        self.faults.iter().any(|fault| !matches!(fault, Fault::OddIgnored(_)))
    }
}

impl Promise {
    pub(crate) fn of(settings: &Settings, overhead: Duration) -> Self {
        Self {
            tick: settings.tick,
            grace: settings.grace,
            startup: settings.startup,
            overhead,
            exit_codes: settings.exit_codes.clone(),
            has_heartbeat: settings.heartbeat.is_some(),
        }
    }

    /// Whether the grace alone hides a tick that nobody looked in.
    pub(crate) fn is_lax(&self) -> bool {
        self.grace >= self.tick
    }

    /// Whether two ticks as they were observed lie within the limit: a runner that looks at every second one is never late.
    pub(crate) fn hides(&self, observed: Option<Duration>) -> bool {
        self.has_heartbeat && observed.is_some_and(|tick| self.limit(TrialKind::BusyTick) >= tick.saturating_mul(2))
    }

    /// How long after the flag a runner may be there.
    pub(crate) fn limit(&self, kind: TrialKind) -> Duration {
        let limit = self.tick.saturating_add(self.grace).saturating_add(self.overhead);
        match kind {
            TrialKind::BeforeStart | TrialKind::ColdStart => limit.saturating_add(self.startup),
            TrialKind::Control | TrialKind::Moment { .. } | TrialKind::BusyTick | TrialKind::Removed | TrialKind::Odd(_) => limit,
        }
    }
}

/// Judges one trial of a runner.
pub(crate) fn judge(settings: &Settings, overhead: Duration, trial: &Trial, facts: &Facts) -> Verdict {
    Promise::of(settings, overhead).judge(trial.kind, facts)
}

impl Promise {
    /// Judges what was seen in a trial of this kind.
    pub(crate) fn judge(&self, kind: TrialKind, facts: &Facts) -> Verdict {
        let mut verdict = Verdict { limit: self.limit(kind), ..Verdict::default() };
        let failed = if let Ending::Failed(why) = &facts.ending { Some(Unsure::Failed(why.clone())) } else { None };
        if let Some(unsure) = facts.interrupted.map(Unsure::Interrupted).or(failed) {
            return Verdict { unsure: Some(unsure), ..verdict };
        }
        if let Ending::NotStarted(why) = &facts.ending {
            verdict.faults.push(Fault::NotStarted(why.clone()));
            return verdict;
        }
        let judging = Judging { promise: self, kind, facts, verdict };
        let verdict = match kind {
            TrialKind::Control => judging.control(),
            TrialKind::BeforeStart
            | TrialKind::Moment { .. }
            | TrialKind::ColdStart
            | TrialKind::BusyTick
            | TrialKind::Removed
            | TrialKind::Odd(_) => judging.flagged(),
        };
        self.certain(facts, verdict)
    }

    /// A lateness that gate's own may explain is no blame, and where that is longer than the grace, none is no praise. What is certain stays.
    fn certain(&self, facts: &Facts, mut verdict: Verdict) -> Verdict {
        let late = Duration::from_micros(facts.late_us);
        let faults = verdict.faults.len();
        verdict.faults.retain(|fault| !fault.is_within(late));
        let is_explained = verdict.faults.len() < faults;
        if is_explained || (late > self.grace && !verdict.faults.iter().any(Fault::is_of_time)) {
            verdict.unsure = Some(Unsure::WokenLate(late));
        }
        if !facts.all_ended {
            verdict.unsure = Some(Unsure::NotEnded);
        }
        verdict
    }
}

impl Fault {
    /// Whether a watch that was woken so late may have made it.
    fn is_within(&self, late: Duration) -> bool {
        match self {
            Self::Late { by } => *by <= late,
            Self::Alive
            | Self::WorkedOn { .. }
            | Self::BadExit(_)
            | Self::Signalled(_)
            | Self::Traceback(_)
            | Self::LeftBehind(_)
            | Self::Crashed { .. }
            | Self::NotStarted(_)
            | Self::NeverTicked { .. }
            | Self::OddIgnored(_) => false,
        }
    }

    /// Whether a clock decided it.
    fn is_of_time(&self) -> bool {
        match self {
            Self::Late { .. } | Self::Alive | Self::WorkedOn { .. } | Self::OddIgnored(_) | Self::NeverTicked { .. } => true,
            Self::BadExit(_)
            | Self::Signalled(_)
            | Self::Traceback(_)
            | Self::LeftBehind(_)
            | Self::Crashed { .. }
            | Self::NotStarted(_) => false,
        }
    }
}

/// One trial on its way to a verdict.
struct Judging<'a> {
    promise: &'a Promise,
    kind: TrialKind,
    facts: &'a Facts,
    verdict: Verdict,
}

impl Judging<'_> {
    fn control(mut self) -> Verdict {
        let beats = self.facts.beats_us.len();
        if ended_itself(self.facts) {
            self.crashed();
            self.behind();
        } else if self.promise.has_heartbeat && beats < CONTROL_BEATS {
            self.fault(Fault::NeverTicked { beats });
        }
        self.verdict
    }

    fn flagged(mut self) -> Verdict {
        let flagged = match self.kind {
            TrialKind::BeforeStart => Some(self.facts.flagged_us.unwrap_or(0)),
            TrialKind::Control
            | TrialKind::Moment { .. }
            | TrialKind::ColdStart
            | TrialKind::BusyTick
            | TrialKind::Removed
            | TrialKind::Odd(_) => self.facts.flagged_us,
        };
        match (ended_itself(self.facts), flagged) {
            (true, Some(flagged)) if self.facts.exited_us.is_none_or(|exited| exited >= flagged) => self.gone(flagged),
            (true, Some(_) | None) => self.gone_before(),
            (false, Some(_)) => self.outlived(),
            (false, None) => self.never_flagged(),
        }
        if ended_itself(self.facts) {
            self.behind();
        }
        self.verdict
    }

    /// It went after the flag.
    fn gone(&mut self, flagged: u64) {
        let latency = Duration::from_micros(self.facts.exited_us.unwrap_or(u64::MAX).saturating_sub(flagged));
        self.verdict.latency = Some(latency);
        if let Some(by) = latency.checked_sub(self.verdict.limit).filter(|by| !by.is_zero()) {
            self.fault(Fault::Late { by });
        }
        self.worked_on(flagged);
        self.exit();
        if self.kind == TrialKind::Removed {
            self.verdict.remark = Some(Remark::BriefFlagMissed);
        }
    }

    /// It went before the flag was there for good: obeying one that came and went, or on its own.
    fn gone_before(&mut self) {
        let (first, exited) = (self.facts.first_flagged_us, self.facts.exited_us);
        let saw_the_first = first.zip(exited).is_some_and(|(first, exited)| exited >= first);
        if self.kind == TrialKind::Removed && saw_the_first {
            self.verdict.remark = Some(Remark::BriefFlagObeyed);
            return self.exit();
        }
        self.crashed();
    }

    fn outlived(&mut self) {
        match self.kind {
            TrialKind::Odd(Form::Dangling) => self.verdict.remark = Some(Remark::DanglingIgnored),
            TrialKind::Odd(form @ (Form::Folder | Form::Symlink | Form::Unreadable)) => self.fault(Fault::OddIgnored(form)),
            TrialKind::Odd(Form::Empty | Form::Text)
            | TrialKind::Control
            | TrialKind::BeforeStart
            | TrialKind::Moment { .. }
            | TrialKind::ColdStart
            | TrialKind::BusyTick
            | TrialKind::Removed => self.fault(Fault::Alive),
        }
    }

    fn never_flagged(&mut self) {
        match self.promise.has_heartbeat {
            true => self.fault(Fault::NeverTicked { beats: self.facts.beats_us.len() }),
            false => self.verdict.unsure = Some(Unsure::NoFlag),
        }
    }

    /// A unit of work that was on when the flag came may be finished; none begins behind a flag that was there first. What was seen within the
    /// overhead after the flag may have been before it.
    fn worked_on(&mut self, flagged: u64) {
        let (from, allowed) = match self.kind {
            TrialKind::BeforeStart => (0, 0),
            TrialKind::Control
            | TrialKind::Moment { .. }
            | TrialKind::ColdStart
            | TrialKind::BusyTick
            | TrialKind::Removed
            | TrialKind::Odd(_) => (flagged.saturating_add(micros(self.promise.overhead)), 1),
        };
        let beats = self.facts.beats_us.iter().filter(|beat| **beat > from).count();
        if beats > allowed {
            self.fault(Fault::WorkedOn { beats });
        }
    }

    fn exit(&mut self) {
        match &self.facts.ending {
            Ending::Exited(code) if self.promise.exit_codes.contains(code) => {}
            Ending::Exited(code) => self.fault(Fault::BadExit(*code)),
            Ending::Signalled(signal) => self.fault(Fault::Signalled(*signal)),
            Ending::Outlived | Ending::NotStarted(_) | Ending::Failed(_) => {}
        }
    }

    fn crashed(&mut self) {
        let after = Duration::from_micros(self.facts.exited_us.unwrap_or_default());
        self.fault(Fault::Crashed { after, ending: self.facts.ending.clone() });
    }

    /// What a runner that ended by itself must not leave, in every kind of trial.
    fn behind(&mut self) {
        if let Some(traceback) = &self.facts.traceback {
            self.fault(Fault::Traceback(traceback.clone()));
        }
        if !self.facts.left.is_empty() {
            self.fault(Fault::LeftBehind(self.facts.left.clone()));
        }
    }

    fn fault(&mut self, fault: Fault) {
        self.verdict.faults.push(fault);
    }
}

/// Whether gate had no hand in the end.
fn ended_itself(facts: &Facts) -> bool {
    match facts.ending {
        Ending::Exited(_) | Ending::Signalled(_) => true,
        Ending::Outlived | Ending::NotStarted(_) | Ending::Failed(_) => false,
    }
}

/// Whole microseconds.
pub(super) fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}
