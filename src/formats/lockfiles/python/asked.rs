//! What a Python project asks for whatever the machine is, and its lock has no entry of.

use std::collections::HashSet;

use super::super::text::shown;
use super::super::toml::{Node, Table};
use super::{name_of, normal};

/// What the tools leave out of their locks, or did once.
const UNSAFE: [&str; 5] = ["distribute", "pip", "pkg-resources", "setuptools", "wheel"];

/// The names that are asked for and not locked, as sentences.
pub(in super::super) fn absent<'w, 'l>(wanted: impl Iterator<Item = &'w str>, locked: impl Iterator<Item = &'l str>) -> Vec<String> {
    let locked: HashSet<String> = locked.map(normal).collect();
    let is_absent = |name: &&str| !locked.contains(&normal(name)) && !UNSAFE.contains(&normal(name).as_str());
    wanted.filter(is_absent).map(|name| format!("{} is asked for, and the lock has no entry of it", shown(name))).collect()
}

/// The names of the packages of a lock.
pub(in super::super) fn locked<'d>(lock: &'d Table<'_>) -> impl Iterator<Item = &'d str> {
    lock.list("package").iter().filter_map(|node| node.as_table()?.text("name"))
}

/// The names in a list of requirements; but for the project itself and what is asked for on some machines only.
pub(in super::super) fn required<'d>(list: &'d [Node<'_>], manifest: &'d Table<'_>) -> impl Iterator<Item = &'d str> {
    let own = manifest.at(&["project", "name"]).and_then(Node::as_str).map(normal);
    let plain = list.iter().filter_map(Node::as_str).filter(|text| !text.contains(';')).map(name_of);
    plain.filter(move |name| !name.is_empty() && own.as_ref() != Some(&normal(name)))
}
