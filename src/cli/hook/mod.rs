//! `gate hook`: the pre-push hook, put in place and run.

mod install;
mod run;
mod settle;
mod spot;
mod status;

pub(super) use install::{Asked as Change, Install, install, uninstall};
pub(super) use run::pre_push;
pub(super) use settle::{Asked as ToSettle, after_run, settle};
pub(super) use spot::Hooks;
pub(super) use status::{HookFile, HookState, look_at, status};
