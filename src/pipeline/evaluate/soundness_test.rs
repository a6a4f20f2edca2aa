//! What is said of a value that is known in part holds for everything that the rest may be.

use proptest::prelude::*;

use super::{Scope, StatusChecks, evaluate};
use crate::formats::expression::{Allowed, parse};
use crate::pipeline::value::{Piece, Results, Text, Truth, Value};

const PLACE: Allowed = Allowed { contexts: &["github", "needs", "inputs"], ..crate::formats::expression::places::STEP_IF };

const LEAVES: &[&str] = &[
    "github.ref",
    "github.sha",
    "github.event",
    "github.event.n",
    "github.event.labels",
    "github.event.labels.*.name",
    "github.event.nope",
    "github.open.x",
    "github.open",
    "github.open.*",
    "github.choice",
    "needs",
    "needs.*",
    "needs.*.result",
    "needs.*.outputs.x",
    "needs.a.result",
    "needs['B'].result",
    "needs.c.result",
    "needs.a.outputs",
    "inputs",
    "inputs.x",
    "inputs.*",
    "needs[github.choice]",
    "needs.*.result[0]",
    "github.list",
    "github.list[inputs.x]",
    "success()",
    "failure()",
    "hashFiles('x')",
    "''",
    "'success'",
    "'SUCCESS'",
    "'failure'",
    "'c'",
    "'s'",
    "'fail'",
    "'ess'",
    "'refs/heads/'",
    "'refs/tags/v1'",
    "'main'",
    "'{0}-{1}'",
    "'{0'",
    "'a'",
    "'[\"success\",\"failure\",\"cancelled\",\"skipped\"]'",
    "'[1, \"a\", null]'",
    "'ΑΣ'",
    "0",
    "1",
    "-1",
    "NaN",
    "true",
    "false",
    "null",
];

fn sources() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(LEAVES).prop_map(str::to_owned);
    leaf.prop_recursive(4, 24, 3, |inner| {
        let (a, b, c) = (inner.clone(), inner.clone(), inner.clone());
        let sign = prop::sample::select(&["==", "!=", "<", "<=", ">", ">=", "&&", "||", "==", "&&", "||"][..]);
        let two = prop::sample::select(&["contains", "startsWith", "endsWith", "join", "format", "contains"][..]);
        let one = prop::sample::select(&["toJSON", "fromJSON", "join", "!", "", "format"][..]);
        prop_oneof![
            3 => (a.clone(), sign, b.clone()).prop_map(|(a, sign, b)| format!("({a} {sign} {b})")),
            3 => (two, a.clone(), b.clone()).prop_map(|(function, a, b)| format!("{function}({a}, {b})")),
            2 => (one, a.clone()).prop_map(|(function, a)| format!("{function}({a})")),
            1 => (a.clone(), b.clone(), c.clone()).prop_map(|(a, b, c)| format!("format({a}, {b}, {c})")),
            1 => (a.clone(), b.clone(), c).prop_map(|(a, b, c)| format!("case({a} == '', {b}, {c})")),
            1 => (a.clone(), b).prop_map(|(a, b)| format!("({a})[{b}]")),
            1 => a.prop_map(|a| format!("({a}).*")),
        ]
    })
}

fn text(pieces: impl IntoIterator<Item = Piece>) -> Value {
    Value::Text(Text(pieces.into_iter().collect()))
}

fn known(text: &str) -> Piece {
    Piece::Known(text.to_owned())
}

fn scope() -> Scope {
    let job = |results: Results, outputs: Value| Value::object([("result", text([Piece::OneOf(results)])), ("outputs", outputs)]);
    let open = |value: Value| Value::Object { members: [("k", value)].into_iter().collect(), open: true };
    let label = |name: Value| Value::object([("name", name)]);
    let event = Value::object([
        ("n", Value::Number(7.0)),
        ("labels", Value::List(vec![label(Value::text("bug")), label(text([Piece::Any])), label(Value::Unknown)])),
    ]);
    let github = Value::object([
        ("ref", text([known("refs/"), Piece::Any])),
        ("sha", text([Piece::Any])),
        ("event", event),
        ("open", open(Value::Null)),
        ("choice", Value::either([Value::text("a"), Value::text("b"), Value::Null])),
        ("list", Value::List(vec![text([known("x-"), Piece::OneOf(Results::ANY), Piece::Any]), Value::Bool(true), Value::Unknown])),
    ]);
    let needs = Value::object([
        ("a", job(Results::SUCCESS.or(Results::FAILURE), Value::object([("x", text([Piece::Any]))]))),
        ("b", job(Results::FAILURE.or(Results::SKIPPED), open(Value::text("1")))),
        ("c", job(Results::ANY, Value::object([("y", Value::Unknown)]))),
    ]);
    let contexts = [("github".to_owned(), github), ("needs".to_owned(), needs)].into_iter().collect();
    Scope { contexts, status: StatusChecks { success: Truth::Maybe, failure: Truth::Maybe, cancelled: Truth::No } }
}

