//! Edits of a pins file: an entry is added, or values of one are set. Everything else stays byte for byte as it was: comments, order, quotes, line ends.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Pins, PinsFault};
use crate::shown::shown;

/// How a new pins file begins.
const HEAD: &str = "\
# Schemas of other repositories that this one reads or writes, each pinned to a version, its commit, and the digests of its bytes.
# Written by `gate pins add` and `gate pins update`; held by the check `schema-pins`. Roles: reader, writer, both.
";

/// A key and its value, to be set.
pub(crate) type Setting = (&'static str, String);

/// Why a file cannot be edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EditError {
    /// It cannot be read.
    #[error("line {}: {}{}", .0.line, .0.message, .0.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default())]
    Unread(PinsFault),
    #[error("no pin is named `{0}`")]
    NoPin(String),
    #[error("two pins are named `{0}`")]
    Twice(String),
    #[error("its pins stand in one list, `schema = [`; write each as `[[schema]]`, then gate can add one")]
    Inline,
    /// What would come out is not what was meant; nothing is written then.
    #[error("the entry is written in a way that gate cannot edit; set {0} by hand")]
    Odd(String),
}

/// The text with an entry more, behind the last one; `before` is `None` for a new file.
///
/// # Errors
/// If the text cannot be read or edited.
pub(crate) fn add(before: Option<&str>, entry: &[Setting]) -> Result<String, EditError> {
    let text = before.filter(|text| !text.trim().is_empty()).unwrap_or(HEAD);
    let count = pins(text)?.pins.len();
    let newline = newline(text);
    let lines: String = entry.iter().map(|(key, value)| format!("{key} = {}{newline}", quoted(value, '"'))).collect();
    let at = end_of_entries(text)?;
    let (head, tail) = text.split_at(at);
    let gap = if head.is_empty() || head.ends_with('\n') { newline.to_owned() } else { newline.repeat(2) };
    let behind = if tail.is_empty() || tail.starts_with(['\n', '\r']) { "" } else { newline };
    let after = format!("{head}{gap}[[schema]]{newline}{lines}{behind}{tail}");
    let read = pins(&after).map_err(|_| odd(entry))?;
    if read.pins.len() == count + 1 { Ok(after) } else { Err(odd(entry)) }
}

/// The text with values of one pin set, each in its place; a key that is not there yet comes behind the one before it in `settings`, the first behind the name.
///
/// # Errors
/// If the text cannot be read or edited, or there is not one pin of that name.
pub(crate) fn set(text: &str, name: &str, settings: &[Setting]) -> Result<String, EditError> {
    let found = pins(text)?.pins.iter().filter(|pin| pin.name.value == name).count();
    match found {
        0 => return Err(EditError::NoPin(shown(name))),
        1 => {}
        _ => return Err(EditError::Twice(shown(name))),
    }
    let mut after = text.to_owned();
    let mut behind = "name";
    for (key, value) in settings {
        after = set_one(&after, name, (behind, key, value)).ok_or_else(|| odd(settings))?;
        behind = key;
    }
    // What was meant is what is read, and every other value is the one that was.
    let (old, new) = (table(text), table(&after));
    let same = old.zip(new).is_some_and(|(old, new)| values(&old, name, settings) == values(&new, name, settings));
    let set = pins(&after).is_ok() && settings.iter().all(|(key, value)| written(&after, name, key).as_ref() == Some(value));
    if same && set { Ok(after) } else { Err(odd(settings)) }
}

fn pins(text: &str) -> Result<Pins, EditError> {
    Pins::read("pins.toml", text).map_err(|faults| match faults.into_iter().next() {
        Some(fault) => EditError::Unread(fault),
        None => EditError::Odd("it".to_owned()),
    })
}

fn odd(settings: &[Setting]) -> EditError {
    let values: Vec<String> = settings.iter().map(|(key, value)| format!("`{key} = {}`", quoted(value, '"'))).collect();
    EditError::Odd(values.join(", "))
}

/// The line end that the text uses.
fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// A text as a value; in single quotes where it stood in such and can.
fn quoted(text: &str, quote: char) -> String {
    if quote == '\'' && !text.contains('\'') && !text.chars().any(char::is_control) {
        return format!("'{text}'");
    }
    let letter = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(letter).collect::<String>())
}

fn table(text: &str) -> Option<DeTable<'_>> {
    DeTable::parse(text).ok().map(Spanned::into_inner)
}

fn entries<'t, 'i>(table: &'t DeTable<'i>) -> Vec<&'t DeTable<'i>> {
    let list = table.get("schema").and_then(|list| list.get_ref().as_array());
    list.into_iter().flatten().filter_map(|item| item.get_ref().as_table()).collect()
}

fn entry<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> Option<&'t DeTable<'i>> {
    entries(table).into_iter().find(|entry| entry.get("name").and_then(|at| at.get_ref().as_str()) == Some(name))
}

