//! What well-known commands and actions are for: which of them judge, which publish, which scan. Tables, and how they are read.

pub(crate) mod gates;
pub(crate) mod installers;
pub(crate) mod publishers;
pub(crate) mod scanners;
pub(crate) mod shells;

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// A command as far as it is known.
pub(crate) type Words = [Option<String>];

/// The program, without its folder and its version: `/usr/bin/env` is `env`, `wrangler@3` is `wrangler`. A package with an owner keeps it.
fn program(words: &Words) -> Option<&str> {
    let first = words.first()?.as_deref()?;
    if first.starts_with('@') {
        let version = first.get(1..).and_then(|rest| rest.find('@')).map(|at| at + 1);
        return first.get(..version.unwrap_or(first.len()));
    }
    let name = first.rsplit('/').next().unwrap_or(first);
    let name = name.find('@').filter(|at| *at > 0).and_then(|at| name.get(..at)).unwrap_or(name);
    Some(name.strip_suffix(".exe").or_else(|| name.strip_suffix(".cmd")).unwrap_or(name))
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

/// A command taken apart.
#[derive(Debug, Clone, Copy)]
struct Call<'w> {
    program: &'w str,
    /// It is a module that Python runs.
    is_module: bool,
    /// What stands behind the program.
    rest: &'w Words,
}

impl<'w> Call<'w> {
    /// `python -m x` is `x`; `python setup.py` is the program `setup.py`, and `manage.py` likewise.
    fn of(words: &'w Words) -> Option<Self> {
        let program = program(words)?;
        let rest = words.get(1..)?;
        if is_python(program) {
            let module = rest.iter().position(|word| word.as_deref() == Some("-m"));
            let before = module.and_then(|at| rest.get(..at)).unwrap_or_default();
            let is_option = |(at, word): (usize, &Option<String>)| {
                word.as_deref().is_some_and(|word| word.starts_with('-'))
                    || at > 0 && before.get(at - 1).and_then(Option::as_deref).is_some_and(|word| ["-W", "-X"].contains(&word))
            };
            if let Some(at) = module.filter(|_| before.iter().enumerate().all(is_option)) {
                let program = rest.get(at + 1)?.as_deref()?;
                return Some(Self { program, is_module: true, rest: rest.get(at + 2..)? });
            }
            let own = |word: &str| ["setup.py", "manage.py"].into_iter().find(|file| word.rsplit('/').next() == Some(*file));
            if let Some((at, program)) = rest.iter().enumerate().find_map(|(at, word)| Some((at, own(word.as_deref()?)?))) {
                return Some(Self { program, is_module: false, rest: rest.get(at + 1..)? });
            }
        }
        if program == "git" {
            return Some(Self { program, is_module: false, rest: behind_globals(rest) });
        }
        let is_channel = |word: &Option<String>| word.as_deref().is_some_and(|word| ["alpha", "beta"].contains(&word));
        let channel = usize::from(program == "gcloud" && rest.first().is_some_and(is_channel));
        Some(Self { program, is_module: false, rest: rest.get(channel..)? })
    }

    fn operands(&self) -> Vec<&'w str> {
        self.rest.iter().flatten().map(String::as_str).filter(|word| !word.starts_with('-')).collect()
    }

    fn has(&self, option: &str) -> bool {
        let is = |word: &str| word == option || word.strip_prefix(option).is_some_and(|rest| rest.starts_with('='));
        self.rest.iter().flatten().any(|word| is(word))
    }

    /// The value of an option that is given and known.
    fn value_of(&self, options: &[&str]) -> Option<&'w str> {
        self.rest.iter().enumerate().find_map(|(at, word)| {
            let word = word.as_deref()?;
            if options.contains(&word) {
                return self.rest.get(at + 1)?.as_deref();
            }
            word.split_once('=').filter(|(name, _)| options.contains(name)).map(|(_, value)| value)
        })
    }

    /// Whether its first operands are these.
    fn begins(&self, parts: &[&str]) -> bool {
        begins(self.rest, parts, After::Operand)
    }
}

