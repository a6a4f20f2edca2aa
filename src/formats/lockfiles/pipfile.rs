//! `Pipfile.lock`, specification 6, and the digest of the `Pipfile` that it keeps, as pipenv and plette compute it.

use sha2::{Digest, Sha256};
use toml::{Table, Value};

use super::super::fault::Fault;
use super::super::json_tree::{Dialect, Member, Node, parse};
use super::ascii_json;
use super::digest::Algorithms;
use super::python::normal;
use super::text::shown;
use super::{Integrity, Lock, Oddity, Package, Pin, Source, Sync, sync_of};
use super::{expected, pins};

/// The sections of a `Pipfile` that are no lists of packages of a category.
const SECTIONS: [&str; 9] = ["source", "packages", "dev-packages", "requires", "scripts", "pipfile", "pipenv", "default", "develop"];
/// How a package names its repository.
const REPOSITORIES: [&str; 4] = ["git", "hg", "svn", "bzr"];

/// Reads a `Pipfile.lock`.
pub(crate) fn read(text: &str) -> Result<Lock<'_>, Fault> {
    let root = parse(text, Dialect::Strict)?;
    let sections = expected::members(&root, "Pipfile.lock")?;
    let meta = root.get("_meta").ok_or_else(|| Fault::on(root.line, "`_meta` is missing, so this is no whole lockfile"))?;
    expected::version(meta, "pipfile-spec", &["6"])?;
    let mut lock = Lock::default();
    indexes(&mut lock, meta);
    for needed in ["default", "develop"] {
        expected::object(&root, needed)?;
    }
    for section in sections.iter().filter(|section| section.key != "_meta") {
        for member in expected::members(&section.node, &section.key)? {
            package(&mut lock, member)?;
        }
    }
    contradictions(&mut lock, &root);
    Ok(lock)
}

/// The indexes that packages come from.
fn indexes(lock: &mut Lock<'_>, meta: &Node<'_>) {
    for source in meta.get("sources").and_then(Node::as_list).unwrap_or_default() {
        let name = source.text("name").unwrap_or("the index");
        if let Some(url) = source.text("url") {
            lock.remarks.fetched(source.line, name, url);
        }
        if source.get("verify_ssl").is_some_and(|verified| verified.value == super::super::json_tree::Value::Bool(false)) {
            let says = format!("{} is used without a look at its certificate", shown(name));
            lock.remarks.say(source.line, Oddity::InsecureIndex, || says);
        }
    }
}

fn package(lock: &mut Lock<'_>, member: &Member<'_>) -> Result<(), Fault> {
    let (line, node, name) = (member.line, &member.node, member.key.as_ref());
    expected::members(node, name)?;
    let written = expected::text(node, "version")?;
    let mut digests = Algorithms::default();
    if let Some(hashes) = node.get("hashes") {
        let wrong = |at: &Node<'_>| Fault::on(at.line, format!("the hashes of {} are no list of texts", shown(name)));
        for hash in hashes.as_list().ok_or_else(|| wrong(hashes))? {
            let text = hash.as_str().ok_or_else(|| wrong(hash))?;
            let (kind, hex) = text.split_once(':').unwrap_or(("", text));
            if lock.remarks.hex(hash.line, (kind, hex)) {
                digests.add_named(kind);
            }
        }
    }
    let (source, pin, integrity) = placed(lock, member, (written, digests.into()));
    let version = written.map(|version| version.trim_start_matches('=').to_owned().into());
    lock.packages.push(Package { name: name.to_owned().into(), version, source, pin, integrity, line });
    Ok(())
}

fn placed(lock: &mut Lock<'_>, member: &Member<'_>, known: (Option<&str>, Integrity)) -> (Source<'static>, Pin, Integrity) {
    let (version, integrity) = known;
    let (line, node, name) = (member.line, &member.node, member.key.as_ref());
    if let Some((kind, address)) = REPOSITORIES.iter().find_map(|kind| node.text(kind).map(|address| (*kind, address))) {
        let revision = node.text("ref");
        let number = revision.is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
        let pin = if kind == "svn" && number { Pin::Exact } else { pins::revision(revision) };
        return (Source::Repository(lock.remarks.fetched(line, name, address).into_owned().into()), pin, Integrity::NotAsked);
    }
    match node.text("path").or(node.text("file")) {
        Some(address) if address.contains("://") && !address.starts_with("file:") => {
            let pin = pins::archive(&integrity);
            (Source::Archive(lock.remarks.fetched(line, name, address).into_owned().into()), pin, integrity)
        }
        Some(path) => (Source::Path(path.to_owned().into()), pins::path(path), Integrity::NotAsked),
        None => (
            Source::Registry(node.text("index").filter(|index| *index != "pypi").map(|index| index.to_owned().into())),
            pinned(version),
            integrity,
        ),
    }
}

/// `==1.0` and `===1.0` name one version.
fn pinned(version: Option<&str>) -> Pin {
    let Some(text) = version else { return Pin::Loose("no version".to_owned()) };
    let rest = text.strip_prefix("===").or_else(|| text.strip_prefix("==")).map(str::trim);
    match rest {
        Some(one) if !one.is_empty() && !one.contains(['*', ',', '<', '>', '=', '~', '!', ' ']) => Pin::Exact,
        Some(_) | None => Pin::Loose(format!("a range: {}", shown(text))),
    }
}

