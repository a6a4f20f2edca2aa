//! The sub-schemas of one document, each with a number, and where a `$ref` leads.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use serde_json::{Map, Value};

use crate::schema::document::keywords::{Shape, is_annotation, named};
use crate::schema::document::places;
use crate::schema::{Document, Doubt, Draft};

/// A sub-schema of one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id(usize);

/// What is asked of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Term {
    /// That it is valid under this sub-schema.
    Is(Id),
    /// That it is not.
    IsNot(Id),
    /// What no instance can do.
    Never,
}

/// Several terms, all of which are asked; none: nothing is asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Conj(Rc<[Term]>);

impl Conj {
    pub(super) fn of(terms: impl IntoIterator<Item = Term>) -> Self {
        let terms: BTreeSet<Term> = terms.into_iter().collect();
        Self(terms.into_iter().collect())
    }

    pub(super) fn terms(&self) -> &[Term] {
        &self.0
    }
}

/// One document with the numbers of its sub-schemas.
pub(super) struct Source<'d> {
    document: &'d Document,
    nodes: RefCell<Nodes<'d>>,
    closures: RefCell<HashMap<Id, Rc<str>>>,
}

#[derive(Default)]
struct Nodes<'d> {
    all: Vec<(Rc<str>, &'d Value)>,
    by_pointer: HashMap<Rc<str>, Id>,
}

impl<'d> Source<'d> {
    pub(super) fn of(document: &'d Document) -> Self {
        Self { document, nodes: RefCell::default(), closures: RefCell::default() }
    }

    pub(super) fn draft(&self) -> Draft {
        self.document.draft()
    }

    pub(super) fn root(&self) -> Id {
        self.id("", self.document.value())
    }

    /// The number of the sub-schema at a pointer.
    fn id(&self, pointer: &str, value: &'d Value) -> Id {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(id) = nodes.by_pointer.get(pointer) {
            return *id;
        }
        let (pointer, id) = (Rc::<str>::from(pointer), Id(nodes.all.len()));
        nodes.all.push((Rc::clone(&pointer), value));
        nodes.by_pointer.insert(pointer, id);
        id
    }

    /// The sub-schema below another one, by the names on the way.
    pub(super) fn below(&self, id: Id, tokens: &[&str], value: &'d Value) -> Id {
        let mut pointer = self.pointer(id).to_string();
        tokens.iter().for_each(|token| push(&mut pointer, token));
        self.id(&pointer, value)
    }

    pub(super) fn pointer(&self, id: Id) -> Rc<str> {
        self.nodes.borrow().all.get(id.0).map_or_else(|| Rc::from(""), |(pointer, _)| Rc::clone(pointer))
    }

    /// Where a term stands.
    pub(super) fn place(&self, term: Term) -> Rc<str> {
        match term {
            Term::Is(id) | Term::IsNot(id) => self.pointer(id),
            Term::Never => Rc::from(""),
        }
    }

    pub(super) fn value(&self, id: Id) -> &'d Value {
        self.nodes.borrow().all.get(id.0).map_or(&Value::Null, |(_, value)| *value)
    }

    /// Where the reference of a sub-schema leads.
    pub(super) fn follow(&self, id: Id) -> Result<Id, Doubt> {
        self.led(&self.pointer(id))
    }

    /// Where the reference of the schema at a pointer leads.
    fn led(&self, pointer: &str) -> Result<Id, Doubt> {
        let place = self.document.target(pointer);
        let led = place.and_then(|place| Some((place, self.document.value().pointer(place)?)));
        led.map(|(place, value)| self.id(place, value)).ok_or_else(|| Doubt::of(pointer, "it is not known where the reference leads"))
    }

    /// Whether a sub-schema of another document is written the same and means the same.
    pub(super) fn has_same(&self, id: Id, (other, other_id): (&Self, Id)) -> bool {
        let value = self.value(id);
        if self.draft() != other.draft() || value != other.value(other_id) {
            return false;
        }
        let mut refers = false;
        references(value, &mut String::new(), &mut |_, _| refers = true);
        !refers || self.closure(id).is_ok_and(|own| other.closure(other_id).is_ok_and(|others| own == others))
    }

    /// A text that two sub-schemas share only if they mean the same: all of it, and all that it refers to, without annotations.
    pub(super) fn closure(&self, id: Id) -> Result<Rc<str>, Doubt> {
        if let Some(known) = self.closures.borrow().get(&id) {
            return Ok(Rc::clone(known));
        }
        let text: Rc<str> = Rc::from(self.closure_of(&self.pointer(id), self.value(id))?);
        self.closures.borrow_mut().insert(id, Rc::clone(&text));
        Ok(text)
    }

    /// The same of a schema at a pointer, of which some keywords may be left out.
    pub(super) fn closure_of(&self, pointer: &str, value: &Value) -> Result<String, Doubt> {
        let (mut text, mut seen, mut open) = (format!("{:?} {}", self.draft(), bare(value)), BTreeMap::new(), Vec::new());
        references(value, &mut pointer.to_owned(), &mut |at, words| open.push((at.to_owned(), words.map(str::to_owned))));
        while let Some((at, words)) = open.pop() {
            let Some(words) = words else {
                // Where it leads depends on how it was come to: it means the same only in the same document.
                text.push_str(&format!("\n{}", self.document.value()));
                continue;
            };
            let (id, number) = (self.led(&at)?, seen.len());
            // The same words may lead elsewhere from elsewhere.
            let known = *seen.entry(id).or_insert(number);
            text.push_str(&format!("\n{words}={known}"));
            if known == number {
                text.push_str(&bare(self.value(id)).to_string());
                let found = &mut |at: &str, words: Option<&str>| open.push((at.to_owned(), words.map(str::to_owned)));
                references(self.value(id), &mut self.pointer(id).to_string(), found);
            }
        }
        Ok(text)
    }
}

