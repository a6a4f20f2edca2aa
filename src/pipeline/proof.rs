//! Whether something can happen in a run, by trying what could lead to it.
//!
//! The results of thirty jobs have 4^30 assignments. They are not written out: a question is asked with nothing assumed but the job at fault, and only
//! as long as the answer is still "it can happen" one more job is told how to end. A condition or a step that looks at the results refuses the first
//! question already, so that a sound graph costs a few questions a job; an open door is found on the first way down, where all else goes well. What
//! takes more patience than a graph is given is told as not proven.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::course::{Assumed, Follow, State, follow};
use super::event::Event;
use super::graph::Graph;
use super::steps::Unread;
use super::value::Results;

/// How many jobs are looked at for one graph, over all questions: about half a second.
const LOOKS: usize = 400_000;

/// How much may still be asked of a graph.
#[derive(Debug)]
pub(crate) struct Patience(Cell<usize>);

impl Default for Patience {
    fn default() -> Self {
        Self(Cell::new(LOOKS))
    }
}

impl Patience {
    /// Takes what one more question over so many jobs costs; false: there is none left.
    fn lasts(&self, jobs: usize) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(jobs.max(1)));
        left > 0
    }
}

/// Whether it can happen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Found {
    /// No assumption leads to it.
    Never,
    /// So.
    Like(Vec<State>),
    CannotTell(Unread),
    /// There are too many ways.
    TooMany,
}

/// What is asked for, in a run of which something is assumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Goal {
    Impossible,
    Possible,
    /// Only if what could not be read lets it.
    Unread(Unread),
}

/// The jobs of a run, what started it, and a job that ends so.
pub(crate) struct Question<'q, 'w> {
    pub(crate) graph: &'q Graph<'w>,
    pub(crate) event: &'q Event,
    pub(crate) fault: (usize, Results),
    /// The job that it is about: what comes of it has no say.
    pub(crate) goal: usize,
    /// The jobs whose results have a say, in the order of their numbers.
    pub(crate) relevant: &'q [usize],
    pub(crate) patience: &'q Patience,
}

impl Question<'_, '_> {
    /// Looks for a run in which it happens.
    pub(crate) fn search(&self, goal: &dyn Fn(&[State]) -> Goal) -> Found {
        let assumed = Assumed { event: self.event, ended: BTreeMap::from([self.fault]) };
        self.seek(assumed, goal)
    }

    fn seek(&self, assumed: Assumed<'_>, goal: &dyn Fn(&[State]) -> Goal) -> Found {
        if !self.patience.lasts(self.relevant.len()) {
            return Found::TooMany;
        }
        let Some(states) = follow(self.graph, &assumed, Follow::Towards(self.relevant, self.goal)) else { return Found::Never };
        let possible = match goal(&states) {
            Goal::Impossible => return Found::Never,
            Goal::Possible => None,
            Goal::Unread(unread) => Some(unread),
        };
        let open = |at: &&usize| states[**at].ended.word().is_none();
        let Some(next) = self.relevant.iter().find(open).copied() else {
            return possible.map_or_else(|| Found::Like(states), Found::CannotTell);
        };
        for one in states[next].ended.each() {
            let mut assumed = assumed.clone();
            assumed.ended.insert(next, one);
            match self.seek(assumed, goal) {
                Found::Never => {}
                found @ (Found::Like(_) | Found::CannotTell(_) | Found::TooMany) => return found,
            }
        }
        Found::Never
    }
}
