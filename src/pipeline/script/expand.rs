//! What words come to: parameters, substitutions that ran before, quotes and splitting.

use super::given;
use super::glob;
use super::guess::{Bit, Guess, truth_of};
use super::run::Runner;
use super::state::{Held, State};
use super::substitutions::expression_name;
use crate::formats::shell::{Part, Word};
use crate::pipeline::evaluate::text_of;
use crate::pipeline::value::Truth;

/// What a word is expanded for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// The arguments of a command.
    Arguments,
    /// The words of a loop: a pattern is any number of words.
    Patterns,
}

/// What makes a `${name:?message}` end the shell.
pub(super) type Expanded<T> = Result<T, String>;

/// A piece of a word: of which kind it was matters where it is split or matched.
struct Piece {
    guess: Guess,
    quoted: bool,
    /// Written in the script itself.
    literal: bool,
    /// Each element is a word of its own.
    list: Option<Vec<Guess>>,
}

impl Runner<'_> {
    /// A word as one text: nothing is split.
    pub(super) fn text(&mut self, word: &Word, state: &mut State) -> Expanded<Guess> {
        let mut text = Guess::default();
        for piece in self.pieces(word, state)? {
            match piece.list {
                Some(list) => text.append(joined(&list)),
                None => text.append(piece.guess),
            }
        }
        Ok(text.kept())
    }

    /// Words as the fields of a command.
    pub(super) fn fields(&mut self, words: &[Word], state: &mut State, shape: Shape) -> Expanded<Vec<Guess>> {
        let mut fields = Vec::new();
        for word in words {
            let pieces = self.pieces(word, state)?;
            let pattern = |piece: &Piece| piece.literal && !piece.quoted && piece.guess.is(|text| text.contains(['*', '?'])) == Truth::Yes;
            let is_pattern = shape == Shape::Patterns && pieces.iter().any(pattern);
            let mut made = split(pieces);
            if is_pattern {
                made.iter_mut().for_each(|field| *field = Guess(vec![Bit::Words]));
            }
            fields.append(&mut made);
        }
        Ok(fields)
    }

    /// The values between the parentheses of an array, or the one of any other word.
    pub(super) fn held(&mut self, word: &Word, state: &mut State) -> Expanded<Held> {
        match word.parts.as_slice() {
            [Part::List(words)] => Ok(Held::List(self.fields(words, state, Shape::Patterns)?)),
            _ => Ok(Held::Text(self.text(word, state)?)),
        }
    }

    fn pieces(&mut self, word: &Word, state: &mut State) -> Expanded<Vec<Piece>> {
        let mut pieces = Vec::new();
        for part in &word.parts {
            let (guess, quoted, literal) = match part {
                Part::Literal(text) => (Guess::known(text.clone()), false, true),
                Part::Quoted(text) => (Guess::known(text.clone()), true, true),
                Part::Substitution { quoted, .. } => (self.slot(state), *quoted, false),
                Part::Process(_) => {
                    self.slot(state);
                    (Guess::any(), true, false)
                }
                Part::Arithmetic(inner) => {
                    let text = self.text(inner, state)?;
                    (self.number(&text, state).guess(), true, false)
                }
                Part::Expression { source, quoted } => (self.expression(source, state), *quoted, false),
                Part::List(words) => {
                    let list = self.fields(words, state, Shape::Patterns)?;
                    pieces.push(Piece { guess: Guess::default(), quoted: true, literal: false, list: Some(list) });
                    continue;
                }
                Part::Parameter { name, operator, quoted } => {
                    let list = all_of(name, operator.is_some(), state);
                    if let Some(list) = list.filter(|_| *quoted || name.ends_with("[@]") || name.ends_with("[*]")) {
                        pieces.push(Piece { guess: Guess::default(), quoted: true, literal: false, list: Some(list) });
                        continue;
                    }
                    let operator = operator.as_deref().map(|(operator, operand)| (operator.as_str(), operand));
                    (self.parameter(name, operator, state)?, *quoted, false)
                }
            };
            pieces.push(Piece { guess, quoted, literal, list: None });
        }
        Ok(pieces)
    }

    fn slot(&mut self, state: &mut State) -> Guess {
        if state.slots.is_empty() { Guess::any() } else { state.slots.remove(0) }
    }

    /// What a `${{ … }}` comes to, the same each time.
    pub(super) fn expression(&self, source: &str, state: &mut State) -> Guess {
        let name = expression_name(source);
        if let Some(Held::Text(guess)) = state.variables.get(&name) {
            return guess.clone();
        }
        let guess = self.given_by_expression(source, &text_of(&(self.given.expression)(source)));
        // Only a choice must come out the same twice.
        if guess.choice().is_some() {
            state.set(&name, Held::Text(guess.clone()));
        }
        guess
    }

    fn parameter(&mut self, name: &str, operator: Option<(&str, &Word)>, state: &mut State) -> Expanded<Guess> {
        // Its substitutions ran; their slots are to be taken in any case.
        let operand = match operator {
            Some((_, operand)) => self.text(operand, state)?,
            None => Guess::default(),
        };
        let value = self.lookup(name, state);
        let Some((operator, written)) = operator else { return Ok(value.unwrap_or_else(|| self.not_set(name))) };
        let colon = operator.starts_with(':');
        let full = match &value {
            None => Truth::Maybe,
            Some(value) if colon => opposite(value.is_empty()),
            Some(_) => Truth::Yes,
        };
        let value = value.unwrap_or_else(|| self.not_set(name));
        let either = |one: Guess, two: Guess| match given::shown(&[&one, &two]) {
            _ if one == two => one,
            Some(_) if matches!(operator, ":-" | "-") => one,
            Some(_) | None => Guess::any(),
        };
        Ok(match (operator, full) {
            (":-" | "-" | ":=" | "=" | ":?" | "?", Truth::Yes) | (":+" | "+", Truth::No) => value,
            (":-" | "-", Truth::No) | (":+" | "+", Truth::Yes) => operand,
            (":=" | "=", Truth::No) => {
                state.set(name, Held::Text(operand.clone()));
                operand
            }
            (":?" | "?", Truth::No) => return Err(name.to_owned()),
            (":-" | "-" | ":=" | "=" | ":+" | "+", Truth::Maybe) => either(value, operand),
            (":?" | "?", Truth::Maybe) => value,
            ("#", _) if written.parts.is_empty() => {
                value.whole().map_or_else(Guess::any, |text| Guess::known(text.chars().count().to_string()))
            }
            (operator, _) => changed(&value, operator, &operand),
        })
    }

    /// The value of a parameter; none where nothing is known of it, not even whether it is set.
    pub(super) fn lookup(&self, name: &str, state: &State) -> Option<Guess> {
        if name == "?" {
            return Some(state.status.guess());
        }
        if name == "!" {
            return Some(Guess::known(state.jobs.len().checked_sub(1).map_or(String::new(), |job| format!("%{job}"))));
        }
        let (name, index) = name.split_once('[').map_or((name, None), |(name, index)| (name, index.strip_suffix(']')));
        match (state.variables.get(name)?, index) {
            (Held::Text(guess), None | Some("0" | "@" | "*")) => Some(guess.clone()),
            (Held::List(list), None) => Some(list.first().cloned().unwrap_or_default()),
            (Held::List(list), Some("@" | "*")) => Some(joined(list)),
            (Held::List(list), Some(index)) => index.parse::<usize>().ok().and_then(|index| list.get(index)).cloned(),
            (Held::Text(_), Some(_)) => None,
        }
    }

    /// Whether a text matches a pattern of `case` or `[[ … ]]`; what is quoted in it means only itself.
    pub(super) fn matches(&mut self, text: &Guess, pattern: &Word, state: &mut State) -> Truth {
        let Ok(pieces) = self.pieces(pattern, state) else { return Truth::Maybe };
        let mut written = Guess::default();
        for piece in pieces {
            let escaped = |bit: &Bit| match bit {
                Bit::Known(text) if piece.quoted => Bit::Known(glob::escaped(text)),
                Bit::Known(_) | Bit::OneOf(_) | Bit::Any | Bit::Words | Bit::NonZero | Bit::Found { .. } | Bit::Given { .. } => bit.clone(),
            };
            piece.guess.0.iter().for_each(|bit| written.push(escaped(bit)));
        }
        if written.whole().as_deref() == Some("*") {
            return Truth::Yes;
        }
        match (text.each(), written.each()) {
            (Some(texts), Some(patterns)) => {
                truth_of(texts.iter().flat_map(|text| patterns.iter().map(move |pattern| glob::matches(pattern, text))))
            }
            (None, Some(patterns)) if patterns.iter().all(|pattern| !glob::is_pattern(pattern)) => {
                let truths = patterns.iter().map(|pattern| text.equals(&Guess::known(glob::unescaped(pattern))));
                truths.fold(Truth::No, |all, one| if one == Truth::No { all } else { Truth::Maybe })
            }
            (Some(_) | None, Some(_) | None) => Truth::Maybe,
        }
    }
}

