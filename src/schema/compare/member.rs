//! Whether a value has a form, as far as gate takes forms apart. What it cannot say it does not guess.

use std::collections::BTreeSet;

use serde_json::Value;

use super::expand::Schema;
use super::form::{Contains, Form, Type};
use super::means::Means;
use super::number::{End, Num, key};
use super::source::Conj;

/// An answer of three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Is {
    No,
    Unknown,
    Yes,
}

impl Is {
    fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    fn and(self, other: impl FnOnce() -> Self) -> Self {
        if self == Self::No { self } else { self.min(other()) }
    }
}

/// Whether a value is valid under all these terms.
pub(super) fn is_valid(means: &Means, schema: &Schema<'_>, value: &Value, asked: &Conj) -> Is {
    let Ok(forms) = schema.forms(asked) else { return Is::Unknown };
    forms.iter().map(|form| has_form(means, schema, value, form)).max().unwrap_or(Is::No)
}

/// Whether a value has this form.
pub(super) fn has_form(means: &Means, schema: &Schema<'_>, value: &Value, form: &Form) -> Is {
    let kind = Type::of(value);
    if !means.spend() {
        return Is::Unknown;
    }
    if !form.types.contains(&kind) {
        return Is::No;
    }
    match is_named(means, value, form) {
        Some(true) => {}
        Some(false) => return Is::No,
        None => return Is::Unknown,
    }
    let of_type = match value {
        Value::Number(number) => Num::of(number).map_or(Is::Unknown, |num| number_has(num, form)),
        Value::String(text) => text_has(means, text, form),
        Value::Array(list) => list_has(means, schema, list, form),
        Value::Object(map) => object_has(means, schema, map, form),
        Value::Null | Value::Bool(_) => Is::Yes,
    };
    let is_opaque = form.opaque.values().any(|opaque| opaque.types.contains(&kind));
    of_type.and(|| if is_opaque { Is::Unknown } else { Is::Yes })
}

/// Whether it is one of the values that a form names, and none of those that it excludes; none: they are too many to be looked at.
fn is_named(means: &Means, value: &Value, form: &Form) -> Option<bool> {
    if form.values.is_none() && form.excluded.is_empty() {
        return Some(true);
    }
    let named = form.values.iter().flat_map(|values| &values.value).chain(form.excluded.iter().map(|asked| &asked.value));
    if !means.spend_on_values(named.chain([value])) {
        return None;
    }
    let own = key(value);
    let is_listed = form.values.as_ref().is_none_or(|values| values.value.iter().any(|one| key(one) == own));
    Some(is_listed && !form.excluded.iter().any(|one| key(&one.value) == own))
}

fn number_has(num: Num, form: &Form) -> Is {
    let above = form.lower.as_ref().is_none_or(|asked| match asked.value {
        End::Closed(end) => num >= end,
        End::Open(end) => num > end,
    });
    let below = form.upper.as_ref().is_none_or(|asked| match asked.value {
        End::Closed(end) => num <= end,
        End::Open(end) => num < end,
    });
    let multiple = |other: Num| num.is_multiple_of(other).map_or(Is::Unknown, Is::of);
    let multiples = form.multiples.iter().map(|asked| multiple(asked.value)).min().unwrap_or(Is::Yes);
    Is::of(above && below).and(|| multiples)
}

fn within(count: usize, min: Option<u64>, max: Option<u64>) -> Is {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    Is::of(min.is_none_or(|min| count >= min) && max.is_none_or(|max| count <= max))
}

fn text_has(means: &Means, text: &str, form: &Form) -> Is {
    let limit = |asked: &Option<super::form::Asked<u64>>| asked.as_ref().map(|asked| asked.value);
    let patterns = || form.patterns.keys().map(|pattern| means.matches(pattern, text).map_or(Is::Unknown, Is::of)).min().unwrap_or(Is::Yes);
    within(text.chars().count(), limit(&form.min_length), limit(&form.max_length)).and(patterns)
}

fn list_has(means: &Means, schema: &Schema<'_>, list: &[Value], form: &Form) -> Is {
    let limit = |asked: &Option<super::form::Asked<u64>>| asked.as_ref().map(|asked| asked.value);
    let items =
        || list.iter().enumerate().map(|(index, item)| is_valid(means, schema, item, &form.of_item(index))).min().unwrap_or(Is::Yes);
    let unique = || match &form.unique {
        None => Is::Yes,
        Some(_) if !means.spend_on_values(list) => Is::Unknown,
        Some(_) => Is::of(list.iter().map(key).collect::<BTreeSet<String>>().len() == list.len()),
    };
    let contains = || form.contains.iter().map(|asked| contains(means, schema, list, asked)).min().unwrap_or(Is::Yes);
    within(list.len(), limit(&form.min_items), limit(&form.max_items)).and(unique).and(items).and(contains)
}

fn contains(means: &Means, schema: &Schema<'_>, list: &[Value], asked: &Contains) -> Is {
    let wanted = Conj::of([asked.term]);
    let found: Vec<Is> = list.iter().map(|item| is_valid(means, schema, item, &wanted)).collect();
    let count = |least: Is| u64::try_from(found.iter().filter(|is| **is >= least).count()).unwrap_or(u64::MAX);
    let (sure, perhaps) = (count(Is::Yes), count(Is::Unknown));
    let enough = match (sure >= asked.min, perhaps >= asked.min) {
        (true, _) => Is::Yes,
        (false, true) => Is::Unknown,
        (false, false) => Is::No,
    };
    let few = match asked.max {
        Some(max) if sure > max => Is::No,
        Some(max) if perhaps > max => Is::Unknown,
        Some(_) | None => Is::Yes,
    };
    enough.and(|| few)
}

fn object_has(means: &Means, schema: &Schema<'_>, map: &serde_json::Map<String, Value>, form: &Form) -> Is {
    let limit = |asked: &Option<super::form::Asked<u64>>| asked.as_ref().map(|asked| asked.value);
    let required = || match means.spend_on(form.required.len()) {
        true => Is::of(form.required.keys().all(|name| map.contains_key(name))),
        false => Is::Unknown,
    };
    let value = |(name, value): (&String, &Value)| match asked_of(means, form, name) {
        Some(asked) => is_valid(means, schema, value, &asked),
        None => Is::Unknown,
    };
    let names = |name: &String| {
        let text = Value::from(name.as_str());
        form.property_names.iter().map(|asked| is_valid(means, schema, &text, &Conj::of([asked.value]))).min().unwrap_or(Is::Yes)
    };
    within(map.len(), limit(&form.min_properties), limit(&form.max_properties))
        .and(required)
        .and(|| map.keys().map(names).min().unwrap_or(Is::Yes))
        .and(|| map.iter().map(value).min().unwrap_or(Is::Yes))
}

/// What a form asks of the value of a name; none where a pattern cannot be matched.
pub(super) fn asked_of(means: &Means, form: &Form, name: &str) -> Option<Conj> {
    if !means.spend_on(1 + form.names.len()) {
        return None;
    }
    let matched = form.name_patterns().map(|pattern| means.matches(pattern, name).map(|does| (pattern.as_str(), does)));
    let matched = matched.collect::<Option<Vec<_>>>()?;
    Some(form.of_name(Some(name), &|pattern| matched.iter().any(|(known, does)| *known == pattern && *does)))
}
