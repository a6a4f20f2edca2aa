//! Lists, pipelines and subshells: what goes on behind a failure and what does not.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::dead::Begun;
use super::parts::ReadsParts;
use super::state::{Flow, Held, Path, Paths, State, Status};
use super::tags::Tags;
use super::test::Question;
use super::{Given, How, Language, Shell, Weigh, Weight};
use crate::formats::shell::{Command, Item, Join, Pipeline, Script};

/// How many commands are followed for one question, on all paths together.
const STEPS: usize = 60_000;
/// How many states may differ at one place.
const STATES: usize = 300;
/// How deep commands may stand in one another while they run, functions and nested scripts counted in.
const DEPTH: usize = 80;

/// What a script is followed for.
#[derive(Clone, Copy)]
pub(super) enum Purpose<'a> {
    /// Whether it can end with 0.
    Succeed,
    /// Whether it ends with 0 although a command failed.
    Swallow(Weigh<'a>),
    /// Whether it ends with 0 although a command did not run.
    PassOver(Weigh<'a>),
    /// Whether it ends with another status.
    Fail,
}

/// A command that the question is about.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) line: usize,
    pub(super) shown: String,
    pub(super) weight: Weight,
}

/// What stands around a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// Nothing that looks at its status.
    Nothing,
    /// Something looks at its status: `errexit` is without effect.
    Check,
}

/// A way in which the script ends.
pub(super) struct End {
    pub(super) status: Status,
    pub(super) tags: Tags,
    /// Why it is not sure that it ends so.
    pub(super) unsure: Option<Rc<str>>,
}

/// Follows a script.
pub(super) struct Runner<'a> {
    pub(super) given: Given<'a>,
    pub(super) purpose: Purpose<'a>,
    pub(super) watched: Vec<Watched>,
    pub(super) watched_numbers: HashMap<(usize, String), usize>,
    /// Each with the line that asked it first.
    pub(super) questions: Vec<Question>,
    pub(super) incomplete: Option<String>,
    /// Noted only where it is asked whether the script fails.
    pub(super) begun: Begun,
    pub(super) language: Language,
    /// The line of the command with the script in its argument, while that runs.
    pub(super) outer_line: Option<usize>,
    pub(super) calls: usize,
    pub(super) nested: usize,
    /// What stands around the command that runs.
    pub(super) around: Around,
    /// The status before the trap that runs at the end of the shell: `exit` in it keeps that.
    pub(super) trapped: Option<Status>,
    /// Whether the script reads the statuses of the parts of a pipe.
    pub(super) reads_parts: ReadsParts,
    /// The line of what stands left of `||`, while its right side runs.
    pub(super) retried: Option<usize>,
    steps: usize,
    depth: usize,
}

impl<'a> Runner<'a> {
    pub(super) fn new(given: Given<'a>, purpose: Purpose<'a>) -> Self {
        Self {
            given,
            purpose,
            watched: Vec::new(),
            watched_numbers: HashMap::new(),
            questions: Vec::new(),
            incomplete: None,
            begun: Begun::new(),
            language: Language::Bash,
            outer_line: None,
            calls: 0,
            nested: 0,
            around: Around::Nothing,
            trapped: None,
            reads_parts: ReadsParts::No,
            retried: None,
            steps: 0,
            depth: 0,
        }
    }

    /// The ways in which a script ends.
    pub(super) fn script(&mut self, script: &Script, shell: Shell) -> Vec<End> {
        self.language = shell.language;
        self.reads_parts = ReadsParts::of(script);
        let given = self.given.variables.iter();
        let variables: BTreeMap<String, Held> = given.map(|(name, text)| (name.clone(), Held::Text(self.given(name, text)))).collect();
        let state = State {
            flow: Flow::On,
            status: Status::Zero,
            errexit: shell.errexit,
            pipefail: shell.pipefail,
            inherits: shell.language == Language::Posix,
            variables: Rc::new(variables),
            functions: Rc::default(),
            at_exit: None,
            at_error: None,
            unsure: None,
            jobs: Vec::new(),
            input: None,
            output: None,
            slots: Vec::new(),
        };
        let paths = self.whole(script, Paths::of(Path { state, tags: Tags::start() }));
        let ends = self.ended(paths);
        ends.0.into_iter().map(|path| End { status: path.state.status, tags: path.tags, unsure: path.state.unsure }).collect()
    }

