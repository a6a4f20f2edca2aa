//! One text in another, where pieces of both may be unknown.

use crate::pipeline::value::{Piece, Text, Truth};

/// How one text stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Equal,
    Begins,
    Ends,
    Inside,
}

/// So many steps are taken for one answer.
const MAX_STEPS: usize = 1_000_000;

/// Whether `sought` stands so in `text`; capitals do not count.
pub(super) fn finds(text: &Text, sought: &Text, how: How) -> Truth {
    if let (Some(text), Some(sought)) = (text.whole(), sought.whole()) {
        return Truth::from(match how {
            How::Equal => upper(&text) == upper(&sought),
            How::Begins => upper(&text).starts_with(&upper(&sought)),
            How::Ends => upper(&text).ends_with(&upper(&sought)),
            How::Inside => upper(&text).contains(&upper(&sought)),
        });
    }
    match sought.completions() {
        Some(all) => Truth::over(all.iter().map(|sought| finds_whole(text, sought, how))),
        None => finds_part(text, sought, how),
    }
}

/// What the comparisons of GitHub's servers make of a text: letter by letter, and no foreign letter becomes one of ASCII.
pub(super) fn upper(text: &str) -> String {
    text.chars().map(upper_letter).collect()
}

fn upper_letter(letter: char) -> char {
    let mut upper = letter.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) if letter.is_ascii() || !one.is_ascii() => one,
        _ => letter,
    }
}

/// A piece as letters: the words that it may be, or any.
enum Part {
    Words(Vec<Vec<char>>),
    Any,
}

fn parts(text: &Text, how: How) -> Vec<Part> {
    let word = |word: &str| -> Vec<char> {
        match how {
            How::Equal | How::Begins | How::Inside => word.chars().map(upper_letter).collect(),
            How::Ends => word.chars().map(upper_letter).rev().collect(),
        }
    };
    let part = |piece: &Piece| piece.words().map_or(Part::Any, |words| Part::Words(words.into_iter().map(word).collect()));
    match how {
        How::Ends => text.0.iter().rev().map(part).collect(),
        How::Equal | How::Begins | How::Inside => text.0.iter().map(part).collect(),
    }
}

fn finds_whole(text: &Text, sought: &str, how: How) -> Truth {
    let letters = |parts: &[Part]| -> usize {
        let length = |part: &Part| match part {
            Part::Words(words) => words.iter().map(Vec::len).sum(),
            Part::Any => 1,
        };
        parts.iter().map(length).sum()
    };
    let parts = parts(text, how);
    let sought: Vec<char> = match how {
        How::Equal | How::Begins | How::Inside => sought.chars().map(upper_letter).collect(),
        How::Ends => sought.chars().map(upper_letter).rev().collect(),
    };
    if letters(&parts).saturating_mul(sought.len() + 1) > MAX_STEPS {
        return Truth::Maybe;
    }
    match how {
        How::Equal => equals(&parts, &sought),
        How::Begins | How::Ends => begins(&parts, &sought),
        How::Inside => inside(&parts, &sought),
    }
}

/// Where in `sought` the end of a word may be that begins at one of the places; a word that goes on behind its end has none.
fn steps(places: &[usize], words: &[Vec<char>], sought: &[char]) -> Vec<usize> {
    let mut next: Vec<usize> = places
        .iter()
        .flat_map(|place| words.iter().map(move |word| (*place, word)))
        .filter(|(place, word)| sought.get(*place..).is_some_and(|rest| rest.starts_with(word)))
        .map(|(place, word)| place + word.len())
        .collect();
    next.sort_unstable();
    next.dedup();
    next
}

fn equals(parts: &[Part], sought: &[char]) -> Truth {
    let mut places = vec![0];
    let mut choice = false;
    for part in parts {
        match part {
            Part::Words(words) => {
                choice |= words.len() > 1;
                places = steps(&places, words, sought);
            }
            Part::Any => {
                choice = true;
                places = places.first().map(|first| (*first..=sought.len()).collect()).unwrap_or_default();
            }
        }
    }
    match places.contains(&sought.len()) {
        false => Truth::No,
        true if choice => Truth::Maybe,
        true => Truth::Yes,
    }
}

fn begins(parts: &[Part], sought: &[char]) -> Truth {
    let (mut places, mut may, mut may_not) = (vec![0], sought.is_empty(), false);
    for part in parts {
        // What has come to the end has been found, whatever follows.
        let ended = places.len();
        places.retain(|place| *place < sought.len());
        may |= places.len() < ended;
        if places.is_empty() {
            break;
        }
        let Part::Words(words) = part else { return Truth::Maybe };
        let mut next = Vec::new();
        for (place, word) in places.iter().flat_map(|place| words.iter().map(move |word| (*place, word))) {
            let rest = sought.get(place..).unwrap_or_default();
            match (rest.starts_with(word), word.starts_with(rest)) {
                (true, _) => next.push(place + word.len()),
                (false, true) => may = true,
                (false, false) => may_not = true,
            }
        }
        next.sort_unstable();
        next.dedup();
        places = next;
    }
    may |= places.contains(&sought.len());
    may_not |= places.iter().any(|place| *place < sought.len());
    answer(may, may_not)
}

