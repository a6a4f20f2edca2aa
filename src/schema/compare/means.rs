//! What a comparison may spend, and which texts match which patterns: asked of the validator that judges instances too.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::{Value, json};

use super::strings;
use crate::schema::document::patterns::Otherwise;

/// The work that a comparison may do: a look at one name, value or keyword each.
const WORK: usize = 8_000_000;
/// What a look at one form is, beside what it holds.
const FORM: usize = 20;
/// So many letters are as much as one value.
const LETTERS: usize = 16;
/// What it is to make a value and to keep it, beside a look at it.
const COPY: usize = 10;
/// What it is to compile a pattern.
const PATTERN: usize = 200;

/// One comparison's means.
pub(super) struct Means {
    left: Cell<usize>,
    patterns: RefCell<HashMap<String, Option<jsonschema::Validator>>>,
    texts: RefCell<HashMap<String, Rc<[String]>>>,
}

impl Means {
    pub(super) fn new() -> Self {
        Self { left: Cell::new(WORK), patterns: RefCell::default(), texts: RefCell::default() }
    }

    /// Spends a look at one form; false: nothing is left.
    pub(super) fn spend(&self) -> bool {
        self.spend_on(FORM)
    }

    /// Spends what it is to look at so many names, values or keywords, before it is done; false: so much is not left, and nothing is any more.
    pub(super) fn spend_on(&self, work: usize) -> bool {
        self.left.set(self.left.get().saturating_sub(work));
        self.left.get() > 0
    }

    /// Spends what it is to look at these values.
    pub(super) fn spend_on_values<'v>(&self, values: impl IntoIterator<Item = &'v Value>) -> bool {
        values.into_iter().all(|value| !self.is_spent() && self.spend_on(weight(value)))
    }

    /// Spends what it is to make these values so many times, and to keep them.
    pub(super) fn spend_on_copies<'v>(&self, times: usize, values: impl IntoIterator<Item = &'v Value>) -> bool {
        let copy = |value| weight(value).saturating_mul(COPY);
        values.into_iter().all(|value| !self.is_spent() && self.spend_on(copy(value).saturating_mul(times)))
    }

    /// Spends what it is to look at a text.
    pub(super) fn spend_on_text(&self, text: &str) -> bool {
        self.spend_on(1 + text.len() / LETTERS)
    }

    /// Whether nothing is left.
    pub(super) fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    /// All the means again; false: they were spent, and what was seen since is not to be relied on.
    pub(super) fn renew(&self) -> bool {
        self.left.replace(WORK) > 0
    }

    /// Texts in which a pattern is found.
    pub(super) fn texts(&self, pattern: &str) -> Rc<[String]> {
        if let Some(known) = self.texts.borrow().get(pattern) {
            return Rc::clone(known);
        }
        let texts: Rc<[String]> = strings::of(pattern).into();
        self.texts.borrow_mut().insert(pattern.to_owned(), Rc::clone(&texts));
        texts
    }

    /// Whether a pattern is found in a text; none: it cannot be said.
    pub(super) fn matches(&self, pattern: &str, text: &str) -> Option<bool> {
        let compiling = if self.patterns.borrow().contains_key(pattern) { 0 } else { PATTERN };
        if !self.spend_on(FORM + compiling + text.len() / LETTERS) {
            return None;
        }
        if Otherwise::of(pattern).reads(text) {
            return None;
        }
        let mut patterns = self.patterns.borrow_mut();
        let compiled = patterns.entry(pattern.to_owned()).or_insert_with(|| {
            // In linear time: a pattern that needs more is left undecided.
            let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
            options.with_pattern_options(jsonschema::PatternOptions::regex()).build(&json!({ "pattern": pattern })).ok()
        });
        compiled.as_ref().map(|compiled| compiled.is_valid(&Value::from(text)))
    }
}

/// How much a value holds: each in it, and long texts as several.
pub(super) fn weight(value: &Value) -> usize {
    let below = match value {
        Value::Array(items) => items.iter().map(weight).sum(),
        Value::Object(members) => members.iter().map(|(name, value)| name.len() / LETTERS + weight(value)).sum(),
        Value::String(text) => text.len() / LETTERS,
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    };
    1 + below
}

/// Whether a pattern is found in every text.
pub(super) fn is_trivial(pattern: &str) -> bool {
    matches!(pattern, "" | "^" | "$" | ".*" | "^.*" | ".*$" | "[\\s\\S]*" | "^[\\s\\S]*$" | "(.*)")
}
