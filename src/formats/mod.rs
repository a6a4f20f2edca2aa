//! Readers of other people's files: text in, typed value out, with lines. They know nothing of gate.

pub(crate) mod dockerfile;
pub(crate) mod dvc;
pub(crate) mod expression;
pub(crate) mod fault;
pub(crate) mod gitignore;
mod html;
pub(crate) mod jcs;
pub(crate) mod json;
pub(crate) mod json_tree;
pub(crate) mod lfs;
pub(crate) mod lockfiles;
pub(crate) mod manifest;
pub(crate) mod markdown;
pub(crate) mod needs;
pub(crate) mod plain;
pub(crate) mod prose;
mod python_text;
pub(crate) mod recipes;
mod repeats;
pub(crate) mod shell;
pub(crate) mod workflow;
pub(crate) mod yaml;
