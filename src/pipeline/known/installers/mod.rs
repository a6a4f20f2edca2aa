//! Commands that install what a lock is for, and which of them go past the lock: tables, and how they are read.

mod arguments;
mod conditions;
mod node;
#[cfg(test)]
mod node_and_python_test;
mod others;
#[cfg(test)]
mod others_test;
mod pip;
mod python;
#[cfg(test)]
mod shelf_test;

use std::collections::BTreeMap;

use super::{Words, program};
use arguments::Arguments;

/// What is known of the place where a command runs.
pub(crate) struct Setting<'a> {
    /// The variables that are set; none: set to something that is not known. An empty name stands for all that nobody knows.
    pub(crate) variables: &'a BTreeMap<String, Option<String>>,
    pub(crate) runner: Runner,
    /// What ran before in the same job or image and in the same folder, the newest last.
    pub(crate) before: &'a [Vec<Option<String>>],
    /// What runs later in the same job or image.
    pub(crate) after: &'a [Vec<Option<String>>],
    /// The folder that the command runs in; none: nobody knows.
    pub(crate) folder: Option<&'a str>,
    pub(crate) repository: Repository<'a>,
}

/// Who runs a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runner {
    /// A workflow: `CI` is set.
    Ci,
    /// The build of an image: it is not.
    Image,
}

/// What is asked of the promoted files.
#[derive(Clone, Copy)]
pub(crate) struct Repository<'a> {
    /// The lock that a command would be about.
    pub(crate) lock: &'a dyn Fn(&Sought<'_>) -> Option<Lock>,
    /// Whether a path is a lockfile.
    pub(crate) is_lock: &'a dyn Fn(&str) -> bool,
    /// The text of a promoted file.
    pub(crate) text: &'a dyn Fn(&str) -> Option<String>,
}

/// A lock as a command looks for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sought<'s> {
    /// The formats it can have.
    pub(crate) formats: &'s [&'s str],
    /// The manifests that it is made from.
    pub(crate) manifests: &'s [&'s str],
    /// The folder that the command is told of; none: nobody knows.
    pub(crate) folder: Option<&'s str>,
}

/// A lock that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lock {
    pub(crate) path: String,
    pub(crate) format: String,
}

/// A command that goes past a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Past {
    /// The path of the lock.
    pub(crate) lock: String,
    pub(crate) does: Does,
    /// The command that asks the lock.
    pub(crate) instead: String,
    /// Why it may be that the lock is asked after all.
    pub(crate) doubt: Option<&'static str>,
    /// With the other command in its place, what its tool does later in the same job is right too.
    pub(crate) settles_later: bool,
}

/// What a command does that goes past a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    /// It takes the lock as far as it fits the manifest, and resolves the rest.
    Completes,
    /// It resolves everything, whatever the lock says.
    Ignores,
    /// It makes the lock anew.
    Renews,
    /// It installs a lock that is not of its manifest with no more than a warning.
    Warns,
}

/// A program that installs.
struct Tool {
    /// Its names.
    programs: &'static [&'static str],
    formats: &'static [&'static str],
    manifests: &'static [&'static str],
    /// Options that take the next word.
    valued: &'static [&'static str],
    /// Those of them that name the folder, or a file in it.
    folders: &'static [&'static str],
    /// Options with which an earlier command has shown that the lock is of the manifest.
    proofs: &'static [&'static str],
    rows: &'static [Row],
}

/// One sort of command of a program.
struct Row {
    /// The first operands, `a|b` is either; empty: the program alone.
    command: &'static str,
    does: Does,
    /// Options that make it ask the lock, or do nothing; with `=` only with that value.
    obeys: &'static [&'static str],
    /// Variables that do the same when they are set to something true.
    variables: &'static [&'static str],
    /// Whether the row is about such a command at all.
    when: fn(&Call<'_>) -> bool,
    /// `{}` is the subcommand.
    instead: &'static str,
}

/// A command as a row sees it.
struct Call<'c> {
    arguments: Arguments<'c>,
    setting: &'c Setting<'c>,
    lock: Lock,
    /// How many of the operands name the command.
    named: usize,
}

static TOOLS: &[&Tool] = &[
    &node::NPM,
    &node::YARN,
    &node::PNPM,
    &node::BUN,
    &node::DENO,
    &python::POETRY,
    &python::PIPENV,
    &python::PDM,
    &python::UV,
    &others::CARGO,
    &others::GO,
    &others::BUNDLE,
    &others::COMPOSER,
    &others::MIX,
    &others::TERRAFORM,
    &others::NIX,
];

/// The names of all programs that are known to install something, pip aside.
pub(crate) fn programs() -> impl Iterator<Item = &'static str> {
    TOOLS.iter().flat_map(|tool| tool.programs).copied()
}

