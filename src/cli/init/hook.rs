//! The hook's part of `gate init`: the hook itself, and the section of CONTRIBUTING that tells of it.

use anyhow::bail;

use super::{Asked, Job, before, exists};
use crate::cli::Global;
use crate::cli::hook::{Hooks, Install};
use crate::cli::writes::Write;
use crate::config::{self, Text};
use crate::init::{CONTRIBUTING, Standing, Survey, contributing};
use crate::plan::read_shared;
use crate::world::disk::Disk;
use crate::world::{Over, RelPath};

/// Whether the hook is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Wanted {
    No,
    /// Where there can be one.
    IfItCan,
    Yes,
}

/// Takes the hook on, or says why not.
pub(super) fn take_on(
    job: &mut Job,
    asked: &Asked,
    (survey, policy): (&Survey, &Text),
    (world, global): (&Disk, &Global),
) -> anyhow::Result<()> {
    match (asked.parts.hook, survey.standing) {
        (Wanted::No, _) => return Ok(()),
        (Wanted::Yes, Standing::Outside) => bail!("not a git repository, so there is no hook to install; `git init` first"),
        (Wanted::IfItCan, Standing::Outside) => {
            job.no_hook = Some("not a git repository; `git init`, then `gate hook install`".to_owned());
            return Ok(());
        }
        (Wanted::Yes | Wanted::IfItCan, Standing::Top | Standing::Below) => {}
    }
    // A hook without a smoke test refuses every push, and that would block before its owner has said so.
    let (shared, _) = read_shared(config::load(policy).file.run, None)?;
    if shared.run.and_then(|run| run.smoke).is_none() {
        job.no_hook = Some("`[run] smoke` names no command; name one, then `gate hook install`".to_owned());
        return Ok(());
    }
    let hooks = Hooks::find(global.root.as_deref(), None)?;
    job.hook = Some(Install::prepare(hooks, false).map_err(|error| {
        error.context("no file was written, because the hook cannot be installed; without `--hook` and `--all` the rest can be")
    })?);
    add_section(job, world)
}

fn add_section(job: &mut Job, world: &Disk) -> anyhow::Result<()> {
    let places = CONTRIBUTING.iter().map(|place| RelPath::parse(place)).collect::<Result<Vec<_>, _>>()?;
    let mut found = None;
    for place in &places {
        if found.is_none() && exists(world, place)? {
            found = Some(place.clone());
        }
    }
    let (before, over) = match &found {
        Some(path) => (before(world, path)?, Over::Anything),
        None => (None, Over::Nothing),
    };
    if let (Some(path), Some(after)) = (found.or(places.into_iter().next()), contributing(before.as_deref())) {
        job.writes.push(Write { path, before, after, over });
    }
    Ok(())
}