/// `git -C push status`: the words behind the options that stand before the verb.
fn behind_globals(mut words: &Words) -> &Words {
    const VALUED: &[&str] = &["-C", "-c", "--attr-source", "--config-env", "--git-dir", "--namespace", "--super-prefix", "--work-tree"];
    while let Some((Some(option), rest)) = words.split_first()
        && option.starts_with('-')
    {
        words = if VALUED.contains(&option.as_str()) { rest.get(1..).unwrap_or_default() } else { rest };
    }
    words
}

fn is_python(program: &str) -> bool {
    let version = program.strip_prefix("python").or_else(|| program.strip_prefix("pypy"));
    version.is_some_and(|version| version.chars().all(|c| c.is_ascii_digit() || c == '.')) || program == "py"
}

/// What stands before a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    Operand,
    /// An option that may take the word as its value.
    Option,
}

/// Options that take no value in any program that has them.
const BARE: &[&str] = &[
    "--",
    "--debug",
    "--frozen",
    "--json",
    "--locked",
    "--offline",
    "--quiet",
    "--recursive",
    "--silent",
    "--verbose",
    "--yes",
    "-B",
    "-q",
    "-r",
    "-y",
];

fn after(option: &str) -> After {
    if option.contains('=') || option.starts_with("--no-") || BARE.contains(&option) { After::Operand } else { After::Option }
}

/// Whether the first operands are these; `a|b` is either, `*` anything. An operand is passed over only where it may be the value of the option
/// before it, or is not known before it runs.
fn begins(words: &Words, parts: &[&str], mut before: After) -> bool {
    let Some((part, others)) = parts.split_first() else { return true };
    for (at, word) in words.iter().enumerate() {
        let rest = words.get(at + 1..).unwrap_or_default();
        match word.as_deref() {
            None if *part == "*" => return begins(rest, others, After::Operand),
            None => before = After::Option,
            Some(word) if word.starts_with('-') => before = after(word),
            Some(word) => {
                let is_part = *part == "*" || part.split('|').any(|one| one == word);
                if is_part && begins(rest, others, After::Operand) {
                    return true;
                }
                if before == After::Operand {
                    return false;
                }
                before = After::Operand;
            }
        }
    }
    false
}

/// The words that may be the first operand: those behind options that may take them, up to one that is no value.
fn candidates(words: &Words) -> Vec<&str> {
    let mut found = Vec::new();
    let mut before = After::Operand;
    for word in words {
        match word.as_deref() {
            None => before = After::Option,
            Some(word) if word.starts_with('-') => before = after(word),
            Some(word) => {
                found.push(word);
                if before == After::Operand {
                    break;
                }
                before = After::Operand;
            }
        }
    }
    found
}

/// What stands behind the first operand, where that is one of these.
fn behind<'w>(words: &'w Words, first: &[&str]) -> Option<&'w Words> {
    let mut before = After::Operand;
    for (at, word) in words.iter().enumerate() {
        match word.as_deref() {
            None => before = After::Option,
            Some(word) if word.starts_with('-') => before = after(word),
            Some(word) if first.contains(&word) => return words.get(at + 1..),
            Some(_) if before == After::Operand => return None,
            Some(_) => before = After::Operand,
        }
    }
    None
}

/// Whether one of the parts of a name, between signs, is one of these words: `run-smoke_test.sh` has `smoke` and `test`.
fn names_one_of(name: &str, words: &[&str]) -> bool {
    name.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| words.iter().any(|word| part.eq_ignore_ascii_case(word)))
}

/// Programs that run targets by name.
const RUNNERS: &[&str] =
    &["doit", "gmake", "inv", "invoke", "just", "lerna", "mage", "make", "mise", "moon", "nx", "rake", "scons", "task", "turbo"];

/// Programs that run scripts of a manifest by name.
const MANIFESTS: &[&str] = &["bun", "cargo", "composer", "deno", "hatch", "npm", "pdm", "pnpm", "poe", "rye", "yarn"];

