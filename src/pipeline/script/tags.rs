//! What a path carries for a question: whose failure it is, what ate it, and what was asked on the way.

use std::collections::{BTreeMap, BTreeSet};

use super::How;

/// What became of a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Eaten {
    pub(super) how: How,
    pub(super) line: usize,
}

/// An answer to a question: there it is, or the value is so; or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reply {
    There,
    Missing,
}

/// Which commands ran on the paths with one label: on some of them, on all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Ran {
    pub(super) some: BTreeSet<usize>,
    pub(super) all: BTreeSet<usize>,
}

/// A question by its number with its answer; none: the paths on which no question is singled out.
pub(super) type Label = Option<(usize, Reply)>;

/// What the paths to one state have in common with no other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tags {
    /// Nothing was made to fail on one of them.
    pub(super) clean: bool,
    /// The commands one of which was made to fail on each of the others, and what ate the failure, if anything did yet.
    pub(super) failed: BTreeMap<usize, Option<Eaten>>,
    pub(super) labels: BTreeMap<Label, Ran>,
}

impl Tags {
    pub(super) fn start() -> Self {
        Self { clean: true, failed: BTreeMap::new(), labels: BTreeMap::from([(None, Ran::default())]) }
    }

    /// What it costs to carry them on.
    pub(super) fn len(&self) -> usize {
        self.failed.len() + self.labels.values().map(|ran| 1 + ran.some.len() + ran.all.len()).sum::<usize>()
    }

    /// The tags of both.
    pub(super) fn join(&mut self, other: Self) {
        self.clean |= other.clean;
        for (command, eaten) in other.failed {
            let mine = self.failed.entry(command).or_insert_with(|| eaten.clone());
            if mine.is_none() {
                *mine = eaten;
            }
        }
        for (label, ran) in other.labels {
            match self.labels.get_mut(&label) {
                Some(mine) => {
                    mine.all.retain(|command| ran.all.contains(command));
                    mine.some.extend(ran.some);
                }
                None => {
                    self.labels.insert(label, ran);
                }
            }
        }
    }

    /// Whether the tags of the other say nothing new.
    pub(super) fn has(&self, other: &Self) -> bool {
        let ran = |(label, ran): (&Label, &Ran)| {
            self.labels.get(label).is_some_and(|mine| mine.some.is_superset(&ran.some) && mine.all.is_subset(&ran.all))
        };
        (self.clean || !other.clean) && other.failed.keys().all(|command| self.failed.contains_key(command)) && other.labels.iter().all(ran)
    }

    /// Notes what ate the failures that nothing ate so far.
    pub(super) fn eat(&mut self, how: &How, line: usize) {
        for eaten in self.failed.values_mut().filter(|eaten| eaten.is_none()) {
            *eaten = Some(Eaten { how: how.clone(), line });
        }
    }

    /// What was eaten since then is a failure again: the status says so.
    pub(super) fn restore(&mut self, before: &Self) {
        for (command, eaten) in &mut self.failed {
            if !matches!(before.failed.get(command), Some(Some(_))) {
                *eaten = None;
            }
        }
    }

    /// The paths on which this command is the one that fails, and the others; either may be nothing.
    pub(super) fn fork(self, command: usize) -> (Option<Self>, Option<Self>) {
        let Self { clean, mut failed, labels } = self;
        let again = failed.remove(&command);
        let fails = (clean || again.is_some()).then(|| Self {
            clean: false,
            failed: BTreeMap::from([(command, again.flatten())]),
            labels: labels.clone(),
        });
        let runs = (clean || !failed.is_empty()).then_some(Self { clean, failed, labels });
        (fails, runs)
    }

    /// A command ran.
    pub(super) fn run(&mut self, command: usize) {
        for ran in self.labels.values_mut() {
            ran.some.insert(command);
            ran.all.insert(command);
        }
    }

    /// The question was answered so; nothing where it was answered otherwise before on all of these paths.
    pub(super) fn answered(mut self, question: usize, answer: Reply) -> Option<Self> {
        let opposite = match answer {
            Reply::There => Reply::Missing,
            Reply::Missing => Reply::There,
        };
        self.labels.remove(&Some((question, opposite)));
        if let Some(ran) = self.labels.get(&None).cloned() {
            self.labels.entry(Some((question, answer))).or_insert(ran);
        }
        Some(self).filter(|tags| !tags.labels.is_empty())
    }
}
