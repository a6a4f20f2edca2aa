//! Commands made of commands, along all the ways through them.

use std::rc::Rc;

use super::How;
use super::expand::Shape;
use super::guess::Guess;
use super::run::{Around, Runner};
use super::state::{Flow, Held, Path, Paths, State, Status};
use crate::formats::shell::{Arm, ArmEnd, Body, Branch, Command, Part, Script, Word};
use crate::pipeline::value::Truth;

/// How many turns of a loop are followed before what differs between them counts as unknown.
const TURNS: usize = 40;
/// How many turns more it may take until nothing new happens.
const MORE_TURNS: usize = 8;

/// A loop that asks before each turn.
struct Loop<'a> {
    /// None: it may end before any turn.
    condition: Option<&'a Script>,
    until: bool,
    body: &'a Script,
    line: usize,
    around: Around,
}

/// A loop over words.
struct Each<'a> {
    name: &'a str,
    words: &'a [Word],
    body: &'a Script,
    around: Around,
}

/// `case subject in arms`
struct Case<'a> {
    subject: &'a Word,
    arms: &'a [Arm],
    around: Around,
}

impl Runner<'_> {
    pub(super) fn body(&mut self, command: &Command, paths: Paths, around: Around) -> Paths {
        if !matches!(command.body, Body::Simple { .. }) {
            let (paths, inputs) = self.redirected(command, paths);
            let after = self.compound(command, paths, around);
            return Self::input_back(after, inputs);
        }
        self.simple(command, paths, around)
    }

    /// What a compound command reads instead of what its surroundings read.
    fn redirected(&mut self, command: &Command, paths: Paths) -> (Paths, bool) {
        if command.redirects.is_empty() {
            return (paths, false);
        }
        let mut redirected = Paths::default();
        for path in paths.0 {
            let words: Vec<&Word> = command.redirects.iter().map(|redirect| &redirect.target).collect();
            for mut path in self.substituted(&words, path).0 {
                path.state.slots.clear();
                path.state.input = self.read_from(&command.redirects, &mut path.state).or(path.state.input);
                redirected.add(path);
            }
        }
        (redirected, true)
    }

    /// What it read is over, and what it wrote as a whole is not known.
    fn input_back(paths: Paths, redirected: bool) -> Paths {
        let mut back = Paths::default();
        for mut path in paths.0 {
            if redirected && path.is_on() {
                path.state.input = None;
            }
            path.state.output = None;
            back.add(path);
        }
        back
    }

    fn compound(&mut self, command: &Command, paths: Paths, around: Around) -> Paths {
        let line = self.outer_line.unwrap_or(command.line);
        match &command.body {
            Body::Simple { .. } => paths,
            Body::Group(script) => self.list(script, paths, around),
            Body::Subshell(script) => self.apart(paths, |runner, paths| runner.list(script, paths, around)),
            Body::If { branches, otherwise } => self.branches((branches, otherwise.as_ref()), paths, around),
            Body::While { until, condition, body } => {
                let of = Loop { condition: Some(condition), until: *until, body, line, around };
                self.repeat(&of, paths)
            }
            Body::For { name, words, body } => {
                let arguments = [Word { parts: vec![Part::Parameter { name: "@".to_owned(), operator: None, quoted: true }] }];
                let words = words.as_deref().unwrap_or(&arguments);
                self.each_word(&Each { name, words, body, around }, paths)
            }
            Body::Count { body, .. } => {
                let of = Loop { condition: None, until: false, body, line, around };
                self.repeat(&of, paths)
            }
            Body::Case { subject, arms } => self.case(&Case { subject, arms, around }, paths),
            Body::Function { name, body } => self.define(name, body, paths),
            Body::Test(words) => self.double_bracket(words, paths, line),
            Body::Arithmetic(word) => self.arithmetic_command(word, paths),
            Body::Coprocess(inner) => {
                let mut after = self.apart(paths, |runner, paths| runner.command(inner, paths, Around::Nothing));
                for path in &mut after.0 {
                    path.tags.eat(&How::Background, line);
                    path.state.status = Status::Zero;
                }
                after
            }
        }
    }

    fn define(&mut self, name: &str, body: &Command, mut paths: Paths) -> Paths {
        let body = Rc::new(body.clone());
        for path in &mut paths.0 {
            Rc::make_mut(&mut path.state.functions).insert(name.to_owned(), Rc::clone(&body));
            path.state.status = Status::Zero;
        }
        paths
    }

    /// Runs a condition; gives the paths on which it holds, those on which it does not, and those that are over.
    fn condition(&mut self, script: &Script, paths: Paths) -> (Paths, Paths, Paths) {
        let mut after = self.list(script, paths, Around::Check);
        let line = script.items.first().map_or(1, |item| self.line_of(&item.first));
        after.0.iter_mut().filter(|path| path.is_on()).for_each(|path| path.tags.eat(&How::Condition, line));
        let (live, over) = after.split(Path::is_on);
        let (holds, fails) = live.split(Path::succeeded);
        (holds, fails, over)
    }

    fn branches(&mut self, of: (&[Branch], Option<&Script>), paths: Paths, around: Around) -> Paths {
        let (branches, otherwise) = of;
        let mut done = Paths::default();
        let mut asking = paths;
        for Branch { condition, body } in branches {
            let (holds, fails, over) = self.condition(condition, asking);
            done.extend(over);
            if !holds.0.is_empty() {
                done.extend(self.list(body, holds, around));
            }
            asking = fails;
        }
        match otherwise {
            Some(script) if !asking.0.is_empty() => done.extend(self.list(script, asking, around)),
            Some(_) => {}
            None => asking.0.into_iter().for_each(|path| done.add(path.ended(Status::Zero))),
        }
        done
    }

    /// Turn after turn until nothing new happens.
    fn repeat(&mut self, of: &Loop<'_>, paths: Paths) -> Paths {
        let mut done = Paths::default();
        let mut seen = Paths::default();
        let entry: Vec<State> = paths.0.iter().map(|path| path.state.clone()).collect();
        let mut next = Paths::default();
        paths.0.into_iter().for_each(|path| next.add(path.ended(Status::Zero)));
        for turn in 0..TURNS + MORE_TURNS {
            let mut fresh = Paths::default();
            for mut path in next.0 {
                if turn >= TURNS {
                    blur(&mut path.state, &entry);
                }
                let known = seen.0.iter().any(|other| other.state == path.state && other.tags.has(&path.tags));
                if !known {
                    seen.add(path.clone());
                    fresh.add(path);
                }
            }
            if fresh.0.is_empty() {
                return done;
            }
            next = self.turn(of, fresh, &mut done);
        }
        self.give_up(format!("the loop of line {} never comes to rest", of.line));
        done
    }

    /// One turn: the paths that come to the next one; those that leave are done.
    fn turn(&mut self, of: &Loop<'_>, paths: Paths, done: &mut Paths) -> Paths {
        let enter = match of.condition {
            Some(condition) => {
                let before: Vec<Status> = paths.0.iter().map(|path| path.state.status).collect();
                let last = before.first().copied().unwrap_or(Status::Zero);
                let (holds, fails, over) = self.condition(condition, paths);
                let (enter, leave) = if of.until { (fails, holds) } else { (holds, fails) };
                leave.0.into_iter().for_each(|path| done.add(path.ended(last)));
                over.0.into_iter().for_each(|path| leave_loop(path, done, None));
                enter
            }
            None => {
                done.extend(paths.clone());
                paths
            }
        };
        let mut next = Paths::default();
        if !enter.0.is_empty() {
            let after = self.list(of.body, enter, of.around);
            after.0.into_iter().for_each(|path| leave_loop(path, done, Some(&mut next)));
        }
        next
    }

    /// `for name in words`
    fn each_word(&mut self, of: &Each<'_>, paths: Paths) -> Paths {
        let mut done = Paths::default();
        for path in paths.0 {
            let all: Vec<&Word> = of.words.iter().collect();
            for mut path in self.substituted(&all, path).0 {
                match self.fields(of.words, &mut path.state, Shape::Patterns) {
                    Err(message) => done.add(self.unset(path, &message)),
                    Ok(fields) => done.extend(self.turns(of, &fields, path)),
                }
            }
        }
        done
    }

    fn turns(&mut self, of: &Each<'_>, fields: &[Guess], mut path: Path) -> Paths {
        path.state.slots.clear();
        let mut done = Paths::default();
        let mut next = Paths::of(path.ended(Status::Zero));
        for field in fields {
            if next.0.is_empty() {
                break;
            }
            let many = field.is_many();
            next.0.iter_mut().for_each(|path| path.state.set(of.name, Held::Text(field.clone().kept().unnamed())));
            if many {
                let any = Loop { condition: None, until: false, body: of.body, line: 0, around: of.around };
                let (on, over) = self.repeat(&any, next).split(Path::is_on);
                done.extend(over);
                next = on;
                continue;
            }
            let mut after = Paths::default();
            for path in self.list(of.body, next, of.around).0 {
                leave_loop(path, &mut done, Some(&mut after));
            }
            next = after;
        }
        done.extend(next);
        done
    }

    fn case(&mut self, of: &Case<'_>, paths: Paths) -> Paths {
        let mut words = vec![of.subject];
        words.extend(of.arms.iter().flat_map(|arm| &arm.patterns));
        let mut done = Paths::default();
        for path in self.chosen(&words, paths).0 {
            for mut path in self.substituted(&words, path).0 {
                match self.text(of.subject, &mut path.state) {
                    Err(message) => done.add(self.unset(path, &message)),
                    Ok(text) => done.extend(self.arms(of, &text, path)),
                }
            }
        }
        done
    }

    fn arms(&mut self, of: &Case<'_>, text: &Guess, path: Path) -> Paths {
        let mut done = Paths::default();
        let mut asking = Paths::of(path);
        let mut falling = Paths::default();
        for arm in of.arms {
            let mut matched = falling;
            let mut others = Paths::default();
            for mut path in asking.0 {
                let truth = self.any_pattern(text, &arm.patterns, &mut path);
                if truth != Truth::No {
                    matched.add(path.clone().ended(Status::Zero));
                }
                if truth != Truth::Yes {
                    others.add(path);
                }
            }
            matched.0.iter_mut().for_each(|path| path.state.slots.clear());
            let after = if matched.0.is_empty() { matched } else { self.list(&arm.body, matched, of.around) };
            let (on, over) = after.split(Path::is_on);
            done.extend(over);
            falling = Paths::default();
            match arm.end {
                ArmEnd::Leave => done.extend(on),
                ArmEnd::FallThrough => falling = on,
                ArmEnd::TryNext => others.extend(on),
            }
            asking = others;
        }
        asking.0.iter_mut().for_each(|path| path.state.slots.clear());
        done.extend(falling);
        asking.0.into_iter().for_each(|path| done.add(path.ended(Status::Zero)));
        done
    }

    fn any_pattern(&mut self, text: &Guess, patterns: &[Word], path: &mut Path) -> Truth {
        let mut any = Truth::No;
        for pattern in patterns {
            match self.matches(text, pattern, &mut path.state) {
                Truth::Yes => return Truth::Yes,
                Truth::Maybe => any = Truth::Maybe,
                Truth::No => {}
            }
        }
        any
    }
}

