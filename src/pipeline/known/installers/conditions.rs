//! What rows ask of a command and of the place where it runs.

use super::arguments::Arguments;
use super::{Call, Runner, Setting};
use crate::pipeline::known::{Words, has_option, operands, program};

/// Variables that rows ask for by themselves.
pub(super) const VARIABLES: &[&str] = &[
    "CI",
    "YARN_ENABLE_IMMUTABLE_INSTALLS",
    "npm_config_frozen_lockfile",
    "NPM_CONFIG_FROZEN_LOCKFILE",
    "pnpm_config_frozen_lockfile",
    "GOFLAGS",
    "TF_CLI_ARGS",
    "TF_CLI_ARGS_init",
];

/// Every such command.
pub(super) fn always(_: &Call<'_>) -> bool {
    true
}

/// It names no package, so that it is about all that the manifest asks for.
pub(super) fn names_nothing(call: &Call<'_>) -> bool {
    call.arguments.operands.len() == call.named
}

/// The same, and it is about the project, not the machine.
pub(super) fn of_project(call: &Call<'_>) -> bool {
    names_nothing(call) && !is_global(call)
}

/// It is about the project, not the machine.
pub(super) fn is_local(call: &Call<'_>) -> bool {
    !is_global(call)
}

fn is_global(call: &Call<'_>) -> bool {
    ["-g", "--global", "--location=global"].into_iter().any(|option| call.arguments.has(option))
}

/// Whether one of these options is given.
pub(super) fn obeys(options: &[&str], arguments: &Arguments<'_>) -> bool {
    options.iter().any(|option| arguments.has(option))
}

/// Whether one of these variables is set to something true; none: nobody knows.
pub(super) fn any_set(names: &[&str], setting: &Setting<'_>) -> Option<bool> {
    let set: Vec<Option<bool>> = names.iter().map(|name| is_set(name, setting)).collect();
    if set.contains(&Some(true)) {
        return Some(true);
    }
    (!set.contains(&None)).then_some(false)
}

/// Whether a variable is set to something true; none: nobody knows.
pub(super) fn is_set(name: &str, setting: &Setting<'_>) -> Option<bool> {
    match setting.variables.get(name) {
        Some(value) => value.as_deref().map(is_true),
        None if setting.variables.contains_key("") => None,
        None => Some(false),
    }
}

fn is_true(value: &str) -> bool {
    !matches!(value.trim().to_ascii_lowercase().as_str(), "" | "0" | "false" | "f" | "no" | "n" | "off")
}

/// What a variable is set to, where that is known.
pub(super) fn value_of<'s>(name: &str, setting: &'s Setting<'_>) -> Option<&'s str> {
    setting.variables.get(name)?.as_deref()
}

/// Whether a tool that looks at `CI` finds it set.
pub(super) fn sees_ci(setting: &Setting<'_>) -> bool {
    match setting.variables.get("CI") {
        Some(Some(value)) => is_true(value),
        Some(None) | None => setting.runner == Runner::Ci,
    }
}

/// The text of a file beside the lock.
pub(super) fn beside(call: &Call<'_>, name: &str) -> Option<String> {
    let folder = call.lock.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    (call.setting.repository.text)(&path)
}

/// Whether a file beside the lock says something, blanks aside.
pub(super) fn says(call: &Call<'_>, name: &str, what: &str) -> bool {
    beside(call, name).is_some_and(|text| text.lines().any(|line| line.split_whitespace().collect::<String>().starts_with(what)))
}

/// A path as it is seen from a folder; none: it leads out, or is of the machine.
pub(super) fn joined(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains(['$', '~', '*', ':']) {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match part {
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    // The manifest is named in place of its folder.
    if parts.last().is_some_and(|last| last.ends_with(".toml")) {
        parts.pop();
    }
    Some(parts.join("/"))
}

/// Whether a command fails, or is there to look, when a file of the repository was changed.
pub(super) fn shows_changes(words: &Words) -> bool {
    let is_git = program(words) == Some("git");
    let first = operands(words);
    let compares = first.first().is_some_and(|command| matches!(*command, "diff" | "diff-index" | "diff-files"))
        && ["--exit-code", "--quiet"].into_iter().any(|option| has_option(words, option));
    let lists = first.first() == Some(&"status") && ["--porcelain", "--short", "-s"].into_iter().any(|option| has_option(words, option));
    is_git && (compares || lists)
}

/// Whether a command keeps what was changed: the lock was made anew to be committed.
pub(super) fn keeps_changes(words: &Words) -> bool {
    let first = operands(words).first().copied();
    match program(words) {
        Some("git") => matches!(first, Some("commit" | "push")),
        Some("gh") => first == Some("pr"),
        Some("create-pull-request" | "git-auto-commit-action" | "add-and-commit") => true,
        Some(_) | None => false,
    }
}

/// The command that a shell of Nix runs, or the package manager that corepack does; several tasks of mix come to the first that is about deps.
pub(super) fn run_by(words: &Words) -> Option<Vec<Option<String>>> {
    let word = |at: usize| words.get(at).and_then(Option::as_deref);
    match program(words)? {
        "corepack" if matches!(word(1), Some("yarn" | "pnpm" | "npm")) => Some(words.get(1..)?.to_vec()),
        "nix" if matches!(word(1), Some("develop" | "shell")) => {
            let at = words.iter().position(|word| matches!(word.as_deref(), Some("-c" | "--command")))?;
            let inner = words.get(at + 1..)?;
            // Both are judged; the shell's own lock where the command in it is of no matter.
            (!inner.is_empty() && program(inner).is_some_and(|name| super::programs().any(|own| own == name))).then(|| inner.to_vec())
        }
        "mix" if word(1) == Some("do") => {
            let task = words.iter().position(|word| word.as_deref().is_some_and(|word| word.starts_with("deps.")))?;
            let end = words.iter().skip(task).position(|word| word.as_deref().is_some_and(|word| word == "+" || word.ends_with(',')));
            let end = end.map_or(words.len(), |length| task + length + 1);
            let mut inner = vec![Some("mix".to_owned())];
            inner.extend(words.get(task..end)?.iter().filter(|word| word.as_deref() != Some("+")).cloned());
            inner.iter_mut().flatten().for_each(|word| *word = word.trim_end_matches(',').to_owned());
            Some(inner)
        }
        _ => None,
    }
}

/// Words behind which options are those of another command; an empty one: the first operand behind the row's own.
pub(super) fn ends_at(programs: &[&str], command: &str) -> &'static [&'static str] {
    match (programs.first(), command) {
        (Some(&"uv"), "run") => &[""],
        (Some(&"nix"), _) => &["-c", "--command"],
        _ => &[],
    }
}
