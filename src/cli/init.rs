//! `gate init`: looks at the repository, and writes a gate.toml that judges it and blocks nothing that falls short today.

mod hook;
mod told;

use std::path::Path;

use anyhow::bail;

use super::Global;
use super::hook::Install;
use super::outputs::{CannotTell, quiet_pipe};
use super::readme::Work;
use super::section::folder_for;
use super::writes::{Write, write_all};
use crate::config::{self, Text};
use crate::engine;
use crate::exit::Exit;
use crate::init::{Action, Shortfall, Standing, Survey, UNFILLED, policy, workflow};
use crate::plan::{self, Asked as Question};
use crate::policy;
use crate::report::Mark;
use crate::shown::shown;
use crate::world::disk::{Disk, Place};
use crate::world::{Cx, FileKind, LookError, Out, Over, RelPath, World};
pub(super) use hook::Wanted;
use told::Told;

/// Where GitHub looks for workflows.
const WORKFLOW: &str = ".github/workflows/gate.yml";
/// The largest file that a diff is shown of.
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
    hook: Option<Install>,
    /// Why the hook that was asked for is not installed.
    no_hook: Option<String>,
}

pub(super) fn run(asked: &Asked, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    must_make_sense(asked, global)?;
    let place = Place::find(global.root.as_deref(), None)?;
    let cannot_look = |error: LookError| CannotTell(format!("{}: {error}", place.root_name()));
    let world = Disk::open(&place.root, global.now, config::GitOptions::default().timeout.get()).map_err(cannot_look)?;
    let survey = Survey::of(Cx::new(&world)).map_err(cannot_look)?;
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
    let told = Told { asked, survey: &survey, job: &job, root: &place.root };
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

/// Puts all in place. Files whose folder has to be made come last, so that nothing is left behind by a failure before.
/// The hook comes last of all.
fn write(job: &Job, world: &Disk, (root, out): (&Path, &mut dyn Out)) -> anyhow::Result<()> {
    let place = |path: &RelPath, out: &mut dyn Out| Ok(folder_for(path, world, (root, out))?.join(path.name()));
    write_all(&job.writes, out, place).map_err(|error| CannotTell(format!("{error:#}")))?;
    let installed = job.hook.as_ref().map_or(Ok(()), |hook| hook.put(out));
    installed.map_err(|error| CannotTell(format!("{error:#}; the files were written: `gate hook install` is left to do")).into())
}

impl Job {
    fn of(asked: &Asked, survey: &Survey, (world, global): (&Disk, &Global)) -> anyhow::Result<Self> {
        let mut job = Self::default();
        let mut text = judged(survey, world)?;
        let gate_toml = RelPath::parse("gate.toml")?;
        let kept = asked.existing == Existing::Keep && exists(world, &gate_toml)?;
        if kept {
            text = before(world, &gate_toml)?.unwrap_or_default();
        }
        job.add(gate_toml, text.clone(), (asked, world))?;
        let text = Text::new("gate.toml".to_owned(), text).in_root(Some("gate.toml".to_owned()));
        if asked.parts.readmes && (survey.has_folders || kept) {
            let work = Work::of(config::load(&text), Some(&text), (Cx::new(world), &[]))?;
            job.writes.extend(work.writes());
            job.unseen = work.unseen;
        }
        if asked.parts.github {
            job.add_workflow(survey, (asked, world))?;
        }
        hook::take_on(&mut job, asked, (survey, &text), (world, global))?;
        Ok(job)
    }

    fn diff(&self) -> String {
        let files: String = self.writes.iter().map(Write::diff).collect();
        files + &self.hook.as_ref().map_or_else(String::new, Install::diff)
    }

    fn add_workflow(&mut self, survey: &Survey, (asked, world): (&Asked, &Disk)) -> anyhow::Result<()> {
        let path = RelPath::parse(WORKFLOW)?;
        let action = asked.parts.action.as_ref();
        if let (Existing::Keep, Some(action), true) = (asked.existing, action, exists(world, &path)?) {
            let old = before(world, &path)?.unwrap_or_default();
            if old.contains(UNFILLED) {
                let after = old.replace(UNFILLED, &action.uses());
                self.writes.push(Write { path, before: Some(old), after, over: Over::Anything });
                return Ok(());
            }
        }
        self.add(path, workflow(survey, action), (asked, world))
    }

    /// Takes a file on: to be written, to be kept, or in the way.
    fn add(&mut self, path: RelPath, after: String, (asked, world): (&Asked, &Disk)) -> anyhow::Result<()> {
        if !exists(world, &path)? {
            self.writes.push(Write { path, before: None, after, over: Over::Nothing });
            return Ok(());
        }
        match asked.existing {
            Existing::Keep => self.kept.push(path.as_str().to_owned()),
            Existing::Refuse if !asked.dry_run => self.refused.push(path.as_str().to_owned()),
            Existing::Refuse | Existing::Replace => {
                let before = before(world, &path)?;
                self.writes.push(Write { path, before, after, over: Over::Anything });
            }
        }
        Ok(())
    }

    /// Whether a workflow would run that does not know its action.
    fn is_unfilled(&self) -> bool {
        self.writes.iter().any(|write| write.after.contains(UNFILLED))
    }
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

/// The text that is there; what is no text is replaced whole, and the diff shows it as empty.
fn before(world: &Disk, path: &RelPath) -> anyhow::Result<Option<String>> {
    let mut bytes = Vec::new();
    match world.evidence().read(path, LIMIT, &mut bytes) {
        Ok(()) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) => Err(CannotTell(format!("`{}` cannot be read: {error}", shown(path.as_str()))).into()),
    }
}

/// The text of gate.toml, its modes after how things stand: the checks of a first text are run, and what would block is guided.
///
/// `run-hashes` is not run for it: no record that is there can be of a config with this very file in it, and its data may be large.
fn judged(survey: &Survey, world: &Disk) -> anyhow::Result<String> {
    let first = policy(survey, None);
    let text = Text::new("gate.toml".to_owned(), first.clone());
    let all = Question::Check { names: Vec::new(), strict: false };
    let mut plan = plan::resolve(config::load(&text), Some(&text), all)?;
    plan.checks.retain(|check| check.kind.name != "run-hashes");
    if plan.checks.is_empty() {
        return Ok(first);
    }
    let report = policy::judge(&plan, engine::run(&plan, &Cx::new(world), &|_| {}), world.now());
    let blocks = report.checks.iter().find(|check| matches!(check.mark, Mark::Failed | Mark::CannotTell));
    let today = blocks.map(|check| Shortfall { short: check.short, unseen: check.unseen, examined: check.examined.count });
    Ok(match today {
        Some(today) => policy(survey, Some(today)),
        None => first,
    })
}
