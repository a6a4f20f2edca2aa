//! `gate readme add`: writes missing READMEs and sections; every word that is there stays.

use std::collections::BTreeMap;

use anyhow::bail;

use super::Global;
use super::ask::configured;
use super::outputs::{CannotTell, quiet_pipe};
use super::promote::policy_text;
use super::writes::{Verb, Write, below, write_all};
use crate::checks::readmes::{Draft, Gap, Readmes};
use crate::config::{self, Text};
use crate::exit::Exit;
use crate::shown::{counted, shell_word, shown};
use crate::world::disk::{Disk, Place};
use crate::world::{Cx, FileKind, Listed, LookError, Out, RelPath, World};

/// What there is to write, and what could not be looked at.
#[derive(Default)]
pub(super) struct Work {
    drafts: BTreeMap<RelPath, Draft>,
    pub(super) unseen: Vec<String>,
}

pub(super) fn add(folders: &[String], dry_run: bool, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    if global.plan || !global.output.is_empty() || global.format.is_some() {
        bail!("this command has no `--plan`, `--format` or `--output`; `--dry-run` shows what it would write");
    }
    let place = Place::find(global.root.as_deref(), global.file.as_deref())?;
    let text = policy_text(&place, global.file.is_none())?;
    let parsed = text.as_ref().map(config::load).unwrap_or_default();
    let opened = Disk::open(&place.root, global.now, parsed.file.git.timeout.get());
    let world = opened.map_err(|error| CannotTell(format!("{}: {error}", place.root_name())))?;
    let folders = read_folders(folders, &world)?;
    let work = Work::of(parsed, text.as_ref(), (Cx::new(&world), &folders))?;
    if !dry_run {
        write_all(&work.writes(), out, below(&place.root))?;
    }
    let text = if global.quiet && !dry_run { String::new() } else { work.to_text(dry_run) };
    let done = quiet_pipe(out.print(&text));
    if let Err(error) = &done {
        out.warn(&format!("error: standard output could not be written: {error}\n"));
    }
    for line in &work.unseen {
        out.warn(&format!("not written: {line}\n"));
    }
    Ok(if work.unseen.is_empty() && done.is_ok() { Exit::Fine } else { Exit::CannotTell })
}

fn read_folders(named: &[String], world: &Disk) -> anyhow::Result<Vec<RelPath>> {
    let mut folders = Vec::new();
    for name in named {
        let folder = RelPath::parse(name)?;
        match world.tree().stat(&folder) {
            Ok(stat) if stat.kind == FileKind::Folder && !folder.is_root() => {}
            Ok(_) => bail!("`{}` is not a folder below the root", shown(name)),
            Err(error) => bail!("`{}` {error}", shown(name)),
        }
        let own = folder.parts().any(|part| matches!(part, ".git" | ".gate"));
        let listing = world.tree().listing().map_err(|error| CannotTell(error.to_string()))?;
        let submodule = |path: &str, kind| kind == Listed::Submodule && format!("{folder}/").starts_with(&format!("{path}/"));
        if own || is_repository(world, &folder) || listing.iter().any(|(path, kind)| submodule(path, kind)) {
            bail!("`{}` is git's, gate's or another repository's", shown(name));
        }
        folders.push(folder);
    }
    Ok(folders)
}

/// Whether a folder, or one above it below the root, is a repository of its own.
fn is_repository(world: &Disk, folder: &RelPath) -> bool {
    let mut at = folder.clone();
    while !at.is_root() {
        // What cannot be looked at may be one.
        if at.join(".git").is_ok_and(|git| world.tree().stat(&git) != Err(LookError::NotFound)) {
            return true;
        }
        at = at.parent();
    }
    false
}

impl Work {
    /// What the configured `readmes` checks miss in `folders`, or in all that they ask about.
    pub(super) fn of(parsed: config::Parsed<'_>, text: Option<&Text>, (cx, folders): (Cx<'_>, &[RelPath])) -> anyhow::Result<Self> {
        let mut work = Self::default();
        for check in configured::<Readmes>("readmes", parsed, text)? {
            work.collect(&check, &cx, folders)?;
        }
        Ok(work)
    }

    fn collect(&mut self, check: &Readmes, cx: &Cx<'_>, folders: &[RelPath]) -> anyhow::Result<()> {
        let gaps = check.gaps(cx, folders, &self.drafts).map_err(|trouble| CannotTell(trouble.0.message))?;
        for gap in gaps {
            match gap {
                Gap::Write(draft) => {
                    self.drafts.insert(draft.path.clone(), draft);
                }
                Gap::CannotTell(met) => self.unseen.push(format!("{}: {}", met.place.path, met.message)),
            }
        }
        self.unseen.sort();
        self.unseen.dedup();
        Ok(())
    }

    /// The drafts as files to write.
    pub(super) fn writes(&self) -> Vec<Write> {
        let verb = |draft: &Draft| if draft.before.is_some() { Verb::Extended } else { Verb::Wrote };
        let write = |d: &Draft| Write { path: d.path.clone(), before: d.before.clone(), after: d.after.clone(), verb: verb(d) };
        self.drafts.values().map(write).collect()
    }

    fn to_text(&self, dry_run: bool) -> String {
        if self.drafts.is_empty() {
            return if self.unseen.is_empty() { "nothing to add\n".to_owned() } else { String::new() };
        }
        if dry_run {
            return self.writes().iter().map(Write::diff).collect();
        }
        let line = |write: &Write| format!("  {} {}\n", write.verb.name(), shown(write.path.as_str()));
        let mut text: String = self.writes().iter().map(line).collect();
        let paths: Vec<String> = self.drafts.keys().take(3).map(|p| shell_word(p.as_str())).collect();
        let more = if self.drafts.len() > paths.len() { " …" } else { "" };
        text.push_str(&format!(
            "\n{}; now say in them what is so, then: git add {}{more}\n",
            counted(self.drafts.len(), "file", "files"),
            paths.join(" ")
        ));
        text
    }
}
