//! Every way in which a run record, its run, the config and the data can fall short, or keep gate from telling.

mod data;
mod files;
mod record;
mod run;

pub(super) use data::*;
pub(super) use files::*;
pub(crate) use record::NO_RECORD;
pub(super) use record::*;
pub(super) use run::*;

use crate::check::Rule;

/// All of them, in the order of the documentation.
pub(super) static ALL: &[&Rule] = &[
    &NO_RECORD,
    &RECORD_UNREADABLE,
    &RECORD_MALFORMED,
    &DUPLICATE_KEY,
    &KEY_MISSING,
    &KEY_EMPTY,
    &PLACEHOLDER,
    &FIELD_INVALID,
    &HASH_INVALID,
    &RUN_ID_TWICE,
    &ALIAS_MISSING,
    &ALIAS_DIFFERS,
    &RECORD_TRACKED,
    &TIME_INVALID,
    &TIME_FUTURE,
    &TIME_REVERSED,
    &TOO_OLD,
    &BEFORE_CONFIG,
    &CONFIG_AGE_UNKNOWN,
    &RUN_FAILED,
    &EXIT_CODE_ABSENT,
    &OTHER_COMMIT,
    &SAME_TREE,
    &COMMIT_ABSENT,
    &NO_HISTORY,
    &DIRTY_RUN,
    &DIRTY_ABSENT,
    &CHANGED_DURING_RUN,
    &OTHER_COMMAND,
    &RECORDED_ONLY,
    &ACCEPTED,
    &CONFIG_DIFFERS,
    &UNTRACKED,
    &REWRITTEN,
    &LFS_POINTER,
    &SYMLINK,
    &LINK_UNFOLLOWED,
    &NAME_CLASH,
    &FOLDER_ONLY,
    &NOT_ONE_FILE,
    &NOT_COMPARED,
    &NOT_ON_DISK,
    &SUBMODULE,
    &NO_MATCH,
    &UNREADABLE,
    &CHANGING,
    &ODD_NAME,
    &NOT_A_FILE,
    &OTHER_REPOSITORY,
    &SOURCE_EMPTY,
    &SOURCE_MALFORMED,
    &DATA_DIFFERS,
    &DATA_UNEXPECTED,
    &EXPECT_STALE,
    &DECLARED_DIFFERS,
    &DECLARED,
    &SOURCE_UNTRACKED,
    &EXPECT_MISSING,
    &EXPECT_UNREADABLE,
    &EXPECT_UNTRACKED,
];
