//! The filters of `jq` that checks of results are written with, over a text that is known.

use serde_json::Value;

use super::guess::Guess;
use super::partly::{self, of_truth, truth};
use super::run::Runner;
use super::simple::Call;
use super::state::{Path, Paths};
use crate::pipeline::value::Truth;

/// How deep a filter may stand in others.
const DEPTH: usize = 20;
/// How many values a filter may give.
const MOST: usize = 10_000;

enum Filter {
    This,
    Field(Box<Filter>, String),
    Each(Box<Filter>),
    Constant(Value),
    Pipe(Box<Filter>, Box<Filter>),
    Equal(Box<Filter>, Box<Filter>),
    Unequal(Box<Filter>, Box<Filter>),
    More(Box<Filter>, Box<Filter>),
    And(Box<Filter>, Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
    Array(Box<Filter>),
    Call(String, Vec<Filter>),
}

impl Runner<'_> {
    /// `jq -e filter` over what it reads; gives the path back where something of that is not known.
    pub(super) fn jq(&mut self, call: &Call, mut path: Path) -> Result<Paths, Box<Path>> {
        match asked(call, &path) {
            None => Err(Box::new(path)),
            Some((truth, output)) => {
                path.state.output = Some(output);
                Ok(self.known(path, truth))
            }
        }
    }
}

/// How it ends and what it writes.
fn asked(call: &Call, path: &Path) -> Option<(Truth, Guess)> {
    let (mut exits, mut raw, mut filter) = (false, false, None);
    for argument in call.arguments() {
        match argument?.as_str() {
            "--exit-status" => exits = true,
            "--raw-output" => raw = true,
            "--compact-output" | "-" => {}
            long if long.starts_with("--") => return None,
            short if short.starts_with('-') => {
                let letters = short.get(1..)?;
                if !letters.chars().all(|letter| "erc".contains(letter)) {
                    return None;
                }
                exits |= letters.contains('e');
                raw |= letters.contains('r');
            }
            text if filter.is_none() => filter = Some(read(text)?),
            _ => return None,
        }
    }
    let filter = filter?;
    let values = run(&filter, &partly::read(path.state.input.as_ref()?)?).filter(|values| values.len() <= MOST)?;
    let ends = if exits { values.last().map_or(Truth::No, truth) } else { Truth::Yes };
    let output = match values.iter().any(partly::is_marked) {
        true => Guess::any(),
        false => Guess::known(values.iter().map(|value| shown(value, raw) + "\n").collect::<String>()),
    };
    Some((ends, output))
}

fn shown(value: &Value, raw: bool) -> String {
    value.as_str().filter(|_| raw).map_or_else(|| value.to_string(), str::to_owned)
}

/// All that a filter gives for a value; nothing where that is an error or not known here.
fn run(filter: &Filter, value: &Value) -> Option<Vec<Value>> {
    Some(match filter {
        Filter::This => vec![value.clone()],
        Filter::Constant(constant) => vec![constant.clone()],
        Filter::Field(of, name) => {
            let field = |value: Value| match value {
                Value::Object(members) => Some(members.get(name).cloned().unwrap_or(Value::Null)),
                Value::Null => Some(Value::Null),
                Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
            };
            run(of, value)?.into_iter().map(field).collect::<Option<_>>()?
        }
        Filter::Each(of) => run(of, value)?.iter().map(elements).collect::<Option<Vec<_>>>()?.concat(),
        Filter::Pipe(first, then) => through(&run(first, value)?, then)?,
        Filter::Array(of) => vec![Value::Array(run(of, value)?)],
        Filter::Equal(left, right) => vec![of_truth(partly::equal(&one(left, value)?, &one(right, value)?))],
        Filter::Unequal(left, right) => vec![of_truth(!partly::equal(&one(left, value)?, &one(right, value)?))],
        Filter::More(left, right) => vec![of_truth(partly::more(&one(left, value)?, &one(right, value)?)?)],
        Filter::And(left, right) => vec![of_truth(truth(&one(left, value)?).and(truth(&one(right, value)?)))],
        Filter::Or(left, right) => vec![of_truth(Truth::any([truth(&one(left, value)?), truth(&one(right, value)?)]))],
        Filter::Call(name, arguments) => called(name, arguments, value)?,
    })
}

fn through(values: &[Value], filter: &Filter) -> Option<Vec<Value>> {
    let all: Option<Vec<Vec<Value>>> = values.iter().map(|value| run(filter, value)).collect();
    Some(all?.concat())
}

fn one(filter: &Filter, value: &Value) -> Option<Value> {
    let mut values = run(filter, value)?;
    values.pop().filter(|_| values.is_empty())
}

