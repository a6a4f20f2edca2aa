//! Simple commands: what their words come to, and which kind of command that is.

use std::rc::Rc;

use super::How;
use super::expand::{Expanded, Shape};
use super::guess::{Bit, Guess};
use super::outside::shown_command;
use super::run::{Around, Runner};
use super::state::{Flow, Held, Path, Paths, State, Status};
use super::strangers::Reach;
use crate::formats::shell::{Assignment, Body, Command, Part, Redirect, Word};

/// How deep functions may call one another.
const CALLS: usize = 12;
/// Commands that set variables.
const DECLARATIONS: [&str; 5] = ["export", "local", "declare", "typeset", "readonly"];

/// A command as it is about to run.
pub(super) struct Call {
    /// At least one.
    pub(super) fields: Vec<Guess>,
    pub(super) line: usize,
    /// What looks at its status.
    pub(super) around: Around,
    /// What it may do to the shell.
    pub(super) reach: Reach,
    /// As written, short.
    pub(super) shown: String,
}

impl Call {
    pub(super) fn name(&self) -> Option<String> {
        self.fields.first().and_then(Guess::whole)
    }

    /// The arguments behind the name, as far as they are known.
    pub(super) fn arguments(&self) -> Vec<Option<String>> {
        self.fields.iter().skip(1).map(Guess::whole).collect()
    }
}

impl Runner<'_> {
    pub(super) fn simple(&mut self, command: &Command, paths: Paths, around: Around) -> Paths {
        let line = self.outer_line.unwrap_or(command.line);
        let Body::Simple { assignments, words } = &command.body else { return paths };
        let mut all: Vec<&Word> = assignments.iter().map(|assignment| &assignment.value).collect();
        all.extend(words);
        all.extend(command.redirects.iter().map(|redirect| &redirect.target));
        let mut done = Paths::default();
        for mut path in self.chosen(&all, paths).0 {
            self.lose(&mut path, words, line);
            let runs = all.iter().any(|word| has_substitution(word));
            let before = path.state.status;
            path.state.output = None;
            for mut path in self.substituted(&all, path).0 {
                if runs && !words.is_empty() && !path.succeeded() {
                    path.tags.eat(&How::Substitution, line);
                }
                // `$?` is that of the command before.
                let ran = std::mem::replace(&mut path.state.status, before);
                let after = match self.assigned(assignments, words.is_empty(), &mut path.state) {
                    Err(message) => Paths::of(self.unset(path, &message)),
                    Ok(()) if words.is_empty() => Paths::of(path.ended(if runs { ran } else { Status::Zero })),
                    Ok(()) => self.called(command, path, around),
                };
                for mut path in after.0 {
                    path.state.slots.clear();
                    done.add(path);
                }
            }
        }
        self.rejoined(&all, done)
    }

    /// The status of a failure is overwritten by what comes next.
    fn lose(&self, path: &mut Path, words: &[Word], line: usize) {
        if path.succeeded() {
            return;
        }
        let text = |at: usize| words.get(at).and_then(Word::plain);
        let how = match (text(0).as_deref(), text(1).as_deref()) {
            (Some("exit"), Some("0")) => How::ExitZero,
            (Some("exit" | "return"), None) if words.len() == 1 => return,
            _ if path.state.errexit => How::Suppressed,
            _ => How::NoErrexit,
        };
        path.tags.eat(&how, line);
    }

    /// Makes the assignments; those before a command hold only for it.
    fn assigned(&mut self, assignments: &[Assignment], lasting: bool, state: &mut State) -> Expanded<()> {
        for Assignment { name, append, value } in assignments {
            let held = self.held(value, state)?;
            if lasting {
                let sign = if *append { "+" } else { "" };
                keep(&format!("{name}{sign}"), held, state);
            }
        }
        Ok(())
    }

    /// A command with words, its redirections applied.
    fn called(&mut self, command: &Command, mut path: Path, around: Around) -> Paths {
        let Body::Simple { words, .. } = &command.body else { return Paths::of(path) };
        let line = self.outer_line.unwrap_or(command.line);
        let declares = words.first().and_then(Word::literal).is_some_and(|name| DECLARATIONS.contains(&name));
        if declares {
            return Paths::of(self.declared(words, path));
        }
        let fields = match self.fields(words, &mut path.state, Shape::Arguments) {
            Ok(fields) => fields,
            Err(message) => return Paths::of(self.unset(path, &message)),
        };
        if fields.is_empty() {
            return Paths::of(path.ended(Status::Zero));
        }
        let input = self.read_from(&command.redirects, &mut path.state);
        let saved = input.map(|input| path.state.input.replace(input));
        let mut after = self.dispatch(&Call { fields, line, around, reach: Reach::of(words), shown: shown_command(command) }, path);
        let elsewhere = command.redirects.iter().any(takes_output);
        for path in &mut after.0 {
            if let Some(saved) = &saved {
                path.state.input.clone_from(saved);
            }
            if elsewhere {
                path.state.output = None;
            }
        }
        after
    }

    /// `export X=…`: nothing is split, and the status is its own.
    fn declared(&mut self, words: &[Word], mut path: Path) -> Path {
        for word in words.iter().skip(1) {
            let Some(Part::Literal(start)) = word.parts.first() else {
                let _ = self.text(word, &mut path.state);
                continue;
            };
            let Some((name, rest)) = start.split_once('=') else { continue };
            let mut value = Word::default();
            if !rest.is_empty() {
                value.parts.push(Part::Literal(rest.to_owned()));
            }
            value.parts.extend(word.parts.iter().skip(1).cloned());
            match self.held(&value, &mut path.state) {
                Ok(held) => keep(name, held, &mut path.state),
                Err(message) => return self.unset(path, &message),
            }
        }
        path.ended(Status::Zero)
    }

    pub(super) fn dispatch(&mut self, call: &Call, mut path: Path) -> Paths {
        let Some(name) = call.name() else { return self.outside(call, path) };
        if let Some(body) = path.state.functions.get(&name).cloned() {
            return self.function(&body, call, path);
        }
        if ["command", "builtin"].contains(&name.as_str()) && call.arguments().first().is_some_and(|next| !is_option(next)) {
            // Functions are passed by.
            let mut inner = Call {
                fields: call.fields.iter().skip(1).cloned().collect(),
                line: call.line,
                around: call.around,
                reach: call.reach,
                shown: call.shown.clone(),
            };
            while inner.name().as_deref() == Some("command") && inner.fields.len() > 1 {
                inner.fields.remove(0);
            }
            let functions = std::mem::take(&mut path.state.functions);
            let mut after = self.dispatch(&inner, path);
            after.0.iter_mut().for_each(|path| path.state.functions = Rc::clone(&functions));
            return after;
        }
        match self.builtin(&name, call, path) {
            Ok(paths) => paths,
            Err(path) => self.outside(call, *path),
        }
    }

    fn function(&mut self, body: &Command, call: &Call, mut path: Path) -> Paths {
        if self.calls >= CALLS {
            self.give_up(format!("functions call one another deeper than {CALLS}"));
            return Paths::default();
        }
        let before = path.tags.clone();
        let names: Vec<String> = (1..10).map(|number| number.to_string()).chain(["@".to_owned(), "#".to_owned()]).collect();
        let outer: Vec<Option<Held>> = names.iter().map(|name| path.state.variables.get(name).cloned()).collect();
        set_arguments(&mut path.state, call.fields.iter().skip(1).cloned().collect());
        path.state.status = Status::Zero;
        self.calls += 1;
        let after = self.command(body, Paths::of(path), call.around);
        self.calls -= 1;
        let mut done = Paths::default();
        for mut path in after.0 {
            if path.state.flow == Flow::Return {
                path.state.flow = Flow::On;
            }
            if path.is_on() {
                names.iter().zip(&outer).for_each(|(name, held)| give_back(&mut path.state, name, held.clone()));
                path.state.output = None;
            }
            if !path.succeeded() {
                path.tags.restore(&before);
            }
            done.add(path);
        }
        done
    }
}

