//! mix.lock: a map of Elixir terms, an application and what it was resolved to.

use std::collections::HashSet;

use super::super::fault::Fault;
use super::address::is_commit;
use super::digest::Algorithm;
use super::text::{shown, whole};
use super::{Integrity, Lock, Oddity, Package, Pin, Source, Sync};

/// How deep terms may be nested.
const DEPTH: usize = 64;

/// A term of Elixir without a variable, a call or an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    Text(String),
    /// `:name`, `true`, `nil`.
    Atom(String),
    Number,
    Tuple(Vec<Term>),
    List,
    Map,
}

impl Term {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Atom(_) | Self::Number | Self::Tuple(_) | Self::List | Self::Map => None,
        }
    }

    fn atom(&self) -> Option<&str> {
        match self {
            Self::Atom(name) => Some(name),
            Self::Text(_) | Self::Number | Self::Tuple(_) | Self::List | Self::Map => None,
        }
    }
}

/// Reads a mix.lock.
pub(crate) fn read(text: &str) -> Result<Lock<'_>, Fault> {
    let mut reader = Reader { rest: whole(text)?, line: 1 };
    let mut lock = Lock::default();
    let mut seen = HashSet::new();
    reader.space();
    reader.expect("%{")?;
    loop {
        reader.space();
        if reader.eat("}") {
            break;
        }
        let line = reader.line;
        let name = reader.key()?;
        if !seen.insert(name.clone()) {
            return Err(Fault::on(line, format!("the key {} stands twice", shown(&name))));
        }
        let term = reader.term(0)?;
        let package = package(&mut lock, (line, &name), &term)?;
        lock.packages.push(package);
        reader.space();
        if !reader.eat(",") {
            reader.expect("}")?;
            break;
        }
    }
    reader.space();
    if reader.rest.is_empty() { Ok(lock) } else { Err(reader.odd("there is more text behind the map")) }
}

/// What mix.exs asks for is known only to Elixir, which would have to run it.
pub(crate) fn in_sync(_lock: &str, _manifest: &str) -> Sync {
    Sync::CannotTell("mix.exs is code of Elixir, and would have to be run".to_owned())
}

