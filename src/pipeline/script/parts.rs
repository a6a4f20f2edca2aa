//! Pipes: what each part comes to, and `PIPESTATUS` in a script that asks for it.

use super::How;
use super::guess::Guess;
use super::run::{Around, Runner};
use super::state::{Held, Path, Paths, Status};
use crate::formats::shell::{Body, Command, Part, Script, Word, commands_of};

const NAME: &str = "PIPESTATUS";

/// Whether a script reads the statuses of the parts of a pipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadsParts {
    Yes,
    No,
}

impl ReadsParts {
    pub(super) fn of(script: &Script) -> Self {
        let mut reads = Self::No;
        let mut see = |word: &Word| {
            if mentions(word) {
                reads = Self::Yes;
            }
        };
        commands_of(script, &mut |command| match &command.body {
            Body::Simple { assignments, words } => {
                assignments.iter().for_each(|one| see(&one.value));
                words.iter().for_each(&mut see);
            }
            Body::Test(words) => words.iter().for_each(&mut see),
            Body::Arithmetic(word) | Body::Case { subject: word, .. } => see(word),
            Body::For { words, .. } => words.iter().flatten().for_each(&mut see),
            Body::Count { .. }
            | Body::Function { .. }
            | Body::Group(_)
            | Body::Subshell(_)
            | Body::If { .. }
            | Body::While { .. }
            | Body::Coprocess(_) => {}
        });
        reads
    }
}

fn mentions(word: &Word) -> bool {
    word.parts.iter().any(|part| match part {
        Part::Parameter { name, operator, .. } => {
            name.split('[').next() == Some(NAME) || operator.as_ref().is_some_and(|operator| mentions(&operator.1))
        }
        Part::Arithmetic(inner) => mentions(inner),
        Part::List(words) => words.iter().any(mentions),
        Part::Literal(text) | Part::Quoted(text) => text.contains(NAME),
        Part::Substitution { .. } | Part::Process(_) | Part::Expression { .. } => false,
    })
}

impl Runner<'_> {
    /// Each command of a pipeline in a shell of its own.
    pub(super) fn piped(&mut self, commands: &[Command], paths: Paths, around: Around) -> Paths {
        let mut joined = Paths::default();
        for path in paths.0 {
            let outer = path.state.clone();
            let mut running = Paths::of(path);
            for (at, command) in commands.iter().enumerate() {
                let is_last = at + 1 == commands.len();
                let mut next = Paths::default();
                for mut path in running.0 {
                    let before = if at == 0 { Status::Zero } else { path.state.status };
                    path.state.status = outer.status;
                    path.state.input = if at == 0 { outer.input.clone() } else { path.state.output.take() };
                    for mut path in self.apart(Paths::of(path), |runner, paths| runner.command(command, paths, around)).0 {
                        self.part(at, &mut path);
                        if !is_last && !path.state.pipefail {
                            let line = self.outer_line.unwrap_or(command.line);
                            path.tags.eat(&How::NotLastOfPipe, line);
                            path.state.status = Status::Zero;
                        } else if path.succeeded() && path.state.pipefail {
                            path.state.status = before;
                        }
                        next.add(path);
                    }
                }
                running = next;
            }
            for mut path in running.0 {
                path.state.input.clone_from(&outer.input);
                joined.add(path);
            }
        }
        joined
    }

    /// A part of a pipe ended, before anything is made of its status.
    pub(super) fn part(&self, number: usize, path: &mut Path) {
        if self.reads_parts == ReadsParts::No {
            return;
        }
        let mut parts = match path.state.variables.get(NAME) {
            Some(Held::List(parts)) if number > 0 => parts.clone(),
            Some(Held::List(_) | Held::Text(_)) | None => Vec::new(),
        };
        parts.resize(number, Guess::any());
        parts.push(path.state.status.guess());
        path.state.set(NAME, Held::List(parts));
    }

    /// A command that is a pipe by itself. What one that is made of others leaves is not followed.
    pub(super) fn alone(&self, command: &Command, paths: Paths) -> Paths {
        if self.reads_parts == ReadsParts::No {
            return paths;
        }
        let mut noted = Paths::default();
        for mut path in paths.0 {
            if path.is_on() {
                match &command.body {
                    Body::Simple { .. } | Body::Test(_) | Body::Arithmetic(_) => self.part(0, &mut path),
                    Body::Subshell(_)
                    | Body::Group(_)
                    | Body::If { .. }
                    | Body::While { .. }
                    | Body::For { .. }
                    | Body::Count { .. }
                    | Body::Case { .. }
                    | Body::Function { .. }
                    | Body::Coprocess(_) => path.state.set(NAME, Held::Text(Guess::any())),
                }
            }
            noted.add(path);
        }
        noted
    }
}
