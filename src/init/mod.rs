//! What `gate init` writes: a look at the repository, and the texts that follow from it.

mod branch;
mod bundle;
mod contributing;
mod data;
mod gate_toml;
mod keep_out;

mod record;
mod seen;
mod smoke;
mod survey;
mod workflow;

pub(crate) use contributing::{PLACES as CONTRIBUTING, contributing};
pub(crate) use gate_toml::{Locks, Promotion, Shortfall, Wish, gate_toml};
pub(crate) use keep_out::ignore_command;
pub(crate) use survey::{Standing, Survey};
pub(crate) use workflow::{Action, PATH as WORKFLOW, UNFILLED, workflow};
