//! `gate pins`: schemas of other repositories, pinned, moved and shown. Only `add` and `update` fetch.

mod add;
mod chosen;
mod copy;
mod diff;
mod page;
mod status;
mod update;
mod verbs;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;

pub(super) use verbs::PinsVerb;

use super::Global;
use super::outputs::{CannotTell, print};
use super::promote::policy_text;
use super::section::{folder_for, own_folder};
use super::writes::{Write, write_all};
use crate::config::{self, CheckTable};
use crate::exit::Exit;
use crate::pins::{self, LIMIT, Pin, Pins};
use crate::shown::{shell_word, shown, without_secrets};
use crate::supervise::Hold;
use crate::world::disk::{Disk, FetchError, Place};
use crate::world::{Held, LookError, Out, Over, RelPath, World, resolve};
use verbs::How;

/// The kind that judges pins.
const KIND: &str = "schema-pins";

pub(super) fn run(verb: PinsVerb, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    match verb {
        PinsVerb::Add(asked) => alone(&asked.how, global, out, |project, out| add::add(&asked, project, out)),
        PinsVerb::Update(asked) => alone(&asked.how, global, out, |project, out| update::update(&asked, project, out)),
        PinsVerb::Diff(asked) => diff::diff(&asked, global, out),
        PinsVerb::Status { pins } => status::status(pins.as_deref(), global, out),
    }
}

/// A pins file, and where it is.
struct Project {
    root: PathBuf,
    world: Disk,
    timeout: Duration,
    quiet: bool,
    /// What the checks of this pins file compare with, where they name it.
    base: Option<String>,
    /// Whether a check holds the pins of this file.
    is_held: bool,
    path: RelPath,
    /// `None`: there is none.
    text: Option<String>,
    pins: Pins,
}

impl Project {
    fn open(pins: Option<&str>, global: &Global) -> anyhow::Result<Self> {
        if global.plan {
            bail!("this command has no `--plan`");
        }
        let place = Place::find(global.root.as_deref(), global.file.as_deref())?;
        let text = policy_text(&place, global.file.is_none())?;
        let parsed = text.as_ref().map(config::load).unwrap_or_default();
        let timeout = parsed.file.git.timeout.get();
        let file = pins.map_or_else(|| configured(&parsed.file.checks), |named| Ok(named.to_owned()))?;
        let base = configured_base(&parsed.file.checks, &file);
        let is_held = of_pins(&parsed.file.checks).any(|check| option(check, "pins").as_deref().unwrap_or(pins::FILE) == file);
        let opened = Disk::open(&place.root, global.now, timeout);
        let world = opened.map_err(|error| CannotTell(format!("{}: {error}", place.root_name())))?;
        let path = pins::place::place(&file).map_err(|why| anyhow::anyhow!("{why}: no place for a pins file"))?;
        let text = text_of(&world, &path)?;
        let read =
            Pins::read(path.as_str(), text.as_deref().unwrap_or(if path.as_str().ends_with(".json") { "{\"artifacts\":[]}" } else { "" }));
        let pins = read.map_err(|faults| {
            let line = |fault: &pins::PinsFault| {
                let help = fault.help.as_ref().map(|help| format!("\n  {help}")).unwrap_or_default();
                format!("{}:{}: {}{help}", shown(path.as_str()), fault.line, fault.message)
            };
            anyhow::anyhow!("{}", faults.iter().map(line).collect::<Vec<_>>().join("\nerror: "))
        })?;
        Ok(Self { root: place.root, world, timeout, quiet: global.quiet, base, is_held, path, text, pins })
    }

    /// The file that a path leads to, links followed inside the root; also where it is not there yet.
    fn real(&self, path: &RelPath) -> RelPath {
        let files = self.world.evidence();
        let in_folder = || resolve(files, &path.parent()).ok()?.join(path.name()).ok();
        resolve(files, path).ok().or_else(in_folder).unwrap_or_else(|| path.clone())
    }

