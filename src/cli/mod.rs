//! The imperative shell: the command line, one file a command. Only code here prints or writes, and only through `Out`.

mod aggregate;
mod ask;
mod commands;
mod diff;
mod doctor;
mod expect;
mod explain;
mod flags;
mod hash;
mod help;
mod hook;
mod init;
mod list;
mod lock;
mod man;
mod outputs;
mod pins;
mod probe;
mod progress;
mod promote;
mod readme;
mod run;
mod schema;
mod section;
mod table;
mod targets;
mod workflow;
mod writes;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::{ArgMatches, CommandFactory, FromArgMatches};

use crate::checks::KINDS;
use crate::config::{RunOptions, Text};
use crate::exit::Exit;
use crate::plan::Asked;
use crate::shown::harmless;
use crate::supervise::{become_another, outlive_size_limit};
use crate::world::{Out, Stream};
use commands::{Cli, Command, Global, HookName, HookVerb, LockVerb, ProbeVerb, ReadmeVerb, WorkflowVerb};

/// Runs gate: arguments in, an exit code out. A fault of gate's own is no answer, so it is "cannot tell".
pub fn main(args: impl IntoIterator<Item = OsString>, out: &mut dyn Out) -> Exit {
    crate::engine::catch_panics();
    let args: Vec<OsString> = args.into_iter().collect();
    if let Some(code) = become_another(&args) {
        return Exit::Passed(code);
    }
    outlive_size_limit();
    catch_unwind(AssertUnwindSafe(|| run(&args, out))).unwrap_or_else(|_| {
        out.warn("error: gate itself broke down; nothing was decided. Please report this with the lines above\n");
        Exit::CannotTell
    })
}

fn run(args: &[OsString], out: &mut dyn Out) -> Exit {
    // What is shown on a screen costs start-up time that a parse does not need.
    let wants_help = args.len() < 2 || args.iter().any(|arg| arg == "-h" || arg == "--help");
    let command = if wants_help { help::on_a_screen(full_command(args)) } else { full_command(args) };
    let matches = match command.try_get_matches_from(args) {
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
    answer.unwrap_or_else(|error| outputs::tell(&error, &global, out))
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
        Command::Hook { verb } => dispatch_hook(verb, global, out),
        Command::Init { github, action, hook, readmes, all, dry_run, force, keep } => {
            let existing = match (force, keep) {
                (true, _) => init::Existing::Replace,
                (false, true) => init::Existing::Keep,
                (false, false) => init::Existing::Refuse,
            };
            let hook = match (hook, all) {
                (true, _) => init::Wanted::Yes,
                (false, true) => init::Wanted::IfItCan,
                (false, false) => init::Wanted::No,
            };
            let parts = init::Parts { github: github || all, hook, readmes: readmes || all, action };
            init::run(&init::Asked { parts, existing, dry_run }, global, out)
        }
        Command::Doctor => doctor::run(global, out),
        Command::Lock { verb } => dispatch_lock(verb, global, out),
        Command::Aggregate { allow_skipped } => aggregate::run(&allow_skipped, global, out),
        Command::Schema { verb } => schema::run(&verb, global, out),
        Command::Workflow { verb: WorkflowVerb::Graph { files } } => workflow::graph(&files, global, out),
        Command::List => list::run(global, out),
        Command::Completions { shell } => man::completions(shell, global, out),
        Command::Man { words, into } => man::man(&words, into.as_deref(), global, out),
        Command::Explain { id } => explain::run(&id, global, out),
        Command::Probe { verb } => dispatch_probe(verb, matches, global, out),
        Command::Pins { verb } => pins::run(verb, global, out),
        Command::Readme { verb: ReadmeVerb::Add { folders, dry_run } } => readme::add(&folders, dry_run, global, out),
    }
}

fn dispatch_probe(verb: ProbeVerb, matches: &ArgMatches, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    match verb {
        ProbeVerb::KillFlag { selftest: true, swap, .. } => probe::selftest(swap.as_deref(), global, out),
        ProbeVerb::KillFlag { words, name: _, selftest: false, swap: _ } => {
            let own = matches.subcommand().and_then(|(_, probe)| probe.subcommand()).map(|(_, own)| own);
            probe::kill_flag(probe::Asked::of(words, own)?, global, out)
        }
    }
}

fn dispatch_lock(verb: LockVerb, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    match verb {
        LockVerb::Status { todo } => lock::status(if todo { lock::Show::ToDo } else { lock::Show::Table }, global, out),
        LockVerb::Refresh { script: true, .. } => lock::script(global, out),
        LockVerb::Refresh { files, all, dry_run, grace, script: false } => {
            let which = match (all, files.is_empty()) {
                (true, _) => lock::Which::All,
                (false, true) => lock::Which::Old,
                (false, false) => lock::Which::Named(files),
            };
            lock::refresh(&lock::Asked { which, dry_run, grace: grace.get() }, global, out)
        }
    }
}

fn dispatch_hook(verb: HookVerb, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    match verb {
        HookVerb::Install { dry_run, force } => hook::install(hook::Change { dry_run, force }, global, out),
        HookVerb::Uninstall { dry_run, force } => hook::uninstall(hook::Change { dry_run, force }, global, out),
        HookVerb::Settle { commits, reason } => hook::settle(&hook::ToSettle { commits: &commits, reason: &reason }, global, out),
        HookVerb::Status => hook::status(global, out),
        HookVerb::Run { hook: HookName::PrePush { remote, url: _ } } => hook::pre_push(remote.as_deref(), global, out),
    }
}

/// The whole command line. Only a kind that is named among the words gets its flags, so that start-up stays instant.
fn full_command(args: &[OsString]) -> clap::Command {
    let mut command = Cli::command();
    for kind in KINDS {
        let named = args.iter().any(|arg| arg == kind.name);
        command = command.subcommand(flags::command(kind, named));
    }
    if args.iter().any(|arg| arg == "probe") {
        command = command.mut_subcommand("probe", |probe| probe.mut_subcommand("kill-flag", probe::with_options));
    }
    for name in READS_RUN {
        if args.iter().any(|arg| arg == name) {
            command = command.mut_subcommand(name, |sub| flags::with_section(sub, &run_schema()));
        }
    }
    command
}

/// Words that have every command take on all its flags.
fn every_word() -> Vec<OsString> {
    KINDS.iter().map(|kind| kind.name).chain(READS_RUN).chain(["probe"]).map(OsString::from).collect()
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
    let mut command = help::built(full_command(&every_word()).term_width(100));
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
