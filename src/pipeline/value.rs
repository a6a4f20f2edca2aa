//! What is known of a value while nothing runs: all of it, a part, or nothing.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Some of the results that a job or a step can end with; never none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Results(u8);

impl Results {
    pub(crate) const SUCCESS: Self = Self(1);
    pub(crate) const FAILURE: Self = Self(2);
    pub(crate) const CANCELLED: Self = Self(4);
    pub(crate) const SKIPPED: Self = Self(8);
    pub(crate) const ANY: Self = Self(15);
    /// All but success.
    pub(crate) const SHORT: Self = Self(14);
    /// Each alone, from the best to the worst.
    pub(crate) const EACH: [Self; 4] = [Self::SUCCESS, Self::FAILURE, Self::CANCELLED, Self::SKIPPED];

    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What both hold, where they share something.
    pub(crate) fn and(self, other: Self) -> Option<Self> {
        Some(Self(self.0 & other.0)).filter(|both| both.0 != 0)
    }

    /// What is left without these.
    pub(crate) fn without(self, other: Self) -> Option<Self> {
        Some(Self(self.0 & !other.0)).filter(|rest| rest.0 != 0)
    }

    /// Each of them alone.
    pub(crate) fn each(self) -> impl Iterator<Item = Self> {
        Self::EACH.into_iter().filter(move |one| self.0 & one.0 != 0)
    }

    pub(crate) fn may_be(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// GitHub's word, where it can be only one.
    pub(crate) fn word(self) -> Option<&'static str> {
        ["success", "failure", "cancelled", "skipped"].into_iter().zip(Self::EACH).find(|(_, one)| *one == self).map(|(word, _)| word)
    }
}

/// A text of which pieces may be unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Text(pub(crate) Vec<Piece>);

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Known(String),
    /// The word of one of these results.
    OneOf(Results),
    /// Any text, the empty one included.
    Any,
}

impl Piece {
    /// Each of the texts that it may be; none where it may be any.
    pub(crate) fn words(&self) -> Option<Vec<&str>> {
        match self {
            Self::Known(text) => Some(vec![text]),
            Self::OneOf(results) => Some(results.each().filter_map(Results::word).collect()),
            Self::Any => None,
        }
    }
}

impl Text {
    pub(crate) fn known(text: impl Into<String>) -> Self {
        let text = text.into();
        Self(if text.is_empty() { Vec::new() } else { vec![Piece::Known(text)] })
    }

    pub(crate) fn any() -> Self {
        Self(vec![Piece::Any])
    }

    /// The word of one of these results.
    pub(crate) fn of(results: Results) -> Self {
        Self(vec![Piece::OneOf(results)])
    }

    /// Whether it is other than the empty text.
    pub(crate) fn is_filled(&self) -> Truth {
        Truth::any(self.0.iter().map(|piece| match piece {
            Piece::Known(text) => Truth::from(!text.is_empty()),
            Piece::OneOf(_) => Truth::Yes,
            Piece::Any => Truth::Maybe,
        }))
    }

    /// Every text that it may be, where they are few and short.
    pub(crate) fn completions(&self) -> Option<Vec<String>> {
        let mut all = vec![String::new()];
        for piece in &self.0 {
            let words: Vec<&str> = piece.words()?;
            all = all.iter().flat_map(|before| words.iter().map(move |word| format!("{before}{word}"))).collect();
            if all.len() > 1 && (all.len() > 64 || all.first().is_some_and(|one| one.len() > 4096)) {
                return None;
            }
        }
        Some(all)
    }

    /// The whole text, where nothing of it is unknown.
    pub(crate) fn whole(&self) -> Option<String> {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Known(text) => Some(text.as_str()),
                Piece::OneOf(results) => results.word(),
                Piece::Any => None,
            })
            .collect()
    }
}

/// The members of an object in their order; names differ by more than capitals.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Members {
    listed: Vec<(String, Value)>,
    /// By the name in lowercase.
    places: BTreeMap<String, usize>,
}

impl Members {
    /// The first of a name stays.
    pub(crate) fn insert(&mut self, name: impl Into<String>, value: Value) {
        let name = name.into();
        if let Entry::Vacant(place) = self.places.entry(name.to_lowercase()) {
            place.insert(self.listed.len());
            self.listed.push((name, value));
        }
    }

    /// Capitals do not count.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        let place = self.places.get(&name.to_lowercase())?;
        self.listed.get(*place).map(|(_, value)| value)
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.listed.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl<N: Into<String>> FromIterator<(N, Value)> for Members {
    fn from_iter<I: IntoIterator<Item = (N, Value)>>(members: I) -> Self {
        let mut all = Self::default();
        for (name, value) in members {
            all.insert(name, value);
        }
        all
    }
}

/// What an expression comes to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Unknown,
    Null,
    Bool(bool),
    Number(f64),
    Text(Text),
    List(Vec<Value>),
    Object {
        members: Members,
        /// It may have members that are not listed.
        open: bool,
    },
    /// One of these, at least two; none of them is of this kind or unknown. Made by [`Value::either`].
    Either(Vec<Value>),
}

/// So many alternatives are kept apart.
const MAX_ALTERNATIVES: usize = 16;

