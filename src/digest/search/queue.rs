//! What there is to do in a search, and how threads share it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::world::{Name, OpenFolder, RelPath};

/// A folder on the way: where it lies, and what its files are called.
#[derive(Clone)]
pub(super) struct At {
    pub(super) real: RelPath,
    /// The beginning of its files' names: empty, or with a `/` at its end.
    pub(super) prefix: String,
    /// The real folders that links on the way led into.
    pub(super) through: Arc<[RelPath]>,
    /// The other repository that it belongs to.
    pub(super) repository: Option<Arc<str>>,
    /// A project of gate's own: its `.gate` is part of nothing.
    pub(super) is_project: bool,
    /// The folder above that a glob names itself: all that is in it is meant, and must be matched.
    pub(super) named: Option<Arc<str>>,
}

/// An open folder that several threads may hold.
pub(super) type Opened<'f> = Arc<dyn OpenFolder<'f> + 'f>;

/// A piece of work.
pub(super) enum Work<'f> {
    /// A folder by its path: where the search begins, and what links lead to.
    Path(At),
    /// A folder by its name in an open one.
    Below(At, Opened<'f>, Vec<u8>),
    /// Some of the names of a folder that has very many.
    Names(Arc<At>, Opened<'f>, Vec<Name>),
    /// A file that was named.
    Listed(At, RelPath),
    /// A file that is hashed when no folder is left.
    Large(Large),
}

pub(super) struct Large {
    pub(super) folder: RelPath,
    pub(super) name: Vec<u8>,
    pub(super) path: String,
    pub(super) size: u64,
}

/// How many folders are entered through links: links to links can lead to ever more.
const LINKED: usize = 10_000;

/// The work that any thread may take.
#[derive(Default)]
pub(super) struct Queue<'f> {
    state: Mutex<State<'f>>,
    changed: Condvar,
    /// How many threads wait for work.
    pub(super) idle: AtomicUsize,
}

#[derive(Default)]
struct State<'f> {
    /// The newest first, so that a deep tree is not held whole.
    stack: Vec<Work<'f>>,
    /// Biggest first, once no folder is left.
    large: VecDeque<Large>,
    sorted: bool,
    busy: usize,
    linked: usize,
}

impl<'f> Queue<'f> {
    fn lock(&self) -> MutexGuard<'_, State<'f>> {
        // A thread that panicked is told of by its join.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn share(&self, work: impl IntoIterator<Item = Work<'f>>) {
        self.lock().stack.extend(work);
        self.changed.notify_all();
    }

    pub(super) fn share_large(&self, large: Large) {
        self.lock().large.push_back(large);
    }

    /// Whether one more folder may be entered through a link.
    pub(super) fn may_enter_link(&self) -> bool {
        let mut state = self.lock();
        state.linked += 1;
        state.linked <= LINKED
    }

    /// The next piece; waits while others may still make more. `None`: all is done.
    pub(super) fn take(&self) -> Option<Work<'f>> {
        let mut state = self.lock();
        loop {
            if let Some(work) = state.stack.pop() {
                state.busy += 1;
                return Some(work);
            }
            if state.busy == 0 && !state.sorted {
                state.sorted = true;
                state.large.make_contiguous().sort_by_key(|l| std::cmp::Reverse(l.size));
                self.changed.notify_all();
            }
            if state.sorted {
                return state.large.pop_front().map(Work::Large);
            }
            self.idle.fetch_add(1, Ordering::Relaxed);
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            self.idle.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn done(&self) {
        let mut state = self.lock();
        state.busy -= 1;
        if state.busy == 0 {
            self.changed.notify_all();
        }
    }
}

/// Says "done" however its work ends.
pub(super) struct Busy<'q, 'f>(pub(super) &'q Queue<'f>);

impl Drop for Busy<'_, '_> {
    fn drop(&mut self) {
        self.0.done();
    }
}
