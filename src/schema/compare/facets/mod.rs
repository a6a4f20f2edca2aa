//! One form beside another, for values of one type: what the other asks and the one does not.

mod list;
pub(super) mod number;
pub(super) mod object;
mod text;

use std::collections::BTreeSet;

use serde_json::Value;

use super::form::{Effect, Form, NUMBERS, Type};
use super::include::{Gap, PROPOSED, Prover};
use super::member::{Is, has_form};
use super::number::key;
use super::source::Conj;
use crate::schema::document::judging::short;

/// How deep it is looked whether there is any value at all.
const DEEPEST: usize = 8;
/// In how many alternatives.
const FORMS: usize = 8;

/// The gaps between values of a type that have `form`, and `other`.
pub(super) fn gaps(prover: &Prover<'_, '_>, (form, kind): (&Form, Type), other: &Form) -> Vec<Gap> {
    if !prover.means.spend_on(form.weight() + other.weight()) {
        return vec![Gap::of(&other.at, "is too large to be compared whole", Vec::new())];
    }
    let mut gaps = listed(prover, (form, kind), other);
    gaps.extend(match kind {
        Type::Null | Type::Boolean => Vec::new(),
        Type::Whole | Type::Fraction => number::gaps(prover, (form, kind), other),
        Type::Text => text::gaps(prover, form, other),
        Type::List => list::gaps(prover, form, other),
        Type::Object => object::gaps(prover, form, other),
    });
    for (text, opaque) in &other.opaque {
        if opaque.types.contains(&kind) && !form.opaque.contains_key(text) {
            let message = format!("`{}` differs, and what it changes is not decided", opaque.keyword);
            // Where a validator does not refuse by it, an instance that is refused shows something else.
            let proposed = if opaque.effect == Effect::Refuses { variety(prover, (form, kind), other) } else { Vec::new() };
            gaps.push(Gap::of(&opaque.at, message, proposed));
        }
    }
    gaps
}

/// What is asked of single values.
fn listed(prover: &Prover<'_, '_>, (form, kind): (&Form, Type), other: &Form) -> Vec<Gap> {
    let mut gaps = Vec::new();
    if let Some(values) = &other.values {
        gaps.push(Gap::of(&values.at, "only some values are accepted", variety(prover, (form, kind), other)));
    }
    let excluded: BTreeSet<String> = form.excluded.iter().map(|asked| key(&asked.value)).collect();
    for asked in other.excluded.iter().filter(|asked| Type::of(&asked.value) == kind) {
        if !excluded.contains(&key(&asked.value)) && has_form(prover.means, prover.from, &asked.value, form) != Is::No {
            gaps.push(Gap::of(&asked.at, format!("{} is not accepted", short(&asked.value)), vec![asked.value.clone()]));
        }
    }
    gaps
}

/// Values of the form, of many sorts.
pub(super) fn variety(prover: &Prover<'_, '_>, (form, kind): (&Form, Type), other: &Form) -> Vec<Value> {
    let sampler = prover.sampler();
    let mut values = match kind {
        Type::Null => vec![Value::Null],
        Type::Boolean => vec![Value::from(true), Value::from(false)],
        Type::Whole | Type::Fraction => sampler.numbers(form, kind, &super::sample::ends(other)),
        Type::Text => sampler.texts(form, &[]),
        Type::List => [0, 1, 2].into_iter().filter_map(|least| sampler.list(form, least)).collect(),
        Type::Object => object::variety(prover, form, other),
    };
    values.truncate(PROPOSED);
    values
}

/// Whether no value of the type can have the form, as far as that is seen.
pub(super) fn is_empty(prover: &Prover<'_, '_>, form: &Form, kind: Type) -> bool {
    is_empty_below(prover, (form, kind), &mut Vec::new())
}

/// The same, where a value of these terms would have to hold another one: nothing finite does that for ever.
fn is_empty_below(prover: &Prover<'_, '_>, (form, kind): (&Form, Type), above: &mut Vec<Conj>) -> bool {
    let from = prover.from;
    let mut is_never = |asked: &Conj| {
        if above.contains(asked) {
            return true;
        }
        if above.len() >= DEEPEST {
            return false;
        }
        above.push(asked.clone());
        let of_type = |form: &Form, above: &mut Vec<Conj>| form.types.iter().all(|kind| is_empty_below(prover, (form, *kind), above));
        let is_never = from.forms(asked).is_ok_and(|forms| forms.len() <= FORMS && forms.iter().all(|form| of_type(form, above)));
        above.pop();
        is_never
    };
    if let Some(values) = &form.values {
        return values.value.iter().all(|value| Type::of(value) != kind || has_form(prover.means, from, value, form) == Is::No);
    }
    match kind {
        Type::Null | Type::Boolean => false,
        Type::Whole | Type::Fraction => NUMBERS.contains(&kind) && number::is_empty(form, kind),
        Type::Text => false,
        Type::List => {
            let least = form.min_items.as_ref().map_or(0, |asked| asked.value);
            let last = usize::try_from(least).unwrap_or(usize::MAX).min(form.first_items() + 1);
            (0..last).any(|index| is_never(&form.of_item(index)))
        }
        Type::Object => {
            form.required.keys().any(|name| super::member::asked_of(prover.means, form, name).is_some_and(|asked| is_never(&asked)))
        }
    }
}
