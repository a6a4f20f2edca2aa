//! What can be wrong with the files of the bundle and of the data.

use crate::check::{Answer, Level, Rule};

pub(in crate::checks::run_hashes) static CONFIG_DIFFERS: Rule = Rule {
    id: "run-hashes/config-differs",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "the config is not the one that ran",
    help: "The digest of the config bundle, recomputed here, is not the recorded one. The files are named where the record has \
           its table of files; without one, compare `gate hash config` here and where the run was. Then run the smoke test again.",
};

pub(in crate::checks::run_hashes) static UNTRACKED: Rule = Rule {
    id: "run-hashes/untracked",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a file of the config bundle is not tracked by git",
    help: "The run could read it, and whoever gets the commit will not have it. `git add` it, move it out of the bundle, or name \
           the bundle's globs more closely. .gitignore does not matter here.",
};

pub(in crate::checks::run_hashes) static REWRITTEN: Rule = Rule {
    id: "run-hashes/rewritten",
    level: Level::Warn,
    answer: Answer::Wrong,
    summary: "git stores other bytes than lie here",
    help: "A line-end setting (`eol`, `text`, core.autocrlf), a filter (git-lfs among them), `ident` or `working-tree-encoding` \
           in .gitattributes stands between the file and the commit, or it was changed since. Another checkout can have other \
           bytes and so another digest. Set `-text` or `eol=lf` for config files.",
};

pub(in crate::checks::run_hashes) static LFS_POINTER: Rule = Rule {
    id: "run-hashes/lfs-pointer",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a git-lfs pointer stands where the bytes should be",
    help: "The digest would be the pointer's. `git lfs pull` brings the bytes.",
};

pub(in crate::checks::run_hashes) static SYMLINK: Rule = Rule {
    id: "run-hashes/symlink",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a symbolic link in the config bundle or the data",
    help: "What it leads to can change without the link. `symlinks = \"follow\"` under `[run]` hashes what links lead to, inside \
           the root.",
};

pub(in crate::checks::run_hashes) static LINK_UNFOLLOWED: Rule = Rule {
    id: "run-hashes/link-unfollowed",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a symbolic link cannot be followed",
    help: "It leads out of the root, nowhere, round in a circle, or to something that is no file and no folder.",
};

pub(in crate::checks::run_hashes) static NAME_CLASH: Rule = Rule {
    id: "run-hashes/name-clash",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "two names differ only in case or Unicode form",
    help: "macOS and Windows take them for one file, so that a checkout there has one of the two. Rename one.",
};

pub(in crate::checks::run_hashes) static FOLDER_ONLY: Rule = Rule {
    id: "run-hashes/folder-only",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "a glob matches a folder, and not all its files",
    help: "What lies in the folder is in no digest. Write `folder/**` for all of it, or a glob that matches files only, as \
           `*.yaml`.",
};

pub(in crate::checks::run_hashes) static NOT_ONE_FILE: Rule = Rule {
    id: "run-hashes/not-one-file",
    level: Level::Block,
    answer: Answer::Wrong,
    summary: "`sha256-file` asks for one file, and the bundle has more",
    help: "Take `dirHash1`, or name the one file.",
};

pub(in crate::checks::run_hashes) static NOT_COMPARED: Rule = Rule {
    id: "run-hashes/not-compared",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a recorded digest could not be compared",
    help: "What the record says of config or data was compared with nothing, because the files here could not be hashed. The \
           other lines say why; softening them does not make a comparison of it.",
};

pub(in crate::checks::run_hashes) static NOT_ON_DISK: Rule = Rule {
    id: "run-hashes/not-on-disk",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "git has a file of config or data that is not on disk",
    help: "It is deleted here, or left out of a sparse checkout, so that neither the run nor gate has seen it; whoever gets the \
           commit will have it. Check it out: `git checkout -- FILE`; in a sparse checkout `git sparse-checkout add FOLDER`; \
           where it is marked, `git update-index --no-skip-worktree FILE`.",
};

pub(in crate::checks::run_hashes) static SUBMODULE: Rule = Rule {
    id: "run-hashes/submodule",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a submodule where config or data is, and it is not checked out",
    help: "Neither the run nor gate has seen what a whole checkout has there: `git submodule update --init`. Its files are \
           another repository's and belong into no digest; name the globs more closely.",
};

pub(in crate::checks::run_hashes) static NO_MATCH: Rule = Rule {
    id: "run-hashes/no-match",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a glob of the config bundle matches no file",
    help: "Mostly it is misspelt or the file has moved; then the bundle is not what it was meant to be.",
};

pub(in crate::checks::run_hashes) static UNREADABLE: Rule = Rule {
    id: "run-hashes/unreadable",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a file of the bundle or of the data cannot be read",
    help: "It is not there, may not be read, or is no regular file.",
};

pub(in crate::checks::run_hashes) static CHANGING: Rule = Rule {
    id: "run-hashes/changing",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a file changed while it was hashed",
    help: "Its size or time of change was another afterwards. Something writes there now; ask again when it is done.",
};

pub(in crate::checks::run_hashes) static ODD_NAME: Rule = Rule {
    id: "run-hashes/odd-name",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a name cannot be written into a digest",
    help: "It is not UTF-8 or holds a newline. Rename the file.",
};

pub(in crate::checks::run_hashes) static NOT_A_FILE: Rule = Rule {
    id: "run-hashes/not-a-file",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a FIFO, socket or device where a file should be",
    help: "It is not opened, and so not hashed.",
};

pub(in crate::checks::run_hashes) static OTHER_REPOSITORY: Rule = Rule {
    id: "run-hashes/other-repository",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "files of another repository match the bundle",
    help: "A submodule or nested repository is not this commit's, and its files are left out of the digest, though the run could \
           read them. Name the globs more closely.",
};

pub(in crate::checks::run_hashes) static SOURCE_EMPTY: Rule = Rule {
    id: "run-hashes/source-empty",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "the data has no file",
    help: "The digest of nothing is no digest.",
};

pub(in crate::checks::run_hashes) static SOURCE_MALFORMED: Rule = Rule {
    id: "run-hashes/source-malformed",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a description of the data cannot be read",
    help: "The `.dvc` file, `dvc.lock`, git-lfs pointer or manifest breaks its format, names a path outside the root, or says \
           more than one thing.",
};
