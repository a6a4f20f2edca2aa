//! Block mappings of YAML as package managers write them, one `key: value` a line, in one pass. What is written in any other way is left to
//! the real reader of YAML, and both give the same rows.

use std::borrow::Cow;

use super::super::fault::Fault;
use super::super::repeats::{mark, repeats};
use super::super::yaml::{self, Node};
use super::text::shown;

/// How many pairs a mapping on one line may have before the real reader judges it.
const SHORT: usize = 32;
/// Up to so many keys of a mapping are compared with one another; more are sorted.
const FEW: usize = 12;

/// An entry of a mapping or an item of a list, in the order of the text; what is inside it follows it with a greater depth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row<'a> {
    pub(super) line: usize,
    /// How many columns it is indented; of the real reader, how deep it stands.
    pub(super) depth: usize,
    /// Empty for an item of a list.
    pub(super) key: Cow<'a, str>,
    /// Nothing where a mapping or a list follows on lines of its own, or none does.
    pub(super) value: Option<Cow<'a, str>>,
    /// The row that it is inside of, counted from 1; 0 for the whole text.
    inside: usize,
}

/// All rows of a text that is one mapping. `__proto__` is a key like others.
pub(super) fn rows(text: &str) -> Result<Vec<Row<'_>>, Fault> {
    let some = (text.len() / 40).min(1 << 16);
    let scanner = Scanner { rows: Vec::with_capacity(some), ..Scanner::default() };
    match scanner.scan(text)? {
        Some(rows) => Ok(rows),
        None => judged(text),
    }
}

/// The rows right inside the row at `at`, each with its place in the list.
pub(super) fn children<'r, 'a>(rows: &'r [Row<'a>], at: usize) -> impl Iterator<Item = (usize, &'r Row<'a>)> {
    let outer = rows[at].depth;
    let inner = rows.get(at + 1).map_or(0, |row| row.depth);
    let inside = rows[at + 1..].iter().take_while(move |row| row.depth > outer);
    inside.enumerate().filter(move |(_, row)| row.depth == inner).map(move |(i, row)| (at + 1 + i, row))
}

/// The rows that stand at the outer edge.
pub(super) fn top<'r, 'a>(rows: &'r [Row<'a>]) -> impl Iterator<Item = (usize, &'r Row<'a>)> {
    rows.iter().enumerate().filter(|(_, row)| row.depth == 0)
}

/// The value of a key right inside a row, on the same line or below.
pub(super) fn text<'r>(rows: &'r [Row<'_>], at: usize, key: &str) -> Option<&'r str> {
    children(rows, at).find(|(_, row)| row.key == key).and_then(|(_, row)| row.value.as_deref())
}

/// A mapping or a list that may go on.
struct Open {
    indent: usize,
    /// The row that holds it, counted from 1; 0 for the whole text.
    inside: usize,
    list: bool,
    /// How many rows are right inside.
    count: usize,
}

#[derive(Default)]
struct Scanner<'a> {
    rows: Vec<Row<'a>>,
    open: Vec<Open>,
    /// A text in a block is being passed over: it ends where a line is indented no more than this.
    block: Option<usize>,
    /// The rows of mappings that have too many of them to compare each with each.
    many: Vec<usize>,
}

