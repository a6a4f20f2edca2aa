//! `gate aggregate`: the step of the one required check, which fails unless every job that it needs succeeded.

use std::time::Duration;

use anyhow::bail;
use serde_json::json;

use super::Global;
use super::explain::machine;
use super::outputs::{CannotTell, Format, Outputs};
use crate::exit::Exit;
use crate::formats::needs::{self, Needed};
use crate::shown::{counted, shown};
use crate::world::Out;
use crate::world::disk::{standard_input, variable};

/// The variable that holds `toJSON(needs)`.
const VARIABLE: &str = "NEEDS";
/// The largest `needs` that is read; its outputs may be long.
const LIMIT: u64 = 16 << 20;
/// How long nothing may come from standard input.
const PATIENCE: Duration = Duration::from_secs(10);

/// A job, what it came to, and whether that is enough.
struct Row {
    needed: Needed,
    is_fine: bool,
}

pub(super) fn run(allow_skipped: &[String], global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let outputs = Outputs::prepare(global, &[Format::Human, Format::Json, Format::Github, Format::Markdown], &machine(global)?, out)?;
    let needed = needs::parse(&given()?).map_err(|fault| CannotTell(format!("what is needed cannot be read: {fault}")))?;
    if needed.is_empty() {
        return Err(CannotTell("no job is needed, so nothing has succeeded: name them in `needs:` of this job".to_owned()).into());
    }
    for name in allow_skipped {
        if !needed.iter().any(|one| one.job.eq_ignore_ascii_case(name)) {
            bail!("`--allow-skipped {}`: this job does not need it; it needs {}", shown(name), names(&needed));
        }
    }
    let may_skip = |job: &str| allow_skipped.iter().any(|name| name.eq_ignore_ascii_case(job));
    let row = |needed: Needed| {
        let is_fine = needed.result == "success" || needed.result == "skipped" && may_skip(&needed.job);
        Row { needed, is_fine }
    };
    let rows: Vec<Row> = needed.into_iter().map(row).collect();
    let is_fine = rows.iter().all(|row| row.is_fine);
    let delivered = outputs.deliver(out, &|format, room| {
        Ok(match format {
            Format::Human if room.quiet => last_line(&rows) + "\n",
            Format::Human | Format::Svg => human(&rows),
            Format::Json => serde_json::to_string_pretty(&document(&rows, is_fine))? + "\n",
            Format::Github => annotations(&rows),
            Format::Markdown => markdown(&rows),
        })
    });
    Ok(match (is_fine, delivered) {
        (false, _) => Exit::Wrong,
        (true, true) => Exit::Fine,
        (true, false) => Exit::CannotTell,
    })
}

/// `toJSON(needs)`, from the environment, else from standard input.
fn given() -> anyhow::Result<String> {
    if let Some(text) = variable(VARIABLE) {
        return Ok(text);
    }
    let heard = standard_input(LIMIT, PATIENCE).map_err(|error| CannotTell(format!("standard input: {error}")))?;
    match heard.map(String::from_utf8) {
        Some(Ok(text)) if !text.trim().is_empty() => Ok(text),
        Some(Err(_)) => Err(CannotTell("standard input is no UTF-8".to_owned()).into()),
        Some(Ok(_)) | None => {
            Err(CannotTell(format!("nothing says what this job needs: set `{VARIABLE}: ${{{{ toJSON(needs) }}}}` in `env:` of the step"))
                .into())
        }
    }
}

fn names(needed: &[Needed]) -> String {
    needed.iter().map(|one| format!("`{}`", shown(&one.job))).collect::<Vec<_>>().join(", ")
}

fn last_line(rows: &[Row]) -> String {
    let short: Vec<&Row> = rows.iter().filter(|row| !row.is_fine).collect();
    match short.as_slice() {
        [] => format!("FINE  {} succeeded, or may be skipped", counted(rows.len(), "job", "jobs")),
        some => format!("WRONG  {} of {} did not succeed", some.len(), counted(rows.len(), "job", "jobs")),
    }
}

fn human(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| shown(&row.needed.job).chars().count()).max().unwrap_or_default();
    let line = |row: &Row| {
        let sign = if row.is_fine { "✓" } else { "✗" };
        let allowed = if row.is_fine && row.needed.result == "skipped" { "  (allowed)" } else { "" };
        format!("  {sign} {:width$}  {}{allowed}\n", shown(&row.needed.job), shown(&row.needed.result))
    };
    let lines: String = rows.iter().map(line).collect();
    format!("gate aggregate\n\n{lines}\n{}\n", last_line(rows))
}

fn document(rows: &[Row], is_fine: bool) -> serde_json::Value {
    let jobs: Vec<_> = rows.iter().map(|row| json!({ "job": row.needed.job, "result": row.needed.result, "fine": row.is_fine })).collect();
    json!({ "schema": "gate.aggregate/1", "answer": if is_fine { "fine" } else { "wrong" }, "jobs": jobs })
}

fn annotations(rows: &[Row]) -> String {
    let line = |row: &Row| {
        format!("::error title=gate aggregate::job `{}` came to `{}`\n", property(&row.needed.job), property(&row.needed.result))
    };
    rows.iter().filter(|row| !row.is_fine).map(line).collect()
}

/// Text in a workflow command.
fn property(text: &str) -> String {
    shown(text).replace('%', "%25")
}

fn markdown(rows: &[Row]) -> String {
    let cell = |text: &str| shown(text).replace('|', "\\|");
    let line =
        |row: &Row| format!("| {} | {} | {} |\n", if row.is_fine { "✓" } else { "✗" }, cell(&row.needed.job), cell(&row.needed.result));
    let lines: String = rows.iter().map(line).collect();
    format!("### gate aggregate\n\n|   | job | result |\n|---|---|---|\n{lines}\n{}\n", last_line(rows))
}
