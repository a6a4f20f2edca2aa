//! The trials of one probe, held: one after the other in the project itself, or side by side in copies of it.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::probes::kill_flag::{Held, Seen, Settings, Trial, Unsure, control, judge, others};
use crate::supervise::trial::{Ending, Event, Facts, Holder, Order, Runner};

/// What is told while trials are held.
pub(super) trait Listener: Sync {
    /// A trial is about to begin.
    fn begins(&self, order: &Order, flag: &Path);
    /// A keeper told of its trial.
    fn heard(&self, order: &Order, flag: &Path, event: &Event);
    /// A trial of this mark is over: so many of so many.
    fn over(&self, held: &Held, mark: &str, done_of: (usize, usize));
}

/// Where and how trials are held.
pub(super) struct Bench<'a> {
    pub(super) settings: &'a Settings,
    pub(super) holder: &'a Holder,
    /// The root, or its copies: at least one.
    pub(super) roots: &'a [PathBuf],
    /// Tells the trials of this probe from all others of this machine.
    pub(super) mark: &'a str,
    /// What the harness adds to what it measures.
    pub(super) overhead: std::time::Duration,
    pub(super) listener: &'a dyn Listener,
}

impl Bench<'_> {
    /// Holds the control, and, where it lives, all others: in the order of their numbers.
    pub(super) fn hold_all(&self, seed: u64) -> Vec<Held> {
        let control = control(self.settings);
        let Some(first) = self.hold_each([control].into(), &self.roots[..1], &|_| {}).pop() else { return Vec::new() };
        let seen = Seen::of(&first.facts.beats_us);
        let lives = self.is_worth_going_on(&first);
        let queue: VecDeque<Trial> = if lives { others(self.settings, seed, &seen).into() } else { VecDeque::new() };
        self.listener.over(&first, &self.mark_of(&first.trial), (1, queue.len() + 1));
        let mut held = vec![first];
        let (done, of) = (AtomicUsize::new(1), queue.len() + 1);
        let over = |one: &Held| self.listener.over(one, &self.mark_of(&one.trial), (done.fetch_add(1, Ordering::SeqCst) + 1, of));
        held.extend(self.hold_each(queue, self.roots, &over));
        held.sort_by_key(|held| held.trial.number);
        held
    }

    /// A runner that ends by itself, or never begins, is asked nothing more.
    fn is_worth_going_on(&self, control: &Held) -> bool {
        let verdict = judge(self.settings, self.overhead, &control.trial, &control.facts);
        verdict.faults.is_empty() && verdict.unsure.is_none()
    }

    /// Holds trials, one at a time in each of these roots.
    fn hold_each(&self, queue: VecDeque<Trial>, roots: &[PathBuf], over: &(dyn Fn(&Held) + Sync)) -> Vec<Held> {
        let (queue, held) = (Mutex::new(queue), Mutex::new(Vec::new()));
        let ended = AtomicUsize::new(0);
        // Something of a trial is still there, or it could not be held: the next would tell no more.
        let is_lost = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for root in roots {
                scope.spawn(|| {
                    let _ended = Done(&ended);
                    while let Some(trial) = self.next(&queue).filter(|_| !is_lost.load(Ordering::SeqCst)) {
                        let one = self.hold(trial, root);
                        is_lost.fetch_or(!one.facts.all_ended || matches!(one.facts.ending, Ending::Failed(_)), Ordering::SeqCst);
                        over(&one);
                        held.lock().unwrap_or_else(PoisonError::into_inner).push(one);
                    }
                });
            }
            self.holder.hear(&|| ended.load(Ordering::SeqCst) == roots.len());
        });
        held.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next trial; none when all are held, or gate is to end.
    fn next(&self, queue: &Mutex<VecDeque<Trial>>) -> Option<Trial> {
        if self.holder.interrupted().is_some() {
            return None;
        }
        queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// Holds one trial; once more where the machine was too busy to tell.
    fn hold(&self, trial: Trial, root: &Path) -> Held {
        let facts = self.once(&trial, root);
        let verdict = judge(self.settings, self.overhead, &trial, &facts);
        if matches!(verdict.unsure, Some(Unsure::WokenLate(_))) && verdict.faults.is_empty() && self.holder.interrupted().is_none() {
            let facts = self.once(&trial, root);
            return Held { trial, facts, repeated: 1 };
        }
        Held { trial, facts, repeated: 0 }
    }

    fn once(&self, trial: &Trial, root: &Path) -> Facts {
        let command: Vec<OsString> = self.settings.command.iter().map(OsString::from).collect();
        let folder = root.join(self.settings.cwd.as_str());
        let flag = root.join(self.settings.flag.as_str());
        let runner = Runner { command: &command, folder: &folder, flag: &flag, set_env: &self.settings.set_env };
        let order = Order { mark: self.mark_of(trial), ..trial.order.clone() };
        self.listener.begins(&order, &flag);
        self.holder.hold(&order, &runner, &mut |event| self.listener.heard(&order, &flag, event))
    }

    fn mark_of(&self, trial: &Trial) -> String {
        format!("{}-{}", self.mark, trial.number)
    }
}

/// Counts when it is dropped, also by a panic: whoever waits for the count must not wait for ever.
pub(super) struct Done<'c>(pub(super) &'c AtomicUsize);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}
