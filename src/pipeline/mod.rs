//! What a workflow can do: its jobs, the results that reach them, and what its commands make of a failure. Nothing is run.
//!
//! ```text
//! Definitions ─Graph::of→ Graph: jobs, what they call, the steps of local actions     Graph + Event ─course→ State of every job
//! Question ─search→ Found: a run in which it happens, or none     states ─tell→ Story
//! ```

mod aggregate;
mod course;
mod evaluate;
mod event;
mod graph;
mod guard;
mod invocations;
mod known;
mod onlooker;
mod proof;
mod pwsh;
mod read_once;
mod script;
mod scripts;
mod steps;
mod story;
mod task;
mod value;
mod ways;
mod wrappers;

pub(crate) use course::{Assumed, State, continues, course, courses, literal};
pub(crate) use event::{Event, Run};
pub(crate) use graph::{Definitions, Graph, Lost, Node};
pub(crate) use invocations::{Invocation, invocation, invocations, reads_shell};
pub(crate) use known::installers;
pub(crate) use known::publishers::{Said, published_by_workflow, publishes, publishes_by_action, publishes_only_if, rights, said, uploads};
pub(crate) use known::scanners::{lenient, lenient_action, own_baseline};
pub(crate) use known::{Words, action_name};
pub(crate) use proof::{Found, Goal, Patience, Question};
pub(crate) use script::{About, How, NeverRun, PassedOver, Swallowed, Weight};
pub(crate) use scripts::{
    Failures, allows_skip, asks_for_files, asks_one_of, assigned, decides, failures_of, is_guard, line_in, mentions_github, never_holds,
    prepares, shell_of, spoken, weight_of,
};
pub(crate) use steps::{Green, after_failure, certain, forgiven_is_green, green};
pub(crate) use story::{Cause, Story, Why, quoted, short, tell};
pub(crate) use task::{Layer, Task, local_action};
pub(crate) use value::{Results, Truth, Value};
pub(crate) use ways::{
    after_run, is_reached, is_reached_after, may_begin, may_hold, name_of, skipped_without, truth_on, upstream, waits_for_the_end,
};
