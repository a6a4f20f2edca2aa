//! The manifests that a `Cargo.lock` is made from: those of the members of the workspace, and those of the paths that they depend on.

use std::collections::{BTreeMap, BTreeSet};

use super::super::project::{Globs, Project, joined, reached};
use super::super::text::shown;
use super::super::toml::{Document, Node, Table};
use super::sync::TABLES;

/// What a manifest is to the lock.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The workspace's own: all that it may ask for is locked.
    Member,
    /// A path that is no member: what it needs to be built is locked.
    Path,
}

/// The manifests beside the first: each by its folder, with its text.
pub(super) struct Walk {
    pub(super) found: Vec<(String, String, Role)>,
    /// Whether every path led to a manifest that is here.
    pub(super) is_whole: bool,
}

/// Follows the workspace's globs and all paths from the manifest beside the lock.
pub(super) fn walk(project: &Project<'_>, root: &Table<'_>) -> Result<Walk, String> {
    let workspace = root.table("workspace");
    let words = |key| workspace.map(|table| table.list(key)).unwrap_or_default().iter().filter_map(Node::as_str).collect::<Vec<_>>();
    let (named, excluded) = (words("members"), words("exclude"));
    let is_below =
        |folder: &str, above: &&str| joined("", above).is_some_and(|above| folder == above || folder.starts_with(&format!("{above}/")));
    // What is named is a member even below a folder that is excluded.
    let is_out = |folder: &str| excluded.iter().any(|above| is_below(folder, above)) && !named.iter().any(|above| is_below(folder, above));
    let globs = Globs::new(named.iter().copied());
    globs.unread().map_or(Ok(()), Err)?;
    let mut open: Vec<(String, Role)> =
        project.folders().into_iter().filter(|folder| globs.has(folder) && !is_out(folder)).map(|folder| (folder, Role::Member)).collect();
    let mut walk = Walk { found: Vec::new(), is_whole: true };
    let of_root = paths(root, "", &mut walk.is_whole);
    let given: BTreeMap<&str, String> = inherited(root);
    open.extend(of_root.into_iter().map(|folder| role(folder, workspace.is_some(), &is_out)));
    let mut seen = BTreeSet::from([String::new()]);
    while let Some((folder, role_of)) = open.pop() {
        if !seen.insert(folder.clone()) {
            continue;
        }
        let Some((_, text)) = project.member(&folder).map_err(|(path, _)| format!("{} cannot be read", shown(&path)))? else {
            walk.is_whole = false;
            continue;
        };
        let document = Document::read(&text).map_err(|fault| format!("the manifest of {} is not readable: {fault}", shown(&folder)))?;
        let mut below = paths(&document.root, &folder, &mut walk.is_whole);
        below.extend(names_inherited(&document.root).into_iter().filter_map(|name| given.get(name).cloned()));
        open.extend(below.into_iter().map(|path| role(path, workspace.is_some(), &is_out)));
        let is_own_root = document.root.get("workspace").is_some();
        drop(document);
        walk.found.push((folder, text, if is_own_root { Role::Path } else { role_of }));
    }
    Ok(walk)
}

/// In a workspace each path below its root is a member.
fn role(folder: String, is_workspace: bool, is_out: &dyn Fn(&str) -> bool) -> (String, Role) {
    let role = if is_workspace && !is_out(&folder) { Role::Member } else { Role::Path };
    (folder, role)
}

/// The tables of dependencies of a manifest, those of its targets too.
fn tables<'d>(manifest: &'d Table<'d>) -> impl Iterator<Item = &'d Table<'d>> {
    let targets = manifest.table("target").into_iter().flat_map(|targets| &targets.entries).filter_map(|(_, node)| node.as_table());
    std::iter::once(manifest).chain(targets).flat_map(|owner| TABLES.iter().filter_map(|name| owner.table(name)))
}

/// The folders that a manifest's dependencies and patches name.
fn paths(manifest: &Table<'_>, folder: &str, is_whole: &mut bool) -> Vec<String> {
    let patches = manifest.table("patch").into_iter().flat_map(|patch| &patch.entries).filter_map(|(_, node)| node.as_table());
    let entries = tables(manifest).chain(patches).flat_map(|table| &table.entries);
    let mut found = Vec::new();
    for path in entries.filter_map(|(_, node)| node.as_table()?.text("path")) {
        match reached(folder, path) {
            Some(path) => found.push(path),
            None => *is_whole = false,
        }
    }
    found
}

/// The folders of what members may inherit, by name.
fn inherited<'d>(root: &'d Table<'d>) -> BTreeMap<&'d str, String> {
    let table = root.at(&["workspace", "dependencies"]).and_then(Node::as_table);
    let entries = table.into_iter().flat_map(|table| &table.entries);
    entries.filter_map(|(name, node)| Some((name.as_ref(), joined("", node.as_table()?.text("path")?)?))).collect()
}

fn names_inherited<'d>(manifest: &'d Table<'d>) -> Vec<&'d str> {
    let is_inherited = |node: &Node<'_>| node.as_table().and_then(|table| table.get("workspace")).is_some_and(Node::is_true);
    tables(manifest).flat_map(|table| &table.entries).filter(|(_, node)| is_inherited(node)).map(|(name, _)| name.as_ref()).collect()
}
