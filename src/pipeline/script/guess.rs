//! Texts of a running script, of which pieces may be unknown.

use crate::pipeline::value::{Piece, Results, Text, Truth};

/// How many texts one guess may stand for before it counts as unknown.
const MOST: usize = 256;

/// How many pieces a kept text may have, and how long one of them may be.
const PIECES: usize = 100;
const LONG: usize = 65_536;

/// A text of which pieces may be unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Guess(pub(super) Vec<Bit>);

/// A piece of a [`Guess`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bit {
    Known(String),
    /// The word of one of these results.
    OneOf(Results),
    /// Any text, the empty one included.
    Any,
    /// Any number of words.
    Words,
    /// A number that is not 0: the status of something that failed.
    NonZero,
    /// What a look for files or tools printed: nothing, where they are missing.
    Found {
        asked: String,
        line: usize,
    },
    /// What a variable or a `${{ … }}` holds that nothing in the script sets: any text, or the words of it.
    Given {
        shown: String,
        form: Form,
    },
}

/// Whether an unknown text is one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Words,
}

impl Bit {
    /// What is given, as one word or as any number of them.
    fn formed(self, form: Form) -> Self {
        if let Self::Given { shown, .. } = self { Self::Given { shown, form } } else { self }
    }
}

impl Guess {
    pub(super) fn known(text: impl Into<String>) -> Self {
        Self(vec![Bit::Known(text.into())])
    }

    pub(super) fn any() -> Self {
        Self(vec![Bit::Any])
    }

    pub(super) fn of(text: &Text) -> Self {
        let bit = |piece: &Piece| match piece {
            Piece::Known(text) => Bit::Known(text.clone()),
            Piece::OneOf(results) => results.word().map_or(Bit::OneOf(*results), |word| Bit::Known(word.to_owned())),
            Piece::Any => Bit::Any,
        };
        let mut guess = Self::default();
        text.0.iter().map(bit).for_each(|bit| guess.push(bit));
        guess
    }

