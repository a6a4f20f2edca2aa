//! A comparison of schemas for people: on a screen, and on a page.

use serde_json::Value;

use super::{Answer, Asked, Told};
use crate::report::render::wrap;
use crate::schema::{Break, Doubt, Inclusion, Witness};
use crate::shown::{counted, escaped, harmless, shown};

/// The columns of the narrowest screen, less the indent.
const ROOM: usize = 72;
/// How many letters of a document are shown.
const LETTERS: usize = 300;

/// The page on a screen; the last line is the answer.
pub(super) fn human(told: &Told<'_>) -> String {
    let mut text = format!("gate schema diff · {} → {} · {}\n\n", shown(told.old), shown(told.new), told.compatibility.name());
    for unread in &told.unread {
        for fault in &unread.faults {
            let place = format!("{}:{}", shown(unread.file), fault.line);
            text.push_str(&entry("?", &format!("{place}  {}", pointer(&fault.pointer)), &fault.message));
        }
    }
    for direction in &told.directions {
        let inclusion = &direction.inclusion;
        if *inclusion == Inclusion::Holds {
            text.push_str(&format!("  ✓ {}\n", wrapped(&holds(direction), 4)));
        }
        inclusion.breaks().iter().for_each(|one| text.push_str(&broken(one, direction)));
        inclusion.doubts().iter().for_each(|doubt| text.push_str(&entry("?", &pointer(&doubt.at), &doubt.message)));
    }
    let rest: Vec<String> = told
        .changes
        .iter()
        .filter(|change| !is_told(told, &change.at))
        .map(|change| {
            let word = change.edit.name();
            format!("  · {}\n", wrapped(&format!("{} {word}: {}", pointer(&change.at), harmless(&change.message)), 4))
        })
        .collect();
    if !rest.is_empty() {
        text.push('\n');
        text.push_str(&rest.concat());
    }
    format!("{text}\n{}\n", last_line(told))
}

/// Whether the place stands among the breaks or the doubts already.
fn is_told(told: &Told<'_>, at: &str) -> bool {
    told.directions.iter().any(|direction| {
        let (breaks, doubts) = (direction.inclusion.breaks(), direction.inclusion.doubts());
        breaks.iter().any(|one| one.at == at) || doubts.iter().any(|doubt| doubt.at == at)
    })
}

fn broken(one: &Break, direction: &Asked<'_>) -> String {
    let says = format!("{} accepts and {} refuses:", shown(direction.from), shown(direction.to));
    format!("{}      {}\n        {}\n", entry("✗", &pointer(&one.at), &one.message), wrapped(&says, 6), witness(&one.witness))
}

fn entry(sign: &str, place: &str, message: &str) -> String {
    format!("  {sign} {place}\n      {}\n", wrapped(&harmless(message), 6))
}

fn wrapped(text: &str, indent: usize) -> String {
    wrap(text, ROOM, ROOM).join(&format!("\n{}", " ".repeat(indent)))
}

/// The whole is the empty pointer, which nobody sees.
fn pointer(at: &str) -> String {
    if at.is_empty() { "(the whole)".to_owned() } else { shown(at).replace("\\u{60}", "`") }
}

