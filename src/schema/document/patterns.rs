//! How large patterns become when they are compiled. What explodes is refused before any engine sees it.

use serde_json::Value;

use super::places::Places;
use crate::schema::{FaultSort, SchemaFault};
use crate::shown::shown;

/// The most that one pattern weighs, and the most that all of a document weigh together, in single letters.
const MOST: u64 = 20_000;
const MOST_OF_ALL: u64 = 2_000_000;
/// What a class of Unicode letters weighs.
const CLASS: u64 = 20;

/// A pattern of a document: the place that holds it, its keyword, and what it says.
pub(super) fn of<'p>(places: &'p Places<'_>) -> impl Iterator<Item = (usize, &'static str, &'p str)> {
    places.all.iter().enumerate().flat_map(|(at, place)| {
        let own = place.node.text("pattern").map(|pattern| (at, "pattern", pattern));
        let names = place.node.get("patternProperties").map(|node| node.members()).unwrap_or_default();
        own.into_iter().chain(names.iter().map(move |member| (at, "patternProperties", member.key.as_ref())))
    })
}

/// Whether one of them needs more than the engine that matches in linear time: look-arounds and references back, which that engine does not read.
pub(super) fn may_give_up(places: &Places<'_>) -> bool {
    of(places).any(|(_, _, pattern)| regex_syntax::parse(pattern).is_err())
}

/// The texts in which the engine here and ECMA-262, the language of these patterns, may find different things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::schema) struct Otherwise {
    /// A dot is none of the ends of a line there: `\r` and two of Unicode are ones that it takes here.
    dot: bool,
    /// The bounds of a word are those of ASCII there.
    bound: bool,
}

impl Otherwise {
    pub(in crate::schema) fn of(pattern: &str) -> Self {
        Self { dot: pattern.contains('.'), bound: pattern.contains("\\b") || pattern.contains("\\B") }
    }

    /// Whether this text is such a one.
    pub(in crate::schema) fn reads(self, text: &str) -> bool {
        self.dot && text.contains(['\r', '\u{2028}', '\u{2029}']) || self.bound && !text.is_ascii()
    }

    /// Whether one of the texts and names in a value is.
    pub(super) fn reads_in(self, value: &Value) -> bool {
        match value {
            _ if self == Self::default() => false,
            Value::String(text) => self.reads(text),
            Value::Array(items) => items.iter().any(|item| self.reads_in(item)),
            Value::Object(members) => members.iter().any(|(name, value)| self.reads(name) || self.reads_in(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }
}

/// The same for all patterns of a document.
pub(super) fn otherwise(places: &Places<'_>) -> Otherwise {
    let all = of(places).map(|(_, _, pattern)| Otherwise::of(pattern));
    all.fold(Otherwise::default(), |all, one| Otherwise { dot: all.dot || one.dot, bound: all.bound || one.bound })
}

/// The patterns that are too large to be compiled.
pub(super) fn too_large(places: &Places<'_>) -> Vec<SchemaFault> {
    let (mut found, mut all) = (Vec::new(), 0_u64);
    for (at, keyword, pattern) in of(places) {
        let weight = weight(pattern);
        all = all.saturating_add(weight);
        if weight > MOST {
            let message = format!("the pattern `{}` stands for more than {MOST} letters; gate compiles none of that size", shown(pattern));
            found.push(places.fault(at, keyword, (FaultSort::Pattern, message)));
        }
    }
    if found.is_empty() && all > MOST_OF_ALL {
        let message = format!("the patterns stand for more than {MOST_OF_ALL} letters in all");
        found.push(places.fault(0, "", (FaultSort::TooLarge, message)));
    }
    found
}

/// About how many letters a pattern stands for, each repetition written out.
fn weight(pattern: &str) -> u64 {
    // The sum of each open group, and the last piece in it.
    let mut open: Vec<(u64, u64)> = Vec::new();
    let (mut sum, mut last) = (0_u64, 0_u64);
    let mut letters = pattern.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let piece = match letter {
            '(' => {
                open.push((sum.saturating_add(last), 0));
                (sum, last) = (0, 0);
                continue;
            }
            ')' => {
                let inner = sum.saturating_add(last).max(1);
                (sum, _) = open.pop().unwrap_or((sum, 0));
                last = 0;
                inner
            }
            '[' => class(&mut letters),
            '\\' => match letters.next() {
                // It is translated one by one, and each time the whole anew.
                Some((_, 'c')) => 1 + pattern.len() as u64 / 100,
                Some((_, 'w' | 'W' | 'd' | 'D' | 's' | 'S' | 'p' | 'P' | 'b' | 'B')) => CLASS,
                Some(_) | None => 1,
            },
            '{' => match repeated(&pattern[at..]) {
                Some(times) => {
                    last = last.saturating_mul(times.max(1));
                    letters.find(|(_, letter)| *letter == '}');
                    continue;
                }
                None => 1,
            },
            _ => 1,
        };
        sum = sum.saturating_add(last);
        last = piece;
    }
    open.iter().fold(sum.saturating_add(last), |all, (before, _)| all.saturating_add(*before))
}

/// What a class in brackets weighs; its end is passed over.
fn class(letters: &mut std::iter::Peekable<std::str::CharIndices<'_>>) -> u64 {
    let mut weight = 1;
    let mut depth = 1;
    while let Some((_, letter)) = letters.next() {
        match letter {
            '\\' => {
                letters.next();
                weight += CLASS;
            }
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => weight += 1,
        }
        // In ECMAScript a bracket within brackets is a letter, elsewhere a class: the end of either is one.
        if letter == ']' || depth == 0 {
            break;
        }
    }
    weight
}

/// The larger number of `{n}`, `{n,}` or `{n,m}`.
fn repeated(rest: &str) -> Option<u64> {
    let inner = rest.strip_prefix('{')?.split_once('}')?.0;
    let (least, most) = inner.split_once(',').unwrap_or((inner, ""));
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().unwrap_or(u64::MAX));
    if least.is_empty() {
        return None;
    }
    let least = number(least)?;
    if most.is_empty() { Some(least) } else { number(most).map(|most| most.max(least)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_within_one_another_multiply() {
        assert!(weight("^[a-z]{1,64}$") < 500);
        assert!(weight(r"^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$") < 500);
        assert!(weight("((a{100}){100}){100}") > MOST);
        assert!(weight("(a{99999999999999999999}){2}") > MOST);
        assert!(weight(r"(\w{1000}){10}") > MOST);
        assert!(weight(&r"\ca".repeat(50_000)) > MOST);
        assert!(weight(&"(".repeat(100)) < MOST);
        assert_eq!((weight("abc"), weight("a{2}b{3,}c{4,5}"), weight("{x}"), weight("a{,3}")), (3, 10, 3, 5));
    }
}
