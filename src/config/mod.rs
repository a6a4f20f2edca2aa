//! gate.toml: text in, [`Parsed`] out. It knows no kind; each check's own options stay a raw table with spans.

mod fault;
mod file;
mod glob;
mod run;
mod table;
mod values;

pub(crate) use fault::{Fault, Faults, Text};
pub(crate) use file::{CheckTable, Common, GitOptions, HookOptions, LockOptions, Parsed, Promotion, Untested, load};
pub(crate) use glob::{TreeGlob, TreeGlobs, any_used};
pub(crate) use run::{BundleAlgorithm, DataOptions, RunOptions, Symlinks};
pub(crate) use table::{Options, load_options, read_options, read_run};
pub(crate) use values::{AtLeastOne, EvidencePath, Label, Reason, TimeLimit};
