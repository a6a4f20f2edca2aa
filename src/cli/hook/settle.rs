//! Bypasses that are settled: by a good run, or because somebody says so.

use anyhow::bail;
use chrono::SecondsFormat;

use super::install::refuse_formats;
use crate::bypass::{BYPASSES, Settled, settled_by_run, standing};
use crate::cli::Global;
use crate::cli::outputs::{CannotTell, print};
use crate::cli::section::{Section, own_folder};
use crate::config::Text;
use crate::exit::Exit;
use crate::run::{Record, redacted_text};
use crate::shown::{counted, shown};
use crate::world::disk::Disk;
use crate::world::{Cx, Out, World};

/// `gate hook settle`: which commits, and why.
pub(in crate::cli) struct Asked<'a> {
    /// The beginnings of their ids; none: all that stand.
    pub(in crate::cli) commits: &'a [String],
    pub(in crate::cli) reason: &'a str,
}

pub(in crate::cli) fn settle(asked: &Asked<'_>, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    refuse_formats(global)?;
    if asked.reason.trim().is_empty() {
        bail!("`--reason` is empty; say why no run has to settle it");
    }
    let section = Section::open(&Text::new(String::new(), String::new()), global)?;
    let bypasses = standing(&Cx::new(&section.world), &section.evidence);
    let unread = bypasses.describe_unread();
    if let Some(unread) = &unread {
        out.warn(&format!("warning: {unread}\n"));
    }
    let all: Vec<&str> = bypasses.standing.iter().flat_map(|standing| standing.commits()).collect();
    if let Some(unknown) = asked.commits.iter().find(|asked| asked.len() < 4 || !all.iter().any(|commit| commit.starts_with(*asked))) {
        bail!("no bypass of `{}` stands; `gate check` shows those that do, by the first seven digits of their commits", shown(unknown));
    }
    let is_meant = |commit: &&str| asked.commits.is_empty() || asked.commits.iter().any(|asked| commit.starts_with(asked.as_str()));
    let mut commits: Vec<String> = all.into_iter().filter(is_meant).map(str::to_owned).collect();
    commits.sort_unstable();
    commits.dedup();
    if let (true, Some(unread)) = (commits.is_empty(), unread) {
        return Err(CannotTell(format!("nothing was settled: {unread}")).into());
    }
    if commits.is_empty() {
        print("no bypass stands\n", out)?;
        return Ok(Exit::Fine);
    }
    let said = format!("settled: {}\n", counted(commits.len(), "commit", "commits"));
    let who = section.world.git().committer().ok().flatten().or_else(|| section.world.env("USER"));
    let settled = Settled { who, reason: Some(redacted_text(asked.reason)), ..new(&section.world, commits) };
    write(&settled, &section, out).map_err(|error| CannotTell(format!("`{BYPASSES}` cannot be written: {error}")))?;
    print(&said, out)?;
    Ok(Exit::Fine)
}

/// A good run was recorded: what was pushed past the smoke test before, and it stands upon, need not be remembered.
pub(in crate::cli) fn after_run(section: &Section, record: &Record, world: &Disk, out: &mut dyn Out) {
    let Some(commit) = record.commit.as_ref().filter(|_| record.is_good()) else { return };
    let commits = settled_by_run(&Cx::new(world), &commit.git_commit);
    if commits.is_empty() {
        return;
    }
    let said = counted(commits.len(), "commit that was pushed past the smoke test is", "commits that were pushed past the smoke test are");
    let settled = Settled { run_id: Some(record.run_id.clone()), ..new(world, commits) };
    match write(&settled, section, out) {
        Ok(()) => out.warn(&format!("settled: {said} tested now\n")),
        Err(error) => out.warn(&format!("warning: `{BYPASSES}` cannot be written, so a bypass may be shown again: {error}\n")),
    }
}

fn new(world: &Disk, commits: Vec<String>) -> Settled {
    let at = world.now().to_rfc3339_opts(SecondsFormat::Secs, true);
    Settled { schema: Settled::SCHEMA.to_owned(), at, commits, run_id: None, who: None, reason: None }
}

fn write(settled: &Settled, section: &Section, out: &mut dyn Out) -> std::io::Result<()> {
    let line = serde_json::to_string(settled).map_err(std::io::Error::other)?;
    let folder = own_folder(&section.root, section.world.evidence(), out)?;
    out.append_line(&folder.join("bypasses.jsonl"), &line)
}
