//! The examples of kind `readmes`: in its documentation, and run as tests.

use crate::check::{Example, Sample};

const GOOD: Sample = Sample::Text("# Engine\n\nPurpose: matches orders.\n\nEntrypoints: `run.py`\n\nDo-not-touch: nothing.\n");

pub(super) const EXAMPLES: &[Example] = &[
    Example {
        shows: "every section is there and says something true",
        config: "",
        run: "",
        files: &[
            (
                "engine/README.md",
                Sample::Text(
                    "# Engine\n\n## Purpose\n\nMatches orders.\n\n## Entrypoints\n\n- [run.py](run.py), or `make engine`\n\n\
                     ## Do-not-touch\n\n- `golden/*.json`: recorded from the exchange\n",
                ),
            ),
            ("engine/run.py", Sample::Text("")),
            ("engine/golden/a.json", Sample::Text("{}")),
        ],
        meets: &[],
    },
    Example { shows: "a folder without a README", config: "", run: "", files: &[("engine/run.py", Sample::Text(""))], meets: &["missing"] },
    Example {
        shows: "a README that nobody else will have",
        config: "",
        run: "",
        files: &[("engine/run.py", Sample::Text("")), ("engine/README.md", Sample::Untracked("# Engine\n"))],
        meets: &["untracked"],
    },
    Example {
        shows: "three headings and nothing under them",
        config: "",
        run: "",
        files: &[("engine/README.md", Sample::Text("## Purpose\n\n-\n\n## Entrypoints\n\n- \n\n## Do-not-touch\n\n- …\n"))],
        meets: &["section-empty"],
    },
    Example {
        shows: "a heading inside a code fence is no section",
        config: "sections = [\"Purpose\"]",
        run: "",
        files: &[("engine/README.md", Sample::Text("# Engine\n\n```md\n# Purpose\nMatches orders.\n```\n"))],
        meets: &["section-missing"],
    },
    Example {
        shows: "words that stand for words to come",
        config: "sections = [\"Purpose\"]",
        run: "",
        files: &[("engine/README.md", Sample::Text("## Purpose\n\nTODO: say what it is for\n"))],
        meets: &["section-placeholder"],
    },
    Example {
        shows: "a README of comments only",
        config: "",
        run: "",
        files: &[("engine/README.md", Sample::Text("<!-- to be written -->\n"))],
        meets: &["empty"],
    },
    Example {
        shows: "an entry point that was renamed, and one above the root",
        config: "sections = [\"Entrypoints\"]",
        run: "",
        files: &[("engine/README.md", Sample::Text("## Entrypoints\n\n`src/run.py` starts it, [the book](../../book.md) explains it.\n"))],
        meets: &["path-missing", "path-outside"],
    },
    Example {
        shows: "a glob that protects nothing, and one that is none",
        config: "sections = [\"Do-not-touch\"]",
        run: "",
        files: &[("engine/README.md", Sample::Text("Do-not-touch: `golden/*.json`, `recordings/[*`\n"))],
        meets: &["glob-unmatched", "glob-invalid"],
    },
    Example {
        shows: "two READMEs: one is judged, the other may be the one that is read",
        config: "",
        run: "",
        files: &[("engine/README.md", GOOD), ("engine/run.py", Sample::Text("")), ("engine/README.txt", Sample::Text("old"))],
        meets: &["several"],
    },
    Example {
        shows: "a link to another promoted README is followed; one out of the tree is not",
        config: "",
        run: "",
        files: &[
            ("engine/README.md", GOOD),
            ("engine/run.py", Sample::Text("")),
            ("engine2/README.md", Sample::Link("../engine/README.md")),
            ("engine2/run.py", Sample::Text("")),
            ("other/README.md", Sample::Link("../../README.md")),
        ],
        meets: &["leaves-root"],
    },
    Example {
        shows: "READMEs that are gone, locked, a FIFO, a link to nothing: each said, none hides another",
        config: "",
        run: "",
        files: &[
            ("a/README.md", Sample::Deleted),
            ("b/README.md", Sample::Locked),
            ("c/README.md", Sample::Fifo),
            ("d/README.md", Sample::Link("nothing.md")),
            ("e/README.md", Sample::Blanks(5 << 20)),
            ("f/README.md", Sample::Bytes(b"# caf\xe9\n")),
        ],
        meets: &["unreadable", "too-large", "not-text"],
    },
    Example {
        shows: "globs that match nothing: a check that asks nothing cannot be fine",
        config: "folders = [\"services/*\"]\nexclude = [\"vendor\"]",
        run: "",
        files: &[("engine/README.md", GOOD)],
        meets: &["exclude-unused", "no-match"],
    },
    Example {
        shows: "entry points that cannot be looked at: gone from disk, or in a submodule",
        config: "sections = [\"Entrypoints\"]",
        run: "",
        files: &[
            ("engine/README.md", Sample::Text("Entrypoints: `run.py`, `vendor/lib.py`\n")),
            ("engine/run.py", Sample::Deleted),
            ("vendor", Sample::Submodule),
        ],
        meets: &["submodule", "path-unseen"],
    },
    Example {
        shows: "a submodule is another repository's business",
        config: "",
        run: "",
        files: &[("engine/README.md", GOOD), ("engine/run.py", Sample::Text("")), ("vendor", Sample::Submodule)],
        meets: &["submodule"],
    },
    Example {
        shows: "a folder whose name cannot be written on one line",
        config: "",
        run: "",
        files: &[("engine/README.md", GOOD), ("engine/run.py", Sample::Text("")), ("two\nlines/x", Sample::Text(""))],
        meets: &["odd-name"],
    },
    Example { shows: "nobody knows what is promoted", config: "", run: "", files: &[("", Sample::NoTree)], meets: &["no-tree"] },
];