fn elements(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(list) => Some(list.clone()),
        Value::Object(members) => Some(members.values().cloned().collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

fn called(name: &str, arguments: &[Filter], value: &Value) -> Option<Vec<Value>> {
    let all = |values: Vec<Value>| vec![of_truth(values.iter().map(truth).fold(Truth::Yes, Truth::and))];
    let any = |values: Vec<Value>| vec![of_truth(Truth::any(values.iter().map(truth)))];
    Some(match (name, arguments) {
        ("all", []) => all(elements(value)?),
        ("any", []) => any(elements(value)?),
        ("all", [test]) => all(through(&elements(value)?, test)?),
        ("any", [test]) => any(through(&elements(value)?, test)?),
        ("all", [from, test]) => all(through(&run(from, value)?, test)?),
        ("any", [from, test]) => any(through(&run(from, value)?, test)?),
        ("not", []) => vec![of_truth(!truth(value))],
        ("empty", []) => Vec::new(),
        ("select", [test]) => match truth(&one(test, value)?) {
            Truth::Yes => vec![value.clone()],
            Truth::No => Vec::new(),
            Truth::Maybe => vec![partly::perhaps()],
        },
        ("map", [filter]) => vec![Value::Array(through(&elements(value)?, filter)?)],
        ("length", []) => match value {
            Value::Array(list) => vec![partly::length(list)],
            Value::Object(members) => vec![members.len().into()],
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
        },
        ("to_entries", []) => {
            let Value::Object(members) = value else { return None };
            let entry = |(key, value): (&String, &Value)| serde_json::json!({ "key": key, "value": value });
            vec![Value::Array(members.iter().map(entry).collect())]
        }
        _ => return None,
    })
}

/// Reads a filter; nothing where it holds what is not known here.
fn read(text: &str) -> Option<Filter> {
    let mut reader = Reader { rest: text, depth: 0 };
    let filter = reader.pipe()?;
    reader.blanks();
    reader.rest.is_empty().then_some(filter)
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, text: &str) -> bool {
        self.blanks();
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn word(&mut self) -> Option<String> {
        let end = self.rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(word.to_owned()).filter(|word| !word.is_empty())
    }

    fn take_word(&mut self, word: &str) -> bool {
        self.blanks();
        let before = self.rest;
        let there = self.word().as_deref() == Some(word);
        if !there {
            self.rest = before;
        }
        there
    }

    fn pipe(&mut self) -> Option<Filter> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let mut filter = self.or()?;
        while self.take("|") {
            filter = Filter::Pipe(Box::new(filter), Box::new(self.or()?));
        }
        self.depth -= 1;
        Some(filter)
    }

    fn or(&mut self) -> Option<Filter> {
        let mut filter = self.and()?;
        while self.take_word("or") {
            filter = Filter::Or(Box::new(filter), Box::new(self.and()?));
        }
        Some(filter)
    }

    fn and(&mut self) -> Option<Filter> {
        let mut filter = self.comparison()?;
        while self.take_word("and") {
            filter = Filter::And(Box::new(filter), Box::new(self.comparison()?));
        }
        Some(filter)
    }

    fn comparison(&mut self) -> Option<Filter> {
        let left = self.term()?;
        if self.take("==") {
            return Some(Filter::Equal(Box::new(left), Box::new(self.term()?)));
        }
        if self.take("!=") {
            return Some(Filter::Unequal(Box::new(left), Box::new(self.term()?)));
        }
        if self.take(">") && !self.rest.starts_with('=') {
            return Some(Filter::More(Box::new(left), Box::new(self.term()?)));
        }
        Some(left)
    }

    fn term(&mut self) -> Option<Filter> {
        let mut filter = self.atom()?;
        loop {
            if self.rest.starts_with("[]") {
                self.rest = self.rest.get(2..)?;
                filter = Filter::Each(Box::new(filter));
            } else if self.rest.starts_with('[') {
                self.rest = self.rest.get(1..)?;
                let name = self.string()?;
                filter = self.take("]").then(|| Filter::Field(Box::new(filter), name))?;
            } else if self.rest.starts_with('.') {
                self.rest = self.rest.get(1..)?;
                if !self.rest.starts_with('[') {
                    let name = if self.rest.starts_with('"') { self.string()? } else { self.word()? };
                    filter = Filter::Field(Box::new(filter), name);
                }
            } else {
                return Some(filter);
            }
        }
    }

    fn atom(&mut self) -> Option<Filter> {
        self.blanks();
        match self.rest.chars().next()? {
            '.' => {
                self.rest = self.rest.get(1..)?;
                if self.rest.starts_with('"') {
                    return Some(Filter::Field(Box::new(Filter::This), self.string()?));
                }
                Some(match self.word() {
                    Some(name) => Filter::Field(Box::new(Filter::This), name),
                    None => Filter::This,
                })
            }
            '"' => Some(Filter::Constant(Value::String(self.string()?))),
            '(' => {
                self.take("(");
                let filter = self.pipe()?;
                self.take(")").then_some(filter)
            }
            '[' => {
                self.take("[");
                let filter = self.pipe()?;
                self.take("]").then(|| Filter::Array(Box::new(filter)))
            }
            _ => self.named(),
        }
    }

    fn named(&mut self) -> Option<Filter> {
        let word = self.word()?;
        Some(match word.as_str() {
            "true" => Filter::Constant(Value::Bool(true)),
            "false" => Filter::Constant(Value::Bool(false)),
            "null" => Filter::Constant(Value::Null),
            number if number.starts_with(|letter: char| letter.is_ascii_digit()) => Filter::Constant(number.parse::<u64>().ok()?.into()),
            _ => {
                let mut arguments = Vec::new();
                if self.rest.starts_with('(') {
                    self.take("(");
                    arguments.push(self.pipe()?);
                    while self.take(";") {
                        arguments.push(self.pipe()?);
                    }
                    self.take(")").then_some(())?;
                }
                Filter::Call(word, arguments)
            }
        })
    }

    /// A text in quotes without backslashes.
    fn string(&mut self) -> Option<String> {
        self.blanks();
        let (text, rest) = self.rest.strip_prefix('"')?.split_once('"')?;
        self.rest = rest;
        Some(text.to_owned()).filter(|text| !text.contains('\\'))
    }
}