fn written(text: &str, name: &str, key: &str) -> Option<String> {
    table(text).and_then(|table| entry(&table, name)?.get(key)?.get_ref().as_str().map(str::to_owned))
}

/// Every value of every pin, but for those that are set.
fn values(table: &DeTable<'_>, name: &str, settings: &[Setting]) -> Vec<(String, String)> {
    let is_set = |entry: &DeTable<'_>, key: &str| {
        entry.get("name").and_then(|at| at.get_ref().as_str()) == Some(name) && settings.iter().any(|(set, _)| *set == key)
    };
    let of = |entry: &DeTable<'_>| {
        let kept = entry.iter().filter(|(key, _)| !is_set(entry, key.get_ref()));
        kept.map(|(key, value)| (key.get_ref().to_string(), plain(value.get_ref()))).collect::<Vec<_>>()
    };
    entries(table).into_iter().flat_map(of).collect()
}

/// A value without its place.
fn plain(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("{text:?}"),
        DeValue::Array(items) => items.iter().map(|item| plain(item.get_ref()) + ",").collect(),
        DeValue::Datetime(date) => date.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Table(table) => table.iter().map(|(key, value)| format!("{}={},", key.get_ref(), plain(value.get_ref()))).collect(),
    }
}

/// One value set; `None`: the entry is written oddly.
fn set_one(text: &str, name: &str, (behind, key, value): (&str, &str, &str)) -> Option<String> {
    let table = table(text)?;
    let entry = entry(&table, name)?;
    if let Some(old) = entry.get(key) {
        let quote = text.get(old.span())?.chars().next()?;
        return spliced(text, old.span(), &quoted(value, quote));
    }
    let (sibling, at) = entry.get_key_value(behind).map(|(key, value)| (key, value.span().end))?;
    let line = text.get(..sibling.span().start)?.rfind('\n').map_or(0, |newline| newline + 1);
    let before = text.get(line..sibling.span().start)?;
    if !before.trim().is_empty() {
        // Within braces.
        return spliced(text, at..at, &format!(", {key} = {}", quoted(value, '"')));
    }
    let end = at + text.get(at..)?.find('\n').map_or(text.len() - at, |newline| newline + 1);
    let newline = newline(text);
    let open = if text.get(..end)?.ends_with('\n') { "" } else { newline };
    spliced(text, end..end, &format!("{open}{before}{key} = {}{newline}", quoted(value, '"')))
}

fn spliced(text: &str, span: Range<usize>, with: &str) -> Option<String> {
    Some(format!("{}{with}{}", text.get(..span.start)?, text.get(span.end..)?))
}

/// Where the next entry belongs: behind the last one and the comments that stand right below its last key; else at the end of the text.
fn end_of_entries(text: &str) -> Result<usize, EditError> {
    let table = table(text).ok_or(EditError::Inline)?;
    if let Some(list) = table.get("schema") {
        // A list in brackets begins with one; that of `[[schema]]` has its first header there, or nothing of its own.
        let is_inline =
            list.get_ref().as_array().is_some_and(|items| items.iter().any(|item| !stands_alone(text, item.span())) || items.is_empty());
        if is_inline {
            return Err(EditError::Inline);
        }
    }
    let last = entries(&table).into_iter().flat_map(|entry| entry.iter().map(|(_, value)| value.span().end)).max();
    let Some(last) = last else { return Ok(text.len()) };
    let line_end = |from: usize| text.get(from..).and_then(|rest| rest.find('\n')).map_or(text.len(), |newline| from + newline + 1);
    let end = line_end(last);
    let mut behind = end;
    while text.get(behind..).is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with('#')) {
        behind = line_end(behind);
    }
    // Comments that touch the header of another list are of that list.
    let next = text.get(behind..).unwrap_or_default().trim_start_matches([' ', '\t']);
    Ok(if next.starts_with('[') { end } else { behind })
}

