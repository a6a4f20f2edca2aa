//! What a workflow can do: its jobs, the results that reach them, and what its commands make of a failure. Nothing is run.

mod evaluate;
mod invocations;
mod script;
mod value;
mod wrappers;
