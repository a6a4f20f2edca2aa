//! What `gate init` writes: a look at the repository, and the texts that follow from it.

mod branch;
mod bundle;
mod contributing;
mod data;
mod policy;
mod record;
mod seen;
mod smoke;
mod survey;
mod workflow;

pub(crate) use contributing::{PLACES as CONTRIBUTING, contributing};
pub(crate) use policy::{Shortfall, ignore_command, policy};
pub(crate) use survey::{Standing, Survey};
pub(crate) use workflow::{Action, UNFILLED, workflow};
