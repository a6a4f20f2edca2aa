//! `gate lock refresh`: makes lockfiles anew with their own tools, and puts the old ones back where that does not end well.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};

use super::Locks;
use super::report::{Came, Refreshed, deliver};
use crate::checks::lockfiles::{Row, subject};
use crate::cli::Global;
use crate::cli::outputs::{CannotTell, Format, Outputs, quiet_pipe};
use crate::cli::section::own_folder;
use crate::config::LockOptions;
use crate::exit::Exit;
use crate::refresh::{Facts, NoTool, Packages, changes, commands, packages};
use crate::run::redacted;
use crate::shown::{shell_line, shown};
use crate::supervise::{self, Hold, How, StartError, Stdout, Task, signal_name};
use crate::world::disk::{Disk, find_program};
use crate::world::{Cx, FileKind, LookError, Out, Over, RelPath, World};

/// What was asked for.
pub(in crate::cli) struct Asked {
    pub(in crate::cli) which: Which,
    pub(in crate::cli) dry_run: bool,
    /// How long a tool that is asked to end may take.
    pub(in crate::cli) grace: Duration,
}

/// Which lockfiles are made anew.
pub(in crate::cli) enum Which {
    /// Those that are older than `audit-after`.
    Old,
    All,
    /// These, as paths from the root.
    Named(Vec<String>),
}

/// The largest file that is kept to be put back.
const LIMIT: u64 = 256 << 20;

/// A lockfile that is to be made anew, and how.
struct Work {
    file: RelPath,
    folder: PathBuf,
    commands: Vec<Vec<String>>,
    packages: Packages,
    /// What the tool may write.
    touched: Vec<RelPath>,
    /// The same as it is right before the tool runs; `None`: it is not there.
    kept: Vec<(RelPath, Option<Vec<u8>>)>,
}

pub(in crate::cli) fn refresh(asked: &Asked, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let locks = Locks::open(global)?;
    let (works, mut all) = works(&locks, &asked.which)?;
    if global.plan {
        let line = |work: &Work| format!("  {}  {}\n", shown(work.file.as_str()), words(&work.commands));
        quiet_pipe(out.print(&format!("plan of `gate lock refresh`\n\n{}", works.iter().map(line).collect::<String>())))?;
        return Ok(Exit::Fine);
    }
    let outputs = Outputs::prepare(global, &[Format::Human, Format::Json, Format::Markdown], &locks.world, out)?;
    if works.is_empty() && all.is_empty() {
        return none(&locks, &asked.which, out);
    }
    let folder = own_folder(&locks.root, locks.world.evidence(), out);
    let held = folder.and_then(|folder| Ok((out.lock(&folder.join("refresh.lock"))?, folder)));
    let (_held, own) = held.map_err(|error| CannotTell(format!("nothing was run: `.gate/refresh.lock`: {error}")))?;
    let mut exit = if all.is_empty() { Exit::Fine } else { Exit::CannotTell };
    for mut work in works {
        out.warn(&format!("gate lock refresh · {} · {}\n", shown(work.file.as_str()), words(&work.commands)));
        let hold = Hold::new();
        let (refreshed, ended) = work.refresh(asked, (&own, &locks), out);
        all.push(refreshed);
        let interrupted = hold.release();
        exit = match (exit, ended, interrupted) {
            (_, _, Some(signal)) => u8::try_from(128 + signal).map_or(Exit::CannotTell, Exit::Passed),
            (Exit::Fine, ended, None) => ended,
            (exit, _, None) => exit,
        };
        if matches!(exit, Exit::Passed(_)) {
            break;
        }
    }
    let delivered = deliver(&all, outputs, out);
    Ok(if delivered { exit } else { Exit::CannotTell })
}