    /// The pins whose file is the one at a path.
    fn at(&self, path: &RelPath) -> impl Iterator<Item = &Pin> {
        let real = self.real(path);
        self.pins.pins.iter().filter(move |pin| RelPath::parse(&pin.path.value).is_ok_and(|other| self.real(&other) == real))
    }

    /// Nobody else works on pins here until this is dropped.
    fn turn(&self, out: &mut dyn Out) -> Result<Box<dyn Held>, CannotTell> {
        let folder = own_folder(&self.root, self.world.evidence(), out);
        folder.and_then(|folder| out.lock(&folder.join("pins.lock"))).map_err(|error| {
            match error.kind() == std::io::ErrorKind::WouldBlock {
                true => CannotTell("nothing was written: another `gate pins` is at work in this project".to_owned()),
                false => CannotTell(format!("nothing was written: `.gate/pins.lock`: {error}")),
            }
        })
    }

    /// Writes all of it, or nothing that stays; copies first, so that a copy without its entry is all that a cut power supply can leave.
    fn write(&self, writes: &[Write], out: &mut dyn Out) -> anyhow::Result<()> {
        if text_of(&self.world, &self.path)? != self.text {
            return Err(CannotTell(format!("nothing was written: `{}` was changed meanwhile", shown(self.path.as_str()))).into());
        }
        let place = |path: &RelPath, out: &mut dyn Out| {
            // What is reached through a link inside the root is what the link leads to, and never anything outside.
            let real = match resolve(self.world.evidence(), path) {
                Err(LookError::NotFound) => path.clone(),
                other => other?,
            };
            Ok(folder_for(&real, &self.world, (&self.root, out))?.join(real.name()))
        };
        write_all(writes, out, place).inspect_err(|_| self.put_back(writes, out))
    }

    /// What was written before something else could not be is as it was again.
    fn put_back(&self, writes: &[Write], out: &mut dyn Out) {
        for write in writes {
            if !matches!(bytes_of(&self.world, &write.path, pins::LARGEST_SCHEMA), Ok(Some(bytes)) if bytes == write.after.as_bytes()) {
                continue;
            }
            let at = self.root.join(write.path.as_str());
            let done = match &write.before {
                Some(before) => out.prepare(&at, Over::Anything).and_then(|pending| pending.commit(before.as_bytes())),
                None => out.remove(&at),
            };
            let told = match done {
                Ok(()) => format!("`{}` is as it was\n", shown(write.path.as_str())),
                Err(error) => format!("warning: `{}` cannot be put back: {error}\n", shown(write.path.as_str())),
            };
            out.warn(&told);
        }
    }

    /// Writes, or shows what would be, and says what was done.
    fn finish(&self, writes: &[Write], (how, told): (&How, &str), out: &mut dyn Out) -> anyhow::Result<()> {
        if how.dry_run {
            // What stands around a change of the pins file may be another pin's address.
            let diff = |write: &Write| if write.path == self.path { without_secrets(&write.diff()) } else { write.diff() };
            let diffs: String = writes.iter().map(diff).collect();
            return Ok(print(if diffs.is_empty() { told } else { &diffs }, out)?);
        }
        self.write(writes, out)?;
        if self.quiet {
            return Ok(());
        }
        let lines: String = writes.iter().map(|write| format!("  {} {}\n", write.verb.name(), shown(write.path.as_str()))).collect();
        let paths: Vec<String> = writes.iter().take(4).map(|write| shell_word(write.path.as_str())).collect();
        let more = if writes.len() > paths.len() { " …" } else { "" };
        let next = if writes.is_empty() { String::new() } else { format!("\nnow: git add {}{more}\n", paths.join(" ")) };
        let held = if self.is_held { "" } else { "no check holds these pins yet: put `[check.schema-pins]` into gate.toml\n" };
        Ok(print(&format!("{told}{lines}{next}{held}"), out)?)
    }
}

