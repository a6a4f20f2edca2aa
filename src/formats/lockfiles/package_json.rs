//! What a `package.json` asks for, and how that differs from what a lock says it was made for.

use std::collections::{BTreeMap, HashSet};

use super::super::json_tree::{Dialect, Node, parse};
use super::Sync;
use super::npm::range::fits;
use super::text::shown;

/// The lists of dependencies, the later before the earlier where a name stands in several.
pub(super) const GROUPS: [&str; 4] = ["peerDependencies", "dependencies", "optionalDependencies", "devDependencies"];

/// A name's list, and what is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked<'a> {
    pub(super) group: &'static str,
    pub(super) spec: &'a str,
    /// Of a peer: whether it may be absent.
    pub(super) optional: bool,
}

/// Reads a manifest, with a byte order mark as npm and bun read it.
pub(super) fn read(manifest: &str) -> Result<Node<'_>, Sync> {
    let cannot = |why: String| Sync::CannotTell(format!("`package.json` cannot be read: {why}"));
    let root = parse(unmarked(manifest), Dialect::Strict).map_err(|fault| cannot(fault.to_string()))?;
    if root.as_object().is_some() { Ok(root) } else { Err(cannot(format!("it is {}", root.kind()))) }
}

/// A text without its byte order mark.
pub(super) fn unmarked(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// What a manifest, or the entry of one in a lock, asks for, as npm makes it of the four lists.
pub(super) fn asked<'n>(node: &'n Node<'_>) -> BTreeMap<&'n str, Asked<'n>> {
    let mut all = BTreeMap::new();
    let meta = node.get("peerDependenciesMeta").map(Node::members).unwrap_or_default().iter();
    let absent = meta.filter(|member| member.node.get("optional").is_some_and(Node::is_true)).map(|member| member.key.as_ref());
    let absent: HashSet<&str> = absent.collect();
    for group in GROUPS {
        for member in node.get(group).map(Node::members).unwrap_or_default() {
            let Some(spec) = member.node.as_str() else { continue };
            let optional = group == "peerDependencies" && absent.contains(member.key.as_ref());
            all.insert(member.key.as_ref(), Asked { group, spec, optional });
        }
    }
    all
}

/// The globs of the workspaces.
pub(super) fn workspaces<'n>(node: &'n Node<'_>) -> Vec<&'n str> {
    let Some(named) = node.get("workspaces") else { return Vec::new() };
    let list = named.as_list().or_else(|| named.get("packages").and_then(Node::as_list));
    list.unwrap_or_default().iter().filter_map(Node::as_str).collect()
}

/// How two askings differ, a sentence each; `version` is what is locked under a name.
pub(super) fn differences<'v>(
    wanted: &BTreeMap<&str, Asked<'_>>,
    locked: &BTreeMap<&str, Asked<'_>>,
    version: impl Fn(&str) -> Option<&'v str>,
) -> Vec<String> {
    let mut found = Vec::new();
    for (name, asked) in wanted {
        let named = shown(name);
        match locked.get(name) {
            None => found.push(format!("{named} is asked for in `{}`, and the lock was made without it", asked.group)),
            Some(known) if known.spec != asked.spec => {
                let fits = version(name).filter(|version| fits(asked.spec, version) == Some(true));
                let still = fits.map(|version| format!("; the locked {} fits both", shown(version))).unwrap_or_default();
                found.push(format!(
                    "{named} is asked for as {}, and the lock was made for {}{still}",
                    shown(asked.spec),
                    shown(known.spec)
                ));
            }
            Some(known) if known.group != asked.group => {
                found.push(format!("{named} stands in `{}`, and the lock was made with it in `{}`", asked.group, known.group));
            }
            Some(known) if known.optional != asked.optional => {
                found.push(format!("{named} changed whether it may be absent since the lock was made"));
            }
            Some(_) => {}
        }
    }
    let gone = locked.keys().filter(|name| !wanted.contains_key(*name));
    found.extend(gone.map(|name| format!("{} is no longer asked for, and the lock was made with it", shown(name))));
    found
}

/// How two lists of workspaces differ.
pub(super) fn other_workspaces(wanted: &[&str], locked: &[&str]) -> Option<String> {
    (wanted != locked).then(|| "the workspaces are others than those that the lock was made for".to_owned())
}
