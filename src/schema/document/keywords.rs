//! The keywords of JSON Schema that hold schemas, and what of an instance those are asked about.

use crate::schema::Draft;

/// How a keyword holds its schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::schema) enum Shape {
    One,
    List,
    /// By names that are the schema's own.
    Map,
}

/// What the schemas of a keyword are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::schema) enum Applies {
    /// The same value.
    Here,
    /// The members of an object, or their names.
    Members,
    /// The items of an array.
    Items,
    /// Nothing, until a reference leads there.
    Nowhere,
}

/// A keyword that holds schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::schema) struct Keyword {
    pub(in crate::schema) name: &'static str,
    pub(in crate::schema) shape: Shape,
    pub(in crate::schema) applies: Applies,
}

const fn keyword(name: &'static str, shape: Shape, applies: Applies) -> Keyword {
    Keyword { name, shape, applies }
}

/// In both editions. `dependencies` is no keyword of 2020-12 any more, but its meta-schema and the validator still know it.
const BOTH: [Keyword; 18] = [
    keyword("$defs", Shape::Map, Applies::Nowhere),
    keyword("definitions", Shape::Map, Applies::Nowhere),
    keyword("properties", Shape::Map, Applies::Members),
    keyword("patternProperties", Shape::Map, Applies::Members),
    keyword("additionalProperties", Shape::One, Applies::Members),
    keyword("propertyNames", Shape::One, Applies::Members),
    keyword("items", Shape::One, Applies::Items),
    keyword("items", Shape::List, Applies::Items),
    keyword("additionalItems", Shape::One, Applies::Items),
    keyword("contains", Shape::One, Applies::Items),
    keyword("dependencies", Shape::Map, Applies::Here),
    keyword("allOf", Shape::List, Applies::Here),
    keyword("anyOf", Shape::List, Applies::Here),
    keyword("oneOf", Shape::List, Applies::Here),
    keyword("not", Shape::One, Applies::Here),
    keyword("if", Shape::One, Applies::Here),
    keyword("then", Shape::One, Applies::Here),
    keyword("else", Shape::One, Applies::Here),
];

const LATER: [Keyword; 5] = [
    keyword("prefixItems", Shape::List, Applies::Items),
    keyword("dependentSchemas", Shape::Map, Applies::Here),
    keyword("unevaluatedItems", Shape::One, Applies::Items),
    keyword("unevaluatedProperties", Shape::One, Applies::Members),
    keyword("contentSchema", Shape::One, Applies::Nowhere),
];

/// The ways that a keyword of this name may hold schemas.
pub(in crate::schema) fn named(name: &str, draft: Draft) -> impl Iterator<Item = Keyword> {
    let later: &[Keyword] = match draft {
        Draft::Draft7 => &[],
        Draft::Draft2020 => &LATER,
    };
    BOTH.iter().chain(later).copied().filter(move |keyword| keyword.name == name)
}

/// Keywords that say nothing of what is valid.
const ANNOTATIONS: &[&str] = &[
    "title",
    "description",
    "$comment",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "$id",
    "$schema",
    "$anchor",
    "$dynamicAnchor",
    "$vocabulary",
    "$defs",
    "definitions",
];

/// Whether a keyword says nothing of what is valid: an annotation, or an extension.
pub(in crate::schema) fn is_annotation(name: &str) -> bool {
    ANNOTATIONS.contains(&name) || name.starts_with("x-")
}
