//! A trial: gate, executed once more as its keeper, starts the runner, makes the flag, and measures to the microsecond when the runner is gone and
//! what it left behind. The keeper is the subreaper of its own trial alone, so trials can run side by side; it ends with gate, and takes its trial with it.

mod cgroup;
mod flag;
mod holder;
mod keeper;
mod order;
mod output;
mod remains;
mod watch;

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

pub(crate) use flag::{Inode, remove as remove_flag};
pub(crate) use holder::{Holder, Runner};
pub(crate) use keeper::become_keeper;
pub(crate) use order::{Ending, Facts, Form, Heartbeat, Left, Moment, Order};
pub(crate) use output::pattern;
pub(crate) use remains::{Process, boot, end};

/// The hidden first argument that makes gate the keeper of a trial.
pub(crate) const ARGUMENT: &str = "__trial";

/// The variable that marks the processes of a trial.
pub(crate) const MARK: &str = "GATE_TRIAL";

/// How many heartbeats of one trial are kept.
pub(crate) const BEATS: usize = 10_000;

/// What a keeper tells of its trial, a line each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// The runner was executed, at this moment of the system's monotonic clock, in nanoseconds.
    Started { process: Option<Process>, monotonic_ns: u64 },
    /// The flag was made.
    Flagged(Inode),
    /// The trial is over.
    Over(Facts),
}

/// Why there is no flag, in words.
fn no_flag(path: &Path, error: &io::Error) -> String {
    let path = path.display();
    if error.kind() == io::ErrorKind::AlreadyExists {
        return format!("the flag '{path}' is there already, and gate takes away nothing that it did not make");
    }
    format!("the flag '{path}' cannot be made: {error}")
}
