//! What can be wrong with the data that a run used.

use crate::check::{Answer, Level, Rule};

pub(in crate::checks::run_hashes) static DATA_DIFFERS: Rule = Rule {
    id: "run-hashes/data-differs",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "the data is not the one that ran",
    help: "The recorded `data_hash` is not that of the data described by `[run.data]`. The files are named where the record has \
           its table of files.",
};

pub(in crate::checks::run_hashes) static DATA_UNEXPECTED: Rule = Rule {
    id: "run-hashes/data-unexpected",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "the run used other data than is expected",
    help: "`expect` or `expect-file` names another digest than the record. Get the expected snapshot and run again, or, if the \
           new one is meant: `gate hash data --update`.",
};

pub(in crate::checks::run_hashes) static EXPECT_STALE: Rule = Rule {
    id: "run-hashes/expect-stale",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "the data here is not the expected one",
    help: "`expect` or `expect-file` names another digest than that of the data that lies here.",
};

pub(in crate::checks::run_hashes) static DECLARED_DIFFERS: Rule = Rule {
    id: "run-hashes/declared-differs",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "the data here is not what its description says",
    help: "The bytes amount to another digest than the `.dvc` file, `dvc.lock` or manifest names: the data was changed, or the \
           description is old.",
};

pub(in crate::checks::run_hashes) static DECLARED: Rule = Rule {
    id: "run-hashes/declared",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "the data's digest is declared, not recomputed",
    help: "The bytes are not here, so nobody has looked. Bring them (`dvc pull`, `git lfs pull`), or accept it: `allow-declared = \
           \"reason\"`. A label (`id`) can never be recomputed.",
};

pub(in crate::checks::run_hashes) static SOURCE_UNTRACKED: Rule = Rule {
    id: "run-hashes/source-untracked",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "what describes the data is not tracked by git",
    help: "A `.dvc` file, `dvc.lock` or manifest says which files the data is, and a git-lfs pointer what its bytes are: they \
           must be part of the commit. `git add` it.",
};

pub(in crate::checks::run_hashes) static EXPECT_MISSING: Rule = Rule {
    id: "run-hashes/expect-missing",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "the file that names the expected data is not there",
    help: "`gate hash data --update` writes it; commit it.",
};

pub(in crate::checks::run_hashes) static EXPECT_UNREADABLE: Rule = Rule {
    id: "run-hashes/expect-unreadable",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "the file that names the expected data cannot be read",
    help: "It is TOML with `version = 1`, `digest = \"dirHash1:…\"` and, if you like, `id = \"…\"`.",
};

pub(in crate::checks::run_hashes) static EXPECT_UNTRACKED: Rule = Rule {
    id: "run-hashes/expect-untracked",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "the file that names the expected data is not tracked by git",
    help: "The commit carries no such expectation. `git add` it.",
};
