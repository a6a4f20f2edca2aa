//! Whether a condition holds, found out case by case where one look does not tell: `a == 'success' || a != 'success'`.

use std::collections::BTreeSet;

use super::{Scope, Status, evaluate};
use crate::formats::expression::Expression;
use crate::pipeline::value::{Piece, Truth, Value};

/// So many cases are looked at; beyond them the answer is what one look told.
const MAX_CASES: usize = 256;

/// Whether a condition holds for everything that the results in the scope and the status may be.
pub(crate) fn decide(condition: &Expression, scope: &Scope) -> Truth {
    let mut asked = scope.clone();
    // What is not asked for would be split in vain.
    asked.contexts.retain(|name, _| condition.mentions_context(name));
    for (name, value) in &mut asked.contexts {
        if let (Some(names), Value::Object { members, .. }) = (members_asked(condition, name), value) {
            members.retain(|member| names.contains(&member.to_lowercase()));
        }
    }
    let mut cases = Cases { condition, left: MAX_CASES };
    cases.decide(asked)
}

/// The members of a context that are asked for, in lowercase; none where it is asked for as a whole as well.
fn members_asked(condition: &Expression, context: &str) -> Option<BTreeSet<String>> {
    let (mut names, mut asked, mut named) = (BTreeSet::new(), 0, 0);
    for part in condition.each() {
        asked += usize::from(part.is_context(context));
        if let Some((_, name)) = part.member().filter(|(object, _)| object.is_context(context)) {
            names.insert(name.to_lowercase());
            named += 1;
        }
    }
    Some(names).filter(|_| asked == named)
}

struct Cases<'a> {
    condition: &'a Expression,
    left: usize,
}

impl Cases<'_> {
    fn decide(&mut self, scope: Scope) -> Truth {
        let seen = evaluate(self.condition, &scope).truth();
        if seen != Truth::Maybe {
            return seen;
        }
        let cases = self.split(scope);
        if cases.is_empty() || self.left < cases.len() {
            return Truth::Maybe;
        }
        self.left -= cases.len();
        Truth::over(cases.into_iter().map(|case| self.decide(case)))
    }

    /// The scope with one thing in it made certain in every way; nothing where all is certain.
    fn split(&self, scope: Scope) -> Vec<Scope> {
        let Status { success, failure, cancelled } = scope.status;
        let with = |status: Status| Scope { status, ..scope.clone() };
        let maybe = |name: &str, truth: Truth| truth == Truth::Maybe && self.condition.calls(name);
        let both = [Truth::Yes, Truth::No];
        if maybe("success", success) {
            return both.map(|success| with(Status { success, ..scope.status })).into();
        }
        if maybe("failure", failure) {
            return both.map(|failure| with(Status { failure, ..scope.status })).into();
        }
        if maybe("cancelled", cancelled) {
            return both.map(|cancelled| with(Status { cancelled, ..scope.status })).into();
        }
        for (name, value) in &scope.contexts {
            let cases = split_value(value);
            if !cases.is_empty() {
                let with = |value| {
                    let mut case = scope.clone();
                    case.contexts.insert(name.clone(), value);
                    case
                };
                return cases.into_iter().map(with).collect();
            }
        }
        Vec::new()
    }
}

/// The value with the first result in it made certain in every way.
fn split_value(value: &Value) -> Vec<Value> {
    let count = count_of_first(value);
    let case = |nth| {
        let mut case = value.clone();
        settle_first(&mut case, nth);
        case
    };
    (0..count).map(case).collect()
}

/// In how many ways the first result that is not certain can end; 0 without one.
fn count_of_first(value: &Value) -> usize {
    match value {
        Value::Unknown | Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::Text(text) => first(text.0.iter().map(ways)),
        Value::List(items) => first(items.iter().map(count_of_first)),
        Value::Object { members, .. } => first(members.iter().map(|(_, member)| count_of_first(member))),
        Value::Either(several) => several.len(),
    }
}