/// The elements of `"$@"` and `${a[@]}`, where they are known and nothing changes them.
fn all_of(name: &str, changed: bool, state: &State) -> Option<Vec<Guess>> {
    let bare = name.strip_suffix("[@]").or_else(|| name.strip_suffix("[*]")).or_else(|| (name == "@").then_some("@"))?;
    match state.variables.get(bare) {
        Some(Held::List(list)) if !changed => Some(list.clone()),
        Some(Held::List(_) | Held::Text(_)) => None,
        None if name == "@" && !changed => Some(vec![Guess(vec![Bit::Words])]),
        None => None,
    }
}

pub(super) fn joined(list: &[Guess]) -> Guess {
    let mut text = Guess::default();
    for (at, one) in list.iter().enumerate() {
        text.append(if at == 0 { Guess::default() } else { Guess::known(" ") });
        text.append(one.clone());
    }
    text
}

pub(super) fn opposite(truth: Truth) -> Truth {
    match truth {
        Truth::Yes => Truth::No,
        Truth::No => Truth::Yes,
        Truth::Maybe => Truth::Maybe,
    }
}

/// What an operator of `${name…}` makes of a known value.
fn changed(value: &Guess, operator: &str, operand: &Guess) -> Guess {
    let (Some(text), Some(operand)) = (value.whole(), operand.whole()) else { return Guess::any() };
    match operator {
        "^^" if operand.is_empty() => Guess::known(text.to_uppercase()),
        ",," if operand.is_empty() => Guess::known(text.to_lowercase()),
        "//" => match operand.split_once('/') {
            Some((from, to)) if !glob::is_pattern(from) && !from.is_empty() => Guess::known(text.replace(from, to)),
            None if !glob::is_pattern(&operand) && !operand.is_empty() => Guess::known(text.replace(&operand, "")),
            Some(_) | None => Guess::any(),
        },
        "#" if !glob::is_pattern(&operand) => Guess::known(text.strip_prefix(operand.as_str()).unwrap_or(&text)),
        "%" if !glob::is_pattern(&operand) => Guess::known(text.strip_suffix(operand.as_str()).unwrap_or(&text)),
        _ => Guess::any(),
    }
}

