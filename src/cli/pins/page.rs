//! What `gate pins diff` shows: for people, as data, and as the draft of a migration note.

use anstyle::AnsiColor;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::diff::{Moved, What, kept};
use crate::checks::schema_pins::Kept;
use crate::cli::schema::{change, code, witness as document};
use crate::pins::{At, Pin};
use crate::report::render::Look;
use crate::schema::{Change, Witness};
use crate::shown::{counted, harmless, shown, without_secrets};

/// The columns between an edit and its place.
const EDITS: usize = 10;

const BREAKING: &str = "breaking";
const UNKNOWN: &str = "cannot-decide";

fn text_of(at: Option<&At<String>>) -> String {
    at.map_or_else(|| "no version".to_owned(), |at| shown(&at.value))
}

/// The name of today, with the one before where that was another.
fn name(moved: &Moved<'_>) -> String {
    let text = |pin: &Pin| shown(&pin.name.value);
    match (moved.old, moved.new) {
        (Some(old), Some(new)) if old.name.value != new.name.value => format!("{} (was {})", text(new), text(old)),
        (_, Some(pin)) | (Some(pin), None) => text(pin),
        (None, None) => String::new(),
    }
}

/// `1.4.0 → 2.0.0`.
fn versions(moved: &Moved<'_>) -> String {
    let version = |pin: &Pin| text_of(pin.version.as_ref());
    match (moved.old, moved.new) {
        (Some(old), Some(new)) => format!("{} → {}", version(old), version(new)),
        (None, Some(new)) => format!("new at {}", version(new)),
        (Some(old), None) => format!("no longer pinned, was {}", version(old)),
        (None, None) => String::new(),
    }
}

