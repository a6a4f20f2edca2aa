//! What is known of a workflow while it is read: what is wrong with it, and the texts with expressions.

use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};
use std::ptr;

use crate::formats::expression::{Error, Piece};
use crate::formats::fault::Fault;
use crate::formats::yaml::{Form, Node, Value};

/// How many are told.
const TOLD: usize = 20;
/// How many are kept until they are put in order.
const KEPT: usize = 200;
/// How much of a wrong value is shown, in characters.
const SHOWN: usize = 60;

/// What is known of a workflow while it is read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    faults: Vec<Fault>,
    /// The texts with expressions, by the addresses of their nodes, until they are asked for.
    texts: HashMap<usize, Vec<Piece>>,
}

impl Reading {
    pub(super) fn fault(&mut self, node: &Node, message: impl Into<String>) {
        self.fault_at(node.line, node.column, message);
    }

    pub(super) fn fault_at(&mut self, line: usize, column: usize, message: impl Into<String>) {
        if !self.is_full() {
            self.faults.push(Fault { line, column, message: message.into() });
        }
    }

    /// No more is kept, and none needs to be looked for.
    pub(super) fn is_full(&self) -> bool {
        self.faults.len() >= KEPT
    }

    /// Something was left out: that is a fault, if no other one says why.
    pub(super) fn fault_unread(&mut self, node: &Node) {
        if self.faults.is_empty() {
            self.fault(node, "this cannot be read");
        }
    }

    pub(super) fn fault_in_expression(&mut self, node: &Node, wrong: &Error) {
        let (line, column) = place_in(node, wrong.start);
        self.fault_at(line, column, wrong.message.clone());
    }

    pub(super) fn keep_text(&mut self, node: &Node, pieces: Vec<Piece>) {
        self.texts.insert(ptr::from_ref(node).addr(), pieces);
    }

    /// The pieces of a text with expressions, once; none: it was refused.
    pub(super) fn take_text(&mut self, node: &Node) -> Option<Vec<Piece>> {
        let pieces = self.texts.remove(&ptr::from_ref(node).addr());
        if pieces.is_none() {
            self.fault_unread(node);
        }
        pieces
    }

    /// The value, where nothing is wrong; else the faults in the order of the text.
    pub(super) fn or<T>(mut self, value: Option<T>) -> Result<T, Vec<Fault>> {
        self.faults.sort_by_key(|fault| (fault.line, fault.column));
        self.faults.dedup();
        self.faults.truncate(TOLD);
        match value {
            Some(value) if self.faults.is_empty() => Ok(value),
            None if self.faults.is_empty() => Err(vec![Fault::on(1, "nothing in it can be read")]),
            Some(_) | None => Err(self.faults),
        }
    }
}

/// Where a byte of a text stands in the file, as near as it is known.
fn place_in(node: &Node, byte: usize) -> (usize, usize) {
    let Value::Scalar { text, form } = &node.value else { return (node.line, node.column) };
    let before = text.get(..byte).unwrap_or_default();
    match form {
        Form::Literal { first_line } => (first_line + before.matches('\n').count(), 1),
        // A text of several lines is folded: a space may have been the end of a line.
        Form::Plain if !text.contains(' ') => (node.line, node.column + before.chars().count()),
        Form::Folded { first_line } => (*first_line, 1),
        Form::Plain | Form::Quoted | Form::Tagged => (node.line, node.column),
    }
}

/// Whose value it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Spot<'a> {
    File,
    Value(&'a str),
    Item(&'a str),
}

impl Display for Spot<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => f.write_str("the file"),
            Self::Value(name) => write!(f, "`{}`", shown(name)),
            Self::Item(name) => write!(f, "an item of `{}`", shown(name)),
        }
    }
}

/// A name or a value as a message may hold it.
pub(super) fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    short
}

/// `; did you mean … ?`, where a name is near enough.
pub(super) fn did_you_mean<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> String {
    let wrong: String = wrong.chars().take(SHOWN).collect::<String>().to_lowercase();
    let near = names.map(|name| (strsim::jaro_winkler(&wrong, &name.to_lowercase()), name)).filter(|(score, _)| *score > 0.8);
    match near.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1))) {
        Some((_, name)) => format!("; did you mean `{name}`?"),
        None => String::new(),
    }
}
