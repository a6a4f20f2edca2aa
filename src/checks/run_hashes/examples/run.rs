//! Runs, and what is wrong with them.

use super::{A, GOOD, RECORD, ROW, RUN};
use crate::check::{Example, Sample};

pub(super) static EXAMPLES: &[Example] = &[
    Example {
        shows: "a time without a zone",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Edited(RECORD, &[(r#""started_at": "1969-12-31T23:00:00Z","#, r#""started_at": "1969-12-31T23:00:00","#)]),
            ),
        ],
        meets: &["time-invalid"],
    },
    Example {
        shows: "a run of tomorrow",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Edited(RECORD, &[(r#""finished_at": "1969-12-31T23:01:00Z","#, r#""finished_at": "1970-01-02T00:00:00Z","#)]),
            ),
        ],
        meets: &["time-future"],
    },
    Example {
        shows: "a clock that was set back",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Edited(RECORD, &[(r#""finished_at": "1969-12-31T23:01:00Z","#, r#""finished_at": "1969-12-31T22:59:59Z","#)]),
            ),
        ],
        meets: &["time-reversed"],
    },
    Example {
        shows: "a run that is too old",
        config: r#"max-age = "30m""#,
        run: RUN,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json", GOOD)],
        meets: &["too-old"],
    },
    Example {
        shows: "a run that finished before the config was committed",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", Sample::ChangedAt("a: 1\n", -60)),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Edited(
                    RECORD,
                    &[(
                        r#""git_commit": "3f2c1d93f2c1d93f2c1d93f2c1d93f2c1d93f2c1",
  "git_tree": "0000000000000000000000000000000000000000","#,
                        "",
                    )],
                ),
            ),
        ],
        meets: &["before-config", "commit-absent"],
    },
    Example {
        shows: "a shallow clone that does not say when the config was committed",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", Sample::BeyondShallow("a: 1\n")),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Edited(
                    RECORD,
                    &[(
                        r#""git_commit": "3f2c1d93f2c1d93f2c1d93f2c1d93f2c1d93f2c1",
  "git_tree": "0000000000000000000000000000000000000000","#,
                        "",
                    )],
                ),
            ),
        ],
        meets: &["config-age-unknown", "commit-absent"],
    },
    Example {
        shows: "a run that failed",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            ("reports/run.json", Sample::Edited(RECORD, &[(r#""exit_code": 0,"#, r#""exit_code": 2,"#)])),
        ],
        meets: &["run-failed"],
    },
    Example {
        shows: "a run of another commit",
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
                        r#""git_commit": "3f2c1d93f2c1d93f2c1d93f2c1d93f2c1d93f2c1",
  "git_tree": "0000000000000000000000000000000000000000","#,
                        r#""git_commit": "1111111111111111111111111111111111111111",
  "git_tree": "2222222222222222222222222222222222222222","#,
                    )],
                ),
            ),
        ],
        meets: &["other-commit"],
    },
    Example {
        shows: "a run of another commit with the same tree, as after a squash",
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
                        r#""git_commit": "3f2c1d93f2c1d93f2c1d93f2c1d93f2c1d93f2c1","#,
                        r#""git_commit": "1111111111111111111111111111111111111111","#,
                    )],
                ),
            ),
        ],
        meets: &["same-tree"],
    },
    Example {
        shows: "git does not answer",
        config: "",
        run: RUN,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json", GOOD), ("", Sample::NoTree)],
        meets: &["no-history"],
    },
    Example {
        shows: "a run of a dirty tree",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            ("reports/run.json", Sample::Edited(RECORD, &[(r#""dirty": false"#, r#""dirty": true"#)])),
        ],
        meets: &["dirty-run"],
    },
    Example {
        shows: "a file that changed while the run was on",
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
                        r#""dirty": false"#,
                        r#""dirty": false,
  "changed_during_run": [
    {
      "what": "config",
      "path": "config/a.yaml",
      "change": "changed"
    }
  ]"#,
                    )],
                ),
            ),
        ],
        meets: &["changed-during-run"],
    },
    Example {
        shows: "a run of another commit, accepted",
        config: r#"allow-commit = "the commit on top only bumps the version""#,
        run: RUN,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Edited(
                    RECORD,
                    &[(
                        r#""git_commit": "3f2c1d93f2c1d93f2c1d93f2c1d93f2c1d93f2c1",
  "git_tree": "0000000000000000000000000000000000000000","#,
                        r#""git_commit": "1111111111111111111111111111111111111111",
  "git_tree": "2222222222222222222222222222222222222222","#,
                    )],
                ),
            ),
        ],
        meets: &["accepted"],
    },
    Example {
        shows: "a run of something else than the smoke test",
        config: "",
        run: r#"config = ["config/**"]
data.path = "data"
smoke = ["make", "smoke"]"#,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Edited(
                    RECORD,
                    &[(
                        r#""dirty": false"#,
                        r#""dirty": false,
  "command": [
    "true"
  ]"#,
                    )],
                ),
            ),
        ],
        meets: &["other-command"],
    },
    Example {
        shows: "a run that gate was told of",
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
                        r#""dirty": false"#,
                        r#""dirty": false,
  "recorded_only": true"#,
                    )],
                ),
            ),
        ],
        meets: &["recorded-only"],
    },
];
