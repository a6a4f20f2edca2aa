//! `==`, `<` and their kin with GitHub's conversions.

use std::cmp::Ordering;

use super::search::{self, How, upper};
use crate::formats::expression::{Comparison, number};
use crate::pipeline::value::{Piece, Text, Truth, Value};

/// So many pairs of what two values may be are compared.
const MAX_PAIRS: usize = 4096;

pub(super) fn compare(comparison: Comparison, left: &Value, right: &Value) -> Truth {
    let (left, right) = match (spread(left), spread(right)) {
        (some, others) if some.len() * others.len() <= MAX_PAIRS => (some, others),
        _ => (left.alternatives().to_vec(), right.alternatives().to_vec()),
    };
    Truth::over(left.iter().flat_map(|left| right.iter().map(move |right| of_two(comparison, left, right))))
}

pub(super) fn equal(left: &Value, right: &Value) -> Truth {
    compare(Comparison::Equal, left, right)
}

/// Each value that a value may be, where they are few: every text apart.
pub(super) fn spread(value: &Value) -> Vec<Value> {
    let texts = |value: &Value| match value {
        Value::Text(text) => text.completions().map(|all| all.into_iter().map(Value::text).collect()),
        Value::Unknown | Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Object { .. } | Value::Either(_) => None,
    };
    value.alternatives().iter().flat_map(|one| texts(one).unwrap_or_else(|| vec![one.clone()])).collect()
}

fn of_two(comparison: Comparison, left: &Value, right: &Value) -> Truth {
    match (left, right) {
        (Value::Unknown | Value::Either(_), _) | (_, Value::Unknown | Value::Either(_)) => Truth::Maybe,
        // An object is equal to itself alone; whether it is the same one is not known here.
        (Value::List(_), Value::List(_)) | (Value::Object { .. }, Value::Object { .. }) if may_be_same(left, right) => match comparison {
            Comparison::Less | Comparison::Greater => Truth::No,
            Comparison::Equal | Comparison::Unequal | Comparison::LessOrEqual | Comparison::GreaterOrEqual => Truth::Maybe,
        },
        (Value::List(_) | Value::Object { .. }, _) | (_, Value::List(_) | Value::Object { .. }) => holds(comparison, None),
        (Value::Text(left), Value::Text(right)) => of_texts(comparison, left, right),
        (Value::Null | Value::Bool(_) | Value::Number(_), _) | (_, Value::Null | Value::Bool(_) | Value::Number(_)) => {
            of_numbers(comparison, as_number(left), as_number(right))
        }
    }
}

/// Whether both can be one and the same object: nothing that is known of them differs.
fn may_be_same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Unknown | Value::Either(_), _) | (_, Value::Unknown | Value::Either(_)) => true,
        (Value::Object { open: true, .. }, Value::Object { .. }) | (Value::Object { .. }, Value::Object { open: true, .. }) => true,
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| may_be_same(left, right))
        }
        (Value::Object { members: left, .. }, Value::Object { members: right, .. }) => {
            left.iter().len() == right.iter().len()
                && left.iter().all(|(name, left)| right.get(name).is_some_and(|right| may_be_same(left, right)))
        }
        (Value::Text(left), Value::Text(right)) => of_texts(Comparison::Equal, left, right) != Truth::No,
        (Value::Number(left), Value::Number(right)) => left.to_bits() == right.to_bits() || left == right,
        (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Object { .. }, _) => left == right,
    }
}

fn of_texts(comparison: Comparison, left: &Text, right: &Text) -> Truth {
    if let (Some(left), Some(right)) = (left.whole(), right.whole()) {
        let (left, right) = (upper(&left), upper(&right));
        return holds(comparison, Some(left.encode_utf16().cmp(right.encode_utf16())));
    }
    match comparison {
        Comparison::Equal => search::finds(left, right, How::Equal),
        Comparison::Unequal => !search::finds(left, right, How::Equal),
        Comparison::Less | Comparison::LessOrEqual | Comparison::Greater | Comparison::GreaterOrEqual => Truth::Maybe,
    }
}

fn of_numbers(comparison: Comparison, left: Option<f64>, right: Option<f64>) -> Truth {
    match (left, right) {
        (Some(left), Some(right)) => holds(comparison, left.partial_cmp(&right)),
        (Some(one), None) | (None, Some(one)) if one.is_nan() => holds(comparison, None),
        (Some(_) | None, None) | (None, Some(_)) => Truth::Maybe,
    }
}

/// Whether it holds for two values in this order; without an order they are not equal, and neither is greater.
fn holds(comparison: Comparison, order: Option<Ordering>) -> Truth {
    Truth::from(match comparison {
        Comparison::Equal => order == Some(Ordering::Equal),
        Comparison::Unequal => order != Some(Ordering::Equal),
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::LessOrEqual => order.is_some_and(Ordering::is_le),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
    })
}

/// The number that a value counts as, where it is known.
fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Null => Some(0.0),
        Value::Bool(value) => Some(f64::from(u8::from(*value))),
        Value::Number(number) => Some(*number),
        Value::Text(text) => match text.whole() {
            Some(text) => Some(number::read(&text)),
            None => text.0.iter().any(never_in_a_number).then_some(f64::NAN),
        },
        Value::List(_) | Value::Object { .. } => Some(f64::NAN),
        Value::Unknown | Value::Either(_) => None,
    }
}

/// A piece that no number holds: a word of a result, or a letter that stands in none.
fn never_in_a_number(piece: &Piece) -> bool {
    match piece {
        Piece::Known(text) => {
            text.chars().any(|letter| !(letter.is_ascii_hexdigit() || letter.is_whitespace() || "+-.xXoOInfity\u{feff}".contains(letter)))
        }
        Piece::OneOf(_) => true,
        Piece::Any => false,
    }
}
