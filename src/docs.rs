//! The generated documentation: registry, schemas and help as pages. A test keeps the files in docs/ equal to it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::check::{Answer, Example, Kind, Rule, Sample};
use crate::checks::KINDS;
use crate::config::{Common, GitOptions, HookOptions, LockOptions, Promotion, RunOptions};
use crate::policy::PROMOTION;
use crate::report::{ReasonCode, Report};

/// The first line of every generated page.
const MADE: &str = "<!-- Generated from the source; do not edit. Made by: GATE_BLESS=1 cargo test --test docs -->";

/// Every generated page: path below `docs/`, and text.
pub fn pages() -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    for kind in KINDS {
        pages.insert(format!("checks/{}.md", kind.name), kind_page(kind));
    }
    pages.insert("checks/promotion.md".to_owned(), promotion_page());
    pages.insert("reference/commands.md".to_owned(), commands_page());
    pages.insert("reference/reason-codes.md".to_owned(), codes_page());
    pages.insert("reference/gate.schema.json".to_owned(), pretty(&policy_schema()));
    pages.insert("reference/report.schema.json".to_owned(), pretty(&report_schema()));
    pages
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

fn kind_page(kind: &Kind) -> String {
    let mut out = format!("{MADE}\n\n# `{}`\n\n{}.\n\n", kind.name, capital(kind.summary));
    let needs: Vec<String> = kind.needs.iter().map(|n| format!("{n:?}").to_lowercase()).collect();
    out.push_str(&format!(
        "Looks at: {}.\n\n## Options\n\nBeside the [common keys](../reference/gate.schema.json) of every check.\n\n",
        needs.join(", ")
    ));
    let schema = (kind.schema)();
    for (key, option) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let text = option.get("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " ");
        out.push_str(&format!("- `{key}`: {text}\n"));
    }
    out.push_str("\n## Rules\n\n");
    out.push_str(&rule_rows(kind.rules));
    for rule in kind.rules {
        out.push_str(&rule_section(rule));
    }
    out.push_str("\n## Examples\n\nEach is run as a test.\n");
    for example in kind.examples.iter().copied().flatten() {
        out.push_str(&example_section(kind, example));
    }
    out
}

fn promotion_page() -> String {
    let mut out = format!("{MADE}\n\n# `promotion`\n\nWhat concerns the promotion itself and no kind.\n\n{}", rule_rows(PROMOTION));
    PROMOTION.iter().for_each(|rule| out.push_str(&rule_section(rule)));
    out
}

fn rule_rows(rules: &[&Rule]) -> String {
    let mut out = "| rule | level | answer | |\n|---|---|---|---|\n".to_owned();
    for rule in rules {
        out.push_str(&format!(
            "| [`{}`](#{}) | {} | {} | {} |\n",
            rule.short(),
            rule.id.replace('/', ""),
            rule.level.name(),
            answer(rule),
            rule.summary
        ));
    }
    out
}

fn rule_section(rule: &Rule) -> String {
    format!("\n### {}\n\n{}.\n\n{}\n", rule.id, capital(rule.summary), rule.help)
}

fn answer(rule: &Rule) -> &'static str {
    match rule.answer {
        Answer::Fine => "fine",
        Answer::Wrong => "wrong",
        Answer::CannotTell => "cannot tell",
    }
}

fn example_section(kind: &Kind, example: &Example) -> String {
    let mut out = format!("\n### {}\n\n", capital(example.shows));
    let section = |name: &str, text: &str| if text.is_empty() { String::new() } else { format!("[{name}]\n{text}\n") };
    let tables = [section("run", example.run), section(&format!("check.{}", kind.name), example.config)];
    let tables: Vec<String> = tables.into_iter().filter(|table| !table.is_empty()).collect();
    if !tables.is_empty() {
        out.push_str(&format!("```toml\n{}```\n\n", tables.join("\n")));
    }
    for (path, sample) in example.files.iter().filter(|(path, _)| !path.is_empty()) {
        let what = if let Sample::Text(_) = sample { String::new() } else { format!(", {}", describe(*sample)) };
        out.push_str(&match sample.text().as_deref() {
            Some("") => format!("`{}`{what}, an empty file\n\n", path.escape_default()),
            Some(text) => format!("`{}`{what}\n\n````text\n{}\n````\n\n", path.escape_default(), text.trim_end()),
            None => format!("`{}`{what}\n\n", path.escape_default()),
        });
    }
    let meets: Vec<String> = example.meets.iter().map(|short| format!("`{}/{short}`", kind.name)).collect();
    out.push_str(&if meets.is_empty() { "Fine.\n".to_owned() } else { format!("Meets {}.\n", meets.join(", ")) });
    out
}

fn describe(sample: Sample) -> String {
    match sample {
        Sample::Text(_) | Sample::Altered(..) => "a file".to_owned(),
        Sample::Bytes(bytes) => format!("the bytes `{}`", bytes.escape_ascii()),
        Sample::Blanks(count) => format!("{} MiB of blanks", count >> 20),
        Sample::Converted(_) => "which git stores in other bytes".to_owned(),
        Sample::Changing(_) => "which changes while it is read".to_owned(),
        Sample::ChangedAt(_, time) => format!("last changed by a commit at {time} seconds from 1970"),
        Sample::BeyondShallow(_) => "last changed before the shallow clone's history begins".to_owned(),
        Sample::Since(before, _) => format!("which at the base is\n\n````text\n{}\n````\n\nand now", before.trim_end()),
        Sample::Fresh(_) => "which is new since the base".to_owned(),
        Sample::Ignored(_) => "on disk, and the first line of .gitignore leaves it out".to_owned(),
        Sample::Untracked(_) | Sample::Edited(..) => "on disk, but not tracked".to_owned(),
        Sample::Deleted => "tracked, but gone from disk".to_owned(),
        Sample::Link(target) => format!("a link to `{target}`"),
        Sample::Fifo => "where a FIFO stands now".to_owned(),
        Sample::Locked => "which may not be read".to_owned(),
        Sample::Submodule => "a submodule".to_owned(),
        Sample::NoTree => "in a tree that git does not list".to_owned(),
    }
}