impl<'a> Scanner<'a> {
    /// `None`: not all of it is written plainly.
    fn scan(mut self, text: &'a str) -> Result<Option<Vec<Row<'a>>>, Fault> {
        let mut rest = text;
        let mut line = 0;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest.as_bytes());
            let (this, next) = end.map_or((rest, ""), |end| (&rest[..end], &rest[end + 1..]));
            rest = next;
            line += 1;
            let this = this.strip_suffix('\r').unwrap_or(this);
            let indent = this.bytes().position(|byte| byte != b' ').unwrap_or(this.len());
            let body = &this[indent..];
            if body.is_empty() || self.block.is_some_and(|outer| indent > outer) {
                continue;
            }
            self.block = None;
            if body.starts_with('#') {
                continue;
            }
            match row(body) {
                Some((key, value)) if self.fits(indent, key.is_empty()) => self.add((line, indent), key, value)?,
                Some(_) | None => return Ok(None),
            }
        }
        self.are_distinct()?;
        Ok(if self.rows.is_empty() { None } else { Some(self.rows) })
    }

    /// Whether a row may stand at this indentation: in what is open, or as the first inside a key that has no value yet.
    fn fits(&mut self, indent: usize, list: bool) -> bool {
        while self.open.last().is_some_and(|open| open.indent > indent) {
            self.open.pop();
        }
        let begins = match (self.open.last(), self.rows.last()) {
            (Some(open), _) if open.indent == indent => return open.list == list,
            (Some(open), Some(last)) => last.value.is_none() && last.depth == open.indent,
            (None, None) => indent == 0 && !list,
            (Some(_), None) | (None, Some(_)) => false,
        };
        self.open.push(Open { indent, inside: self.rows.len(), list, count: 0 });
        begins && self.open.len() < 32
    }

    fn add(&mut self, (line, depth): (usize, usize), key: Cow<'a, str>, value: Written<'a>) -> Result<(), Fault> {
        let inside = self.beside(line, &key)?;
        let (value, pairs) = match value {
            Written::Nothing => (None, Vec::new()),
            Written::Text(text) => (Some(text), Vec::new()),
            Written::Block => {
                self.block = Some(depth);
                (Some(Cow::Borrowed("")), Vec::new())
            }
            Written::Pairs(pairs) => (Some(Cow::Borrowed("")), pairs),
        };
        self.rows.push(Row { line, depth, key, value, inside });
        let inside = self.rows.len();
        let row = |(key, value)| Row { line, depth: depth + 1, key, value: Some(value), inside };
        self.rows.extend(pairs.into_iter().map(row));
        Ok(())
    }

    /// What a key is inside of, where it is to be the first of its name.
    fn beside(&mut self, line: usize, key: &str) -> Result<usize, Fault> {
        let Some(open) = self.open.last_mut() else { return Ok(0) };
        let inside = open.inside;
        open.count += 1;
        if open.list {
            return Ok(inside);
        }
        let before = (inside..self.rows.len()).filter(|at| self.rows[*at].inside == inside);
        if open.count <= FEW {
            if before.into_iter().any(|at| self.rows[at].key == key) {
                return Err(twice(line, key));
            }
        } else {
            if open.count == FEW + 1 {
                self.many.extend(before);
            }
            self.many.push(self.rows.len());
        }
        Ok(inside)
    }

    /// No key stands twice in a mapping of many.
    fn are_distinct(&self) -> Result<(), Fault> {
        let id = |at: &usize| (self.rows[*at].inside, &self.rows[*at].key);
        let marked = |at: &usize| mark(id(at).1).wrapping_add(id(at).0 as u64);
        match repeats(&self.many, marked, |one, other| id(one).cmp(&id(other))).first() {
            None => Ok(()),
            Some((again, _)) => Err(twice(self.rows[self.many[*again]].line, &self.rows[self.many[*again]].key)),
        }
    }
}

fn twice(line: usize, key: &str) -> Fault {
    Fault::on(line, format!("the key {} stands twice", shown(key)))
}

/// What stands behind a key.
enum Written<'a> {
    Nothing,
    Text(Cow<'a, str>),
    /// A text on the lines below.
    Block,
    /// A mapping on one line: `{integrity: sha512-…}`.
    Pairs(Vec<(Cow<'a, str>, Cow<'a, str>)>),
}

fn is_block(value: &str) -> bool {
    matches!(value, "|" | "|-" | "|+" | ">" | ">-" | ">+")
}

/// The key of one line without its indentation, and its value.
fn row(body: &str) -> Option<(Cow<'_, str>, Written<'_>)> {
    let (key, rest) = if body == "-" || body.starts_with("- ") { (Cow::Borrowed(""), &body[1..]) } else { key(body)? };
    let rest = rest.trim_matches(' ');
    let value = match rest.as_bytes().first() {
        None if key.is_empty() => return None,
        None => Written::Nothing,
        Some(b'{') => Written::Pairs(flow(rest[1..].strip_suffix('}')?)?),
        Some(b'[') => {
            let inner = rest[1..].strip_suffix(']')?;
            (!inner.contains(['[', ']', '{', '}', '#'])).then_some(Written::Text(Cow::Borrowed("")))?
        }
        Some(b'|' | b'>') if is_block(rest) && !key.is_empty() => Written::Block,
        Some(first) if key.is_empty() && !matches!(first, b'"' | b'\'') && rest.contains(": ") => return None,
        Some(_) => Written::Text(scalar(rest)?),
    };
    Some((key, value))
}

