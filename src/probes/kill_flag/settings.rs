//! What is asked of a runner: every part there, none contradicting another.

use std::time::Duration;

use crate::supervise::trial::Heartbeat;
use crate::world::RelPath;

/// The runner and the promise that it is held to.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The program and its arguments; never empty.
    pub(crate) command: Vec<String>,
    /// Below the root.
    pub(crate) flag: RelPath,
    /// How often the runner looks, as it says. Longer than nothing.
    pub(crate) tick: Duration,
    /// How much longer than a tick it may take to be gone.
    pub(crate) grace: Duration,
    /// How many trials at random moments: from 1 to [`MOST`](Self::MOST).
    pub(crate) trials: usize,
    /// The exit codes that are a good end; never empty.
    pub(crate) exit_codes: Vec<i32>,
    pub(crate) heartbeat: Option<Heartbeat>,
    /// The folder that the runner starts in.
    pub(crate) cwd: RelPath,
    pub(crate) set_env: Vec<(String, String)>,
    /// How long the runner may take until its first tick.
    pub(crate) startup: Duration,
    /// How many trials at a time, each in a copy of the root.
    pub(crate) parallel: usize,
    /// Where the report lies.
    pub(crate) report: RelPath,
}

impl Settings {
    /// More trials than this say no more.
    pub(crate) const MOST: usize = 10_000;
    /// More than this at a time disturb one another.
    pub(crate) const MOST_AT_A_TIME: usize = 64;
}
