//! `a.b`, `a[b]` and `a.*`.

use std::borrow::Cow;

use super::Found;
use crate::formats::expression::number;
use crate::pipeline::value::{Members, Truth, Value};

/// What is asked of an object or a list.
enum Key {
    /// Its name for an object, where it has one; its number for a list.
    Known {
        name: Option<String>,
        number: f64,
    },
    Unknown,
    Star,
}

pub(super) fn named<'a>(object: Found<'a>, name: &str) -> Found<'a> {
    let key = Key::Known { name: Some(name.to_owned()), number: number::read(name) };
    asked(object, &[key])
}

pub(super) fn indexed<'a>(object: Found<'a>, index: &Value) -> Found<'a> {
    let keys: Vec<Key> = index.alternatives().iter().flat_map(keys).collect();
    asked(object, &keys)
}

pub(super) fn starred(object: Found<'_>) -> Found<'_> {
    let found = asked(object, &[Key::Star]);
    Found { filtered: Truth::Yes, ..found }
}

/// The keys that a value may be.
fn keys(index: &Value) -> Vec<Key> {
    let of_text = |text: String| Key::Known { number: number::read(&text), name: Some(text) };
    match index {
        Value::Text(text) => match text.completions() {
            Some(all) => all.into_iter().map(of_text).collect(),
            None => vec![Key::Unknown],
        },
        Value::Null => vec![Key::Known { name: Some(String::new()), number: 0.0 }],
        Value::Bool(value) => vec![Key::Known { name: Some(value.to_string()), number: f64::from(u8::from(*value)) }],
        Value::Number(value) => match number::text(*value) {
            Some(name) => vec![Key::Known { name: Some(name), number: *value }],
            None => vec![Key::Unknown],
        },
        Value::List(_) | Value::Object { .. } => vec![Key::Known { name: None, number: f64::NAN }],
        Value::Unknown | Value::Either(_) => vec![Key::Unknown],
    }
}

fn asked<'a>(object: Found<'a>, keys: &[Key]) -> Found<'a> {
    let filtered = object.filtered;
    let value = match (object.value, keys) {
        (Cow::Borrowed(value), [key]) => pick(value, filtered, key),
        (value, keys) => Cow::Owned(Value::either(keys.iter().map(|key| pick(&value, filtered, key).into_owned()))),
    };
    Found { value, filtered }
}

fn pick<'v>(value: &'v Value, filtered: Truth, key: &Key) -> Cow<'v, Value> {
    match value {
        Value::Unknown => Cow::Owned(Value::Unknown),
        Value::Either(several) => Cow::Owned(Value::either(several.iter().map(|one| pick(one, filtered, key).into_owned()))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => Cow::Owned(match key {
            Key::Star => Value::List(Vec::new()),
            Key::Known { .. } | Key::Unknown => Value::Null,
        }),
        Value::Object { members, open } => of_object(members, *open, key),
        Value::List(items) => match filtered {
            Truth::No => of_list(items, key),
            Truth::Yes => Cow::Owned(of_each(items, key)),
            Truth::Maybe => Cow::Owned(Value::Unknown),
        },
    }
}

fn of_object<'v>(members: &'v Members, open: bool, key: &Key) -> Cow<'v, Value> {
    let values = members.iter().map(|(_, value)| value.clone());
    match key {
        Key::Known { name, .. } => match name.as_deref().map(|name| members.get(name)) {
            Some(Some(value)) => Cow::Borrowed(value),
            Some(None) if open => Cow::Owned(Value::Unknown),
            Some(None) | None => Cow::Owned(Value::Null),
        },
        Key::Unknown | Key::Star if open => Cow::Owned(Value::Unknown),
        Key::Unknown => Cow::Owned(Value::either(values.chain([Value::Null]))),
        Key::Star => Cow::Owned(Value::List(values.collect())),
    }
}

fn of_list<'v>(items: &'v [Value], key: &Key) -> Cow<'v, Value> {
    match key {
        Key::Known { number, .. } => at(items, *number).map_or(Cow::Owned(Value::Null), Cow::Borrowed),
        Key::Unknown => Cow::Owned(Value::either(items.iter().cloned().chain([Value::Null]))),
        Key::Star => Cow::Owned(Value::List(items.to_vec())),
    }
}

/// The item at a number, which is rounded down.
fn at(items: &[Value], number: f64) -> Option<&Value> {
    if number.is_nan() || number < 0.0 || number.is_infinite() {
        return None;
    }
    items.get(format!("{:.0}", number.floor().abs()).parse::<usize>().ok()?)
}

/// What is asked of every item; those that have no such member give nothing.
fn of_each(items: &[Value], key: &Key) -> Value {
    let mut all = Vec::new();
    for item in items {
        match (item, key) {
            (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_), _) => {}
            // How many there are is unknown then.
            (Value::Unknown | Value::Either(_), _) | (_, Key::Unknown) => return Value::Unknown,
            (Value::Object { open: true, .. }, Key::Star) => return Value::Unknown,
            (Value::Object { members, .. }, Key::Star) => all.extend(members.iter().map(|(_, value)| value.clone())),
            (Value::Object { members, open }, Key::Known { name, .. }) => match name.as_deref().map(|name| members.get(name)) {
                Some(Some(value)) => all.push(value.clone()),
                Some(None) if *open => return Value::Unknown,
                Some(None) | None => {}
            },
            (Value::List(inner), Key::Star) => all.extend(inner.iter().cloned()),
            (Value::List(inner), Key::Known { number, .. }) => all.extend(at(inner, *number).cloned()),
        }
    }
    Value::List(all)
}