/// The names of those that ask a lock of one of these formats, or pass it by.
pub(crate) fn programs_of(is_there: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let asks = |formats: &[&str]| formats.iter().any(|format| is_there(format));
    let tools = TOOLS.iter().filter(|tool| asks(tool.formats)).flat_map(|tool| tool.programs).copied();
    tools.chain(asks(pip::FORMATS).then_some("pip")).collect()
}

/// Whether a variable bears on any of the commands.
pub(crate) fn is_asked(variable: &str) -> bool {
    let in_rows = || TOOLS.iter().flat_map(|tool| tool.rows).flat_map(|row| row.variables);
    conditions::VARIABLES.contains(&variable) || pip::VARIABLES.contains(&variable) || in_rows().any(|own| *own == variable)
}

/// Whether a command bears on those before it: it shows or keeps what they changed.
pub(crate) fn bears_on_earlier(words: &Words) -> bool {
    conditions::shows_changes(words) || conditions::keeps_changes(words)
}

/// How a command goes past a lock of the repository; none: it does not, or it installs nothing.
pub(crate) fn past(words: &Words, setting: &Setting<'_>) -> Option<Past> {
    if let Some(inner) = conditions::run_by(words) {
        return past(&inner, setting);
    }
    let past = match pip::command(words) {
        Some(arguments) => pip::past(arguments, setting),
        None => of_table(words, setting),
    }?;
    let is_checked = setting.after.iter().any(|later| conditions::shows_changes(later));
    let is_wanted = past.does == Does::Renews && setting.after.iter().any(|later| conditions::keeps_changes(later));
    (!is_checked && !is_wanted).then_some(past)
}

fn of_table(words: &Words, setting: &Setting<'_>) -> Option<Past> {
    let name = program(words)?;
    let tool = TOOLS.iter().find(|tool| tool.programs.contains(&name))?;
    let rest = words.get(1..)?;
    tool.rows.iter().find_map(|row| of_row(tool, row, (rest, setting)))
}

fn of_row(tool: &Tool, row: &'static Row, (rest, setting): (&Words, &Setting<'_>)) -> Option<Past> {
    let arguments = Arguments::of(rest, tool.valued, conditions::ends_at(tool.programs, row.command));
    let named = named(row.command, &arguments)?;
    let subcommand = arguments.operands.get(named.saturating_sub(1)).copied().unwrap_or_default();
    let instead = row.instead.replace("{}", subcommand);
    let told = tool.folders.iter().find_map(|option| arguments.value_of(option));
    let folder = match told {
        Some(Some(told)) => setting.folder.and_then(|here| conditions::joined(here, told)),
        // It is told of one that is not known.
        Some(None) => None,
        None => setting.folder.map(str::to_owned),
    };
    let sought = Sought { formats: tool.formats, manifests: tool.manifests, folder: folder.as_deref() };
    let obeys = conditions::obeys(row.obeys, &arguments);
    let set = conditions::any_set(row.variables, setting);
    if arguments.asks_for_help() || obeys || set == Some(true) {
        return None;
    }
    let lock = (setting.repository.lock)(&sought)?;
    let call = Call { arguments, setting, lock, named };
    if !(row.when)(&call) || (row.does != Does::Renews && is_proved(tool, &call)) {
        return None;
    }
    let doubt = match set {
        None => Some("a variable that would say so is not known"),
        Some(_) if call.arguments.unknown > 0 => Some("a word of it is not known"),
        Some(_) => None,
    };
    let settles_later = !tool.proofs.is_empty() && matches!(row.does, Does::Completes | Does::Warns);
    Some(Past { lock: call.lock.path, does: row.does, instead, doubt, settles_later })
}

/// How many operands name the command of a row; none: it is another.
fn named(command: &str, arguments: &Arguments<'_>) -> Option<usize> {
    if command.is_empty() {
        return (arguments.operands.is_empty() && arguments.unknown == 0).then_some(0);
    }
    let parts: Vec<&str> = command.split(' ').collect();
    let is = |(part, operand): (&&str, &&str)| part.split('|').any(|one| one == *operand);
    let all = arguments.operands.len() >= parts.len() && parts.iter().zip(&arguments.operands).all(is);
    all.then_some(parts.len())
}

/// Whether an earlier command has shown that the lock is of the manifest.
fn is_proved(tool: &Tool, call: &Call<'_>) -> bool {
    call.setting.before.iter().any(|before| {
        let is_same = program(before).is_some_and(|name| tool.programs.contains(&name));
        let arguments = Arguments::of(before.get(1..).unwrap_or_default(), tool.valued, &[]);
        let folder =
            |arguments: &Arguments<'_>| tool.folders.iter().find_map(|option| arguments.value_of(option).map(|v| v.map(str::to_owned)));
        is_same && conditions::obeys(tool.proofs, &arguments) && folder(&arguments) == folder(&call.arguments)
    })
}
