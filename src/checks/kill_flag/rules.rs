//! Every way in which the report of a kill flag's probe, or the runner that it measured, can fall short.

use crate::checks::table::rules;

rules! { "kill-flag":
    NO_REPORT = "no-report", Block, CannotTell, "there is no report of a probe",
        "Nobody measured whether the runner stops. Run `gate probe kill-flag`, or fetch the report that CI made; `report` says where it is looked for. A probe \
         that was ended leaves none.";
    UNREADABLE = "unreadable", Block, CannotTell, "a report cannot be read",
        "It is no regular file, may not be read, is a symbolic link, is larger than 64 MiB, or is not UTF-8 text.";
    MALFORMED = "malformed", Block, CannotTell, "a report is not as its schema says",
        "One strict JSON object in the schema `gate.kill-flag/1`, with every key it asks for and no other; see docs/formats/kill-flag.md. A truncated report is no \
         report.";
    OTHER_SCHEMA = "other-schema", Block, CannotTell, "a report is of another tool, or of a newer gate",
        "`schema` is `gate.kill-flag/1` in every report that this gate can judge.";
    EDITED = "edited", Block, CannotTell, "a report is not as the probe wrote it",
        "Its seal, the SHA-256 of its text, is not that of the text. A formatter, an editor or a transfer that changes line ends may have done it. Measure again; a \
         report is never mended. The seal shows an accident, it does not prove who wrote the report.";
    REPORT_TRACKED = "report-tracked", Warn, Wrong, "git tracks a report",
        "A report is evidence about a commit, so it cannot be part of one: committing it makes it the report of an earlier commit. `git rm --cached` it and add it \
         to .gitignore.";
    OTHER_COMMIT = "other-commit", Block, Wrong, "the runner of another commit was measured",
        "What was measured is not what would be promoted. Run the probe on this commit.";
    SAME_TREE = "same-tree", Note, Wrong, "the runner of another commit with the same tree was measured",
        "After a squash, a fast-forward or an amended message: the files are the same, so what was measured is what is promoted.";
    COMMIT_ABSENT = "commit-absent", Block, CannotTell, "a report does not say which commit was measured",
        "Without `git_commit`, or without `dirty`, a report is tied to no files: the probe ran outside of git, or git did not answer.";
    NO_HISTORY = "no-history", Block, CannotTell, "git cannot say what is promoted",
        "The commit, or the files that git tracks, could not be asked for: not a git repository, no commit yet, or git did not answer.";
    DIRTY = "dirty", Block, Wrong, "the runner of a dirty tree was measured",
        "Tracked files differed from the commit when the probe began, so what was measured is no commit. Commit, and run the probe again.";
    TOO_OLD = "too-old", Block, Wrong, "a report is older than `max-age`",
        "From `finished_at` to now. A report of exactly `max-age` is not too old.";
    FUTURE = "future", Block, Wrong, "a report was written in the future",
        "Its time is later than now by more than 5m: a clock is wrong, or the report was made up.";
    FEWER_TRIALS = "fewer-trials", Block, Wrong, "fewer moments were tried than are asked for",
        "`trials` says how many random moments are wanted, and the probe was asked for fewer. A runner that looks at every second tick passes one trial in two.";
    OTHER_COMMAND = "other-command", Block, Wrong, "another command was measured than the configured one",
        "`command` says which runner is meant, and the report is of another. Run the probe without a command of its own, or mend `command`.";
    OTHER_OPTIONS = "other-options", Block, Wrong, "the runner was held to another promise than the configured one",
        "The flag, the tick, the heartbeat, the folder and the variables are those of gate.toml, the grace, the time to start and the exit codes are no laxer, and trials are held side by \
         side only where `parallel` asks for it. \
         Run the probe again with the options as they are now.";
    FILES_CHANGED = "files-changed", Block, Wrong, "a file of the command is not the one that was measured",
        "A word of the command names a file in the root, and its bytes are not those that the probe hashed.";
    FILE_UNREAD = "file-unread", Warn, CannotTell, "a file of the command cannot be compared",
        "A word of the command names a link that leads out of the root, or a file that could not be read, then or now: nobody knows whether it is the one that \
         was measured. Name an interpreter by its plain name, and files by paths inside the root.";
    LATE = "late", Block, Wrong, "the runner was late to stop",
        "It was gone later than a tick and the grace after the flag was made. Typical reasons: it looks at every second tick only, looks after the work and not before, \
         or sleeps longer than a tick. The seed in the report makes the same moments again.";
    WORKED_ON = "worked-on", Block, Wrong, "the runner went on working after the flag",
        "The unit of work that was on may be finished. More than one heartbeat after the flag, or any at all where the flag was there before the start, is work that \
         nobody wanted any more.";
    STILL_ALIVE = "still-alive", Block, Wrong, "the runner did not stop",
        "It was still there long after the limit, and gate ended it. It may not look for the flag at all, look for it in another folder (`cwd`), or swallow its \
         own exit, as a bare `except:` does with SystemExit.";
    BAD_EXIT = "bad-exit", Block, Wrong, "the runner stopped with a bad exit code, or by a signal",
        "A flag that is obeyed ends with one of `exit-codes`. A supervisor would take this end for a crash, and start the runner again.";
    TRACEBACK = "traceback", Block, Wrong, "the runner stopped with a traceback",
        "A traceback or a panic on standard error: it was killed by the flag, it did not obey it.";
    LEFT_BEHIND = "left-behind", Block, Wrong, "the runner left processes behind",
        "When it had ended and the grace was over, processes that it had started were still there. They go on with \
         the work that the flag was to end. End and wait for every child before the exit.";
    CRASHED = "crashed", Block, Wrong, "the runner ended without a flag",
        "A runner that ends by itself obeys every flag, it seems. Without a flag it must be there after three ticks.";
    NOT_STARTED = "not-started", Block, Wrong, "the runner could not be started",
        "The command was not found, may not be executed, or is of a form that the system does not start. Mend `command` and `cwd`.";
    NEVER_TICKED = "never-ticked", Block, Wrong, "no heartbeat was seen, or too few",
        "Within `startup-timeout` the heartbeat must show, and go on. Standard output that goes to a pipe is often held back: `python -u`, \
         `stdbuf -oL`, or a flush after each line.";
    ODD_FLAG = "odd-flag", Warn, Wrong, "the runner takes an odd flag for none",
        "A flag that is a folder, a link or an unreadable file was there, and the runner went on. In an emergency the flag is made by hand, and nobody looks \
         twice. Ask whether the name is there (`lexists`, `symlink_metadata`), not whether a file can be opened.";
    TICK_DIFFERS = "tick-differs", Block, Wrong, "the declared tick is not the one that was observed",
        "The median time between two heartbeats is less than `tick` / 1.5 or more than `tick` / 0.67. A tick declared too long lets any runner pass.";
    TICK_NOT_OBSERVED = "tick-not-observed", Warn, CannotTell, "nobody knows whether the declared tick is true",
        "Without a heartbeat gate cannot see a tick, and takes the declared one on trust. Give a `heartbeat`.";
    LAX_GRACE = "lax-grace", Warn, Wrong, "the grace forgives a tick in which nobody looked",
        "The limit is a tick and the grace. Where the grace is as long as the tick, or two ticks as they were observed are within the limit, a runner that looks \
         at every second tick only is never late. Give the runner less, or a longer tick that is true.";
    UNPROVEN = "unproven", Block, CannotTell, "trials that could not tell, or are missing",
        "A trial was interrupted, could not be held, or the machine was too busy to measure it; or the report has not every kind of trial. Run the probe again, on a \
         machine with less to do.";
}
