//! A trial: gate, executed once more as its keeper, starts the runner, makes the flag, and measures to the microsecond when the runner is gone and
//! what it left behind. The keeper is the subreaper of its own trial alone, so trials can run side by side; it ends with gate, and takes its trial with it.

mod order;

pub(crate) use order::{Ending, Facts, Form, Heartbeat, Left, Moment, Order};

/// The variable that marks the processes of a trial.
pub(crate) const MARK: &str = "GATE_TRIAL";

/// How many heartbeats of one trial are kept.
pub(crate) const BEATS: usize = 10_000;
