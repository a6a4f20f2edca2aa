//! The imperative shell: the command line, one file a command. Only code here prints or writes, and only through `Out`.

mod ask;
mod diff;
mod expect;
mod explain;
mod flags;
mod hash;
mod hook;
mod init;
mod list;
mod outputs;
mod progress;
mod promote;
mod readme;
mod run;
mod section;
mod targets;
mod writes;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use chrono::{DateTime, Datelike, Utc};
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::checks::KINDS;
use crate::config::{RunOptions, Text, TimeLimit};
use crate::exit::Exit;
use crate::init::Action;
use crate::plan::Asked;
use crate::shown::harmless;
use crate::supervise::{STAGE, become_command, outlive_size_limit};
use crate::world::{Out, Stream};
use outputs::{Colour, Format, NamedOutput};

/// Decides, with evidence, whether a commit may be promoted.
///
/// Exit codes: 0 promote, nothing wrong, or advisory · 1 something is wrong · 2 the command or gate.toml is wrong · 3 cannot tell.
#[derive(Debug, Parser)]
#[command(name = "gate", version, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// The flags of every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// The policy file. Default: gate.toml in the root.
    #[arg(short, long, global = true, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The folder that all paths are relative to. Default: the nearest one upwards with a gate.toml, else with `.git`, inside the
    /// repository; else this folder.
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
    /// The moment of judgement, in RFC 3339, so that a verdict can be replayed. Default: the clock.
    #[arg(long, global = true, value_name = "RFC3339", value_parser = read_now)]
    now: Option<DateTime<Utc>>,
    /// What standard output shows: human, json, github, markdown; a command without one of them says so. Default: human.
    #[arg(long, global = true, value_name = "FORMAT")]
    format: Option<Format>,
    /// Writes the same in another format to a file, whole or not at all; repeatable.
    #[arg(long, global = true, value_name = "FORMAT=PATH")]
    output: Vec<NamedOutput>,
    /// When to use colour: auto, always, never. NO_COLOR and CLICOLOR_FORCE are minded. Default: auto.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    color: Colour,
    /// Say less: of a report the last line, of a hash the digest, of a run only what went wrong.
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Show what would be asked or run, and do nothing; not for `hash`, `list` and `explain`.
    #[arg(long, global = true)]
    plan: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
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
    /// Show what kinds of checks there are.
    List,
    /// Say what a kind, a rule or a reason code means, and how to mend it.
    Explain {
        /// As `readmes`, `readmes/missing`, `promotion/dirty-tree`, `MODE_GUIDED`.
        id: String,
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
    /// The pre-push hook: the smoke test runs before a push.
    Hook {
        #[command(subcommand)]
        verb: HookVerb,
    },
    /// Start: look at the repository, write a gate.toml that judges it and blocks nothing yet.
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
        /// Also write missing READMEs and sections, as `gate readme add`.
        #[arg(long)]
        readmes: bool,
        /// All of these.
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
    /// Write READMEs.
    Readme {
        #[command(subcommand)]
        verb: ReadmeVerb,
    },
}

#[derive(Debug, Subcommand)]
enum HookVerb {
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
    },
    /// Say whose the hooks are and whether a push would be tested; 1 if it would not.
    Status,
    /// What the hook runs: the smoke test, or the record of its bypass.
    Run {
        #[command(subcommand)]
        hook: HookName,
    },
}

#[derive(Debug, Subcommand)]
enum HookName {
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
enum ReadmeVerb {
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

/// Runs gate: arguments in, an exit code out. A fault of gate's own is no answer, so it is "cannot tell".
pub fn main(args: impl IntoIterator<Item = OsString>, out: &mut dyn Out) -> Exit {
    crate::engine::catch_panics();
    let args: Vec<OsString> = args.into_iter().collect();
    if let [_, first, rest @ ..] = args.as_slice()
        && first == STAGE
    {
        become_command(rest);
        return Exit::CannotTell;
    }
    outlive_size_limit();
    catch_unwind(AssertUnwindSafe(|| run(&args, out))).unwrap_or_else(|_| {
        out.warn("error: gate itself broke down; nothing was decided. Please report this with the lines above\n");
        Exit::CannotTell
    })
}

fn run(args: &[OsString], out: &mut dyn Out) -> Exit {
    let matches = match full_command(args).try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) => return say_usage(&error, args, out),
    };
    let global = match Global::from_arg_matches(&matches) {
        Ok(global) => global,
        Err(error) => return say_usage(&error, args, out),
    };
    let asked_kind = matches.subcommand().and_then(|(name, sub)| KINDS.iter().find(|k| k.name == name).map(|k| (*k, sub)));
    let answer = match (asked_kind, Cli::from_arg_matches(&matches)) {
        (Some((kind, sub)), _) => ask::run(kind, sub, &global, out),
        (None, Ok(cli)) => dispatch(cli.command, &matches, &global, out),
        (None, Err(error)) => return say_usage(&error, args, out),
    };
    answer.unwrap_or_else(|error| {
        let colour = outputs::colour(global.color, out.screen(Stream::Err));
        out.warn(&outputs::error_text(&error, colour));
        if error.is::<outputs::CannotTell>() { Exit::CannotTell } else { Exit::Usage }
    })
}

