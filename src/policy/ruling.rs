//! From a met rule to a ruling: its level, as gate.toml sets it, capped by the mode, softened by an advisory command.

use std::collections::BTreeMap;

use crate::check::{Level, Met, Mode};
use crate::plan::{Asked, Plan, Planned, SetLevel};
use crate::report::{ReasonCode, Ruling};

/// Everything that may change what a met rule is worth.
pub(super) struct Softening<'p> {
    levels: &'p BTreeMap<&'static str, SetLevel>,
    mode: Mode,
    mode_line: Option<usize>,
    table_line: Option<usize>,
    /// The most that the command makes of anything.
    advice: Level,
    /// The line that forgives it, if one does.
    forgiven: Option<usize>,
    file: Option<&'p str>,
}

static NO_LEVELS: BTreeMap<&'static str, SetLevel> = BTreeMap::new();

impl<'p> Softening<'p> {
    /// For what one check met. Who asks for a kind by name wants its answer: the mode does not matter there.
    pub(super) fn of(plan: &'p Plan, check: &'p Planned) -> Self {
        let by_name = matches!(plan.asked, Asked::Kind { .. });
        Self {
            levels: &check.levels,
            mode: if by_name { Mode::Prescriptive } else { check.mode },
            mode_line: check.lines.and_then(|l| l.mode),
            table_line: check.lines.map(|l| l.table),
            advice: if plan.asked.is_advisory() { Level::Warn } else { Level::Block },
            forgiven: None,
            file: plan.source.as_ref().map(|s| s.name.as_str()),
        }
    }

    /// For what concerns the promotion itself.
    pub(super) fn of_promotion(plan: &'p Plan) -> Self {
        Self {
            levels: &NO_LEVELS,
            mode: Mode::Prescriptive,
            mode_line: None,
            table_line: None,
            advice: if plan.asked.is_advisory() { Level::Warn } else { Level::Block },
            forgiven: None,
            file: plan.source.as_ref().map(|s| s.name.as_str()),
        }
    }

    /// For tracked files that differ from HEAD: forgiven with a reason, and only noted by an advisory command.
    pub(super) fn of_dirt(plan: &'p Plan) -> Self {
        let softening = Self::of_promotion(plan);
        let advice = if plan.asked.is_advisory() { Level::Note } else { Level::Block };
        Self { advice, forgiven: plan.allow_dirty.as_ref().map(|a| a.line), ..softening }
    }
}

/// A level on its way through the steps, with the last step that changed it.
struct Worth {
    level: Level,
    code: ReasonCode,
    line: Option<usize>,
}

impl Worth {
    fn step(&mut self, to: Level, code: ReasonCode, line: Option<usize>) {
        if to != self.level {
            *self = Self { level: to, code, line: line.or(self.line) };
        }
    }
}

/// What a met rule is worth, and because of what.
pub(super) fn rule_on(met: Met, soft: &Softening<'_>) -> Ruling {
    let mut worth = Worth { level: met.rule.level, code: ReasonCode::LevelDefault, line: soft.table_line };
    if let Some(set) = soft.levels.get(met.rule.id) {
        worth.step(set.level, ReasonCode::LevelConfigured, Some(set.line));
    }
    if soft.forgiven.is_some() {
        worth.step(Level::Note, ReasonCode::LevelConfigured, soft.forgiven);
    }
    match soft.mode {
        Mode::Shadow => worth.step(Level::Note, ReasonCode::ModeShadow, soft.mode_line),
        Mode::Guided => worth.step(worth.level.min(Level::Warn), ReasonCode::ModeGuided, soft.mode_line),
        Mode::Prescriptive => {}
    }
    let at_promotion = worth.level;
    worth.step(worth.level.min(soft.advice), ReasonCode::AdvisoryCommand, None);
    Ruling {
        answer: met.rule.answer,
        effect: worth.level,
        effect_at_promotion: at_promotion,
        failure_reason_code: met.rule.id.to_owned(),
        policy_reason_code: worth.code,
        decided_by: worth.line.and_then(|line| soft.file.map(|file| format!("{file}:{line}"))),
        message: met.message,
        path: met.place.path,
        line: met.place.line,
        expected: met.expected,
        actual: met.actual,
        named_next: met.next.is_some(),
        next: met.next.unwrap_or_else(|| format!("gate explain {}", met.rule.id)),
    }
}
