//! The sub-schemas of one document, each with a number, and where a `$ref` leads.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use serde_json::{Map, Value};

use crate::schema::{Doubt, Draft};

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

    pub(super) fn and(&self, term: Term) -> Self {
        Self::of(self.0.iter().copied().chain([term]))
    }

    pub(super) fn terms(&self) -> &[Term] {
        &self.0
    }
}

/// One document with the numbers of its sub-schemas.
pub(super) struct Source<'d> {
    pub(super) draft: Draft,
    root: &'d Value,
    nodes: RefCell<Nodes<'d>>,
    /// The pointers of the resources (schemas with an `$id`), by their ids; the root is one, whatever its id.
    resources: BTreeMap<String, String>,
    /// The pointers of anchors, each below the pointer of its resource.
    anchors: BTreeMap<(String, String), String>,
    closures: RefCell<HashMap<Id, Rc<str>>>,
}

#[derive(Default)]
struct Nodes<'d> {
    all: Vec<(Rc<str>, &'d Value)>,
    by_pointer: HashMap<Rc<str>, Id>,
}

impl<'d> Source<'d> {
    pub(super) fn of(root: &'d Value, draft: Draft) -> Self {
        let mut source = Self {
            draft,
            root,
            nodes: RefCell::default(),
            resources: BTreeMap::new(),
            anchors: BTreeMap::new(),
            closures: RefCell::default(),
        };
        source.index(root, &mut String::new(), "");
        source
    }

    /// Finds the resources and anchors in a schema and below it.
    fn index(&mut self, value: &Value, pointer: &mut String, resource: &str) {
        let Value::Object(map) = value else { return };
        let text = |key: &str| map.get(key).and_then(Value::as_str);
        let mut own = resource.to_owned();
        match text("$id") {
            // In draft-07 an `$id` that is a fragment is an anchor.
            Some(id) if id.starts_with('#') => {
                drop(self.anchors.insert((own.clone(), id.trim_start_matches('#').to_owned()), pointer.clone()))
            }
            Some(id) => {
                own.clone_from(pointer);
                self.resources.insert(id.trim_end_matches('#').to_owned(), pointer.clone());
            }
            None => {}
        }
        for anchor in ["$anchor", "$dynamicAnchor"].into_iter().filter_map(text) {
            self.anchors.insert((own.clone(), anchor.to_owned()), pointer.clone());
        }
        each_below(map, &mut |tokens, below| {
            let length = pointer.len();
            tokens.iter().for_each(|token| push(pointer, token));
            self.index(below, pointer, &own);
            pointer.truncate(length);
        });
    }

    pub(super) fn root(&self) -> Id {
        self.id("", self.root)
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

    pub(super) fn value(&self, id: Id) -> &'d Value {
        self.nodes.borrow().all.get(id.0).map_or(&Value::Null, |(_, value)| *value)
    }

    /// Where a `$ref` of a sub-schema leads.
    pub(super) fn follow(&self, id: Id, target: &str) -> Result<Id, Doubt> {
        let pointer = self.pointer(id);
        let lost = || Doubt::of(&pointer, format!("`$ref` `{target}` leads out of the document"));
        let (uri, fragment) = target.split_once('#').unwrap_or((target, ""));
        let resource = if uri.is_empty() { self.resource_of(&pointer) } else { self.resource(uri).ok_or_else(lost)? };
        let fragment = unescaped(fragment);
        let place = match fragment.as_str() {
            "" => resource.to_owned(),
            path if path.starts_with('/') => format!("{resource}{path}"),
            anchor => self.anchors.get(&(resource.to_owned(), anchor.to_owned())).cloned().ok_or_else(lost)?,
        };
        let value = self.root.pointer(&place).ok_or_else(lost)?;
        Ok(self.id(&place, value))
    }

    /// The pointer of the resource that a pointer lies in.
    fn resource_of(&self, pointer: &str) -> &str {
        let holds = |place: &&String| pointer.strip_prefix(place.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.resources.values().filter(holds).max_by_key(|place| place.len()).map_or("", String::as_str)
    }

    /// The pointer of the resource with this id: the whole of it, or its end as a path.
    fn resource(&self, uri: &str) -> Option<&str> {
        if let Some(place) = self.resources.get(uri) {
            return Some(place);
        }
        let is_end = |id: &str| id.strip_suffix(uri.trim_start_matches("./")).is_some_and(|before| before.ends_with('/'));
        let mut found = self.resources.iter().filter(|(id, _)| is_end(id));
        match (found.next(), found.next()) {
            (Some((_, place)), None) => Some(place),
            (None | Some(_), _) => None,
        }
    }

    /// A text that two sub-schemas share only if they mean the same: all of it, and all that it refers to, without annotations.
    pub(super) fn closure(&self, id: Id) -> Result<Rc<str>, Doubt> {
        if let Some(known) = self.closures.borrow().get(&id) {
            return Ok(Rc::clone(known));
        }
        let text: Rc<str> = Rc::from(self.closure_of(id, self.value(id))?);
        self.closures.borrow_mut().insert(id, Rc::clone(&text));
        Ok(text)
    }

    /// The same of a value that stands in a sub-schema.
    pub(super) fn closure_of(&self, id: Id, value: &Value) -> Result<String, Doubt> {
        let (mut text, mut seen) = (bare(value).to_string(), BTreeSet::new());
        let mut open = Vec::new();
        references(value, &mut |target| open.push((id, target.to_owned())));
        while let Some((from, target)) = open.pop() {
            if !seen.insert((self.resource_of(&self.pointer(from)).to_owned(), target.clone())) {
                continue;
            }
            let to = self.follow(from, &target)?;
            text.push_str(&format!("\n{target}={}", bare(self.value(to))));
            references(self.value(to), &mut |next| open.push((to, next.to_owned())));
        }
        Ok(text)
    }
}

/// Adds a token to a JSON pointer.
pub(super) fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
}