impl Value {
    /// A text that is known.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(Text::known(text))
    }

    /// An object of which every member is listed.
    pub(crate) fn object<N: Into<String>>(members: impl IntoIterator<Item = (N, Self)>) -> Self {
        Self::Object { members: members.into_iter().collect(), open: false }
    }

    /// One of several.
    pub(crate) fn either(values: impl IntoIterator<Item = Self>) -> Self {
        let mut all: Vec<Self> = Vec::new();
        for value in values {
            match value {
                Self::Unknown => return Self::Unknown,
                Self::Either(several) => several.into_iter().for_each(|one| add(&mut all, one)),
                one @ (Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::List(_) | Self::Object { .. }) => {
                    add(&mut all, one)
                }
            }
            if all.len() > MAX_ALTERNATIVES {
                return Self::Unknown;
            }
        }
        match all.len() {
            0 => Self::Unknown,
            1 => all.swap_remove(0),
            _ => Self::Either(all),
        }
    }

    /// What it may be: itself, or each of the alternatives.
    pub(crate) fn alternatives(&self) -> &[Self] {
        match self {
            Self::Either(several) => several,
            Self::Unknown | Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::List(_) | Self::Object { .. } => {
                std::slice::from_ref(self)
            }
        }
    }

    /// Whether a condition of it holds.
    pub(crate) fn truth(&self) -> Truth {
        match self {
            Self::Unknown => Truth::Maybe,
            Self::Null => Truth::No,
            Self::Bool(value) => Truth::from(*value),
            Self::Number(number) => Truth::from(*number != 0.0 && !number.is_nan()),
            Self::Text(text) => text.is_filled(),
            Self::List(_) | Self::Object { .. } => Truth::Yes,
            Self::Either(several) => Truth::over(several.iter().map(Self::truth)),
        }
    }
}

/// NaN is the same as NaN here, or alternatives would grow without end.
fn add(all: &mut Vec<Value>, value: Value) {
    let nan = |value: &Value| matches!(value, Value::Number(number) if number.is_nan());
    if !all.iter().any(|known| *known == value || (nan(known) && nan(&value))) {
        all.push(value);
    }
}

impl From<Truth> for Value {
    fn from(truth: Truth) -> Self {
        match truth {
            Truth::Yes => Self::Bool(true),
            Truth::No => Self::Bool(false),
            Truth::Maybe => Self::Either(vec![Self::Bool(false), Self::Bool(true)]),
        }
    }
}

/// Yes, no, or either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    Yes,
    No,
    Maybe,
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Maybe => Self::Maybe,
        }
    }
}

impl Truth {
    /// What holds in every case; without any case nothing is known.
    pub(crate) fn over(cases: impl IntoIterator<Item = Self>) -> Self {
        let mut cases = cases.into_iter();
        let Some(first) = cases.next() else { return Self::Maybe };
        if first != Self::Maybe && cases.all(|case| case == first) { first } else { Self::Maybe }
    }

    /// Whether both hold.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            (Self::Maybe, Self::Yes | Self::Maybe) | (Self::Yes, Self::Maybe) => Self::Maybe,
        }
    }

    /// Whether one of them holds.
    pub(crate) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::No;
        for part in parts {
            match part {
                Self::Yes => return Self::Yes,
                Self::Maybe => all = Self::Maybe,
                Self::No => {}
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order_and_are_found_in_any_spelling() {
        let members: Members = [("B", Value::Null), ("a", Value::Bool(true)), ("b", Value::Bool(false))].into_iter().collect();
        assert_eq!(members.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["B", "a"]);
        assert_eq!(members.get("A"), Some(&Value::Bool(true)));
        assert_eq!(members.get("b"), Some(&Value::Null));
        assert_eq!(members.get("c"), None);
    }

    #[test]
    fn one_of_the_same_is_that_and_one_of_too_many_is_unknown() {
        let nan = || Value::Number(f64::NAN);
        assert_eq!(Value::either([Value::Null, Value::Null]), Value::Null);
        assert!(matches!(Value::either([nan(), nan()]), Value::Number(_)));
        assert_eq!(Value::either([Value::Null, Value::Unknown]), Value::Unknown);
        assert_eq!(Value::either((0..17).map(|number| Value::Number(f64::from(number)))), Value::Unknown);
        let two = Value::either([Value::Null, Value::from(Truth::Maybe)]);
        assert_eq!(two, Value::Either(vec![Value::Null, Value::Bool(false), Value::Bool(true)]));
        assert_eq!(two.truth(), Truth::Maybe);
    }

    #[test]
    fn a_text_is_filled_where_a_piece_of_it_must_be() {
        assert_eq!(Text::known("").is_filled(), Truth::No);
        assert_eq!(Text::any().is_filled(), Truth::Maybe);
        assert_eq!(Text(vec![Piece::Any, Piece::OneOf(Results::ANY)]).is_filled(), Truth::Yes);
    }

    #[test]
    fn the_completions_of_a_text_are_every_choice_of_its_results() {
        let results = Piece::OneOf(Results::SUCCESS.or(Results::SKIPPED));
        let text = Text(vec![Piece::Known("a ".to_owned()), results.clone()]);
        assert_eq!(text.completions(), Some(vec!["a success".to_owned(), "a skipped".to_owned()]));
        assert_eq!(Text(vec![results; 7]).completions(), None);
        assert_eq!(Text::any().completions(), None);
    }
}
