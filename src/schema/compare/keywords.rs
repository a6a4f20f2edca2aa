//! Each keyword that gate takes apart, as what it asks of a form.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value};

use super::expand::{Keyword, Schema, Way};
use super::form::{Asked, Contains, Form, Items, Names, Type};
use super::number::{End, Num};
use super::source::{Id, Term, push};
use crate::schema::{Doubt, Draft};

/// Reads a keyword into a form; false: it is none that is known, or its value is odd.
pub(super) fn read<'d>(schema: &Schema<'d>, id: Id, (keyword, value, map): Keyword<'d>, form: &mut Form) -> bool {
    let reading = Reading { schema, id, map, keyword };
    let readers = [Reading::types, Reading::number, Reading::text, Reading::list, Reading::object];
    readers.iter().any(|read| read(&reading, value, form).is_some())
}

/// One keyword that is read.
struct Reading<'r, 'd> {
    schema: &'r Schema<'d>,
    id: Id,
    map: &'d Map<String, Value>,
    keyword: &'d str,
}

impl<'d> Reading<'_, 'd> {
    /// The pointer to a keyword of this schema.
    fn at(&self, keyword: &str) -> Rc<str> {
        let mut at = self.schema.source.pointer(self.id).to_string();
        push(&mut at, keyword);
        Rc::from(at)
    }

    fn asked<T>(&self, value: T) -> Asked<T> {
        Asked { value, at: self.at(self.keyword) }
    }

    fn term(&self, tokens: &[&str], value: &'d Value) -> Term {
        if value == &Value::Bool(false) { Term::Never } else { Term::Is(self.schema.source.below(self.id, tokens, value)) }
    }

    fn types(&self, value: &'d Value, form: &mut Form) -> Option<()> {
        match (self.keyword, value) {
            ("type", Value::String(name)) => self.named(std::iter::once(name.as_str()), form),
            ("type", Value::Array(names)) => self.named(names.iter().filter_map(Value::as_str), form),
            ("enum", Value::Array(values)) => self.values(values.clone(), form),
            ("const", value) => self.values(vec![value.clone()], form),
            _ => return None,
        }
        Some(())
    }

    fn named<'n>(&self, names: impl Iterator<Item = &'n str>, form: &mut Form) {
        let wanted: Vec<Type> = names.flat_map(Type::named).copied().collect();
        form.types.retain(|kind| wanted.contains(kind));
        form.at = self.at("type");
    }

    fn values(&self, values: Vec<Value>, form: &mut Form) {
        let own = Form { values: Some(self.asked(values)), ..Form::any(Rc::clone(&form.at)) };
        match form.and(&own) {
            Some(both) => *form = both,
            None => form.types.clear(),
        }
    }

    fn number(&self, value: &'d Value, form: &mut Form) -> Option<()> {
        let num = || Num::of_value(value);
        let (lower, upper) = match self.keyword {
            "minimum" => (Some(End::Closed(num()?)), None),
            "exclusiveMinimum" => (Some(End::Open(num()?)), None),
            "maximum" => (None, Some(End::Closed(num()?))),
            "exclusiveMaximum" => (None, Some(End::Open(num()?))),
            "multipleOf" => {
                form.multiples.push(self.asked(num()?));
                (None, None)
            }
            _ => return None,
        };
        if let Some(end) = lower.filter(|end| form.lower.as_ref().is_none_or(|old| end.cmp_lower(old.value).is_ge())) {
            form.lower = Some(self.asked(end));
        }
        if let Some(end) = upper.filter(|end| form.upper.as_ref().is_none_or(|old| end.cmp_upper(old.value).is_le())) {
            form.upper = Some(self.asked(end));
        }
        Some(())
    }

    fn text(&self, value: &'d Value, form: &mut Form) -> Option<()> {
        match self.keyword {
            "minLength" => form.min_length = Some(self.asked(count(value)?)),
            "maxLength" => form.max_length = Some(self.asked(count(value)?)),
            "pattern" => drop(form.patterns.insert(value.as_str()?.to_owned(), self.at("pattern"))),
            _ => return None,
        }
        Some(())
    }

    fn list(&self, value: &'d Value, form: &mut Form) -> Option<()> {
        let is_new = self.schema.source.draft() == Draft::Draft2020;
        match (self.keyword, value) {
            ("minItems", _) => form.min_items = Some(self.asked(count(value)?)),
            ("maxItems", _) => form.max_items = Some(self.asked(count(value)?)),
            ("uniqueItems", Value::Bool(unique)) => form.unique = unique.then(|| self.at("uniqueItems")),
            ("contains", _) => form.contains.push(self.contains(value)?),
            // Read where `contains` is, and nothing without it.
            ("minContains" | "maxContains", Value::Number(_)) if is_new => {}
            ("items", Value::Array(_)) if is_new => return None,
            ("items", _) if !is_new || !self.map.contains_key("prefixItems") => form.items.push(self.items()),
            ("items", _) => {}
            ("prefixItems", Value::Array(_)) if is_new => form.items.push(self.items()),
            ("unevaluatedItems", _) if self.alone("unevaluatedItems").is_some() => {
                if !self.map.contains_key("items") && !self.map.contains_key("prefixItems") {
                    form.items.push(self.items());
                }
            }
            // Read where `items` is a list, and nothing without it.
            ("additionalItems", _) if !is_new => {}
            _ => return None,
        }
        Some(())
    }

    fn contains(&self, value: &'d Value) -> Option<Contains> {
        let is_new = self.schema.source.draft() == Draft::Draft2020;
        let number = |keyword: &str| self.map.get(keyword).filter(|_| is_new);
        let (min, max) = (number("minContains").map_or(Some(1), count)?, number("maxContains").map(count));
        let max = max.map_or(Some(None), |max| max.map(Some))?;
        Some(Contains { term: self.term(&["contains"], value), min, max, at: self.at("contains") })
    }

    fn items(&self) -> Items {
        let is_new = self.schema.source.draft() == Draft::Draft2020;
        let (list, behind) = if is_new { ("prefixItems", "items") } else { ("items", "additionalItems") };
        let first = match self.map.get(list) {
            Some(Value::Array(first)) => {
                let term = |(index, value): (usize, &'d Value)| Some(self.term(&[list, &index.to_string()], value));
                first.iter().enumerate().map(term).collect()
            }
            Some(_) | None => Vec::new(),
        };
        let is_list = matches!(self.map.get(list), Some(Value::Array(_)));
        let rest = if is_new || is_list { behind } else { "items" };
        let behind = self.map.get(rest).map(|value| self.term(&[rest], value));
        let behind = behind.or_else(|| self.alone("unevaluatedItems").map(|value| self.term(&["unevaluatedItems"], value)));
        Items { first, rest: behind }
    }

    fn object(&self, value: &'d Value, form: &mut Form) -> Option<()> {
        const OF_NAMES: [&str; 4] = ["properties", "patternProperties", "additionalProperties", "unevaluatedProperties"];
        if self.keyword == "unevaluatedProperties" && self.alone("unevaluatedProperties").is_none() {
            return None;
        }
        match (self.keyword, value) {
            ("minProperties", _) => form.min_properties = Some(self.asked(count(value)?)),
            ("maxProperties", _) => form.max_properties = Some(self.asked(count(value)?)),
            ("required", Value::Array(names)) => {
                let names = names.iter().filter_map(Value::as_str).map(|name| (name.to_owned(), self.at("required")));
                form.required.extend(names);
            }
            ("propertyNames", _) => form.property_names.push(self.asked(self.term(&["propertyNames"], value))),
            (keyword, _) if OF_NAMES.contains(&keyword) => {
                // All of them are read where the first is.
                if OF_NAMES.iter().find(|name| self.map.contains_key(**name)) == Some(&keyword) {
                    form.names.push(self.names());
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// What this keyword says where nothing beside it looks at the same instance too: then all that it sees stands here.
    fn alone(&self, keyword: &'static str) -> Option<&'d Value> {
        const OTHERS: [&str; 9] = ["$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "not", "if", "dependentSchemas", "contains"];
        let is_alone = self.schema.source.draft() == Draft::Draft2020 && OTHERS.iter().all(|other| !self.map.contains_key(*other));
        self.map.get(keyword).filter(|_| is_alone)
    }

    fn names(&self) -> Names {
        let below = |keyword: &'static str| {
            let map = self.map.get(keyword).and_then(Value::as_object);
            map.into_iter().flatten().map(move |(name, value)| (name.clone(), self.term(&[keyword, name], value)))
        };
        let rest = |keyword, value: Option<&'d Value>| value.map(|value| (keyword, self.term(&[keyword], value)));
        let rest = rest("additionalProperties", self.map.get("additionalProperties"))
            .or_else(|| rest("unevaluatedProperties", self.alone("unevaluatedProperties")));
        let (keyword, rest) = rest.map_or(("properties", None), |(keyword, term)| (keyword, Some(term)));
        Names { named: below("properties").collect(), patterns: below("patternProperties").collect(), rest, at: self.at(keyword) }
    }
}

/// A count of something; a whole number however it is written.
fn count(value: &Value) -> Option<u64> {
    match Num::of_value(value)? {
        Num::Whole(whole) => u64::try_from(whole).ok(),
        Num::Real(_) => None,
    }
}

/// The forms of a name on which something else depends: it is not there, or it is and so is what it asks for.
pub(super) fn dependent<'d>(
    schema: &Schema<'d>,
    id: Id,
    (keyword, name, asked): (&str, &str, &'d Value),
    way: &mut Way,
) -> Result<Vec<Form>, Doubt> {
    let mut at = schema.source.pointer(id).to_string();
    [keyword, name].iter().for_each(|token| push(&mut at, token));
    let at: Rc<str> = Rc::from(at);
    let absent = Form { names: vec![without(name, &at)], ..Form::any(Rc::clone(&at)) };
    let there = Form { required: BTreeMap::from([(name.to_owned(), Rc::clone(&at))]), ..Form::only(&[Type::Object], Rc::clone(&at)) };
    let there = if let Value::Array(names) = asked {
        let more = names.iter().filter_map(Value::as_str).map(|name| (name.to_owned(), Rc::clone(&at)));
        vec![Form { required: there.required.into_iter().chain(more).collect(), ..Form::only(&[Type::Object], Rc::clone(&at)) }]
    } else {
        let forms = schema.of_term(Term::Is(schema.source.below(id, &[keyword, name], asked)), way)?;
        forms.iter().filter_map(|form| form.and(&there)).collect()
    };
    Ok(std::iter::once(absent).chain(there).collect())
}

/// What forbids a name.
pub(super) fn without(name: &str, at: &Rc<str>) -> Names {
    Names { named: BTreeMap::from([(name.to_owned(), Term::Never)]), patterns: Vec::new(), rest: None, at: Rc::clone(at) }
}
