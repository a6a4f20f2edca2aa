//! Records, and what is wrong with them.

use super::{A, GOOD, RECORD, ROW, RUN};
use crate::check::{Example, Sample};

pub(super) static EXAMPLES: &[Example] = &[
    Example {
        shows: "a run of this commit, on this config and this data",
        config: r#"max-age = "24h""#,
        run: RUN,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json", GOOD)],
        meets: &[],
    },
    Example {
        shows: "a project's own writer: bare hex, no commit, no exit code",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Edited(
                    RECORD,
                    &[
                        (
                            r#""config_hash": "dirHash1:962d02788ab2967ad102f5e872c2cc9302cea21cc93925c27d1b320563700457",
  "data_hash": "dirHash1:e712a5bb6e0b0aba374b1210281ce99592be02de3209486d293204b7d256b5b7","#,
                            r#""config_hash": "962d02788ab2967ad102f5e872c2cc9302cea21cc93925c27d1b320563700457",
  "data_hash": "e712a5bb6e0b0aba374b1210281ce99592be02de3209486d293204b7d256b5b7","#,
                        ),
                        (
                            r#""finished_at": "1969-12-31T23:01:00Z",
  "exit_code": 0,
  "git_commit": "3f2c1d93f2c1d93f2c1d93f2c1d93f2c1d93f2c1",
  "git_tree": "0000000000000000000000000000000000000000",
  "dirty": false"#,
                            r#""finished_at": "1969-12-31T23:01:00Z""#,
                        ),
                    ],
                ),
            ),
        ],
        meets: &["exit-code-absent", "commit-absent", "dirty-absent"],
    },
    Example {
        shows: "a project without data",
        config: "",
        run: r#"config = ["config/**"]
no-data = "it only routes orders""#,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Edited(
                    RECORD,
                    &[(
                        r#""data_hash": "dirHash1:e712a5bb6e0b0aba374b1210281ce99592be02de3209486d293204b7d256b5b7","#,
                        r#""data_hash": "id:none","#,
                    )],
                ),
            ),
        ],
        meets: &[],
    },
    Example { shows: "no record", config: "", run: RUN, files: &[("config/a.yaml", A), ("data/x.csv", ROW)], meets: &["no-record"] },
    Example {
        shows: "a folder where the record should be",
        config: "",
        run: RUN,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json/x", Sample::Untracked(""))],
        meets: &["record-unreadable"],
    },
    Example {
        shows: "a truncated record",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Untracked(
                    r#"{
  "run_id": "smoke-17",
  "config_hash": "dirHash1:962d027"#,
                ),
            ),
        ],
        meets: &["record-malformed"],
    },
    Example {
        shows: "a key that stands twice",
        config: "",
        run: RUN,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json", Sample::Untracked(r#"{"run_id": "a", "run_id": "b"}"#))],
        meets: &["duplicate-key"],
    },
    Example {
        shows: "a record without data_hash",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Edited(
                    RECORD,
                    &[(r#""data_hash": "dirHash1:e712a5bb6e0b0aba374b1210281ce99592be02de3209486d293204b7d256b5b7","#, "")],
                ),
            ),
        ],
        meets: &["key-missing", "not-compared"],
    },
    Example {
        shows: "an empty data_hash, which nobody sees",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Edited(
                    RECORD,
                    &[(
                        r#""data_hash": "dirHash1:e712a5bb6e0b0aba374b1210281ce99592be02de3209486d293204b7d256b5b7","#,
                        r#""data_hash": "","#,
                    )],
                ),
            ),
        ],
        meets: &["key-empty", "not-compared"],
    },
    Example {
        shows: "a hash that stands for one to come, and the hash of nothing",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Edited(
                    RECORD,
                    &[(
                        r#""config_hash": "dirHash1:962d02788ab2967ad102f5e872c2cc9302cea21cc93925c27d1b320563700457",
  "data_hash": "dirHash1:e712a5bb6e0b0aba374b1210281ce99592be02de3209486d293204b7d256b5b7","#,
                        r#""config_hash": "unknown",
  "data_hash": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","#,
                    )],
                ),
            ),
        ],
        meets: &["placeholder", "not-compared"],
    },
    Example {
        shows: "keys that hold what they cannot hold",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Edited(
                    RECORD,
                    &[
                        (r#""exit_code": 0,"#, r#""exit_code": "0","#),
                        (
                            r#""git_tree": "0000000000000000000000000000000000000000",
  "dirty": false"#,
                            r#""git_tree": "main",
  "dirty": "no""#,
                        ),
                    ],
                ),
            ),
        ],
        meets: &["field-invalid"],
    },
    Example {
        shows: "a digest in another algorithm, and one that is cut short",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Edited(
                    RECORD,
                    &[(
                        r#""config_hash": "dirHash1:962d02788ab2967ad102f5e872c2cc9302cea21cc93925c27d1b320563700457",
  "data_hash": "dirHash1:e712a5bb6e0b0aba374b1210281ce99592be02de3209486d293204b7d256b5b7","#,
                        r#""config_hash": "sha256:37b128c59f1f5097f73f82691cb519f1f568667faab5ced1b4ab979d36837eae",
  "data_hash": "dirHash1:e712a5bb6e0b0aba374b1","#,
                    )],
                ),
            ),
        ],
        meets: &["hash-invalid", "not-compared"],
    },
    Example {
        shows: "two records of one run",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            ("reports/run.json", GOOD),
            ("reports/earlier.json", Sample::Edited(RECORD, &[(r#""exit_code": 0,"#, r#""exit_code": 1,"#)])),
        ],
        meets: &["run-id-twice"],
    },
    Example {
        shows: "an alias with other bytes, and one that is not there",
        config: "",
        run: r#"config = ["config/**"]
data.path = "data"
aliases = ["reports/smoke.json", "out/run.json"]"#,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            ("reports/run.json", GOOD),
            ("reports/smoke.json", Sample::Edited(RECORD, &[(r#""run_id": "smoke-17","#, r#""run_id": "smoke-16","#)])),
        ],
        meets: &["alias-missing", "alias-differs"],
    },
    Example {
        shows: "a record that is committed",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Text(
                    r#"{
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
"#,
                ),
            ),
        ],
        meets: &["record-tracked"],
    },
];
