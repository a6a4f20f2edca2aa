//! What can be wrong with the run that a record speaks of.

use crate::check::{Answer, Level, Rule};

pub(in crate::checks::run_hashes) static TIME_INVALID: Rule = Rule {
    id: "run-hashes/time-invalid",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a recorded time cannot be read, or has no zone",
    help: "`started_at` and `finished_at` are RFC 3339 times with an offset, as `2026-11-20T09:30:00Z`. A time without a zone is \
           another moment on another machine.",
};

pub(in crate::checks::run_hashes) static TIME_FUTURE: Rule = Rule {
    id: "run-hashes/time-future",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a recorded time lies in the future",
    help: "It is later than now by more than `skew` (default 5m): a clock is wrong, or the record was made up.",
};

pub(in crate::checks::run_hashes) static TIME_REVERSED: Rule = Rule {
    id: "run-hashes/time-reversed",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a run finished before it started",
    help: "The clock was set back during the run, or the record was made up. Run it again.",
};

pub(in crate::checks::run_hashes) static TOO_OLD: Rule = Rule {
    id: "run-hashes/too-old",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a run is older than `max-age`",
    help: "From `finished_at` to now. A run of exactly `max-age` is not too old.",
};

pub(in crate::checks::run_hashes) static BEFORE_CONFIG: Rule = Rule {
    id: "run-hashes/before-config",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a run is older than the config's last commit",
    help: "The record names no commit that could be compared, and it finished before the last commit (committer date) that \
           changed a file of the config bundle: it ran on another config.",
};

pub(in crate::checks::run_hashes) static CONFIG_AGE_UNKNOWN: Rule = Rule {
    id: "run-hashes/config-age-unknown",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "nobody knows when the config was last committed",
    help: "The record names no commit that could be compared, so its time is compared with the last change of the config, and the \
           history does not say when that was. In CI fetch the whole history (`fetch-depth: 0`).",
};

pub(in crate::checks::run_hashes) static RUN_FAILED: Rule = Rule {
    id: "run-hashes/run-failed",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "the run did not end well",
    help: "Its `exit_code` is not 0, or a signal ended or interrupted it. What failed is not promoted.",
};

pub(in crate::checks::run_hashes) static EXIT_CODE_ABSENT: Rule = Rule {
    id: "run-hashes/exit-code-absent",
    level: Level::Warn,
    answer: Answer::CannotTell,
    summary: "a record does not say how its run ended",
    help: "A record without `exit_code` may be that of a failed run. `gate run` records it; a writer of your own can, as a \
           number.",
};

pub(in crate::checks::run_hashes) static OTHER_COMMIT: Rule = Rule {
    id: "run-hashes/other-commit",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a run was of another commit with another tree",
    help: "What ran is not what would be promoted. Run the smoke test on this commit. `allow-commit = \"reason\"` accepts it.",
};

pub(in crate::checks::run_hashes) static SAME_TREE: Rule = Rule {
    id: "run-hashes/same-tree",
    level: Level::Note,
    answer: Answer::Wrong,
    summary: "a run was of another commit with the same tree",
    help: "After a squash, a fast-forward or an amended message: the files are the same, so what ran is what is promoted.",
};

pub(in crate::checks::run_hashes) static COMMIT_ABSENT: Rule = Rule {
    id: "run-hashes/commit-absent",
    level: Level::Warn,
    answer: Answer::CannotTell,
    summary: "a record does not say which commit ran",
    help: "A record without `git_commit` ties the run to nothing. `gate run` records commit and tree.",
};

pub(in crate::checks::run_hashes) static NO_HISTORY: Rule = Rule {
    id: "run-hashes/no-history",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "git cannot say what is promoted",
    help: "The commit, or the files that git tracks, could not be asked for: not a git repository, no commit yet, or git did not \
           answer.",
};

pub(in crate::checks::run_hashes) static DIRTY_RUN: Rule = Rule {
    id: "run-hashes/dirty-run",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a run was of a dirty tree",
    help: "Tracked files differed from the commit when the run began, so what ran is no commit. Commit and run again. \
           `allow-dirty = \"reason\"` accepts it.",
};

pub(in crate::checks::run_hashes) static DIRTY_ABSENT: Rule = Rule {
    id: "run-hashes/dirty-absent",
    level: Level::Warn,
    answer: Answer::CannotTell,
    summary: "a record does not say whether its tree was dirty",
    help: "A record without `dirty` may be of files that no commit has. `gate run` records it; a writer of your own can, as true \
           or false.",
};

pub(in crate::checks::run_hashes) static CHANGED_DURING_RUN: Rule = Rule {
    id: "run-hashes/changed-during-run",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "something changed while the run was on",
    help: "Config or data were hashed before the run and after it, and were not the same, or the commit was another: the run saw \
           a mixture. Find out who writes there, or keep what a run writes out of the bundle.",
};

pub(in crate::checks::run_hashes) static OTHER_COMMAND: Rule = Rule {
    id: "run-hashes/other-command",
    level: Level::Warn,
    answer: Answer::Wrong,
    summary: "the record is of another command than the configured one",
    help: "`[run] smoke` says what the smoke test is, and the record says that something else ran. Run `gate run` without a \
           command, or mend `smoke`.",
};

pub(in crate::checks::run_hashes) static RECORDED_ONLY: Rule = Rule {
    id: "run-hashes/recorded-only",
    level: Level::Note,
    answer: Answer::Wrong,
    summary: "gate did not see the run that a record is of",
    help: "`gate run --record-only` wrote down what it was told of a run that something else did.",
};

pub(in crate::checks::run_hashes) static ACCEPTED: Rule = Rule {
    id: "run-hashes/accepted",
    level: Level::Note,
    answer: Answer::Wrong,
    summary: "something is accepted for a reason",
    help: "gate.toml says why, in `allow-commit`, `allow-dirty` or `allow-declared`.",
};
