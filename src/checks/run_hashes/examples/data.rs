//! Data, and what is wrong with it.

use super::{A, GOOD, RECORD, ROW, RUN};
use crate::check::{Example, Sample};

pub(super) static EXAMPLES: &[Example] = &[
    Example {
        shows: "other data than the run used",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", A),
            (
                "data/x.csv",
                Sample::Text(
                    r#"id,price
1,9
2,9
"#,
                ),
            ),
            (
                "reports/run.json",
                Sample::Edited(
                    RECORD,
                    &[(
                        r#""dirty": false"#,
                        r#""dirty": false,
  "data_files": {
    "x.csv": "a21cec2cd51315f539603a99dd5ef262451bf7bee161f62a6f8d16eb106649ad"
  }"#,
                    )],
                ),
            ),
        ],
        meets: &["data-differs"],
    },
    Example {
        shows: "the expected snapshot is another",
        config: "",
        run: r#"config = ["config/**"]
data.path = "data"
data.expect = "dirHash1:d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa""#,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json", GOOD)],
        meets: &["data-unexpected", "expect-stale"],
    },
    Example {
        shows: "a manifest that does not fit the bytes",
        config: "",
        run: r#"config = ["config/**"]
data.manifest = "data/list.json""#,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            ("reports/run.json", GOOD),
            ("data/list.json", Sample::Text(r#"{"x.csv": "01d09d19c2139a46aebfb577780d123d7396e97201bc7ead210a2ebff8239dee"}"#)),
        ],
        meets: &["declared-differs"],
    },
    Example {
        shows: "a manifest that only this machine has, believed without its files",
        config: "",
        run: r#"config = ["config/**"]
data = { manifest = "data/SHA256SUMS", allow-declared = "the files lie in the warehouse" }"#,
        files: &[
            ("config/a.yaml", A),
            ("reports/run.json", GOOD),
            ("data/SHA256SUMS", Sample::Untracked("a21cec2cd51315f539603a99dd5ef262451bf7bee161f62a6f8d16eb106649ad  x.csv\n")),
        ],
        meets: &["accepted", "source-untracked"],
    },
    Example {
        shows: "a label, which nothing can be recomputed from",
        config: "",
        run: r#"config = ["config/**"]
data.id = "2026-11-20-eod""#,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Edited(
                    RECORD,
                    &[(
                        r#""data_hash": "dirHash1:e712a5bb6e0b0aba374b1210281ce99592be02de3209486d293204b7d256b5b7","#,
                        r#""data_hash": "id:2026-11-20-eod","#,
                    )],
                ),
            ),
        ],
        meets: &["declared"],
    },
    Example {
        shows: "no file that names the expected data",
        config: "",
        run: r#"config = ["config/**"]
data.path = "data"
data.expect-file = "lockfiles/data.toml""#,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json", GOOD)],
        meets: &["expect-missing"],
    },
    Example {
        shows: "an expectation that cannot be read",
        config: "",
        run: r#"config = ["config/**"]
data.path = "data"
data.expect-file = "lockfiles/data.toml""#,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            ("reports/run.json", GOOD),
            ("lockfiles/data.toml", Sample::Text("version = 1\n")),
        ],
        meets: &["expect-unreadable"],
    },
    Example {
        shows: "an expectation that is not committed",
        config: "",
        run: r#"config = ["config/**"]
data.path = "data"
data.expect-file = "lockfiles/data.toml""#,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            ("reports/run.json", GOOD),
            (
                "lockfiles/data.toml",
                Sample::Untracked(
                    r#"version = 1
digest = "dirHash1:e712a5bb6e0b0aba374b1210281ce99592be02de3209486d293204b7d256b5b7"
"#,
                ),
            ),
        ],
        meets: &["expect-untracked"],
    },
];
