//! `gate hook run pre-push`: the smoke test before a push, the checks shown, or the bypass written down.

use std::time::Duration;

use anyhow::bail;
use chrono::SecondsFormat;

use crate::bypass::{BYPASSES, Bypass, PushedRef, is_asked_for, pushed_commit};
use crate::cli::outputs::{self, CannotTell};
use crate::cli::section::{Section, own_folder};
use crate::cli::{Global, promote, run};
use crate::config::{Text, TimeLimit, Untested};
use crate::exit::Exit;
use crate::hook::Push;
use crate::plan;
use crate::run::redacted_text;
use crate::shown::{counted, shown};
use crate::world::disk::{Disk, Place, REPOSITORY_VARIABLES, standard_input, variable_bytes};
use crate::world::{HistoryError, Out, World};

/// The most that git tells: a hundred thousand refs.
const LIMIT: u64 = 16 << 20;
/// How long git, or the hook manager between, may take to tell it.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is known of the push.
enum Told {
    Push(Push),
    /// git says that nothing is: everything is up to date.
    Nothing,
    /// Nobody says it.
    Unknown,
}

pub(in crate::cli) fn pre_push(remote: Option<&str>, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    if global.plan || global.format.is_some() || !global.output.is_empty() {
        bail!("this command has no `--plan`, `--format` or `--output`; git calls it");
    }
    let past = is_asked_for(variable_bytes("BYPASS_SMOKE").as_deref());
    let heard = standard_input(LIMIT, PATIENCE).map_err(|error| CannotTell(format!("what is pushed cannot be read: {error}")));
    // Whatever else is wrong here.
    if matches!(&heard, Ok(Some(bytes)) if Push::read(bytes).only_deletes()) {
        out.warn("gate hook · only deletes are pushed: nothing to test\n");
        return Ok(Exit::Fine);
    }
    let told = open(global).map(|(place, world)| (heard.map(|heard| listen(heard, remote, &world)), place, world));
    let exit = match told {
        // A way out that is shut is none.
        Err(error) if past => {
            out.warn(&format!("gate hook · BYPASS_SMOKE: the smoke test is NOT run, and it could NOT be recorded: {error:#}\n"));
            Exit::Fine
        }
        Err(error) => refuse(&error, global, out),
        Ok((Ok(Told::Nothing), ..)) => {
            out.warn("gate hook · everything is up to date: nothing to test\n");
            Exit::Fine
        }
        Ok((told, place, world)) if past => bypass(&place, &world, (remote, told), out),
        Ok((Err(error), ..)) => refuse(&error.into(), global, out),
        Ok((Ok(told), ..)) => test(&told, global, out).unwrap_or_else(|error| refuse(&error, global, out)),
    };
    Ok(exit)
}

fn open(global: &Global) -> anyhow::Result<(Place, Disk)> {
    let place = Place::find(global.root.as_deref(), global.file.as_deref())?;
    let opened = Disk::open(&place.root, global.now, PATIENCE);
    let world = opened.map_err(|error| CannotTell(format!("{}: {error}", place.root_name())))?;
    Ok((place, world))
}

/// git names the remote whenever it calls, so that silence means something only then.
fn listen(heard: Option<Vec<u8>>, remote: Option<&str>, world: &Disk) -> Told {
    if let Some(bytes) = heard.as_ref().filter(|bytes| !bytes.is_empty()) {
        return Told::Push(Push::read(bytes));
    }
    let framework = Push::of_framework(&|name| world.env(name), &|revision| world.git().object_id(revision).ok().flatten());
    match (framework, heard, remote) {
        (Some(push), ..) => Told::Push(push),
        // A framework keeps git's words for itself.
        (None, ..) if world.env("PRE_COMMIT_REMOTE_BRANCH").is_some() => Told::Unknown,
        (None, Some(_), Some(_)) => Told::Nothing,
        (None, ..) => Told::Unknown,
    }
}

/// Says what was in the way, and that the push is refused because of it.
fn refuse(error: &anyhow::Error, global: &Global, out: &mut dyn Out) -> Exit {
    let exit = outputs::tell(error, global, out);
    refused("nothing was tested", out);
    exit
}

fn refused(why: &str, out: &mut dyn Out) {
    out.warn(&format!("gate hook · the push is refused: {why}\ngate hook · past it, and that is recorded: BYPASS_SMOKE=1 git push\n"));
}

/// Runs the smoke test on the work tree, and shows what the checks say of it.
fn test(told: &Told, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let no_flags = Text::new(String::new(), String::new());
    let section = Section::open(&no_flags, global)?;
    if section.world.history().head() == Err(HistoryError::NoWorkTree) {
        bail!("a bare repository has no work tree, so there is nothing to test before a push");
    }
    section.must_name_a_smoke_test()?;
    let untested = untested(told, &section.world)?;
    if matches!(told, Told::Push(push) if push.may_be_more) {
        out.warn("gate hook · the hook manager names one ref; of others that are pushed nothing is known\n");
    }
    for line in &untested {
        out.warn(&format!("gate hook · not tested: {line}\n"));
    }
    if !untested.is_empty() && section.hook.untested == Untested::Block {
        refused("`[hook] untested = \"block\"` (check out what is pushed, and commit what is changed)", out);
        return Ok(Exit::Wrong);
    }
    let smoke = run::Asked {
        command: Vec::new(),
        run_id: None,
        record_only: None,
        force: false,
        grace: TimeLimit::from_secs(5),
        limit: Some(section.hook.time_budget),
        // git sets some of them for a hook; a test that makes repositories of its own would work on this one.
        without: &REPOSITORY_VARIABLES,
        flags: no_flags,
    };
    let (exit, after) = run::run_in(&section, &smoke, global, out)?;
    if exit.is_interruption() {
        out.warn("gate hook · interrupted: nothing is pushed\n");
        return Ok(exit);
    }
    // They show, and never decide here.
    if let Err(error) = promote::run_in(after, plan::Asked::Check { names: Vec::new(), strict: false }, global, out) {
        out.warn(&format!("gate hook · the checks could not be shown: {error:#}\n"));
    }
    if exit != Exit::Fine {
        refused("the smoke test did not end well   → gate run", out);
    }
    Ok(exit)
}

