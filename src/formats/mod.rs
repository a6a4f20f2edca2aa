//! Readers of other people's files: text in, typed value out, with lines. They know nothing of gate.

pub(crate) mod gitignore;
mod html;
pub(crate) mod markdown;
pub(crate) mod plain;
pub(crate) mod prose;
