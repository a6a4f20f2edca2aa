//! The members of objects that a schema speaks of: wherever one of its keywords can name a member, and never in values (`enum`, `const`, `default`, `examples`).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::Document;
use super::keywords::{Shape, named};
use super::places::token;
use crate::schema::Draft;

/// The members that a schema speaks of.
pub(crate) struct Fields {
    /// Those that it calls by their names.
    names: BTreeSet<String>,
    /// The patterns of `patternProperties`.
    patterns: Vec<Document>,
}

impl Fields {
    /// Whether a member is spoken of, by its name or by a pattern that fits it.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.contains(name) || self.patterns.iter().any(|pattern| fits(pattern, name))
    }

    /// Whether a member is spoken of otherwise than another. A pattern that fits both says the same of both.
    pub(crate) fn tells_from(&self, name: &str, other: &str) -> bool {
        self.names.contains(name) || self.patterns.iter().any(|pattern| fits(pattern, name) && !fits(pattern, other))
    }
}

fn fits(pattern: &Document, name: &str) -> bool {
    pattern.accepts(&Value::String(name.to_owned()))
}

/// What a schema is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    /// A value.
    Value,
    /// A value, and the schema says what it must not be: what it asks for is not there.
    Not,
    /// The name of a member.
    Name,
}

/// A search through the schemas of a document.
struct Search<'d> {
    document: &'d Document,
    names: BTreeSet<&'d str>,
    patterns: BTreeSet<&'d str>,
    seen: BTreeSet<(*const Value, Asked)>,
    todo: Vec<(String, &'d Value, Asked)>,
}

impl Document {
    /// The members of objects that it speaks of, however deep, those of its `$defs` among them.
    pub(crate) fn fields(&self) -> Fields {
        let todo = vec![(String::new(), self.value(), Asked::Value)];
        let mut search = Search { document: self, names: BTreeSet::new(), patterns: BTreeSet::new(), seen: BTreeSet::new(), todo };
        while let Some((pointer, schema, asked)) = search.todo.pop() {
            if let (Some(schema), true) = (schema.as_object(), search.seen.insert((std::ptr::from_ref(schema), asked))) {
                search.look(&pointer, schema, asked);
            }
        }
        // Each was compiled when the document was read.
        let patterns = search.patterns.into_iter().filter_map(|pattern| Self::read(&json!({ "pattern": pattern }).to_string()).ok());
        Fields { patterns: patterns.collect(), names: search.names.into_iter().map(str::to_owned).collect() }
    }
}

impl<'d> Search<'d> {
    fn look(&mut self, pointer: &str, schema: &'d Map<String, Value>, asked: Asked) {
        let draft = self.document.draft();
        if let Some(target) = self.document.target(pointer)
            && let Some(found) = self.document.value().pointer(target)
        {
            self.todo.push((target.to_owned(), found, asked));
        }
        // Beside a reference draft-07 sees nothing but what others refer to.
        let only_a_reference = draft == Draft::Draft7 && schema.contains_key("$ref");
        for (key, held) in schema {
            let is_store = matches!(key.as_str(), "$defs" | "definitions");
            if only_a_reference && !is_store {
                continue;
            }
            self.name(key, held, (draft, asked));
            let inner = match (key.as_str(), asked) {
                // What it holds is a document of its own, within a text.
                ("contentSchema", _) => continue,
                ("$defs" | "definitions", _) => Asked::Value,
                ("propertyNames", _) => Asked::Name,
                ("not", Asked::Value) => Asked::Not,
                ("not", Asked::Not) => Asked::Value,
                (_, asked) => asked,
            };
            for keyword in named(key, draft) {
                self.push(&format!("{pointer}/{}", token(key)), held, (keyword.shape, inner));
            }
        }
    }

    /// The schemas that a keyword holds, where it holds them in this way.
    fn push(&mut self, pointer: &str, held: &'d Value, (shape, asked): (Shape, Asked)) {
        match (shape, held) {
            (Shape::One, Value::Object(_)) => self.todo.push((pointer.to_owned(), held, asked)),
            (Shape::List, Value::Array(items)) => {
                self.todo.extend(items.iter().enumerate().map(|(at, item)| (format!("{pointer}/{at}"), item, asked)));
            }
            (Shape::Map, Value::Object(members)) => {
                self.todo.extend(members.iter().map(|(name, item)| (format!("{pointer}/{}", token(name)), item, asked)));
            }
            (Shape::One | Shape::List | Shape::Map, _) => {}
        }
    }

