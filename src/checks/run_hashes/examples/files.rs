//! Bundles, and what is wrong with them.

use super::{A, GOOD, RECORD, ROW, RUN};
use crate::check::{Example, Sample};

pub(super) static EXAMPLES: &[Example] = &[
    Example {
        shows: "one byte of the config is another",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", Sample::Text("a: 2\n")),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Edited(
                    RECORD,
                    &[(
                        r#""dirty": false"#,
                        r#""dirty": false,
  "config_files": {
    "config/a.yaml": "37b128c59f1f5097f73f82691cb519f1f568667faab5ced1b4ab979d36837eae"
  }"#,
                    )],
                ),
            ),
        ],
        meets: &["config-differs"],
    },
    Example {
        shows: "an overlay that only this machine has",
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
                        r#""config_hash": "dirHash1:962d02788ab2967ad102f5e872c2cc9302cea21cc93925c27d1b320563700457","#,
                        r#""config_hash": "dirHash1:404190439628d1353afa79c49c5e1709eff07fd8812a06c3e9bc3d979a43ee44","#,
                    )],
                ),
            ),
            ("config/local.yaml", Sample::Untracked("a: 9\n")),
        ],
        meets: &["untracked"],
    },
    Example {
        shows: "git stores other line ends",
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
                        r#""config_hash": "dirHash1:962d02788ab2967ad102f5e872c2cc9302cea21cc93925c27d1b320563700457","#,
                        r#""config_hash": "dirHash1:5b791d9060a322edad95e69225efea9191a079dbc6b9cc5df0a3aef3f8eb290f","#,
                    )],
                ),
            ),
            ("config/b.yaml", Sample::Converted("b: 1\r\n")),
        ],
        meets: &["rewritten"],
    },
    Example {
        shows: "a git-lfs pointer in the bundle",
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
                        r#""config_hash": "dirHash1:962d02788ab2967ad102f5e872c2cc9302cea21cc93925c27d1b320563700457","#,
                        r#""config_hash": "dirHash1:9e037a60d549a567fe18beaee6a1b1aec11a845b9b311c2fa90b8f721d7bb774","#,
                    )],
                ),
            ),
            (
                "config/model.bin",
                Sample::Text(
                    r#"version https://git-lfs.github.com/spec/v1
oid sha256:a21cec2cd51315f539603a99dd5ef262451bf7bee161f62a6f8d16eb106649ad
size 12
"#,
                ),
            ),
        ],
        meets: &["lfs-pointer"],
    },
    Example {
        shows: "a symbolic link in the bundle",
        config: "",
        run: RUN,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json", GOOD), ("config/b.yaml", Sample::Link("a.yaml"))],
        meets: &["symlink"],
    },
    Example {
        shows: "a link that leads nowhere, to be followed",
        config: "",
        run: r#"config = ["config/**"]
data.path = "data"
symlinks = "follow""#,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json", GOOD), ("config/b.yaml", Sample::Link("gone.yaml"))],
        meets: &["link-unfollowed", "not-compared"],
    },
    Example {
        shows: "names that a Mac takes for one",
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
                        r#""config_hash": "dirHash1:962d02788ab2967ad102f5e872c2cc9302cea21cc93925c27d1b320563700457","#,
                        r#""config_hash": "dirHash1:39a522bd241a9a6cea51023100b1edb5f5459fb62647af116eb4a98320aa6b21","#,
                    )],
                ),
            ),
            ("config/A.yaml", Sample::Text("a: 1\n")),
        ],
        meets: &["name-clash"],
    },
    Example {
        shows: "a glob that stops at a folder",
        config: "",
        run: r#"config = ["config/*"]
data.path = "data""#,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json", GOOD), ("config/eu/b.yaml", Sample::Text("b: 1\n"))],
        meets: &["folder-only"],
    },
    Example {
        shows: "one digest of one file, and two files",
        config: "",
        run: r#"config = ["config/**"]
data.path = "data"
algorithm = "sha256-file""#,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json", GOOD), ("config/b.yaml", Sample::Text("b: 1\n"))],
        meets: &["not-one-file", "not-compared"],
    },
    Example {
        shows: "a glob that matches nothing",
        config: "",
        run: r#"config = ["config/**", "risk/*.toml"]
data.path = "data""#,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json", GOOD)],
        meets: &["no-match", "not-compared"],
    },
    Example {
        shows: "a config file that may not be read",
        config: "",
        run: RUN,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json", GOOD), ("config/b.yaml", Sample::Locked)],
        meets: &["unreadable", "not-compared"],
    },
    Example {
        shows: "a config file that is written to meanwhile",
        config: "",
        run: RUN,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json", GOOD), ("config/b.yaml", Sample::Changing("b: 1\n"))],
        meets: &["changing", "not-compared"],
    },
    Example {
        shows: "a name with a newline",
        config: "",
        run: RUN,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json", GOOD), ("config/a\nb.yaml", Sample::Text(""))],
        meets: &["odd-name", "not-compared"],
    },
    Example {
        shows: "a FIFO in the bundle",
        config: "",
        run: RUN,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json", GOOD), ("config/b.yaml", Sample::Fifo)],
        meets: &["not-a-file", "not-compared"],
    },
    Example {
        shows: "a repository inside the bundle",
        config: "",
        run: RUN,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            ("reports/run.json", GOOD),
            ("config/shared/.git", Sample::Untracked("")),
            ("config/shared/b.yaml", Sample::Untracked("b: 1\n")),
        ],
        meets: &["other-repository", "not-compared"],
    },
    Example {
        shows: "a data folder without data",
        config: "",
        run: RUN,
        files: &[("config/a.yaml", A), ("reports/run.json", GOOD), ("data/.git/HEAD", Sample::Untracked(""))],
        meets: &["source-empty", "not-compared"],
    },
    Example {
        shows: "a broken .dvc file",
        config: "",
        run: r#"config = ["config/**"]
data.dvc = "data.dvc""#,
        files: &[
            ("config/a.yaml", A),
            ("data/x.csv", ROW),
            (
                "reports/run.json",
                Sample::Edited(
                    RECORD,
                    &[(
                        r#""data_hash": "dirHash1:e712a5bb6e0b0aba374b1210281ce99592be02de3209486d293204b7d256b5b7","#,
                        r#""data_hash": "md5:0f4c3b4f3a4f8f0d9c1f4e0277ab90c1","#,
                    )],
                ),
            ),
            ("data.dvc", Sample::Text("outs: 3\n")),
        ],
        meets: &["source-malformed", "not-compared"],
    },
    Example {
        shows: "a digest that was compared with nothing, whatever is said of the reason",
        config: "",
        run: RUN,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json", GOOD), ("config/b.yaml", Sample::Fifo)],
        meets: &["not-a-file", "not-compared"],
    },
    Example {
        shows: "a config file that is left out of this checkout",
        config: "",
        run: RUN,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json", GOOD), ("config/b.yaml", Sample::Deleted)],
        meets: &["not-on-disk"],
    },
    Example {
        shows: "a submodule in the bundle",
        config: "",
        run: RUN,
        files: &[("config/a.yaml", A), ("data/x.csv", ROW), ("reports/run.json", GOOD), ("config/shared", Sample::Submodule)],
        meets: &["submodule"],
    },
];
