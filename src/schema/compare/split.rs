//! Ways to split a form into parts that together are all of it: by the values of a property, by whether a name is there, by whether something
//! holds that gate cannot take apart.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use super::expand::Schema;
use super::form::{Asked, Form, Type};
use super::keywords::without;

/// The parts that a form may be split into at once.
const PARTS: usize = 64;
/// The ways that are tried.
const WAYS: usize = 12;

/// The ways to split a form of which values of a type are looked at, as far as the forms there tell parts apart.
pub(super) fn ways(schema: &Schema<'_>, (form, kind): (&Form, Type), there: &[&Form]) -> Vec<Vec<Form>> {
    let by_value = || form.required.keys().filter_map(|name| by_values(schema, form, name));
    let by_name = || {
        let is_paid = |_: &&String| schema.means.spend_on(form.weight().saturating_mul(2));
        names(form, there).into_iter().take_while(is_paid).map(|name| by_presence(form, name))
    };
    let by_opaque = opaque(form, kind, there);
    match kind {
        Type::Object => by_value().chain(by_name()).chain(by_opaque).take(WAYS).collect(),
        Type::Null | Type::Boolean | Type::Whole | Type::Fraction | Type::Text | Type::List => by_opaque.into_iter().take(WAYS).collect(),
    }
}

/// The form once for each value of a property that takes a few.
fn by_values(schema: &Schema<'_>, form: &Form, name: &str) -> Option<Vec<Form>> {
    if form.name_patterns().next().is_some() || form.values_of.contains_key(name) || !schema.means.spend_on(1 + form.names.len()) {
        return None;
    }
    let forms = schema.forms(&form.of_name(Some(name), &|_| false)).ok()?;
    let values: Vec<&Asked<Vec<_>>> = forms.iter().map(|form| form.values.as_ref()).collect::<Option<_>>()?;
    let values: Vec<&Value> = values.into_iter().flat_map(|values| &values.value).take(PARTS + 1).collect();
    if values.len() < 2 || values.len() > PARTS || !schema.means.spend_on(form.weight().saturating_mul(values.len())) {
        return None;
    }
    let part = |value: &Value| {
        let mut part = form.clone();
        part.values_of.insert(name.to_owned(), value.clone());
        part
    };
    Some(values.into_iter().map(part).collect())
}

/// The names that a form there asks for or forbids, and this one does not.
fn names<'f>(form: &Form, there: &[&'f Form]) -> BTreeSet<&'f String> {
    let forbidden = |other: &&'f Form| {
        let names: &'f [super::form::Names] = &other.names;
        names.iter().flat_map(|names| names.named.iter()).filter(|(_, term)| **term == super::source::Term::Never).map(|(name, _)| name)
    };
    let asked = there.iter().flat_map(|other| other.required.keys()).chain(there.iter().flat_map(forbidden));
    let is_open = |name: &&String| {
        let is_forbidden = form.names.iter().any(|names| names.named.get(*name) == Some(&super::source::Term::Never));
        !form.required.contains_key(*name) && !is_forbidden
    };
    asked.filter(is_open).collect()
}

/// The form with a name, and without it.
fn by_presence(form: &Form, name: &str) -> Vec<Form> {
    let (mut with, mut lacking) = (form.clone(), form.clone());
    with.required.insert(name.to_owned(), Rc::clone(&form.at));
    lacking.names.push(without(name, &form.at));
    vec![with, lacking]
}

/// The form where something holds that gate cannot take apart, and where it does not.
fn opaque(form: &Form, kind: Type, there: &[&Form]) -> Vec<Vec<Form>> {
    let mut ways = Vec::new();
    let all = || there.iter().flat_map(|other| &other.opaque);
    for (text, opaque) in all().filter(|(_, opaque)| opaque.types.contains(&kind)) {
        let negated: Rc<str> = Rc::from(format!("not {text}"));
        if let Some((_, fails)) = all().find(|(other, _)| **other == negated).filter(|_| !form.opaque.contains_key(text)) {
            let (mut holds, mut lacks) = (form.clone(), form.clone());
            holds.opaque.insert(Rc::clone(text), opaque.clone());
            lacks.opaque.insert(Rc::clone(&negated), fails.clone());
            ways.push(vec![holds, lacks]);
        }
    }
    ways
}