fn package(lock: &mut Lock<'_>, (line, app): (usize, &str), term: &Term) -> Result<Package<'static>, Fault> {
    let Term::Tuple(parts) = term else {
        return Err(Fault::on(line, format!("{} has no tuple", shown(app))));
    };
    let text = |at: usize| parts.get(at).and_then(Term::text);
    match parts.first().and_then(Term::atom) {
        Some("hex") => {
            let lacks = || Fault::on(line, format!("{} has no name and version of a package of Hex", shown(app)));
            let name = parts.get(1).and_then(Term::atom).ok_or_else(lacks)?;
            let version = text(2).ok_or_else(lacks)?;
            let integrity = digest(lock, (line, app), text(7));
            let source = Source::Registry(text(6).filter(|repo| *repo != "hexpm").map(|repo| repo.to_owned().into()));
            Ok(Package { name: name.to_owned().into(), version: Some(version.to_owned().into()), source, pin: Pin::Exact, integrity, line })
        }
        Some("git") => {
            let lacks = || Fault::on(line, format!("{} has no address and revision of a repository", shown(app)));
            let (address, revision) = text(1).zip(text(2)).ok_or_else(lacks)?;
            let exact = is_commit(revision);
            let pin = if exact { Pin::Exact } else { Pin::Loose(format!("no whole commit: {}", shown(revision))) };
            let source = Source::Repository(lock.remarks.address(line, address).into_owned().into());
            Ok(Package { name: app.to_owned().into(), version: None, source, pin, integrity: Integrity::NotAsked, line })
        }
        Some(other) => {
            let says = format!("{} comes from a source of the kind {}, which is not known", shown(app), shown(other));
            lock.remarks.say(line, Oddity::Unread, || says);
            let pin = Pin::Loose(format!("a source of the kind {}", shown(other)));
            let source =
                Source::Archive(text(1).map(|address| lock.remarks.address(line, address).into_owned().into()).unwrap_or_default());
            Ok(Package { name: app.to_owned().into(), version: None, source, pin, integrity: Integrity::Missing, line })
        }
        None => Err(Fault::on(line, format!("{} does not say what kind of source it has", shown(app)))),
    }
}

/// The outer checksum is of the whole archive; the inner one, which stands before it, is of its contents only and of old.
fn digest(lock: &mut Lock<'_>, (line, app): (usize, &str), outer: Option<&str>) -> Integrity {
    let Some(outer) = outer else { return Integrity::Missing };
    if !Algorithm::Sha256.is_hex(outer) {
        lock.remarks.say(line, Oddity::BadDigest, || format!("the checksum of {} is no sha256", shown(app)));
    }
    Algorithm::Sha256.into()
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl Reader<'_> {
    fn odd(&self, says: &str) -> Fault {
        if self.rest.is_empty() { Fault::on(self.line, "the text ends inside the map") } else { Fault::on(self.line, says) }
    }

    /// Passes over spaces, ends of lines and comments.
    fn space(&mut self) {
        loop {
            let trimmed = self.rest.trim_start();
            let passed = &self.rest[..self.rest.len() - trimmed.len()];
            self.line += memchr::memchr_iter(b'\n', passed.as_bytes()).count();
            self.rest = trimmed;
            if !trimmed.starts_with('#') {
                return;
            }
            self.rest = &trimmed[memchr::memchr(b'\n', trimmed.as_bytes()).unwrap_or(trimmed.len())..];
        }
    }

    fn eat(&mut self, sign: &str) -> bool {
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, sign: &str) -> Result<(), Fault> {
        if self.eat(sign) { Ok(()) } else { Err(self.odd(&format!("`{sign}` is expected here"))) }
    }

    /// A key of a map: `"name":`, `name:`, `"name" =>`, `:name =>`.
    fn key(&mut self) -> Result<String, Fault> {
        let name = match self.term(DEPTH)? {
            Term::Text(name) if self.eat(":") => name,
            Term::Atom(name) if self.eat(":") => name,
            Term::Text(name) | Term::Atom(name) => {
                self.space();
                self.expect("=>")?;
                name
            }
            Term::Number | Term::Tuple(_) | Term::List | Term::Map => return Err(self.odd("a name is expected here")),
        };
        Ok(name)
    }

    fn term(&mut self, depth: usize) -> Result<Term, Fault> {
        self.space();
        if depth > DEPTH {
            return Err(self.odd(&format!("the terms are nested deeper than {DEPTH} levels")));
        }
        if self.rest.starts_with('"') {
            return self.quoted().map(Term::Text);
        }
        if self.eat("{") {
            return self.items(depth, "}").map(Term::Tuple);
        }
        if self.eat("[") {
            return self.items(depth, "]").map(|_| Term::List);
        }
        if self.eat("%{") {
            return self.items(depth, "}").map(|_| Term::Map);
        }
        if self.eat(":") {
            return if self.rest.starts_with('"') { self.quoted() } else { self.word() }.map(Term::Atom);
        }
        if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            return self.word().map(|_| Term::Number);
        }
        self.word().map(Term::Atom)
    }

    /// The items of a tuple, a list or a map, up to its end. Elixir has a comma before the end of a list or a map, and none in a tuple.
    fn items(&mut self, depth: usize, end: &str) -> Result<Vec<Term>, Fault> {
        let mut items = Vec::new();
        loop {
            self.space();
            if (items.is_empty() || end == "]") && self.eat(end) {
                return Ok(items);
            }
            let item = self.term(depth + 1)?;
            let is_key = self.eat(":") || {
                self.space();
                self.eat("=>")
            };
            items.push(if is_key { self.term(depth + 1)? } else { item });
            self.space();
            if self.eat(end) {
                return Ok(items);
            }
            self.expect(",")?;
        }
    }

    fn word(&mut self) -> Result<String, Fault> {
        let ends = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '@' | '?' | '!' | '.'));
        let (word, rest) = self.rest.split_at(self.rest.find(ends).unwrap_or(self.rest.len()));
        if word.is_empty() {
            return Err(self.odd("a term is expected here"));
        }
        self.rest = rest;
        Ok(word.to_owned())
    }

    /// A text in quotes; one that holds code is none.
    fn quoted(&mut self) -> Result<String, Fault> {
        let inner = &self.rest[1..];
        let mut from = 0;
        loop {
            let Some(end) = memchr::memchr2(b'"', b'\\', &inner.as_bytes()[from..]).map(|end| from + end) else {
                return Err(Fault::on(self.line, "a text is not closed"));
            };
            if inner.as_bytes()[end] == b'"' {
                let text = &inner[..end];
                if text.contains("#{") || text.contains('\n') {
                    return Err(self.odd("a text holds code or the end of a line"));
                }
                self.rest = &inner[end + 1..];
                return Ok(text.replace("\\\"", "\"").replace("\\\\", "\\"));
            }
            from = end + 2;
            if from > inner.len() {
                return Err(Fault::on(self.line, "a text is not closed"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

    fn hex(rest: &str) -> String {
        format!("{{:hex, :a, \"1.0.0\"{rest}}}")
    }

    fn whole() -> String {
        let digest = "a".repeat(64);
        hex(&format!(
            ", \"{digest}\", [:mix, :rebar3], [{{:b, \"~> 1.0\", [hex: :b, repo: \"hexpm\", optional: false]}}], \"hexpm\", \"{digest}\""
        ))
    }

    fn one(term: &str) -> Lock<'static> {
        read(format!("%{{\n  \"x\": {term},\n}}\n").leak()).unwrap()
    }

    #[test]
    fn a_package_of_hex_has_its_outer_checksum_and_line() {
        let lock = one(&whole());
        let a = &lock.packages[0];
        assert_eq!((a.name.as_ref(), a.version.as_deref(), a.line, &a.pin), ("a", Some("1.0.0"), 2, &Pin::Exact));
        assert_eq!((&a.source, &a.integrity), (&Source::Registry(None), &Integrity::Digests(["sha256"].into())));
        assert_eq!(one(&hex("")).packages[0].integrity, Integrity::Missing);
        assert_eq!(one(&hex(", \"abc\", [:mix], []")).packages[0].integrity, Integrity::Missing);
        let other = one(&hex(", \"abc\", [:mix], [], \"acme\", \"abc\""));
        assert_eq!(other.packages[0].source, Source::Registry(Some("acme".into())));
        assert_eq!((other.remarks[0].line, other.remarks[0].what), (2, Oddity::BadDigest));
    }

    #[test]
    fn a_repository_has_a_whole_commit_or_is_loose() {
        let lock = one(&format!("{{:git, \"https://u:hunter2@x.example/a.git\", \"{SHA}\", [branch: \"main\"]}}"));
        let package = &lock.packages[0];
        assert_eq!((&package.source, &package.pin), (&Source::Repository("https://x.example/a.git".into()), &Pin::Exact));
        assert_eq!((package.name.as_ref(), &package.integrity, lock.remarks[0].what), ("x", &Integrity::NotAsked, Oddity::Credentials));
        assert!(!format!("{lock:?}").contains("hunter2"));
        assert_eq!(one("{:git, \"x\", \"v1\", []}").packages[0].pin, Pin::Loose("no whole commit: `v1`".to_owned()));
        assert_eq!(one("{:svn, \"x\"}").remarks[0].what, Oddity::Unread);
    }

    #[test]
    fn every_way_to_write_a_map_is_read() {
        for text in ["%{}", "%{\n}\n", "# c\n%{ # c\n}\n"] {
            assert!(read(text).unwrap().packages.is_empty(), "{text}");
        }
        let text = format!("\u{feff}%{{\"a\" => {0},\r\n :b => {0}, c: {0},\n\"d\": {0}}}", whole());
        let lines: Vec<usize> = read(&text).unwrap().packages.iter().map(|package| package.line).collect();
        assert_eq!(lines, [1, 2, 2, 3]);
    }

    #[test]
    fn what_is_no_whole_map_is_refused_with_its_line() {
        let refused = |text: &str| read(text).unwrap_err().to_string();
        assert!(refused(&format!("%{{\n\"a\": {0},\n\"a\": {0}}}", whole())).starts_with("line 3, column 1: the key `a` stands twice"));
        assert!(refused(&format!("%{{\n\"a\": {},\n", whole())).contains("line 2") || refused("%{\n").contains("ends inside the map"));
        for text in [
            "",
            "%",
            "%{} x",
            "%{\"a\": {:hex, },}",
            "%{\"a\": {:hex, :a}}",
            "%{\"a\": x}",
            "%{\"a\" {}}",
            "%{\"a\": {\"b\"}}",
            "[]",
            "%{\"a\": {:hex",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(refused("%{\n\"a\": {:hex, :a, \"1").starts_with("line 2") && refused("%{\"\\").contains("not closed"));
        assert!(refused("%{\n<<<<<<< HEAD\n}").contains("merge") && refused("%{\"a\": {\"#{x}\"}}").contains("code"));
        for deep in ["{", "[", "%{", "{[", "%{a: "] {
            assert!(read(format!("%{{a: {}", deep.repeat(100_000)).leak()).is_err());
        }
    }

    #[test]
    fn nobody_can_tell_what_code_asks_for() {
        assert!(matches!(in_sync("%{}", ""), Sync::CannotTell(_)));
    }

    #[test]
    fn the_public_samples_are_read_or_refused_as_expected() {
        crate::formats::lockfiles::tests::samples("mixlock", |text| read(text).map(drop));
    }
}