fn dispatch(command: Command, matches: &ArgMatches, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let run_flags =
        || matches.subcommand().map_or_else(|| Text::new(String::new(), String::new()), |(_, sub)| flags::read_section(&run_schema(), sub));
    match command {
        Command::Hash { subjects, update, dry_run } => {
            hash::run(&hash::Asked { subjects, update, dry_run, flags: run_flags() }, global, out)
        }
        Command::Promote { env } => promote::run(Asked::Promote { environment: env }, global, out),
        Command::Check { names, strict } => promote::run(Asked::Check { names, strict }, global, out),
        Command::Run { command, run_id, record_only, exit_code, started_at, finished_at, force, grace } => {
            let told = run::Told { exit_code, started: started_at, finished: finished_at };
            let asked = run::Asked {
                command,
                run_id,
                record_only: record_only.then_some(told),
                force,
                grace,
                limit: None,
                without: &[],
                flags: run_flags(),
            };
            run::run(&asked, global, out)
        }
        Command::Hook { verb: HookVerb::Install { dry_run, force } } => hook::install(hook::Change { dry_run, force }, global, out),
        Command::Hook { verb: HookVerb::Uninstall { dry_run } } => hook::uninstall(hook::Change { dry_run, force: false }, global, out),
        Command::Hook { verb: HookVerb::Status } => hook::status(global, out),
        Command::Hook { verb: HookVerb::Run { hook: HookName::PrePush { remote, url: _ } } } => {
            hook::pre_push(remote.as_deref(), global, out)
        }
        Command::Init { github, action, readmes, all, dry_run, force, keep } => {
            let existing = match (force, keep) {
                (true, _) => init::Existing::Replace,
                (false, true) => init::Existing::Keep,
                (false, false) => init::Existing::Refuse,
            };
            // A later part joins here.
            let parts = init::Parts { github: github || all, readmes: readmes || all, action };
            init::run(&init::Asked { parts, existing, dry_run }, global, out)
        }
        Command::List => list::run(global, out),
        Command::Explain { id } => explain::run(&id, global, out),
        Command::Readme { verb: ReadmeVerb::Add { folders, dry_run } } => readme::add(&folders, dry_run, global, out),
    }
}

/// The whole command line. Only a kind that is named among the words gets its flags, so that start-up stays instant.
fn full_command(args: &[OsString]) -> clap::Command {
    let mut command = Cli::command();
    for kind in KINDS {
        let named = args.iter().any(|arg| arg == kind.name);
        command = command.subcommand(flags::command(kind, named));
    }
    for name in READS_RUN {
        if args.iter().any(|arg| arg == name) {
            command = command.mut_subcommand(name, |sub| flags::with_section(sub, &run_schema()));
        }
    }
    command
}

/// The commands whose flags are the keys of `[run]`.
const READS_RUN: [&str; 2] = ["run", "hash"];

fn run_schema() -> schemars::Schema {
    schemars::schema_for!(RunOptions)
}

fn say_usage(error: &clap::Error, args: &[OsString], out: &mut dyn Out) -> Exit {
    let text = error.render();
    // A branch name or the like among the arguments may be a stranger's.
    let odd = args.iter().map(|a| a.to_string_lossy()).any(|a| harmless(&a) != a || a.contains('\n'));
    let plain = args.windows(2).any(|pair| pair[0] == "--color" && pair[1] == "never") || args.iter().any(|a| a == "--color=never");
    if error.use_stderr() && (odd || plain) {
        out.warn(&harmless(&text.to_string()));
        return Exit::Usage;
    }
    if error.use_stderr() {
        out.warn(&if out.screen(Stream::Err).colour { text.ansi().to_string() } else { text.to_string() });
        return Exit::Usage;
    }
    let shown = if out.screen(Stream::Out).colour { text.ansi().to_string() } else { text.to_string() };
    // Help that nobody reads to its end is no failure.
    let _closed_pipe = out.print(&shown);
    Exit::Fine
}

/// The long names of the flags that every command has.
#[cfg(test)]
pub(crate) fn global_flags() -> Vec<String> {
    let command = Cli::command();
    let own = command.get_arguments().filter_map(|a| a.get_long()).map(str::to_owned);
    own.chain(["help", "version", "name", "dry-run", "force"].map(str::to_owned)).collect()
}

/// The names of the commands that are no kinds.
#[cfg(test)]
pub(crate) fn command_names() -> Vec<String> {
    Cli::command().get_subcommands().map(|c| c.get_name().to_owned()).collect()
}

/// The help of every command, for the reference: name and text.
pub(crate) fn help_pages() -> Vec<(String, String)> {
    let all: Vec<OsString> = KINDS.iter().map(|k| k.name).chain(READS_RUN).map(OsString::from).collect();
    let mut command = full_command(&all).term_width(100);
    command.build();
    let mut pages = vec![("gate".to_owned(), command.render_long_help().to_string())];
    collect_help(&mut command, "gate", &mut pages);
    pages
}

fn collect_help(command: &mut clap::Command, above: &str, pages: &mut Vec<(String, String)>) {
    for sub in command.get_subcommands_mut() {
        let name = format!("{above} {}", sub.get_name());
        pages.push((name.clone(), sub.render_long_help().to_string()));
        collect_help(sub, &name, pages);
    }
}
