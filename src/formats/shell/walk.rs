//! Every command of a script, however deep it stands.

use super::{Arm, Body, Branch, Command, Item, Part, Script, Word};

/// Shows each command of a script: those within compound commands, functions and words too, a command before its parts.
pub(crate) fn commands_of<'a>(script: &'a Script, see: &mut dyn FnMut(&'a Command)) {
    script.items.iter().for_each(|item| commands_in(item, see));
}

/// The same for one item of a script.
pub(crate) fn commands_in<'a>(Item { first, rest, .. }: &'a Item, see: &mut dyn FnMut(&'a Command)) {
    let pipelines = std::iter::once(first).chain(rest.iter().map(|(_, pipeline)| pipeline));
    for command in pipelines.flat_map(|pipeline| &pipeline.commands) {
        command_and_parts(command, see);
    }
}

fn command_and_parts<'a>(command: &'a Command, see: &mut dyn FnMut(&'a Command)) {
    see(command);
    match &command.body {
        Body::Simple { assignments, words } => {
            assignments.iter().for_each(|assignment| word(&assignment.value, see));
            words.iter().for_each(|part| word(part, see));
        }
        Body::Group(script) | Body::Subshell(script) => commands_of(script, see),
        Body::If { branches, otherwise } => {
            for Branch { condition, body } in branches {
                commands_of(condition, see);
                commands_of(body, see);
            }
            otherwise.iter().for_each(|script| commands_of(script, see));
        }
        Body::While { condition, body, .. } => {
            commands_of(condition, see);
            commands_of(body, see);
        }
        Body::For { words, body, .. } => {
            words.iter().flatten().for_each(|part| word(part, see));
            commands_of(body, see);
        }
        Body::Count { header, body } => {
            word(header, see);
            commands_of(body, see);
        }
        Body::Case { subject, arms } => {
            word(subject, see);
            for Arm { patterns, body, .. } in arms {
                patterns.iter().for_each(|part| word(part, see));
                commands_of(body, see);
            }
        }
        Body::Function { body, .. } | Body::Coprocess(body) => command_and_parts(body, see),
        Body::Test(words) => words.iter().for_each(|part| word(part, see)),
        Body::Arithmetic(part) => word(part, see),
    }
    command.redirects.iter().for_each(|redirect| word(&redirect.target, see));
}

fn word<'a>(of: &'a Word, see: &mut dyn FnMut(&'a Command)) {
    scripts_in(of, &mut |script| commands_of(script, see));
}

/// Shows each script that stands in a word, the outermost ones alone.
pub(crate) fn scripts_in<'a>(word: &'a Word, see: &mut dyn FnMut(&'a Script)) {
    for part in &word.parts {
        match part {
            Part::Literal(_) | Part::Quoted(_) | Part::Expression { .. } => {}
            Part::Parameter { operator, .. } => operator.iter().for_each(|operator| scripts_in(&operator.1, see)),
            Part::Substitution { script, .. } | Part::Process(script) => see(script),
            Part::Arithmetic(inner) => scripts_in(inner, see),
            Part::List(words) => words.iter().for_each(|inner| scripts_in(inner, see)),
        }
    }
}