/// The words that the pieces of one word fall apart into.
fn split(pieces: Vec<Piece>) -> Vec<Guess> {
    let mut fields: Vec<Guess> = Vec::new();
    let mut open = false;
    for piece in pieces {
        let parts = match piece.list {
            Some(list) => list,
            None if piece.quoted || piece.literal => vec![piece.guess],
            None => {
                let starts = starts_with_blank(&piece.guess);
                let ends = ends_with_blank(&piece.guess);
                let words = piece.guess.words();
                open &= !starts;
                add(&mut fields, &mut open, words);
                open &= !ends;
                continue;
            }
        };
        add(&mut fields, &mut open, parts);
    }
    fields
}

fn add(fields: &mut Vec<Guess>, open: &mut bool, parts: Vec<Guess>) {
    for (at, part) in parts.into_iter().enumerate() {
        match fields.last_mut().filter(|_| *open && at == 0) {
            Some(field) => field.append(part),
            None => fields.push(part),
        }
        *open = true;
    }
}

fn starts_with_blank(guess: &Guess) -> bool {
    matches!(guess.0.first(), Some(Bit::Known(text)) if text.starts_with([' ', '\t', '\n']))
}

fn ends_with_blank(guess: &Guess) -> bool {
    matches!(guess.0.last(), Some(Bit::Known(text)) if text.ends_with([' ', '\t', '\n']))
}
