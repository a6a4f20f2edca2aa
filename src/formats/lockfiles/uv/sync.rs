//! Whether a `uv.lock` mirrors its manifests: uv writes down what each project asked for, and compares it when it locks again.
//!
//! uv rewrites markers, so a marker that is written in another way is neither the same nor another: it cannot be told.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Sync;
use super::super::project::{Compared, Globs, Project, reached};
use super::super::python::normal;
use super::super::python::requirement::is_plain;
use super::super::text::shown;
use super::super::toml::{Document, Node, Table};
use super::settings;
use super::wants::{Sources, Want, differ, entries, line, lines, sources};

/// Compares a lock with the manifest beside it, those of the members of its workspace, and those of the paths that they depend on.
pub(crate) fn in_sync(lock: &str, project: &Project<'_>) -> Vec<Compared> {
    let Differences { sure, unsure, manifests } = match compare(lock, project) {
        Err(why) => return project.all(Sync::CannotTell(why)),
        Ok(differences) => differences,
    };
    let own = match unsure {
        _ if !sure.is_empty() => Sync::No(sure),
        Some(why) => Sync::CannotTell(why),
        None => Sync::Yes,
    };
    // What differs is told once; the others were compared as well.
    project.all(own).into_iter().chain(manifests.into_iter().map(|path| (path, Sync::Yes))).collect()
}

#[derive(Default)]
pub(super) struct Differences {
    pub(super) sure: Vec<String>,
    unsure: Option<String>,
    /// The manifests beside the first that were looked at.
    manifests: Vec<String>,
}

impl Differences {
    pub(super) fn unsure(&mut self, why: String) {
        self.unsure.get_or_insert(why);
    }
}

fn compare(lock: &str, project: &Project<'_>) -> Result<Differences, String> {
    let lock = Document::read(lock).map_err(|fault| format!("the lock is not readable: {fault}"))?;
    let read = |text| Document::read(text).map_err(|fault| format!("a manifest is not readable: {fault}"));
    let root = read(project.manifest)?;
    let mut found = Differences::default();
    let folders = folders(&lock.root, &root.root, (project, &mut found));
    let mut texts = Vec::new();
    for (folder, is_member) in folders {
        match project.member(&folder).map_err(|(path, sync)| format!("{}: {sync:?}", shown(&path)))? {
            Some((path, text)) => {
                found.manifests.push(path);
                texts.push((text, is_member));
            }
            None if is_member => found.sure.push(format!("the workspace's member in {} is locked, and gone", shown(&folder))),
            None => found.unsure(format!("the project in {} is not here to be read", shown(&folder))),
        }
    }
    let others = texts.iter().map(|(text, is_member)| Ok((read(text)?, *is_member))).collect::<Result<Vec<_>, String>>()?;
    let members: Vec<&Table<'_>> =
        std::iter::once(&root.root).chain(others.iter().filter(|(_, is_member)| *is_member).map(|(document, _)| &document.root)).collect();
    settings::compare(&lock.root, &members, project, &mut found)?;
    let mut given = BTreeSet::new();
    for manifest in members.iter().filter(|manifest| manifest.table("project").is_some()) {
        let name = manifest.at(&["project", "name"]).and_then(Node::as_str).ok_or("a manifest has no name")?;
        given.insert(normal(name));
        member(&lock.root, (manifest, &root.root), &mut found)?;
    }
    for (document, _) in others.iter().filter(|(document, is_member)| !is_member && document.root.table("project").is_some()) {
        member(&lock.root, (&document.root, &document.root), &mut found)?;
    }
    if root.root.table("project").is_none() {
        let locked = lock.root.at(&["manifest", "dependency-groups"]).and_then(Node::as_table);
        groups((&lock.root, locked), (&root.root, &root.root), &mut found)?;
    }
    let listed = lock.root.at(&["manifest", "members"]).and_then(Node::as_list).unwrap_or_default();
    if let Some(missing) = listed.iter().filter_map(Node::as_str).find(|name| !given.contains(*name)) {
        found.unsure(format!("the manifest of the workspace's member {} was not compared", shown(missing)));
    }
    Ok(found)
}

/// The folders of the projects that the lock names and of those that the workspace takes, and whether each is a member.
fn folders(lock: &Table<'_>, root: &Table<'_>, (project, found): (&Project<'_>, &mut Differences)) -> BTreeMap<String, bool> {
    let listed = lock.at(&["manifest", "members"]).and_then(Node::as_list).unwrap_or_default();
    let listed: BTreeSet<&str> = listed.iter().filter_map(Node::as_str).collect();
    let local = |node: &Node<'_>| {
        let table = node.as_table()?;
        let source = table.table("source")?;
        let path = ["editable", "virtual", "directory"].iter().find_map(|kind| source.text(kind))?;
        // What lies on one machine alone is told of as such.
        Some((reached("", path)?, listed.contains(table.text("name")?)))
    };
    let mut all: BTreeMap<String, bool> = lock.list("package").iter().filter_map(local).filter(|(path, _)| !path.is_empty()).collect();
    let globs =
        |key| root.at(&["tool", "uv", "workspace", key]).and_then(Node::as_list).unwrap_or_default().iter().filter_map(Node::as_str);
    let (taken, left) = (Globs::new(globs("members")), Globs::new(globs("exclude")));
    [&taken, &left].into_iter().filter_map(Globs::unread).for_each(|why| found.unsure(why));
    let new = project.folders().into_iter().filter(|folder| taken.has(folder) && !left.has(folder));
    all.extend(new.map(|folder| (folder, true)));
    all
}