fn commands_page() -> String {
    let mut out = format!("{MADE}\n\n# Commands\n\n");
    for (name, help) in crate::cli::help_pages() {
        let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
        out.push_str(&format!("## `{name}`\n\n```text\n{}\n```\n\n", lines.join("\n").trim_end()));
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

fn codes_page() -> String {
    let mut out = format!(
        "{MADE}\n\n# Reason codes\n\nEvery ruling carries two. `failure_reason_code` is the id of the rule that was met; see the page of its kind under \
         [checks](../checks). `policy_reason_code` names the last step that changed what it is worth:\n\n"
    );
    for (_, name, text) in ReasonCode::ALL {
        out.push_str(&format!("- `{name}`: {text}\n"));
    }
    out
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |c| c.to_uppercase().chain(chars).collect())
}

fn report_schema() -> Value {
    let mut schema = schemars::schema_for!(Report).to_value();
    schema["title"] = json!(Report::SCHEMA);
    schema
}

/// The schema of gate.toml: the fixed tables, and for each kind the common keys with its own.
fn policy_schema() -> Value {
    let kinds: Vec<Value> = KINDS.iter().map(|kind| kind_schema(kind)).collect();
    // A table whose name is a kind's needs no `kind`; any other does.
    let named: Map<String, Value> = KINDS.iter().map(|k| (k.name.to_owned(), json!({ "$ref": format!("#/$defs/{}", k.name) }))).collect();
    let other: Vec<Value> = KINDS
        .iter()
        .map(|k| json!({ "allOf": [{ "$ref": format!("#/$defs/{}", k.name) }, { "required": ["kind"], "properties": { "kind": { "const": k.name } } }] }))
        .collect();
    let definitions: Map<String, Value> = KINDS.iter().map(|k| k.name.to_owned()).zip(kinds).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "gate.toml",
        "type": "object",
        "required": ["version"],
        "additionalProperties": false,
        "properties": {
            "version": { "const": 1, "description": "The version of this format." },
            "run": bare(schemars::schema_for!(RunOptions).to_value()),
            "promotion": bare(schemars::schema_for!(Promotion).to_value()),
            "hook": bare(schemars::schema_for!(HookOptions).to_value()),
            "lock": bare(schemars::schema_for!(LockOptions).to_value()),
            "git": bare(schemars::schema_for!(GitOptions).to_value()),
            "check": { "type": "object", "description": "One table a check.", "properties": named, "additionalProperties": { "oneOf": other } },
        },
        "$defs": definitions,
    })
}

fn kind_schema(kind: &Kind) -> Value {
    let mut schema = bare((kind.schema)().to_value());
    let common = bare(schemars::schema_for!(Common).to_value());
    let rules: Map<String, Value> =
        kind.rules.iter().map(|r| (r.short().to_owned(), json!({ "enum": ["block", "warn", "note"], "description": r.summary }))).collect();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.extend(common.get("properties").and_then(Value::as_object).cloned().unwrap_or_default());
        let levels = json!({ "type": "object", "description": "What meeting a rule is worth, by its short name.", "properties": rules, "additionalProperties": false });
        properties.insert("levels".to_owned(), levels);
        let kinds: Vec<&str> = KINDS.iter().map(|k| k.name).collect();
        properties.insert("kind".to_owned(), json!({ "enum": kinds, "description": "The kind of the check. Default: the table's name." }));
    }
    schema
}

/// A schema to stand inside another: without `$schema` and title, references resolved in place.
fn bare(schema: Value) -> Value {
    let definitions = schema.get("$defs").cloned().unwrap_or_default();
    let mut inlined = without_null(inline(schema, &definitions));
    if let Some(object) = inlined.as_object_mut() {
        ["$schema", "$defs", "title"].iter().for_each(|key| drop(object.remove(*key)));
    }
    inlined
}

/// TOML has no null: a key that may be left out is left out.
fn without_null(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.into_iter().filter(|(key, value)| !(key == "default" && value.is_null()));
            Value::Object(kept.map(|(key, value)| (key, without_null(value))).collect())
        }
        Value::Array(items) => {
            let kept: Vec<Value> = items.into_iter().filter(|item| item != "null" && !item.is_null()).map(without_null).collect();
            match kept.as_slice() {
                [Value::String(only)] if is_type(only) => json!(only),
                _ => Value::Array(kept),
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

fn is_type(name: &str) -> bool {
    ["array", "boolean", "integer", "number", "object", "string"].contains(&name)
}

fn inline(value: Value, definitions: &Value) -> Value {
    match value {
        Value::Object(mut object) => match object.remove("$ref") {
            Some(Value::String(target)) => {
                let name = target.rsplit('/').next().unwrap_or_default();
                let mut inner = inline(definitions.get(name).cloned().unwrap_or_default(), definitions);
                if let Some(fields) = inner.as_object_mut() {
                    fields.extend(object);
                }
                inner
            }
            _ => Value::Object(object.into_iter().map(|(k, v)| (k, inline(v, definitions))).collect()),
        },
        Value::Array(items) => Value::Array(items.into_iter().map(|v| inline(v, definitions)).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}
