//! Commands whose meaning is known: those of the shell, and the tools that checks are made of.

use std::rc::Rc;

use super::How;
use super::arithmetic::Number;
use super::expand::joined;
use super::guess::{Bit, Guess};
use super::regex;
use super::run::Runner;
use super::simple::{Call, set_arguments};
use super::state::{Flow, Held, Path, Paths, Status};
use super::test::found_in;
use crate::formats::shell::parse;
use crate::pipeline::value::Truth;

/// What a command does where something is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Fails,
    /// It prints nothing.
    Prints,
}

/// Commands that ask whether something is there, and fail where it is not.
const LOOKS: [&str; 5] = ["which", "type", "hash", "ls", "command"];

impl Runner<'_> {
    /// Runs a command whose meaning is known; gives the path back where it is not.
    pub(super) fn builtin(&mut self, name: &str, call: &Call, mut path: Path) -> Result<Paths, Box<Path>> {
        let arguments = call.arguments();
        Ok(match name {
            ":" | "true" | "umask" | "alias" | "unalias" | "ulimit" | "complete" => Paths::of(path.ended(Status::Zero)),
            "false" => Paths::of(path.ended(Status::Code(1))),
            "exit" | "return" => self.leave(name, call, path),
            "break" | "continue" => Paths::of(jump(name, &arguments, path)),
            "test" | "[" => self.single_bracket(call, path),
            "echo" | "printf" => Paths::of(written(name, call, path)),
            "set" => Paths::of(self.set(call, path)),
            "shopt" => Paths::of(shopt(&arguments, path)),
            "trap" => Paths::of(self.trap(&arguments, path)),
            "unset" => {
                let variables = Rc::make_mut(&mut path.state.variables);
                arguments.iter().flatten().for_each(|name| drop(variables.insert(name.clone(), Held::Text(Guess::known("")))));
                Paths::of(path.ended(Status::Zero))
            }
            "shift" => Paths::of(shift(path)),
            "eval" => self.evaluated(call, path),
            "exec" => self.replaced(call, path),
            "wait" => self.wait(call, path),
            "read" | "mapfile" | "readarray" => self.read(name, &arguments, path),
            "let" => self.counted(call, path),
            "cat" | "tee" if call.fields.len() == 1 || name == "tee" => {
                path.state.output.clone_from(&path.state.input);
                Paths::of(path.ended(Status::Zero))
            }
            "grep" | "egrep" | "fgrep" => self.grep(name, call, path)?,
            "jq" => self.jq(call, path)?,
            "find" if !arguments.iter().flatten().any(|word| word.starts_with("-exec") || word.starts_with("-ok")) => {
                self.look(call, path, Look::Prints)
            }
            "git" if arguments.first() == Some(&Some("ls-files".to_owned())) => self.look(call, path, Look::Prints),
            _ if LOOKS.contains(&name) => self.look(call, path, Look::Fails),
            _ => return Err(Box::new(path)),
        })
    }

    /// `exit`, `return`
    fn leave(&mut self, name: &str, call: &Call, path: Path) -> Paths {
        let mut done = Paths::default();
        let mut end = |mut path: Path, status: Status| {
            path.state.status = status;
            if status == Status::Zero {
                path.tags.eat(&How::ExitZero, call.line);
            }
            if name == "exit" {
                path.exit();
            } else {
                path.state.flow = Flow::Return;
            }
            done.add(path);
        };
        match call.fields.get(1).map(|field| (field.each(), Number::of(field))) {
            None => {
                let status = self.trapped.filter(|_| name == "exit").unwrap_or(path.state.status);
                end(path, status);
            }
            Some((Some(texts), _)) => texts.iter().for_each(|text| {
                // What is no number is an error.
                let status = text.trim().parse().map_or(Status::Code(2), Status::of);
                end(path.clone(), status);
            }),
            Some((None, Number::NonZero)) => end(path, Status::Failed),
            Some((None, Number::Known(_) | Number::Unknown)) => {
                end(path.clone(), Status::Zero);
                end(path, Status::Failed);
            }
        }
        done
    }

    fn set(&mut self, call: &Call, mut path: Path) -> Path {
        let arguments = call.arguments();
        let mut at = 0;
        while let Some(argument) = arguments.get(at).and_then(Option::as_deref) {
            let on = argument.starts_with('-');
            if argument == "--" {
                set_arguments(&mut path.state, call.fields.iter().skip(at + 2).cloned().collect());
                break;
            }
            let Some(letters) = argument.strip_prefix(['-', '+']) else { break };
            if letters.contains('e') {
                path.state.errexit = on;
            }
            if letters.contains('o') {
                at += 1;
                match arguments.get(at).and_then(Option::as_deref) {
                    Some("errexit") => path.state.errexit = on,
                    Some("pipefail") => path.state.pipefail = on,
                    Some(_) | None => {}
                }
            }
            at += 1;
        }
        if arguments.get(at).is_some_and(Option::is_none) {
            self.give_up(format!("what `{}` sets is not known", call.shown));
        }
        path.ended(Status::Zero)
    }

    fn trap(&mut self, arguments: &[Option<String>], mut path: Path) -> Path {
        let behind = usize::from(arguments.first() == Some(&Some("--".to_owned())));
        let Some((action, signals)) = arguments.get(behind..).and_then(<[_]>::split_first) else { return path.ended(Status::Zero) };
        let is = |name: &[&str]| signals.iter().flatten().any(|signal| name.contains(&signal.as_str()));
        let (at_exit, at_error) = (is(&["EXIT", "0", "exit", "SIGEXIT"]), is(&["ERR", "err"]));
        if !at_exit && !at_error {
            return path.ended(Status::Zero);
        }
        let script = match action.as_deref() {
            Some("" | "-") => None,
            Some(text) => match parse(text) {
                Ok(script) => Some(Rc::new(script)),
                Err(fault) => {
                    self.give_up(format!("the trap of this script cannot be read: {fault}"));
                    None
                }
            },
            None => {
                self.give_up("what a trap runs is not known");
                None
            }
        };
        if at_exit {
            path.state.at_exit.clone_from(&script);
        }
        if at_error {
            path.state.at_error = script;
        }
        path.ended(Status::Zero)
    }

    /// `wait`, `wait $!`
    fn wait(&mut self, call: &Call, mut path: Path) -> Paths {
        let Some(last) = call.fields.last().filter(|_| call.fields.len() > 1) else {
            // It waits for all of them, and asks none how it ended.
            let eaten = path.tags.failed.values_mut().flatten().filter(|eaten| eaten.how == How::Background);
            eaten.for_each(|eaten| eaten.how = How::Waited);
            return Paths::of(path.ended(Status::Zero));
        };
        let job = last.whole().and_then(|text| text.strip_prefix('%')?.parse::<usize>().ok());
        let Some(status) = job.and_then(|job| path.state.jobs.get(job)).copied() else {
            let failed = path.state.jobs.iter().any(|status| *status != Status::Zero);
            let known = last.whole().as_deref() == Some("-n") && !failed && !path.state.jobs.is_empty();
            return if known { Paths::of(path.ended(Status::Zero)) } else { self.either(path) };
        };
        if status != Status::Zero {
            let eaten = path.tags.failed.values_mut();
            eaten
                .filter(|eaten| eaten.as_ref().is_some_and(|eaten| [How::Background, How::Waited].contains(&eaten.how)))
                .for_each(|eaten| *eaten = None);
        }
        Paths::of(path.ended(status))
    }

    /// `read name …`: a line of what is read, where that is known.
    fn read(&mut self, name: &str, arguments: &[Option<String>], mut path: Path) -> Paths {
        let names: Vec<String> = arguments.iter().flatten().filter(|word| !word.starts_with('-')).cloned().collect();
        let names = if names.is_empty() { vec!["REPLY".to_owned()] } else { names };
        let known = path.state.input.clone().filter(|input| {
            name == "read"
                && names.len() == 1
                && arguments.iter().flatten().filter(|word| word.starts_with('-')).all(|word| word == "-r")
                && input.0.iter().all(|bit| matches!(bit, Bit::Known(_) | Bit::OneOf(_)))
        });
        let Some(input) = known else {
            names.iter().for_each(|name| path.state.set(name, Held::Text(Guess::any())));
            return self.either(path);
        };
        let (line, rest, ended) = first_line(input);
        names.iter().for_each(|name| path.state.set(name, Held::Text(line.clone())));
        path.state.input = Some(rest);
        Paths::of(path.ended(Status::of_truth(ended)))
    }

    fn counted(&mut self, call: &Call, mut path: Path) -> Paths {
        let mut number = Number::Unknown;
        for field in call.fields.iter().skip(1) {
            number = self.number(field, &mut path.state);
        }
        self.known(path, number.truth())
    }

    /// `grep` over a text that is known.
    fn grep(&mut self, name: &str, call: &Call, mut path: Path) -> Result<Paths, Box<Path>> {
        let Some(question) = Grep::read(name, &call.arguments()) else { return Err(Box::new(path)) };
        let Some(input) = path.state.input.clone() else { return Err(Box::new(path)) };
        let truth = question.answer(&input);
        path.state.output = (!question.quiet).then(Guess::any);
        Ok(self.known(path, truth))
    }

    /// `ls x`, `which x`, `find …`: whether something is there.
    fn look(&mut self, call: &Call, mut path: Path, look: Look) -> Paths {
        let asks = call.fields.iter().skip(1).any(|field| !field.whole().is_some_and(|word| word.starts_with('-')));
        if !asks {
            let prints = ["ls", "find"].contains(&call.name().unwrap_or_default().as_str());
            return if prints { Paths::of(path.ended(Status::Zero)) } else { self.either(path) };
        }
        let asked = call.shown.clone();
        path.state.output = Some(Guess(vec![Bit::Found { asked: asked.clone(), line: call.line }]));
        match look {
            Look::Prints => self.either(path),
            Look::Fails => self.asked(path, asked, call.line),
        }
    }
}