/// Compares one project with its entry. `root` is the workspace's manifest, whose sources hold for all.
fn member(lock: &Table<'_>, (manifest, root): (&Table<'_>, &Table<'_>), found: &mut Differences) -> Result<(), String> {
    let project = manifest.table("project").ok_or("a manifest has no `[project]`")?;
    let name = normal(project.text("name").unwrap_or_default());
    let is_it = |table: &&Table<'_>| table.text("name") == Some(name.as_str()) && table.table("source").is_some_and(is_local);
    let Some(entry) = lock.list("package").iter().filter_map(Node::as_table).find(is_it) else {
        found.sure.push(format!("{} is not locked", shown(&name)));
        return Ok(());
    };
    if project.list("dynamic").iter().any(|item| matches!(item.as_str(), Some("dependencies" | "optional-dependencies"))) {
        found.unsure(format!("the dependencies of {} are made by its build", shown(&name)));
        return Ok(());
    }
    if let (Some(own), Some(locked)) = (project.text("version"), entry.text("version"))
        && own != locked
    {
        match is_plain(own) && is_plain(locked) {
            true => found.sure.push(format!("the version of {} is {}, and {} is locked", shown(&name), shown(own), shown(locked))),
            false => found.unsure(format!("the version {} may be {}", shown(own), shown(locked))),
        }
    }
    settings::of_project(lock, (entry, manifest), &name, found);
    let sources = sources(manifest, root);
    let mut asked = lines(project.get("dependencies"), &sources)?;
    for (extra, node) in project.table("optional-dependencies").into_iter().flat_map(|table| &table.entries) {
        let condition = format!("extra == '{}'", normal(extra));
        for mut want in lines(Some(node), &sources)? {
            want.0.marker = if want.0.marker.is_empty() { condition.clone() } else { format!("{} and {condition}", want.0.marker) };
            asked.push(want);
        }
    }
    differ(&name, (asked, entries(entry.at(&["metadata", "requires-dist"]))?), found);
    groups((lock, entry.at(&["metadata", "requires-dev"]).and_then(Node::as_table)), (manifest, root), found)
}

fn is_local(source: &Table<'_>) -> bool {
    ["virtual", "editable", "directory"].iter().any(|kind| source.get(kind).is_some())
}

/// Compares the groups; a `lock` that is not new has none of those that are empty.
fn groups(
    (lock, locked): (&Table<'_>, Option<&Table<'_>>),
    (manifest, root): (&Table<'_>, &Table<'_>),
    found: &mut Differences,
) -> Result<(), String> {
    let is_new = settings::is_of(lock, 3);
    let tables = manifest.table("dependency-groups");
    let by_name: BTreeMap<String, &Node<'_>> =
        tables.into_iter().flat_map(|table| &table.entries).map(|(name, node)| (normal(name), node)).collect();
    let sources = sources(manifest, root);
    let mut asked = expanded(&by_name, &sources)?;
    let legacy = lines(manifest.at(&["tool", "uv", "dev-dependencies"]), &sources)?;
    if !legacy.is_empty() {
        asked.entry("dev".to_owned()).or_default().extend(legacy);
    }
    let mut locked: BTreeMap<String, &Node<'_>> =
        locked.into_iter().flat_map(|table| &table.entries).map(|(name, node)| (normal(name), node)).collect();
    for (name, wants) in asked {
        let node = locked.remove(&name);
        if node.is_none() && wants.is_empty() && is_new {
            found.sure.push(format!("the group {} is empty, and not locked", shown(&name)));
        }
        differ(&format!("the group {name}"), (wants, entries(node)?), found);
    }
    found.sure.extend(locked.keys().map(|name| format!("the group {} is locked, and the manifest has none", shown(name))));
    Ok(())
}

/// Groups with the lines of all that they include. A group that includes itself is refused, as uv does.
fn expanded(all: &BTreeMap<String, &Node<'_>>, sources: &Sources<'_>) -> Result<BTreeMap<String, Vec<Want>>, String> {
    const MOST: usize = 100_000;
    let mut own: BTreeMap<&str, (Vec<Want>, Vec<String>)> = BTreeMap::new();
    for (name, node) in all {
        let (wants, included) = own.entry(name).or_default();
        for item in node.as_list().ok_or("a group is expected as a list")? {
            match item.as_table().and_then(|table| table.text("include-group")) {
                Some(other) => included.push(normal(other)),
                None => wants.push(line(item, sources)?),
            }
        }
    }
    let (mut groups, mut steps) = (BTreeMap::new(), 0);
    for name in all.keys() {
        let (mut seen, mut open, mut wants) = (BTreeSet::new(), vec![name.as_str()], Vec::new());
        while let Some(next) = open.pop() {
            let (lines, included) = own.get(next).ok_or_else(|| format!("the group {} is included and does not exist", shown(next)))?;
            if included.contains(name) {
                return Err(format!("the group {} includes itself", shown(name)));
            }
            steps += 1 + lines.len() + included.len();
            if steps > MOST {
                return Err("the groups include one another too often".to_owned());
            }
            wants.extend(lines.iter().cloned());
            open.extend(included.iter().map(String::as_str).filter(|other| seen.insert(*other)));
        }
        groups.insert(name.clone(), wants);
    }
    Ok(groups)
}

#[cfg(test)]
#[path = "sync_test.rs"]
mod tests;
