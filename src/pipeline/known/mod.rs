//! What well-known commands and actions are for: which of them judge, which publish, which scan. Tables, and how they are read.

pub(crate) mod gates;
pub(crate) mod installers;
pub(crate) mod publishers;
pub(crate) mod scanners;

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// A command as far as it is known.
pub(crate) type Words = [Option<String>];

/// The program, without its folder: `/usr/bin/env` is `env`.
fn program(words: &Words) -> Option<&str> {
    let first = words.first()?.as_deref()?;
    first.rsplit('/').next().map(|name| name.strip_suffix(".exe").unwrap_or(name))
}

/// The words that are no options, the program aside.
fn operands(words: &Words) -> Vec<&str> {
    words.iter().skip(1).flatten().map(String::as_str).filter(|word| !word.starts_with('-')).collect()
}

/// Whether an option is given, also as `--option=value`.
fn has_option(words: &Words, option: &str) -> bool {
    let is = |word: &str| word == option || word.strip_prefix(option).is_some_and(|rest| rest.starts_with('='));
    words.iter().skip(1).flatten().any(|word| is(word))
}

/// Whether one of the parts of a name, between signs, is one of these words: `run-smoke_test.sh` has `smoke` and `test`.
fn names_one_of(name: &str, words: &[&str]) -> bool {
    name.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| words.contains(&part.to_ascii_lowercase().as_str()))
}

/// Commands, a line each: a program, or a program and its first operands; `a|b` is either.
struct Commands {
    lines: &'static [&'static str],
    /// The operands of each program, as the lines say them.
    by_program: OnceLock<HashMap<&'static str, Vec<Vec<&'static str>>>>,
}

impl Commands {
    const fn new(lines: &'static [&'static str]) -> Self {
        Self { lines, by_program: OnceLock::new() }
    }

    fn has(&self, words: &Words) -> bool {
        let Some(program) = program(words) else { return false };
        let Some(lines) = self.by_program.get_or_init(|| self.read()).get(program) else { return false };
        let operands = operands(words);
        let fits = |line: &Vec<&str>| {
            line.iter().enumerate().all(|(at, part)| operands.get(at).is_some_and(|word| part.split('|').any(|one| one == *word)))
        };
        lines.iter().any(fits)
    }

    fn read(&self) -> HashMap<&'static str, Vec<Vec<&'static str>>> {
        let mut found: HashMap<&str, Vec<Vec<&str>>> = HashMap::new();
        for line in self.lines {
            let (programs, operands) = line.split_once(' ').unwrap_or((line, ""));
            for program in programs.split('|') {
                found.entry(program).or_default().push(operands.split_whitespace().collect());
            }
        }
        found
    }
}

/// Actions by their names; `*` at the end: all that begin so.
struct Actions {
    names: &'static [&'static str],
    read: OnceLock<(HashSet<String>, Vec<String>)>,
}

impl Actions {
    const fn new(names: &'static [&'static str]) -> Self {
        Self { names, read: OnceLock::new() }
    }

    /// Whether the table has a name, as [`action_name`] gives it.
    fn has(&self, name: &str) -> bool {
        let (whole, starts) = self.read.get_or_init(|| {
            let (starts, whole): (Vec<&str>, Vec<&str>) = self.names.iter().partition(|name| name.ends_with('*'));
            let start = |name: &str| name.trim_end_matches('*').to_ascii_lowercase();
            (whole.iter().map(|name| name.to_ascii_lowercase()).collect(), starts.into_iter().map(start).collect())
        });
        whole.contains(name) || starts.iter().any(|start| name.starts_with(start))
    }
}

/// The owner, repository and folder of `uses:`, without the ref.
pub(crate) fn action_name(uses: &str) -> String {
    uses.split('@').next().unwrap_or(uses).trim_end_matches('/').to_ascii_lowercase()
}

#[cfg(test)]
pub(crate) fn words(command: &str) -> Vec<Option<String>> {
    command.split(' ').map(|word| (word != "?").then(|| word.to_owned())).collect()
}