/// A fragment of a URI without its `%` escapes.
fn unescaped(fragment: &str) -> String {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match rest {
            [b'%', a, b, ..] => std::str::from_utf8(&[*a, *b]).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok()),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { rest.get(3..).unwrap_or_default() } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Keywords whose value is a map of names to schemas.
const MAPS: &[&str] = &["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"];
/// Keywords whose value is a schema, or a list of them.
const SCHEMAS: &[&str] = &[
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "items",
    "prefixItems",
    "additionalItems",
    "contains",
    "additionalProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
];
/// Keywords that say nothing of what is valid.
pub(super) const ANNOTATIONS: &[&str] = &[
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

/// Visits the schemas right below one, with the names on the way.
fn each_below<'v>(map: &'v Map<String, Value>, visit: &mut dyn FnMut(&[&str], &'v Value)) {
    for (keyword, value) in map {
        match value {
            Value::Object(below) if MAPS.contains(&keyword.as_str()) => {
                below.iter().for_each(|(name, schema)| visit(&[keyword, name], schema));
            }
            Value::Array(list) if SCHEMAS.contains(&keyword.as_str()) => {
                list.iter().enumerate().for_each(|(index, schema)| visit(&[keyword, &index.to_string()], schema));
            }
            one if SCHEMAS.contains(&keyword.as_str()) => visit(&[keyword], one),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {}
        }
    }
}

fn references(value: &Value, found: &mut dyn FnMut(&str)) {
    let Value::Object(map) = value else { return };
    for keyword in ["$ref", "$dynamicRef"] {
        map.get(keyword).and_then(Value::as_str).into_iter().for_each(&mut *found);
    }
    each_below(map, &mut |tokens, below| {
        if !matches!(tokens, ["$defs" | "definitions", ..]) {
            references(below, found);
        }
    });
}

/// A schema without annotations, in it and below it.
fn bare(value: &Value) -> Value {
    let Value::Object(map) = value else { return value.clone() };
    let is_kept = |(keyword, _): &(&String, &Value)| !ANNOTATIONS.contains(&keyword.as_str()) && !keyword.starts_with("x-");
    let below = |keyword: &str, value: &Value| match value {
        Value::Object(names) if MAPS.contains(&keyword) => {
            Value::Object(names.iter().map(|(name, schema)| (name.clone(), bare(schema))).collect())
        }
        Value::Array(list) if SCHEMAS.contains(&keyword) => Value::Array(list.iter().map(bare).collect()),
        one if SCHEMAS.contains(&keyword) => bare(one),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => value.clone(),
    };
    Value::Object(map.iter().filter(is_kept).map(|(keyword, value)| (keyword.clone(), below(keyword, value))).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_ref_is_followed_by_pointer_anchor_and_id() {
        let schema = json!({
            "$id": "https://example.org/a.json",
            "$ref": "#/$defs/x~1y",
            "$defs": {"x/y": {"type": "string"}, "b": {"$anchor": "here", "type": "null"}, "c": {"$id": "b.json", "$defs": {"d": true}}}
        });
        let source = Source::of(&schema, Draft::Draft2020);
        let to = |target: &str| source.follow(source.root(), target).map(|id| source.pointer(id).to_string());
        assert_eq!(to("#/$defs/x~1y").unwrap(), "/$defs/x~1y");
        assert_eq!(to("#/%24defs/b").unwrap(), "/$defs/b");
        assert_eq!(to("#here").unwrap(), "/$defs/b");
        assert_eq!(to("https://example.org/a.json#here").unwrap(), "/$defs/b");
        assert_eq!(to("b.json#/$defs/d").unwrap(), "/$defs/c/$defs/d");
        assert!(to("other.json").is_err() && to("#nowhere").is_err() && to("#/$defs/none").is_err());
    }

    #[test]
    fn a_closure_holds_what_is_referred_to_and_no_annotation() {
        let one = json!({"$ref": "#/$defs/a", "title": "x", "$defs": {"a": {"properties": {"title": {"type": "string", "title": "t"}}}}});
        let other = json!({"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"title": {"type": "string"}}}}});
        let third = json!({"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"title": {"type": "null"}}}}});
        let text = |schema: &Value| {
            let source = Source::of(schema, Draft::Draft2020);
            source.closure(source.root()).unwrap().to_string()
        };
        assert_eq!(text(&one), text(&other));
        assert_ne!(text(&one), text(&third));
    }
}
