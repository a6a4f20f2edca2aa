//! How much work it is to say why an instance is not valid. A validator that only judges remembers what it has seen; one that gives reasons
//! walks every branch anew, and a schema can double them at each level.

use serde_json::Value;

use super::Document;
use super::keywords::{Applies, Keyword, Shape, named};
use super::places::token;

/// The most schemas that are asked for reasons.
const MOST: usize = 300_000;

/// Whether it is work that ends soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    Bounded,
    Unbounded,
}

/// How many schemas are looked at within one another.
const DEEPEST: usize = 1_000;

/// What may still be spent.
struct Left {
    schemas: usize,
    depth: usize,
}

/// Counts what a validator would look at. Each count is an upper bound.
pub(super) fn effort(document: &Document, instance: &Value) -> Effort {
    let mut left = Left { schemas: MOST, depth: DEEPEST };
    match asked(document, (&document.value, String::new()), instance, &mut left) {
        Some(()) => Effort::Bounded,
        None => Effort::Unbounded,
    }
}

fn asked(document: &Document, (schema, pointer): (&Value, String), instance: &Value, left: &mut Left) -> Option<()> {
    left.schemas = left.schemas.checked_sub(1)?;
    left.depth = left.depth.checked_sub(1)?;
    let within = within(document, (schema, pointer), instance, left);
    left.depth += 1;
    within
}

fn within(document: &Document, (schema, pointer): (&Value, String), instance: &Value, left: &mut Left) -> Option<()> {
    let Some(keywords) = schema.as_object() else { return Some(()) };
    if let Some(target) = document.targets.get(&pointer)
        && let Some(schema) = document.value.pointer(target)
    {
        asked(document, (schema, target.clone()), instance, left)?;
    }
    for (name, held) in keywords {
        let Some(Keyword { applies, shape, .. }) = named(name, document.draft).next() else { continue };
        let pointer = format!("{pointer}/{}", token(name));
        for (step, schema) in schemas(shape, held) {
            let below = || step.as_ref().map_or_else(|| pointer.clone(), |step| format!("{pointer}/{}", token(step)));
            match applies {
                Applies::Nowhere => {}
                Applies::Here => asked(document, (schema, below()), instance, left)?,
                Applies::Members | Applies::Items => {
                    for value in values(instance, (applies, name, step.as_deref())) {
                        asked(document, (schema, below()), value, left)?;
                    }
                }
            }
        }
    }
    Some(())
}

/// The schemas that a keyword may hold, with their step below it. What is held as one schema may look like several: each is counted.
fn schemas(shape: Shape, held: &Value) -> Vec<(Option<String>, &Value)> {
    let mut found = vec![(None, held)];
    match held {
        Value::Object(_) if shape == Shape::One => {}
        Value::Array(items) => found.extend(items.iter().enumerate().map(|(at, item)| (Some(at.to_string()), item))),
        Value::Object(members) => found.extend(members.iter().map(|(name, value)| (Some(name.clone()), value))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found
}

/// The parts of an instance that a schema is asked about.
fn values<'v>(instance: &'v Value, (applies, keyword, step): (Applies, &str, Option<&str>)) -> Vec<&'v Value> {
    match (instance, applies, step) {
        (Value::Object(members), Applies::Members, Some(name)) if keyword == "properties" => members.get(name).into_iter().collect(),
        (Value::Object(members), Applies::Members, _) => members.values().collect(),
        (Value::Array(items), Applies::Items, Some(at)) if at.parse::<usize>().is_ok() => {
            at.parse::<usize>().ok().and_then(|at| items.get(at)).into_iter().collect()
        }
        (Value::Array(items), Applies::Items, _) => items.iter().collect(),
        _ => Vec::new(),
    }
}