fn untested(told: &Told, world: &Disk) -> anyhow::Result<Vec<String>> {
    let Told::Push(push) = told else { return Ok(vec!["nobody said what is pushed; the work tree is tested all the same".to_owned()]) };
    let history = world.history();
    let fail = |error: HistoryError| CannotTell(format!("what is pushed cannot be looked at: {error}"));
    let head = match history.head() {
        Ok(head) => Some(head),
        Err(HistoryError::NoCommit) => None,
        Err(error) => return Err(fail(error).into()),
    };
    // Mostly it is HEAD that is pushed, and git has told of that.
    let (known, others): (Vec<_>, Vec<_>) = push.objects().into_iter().partition(|id| head.as_ref().is_some_and(|head| head.id == *id));
    let mut commits = history.commits(&others).map_err(fail)?;
    commits.extend(known.into_iter().zip(head.clone()));
    let dirty = if head.is_some() { history.dirty().map_err(fail)? } else { Vec::new() };
    Ok(push.untested(head.as_ref(), &commits, &dirty))
}

/// Writes the bypass down, and lets the push through also where that fails.
fn bypass(place: &Place, world: &Disk, (remote, told): (Option<&str>, Result<Told, CannotTell>), out: &mut dyn Out) -> Exit {
    let (refs, unread) = match told {
        Ok(Told::Push(push)) => (refs_of(&push, world), push.odd),
        Ok(Told::Nothing | Told::Unknown) => (head_alone(world), vec!["nobody said what is pushed".to_owned()]),
        Err(error) => (head_alone(world), vec![error.to_string()]),
    };
    let user = || world.env("USER").or_else(|| world.env("LOGNAME")).unwrap_or_else(|| "somebody".to_owned());
    let bypass = Bypass {
        schema: Bypass::SCHEMA.to_owned(),
        at: world.now().to_rfc3339_opts(SecondsFormat::Secs, true),
        who: world.git().committer().ok().flatten().unwrap_or_else(user),
        reason: world.env("BYPASS_REASON").map(|reason| redacted_text(&reason)),
        // What was pushed to by its address has no name.
        remote: remote.filter(|remote| !remote.contains([':', '/'])).map(str::to_owned),
        gate_version: env!("CARGO_PKG_VERSION").to_owned(),
        refs,
        unread,
    };
    out.warn(&format!("gate hook · BYPASS_SMOKE: the smoke test is NOT run ({})\n", in_short(&bypass)));
    let line = serde_json::to_string(&bypass).map_err(std::io::Error::other);
    let done = line.and_then(|line| {
        let folder = own_folder(&place.root, world.evidence(), out)?;
        out.append_line(&folder.join("bypasses.jsonl"), &line)
    });
    let until = match bypass.refs.iter().any(|pushed| pushed.commit.is_some()) {
        true => "; `gate check` shows it until a good run of that commit",
        false => ", though no commit was pushed",
    };
    match done {
        Ok(()) => out.warn(&format!("gate hook · recorded in {BYPASSES}{until}\n")),
        Err(error) => out.warn(&format!("gate hook · it could NOT be recorded in {BYPASSES}: {error}\n")),
    }
    Exit::Fine
}

fn refs_of(push: &Push, world: &Disk) -> Vec<PushedRef> {
    let commits = world.history().commits(&push.objects());
    let pushed = push.updates.iter().map(|update| PushedRef {
        local_ref: update.local_ref.clone(),
        remote_ref: update.remote_ref.clone(),
        commit: update.local.as_ref().and_then(|object| pushed_commit(object, &commits)),
        range: update.range(),
    });
    pushed.collect()
}

/// What most pushes push, where nobody says it.
fn head_alone(world: &Disk) -> Vec<PushedRef> {
    let head = world.history().head().ok();
    let pushed = |commit: String| PushedRef { local_ref: "HEAD".to_owned(), remote_ref: "?".to_owned(), commit: Some(commit), range: None };
    head.map(|head| pushed(head.id)).into_iter().collect()
}

fn in_short(bypass: &Bypass) -> String {
    let refs = match bypass.refs.as_slice() {
        [] => "no ref is known".to_owned(),
        [one] => shown(&one.remote_ref),
        many => counted(many.len(), "ref", "refs"),
    };
    let reason = bypass.reason.as_ref().map_or("no BYPASS_REASON".to_owned(), |reason| shown(reason));
    format!("{refs}, by {}: {reason}", shown(&bypass.who))
}
