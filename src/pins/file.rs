//! A pins file of gate's own, in TOML.

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::fields::{Fields, Value, unknown};
use super::{AcceptedBreak, Alias, At, Compatibility, Format, MOST, Pin, Pins, PinsFault, Role};
use crate::shown::shown;

/// A list at the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    Schemas,
    Aliases,
    AcceptedBreaks,
}

/// The lists by their keys.
const LISTS: [(&str, List); 3] = [("schema", List::Schemas), ("alias", List::Aliases), ("accepted-break", List::AcceptedBreaks)];

/// The keys of `[[schema]]`, as they are documented.
const SCHEMA: [&str; 15] = [
    "name",
    "repo",
    "version",
    "tag",
    "commit",
    "source-path",
    "path",
    "sha256",
    "canonical",
    "format",
    "role",
    "compatibility",
    "fixtures",
    "aliases",
    "upstream",
];

/// The keys of `[[alias]]`.
const ALIAS: [&str; 4] = ["old", "new", "since", "remove-after"];

/// The keys of `[[accepted-break]]`.
const BREAK: [&str; 6] = ["name", "from", "to", "who", "why", "both-until"];

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self([0].into_iter().chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect())
    }

    /// The line of a byte, from 1.
    fn at(&self, offset: usize) -> usize {
        self.0.partition_point(|begin| *begin <= offset).max(1)
    }
}

/// Reads it as far as it can be read, with everything that is wrong with it.
pub(super) fn read(text: &str) -> (Pins, Vec<PinsFault>) {
    let lines = Lines::of(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    let (mut pins, mut faults) = (Pins::default(), Vec::new());
    if !errors.is_empty() {
        faults.extend(errors.iter().map(|error| refused(text, &lines, error)));
        return (pins, faults);
    }
    for (key, value) in table.into_inner() {
        let line = lines.at(key.span().start);
        let key = key.get_ref().as_ref();
        let Some((_, list)) = LISTS.iter().find(|(name, _)| *name == key) else {
            faults.push(unknown(line, "key", key, LISTS.iter().map(|(name, _)| *name)));
            continue;
        };
        for mut entry in entries(value, (key, line), &lines, &mut faults) {
            match list {
                List::Schemas => pins.pins.push(schema(&mut entry)),
                List::Aliases => pins.aliases.push(alias(&mut entry)),
                List::AcceptedBreaks => pins.accepted.push(accepted(&mut entry)),
            }
            faults.append(&mut entry.faults);
        }
    }
    (pins, faults)
}

/// What the reader of TOML said, in plain words and bounded.
fn refused(text: &str, lines: &Lines, error: &toml::de::Error) -> PinsFault {
    let line = error.span().map_or(1, |span| lines.at(span.start));
    let begin = lines.0.get(line - 1).copied().unwrap_or_default();
    let rest = text.get(begin..).unwrap_or_default();
    if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| rest.starts_with(mark)) {
        return PinsFault::on(line, "a conflict of a merge is left here")
            .help("settle it; of two pins of one schema the newer is meant as a rule");
    }
    let message = error.message().replace('\n', ", ");
    let mut letters = message.chars();
    let message: String = letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default();
    PinsFault::on(line, format!("this is no TOML: {}", shown(&message)))
}

/// The tables of a list.
fn entries(value: Spanned<DeValue<'_>>, (list, line): (&str, usize), lines: &Lines, faults: &mut Vec<PinsFault>) -> Vec<Fields> {
    let help = format!("begin each entry with `[[{list}]]`");
    let DeValue::Array(items) = value.into_inner() else {
        faults.push(PinsFault::on(line, format!("`{list}` is a list of tables")).help(help));
        return Vec::new();
    };
    let mut entries = Vec::new();
    if items.len() > MOST {
        faults.push(PinsFault::on(line, format!("it has {} entries; at most {MOST} are read", items.len())));
        return Vec::new();
    }
    for item in items {
        let line = lines.at(item.span().start);
        let what = kind(item.get_ref());
        if let DeValue::Table(table) = item.into_inner() {
            entries.push(fields(table, line, lines));
        } else {
            faults.push(PinsFault::on(line, format!("`{list}` is a list of tables, and this is {what}")).help(help.clone()));
        }
    }
    entries
}

fn fields(table: DeTable<'_>, line: usize, lines: &Lines) -> Fields {
    let mut fields: Vec<(usize, String, At<Value>)> = Vec::with_capacity(table.len());
    for (key, value) in table {
        let at = key.span().start;
        fields.push((
            at,
            key.into_inner().into_owned(),
            At { line: lines.at(value.span().start), value: field(value.into_inner(), lines) },
        ));
    }
    fields.sort_by_key(|(at, ..)| *at);
    Fields { line, fields: fields.into_iter().map(|(_, name, value)| (name, value)).collect(), faults: Vec::new() }
}

fn field(value: DeValue<'_>, lines: &Lines) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.into_owned()),
        // A date may stand without quotes.
        DeValue::Datetime(date) => Value::Text(date.to_string()),
        DeValue::Array(items) => Value::List(list(items, lines)),
        other @ (DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Table(_)) => Value::Other(kind(&other)),
    }
}

fn list(items: DeArray<'_>, lines: &Lines) -> Vec<At<Result<String, &'static str>>> {
    let item = |item: Spanned<DeValue<'_>>| {
        let (line, what) = (lines.at(item.span().start), kind(item.get_ref()));
        At { value: if let DeValue::String(text) = item.into_inner() { Ok(text.into_owned()) } else { Err(what) }, line }
    };
    items.into_iter().map(item).collect()
}

/// What a value is called in a sentence.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn schema(entry: &mut Fields) -> Pin {
    let role = entry.one_of("role", &Role::NAMES);
    let compatibility = entry.one_of("compatibility", &Compatibility::NAMES);
    entry.contradiction(role.as_ref(), compatibility.as_ref());
    let pin = Pin {
        name: entry.needed(&["name"]),
        repo: entry.needed(&["repo"]),
        version: entry.text(&["version"]),
        tag: entry.text(&["tag"]),
        commit: entry.text(&["commit"]),
        source_path: entry.text(&["source-path"]),
        path: entry.needed(&["path"]),
        sha256: entry.text(&["sha256"]),
        canonical: entry.text(&["canonical"]),
        format: entry.one_of("format", &Format::NAMES),
        role,
        compatibility,
        fixtures: entry.texts("fixtures"),
        aliases: entry.texts("aliases"),
        upstream: entry.text(&["upstream"]),
        line: entry.line,
    };
    entry.refuse_rest(&SCHEMA);
    pin
}

fn alias(entry: &mut Fields) -> Alias {
    let alias = Alias {
        old: entry.needed(&["old"]),
        new: entry.needed(&["new"]),
        since: entry.needed(&["since"]),
        remove_after: entry.needed(&["remove-after"]),
        line: entry.line,
    };
    entry.refuse_rest(&ALIAS);
    alias
}

fn accepted(entry: &mut Fields) -> AcceptedBreak {
    let accepted = AcceptedBreak {
        name: entry.needed(&["name"]),
        from: entry.needed(&["from"]),
        to: entry.needed(&["to"]),
        who: entry.needed(&["who"]),
        why: entry.needed(&["why"]),
        both_until: entry.needed(&["both-until"]),
        line: entry.line,
    };
    entry.refuse_rest(&BREAK);
    accepted
}
