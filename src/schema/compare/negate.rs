//! The forms of what is not valid under a schema: for each of its keywords, what fails it.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value};

use super::expand::{Keyword, Schema, Way, held};
use super::form::{Asked, Contains, Form, Items, NUMBERS, Names, Type};
use super::keywords::without;
use super::number::{End, Num};
use super::source::{Id, Term, push};
use crate::schema::{Doubt, Draft};

impl<'d> Schema<'d> {
    /// One of its keywords fails.
    pub(super) fn of_negation(&self, id: Id, map: &'d Map<String, Value>, way: &mut Way) -> Result<Vec<Form>, Doubt> {
        self.spend(id, map.values().map(|value| 1 + held(value)).sum())?;
        let mut forms = Vec::new();
        for (keyword, value) in self.keywords(map) {
            let asked = (keyword, value, map);
            match self.unspread(id, asked, way)? {
                Some(more) => forms.extend(more),
                None => match self.failing(id, asked) {
                    Some(more) => forms.extend(more),
                    None => forms.push(self.not_taken_apart(id, asked)?),
                },
            }
        }
        forms.retain_mut(Form::settle);
        Ok(forms)
    }

    fn not_taken_apart(&self, id: Id, keyword: Keyword<'d>) -> Result<Form, Doubt> {
        let (text, opaque) = self.opaque(id, keyword)?;
        // Whatever it says, it says it of these types alone: others do not fail it.
        let form = Form { types: opaque.types.clone(), ..Form::any(self.source.pointer(id)) };
        Ok(Form { opaque: BTreeMap::from([(Rc::from(format!("not {text}")), opaque)]), ..form })
    }

    /// What fails a keyword that asks the same instance something else.
    fn unspread(&self, id: Id, (keyword, value, map): Keyword<'d>, way: &mut Way) -> Result<Option<Vec<Form>>, Doubt> {
        let source = &self.source;
        let part = |index: usize, one: &'d Value| Term::IsNot(source.below(id, &[keyword, &index.to_string()], one));
        Ok(Some(match (keyword, value) {
            ("$ref", Value::String(_)) => self.of_term(Term::IsNot(source.follow(id)?), way)?,
            ("not", _) => self.of_term(Term::Is(source.below(id, &["not"], value)), way)?,
            ("allOf", Value::Array(list)) => {
                let forms = list.iter().enumerate().map(|(n, one)| self.of_term(part(n, one), way));
                forms.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect()
            }
            ("anyOf", Value::Array(list)) => {
                let terms: Vec<Term> = list.iter().enumerate().map(|(n, one)| part(n, one)).collect();
                self.fold(&terms, way)?
            }
            ("if", _) => {
                let branch = |keyword: &str| map.get(keyword).map(|value| Term::IsNot(source.below(id, &[keyword], value)));
                let condition = source.below(id, &["if"], value);
                let mut forms = Vec::new();
                for (met, fails) in [(Term::Is(condition), branch("then")), (Term::IsNot(condition), branch("else"))] {
                    forms.extend(fails.map(|fails| self.fold(&[met, fails], way)).transpose()?.unwrap_or_default());
                }
                forms
            }
            // Without an `if` they say nothing, and with one they are read there.
            ("then" | "else", _) => Vec::new(),
            _ => return Ok(None),
        }))
    }

    /// What fails a keyword that is taken apart.
    fn failing(&self, id: Id, (keyword, value, map): Keyword<'d>) -> Option<Vec<Form>> {
        let mut at = self.source.pointer(id).to_string();
        push(&mut at, keyword);
        let failing = Failing { schema: self, id, at: Rc::from(at), map };
        failing.types(keyword, value).or_else(|| failing.facets(keyword, value)).or_else(|| failing.parts(keyword, value))
    }
}

/// One keyword that fails.
struct Failing<'f, 'd> {
    schema: &'f Schema<'d>,
    id: Id,
    at: Rc<str>,
    map: &'d Map<String, Value>,
}

