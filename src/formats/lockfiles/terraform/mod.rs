//! .terraform.lock.hcl: the providers of a configuration. Modules are not locked by it.

pub(crate) mod sync;

use std::collections::{BTreeSet, HashSet};

use super::digest::Algorithm;
use super::text::{shown, whole};
use super::{Integrity, Lock, Oddity, Package, Pin, Source};
use crate::formats::fault::Fault;

/// Where terraform and OpenTofu look for a provider that names no registry.
const USUAL: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// Reads a .terraform.lock.hcl.
pub(crate) fn read(text: &str) -> Result<Lock<'_>, Fault> {
    let mut reader = Reader { rest: whole(text)?, line: 1 };
    let mut lock = Lock::default();
    let mut seen = HashSet::new();
    while reader.more()? {
        let line = reader.line;
        let kind = reader.word()?;
        let label = reader.quoted()?;
        reader.expect("{")?;
        if kind == "module" {
            lock.remarks.say(line, Oddity::Unread, || format!("the module {} is locked, which terraform does not know yet", shown(label)));
        } else if kind != "provider" {
            return Err(Fault::on(line, format!("a block of the kind {} is not known", shown(kind))));
        }
        let provider = provider(&mut lock, &mut reader)?;
        if kind == "module" {
            continue;
        }
        if !seen.insert(label) {
            return Err(Fault::on(line, format!("the provider {} is locked twice", shown(label))));
        }
        let package = package(&mut lock, (line, label), provider)?;
        lock.packages.push(package);
    }
    Ok(lock)
}

/// What each provider of a lock was asked for as.
fn constraints(text: &str) -> Result<Vec<(&str, BTreeSet<String>)>, Fault> {
    let mut reader = Reader { rest: whole(text)?, line: 1 };
    let mut all = Vec::new();
    while reader.more()? {
        reader.word()?;
        let label = reader.quoted()?;
        reader.expect("{")?;
        let provider = provider(&mut Lock::default(), &mut reader)?;
        all.push((label, provider.constraints.map(sync::set).unwrap_or_default()));
    }
    Ok(all)
}

/// What stands in a block.
#[derive(Default)]
struct Provider<'a> {
    version: Option<&'a str>,
    constraints: Option<&'a str>,
    hashes: Option<Vec<(usize, &'a str)>>,
}

fn provider<'a>(lock: &mut Lock<'_>, reader: &mut Reader<'a>) -> Result<Provider<'a>, Fault> {
    let mut provider = Provider::default();
    let mut seen = HashSet::new();
    while reader.more()? {
        if reader.eat("}") {
            return Ok(provider);
        }
        let line = reader.line;
        let key = reader.word()?;
        if !seen.insert(key) {
            return Err(Fault::on(line, format!("the key {} stands twice", shown(key))));
        }
        reader.expect("=")?;
        match key {
            "version" => provider.version = Some(reader.quoted()?),
            "constraints" => provider.constraints = Some(reader.quoted()?),
            "hashes" => provider.hashes = Some(reader.list()?),
            _ => return Err(Fault::on(line, format!("the key {} is not known", shown(key)))),
        }
    }
    let odd = lock.packages.last().map_or(String::new(), |package| format!(" behind {}", shown(&package.name)));
    Err(Fault::on(reader.line, format!("the text ends inside the block{odd}")))
}

fn package<'a>(lock: &mut Lock<'a>, (line, label): (usize, &'a str), provider: Provider<'a>) -> Result<Package<'a>, Fault> {
    let parts: Vec<&str> = label.split('/').collect();
    let [host, _, _] = parts[..] else {
        return Err(Fault::on(line, format!("{} is no registry, namespace and name of a provider", shown(label))));
    };
    let version = provider.version.ok_or_else(|| Fault::on(line, format!("the provider {} has no version", shown(label))))?;
    let integrity = match &provider.hashes {
        Some(hashes) if hashes.is_empty() => return Err(Fault::on(line, "`hashes` is empty, which terraform refuses")),
        Some(hashes) => digests(lock, hashes),
        None => Integrity::Missing,
    };
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let core = version.split(['-', '+']).next().unwrap_or(version);
    let exact = core.split('.').count() == 3 && core.split('.').all(number);
    let pin = if exact { Pin::Exact } else { Pin::Loose(format!("no whole version: {}", shown(version))) };
    let source = Source::Registry((!USUAL.contains(&host)).then(|| host.into()));
    Ok(Package { name: label.into(), version: Some(version.into()), source, pin, integrity, line })
}

