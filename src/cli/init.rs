//! `gate init`: looks at the repository, and writes a gate.toml that judges it and blocks nothing that falls short today.

mod hook;
mod told;

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::bail;

use super::Global;
use super::hook::Install;
use super::outputs::{CannotTell, quiet_pipe};
use super::readme::Work;
use super::section::folder_for;
use super::writes::{Verb, Write, write_all};
use crate::check::Level;
use crate::config::{self, Text};
use crate::engine;
use crate::exit::Exit;
use crate::init::{Action, Locks, Promotion, Shortfall, Standing, Survey, UNFILLED, WORKFLOW, Wish, gate_toml, workflow};
use crate::plan::{self, Asked as Question, read_shared};
use crate::policy;
use crate::report::{CheckReport, Mark};
use crate::run::Evidence;
use crate::shown::shown;
use crate::world::disk::{Disk, Place};
use crate::world::{Cx, FileKind, LookError, Out, RelPath, World};
pub(super) use hook::Wanted;
use told::Told;

/// The largest file that is read.
const LIMIT: u64 = 8 << 20;

/// What `gate init` is asked for.
pub(super) struct Asked {
    pub(super) parts: Parts,
    pub(super) existing: Existing,
    pub(super) dry_run: bool,
}

/// What is written beside gate.toml.
pub(super) struct Parts {
    pub(super) github: bool,
    pub(super) hook: Wanted,
    pub(super) readmes: bool,
    pub(super) action: Option<Action>,
}

/// What becomes of files that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Existing {
    Refuse,
    Keep,
    Replace,
}

/// All that is to be written, and what has to be said of it.
#[derive(Default)]
struct Job {
    writes: Vec<Write>,
    /// Files that exist and are in the way.
    refused: Vec<String>,
    kept: Vec<String>,
    unseen: Vec<String>,
    /// What was left undone and why, a sentence each.
    left: Vec<String>,
    hook: Option<Install>,
    /// The workflow as it will stand there, whether written or kept.
    workflow: Option<String>,
    smoke: SmokeCommand,
}

/// Whether gate.toml, as it will stand there, names a smoke command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum SmokeCommand {
    #[default]
    None,
    Named,
}

pub(super) fn run(asked: &Asked, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    must_make_sense(asked, global)?;
    let place = Place::find(global.root.as_deref(), None)?;
    let cannot_look = |error: LookError| CannotTell(format!("{}: {error}", place.root_name()));
    let world = Disk::open(&place.root, global.now, config::GitOptions::default().timeout.get()).map_err(cannot_look)?;
    let survey = Survey::of(Cx::new(&world), kept_evidence(asked, &world)?).map_err(cannot_look)?;
    if asked.parts.github && survey.standing == Standing::Below {
        bail!(
            "GitHub reads workflows only at the top of a repository, and {} is below it; leave `--github` and `--all` out",
            place.root_name()
        );
    }
    let job = Job::of(asked, &survey, (&world, global))?;
    if !asked.dry_run && !job.refused.is_empty() {
        bail!("{}", told::refusal(&job.refused));
    }
    if !asked.dry_run {
        write(&job, &world, (&place.root, out))?;
    }
    let told = Told { asked, survey: &survey, job: &job, place: &place };
    let text = if asked.dry_run { job.diff() } else { told.to_text() };
    let done = quiet_pipe(out.print(if global.quiet && !asked.dry_run { "" } else { &text }));
    if let Err(error) = &done {
        out.warn(&format!("error: standard output could not be written: {error}\n"));
    }
    out.warn(&told.warnings());
    Ok(if job.unseen.is_empty() && done.is_ok() { Exit::Fine } else { Exit::CannotTell })
}

fn must_make_sense(asked: &Asked, global: &Global) -> anyhow::Result<()> {
    if global.plan || !global.output.is_empty() || global.format.is_some() {
        bail!("this command has no `--plan`, `--format` or `--output`; `--dry-run` shows what it would write");
    }
    if global.file.is_some() {
        bail!("this command writes `gate.toml` in the root and knows no `--file`; `--root` names another folder");
    }
    if asked.parts.action.is_some() && !asked.parts.github {
        bail!("`--action` belongs to `--github`: the workflow names it");
    }
    Ok(())
}

/// Puts all in place: every file is prepared before the first is written, and the hook comes last.
fn write(job: &Job, world: &Disk, (root, out): (&Path, &mut dyn Out)) -> anyhow::Result<()> {
    let place = |path: &RelPath, out: &mut dyn Out| Ok(folder_for(path, world, (root, out))?.join(path.name()));
    write_all(&job.writes, out, place).map_err(|error| CannotTell(format!("{error:#}")))?;
    let installed = job.hook.as_ref().map_or(Ok(()), |hook| hook.put(out));
    installed.map_err(|error| CannotTell(format!("{error:#}; the files were written: `gate hook install` is left to do")).into())
}

