//! What can be wrong with the record itself.

use crate::check::{Answer, Level, Rule};

pub(crate) static NO_RECORD: Rule = Rule {
    id: "run-hashes/no-record",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "there is no run record",
    help: "Nothing says what ran. Run the smoke test through gate (`gate run -- CMD`), or fetch the record that CI made; `[run] \
           record` says where it is looked for (default `reports/run.json`). A run that was killed leaves none.",
};

pub(in crate::checks::run_hashes) static RECORD_UNREADABLE: Rule = Rule {
    id: "run-hashes/record-unreadable",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a run record cannot be read",
    help: "It is no regular file, may not be read, is a symbolic link, is larger than 16 MiB, or is not UTF-8 text.",
};

pub(in crate::checks::run_hashes) static RECORD_MALFORMED: Rule = Rule {
    id: "run-hashes/record-malformed",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a run record is no strict JSON object",
    help: "One JSON object and nothing after it (RFC 8259), nested at most 128 deep, in a `schema` that this gate knows. A \
           truncated record is no record: write it beside its place and rename it, as `gate run` does.",
};

pub(in crate::checks::run_hashes) static DUPLICATE_KEY: Rule = Rule {
    id: "run-hashes/duplicate-key",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a key stands twice in a run record",
    help: "Readers disagree on which one counts (RFC 8259, section 4), so that nobody knows what was recorded.",
};

pub(in crate::checks::run_hashes) static KEY_MISSING: Rule = Rule {
    id: "run-hashes/key-missing",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a run record lacks a key",
    help: "Every record has `run_id`, `config_hash`, `data_hash`, `started_at` and `finished_at`.",
};

pub(in crate::checks::run_hashes) static KEY_EMPTY: Rule = Rule {
    id: "run-hashes/key-empty",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a key of a run record is empty",
    help: "An empty hash proves nothing, and nobody sees that it is empty. Where there is no data, say so: `[run] no-data = \
           \"reason\"`, and the hash is `id:none`.",
};

pub(in crate::checks::run_hashes) static PLACEHOLDER: Rule = Rule {
    id: "run-hashes/placeholder",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a value in a run record stands for one to come",
    help: "`unknown`, `TODO`, zeros, or the hash of no bytes at all (`e3b0c442…`): whoever wrote the record hashed nothing.",
};

pub(in crate::checks::run_hashes) static FIELD_INVALID: Rule = Rule {
    id: "run-hashes/field-invalid",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a key of a run record holds something it cannot hold",
    help: "The five keys hold texts, `exit_code` a whole number, `dirty` true or false, `git_commit` and `git_tree` a full object \
           id in hex, and the tree is the commit's. A table of files is that of its hash. A `run_id` is one word of at most 200 \
           characters.",
};

pub(in crate::checks::run_hashes) static HASH_INVALID: Rule = Rule {
    id: "run-hashes/hash-invalid",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a recorded hash is not in the notation that is asked for",
    help: "Digests are written `dirHash1:<64 hex>` (or `h1:<base64>`), `sha256:<64 hex>`, `md5:<32 hex>`, `id:<text>`; bare hex \
           is read as `[run] algorithm` says. They are compared in full length, in the algorithm that gate.toml asks for.",
};

pub(in crate::checks::run_hashes) static RUN_ID_TWICE: Rule = Rule {
    id: "run-hashes/run-id-twice",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "two different records claim one run",
    help: "Beside the record lies another with the same `run_id` and other bytes. One of them is not of that run: remove it, or \
           give every run its own id.",
};

pub(in crate::checks::run_hashes) static ALIAS_MISSING: Rule = Rule {
    id: "run-hashes/alias-missing",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "an alias of the record is not there",
    help: "`[run] aliases` promises the same bytes at another path. `gate run` writes them all.",
};

pub(in crate::checks::run_hashes) static ALIAS_DIFFERS: Rule = Rule {
    id: "run-hashes/alias-differs",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "an alias of the record has other bytes",
    help: "Two records of one run that say different things: whoever reads the other one is misled. `gate run` writes the same \
           bytes to all.",
};

pub(in crate::checks::run_hashes) static RECORD_TRACKED: Rule = Rule {
    id: "run-hashes/record-tracked",
    level: Level::Warn,
    answer: Answer::Wrong,
    summary: "git tracks a run record",
    help: "A record is evidence about a commit, so it cannot be part of one: committing it makes it the record of an earlier \
           commit. `git rm --cached` it and add it to .gitignore.",
};