/// What is installed for both purposes has one version.
fn contradictions(lock: &mut Lock<'_>, root: &Node<'_>) {
    let (Some(default), Some(develop)) = (root.get("default"), root.get("develop")) else { return };
    let versions: std::collections::HashMap<&str, &str> =
        default.members().iter().filter_map(|member| Some((member.key.as_ref(), member.node.text("version")?))).collect();
    for member in develop.members() {
        let (Some(here), Some(there)) = (member.node.text("version"), versions.get(member.key.as_ref())) else { continue };
        if here != *there {
            let says = format!("{} stands with two versions", shown(&member.key));
            lock.remarks.say(member.line, Oddity::Contradiction, || says);
        }
    }
}

/// Whether the lock is of the `Pipfile`: by the digest that it keeps, which does not say that the lock is whole, and by the names.
pub(crate) fn in_sync(lock: &str, manifest: &str) -> Sync {
    match hashed(lock, manifest) {
        Sync::Yes => sync_of(absent(lock, manifest)),
        other @ (Sync::No(_) | Sync::CannotTell(_)) => other,
    }
}

/// What is asked for whatever the machine is, and is not locked.
fn absent(lock: &str, manifest: &str) -> Vec<String> {
    let (Ok(root), Ok(table)) = (parse(lock, Dialect::Strict), manifest.parse::<Table>()) else { return Vec::new() };
    let locked = root.members().iter().filter(|section| section.key != "_meta").flat_map(|section| section.node.members());
    let sections =
        table.iter().filter(|(name, _)| matches!(name.as_str(), "packages" | "dev-packages") || !SECTIONS.contains(&name.as_str()));
    let entries = sections.filter_map(|(_, section)| section.as_table()).flatten();
    let is_plain = |value: &Value| match value.as_table() {
        Some(table) => table.keys().all(|key| matches!(key.as_str(), "version" | "extras" | "index")),
        None => value.is_str(),
    };
    let wanted = entries.filter(|(_, value)| is_plain(value)).map(|(name, _)| name.as_str());
    super::python::asked::absent(wanted, locked.map(|member| member.key.as_ref()))
}

/// Compares the digest in the lock with that of the `Pipfile`.
fn hashed(lock: &str, manifest: &str) -> Sync {
    let root = match read(lock).and_then(|_| parse(lock, Dialect::Strict)) {
        Ok(root) => root,
        Err(fault) => return Sync::CannotTell(format!("the lock cannot be read: {fault}")),
    };
    let kept = root.get("_meta").and_then(|meta| meta.get("hash")).and_then(|hash| hash.text("sha256"));
    let Some(kept) = kept else { return Sync::CannotTell("the lock keeps no sha256 of its `Pipfile`".to_owned()) };
    let table: Table = match manifest.parse() {
        Ok(table) => table,
        Err(error) => return Sync::CannotTell(format!("the `Pipfile` cannot be read: {}", super::super::fault::sentence(error.message()))),
    };
    // pipenv made the names alike before it took the digest only later; each reads the other's lock.
    let made = [digest(&table, Clone::clone), digest(&table, alike)];
    if made.contains(&None) {
        return Sync::CannotTell("the `Pipfile` holds a value that JSON has no form for".to_owned());
    }
    if made.iter().flatten().any(|digest| digest == kept) {
        return Sync::Yes;
    }
    Sync::No(vec!["the `Pipfile` is not the one that the lock was made for: its digest is another".to_owned()])
}

/// The digest of a `Pipfile` whose lists of packages are taken as the function gives them.
fn digest(table: &Table, names: impl Fn(&Table) -> Table) -> Option<String> {
    let section = |name: &str| match table.get(name) {
        Some(Value::Table(section)) => Value::Table(names(section)),
        Some(other) => other.clone(),
        None => Value::Table(Table::new()),
    };
    let mut usual = Table::new();
    usual.insert("name".to_owned(), "pypi".into());
    usual.insert("url".to_owned(), "https://pypi.org/simple".into());
    usual.insert("verify_ssl".to_owned(), true.into());
    let mut meta = Table::new();
    meta.insert("sources".to_owned(), table.get("source").cloned().unwrap_or_else(|| Value::Array(vec![Value::Table(usual)])));
    meta.insert("requires".to_owned(), table.get("requires").cloned().unwrap_or_else(|| Value::Table(Table::new())));
    let mut data = Table::new();
    data.insert("_meta".to_owned(), Value::Table(meta));
    data.insert("default".to_owned(), section("packages"));
    data.insert("develop".to_owned(), section("dev-packages"));
    for category in table.keys().filter(|name| !SECTIONS.contains(&name.as_str())) {
        data.insert(category.clone(), section(category));
    }
    let mut text = String::new();
    ascii_json::python(&Value::Table(data), &mut text)?;
    Some(data_encoding::HEXLOWER.encode(&Sha256::digest(text)))
}

/// A list of packages whose names are written as PEP 503 has them.
fn alike(section: &Table) -> Table {
    section.iter().map(|(name, value)| (normal(name), value.clone())).collect()
}

#[cfg(test)]
#[path = "pipfile_test.rs"]
mod tests;
