//! The arguments of a command: operands and options, as far as they are known.

use crate::pipeline::known::Words;

/// The words behind the program, up to `--`.
#[derive(Debug, Default)]
pub(super) struct Arguments<'w> {
    pub(super) operands: Vec<&'w str>,
    /// Name and value; without a value where none is given or known.
    options: Vec<(&'w str, Option<&'w str>)>,
    /// How many words are not known and could be anything.
    pub(super) unknown: usize,
}

impl<'w> Arguments<'w> {
    /// Sorts the words; an option of `valued` takes the next one, and a word of `ends` is the last that counts.
    pub(super) fn of(words: &'w Words, valued: &[&str], ends: &[&str]) -> Self {
        let mut found = Self::default();
        let mut words = words.iter().map(Option::as_deref);
        while let Some(word) = words.next() {
            match word {
                None => found.unknown += 1,
                Some("--") => break,
                Some(word) if ends.contains(&word) => break,
                Some(word) if word.starts_with('-') && word.len() > 1 => match word.split_once('=') {
                    Some((name, value)) => found.options.push((name, Some(value))),
                    None if valued.contains(&word) => found.options.push((word, words.next().flatten())),
                    None => found.options.push((word, None)),
                },
                Some(word) => found.operands.push(word),
            }
            let operands_end = found.operands.last().is_some_and(|last| ends.contains(&"") && !["run", "tool"].contains(last));
            if operands_end {
                break;
            }
        }
        found
    }

    /// Whether an option is given, and not with the value `false`; one written with `=` has to have that value.
    pub(super) fn has(&self, option: &str) -> bool {
        let is_no = |value: &str| matches!(value, "false" | "0" | "no");
        match option.split_once('=') {
            Some((name, value)) => self.options.iter().any(|(own, given)| is_same(own, name) && *given == Some(value)),
            None => self.options.iter().any(|(own, given)| is_same(own, option) && !given.is_some_and(is_no)),
        }
    }

    /// The value of an option that is given; none within: it is not known.
    pub(super) fn value_of(&self, option: &str) -> Option<Option<&'w str>> {
        self.options.iter().rev().find(|(own, _)| is_same(own, option)).map(|(_, value)| *value)
    }

    /// All values of an option, also where one follows its letter at once: `-rfile`.
    pub(super) fn values(&self, long: &str, letter: &str) -> Vec<&'w str> {
        let value = |(own, value): &(&'w str, Option<&'w str>)| match *value {
            Some(value) if *own == long || *own == letter => Some(value),
            _ => own.strip_prefix(letter).filter(|rest| !rest.is_empty() && !own.starts_with("--")),
        };
        self.options.iter().filter_map(value).collect()
    }

    pub(super) fn asks_for_help(&self) -> bool {
        ["--help", "-h", "--version", "-V", "-help", "--list", "-vV"].into_iter().any(|option| self.has(option))
    }
}

/// Options of Go and Terraform have one dash or two.
fn is_same(own: &str, option: &str) -> bool {
    own == option || (!option.starts_with("--") && option.len() > 2 && own.strip_prefix('-') == Some(option))
}
