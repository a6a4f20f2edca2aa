//! `gate pins status`: every pin, and whether the local copy is what is pinned.

use std::collections::BTreeMap;

use anyhow::bail;
use serde::Serialize;

use super::copy::{LARGEST, sha256};
use super::{Project, bytes_of};
use crate::cli::Global;
use crate::cli::outputs::{Format, Outputs};
use crate::cli::table::{Form, Side, table as cells_of};
use crate::digest::{Algorithm, Digest};
use crate::exit::Exit;
use crate::pins::{Pin, is_object_id};
use crate::shown::{harmless, shown};
use crate::world::{FileAt, HistoryError, Out, RelPath, Stored, World};

/// How the local copy compares with its pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Bytes {
    Ok,
    Differ,
    Missing,
    /// No digest is pinned.
    NotPinned,
    CannotTell,
}

/// How the pin compares with the mirror of its repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Upstream {
    /// The commit has these very bytes.
    Verified,
    Differs,
    /// There is no mirror here, or it lacks the commit, or there is nothing to compare.
    NotVerified,
    CannotTell,
}

/// One pin as it stands.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    version: Option<String>,
    commit: Option<String>,
    path: String,
    role: Option<&'static str>,
    bytes: Bytes,
    upstream: Upstream,
    /// Where the pins file has it.
    line: usize,
    /// Why it could not be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<String>,
}

pub(super) fn status(pins: Option<&str>, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let project = Project::open(pins, global)?;
    if project.text.is_none() {
        bail!("there is no `{}`; `gate pins add` writes it", project.path);
    }
    let mirrors = mirrors(&project);
    let rows: Vec<Row> = project.pins.pins.iter().zip(mirrors).map(|(pin, mirror)| row(pin, mirror, &project)).collect();
    let outputs = Outputs::prepare(global, &[Format::Human, Format::Json, Format::Markdown], &project.world, out)?;
    let is_told = rows.iter().all(|row| row.unknown.is_none());
    let delivered = outputs.deliver(out, &|format, _| match format {
        Format::Json => Ok(serde_json::to_string_pretty(&serde_json::json!({ "schema": "gate.pins-status/1", "pins": rows }))? + "\n"),
        Format::Markdown => Ok(table(&rows, Form::Markdown)),
        Format::Human | Format::Github | Format::Svg => Ok(table(&rows, Form::Columns)),
    });
    Ok(if delivered && is_told { Exit::Fine } else { Exit::CannotTell })
}

fn row(pin: &Pin, mirror: Result<Upstream, String>, project: &Project) -> Row {
    let text = |at: &Option<crate::pins::At<String>>| at.as_ref().map(|at| at.value.clone());
    let (bytes, unread) = match compared(pin, project) {
        Ok(bytes) => (bytes, None),
        Err(why) => (Bytes::CannotTell, Some(why)),
    };
    let (upstream, unasked) = match mirror {
        Ok(upstream) => (upstream, None),
        Err(why) => (Upstream::CannotTell, Some(why)),
    };
    Row {
        name: pin.name.value.clone(),
        version: text(&pin.version),
        commit: text(&pin.commit),
        path: pin.path.value.clone(),
        role: pin.role.as_ref().map(|role| role.value.name()),
        bytes,
        upstream,
        line: pin.line,
        unknown: unread.or(unasked),
    }
}

fn compared(pin: &Pin, project: &Project) -> Result<Bytes, String> {
    let path = RelPath::parse(&pin.path.value).map_err(|error| error.to_string())?;
    let Some(found) = bytes_of(&project.world, &path, LARGEST).map_err(|error| format!("`{path}` {error}"))? else {
        return Ok(Bytes::Missing);
    };
    let Some(pinned) = &pin.sha256 else { return Ok(Bytes::NotPinned) };
    let pinned = Digest::read(&pinned.value, Algorithm::Sha256).map_err(|error| format!("`sha256`: {error}"))?;
    Ok(if pinned.to_string() == sha256(&found) { Bytes::Ok } else { Bytes::Differ })
}

