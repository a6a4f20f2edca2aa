//! `gate hook run pre-push`: the smoke test before a push, the checks shown, or the bypass written down.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::bail;
use chrono::SecondsFormat;

use crate::cli::Global;
use crate::cli::outputs::CannotTell;
use crate::cli::section::{Section, own_folder};
use crate::cli::{promote, run};
use crate::config::{GitOptions, Text, TimeLimit, Untested};
use crate::exit::Exit;
use crate::hook::{BYPASSES, Bypass, Push, is_asked_for};
use crate::plan;
use crate::shown::{counted, shown};
use crate::world::disk::{Disk, Place, REPOSITORY_VARIABLES, standard_input};
use crate::world::{Commit, HistoryError, Out, World};

/// The most that git tells: a hundred thousand refs.
const LIMIT: u64 = 16 << 20;
/// How long git, or the hook manager between, may take to tell it.
const PATIENCE: Duration = Duration::from_secs(10);

pub(in crate::cli) fn pre_push(remote: Option<&str>, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    if global.plan || global.format.is_some() || !global.output.is_empty() {
        bail!("this command has no `--plan`, `--format` or `--output`; git calls it");
    }
    let place = Place::find(global.root.as_deref(), global.file.as_deref())?;
    let opened = Disk::open(&place.root, global.now, GitOptions::default().timeout.get());
    let world = opened.map_err(|error| CannotTell(format!("{}: {error}", place.root_name())))?;
    let told = standard_input(LIMIT, PATIENCE).map_err(|error| CannotTell(format!("what is pushed cannot be read: {error}")));
    if is_asked_for(world.env("BYPASS_SMOKE").as_deref()) {
        return Ok(bypass(&place, &world, (remote, told.ok().flatten().map(|bytes| Push::read(&bytes))), out));
    }
    let push = told?.filter(|bytes| !bytes.is_empty()).map(|bytes| Push::read(&bytes));
    let push = push.or_else(|| of_framework(&world));
    if push.as_ref().is_some_and(Push::only_deletes) {
        out.warn("gate hook · only deletes are pushed: nothing to test\n");
        return Ok(Exit::Fine);
    }
    let tested = test(push.as_ref(), global, out);
    if !matches!(tested, Ok(Exit::Fine)) {
        out.warn("gate hook · the push is refused; `BYPASS_SMOKE=1 git push` goes past the smoke test, and is recorded\n");
    }
    tested
}

fn of_framework(world: &Disk) -> Option<Push> {
    Push::of_framework(&|name| world.env(name), &|revision| world.git().object_id(revision).ok().flatten())
}

/// Runs the smoke test on the work tree, and shows what the checks say of it.
fn test(push: Option<&Push>, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let no_flags = Text::new(String::new(), String::new());
    let section = Section::open(&no_flags, global)?;
    if section.world.history().head() == Err(HistoryError::NoWorkTree) {
        bail!("a bare repository has no work tree, so there is nothing to test before a push");
    }
    let options = &section.hook;
    let untested = untested(push, &section.world)?;
    for line in &untested {
        out.warn(&format!("gate hook · not tested: {line}\n"));
    }
    if !untested.is_empty() && options.untested == Untested::Block {
        out.warn("gate hook · `[hook] untested = \"block\"`: check out what is pushed, and commit what is changed\n");
        return Ok(Exit::Wrong);
    }
    let smoke = run::Asked {
        command: Vec::new(),
        run_id: None,
        record_only: None,
        force: false,
        grace: TimeLimit::from_secs(5),
        limit: Some(options.time_budget),
        // git sets some of them for a hook; a test that makes repositories of its own would work on this one.
        without: &REPOSITORY_VARIABLES,
        flags: no_flags,
    };
    let (exit, after) = run::run_in(&section, &smoke, global, out)?;
    // They show, and never decide here.
    if let Err(error) = promote::run_in(after, plan::Asked::Check { names: Vec::new(), strict: false }, global, out) {
        out.warn(&format!("gate hook · the checks could not be shown: {error}\n"));
    }
    Ok(exit)
}

fn untested(push: Option<&Push>, world: &Disk) -> anyhow::Result<Vec<String>> {
    let Some(push) = push else { return Ok(vec!["nobody said what is pushed; the work tree is tested all the same".to_owned()]) };
    let history = world.history();
    let fail = |error: HistoryError| CannotTell(format!("what is pushed cannot be looked at: {error}"));
    let head = match history.head() {
        Ok(head) => Some(head),
        Err(HistoryError::NoCommit) => None,
        Err(error) => return Err(fail(error).into()),
    };
    let commits = history.commits(&push.objects()).map_err(fail)?;
    let dirty = if head.is_some() { history.dirty().map_err(fail)? } else { Vec::new() };
    Ok(push.untested(head.as_ref(), &commits, &dirty))
}

/// Writes the bypass down, and lets the push through also where that fails: a way out that is shut is none.
fn bypass(place: &Place, world: &Disk, (remote, push): (Option<&str>, Option<Push>), out: &mut dyn Out) -> Exit {
    let push = push.filter(|push| !push.updates.is_empty()).or_else(|| of_framework(world)).unwrap_or_default();
    let commits: BTreeMap<String, Commit> = world.history().commits(&push.objects()).unwrap_or_default();
    let user = || world.env("USER").or_else(|| world.env("LOGNAME")).unwrap_or_else(|| "somebody".to_owned());
    let bypass = Bypass {
        schema: Bypass::SCHEMA.to_owned(),
        at: world.now().to_rfc3339_opts(SecondsFormat::Secs, true),
        who: world.git().committer().ok().flatten().unwrap_or_else(user),
        reason: world.env("BYPASS_REASON"),
        // What was pushed to by its address has no name.
        remote: remote.filter(|remote| !remote.contains([':', '/'])).map(str::to_owned),
        gate_version: env!("CARGO_PKG_VERSION").to_owned(),
        refs: Bypass::refs_of(&push, &commits),
    };
    out.warn(&format!("gate hook · BYPASS_SMOKE: the smoke test is NOT run ({})\n", in_short(&push, &bypass)));
    let line = serde_json::to_string(&bypass).map_err(std::io::Error::other);
    let done = line.and_then(|line| {
        let folder = own_folder(&place.root, world.evidence(), out)?;
        out.append_line(&folder.join("bypasses.jsonl"), &line)
    });
    match done {
        Ok(()) => out.warn(&format!("gate hook · recorded in {}; `gate check` shows it until a good run of that commit\n", BYPASSES)),
        Err(error) => out.warn(&format!("gate hook · it could NOT be recorded in {}: {error}\n", BYPASSES)),
    }
    Exit::Fine
}

fn in_short(push: &Push, bypass: &Bypass) -> String {
    let refs = match push.updates.as_slice() {
        [] => "git named no ref".to_owned(),
        [one] => shown(&one.remote_ref),
        many => counted(many.len(), "ref", "refs"),
    };
    let reason = bypass.reason.as_ref().map_or("no BYPASS_REASON".to_owned(), |reason| shown(reason));
    format!("{refs}, by {}: {reason}", shown(&bypass.who))
}
