//! Every way in which a folder's README can fall short, or keep gate from telling.

use crate::check::{Answer, Level, Rule};

pub(super) static MISSING: Rule = Rule {
    id: "readmes/missing",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a folder has no README",
    help: "Every folder that is asked about holds a `README.md`, `README.rst` or `README.txt` (any case) among the promoted \
           files. `gate readme add FOLDER` writes one to fill in; `exclude = [\"folder\"]` leaves a folder out.",
};
pub(super) static UNTRACKED: Rule = Rule {
    id: "readmes/untracked",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a README is on disk but not promoted",
    help: "The file is there, but git does not track it (or .gitignore leaves it out), so nobody else will have it. `git add` it.",
};
pub(super) static SEVERAL: Rule = Rule {
    id: "readmes/several",
    level: Level::Warn,
    answer: Answer::Wrong,
    summary: "a folder has more than one README",
    help: "Only the first is judged (`.md` before `.rst` before `.txt`), and a reader may open another. Keep one.",
};
pub(super) static LEAVES_ROOT: Rule = Rule {
    id: "readmes/leaves-root",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a README is a link out of the tree",
    help: "What lies outside is not promoted with the commit. Replace the link with a file.",
};
pub(super) static EMPTY: Rule = Rule {
    id: "readmes/empty",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a README says nothing at all",
    help: "The file has no visible text: it is empty, or all of it is comments, code fences or front matter.",
};
pub(super) static SECTION_MISSING: Rule = Rule {
    id: "readmes/section-missing",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a README lacks a section",
    help: "A section is a heading (`## Purpose`), a label (`Purpose:`, `**Purpose:**`), a list item or a table row that begins \
           with it; in `.rst` and `.txt` files only the label form counts. Labels in code fences, comments and block quotes do not count; upper and lower case do, unless \
           `ignore-case = true`. `gate readme add FOLDER` appends what is missing and changes no word.",
};
pub(super) static SECTION_EMPTY: Rule = Rule {
    id: "readmes/section-empty",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a section says nothing",
    help: "Between this label and the next there is no word: nothing, empty bullets, a dash, or only text that readers of the \
           rendered page take for an example (code fences) or do not see (comments). Write one sentence.",
};
pub(super) static SECTION_PLACEHOLDER: Rule = Rule {
    id: "readmes/section-placeholder",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a section holds only a placeholder",
    help: "`TODO`, `TBD`, `N/A`, `[describe it]`, `{{ text }}` and the like stand for words to come. Where nothing applies, say so in a \
           word of your own: `nothing` is an answer.",
};
pub(super) static PATH_MISSING: Rule = Rule {
    id: "readmes/path-missing",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a section points to a path that is not there",
    help: "Under `Entrypoints` (see `path-sections`) a path is the target of a link, or a code span without blanks that holds a `/` or \
           ends in a file suffix. It is looked for among the promoted files, below the README's folder and then below the root, \
           in its exact case. Commands, URLs, routes and names with variables are no paths. In `.rst` and `.txt` files labels are read, paths are not.",
};
pub(super) static PATH_OUTSIDE: Rule = Rule {
    id: "readmes/path-outside",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a section points out of the tree",
    help: "The path leads above the root, where nothing is promoted.",
};
pub(super) static GLOB_UNMATCHED: Rule = Rule {
    id: "readmes/glob-unmatched",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a glob in a section matches nothing",
    help: "Under `Do-not-touch` (see `glob-sections`) and `Entrypoints`, a code span with `*`, `?` or `{a,b}` is a glob. It protects \
           nothing if nothing matches it: mend it or take it out. What the root's .gitignore leaves out (`.env`, `target/`) may be named \
           under `Do-not-touch` without being promoted.",
};
pub(super) static GLOB_INVALID: Rule = Rule {
    id: "readmes/glob-invalid",
    level: Level::Warn,
    answer: Answer::Wrong,
    summary: "a glob in a section cannot be read",
    help: "It looks like a glob and is none. Mend it, or write it without a code span.",
};
pub(super) static EXCLUDE_UNUSED: Rule = Rule {
    id: "readmes/exclude-unused",
    level: Level::Note,
    answer: Answer::Wrong,
    summary: "an `exclude` glob leaves nothing out",
    help: "No folder that is asked about matches it. Take it out of gate.toml, or mend it.",
};
pub(super) static SUBMODULE: Rule = Rule {
    id: "readmes/submodule",
    level: Level::Note,
    answer: Answer::Wrong,
    summary: "a submodule is not looked into",
    help: "Its files are another repository's; ask gate there.",
};
pub(super) static PATH_UNSEEN: Rule = Rule {
    id: "readmes/path-unseen",
    level: Level::Warn,
    answer: Answer::CannotTell,
    summary: "a path in a section cannot be looked at",
    help: "It lies in a submodule, whose files are another repository's, or it is promoted but not on disk now (deleted, or left out of \
           a sparse checkout).",
};
pub(super) static UNREADABLE: Rule = Rule {
    id: "readmes/unreadable",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a README cannot be read",
    help: "It is tracked, but what stands there now is gone, may not be read, is no regular file, or is a link to nothing or \
           in a circle. In a sparse checkout, check the folder out.",
};
pub(super) static TOO_LARGE: Rule = Rule {
    id: "readmes/too-large",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a README is larger than 4 MiB, or one section points to more than 1000 places",
    help: "gate does not read all of it; nor does anybody else.",
};
pub(super) static NOT_TEXT: Rule = Rule {
    id: "readmes/not-text",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a README is not UTF-8 text",
    help: "Save it as UTF-8. A byte-order mark and CRLF line ends are fine; UTF-16 and NUL bytes are not.",
};
pub(super) static NO_MATCH: Rule = Rule {
    id: "readmes/no-match",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a `folders` glob matches no folder",
    help: "A glob that matches nothing asks nothing. Globs are relative to the root, case-sensitive, and `*` stays within one folder; a \
           folder counts when it holds promoted files.",
};
pub(super) static ODD_NAME: Rule = Rule {
    id: "readmes/odd-name",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a folder's name cannot be used",
    help: "It is not UTF-8 or holds a newline. Rename the folder.",
};
pub(super) static NO_TREE: Rule = Rule {
    id: "readmes/no-tree",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "the promoted files could not be listed",
    help: "gate asks git for the tracked files; outside a repository it walks the folder. Neither worked, so no folder was looked at.",
};
