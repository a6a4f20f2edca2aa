//! `bun.lock`, versions 0 to 2, as bun reads it: JSON with comments and last commas, each package a tuple whose first item says what the others
//! are. `bun.lockb` is of bytes that only bun knows.

use std::collections::HashSet;

use super::super::fault::Fault;
use super::super::json_tree::{Dialect, Member, Node, parse};
use super::address::without_credentials;
use super::package_json::unmarked;
use super::text::shown;
use super::{Integrity, Lock, Package, Pin, Remarks, Source};
use super::{expected, pins};

pub(crate) mod sync;

/// No key of a lock is longer, and nobody should wait for one.
const LONGEST: usize = 1024;

/// Reads a `bun.lock`.
pub(crate) fn read(text: &str) -> Result<Lock<'_>, Fault> {
    let root = parse(unmarked(text), Dialect::Comments)?;
    expected::version(&root, "lockfileVersion", &["0", "1", "2"])?;
    expected::object(&root, "workspaces")?;
    let mut lock = Lock::default();
    if root.get("packages").is_some() {
        for member in expected::object(&root, "packages")? {
            package(&mut lock, member)?;
        }
        needs(&root, &mut lock.remarks);
    }
    Ok(lock)
}

/// The items of a tuple behind the first, one after the other.
struct Items<'n, 'a> {
    line: usize,
    rest: std::slice::Iter<'n, Node<'a>>,
}

impl<'n, 'a> Items<'n, 'a> {
    fn text(&mut self, what: &str) -> Result<&'n str, Fault> {
        let item = self.rest.next().and_then(Node::as_str);
        item.ok_or_else(|| Fault::on(self.line, format!("{what} is missing, and a text is expected in its place")))
    }

    fn object(&mut self) -> Result<(), Fault> {
        let item = self.rest.next().and_then(Node::as_object);
        item.map(|_| ()).ok_or_else(|| Fault::on(self.line, "the object with the dependencies is missing"))
    }

    fn more(&mut self) -> Option<&'n str> {
        self.rest.next().and_then(Node::as_str)
    }
}

fn package(lock: &mut Lock<'_>, member: &Member<'_>) -> Result<(), Fault> {
    let line = member.line;
    let wrong = |what: &str| Fault::on(line, format!("the entry of {} {what}", shown(&member.key)));
    let tuple = member.node.as_list().ok_or_else(|| wrong("is no list"))?;
    let (first, rest) = tuple.split_first().ok_or_else(|| wrong("is an empty list"))?;
    let first = first.as_str().ok_or_else(|| wrong("does not begin with a text"))?;
    let at = first.char_indices().skip(1).find(|(_, letter)| *letter == '@').map(|(at, _)| at);
    let (name, resolution) = at.map_or((first, ""), |at| (&first[..at], &first[at + 1..]));
    if resolution.is_empty() {
        return Err(wrong("does not say what it was resolved to"));
    }
    let mut items = Items { line, rest: rest.iter() };
    let (source, pin, integrity) = resolved(lock, &mut items, (name, resolution))?;
    let version = matches!(source, Source::Registry(_)).then(|| resolution.to_owned().into());
    lock.packages.push(Package { name: name.to_owned().into(), version, source, pin, integrity, line });
    Ok(())
}

/// Says what a package needs and the lock has neither for it alone, nor for one that it is inside of, nor for all.
fn needs(root: &Node<'_>, remarks: &mut Remarks) {
    let entries = root.get("packages").map(Node::members).unwrap_or_default();
    let keys: HashSet<&str> = entries.iter().map(|entry| entry.key.as_ref()).collect();
    let mut place = String::new();
    let mut find = |mut from: &str, name: &str| loop {
        place.clear();
        place.extend([from, "/", name]);
        if keys.contains(place.as_str()) || from.len() > LONGEST {
            return true;
        }
        match from.rfind('/') {
            Some(end) => from = &from[..end],
            None => return false,
        }
    };
    for entry in entries {
        let Some(meta) = entry.node.as_list().and_then(|tuple| tuple.iter().find(|item| item.as_object().is_some())) else { continue };
        let wanted = meta.get("dependencies").map(Node::members).unwrap_or_default();
        for need in wanted.iter().filter(|need| !keys.contains(need.key.as_ref())) {
            let optional = meta.get("optionalDependencies").is_some_and(|all| all.get(&need.key).is_some());
            // What came in the archive of another is as it is.
            if !optional && meta.get("bundled").is_none() && !find(&entry.key, &need.key) {
                remarks.unlocked(need.line, &need.key);
            }
        }
    }
}

fn resolved(lock: &mut Lock<'_>, items: &mut Items<'_, '_>, entry: (&str, &str)) -> Result<(Source<'static>, Pin, Integrity), Fault> {
    let (name, text) = entry;
    let line = items.line;
    let starts = |starts: &[&str]| starts.iter().any(|start| text.starts_with(start));
    if starts(&["root:", "workspace:"]) {
        return Ok((Source::Project, Pin::Exact, Integrity::NotAsked));
    }
    if starts(&["http://", "https://"]) {
        items.object()?;
        let integrity = lock.remarks.integrity(line, items.more().unwrap_or_default()).sound.into();
        return Ok((Source::Archive(lock.remarks.fetched(line, name, text).into_owned().into()), pins::archive(&integrity), integrity));
    }
    if starts(&["git+", "git:", "git@", "ssh:", "github:", "gitlab:", "bitbucket:"]) {
        items.object()?;
        items.text("the tag that bun gives a repository")?;
        let integrity = items.more().map(|digest| lock.remarks.integrity(line, digest).sound.into());
        let (place, commit) = text.split_once('#').map_or((text, None), |(place, commit)| (place, Some(commit)));
        // The bytes are known, so the commit may be a short one.
        let known = matches!(integrity, Some(Integrity::Digests(_)));
        let pin = if known && commit.is_some() { Pin::Exact } else { pins::revision(commit) };
        return Ok((
            Source::Repository(lock.remarks.fetched(line, name, place).into_owned().into()),
            pin,
            integrity.unwrap_or(Integrity::NotAsked),
        ));
    }
    if starts(&["link:", "file:", ".", "/"]) || [".tgz", ".tar.gz"].iter().any(|end| text.ends_with(end)) {
        items.object()?;
        return Ok((Source::Path(text.to_owned().into()), pins::within(text), Integrity::NotAsked));
    }
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        let clean = without_credentials(text);
        let text = clean.as_deref().unwrap_or(text);
        return Err(Fault::on(line, format!("{} is resolved to what is not known: {}", shown(name), shown(text))));
    }
    let registry = items.text("the registry")?;
    items.object()?;
    let integrity = lock.remarks.integrity(line, items.text("the digest")?).sound.into();
    let registry = (!registry.is_empty()).then(|| lock.remarks.fetched(line, name, registry).into_owned().into());
    Ok((Source::Registry(registry), pins::semver(Some(text)), integrity))
}

#[cfg(test)]
#[path = "bun_test.rs"]
mod tests;
