//! The commands of scripts in the order in which they stand, each with what ran before it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::Seen;
use super::places::Shelf;
use crate::formats::shell::{self, Script};
use crate::pipeline::installers::{self, Past, Runner, Setting, bears_on_earlier, is_asked, programs};
use crate::pipeline::{Invocation, invocations, spoken};

/// Variables: without a value where that is not known; an empty name stands for all that nobody knows.
pub(super) type Variables = BTreeMap<String, Option<String>>;

/// A script or a command of a job, in its place.
pub(super) struct Part {
    pub(super) does: Does,
    pub(super) variables: Variables,
    /// None: nobody knows.
    pub(super) folder: Option<String>,
}

/// What a part does.
pub(super) enum Does {
    /// The commands of a script, their lines already those of the file.
    Runs(Vec<Invocation>),
    /// Nobody can read it: the line of the file, why, and the text.
    Unread { line: usize, why: String, text: String },
}

/// The commands of a script, with the lines of the file that `line_of` gives; or why it is not read.
pub(super) fn read(text: &str, line_of: &dyn Fn(usize) -> usize) -> Does {
    match shell::parse(text) {
        Ok(script) => Does::Runs(commands(&script, line_of)),
        Err(fault) => Does::Unread { line: line_of(fault.line), why: fault.message, text: text.to_owned() },
    }
}

fn commands(script: &Script, line_of: &dyn Fn(usize) -> usize) -> Vec<Invocation> {
    let mut found = invocations(script);
    found.iter_mut().for_each(|one| one.line = line_of(one.line));
    found
}

/// What installed so far, by folder.
pub(super) type Before = Rc<BTreeMap<Option<String>, Vec<Vec<Option<String>>>>>;

/// Judges the parts of a job or an image, one after the other; says what installed in the end, with what did before.
pub(super) fn judge(parts: &[Part], (runner, before): (Runner, Before), shelf: &Shelf<'_>) -> (Vec<Seen>, Before) {
    let (numbers, after) = after(parts);
    let mut course =
        Course { runner, shelf, before, numbers, after, told: Variables::new(), settled: BTreeSet::new(), at: 0, seen: Vec::new() };
    for part in parts {
        match &part.does {
            Does::Runs(runs) => course.follow(part, runs),
            Does::Unread { line, why, text } => {
                let found = suspected(text, shelf).into_iter().take(1);
                course.seen.extend(found.map(|(command, past)| Seen::Unread { line: *line, why: why.clone(), command, past }));
            }
        }
    }
    (course.seen, course.before)
}

/// How far the commands of a job were followed.
struct Course<'c> {
    runner: Runner,
    shelf: &'c Shelf<'c>,
    before: Before,
    /// The commands to come that bear on what was installed, and their numbers.
    numbers: Vec<usize>,
    after: Vec<Vec<Option<String>>>,
    /// What the steps before set for those that follow.
    told: Variables,
    /// Locks and the sort of command of which the first was told, where that is enough.
    settled: BTreeSet<(String, String)>,
    /// The number of the command.
    at: usize,
    seen: Vec<Seen>,
}

/// So many commands before and after one are looked at.
const AROUND: usize = 100;

/// Every command that bears on those before it; of a command that stands twice the last.
fn after(parts: &[Part]) -> (Vec<usize>, Vec<Vec<Option<String>>>) {
    let runs = parts.iter().flat_map(|part| match &part.does {
        Does::Runs(runs) => runs.as_slice(),
        Does::Unread { .. } => &[],
    });
    let all: Vec<(usize, &Invocation)> = runs.enumerate().filter(|(_, one)| bears_on_earlier(&one.words)).collect();
    let mut kept: Vec<(usize, &Invocation)> = Vec::new();
    for (at, one) in all.into_iter().rev() {
        if kept.len() < AROUND && !kept.iter().any(|(_, other)| other.words == one.words) {
            kept.push((at, one));
        }
    }
    kept.reverse();
    kept.into_iter().map(|(at, one)| (at, one.words.clone())).unzip()
}

