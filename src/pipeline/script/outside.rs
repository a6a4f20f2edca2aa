//! Commands that the shell does not know: they succeed or fail, and the question says which of that counts.

use super::guess::Guess;
use super::run::{Around, Purpose, Runner, Watched};
use super::simple::Call;
use super::state::{Flow, Path, Paths, Status};
use super::tags::Tags;
use super::{How, Language, Weight};
use crate::formats::shell::{Body, Command, Part, Pipeline, Word, parse};
use crate::pipeline::value::Truth;
use crate::pipeline::wrappers::{Nested, Words, base, is_shell, layers, loses_status, nested};

/// How long a command is shown.
const SHOWN: usize = 60;
/// How deep scripts may stand in the arguments of one another.
const NESTED: usize = 4;
/// Options that a test runner gets when it is tried again, and that leave out no test that failed.
const AGAIN: [&str; 15] = [
    "--debug",
    "--failed-first",
    "--ff",
    "--last-failed",
    "--lf",
    "--onlyFailures",
    "--output-on-failure",
    "--rerun-failed",
    "--stacktrace",
    "--verbose",
    "-q",
    "-s",
    "-v",
    "-vv",
    "-x",
];
/// Commands whose failure nobody means.
const HARMLESS: [&str; 24] = [
    "echo", "printf", "cd", "pushd", "popd", "mkdir", "rm", "cat", "ls", "sleep", "touch", "cp", "mv", "chmod", "pwd", "date", "uname",
    "env", "which", "tee", "head", "tail", "sort", "whoami",
];

impl Runner<'_> {
    pub(super) fn outside(&mut self, call: &Call, path: Path) -> Paths {
        let strange = self.strange(call);
        let words: Vec<Option<String>> = call.fields.iter().map(Guess::whole).collect();
        let mut after = self.program(call, path);
        if loses_status(&words) {
            after = Self::lost(after, call.line);
        }
        match strange {
            Some(why) => self.estranged(&why, after),
            None => after,
        }
    }

    /// What failed was run by a command that succeeds all the same.
    fn lost(paths: Paths, line: usize) -> Paths {
        let mut done = Paths::default();
        for mut path in paths.0 {
            path.tags.eat(&How::Other, line);
            done.add(path.ended(Status::Zero));
        }
        done
    }

    /// What a command comes to that changes nothing in the shell.
    fn program(&mut self, call: &Call, path: Path) -> Paths {
        let words: Vec<Option<String>> = call.fields.iter().map(Guess::whole).collect();
        let layers = layers(words.clone());
        let inner = layers.last().cloned().unwrap_or_default();
        if let Some(script) = script_of(&inner, &path) {
            return self.nested(&script, call, path);
        }
        let name = inner.first().and_then(Option::as_deref).map(base).unwrap_or_default().to_owned();
        if ["test", "["].contains(&name.as_str()) && inner.len() < words.len() {
            return self.either(path);
        }
        if name == "gate" && inner.get(1).and_then(Option::as_deref) == Some("aggregate") && matches!(self.purpose, Purpose::Succeed) {
            return self.aggregated(&inner, path);
        }
        match self.purpose {
            Purpose::Succeed => self.either(path),
            Purpose::Fail if HARMLESS.contains(&name.as_str()) => Paths::of(path.ended(Status::Zero)),
            Purpose::Fail => self.either(path),
            Purpose::Swallow(weigh) | Purpose::PassOver(weigh) => {
                let weight = layers.iter().map(|words| weigh(words)).max().unwrap_or(Weight::Other);
                if weight == Weight::Other {
                    return self.either(path);
                }
                if let Some(why) = &path.state.unsure {
                    self.give_up(why.to_string());
                }
                let number = self.watch(call.line, shown_words(&words), weight);
                self.weighed(path, number)
            }
        }
    }

    /// Both ways in which an unknown command ends.
    pub(super) fn either(&mut self, path: Path) -> Paths {
        let mut done = Paths::default();
        done.add(path.clone().ended(Status::Zero));
        done.add(path.ended(Status::Failed));
        done
    }

    /// A command that the question is about.
    fn weighed(&mut self, mut path: Path, number: usize) -> Paths {
        if matches!(self.purpose, Purpose::PassOver(_)) {
            path.tags.run(number);
            return self.either(path);
        }
        let (fails, runs) = std::mem::take(&mut path.tags).fork(number);
        let mut done = Paths::default();
        let mut add = |tags: Option<Tags>, status| {
            tags.into_iter().for_each(|tags| done.add(Path { state: path.state.clone(), tags }.ended(status)));
        };
        add(runs, Status::Zero);
        add(fails, Status::Failed);
        done
    }

    fn watch(&mut self, line: usize, shown: String, weight: Weight) -> usize {
        let next = self.watched.len();
        // Tried again, it is the same command: its last run decides.
        let again = self.retried.map(|line| (line, once(&shown))).and_then(|key| self.watched_numbers.get(&key));
        let number = again.copied().unwrap_or_else(|| *self.watched_numbers.entry((line, once(&shown))).or_insert(next));
        if number == next {
            self.watched.push(Watched { line, shown, weight });
        }
        number
    }

    /// `sh -c '…'`: a script by a shell of its own.
    fn nested(&mut self, script: &Nested, call: &Call, path: Path) -> Paths {
        let (text, errexit, pipefail) = match script {
            Nested::Here(text) => (text, path.state.errexit, path.state.pipefail),
            Nested::Apart { text, errexit, pipefail } => (text, *errexit, *pipefail),
        };
        let Ok(script) = parse(text) else { return self.either(path) };
        if self.nested >= NESTED {
            self.give_up(format!("scripts in arguments of one another deeper than {NESTED}"));
            return self.either(path);
        }
        let outer = (self.outer_line.replace(call.line), self.language);
        self.language = if text.is_empty() { outer.1 } else { Language::Bash };
        self.nested += 1;
        let done = self.apart(Paths::of(path), |runner, mut paths| {
            for path in &mut paths.0 {
                path.state.errexit = errexit;
                path.state.pipefail = pipefail;
                path.state.functions = std::rc::Rc::default();
                path.state.at_error = None;
            }
            let mut after = runner.list(&script, paths, Around::Nothing);
            after.0.iter_mut().for_each(|path| path.state.output = None);
            after
        });
        self.nested -= 1;
        (self.outer_line, self.language) = outer;
        done
    }

    /// `eval`: a script by the shell that runs.
    pub(super) fn evaluated(&mut self, call: &Call, path: Path) -> Paths {
        let words: Vec<Option<String>> = call.fields.iter().map(Guess::whole).collect();
        let script = match nested(&words) {
            Some(Nested::Here(text)) => parse(&text).ok(),
            Some(Nested::Apart { .. }) | None => None,
        };
        let Some(script) = script.filter(|_| self.nested < NESTED) else { return self.outside(call, path) };
        let outer = self.outer_line.replace(call.line);
        self.nested += 1;
        let done = self.list(&script, Paths::of(path), call.around);
        self.nested -= 1;
        self.outer_line = outer;
        done
    }

    /// `exec cmd`: the shell ends with the command.
    pub(super) fn replaced(&mut self, call: &Call, path: Path) -> Paths {
        if call.fields.len() < 2 {
            return Paths::of(path.ended(Status::Zero));
        }
        let mut done = Paths::default();
        for mut path in self.outside(call, path).0 {
            path.state.at_exit = None;
            path.exit();
            path.state.flow = Flow::Exit;
            done.add(path);
        }
        done
    }

    /// A command whose status is known, or which may end either way.
    pub(super) fn known(&mut self, path: Path, truth: Truth) -> Paths {
        let mut done = Paths::default();
        self.told(path, truth, &mut done);
        done
    }
}

