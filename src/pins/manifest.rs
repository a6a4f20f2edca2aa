//! A manifest of pins that a project already has, in JSON: `source_repo`, and `artifacts` with `path`, `source_path` and `sha256` each. What other
//! tools write into it beside that is theirs. What holds for every artifact may stand once, at the top.

use super::fields::{Fields, Value};
use super::{At, Compatibility, Format, MOST, Pin, Pins, PinsFault, Role, is_object_id};
use crate::formats::json_tree::{self, Dialect, Member, Node, Value as Json};

/// Fields that may stand at the top for all artifacts.
const SHARED: [&str; 15] = [
    "source_repo",
    "repo",
    "repository",
    "version",
    "source_version",
    "commit",
    "source_commit",
    "tag",
    "source_tag",
    "ref",
    "source_ref",
    "format",
    "role",
    "compatibility",
    "upstream",
];

/// Reads it as far as it can be read, with everything that is wrong with it.
pub(super) fn read(text: &str) -> (Pins, Vec<PinsFault>) {
    let mut pins = Pins::default();
    let root = match json_tree::parse(text, Dialect::Strict) {
        Ok(root) => root,
        Err(fault) => return (pins, vec![PinsFault::on(fault.line, format!("this is no strict JSON: {}", fault.message))]),
    };
    let help = "a manifest is an object with `source_repo` and a list `artifacts` of `path`, `source_path` and `sha256`";
    let Some(artifacts) = root.get("artifacts") else {
        return (pins, vec![PinsFault::on(root.line, "`artifacts` is missing").help(help)]);
    };
    let Some(list) = artifacts.as_list() else {
        let message = format!("`artifacts` is a list, not {}", artifacts.kind());
        return (pins, vec![PinsFault::on(artifacts.line, message).help(help)]);
    };
    if list.len() > MOST {
        let message = format!("it has {} entries; at most {MOST} are read", list.len());
        return (pins, vec![PinsFault::on(artifacts.line, message)]);
    }
    let shared: Vec<&Member<'_>> = root.members().iter().filter(|member| SHARED.contains(&member.key.as_ref())).collect();
    let mut faults = Vec::new();
    for node in list {
        if node.as_object().is_none() {
            faults.push(PinsFault::on(node.line, format!("an artifact is an object, not {}", node.kind())).help(help));
            continue;
        }
        let mut entry = fields(&shared, node);
        pins.pins.push(artifact(&mut entry));
        faults.append(&mut entry.faults);
    }
    (pins, faults)
}

/// The fields of an artifact, and those of the top that it does not have itself. What is `null` is not there.
fn fields(shared: &[&Member<'_>], node: &Node<'_>) -> Fields {
    let own = node.members().iter().map(|member| (member, true));
    let shared = shared.iter().map(|member| (*member, false));
    let mut fields: Vec<(String, At<Value>)> = Vec::new();
    for (member, own) in own.chain(shared) {
        let is_left_out = member.node.value == Json::Null || (!own && fields.iter().any(|(name, _)| *name == member.key));
        if !is_left_out {
            fields.push((member.key.to_string(), At { value: field(&member.node), line: member.node.line }));
        }
    }
    Fields { line: node.line, fields, faults: Vec::new() }
}

fn field(node: &Node<'_>) -> Value {
    match (&node.value, node.as_list()) {
        (_, Some(items)) => {
            let item = |item: &Node<'_>| At { value: item.as_str().map(str::to_owned).ok_or(item.kind()), line: item.line };
            Value::List(items.iter().map(item).collect())
        }
        (Json::Text(text), None) => Value::Text(text.to_string()),
        (Json::Null | Json::Bool(_) | Json::Number(_) | Json::List(_) | Json::Object(_), None) => Value::Other(node.kind()),
    }
}

fn artifact(entry: &mut Fields) -> Pin {
    let role = entry.one_of("role", &Role::NAMES);
    let compatibility = compatibility(entry);
    entry.contradiction(role.as_ref(), compatibility.as_ref());
    let (path, named) = (entry.needed(&["path"]), entry.text(&["name"]));
    let (commit, tag) = commit_and_tag(entry);
    Pin {
        name: named.unwrap_or_else(|| path.clone()),
        repo: entry.needed(&["source_repo", "repo", "repository"]),
        version: entry.text(&["version", "source_version"]),
        tag,
        commit,
        source_path: entry.text(&["source_path"]),
        path,
        sha256: entry.text(&["sha256"]),
        canonical: entry.text(&["canonical_sha256", "jcs_sha256", "canonical"]),
        format: format(entry),
        role,
        compatibility,
        fixtures: entry.texts("fixtures"),
        aliases: entry.texts("aliases"),
        upstream: entry.text(&["upstream"]),
        line: entry.line,
    }
}

/// A reference is a commit where it looks like one, else a tag is meant, and whoever judges may find that it is none.
fn commit_and_tag(entry: &mut Fields) -> (Option<At<String>>, Option<At<String>>) {
    let (commit, tag) = (entry.text(&["commit", "source_commit"]), entry.text(&["tag", "source_tag"]));
    let Some(reference) = entry.text(&["ref", "source_ref"]) else { return (commit, tag) };
    let looks_like_a_commit = is_object_id(&reference.value);
    if looks_like_a_commit { (commit.or(Some(reference)), tag) } else { (commit, tag.or(Some(reference))) }
}

/// Also as registries write it: `BACKWARD_TRANSITIVE`.
fn compatibility(entry: &mut Fields) -> Option<At<Compatibility>> {
    for (name, at) in &mut entry.fields {
        if let (Value::Text(text), "compatibility") = (&mut at.value, name.as_str()) {
            *text = text.to_ascii_lowercase().replace('_', "-");
        }
    }
    entry.one_of("compatibility", &Compatibility::NAMES)
}

/// Another tool's word for a format may be none of gate's: then none is said, and the file itself has to tell.
fn format(entry: &mut Fields) -> Option<At<Format>> {
    let written = entry.text(&["format"])?;
    let known = Format::NAMES.iter().find(|(name, _)| *name == written.value);
    known.map(|(_, format)| At { value: *format, line: written.line })
}
