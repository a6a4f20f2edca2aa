//! Whether a runner obeys its kill flag: many trials, each with the flag at another moment.
//!
//! ```text
//! Settings + seed ─trials→ Vec<Trial> ─(supervise)→ Facts of each ─judge→ Verdict of each ─Report→ reports/kill-flag.json
//! ```

mod settings;

pub(crate) use settings::Settings;
