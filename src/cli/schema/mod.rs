//! `gate schema diff`: whether what one edition of a schema accepts the other accepts too.

mod data;
mod text;

pub(super) use data::change;
pub(super) use text::{code, witness};

use anyhow::bail;
use clap::Subcommand;

use super::Global;
use super::explain::machine;
use super::outputs::{CannotTell, Format, Outputs};
use crate::config::GitOptions;
use crate::exit::Exit;
use crate::pins::Direction;
use crate::schema::{Change, Document, Inclusion, SchemaFault, compare};
use crate::shown::shown;
use crate::world::disk::{Disk, named};
use crate::world::{LookError, Out, World};

/// The largest file that is read; the reader of schemas has its own, smaller limit, and says more about it.
const LIMIT: u64 = 32 << 20;

#[derive(Debug, Subcommand)]
pub(super) enum SchemaVerb {
    /// Compare two JSON Schemas: compatible, breaking, or cannot decide. A break is shown with a document that one accepts and the other refuses.
    ///
    /// `backward`: the new schema accepts every document of the old one, as a reader needs it that moves to the new schema. `forward`: the old
    /// schema accepts every document of the new one, as a writer needs it whose readers stay. `full`: both. Draft-07 and 2020-12 (where
    /// `$schema` is absent: 2020-12); a `$ref` must lead into the same file, nothing is fetched; `format` is an annotation.
    ///
    /// Exit codes: 0 compatible · 1 breaking · 3 it cannot be decided, or a file cannot be read.
    Diff {
        /// The old schema.
        old: String,
        /// The new schema.
        new: String,
        /// What must hold: backward (reader), forward (writer), full. Default: backward.
        #[arg(long, value_name = "DIRECTION", default_value = "backward", hide_default_value = true, value_parser = direction)]
        compatibility: Direction,
    },
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Answer {
    Compatible,
    Breaking,
    CannotDecide,
}

impl Answer {
    /// As data has it.
    pub(in crate::cli) fn name(self) -> &'static str {
        match self {
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
            Self::CannotDecide => "cannot-decide",
        }
    }

    fn exit(self) -> Exit {
        match self {
            Self::Compatible => Exit::Fine,
            Self::Breaking => Exit::Wrong,
            Self::CannotDecide => Exit::CannotTell,
        }
    }
}

/// One direction that was asked for: whose documents they are, who must accept them, and whether it does.
struct Asked<'a> {
    name: &'static str,
    from: &'a str,
    to: &'a str,
    inclusion: Inclusion,
}

/// A file that is no schema, and why.
struct Unread<'a> {
    file: &'a str,
    faults: Vec<SchemaFault>,
}

/// Everything that is told.
struct Told<'a> {
    old: &'a str,
    new: &'a str,
    compatibility: Direction,
    unread: Vec<Unread<'a>>,
    directions: Vec<Asked<'a>>,
    changes: Vec<Change>,
}

impl<'a> Told<'a> {
    fn of((old, new): (&'a str, &'a str), compatibility: Direction) -> anyhow::Result<Self> {
        let mut told = Self { old, new, compatibility, unread: Vec::new(), directions: Vec::new(), changes: Vec::new() };
        let (before, after) = (read(old)?, read(new)?);
        let (before, after) = match (Document::read(&before), Document::read(&after)) {
            (Ok(before), Ok(after)) => (before, after),
            (before, after) => {
                let unread =
                    [(old, before), (new, after)].into_iter().filter_map(|(file, read)| Some(Unread { file, faults: read.err()? }));
                told.unread = unread.collect();
                return Ok(told);
            }
        };
        let comparison = compare(&before, &after);
        let backward = Asked { name: "backward", from: old, to: new, inclusion: comparison.backward };
        let forward = Asked { name: "forward", from: new, to: old, inclusion: comparison.forward };
        told.directions = match compatibility {
            Direction::Backward => vec![backward],
            Direction::Forward => vec![forward],
            Direction::Full => vec![backward, forward],
        };
        told.changes = comparison.changes;
        Ok(told)
    }

    /// One break is enough; what is not decided is never compatible.
    fn answer(&self) -> Answer {
        let is = |wanted: fn(&Inclusion) -> bool| self.directions.iter().any(|direction| wanted(&direction.inclusion));
        if is(|inclusion| matches!(inclusion, Inclusion::Broken { .. })) {
            return Answer::Breaking;
        }
        let undecided = self.directions.is_empty() || !self.unread.is_empty() || is(|inclusion| matches!(inclusion, Inclusion::Unknown(_)));
        if undecided { Answer::CannotDecide } else { Answer::Compatible }
    }
}

fn direction(text: &str) -> Result<Direction, String> {
    let all = [Direction::Backward, Direction::Forward, Direction::Full];
    all.into_iter().find(|one| one.name() == text).ok_or_else(|| "there are: backward, forward, full".to_owned())
}

/// Does what is asked of schemas.
pub(super) fn run(verb: &SchemaVerb, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    match verb {
        SchemaVerb::Diff { old, new, compatibility } => diff((old, new), *compatibility, (global, out)),
    }
}

/// Compares two files.
fn diff(files: (&str, &str), compatibility: Direction, (global, out): (&Global, &mut dyn Out)) -> anyhow::Result<Exit> {
    if global.plan {
        bail!("this command has no `--plan`");
    }
    let outputs = Outputs::prepare(global, &[Format::Human, Format::Json, Format::Markdown], &machine(global)?, out)?;
    let told = Told::of(files, compatibility)?;
    let delivered = outputs.deliver(out, &|format, room| {
        Ok(match format {
            Format::Json => serde_json::to_string_pretty(&data::document(&told))? + "\n",
            Format::Markdown => text::markdown(&told),
            Format::Human | Format::Github | Format::Svg if room.quiet => text::last_line(&told) + "\n",
            Format::Human | Format::Github | Format::Svg => text::human(&told),
        })
    });
    // What nobody was told is no "compatible".
    Ok(match (told.answer(), delivered) {
        (Answer::Compatible, false) => Exit::CannotTell,
        (answer, _) => answer.exit(),
    })
}

/// The text of a file, from where the user stands.
fn read(path: &str) -> anyhow::Result<String> {
    let fail = |error: LookError| CannotTell(format!("`{}` {error}", shown(path)));
    let (folder, file) = named(path).map_err(fail)?;
    let Some(file) = file else { return Err(CannotTell(format!("`{}` is a folder", shown(path))).into()) };
    let disk = Disk::open(&folder, None, GitOptions::default().timeout.get()).map_err(fail)?;
    let mut bytes = Vec::new();
    disk.tree().read(&file, LIMIT, &mut bytes).map_err(fail)?;
    String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
        CannotTell(format!("`{}` is no UTF-8 text from line {line} on", shown(path))).into()
    })
}

#[cfg(test)]
mod schema_test;
