//! `gate pins status`: every pin, and whether the local copy is what is pinned.

use serde::Serialize;

use super::copy::{LARGEST, sha256};
use super::{Project, bytes_of};
use crate::cli::Global;
use crate::cli::outputs::{Format, Outputs};
use crate::digest::{Algorithm, Digest};
use crate::exit::Exit;
use crate::pins::Pin;
use crate::shown::{harmless, shown};
use crate::world::{Out, RelPath};

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

/// One pin as it stands.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    version: Option<String>,
    commit: Option<String>,
    path: String,
    role: Option<&'static str>,
    bytes: Bytes,
    /// Where the pins file has it.
    line: usize,
    /// Why it could not be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<String>,
}

pub(super) fn status(pins: &str, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let project = Project::open(pins, global)?;
    let rows: Vec<Row> = project.pins.pins.iter().map(|pin| row(pin, &project)).collect();
    let outputs = Outputs::prepare(global, &[Format::Human, Format::Json, Format::Markdown], &project.world, out)?;
    let is_told = rows.iter().all(|row| row.unknown.is_none());
    let delivered = outputs.deliver(out, &|format, _| match format {
        Format::Json => Ok(serde_json::to_string_pretty(&serde_json::json!({ "schema": "gate.pins-status/1", "pins": rows }))? + "\n"),
        Format::Markdown => Ok(table(&rows, Form::Markdown)),
        Format::Human | Format::Github | Format::Svg if project.text.is_none() => Ok(format!("there is no `{}`\n", project.path)),
        Format::Human | Format::Github | Format::Svg => Ok(table(&rows, Form::Columns)),
    });
    Ok(if delivered && is_told { Exit::Fine } else { Exit::CannotTell })
}

fn row(pin: &Pin, project: &Project) -> Row {
    let text = |at: &Option<crate::pins::At<String>>| at.as_ref().map(|at| at.value.clone());
    let (bytes, unknown) = match compared(pin, project) {
        Ok(bytes) => (bytes, None),
        Err(why) => (Bytes::CannotTell, Some(why)),
    };
    Row {
        name: pin.name.value.clone(),
        version: text(&pin.version),
        commit: text(&pin.commit),
        path: pin.path.value.clone(),
        role: pin.role.as_ref().map(|role| role.value.name()),
        bytes,
        line: pin.line,
        unknown,
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

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// For people.
    Columns,
    /// For a page.
    Markdown,
}

const HEAD: [&str; 6] = ["name", "version", "commit", "role", "path", "bytes"];

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
        let commit = row.commit.as_ref().map(|commit| shown(&commit.chars().take(7).collect::<String>()));
        let version = or_dash(row.version.as_deref().map(shown));
        [shown(&row.name), version, or_dash(commit), or_dash(row.role.map(str::to_owned)), shown(&row.path), bytes.to_owned()]
    };
    let cells: Vec<[String; 6]> = [HEAD.map(str::to_owned)].into_iter().chain(rows.iter().map(cell)).collect();
    let table = match form {
        Form::Columns => columns(&cells),
        Form::Markdown => markdown(&cells),
    };
    let unknown = rows.iter().filter_map(|row| row.unknown.as_ref().map(|why| format!("  ? {}: {}\n", shown(&row.name), harmless(why))));
    let unknown: String = unknown.collect();
    if unknown.is_empty() { table } else { format!("{table}\n{unknown}") }
}

fn columns(rows: &[[String; 6]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..HEAD.len()).map(width).collect();
    let line = |row: &[String; 6]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        format!("  {}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

fn markdown(rows: &[[String; 6]]) -> String {
    let line = |row: &[String; 6]| format!("| {} |\n", row.iter().map(|cell| cell.replace('|', "\\|")).collect::<Vec<_>>().join(" | "));
    let mut lines = rows.iter().map(line);
    let head = lines.next().unwrap_or_default();
    head + "|---|---|---|---|---|---|\n" + &lines.collect::<String>()
}
