//! `composer.lock`, and the digest of the `composer.json` that it keeps, as composer computes it.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use md5::{Digest, Md5};

use super::super::fault::Fault;
use super::super::json_tree::{Dialect, Node, Value, parse};
use super::ascii_json;
use super::digest::Algorithm;
use super::text::shown;
use super::{Integrity, Lock, Oddity, Package, Pin, Source, Sync, sync_of};
use super::{expected, pins};

/// What of a `composer.json` the digest is made of, sorted as PHP sorts keys; `config` holds `platform` alone.
const RELEVANT: [&str; 12] = [
    "config",
    "conflict",
    "extra",
    "minimum-stability",
    "name",
    "prefer-stable",
    "provide",
    "replace",
    "repositories",
    "require",
    "require-dev",
    "version",
];
/// Where a package of the usual registry is reported as installed.
const PACKAGIST: &str = "https://packagist.org/";

/// Reads a `composer.lock`.
pub(crate) fn read(text: &str) -> Result<Lock<'_>, Fault> {
    let root = parse(text, Dialect::Strict)?;
    expected::members(&root, "composer.lock")?;
    let mut lock = Lock::default();
    let mut seen = HashMap::new();
    for key in ["packages", "packages-dev"] {
        let list = root.get(key).ok_or_else(|| Fault::on(root.line, format!("`{key}` is missing, so this is no whole lockfile")))?;
        let wrong = || Fault::on(list.line, format!("`{key}` is {}, and a list is expected", list.kind()));
        for node in list.as_list().ok_or_else(wrong)? {
            let package = package(&mut lock, node)?;
            let version = package.version.clone().unwrap_or_default();
            again(&mut lock, &package, seen.insert(package.name.to_ascii_lowercase(), version));
            lock.packages.push(package);
        }
    }
    Ok(lock)
}

/// A name that stood before, with the version that it had there.
fn again(lock: &mut Lock<'_>, package: &Package<'_>, before: Option<Cow<'_, str>>) {
    let named = || shown(&package.name);
    match before {
        Some(version) if Some(&version) == package.version.as_ref() => {
            lock.remarks.say(package.line, Oddity::Duplicate, || format!("{} stands twice", named()));
        }
        Some(_) => lock.remarks.say(package.line, Oddity::Contradiction, || format!("{} stands with two versions", named())),
        None => {}
    }
}

fn package(lock: &mut Lock<'_>, node: &Node<'_>) -> Result<Package<'static>, Fault> {
    let line = node.line;
    expected::members(node, "an entry of `packages`")?;
    let needed = |key: &str| expected::text(node, key)?.ok_or_else(|| Fault::on(line, format!("a package has no `{key}`")));
    let (name, version) = (needed("name")?, needed("version")?);
    let (source, dist) = (node.get("source"), node.get("dist"));
    let commit = revision(held(source, "type"), held(source, "reference").or_else(|| held(dist, "reference")));
    let integrity = match held(dist, "shasum") {
        Some(sum) if lock.remarks.hex(line, ("sha1", sum)) => Algorithm::Sha1.into(),
        Some(_) => Integrity::Missing,
        None if commit == Pin::Exact || (source.is_none() && dist.is_none()) => Integrity::NotAsked,
        None => Integrity::Missing,
    };
    let place = place(lock, node, name);
    let moves = version.starts_with("dev-") || version.ends_with("-dev");
    let (pin, integrity) = match (&place, commit) {
        (Source::Path(path), _) => (pins::path(path), Integrity::NotAsked),
        (Source::Project, _) | (_, Pin::Exact) => (Pin::Exact, integrity),
        (_, Pin::Loose(_)) if moves => (Pin::Loose(format!("a branch: {}", shown(version))), integrity),
        (Source::Registry(_), Pin::Loose(_)) => (Pin::Exact, integrity),
        (Source::Repository(_), loose) => (loose, integrity),
        (Source::Archive(_), Pin::Loose(_)) => (pins::archive(&integrity), integrity),
    };
    Ok(Package { name: name.to_owned().into(), version: Some(version.to_owned().into()), source: place, pin, integrity, line })
}

/// A text that is not empty.
fn held<'n>(place: Option<&'n Node<'_>>, key: &str) -> Option<&'n str> {
    place.and_then(|place| place.text(key)).filter(|text| !text.is_empty())
}

fn place(lock: &mut Lock<'_>, node: &Node<'_>, name: &str) -> Source<'static> {
    let (source, dist) = (node.get("source"), node.get("dist"));
    let path = [dist, source].into_iter().find(|place| held(*place, "type") == Some("path"));
    if let Some(path) = path {
        return Source::Path(held(path, "url").unwrap_or_default().to_owned().into());
    }
    let mut address = |text: Option<&str>| text.map(|text| lock.remarks.fetched(node.line, name, text).into_owned().into());
    let (repository, archive) = (address(held(source, "url")), address(held(dist, "url")));
    match (held(Some(node), "notification-url"), repository, archive) {
        (Some(url), _, _) if url.starts_with(PACKAGIST) => Source::Registry(None),
        (Some(url), _, _) => Source::Registry(address(Some(url))),
        (None, Some(url), _) => Source::Repository(url),
        (None, None, Some(url)) => Source::Archive(url),
        (None, None, None) => Source::Registry(None),
    }
}

