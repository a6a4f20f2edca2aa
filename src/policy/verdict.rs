//! What the rulings come to: the answer, the verdict, the counts, the exit code.

use crate::check::{Answer, Level};
use crate::exit::Exit;
use crate::plan::Asked;
use crate::report::{CheckReport, Counts, Mark, Ruling, Verdict};

/// The answer to what was asked, levels minded: a note is no answer.
pub(super) fn answer_of(rulings: &[Ruling]) -> Answer {
    let any = |answer| rulings.iter().any(|r| r.answer == answer && r.effect_at_promotion > Level::Note);
    match (any(Answer::Wrong), any(Answer::CannotTell)) {
        (true, _) => Answer::Wrong,
        (false, true) => Answer::CannotTell,
        (false, false) => Answer::Fine,
    }
}

pub(super) fn answer(promotion: &[Ruling], checks: &[CheckReport]) -> Answer {
    let all: Vec<Answer> = checks.iter().map(|c| c.answer).chain([answer_of(promotion)]).collect();
    [Answer::Wrong, Answer::CannotTell].into_iter().find(|a| all.contains(a)).unwrap_or(Answer::Fine)
}

/// The sign of a row: what it would come to at promotion.
pub(super) fn mark_of(rulings: &[Ruling]) -> Mark {
    let blocks = |answer| rulings.iter().any(|r| r.answer == answer && r.effect_at_promotion == Level::Block);
    let warns = rulings.iter().any(|r| r.effect_at_promotion == Level::Warn);
    // No rule has the answer "fine"; if one had, it would be no proof.
    match (blocks(Answer::Wrong), blocks(Answer::CannotTell) || blocks(Answer::Fine), warns) {
        (true, _, _) => Mark::Failed,
        (false, true, _) => Mark::CannotTell,
        (false, false, true) => Mark::Warned,
        (false, false, false) => Mark::Fine,
    }
}

/// What promotion would do over these checks; a question by name has no verdict.
pub(super) fn verdict(asked: &Asked, promotion: &[Ruling], checks: &[CheckReport]) -> Option<Verdict> {
    let marks: Vec<Mark> = checks.iter().map(|c| c.mark).chain([mark_of(promotion)]).collect();
    match asked {
        Asked::Kind { .. } => None,
        Asked::Promote { .. } | Asked::Check { .. } if marks.contains(&Mark::Failed) => Some(Verdict::Hold),
        Asked::Promote { .. } | Asked::Check { .. } if marks.contains(&Mark::CannotTell) => Some(Verdict::CannotTell),
        Asked::Promote { .. } | Asked::Check { .. } => Some(Verdict::Promote),
    }
}

pub(super) fn counts(promotion: &[Ruling], checks: &[CheckReport]) -> Counts {
    let own = if promotion.is_empty() { None } else { Some(mark_of(promotion)) };
    let count = |mark| checks.iter().map(|c| c.mark).chain(own).filter(|m| *m == mark).count();
    Counts { checks: checks.len(), failed: count(Mark::Failed), cannot_tell: count(Mark::CannotTell), warned: count(Mark::Warned) }
}

pub(super) fn exit(asked: &Asked, answer: Answer, verdict: Option<Verdict>) -> Exit {
    match (asked, verdict) {
        (Asked::Check { strict: false, .. }, _) | (_, Some(Verdict::Promote)) => Exit::Fine,
        (_, Some(Verdict::Hold)) => Exit::Wrong,
        (_, Some(Verdict::CannotTell)) => Exit::CannotTell,
        (_, None) => match answer {
            Answer::Fine => Exit::Fine,
            Answer::Wrong => Exit::Wrong,
            Answer::CannotTell => Exit::CannotTell,
        },
    }
}
