//! File and flags → [`Plan`]: kinds found, options read, order fixed. After this, nothing can be unset or misspelt.

mod flags;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::de::{DeValue, ValueDeserializer};

use crate::check::{Check, Kind, Level, Mode, Shared};
use crate::checks::KINDS;
use crate::config::{CheckTable, Fault, Faults, Parsed, Reason, Text};
use crate::run::Evidence;
use crate::shown::{did_you_mean, shown};
use flags::{Flags, read_flags};

pub(crate) use flags::{FlagTexts, read_shared};

/// What the command asks.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// `gate promote`: the enabled checks decide.
    Promote { environment: Option<String> },
    /// `gate check`: the same, advisory unless strict; the named ones or all.
    Check { names: Vec<String>, strict: bool },
    /// `gate <kind>`: every check of the kind, or the named one; none configured: one from flags and defaults.
    Kind { kind: &'static Kind, name: Option<String>, flags: FlagTexts },
}

impl Asked {
    /// The command as it is typed.
    pub(crate) fn command(&self) -> &'static str {
        match self {
            Self::Promote { .. } => "promote",
            Self::Check { .. } => "check",
            Self::Kind { kind, .. } => kind.name,
        }
    }

    /// Whether the answer is only shown: it blocks nothing.
    pub(crate) fn is_advisory(&self) -> bool {
        matches!(self, Self::Check { strict: false, .. })
    }
}

/// What will be run and how it will be judged.
pub(crate) struct Plan {
    pub(crate) asked: Asked,
    pub(crate) environment: Option<String>,
    pub(crate) allow_dirty: Option<Allowed>,
    /// What runs leave behind: never dirt.
    pub(crate) evidence: Evidence,
    /// The gate.toml that was read; `None`: none was needed and none was there.
    pub(crate) source: Option<Source>,
    /// In the order of the file.
    pub(crate) checks: Vec<Planned>,
}

/// Something forgiven, and the line that says so.
#[derive(Clone, Debug)]
pub(crate) struct Allowed {
    pub(crate) reason: Reason,
    pub(crate) line: usize,
}

/// The policy file, by name and digest.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) name: String,
    /// Its path below the root; `None`: it lies elsewhere.
    pub(crate) in_root: Option<String>,
    pub(crate) sha256: String,
}

/// One check, ready to run.
pub(crate) struct Planned {
    pub(crate) name: String,
    pub(crate) kind: &'static Kind,
    pub(crate) mode: Mode,
    pub(crate) enabled: bool,
    pub(crate) allow_empty: Option<Reason>,
    /// By rule id.
    pub(crate) levels: BTreeMap<&'static str, SetLevel>,
    /// Where it stands in the policy file; `None`: made from flags and defaults.
    pub(crate) lines: Option<Lines>,
    pub(crate) check: Box<dyn Check>,
}

/// A level as gate.toml sets it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SetLevel {
    pub(crate) level: Level,
    pub(crate) line: usize,
}

/// Lines of the policy file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lines {
    pub(crate) table: usize,
    pub(crate) mode: Option<usize>,
}

/// Why there is no plan. Each is exit code 2.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlanError {
    #[error("gate.toml is wrong")]
    File(Faults),
    #[error("{}", .0.join("; "))]
    Flags(Vec<String>),
    #[error("there is no check `{name}`{hint}")]
    NoSuchCheck { name: String, hint: String },
    #[error("the check `{0}` is not enabled; `gate {1} --name {0}` asks it all the same")]
    NotEnabled(String, &'static str),
}