/// The checks of pins.
fn of_pins<'c, 't>(checks: &'c [CheckTable<'t>]) -> impl Iterator<Item = &'c CheckTable<'t>> {
    checks.iter().filter(|check| check.common.kind.as_ref().unwrap_or(&check.name).get_ref() == KIND)
}

/// An option of a check that is a text.
fn option(check: &CheckTable<'_>, name: &str) -> Option<String> {
    check.options.table.get_ref().get(name)?.get_ref().as_str().map(str::to_owned)
}

/// What a check of a pins file compares with; several that part compare with what they compare with by default.
fn configured_base(checks: &[CheckTable<'_>], file: &str) -> Option<String> {
    let of_file = of_pins(checks).filter(|check| option(check, "pins").as_deref().unwrap_or(pins::FILE) == file);
    let mut bases: Vec<Option<String>> = of_file.map(|check| option(check, "base")).collect();
    bases.sort();
    bases.dedup();
    if let [one] = bases.as_slice() { one.clone() } else { None }
}

/// The pins file that the checks name, if they agree; else the usual one.
fn configured(checks: &[CheckTable<'_>]) -> anyhow::Result<String> {
    let mut files: Vec<String> = of_pins(checks).map(|check| option(check, "pins").unwrap_or_else(|| pins::FILE.to_owned())).collect();
    files.sort();
    files.dedup();
    match files.as_slice() {
        [] => Ok(pins::FILE.to_owned()),
        [one] => Ok(one.clone()),
        [.., _] => bail!(
            "gate.toml names several pins files; say which is meant: {}",
            files.iter().map(|file| format!("--pins {}", shell_word(file))).collect::<Vec<_>>().join(", ")
        ),
    }
}

/// Runs a command that writes: alone in the project, and a signal waits until nothing is half done.
fn alone(
    how: &How,
    global: &Global,
    out: &mut dyn Out,
    work: impl FnOnce(&Project, &mut dyn Out) -> anyhow::Result<Exit>,
) -> anyhow::Result<Exit> {
    if !global.output.is_empty() || global.format.is_some() {
        bail!("this command has no `--format` or `--output`; `--dry-run` shows what it would write");
    }
    let project = Project::open(how.pins.as_deref(), global)?;
    if project.path.as_str().ends_with(".json") {
        bail!("`{}` is another tool's manifest: gate reads it and does not write it", shown(project.path.as_str()));
    }
    let _turn = project.turn(out)?;
    let hold = Hold::from_now_on();
    let done = work(&Project { timeout: how.timeout.map_or(project.timeout, config::TimeLimit::get), ..project }, out);
    match hold.release() {
        Some(signal) => {
            if let Err(error) = done {
                out.warn(&format!("error: {error:#}\n"));
            }
            Ok(u8::try_from(128 + signal).map_or(Exit::CannotTell, Exit::Passed))
        }
        None => done,
    }
}

/// The text of a file, links followed inside the root; `None`: there is none.
fn text_of(world: &Disk, path: &RelPath) -> anyhow::Result<Option<String>> {
    match bytes_of(world, path, LIMIT) {
        Ok(None) => Ok(None),
        Ok(Some(bytes)) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(CannotTell(format!("`{}` is not UTF-8 text", shown(path.as_str()))).into()),
        },
        Err(error) => Err(CannotTell(format!("`{}` {error}", shown(path.as_str()))).into()),
    }
}

/// The bytes of a file, links followed inside the root; `None`: there is none.
fn bytes_of(world: &Disk, path: &RelPath, limit: u64) -> Result<Option<Vec<u8>>, LookError> {
    let real = match resolve(world.evidence(), path) {
        Err(LookError::NotFound) => return Ok(None),
        real => real?,
    };
    let mut bytes = Vec::new();
    world.evidence().read(&real, limit, &mut bytes).map(|()| Some(bytes))
}

/// What a fetch that failed means for the command.
fn fetch_error(error: FetchError) -> anyhow::Error {
    if error.is_usage() { anyhow::Error::new(error) } else { CannotTell(error.to_string()).into() }
}
