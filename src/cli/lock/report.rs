//! What became of the lockfiles that were made anew.

use serde::Serialize;
use serde_json::json;

use crate::cli::outputs::{Format, Outputs};
use crate::refresh::{Change, Step};
use crate::shown::{harmless, shown};
use crate::world::Out;

/// One lockfile that was to be made anew.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Refreshed {
    pub(super) file: String,
    pub(super) command: String,
    /// Files beside it that the tool changed too, by their paths.
    pub(super) beside: Vec<String>,
    #[serde(flatten)]
    pub(super) came: Came,
}

/// What became of it.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Came {
    /// It is another now, in this.
    Changed(Vec<Change>),
    /// It would be, and is as it was.
    WouldChange(Vec<Change>),
    /// It is as it was, and why.
    PutBack(String),
    /// It is not as it was, and why.
    Left(String),
}

/// Delivers the report in every form that is asked for; whether all of it went out.
pub(super) fn deliver(all: &[Refreshed], outputs: Outputs, out: &mut dyn Out) -> bool {
    outputs.deliver(out, &|format, _| match format {
        Format::Json => Ok(serde_json::to_string_pretty(&json!({ "schema": "gate.lock-refresh/1", "lockfiles": all }))? + "\n"),
        Format::Markdown => Ok(all.iter().map(markdown).collect::<Vec<_>>().join("\n")),
        Format::Human | Format::Github | Format::Svg => Ok(all.iter().map(human).collect::<Vec<_>>().join("\n")),
    })
}

fn headline(one: &Refreshed) -> String {
    let changed = |changes: &[Change]| match changes {
        [] => "no package changed".to_owned(),
        changes => counts(changes),
    };
    match &one.came {
        Came::Changed(changes) => changed(changes),
        Came::WouldChange(changes) => format!("would change: {}; it is as it was", changed(changes)),
        Came::PutBack(why) => format!("not refreshed, the lock is as it was: {}", harmless(why)),
        Came::Left(why) => format!("NOT as it was: {}", harmless(why)),
    }
}

fn counts(changes: &[Change]) -> String {
    let count = |step: Step| changes.iter().filter(|change| change.step == step).count();
    let words = [
        (Step::Added, "added"),
        (Step::Removed, "removed"),
        (Step::Upgraded, "upgraded"),
        (Step::Downgraded, "downgraded"),
        (Step::Changed, "changed"),
    ];
    let counts = words.iter().map(|(step, word)| (count(*step), word)).filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, word)| format!("{count} {word}")).collect();
    counts.join(", ")
}

fn rows(came: &Came) -> &[Change] {
    match came {
        Came::Changed(changes) | Came::WouldChange(changes) => changes,
        Came::PutBack(_) | Came::Left(_) => &[],
    }
}

fn sign(step: Step) -> &'static str {
    match step {
        Step::Added => "+",
        Step::Removed => "-",
        Step::Upgraded => "↑",
        Step::Downgraded => "↓",
        Step::Changed => "~",
    }
}

fn versions(change: &Change) -> String {
    let version = |version: &Option<String>| version.as_deref().map(shown);
    [version(&change.from), version(&change.to)].into_iter().flatten().collect::<Vec<_>>().join(" → ")
}

fn human(one: &Refreshed) -> String {
    let rows = rows(&one.came);
    let width = rows.iter().map(|change| shown(&change.package).chars().count()).max().unwrap_or_default();
    let line = |change: &Change| format!("  {} {:width$}  {}\n", sign(change.step), shown(&change.package), versions(change));
    format!("{}: {}\n{}{}", shown(&one.file), headline(one), rows.iter().map(line).collect::<String>(), beside(one, "  "))
}

/// What else is not as it was.
fn beside(one: &Refreshed, indent: &str) -> String {
    let names: Vec<String> = one.beside.iter().map(|path| format!("`{}`", shown(path))).collect();
    if names.is_empty() { String::new() } else { format!("{indent}The tool changed {} too.\n", names.join(" and ")) }
}

fn markdown(one: &Refreshed) -> String {
    let cell = |text: String| text.replace('|', "\\|");
    let line = |change: &Change| format!("| {} | `{}` | {} |\n", sign(change.step), cell(shown(&change.package)), cell(versions(change)));
    let rows: String = rows(&one.came).iter().map(line).collect();
    let table = if rows.is_empty() { String::new() } else { format!("\n| | package | version |\n|---|---|---|\n{rows}") };
    format!(
        "### gate lock refresh: `{}`\n\n{}. Made by `{}`.\n{}{table}",
        shown(&one.file),
        headline(one),
        harmless(&one.command),
        beside(one, "")
    )
}
