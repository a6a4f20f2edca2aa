//! Making a lock anew: which tool does that, and what it changed. Nothing is run here.

mod changes;
mod tools;

pub(crate) use changes::{Change, Packages, Step, changes, packages};
pub(crate) use tools::{Facts, NoTool, commands};
