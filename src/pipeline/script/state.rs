//! What a script has made so far of its variables, options and failures, on each of the paths through it.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::guess::{Bit, Guess};
use super::tags::Tags;
use crate::formats::shell::{Command, Script};

/// How something ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Zero,
    /// Not 0.
    Code(u8),
    /// Not 0, and which number is not known.
    Failed,
}

impl Status {
    pub(super) fn of(code: i64) -> Self {
        match u8::try_from(code.rem_euclid(256)) {
            Ok(0) => Self::Zero,
            Ok(code) => Self::Code(code),
            Err(_) => Self::Failed,
        }
    }

    pub(super) fn of_truth(truth: bool) -> Self {
        if truth { Self::Zero } else { Self::Code(1) }
    }

    pub(super) fn guess(self) -> Guess {
        match self {
            Self::Zero => Guess::known("0"),
            Self::Code(code) => Guess::known(code.to_string()),
            Self::Failed => Guess(vec![Bit::NonZero]),
        }
    }
}

/// Where a path goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// With the next command.
    On,
    /// Behind so many loops.
    Break(usize),
    /// With the next turn of the loop so far out.
    Continue(usize),
    /// Behind the call of the function.
    Return,
    /// Nowhere: the shell ends.
    Exit,
}

/// What a variable holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Held {
    Text(Guess),
    List(Vec<Guess>),
}

/// All that a shell knows at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    pub(super) flow: Flow,
    pub(super) status: Status,
    pub(super) errexit: bool,
    pub(super) pipefail: bool,
    /// Substitutions keep `errexit`.
    pub(super) inherits: bool,
    pub(super) variables: Rc<BTreeMap<String, Held>>,
    pub(super) functions: Rc<BTreeMap<String, Rc<Command>>>,
    /// What runs when the shell ends.
    pub(super) at_exit: Option<Rc<Script>>,
    /// What runs when a command fails.
    pub(super) at_error: Option<Rc<Script>>,
    /// Why it is not known what this shell does from here on, or whether it really came here.
    pub(super) unsure: Option<Rc<str>>,
    /// How what runs in the background will end, in the order of its start.
    pub(super) jobs: Vec<Status>,
    /// What the next command reads.
    pub(super) input: Option<Guess>,
    /// What the last command wrote.
    pub(super) output: Option<Guess>,
    /// What the substitutions of the command that comes wrote.
    pub(super) slots: Vec<Guess>,
}

impl State {
    pub(super) fn set(&mut self, name: &str, held: Held) {
        if self.variables.get(name) != Some(&held) {
            Rc::make_mut(&mut self.variables).insert(name.to_owned(), held);
        }
    }
}

/// A state and whose failures led to it.
#[derive(Debug, Clone)]
pub(super) struct Path {
    pub(super) state: State,
    pub(super) tags: Tags,
}

impl Path {
    pub(super) fn ended(mut self, status: Status) -> Self {
        self.state.status = status;
        self
    }

    pub(super) fn is_on(&self) -> bool {
        self.state.flow == Flow::On
    }

    pub(super) fn succeeded(&self) -> bool {
        self.state.status == Status::Zero
    }

    /// The shell ends; what it knew is of no use any more, unless something runs at its end.
    pub(super) fn exit(&mut self) {
        self.state.flow = Flow::Exit;
        self.state.output = None;
        self.state.input = None;
        self.state.slots = Vec::new();
        if self.state.at_exit.is_none() {
            self.state.variables = Rc::default();
            self.state.functions = Rc::default();
            self.state.jobs = Vec::new();
            self.state.at_error = None;
        }
    }
}

/// Paths of which no two have the same state.
#[derive(Debug, Clone, Default)]
pub(super) struct Paths(pub(super) Vec<Path>);

impl Paths {
    pub(super) fn of(path: Path) -> Self {
        Self(vec![path])
    }

    pub(super) fn add(&mut self, path: Path) {
        match self.0.iter_mut().find(|other| other.state == path.state) {
            Some(other) => other.tags.join(path.tags),
            None => self.0.push(path),
        }
    }

    pub(super) fn extend(&mut self, paths: Self) {
        paths.0.into_iter().for_each(|path| self.add(path));
    }

    /// Those that have the property, and the others.
    pub(super) fn split(self, property: impl Fn(&Path) -> bool) -> (Self, Self) {
        let (with, without) = self.0.into_iter().partition(property);
        (Self(with), Self(without))
    }
}
