//! What `(( … ))` and `$(( … ))` come to.

use super::guess::{Bit, Guess};
use super::run::Runner;
use super::state::{Held, Paths, State};
use crate::formats::shell::Word;
use crate::pipeline::value::Truth;

/// How deep parentheses may stand in one another.
const DEPTH: usize = 30;

/// A number of which little may be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Known(i64),
    NonZero,
    Unknown,
}

impl Number {
    pub(super) fn of(guess: &Guess) -> Self {
        match guess.0.as_slice() {
            [Bit::NonZero] => Self::NonZero,
            _ => match guess.whole() {
                Some(text) if text.trim().is_empty() => Self::Known(0),
                Some(text) => text.trim().parse().map_or(Self::Unknown, Self::Known),
                None => Self::Unknown,
            },
        }
    }

    pub(super) fn guess(self) -> Guess {
        match self {
            Self::Known(number) => Guess::known(number.to_string()),
            Self::NonZero => Guess(vec![Bit::NonZero]),
            Self::Unknown => Guess::any(),
        }
    }

    pub(super) fn truth(self) -> Truth {
        match self {
            Self::Known(0) => Truth::No,
            Self::Known(_) | Self::NonZero => Truth::Yes,
            Self::Unknown => Truth::Maybe,
        }
    }

    fn of_truth(truth: Truth) -> Self {
        match truth {
            Truth::Yes => Self::Known(1),
            Truth::No => Self::Known(0),
            Truth::Maybe => Self::Unknown,
        }
    }

    /// A comparison; of what failed it is known that it is above 0.
    pub(super) fn compare(self, operator: &str, other: Self) -> Truth {
        let known = |truth: bool| if truth { Truth::Yes } else { Truth::No };
        match (self, other) {
            (Self::Known(one), Self::Known(two)) => match operator {
                "==" => known(one == two),
                "!=" => known(one != two),
                "<" => known(one < two),
                "<=" => known(one <= two),
                ">" => known(one > two),
                ">=" => known(one >= two),
                _ => Truth::Maybe,
            },
            (Self::NonZero, Self::Known(0)) => known(matches!(operator, "!=" | ">" | ">=")),
            (Self::NonZero, Self::Known(1)) if matches!(operator, ">=" | "<") => known(operator == ">="),
            (Self::Known(0), Self::NonZero) => known(matches!(operator, "!=" | "<" | "<=")),
            (Self::Known(_) | Self::NonZero | Self::Unknown, Self::Known(_) | Self::NonZero | Self::Unknown) => Truth::Maybe,
        }
    }
}

/// The binary operators, from the loosest to the tightest.
const LEVELS: [&[&str]; 6] = [&["||"], &["&&"], &["==", "!="], &["<=", ">=", "<", ">"], &["+", "-"], &["*", "/", "%"]];

/// Reads arithmetic and does it at once.
struct Sum<'r, 'a, 's> {
    runner: &'r Runner<'a>,
    state: &'s mut State,
    rest: &'s str,
    depth: usize,
}

impl Runner<'_> {
    /// The number that an expression comes to; its assignments are made.
    pub(super) fn number(&self, text: &Guess, state: &mut State) -> Number {
        let Some(text) = text.whole() else {
            // `$? != 0` of something that failed keeps its meaning where it stands alone.
            return self.around_unknown(text, state);
        };
        let mut result = Number::Unknown;
        for part in text.split(',') {
            result = self.sum(part, state);
        }
        result
    }

    fn sum(&self, text: &str, state: &mut State) -> Number {
        let mut sum = Sum { runner: self, state, rest: text, depth: 0 };
        let number = sum.assignment().unwrap_or(Number::Unknown);
        sum.blanks();
        if sum.rest.is_empty() { number } else { Number::Unknown }
    }

    /// The unknown pieces stand as variables of which nothing, or that they are not 0, is known.
    fn around_unknown(&self, text: &Guess, state: &mut State) -> Number {
        let mut written = String::new();
        for (at, bit) in text.0.iter().enumerate() {
            match bit {
                Bit::Known(text) => written.push_str(text),
                Bit::NonZero | Bit::OneOf(_) | Bit::Any | Bit::Words | Bit::Found { .. } | Bit::Given { .. } => {
                    let name = format!("_piece_{at}");
                    let bit = if *bit == Bit::NonZero { Bit::NonZero } else { Bit::Any };
                    state.set(&name, Held::Text(Guess(vec![bit])));
                    written.push_str(&name);
                }
            }
        }
        let number = self.sum(&written, state);
        let names: Vec<String> = state.variables.keys().filter(|name| name.starts_with("_piece_")).cloned().collect();
        let variables = std::rc::Rc::make_mut(&mut state.variables);
        names.iter().for_each(|name| drop(variables.remove(name)));
        number
    }

    /// `(( … ))`
    pub(super) fn arithmetic_command(&mut self, word: &Word, paths: Paths) -> Paths {
        let mut done = Paths::default();
        for path in paths.0 {
            for mut path in self.substituted(&[word], path).0 {
                let number = self.text(word, &mut path.state).map(|text| self.number(&text, &mut path.state));
                path.state.slots.clear();
                self.told(path, number.unwrap_or(Number::Unknown).truth(), &mut done);
            }
        }
        done
    }
}