/// The first line, the rest, and whether the line was ended.
fn first_line(input: Guess) -> (Guess, Guess, bool) {
    let (mut line, mut rest, mut ended) = (Guess::default(), Guess::default(), false);
    for bit in input.0 {
        match bit {
            Bit::Known(text) if !ended => match text.split_once('\n') {
                Some((before, behind)) => {
                    line.push(Bit::Known(before.to_owned()));
                    rest.push(Bit::Known(behind.to_owned()));
                    ended = true;
                }
                None => line.push(Bit::Known(text)),
            },
            Bit::Known(_) | Bit::OneOf(_) | Bit::Any | Bit::Words | Bit::NonZero | Bit::Found { .. } | Bit::Given { .. } => {
                if ended { &mut rest } else { &mut line }.push(bit);
            }
        }
    }
    (line, rest, ended)
}

fn jump(name: &str, arguments: &[Option<String>], mut path: Path) -> Path {
    let loops = arguments.first().cloned().flatten().and_then(|text| text.parse().ok()).unwrap_or(1_usize).max(1);
    path.state.flow = if name == "break" { Flow::Break(loops) } else { Flow::Continue(loops) };
    path.ended(Status::Zero)
}

/// `echo …`, `printf '%s\n' …`
fn written(name: &str, call: &Call, mut path: Path) -> Path {
    let mut fields = call.fields.get(1..).unwrap_or_default();
    let mut end = "\n";
    if name == "echo" {
        while let Some(option) =
            fields.first().and_then(Guess::whole).filter(|word| ["-n", "-e", "-E", "-ne", "-en"].contains(&word.as_str()))
        {
            end = if option.contains('n') { "" } else { end };
            fields = fields.get(1..).unwrap_or_default();
        }
        let mut text = joined(fields);
        text.append(Guess::known(end));
        path.state.output = Some(text);
        return path.ended(Status::Zero);
    }
    let format = fields.first().and_then(Guess::whole);
    let end = match format.as_deref() {
        Some("%s\\n") => "\n",
        Some("%s") => "",
        Some(_) | None => {
            path.state.output = Some(Guess::any());
            return path.ended(Status::Zero);
        }
    };
    let mut text = Guess::default();
    for field in fields.iter().skip(1) {
        text.append(field.clone());
        text.append(Guess::known(end));
    }
    path.state.output = Some(text);
    path.ended(Status::Zero)
}

