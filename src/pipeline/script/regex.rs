//! Regular expressions of `[[ a =~ b ]]` and `grep`, in a time that grows with text and expression alone.

/// How many steps an expression may be made of.
const STEPS: usize = 2_000;
/// How deep its groups may stand in one another.
const DEPTH: usize = 20;

#[derive(Debug, Clone)]
enum Step {
    Letter(char),
    Any,
    Class {
        ranges: Vec<(char, char)>,
        negated: bool,
    },
    /// Goes on at both places.
    Fork(usize, usize),
    Goto(usize),
    Start,
    End,
}

/// An expression that was read.
#[derive(Debug, Clone)]
pub(super) struct Regex(Vec<Step>);

/// The text as an expression that means only itself.
pub(super) fn escaped(text: &str) -> String {
    let mut expression = String::new();
    for letter in text.chars() {
        if letter.is_ascii_punctuation() {
            expression.push('\\');
        }
        expression.push(letter);
    }
    expression
}

/// The extended expression of a basic one: what is special behind a backslash there is special without it here.
pub(super) fn extended(basic: &str) -> String {
    let mut expression = String::new();
    let mut letters = basic.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some(next @ ('|' | '(' | ')' | '{' | '}' | '+' | '?')) => expression.push(next),
                Some(next) => expression.extend(['\\', next]),
                None => expression.push('\\'),
            },
            '|' | '(' | ')' | '{' | '}' | '+' | '?' => expression.extend(['\\', letter]),
            _ => expression.push(letter),
        }
    }
    expression
}

impl Regex {
    /// Reads an expression; nothing where it holds what is not known here.
    pub(super) fn read(expression: &str) -> Option<Self> {
        let mut reader = Reader { letters: expression.chars().collect(), at: 0, depth: 0 };
        let steps = reader.choice()?;
        (reader.at == reader.letters.len()).then_some(Self(steps))
    }

    /// Whether something in the text is what the expression means.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let letters: Vec<char> = text.chars().collect();
        let mut states: Vec<usize> = Vec::new();
        for at in 0..=letters.len() {
            // A match may begin anywhere.
            states.push(0);
            let reached = self.reached(&states, at == 0, at == letters.len());
            if reached.get(self.0.len()).copied().unwrap_or_default() {
                return true;
            }
            let Some(letter) = letters.get(at) else { break };
            let taking = (0..self.0.len()).filter(|state| reached.get(*state).copied().unwrap_or_default());
            states = taking.filter(|state| self.0.get(*state).is_some_and(|step| takes(step, *letter))).map(|state| state + 1).collect();
        }
        false
    }

    /// All places that are reached without a letter.
    fn reached(&self, from: &[usize], start: bool, end: bool) -> Vec<bool> {
        let mut reached = vec![false; self.0.len() + 1];
        let mut open = from.to_vec();
        while let Some(state) = open.pop() {
            match reached.get_mut(state) {
                Some(seen) if !*seen => *seen = true,
                Some(_) | None => continue,
            }
            match self.0.get(state) {
                Some(Step::Fork(one, two)) => open.extend([*one, *two]),
                Some(Step::Goto(to)) => open.push(*to),
                Some(Step::Start) if start => open.push(state + 1),
                Some(Step::End) if end => open.push(state + 1),
                Some(Step::Start | Step::End | Step::Letter(_) | Step::Any | Step::Class { .. }) | None => {}
            }
        }
        reached
    }
}

fn takes(step: &Step, letter: char) -> bool {
    match step {
        Step::Letter(mine) => *mine == letter,
        Step::Any => true,
        Step::Class { ranges, negated } => ranges.iter().any(|(low, high)| (*low..=*high).contains(&letter)) != *negated,
        Step::Fork(..) | Step::Goto(_) | Step::Start | Step::End => false,
    }
}