/// Where a path goes at the end of a turn: on, to the next one, or out.
fn leave_loop(mut path: Path, done: &mut Paths, next: Option<&mut Paths>) {
    match path.state.flow {
        Flow::On | Flow::Continue(1) => {
            path.state.flow = Flow::On;
            next.unwrap_or(done).add(path);
        }
        Flow::Break(1) => {
            path.state.flow = Flow::On;
            done.add(path);
        }
        Flow::Break(loops) => {
            path.state.flow = Flow::Break(loops - 1);
            done.add(path);
        }
        Flow::Continue(loops) => {
            path.state.flow = Flow::Continue(loops - 1);
            done.add(path);
        }
        Flow::Return | Flow::Exit => done.add(path),
    }
}

/// What the turns of a loop change is unknown.
fn blur(state: &mut State, entry: &[State]) {
    let Some(entry) = entry.first() else { return };
    let changed = state.variables.iter().filter(|(name, held)| entry.variables.get(*name) != Some(held));
    let names: Vec<String> = changed.map(|(name, _)| name.clone()).collect();
    for name in names {
        state.set(&name, Held::Text(Guess::any()));
    }
    state.jobs.clear();
    state.output = None;
}

/// Whether `errexit` looks at the status of such a command itself, not only at what stands in it.
pub(super) fn is_checked(body: &Body) -> bool {
    match body {
        Body::Simple { .. } | Body::Subshell(_) | Body::Test(_) | Body::Arithmetic(_) => true,
        Body::Group(_)
        | Body::If { .. }
        | Body::While { .. }
        | Body::For { .. }
        | Body::Count { .. }
        | Body::Case { .. }
        | Body::Function { .. }
        | Body::Coprocess(_) => false,
    }
}
