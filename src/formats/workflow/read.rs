//! Reads the values that several places of a workflow share. What has another shape was told before and is left out.

use super::reading::Reading;
use super::scalar::Meaning;
use super::{At, Concurrency, Condition, Defaults, Env, Permissions, Switch, Templated, Toggle};
use crate::formats::expression::{self, Allowed, Piece, places};
use crate::formats::yaml::{Node, Value};

pub(super) fn at<T>(node: &Node, value: T) -> At<T> {
    At { line: node.line, column: node.column, value }
}

/// The text of a scalar as GitHub reads it: null is the empty text, a number its shortest form, and a text alone in braces itself.
pub(super) fn text(node: &Node) -> Option<At<String>> {
    let text = Meaning::of(node)?.text();
    if text.contains("${{")
        && let Ok([Piece::Text(literal)]) = expression::template(&text, &places::NOWHERE).as_deref()
    {
        return Some(at(node, literal.clone()));
    }
    Some(at(node, text.into_owned()))
}

/// One text or a list of them.
pub(super) fn texts(node: &Node) -> Vec<At<String>> {
    match &node.value {
        Value::Scalar { .. } => text(node).into_iter().collect(),
        Value::Sequence(items) => items.iter().filter_map(text).collect(),
        Value::Mapping(_) => Vec::new(),
    }
}

/// The keys and values of a mapping; none of anything else.
pub(super) fn entries(node: &Node) -> &[(Node, Node)] {
    node.entries().unwrap_or_default()
}

/// The key as it is written, null as the empty text.
pub(super) fn key(node: &Node) -> At<String> {
    at(node, node.as_str().unwrap_or_default().to_owned())
}

pub(super) fn is_expression(node: &Node) -> bool {
    node.as_str().is_some_and(|text| text.contains("${{"))
}

pub(super) fn templated(node: &Node, reading: &mut Reading) -> Option<Templated> {
    let source = node.as_str()?.to_owned();
    let pieces = match Meaning::of(node)? {
        Meaning::Text(text) if text.contains("${{") => reading.take_text(node)?,
        meaning @ (Meaning::Null | Meaning::Bool(_) | Meaning::Number(_) | Meaning::Text(_)) => match meaning.text().into_owned() {
            text if text.is_empty() => Vec::new(),
            text => vec![Piece::Text(text)],
        },
    };
    Some(Templated { line: node.line, column: node.column, source, pieces })
}

/// Names and their texts; an expression in place of all of them is one entry without a name.
pub(super) fn named(node: &Node, reading: &mut Reading) -> Vec<(At<String>, Templated)> {
    let whole = is_expression(node).then(|| templated(node, reading)).flatten();
    let whole = whole.map(|whole| (at(node, String::new()), whole));
    let each = entries(node).iter().filter_map(|(name, value)| Some((key(name), templated(value, reading)?)));
    each.collect::<Vec<_>>().into_iter().chain(whole).collect()
}

pub(super) fn env(node: Option<&Node>, reading: &mut Reading) -> Env {
    let Some(node) = node else { return Env::Each(Vec::new()) };
    if is_expression(node) || entries(node).iter().any(|(name, _)| is_expression(name)) {
        return Env::Unknown;
    }
    Env::Each(named(node, reading))
}

pub(super) fn toggle(node: &Node, reading: &mut Reading) -> Option<Toggle> {
    let value = match Meaning::of(node)? {
        Meaning::Bool(value) => Switch::Is(value),
        Meaning::Null | Meaning::Number(_) | Meaning::Text(_) => {
            let mut pieces = templated(node, reading)?.pieces;
            let asks = pieces.iter().any(|piece| matches!(piece, Piece::Expression(_)));
            match pieces.pop() {
                Some(Piece::Expression(expression)) if pieces.is_empty() => Switch::Asks(expression),
                Some(_) if asks => {
                    reading.fault(node, "text stands around the expression, which makes a text of it, and true or false is expected");
                    return None;
                }
                Some(_) | None => return None,
            }
        }
    };
    Some(Toggle { line: node.line, column: node.column, source: node.as_str()?.to_owned(), value })
}

pub(super) fn condition(node: &Node, sees: &Allowed, reading: &mut Reading) -> Option<Condition> {
    let source = node.as_str()?.to_owned();
    let meant = Meaning::of(node)?.text();
    let read = expression::condition(&meant, sees).inspect_err(|wrong| reading.fault_in_expression(node, wrong)).ok()?;
    let expression::Compiled { compiled, asks_status, is_text } = read;
    Some(Condition { line: node.line, column: node.column, source, compiled, asks_status, is_text })
}

pub(super) fn permissions(node: &Node) -> Option<At<Permissions>> {
    let each = || entries(node).iter().filter_map(|(scope, level)| Some((key(scope), text(level)?))).collect();
    let read = match text(node).as_ref().map(|at| at.value.as_str()) {
        Some("read-all") => Permissions::ReadAll,
        Some("write-all") => Permissions::WriteAll,
        Some(_) => return None,
        None => Permissions::Each(each()),
    };
    Some(at(node, read))
}

/// `defaults:` with its `run`.
pub(super) fn defaults(node: Option<&Node>) -> Defaults {
    let run = node.and_then(|node| node.get("run"));
    let value = |name| run.and_then(|run| run.get(name)).and_then(text);
    Defaults { shell: value("shell"), working_directory: value("working-directory") }
}

pub(super) fn concurrency(node: &Node, reading: &mut Reading) -> Option<Concurrency> {
    if node.as_str().is_some() {
        return Some(Concurrency { group: templated(node, reading)?, cancel_in_progress: None });
    }
    let group = templated(node.get("group")?, reading)?;
    let cancel_in_progress = node.get("cancel-in-progress").and_then(|cancel| toggle(cancel, reading));
    Some(Concurrency { group, cancel_in_progress })
}