    /// One piece more; known texts beside one another are one.
    pub(super) fn push(&mut self, bit: Bit) {
        match (self.0.last_mut(), bit) {
            (Some(Bit::Known(before)), Bit::Known(text)) => before.push_str(&text),
            (Some(_), Bit::Known(text)) if text.is_empty() => {}
            (Some(before @ Bit::Known(_)), bit) if *before == Bit::Known(String::new()) => *before = bit,
            (_, bit) => self.0.push(bit),
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        other.0.into_iter().for_each(|bit| self.push(bit));
    }

    /// The whole text, where nothing of it is unknown.
    pub(super) fn whole(&self) -> Option<String> {
        self.0
            .iter()
            .map(|bit| match bit {
                Bit::Known(text) => Some(text.as_str()),
                Bit::OneOf(results) => results.word(),
                Bit::Any | Bit::Words | Bit::NonZero | Bit::Found { .. } | Bit::Given { .. } => None,
            })
            .collect()
    }

    /// Each text that it may be, where these are few.
    pub(super) fn each(&self) -> Option<Vec<String>> {
        let mut all = vec![String::new()];
        for bit in &self.0 {
            match bit {
                Bit::Known(text) => all.iter_mut().for_each(|one| one.push_str(text)),
                Bit::OneOf(results) => {
                    let words: Vec<&str> = results.each().filter_map(Results::word).collect();
                    all = all.iter().flat_map(|one| words.iter().map(move |word| format!("{one}{word}"))).collect();
                }
                Bit::Any | Bit::Words | Bit::NonZero | Bit::Found { .. } | Bit::Given { .. } => return None,
            }
            if all.len() > MOST {
                return None;
            }
        }
        Some(all)
    }

    /// Whether the text has a property; what is not known may have it or not.
    pub(super) fn is(&self, property: impl Fn(&str) -> bool) -> Truth {
        self.each().map_or(Truth::Maybe, |texts| truth_of(texts.iter().map(|text| property(text))))
    }

    pub(super) fn is_empty(&self) -> Truth {
        let full = |bit: &Bit| match bit {
            Bit::Known(text) => !text.is_empty(),
            Bit::OneOf(_) | Bit::NonZero => true,
            Bit::Any | Bit::Words | Bit::Found { .. } | Bit::Given { .. } => false,
        };
        if self.0.iter().any(full) { Truth::No } else { self.is(str::is_empty) }
    }

    /// The look for files whose outcome is all that makes this text empty or not.
    pub(super) fn found(&self) -> Option<(&str, usize)> {
        match self.0.as_slice() {
            [Bit::Found { asked, line }] => Some((asked, *line)),
            _ => None,
        }
    }

    /// Whether it may fall apart into any number of words.
    pub(super) fn is_many(&self) -> bool {
        self.0.iter().any(|bit| matches!(bit, Bit::Words | Bit::Given { form: Form::Words, .. }))
    }

    pub(super) fn equals(&self, other: &Self) -> Truth {
        match (self.each(), other.each()) {
            (Some(mine), Some(theirs)) => truth_of(mine.iter().flat_map(|one| theirs.iter().map(move |two| one == two))),
            (Some(mine), None) => other.may_be_any_of(&mine),
            (None, Some(theirs)) => self.may_be_any_of(&theirs),
            (None, None) => Truth::Maybe,
        }
    }

    /// What begins or ends otherwise is another text.
    fn may_be_any_of(&self, texts: &[String]) -> Truth {
        if self.0.as_slice() == [Bit::NonZero] {
            let number = |text: &String| text.parse::<i64>().is_ok_and(|number| number != 0);
            return if texts.iter().any(number) { Truth::Maybe } else { Truth::No };
        }
        let known = |bit: Option<&Bit>| match bit {
            Some(Bit::Known(text)) => text.clone(),
            Some(Bit::OneOf(_) | Bit::Any | Bit::Words | Bit::NonZero | Bit::Found { .. } | Bit::Given { .. }) | None => String::new(),
        };
        let (start, end) = (known(self.0.first()), known(self.0.last()));
        let fits = |text: &String| text.starts_with(&start) && text.ends_with(&end);
        if texts.iter().any(fits) { Truth::Maybe } else { Truth::No }
    }

    /// The words it falls apart into where nothing quotes it.
    pub(super) fn words(self) -> Vec<Self> {
        let mut words: Vec<Self> = Vec::new();
        let mut open = false;
        for bit in self.0 {
            let Bit::Known(text) = bit else {
                let bit = if bit == Bit::Any { Bit::Words } else { bit.formed(Form::Words) };
                join(&mut words, open, bit);
                open = true;
                continue;
            };
            for (at, word) in text.split([' ', '\t', '\n']).enumerate() {
                open &= at == 0;
                if !word.is_empty() {
                    join(&mut words, open, Bit::Known(word.to_owned()));
                    open = true;
                }
            }
        }
        words
    }

    /// As it is kept in a variable; what grows without end is unknown.
    pub(super) fn kept(self) -> Self {
        let long = |bit: &Bit| matches!(bit, Bit::Known(text) if text.len() > LONG);
        if self.0.len() > PIECES || self.0.iter().any(long) {
            return Self::any();
        }
        let bits = self.0.into_iter().map(|bit| if bit == Bit::Words { Bit::Any } else { bit.formed(Form::Text) });
        Self(bits.collect())
    }

    /// As one of several that a script goes through: it is no question any more where it came from.
    pub(super) fn unnamed(self) -> Self {
        let bits = self.0.into_iter().map(|bit| if matches!(bit, Bit::Given { .. }) { Bit::Any } else { bit });
        Self(bits.collect())
    }

    /// Without the ends of lines that a substitution drops.
    pub(super) fn trimmed(mut self) -> Self {
        if let Some(Bit::Known(text)) = self.0.last_mut() {
            text.truncate(text.trim_end_matches('\n').len());
        }
        self
    }

    /// The results that it may be, where it holds a choice once.
    pub(super) fn choice(&self) -> Option<Results> {
        let mut choices = self.0.iter().filter_map(|bit| match bit {
            Bit::OneOf(results) => Some(*results),
            Bit::Known(_) | Bit::Any | Bit::Words | Bit::NonZero | Bit::Found { .. } | Bit::Given { .. } => None,
        });
        choices.next().filter(|_| choices.next().is_none())
    }

    /// The same with less to choose from.
    pub(super) fn chosen(&self, results: Results) -> Self {
        let mut guess = Self::default();
        for bit in &self.0 {
            guess.push(match bit {
                Bit::OneOf(_) => results.word().map_or(Bit::OneOf(results), |word| Bit::Known(word.to_owned())),
                Bit::Known(_) | Bit::Any | Bit::Words | Bit::NonZero | Bit::Found { .. } | Bit::Given { .. } => bit.clone(),
            });
        }
        guess
    }
}

fn join(words: &mut Vec<Guess>, open: bool, bit: Bit) {
    match words.last_mut().filter(|_| open) {
        Some(word) => word.push(bit),
        None => words.push(Guess(vec![bit])),
    }
}

/// Yes where all are, no where none is.
pub(super) fn truth_of(all: impl Iterator<Item = bool>) -> Truth {
    let (mut yes, mut no) = (false, false);
    all.for_each(|one| if one { yes = true } else { no = true });
    match (yes, no) {
        (true, false) => Truth::Yes,
        (false, true) => Truth::No,
        (true, true) | (false, false) => Truth::Maybe,
    }
}