/// The key of a line and what stands behind its colon.
fn key(body: &str) -> Option<(Cow<'_, str>, &str)> {
    if let Some((text, rest)) = quoted(body) {
        let rest = rest.strip_prefix(':')?;
        return (rest.is_empty() || rest.starts_with(' ')).then_some((text, rest));
    }
    if starts_oddly(body) || body.starts_with(['"', '\'', '?', '-']) {
        return None;
    }
    let at = memchr::memchr_iter(b':', body.as_bytes()).find(|at| matches!(body.as_bytes().get(at + 1), None | Some(b' ')))?;
    let key = &body[..at];
    (at > 0 && !key.ends_with(' ') && !reads_oddly(key) && key != "<<").then_some((Cow::Borrowed(key), &body[at + 1..]))
}

/// A value on one line.
fn scalar(text: &str) -> Option<Cow<'_, str>> {
    if text.starts_with(['"', '\'']) {
        return quoted(text).filter(|(_, rest)| rest.is_empty()).map(|(text, _)| text);
    }
    let mark = text.starts_with("- ") || text.starts_with("? ");
    (!mark && !starts_oddly(text) && !reads_oddly(text)).then_some(Cow::Borrowed(text))
}

/// Whether a text without quotes begins with a sign that means something to YAML.
fn starts_oddly(text: &str) -> bool {
    let signs =
        |byte| matches!(byte, b'&' | b'*' | b'!' | b'|' | b'>' | b'%' | b'@' | b'`' | b'[' | b']' | b'{' | b'}' | b'#' | b',' | b'\t');
    text.bytes().next().is_some_and(signs)
}

/// Whether a text without quotes holds what ends it: a colon before a space, a comment, a tab.
fn reads_oddly(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr3_iter(b':', b'#', b'\t', bytes).any(|at| match bytes[at] {
        b':' => matches!(bytes.get(at + 1), None | Some(b' ')),
        b'#' => at > 0 && bytes[at - 1] == b' ',
        _ => true,
    })
}

/// A quoted text at the start, and what follows it.
fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    if let Some(inner) = text.strip_prefix('"') {
        let end = memchr::memchr2(b'"', b'\\', inner.as_bytes())?;
        return (inner.as_bytes()[end] == b'"').then(|| (Cow::Borrowed(&inner[..end]), &inner[end + 1..]));
    }
    let inner = text.strip_prefix('\'')?;
    let mut from = 0;
    loop {
        let end = from + memchr::memchr(b'\'', &inner.as_bytes()[from..])?;
        if inner.as_bytes().get(end + 1) != Some(&b'\'') {
            let word = &inner[..end];
            let word = if from > 0 { Cow::Owned(word.replace("''", "'")) } else { Cow::Borrowed(word) };
            return Some((word, &inner[end + 1..]));
        }
        from = end + 2;
    }
}

/// The pairs of a mapping on one line; nothing may be nested in it.
fn flow(mut rest: &str) -> Option<Vec<(Cow<'_, str>, Cow<'_, str>)>> {
    let mut pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = Vec::new();
    loop {
        rest = rest.trim_start_matches(' ');
        if rest.is_empty() {
            return Some(pairs);
        }
        let (name, after) = key(rest)?;
        let after = after.trim_start_matches(' ');
        let (value, after) = match quoted(after) {
            Some(found) => found,
            None => {
                let end = memchr::memchr(b',', after.as_bytes()).unwrap_or(after.len());
                let value = after[..end].trim_end_matches(' ');
                let is_odd = |byte: u8| matches!(byte, b'{' | b'}' | b'[' | b']' | b'"' | b'\'');
                if value.bytes().fold(false, |any, byte| any | is_odd(byte)) {
                    return None;
                }
                (scalar(value)?, &after[end..])
            }
        };
        if pairs.len() >= SHORT || pairs.iter().any(|(known, _)| *known == name) || name.contains(['{', '}', '[', ']', ',']) {
            return None;
        }
        pairs.push((name, value));
        let after = after.trim_start_matches(' ');
        rest = after.strip_prefix(',').or(after.is_empty().then_some(after))?;
    }
}