/// What a run leaves behind, as a gate.toml says it that stays.
fn kept_evidence(asked: &Asked, world: &Disk) -> anyhow::Result<Option<Evidence>> {
    let path = RelPath::parse("gate.toml")?;
    if asked.existing != Existing::Keep || !exists(world, &path)? {
        return Ok(None);
    }
    let text = Text::new("gate.toml".to_owned(), kept_text(world, &path)?);
    Ok(read_shared(config::load(&text).file.run, None)?.0.run.as_ref().map(Evidence::of))
}

impl Job {
    fn of(asked: &Asked, survey: &Survey, (world, global): (&Disk, &Global)) -> anyhow::Result<Self> {
        let mut job = Self::default();
        let (text, stood) = job.add_policy(survey, (asked, world))?;
        job.smoke = match read_shared(config::load(&text).file.run, None)?.0.run.and_then(|run| run.smoke) {
            Some(_) => SmokeCommand::Named,
            None => SmokeCommand::None,
        };
        if asked.parts.readmes && (survey.has_folders || stood == Stood::Kept) {
            let work = Work::of(config::load(&text), Some(&text), (Cx::new(world), &[]))?;
            job.writes.extend(work.writes());
            job.unseen = work.unseen;
        }
        if asked.parts.github {
            job.add_workflow(survey, (asked, world))?;
        }
        hook::take_on(&mut job, asked, survey, (world, global))?;
        Ok(job)
    }

    /// gate.toml, as it will stand there.
    fn add_policy(&mut self, survey: &Survey, (asked, world): (&Asked, &Disk)) -> anyhow::Result<(Text, Stood)> {
        let path = RelPath::parse("gate.toml")?;
        let stood = if asked.existing == Existing::Keep && exists(world, &path)? { Stood::Kept } else { Stood::Written };
        let text = match stood {
            Stood::Kept => kept_text(world, &path)?,
            Stood::Written => judged(survey, asked, world)?,
        };
        self.add(path, text.clone(), (asked, world))?;
        Ok((Text::new("gate.toml".to_owned(), text).in_root(Some("gate.toml".to_owned())), stood))
    }

    fn diff(&self) -> String {
        let files: String = self.writes.iter().map(Write::diff).collect();
        files + &self.hook.as_ref().map_or_else(String::new, Install::diff)
    }

    fn add_workflow(&mut self, survey: &Survey, (asked, world): (&Asked, &Disk)) -> anyhow::Result<()> {
        let path = RelPath::parse(WORKFLOW)?;
        let action = asked.parts.action.as_ref();
        if asked.existing == Existing::Keep && exists(world, &path)? {
            let old = kept_text(world, &path)?;
            let Some(action) = action.filter(|_| old.contains(UNFILLED)) else {
                self.workflow = Some(old);
                self.kept.push(path.as_str().to_owned());
                return Ok(());
            };
            let after = old.replace(UNFILLED, &action.uses());
            self.workflow = Some(after.clone());
            self.writes.push(Write { path, before: Some(old), after, verb: Verb::Changed });
            return Ok(());
        }
        let text = workflow(survey, action);
        self.workflow = Some(text.clone());
        self.add(path, text, (asked, world))
    }

    /// Takes a file on: to be written, to be kept, or in the way.
    fn add(&mut self, path: RelPath, after: String, (asked, world): (&Asked, &Disk)) -> anyhow::Result<()> {
        if !exists(world, &path)? {
            self.writes.push(Write { path, before: None, after, verb: Verb::Wrote });
            return Ok(());
        }
        match asked.existing {
            Existing::Keep => self.kept.push(path.as_str().to_owned()),
            Existing::Refuse if !asked.dry_run => self.refused.push(path.as_str().to_owned()),
            Existing::Refuse | Existing::Replace => {
                // What is no text is shown as empty: it is replaced whole.
                let before = Some(text_of(world, &path)?.unwrap_or_default());
                self.writes.push(Write { path, before, after, verb: Verb::Replaced });
            }
        }
        Ok(())
    }

    /// Whether a workflow would run that does not know its action.
    fn is_unfilled(&self) -> bool {
        self.workflow.as_ref().is_some_and(|text| text.contains(UNFILLED))
    }

    /// Whether the workflow is one that this command made.
    fn made_workflow(&self) -> bool {
        self.writes.iter().any(|write| write.path.as_str() == WORKFLOW && write.verb != Verb::Changed)
    }
}

/// What becomes of gate.toml.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stood {
    Kept,
    Written,
}