struct Reader {
    letters: Vec<char>,
    at: usize,
    depth: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn take(&mut self, letter: char) -> bool {
        let there = self.peek() == Some(letter);
        self.at += usize::from(there);
        there
    }

    fn choice(&mut self) -> Option<Vec<Step>> {
        let mut steps = self.sequence()?;
        while self.take('|') {
            let other = self.sequence()?;
            let mut both = vec![Step::Fork(1, steps.len() + 2)];
            both.extend(moved(steps, 1));
            both.push(Step::Goto(both.len() + 1 + other.len()));
            let offset = both.len();
            both.extend(moved(other, offset));
            steps = both;
        }
        (steps.len() <= STEPS).then_some(steps)
    }

    fn sequence(&mut self) -> Option<Vec<Step>> {
        let mut steps = Vec::new();
        while self.peek().is_some_and(|letter| !matches!(letter, '|' | ')')) {
            let atom = self.atom()?;
            let repeated = self.repeated(atom)?;
            let offset = steps.len();
            steps.extend(moved(repeated, offset));
            if steps.len() > STEPS {
                return None;
            }
        }
        Some(steps)
    }

    fn atom(&mut self) -> Option<Vec<Step>> {
        let letter = self.peek()?;
        self.at += 1;
        let step = match letter {
            '(' => {
                if self.depth >= DEPTH || self.peek() == Some('?') {
                    return None;
                }
                self.depth += 1;
                let inner = self.choice()?;
                self.depth -= 1;
                return self.take(')').then_some(inner);
            }
            '.' => Step::Any,
            '^' => Step::Start,
            '$' => Step::End,
            '[' => self.class()?,
            '\\' => {
                let escaped = self.peek()?;
                self.at += 1;
                match escaped {
                    'd' => Step::Class { ranges: vec![('0', '9')], negated: false },
                    's' => Step::Class { ranges: vec![(' ', ' '), ('\t', '\r')], negated: false },
                    'w' => Step::Class { ranges: vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')], negated: false },
                    _ if escaped.is_ascii_alphanumeric() || matches!(escaped, '<' | '>') => return None,
                    _ => Step::Letter(escaped),
                }
            }
            '*' | '+' | '?' | '{' => return None,
            _ => Step::Letter(letter),
        };
        Some(vec![step])
    }

    fn class(&mut self) -> Option<Step> {
        let negated = self.take('^');
        let mut ranges = Vec::new();
        let first = self.at;
        while self.at == first || self.peek() != Some(']') {
            let low = self.peek()?;
            self.at += 1;
            if low == '[' && self.peek() == Some(':') {
                ranges.extend(self.named()?);
                continue;
            }
            let is_range = self.peek() == Some('-') && self.letters.get(self.at + 1).is_some_and(|letter| *letter != ']');
            let high = if is_range { *self.letters.get(self.at + 1)? } else { low };
            self.at += if is_range { 2 } else { 0 };
            ranges.push((low, high));
        }
        self.at += 1;
        Some(Step::Class { ranges, negated })
    }

    /// `[:alpha:]` within brackets.
    fn named(&mut self) -> Option<Vec<(char, char)>> {
        let rest: String = self.letters.get(self.at + 1..)?.iter().take(12).collect();
        let name = rest.split_once(":]")?.0;
        self.at += name.len() + 3;
        match name {
            "alpha" => Some(vec![('a', 'z'), ('A', 'Z')]),
            "digit" => Some(vec![('0', '9')]),
            "alnum" => Some(vec![('a', 'z'), ('A', 'Z'), ('0', '9')]),
            "lower" => Some(vec![('a', 'z')]),
            "upper" => Some(vec![('A', 'Z')]),
            "space" => Some(vec![(' ', ' '), ('\t', '\r')]),
            _ => None,
        }
    }

    fn repeated(&mut self, atom: Vec<Step>) -> Option<Vec<Step>> {
        let length = atom.len();
        let mut steps = match self.peek() {
            Some('*') => {
                let mut steps = vec![Step::Fork(1, length + 2)];
                steps.extend(moved(atom, 1));
                steps.push(Step::Goto(0));
                steps
            }
            Some('+') => {
                let mut steps = atom;
                steps.push(Step::Fork(0, length + 1));
                steps
            }
            Some('?') => {
                let mut steps = vec![Step::Fork(1, length + 1)];
                steps.extend(moved(atom, 1));
                steps
            }
            Some('{') => return self.counted(&atom),
            Some(_) | None => return Some(atom),
        };
        self.at += 1;
        while self.peek().is_some_and(|letter| matches!(letter, '*' | '?')) {
            // `a**` and the lazy `a*?` match where `a*` does.
            self.at += 1;
        }
        steps.truncate(STEPS + 1);
        Some(steps)
    }

    /// `{2}`, `{2,}`, `{2,5}`
    fn counted(&mut self, atom: &[Step]) -> Option<Vec<Step>> {
        let rest: String = self.letters.get(self.at + 1..)?.iter().take(12).collect();
        let counts = rest.split_once('}')?.0;
        self.at += counts.len() + 2;
        let (least, most) = counts.split_once(',').unwrap_or((counts, counts));
        let least: usize = least.parse().ok()?;
        let open = most.is_empty();
        let most: usize = if open { least } else { most.parse().ok()? };
        if most.checked_mul(atom.len() + 1)? > STEPS || most < least {
            return None;
        }
        let mut steps = Vec::new();
        for count in 0..most + usize::from(open) {
            let offset = steps.len();
            if count < least {
                steps.extend(moved(atom.to_vec(), offset));
            } else {
                steps.push(Step::Fork(offset + 1, offset + 1 + atom.len() + usize::from(open)));
                steps.extend(moved(atom.to_vec(), offset + 1));
                if open {
                    steps.push(Step::Goto(offset));
                }
            }
        }
        Some(steps)
    }
}

/// The steps where they stand so much further on.
fn moved(steps: Vec<Step>, by: usize) -> Vec<Step> {
    let shifted = |step| match step {
        Step::Fork(one, two) => Step::Fork(one + by, two + by),
        Step::Goto(to) => Step::Goto(to + by),
        Step::Letter(_) | Step::Any | Step::Class { .. } | Step::Start | Step::End => step,
    };
    steps.into_iter().map(shifted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(expression: &str, text: &str) -> bool {
        Regex::read(expression).unwrap().is_in(text)
    }

    #[test]
    fn expressions_are_found_where_they_match() {
        for (expression, text) in [
            ("^(success|skipped)$", "skipped"),
            ("failure", "a failure b"),
            ("^[0-9]+(\\.[0-9]+)*$", "1.2.30"),
            ("a{2,3}$", "baaa"),
            ("a{2}", "xaa"),
            ("a{2,}$", "aaaa"),
            ("x?y", "y"),
            ("[^a]", "b"),
            ("[[:digit:]]", "7"),
            ("", "x"),
            ("a|b|c", "c"),
            ("\\.", "."),
        ] {
            assert!(found(expression, text), "{expression} {text}");
        }
        for (expression, text) in [("^(success|skipped)$", "successful"), ("a{2}", "xa"), ("[^a]", "a"), ("a+b", "b"), ("\\.", "x")] {
            assert!(!found(expression, text), "{expression} {text}");
        }
    }

    #[test]
    fn what_is_not_known_is_nothing() {
        for expression in ["(", "a\\b", "(?=x)", "*", "[a", "a{99999}", "((((((((((((((((((((((a))))))))))))))))))))))"] {
            assert!(Regex::read(expression).is_none(), "{expression}");
        }
    }

    #[test]
    fn a_basic_expression_has_its_own_backslashes() {
        assert!(found(&extended("failure\\|cancelled"), "cancelled"));
        assert!(!found(&extended("failure|cancelled"), "cancelled"));
    }
}
