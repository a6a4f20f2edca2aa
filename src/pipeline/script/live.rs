//! Variables that nobody reads again: paths that differ in these alone are one.

use std::collections::HashMap;
use std::rc::Rc;

use super::run::{Around, Runner};
use super::state::{Path, Paths};
use super::substitutions::expression_name;
use crate::formats::shell::{Arm, Body, Command, Part, Script, Word, commands_in};

/// Read by commands without being named.
const SILENT: &str = "NEEDS";

/// What each item of a script sets or reads, and no later one reads.
struct Last(Vec<Vec<String>>);

/// Names with the last item that reads them; none: what is there may be read anywhere.
type Names = HashMap<String, Option<usize>>;

impl Runner<'_> {
    /// A script from its first item to its last.
    ///
    /// A variable that is dropped too early is unknown from there on: that makes an answer weaker, and never wrong.
    pub(super) fn whole(&mut self, script: &Script, paths: Paths) -> Paths {
        let last = Last::of(script);
        let (mut live, mut done) = paths.split(Path::is_on);
        for (item, names) in script.items.iter().zip(&last.0) {
            if live.0.is_empty() {
                break;
            }
            let (on, over) = self.item(item, live, Around::Nothing).split(Path::is_on);
            done.extend(over);
            live = without(names, on);
        }
        done.extend(live);
        done
    }
}

fn without(names: &[String], paths: Paths) -> Paths {
    if names.is_empty() {
        return paths;
    }
    let mut fewer = Paths::default();
    for mut path in paths.0 {
        for name in names.iter().filter(|name| path.state.variables.contains_key(*name)).collect::<Vec<_>>() {
            Rc::make_mut(&mut path.state.variables).remove(name);
        }
        fewer.add(path);
    }
    fewer
}

impl Last {
    fn of(script: &Script) -> Self {
        let mut names = Names::new();
        let mut last = vec![Vec::new(); script.items.len()];
        for (at, (item, set)) in script.items.iter().zip(&mut last).enumerate() {
            let (mut own, mut hidden) = (Vec::new(), false);
            commands_in(item, &mut |command| {
                hidden |= named(command, &mut own);
                assigned(command, set);
            });
            for name in own {
                let last = names.entry(name).or_insert(Some(at));
                *last = last.filter(|_| !hidden).map(|_| at);
            }
        }
        for (at, set) in last.iter_mut().enumerate() {
            set.retain(|name| names.get(name).is_none_or(|last| last.is_some_and(|last| last < at)));
        }
        for (name, at) in names.into_iter().filter(|(name, _)| name != SILENT) {
            if let Some(list) = at.and_then(|at| last.get_mut(at)) {
                list.push(name);
            }
        }
        Self(last)
    }
}

/// The variables that a command sets.
fn assigned(command: &Command, names: &mut Vec<String>) {
    match &command.body {
        Body::Simple { assignments, .. } => names.extend(assignments.iter().map(|assignment| assignment.name.clone())),
        Body::For { name, .. } => names.push(name.clone()),
        Body::Function { .. }
        | Body::Count { .. }
        | Body::Case { .. }
        | Body::Test(_)
        | Body::Arithmetic(_)
        | Body::Group(_)
        | Body::Subshell(_)
        | Body::If { .. }
        | Body::While { .. }
        | Body::Coprocess(_) => {}
    }
}

/// All that may be read in a command in a command, its parts aside; whether it may run later or names by a text.
fn named(command: &Command, names: &mut Vec<String>) -> bool {
    let mut hidden = false;
    let mut see = |word: &Word| hidden |= in_word(word, names);
    command.redirects.iter().for_each(|redirect| see(&redirect.target));
    match &command.body {
        Body::Simple { assignments, words } => {
            assignments.iter().for_each(|assignment| see(&assignment.value));
            words.iter().for_each(&mut see);
        }
        Body::For { words, .. } => words.iter().flatten().for_each(see),
        Body::Count { header, .. } => see(header),
        Body::Case { subject, arms } => {
            see(subject);
            arms.iter().for_each(|Arm { patterns, .. }| patterns.iter().for_each(&mut see));
        }
        Body::Test(words) => words.iter().for_each(see),
        Body::Arithmetic(word) => see(word),
        Body::Function { .. } => hidden = true,
        Body::Group(_) | Body::Subshell(_) | Body::If { .. } | Body::While { .. } | Body::Coprocess(_) => {}
    }
    hidden
}

fn in_word(word: &Word, names: &mut Vec<String>) -> bool {
    let mut hidden = false;
    for part in &word.parts {
        match part {
            Part::Literal(text) | Part::Quoted(text) => {
                in_text(text, names);
                hidden |= text.contains('$');
            }
            Part::Parameter { name, operator, .. } => {
                in_text(name, names);
                hidden |= operator.iter().any(|operator| in_word(&operator.1, names));
            }
            Part::Arithmetic(inner) => hidden |= in_word(inner, names),
            Part::List(words) => words.iter().for_each(|inner| hidden |= in_word(inner, names)),
            Part::Expression { source, .. } => names.push(expression_name(source)),
            Part::Substitution { .. } | Part::Process(_) => {}
        }
    }
    hidden
}

fn in_text(text: &str, names: &mut Vec<String>) {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    names.extend(words.filter(|word| word.starts_with(|first: char| !first.is_ascii_digit())).map(str::to_owned));
}
