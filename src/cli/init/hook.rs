//! The hook's part of `gate init`: the hook itself, and the section of CONTRIBUTING that tells of it.

use anyhow::{anyhow, bail};

use super::{Asked, Job, SmokeCommand, exists, text_of};
use crate::cli::Global;
use crate::cli::hook::{Hooks, Install};
use crate::cli::outputs::CannotTell;
use crate::cli::writes::{Verb, Write};
use crate::init::{CONTRIBUTING, Standing, Survey, contributing};
use crate::shown::shown;
use crate::world::RelPath;
use crate::world::disk::Disk;

/// Whether the hook is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Wanted {
    No,
    /// Where there can be one.
    IfItCan,
    Yes,
}

/// Takes the hook on, or says why not.
pub(super) fn take_on(job: &mut Job, asked: &Asked, survey: &Survey, (world, global): (&Disk, &Global)) -> anyhow::Result<()> {
    match (asked.parts.hook, survey.standing) {
        (Wanted::No, _) => return Ok(()),
        (Wanted::Yes, Standing::Outside) => bail!("not a git repository, so there is no hook to install; `git init` first"),
        (Wanted::IfItCan, Standing::Outside) => {
            job.left.push(no_hook("not a git repository; `git init`, then `gate hook install`"));
            return Ok(());
        }
        (Wanted::Yes | Wanted::IfItCan, Standing::Top | Standing::Below) => {}
    }
    // A hook without a smoke test refuses every push, and that would block before its owner has said so.
    if job.smoke == SmokeCommand::None {
        job.left.push(no_hook("`[run] smoke` names no command; name one, then `gate hook install`"));
        return Ok(());
    }
    match (Hooks::find(global.root.as_deref(), None).and_then(|hooks| Install::prepare(hooks, false)), asked.parts.hook) {
        (Ok(install), _) => job.hook = Some(install),
        (Err(error), Wanted::Yes) => {
            return Err(error.context("no file was written, because the hook cannot be installed; without `--hook` the rest can be"));
        }
        (Err(error), Wanted::IfItCan | Wanted::No) => {
            // What could not be looked at is no success.
            let told = if error.is::<CannotTell>() { &mut job.unseen } else { &mut job.left };
            told.push(no_hook(&format!("{error:#}")));
            return Ok(());
        }
    }
    if let Err(error) = add_section(job, world) {
        job.left.push(format!("contributors are not told of the hook: {error:#}"));
    }
    Ok(())
}

fn no_hook(why: &str) -> String {
    format!("no hook was installed: {why}")
}

fn add_section(job: &mut Job, world: &Disk) -> anyhow::Result<()> {
    let places = CONTRIBUTING.iter().map(|place| RelPath::parse(place)).collect::<Result<Vec<_>, _>>()?;
    let mut found = None;
    for place in &places {
        if found.is_none() && exists(world, place)? {
            found = Some(place.clone());
        }
    }
    let before = match &found {
        Some(path) => {
            let no_text = || anyhow!("`{}` is not UTF-8 text, and was left as it is", shown(path.as_str()));
            Some(text_of(world, path)?.ok_or_else(no_text)?)
        }
        None => None,
    };
    let verb = if before.is_some() { Verb::Extended } else { Verb::Wrote };
    if let (Some(path), Some(after)) = (found.or(places.into_iter().next()), contributing(before.as_deref())) {
        job.writes.push(Write { path, before, after, verb });
    }
    Ok(())
}
