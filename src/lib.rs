//! gate decides, with evidence, whether a commit may be promoted.
//!
//! The road of `gate promote`, one module an arrow:
//!
//! ```text
//! gate.toml ─config─→ Parsed ─plan─→ Plan ─engine─→ Gathered ─policy─→ Report ─report::render─→ text, json, …
//! ```

mod bypass;
mod check;
mod checks;
mod cli;
mod config;
mod digest;
pub mod docs;
mod engine;
mod exit;
mod formats;
mod hook;
mod init;
mod pins;
mod pipeline;
mod plan;
mod policy;
mod probes;
mod refresh;
mod report;
mod run;
mod schema;
mod shown;
mod supervise;
#[cfg(test)]
mod torture_test;
pub mod world;

pub use cli::main;
pub use exit::Exit;
