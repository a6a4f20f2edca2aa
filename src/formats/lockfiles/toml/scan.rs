//! The shapes that tools write: keys without dots, strings without escapes, whole numbers, lists over lines, inline tables on one line.
//! `None` says "not one of those shapes", never "wrong".

use std::borrow::Cow;

use super::{Node, Table, Value};

/// Deeper values are the crate's business.
const DEPTH: usize = 16;

/// The whole text, if all of it has those shapes.
pub(super) fn document(text: &str) -> Option<Table<'_>> {
    let text = text.strip_prefix('\u{feff}').map_or(Some(text), |_| None)?;
    let mut scanner = Scanner { text, bytes: text.as_bytes(), at: 0 };
    let mut root = Section { entries: scanner.body()?, ..Section::default() };
    while scanner.at < scanner.bytes.len() {
        let (path, place, is_item) = scanner.header()?;
        let entries = scanner.body()?;
        root.add(&path, is_item, Section { at: place, entries, ..Section::default() })?;
    }
    root.table().map(|(_, table)| table)
}

/// A table made by a header, or by the text's beginning: only such a one may get more tables below it.
#[derive(Default)]
struct Section<'a> {
    at: usize,
    entries: Vec<(Cow<'a, str>, Node<'a>)>,
    below: Vec<(&'a str, Below<'a>)>,
}