/// The rows of what the real reader makes of a text.
fn judged<'a>(text: &str) -> Result<Vec<Row<'a>>, Fault> {
    let root = yaml::parse(text)?.ok_or_else(|| Fault::on(1, "there is nothing but comments"))?;
    let Some(pairs) = root.entries() else { return Err(Fault::on(root.line, "a mapping of keys is expected here")) };
    let mut rows = Vec::new();
    pairs.iter().for_each(|(key, value)| put(&mut rows, 0, (key.line, key.as_str().unwrap_or_default(), value)));
    Ok(rows)
}

/// The reader of YAML has bounded how deep this goes.
fn put(rows: &mut Vec<Row<'_>>, depth: usize, (line, key, value): (usize, &str, &Node)) {
    let text = value.as_str().filter(|_| !value.is_null()).map(|text| Cow::Owned(text.to_owned()));
    rows.push(Row { line, depth, key: Cow::Owned(key.to_owned()), value: text, inside: 0 });
    for (key, value) in value.entries().unwrap_or_default() {
        put(rows, depth + 1, (key.line, key.as_str().unwrap_or_default(), value));
    }
    for item in value.as_list().unwrap_or_default() {
        put(rows, depth + 1, (item.line, "", item));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(text: &str) -> (Option<usize>, usize) {
        let plain = Scanner::default().scan(text).unwrap();
        let real = judged(text).unwrap();
        if let Some(plain) = &plain {
            let plain: Vec<_> = plain.iter().filter(|row| !row.key.is_empty()).map(|row| (row.line, row.key.to_string())).collect();
            let flat: Vec<_> = real.iter().map(|row| (row.line, row.key.to_string())).collect();
            assert!(plain.iter().all(|row| flat.contains(row)), "{plain:?}\n{flat:?}");
        }
        (plain.map(|rows| rows.len()), real.len())
    }

    #[test]
    fn plain_lines_are_read_as_the_real_reader_reads_them() {
        assert_eq!(both("a: 1\nb:\n  c: 'it''s'\n  \"d\":\n    e: f:g\n# c\nh:\n"), (Some(6), 6));
        assert_eq!(both("a: {b: c, 'd': '>=1'}\nx: [p, q]\r\ny: z\n"), (Some(5), 7));
        assert_eq!(both("a:\n  b: |-\n    c: d\n\n    e\n  f: g\n"), (Some(3), 3));
        assert_eq!(both("a:\n  - b\n  - c\nd:\n"), (Some(4), 4));
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_real_reader() {
        for text in
            ["a: &x 1\nb: *x\n", "a: \"x\\ny\"\n", "a: {b: {c: d}}\n", "a: x\n  y\n", "? a\n: b\n", "a: b # c\n", "- a: 1\n", "a:\n- b\n"]
        {
            assert_eq!(Scanner::default().scan(text).unwrap(), None, "{text}");
        }
        assert!(rows("a: 1\n b: 2\n").is_err() && rows("a\n").is_err() && rows("# c\n").is_err() && rows("- a\n").is_err());
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_with_its_line() {
        assert_eq!(rows("a:\n  b: 1\nc:\n  b: 1\n  b: 2\n").unwrap_err().line, 5);
        assert_eq!(rows("a: &x\n  b: 1\na: 1\n").unwrap_err().line, 3);
        assert_eq!(rows("a: {b: 1, b: 2}\n").unwrap_err().line, 1);
    }

    #[test]
    fn children_are_those_right_inside() {
        let rows = rows("a:\n  b:\n    c: 1\n  d: 2\ne: 3\n").unwrap();
        let names: Vec<_> = children(&rows, 0).map(|(at, row)| (at, row.key.to_string())).collect();
        assert_eq!(names, [(1, "b".to_owned()), (3, "d".to_owned())]);
        assert_eq!((text(&rows, 0, "d"), top(&rows).count(), children(&rows, 4).count()), (Some("2"), 2, 0));
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_crash() {
        let deep: String = (0..5_000).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
        assert!(rows(&deep).is_err() && rows(&"[".repeat(100_000)).is_err());
    }
}