fn shopt(arguments: &[Option<String>], mut path: Path) -> Path {
    let has = |word: &str| arguments.iter().flatten().any(|argument| argument == word);
    if has("inherit_errexit") {
        path.state.inherits = has("-s");
    }
    path.ended(Status::Zero)
}

fn shift(mut path: Path) -> Path {
    if let Some(Held::List(list)) = path.state.variables.get("@").cloned() {
        set_arguments(&mut path.state, list.into_iter().skip(1).collect());
    }
    path.ended(Status::Zero)
}

/// What a `grep` looks for.
struct Grep {
    expression: String,
    inverted: bool,
    ignores_case: bool,
    quiet: bool,
}

impl Grep {
    /// Nothing where it reads files or has an option that is not known here.
    fn read(name: &str, arguments: &[Option<String>]) -> Option<Self> {
        let mut patterns = Vec::new();
        let mut letters = String::new();
        let mut arguments = arguments.iter();
        let mut files = 0;
        while let Some(argument) = arguments.next() {
            match argument.as_deref()? {
                "-e" | "--regexp" => patterns.push(arguments.next()?.clone()?),
                "--quiet" | "--silent" => letters.push('q'),
                "--ignore-case" => letters.push('i'),
                "--invert-match" => letters.push('v'),
                "--extended-regexp" => letters.push('E'),
                "--fixed-strings" => letters.push('F'),
                "--" | "-" => {}
                long if long.starts_with("--") => return None,
                option if option.starts_with('-') => letters.push_str(option.get(1..)?),
                pattern if patterns.is_empty() => patterns.push(pattern.to_owned()),
                _ => files += 1,
            }
        }
        let has = |letter| letters.contains(letter);
        if files > 0 || patterns.is_empty() || !letters.chars().all(|letter| "qivEFwxcsonP".contains(letter)) {
            return None;
        }
        let one = |pattern: &String| match () {
            () if has('F') || name == "fgrep" => regex::escaped(pattern),
            () if has('E') || has('P') || name == "egrep" => pattern.clone(),
            () => regex::extended(pattern),
        };
        let all: Vec<String> = patterns.iter().map(one).collect();
        let expression = match () {
            () if has('x') => format!("^({})$", all.join("|")),
            () if has('w') => format!("(^|[^a-zA-Z0-9_])({})($|[^a-zA-Z0-9_])", all.join("|")),
            () => all.join("|"),
        };
        let lower = has('i');
        let expression = if lower { expression.to_lowercase() } else { expression };
        Some(Self { expression, inverted: has('v'), ignores_case: lower, quiet: has('q') })
    }

    fn answer(&self, input: &Guess) -> Truth {
        let Some(texts) = input.each() else {
            let plain = !self.inverted && !self.ignores_case;
            return if plain { found_in(&self.expression, input) } else { Truth::Maybe };
        };
        let Some(expression) = regex::Regex::read(&self.expression) else { return Truth::Maybe };
        let line = |line: &str| {
            let line = if self.ignores_case { line.to_lowercase() } else { line.to_owned() };
            expression.is_in(&line) != self.inverted
        };
        super::guess::truth_of(texts.iter().map(|text| text.lines().any(line)))
    }
}
