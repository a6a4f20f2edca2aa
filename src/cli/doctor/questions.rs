//! The checks, asked as `gate promote` asks them: what they will not be able to tell here.

use std::sync::Mutex;

use super::Seen;
use super::line::{Line, State};
use super::project::{Project, Tracked};
use crate::check::{Answer, Level};
use crate::cli::progress::Progress;
use crate::engine;
use crate::policy;
use crate::report::{CheckReport, Report, Ruling};
use crate::shown::counted;
use crate::world::{Cx, Out, World};

/// What has a line of its own wherever it is met: the policy without a check.
const TOLD_ELSEWHERE: [&str; 1] = ["promotion/no-checks"];
/// How many troubles are told one by one.
const TOLD: usize = 10;

/// Runs the checks and judges them; nothing is printed but the progress.
pub(super) fn ask(project: &Project, seen: &Seen<'_>, out: &mut dyn Out) -> (Report, Tracked) {
    let gathered = {
        let shared = Mutex::new(out);
        let progress = Progress::new(&shared);
        engine::run(&project.plan, &Cx::new(seen.world), &|event| progress.tell(&event))
    };
    let tracked = if gathered.policy_untracked { Tracked::No } else { Tracked::Yes };
    (policy::judge(&project.plan, gathered, seen.world.now()), tracked)
}

/// What could not be told, the gravest first, but for the rules that other lines tell of.
pub(super) fn unseen(report: &Report, told: &[&str]) -> Vec<Line> {
    let of_checks = report.checks.iter().flat_map(|check| check.rulings.iter().map(move |ruling| (Some(check), ruling)));
    let mut met: Vec<(Option<&CheckReport>, &Ruling)> = report.promotion.iter().map(|ruling| (None, ruling)).chain(of_checks).collect();
    met.retain(|(_, ruling)| {
        let weighs = ruling.answer == Answer::CannotTell && ruling.effect_at_promotion > Level::Note;
        weighs && !told.contains(&ruling.failure_reason_code.as_str()) && !TOLD_ELSEWHERE.contains(&ruling.failure_reason_code.as_str())
    });
    met.sort_by_key(|(_, ruling)| std::cmp::Reverse(ruling.effect_at_promotion));
    let more = met.len().saturating_sub(TOLD);
    let mut lines: Vec<Line> = met
        .iter()
        .take(TOLD)
        .map(|(check, ruling)| line_of(ruling, &check.filter(|c| c.name != c.kind).map(|c| format!("{}: ", c.name)).unwrap_or_default()))
        .collect();
    if more > 0 {
        let state = met.iter().skip(TOLD).map(|(_, ruling)| state_of(ruling)).max().unwrap_or(State::Advice);
        lines.push(Line::new("…", state, format!("and {more} more")).fix("gate check"));
    }
    lines
}

/// A ruling as a line: its rule, its place and message, its next step.
pub(super) fn line_of(ruling: &Ruling, before: &str) -> Line {
    let place = match (ruling.path.as_str(), ruling.line) {
        (".", _) => String::new(),
        (path, Some(line)) => format!("{path}:{line} "),
        (path, None) => format!("{path} "),
    };
    let weight = if ruling.effect_at_promotion == Level::Warn { " (only warns)" } else { "" };
    let says = format!("{before}{place}{}{weight}", ruling.message);
    Line::new(&ruling.failure_reason_code, state_of(ruling), says).fix(&ruling.next).rule(&ruling.failure_reason_code)
}

/// What one command mends, or what only warns, is advice; what no command of ours mends could not be looked at.
pub(super) fn state_of(ruling: &Ruling) -> State {
    let is_mended = !ruling.next.starts_with("gate explain ");
    if is_mended || ruling.effect_at_promotion < Level::Block { State::Advice } else { State::CannotTell }
}

/// That every check could look, or that none was asked.
pub(super) fn checks(project: &Project, report: Option<&Report>) -> Option<Line> {
    let count = project.plan.checks.len();
    match report {
        _ if count == 0 => None,
        None => Some(Line::unseen("checks", "not asked: without a commit there is nothing to judge")),
        Some(report) if report.checks.iter().all(|check| check.unseen == 0) => {
            Some(Line::fine("checks", format!("{}, and all could look", counted(count, "check", "checks"))))
        }
        Some(_) => None,
    }
}
