//! The smoke run: its settings, the bundle and data it ran on, and the record it leaves.

mod bundle;
mod data;
mod evidence;
mod making;
mod record;
mod recorded;
mod redact;
mod settings;

pub(crate) use bundle::Bundle;
pub(crate) use data::{Data, Expected, Snapshot, Source, Unexpected};
pub(crate) use evidence::Evidence;
pub(crate) use making::{Making, Ran, Scene, config_files};
pub(crate) use record::{ChangedInRun, End, MOST_FILES, OfCommit, Record};
pub(crate) use recorded::{Field, KEYS, LIMIT, NotARecord, Recorded, is_run_id};
pub(crate) use redact::{redacted, redacted_text};
pub(crate) use settings::Settings;