/// Whether a reference is of one commit for ever: of subversion, a path with `@` and a number.
fn revision(kind: Option<&str>, reference: Option<&str>) -> Pin {
    let number = reference.and_then(|text| text.rsplit_once('@')).map(|(_, number)| number);
    match number {
        Some(number) if kind == Some("svn") && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => Pin::Exact,
        Some(_) | None => pins::revision(reference),
    }
}

/// Whether the lock is of the `composer.json`: by the digest that it keeps, which does not say that the lock is whole, and by the names.
pub(crate) fn in_sync(lock: &str, manifest: &str) -> Sync {
    match hashed(lock, manifest) {
        Sync::Yes => sync_of(absent(lock, manifest)),
        other @ (Sync::No(_) | Sync::CannotTell(_)) => other,
    }
}

/// What is asked for and neither locked nor replaced or provided by what is. A name without a vendor is of the platform.
fn absent(lock: &str, manifest: &str) -> Vec<String> {
    let (Ok(root), Ok(wanted)) = (parse(lock, Dialect::Strict), parse(manifest, Dialect::Strict)) else { return Vec::new() };
    let lists = ["packages", "packages-dev"].into_iter().filter_map(|key| root.get(key)?.as_list());
    let packages: Vec<&Node<'_>> = lists.flatten().collect();
    let keys = |node: &Node<'_>, key: &str| -> Vec<String> {
        node.get(key).map(Node::members).unwrap_or_default().iter().map(|member| member.key.to_ascii_lowercase()).collect()
    };
    let mut known: HashSet<String> = packages.iter().filter_map(|node| node.text("name")).map(str::to_ascii_lowercase).collect();
    for node in packages.iter().copied().chain([&wanted]) {
        known.extend([keys(node, "replace"), keys(node, "provide")].concat());
    }
    let asked = [keys(&wanted, "require"), keys(&wanted, "require-dev")].concat();
    let absent = asked.iter().filter(|name| name.contains('/') && !known.contains(*name));
    absent.map(|name| format!("{} is asked for, and the lock has no entry of it", shown(name))).collect()
}

/// Compares the digest in the lock with that of the `composer.json`.
fn hashed(lock: &str, manifest: &str) -> Sync {
    let root = match read(lock).and_then(|_| parse(lock, Dialect::Strict)) {
        Ok(root) => root,
        Err(fault) => return Sync::CannotTell(format!("the lock cannot be read: {fault}")),
    };
    let kept = |key: &str| root.text(key).filter(|text| !text.is_empty());
    let made = match (kept("content-hash"), kept("hash")) {
        (Some(kept), _) => content_hash(manifest).map(|made| made == kept),
        // Older ones keep the digest of the whole file.
        (None, Some(kept)) => Ok(hex(manifest) == kept),
        (None, None) => Err("the lock keeps no digest of its `composer.json`".to_owned()),
    };
    match made {
        Ok(true) => Sync::Yes,
        Ok(false) => Sync::No(vec!["the `composer.json` is not the one that the lock was made for: its digest is another".to_owned()]),
        Err(why) => Sync::CannotTell(why),
    }
}

/// The digest of what of a `composer.json` matters to its lock.
fn content_hash(manifest: &str) -> Result<String, String> {
    let root = parse(manifest, Dialect::Strict).map_err(|fault| format!("`composer.json` cannot be read: {fault}"))?;
    if root.as_object().is_none() {
        return Err(format!("`composer.json` cannot be read: it is {}", root.kind()));
    }
    let platform = root.get("config").and_then(|config| config.members().iter().find(|member| member.key == "platform"));
    let config = platform
        .filter(|member| member.node.value != Value::Null)
        .map(|member| Node { line: member.line, value: Value::Object(vec![member.clone()]) });
    let relevant = RELEVANT.iter().filter_map(|key| {
        let node = if *key == "config" { config.as_ref() } else { root.get(key) };
        node.map(|node| (*key, node))
    });
    let relevant: Vec<(&str, &Node<'_>)> = relevant.collect();
    let mut text = String::new();
    let written = if relevant.is_empty() {
        text.push_str("[]");
        Some(())
    } else {
        ascii_json::php_object(relevant.into_iter(), &mut text)
    };
    written.ok_or("`composer.json` holds a number that not every PHP writes alike")?;
    Ok(hex(&text))
}

fn hex(text: &str) -> String {
    data_encoding::HEXLOWER.encode(&Md5::digest(text))
}

#[cfg(test)]
#[path = "composer_test.rs"]
mod tests;
