//! A JSON Schema document: read strictly, complete in itself, and asked whether an instance is valid.
//!
//! `format`, `contentEncoding` and `contentMediaType` are annotations in both editions: 2020-12 says so, draft-07 leaves it to the validator, and
//! validators differ on what they mean.

mod address;
mod build;
mod effort;
mod faults;
mod fields;
mod foreign;
pub(super) mod judging;
pub(super) mod keywords;
mod loops;
mod numbers;
pub(super) mod patterns;
pub(super) mod places;
mod references;
pub(super) mod room;
mod size;

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Certainty, Draft, Invalid, SchemaFault};
use crate::formats::json_tree::{self, Dialect};
use effort::Effort;
use loops::Reach;
use patterns::Otherwise;
use places::Places;

/// A schema that can be asked.
#[derive(Debug)]
pub(crate) struct Document {
    value: Value,
    draft: Draft,
    validator: jsonschema::Validator,
    /// Where each reference leads: the pointer of the schema that holds it, and that of its target.
    targets: BTreeMap<String, String>,
    reach: Reach,
    /// Whether it has patterns that the validator may give up.
    gives_up: bool,
    /// The texts in which its patterns may mean something else to other validators.
    otherwise: Otherwise,
    foreign: Vec<(String, &'static str)>,
}

impl Document {
    /// Reads a schema. Where `$schema` is absent, it is taken for 2020-12.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of its lines. Never empty.
    pub(crate) fn read(text: &str) -> Result<Self, Vec<SchemaFault>> {
        if let Some(fault) = size::too_large(text) {
            return Err(vec![fault]);
        }
        let tree = json_tree::parse(text, Dialect::Strict).map_err(faults::of_text)?;
        let draft = places::draft_of(&tree).map_err(|fault| vec![fault])?;
        let mut places = Places::collect(&tree, draft).map_err(|fault| vec![fault])?;
        let (references, mut found) = references::resolve(&mut places);
        found.extend(places.take_faults());
        found.extend(numbers::rounded(&places));
        let exploding = patterns::too_large(&places);
        let may_compile = exploding.is_empty();
        found.extend(exploding);
        let reach = loops::reach(&places, &references).map_err(|fault| found.push(fault));
        let value = build::value(&tree);
        match reach {
            Ok(reach) if found.is_empty() => {
                let validator = build::validator(&value, &places).map_err(faults::sorted)?;
                let (gives_up, otherwise) = (patterns::may_give_up(&places), patterns::otherwise(&places));
                let foreign = foreign::of(&places);
                Ok(Self { gives_up, otherwise, foreign, targets: references.pointers(&places), value, draft, validator, reach })
            }
            Ok(_) | Err(()) => {
                found.extend(build::invalid(&value, draft, &tree));
                found.extend(if may_compile { build::no_patterns(&places) } else { Vec::new() });
                Err(faults::sorted(found))
            }
        }
    }

    /// The schema itself.
    pub(crate) fn value(&self) -> &Value {
        &self.value
    }

    /// Its edition.
    pub(crate) fn draft(&self) -> Draft {
        self.draft
    }

    /// Its patterns that are none of ECMA-262, so that other validators may read them otherwise, each with what is not.
    pub(crate) fn foreign_patterns(&self) -> &[(String, &'static str)] {
        &self.foreign
    }

    /// Where the `$ref` (or the `$dynamicRef`, as it stands there) of the schema at this pointer leads, as a pointer into the document.
    pub(crate) fn target(&self, pointer: &str) -> Option<&str> {
        self.targets.get(pointer).map(String::as_str)
    }

    /// The most schemas that are asked about one value.
    pub(crate) fn most_asked(&self) -> u64 {
        self.reach.most
    }

    /// Whether an instance is valid. What the validator cannot finish is not, nor what others may judge otherwise.
    pub(crate) fn accepts(&self, instance: &Value) -> bool {
        !self.otherwise.reads_in(instance) && self.with_room(instance, || self.validator.is_valid(instance)).unwrap_or(false)
    }

    /// Whether an instance is refused with certainty, and not because the validator gave it up.
    pub(crate) fn refuses(&self, instance: &Value) -> bool {
        match self.with_room(instance, || self.validator.is_valid(instance)) {
            None | Some(true) => false,
            Some(false) if self.otherwise.reads_in(instance) => false,
            Some(false) if !self.gives_up => true,
            Some(false) => self.judge(instance).first().is_some_and(|reason| reason.certainty == Certainty::Refused),
        }
    }

    /// Why an instance is not valid: the first reasons, at most 20, in an order that does not change. None: it is.
    pub(crate) fn judge(&self, instance: &Value) -> Vec<Invalid> {
        match self.with_room(instance, || self.reasons(instance)) {
            Some(reasons) => reasons,
            None => vec![judging::unfinished("cannot tell: there is no room to look at a value that is nested so deep")],
        }
    }

    fn reasons(&self, instance: &Value) -> Vec<Invalid> {
        if self.otherwise.reads_in(instance) {
            let why = "cannot tell: `.` and `\\b` of a pattern mean something else to other validators in a text with `\\r` or letters beyond ASCII";
            return vec![judging::unfinished(why)];
        }
        if self.validator.is_valid(instance) {
            return Vec::new();
        }
        match effort::effort(self, instance) {
            Effort::Bounded => judging::reasons(&self.validator, instance),
            Effort::Unbounded if self.gives_up => {
                vec![judging::unfinished("cannot tell: a pattern may have been given up, and it would take too long to say where")]
            }
            Effort::Unbounded => vec![judging::unsaid()],
        }
    }

    fn with_room<T: Send>(&self, instance: &Value, ask: impl FnOnce() -> T + Send) -> Option<T> {
        room::with(self.reach.deepest.saturating_mul(room::depth(instance)), ask)
    }
}

#[cfg(test)]
mod document_test;
#[cfg(test)]
mod torture_test;
