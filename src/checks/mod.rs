//! The registry: every kind gate knows. A new kind is one file here and two lines below.

pub(crate) mod readmes;
#[cfg(test)]
mod registry_test;

use crate::check::Kind;

/// All kinds, in the order in which `gate list` shows them.
#[rustfmt::skip] // one line a kind, also while there is only one
pub(crate) static KINDS: &[&Kind] = &[
    &readmes::KIND,
];