/// For people: each pin that moved, its changes, and whether what it must keep is kept.
pub(super) fn text(moved: &[Moved<'_>], look: &Look) -> String {
    let mut page = String::new();
    for one in moved.iter().filter(|_| !look.quiet) {
        let (sign, verdict) = verdict(one);
        let sign = coloured(sign, look);
        page.push_str(&format!("  {sign} {}  {}  ·  {verdict}\n", name(one), versions(one)));
        if let What::Compared(comparison) = &one.what {
            comparison.changes.iter().for_each(|change| page.push_str(&lines(change, look)));
        }
        page.push('\n');
    }
    let count = |answer: &str| moved.iter().filter(|one| answer_of(one) == Some(answer)).count();
    let (broken, unknown) = (count(BREAKING), count(UNKNOWN));
    let last = match (moved.len(), broken, unknown) {
        (0, ..) => "nothing moved since the base".to_owned(),
        (all, 0, 0) => format!("{} moved, nothing that must be kept is broken", counted(all, "pin", "pins")),
        (all, ..) => format!("{} moved: {broken} broken, {unknown} cannot be decided", counted(all, "pin", "pins")),
    };
    page + &last + "\n"
}

/// The answer, as data has it; none: there is nothing to keep.
fn answer_of(moved: &Moved<'_>) -> Option<&'static str> {
    match (&moved.what, kept(moved)) {
        (What::Alone | What::Same, _) => None,
        (What::Unknown(_), _) | (What::Compared(_), None | Some((_, Kept::Unknown(_)))) => Some(UNKNOWN),
        (What::Compared(_), Some((_, Kept::Yes))) => Some("compatible"),
        (What::Compared(_), Some((_, Kept::Broken(..)))) => Some(BREAKING),
    }
}

fn verdict(moved: &Moved<'_>) -> (&'static str, String) {
    match (&moved.what, kept(moved)) {
        (What::Alone, _) => ("·", "nothing to compare with".to_owned()),
        (What::Same, _) => ("✓", "every byte of the schema is as it was".to_owned()),
        (What::Unknown(why), _) => ("?", why.clone()),
        (What::Compared(_), None) => ("?", "no `role` says what must be kept".to_owned()),
        (What::Compared(_), Some((direction, Kept::Yes))) => ("✓", format!("{direction} compatible")),
        (What::Compared(_), Some((direction, Kept::Broken(..)))) => ("✗", format!("breaking: not {direction} compatible")),
        (What::Compared(_), Some((direction, Kept::Unknown(_)))) => {
            ("?", format!("whether it is {direction} compatible cannot be decided"))
        }
    }
}

fn coloured(sign: &str, look: &Look) -> String {
    let style = match sign {
        "✓" => AnsiColor::Green.on_default(),
        "✗" => AnsiColor::Red.on_default(),
        "?" => AnsiColor::Yellow.on_default(),
        _ => return sign.to_owned(),
    };
    if look.colour { format!("{style}{sign}{style:#}") } else { sign.to_owned() }
}

fn lines(change: &Change, look: &Look) -> String {
    let (edit, at) = (change.edit.name(), shown(place(change)));
    let start = format!("    {edit:<EDITS$}{at}");
    // The words beside the place where there is room, else below it.
    let room = look.width.saturating_sub(start.width() + 2);
    let message = harmless(&change.message);
    let told = if message.width() <= room { format!("{start}  {message}\n") } else { format!("{start}\n    {:EDITS$}{message}\n", "") };
    let shows = |witness: &Witness| format!("    {:EDITS$}{}: {}\n", "", witness.valid.says(), document(&witness.instance));
    let witness = change.witness.as_ref().map(shows);
    told + &witness.unwrap_or_default()
}

fn place(change: &Change) -> &str {
    if change.at.is_empty() { "/" } else { &change.at }
}

/// The document `gate.pins-diff/1`.
pub(super) fn data(moved: &[Moved<'_>]) -> Value {
    let one = |one: &Moved<'_>| {
        let version = |pin: Option<&Pin>| pin.and_then(|pin| pin.version.as_ref()).map(|at| at.value.clone());
        let (changes, why) = match &one.what {
            What::Alone | What::Same => (Vec::new(), None),
            What::Compared(comparison) => (comparison.changes.iter().map(change).collect(), None),
            What::Unknown(why) => (Vec::new(), Some(why.clone())),
        };
        json!({
            "name": one.new.or(one.old).map(|pin| pin.name.value.clone()),
            "from": version(one.old), "to": version(one.new), "answer": answer_of(one), "why": why, "changes": changes,
        })
    };
    json!({ "schema": "gate.pins-diff/1", "pins": moved.iter().map(one).collect::<Vec<_>>() })
}

/// The draft of a migration note: what a machine knows is filled in, the rest is asked for.
pub(super) fn note(moved: &[Moved<'_>]) -> String {
    if moved.is_empty() {
        return "Nothing moved since the base.\n".to_owned();
    }
    moved.iter().map(section).collect::<Vec<_>>().join("\n")
}

fn section(moved: &Moved<'_>) -> String {
    let (_, verdict) = verdict(moved);
    let mut text = format!("# {} {}\n\n{}.\n", name(moved), versions(moved), capital(&verdict));
    if let Some(new) = moved.new {
        let commit = |pin: &Pin| pin.commit.as_ref().map_or_else(|| "no commit".to_owned(), |at| shown(&at.value));
        let was = moved.old.map(|old| format!(", was `{}`", commit(old))).unwrap_or_default();
        let role = new.role.as_ref().map(|role| format!(" Role: {}.", role.value.name())).unwrap_or_default();
        text.push_str(&format!(
            "Pinned from `{}` at commit `{}`{was}; here `{}`.{role}\n",
            shown(&without_secrets(&new.repo.value)),
            commit(new),
            shown(&new.path.value)
        ));
    }
    if let What::Compared(comparison) = &moved.what
        && !comparison.changes.is_empty()
    {
        text.push_str("\n| change | where | what | instance |\n|---|---|---|---|\n");
        comparison.changes.iter().for_each(|change| text.push_str(&row(change)));
    }
    text + "\n## What has to be done\n\n- How documents of the old version are read or moved: …\n- Who must be told, and until when both versions are served: …\n"
}

fn row(change: &Change) -> String {
    let cell = |text: &str| harmless(text).replace('|', "\\|");
    let shows = |witness: &Witness| format!("{}: {}", witness.valid.says(), code(&document(&witness.instance)));
    let witness = change.witness.as_ref().map(shows).unwrap_or_default();
    format!("| {} | {} | {} | {witness} |\n", change.edit.name(), code(place(change)), cell(&change.message))
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
