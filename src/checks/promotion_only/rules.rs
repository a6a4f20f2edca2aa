//! Every way in which a repository's workflows let a commit past its promotion, or keep gate from telling.

use super::super::table::rules;

rules! { "promotion-only":
    REFUSED = "refused", Block, Wrong, "GitHub refuses a workflow, so nothing in it runs",
        "A workflow that GitHub cannot read starts no job at all, and a check that never runs blocks nothing or waits for ever. The line says what is \
         wrong with it. A file that is no workflow belongs elsewhere.";
    NO_PROMOTE = "no-promote", Block, Wrong, "no job of the workflows promotes",
        "The promote job has the id or the name `promote`, or what `job` says. `gate init --github` writes a workflow that has one. A job that was \
         renamed is waited for under its old name where it is a required check.";
    AMBIGUOUS = "ambiguous", Block, Wrong, "several jobs may be the promote job",
        "One job decides. Say which with `workflow` and `job`, or give the others another id and name.";
    NOTHING_REQUIRED = "nothing-required", Block, Wrong, "promote needs no job, so nothing has to succeed before it",
        "List in its `needs:` what must have succeeded: the smoke test at least.";
    NOT_NEEDED = "not-needed", Block, Wrong, "a required job is not among those that promote needs",
        "A job that promote does not need may fail or still run while promote is green. Add it to `needs:` of promote.";
    RUNS_ANYWAY = "runs-anyway", Block, Wrong, "promote can be green although a required job did not succeed",
        "`always()`, `!cancelled()` and `failure()` let a job run whatever became of those it needs. Where it is meant, a step has to fail unless every \
         `needs.*.result` is `success`: `gate aggregate` is that step. Where it is not, take the `if:` away: GitHub then skips the job.";
    FORGIVEN = "continue-on-error", Block, Wrong, "a failure counts as a success because of `continue-on-error`",
        "Set on a job, `continue-on-error` makes `needs.<job>.result` say `success` although the job is red; set on a step, the job goes on and is \
         green. What promote rests on must not have it. A job that may fail belongs outside of what promote needs.";
    NOTHING_RAN = "nothing-ran", Block, Wrong, "promote, or a job that it rests on, succeeds without having judged anything",
        "On that event every step that judges is skipped by its `if:`, and a skipped step fails nothing. A called workflow whose jobs are all skipped is a success to those that need it. Give one of its jobs no `if:`, or call it only when it runs.";
    SKIPPED_COUNTS = "skipped-counts", Block, Wrong, "a required job that was skipped lets promote be green",
        "A job that was skipped looked at nothing. Take its `if:` away, or do not require it; where skipping is meant, allow it by name: `allow = [{ rule \
         = \"skipped-counts\", … }]`.";
    SKIPPED_PASSES = "skipped-passes", Block, Wrong, "promote is skipped when a required job fails, and GitHub takes a skipped check for a passed one",
        "On a pull request promote can only be a required check, and a required check that was skipped counts as passed. Give it `if: always()` and a step \
         that fails unless every needed job succeeded (`gate aggregate`).";
    LAUNDERED = "laundered", Block, Wrong, "a step goes on, and is green, although its test or gate failed",
        "The exit code of the command is thrown away: by `|| true`, `set +e`, a pipe without `pipefail`, `&`, a condition, a substitution. Let it end the \
         step. `shell: bash` switches `pipefail` on; GitHub's default does not.";
    FAIL_OPEN = "fail-open", Block, Wrong, "a test is not run when something is missing, or never, and the step is green",
        "What was to be tested is not there, and that is taken for success. Let the step fail instead: `[ -f x ] || exit 1`, or no question at all. A \
         test behind `exit 0`, or in a script that its `shell:` only looks at (`bash -n {0}`), is never run.";
    CANNOT_FAIL = "cannot-fail", Block, Wrong, "a required job has no command whose failure fails it",
        "Whatever happens in it, it succeeds, so that requiring it means nothing. An action that gate does not know may fail, and counts, unless \
         `continue-on-error` forgives it; no other rule asks for it then, for nobody knows whether it judges.";
    ALWAYS_TRUE = "always-true", Block, Wrong, "a condition is always true by accident",
        "Text around `${{ … }}` (the line break at the end of `if: |` or `if: >` is enough) makes GitHub compare a text, and every text but \
         the empty one is true. Write the expression without `${{ }}`, on one line.";
    NEVER_TRUE = "never-true", Block, Wrong, "promote, or what it rests on, never runs",
        "Its condition is false for every event that starts the workflow, so that nothing is ever looked at. Take it away, or the job.";
    MAY_BE_SKIPPED = "may-be-skipped", Warn, Wrong, "a required job can be green without having judged anything",
        "Every step of it that judges has an `if:` that may be false, and a skipped step fails nothing. Where skipping is meant, skip the job and not its \
         steps: then those that need it can see it.";
    UNDECLARED = "undeclared-blocker", Block, Wrong, "a job that is not required blocks promote all the same",
        "Promote needs it, and it is not allowed to fail: it blocks. Add it to `requires`, or take it out of `needs:`.";
    PUBLISHES = "publishes-past-promote", Block, Wrong, "something is published or deployed without promote having succeeded",
        "Put it into a job with `needs: promote` and no `if:`; GitHub skips that job unless promote succeeded. What publishes nothing that matters is \
         allowed by name: `allow = [{ rule = \"publishes-past-promote\", file = …, job = …, reason = … }]`.";
    ENTRY = "entry-past-promote", Block, Wrong, "an event by hand, by clock or by another run publishes without promote",
        "`workflow_dispatch`, `schedule`, `repository_dispatch` and `workflow_run` start a workflow without what a push goes through; `workflow_run` does \
         even after a failed run. Let the publishing job need promote there as well, or ask for `github.event.workflow_run.conclusion == 'success'` of a run \
         that promotes.";
    RIGHTS = "publish-rights", Warn, Wrong, "a job past promote has the rights to publish",
        "`contents: write`, `packages: write`, `id-token: write` and the like can publish, and so can whatever the job runs. Give each job what it uses, \
         and put the job behind promote. Nothing that is known to publish was found in it.";
    CANCELLED = "cancel-in-progress", Block, Wrong, "a newer run cancels promote",
        "A promotion that was cancelled decided nothing, and one that publishes is cut in the middle. Set `cancel-in-progress: false` for what promote \
         belongs to.";
    SHARED_GROUP = "shared-group", Warn, Wrong, "runs of different commits wait in one concurrency group",
        "Of the runs that wait in a group GitHub keeps only the newest, so that some commits are never judged. Put `github.sha` or the number of the \
         pull request into the name of the group.";
    NOT_STARTED = "not-started", Block, Wrong, "no push, pull request or merge starts promote",
        "Started by hand, by clock or by another run alone, promote looks at a commit only when somebody thinks of it. Add `push:`, `pull_request:` or \
         `merge_group:`, or a tag or release that publishes, to `on:`.";
    FILTERED = "path-filter", Block, Wrong, "a filter keeps the workflow of promote from running on some pull requests",
        "A required check of a workflow that a filter skips stays pending for ever, and people then switch it off. Take `paths`, `paths-ignore` and \
         `branches-ignore` away, and let the jobs find out what there is to do.";
    SKIPS_CI = "skips-ci", Warn, Wrong, "a workflow pushes a commit that no workflow looks at",
        "`[skip ci]` in a commit's message keeps every workflow from starting for it, promote included. Let the commit be judged as any other.";
    MERGE_QUEUE = "merge-queue", Block, Wrong, "the merge queue is used, and promote does not run in it",
        "A merge queue asks for the required checks again, on the commit that it made. Without `merge_group:` in `on:` of promote's workflow it waits for ever.";
    BYPASS = "bypass", Block, Wrong, "a `BYPASS_…` variable reaches promote",
        "The escape hatch is for a push from a laptop, and is written down there. Set in the workflow it opens every promotion.";
    UNTRUSTED = "pull-request-target", Block, Wrong, "code of a pull request runs in promote with the rights of the repository",
        "`pull_request_target` gives the secrets and a token that may write; a checkout of the head then runs a stranger's code with them, and lets it decide \
         about itself. Use `pull_request`.";
    BASELINE = "own-baseline", Block, Wrong, "a scanner writes its own baseline on the way to promote",
        "It accepts whatever it finds. Make the baseline at home, commit it, and let CI only read it.";
    LENIENT = "lenient-scanner", Block, Wrong, "a scanner on the way to promote is told to succeed whatever it finds",
        "Its findings are printed, and nothing asks for them. Take the option away; where it only reports, move it out of what promote needs.";
    LOST = "lost-call", Block, Wrong, "a workflow or an action that is called is not there",
        "GitHub ends the run there. The path is relative to the root of the repository and begins with `./`; a called workflow has `on: workflow_call`.";
    REMOTE = "remote-workflow", Block, CannotTell, "a required job, or one that may publish, calls a workflow of another repository",
        "gate reads only this repository. Copy it here, or allow it once somebody has read the pinned commit: `allow = [{ rule = \"remote-workflow\", … }]`.";
    UNPROVEN = "unproven", Block, CannotTell, "it could not be shown that promote looks at the results of the jobs it needs",
        "A step looks at `needs` in a way that gate cannot follow. `gate aggregate`, `test \"$RESULT\" = success` and a condition on `needs.*.result` can be \
         followed.";
    UNREAD = "unread-script", Warn, CannotTell, "a script of a required job is in a language, or a form, that gate does not read",
        "Whether it throws an exit code away is not known. gate reads POSIX shell and bash.";
    UNREAD_ENV = "unread-env", Warn, CannotTell, "an `env:` on the way to promote is an expression, and may set a bypass",
        "What it comes to is known only while it runs, and a `BYPASS_…` may be among it. Write the variables out.";
    UNREADABLE = "unreadable", Block, CannotTell, "a workflow could not be read",
        "It is no UTF-8 text, too large, a link, or may not be read.";
    NO_TREE = "no-tree", Block, CannotTell, "the promoted files could not be listed",
        "Without the list of tracked files gate does not know what is promoted. The message says what git answered.";
    UNMATCHED = "glob-unmatched", Block, CannotTell, "a glob of `workflows` matches no workflow",
        "What it was written for was moved or renamed; as it is, it asks about nothing.";
    EXCLUDE_UNUSED = "exclude-unused", Note, Wrong, "a glob of `exclude` leaves out nothing",
        "What it was written for is no longer there. Take it out, so that it does not leave out something new.";
    ALLOW_UNUSED = "allow-unused", Note, Wrong, "an entry of `allow` allows nothing",
        "What it was written for is no longer there. Take it out, so that it does not allow something new.";
}