/// `h1:` is a sha256 of the files of an archive, in base64, and `zh:` one of the archive itself, in hex.
fn digests(lock: &mut Lock<'_>, hashes: &[(usize, &str)]) -> Integrity {
    let mut known = false;
    for (line, hash) in hashes {
        let good = match hash.split_once(':') {
            Some(("h1", sum)) => Algorithm::Sha256.is_base64(sum),
            Some(("zh", sum)) => Algorithm::Sha256.is_hex(sum),
            Some(_) | None => {
                lock.remarks.say(*line, Oddity::Unread, || format!("{} is of no kind of digest that is known", shown(hash)));
                continue;
            }
        };
        known = true;
        if !good {
            lock.remarks.say(*line, Oddity::BadDigest, || format!("{} is no sha256", shown(hash)));
        }
    }
    if known { Algorithm::Sha256.into() } else { Integrity::Missing }
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Reader<'a> {
    /// Passes over spaces and comments, and says whether anything follows.
    fn more(&mut self) -> Result<bool, Fault> {
        loop {
            let trimmed = self.rest.trim_start();
            self.pass(self.rest.len() - trimmed.len());
            let end = match (trimmed.starts_with('#') || trimmed.starts_with("//"), trimmed.strip_prefix("/*")) {
                (true, _) => memchr::memchr(b'\n', trimmed.as_bytes()).unwrap_or(trimmed.len()),
                (false, Some(inner)) => match memchr::memmem::find(inner.as_bytes(), b"*/") {
                    Some(end) => end + 4,
                    None => return Err(Fault::on(self.line, "a comment is not closed")),
                },
                (false, None) => return Ok(!trimmed.is_empty()),
            };
            self.pass(end);
        }
    }

    fn pass(&mut self, bytes: usize) {
        let (passed, rest) = self.rest.split_at(bytes);
        self.line += memchr::memchr_iter(b'\n', passed.as_bytes()).count();
        self.rest = rest;
    }

    fn eat(&mut self, sign: &str) -> bool {
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn odd(&self, says: &str) -> Fault {
        if self.rest.is_empty() { Fault::on(self.line, "the text ends inside a block") } else { Fault::on(self.line, says) }
    }

    fn expect(&mut self, sign: &str) -> Result<(), Fault> {
        self.more()?;
        if self.eat(sign) { Ok(()) } else { Err(self.odd(&format!("`{sign}` is expected here"))) }
    }

    fn word(&mut self) -> Result<&'a str, Fault> {
        self.more()?;
        let ends = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'));
        let (word, rest) = self.rest.split_at(self.rest.find(ends).unwrap_or(self.rest.len()));
        self.rest = rest;
        if word.is_empty() { Err(self.odd("a word is expected here")) } else { Ok(word) }
    }

    /// A text in quotes; terraform writes none with an escape or a template.
    fn quoted(&mut self) -> Result<&'a str, Fault> {
        self.expect("\"")?;
        let end = memchr::memchr2(b'"', b'\n', self.rest.as_bytes()).filter(|end| self.rest.as_bytes()[*end] == b'"');
        let Some(end) = end else { return Err(Fault::on(self.line, "a text is not closed")) };
        let (text, rest) = (&self.rest[..end], &self.rest[end + 1..]);
        if text.contains('\\') || text.contains("${") || text.contains("%{") {
            return Err(self.odd("a text holds an escape or a template"));
        }
        self.rest = rest;
        Ok(text)
    }

    fn list(&mut self) -> Result<Vec<(usize, &'a str)>, Fault> {
        let mut items = Vec::new();
        self.expect("[")?;
        loop {
            self.more()?;
            if self.eat("]") {
                return Ok(items);
            }
            items.push((self.line, self.quoted()?));
            self.more()?;
            if !self.eat(",") {
                self.expect("]")?;
                return Ok(items);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(label: &str, rest: &str) -> String {
        format!(
            "# This file is maintained automatically by \"terraform init\".\n\nprovider \"{label}\" {{\n  version     = \"5.1.0\"\n  constraints = \"~> 5.0\"\n{rest}}}\n"
        )
    }

    fn usual(rest: &str) -> String {
        block("registry.terraform.io/hashicorp/aws", rest)
    }

    fn refused(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn a_provider_has_its_version_digests_and_line() {
        let hashes = format!("  hashes = [\n    \"h1:{}=\",\n    \"zh:{}\",\n  ]\n", "A".repeat(43), "a".repeat(64));
        let lock = read(usual(&hashes).leak()).unwrap();
        let package = &lock.packages[0];
        assert_eq!((package.name.as_ref(), package.version.as_deref()), ("registry.terraform.io/hashicorp/aws", Some("5.1.0")));
        assert_eq!((package.line, &package.pin, &package.source), (3, &Pin::Exact, &Source::Registry(None)));
        assert_eq!(package.integrity, Integrity::Digests(["sha256"].into()));
        assert!(lock.remarks.is_empty());
        assert_eq!(read(usual("").leak()).unwrap().packages[0].integrity, Integrity::Missing);
        let other = read(block("tf.x.example/a/b", "").leak()).unwrap().packages.remove(0);
        assert_eq!(other.source, Source::Registry(Some("tf.x.example".into())));
    }

    #[test]
    fn what_is_odd_of_a_digest_is_said_with_its_line() {
        let lock = read(usual("  hashes = [\"h1:abc\",\n\"h9:x\"]\n").leak()).unwrap();
        let odd: Vec<_> = lock.remarks.iter().map(|remark| (remark.line, remark.what)).collect();
        assert_eq!(odd, [(6, Oddity::BadDigest), (7, Oddity::Unread)]);
        assert_eq!(read("module \"a\" {\n}\n").unwrap().remarks[0].what, Oddity::Unread);
    }

    #[test]
    fn comments_and_other_ends_of_lines_change_nothing() {
        let text = usual("  /* c\n c */ # c\n  // c\n");
        assert_eq!(read(&text).unwrap(), read(format!("\u{feff}{}", text.replace('\n', "\r\n")).leak()).unwrap());
        assert!(read("# c\n").unwrap().packages.is_empty());
    }

    #[test]
    fn what_is_no_whole_lock_is_refused_with_its_line() {
        assert!(refused(&format!("{}{}", usual(""), usual(""))).starts_with("line 9, column 1: the provider"));
        assert!(refused(&usual("  version = \"1.0.0\"\n")).starts_with("line 6, column 1: the key `version` stands twice"));
        assert!(refused(&usual("  hashes = []\n")).contains("empty") && refused(&usual("  other = \"x\"\n")).contains("not known"));
        assert!(refused("provider \"a/b/c\" {\n}\n").contains("no version") && refused(&block("aws", "")).contains("no registry"));
        let text = usual("  hashes = [\n    \"h1:x\",\n  ]\n");
        for end in ["\"h1:x\"", "]\n", "}\n"] {
            let cut = &text[..text.find(end).unwrap()];
            assert!(read(cut).is_err(), "{cut}");
        }
        for text in ["", "x", "x \"y\" {}", "{", "/* c", "provider \"a/b/c\" {\n version = \"${x}\"\n}\n", "<<<<<<< HEAD\n"] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read(&"{".repeat(100_000)).is_err() && read(&"provider \"a\" {".repeat(10_000)).is_err());
    }
}
