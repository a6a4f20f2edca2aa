//! Expressions of workflows over values of which only a part is known. What comes out is known only where it is the same
//! for everything that the unknown may be. What GitHub would end the run for (a text that is no JSON, …) is unknown.

mod compare;
mod format;
mod functions;
mod json;
mod member;
mod search;

#[cfg(test)]
mod answers_test;
#[cfg(test)]
mod soundness_test;

pub(super) use functions::text_of;

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::value::{Text, Truth, Value};
use crate::formats::expression::{Expression, Node};

/// What an expression can ask for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scope {
    /// By name in lowercase; one that is absent is unknown.
    pub(crate) contexts: BTreeMap<String, Value>,
    pub(crate) status: StatusChecks,
}

/// What `success()`, `failure()` and `cancelled()` say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StatusChecks {
    pub(crate) success: Truth,
    pub(crate) failure: Truth,
    pub(crate) cancelled: Truth,
}

/// Nobody knows how things went.
pub(crate) const UNKNOWN: StatusChecks = StatusChecks { success: Truth::Maybe, failure: Truth::Maybe, cancelled: Truth::Maybe };

/// What an expression comes to.
pub(crate) fn evaluate(expression: &Expression, scope: &Scope) -> Value {
    find(expression, scope).value.into_owned()
}

/// Whether a condition holds that comes to this value.
pub(crate) fn truth(value: &Value) -> Truth {
    value.truth()
}

/// A value, and whether it is a list that `*` made: what is asked of such a list is asked of each item.
struct Found<'a> {
    value: Cow<'a, Value>,
    filtered: Truth,
}

impl From<Value> for Found<'_> {
    fn from(value: Value) -> Self {
        Self { value: Cow::Owned(value), filtered: Truth::No }
    }
}

fn find<'a>(expression: &'a Expression, scope: &'a Scope) -> Found<'a> {
    match &expression.node {
        Node::Null => Value::Null.into(),
        Node::Bool(value) => Value::Bool(*value).into(),
        Node::Number(number) => Value::Number(*number).into(),
        Node::Text(text) => Value::Text(Text::known(text)).into(),
        Node::Context(name) => match scope.contexts.get(name) {
            Some(value) => Found { value: Cow::Borrowed(value), filtered: Truth::No },
            None => Value::Unknown.into(),
        },
        Node::Call { function, arguments } if function == "case" => case(arguments, scope),
        Node::Call { function, arguments } => called(function, arguments, scope),
        Node::Property(object, name) => member::named(find(object, scope), name),
        Node::Index(object, index) => member::indexed(find(object, scope), &find(index, scope).value),
        Node::Star(object) => member::starred(find(object, scope)),
        Node::Not(inner) => Value::from(!find(inner, scope).value.truth()).into(),
        Node::And(sides) => first_that(Truth::No, sides, scope),
        Node::Or(sides) => first_that(Truth::Yes, sides, scope),
        Node::Compare(comparison, left, right) => {
            let (left, right) = (find(left, scope), find(right, scope));
            Value::from(compare::compare(*comparison, &left.value, &right.value)).into()
        }
    }
}

fn called<'a>(function: &str, arguments: &'a [Expression], scope: &'a Scope) -> Found<'a> {
    let found: Vec<Found<'a>> = arguments.iter().map(|argument| find(argument, scope)).collect();
    let values: Vec<&Value> = found.iter().map(|argument| &*argument.value).collect();
    functions::call(function, &values, &scope.status).into()
}

/// The value behind the first condition that is true, else the last one.
fn case<'a>(arguments: &'a [Expression], scope: &'a Scope) -> Found<'a> {
    let (mut possible, mut rest) = (Vec::new(), arguments);
    while let [condition, value, others @ ..] = rest {
        match &*find(condition, scope).value {
            Value::Bool(true) => {
                possible.push(find(value, scope));
                return one_of(possible);
            }
            Value::Bool(false) => {}
            Value::Unknown | Value::Either(_) => possible.push(find(value, scope)),
            // GitHub takes nothing else for a condition here.
            Value::Null | Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Object { .. } => return Value::Unknown.into(),
        }
        rest = others;
    }
    possible.extend(rest.iter().map(|value| find(value, scope)));
    one_of(possible)
}

fn one_of(mut possible: Vec<Found<'_>>) -> Found<'_> {
    if possible.len() > 1 {
        let filtered = Truth::over(possible.iter().map(|found| found.filtered));
        return Found { value: Cow::Owned(Value::either(possible.into_iter().map(|found| found.value.into_owned()))), filtered };
    }
    possible.pop().unwrap_or_else(|| Value::Unknown.into())
}

/// The first side with this truth (`&&`: no, `||`: yes), or the last one.
fn first_that<'a>(wanted: Truth, sides: &'a [Expression], scope: &'a Scope) -> Found<'a> {
    let mut possible: Vec<Found<'a>> = Vec::new();
    for (index, side) in sides.iter().enumerate() {
        let found = find(side, scope);
        let truth = found.value.truth();
        if truth == wanted || index + 1 == sides.len() {
            possible.push(found);
            break;
        }
        if truth == Truth::Maybe {
            let value = narrowed(&found.value, wanted);
            possible.push(Found { value: Cow::Owned(value), filtered: found.filtered });
        }
    }
    one_of(possible)
}

/// What a value is when it is known to hold, or not to hold.
fn narrowed(value: &Value, wanted: Truth) -> Value {
    let empty = || Value::Text(Text::default());
    match value {
        Value::Unknown if wanted == Truth::No => {
            Value::either([Value::Null, Value::Bool(false), Value::Number(0.0), Value::Number(f64::NAN), empty()])
        }
        Value::Text(_) if wanted == Truth::No => empty(),
        Value::Either(several) => {
            let fit = several.iter().filter(|one| one.truth() == wanted || one.truth() == Truth::Maybe);
            Value::either(fit.map(|one| narrowed(one, wanted)))
        }
        Value::Unknown | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Object { .. } => {
            value.clone()
        }
    }
}