/// Says why there is nothing to do.
fn none(locks: &Locks, which: &Which, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let unknown = locks.rows.iter().filter(|row| row.age_days.is_none()).count();
    let text = match (which, locks.rows.is_empty()) {
        (_, true) => "no lockfile is among the promoted files\n".to_owned(),
        (Which::Old, false) if unknown > 0 => "no lock is known to be older than `audit-after`; name one, or say `--all`\n".to_owned(),
        (_, false) => "no lock is older than `audit-after`; name one, or say `--all`\n".to_owned(),
    };
    quiet_pipe(out.print(&text))?;
    if unknown > 0 {
        out.warn(&format!("cannot tell: the age of {unknown} of {} lockfiles is unknown (`gate lock status`)\n", locks.rows.len()));
    }
    Ok(if unknown == 0 && locks.unseen.is_empty() { Exit::Fine } else { Exit::CannotTell })
}

/// What is to be done, all of it known before anything is run. A lock that cannot be read stops nothing but itself, unless it was named.
fn works(locks: &Locks, which: &Which) -> anyhow::Result<(Vec<Work>, Vec<Refreshed>)> {
    let rows: Vec<&Row> = match which {
        Which::Old => locks.rows.iter().filter(|row| row.audit.is_some()).collect(),
        Which::All => locks.rows.iter().collect(),
        Which::Named(files) => {
            let row = |file: &String| {
                let path = RelPath::parse(file.strip_prefix("./").unwrap_or(file))?;
                let found = locks.rows.iter().find(|row| row.file == path.as_str());
                found.with_context(|| format!("`{}` is no lockfile that is asked about; `gate lock status` lists them", shown(file)))
            };
            files.iter().map(row).collect::<anyhow::Result<_>>()?
        }
    };
    let (mut works, mut unread) = (Vec::new(), Vec::new());
    for row in rows {
        match (work(row, locks), which) {
            (Ok(work), _) => works.push(work),
            (Err(error), Which::Old | Which::All) if row.counts.is_none() => {
                let came = Came::PutBack(error.to_string());
                unread.push(Refreshed { file: row.file.clone(), command: String::new(), beside: Vec::new(), came });
            }
            (Err(error), _) => return Err(error),
        }
    }
    Ok((works, unread))
}

fn work(row: &Row, locks: &Locks) -> anyhow::Result<Work> {
    let file = RelPath::parse(&row.file)?;
    let read = subject(&Cx::new(&locks.world), &row.file, packages);
    let (subject, packages) = read.map_err(|why| CannotTell(format!("nothing was run: {why}")))?;
    let name = file.parts().next_back().unwrap_or_default().to_owned();
    let manifest = subject.manifest.as_deref().map(|path| path.rsplit('/').next().unwrap_or(path));
    let folder = locks.root.join(file.parent().as_str());
    let facts = Facts { format: row.format, file: &name, manifest, text: &subject.text };
    let commands = match configured(&locks.options, &file, (&name, manifest)) {
        Some(command) => vec![command],
        None => commands(&facts, |program| find_program(program, &folder).is_some()).map_err(|why| no_tool(&why, row))?,
    };
    // What tools write beside the lock: what it was made from, and the other half of Go's.
    let beside = [Some("go.sum").filter(|_| row.format == "go"), manifest].into_iter().flatten();
    let paths = [Ok(file.clone())].into_iter().chain(beside.map(|name| file.parent().join(name)));
    let touched = paths.collect::<Result<_, _>>()?;
    Ok(Work { file, folder, commands, packages, touched, kept: Vec::new() })
}

fn no_tool(why: &NoTool, row: &Row) -> anyhow::Error {
    let example = format!("[[lock.refresh]]\nfiles = \"{}\"\ncommand = [\"…\"]", row.file);
    anyhow::anyhow!("nothing was run: `{}`: {why}; name the command in gate.toml:\n\n{example}\n", shown(&row.file))
}

/// The command that gate.toml names.
fn configured(options: &LockOptions, file: &RelPath, (name, manifest): (&str, Option<&str>)) -> Option<Vec<String>> {
    let refresh = options.refresh.iter().find(|refresh| refresh.files.matches(file.as_str()))?;
    let filled = |word: &String| word.replace("{file}", name).replace("{manifest}", manifest.unwrap_or_default());
    Some(refresh.command.as_slice().iter().map(filled).collect())
}