/// Adds a token to a JSON pointer.
pub(super) fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    pointer.push_str(&places::token(token));
}

/// Whether a keyword's value is a map of names to schemas, in either edition.
fn is_map(keyword: &str) -> bool {
    named(keyword, Draft::Draft2020).any(|keyword| keyword.shape == Shape::Map)
}

/// Whether a keyword's value is a schema, or a list of them, in either edition.
fn is_schema(keyword: &str) -> bool {
    named(keyword, Draft::Draft2020).any(|keyword| matches!(keyword.shape, Shape::One | Shape::List))
}

/// Visits the schemas right below one, with the names on the way.
pub(super) fn each_below<'v>(map: &'v Map<String, Value>, visit: &mut dyn FnMut(&[&str], &'v Value)) {
    for (keyword, value) in map {
        match value {
            Value::Object(below) if is_map(keyword) => {
                below.iter().for_each(|(name, schema)| visit(&[keyword, name], schema));
            }
            Value::Array(list) if is_schema(keyword) => {
                list.iter().enumerate().for_each(|(index, schema)| visit(&[keyword, &index.to_string()], schema));
            }
            one if is_schema(keyword) => visit(&[keyword], one),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {}
        }
    }
}

/// Visits the references in a schema at a pointer and below it, each with its words; none: a dynamic one.
fn references(value: &Value, pointer: &mut String, found: &mut dyn FnMut(&str, Option<&str>)) {
    let Value::Object(map) = value else { return };
    let words = |keyword: &str| map.get(keyword).and_then(Value::as_str);
    match (words("$ref"), words("$dynamicRef")) {
        (_, Some(_)) => found(pointer, None),
        (Some(one), None) => found(pointer, Some(one)),
        (None, None) => {}
    }
    each_below(map, &mut |tokens, below| {
        if !matches!(tokens, ["$defs" | "definitions", ..]) {
            let length = pointer.len();
            tokens.iter().for_each(|token| push(pointer, token));
            references(below, pointer, found);
            pointer.truncate(length);
        }
    });
}

/// A schema without annotations, in it and below it.
fn bare(value: &Value) -> Value {
    let Value::Object(map) = value else { return value.clone() };
    let is_kept = |(keyword, _): &(&String, &Value)| !is_annotation(keyword);
    let below = |keyword: &str, value: &Value| match value {
        Value::Object(names) if is_map(keyword) => Value::Object(names.iter().map(|(name, schema)| (name.clone(), bare(schema))).collect()),
        Value::Array(list) if is_schema(keyword) => Value::Array(list.iter().map(bare).collect()),
        one if is_schema(keyword) => bare(one),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => value.clone(),
    };
    Value::Object(map.iter().filter(is_kept).map(|(keyword, value)| (keyword.clone(), below(keyword, value))).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn closure(schema: &Value) -> String {
        let document = Document::read(&schema.to_string()).unwrap();
        let source = Source::of(&document);
        source.closure(source.root()).unwrap().to_string()
    }

    #[test]
    fn a_closure_holds_what_is_referred_to_and_no_annotation() {
        let one = json!({"$ref": "#/$defs/a", "title": "x", "$defs": {"a": {"properties": {"title": {"type": "string", "title": "t"}}}}});
        let other = json!({"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"title": {"type": "string"}}}}});
        let third = json!({"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"title": {"type": "null"}}}}});
        assert_eq!(closure(&one), closure(&other));
        assert_ne!(closure(&one), closure(&third));
    }

    #[test]
    fn a_closure_of_schemas_that_refer_to_each_other_ends_and_tells_them_apart() {
        let pair = |a: &str, b: &str| {
            json!({"$ref": "#/$defs/a", "$defs": {
                "a": {"items": {"$ref": "#/$defs/b"}, "type": a},
                "b": {"items": {"$ref": "#/$defs/a"}, "type": b}
            }})
        };
        assert_eq!(closure(&pair("array", "null")), closure(&pair("array", "null")));
        assert_ne!(closure(&pair("array", "null")), closure(&pair("null", "array")));
    }
}
