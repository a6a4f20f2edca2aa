//! TOML as lockfiles use it: a tree that borrows from the text, with places. The shapes that tools write are read by [`scan`], three times as
//! fast as by the `toml` crate; what is not of those shapes, and above all what is wrong, is for that crate alone to judge.

mod scan;

use std::borrow::Cow;

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use super::super::fault::{Fault, sentence};

/// A whole text.
#[derive(Debug)]
pub(super) struct Document<'a> {
    pub(super) text: &'a str,
    pub(super) root: Table<'a>,
}

/// The keys of a table, each once.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Table<'a> {
    pub(super) entries: Vec<(Cow<'a, str>, Node<'a>)>,
}

/// A value and its place.
#[derive(Debug, PartialEq)]
pub(super) struct Node<'a> {
    /// In bytes from the beginning of the text.
    pub(super) at: usize,
    pub(super) value: Value<'a>,
}

/// What a value is.
#[derive(Debug, PartialEq)]
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Integer(i64),
    Bool(bool),
    /// A date, or a number that is no `i64`, as it is written.
    Other(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Table(Table<'a>),
}

impl<'a> Document<'a> {
    /// Reads a text. A mark of byte order at its beginning is left out.
    pub(super) fn read(text: &'a str) -> Result<Self, Fault> {
        if let Some(root) = scan::document(text) {
            return Ok(Self { text, root });
        }
        let table = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            refused(text, at, error.message())
        })?;
        Ok(Self { text, root: Table::of(table.into_inner(), text) })
    }

    /// A fault at a place.
    pub(super) fn fault(&self, at: usize, message: impl Into<String>) -> Fault {
        Fault::on(line_of(self.text, at), message)
    }

    /// A running counter of lines.
    pub(super) fn lines(&self) -> Lines<'a> {
        Lines { text: self.text, at: 0, line: 1 }
    }
}

fn line_of(text: &str, at: usize) -> usize {
    1 + memchr::memchr_iter(b'\n', text.as_bytes().get(..at).unwrap_or(text.as_bytes())).count()
}

fn refused(text: &str, at: usize, message: &str) -> Fault {
    let start = text.as_bytes().get(..at).and_then(|before| memchr::memrchr(b'\n', before)).map_or(0, |newline| newline + 1);
    let line = line_of(text, at);
    let rest = text.get(start..).unwrap_or_default();
    if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|marker| rest.starts_with(marker)) {
        return Fault::on(line, "a merge conflict stands unresolved in the text");
    }
    let column = 1 + text.get(start..at).map_or(0, |before| before.chars().count());
    Fault { line, column, message: sentence(&message.replace('\n', ", ")) }
}

/// Counts lines from the place that was asked for last, so that places near one another cost nothing.
pub(super) struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line of a place, from 1.
    pub(super) fn of(&mut self, at: usize) -> usize {
        let at = at.min(self.text.len());
        let between = self.at.min(at)..self.at.max(at);
        let count = memchr::memchr_iter(b'\n', self.text.as_bytes().get(between).unwrap_or_default()).count();
        self.line = if at < self.at { self.line.saturating_sub(count) } else { self.line + count };
        self.at = at;
        self.line
    }
}