fn first(mut counts: impl Iterator<Item = usize>) -> usize {
    counts.find(|count| *count > 0).unwrap_or(0)
}

fn ways(piece: &Piece) -> usize {
    match piece {
        Piece::OneOf(results) if results.word().is_none() => results.each().count(),
        Piece::OneOf(_) | Piece::Known(_) | Piece::Any => 0,
    }
}

/// Makes the first one certain in its nth way.
fn settle_first(value: &mut Value, nth: usize) {
    match value {
        Value::Unknown | Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::Text(text) => {
            if let Some(piece) = text.0.iter_mut().find(|piece| ways(piece) > 0) {
                let word = piece.words().and_then(|words| words.get(nth).map(|word| (*word).to_owned()));
                *piece = word.map_or(Piece::Any, Piece::Known);
            }
        }
        Value::List(items) => settle_in(items.iter_mut(), nth),
        Value::Object { members, .. } => settle_in(members.values_mut(), nth),
        Value::Either(several) => *value = several.get(nth).cloned().unwrap_or(Value::Unknown),
    }
}

fn settle_in<'a>(mut values: impl Iterator<Item = &'a mut Value>, nth: usize) {
    if let Some(value) = values.find(|value| count_of_first(value) > 0) {
        settle_first(value, nth);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::expression::{parse, places::JOB_IF};
    use crate::pipeline::value::{Results, Text};

    fn decided(condition: &str, results: &[(&str, Results)]) -> Truth {
        let job = |results| Value::object([("result", Value::Text(Text(vec![Piece::OneOf(results)])))]);
        let needs = Value::object(results.iter().map(|(name, results)| (*name, job(*results))));
        let status = Status { success: Truth::Maybe, failure: Truth::Maybe, cancelled: Truth::Maybe };
        let scope = Scope { contexts: [("needs".to_owned(), needs)].into_iter().collect(), status };
        decide(&parse(condition, &JOB_IF).unwrap(), &scope)
    }

    const ANY: Results = Results::ANY;

    #[test]
    fn what_holds_in_every_case_is_found_where_one_look_does_not_tell() {
        let some = Results::SUCCESS.or(Results::FAILURE);
        assert_eq!(decided("needs.a.result == 'success' || needs.a.result == 'failure'", &[("a", some)]), Truth::Yes);
        assert_eq!(decided("needs.a.result == 'success' || needs.a.result == 'failure'", &[("a", ANY)]), Truth::Maybe);
        assert_eq!(decided("needs.a.result == 'success' && needs.a.result == 'failure'", &[("a", ANY)]), Truth::No);
        assert_eq!(decided("success() || !success()", &[]), Truth::Yes);
        let all = "contains(needs.*.result, 'failure') || contains(needs.*.result, 'success') || contains(needs.*.result, 'skipped')
            || contains(needs.*.result, 'cancelled')";
        assert_eq!(decided(all, &[("a", ANY), ("b", ANY), ("c", ANY)]), Truth::Yes);
        assert_eq!(decided("github.ref == 'x' || needs.a.result == 'success'", &[("a", ANY)]), Truth::Maybe);
    }

    #[test]
    fn many_jobs_end_in_a_maybe_soon() {
        let names: Vec<String> = (0..40).map(|number| format!("job{number}")).collect();
        let results: Vec<(&str, Results)> = names.iter().map(|name| (name.as_str(), ANY)).collect();
        assert_eq!(decided("contains(needs.*.result, github.ref) && success()", &results), Truth::Maybe);
    }

    #[test]
    fn jobs_that_are_not_asked_for_cost_nothing() {
        let names: Vec<String> = (0..40).map(|number| format!("job{number}")).collect();
        let results: Vec<(&str, Results)> = names.iter().map(|name| (name.as_str(), ANY)).collect();
        assert_eq!(decided("needs.Job39.result == 'success' || needs['job39'].result != 'success'", &results), Truth::Yes);
    }
}
