//! What well-known commands and actions are for: which of them judge, which publish, which scan. Tables, and how they are read.

pub(crate) mod gates;
pub(crate) mod publishers;
pub(crate) mod scanners;

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

/// Whether a table has a command: a line is a program, or a program and its first operands; `a|b` is either.
fn is_in(table: &[&str], words: &Words) -> bool {
    let Some(program) = program(words) else { return false };
    let operands = operands(words);
    table.iter().any(|line| {
        let mut parts = line.split(' ');
        let is = |part: &str, word: &str| part.split('|').any(|one| one == word);
        parts.next().is_some_and(|first| is(first, program))
            && parts.enumerate().all(|(at, part)| operands.get(at).is_some_and(|word| is(part, word)))
    })
}

/// The owner, repository and folder of `uses:`, without the ref.
pub(crate) fn action_name(uses: &str) -> String {
    uses.split('@').next().unwrap_or(uses).trim_end_matches('/').to_ascii_lowercase()
}

#[cfg(test)]
pub(crate) fn words(command: &str) -> Vec<Option<String>> {
    command.split(' ').map(|word| (word != "?").then(|| word.to_owned())).collect()
}