impl<'a> Table<'a> {
    pub(super) fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.entries.iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// The text of a key as the text of the lock holds it; none if it is absent or no text.
    pub(super) fn words(&self, key: &str) -> Option<&Cow<'a, str>> {
        self.get(key).and_then(Node::as_words)
    }

    /// The text of a key; none if it is absent or no text.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Node::as_str)
    }

    pub(super) fn table(&self, key: &str) -> Option<&Table<'a>> {
        self.get(key).and_then(Node::as_table)
    }

    /// The items of a list; none where it is absent or no list.
    pub(super) fn list(&self, key: &str) -> &[Node<'a>] {
        self.get(key).and_then(Node::as_list).unwrap_or_default()
    }

    /// The value below one key after the other.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Node<'a>> {
        let (last, folders) = path.split_last()?;
        folders.iter().try_fold(self, |table, key| table.table(key))?.get(last)
    }

    fn of(table: DeTable<'a>, text: &'a str) -> Self {
        let entry = |(key, value): (Spanned<Cow<'a, str>>, Spanned<DeValue<'a>>)| (key.into_inner(), Node::of(value, text));
        let mut entries: Vec<_> = table.into_iter().map(entry).collect();
        // The crate sorts by key; a tree has the order of the text.
        entries.sort_by_key(|(_, node): &(_, Node<'_>)| node.at);
        Self { entries }
    }
}

impl<'a> Node<'a> {
    pub(super) fn as_str(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    pub(super) fn as_words(&self) -> Option<&Cow<'a, str>> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    pub(super) fn as_table(&self) -> Option<&Table<'a>> {
        if let Value::Table(table) = &self.value { Some(table) } else { None }
    }

    pub(super) fn as_list(&self) -> Option<&[Self]> {
        if let Value::List(items) = &self.value { Some(items) } else { None }
    }

    pub(super) fn as_integer(&self) -> Option<i64> {
        if let Value::Integer(number) = self.value { Some(number) } else { None }
    }

    pub(super) fn is_true(&self) -> bool {
        self.value == Value::Bool(true)
    }

    // As deep as the crate lets values nest: 80.
    fn of(value: Spanned<DeValue<'a>>, text: &'a str) -> Self {
        let span = value.span();
        let written = || Value::Other(Cow::Borrowed(text.get(span.clone()).unwrap_or_default()));
        let value = match value.into_inner() {
            DeValue::String(text) => Value::Text(text),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).map_or_else(|_| written(), Value::Integer),
            DeValue::Boolean(truth) => Value::Bool(truth),
            DeValue::Float(_) | DeValue::Datetime(_) => written(),
            DeValue::Array(items) => Value::List(items.into_iter().map(|item| Node::of(item, text)).collect()),
            DeValue::Table(table) => Value::Table(Table::of(table, text)),
        };
        Self { at: span.start, value }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::formats::fault::Fault;
    use crate::formats::lockfiles::Lock;

    /// Reads the public samples of a folder, where `GATE_VECTORS` says that they lie: each has its number of packages, or is refused.
    pub(in super::super) fn samples(folder: &str, read: fn(&str) -> Result<Lock<'_>, Fault>) {
        let Ok(vectors) = std::env::var("GATE_VECTORS") else { return };
        let root = std::path::Path::new(&vectors).join("lockfiles");
        let expected = std::fs::read_to_string(root.join("expected.tsv")).unwrap();
        let mut count = 0;
        for row in expected.lines().filter(|row| row.starts_with(&format!("{folder}/"))) {
            let cells: Vec<&str> = row.split('\t').collect();
            let text = std::fs::read_to_string(root.join(cells[0])).unwrap();
            let lock = read(&text);
            match cells[2] {
                "refused" => assert!(lock.is_err(), "{row}"),
                "read" => assert!(lock.is_ok(), "{row}: {lock:?}"),
                number => assert_eq!(lock.map(|lock| lock.packages.len()), Ok(number.parse().unwrap()), "{row}"),
            }
            count += 1;
        }
        assert!(count > 0, "no samples in {folder}");
    }

    /// The tree of the crate, whatever the shapes.
    fn slowly(text: &str) -> Option<Table<'_>> {
        DeTable::parse(text).ok().map(|table| Table::of(table.into_inner(), text))
    }

    fn without_places(table: &Table<'_>) -> String {
        fn value(out: &mut String, node: &Node<'_>) {
            match &node.value {
                Value::List(items) => {
                    out.push('[');
                    items.iter().for_each(|item| value(out, item));
                    out.push(']');
                }
                Value::Table(inner) => out.push_str(&without_places(inner)),
                Value::Text(_) | Value::Integer(_) | Value::Bool(_) | Value::Other(_) => out.push_str(&format!("{:?},", node.value)),
            }
        }
        let mut sorted: Vec<_> = table.entries.iter().collect();
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        let mut out = "{".to_owned();
        for (key, node) in sorted {
            out.push_str(&format!("{key:?}="));
            value(&mut out, node);
        }
        out + "}"
    }

    const SHAPES: &str = "# c\nversion = 4\r\nflag = true\n\n[[package]]\nname = \"a\"\nlist = [\n    { a = 'x', \"b c\" = 1 },\n    [],\n \"y\"\n]\nempty = {}\n\n[package.source]\nurl = \"u\"\n\n[package.metadata.deep]\nx = false\n\n[[package]] # again\nname = \"\"\n[metadata]\n\"checksum a (b)\" = \"c\"\n[metadata.files]\na = [{file = \"f\", hash = \"h\"},]\n[[patch.unused]]\nname = \"n\"\n[[patch.unused]]\nname = \"m\"\n";

    #[test]
    fn the_scanner_and_the_crate_read_the_same_tree() {
        let fast = scan::document(SHAPES).unwrap();
        assert_eq!(without_places(&fast), without_places(&slowly(SHAPES).unwrap()));
    }

    #[test]
    fn the_scanner_takes_nothing_that_the_crate_refuses() {
        let mutants: [&[u8]; 12] = [b"", b"\"", b"\n", b"[", b"]", b"{", b"=", b",", b"\0", b"\\", b"name = \"a\"\n", b"\n[package]\n"];
        for at in 0..SHAPES.len() {
            for mutant in mutants {
                for cut in [0, 1, 7] {
                    let tail = SHAPES.as_bytes().get(at + cut..).unwrap_or_default();
                    let bytes = [&SHAPES.as_bytes()[..at], mutant, tail].concat();
                    let text = String::from_utf8(bytes).unwrap();
                    if let Some(fast) = scan::document(&text) {
                        let slow = slowly(&text).map(|table| without_places(&table));
                        assert_eq!(Some(without_places(&fast)), slow, "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_no_toml_is_refused_with_its_line() {
        for (text, line) in [
            ("a = 1\na = 2\n", 2),
            ("[a]\n\n[a]\n", 3),
            ("a = \"x", 1),
            ("a = 1\n<<<<<<< HEAD\nb = 1\n=======\n", 2),
            ("\0", 1),
            ("\n# \0\n", 2),
            ("a = {x = 1, x = 2}", 1),
            ("[[a]]\n[a.b]\n[a.b]\n", 3),
        ] {
            assert_eq!(Document::read(text).unwrap_err().line, line, "{text}");
        }
        let conflict = Document::read("a = 1\n<<<<<<< HEAD\n").unwrap_err();
        assert_eq!(conflict.message, "a merge conflict stands unresolved in the text");
        assert!(Document::read(format!("a = {}", "[".repeat(100_000)).leak()).is_err());
        assert!(Document::read(format!("a = {}", "{a=".repeat(100_000)).leak()).is_err());
        assert!(Document::read(format!("[{}a]", "a.".repeat(100_000)).leak()).is_err());
    }

    #[test]
    fn a_counter_of_lines_goes_forth_and_back() {
        let document = Document::read("a = 1\n\nb = 2\nc = 3\n").unwrap();
        let mut lines = document.lines();
        assert_eq!([7, 0, 13, 8, 99].map(|at| lines.of(at)), [3, 1, 4, 3, 5]);
    }
}