/// Resolves a parsed file. All faults of the file come at once.
pub(crate) fn resolve(parsed: Parsed<'_>, text: Option<&Text>, asked: Asked) -> Result<Plan, PlanError> {
    let mut faults = parsed.faults;
    let run_flags = match &asked {
        Asked::Kind { flags, .. } => Some(&flags.run),
        Asked::Promote { .. } | Asked::Check { .. } => None,
    };
    let (shared, more) = read_shared(parsed.file.run, run_flags)?;
    faults.extend(more);
    let flags = match &asked {
        Asked::Kind { kind, flags, .. } => Some(read_flags(kind, &flags.own, &shared)?),
        Asked::Promote { .. } | Asked::Check { .. } => None,
    };
    let mut checks = Vec::new();
    for table in parsed.file.checks {
        match plan_check(table, (text, &shared), flags.as_ref()) {
            Ok(planned) => checks.push(planned),
            Err(more) => faults.extend(more),
        }
    }
    if !faults.is_empty() {
        let text = text.cloned().unwrap_or_else(|| Text::new("gate.toml".to_owned(), String::new()));
        return Err(PlanError::File(Faults { text, faults }));
    }
    let reports = checks.iter().filter_map(|planned| planned.check.report().cloned()).collect();
    let evidence = Evidence::of(&shared.run.unwrap_or_default()).with_reports(reports);
    let checks = select(checks, &asked, flags)?;
    let environment = match &asked {
        Asked::Promote { environment: Some(named) } => Some(named.clone()),
        Asked::Promote { environment: None } | Asked::Check { .. } | Asked::Kind { .. } => parsed.file.promotion.environment,
    };
    let line = |span: std::ops::Range<usize>| text.map_or(1, |t| t.line(span.start));
    let allow_dirty = parsed.file.promotion.allow_dirty.map(|a| Allowed { line: line(a.span()), reason: a.into_inner() });
    let source = text.map(|t| Source { name: t.name.clone(), in_root: t.in_root.clone(), sha256: hex(&Sha256::digest(t.text.as_bytes())) });
    Ok(Plan { asked, environment, allow_dirty, evidence, source, checks })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn plan_check(table: CheckTable<'_>, (text, shared): (Option<&Text>, &Shared), flags: Option<&Flags<'_>>) -> Result<Planned, Vec<Fault>> {
    let named = table.common.kind.as_ref().unwrap_or(&table.name);
    let Some(kind) = KINDS.iter().find(|k| k.name == named.get_ref()).copied() else {
        let fault = Fault::unknown(named.span(), "kind", named.get_ref(), KINDS.iter().map(|k| k.name));
        return Err(vec![fault]);
    };
    let line = |offset| text.map_or(1, |t| t.line(offset));
    let mut faults = Vec::new();
    let levels = read_levels(kind, table.levels, &line, &mut faults);
    let mut loaded = (kind.load)(table.options.clone(), shared);
    if let (Ok(_), Some(flags)) = (&loaded, flags)
        && flags.kind.name == kind.name
    {
        let mut options = table.options;
        options.lay_over(&flags.options);
        loaded = (kind.load)(options, shared);
    }
    let span = table.name.span();
    let lines = Lines { table: line(span.start), mode: table.common.mode.as_ref().map(|m| line(m.span().start)) };
    match loaded {
        Ok(check) if faults.is_empty() => Ok(Planned {
            name: table.name.into_inner(),
            kind,
            mode: table.common.mode.map(Spanned::into_inner).unwrap_or_default(),
            enabled: table.common.enabled,
            allow_empty: table.common.allow_empty,
            levels,
            lines: Some(lines),
            check,
        }),
        Ok(_) => Err(faults),
        Err(more) => {
            let at_table = |fault: Fault| Fault { span: fault.span.or(Some(span.clone())), ..fault };
            faults.extend(more.into_iter().map(at_table));
            Err(faults)
        }
    }
}

fn read_levels(
    kind: &Kind,
    raw: Option<Spanned<DeValue<'_>>>,
    line: &impl Fn(usize) -> usize,
    faults: &mut Vec<Fault>,
) -> BTreeMap<&'static str, SetLevel> {
    let mut levels = BTreeMap::new();
    let Some(raw) = raw else { return levels };
    let span = raw.span();
    let DeValue::Table(table) = raw.into_inner() else {
        faults.push(Fault::new(span, "`levels` is a table").help("write `levels = { rule = \"warn\" }`"));
        return levels;
    };
    for (key, value) in table {
        let Some(rule) = kind.rules.iter().find(|r| r.short() == key.get_ref()) else {
            let what = format!("rule of `{}`", kind.name);
            faults.push(Fault::unknown(key.span(), &what, key.get_ref(), kind.rules.iter().map(|r| r.short())));
            continue;
        };
        match Level::deserialize(ValueDeserializer::from(value)) {
            Ok(level) => {
                levels.insert(rule.id, SetLevel { level, line: line(key.span().start) });
            }
            Err(error) => faults.push(Fault::from_toml(&error, &[])),
        }
    }
    levels
}

/// Leaves the checks that are asked for.
fn select(checks: Vec<Planned>, asked: &Asked, flags: Option<Flags<'_>>) -> Result<Vec<Planned>, PlanError> {
    match asked {
        Asked::Promote { .. } => Ok(checks.into_iter().filter(|c| c.enabled).collect()),
        Asked::Check { names, .. } => {
            for name in names {
                match checks.iter().find(|c| c.name == *name) {
                    None => return Err(no_such(name, checks.iter().map(|c| c.name.as_str()))),
                    Some(check) if !check.enabled => return Err(PlanError::NotEnabled(name.clone(), check.kind.name)),
                    Some(_) => {}
                }
            }
            Ok(checks.into_iter().filter(|c| c.enabled && (names.is_empty() || names.contains(&c.name))).collect())
        }
        Asked::Kind { kind, name, .. } => {
            let all: Vec<Planned> = checks.into_iter().filter(|c| c.kind.name == kind.name).collect();
            if let Some(name) = name {
                let known: Vec<String> = all.iter().map(|c| c.name.clone()).collect();
                let named: Vec<Planned> = all.into_iter().filter(|c| c.name == *name).collect();
                return if named.is_empty() { Err(no_such(name, known.iter().map(String::as_str))) } else { Ok(named) };
            }
            match (all.is_empty(), flags) {
                (true, Some(flags)) => Ok(vec![from_flags(flags)?]),
                _ => Ok(all),
            }
        }
    }
}

