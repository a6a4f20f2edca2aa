//! What a comparison may spend, and which texts match which patterns: asked of the validator that judges instances too.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::{Value, json};

use super::strings;

/// The steps that a comparison may take, each a look at one form.
const STEPS: usize = 400_000;

/// One comparison's means.
pub(super) struct Look {
    left: Cell<usize>,
    patterns: RefCell<HashMap<String, Option<jsonschema::Validator>>>,
    texts: RefCell<HashMap<String, Rc<[String]>>>,
}

impl Look {
    pub(super) fn new() -> Self {
        Self { left: Cell::new(STEPS), patterns: RefCell::default(), texts: RefCell::default() }
    }

    /// Spends a step; false: none is left.
    pub(super) fn spend(&self) -> bool {
        self.left.set(self.left.get().saturating_sub(1));
        self.left.get() > 0
    }

    /// All the means again; false: they were spent, and what was seen since is not to be relied on.
    pub(super) fn renew(&self) -> bool {
        self.left.replace(STEPS) > 0
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
        if !self.spend() {
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

/// Whether a pattern is found in every text.
pub(super) fn is_trivial(pattern: &str) -> bool {
    matches!(pattern, "" | "^" | "$" | ".*" | "^.*" | ".*$" | "[\\s\\S]*" | "^[\\s\\S]*$" | "(.*)")
}
