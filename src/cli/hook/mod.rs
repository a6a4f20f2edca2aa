//! `gate hook`: the pre-push hook, put in place and run.

mod install;
mod run;
mod spot;

pub(super) use install::{Asked as Change, Install, Standing, Told, install, look_at, status, uninstall};
pub(super) use run::pre_push;
pub(super) use spot::Hooks;