fn is_option(word: &Option<String>) -> bool {
    word.as_deref().is_some_and(|word| word.starts_with('-'))
}

fn give_back(state: &mut State, name: &str, held: Option<Held>) {
    match held {
        Some(held) => state.set(name, held),
        None if state.variables.contains_key(name) => {
            Rc::make_mut(&mut state.variables).remove(name);
        }
        None => {}
    }
}

/// What `$1`, `$@` and `$#` are from here on.
pub(super) fn set_arguments(state: &mut State, fields: Vec<Guess>) {
    let known = !fields.iter().any(Guess::is_many);
    let variables = Rc::make_mut(&mut state.variables);
    for number in 1..10 {
        let value = match fields.get(number - 1) {
            _ if !known => Guess::any(),
            Some(field) => field.clone(),
            None => Guess::known(""),
        };
        variables.insert(number.to_string(), Held::Text(value));
    }
    let count = if known { Guess::known(fields.len().to_string()) } else { Guess::any() };
    variables.insert("#".to_owned(), Held::Text(count));
    variables.insert("@".to_owned(), Held::List(fields));
}

pub(super) fn has_substitution(word: &Word) -> bool {
    let mut found = false;
    crate::formats::shell::scripts_in(word, &mut |_| found = true);
    found
}

/// Whether what a command writes does not go where it would go without this.
fn takes_output(redirect: &Redirect) -> bool {
    redirect.operator.contains('>') && !redirect.operator.starts_with('2')
}

/// Keeps what is assigned to a name; behind `name+` what is there stays before it.
fn keep(name: &str, held: Held, state: &mut State) {
    let (name, append) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
    let (bare, is_element) = name.split_once('[').map_or((name, false), |(bare, _)| (bare, true));
    let before = state.variables.get(bare).cloned();
    let held = match (before, held) {
        (_, held) if !append && !is_element => held,
        (Some(Held::List(mut list)), Held::List(more)) => {
            list.extend(more);
            Held::List(list)
        }
        (Some(Held::Text(mut text)), Held::Text(more)) if !is_element => {
            text.append(more);
            Held::Text(text)
        }
        (Some(_), Held::Text(_) | Held::List(_)) | (None, Held::Text(_)) => Held::Text(Guess::any()),
        (None, Held::List(_)) => Held::List(vec![Guess(vec![Bit::Words])]),
    };
    state.set(bare, held);
}