    /// The shell ends; what it set up for that runs.
    pub(super) fn ended(&mut self, paths: Paths) -> Paths {
        let mut ended = Paths::default();
        for mut path in paths.0 {
            let (status, trap) = (path.state.status, path.state.at_exit.take());
            if let Some(trap) = trap {
                path.state.flow = Flow::On;
                let outer = self.trapped.replace(status);
                let after = self.list(&trap, Paths::of(path), Around::Nothing);
                self.trapped = outer;
                for mut path in after.0 {
                    if path.state.flow == Flow::Exit {
                        self.turned(&mut path, status);
                    } else {
                        path.state.status = status;
                    }
                    path.exit();
                    ended.add(path);
                }
            } else {
                path.exit();
                ended.add(path);
            }
        }
        ended
    }

    /// A trap changed the status.
    fn turned(&self, path: &mut Path, before: Status) {
        if before != Status::Zero && path.succeeded() {
            path.tags.failed.values_mut().for_each(|eaten| *eaten = None);
            path.tags.eat(&How::Trap, self.outer_line.unwrap_or(1));
        }
    }

    pub(super) fn give_up(&mut self, why: impl Into<String>) {
        self.incomplete.get_or_insert_with(|| why.into());
    }

    /// Counts what is done; past the limit no path goes on.
    fn spent(&mut self, paths: &Paths) -> bool {
        self.steps += paths.0.iter().map(|path| 1 + path.tags.len() / 32).sum::<usize>();
        if self.steps > STEPS {
            self.give_up(format!("more than {STEPS} steps"));
        }
        if paths.0.len() > STATES {
            self.give_up(format!("more than {STATES} paths"));
        }
        self.steps > STEPS || paths.0.len() > STATES
    }

    pub(super) fn list(&mut self, script: &Script, paths: Paths, around: Around) -> Paths {
        let (mut live, mut done) = paths.split(Path::is_on);
        for item in &script.items {
            if live.0.is_empty() {
                break;
            }
            let (on, over) = self.item(item, live, around).split(Path::is_on);
            done.extend(over);
            live = on;
        }
        done.extend(live);
        done
    }

    pub(super) fn item(&mut self, item: &Item, paths: Paths, around: Around) -> Paths {
        if item.background {
            return self.background(item, paths);
        }
        let last = |at: usize| at == item.rest.len();
        let of = |at: usize| if last(at) { around } else { Around::Check };
        let mut paths = self.pipeline(&item.first, paths, of(0));
        let mut skipped = Paths::default();
        for (at, (join, pipeline)) in item.rest.iter().enumerate() {
            let (live, over) = paths.split(Path::is_on);
            let (mut go, stay) = live.split(|path| path.succeeded() == (*join == Join::And));
            let before: Vec<Tags> = go.0.iter().map(|path| path.tags.clone()).collect();
            if *join == Join::Or {
                let how = How::OrTrue(super::outside::shown_pipeline(pipeline));
                let line = self.line_of(pipeline);
                go.0.iter_mut().for_each(|path| path.tags.eat(&how, line));
            }
            paths = over;
            for (path, before) in go.0.into_iter().zip(before) {
                let outer = self.retried;
                self.retried = if *join == Join::Or { Some(self.line_of(&item.first)) } else { outer };
                let mut after = self.pipeline(pipeline, Paths::of(path), of(at + 1));
                self.retried = outer;
                let failed = after.0.iter_mut().filter(|path| !path.succeeded());
                failed.for_each(|path| path.tags.restore(&before));
                paths.extend(after);
            }
            skipped = stay;
            paths.extend(std::mem::take(&mut skipped));
        }
        self.passed(item, &mut paths, around);
        paths.extend(skipped);
        paths
    }

    /// What failed left of `&&` does not end the shell.
    fn passed(&self, item: &Item, paths: &mut Paths, around: Around) {
        if item.rest.is_empty() || around == Around::Check {
            return;
        }
        let line = item.rest.last().map_or(0, |(_, pipeline)| self.line_of(pipeline));
        for path in paths.0.iter_mut().filter(|path| path.is_on() && !path.succeeded() && path.state.errexit) {
            path.tags.eat(&How::AndList, line);
        }
    }

