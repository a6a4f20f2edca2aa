//! What a script makes of failures: it is followed along all of its paths, and nothing is run.

mod aggregate;
mod arithmetic;
mod builtins;
mod compound;
mod dead;
mod expand;
mod given;
mod glob;
mod guess;
mod jq;
mod live;
mod outside;
mod partly;
mod parts;
mod passed;
mod regex;
mod run;
mod simple;
mod state;
mod strangers;
mod substitutions;
mod tags;
mod template;
mod test;

#[cfg(test)]
mod passed_test;
#[cfg(test)]
mod succeed_test;
#[cfg(test)]
mod swallowed_test;
#[cfg(test)]
mod torture_test;

use std::collections::BTreeMap;

use super::value::{Text, Value};
use crate::formats::shell::Script;
pub(crate) use dead::NeverRun;
use run::{Purpose, Runner};
use state::Status;
pub(crate) use template::Reads;

/// How the shell is started that gets a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shell {
    pub(crate) errexit: bool,
    pub(crate) pipefail: bool,
    pub(crate) language: Language,
}

/// Whose rules hold where shells differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Bash,
    Posix,
}

/// Formatters that list what is not as they would write it.
const PRINTING: [&str; 5] = ["gci", "gofmt", "gofumpt", "goimports", "golines"];

/// What is known before a script runs.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a> {
    /// Environment variables; all others are unknown.
    pub(crate) variables: &'a BTreeMap<String, Text>,
    /// What a `${{ … }}` comes to.
    pub(crate) expression: &'a dyn Fn(&str) -> Value,
}

/// Whether a script can end with 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Succeeds {
    Yes,
    No,
    /// With the reason.
    CannotTell(String),
}

/// What a command is to whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    Other,
    /// A script of the project.
    Script,
    /// A test, a linter, a gate.
    Gate,
}

/// Judges a command by its words.
pub(crate) type Weigh<'a> = &'a dyn Fn(&[Option<String>]) -> Weight;

/// What ate a failure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum How {
    /// `|| true`: what stands right of `||`.
    OrTrue(String),
    /// A later command's status won, as `errexit` is not set.
    NoErrexit,
    NotLastOfPipe,
    Background,
    /// In the background; `wait` without a number asks for no status.
    Waited,
    /// It was the question of `if`, `while` or `until`.
    Condition,
    /// `cmd && x` before the end.
    AndList,
    Negated,
    /// `echo $(cmd)`, `export X=$(cmd)`
    Substitution,
    Trap,
    ExitZero,
    /// `errexit` is without effect, as what calls it is a condition.
    Suppressed,
    Other,
}

/// A command whose failure does not fail the script.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Swallowed {
    pub(crate) line: usize,
    pub(crate) command: String,
    pub(crate) weight: Weight,
    pub(crate) how: How,
    pub(crate) how_line: usize,
}

/// A command that does not run where a question comes out so, and the script succeeds nevertheless.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PassedOver {
    pub(crate) line: usize,
    pub(crate) command: String,
    pub(crate) asked: String,
    pub(crate) asked_line: usize,
    pub(crate) about: About,
}

/// What a question is about, and which answer passes a command over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum About {
    /// A file or a tool: it is missing.
    Presence,
    /// What nothing in the script sets: the question holds.
    ValueHolds,
    /// What nothing in the script sets: the question does not hold.
    ValueDoesNot,
}

/// What was found, and why that may not be all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Followed<T> {
    pub(crate) found: Vec<T>,
    pub(crate) incomplete: Option<String>,
}

/// Whether there is a path on which the script ends with 0.
pub(crate) fn can_succeed(script: &Script, shell: Shell, given: Given<'_>) -> Succeeds {
    let mut runner = Runner::new(given, Purpose::Succeed);
    let ends = runner.script(script, shell);
    let mut good = ends.into_iter().filter(|end| end.status == Status::Zero);
    let mut unsure = None;
    if good.any(|end| end.unsure.map(|why| unsure.get_or_insert(why)).is_none()) {
        return Succeeds::Yes;
    }
    unsure.map(|why| why.to_string()).or(runner.incomplete).map_or(Succeeds::No, Succeeds::CannotTell)
}

/// The gates and scripts that may fail without the script failing.
pub(crate) fn swallowed(script: &Script, shell: Shell, given: Given<'_>, weigh: Weigh<'_>) -> Followed<Swallowed> {
    let mut runner = Runner::new(given, Purpose::Swallow(weigh));
    let mut found = Vec::new();
    for end in runner.script(script, shell).into_iter().filter(|end| end.status == Status::Zero) {
        for (command, eaten) in end.tags.failed {
            let Some(watched) = runner.watched.get(command) else { continue };
            let (how, how_line) = eaten.map_or((How::Other, watched.line), |eaten| (eaten.how, eaten.line));
            if counts(watched, &how) {
                found.push(Swallowed { line: watched.line, command: watched.shown.clone(), weight: watched.weight, how, how_line });
            }
        }
    }
    found.sort();
    found.dedup_by(|one, other| (one.line, &one.command) == (other.line, &other.command));
    Followed { found, incomplete: runner.incomplete }
}

/// Whether it matters that a failure was lost so.
fn counts(watched: &run::Watched, how: &How) -> bool {
    match how {
        // A script of the project may be a helper: something to ask, or a server that runs beside the tests.
        How::Condition | How::Background => watched.weight == Weight::Gate,
        // What such a tool has found is what it prints.
        How::Substitution | How::NotLastOfPipe => !prints_findings(&watched.shown),
        How::OrTrue(_)
        | How::NoErrexit
        | How::Waited
        | How::AndList
        | How::Negated
        | How::Trap
        | How::ExitZero
        | How::Suppressed
        | How::Other => true,
    }
}

/// `gofmt -l .`: it succeeds whatever it finds.
fn prints_findings(command: &str) -> bool {
    let mut words = command.split_whitespace();
    words.by_ref().any(|word| PRINTING.contains(&super::wrappers::base(word))) && words.any(|word| word.starts_with(['-']))
}

/// The gates that do not run where a file or a tool is missing, or a value is not what it should be.
pub(crate) fn passed_over(script: &Script, shell: Shell, given: Given<'_>, weigh: Weigh<'_>) -> Followed<PassedOver> {
    let mut runner = Runner::new(given, Purpose::PassOver(weigh));
    let ends = runner.script(script, shell);
    let good = ends.into_iter().filter(|end| end.status == Status::Zero).map(|end| end.tags).collect();
    Followed { found: passed::found(&runner, good), incomplete: runner.incomplete }
}

/// Whether a script may end with another status than 0, the failures of `echo`, `mkdir` and their like not counted; and the gates that never run.
pub(crate) fn fails_at_all(script: &Script, shell: Shell, given: Given<'_>, weigh: Weigh<'_>) -> (bool, Vec<NeverRun>) {
    let (fails, begun) = fails(script, shell, given);
    (fails, dead::never_run(script, shell, &begun, weigh))
}

fn fails(script: &Script, shell: Shell, given: Given<'_>) -> (bool, dead::Begun) {
    let mut runner = Runner::new(given, Purpose::Fail);
    let ends = runner.script(script, shell);
    (runner.incomplete.is_some() || ends.iter().any(|end| end.status != Status::Zero), runner.begun)
}
