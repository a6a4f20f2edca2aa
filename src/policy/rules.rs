//! The rules of the reserved name `promotion`: what concerns the promotion itself and no kind.

use crate::check::{Answer, Level, Rule};

pub(crate) static DIRTY_TREE: Rule = Rule {
    id: "promotion/dirty-tree",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "tracked files differ from HEAD",
    help: "A commit is promoted, but what lies in the work tree is judged. Where they differ, the verdict would be about something that \
           is not promoted. Commit or stash the changes. Files that git was told not to look at (assume-unchanged, skip-worktree) count as \
           different. Untracked and ignored files do not count. `[promotion] allow-dirty = \"reason\"` forgives it; `gate check` notes it.",
};
pub(crate) static NO_CHECKS: Rule = Rule {
    id: "promotion/no-checks",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "no check is enabled",
    help: "A gate that asks nothing cannot say yes. Add a check to gate.toml (`gate list` shows the kinds), or enable one.",
};
pub(crate) static NO_COMMIT: Rule = Rule {
    id: "promotion/no-commit",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "the commit that would be promoted cannot be named",
    help: "gate decides about a commit. Outside a git repository, in one without a commit or a work tree, or where git does not answer, there \
           is none to decide about.",
};
pub(super) static NOTHING_EXAMINED: Rule = Rule {
    id: "promotion/nothing-examined",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a check found nothing to examine",
    help: "Zero files, jobs, packages or results examined is no proof that all is well: mostly a glob or a path is wrong. Where it is \
           meant, say why: `allow-empty = \"reason\"` in the check's table.",
};
pub(super) static CHECK_PANICKED: Rule = Rule {
    id: "promotion/check-panicked",
    level: Level::Block,
    answer: Answer::CannotTell,
    summary: "a check broke down",
    help: "This is a fault of gate, not of your commit; please report it with the message and, if you can, the file that was read. The \
           other checks were run all the same.",
};
pub(crate) static BYPASSED: Rule = Rule {
    id: "promotion/bypassed",
    level: Level::Note,
    answer: Answer::Wrong,
    summary: "a push went past the smoke test",
    help: "`BYPASS_SMOKE=1 git push` was used in this clone, and no good run of the pushed commit, or of one that stands upon it, has been \
           recorded since. `gate run` on a clean tree settles it for good. A commit that was amended, rebased or dropped is settled by hand: \
           `gate hook settle COMMIT --reason WHY`. It changes no exit code.",
};
pub(super) static BYPASSES_UNREAD: Rule = Rule {
    id: "promotion/bypasses-unread",
    level: Level::Note,
    answer: Answer::CannotTell,
    summary: "what is written down of pushes past the smoke test cannot be read",
    help: "Somebody edited `.gate/bypasses.jsonl`, a write was cut off, or a newer gate wrote it. Take the line out when you know what it said. \
           It changes no exit code.",
};

/// All of them, as they are documented.
pub(crate) static PROMOTION: &[&Rule] =
    &[&DIRTY_TREE, &NO_CHECKS, &NO_COMMIT, &NOTHING_EXAMINED, &CHECK_PANICKED, &BYPASSED, &BYPASSES_UNREAD];
