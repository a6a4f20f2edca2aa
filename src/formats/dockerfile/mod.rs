//! Dockerfiles (Containerfiles): instructions with their lines, as BuildKit reads them. Nothing is expanded and nothing is run.

mod lines;
#[cfg(test)]
mod read_test;
mod variables;

use super::fault::Fault;
use super::json;
use lines::{Logical, Source};

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Instruction {
    /// Where it begins, from 1.
    pub(crate) line: usize,
    pub(crate) does: Does,
}

/// What an instruction does, as far as it bears on what is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Does {
    /// A stage begins: from what, and what it is called.
    From {
        base: String,
        name: Option<String>,
    },
    Run(Run),
    /// `ENV`, and `ARG` with a default.
    Set(Vec<Variable>),
    /// The shell that runs what follows.
    Shell(Vec<String>),
    Other,
}

/// `RUN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    /// `--mount=…`, `--network=…`, as they stand.
    pub(crate) flags: Vec<String>,
    pub(crate) command: Command,
}

/// What is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// By the shell.
    Script(Script),
    /// The program and its arguments.
    Exec(Vec<String>),
}

/// A script within the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Script {
    pub(crate) text: String,
    /// The line of the file on which each line of the script stands; never empty.
    pub(crate) lines: Vec<usize>,
}

/// A variable of the build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) name: String,
    /// None: another variable is in it.
    pub(crate) value: Option<String>,
}

/// Whether a file is a Dockerfile by its name.
pub(crate) fn is_one(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let whole = matches!(name, "Dockerfile" | "Containerfile");
    let suffixed = name.strip_prefix("Dockerfile.").or_else(|| name.strip_prefix("Containerfile."));
    whole || suffixed.is_some_and(|rest| rest != "dockerignore") || name.ends_with(".Dockerfile") || name.ends_with(".dockerfile")
}

/// Reads a file whole; the fault says which line is no instruction, or which text within it is not closed.
pub(crate) fn parse(text: &str) -> Result<Vec<Instruction>, Fault> {
    let mut source = Source::new(text);
    let mut instructions = Vec::new();
    while let Some(logical) = source.logical() {
        instructions.push(instruction(&logical, &mut source)?);
    }
    if instructions.is_empty() {
        return Err(Fault::on(1, "there is no instruction"));
    }
    Ok(instructions)
}

/// Words of a Dockerfile that say nothing of what is run.
const OTHERS: &[&str] =
    &["ADD", "CMD", "COPY", "ENTRYPOINT", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"];

fn instruction(logical: &Logical<'_>, source: &mut Source<'_>) -> Result<Instruction, Fault> {
    let line = logical.line();
    let joined = logical.joined();
    let (mut keyword, mut skipped) = word_of(&joined);
    // What a later build runs is run too.
    if keyword == "ONBUILD" {
        let (inner, more) = word_of(&joined[skipped..]);
        (keyword, skipped) = (inner, skipped + more);
    }
    let rest = &joined[skipped..];
    let does = match keyword.as_str() {
        "FROM" => from(rest),
        "RUN" => Does::Run(run(logical, skipped, source)?),
        "ENV" => Does::Set(variables::pairs(rest, source.escape())),
        "ARG" => Does::Set(variables::arguments(rest, source.escape())),
        "SHELL" => Does::Shell(words_of_json(rest).ok_or_else(|| Fault::on(line, "SHELL has no list of words in JSON"))?),
        "ADD" | "COPY" => {
            source.documents(&joined, line)?;
            Does::Other
        }
        other if OTHERS.contains(&other) => Does::Other,
        _ => return Err(Fault::on(line, "it begins with no instruction of a Dockerfile")),
    };
    Ok(Instruction { line, does })
}

/// The first word in capitals, and where what follows it begins.
fn word_of(text: &str) -> (String, usize) {
    let start = text.len() - text.trim_start().len();
    let end = text[start..].find(char::is_whitespace).map_or(text.len(), |at| start + at);
    let rest = text[end..].len() - text[end..].trim_start().len();
    (text[start..end].to_ascii_uppercase(), end + rest)
}

fn from(rest: &str) -> Does {
    let mut words = rest.split_whitespace().filter(|word| !word.starts_with("--"));
    let base = words.next().unwrap_or_default().to_owned();
    let name = words.next().filter(|word| word.eq_ignore_ascii_case("as")).and_then(|_| words.next());
    Does::From { base, name: name.map(str::to_owned) }
}

fn run(logical: &Logical<'_>, mut skipped: usize, source: &mut Source<'_>) -> Result<Run, Fault> {
    let joined = logical.joined();
    let mut flags = Vec::new();
    while joined[skipped..].starts_with("--") {
        let rest = &joined[skipped..];
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        flags.push(rest[..end].to_owned());
        skipped += rest.len() - rest[end..].trim_start().len();
    }
    let rest = &joined[skipped..];
    if let Some(words) = words_of_json(rest) {
        return Ok(Run { flags, command: Command::Exec(words) });
    }
    let documents = source.documents(rest, logical.line())?;
    let script = match documents.as_slice() {
        // The document alone is the script.
        [document] if document.is_all_of(rest) => Script { text: document.text(), lines: document.lines() },
        _ => {
            let mut script = logical.script(skipped);
            for document in &documents {
                document.add_to(&mut script);
            }
            script
        }
    };
    Ok(Run { flags, command: Command::Script(script) })
}

/// The words of a list in JSON; none: it is something else, and the shell gets it.
fn words_of_json(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    if !text.starts_with('[') {
        return None;
    }
    let value = json::parse(text).ok()?;
    value.as_array()?.iter().map(|word| word.as_str().map(str::to_owned)).collect()
}
