//! gate.toml: text in, [`Parsed`] out. It knows no kind; each check's own options stay a raw table with spans.

mod fault;
mod file;
mod table;
mod values;

pub(crate) use fault::{Fault, Faults, Text};
pub(crate) use file::{CheckTable, Common, GitOptions, Parsed, Promotion, load};
pub(crate) use table::{Options, load_options};
pub(crate) use values::{AtLeastOne, Label, Reason, TreeGlob};
