//! Patterns of `case` and `[[ a == b ]]`.

/// How many patterns the alternatives of one may make.
const MOST: usize = 64;

/// The text as a pattern that means only itself.
pub(super) fn escaped(text: &str) -> String {
    let mut pattern = String::new();
    for letter in text.chars() {
        if matches!(letter, '*' | '?' | '[' | ']' | '\\' | '(' | ')' | '|') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

/// The text of a pattern that means only itself.
pub(super) fn unescaped(pattern: &str) -> String {
    let mut text = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        text.push(if letter == '\\' { letters.next().unwrap_or('\\') } else { letter });
    }
    text
}

/// Whether a pattern may mean another text than its own.
pub(super) fn is_pattern(pattern: &str) -> bool {
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '*' | '?' | '[' | '(' => return true,
            '\\' => {
                letters.next();
            }
            _ => {}
        }
    }
    false
}

/// Whether the whole text is what the pattern means.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    alternatives(pattern).iter().any(|pattern| matches_one(pattern, text))
}

/// A pattern without its `@(a|b)`.
fn alternatives(pattern: &str) -> Vec<String> {
    let mut all = vec![pattern.to_owned()];
    while let Some(at) = all.iter().position(|one| one.contains("@(")).filter(|_| all.len() < MOST) {
        let one = all.remove(at);
        let Some((before, rest)) = one.split_once("@(") else { break };
        let Some((choices, behind)) = rest.split_once(')') else { break };
        all.extend(choices.split('|').map(|choice| format!("{before}{choice}{behind}")));
    }
    all
}

fn matches_one(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // Where the last star stands and what it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&'*') {
            star = Some((p, t));
            p += 1;
        } else if let Some(next) = one(&pattern, p, text.get(t).copied().unwrap_or_default()) {
            p = next;
            t += 1;
        } else if let Some((at, taken)) = star {
            star = Some((at, taken + 1));
            p = at + 1;
            t = taken + 1;
        } else {
            return false;
        }
    }
    pattern.iter().skip(p).all(|letter| *letter == '*')
}

/// Where the pattern goes on behind what matches this letter.
fn one(pattern: &[char], at: usize, letter: char) -> Option<usize> {
    match pattern.get(at)? {
        '?' => Some(at + 1),
        '\\' => (pattern.get(at + 1) == Some(&letter)).then_some(at + 2),
        '[' => {
            let negated = matches!(pattern.get(at + 1), Some('!' | '^'));
            let first = at + 1 + usize::from(negated);
            let end = (first + 1..pattern.len()).find(|at| pattern.get(*at) == Some(&']'))?;
            let set = pattern.get(first..end)?;
            let ranged = set.windows(3).any(|range| matches!(range, [low, '-', high] if (*low..=*high).contains(&letter)));
            ((ranged || set.contains(&letter)) != negated).then_some(end + 1)
        }
        other => (*other == letter).then_some(at + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_whole_texts() {
        for (pattern, text) in [("*", ""), ("a*c", "abbc"), ("?", "x"), ("[a-c]x", "bx"), ("[!a]", "b"), ("@(a|b)*", "bc"), ("\\*", "*")] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a", "ab"), ("?", ""), ("[a-c]", "d"), ("[!a]", "a"), ("@(a|b)", "c"), ("\\*", "a"), ("a*b", "ac")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
