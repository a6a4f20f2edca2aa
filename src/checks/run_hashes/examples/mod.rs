//! Small worlds and what is met in them. Their commit is `3f2c1d93f2c1d93f2c1d93f2c1d93f2c1d93f2c1`, its tree all zeros, and now is the first moment of 1970.

mod data;
mod files;
mod record;
mod run;

use crate::check::{Example, Sample};

/// All of them.
pub(super) static EXAMPLES: &[&[Example]] = &[record::EXAMPLES, run::EXAMPLES, files::EXAMPLES, data::EXAMPLES];

/// What most of them have in common.
const RUN: &str = r#"config = ["config/**"]
data.path = "data""#;
const A: Sample = Sample::Text("a: 1\n");
const ROW: Sample = Sample::Text(
    r#"id,price
1,9
"#,
);
const GOOD: Sample = Sample::Untracked(RECORD);
const RECORD: &str = r#"{
  "run_id": "smoke-17",
  "config_hash": "dirHash1:962d02788ab2967ad102f5e872c2cc9302cea21cc93925c27d1b320563700457",
  "data_hash": "dirHash1:e712a5bb6e0b0aba374b1210281ce99592be02de3209486d293204b7d256b5b7",
  "started_at": "1969-12-31T23:00:00Z",
  "finished_at": "1969-12-31T23:01:00Z",
  "exit_code": 0,
  "git_commit": "3f2c1d93f2c1d93f2c1d93f2c1d93f2c1d93f2c1",
  "git_tree": "0000000000000000000000000000000000000000",
  "dirty": false
}
"#;
