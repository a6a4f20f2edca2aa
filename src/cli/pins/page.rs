//! What `gate pins diff` shows: for people, as data, and as the draft of a migration note.

use anstyle::AnsiColor;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::diff::{Moved, Shown, Sort, What};
use crate::checks::schema_pins::{Base, Kept, version_shown};
use crate::cli::schema::{Answer, change, code, witness as document};
use crate::pins::Pin;
use crate::report::render::Look;
use crate::schema::{Change, Witness};
use crate::shown::{counted, harmless, shown, without_secrets};

/// The columns between an edit and its place.
const EDITS: usize = 10;

/// What is compared with, as a range.
fn since(base: &Base) -> String {
    match base {
        Base::Commit(_) | Base::Parent(_) => format!("since {base}"),
        Base::Nothing => "at the first commit, which has nothing before it".to_owned(),
    }
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
    let version = version_shown;
    match (moved.old, moved.new) {
        (Some(old), Some(new)) => format!("{} → {}", version(old), version(new)),
        (None, Some(new)) => format!("new at {}", version(new)),
        (Some(old), None) => format!("no longer pinned, was {}", version(old)),
        (None, None) => String::new(),
    }
}

/// For people: each pin that moved, its changes, and whether what it must keep is kept.
pub(super) fn text(seen: &Shown<'_>, look: &Look) -> String {
    let mut page = String::new();
    for one in seen.moved.iter().filter(|_| !look.quiet) {
        let (sign, verdict) = verdict(one);
        let sign = coloured(sign, look);
        page.push_str(&format!("  {sign} {}  {}  ·  {verdict}\n", name(one), versions(one)));
        if let What::Compared(comparison, _) = &one.what {
            comparison.changes.iter().for_each(|change| page.push_str(&lines(change, look)));
        }
        page.push('\n');
    }
    seen.unknown.iter().for_each(|why| page.push_str(&format!("  {} {}\n\n", coloured("?", look), harmless(why))));
    page + &last_line(seen) + "\n"
}

fn last_line(seen: &Shown<'_>) -> String {
    let count = |answer: Answer| seen.moved.iter().filter(|one| answer_of(one) == Some(answer)).count();
    let (broken, unknown) = (count(Answer::Breaking), count(Answer::CannotDecide));
    let all = seen.moved.iter().filter(|one| one.sort != Sort::Earlier).count();
    let (all, since) = (counted(all, "pin", "pins"), since(seen.base));
    match (seen.moved.len(), broken, unknown) {
        (0, ..) => format!("nothing moved {since}"),
        (_, 0, 0) => format!("{all} moved {since}, nothing that must be kept is broken"),
        _ => format!("{all} moved {since}: {broken} broken, {unknown} cannot be decided"),
    }
}

/// What came of it; none: there is nothing to keep.
fn answer_of(moved: &Moved<'_>) -> Option<Answer> {
    match &moved.what {
        What::Alone | What::Same => None,
        What::Unknown(_) | What::Compared(_, None | Some((_, Kept::Unknown(_)))) => Some(Answer::CannotDecide),
        What::Compared(_, Some((_, Kept::Yes))) => Some(Answer::Compatible),
        What::Compared(_, Some((_, Kept::Broken(..)))) => Some(Answer::Breaking),
    }
}

fn verdict(moved: &Moved<'_>) -> (&'static str, String) {
    match &moved.what {
        What::Alone => ("·", "nothing to compare with".to_owned()),
        What::Same => ("✓", "every byte of the schema is as it was".to_owned()),
        What::Unknown(why) => ("?", why.clone()),
        What::Compared(_, None) => ("?", "no `role` says what must be kept".to_owned()),
        What::Compared(_, Some((direction, kept))) => {
            let name = direction.name();
            match kept {
                Kept::Yes => ("✓", format!("{name} compatible")),
                Kept::Broken(..) => ("✗", format!("breaking: not {name} compatible")),
                Kept::Unknown(_) => ("?", format!("whether it is {name} compatible cannot be decided")),
            }
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
pub(super) fn data(seen: &Shown<'_>) -> Value {
    let one = |one: &Moved<'_>| {
        let version = |pin: Option<&Pin>| pin.and_then(|pin| pin.version.as_ref()).map(|at| at.value.clone());
        let (changes, why) = match &one.what {
            What::Alone | What::Same => (Vec::new(), None),
            What::Compared(comparison, _) => (comparison.changes.iter().map(change).collect(), None),
            What::Unknown(why) => (Vec::new(), Some(why.clone())),
        };
        let sort = match one.sort {
            Sort::New => "new",
            Sort::Moved => "moved",
            Sort::Earlier => "earlier",
            Sort::Removed => "removed",
        };
        json!({
            "sort": sort, "name": one.new.or(one.old).map(|pin| pin.name.value.clone()),
            "from": version(one.old), "to": version(one.new), "answer": answer_of(one).map(Answer::name), "why": why, "changes": changes,
        })
    };
    json!({
        "schema": "gate.pins-diff/1", "base": seen.base.commit(), "range": since(seen.base), "unknown": seen.unknown,
        "pins": seen.moved.iter().map(one).collect::<Vec<_>>(),
    })
}

/// The draft of a migration note: what a machine knows is filled in, the rest is asked for.
pub(super) fn note(seen: &Shown<'_>) -> String {
    let unknown = seen.unknown.iter().map(|why| format!("Cannot tell: {}.\n", harmless(why)));
    let mut parts: Vec<String> = seen.moved.iter().map(section).chain(unknown).collect();
    if seen.moved.is_empty() {
        parts.insert(0, capital(&format!("nothing moved {}.\n", since(seen.base))));
    }
    parts.join("\n")
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
    if let What::Compared(comparison, _) = &moved.what
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
