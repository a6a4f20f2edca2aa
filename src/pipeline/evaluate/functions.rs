//! The functions of expressions.

use super::compare::{equal, spread};
use super::search::{How, finds};
use super::{StatusChecks, format, json};
use crate::formats::expression::number;
use crate::pipeline::value::{Piece, Text, Truth, Value};

/// So many combinations of alternatives are tried.
const MAX_COMBINATIONS: usize = 64;

/// What a call comes to, over every combination of what its arguments may be.
pub(super) fn call(function: &str, arguments: &[&Value], status: &StatusChecks) -> Value {
    let mut combinations: Vec<Vec<&Value>> = vec![Vec::new()];
    for argument in arguments {
        let alternatives = argument.alternatives();
        if combinations.len().saturating_mul(alternatives.len()) > MAX_COMBINATIONS {
            return one_call(function, arguments, status);
        }
        combinations = product(&combinations, alternatives);
    }
    Value::either(combinations.iter().map(|arguments| one_call(function, arguments, status)))
}

fn product<'a>(combinations: &[Vec<&'a Value>], alternatives: &'a [Value]) -> Vec<Vec<&'a Value>> {
    let with = |one| combinations.iter().map(move |before| [before.as_slice(), &[one]].concat());
    alternatives.iter().flat_map(with).collect()
}

fn one_call(function: &str, arguments: &[&Value], status: &StatusChecks) -> Value {
    match (function, arguments) {
        ("always", _) => Value::Bool(true),
        ("success", []) => status.success.into(),
        ("failure", []) => status.failure.into(),
        ("cancelled", []) => status.cancelled.into(),
        // Of some jobs only.
        ("success" | "failure", _) => Truth::Maybe.into(),
        ("contains", [search, item]) => contains(search, item).into(),
        ("startswith", [text, part]) => of_texts(text, part, How::Begins).into(),
        ("endswith", [text, part]) => of_texts(text, part, How::Ends).into(),
        ("format", [text, arguments @ ..]) => format::format(text, arguments),
        ("join", [list, rest @ ..]) => Value::Text(join(list, rest.first().copied())),
        ("tojson", [value]) => Value::Text(json::write(value)),
        ("fromjson", [text]) => from_json(text),
        ("hashfiles", _) => Value::Text(Text::any()),
        _ => Value::Unknown,
    }
}

/// The text that a value is shown as.
pub(in crate::pipeline) fn text_of(value: &Value) -> Text {
    match value {
        Value::Unknown => Text::any(),
        Value::Null => Text::default(),
        Value::Bool(value) => Text::known(value.to_string()),
        Value::Number(value) => number::text(*value).map_or_else(Text::any, Text::known),
        Value::Text(text) => text.clone(),
        Value::List(_) => Text::known("Array"),
        Value::Object { .. } => Text::known("Object"),
        Value::Either(several) => {
            let mut texts = several.iter().map(text_of);
            let first = texts.next().unwrap_or_default();
            if texts.all(|text| text == first) { first } else { Text::any() }
        }
    }
}

/// Whether a value has a text of its own, which lists and objects have not.
fn is_primitive(value: &Value) -> Truth {
    match value {
        Value::Unknown => Truth::Maybe,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => Truth::Yes,
        Value::List(_) | Value::Object { .. } => Truth::No,
        Value::Either(several) => Truth::over(several.iter().map(is_primitive)),
    }
}

fn of_texts(text: &Value, part: &Value, how: How) -> Truth {
    match (is_primitive(text), is_primitive(part)) {
        (Truth::No, _) | (_, Truth::No) => Truth::No,
        (Truth::Yes, Truth::Yes) => finds(&text_of(text), &text_of(part), how),
        (Truth::Maybe, _) | (_, Truth::Maybe) => Truth::Maybe,
    }
}

fn contains(search: &Value, item: &Value) -> Truth {
    match search {
        Value::Unknown | Value::Either(_) => Truth::Maybe,
        Value::Object { .. } => Truth::No,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => of_texts(search, item, How::Inside),
        // What the item may be is tried one by one: together they may leave no gap.
        Value::List(values) => Truth::over(spread(item).iter().map(|item| Truth::any(values.iter().map(|value| equal(item, value))))),
    }
}

fn join(list: &Value, separator: Option<&Value>) -> Text {
    let separator = match separator {
        None | Some(Value::List(_) | Value::Object { .. }) => Text::known(","),
        Some(value) => text_of(value),
    };
    match list {
        Value::Unknown | Value::Either(_) => Text::any(),
        Value::Object { .. } => Text::default(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => text_of(list),
        Value::List(items) => {
            let mut text = Builder::default();
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.add(&separator);
                }
                text.add(&text_of(item));
                if text.is_full() {
                    break;
                }
            }
            text.finish()
        }
    }
}

fn from_json(text: &Value) -> Value {
    match text_of(text).completions() {
        Some(all) => Value::either(all.iter().map(|text| json::read(text).unwrap_or(Value::Unknown))),
        None => Value::Unknown,
    }
}

/// No text grows beyond this: expressions can double one again and again.
const MAX_TEXT: usize = 1 << 16;

/// A text that is put together, up to a size; beyond it, it may be any.
#[derive(Default)]
pub(super) struct Builder {
    pieces: Vec<Piece>,
    size: usize,
}

impl Builder {
    pub(super) fn add(&mut self, text: &Text) {
        for piece in &text.0 {
            self.add_piece(piece);
        }
    }

    pub(super) fn add_known(&mut self, text: &str) {
        self.size += text.len() + 1;
        if self.is_full() || text.is_empty() {
            return;
        }
        match self.pieces.last_mut() {
            Some(Piece::Known(before)) => before.push_str(text),
            Some(Piece::OneOf(_) | Piece::Any) | None => self.pieces.push(Piece::Known(text.to_owned())),
        }
    }

    fn add_piece(&mut self, piece: &Piece) {
        match piece {
            Piece::Known(text) => self.add_known(text),
            Piece::OneOf(results) => match results.word() {
                Some(word) => self.add_known(word),
                None => self.add_unknown(piece),
            },
            // Two in a row are one.
            Piece::Any if self.pieces.last() == Some(&Piece::Any) => {}
            Piece::Any => self.add_unknown(piece),
        }
    }

    fn add_unknown(&mut self, piece: &Piece) {
        self.size += 10;
        if !self.is_full() {
            self.pieces.push(piece.clone());
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.size > MAX_TEXT
    }

    pub(super) fn finish(self) -> Text {
        if self.is_full() { Text::any() } else { Text(self.pieces) }
    }
}
