//! The command line as clap reads it: the commands, their flags, and the words that `--help` says of them.

use std::ffi::OsString;
use std::path::PathBuf;

use chrono::{DateTime, Datelike, Utc};
use clap::{Args, Parser, Subcommand};

use super::outputs::{Colour, Format, NamedOutput};
use super::pins::PinsVerb;
use super::schema::SchemaVerb;
use crate::config::TimeLimit;
use crate::init::Action;

/// Decides, with evidence, whether a commit may be promoted.
///
/// Exit codes: 0 fine or advisory · 1 wrong · 2 usage or gate.toml · 3 cannot tell.
#[derive(Debug, Parser)]
#[command(name = "gate", version, disable_help_subcommand = true)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// The flags of every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// The policy file. Default: gate.toml in the root.
    #[arg(short, long, global = true, value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
    /// The folder that all paths are relative to.
    ///
    /// Default: the nearest one upwards with a gate.toml, else with `.git`, inside the repository; else this folder.
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
    /// The moment of judgement, to replay a verdict.
    ///
    /// In RFC 3339. Default: the clock.
    #[arg(long, global = true, value_name = "RFC3339", value_parser = read_now)]
    pub(super) now: Option<DateTime<Utc>>,
    /// What is printed: human, json, github, markdown.
    ///
    /// A command without one of them says so. Default: human.
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(super) format: Option<Format>,
    /// The same in another format, to a file; repeatable.
    ///
    /// The file is written whole or not at all.
    #[arg(long, global = true, value_name = "FORMAT=PATH")]
    pub(super) output: Vec<NamedOutput>,
    /// When to use colour: auto, always, never.
    ///
    /// NO_COLOR and CLICOLOR_FORCE are minded. Default: auto.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    pub(super) color: Colour,
    /// Say less.
    ///
    /// Of a report the last line, of a hash the digest, of a run only what went wrong.
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// Show what would be asked or run, and do nothing.
    ///
    /// Only for commands that ask or run something; the others say so.
    #[arg(long, global = true)]
    pub(super) plan: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Decide: may this commit be promoted?
    Promote {
        /// The environment that is promoted to; printed and recorded. Default: `[promotion] environment`.
        #[arg(long, value_name = "NAME")]
        env: Option<String>,
    },
    /// Run the same checks, advisory: show everything, exit 0.
    Check {
        /// The checks to run, by their names in gate.toml. Default: all that are enabled.
        names: Vec<String>,
        /// Exit as `gate promote` would, over these checks.
        #[arg(long)]
        strict: bool,
    },
    /// Run the smoke test, leave the run record.
    ///
    /// The command's output and exit code pass through (128 and the number of the signal that ended it). 2: it could not be started.
    /// 3: there is no record though the command ended with 0, something of the run could not be ended, or nothing was run: config or data
    /// cannot be hashed, the record cannot be written, or another `gate run` is at work.
    Run {
        /// The command, run without a shell and with an empty standard input where you stand. Default: `[run] smoke`, in the root.
        #[arg(last = true, value_name = "COMMAND")]
        command: Vec<OsString>,
        /// What the run is called. Default: the CI's run and attempt, else time, commit and process.
        #[arg(long, value_name = "ID")]
        run_id: Option<String>,
        /// Run nothing: make the record of a run that something else did just now.
        #[arg(long)]
        record_only: bool,
        /// With `--record-only`: the exit code of that run. Default: not recorded.
        #[arg(long, value_name = "CODE", requires = "record_only", value_parser = clap::value_parser!(i32).range(0..=255))]
        exit_code: Option<i32>,
        /// With `--record-only`: when it started, in RFC 3339. Default: now.
        #[arg(long, value_name = "RFC3339", requires = "record_only", value_parser = read_now)]
        started_at: Option<DateTime<Utc>>,
        /// With `--record-only`: when it finished. Default: now.
        #[arg(long, value_name = "RFC3339", requires = "record_only", value_parser = read_now)]
        finished_at: Option<DateTime<Utc>>,
        /// Write the record over a file that is none.
        #[arg(long)]
        force: bool,
        /// How long a process that is asked to end may take before it is killed. Default: 5s.
        #[arg(long, value_name = "DURATION", default_value = "5s", hide_default_value = true, value_parser = TimeLimit::parse)]
        grace: TimeLimit,
    },
    /// Print a digest (first line), then the table of files behind it.
    Hash {
        /// `config` and `data` are the bundles of `[run]`; anything else is a file or folder, from where you stand (`./config` for a
        /// folder of that name). Default: both bundles.
        #[arg(value_name = "config|data|PATH")]
        subjects: Vec<String>,
        /// Write the digest of `data` to `expect-file` (default: lockfiles/data.toml).
        #[arg(long)]
        update: bool,
        /// With `--update`: show the diff and write nothing.
        #[arg(long, requires = "update")]
        dry_run: bool,
    },
    /// Start: write a gate.toml for this repository; blocks nothing yet.
    ///
    /// Written in the top of the repository, or in `--root`; outside a repository, in this folder. What falls short today is `guided`: it
    /// warns, until you delete that line. Exit codes: 0 done · 2 refused, nothing written · 3 could not look or write.
    Init {
        /// Also write `.github/workflows/gate.yml`.
        #[arg(long)]
        github: bool,
        /// Which gate the workflow runs: a repository and the full id of a commit in it.
        #[arg(long, value_name = "OWNER/REPO@COMMIT")]
        action: Option<Action>,
        /// Also install the pre-push hook, as `gate hook install`, and tell of it in CONTRIBUTING.md.
        #[arg(long)]
        hook: bool,
        /// Also write missing READMEs and sections, as `gate readme add`.
        #[arg(long)]
        readmes: bool,
        /// All of these.
        ///
        /// The hook where it can be installed; where it cannot, that is said, and the rest is written.
        #[arg(long)]
        all: bool,
        /// Show the diffs and write nothing.
        #[arg(long)]
        dry_run: bool,
        /// Write over files that exist.
        #[arg(long, conflicts_with = "keep")]
        force: bool,
        /// Leave files that exist as they are, and write the others; the action is filled in where a workflow lacks it.
        #[arg(long)]
        keep: bool,
    },
    /// The pre-push hook: the smoke test runs before a push.
    Hook {
        #[command(subcommand)]
        verb: HookVerb,
    },
    /// Say whether gate will work here, and what mends it.
    ///
    /// Also what the checks will not be able to tell. Exit codes: 0 nothing stands in the way, though there may be advice (`!`): no commit,
    /// gate.toml, hook or run record yet, changes that are not committed, a shallow clone · 1 something does (`✗`): no git or one that is too
    /// old, no repository or one without a work tree, a gate.toml with a fault, a smoke command that cannot be started, a hook that is there
    /// and does not work · 3 nothing of that, but something could not be looked at (`?`). With `--quiet` only what is not fine.
    Doctor,
    /// Lockfiles: what they pin, how old they are, and made anew.
    Lock {
        #[command(subcommand)]
        verb: LockVerb,
    },
    /// In a workflow: fail unless every job that is needed succeeded.
    ///
    /// The step of the one stable required check. What is needed comes as `toJSON(needs)`, in the variable NEEDS or on standard input. Exit codes:
    /// 0 every job succeeded · 1 one did not, which is named · 2 a job is allowed that is not needed · 3 nothing is needed, or nobody can read it.
    Aggregate {
        /// This job may be skipped as well; repeatable. Default: none may.
        #[arg(long, value_name = "JOB")]
        allow_skipped: Vec<String>,
    },
    /// Measure a runner, and leave the report that a check judges.
    Probe {
        #[command(subcommand)]
        verb: ProbeVerb,
    },
    /// Pins of other repositories' schemas: add, update, diff, show.
    Pins {
        #[command(subcommand)]
        verb: PinsVerb,
    },
    /// Write READMEs.
    Readme {
        #[command(subcommand)]
        verb: ReadmeVerb,
    },
    /// JSON Schemas: two editions compared.
    Schema {
        #[command(subcommand)]
        verb: SchemaVerb,
    },
    /// Workflows: their jobs, and which of them block.
    Workflow {
        #[command(subcommand)]
        verb: WorkflowVerb,
    },
    /// Show what kinds of checks there are.
    List,
    /// Say what a kind, rule or reason code means, and how to mend it.
    Explain {
        /// As `readmes`, `readmes/missing`, `promotion/dirty-tree`, `MODE_GUIDED`.
        id: String,
    },
    /// Print the completions of a shell.
    ///
    /// Every command and kind with all its flags; made anew after an update of gate. Where the file belongs is the shell's to say.
    Completions {
        /// The shell they are for.
        shell: clap_complete::Shell,
    },
    /// Print a manual page, or write them all into a folder.
    ///
    /// Printed as roff, which `man -l -` shows. `--into` writes gate.1 and one page a command, over those that are there.
    Man {
        /// The command, as `run` or `hook install`. Default: gate itself.
        #[arg(value_name = "COMMAND")]
        words: Vec<String>,
        /// Write every page into this folder.
        #[arg(long, value_name = "FOLDER", conflicts_with = "words")]
        into: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum WorkflowVerb {
    /// Draw the jobs of the workflows: what waits for what, and whose failure blocks whom.
    ///
    /// As text, as Mermaid (`--format markdown`), as data (`--format json`). Exit codes: 0 drawn · 2 no such workflow · 3 one is refused or not read.
    Graph {
        /// Workflows, by their paths or the names of their files. Default: every workflow that an event starts.
        #[arg(value_name = "FILE")]
        files: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum HookVerb {
    /// Put the lines that call gate into the repository's pre-push hook, beside what is there.
    ///
    /// They go where the hooks' owner runs them: git's own folder or `core.hooksPath`; `pre-push.legacy` beside pre-commit and prek;
    /// `.husky/pre-push`; `lefthook-local.yml`.
    Install {
        /// Show the diff and write nothing.
        #[arg(long)]
        dry_run: bool,
        /// Also where git looks for hooks outside this repository.
        #[arg(long)]
        force: bool,
    },
    /// Take the lines out again, and nothing else.
    Uninstall {
        /// Show the diff and write nothing.
        #[arg(long)]
        dry_run: bool,
        /// Also where git looks for hooks outside this repository.
        #[arg(long)]
        force: bool,
    },
    /// Say whose the hooks are and whether a push would be tested; 1 if it would not.
    Status,
    /// Say that bypasses need no more be remembered, and why; a good run of their commits settles them by itself.
    Settle {
        /// The commits that were pushed, by the first digits that `gate check` shows. Default: all that are shown.
        commits: Vec<String>,
        /// Why no run has to settle them; written down.
        #[arg(long, value_name = "WHY")]
        reason: String,
    },
    /// What the hook runs: the smoke test, or the record of its bypass.
    Run {
        #[command(subcommand)]
        hook: HookName,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum HookName {
    /// Read from git what is pushed, run `[run] smoke` on the work tree, show the checks; a smoke test that fails refuses the push.
    ///
    /// With `BYPASS_SMOKE=1` nothing is run: who, when, which refs and `BYPASS_REASON` are written to .gate/bypasses.jsonl. Unset, empty,
    /// 0, false, no and off do not bypass. The exit code is that of `gate run`; `[hook]` in gate.toml has `time-budget` and `untested`.
    PrePush {
        /// The remote, as git names it.
        remote: Option<String>,
        /// Its address; not recorded.
        url: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum LockVerb {
    /// Show every lockfile: its packages, how many are pinned and have a digest, its age.
    ///
    /// Exit codes: 0 shown · 3 one could not be read, or not all could be looked for.
    Status {
        /// Show what is to be looked through, to paste into an issue.
        #[arg(long)]
        todo: bool,
    },
    /// Make lockfiles anew with their own tools, and show what changed.
    ///
    /// The tool is the one in gate.toml (`[[lock.refresh]]`), else the one that the format and the lock itself name, if it is on PATH. It runs in the
    /// folder of the lock, without a shell, and may use the network. Where it fails, is interrupted, or leaves what is no lock, the
    /// old lock, its manifest and go.sum are put back. What the tool prints goes to standard error. With `--plan` only the commands are shown.
    ///
    /// Exit codes: 0 all were made anew, or none is old · 2 no tool is known or there · 3 a tool failed and the lock is as it was, or could
    /// not be put back · 128 and the signal's number: interrupted.
    Refresh {
        /// The lockfiles, as paths from the root. Default: those that are older than `audit-after`.
        files: Vec<String>,
        /// All lockfiles, however old.
        #[arg(long, conflicts_with = "files")]
        all: bool,
        /// Run the tools, show what would change, and put everything back.
        #[arg(long)]
        dry_run: bool,
        /// How long a tool that is asked to end may take before it is killed. Default: 10s.
        #[arg(long, value_name = "DURATION", default_value = "10s", hide_default_value = true, value_parser = TimeLimit::parse)]
        grace: TimeLimit,
        /// Print a shell script that does the same for one lockfile, for projects that want one of their own.
        #[arg(long, conflicts_with_all = ["files", "all", "dry_run"])]
        script: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ProbeVerb {
    /// Measure a runner: many starts, its kill flag at another moment in each.
    ///
    /// It has to be gone within tick and grace, with a good exit code, after at most one more unit of work, and nothing of it may be left.
    /// Without a flag it has to live. The report is what the check `kill-flag` judges. Exit codes: 0 it obeys · 1 it does not · 2 it cannot be
    /// started · 3 cannot tell: the flag is there already, a trial could not be held · 128 and a signal's number: interrupted.
    KillFlag {
        /// The runner, started without a shell. Default: `command` of the check.
        #[arg(last = true, value_name = "COMMAND")]
        words: Vec<OsString>,
        /// The check in gate.toml that is meant. Default: the only one.
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Judge the runners that gate ships: is each judged right here?
        #[arg(long, conflicts_with_all = ["words", "name"])]
        selftest: bool,
        /// Two of these runners, as A=B, each in the other's place: then the self-test must fail.
        #[arg(long, hide = true, requires = "selftest")]
        swap: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ReadmeVerb {
    /// Write missing READMEs and append missing sections, from a template; never change a word that is there.
    Add {
        /// The folders, relative to the root. Default: all that the `readmes` checks ask about.
        folders: Vec<String>,
        /// Show the diff and write nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

fn read_now(text: &str) -> Result<DateTime<Utc>, String> {
    let read = DateTime::parse_from_rfc3339(text).map(|t| t.with_timezone(&Utc)).ok();
    let read = read.filter(|t| (1970..=9999).contains(&t.year()));
    read.ok_or_else(|| "write it like 2026-11-20T09:30:00Z, in a year from 1970 to 9999".to_owned())
}