enum Below<'a> {
    One(Section<'a>),
    Items(Vec<Section<'a>>),
}

impl<'a> Section<'a> {
    fn add(&mut self, path: &[&'a str], is_item: bool, section: Self) -> Option<()> {
        let (name, rest) = path.split_first()?;
        // The last one is the one that is written to, nearly always.
        let known = self.below.iter().rposition(|(key, _)| key == name);
        if known.is_none() {
            let new = match (rest.is_empty(), is_item) {
                (false, _) => Below::One(Self { at: section.at, ..Self::default() }),
                (true, true) => Below::Items(Vec::new()),
                (true, false) => {
                    self.below.push((name, Below::One(section)));
                    return (self.below.len() <= 64).then_some(());
                }
            };
            self.below.push((name, new));
        }
        let last = self.below.len().saturating_sub(1);
        let found = self.below.get_mut(known.unwrap_or(last))?;
        match (&mut found.1, rest.is_empty()) {
            (Below::Items(items), true) if is_item => items.push(section),
            (Below::Items(items), false) => items.last_mut()?.add(rest, is_item, section)?,
            (Below::One(one), false) => one.add(rest, is_item, section)?,
            (Below::Items(_) | Below::One(_), true) => return None,
        }
        (self.below.len() <= 64).then_some(())
    }

    fn table(self) -> Option<(usize, Table<'a>)> {
        let mut entries = self.entries;
        for (key, below) in self.below {
            let node = match below {
                Below::One(one) => one.node()?,
                Below::Items(items) => {
                    let at = items.first()?.at;
                    let nodes = items.into_iter().map(Section::node).collect::<Option<_>>()?;
                    Node { at, value: Value::List(nodes) }
                }
            };
            entries.push((Cow::Borrowed(key), node));
        }
        are_distinct(&entries).then_some((self.at, Table { entries }))
    }

    fn node(self) -> Option<Node<'a>> {
        self.table().map(|(at, table)| Node { at, value: Value::Table(table) })
    }
}

fn are_distinct(entries: &[(Cow<'_, str>, Node<'_>)]) -> bool {
    if entries.len() <= 12 {
        return entries.iter().enumerate().all(|(index, (key, _))| !entries[..index].iter().any(|(other, _)| other == key));
    }
    let mut keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_ref()).collect();
    keys.sort_unstable();
    keys.windows(2).all(|pair| pair[0] != pair[1])
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_it = self.peek() == Some(byte);
        self.at += usize::from(is_it);
        is_it
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    fn run(&mut self, is_in: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        self.at += rest.iter().position(|&byte| !is_in(byte)).unwrap_or(rest.len());
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// The end of a line, with a comment before it or not; also the end of the text.
    fn end_of_line(&mut self) -> Option<()> {
        self.blanks();
        if self.take(b'#') {
            self.run(|byte| byte == b'\t' || (byte >= b' ' && byte != 0x7f));
        }
        self.newline()
    }

    fn newline(&mut self) -> Option<()> {
        let had_return = self.take(b'\r');
        (self.take(b'\n') || (!had_return && self.at == self.bytes.len())).then_some(())
    }

    /// `[a.b]` or `[[a.b]]`: its path, its place, and whether it is the second.
    fn header(&mut self) -> Option<(Vec<&'a str>, usize, bool)> {
        let place = self.at;
        self.take(b'[').then_some(())?;
        let is_item = self.take(b'[');
        let mut path = Vec::with_capacity(2);
        loop {
            path.push(self.bare()?);
            if !self.take(b'.') {
                break;
            }
        }
        let closed = self.take(b']') && (!is_item || self.take(b']'));
        (closed && path.len() <= DEPTH).then_some(())?;
        self.end_of_line()?;
        Some((path, place, is_item))
    }

    /// The lines up to the next header.
    fn body(&mut self) -> Option<Vec<(Cow<'a, str>, Node<'a>)>> {
        let mut entries = Vec::with_capacity(8);
        loop {
            self.blanks();
            match self.peek() {
                None | Some(b'[') => return Some(entries),
                Some(b'\n' | b'\r' | b'#') => self.end_of_line()?,
                Some(_) => {
                    entries.push(self.pair(0)?);
                    self.end_of_line()?;
                }
            }
        }
    }

    fn pair(&mut self, depth: usize) -> Option<(Cow<'a, str>, Node<'a>)> {
        let key = match self.peek()? {
            b'"' => self.string(b'"')?,
            b'\'' => self.string(b'\'')?,
            _ => self.bare()?,
        };
        self.blanks();
        self.take(b'=').then_some(())?;
        self.blanks();
        Some((Cow::Borrowed(key), self.value(depth)?))
    }

    fn bare(&mut self) -> Option<&'a str> {
        let key = self.run(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        (!key.is_empty()).then_some(key)
    }

    /// A string between quotes, without escapes and on one line.
    fn string(&mut self, quote: u8) -> Option<&'a str> {
        let start = self.at + 1;
        let rest = self.bytes.get(start..)?;
        let length = memchr::memchr(quote, rest)?;
        // Without a branch a byte, so that many are looked at at once.
        let is_odd = |byte: u8| u8::from(byte < b' ' && byte != b'\t') | u8::from(byte == b'\\') | u8::from(byte == 0x7f);
        let odd = rest.get(..length)?.iter().fold(0, |odd, &byte| odd | is_odd(byte));
        (odd == 0).then_some(())?;
        self.at = start + length + 1;
        let plain = self.text.get(start..start + length)?;
        // Three quotes begin a string of many lines.
        (!plain.is_empty() || self.peek() != Some(quote)).then_some(plain)
    }

    fn value(&mut self, depth: usize) -> Option<Node<'a>> {
        let at = self.at;
        let value = match self.peek()? {
            quote @ (b'"' | b'\'') => Value::Text(Cow::Borrowed(self.string(quote)?)),
            b'[' => Value::List(self.list(depth + 1)?),
            b'{' => Value::Table(self.inline(depth + 1)?),
            _ => self.word()?,
        };
        Some(Node { at, value })
    }

    fn word(&mut self) -> Option<Value<'a>> {
        let word = self.run(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'_' | b'.' | b':'));
        match word {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "0" => Some(Value::Integer(0)),
            _ => {
                let is_plain = word.len() < 18 && !word.starts_with('0') && word.bytes().all(|byte| byte.is_ascii_digit());
                is_plain.then(|| word.parse().ok().map(Value::Integer))?
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Vec<Node<'a>>> {
        (depth <= DEPTH).then_some(())?;
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.space()?;
            if self.take(b']') {
                return Some(items);
            }
            items.push(self.value(depth)?);
            self.space()?;
            if !self.take(b',') {
                return self.take(b']').then_some(items);
            }
        }
    }

    /// Blanks and ends of lines.
    fn space(&mut self) -> Option<()> {
        loop {
            self.blanks();
            match self.peek()? {
                b'\n' | b'\r' => self.newline()?,
                _ => return Some(()),
            }
        }
    }

    fn inline(&mut self, depth: usize) -> Option<Table<'a>> {
        (depth <= DEPTH).then_some(())?;
        self.at += 1;
        self.blanks();
        let mut entries = Vec::with_capacity(2);
        if self.take(b'}') {
            return Some(Table { entries });
        }
        loop {
            self.blanks();
            entries.push(self.pair(depth)?);
            self.blanks();
            if !self.take(b',') {
                return (self.take(b'}') && are_distinct(&entries)).then_some(Table { entries });
            }
        }
    }
}