fn from_flags(flags: Flags<'_>) -> Result<Planned, PlanError> {
    Ok(Planned {
        name: flags.kind.name.to_owned(),
        kind: flags.kind,
        mode: Mode::Prescriptive,
        enabled: true,
        allow_empty: None,
        levels: BTreeMap::new(),
        lines: None,
        check: flags.alone?,
    })
}

fn no_such<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> PlanError {
    let known: Vec<&str> = known.collect();
    let hint = match (did_you_mean(name, known.iter().copied()), known.is_empty()) {
        (Some(near), _) => format!("; did you mean `{near}`?"),
        (None, true) => "; none is configured".to_owned(),
        (None, false) => {
            let more = if known.len() > 8 { ", …" } else { "" };
            let list: Vec<String> = known.iter().take(8).map(|k| format!("`{k}`")).collect();
            format!("; there are {}{more}", list.join(", "))
        }
    };
    PlanError::NoSuchCheck { name: shown(name), hint }
}

impl Planned {
    /// The level of a rule in this check.
    pub(crate) fn level(&self, rule: &crate::check::Rule) -> Level {
        self.levels.get(rule.id).map_or(rule.level, |set| set.level)
    }

    /// Whether it could hold a promotion. Softened levels do not count: finding nothing to examine blocks whatever they say.
    pub(crate) fn can_block(&self) -> bool {
        self.mode == Mode::Prescriptive
    }
}

/// Options a line each, tables by their dotted keys; what is not set is not shown.
fn push_options(out: &mut String, above: &str, options: &serde_json::Value) {
    for (key, value) in options.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        match value.is_object() {
            true => push_options(out, &format!("{above}{key}."), value),
            false => out.push_str(&format!("  option {above}{key} = {}\n", shown(&value.to_string()))),
        }
    }
}

impl Plan {
    /// The plan for people.
    pub(crate) fn to_text(&self) -> String {
        let mut out = format!("plan of `gate {}`", self.asked.command());
        if let Some(source) = &self.source {
            out.push_str(&format!(" · {} sha256:{}", source.name, source.sha256));
        }
        if let Some(environment) = &self.environment {
            out.push_str(&format!(" → {}", shown(environment)));
        }
        out.push('\n');
        for check in &self.checks {
            let at = check.lines.map_or("from flags and defaults".to_owned(), |l| format!("line {}", l.table));
            out.push_str(&format!("\n[check.{}]  {at}\n", check.name));
            let needs: Vec<String> = check.kind.needs.iter().map(|n| format!("{n:?}").to_lowercase()).collect();
            out.push_str(&format!("  kind   {} (looks at: {})\n  mode   {}\n", check.kind.name, needs.join(", "), check.mode.name()));
            if !check.enabled {
                out.push_str("  not enabled\n");
            }
            if let Some(reason) = &check.allow_empty {
                out.push_str(&format!("  may be empty: {}\n", shown(reason.as_str())));
            }
            for (rule, set) in &check.levels {
                out.push_str(&format!("  level  {rule} = {} (line {})\n", set.level.name(), set.line));
            }
            push_options(&mut out, "", &check.check.options());
        }
        if self.checks.is_empty() {
            out.push_str("\nno check would run\n");
        }
        out
    }

    /// The plan for programs.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        let checks: Vec<serde_json::Value> = self
            .checks
            .iter()
            .map(|c| {
                let levels: BTreeMap<&str, &str> = c.levels.iter().map(|(rule, set)| (*rule, set.level.name())).collect();
                json!({
                    "name": c.name, "kind": c.kind.name, "needs": c.kind.needs, "mode": c.mode, "enabled": c.enabled,
                    "allow_empty": c.allow_empty, "levels": levels, "line": c.lines.map(|l| l.table), "options": c.check.options(),
                })
            })
            .collect();
        json!({
            "schema": "gate.plan/1",
            "command": self.asked.command(),
            "environment": self.environment,
            "policy": self.source.as_ref().map(|s| json!({ "file": s.name, "sha256": s.sha256 })),
            "checks": checks,
        })
    }
}