impl Sum<'_, '_, '_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, text: &str) -> bool {
        self.blanks();
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn name(&mut self) -> Option<String> {
        self.blanks();
        let end = self.rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        let named = name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
        if named {
            self.rest = rest;
        }
        named.then(|| name.to_owned())
    }

    fn assignment(&mut self) -> Option<Number> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let number = self.assigned();
        self.depth -= 1;
        number
    }

    fn assigned(&mut self) -> Option<Number> {
        let start = self.rest;
        if let Some(name) = self.name() {
            for operator in ["+=", "-=", "*=", "/=", "%=", "="] {
                if !self.rest.trim_start().starts_with("==") && self.take(operator) {
                    let right = self.assignment()?;
                    let before = self.value(&name);
                    let sign = operator.trim_end_matches('=');
                    let number = if sign.is_empty() { right } else { apply(sign, before, right) };
                    self.state.set(&name, Held::Text(number.guess()));
                    return Some(number);
                }
            }
        }
        self.rest = start;
        let question = self.binary(0)?;
        if !self.take("?") {
            return Some(question);
        }
        let one = self.assignment()?;
        let two = self.take(":").then(|| self.assignment())??;
        Some(match question.truth() {
            Truth::Yes => one,
            Truth::No => two,
            Truth::Maybe if one == two => one,
            Truth::Maybe => Number::Unknown,
        })
    }

    fn value(&self, name: &str) -> Number {
        let unknown = self.runner.lookup(name, self.state).unwrap_or_else(Guess::any);
        Number::of(&unknown)
    }

    fn binary(&mut self, level: usize) -> Option<Number> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some(operator) = operators.iter().find(|operator| self.take(operator)) {
            let right = self.binary(level + 1)?;
            left = apply(operator, left, right);
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<Number> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let number = self.atom();
        self.depth -= 1;
        number
    }

    fn atom(&mut self) -> Option<Number> {
        for step in ["++", "--"] {
            if self.take(step) {
                let name = self.name()?;
                let number = apply(&step[1..], self.value(&name), Number::Known(1));
                self.state.set(&name, Held::Text(number.guess()));
                return Some(number);
            }
        }
        if self.take("!") {
            let number = self.unary()?;
            return Some(number.compare_zero());
        }
        if self.take("-") {
            let number = self.unary()?;
            return Some(apply("-", Number::Known(0), number));
        }
        if self.take("(") {
            let number = self.assignment()?;
            return self.take(")").then_some(number);
        }
        if let Some(name) = self.name() {
            let number = self.value(&name);
            for step in ["++", "--"] {
                if self.take(step) {
                    self.state.set(&name, Held::Text(apply(&step[1..], number, Number::Known(1)).guess()));
                }
            }
            return Some(number);
        }
        self.blanks();
        let end = self.rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits.parse().ok().map(Number::Known)
    }
}

impl Number {
    /// `!`
    fn compare_zero(self) -> Self {
        match self.truth() {
            Truth::Yes => Self::Known(0),
            Truth::No => Self::Known(1),
            Truth::Maybe => Self::Unknown,
        }
    }
}

fn apply(operator: &str, left: Number, right: Number) -> Number {
    match operator {
        "||" => match (left.truth(), right.truth()) {
            (Truth::Yes, _) | (_, Truth::Yes) => Number::Known(1),
            (Truth::No, Truth::No) => Number::Known(0),
            (Truth::Maybe, _) | (_, Truth::Maybe) => Number::Unknown,
        },
        "&&" => match (left.truth(), right.truth()) {
            (Truth::No, _) | (_, Truth::No) => Number::Known(0),
            (Truth::Yes, Truth::Yes) => Number::Known(1),
            (Truth::Maybe, _) | (_, Truth::Maybe) => Number::Unknown,
        },
        "+" if left == Number::Known(0) => right,
        "+" if right == Number::Known(0) => left,
        // The statuses of failures and counts of them are above 0.
        "+" if matches!((left, right), (Number::NonZero, Number::Known(0..) | Number::NonZero) | (Number::Known(0..), Number::NonZero)) => {
            Number::NonZero
        }
        "+" | "-" | "*" | "/" | "%" => match (left, right) {
            (Number::Known(left), Number::Known(right)) => calculated(operator, left, right).map_or(Number::Unknown, Number::Known),
            (Number::Known(_) | Number::NonZero | Number::Unknown, Number::Known(_) | Number::NonZero | Number::Unknown) => Number::Unknown,
        },
        _ => Number::of_truth(left.compare(operator, right)),
    }
}

fn calculated(operator: &str, left: i64, right: i64) -> Option<i64> {
    match operator {
        "+" => left.checked_add(right),
        "-" => left.checked_sub(right),
        "*" => left.checked_mul(right),
        "/" => left.checked_div(right),
        "%" => left.checked_rem(right),
        _ => None,
    }
}