/// Whether anything is there. A file reached through a link is another's to write.
fn exists(world: &Disk, path: &RelPath) -> anyhow::Result<bool> {
    match world.evidence().stat(path) {
        Ok(stat) if stat.kind == FileKind::File => Ok(true),
        Ok(_) => bail!("`{path}` is a link, a folder or no regular file; move it away first"),
        Err(LookError::NotFound) => Ok(false),
        Err(LookError::IsLink | LookError::NotAFolder) => {
            bail!("`{path}` lies below a link or something that is no folder; write it yourself")
        }
        Err(error) => Err(CannotTell(format!("`{path}` {error}")).into()),
    }
}

/// The text of a file; `None`: it is not UTF-8, so nobody could write it again as it is.
fn text_of(world: &Disk, path: &RelPath) -> anyhow::Result<Option<String>> {
    let mut bytes = Vec::new();
    match world.evidence().read(path, LIMIT, &mut bytes) {
        Ok(()) => Ok(String::from_utf8(bytes).ok()),
        Err(error) => Err(CannotTell(format!("`{}` cannot be read: {error}", shown(path.as_str()))).into()),
    }
}

/// The text of a file that stays.
fn kept_text(world: &Disk, path: &RelPath) -> anyhow::Result<String> {
    match text_of(world, path)? {
        Some(text) => Ok(text),
        None => bail!(
            "`{path}` is not UTF-8 text, so it cannot be kept as it is; nothing was written\n  to replace it whole: the same with --force"
        ),
    }
}

/// The text of gate.toml, its modes after how things stand: the checks of a first text are run, and what would block is guided.
///
/// `run-hashes` is not run for it: no record that is there can be of a config with this very file in it, and its data may be large.
fn judged(survey: &Survey, asked: &Asked, world: &Disk) -> anyhow::Result<String> {
    let wish = Wish { promotion: Promotion::Fine, hook: asked.parts.hook != Wanted::No, ..Wish::default() };
    let text = Text::new("gate.toml".to_owned(), gate_toml(survey, wish));
    let all = Question::Check { names: Vec::new(), strict: false };
    let mut plan = plan::resolve(config::load(&text), Some(&text), all)?;
    plan.checks.retain(|check| check.kind.name != "run-hashes");
    let report = policy::judge(&plan, engine::run(&plan, &Cx::new(world), &|_| {}), world.now());
    let today = |name: &str| report.checks.iter().find(|check| check.name == name);
    let readmes = today("readmes").filter(|check| blocks(check)).map(shortfall);
    let lockfiles = match today("lockfiles") {
        Some(check) if met(check, NOTHING) => match check.rulings.len() {
            1 => Locks::None,
            _ => Locks::Short(shortfall(check)),
        },
        Some(check) if blocks(check) => Locks::Short(shortfall(check)),
        Some(_) | None => Locks::Fine,
    };
    let has_ours = exists(world, &RelPath::parse(WORKFLOW)?)?;
    let promotion = today("promotion-only").map_or(Promotion::None, |check| match (asked.parts.github, survey.workflows) {
        (false, 0) => Promotion::None,
        (false, _) if met(check, NO_PROMOTE) => Promotion::NoJob,
        (true, _) if met(check, NO_PROMOTE) => without(check),
        (true, 1..) if !has_ours || met(check, AMBIGUOUS) => Promotion::Beside,
        (true | false, _) if blocks(check) => Promotion::Short(shortfall(check)),
        (true | false, _) => Promotion::Fine,
    });
    Ok(gate_toml(survey, Wish { readmes, lockfiles, promotion, ..wish }))
}

/// Nothing was there to be looked at.
const NOTHING: &str = "promotion/nothing-examined";
/// No job promotes.
const NO_PROMOTE: &str = "promotion-only/no-promote";
/// Several jobs do.
const AMBIGUOUS: &str = "promotion-only/ambiguous";

fn met(check: &CheckReport, code: &str) -> bool {
    check.rulings.iter().any(|ruling| ruling.failure_reason_code == code)
}

fn blocks(check: &CheckReport) -> bool {
    matches!(check.mark, Mark::Failed | Mark::CannotTell)
}

fn shortfall(check: &CheckReport) -> Shortfall {
    Shortfall { short: check.short, unseen: check.unseen, examined: check.examined.count }
}

/// How the promotion stands once there is the promote job that is missing now.
fn without(check: &CheckReport) -> Promotion {
    let missing = [NOTHING, NO_PROMOTE];
    let others = check.rulings.iter().filter(|ruling| !missing.contains(&ruling.failure_reason_code.as_str()));
    let paths: BTreeSet<&str> =
        others.filter(|ruling| ruling.effect_at_promotion == Level::Block).map(|ruling| ruling.path.as_str()).collect();
    match paths.len() {
        0 => Promotion::Fine,
        short => Promotion::Short(Shortfall { short, unseen: 0, examined: check.examined.count }),
    }
}
