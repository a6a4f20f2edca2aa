//! Values that have a form: the simplest one, or one of a kind that a comparison asks for. They are proposals; a validator judges them.

use serde_json::{Map, Value};

use super::expand::Schema;
use super::form::{Form, Type};
use super::means::{Means, weight};
use super::member::{Is, asked_of, has_form, is_valid};
use super::number::{End, Num};
use super::source::Conj;

/// How deep values are made.
const DEEPEST: usize = 24;
/// How many forms are tried.
const FORMS: usize = 12;
/// The types, the simplest to read first.
const ORDER: [Type; 7] = [Type::Text, Type::Whole, Type::Boolean, Type::Null, Type::Fraction, Type::List, Type::Object];
/// How many numbers and how many texts are made of a form.
const NUMBERS: usize = 24;
const TEXTS: usize = 40;
/// The longest text or list that is made.
const LONGEST: u64 = 10_000;

/// Makes values of one schema.
#[derive(Clone, Copy)]
pub(super) struct Sampler<'a, 'd> {
    pub(super) means: &'a Means,
    pub(super) schema: &'a Schema<'d>,
    /// How many values lie above.
    pub(super) depth: usize,
}

impl Sampler<'_, '_> {
    fn below(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    /// A value that is valid under all these terms, as far as that is seen.
    pub(super) fn any(self, asked: &Conj) -> Option<Value> {
        if self.depth > DEEPEST || !self.means.spend() {
            return None;
        }
        let forms = self.schema.forms(asked).ok()?;
        let of_forms =
            |kind: Type| forms.iter().take(FORMS).filter(move |form| form.types.contains(&kind)).find_map(|form| self.of(form, kind));
        ORDER.into_iter().find_map(of_forms)
    }

    /// A value of this type that has the form.
    pub(super) fn of(self, form: &Form, kind: Type) -> Option<Value> {
        if let Some(values) = &form.values {
            return values.value.iter().find(|value| Type::of(value) == kind && self.fits(form, value)).cloned();
        }
        match kind {
            Type::Null => Some(Value::Null),
            Type::Boolean => [false, true].map(Value::from).into_iter().find(|value| self.fits(form, value)),
            Type::Whole | Type::Fraction => self.near_ends(form, kind, &[]).find(|value| self.fits(form, value)),
            Type::Text => self.usual_texts(form, &[]).find(|value| self.fits(form, value)),
            Type::List => self.list(form, 0),
            Type::Object => self.object(form).filter(|value| self.fits(form, value)),
        }
    }

    pub(super) fn fits(self, form: &Form, value: &Value) -> bool {
        has_form(self.means, self.schema, value, form) != Is::No
    }

    /// Numbers of the form, near its ends and near these.
    pub(super) fn numbers(self, form: &Form, kind: Type, near: &[Num]) -> Vec<Value> {
        self.those_that_fit(form, self.near_ends(form, kind, near), NUMBERS)
    }

    fn near_ends(self, form: &Form, kind: Type, near: &[Num]) -> impl Iterator<Item = Value> {
        let ends = [form.lower.as_ref(), form.upper.as_ref()].into_iter().flatten().map(|asked| asked.value.num());
        let points: Vec<Num> = [Num::Whole(0), Num::Whole(1)].into_iter().chain(ends).chain(near.iter().copied()).collect();
        let steps: Vec<Num> = form.multiples.iter().map(|asked| asked.value).chain([Num::Whole(1)]).collect();
        points.into_iter().flat_map(move |point| around(point, &steps, kind)).filter(move |value| Type::of(value) == kind)
    }

    /// Of some values the first that have the form, each once.
    fn those_that_fit(self, form: &Form, values: impl Iterator<Item = Value>, most: usize) -> Vec<Value> {
        let mut found: Vec<Value> = Vec::new();
        for value in values {
            if found.len() >= most || !self.means.spend_on_values([&value]) {
                break;
            }
            if !found.contains(&value) && self.fits(form, &value) {
                found.push(value);
            }
        }
        found
    }

    /// Texts of the form, of its shortest and longest length and of these lengths.
    pub(super) fn texts(self, form: &Form, lengths: &[u64]) -> Vec<Value> {
        self.those_that_fit(form, self.usual_texts(form, lengths), TEXTS)
    }

    fn usual_texts<'f>(&'f self, form: &'f Form, lengths: &'f [u64]) -> impl Iterator<Item = Value> + use<'f> {
        let (least, most) = (form.min_length.as_ref().map_or(0, |asked| asked.value), form.max_length.as_ref().map(|asked| asked.value));
        let wanted = [least, least + 1].into_iter().chain(most).chain(lengths.iter().copied()).filter(|length| *length <= LONGEST);
        let plain = wanted.map(|length| "a".repeat(usize::try_from(length).unwrap_or_default()));
        let made = form.patterns.keys().flat_map(|pattern| self.means.texts(pattern).to_vec());
        let usual = ["", "a", "0", "A", " ", "-1", "a b", "é", "2020-01-01"].map(str::to_owned);
        plain.chain(made).chain(usual).map(Value::from)
    }

    /// A list of the form with at least so many items.
    pub(super) fn list(self, form: &Form, least: u64) -> Option<Value> {
        let least = form.min_items.as_ref().map_or(0, |asked| asked.value).max(least).min(LONGEST);
        let mut list: Vec<Value> = form.contains.iter().flat_map(|asked| self.several(asked.min, &Conj::of([asked.term]))).collect();
        while u64::try_from(list.len()).is_ok_and(|count| count < least) {
            let asked = form.of_item(list.len());
            let next = match form.unique {
                None => self.below().any(&asked),
                Some(_) => self.another(&list, &asked),
            };
            list.push(next?);
        }
        Some(Value::Array(list))
    }

    fn several(self, count: u64, asked: &Conj) -> Vec<Value> {
        let Some(one) = self.below().any(asked) else { return Vec::new() };
        let count = usize::try_from(count.min(LONGEST)).unwrap_or_default();
        if self.means.spend_on_copies(count, [&one]) { vec![one; count] } else { Vec::new() }
    }

    /// A value that is in the list not yet.
    fn another(self, list: &[Value], asked: &Conj) -> Option<Value> {
        let forms = self.schema.forms(asked).ok()?;
        let named = forms.iter().filter_map(|form| form.values.as_ref()).flat_map(|values| &values.value).cloned();
        let numbers = (0..=list.len()).rev().map(Value::from);
        let texts = (0..=list.len()).rev().map(|n| Value::from("a".repeat(n)));
        let usual = numbers.chain(texts).chain([Value::Null, Value::from(true), Value::from(false)]);
        let is_new = |value: &Value| !list.contains(value) && is_valid(self.means, self.schema, value, asked) != Is::No;
        // Each is held against the whole list.
        let is_paid = |value: &Value| self.means.spend_on(weight(value) + list.len());
        usual.chain(self.below().any(asked)).chain(named).take_while(is_paid).find(is_new)
    }

    /// An object with the names that the form asks for, and no more than it must have.
    pub(super) fn object(self, form: &Form) -> Option<Value> {
        let mut map = Map::new();
        for name in form.required.keys() {
            map.insert(name.clone(), self.value_of(form, name)?);
        }
        let least = form.min_properties.as_ref().map_or(0, |asked| asked.value).min(LONGEST);
        let known: Vec<String> = form.known_names().cloned().collect();
        let fresh = (0..=least).map(|n| format!("p{n}"));
        let made = form.name_patterns().flat_map(|pattern| self.means.texts(pattern).to_vec()).collect::<Vec<_>>();
        for name in known.into_iter().chain(made).chain(fresh) {
            if u64::try_from(map.len()).is_ok_and(|count| count >= least) {
                break;
            }
            if let (false, Some(value)) = (map.contains_key(&name), self.value_of(form, &name)) {
                map.insert(name, value);
            }
        }
        Some(Value::Object(map))
    }

    /// A value that a name may have.
    pub(super) fn value_of(self, form: &Form, name: &str) -> Option<Value> {
        self.below().any(&asked_of(self.means, form, name)?)
    }
}

/// Numbers at a point and one step beside it.
fn around(point: Num, steps: &[Num], kind: Type) -> Vec<Value> {
    let base = point.as_f64();
    let mut near = Vec::new();
    if let Num::Whole(whole) = point {
        near.extend([whole, whole - 1, whole + 1].map(Num::Whole));
    }
    for step in steps.iter().map(|step| step.as_f64()).filter(|step| *step > 0.0) {
        let floor = (base / step).floor();
        near.extend([floor - 1.0, floor, floor + 1.0, floor + 2.0].map(|count| Num::of_f64(count * step)));
    }
    if kind == Type::Fraction {
        near.extend([0.5, -0.5, 0.25, 0.001].map(|part| Num::of_f64(base + part)));
    }
    near.push(point);
    near.into_iter().filter_map(Num::to_value).collect()
}

/// The numbers at which a form ends, and right beyond.
pub(super) fn ends(form: &Form) -> Vec<Num> {
    [form.lower.as_ref(), form.upper.as_ref()].into_iter().flatten().map(|asked| asked.value).map(End::num).collect()
}
