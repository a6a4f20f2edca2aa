//! Texts in which a pattern is found: a few, always the same.

use regex_syntax::hir::{Class, Hir, HirKind};

/// How many texts are made of a pattern.
const TEXTS: usize = 16;
/// How long a text may become, in characters.
const LONGEST: usize = 2_000;

/// Texts in which the pattern is found, if it is one that can be read.
pub(super) fn of(pattern: &str) -> Vec<String> {
    let Ok(hir) = regex_syntax::parse(pattern) else { return Vec::new() };
    let mut texts: Vec<String> = Vec::new();
    for number in 0..TEXTS {
        let mut making = Making { text: String::new(), chance: number };
        if making.add(&hir).is_some() && !texts.contains(&making.text) {
            texts.push(making.text);
        }
    }
    texts
}

/// A text on its way.
struct Making {
    text: String,
    /// What the next choice is made by. The first text takes the first of everything.
    chance: usize,
}

impl Making {
    fn choose(&mut self, among: usize) -> usize {
        if self.chance == 0 || among == 0 {
            return 0;
        }
        self.chance = self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.chance >> 33) % among
    }

    fn add(&mut self, hir: &Hir) -> Option<()> {
        if self.text.len() > LONGEST {
            return None;
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => self.text.push_str(std::str::from_utf8(&literal.0).ok()?),
            HirKind::Class(class) => {
                let one = self.one_of(class)?;
                self.text.push(one);
            }
            HirKind::Repetition(repetition) => {
                let more = u32::try_from(self.choose(3)).ok()?;
                let most = repetition.max.unwrap_or(u32::MAX);
                for _ in 0..repetition.min.saturating_add(more).min(most) {
                    self.add(&repetition.sub)?;
                }
            }
            HirKind::Capture(capture) => self.add(&capture.sub)?,
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.add(part))?,
            HirKind::Alternation(parts) => {
                let chosen = self.choose(parts.len());
                self.add(parts.get(chosen)?)?;
            }
        }
        Some(())
    }

    /// A character of the class, a plain one where there is one.
    fn one_of(&mut self, class: &Class) -> Option<char> {
        let ranges: Vec<(char, char)> = match class {
            Class::Unicode(class) => class.iter().map(|range| (range.start(), range.end())).collect(),
            Class::Bytes(class) => class.iter().map(|range| (char::from(range.start()), char::from(range.end()))).collect(),
        };
        let is_in = |one: char| ranges.iter().any(|(start, end)| (*start..=*end).contains(&one));
        let plain: Vec<char> = ('a'..='z').chain('0'..='9').chain('A'..='Z').chain(" _-.:/".chars()).filter(|one| is_in(*one)).collect();
        let chosen = self.choose(plain.len());
        plain.get(chosen).copied().or_else(|| ranges.first().map(|(start, _)| *start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_in_which_the_pattern_is_found() {
        for pattern in ["^[a-z]{2,4}-\\d+$", "^(foo|bar)?$", "x", "^v[0-9]+\\.[0-9]+$", "[^a-z]"] {
            let regex = regex_automata::meta::Regex::new(pattern).unwrap();
            let texts = of(pattern);
            assert!(!texts.is_empty() && texts.iter().all(|text| regex.is_match(text.as_str())), "{pattern}: {texts:?}");
        }
        assert_eq!(of("(").len(), 0);
        assert!(of("a{100000}").is_empty());
    }
}
