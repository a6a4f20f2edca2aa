//! A schema as it came from the other repository: its digests, its format, and whether it may take the place of what is here.

use anyhow::bail;

use super::{Project, bytes_of};
use crate::cli::outputs::CannotTell;
use crate::cli::writes::{Verb, Write};
use crate::digest::Digest;
use crate::formats::jcs::canonical;
use crate::formats::{json, lfs};
use crate::pins::look::looks_like;
use crate::pins::{self, Format, LARGEST_SCHEMA, Pin};
use crate::shown::shown;
use crate::world::RelPath;

/// A schema that was fetched.
pub(super) struct Copy {
    pub(super) text: String,
    pub(super) sha256: String,
    /// Of the canonical form; JSON alone has one.
    pub(super) canonical: Option<String>,
    /// As somebody said, else as it looks.
    pub(super) format: Option<Format>,
    /// What it may be.
    pub(super) looks: Vec<Format>,
}

impl Copy {
    /// Takes on what was fetched from `path`, and is of a format, where somebody says so.
    ///
    /// # Errors
    /// If it is no text, or should be JSON and is none that every reader reads alike.
    pub(super) fn of(bytes: Vec<u8>, path: &str, declared: Option<Format>) -> anyhow::Result<Self> {
        let sha256 = Digest::sha256(&bytes).to_string();
        let Ok(text) = String::from_utf8(bytes) else { bail!("`{}` is not UTF-8 text there", shown(path)) };
        if text.is_empty() {
            bail!("`{}` is empty there", shown(path));
        }
        if lfs::pointer(text.as_bytes()).is_some() {
            bail!("`{}` is kept in git LFS there, and git has its pointer alone", shown(path));
        }
        let looks = looks_like(path, &text);
        let format = declared.or_else(|| looks.first().copied());
        let canonical = match path.ends_with(".json") || format.is_some_and(|format| format.is_json(&text)) {
            true => match canonical(&text) {
                Ok(canonical) => Some(Digest::sha256(canonical.as_bytes()).to_string()),
                // A number that RFC 8785 does not write: the bytes alone are pinned.
                Err(_) if json::parse(&text).is_ok() => None,
                Err(fault) => bail!("`{}` is no strict JSON there: line {}: {}", shown(path), fault.line, fault.message),
            },
            false => None,
        };
        Ok(Self { text, sha256, canonical, format, looks })
    }

    /// The copy as a file to write; `None`: it lies there already.
    ///
    /// # Errors
    /// If something else lies there.
    pub(super) fn write(&self, path: &RelPath, project: &Project, replaced: Replaced<'_>) -> anyhow::Result<Option<Write>> {
        let name = shown(path.as_str());
        let there = bytes_of(&project.world, path, LARGEST_SCHEMA).map_err(|error| CannotTell(format!("`{name}` {error}")))?;
        let Some(bytes) = there else {
            return Ok(Some(Write { path: path.clone(), before: None, after: self.text.clone(), verb: Verb::Wrote }));
        };
        let found = Digest::sha256(&bytes);
        if found.to_string() == self.sha256 {
            return Ok(None);
        }
        if let Some(why) = replaced.refuses(&found) {
            bail!("`{name}` {why} ({found}); `--force` writes over it");
        }
        let Ok(before) = String::from_utf8(bytes) else { bail!("`{name}` is no text, so no schema: move it away yourself") };
        Ok(Some(Write { path: path.clone(), before: Some(before), after: self.text.clone(), verb: Verb::Replaced }))
    }
}

/// What a copy may be written over.
pub(super) enum Replaced<'p> {
    Nothing,
    /// What this pin pins.
    Of(&'p Pin),
    /// Somebody forces it.
    Anything,
}

impl Replaced<'_> {
    /// Why something that lies there is not to be written over; `None`: it may be.
    fn refuses(&self, found: &Digest) -> Option<&'static str> {
        let other = "is there already and is something else";
        match self {
            Self::Anything => None,
            Self::Nothing => Some(other),
            Self::Of(pin) if pin.digest().is_some_and(|pinned| pinned == found.value) => None,
            Self::Of(pin) => Some(if pin.sha256.is_some() { "is not what is pinned" } else { other }),
        }
    }
}

/// Where a copy may lie.
///
/// # Errors
/// Why it may not.
pub(super) fn place(path: &str, project: &Project) -> anyhow::Result<RelPath> {
    let path = pins::place::place(path).map_err(|why| anyhow::anyhow!("{why}: no place for a schema"))?;
    if project.real(&path) == project.real(&project.path) {
        bail!("`{}` is the pins file itself: no place for a schema", shown(path.as_str()));
    }
    Ok(path)
}
