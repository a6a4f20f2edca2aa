//! Probes: what is measured of a runner, and what the measurements say. A probe leaves its report; a check judges it.

pub(crate) mod kill_flag;
pub(crate) mod ledger;
