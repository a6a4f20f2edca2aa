//! `gate lock status`: every lockfile, what it pins, and how old it is.

use anyhow::bail;

use super::Locks;
use crate::checks::lockfiles::{InSync, Row};
use crate::cli::Global;
use crate::cli::outputs::{Format, Outputs};
use crate::cli::table::{Form, Side, table as cells_of};
use crate::exit::Exit;
use crate::shown::{counted, harmless, shell_word, shown};
use crate::world::Out;

/// What `gate lock status` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Show {
    /// The table.
    Table,
    /// What is to be looked through, to paste into an issue.
    ToDo,
}

pub(in crate::cli) fn status(show: Show, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    if global.plan {
        bail!("this command has no `--plan`");
    }
    let Locks { world, rows, unseen, .. } = Locks::open(global)?;
    let outputs = Outputs::prepare(global, &[Format::Human, Format::Json, Format::Markdown], &world, out)?;
    unseen.iter().for_each(|why| out.warn(&format!("cannot tell: {}\n", harmless(why))));
    let delivered = outputs.deliver(out, &|format, _| match (format, show) {
        (Format::Json, _) => {
            Ok(serde_json::to_string_pretty(&serde_json::json!({ "schema": "gate.lock-status/1", "lockfiles": rows }))? + "\n")
        }
        (_, Show::ToDo) => Ok(to_do(&rows)),
        (Format::Markdown, Show::Table) => Ok(table(&rows, Form::Markdown)),
        (Format::Human | Format::Github | Format::Svg, Show::Table) => Ok(table(&rows, Form::Columns)),
    });
    Ok(if delivered && unseen.is_empty() && rows.iter().all(|row| row.counts.is_some()) { Exit::Fine } else { Exit::CannotTell })
}

const HEAD: [&str; 7] = ["file", "format", "packages", "pinned", "digests", "age", "in sync"];
const SIDES: [Side; 7] = [Side::Left, Side::Left, Side::Right, Side::Right, Side::Right, Side::Right, Side::Left];

fn table(rows: &[Row], form: Form) -> String {
    if rows.is_empty() {
        return "no lockfile is among the promoted files\n".to_owned();
    }
    let percent = |part: usize, whole: usize| match (part * 100).checked_div(whole) {
        Some(percent) => format!("{percent} %"),
        None => "–".to_owned(),
    };
    let cells = rows.iter().map(|row| {
        let age = match (row.age_days, row.at_most_days) {
            (Some(days), _) => format!("{days} d{}", if row.audit.is_some() { " !" } else { "" }),
            (None, Some(days)) => format!("≤ {days} d"),
            (None, None) => "?".to_owned(),
        };
        let [packages, pinned, digests] = row.counts.map_or_else(
            || ["?"; 3].map(str::to_owned),
            |counts| {
                let digests = percent(counts.with_digest, counts.could_have_digest);
                [counts.packages.to_string(), percent(counts.pinned, counts.packages), digests]
            },
        );
        let in_sync = match row.in_sync {
            InSync::Yes => "yes",
            InSync::No => "NO",
            InSync::CannotTell => "?",
            InSync::NoManifest => "–",
        };
        [shown(&row.file), row.format.to_owned(), packages, pinned, digests, age, in_sync.to_owned()]
    });
    let cells: Vec<[String; 7]> = [HEAD.map(str::to_owned)].into_iter().chain(cells).collect();
    let table = cells_of(&cells, SIDES, form);
    let unknown = rows.iter().flat_map(|row| row.unknown.iter().map(|why| format!("  ? {}: {}\n", shown(&row.file), harmless(why))));
    let unknown: String = unknown.collect();
    if unknown.is_empty() { table } else { format!("{table}\n{unknown}") }
}

/// A line to tick off for each lock that is to be looked through.
fn to_do(rows: &[Row]) -> String {
    let line = |(row, audit): (&Row, &String)| {
        let packages = row.counts.map(|counts| format!(" ({})", counted(counts.packages, "package", "packages"))).unwrap_or_default();
        let refresh = format!("gate lock refresh {}", shell_word(&row.file));
        format!(
            "- [ ] `{}`{packages} {audit}: look its packages up for known holes, `{refresh}`, or write down why not\n",
            shown(&row.file)
        )
    };
    let unknown = |row: &Row| match row.age_days.or(row.at_most_days) {
        None => Some(format!("- [ ] `{}`: nobody can say how old it is: {}\n", shown(&row.file), harmless(&row.unknown.join("; ")))),
        Some(_) => None,
    };
    let lines: String = rows.iter().filter_map(|row| row.audit.as_ref().map(|audit| line((row, audit))).or_else(|| unknown(row))).collect();
    if lines.is_empty() { "nothing is to be looked through\n".to_owned() } else { lines }
}