impl<'d> Failing<'_, 'd> {
    fn asked<T>(&self, value: T) -> Option<Asked<T>> {
        Some(Asked { value, at: Rc::clone(&self.at) })
    }

    fn only(&self, types: &[Type]) -> Form {
        Form::only(types, Rc::clone(&self.at))
    }

    fn types(&self, keyword: &str, value: &Value) -> Option<Vec<Form>> {
        let others = |names: Vec<&str>| {
            let named: Vec<Type> = names.into_iter().flat_map(Type::named).copied().collect();
            let others: Vec<Type> = Type::ALL.into_iter().filter(|kind| !named.contains(kind)).collect();
            vec![self.only(&others)]
        };
        let none_of = |values: &[Value]| {
            let excluded = values.iter().filter_map(|value| self.asked(value.clone())).collect();
            vec![Form { excluded, ..Form::any(Rc::clone(&self.at)) }]
        };
        match (keyword, value) {
            ("type", Value::String(name)) => Some(others(vec![name])),
            ("type", Value::Array(names)) => Some(others(names.iter().filter_map(Value::as_str).collect())),
            ("enum", Value::Array(values)) => Some(none_of(values)),
            ("const", value) => Some(none_of(std::slice::from_ref(value))),
            _ => None,
        }
    }

    fn facets(&self, keyword: &str, value: &Value) -> Option<Vec<Form>> {
        let num = Num::of_value(value);
        let count = num.and_then(|num| if let Num::Whole(whole) = num { u64::try_from(whole).ok() } else { None });
        let (numbers, text, list, object) =
            (self.only(NUMBERS), self.only(&[Type::Text]), self.only(&[Type::List]), self.only(&[Type::Object]));
        let below = |count: Option<u64>| Some(self.asked(count?.checked_sub(1)?));
        let above = |count: Option<u64>| self.asked(count?.checked_add(1)?);
        Some(vec![match keyword {
            "minimum" => Form { upper: self.asked(End::Open(num?)), ..numbers },
            "exclusiveMinimum" => Form { upper: self.asked(End::Closed(num?)), ..numbers },
            "maximum" => Form { lower: self.asked(End::Open(num?)), ..numbers },
            "exclusiveMaximum" => Form { lower: self.asked(End::Closed(num?)), ..numbers },
            "minLength" if count == Some(0) => return Some(Vec::new()),
            "minItems" if count == Some(0) => return Some(Vec::new()),
            "minProperties" if count == Some(0) => return Some(Vec::new()),
            "minLength" => Form { max_length: below(count)?, ..text },
            "minItems" => Form { max_items: below(count)?, ..list },
            "minProperties" => Form { max_properties: below(count)?, ..object },
            "maxLength" => Form { min_length: Some(above(count)?), ..text },
            "maxItems" => Form { min_items: Some(above(count)?), ..list },
            "maxProperties" => Form { min_properties: Some(above(count)?), ..object },
            _ => return None,
        }])
    }

    fn parts(&self, keyword: &str, value: &'d Value) -> Option<Vec<Form>> {
        let source = &self.schema.source;
        let not = |tokens: &[&str], value: &'d Value| Term::IsNot(source.below(self.id, tokens, value));
        let is_new = source.draft() == Draft::Draft2020;
        let list = || self.only(&[Type::List]);
        let at = || Rc::clone(&self.at);
        Some(match (keyword, value) {
            ("required", Value::Array(names)) => {
                let one = |name: &str| Form { names: vec![without(name, &self.at)], ..self.only(&[Type::Object]) };
                names.iter().filter_map(Value::as_str).map(one).collect()
            }
            ("properties", Value::Object(names)) => {
                let one = |(name, value): (&String, &'d Value)| {
                    let named = BTreeMap::from([(name.clone(), not(&["properties", name], value))]);
                    let names = vec![Names { named, patterns: Vec::new(), rest: None, at: at() }];
                    Form { names, required: BTreeMap::from([(name.clone(), at())]), ..self.only(&[Type::Object]) }
                };
                names.iter().map(one).collect()
            }
            ("items", Value::Object(_) | Value::Bool(_)) if !self.map.contains_key("prefixItems") => {
                let one = Contains { term: not(&["items"], value), min: 1, max: None, at: at() };
                vec![Form { contains: vec![one], ..list() }]
            }
            ("prefixItems", Value::Array(first)) if is_new => {
                let one = |(index, value): (usize, &'d Value)| {
                    let own = Some(not(&["prefixItems", &index.to_string()], value));
                    let first = std::iter::repeat_n(None, index).chain([own]).collect();
                    let min_items = u64::try_from(index).ok().and_then(|index| self.asked(index + 1));
                    Form { items: vec![Items { first, rest: None }], min_items, ..list() }
                };
                first.iter().enumerate().map(one).collect()
            }
            ("contains", _) if !self.map.contains_key("minContains") && !self.map.contains_key("maxContains") => {
                let items = Items { first: Vec::new(), rest: Some(not(&["contains"], value)) };
                vec![Form { items: vec![items], ..list() }]
            }
            _ => return None,
        })
    }
}
