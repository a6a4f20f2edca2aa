//! `gate explain ID`: what a kind, a rule or a reason code means, and how to mend it.

use anyhow::bail;
use serde_json::{Value, json};

use super::Global;
use super::outputs::{CannotTell, Format, Outputs};
use crate::check::{Answer, Kind, Rule};
use crate::checks::KINDS;
use crate::exit::Exit;
use crate::policy::PROMOTION;
use crate::report::ReasonCode;
use crate::report::render::wrap;
use crate::shown::{did_you_mean, shown};
use crate::world::Out;
use crate::world::disk::{Disk, Place};

/// What an id stands for.
enum Topic {
    Kind(&'static Kind),
    Promotion,
    Rule(&'static Rule),
    Code(&'static str, &'static str),
}

pub(super) fn run(id: &str, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let Some(topic) = find(id) else {
        let hint = did_you_mean(id, ids()).map_or("`gate list` shows the kinds".to_owned(), |near| format!("did you mean `{near}`?"));
        bail!("nothing is called `{}`; {hint}", shown(id));
    };
    let outputs = Outputs::prepare(global, &[Format::Human, Format::Json], &machine(global)?, out)?;
    let delivered = outputs.deliver(out, &|format, look| match format {
        Format::Json => Ok(serde_json::to_string_pretty(&topic.to_json())? + "\n"),
        Format::Human | Format::Github | Format::Markdown | Format::Svg => Ok(topic.to_text(look.width)),
    });
    Ok(if delivered { Exit::Fine } else { Exit::CannotTell })
}

/// The environment of a command that looks at no tree.
pub(super) fn machine(global: &Global) -> anyhow::Result<Disk> {
    if global.plan {
        bail!("this command has no plan to show");
    }
    let place = Place::find(global.root.as_deref(), None)?;
    let opened = Disk::open(&place.root, global.now, crate::config::GitOptions::default().timeout.get());
    Ok(opened.map_err(|error| CannotTell(format!("{} {error}", place.root_name())))?)
}

fn rules() -> impl Iterator<Item = &'static Rule> {
    KINDS.iter().flat_map(|k| k.rules).chain(PROMOTION).copied()
}

fn ids() -> impl Iterator<Item = &'static str> {
    let codes = ReasonCode::ALL.iter().map(|(_, name, _)| *name);
    // A rule's short name leads to its id; jaro-winkler minds the beginning most.
    KINDS.iter().map(|k| k.name).chain(["promotion"]).chain(rules().map(|r| r.id)).chain(codes)
}

fn find(id: &str) -> Option<Topic> {
    let kind = KINDS.iter().find(|k| k.name == id).map(|k| Topic::Kind(k));
    let promotion = (id == "promotion").then_some(Topic::Promotion);
    let named = |r: &&'static Rule| r.id == id;
    // A short name will do where only one rule has it.
    let short: Vec<&'static Rule> = rules().filter(|r| r.short() == id).collect();
    let rule = rules().find(named).or_else(|| short.first().copied().filter(|_| short.len() == 1)).map(Topic::Rule);
    let code = ReasonCode::ALL.iter().find(|(_, name, _)| *name == id).map(|(_, name, text)| Topic::Code(name, text));
    kind.or(promotion).or(rule).or(code)
}

impl Topic {
    fn to_text(&self, width: usize) -> String {
        match self {
            Self::Kind(kind) => kind_text(kind, width),
            Self::Promotion => format!("promotion: what concerns the promotion itself and no kind\n\nRules\n{}", rule_table(PROMOTION)),
            Self::Rule(rule) => rule_text(rule, width),
            Self::Code(name, text) => format!("{name}: a policy reason code\n\n{}\n", paragraph(text, width)),
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Self::Kind(kind) => {
                let rules: Vec<&str> = kind.rules.iter().map(|r| r.id).collect();
                json!({ "schema": "gate.explain/1", "id": kind.name, "is": "kind", "summary": kind.summary, "needs": kind.needs, "rules": rules, "options": (kind.schema)() })
            }
            Self::Promotion => {
                json!({ "schema": "gate.explain/1", "id": "promotion", "is": "reserved name", "rules": PROMOTION.iter().map(|r| r.id).collect::<Vec<_>>() })
            }
            Self::Rule(rule) => {
                json!({ "schema": "gate.explain/1", "id": rule.id, "is": "rule", "level": rule.level, "answer": rule.answer, "summary": rule.summary, "help": rule.help })
            }
            Self::Code(name, text) => json!({ "schema": "gate.explain/1", "id": name, "is": "policy reason code", "help": text }),
        }
    }
}

fn kind_text(kind: &Kind, width: usize) -> String {
    let mut out = format!("{}: {}\n\nOptions of [check.{}]\n", kind.name, kind.summary, kind.name);
    let schema = (kind.schema)();
    for (key, option) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let text = option.get("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " ");
        let text = wrap(&text, width.saturating_sub(18), width.saturating_sub(18)).join(&format!("\n{}", " ".repeat(18)));
        out.push_str(&format!("  {key:<14}  {text}\n"));
    }
    out.push_str(&format!("\nRules\n{}\nAsk: gate {}   More: gate explain {}/RULE\n", rule_table(kind.rules), kind.name, kind.name));
    out
}

fn rule_table(rules: &[&Rule]) -> String {
    let width = rules.iter().map(|r| r.short().len()).max().unwrap_or(0);
    rules.iter().map(|r| format!("  {:width$}  {:5}  {:11}  {}\n", r.short(), r.level.name(), answer(r), r.summary)).collect()
}

fn answer(rule: &Rule) -> &'static str {
    match rule.answer {
        Answer::Fine => "fine",
        Answer::Wrong => "wrong",
        Answer::CannotTell => "cannot tell",
    }
}

fn rule_text(rule: &Rule, width: usize) -> String {
    let mut out = format!("{}: {}\n\n{}\n\n", rule.id, rule.summary, paragraph(rule.help, width));
    out.push_str(&format!("It means \"{}\"; its level is `{}`", answer(rule), rule.level.name()));
    out.push_str(&match rule.id.strip_prefix("promotion/") {
        Some(_) => ".\n".to_owned(),
        None => format!(", changed by `levels = {{ {} = \"warn\" }}`\nin the check's table (block, warn, note).\n", rule.short()),
    });
    out
}

fn paragraph(text: &str, width: usize) -> String {
    wrap(text, width, width).join("\n")
}
