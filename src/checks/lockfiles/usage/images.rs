//! What the build of an image runs.

use std::collections::BTreeMap;

use super::Seen;
use super::places::Shelf;
use super::scripts::{Before, Does, Part, Variables, judge, read};
use crate::checks::lockfiles::manifests::manifest_of;
use crate::formats::dockerfile::{self, Command, Does as Instruction, Run, Script};
use crate::formats::fault::Fault;
use crate::pipeline::installers::{Runner, is_asked};
use crate::pipeline::{invocation, reads_shell};

/// One stage as far as it was read.
#[derive(Clone, Default)]
struct Stage {
    variables: Variables,
    /// The shell is one that is not read.
    foreign: Option<String>,
    /// What installed in the stages that it is made from.
    before: Before,
}

/// Judges a Dockerfile: each of its stages by itself.
pub(super) fn of_image((path, text): (&str, &str), shelf: &Shelf<'_>) -> Result<Vec<Seen>, Fault> {
    let instructions = dockerfile::parse(text)?;
    let folder = shelf.folder_of_image(path, |path| manifest_of(path).is_some());
    let mut stages: BTreeMap<String, Stage> = BTreeMap::new();
    let (mut name, mut stage, mut parts, mut seen) = (None, Stage::default(), Vec::new(), Vec::new());
    for instruction in instructions {
        match instruction.does {
            Instruction::From { base, name: own } => {
                let (of_stage, before) = judge(&parts, (Runner::Image, stage.before.clone()), shelf);
                seen.extend(of_stage);
                parts.clear();
                stage.before = before;
                stages.extend(name.take().map(|name| (name, stage)));
                stage = stages.get(&base.to_ascii_lowercase()).cloned().unwrap_or_default();
                name = own.map(|own| own.to_ascii_lowercase());
            }
            Instruction::Set(variables) => {
                let asked = variables.into_iter().filter(|one| is_asked(&one.name));
                stage.variables.extend(asked.map(|one| (one.name, one.value)));
            }
            Instruction::Shell(words) => {
                let shell = words.first().cloned().unwrap_or_default();
                stage.foreign = (!reads_shell(Some(&shell))).then_some(shell);
            }
            Instruction::Run(run) => {
                let does = of_run(&run, instruction.line, stage.foreign.as_deref());
                parts.push(Part { does, variables: stage.variables.clone(), folder: folder.map(str::to_owned) });
            }
            Instruction::Other => {}
        }
    }
    seen.extend(judge(&parts, (Runner::Image, stage.before), shelf).0);
    Ok(seen)
}

fn of_run(run: &Run, line: usize, foreign: Option<&str>) -> Does {
    match (&run.command, foreign) {
        (Command::Exec(words), _) => Does::Runs(invocation(words, line)),
        (Command::Script(Script { text, .. }), Some(shell)) => {
            Does::Unread { line, why: format!("its shell is `{}`", crate::shown::shown(shell)), text: text.clone() }
        }
        (Command::Script(Script { text, lines }), None) => {
            let of_file = |line: usize| lines.get(line.saturating_sub(1)).or(lines.last()).copied().unwrap_or(line);
            read(text, &of_file)
        }
    }
}