/// Whether a table of a list has a header, `[[schema]]`, and no braces.
fn stands_alone(text: &str, span: Range<usize>) -> bool {
    text.get(span).is_some_and(|written| written.starts_with('['))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# ours\n\n[[schema]]   # the first\nname = 'orders'  # unique\nversion = '1.4.0' # was 1.3\nrepo=\"../p\"\npath = \"a.json\"\n# fixtures = []\n\n# names that move\n[[alias]]\nold = \"a\"\nnew = \"b\"\nsince = \"1.0.0\"\nremove-after = 2027-01-31\n";

    fn entry() -> Vec<Setting> {
        [("name", "x"), ("repo", "../q"), ("path", "b.json")].map(|(key, value)| (key, value.to_owned())).to_vec()
    }

    #[test]
    fn values_are_set_in_their_place_and_quotes_and_nothing_else_changes() {
        let after =
            set(FILE, "orders", &[("version", "2.0.0".to_owned()), ("tag", "v2.0.0".to_owned()), ("commit", "c".to_owned())]).unwrap();
        assert_eq!(after, FILE.replace("version = '1.4.0' # was 1.3\n", "version = '2.0.0' # was 1.3\ntag = \"v2.0.0\"\ncommit = \"c\"\n"));
        let windows = FILE.replace('\n', "\r\n");
        let after_windows =
            set(&windows, "orders", &[("version", "2.0.0".to_owned()), ("tag", "v2.0.0".to_owned()), ("commit", "c".to_owned())]);
        assert_eq!(after_windows, Ok(after.replace('\n', "\r\n")));
    }

    #[test]
    fn an_entry_comes_behind_the_last_one_with_its_comments() {
        let added = "\n[[schema]]\nname = \"x\"\nrepo = \"../q\"\npath = \"b.json\"\n";
        assert_eq!(add(Some(FILE), &entry()), Ok(FILE.replace("# fixtures = []\n", &format!("# fixtures = []\n{added}"))));
        let touching = FILE.replace("# fixtures = []\n\n", "");
        assert_eq!(add(Some(&touching), &entry()), Ok(touching.replace("# names", &format!("{added}\n# names"))));
        let windows = FILE.replace('\n', "\r\n");
        assert_eq!(add(Some(&windows), &entry()).map(|text| text.replace("\r\n", "\n")), add(Some(FILE), &entry()));
        let torn = FILE.split("# fixtures").next().unwrap().trim_end();
        assert_eq!(add(Some(torn), &entry()), Ok(format!("{torn}\n{added}")));
    }

    #[test]
    fn a_new_file_has_a_head() {
        let new = add(None, &entry()).unwrap();
        assert_eq!(new, format!("{HEAD}\n[[schema]]\nname = \"x\"\nrepo = \"../q\"\npath = \"b.json\"\n"));
        assert_eq!(add(Some("\n"), &entry()), Ok(new.clone()));
        assert_eq!(pins(&add(Some(&new), &entry()).unwrap()).unwrap().pins.len(), 2);
    }

    #[test]
    fn an_entry_in_braces_is_edited_and_none_is_added_beside_it() {
        let text = "schema = [{ name = \"x\", repo = \"r\", path = \"p\" }]\n";
        assert_eq!(set(text, "x", &[("version", "1.0.0".to_owned())]), Ok(text.replace("\"x\",", "\"x\", version = \"1.0.0\",")));
        assert_eq!(add(Some(text), &entry()), Err(EditError::Inline));
    }

    #[test]
    fn odd_values_are_written_so_that_they_are_read_again() {
        for odd in ["a\"b", "a\\b", "a\nb\t\u{7f}", "'''", "é ☃", ""] {
            let after = set(FILE, "orders", &[("version", odd.to_owned())]).unwrap();
            assert_eq!(written(&after, "orders", "version").as_deref(), Some(odd), "{after}");
        }
        let long = FILE.replace("'1.4.0'", "\"\"\"\n1.4\\\n .0\"\"\"");
        assert_eq!(set(&long, "orders", &[("version", "2.0.0".to_owned())]), Ok(FILE.replace("'1.4.0'", "\"2.0.0\"")));
    }

    #[test]
    fn what_cannot_be_edited_is_refused() {
        assert_eq!(set(FILE, "other", &[]), Err(EditError::NoPin("other".to_owned())));
        assert_eq!(
            set(&format!("{FILE}[[schema]]\nname=\"orders\"\nrepo=\"r\"\npath=\"p\"\n"), "orders", &[]),
            Err(EditError::Twice("orders".to_owned()))
        );
        assert!(matches!(set("[[schema]]\n", "x", &[]), Err(EditError::Unread(_))));
        assert!(matches!(add(Some("x = 1\n"), &entry()), Err(EditError::Unread(_))));
        assert_eq!(add(Some("schema = []\n"), &entry()), Err(EditError::Inline));
    }

    #[test]
    fn whatever_a_file_looks_like_only_what_is_set_changes() {
        let mut edited = 0;
        for at in 0..FILE.len() {
            for with in ["", "\n", " ", "#", "\"", "'", "\r\n", "=", "[", "{", "\\u00e9"] {
                let text = format!("{}{with}{}", &FILE[..at], &FILE[at + usize::from(with.is_empty())..]);
                let (Ok(before), Ok(after)) = (pins(&text), set(&text, "orders", &[("version", "9.9.9".to_owned())])) else { continue };
                let mut read = pins(&after).unwrap();
                assert_eq!(read.pins[0].version.as_ref().map(|at| at.value.as_str()), Some("9.9.9"), "{text}");
                let grown = after.lines().count() - text.lines().count();
                let old = before.pins[0].version.clone();
                assert_eq!(grown, usize::from(old.is_none()), "{text}");
                if old.is_some() {
                    read.pins[0].version = old;
                    assert_eq!(read, before, "{text}");
                }
                edited += 1;
            }
        }
        assert!(edited > 500, "{edited}");
    }
}
