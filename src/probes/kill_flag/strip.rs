//! The moments as a picture of one line: a column a trial, in the order of the phases, as high as its latency is against the limit.

use super::judged::phase_of;
use super::{Fault, Judged, Verdict};

/// The most columns; beyond it several trials share one, which shows the worst of them.
const COLUMNS: usize = 60;
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Later than the limit, or never gone.
const LATE: char = '✗';
/// Nothing is known.
const UNSURE: char = '?';

/// How one moment ended, worse ones greater.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) enum Mark {
    /// In time, after this share of the limit.
    InTime(f64),
    Unsure,
    /// After this share of the limit; never, without one.
    Late(f64),
    Never,
}

/// The moments by phase.
pub(super) fn marks(judged: &Judged<'_>) -> Vec<(usize, f64, Mark)> {
    let mark = |(trial, verdict): &(&super::TrialRecord, Verdict)| Some((trial.number, phase_of(trial.kind)?, mark(verdict)));
    let mut marks: Vec<(usize, f64, Mark)> = judged.trials.iter().filter_map(mark).collect();
    marks.sort_by(|a, b| a.1.total_cmp(&b.1));
    marks
}

fn mark(verdict: &Verdict) -> Mark {
    let share = verdict.latency.map(|latency| latency.as_secs_f64() / verdict.limit.as_secs_f64().max(1e-6));
    let is_late = verdict.faults.iter().any(|fault| matches!(fault, Fault::Late { .. }));
    match (verdict.unsure.is_some(), share) {
        (true, _) => Mark::Unsure,
        (false, None) => Mark::Never,
        (false, Some(share)) if is_late => Mark::Late(share),
        (false, Some(share)) => Mark::InTime(share),
    }
}

/// The line; empty without moments.
pub(crate) fn strip(judged: &Judged<'_>) -> String {
    let marks = marks(judged);
    let columns = marks.len().min(COLUMNS);
    let worst = |column: usize| {
        let part = &marks[column * marks.len() / columns..(column + 1) * marks.len() / columns];
        part.iter().map(|(_, _, mark)| *mark).reduce(|a, b| if b > a { b } else { a })
    };
    (0..columns).filter_map(worst).map(sign).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is cut to the eight bars")]
fn sign(mark: Mark) -> char {
    match mark {
        Mark::InTime(share) => BARS[((share.clamp(0.0, 1.0) * 8.0).ceil() as usize).clamp(1, 8) - 1],
        Mark::Unsure => UNSURE,
        Mark::Late(_) | Mark::Never => LATE,
    }
}