/// What the local mirrors say of the pins, in their order; each mirror is asked once. Nothing is fetched.
fn mirrors(project: &Project) -> Vec<Result<Upstream, String>> {
    let pins = &project.pins.pins;
    let mut told: Vec<Result<Upstream, String>> = pins.iter().map(|_| Ok(Upstream::NotVerified)).collect();
    let mut asked: BTreeMap<&str, Vec<(usize, String, FileAt)>> = BTreeMap::new();
    for (place, pin) in pins.iter().enumerate() {
        let digest = pin.sha256.as_ref().and_then(|sha256| Digest::read(&sha256.value, Algorithm::Sha256).ok());
        let path = pin.source_path.as_ref().and_then(|path| RelPath::parse(&path.value).ok());
        let commit = pin.commit.as_ref().map(|commit| commit.value.to_ascii_lowercase());
        let commit = commit.filter(|id| is_object_id(id));
        if let (Some(mirror), Some(digest), Some(commit), Some(path)) = (pin.mirror(), digest, commit, path) {
            asked.entry(mirror).or_default().push((place, digest.to_string(), FileAt { commit, path }));
        }
    }
    for (mirror, asked) in asked {
        let files: Vec<FileAt> = asked.iter().map(|(_, _, file)| file.clone()).collect();
        let stored = project.world.history().mirrored(mirror, &files, LARGEST);
        for (number, (place, digest, _)) in asked.iter().enumerate() {
            let said = match &stored {
                Ok(stored) => {
                    stored.get(number).map_or_else(|| Err("the mirror said nothing of it".to_owned()), |stored| Ok(beside(stored, digest)))
                }
                // The repository itself may be a path on somebody else's machine.
                Err(HistoryError::NotARepository) if pins.get(*place).is_some_and(|pin| pin.upstream.is_none()) => {
                    Ok(Upstream::NotVerified)
                }
                Err(error) => Err(format!("the mirror `{}`: {error}", shown(mirror))),
            };
            if let Some(place) = told.get_mut(*place) {
                *place = said;
            }
        }
    }
    told
}

/// What a mirror has, beside the digest that is pinned.
fn beside(stored: &Stored, digest: &str) -> Upstream {
    match stored {
        Stored::Bytes(bytes) if sha256(bytes) == digest => Upstream::Verified,
        Stored::Bytes(_) | Stored::NoFile | Stored::TooLarge(_) => Upstream::Differs,
        Stored::NoCommit => Upstream::NotVerified,
    }
}

const HEAD: [&str; 7] = ["name", "version", "commit", "role", "path", "bytes", "upstream"];

fn table(rows: &[Row], form: Form) -> String {
    if rows.is_empty() {
        return "nothing is pinned\n".to_owned();
    }
    let cell = |row: &Row| {
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
        let bytes = match row.bytes {
            Bytes::Ok => "ok",
            Bytes::Differ => "DIFFER",
            Bytes::Missing => "MISSING",
            Bytes::NotPinned => "–",
            Bytes::CannotTell => "?",
        };
        let upstream = match row.upstream {
            Upstream::Verified => "verified",
            Upstream::Differs => "DIFFERS",
            Upstream::NotVerified => "not verified",
            Upstream::CannotTell => "?",
        };
        let commit = row.commit.as_ref().map(|commit| shown(&commit.chars().take(7).collect::<String>()));
        let version = or_dash(row.version.as_deref().map(shown));
        [
            shown(&row.name),
            version,
            or_dash(commit),
            or_dash(row.role.map(str::to_owned)),
            shown(&row.path),
            bytes.to_owned(),
            upstream.to_owned(),
        ]
    };
    let cells: Vec<[String; 7]> = [HEAD.map(str::to_owned)].into_iter().chain(rows.iter().map(cell)).collect();
    let table = cells_of(&cells, [Side::Left; 7], form);
    let unknown = rows.iter().filter_map(|row| row.unknown.as_ref().map(|why| format!("  ? {}: {}\n", shown(&row.name), harmless(why))));
    let unknown: String = unknown.collect();
    if unknown.is_empty() { table } else { format!("{table}\n{unknown}") }
}