    pub(super) fn line_of(&self, pipeline: &Pipeline) -> usize {
        self.outer_line.or_else(|| pipeline.commands.first().map(|command| command.line)).unwrap_or(1)
    }

    fn background(&mut self, item: &Item, paths: Paths) -> Paths {
        let front = Item { background: false, ..item.clone() };
        let line = self.line_of(&item.first);
        let mut after = self.apart(paths, |runner, paths| runner.item(&front, paths, Around::Nothing));
        let mut joined = Paths::default();
        for mut path in after.0.drain(..) {
            path.tags.eat(&How::Background, line);
            path.state.jobs.push(path.state.status);
            joined.add(path.ended(Status::Zero));
        }
        joined
    }

    /// Runs something in a shell of its own: only its status and what it wrote come back.
    pub(super) fn apart(&mut self, paths: Paths, mut run: impl FnMut(&mut Self, Paths) -> Paths) -> Paths {
        let mut joined = Paths::default();
        for mut path in paths.0 {
            let (outer, before) = (path.state.clone(), path.tags.clone());
            path.state.at_exit = None;
            path.state.jobs = Vec::new();
            let after = run(self, Paths::of(path));
            for inner in self.left(after).0 {
                let mut path = Path { state: outer.clone(), tags: inner.tags };
                path.state.status = inner.state.status;
                path.state.output = inner.state.output;
                if matches!(self.purpose, Purpose::Succeed) {
                    path.state.unsure = path.state.unsure.or(inner.state.unsure);
                }
                if !path.succeeded() {
                    path.tags.restore(&before);
                }
                joined.add(path);
            }
        }
        joined
    }

    /// A shell within the shell ends.
    fn left(&mut self, paths: Paths) -> Paths {
        let (with_trap, without) = paths.split(|path| path.state.at_exit.is_some());
        let mut left = self.ended(with_trap);
        left.extend(without);
        left
    }

    fn pipeline(&mut self, pipeline: &Pipeline, paths: Paths, around: Around) -> Paths {
        let inner = if pipeline.negated { Around::Check } else { around };
        let line = self.line_of(pipeline);
        let (mut paths, counts) = match pipeline.commands.as_slice() {
            [command] => {
                let after = self.command(command, paths, inner);
                (self.alone(command, after), super::compound::is_checked(&command.body))
            }
            commands => (self.piped(commands, paths, inner), true),
        };
        if pipeline.negated {
            for path in paths.0.iter_mut().filter(|path| path.is_on()) {
                if around == Around::Nothing {
                    path.tags.eat(&How::Negated, line);
                }
                path.state.status = Status::of_truth(!path.succeeded());
            }
            return paths;
        }
        if around == Around::Check || !counts { paths } else { self.checked(paths) }
    }

    /// A failure here ends the shell where `errexit` is set.
    fn checked(&mut self, paths: Paths) -> Paths {
        let mut checked = Paths::default();
        for mut path in paths.0 {
            if path.is_on() && !path.succeeded() {
                let trap = path.state.at_error.clone().filter(|_| self.calls == 0);
                if let Some(trap) = trap {
                    checked.extend(self.at_error(&trap, path));
                    continue;
                }
                if path.state.errexit {
                    path.exit();
                }
            }
            checked.add(path);
        }
        checked
    }

    fn at_error(&mut self, trap: &Script, mut path: Path) -> Paths {
        let status = path.state.status;
        path.state.at_error = None;
        let mut after = Paths::default();
        for mut path in self.list(trap, Paths::of(path), Around::Nothing).0 {
            if path.state.flow == Flow::Exit {
                self.turned(&mut path, status);
            } else {
                path.state.status = status;
                path.state.at_error = Some(Rc::new(trap.clone()));
                if path.state.errexit {
                    path.exit();
                }
            }
            after.add(path);
        }
        after
    }

    /// Runs one command of any kind.
    pub(super) fn command(&mut self, command: &Command, paths: Paths, around: Around) -> Paths {
        if self.spent(&paths) {
            return Paths::default();
        }
        if self.depth >= DEPTH {
            self.give_up(format!("nested deeper than {DEPTH} while it runs"));
            return Paths::default();
        }
        self.begins(command, &paths);
        self.depth += 1;
        let outer = std::mem::replace(&mut self.around, around);
        let after = self.body(command, paths, around);
        self.around = outer;
        self.depth -= 1;
        after
    }
}