/// An automaton that knows how much of `sought` has just been read, run over everything that the text may be.
fn inside(parts: &[Part], sought: &[char]) -> Truth {
    let end = sought.len();
    if end == 0 {
        return Truth::Yes;
    }
    let falls = falls(sought);
    let (mut states, mut may) = (vec![0], false);
    for part in parts {
        match part {
            Part::Any => {
                may |= !states.is_empty();
                states = if states.is_empty() { Vec::new() } else { (0..end).collect() };
            }
            Part::Words(words) => {
                let mut next = Vec::new();
                for word in words {
                    let mut here = states.clone();
                    for letter in word {
                        here.iter_mut().for_each(|state| *state = step(*state, *letter, (sought, &falls)));
                        let before = here.len();
                        here.retain(|state| *state < end);
                        may |= here.len() < before;
                        here.dedup();
                    }
                    next.extend(here);
                }
                next.sort_unstable();
                next.dedup();
                states = next;
            }
        }
    }
    answer(may, !states.is_empty())
}

/// For each length that has been read: the longest shorter one that has been read as well.
fn falls(sought: &[char]) -> Vec<usize> {
    let mut falls = vec![0, 0];
    let mut state = 0;
    for letter in sought.iter().skip(1) {
        state = step(state, *letter, (sought, &falls));
        falls.push(state);
    }
    falls
}

fn step(mut state: usize, letter: char, (sought, falls): (&[char], &[usize])) -> usize {
    loop {
        if sought.get(state) == Some(&letter) {
            return state + 1;
        }
        if state == 0 {
            return 0;
        }
        state = falls.get(state).copied().unwrap_or(0);
    }
}

fn answer(may: bool, may_not: bool) -> Truth {
    match (may, may_not) {
        (true, false) => Truth::Yes,
        (false, true) => Truth::No,
        (true, true) | (false, false) => Truth::Maybe,
    }
}

/// What is sought is not known in full: what is known of it has to be there.
fn finds_part(text: &Text, sought: &Text, how: How) -> Truth {
    if how == How::Equal && text.completions().is_some() {
        return finds(sought, text, How::Equal);
    }
    let known = |piece: Option<&Piece>| match piece {
        Some(Piece::Known(word)) => Some(word.clone()),
        Some(Piece::OneOf(_) | Piece::Any) | None => None,
    };
    let (first, last) = (known(sought.0.first()), known(sought.0.last()));
    let lacks = |word: Option<String>, how: How| word.is_some_and(|word| finds(text, &Text::known(word), how) == Truth::No);
    let not_there = match how {
        How::Equal => lacks(first, How::Begins) || lacks(last, How::Ends),
        How::Begins => lacks(first, How::Begins),
        How::Ends => lacks(last, How::Ends),
        How::Inside => sought.0.iter().any(|piece| lacks(known(Some(piece)), How::Inside)),
    };
    if not_there { Truth::No } else { Truth::Maybe }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pipeline::value::Results;

    fn texts(with_any: bool) -> impl Strategy<Value = Text> {
        let known = prop::sample::select(&["s", "fail", "e", "S,", "ess", ",", "İß"][..]).prop_map(|word| Piece::Known(word.to_owned()));
        let results = prop::sample::select(vec![Results::ANY, Results::SUCCESS, Results::CANCELLED.or(Results::SKIPPED)]);
        let any = if with_any { Piece::Any } else { Piece::Known("a".to_owned()) };
        prop::collection::vec(prop_oneof![2 => known, 2 => results.prop_map(Piece::OneOf), 1 => Just(any)], 0..5).prop_map(Text)
    }

    /// Every text that it may be, with few words for what may be any.
    fn samples(text: &Text) -> Vec<String> {
        let mut all = vec![String::new()];
        for piece in &text.0 {
            let words = piece.words().unwrap_or_else(|| vec!["", "s", "fail", "success", ",", "x"]);
            all = all.iter().flat_map(|before| words.iter().map(move |word| format!("{before}{word}"))).collect();
        }
        all
    }

    fn really(text: &Text, sought: &Text, how: How) -> Truth {
        let sought = samples(sought);
        let one = |text: String| sought.iter().map(|sought| finds(&Text::known(&text), &Text::known(sought), how)).collect::<Vec<_>>();
        Truth::over(samples(text).into_iter().flat_map(one))
    }

    const EACH: [How; 4] = [How::Equal, How::Begins, How::Ends, How::Inside];

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

        #[test]
        fn a_text_of_results_is_searched_exactly(text in texts(false), sought in "(s|fail|e|,|success|d){0,2}") {
            for how in EACH {
                let sought = Text::known(&sought);
                prop_assert_eq!(finds(&text, &sought, how), really(&text, &sought, how), "{:?} {:?} {:?}", how, text, sought);
            }
        }

        #[test]
        fn what_is_said_of_two_texts_holds(text in texts(true), sought in texts(true)) {
            for how in EACH {
                let (said, real) = (finds(&text, &sought, how), really(&text, &sought, how));
                prop_assert!(said == Truth::Maybe || said == real, "{:?} {:?} {:?}", how, text, sought);
            }
        }
    }
}
