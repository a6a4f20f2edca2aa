//! The registry: every kind gate knows. A new kind is one file here and two lines below.

pub(crate) mod kill_flag;
pub(crate) mod lockfiles;
pub(crate) mod promotion_only;
pub(crate) mod readmes;
#[cfg(test)]
mod registry_test;
mod run_hashes;
pub(crate) mod schema_pins;
mod table;

use crate::check::Kind;
pub(crate) use run_hashes::NO_RECORD;

/// All kinds, in the order in which `gate list` shows them.
#[rustfmt::skip] // one line a kind
pub(crate) static KINDS: &[&Kind] = &[
    &run_hashes::KIND,
    &lockfiles::KIND,
    &promotion_only::KIND,
    &kill_flag::KIND,
    &readmes::KIND,
    &schema_pins::KIND,
];
