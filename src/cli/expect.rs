//! `gate hash data --update`: writes down which data a run must have used.

use anyhow::{Context, bail};

use super::diff::diff;
use super::outputs::CannotTell;
use super::section::Section;
use crate::digest::Digest;
use crate::run::{Data, Expected, Snapshot};
use crate::shown::{shell_word, shown};
use crate::world::{LookError, Out, Over, RelPath, World};

/// Where the expectation stands unless `expect-file` says otherwise.
const FILE: &str = "lockfiles/data.toml";

/// How it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// To the file.
    Real,
    /// As a diff, to standard output.
    Dry,
}

/// Writes the digest of a snapshot; what else stands in the file stays as it is.
pub(super) fn update(section: &Section, data: &Data, snapshot: &Snapshot, (writing, out): (Writing, &mut dyn Out)) -> anyhow::Result<()> {
    let digest = digest(data, snapshot)?;
    let path = match &data.expected {
        Expected::File(path) => path.clone(),
        Expected::Nothing => RelPath::parse(FILE)?,
        Expected::Literal(_) => bail!("`[run.data] expect` says which data is expected; write `expect-file = \"{FILE}\"` in its place"),
    };
    if section.evidence.holds(path.as_str()) {
        bail!("`{path}` is where a run leaves its evidence, which is part of no commit");
    }
    let before = before(section, &path)?;
    let after = match &before {
        None => new(&digest, data),
        Some(text) => with_digest(text, &digest).with_context(|| format!("`{path}` is there and is no such file"))?,
    };
    if writing == Writing::Dry {
        out.print(&diff(path.as_str(), before.as_deref(), &after))?;
        return Ok(());
    }
    if before.as_ref() == Some(&after) {
        out.warn(&format!("{path} says so already\n"));
        return Ok(());
    }
    let at = section.root.join(path.as_str());
    let failed = |error: std::io::Error| CannotTell(format!("`{path}` could not be written: {error}"));
    section.folder_for(&path, out).map_err(failed)?;
    let over = if before.is_some() { Over::Anything } else { Over::Nothing };
    out.prepare(&at, over).and_then(|pending| pending.commit(after.as_bytes())).map_err(failed)?;
    out.warn(&format!("wrote {path}; now: git add {}\n", shell_word(path.as_str())));
    if matches!(data.expected, Expected::Nothing) {
        out.warn(&format!("and under `[run.data]` in gate.toml: expect-file = \"{path}\"\n"));
    }
    Ok(())
}

/// Only what was looked at is written down, or what gate.toml accepts unseen.
fn digest(data: &Data, snapshot: &Snapshot) -> anyhow::Result<Digest> {
    let declared = snapshot.declared.as_ref().filter(|_| data.allow_declared.is_some() && snapshot.problems.is_empty());
    let digest = snapshot.computed.as_ref().filter(|_| snapshot.problems.is_empty()).or(declared);
    let why = snapshot.absent.clone().unwrap_or_else(|| "something is wrong with the data".to_owned());
    Ok(digest.cloned().ok_or_else(|| CannotTell(format!("nothing was written: {why}")))?)
}

fn before(section: &Section, path: &RelPath) -> anyhow::Result<Option<String>> {
    let mut bytes = Vec::new();
    match section.world.tree().read(path, 1 << 20, &mut bytes) {
        Err(LookError::NotFound) => Ok(None),
        Err(error) => Err(CannotTell(format!("`{path}` cannot be read: {error}")).into()),
        Ok(()) => Ok(Some(String::from_utf8(bytes).with_context(|| format!("`{path}` is not UTF-8 text"))?)),
    }
}

fn new(digest: &Digest, data: &Data) -> String {
    let id = match data.source.place() {
        "." => toml::Value::from(data.source.describe()),
        place => toml::Value::from(place),
    };
    format!(
        "# The data that a run must have used. Written by `gate hash data --update`, never by a run.\nversion = 1\nid = {id}\ndigest = \"{digest}\"\n"
    )
}

/// The text with its `digest` replaced.
fn with_digest(text: &str, digest: &Digest) -> anyhow::Result<String> {
    let table = toml::de::DeTable::parse(text).map_err(|error| anyhow::anyhow!("{}", shown(error.message())))?;
    let old = table.get_ref().get("digest").context("it has no `digest`")?;
    if old.get_ref().as_str().is_none() {
        bail!("its `digest` is no text");
    }
    let span = old.span();
    let after = format!("{}\"{digest}\"{}", &text[..span.start], &text[span.end..]);
    match Expected::read_text(&after, digest.algorithm) {
        Ok(_) => Ok(after),
        Err(error) => bail!("{error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_digest_of_an_expectation_changes() {
        let text = "version = 1 # ours\r\nid = 'eod'\r\ndigest = 'dirHash1:00' # note\r\n";
        assert!(with_digest("version = 2\ndigest = \"\"\n", &Digest::id("eod-2")).is_err(), "a version that nobody reads");
        let after = with_digest(text, &Digest::id("eod-2")).unwrap();
        assert_eq!(after, "version = 1 # ours\r\nid = 'eod'\r\ndigest = \"id:eod-2\" # note\r\n");
        assert!(with_digest("version = 1\n", &Digest::id("eod-2")).is_err());
    }
}