/// The script that a shell gets as an argument or reads.
fn script_of(words: &Words, path: &Path) -> Option<Nested> {
    if let Some(script @ Nested::Apart { .. }) = nested(words) {
        return Some(script);
    }
    let name = base(words.first()?.as_deref()?);
    let options: Option<Vec<&str>> = words.iter().skip(1).map(Option::as_deref).collect();
    let options =
        options.filter(|options| is_shell(name) && options.iter().all(|option| option.starts_with('-') && !option.ends_with('o')))?;
    let errexit = options.iter().any(|option| !option.starts_with("--") && option.contains('e'));
    let text = path.state.input.as_ref()?.whole()?;
    Some(Nested::Apart { text, errexit, pipefail: false })
}

fn shown_words(words: &Words) -> String {
    let words: Vec<&str> = words.iter().map(|word| word.as_deref().unwrap_or("…")).collect();
    short(&words.join(" "))
}

/// A command without the options with which it is tried again.
fn once(shown: &str) -> String {
    shown.split(' ').filter(|word| !AGAIN.contains(word)).collect::<Vec<_>>().join(" ")
}

/// The first line of a text, cut where it is long.
fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}

/// A pipeline as it is written, short.
pub(super) fn shown_pipeline(pipeline: &Pipeline) -> String {
    let commands: Vec<String> = pipeline.commands.iter().map(shown_command).collect();
    short(&format!("{}{}", if pipeline.negated { "! " } else { "" }, commands.join(" | ")))
}

/// A command as it is written, short.
pub(super) fn shown_command(command: &Command) -> String {
    match &command.body {
        Body::Simple { assignments, words } => {
            let assignments = assignments.iter().map(|assignment| format!("{}={}", assignment.name, shown_word(&assignment.value)));
            let words: Vec<String> = assignments.chain(words.iter().map(shown_word)).collect();
            short(&words.join(" "))
        }
        Body::Group(script) => match script.items.first() {
            Some(item) => short(&format!("{{ {}; … }}", shown_pipeline(&item.first))),
            None => "{ … }".to_owned(),
        },
        Body::Subshell(_) => "( … )".to_owned(),
        Body::If { .. } => "if …".to_owned(),
        Body::While { .. } => "while …".to_owned(),
        Body::For { .. } | Body::Count { .. } => "for …".to_owned(),
        Body::Case { .. } => "case …".to_owned(),
        Body::Function { name, .. } => format!("{name}()"),
        Body::Test(_) => "[[ … ]]".to_owned(),
        Body::Arithmetic(_) => "(( … ))".to_owned(),
        Body::Coprocess(_) => "coproc …".to_owned(),
    }
}

fn shown_word(word: &Word) -> String {
    let part = |part: &Part| match part {
        Part::Literal(text) | Part::Quoted(text) => text.clone(),
        Part::Parameter { name, operator: None, .. } => format!("${name}"),
        Part::Parameter { name, operator: Some(operator), .. } => format!("${{{name}{}…}}", operator.0),
        Part::Substitution { .. } => "$(…)".to_owned(),
        Part::Arithmetic(_) => "$((…))".to_owned(),
        Part::List(_) => "(…)".to_owned(),
        Part::Process(_) => "<(…)".to_owned(),
        Part::Expression { source, .. } => format!("${{{{ {source} }}}}"),
    };
    word.parts.iter().map(part).collect()
}