/// Numbers from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn text(&mut self) -> &'static str {
        ["", "success", "failure", "heads/main", "tags/v1", "1", "a", "x", "SS", "ΑΣ"][self.below(10)]
    }

    /// Something that the unknown may be.
    fn anything(&mut self) -> Value {
        match self.below(9) {
            0 => Value::Null,
            1 => Value::Bool(true),
            2 => Value::Number(0.0),
            3 => Value::Number(1.0),
            4 => Value::List(vec![Value::text("failure"), Value::object([("name", Value::text("q"))])]),
            5 => Value::object([("x", Value::text("1")), ("name", Value::Bool(false))]),
            6 => Value::Bool(false),
            _ => Value::text(self.text()),
        }
    }

    fn truth(&mut self, truth: Truth) -> Truth {
        if truth == Truth::Maybe { Truth::from(self.below(2) == 0) } else { truth }
    }

    fn complete(&mut self, value: &Value) -> Value {
        match value {
            Value::Unknown => self.anything(),
            Value::Either(several) => several[self.below(several.len())].clone(),
            Value::Text(pieces) => Value::text(pieces.0.iter().map(|piece| self.complete_piece(piece)).collect::<String>()),
            Value::List(items) => Value::List(items.iter().map(|item| self.complete(item)).collect()),
            Value::Object { members, open } => {
                let mut all: Vec<(String, Value)> = members.iter().map(|(name, value)| (name.to_owned(), self.complete(value))).collect();
                if *open && self.below(2) == 0 {
                    all.push(("x".to_owned(), self.anything()));
                }
                Value::object(all)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    fn complete_piece(&mut self, piece: &Piece) -> String {
        match piece.words() {
            Some(words) => words[self.below(words.len())].to_owned(),
            None => self.text().to_owned(),
        }
    }

    fn complete_scope(&mut self, scope: &Scope) -> Scope {
        let mut contexts: std::collections::BTreeMap<String, Value> =
            scope.contexts.iter().map(|(name, value)| (name.clone(), self.complete(value))).collect();
        contexts.insert("inputs".to_owned(), self.anything());
        let StatusChecks { success, failure, cancelled } = scope.status;
        let status = StatusChecks { success: self.truth(success), failure: self.truth(failure), cancelled: self.truth(cancelled) };
        Scope { contexts, status }
    }
}

/// Nothing of it is unknown, and GitHub can evaluate it.
fn is_settled(value: &Value) -> bool {
    match value {
        Value::Unknown | Value::Either(_) => false,
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
        Value::Text(text) => text.whole().is_some(),
        Value::List(items) => items.iter().all(is_settled),
        Value::Object { members, open } => !open && members.iter().all(|(_, value)| is_settled(value)),
    }
}

fn allows(said: &Value, real: &Value) -> bool {
    match (said, real) {
        (Value::Unknown, _) => true,
        (Value::Either(several), _) => several.iter().any(|one| allows(one, real)),
        (Value::Number(said), Value::Number(real)) => said == real || (said.is_nan() && real.is_nan()),
        (Value::Text(said), Value::Text(real)) => fits(&said.0, &real.whole().unwrap()),
        (Value::List(said), Value::List(real)) => said.len() == real.len() && said.iter().zip(real).all(|(said, real)| allows(said, real)),
        (Value::Object { members, open }, Value::Object { members: real, .. }) => {
            (*open || members.iter().len() == real.iter().len())
                && members.iter().all(|(name, said)| real.get(name).is_some_and(|real| allows(said, real)))
        }
        (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Object { .. }, _) => said == real,
    }
}

fn fits(pieces: &[Piece], text: &str) -> bool {
    let Some((first, rest)) = pieces.split_first() else { return text.is_empty() };
    match first.words() {
        Some(words) => words.iter().any(|word| text.strip_prefix(word).is_some_and(|behind| fits(rest, behind))),
        None => text.char_indices().map(|(index, _)| index).chain([text.len()]).any(|index| fits(rest, &text[index..])),
    }
}

fn hold_for(source: &str, seed: u64, rounds: usize) -> Result<(), TestCaseError> {
    let Ok(tree) = parse(source, &PLACE) else { return Ok(()) };
    let scope = scope();
    let said = evaluate(&tree, &scope);
    let mut dice = Dice(seed | 1);
    for _ in 0..rounds {
        let complete = dice.complete_scope(&scope);
        let real = evaluate(&tree, &complete);
        // `hashFiles` stays any text, two objects may be the same one, and an error is no value.
        if is_settled(&real) {
            prop_assert!(allows(&said, &real), "{source}\nsaid {said:?}\nreal {real:?}\nwith {complete:?}");
            prop_assert!(said.truth() == Truth::Maybe || said.truth() == real.truth());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn what_is_said_holds_for_every_completion(source in sources(), seed in any::<u64>()) {
        hold_for(&source, seed, 30)?;
    }
}