impl Course<'_> {
    fn follow(&mut self, part: &Part, runs: &[Invocation]) {
        let moves = |one: &Invocation| matches!(one.words.first(), Some(Some(word)) if word == "cd" || word == "pushd");
        let folder = part.folder.as_deref().filter(|_| !runs.iter().any(moves));
        // What a step or a RUN exports ends with it.
        let mut exported = self.told.clone();
        for one in runs {
            self.at += 1;
            self.export(one, &mut exported);
            if !is_installer(&one.words) {
                continue;
            }
            let mut variables = part.variables.clone();
            variables.extend(exported.iter().map(|(name, value)| (name.clone(), value.clone())));
            variables.extend(one.variables.iter().filter(|(name, _)| is_asked(name)).cloned());
            self.judge((one, folder), &variables);
        }
    }

    fn judge(&mut self, (one, folder): (&Invocation, Option<&str>), variables: &Variables) {
        let key = folder.map(str::to_owned);
        let before = self.before.get(&key).map_or(&[][..], Vec::as_slice);
        let after = self.after.get(self.numbers.partition_point(|at| *at < self.at)..).unwrap_or_default();
        let past = self.shelf.ask(|repository| {
            let setting = Setting { variables, runner: self.runner, before, after, folder, repository };
            installers::past(&one.words, &setting)
        });
        if before.len() < AROUND && !before.contains(&one.words) {
            Rc::make_mut(&mut self.before).entry(key).or_default().push(one.words.clone());
        }
        let Some(past) = past else { return };
        let program = one.words.first().cloned().flatten().unwrap_or_default();
        if !past.settles_later || past.doubt.is_some() || self.settled.insert((program, past.lock.clone())) {
            self.seen.push(Seen::Past { line: one.line, command: spoken(&one.words), past });
        }
    }

    /// `export A=b`, and what `echo A=b >> $GITHUB_ENV` sets for the steps to come.
    fn export(&mut self, one: &Invocation, exported: &mut Variables) {
        let name = one.words.first().and_then(Option::as_deref);
        let is_export = name == Some("export");
        if !is_export && !matches!(name, Some("echo" | "printf")) {
            return;
        }
        let pairs = one.words.iter().skip(1).flatten().filter_map(|word| word.split_once('='));
        for (name, value) in pairs.filter(|(name, _)| is_asked(name)) {
            if is_export {
                exported.insert(name.to_owned(), Some(value.to_owned()));
            } else {
                // It may only be shown: so nobody knows.
                self.told.insert(name.to_owned(), None);
            }
        }
    }
}

fn is_installer(words: &[Option<String>]) -> bool {
    let name = words.first().and_then(Option::as_deref).map(|name| name.rsplit('/').next().unwrap_or(name));
    name.is_some_and(|name| {
        let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        programs().any(|own| own == name) || matches!(plain, "pip" | "python" | "corepack" | "pip-sync")
    })
}

/// The commands of a text that is not read, line by line, that would go past a lock if this were a script of a shell.
pub(super) fn suspected(text: &str, shelf: &Shelf<'_>) -> Vec<(String, Past)> {
    let lines = text.lines().filter(|line| programs().any(|name| line.contains(name))).take(AROUND);
    let commands = lines.flat_map(|line| line.split([';', '|', '&', '(', ')', '{', '}']));
    commands.filter_map(|command| suspect(&words_of(command), shelf)).collect()
}

fn words_of(command: &str) -> Vec<Option<String>> {
    let plain = |word: &str| word.trim_matches(['"', '\'', ',', '`', '[', ']']).to_owned();
    command.split_whitespace().take(AROUND).map(|word| Some(plain(word)).filter(|word| !word.contains(['$', '%']))).collect()
}

fn suspect(words: &[Option<String>], shelf: &Shelf<'_>) -> Option<(String, Past)> {
    let variables = Variables::new();
    let starts = (0..words.len()).filter_map(|at| words.get(at..)).filter(|rest| is_installer(rest));
    starts.into_iter().find_map(|rest| {
        let past = shelf.ask(|repository| {
            let setting = Setting { variables: &variables, runner: Runner::Ci, before: &[], after: &[], folder: None, repository };
            installers::past(rest, &setting)
        });
        past.map(|past| (spoken(rest), past))
    })
}
