//! The validator of a document, and what its meta-schema says against it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, ValidationOptions, Validator};
use serde_json::{Map, Value, json};

use super::faults::{line_of, whole};
use super::judging;
use super::patterns;
use super::places::{Places, canonical};
use super::room;
use crate::formats::json_tree::{self, Node};
use crate::schema::{Draft, FaultSort, SchemaFault};
use crate::shown::shown;

/// How many steps back a pattern may take that no engine matches in linear time.
const STEPS_BACK: usize = 100_000;
/// How many patterns are looked at one by one, to name those that are none.
const MOST_PATTERNS: usize = 2_000;
/// The most bytes of a compiled pattern.
const PATTERN_BYTES: usize = 4 << 20;

/// The value of a tree.
pub(super) fn value(node: &Node<'_>) -> Value {
    match &node.value {
        json_tree::Value::Null => Value::Null,
        json_tree::Value::Bool(truth) => Value::Bool(*truth),
        // The reader of the tree has made sure that it is one.
        json_tree::Value::Number(written) => serde_json::from_str(written).unwrap_or_default(),
        json_tree::Value::Text(text) => Value::String(text.clone().into_owned()),
        json_tree::Value::List(items) => Value::Array(items.iter().map(value).collect()),
        json_tree::Value::Object(members) => {
            Value::Object(members.iter().map(|member| (member.key.clone().into_owned(), value(&member.node))).collect::<Map<_, _>>())
        }
    }
}

/// A validator that fetches nothing and takes what is not asserted everywhere for an annotation.
fn options<'i>(draft: Draft) -> ValidationOptions<'i> {
    let engine = match draft {
        Draft::Draft7 => jsonschema::Draft::Draft7,
        Draft::Draft2020 => jsonschema::Draft::Draft202012,
    };
    // This engine matches in linear time whatever can be, and counts its steps in the rest.
    let patterns = PatternOptions::fancy_regex().backtrack_limit(STEPS_BACK).size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES);
    jsonschema::options()
        .offline()
        .with_draft(engine)
        .should_validate_formats(false)
        .without_content_media_type_support("application/json")
        .without_content_encoding_support("base64")
        .with_pattern_options(patterns)
}

/// Builds the validator.
///
/// # Errors
/// What the meta-schema says against the document, which patterns are none, or that the validator could not make anything of it.
pub(super) fn validator(document: &Value, places: &Places<'_>) -> Result<Validator, Vec<SchemaFault>> {
    let root = places.all.first().map(|place| place.node);
    let fault = |sort, message| vec![whole(sort, message)];
    let by_the_book = by_the_book(document, places);
    let schema = by_the_book.as_ref().unwrap_or(document);
    let deep = room::depth(document) * 10;
    let draft = places.draft;
    let built = room::with(deep, || catch_unwind(AssertUnwindSafe(|| options(draft).build(schema))));
    match built {
        Some(Ok(Ok(validator))) => Ok(validator),
        Some(Ok(Err(error))) => {
            let mut found = no_patterns(places);
            found.extend(root.map(|root| invalid(schema, places.draft, root)).unwrap_or_default());
            if found.is_empty() {
                let sort =
                    if matches!(error.kind(), ValidationErrorKind::Referencing(_)) { FaultSort::Unresolved } else { FaultSort::Invalid };
                found = fault(sort, judging::message(&error));
            }
            Err(found)
        }
        Some(Err(_)) => Err(fault(FaultSort::Invalid, "the validator broke down on this schema".to_owned())),
        None => Err(fault(FaultSort::TooLarge, "there is no room to look at a schema that is nested so deep".to_owned())),
    }
}

/// The document with each `$schema` as the validator knows it, where one is written otherwise.
fn by_the_book(document: &Value, places: &Places<'_>) -> Option<Value> {
    let canonical = canonical(places.draft);
    let odd = |place: &&super::places::Place<'_>| place.node.text("$schema").is_some_and(|written| written != canonical);
    let odd: Vec<&str> = places.all.iter().filter(odd).map(|place| place.pointer.as_str()).collect();
    if odd.is_empty() {
        return None;
    }
    let mut mended = document.clone();
    for pointer in odd {
        if let Some(written) = mended.pointer_mut(pointer).and_then(|schema| schema.get_mut("$schema")) {
            *written = Value::String(canonical.to_owned());
        }
    }
    Some(mended)
}

/// What the meta-schema says against the document.
pub(super) fn invalid(document: &Value, draft: Draft, root: &Node<'_>) -> Vec<SchemaFault> {
    let fault = |pointer: String, message| SchemaFault { line: line_of(root, &pointer), pointer, message, sort: FaultSort::Invalid };
    let ask = || -> Option<Vec<SchemaFault>> {
        let meta = jsonschema::meta::validator_for(&json!({ "$schema": canonical(draft) })).ok()?;
        let errors = meta.iter_errors(document).take(50);
        Some(errors.map(|error| fault(error.instance_path().to_string(), judging::message(&error))).collect())
    };
    let asked = room::with(room::depth(document) * 10, || catch_unwind(AssertUnwindSafe(ask)));
    let unknown = || vec![whole(FaultSort::Invalid, "the meta-schema could not be asked".to_owned())];
    asked.and_then(Result::ok).flatten().unwrap_or_else(unknown)
}

/// The patterns that are no regular expressions. One by one, for the validator names the first alone; none that explodes may be among them.
pub(super) fn no_patterns(places: &Places<'_>) -> Vec<SchemaFault> {
    let options = options(places.draft);
    let is_none = |pattern: &str| catch_unwind(AssertUnwindSafe(|| options.build(&json!({ "pattern": pattern })).is_err())).unwrap_or(true);
    let wrong = patterns::of(places).take(MOST_PATTERNS).filter(|(_, _, pattern)| is_none(pattern)).take(50);
    let fault = |(at, keyword, pattern)| {
        let mut fault =
            places.fault(at, keyword, (FaultSort::Pattern, format!("`{}` is no regular expression that gate can match", shown(pattern))));
        if keyword == "patternProperties" {
            fault.pointer = format!("{}/{}", fault.pointer, super::places::token(pattern));
            fault.line = places.all.first().map_or(fault.line, |root| line_of(root.node, &fault.pointer));
        }
        fault
    };
    wrong.map(fault).collect()
}
