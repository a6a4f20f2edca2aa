//! The checks, asked as `gate promote` asks them: what they will not be able to tell here.

use std::sync::Mutex;

use super::Seen;
use super::line::{Line, State};
use super::project::Project;
use crate::check::{Answer, Level, Tracked};
use crate::cli::progress::Progress;
use crate::engine;
use crate::policy;
use crate::report::{CheckReport, Report, Ruling};
use crate::shown::counted;
use crate::world::{Cx, Out, World};

/// How many troubles are told one by one.
const TOLD: usize = 10;

/// Runs the checks and judges them; nothing is printed but the progress.
pub(super) fn ask(project: &Project, seen: &Seen<'_>, out: &mut dyn Out) -> (Report, Option<Tracked>) {
    let gathered = {
        let shared = Mutex::new(out);
        let progress = Progress::new(&shared);
        engine::run(&project.plan, &Cx::new(seen.world), &|event| progress.tell(&event))
    };
    let tracked = gathered.policy_tracked;
    (policy::judge(&project.plan, gathered, seen.world.now()), tracked)
}

/// What could not be told, the gravest first, but for the rules that other lines tell of.
pub(super) fn unseen(report: &Report, told: &[&str]) -> Vec<Line> {
    let of_checks = report.checks.iter().flat_map(|check| check.rulings.iter().map(move |ruling| (Some(check), ruling)));
    let mut met: Vec<(Option<&CheckReport>, &Ruling)> = report.promotion.iter().map(|ruling| (None, ruling)).chain(of_checks).collect();
    // The policy without a check has a line of its own wherever it is met.
    met.retain(|(_, ruling)| {
        let rule = ruling.failure_reason_code.as_str();
        could_not_look(ruling) && !told.contains(&rule) && rule != policy::rules::NO_CHECKS.id
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
    let weight = match ruling.effect_at_promotion {
        Level::Block => "",
        Level::Warn => " (only warns)",
        Level::Note => " (only noted)",
    };
    let says = format!("{before}{place}{}{weight}", ruling.message);
    Line::new(&ruling.failure_reason_code, state_of(ruling), says).fix(&ruling.next).rule(&ruling.failure_reason_code)
}

/// Whether it says that something could not be looked at, whatever that is worth at promotion.
fn could_not_look(ruling: &Ruling) -> bool {
    ruling.answer == Answer::CannotTell
}

/// What one command mends, or what holds no promotion, is advice; what no command of ours mends could not be looked at.
pub(super) fn state_of(ruling: &Ruling) -> State {
    if ruling.named_next || ruling.effect_at_promotion < Level::Block { State::Advice } else { State::CannotTell }
}

/// That every check could look, or that none was asked.
pub(super) fn checks(project: &Project, report: Option<&Report>) -> Option<Line> {
    let count = project.plan.checks.len();
    match report {
        _ if count == 0 => None,
        None => Some(Line::unseen("checks", "not asked: without a commit there is nothing to judge")),
        Some(report) if !report.checks.iter().flat_map(|check| &check.rulings).any(could_not_look) => {
            Some(Line::fine("checks", format!("{}, and all could look", counted(count, "check", "checks"))))
        }
        Some(_) => None,
    }
}