    /// The members that one keyword names.
    fn name(&mut self, key: &str, held: &'d Value, (draft, asked): (Draft, Asked)) {
        let texts = |value: &'d Value| value.as_array().into_iter().flatten().filter_map(Value::as_str);
        let members = held.as_object().into_iter().flatten();
        match (key, asked) {
            // One that is refused, whatever it holds, is none.
            ("properties", _) => {
                self.names.extend(members.filter(|(_, schema)| **schema != Value::Bool(false)).map(|(name, _)| name.as_str()))
            }
            ("patternProperties", _) => {
                self.patterns.extend(members.filter(|(_, schema)| **schema != Value::Bool(false)).map(|(name, _)| name.as_str()));
            }
            ("required", Asked::Value) => self.names.extend(texts(held)),
            ("dependentSchemas", _) if draft == Draft::Draft2020 => self.names.extend(members.map(|(name, _)| name.as_str())),
            ("dependentRequired", _) if draft == Draft::Draft2020 => {
                self.names.extend(members.flat_map(|(name, others)| [name.as_str()].into_iter().chain(texts(others))));
            }
            ("dependencies", _) => {
                self.names.extend(members.flat_map(|(name, others)| [name.as_str()].into_iter().chain(texts(others))));
            }
            ("enum", Asked::Name) => self.names.extend(texts(held)),
            ("const", Asked::Name) => self.names.extend(held.as_str()),
            (_, Asked::Value | Asked::Not | Asked::Name) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(schema: &Value) -> Fields {
        Document::read(&schema.to_string()).unwrap().fields()
    }

    fn names(schema: &Value) -> Vec<String> {
        fields(schema).names.into_iter().collect()
    }

    #[test]
    fn a_member_is_named_wherever_a_keyword_can_name_one() {
        for schema in [
            json!({ "properties": { "a": {} } }),
            json!({ "required": ["a"] }),
            json!({ "dependentRequired": { "a": [] } }),
            json!({ "properties": { "a": true }, "dependentRequired": { "a": ["a"] } }),
            json!({ "dependentSchemas": { "a": {} } }),
            json!({ "dependencies": { "a": ["a"] } }),
            json!({ "propertyNames": { "enum": ["a", 1] } }),
            json!({ "propertyNames": { "anyOf": [{ "const": "a" }, { "pattern": "^x" }] } }),
            json!({ "propertyNames": { "$ref": "#/$defs/n" }, "$defs": { "n": { "const": "a" } } }),
            json!({ "allOf": [{ "anyOf": [{ "oneOf": [{ "if": { "properties": { "a": {} } } }] }] }] }),
            json!({ "if": {}, "then": { "required": ["a"] } }),
            json!({ "if": {}, "else": { "required": ["a"] } }),
            json!({ "items": { "prefixItems": [{ "contains": { "properties": { "a": {} } } }] } }),
            json!({ "additionalProperties": { "unevaluatedProperties": { "unevaluatedItems": { "required": ["a"] } } } }),
            json!({ "not": { "properties": { "a": { "const": 1 } } } }),
            json!({ "not": { "not": { "required": ["a"] } } }),
            json!({ "$ref": "#/components/x", "components": { "x": { "properties": { "a": {} } } } }),
            json!({ "$defs": { "x": { "properties": { "a": {} } } } }),
            json!({ "$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/x", "definitions": { "x": { "required": ["a"] } } }),
            json!({ "$schema": "http://json-schema.org/draft-07/schema#", "items": [{ "dependencies": { "b": { "properties": { "a": {} } } } }] }),
        ] {
            assert!(names(&schema).contains(&"a".to_owned()), "{schema}");
        }
    }

    #[test]
    fn what_stands_in_a_value_or_is_refused_names_nothing() {
        let odd = json!({ "properties": { "a": {} }, "required": ["a"], "enum": ["a"] });
        for schema in [
            json!({ "enum": [odd], "const": odd, "default": odd, "examples": [odd], "x-own": odd }),
            json!({ "enum": ["a"], "const": "a" }),
            json!({ "properties": { "a": false } }),
            json!({ "not": { "required": ["a"] } }),
            json!({ "contentSchema": odd }),
            json!({ "$schema": "http://json-schema.org/draft-07/schema#", "dependentRequired": { "a": ["a"] }, "dependentSchemas": { "a": {} } }),
            json!({ "$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/x", "required": ["a"], "definitions": { "x": {} } }),
        ] {
            assert_eq!(names(&schema), Vec::<String>::new(), "{schema}");
        }
        assert_eq!(names(&json!({ "properties": { "enum": { "required": ["a"] } } })), ["a", "enum"]);
    }

    #[test]
    fn a_pattern_names_what_it_fits() {
        let fields = fields(&json!({ "patternProperties": { "^reason_": {}, "_code$": { "type": "string" }, "^never": false } }));
        assert!(fields.has("reason_x") && fields.has("a_code") && !fields.has("other") && !fields.has("never"));
        assert!(fields.tells_from("reason_code", "failure_reason_code"), "the first pattern fits the one alone");
        assert!(!fields.tells_from("x_code", "y_code"), "what fits both says the same of both");
    }

    #[test]
    fn a_schema_that_refers_to_itself_ends() {
        assert_eq!(names(&json!({ "properties": { "a": { "$ref": "#" } }, "propertyNames": { "$ref": "#" } })), ["a"]);
    }
}