/// Programs that run a file, and the options that give them a text in its place.
const INTERPRETERS: &[(&str, &[&str])] = &[
    ("Rscript", &["-e"]),
    ("bash", &["-c"]),
    ("dash", &["-c"]),
    ("julia", &["-e"]),
    ("ksh", &["-c"]),
    ("lua", &["-e"]),
    ("node", &["-e", "-p", "--eval"]),
    ("perl", &["-e", "-E"]),
    ("php", &["-r"]),
    ("powershell", &["-Command", "-c"]),
    ("pwsh", &["-Command", "-c"]),
    ("pypy3", &["-c"]),
    ("python", &["-c"]),
    ("python3", &["-c"]),
    ("ruby", &["-e"]),
    ("sh", &["-c"]),
    ("ts-node", &["-e"]),
    ("tsx", &["-e"]),
    ("zsh", &["-c"]),
];

/// The files that an interpreter may be told to run; none: it is no interpreter, or is given a text.
fn files_run<'w>(call: &Call<'w>) -> Option<Vec<&'w str>> {
    let name = if is_python(call.program) { "python" } else { call.program };
    let (_, texts) = INTERPRETERS.iter().find(|(own, _)| *own == name && !call.is_module)?;
    Some(if texts.iter().any(|option| call.has(option)) { Vec::new() } else { candidates(call.rest) })
}

/// The targets that a runner is given: operands that set nothing and are not the value of an option that names a folder or a file.
fn targets<'w>(call: &Call<'w>) -> Vec<&'w str> {
    const VALUED: &[&str] = &["-C", "-I", "-W", "-d", "-f", "-j", "-o", "--cwd", "--dir", "--directory", "--file", "--justfile"];
    let given = |at: usize| at.checked_sub(1).and_then(|at| call.rest.get(at)).and_then(Option::as_deref);
    let mut found: Vec<&str> = Vec::new();
    for (at, word) in call.rest.iter().enumerate() {
        let Some(word) = word.as_deref() else { continue };
        if let Some((_, target)) = word.split_once('=').filter(|(name, _)| ["--target", "--targets", "-t"].contains(name)) {
            found.push(target);
        } else if !word.starts_with('-') && !word.contains('=') && !given(at).is_some_and(|option| VALUED.contains(&option)) {
            found.push(word);
        }
    }
    found
}

/// Commands, a line each: a program, or a program and its first operands; `a|b` in the last of them is either, `*` anything.
struct Commands {
    families: &'static [&'static [&'static str]],
    /// The operands of each program, as the lines say them.
    by_program: OnceLock<HashMap<&'static str, Vec<Vec<&'static str>>>>,
}

impl Commands {
    const fn new(families: &'static [&'static [&'static str]]) -> Self {
        Self { families, by_program: OnceLock::new() }
    }

    fn has(&self, words: &Words) -> bool {
        Call::of(words).is_some_and(|call| self.has_call(&call))
    }

    fn has_call(&self, call: &Call<'_>) -> bool {
        let by_program = self.by_program.get_or_init(|| self.read());
        let with_dashes = || by_program.get(call.is_module.then(|| call.program.replace('_', "-"))?.as_str());
        let lines = by_program.get(call.program).or_else(with_dashes);
        lines.is_some_and(|lines| lines.iter().any(|parts| call.begins(parts)))
    }

    fn read(&self) -> HashMap<&'static str, Vec<Vec<&'static str>>> {
        let mut found: HashMap<&str, Vec<Vec<&str>>> = HashMap::new();
        for line in self.families.iter().copied().flatten() {
            let (program, operands) = line.split_once(' ').unwrap_or((line, ""));
            found.entry(program).or_default().push(operands.split_whitespace().collect());
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
mod table_test;

#[cfg(test)]
pub(crate) fn words(command: &str) -> Vec<Option<String>> {
    command.split(' ').map(|word| (word != "?").then(|| word.to_owned())).collect()
}
