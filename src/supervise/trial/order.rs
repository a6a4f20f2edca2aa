//! One trial of a runner: what is ordered, and what was seen. Both cross a process boundary as JSON.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What a trial does to the runner, and how long it looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Order {
    /// Tells the processes of this trial from all others: the value of [`MARK`](super::MARK) in their environment.
    pub(crate) mark: String,
    pub(crate) moment: Moment,
    pub(crate) form: Form,
    /// So long after it was made the flag is removed again, and made for good after the second of the two.
    pub(crate) removed: Option<(Duration, Duration)>,
    pub(crate) heartbeat: Option<Heartbeat>,
    /// How long the runner may take until its first heartbeat.
    pub(crate) startup: Duration,
    /// How long after the flag was made for good (before the start: after the start) the runner is waited for; then it is ended.
    pub(crate) patience: Duration,
    /// How long what the runner leaves behind may take to end by itself, and what is asked to end before it is killed.
    pub(crate) grace: Duration,
}

/// When the flag is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Moment {
    /// It is there before the runner starts.
    BeforeStart,
    /// So long after the start.
    AfterStart(Duration),
    /// So long after this heartbeat, from 1.
    AfterBeat(usize, Duration),
    /// Not at all: the runner is ended after so many heartbeats, or, without any to see, after that time.
    Never(usize, Duration),
}

/// What the flag is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Form {
    /// An empty file, as `touch` makes it.
    Empty,
    /// A file with a line in it.
    Text,
    Folder,
    /// A symbolic link to a file.
    Symlink,
    /// A symbolic link to nothing.
    Dangling,
    /// A file that nobody but root may read.
    Unreadable,
}

/// How a unit of work shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Heartbeat {
    /// A line of standard output that this regular expression matches.
    Stdout(String),
    /// A change of this file, below the folder that the runner starts in.
    File(String),
}

/// What a trial came to. All times are microseconds since the command was executed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// When the flag was there for good: just after the call that made it came back.
    pub(crate) flagged_us: Option<u64>,
    /// When it was there the first time, where it was removed again.
    pub(crate) first_flagged_us: Option<u64>,
    /// When the runner's own process had ended by itself.
    pub(crate) exited_us: Option<u64>,
    pub(crate) ending: Ending,
    /// The units of work, as they were seen; no more than [`BEATS`](super::BEATS).
    pub(crate) beats_us: Vec<u64>,
    /// In the control, the processes that the command had become when its time was over, the earliest first.
    pub(crate) running: Vec<Left>,
    /// Processes that were still there when the runner had ended and the grace had passed.
    pub(crate) left: Vec<Left>,
    /// Nothing of the trial is there any more.
    pub(crate) all_ended: bool,
    /// The runner ended with a traceback or a panic on its standard error.
    pub(crate) traceback: Option<String>,
    /// How late the watch itself was woken at the worst: what is measured is not known better.
    pub(crate) late_us: u64,
    /// The signal that ended the trial before its end.
    pub(crate) interrupted: Option<i32>,
}

/// How the runner ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ending {
    Exited(i32),
    /// By this signal, which was not gate's.
    Signalled(i32),
    /// It was still there when the time was over, and was ended.
    #[default]
    Outlived,
    /// It could not be started.
    NotStarted(String),
    /// The trial could not be held: why.
    Failed(String),
}

/// A process of a trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Left {
    pub(crate) pid: i32,
    /// Its command line as far as it may be shown.
    pub(crate) command: String,
    /// It has ended, and nobody took notice.
    pub(crate) zombie: bool,
}