fn bytes(world: &Disk, path: &RelPath) -> Result<Option<Vec<u8>>, LookError> {
    let mut bytes = Vec::new();
    match world.tree().read(path, LIMIT, &mut bytes) {
        Ok(()) => Ok(Some(bytes)),
        Err(LookError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Commands as a person would type them.
fn words(commands: &[Vec<String>]) -> String {
    commands.iter().map(|words| shell_line(&redacted(words))).collect::<Vec<_>>().join(" && ")
}

impl Work {
    /// Keeps what the tool may write.
    fn keep(&mut self, world: &Disk) -> Result<&Self, String> {
        let kept = self.touched.iter().map(|path| {
            let bytes = bytes(world, path).map_err(|error| format!("nothing was run: `{}` {error}", shown(path.as_str())))?;
            Ok((path.clone(), bytes))
        });
        self.kept = kept.collect::<Result<_, String>>()?;
        Ok(self)
    }

    /// Runs the tool with a copy of the lock laid by.
    fn refresh(&mut self, asked: &Asked, (own, locks): (&Path, &Locks), out: &mut dyn Out) -> (Refreshed, Exit) {
        let copy = match self.keep(&locks.world).and_then(|work| work.copy(own, locks, out)) {
            Ok(copy) => copy,
            Err(why) => return (self.not_run(why), Exit::CannotTell),
        };
        let (mut refreshed, exit) = self.run(asked, locks, out);
        match &mut refreshed.came {
            Came::Left(why) => why.push_str(&format!("; the old lock is `{}`", shown(&format!(".gate/refresh/{}", self.file)))),
            Came::Changed(_) | Came::WouldChange(_) | Came::PutBack(_) => {
                if let Err(error) = out.remove(&copy) {
                    out.warn(&format!("warning: `.gate/refresh` still holds a copy: {error}\n"));
                }
            }
        }
        (refreshed, exit)
    }

    /// Lays a copy of the lock into gate's own folder, for whoever ends gate before it has put the lock back.
    fn copy(&self, own: &Path, locks: &Locks, out: &mut dyn Out) -> Result<PathBuf, String> {
        let below = format!("refresh/{}", self.file);
        let shown = shown(&format!(".gate/{below}"));
        let path = RelPath::parse(&format!(".gate/{below}")).map_err(|error| error.to_string())?;
        if locks.world.evidence().stat(&path) != Err(LookError::NotFound) {
            return Err(format!(
                "nothing was run: a refresh was cut off before, and `{shown}` is the lock as it was then; put it back, or delete it"
            ));
        }
        let place = own.join(below);
        let bytes = self.kept.first().and_then(|(_, bytes)| bytes.as_deref()).unwrap_or_default();
        let made = place.parent().map_or(Ok(()), |folder| out.make_folder(folder));
        let written = made.and_then(|()| out.prepare(&place, Over::Nothing)).and_then(|pending| pending.commit(bytes));
        written.map_err(|error| format!("nothing was run: `{shown}` cannot be written: {error}"))?;
        Ok(place)
    }

    fn not_run(&self, why: String) -> Refreshed {
        Refreshed { file: self.file.to_string(), command: words(&self.commands), beside: Vec::new(), came: Came::PutBack(why) }
    }

    fn run(&self, asked: &Asked, locks: &Locks, out: &mut dyn Out) -> (Refreshed, Exit) {
        let failed = self.commands.iter().find_map(|command| start(command, (&self.folder, asked.grace)).err());
        let now = subject(&Cx::new(&locks.world), self.file.as_str(), packages);
        let beside = self.differing(locks).filter(|path| *path != &self.file).map(RelPath::to_string).collect::<Vec<_>>();
        let is = |came| {
            let beside = if matches!(came, Came::PutBack(_)) { Vec::new() } else { beside.clone() };
            Refreshed { file: self.file.to_string(), command: words(&self.commands), beside, came }
        };
        let (why, exit) = match (failed, now) {
            (None, Ok((_, now))) if now.is_empty() && !self.packages.is_empty() => {
                ("the tool left a lock that holds no package".to_owned(), Exit::CannotTell)
            }
            (None, Ok((_, now))) if asked.dry_run => {
                let came = Came::WouldChange(changes(&self.packages, &now));
                return match self.put_back(locks, out) {
                    Ok(()) => (is(came), Exit::Fine),
                    Err(why) => (is(Came::Left(why)), Exit::CannotTell),
                };
            }
            (None, Ok((_, now))) => return (is(Came::Changed(changes(&self.packages, &now))), Exit::Fine),
            (Some(failed), _) => failed,
            (None, Err(why)) => (format!("the tool left what is no lock: {why}"), Exit::CannotTell),
        };
        match self.put_back(locks, out) {
            Ok(()) => (is(Came::PutBack(why)), exit),
            Err(left) => (is(Came::Left(format!("{why}; {left}"))), Exit::CannotTell),
        }
    }

    /// Of the files that the tool may have written, those that are not as they were, or cannot be read.
    fn differing<'w>(&'w self, locks: &'w Locks) -> impl Iterator<Item = &'w RelPath> {
        let differs = |(path, before): &&(RelPath, Option<Vec<u8>>)| !bytes(&locks.world, path).is_ok_and(|now| now == *before);
        self.kept.iter().filter(differs).map(|(path, _)| path)
    }

    /// Puts everything back as it was, and looks whether it is.
    fn put_back(&self, locks: &Locks, out: &mut dyn Out) -> Result<(), String> {
        let differing: Vec<&RelPath> = self.differing(locks).collect();
        for (path, before) in self.kept.iter().filter(|(path, _)| differing.contains(&path)) {
            let place = locks.root.join(path.as_str());
            let failed = |error: &dyn std::fmt::Display| format!("`{}` could not be put back: {error}", shown(path.as_str()));
            // Nothing is written through a link that the tool has put there.
            match locks.world.tree().stat(path) {
                Ok(stat) if stat.kind == FileKind::File => {}
                Err(LookError::NotFound) => {}
                Ok(stat) if stat.kind == FileKind::Symlink => out.remove(&place).map_err(|error| failed(&error))?,
                Ok(_) => return Err(failed(&"something that is no file stands in its place")),
                Err(error) => return Err(failed(&error)),
            }
            let done = match before {
                Some(before) => out.prepare(&place, Over::Anything).and_then(|pending| pending.commit(before)),
                None => out.remove(&place),
            };
            done.map_err(|error| failed(&error))?;
        }
        match self.differing(locks).next() {
            None => Ok(()),
            Some(path) => Err(format!("`{}` is not as it was", shown(path.as_str()))),
        }
    }
}

/// Runs one command to its end.
fn start(command: &[String], (folder, grace): (&Path, Duration)) -> Result<(), (String, Exit)> {
    let all: Vec<OsString> = command.iter().map(OsString::from).collect();
    let [program, args @ ..] = all.as_slice() else { return Err(("the command is empty".to_owned(), Exit::Usage)) };
    let task = Task { program, args, folder, grace, limit: None, without: &[], stdout: Stdout::ToErr };
    let name = shown(&program.to_string_lossy());
    let ended = supervise::run(&task).map_err(|error| match error {
        StartError::NotFound | StartError::NotExecutable => (format!("`{name}`: {error}"), Exit::Usage),
        StartError::Other(why) => (why, Exit::CannotTell),
    })?;
    match (ended.interrupted, ended.how) {
        (Some(signal), _) => {
            let exit = u8::try_from(128 + signal).map_or(Exit::CannotTell, Exit::Passed);
            Err((format!("interrupted by {}", signal_name(signal)), exit))
        }
        (None, How::Exited(0)) if ended.all_ended => Ok(()),
        (None, How::Exited(0) | How::Alive) => Err((format!("`{name}` could not be ended"), Exit::CannotTell)),
        (None, How::Exited(code)) => Err((format!("`{name}` ended with exit code {code}"), Exit::CannotTell)),
        (None, How::Signalled(signal)) => Err((format!("`{name}` was ended by {}", signal_name(signal)), Exit::CannotTell)),
    }
}

/// Prints the script for projects that want one of their own.
pub(in crate::cli) fn script(global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    if global.plan || !global.output.is_empty() || global.format.is_some() {
        bail!("`--script` prints the script, and nothing else can be asked of it");
    }
    quiet_pipe(out.print(include_str!("../../../templates/lock_refresh.sh")))?;
    Ok(Exit::Fine)
}