/// A document as JSON on one line, to be copied: what could steer a screen is written as JSON escapes it.
pub(in crate::cli) fn witness(value: &Value) -> String {
    let mut text = String::new();
    for letter in value.to_string().chars().take(LETTERS + 1) {
        let is_plain = letter == '`' || escaped(letter.encode_utf8(&mut [0; 4])).chars().eq([letter]);
        match is_plain {
            true => text.push(letter),
            false => letter.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    let cut: String = text.chars().take(LETTERS).collect();
    if cut.len() < text.len() { format!("{cut}… (whole with --format json)") } else { text }
}

fn holds(direction: &Asked<'_>) -> String {
    format!("{}: whatever {} accepts, {} accepts too", direction.name, shown(direction.from), shown(direction.to))
}

/// The answer on a line.
pub(super) fn last_line(told: &Told<'_>) -> String {
    let name = told.compatibility.name();
    let (mut breaks, mut doubts) = (0, 0);
    for direction in &told.directions {
        breaks += direction.inclusion.breaks().len();
        doubts += direction.inclusion.doubts().len();
    }
    let undecided = if doubts > 0 { format!(" · {} not decided", counted(doubts, "place", "places")) } else { String::new() };
    match told.answer() {
        Answer::Compatible => format!("COMPATIBLE  {name}"),
        Answer::Breaking => format!("BREAKING  {name} · {}{undecided}", counted(breaks, "break", "breaks")),
        Answer::CannotDecide if told.unread.is_empty() => format!("CANNOT DECIDE  {name}{undecided}"),
        Answer::CannotDecide => format!("CANNOT DECIDE  {} cannot be read as a schema", counted(told.unread.len(), "file", "files")),
    }
}

/// The page of Markdown.
pub(super) fn markdown(told: &Told<'_>) -> String {
    let mut text = format!("### gate schema diff: {} → {}\n\n**{}**\n", code(told.old), code(told.new), last_line(told));
    if !told.unread.is_empty() {
        text.push('\n');
    }
    for unread in &told.unread {
        for fault in &unread.faults {
            let place = format!("{}:{}", unread.file, fault.line);
            text.push_str(&format!("- {} {}: {}\n", code(&place), code(&pointer(&fault.pointer)), plain(&fault.message)));
        }
    }
    for direction in &told.directions {
        let says = format!("{}: what {} accepts, asked of {}", direction.name, code(direction.from), code(direction.to));
        text.push_str(&format!("\n#### {says}\n"));
        text.push_str(&tables(&direction.inclusion));
    }
    if !told.changes.is_empty() {
        text.push_str("\n#### What changed\n\n");
        for change in &told.changes {
            let shows = |one: &Witness| format!("; {}: {}", one.valid.says(), code(&witness(&one.instance)));
            let seen = change.witness.as_ref().map(shows).unwrap_or_default();
            text.push_str(&format!("- {} {}: {}{seen}\n", code(&pointer(&change.at)), change.edit.name(), plain(&change.message)));
        }
    }
    text
}

/// What is lost, and what is not decided.
fn tables(inclusion: &Inclusion) -> String {
    let (breaks, doubts) = (inclusion.breaks(), inclusion.doubts());
    let lost = |one: &Break| format!("| {} | {} | {} |\n", code(&pointer(&one.at)), plain(&one.message), code(&witness(&one.witness)));
    let open = |doubt: &Doubt| format!("| {} | {} |\n", code(&pointer(&doubt.at)), plain(&doubt.message));
    let mut text = String::new();
    if *inclusion == Inclusion::Holds {
        text.push_str("\nAll of it is accepted.\n");
    }
    if !breaks.is_empty() {
        text.push_str(&format!("\n| where | what breaks | refused |\n|---|---|---|\n{}", breaks.iter().map(lost).collect::<String>()));
    }
    if !doubts.is_empty() {
        text.push_str(&format!("\n| where | what is not decided |\n|---|---|\n{}", doubts.iter().map(open).collect::<String>()));
    }
    text
}

/// A stranger's words as code, in a cell of a table too.
pub(in crate::cli) fn code(text: &str) -> String {
    let text = harmless(text).replace('|', "\\|");
    let ticks = "`".repeat(text.split(|letter| letter != '`').map(str::len).max().unwrap_or_default() + 1);
    if text.starts_with('`') || text.ends_with('`') { format!("{ticks} {text} {ticks}") } else { format!("{ticks}{text}{ticks}") }
}

/// A message of ours, whose names stand in backticks, in a cell of a table.
fn plain(message: &str) -> String {
    harmless(message).replace('|', "\\|").replace('<', "&lt;")
}
