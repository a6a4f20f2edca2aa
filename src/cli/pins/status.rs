//! `gate pins status`: every pin, and whether the local copy is what is pinned.

use anyhow::bail;
use serde::Serialize;

use super::{Project, bytes_of};
use crate::cli::Global;
use crate::cli::outputs::{Format, Outputs};
use crate::cli::table::{Form, Side, table as cells_of};
use crate::digest::Digest;
use crate::exit::Exit;
use crate::pins::mirrors::{self, Source, Tagged, Unread};
use crate::pins::place::place;
use crate::pins::{LARGEST_SCHEMA, Pin};
use crate::shown::{harmless, shown, without_secrets};
use crate::world::{Out, World};

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
    /// It has, and the tag of the version leads to another commit now.
    TagMoved,
    /// There is no mirror here, or there is nothing to compare.
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
    let mirrors = mirrored(&project);
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
    let path = place(&pin.path.value)?;
    let Some(found) = bytes_of(&project.world, &path, LARGEST_SCHEMA).map_err(|error| format!("`{path}` {error}"))? else {
        return Ok(Bytes::Missing);
    };
    let Some(pinned) = &pin.sha256 else { return Ok(Bytes::NotPinned) };
    let pinned = pinned.sha256().map_err(|why| format!("`sha256`: {why}"))?;
    Ok(if pinned == Digest::sha256(&found).value { Bytes::Ok } else { Bytes::Differ })
}

/// What the local mirrors say of the pins, in their order. Nothing is fetched.
fn mirrored(project: &Project) -> Vec<Result<Upstream, String>> {
    let pins = &project.pins.pins;
    let said = mirrors::ask(project.world.history(), pins, LARGEST_SCHEMA);
    pins.iter().zip(said).map(|(pin, source)| upstream(pin, source)).collect()
}

fn upstream(pin: &Pin, source: Source) -> Result<Upstream, String> {
    let mirror = || shown(&without_secrets(pin.mirror().unwrap_or_default()));
    match (source, pin.digest()) {
        (Source::Not(_), _) => Ok(Upstream::NotVerified),
        (Source::Unread(Unread::Mirror(error)), _) => Err(format!("the mirror `{}`: {error}", mirror())),
        (Source::Unread(Unread::NoCommit), _) => Err(format!("the mirror `{}` does not have its commit", mirror())),
        (Source::Unread(Unread::TooLarge(size)), _) => {
            Err(format!("the mirror `{}` has it as a file of {size} bytes, more than gate reads", mirror()))
        }
        (Source::NoFile, _) => Ok(Upstream::Differs),
        (Source::File(theirs, _), Some(digest)) if digest != theirs => Ok(Upstream::Differs),
        (Source::File(_, Tagged::Moved { .. }), _) => Ok(Upstream::TagMoved),
        (Source::File(_, Tagged::Gone(tag)), _) => Err(format!("the mirror `{}` does not have the tag `{}`", mirror(), shown(&tag))),
        (Source::File(_, Tagged::Same | Tagged::None | Tagged::NoVersion), Some(_)) => Ok(Upstream::Verified),
        (Source::File(_, Tagged::Same | Tagged::None | Tagged::NoVersion), None) => Ok(Upstream::NotVerified),
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
            Upstream::TagMoved => "TAG MOVED",
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
