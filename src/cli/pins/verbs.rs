//! `gate pins` as clap reads it.

use clap::{Args, Subcommand};

use super::diff::Diff;
use crate::config::TimeLimit;
use crate::pins::{Format, Role};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum PinsVerb {
    /// Pin a schema of another repository: fetch it at a version, copy it, write the entry.
    ///
    /// The version's tag is the first of v1.4.0, 1.4.0, NAME-v1.4.0, NAME-1.4.0, NAME/…, NAME@… that is there. Where two lead to different
    /// commits, say which. git fetches, asks nobody for a password, and nothing is written unless all of it can be.
    ///
    /// Exit codes: 0 done · 2 refused, nothing written · 3 could not fetch or write.
    Add(Add),
    /// Move pins to another version: fetch, copy, change the entry and leave every other byte of the file.
    ///
    /// The version is the newest tag of the pin's sort, prereleases aside. A tag that leads to another commit than the pinned one, and a
    /// local copy that is not what is pinned, are refused without `--force`. One pin that cannot be moved keeps no other from it.
    ///
    /// Exit codes: 0 done, or nothing is newer · 2 refused · 3 could not fetch or write.
    Update(Update),
    /// Show what moved since the base: what was added, removed, narrowed and widened, each with an instance that shows it.
    ///
    /// `--format markdown` drafts the migration note. Nothing is fetched: the old schemas are those that git has at the base.
    ///
    /// Exit codes: 0 shown, whatever moved · 2 the pins file is wrong · 3 something could not be compared.
    Diff(Diff),
    /// Show every pin: its version, commit and role, and whether the local copy is what is pinned.
    ///
    /// Nothing is fetched; a mirror that is here is asked whether it has the same bytes, and the tag.
    ///
    /// Exit codes: 0 shown, whatever it shows · 2 there is no pins file, or it is wrong · 3 something could not be looked at.
    Status {
        /// The pins file; a `.json` is a manifest. Default: that of the check, else lockfiles/schemas.toml.
        #[arg(long, value_name = "FILE")]
        pins: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Add {
    /// The repository: a URL, or a path from the root to a clone or a bare repository.
    pub(super) repo: String,
    /// The schema's path there.
    pub(super) path: String,
    /// The version, without a `v`.
    #[arg(long, value_name = "VERSION")]
    pub(super) version: String,
    /// The tag, where the version does not say it.
    #[arg(long, value_name = "TAG")]
    pub(super) tag: Option<String>,
    /// What the pin is called. Default: the name of the file, without its ending.
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// What this repository does with its documents: reader, writer, both.
    ///
    /// A reader must still read old documents, what a writer writes must be read by holders of the old schema. Default: not written, and asked
    /// for by the check.
    #[arg(long, value_name = "ROLE", value_parser = read_role)]
    pub(super) role: Option<Role>,
    /// Where the copy lies, from the root. Default: the path there.
    #[arg(long, value_name = "PATH")]
    pub(super) to: Option<String>,
    /// What the schema is: json-schema, openapi, protobuf, avro. Default: as the file looks.
    #[arg(long, value_name = "FORMAT", value_parser = read_format)]
    pub(super) schema_format: Option<Format>,
    #[command(flatten)]
    pub(super) how: How,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Update {
    /// The pins, by their names.
    #[arg(required_unless_present = "all")]
    pub(super) names: Vec<String>,
    /// Every pin of the file.
    #[arg(long, conflicts_with = "names")]
    pub(super) all: bool,
    /// This version, without a `v`. Default: the newest.
    #[arg(long, value_name = "VERSION", conflicts_with = "all")]
    pub(super) version: Option<String>,
    /// The tag, where the version does not say it.
    #[arg(long, value_name = "TAG", requires = "version")]
    pub(super) tag: Option<String>,
    #[command(flatten)]
    pub(super) how: How,
}

/// How a pins file is written.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct How {
    /// The pins file. Default: that of the check, else lockfiles/schemas.toml.
    #[arg(long, value_name = "FILE")]
    pub(super) pins: Option<String>,
    /// How long git may take for one question. Default: `[git] timeout`, else 60s.
    #[arg(long, value_name = "DURATION", value_parser = TimeLimit::parse)]
    pub(super) timeout: Option<TimeLimit>,
    /// Fetch, show the diff and write nothing but below `.gate/`.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Write over a copy that is not what is pinned; follow a tag that moved.
    #[arg(long)]
    pub(super) force: bool,
}

fn read_role(text: &str) -> Result<Role, String> {
    one_of(text, &Role::NAMES)
}

fn read_format(text: &str) -> Result<Format, String> {
    one_of(text, &Format::NAMES)
}

fn one_of<T: Copy>(text: &str, known: &[(&str, T)]) -> Result<T, String> {
    let names = || known.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    known.iter().find(|(name, _)| *name == text).map(|(_, value)| *value).ok_or_else(|| format!("there are: {}", names()))
}
