//! Whether a bun.lock is of its manifests: bun copies what each asks for into the lock, and some of the first one's settings.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::json_tree::{Dialect, Node, parse};
use super::super::package_json::{self, unmarked};
use super::super::project::{Compared, Globs, Project};
use super::super::text::shown;
use super::super::{Sync, sync_of};
use super::read;

/// What an override may hold so that it is mirrored as it is written.
const NOT_PLAIN: [char; 3] = ['*', '$', '>'];

/// Compares a lock with the manifest beside it and those of its workspaces.
pub(crate) fn in_sync(lock: &str, project: &Project<'_>) -> Vec<Compared> {
    let wanted = match package_json::read(project.manifest) {
        Ok(wanted) => wanted,
        Err(sync) => return project.all(sync),
    };
    let lock = match read(lock).and_then(|_| parse(unmarked(lock), Dialect::Comments)) {
        Ok(lock) => lock,
        Err(fault) => return project.all(Sync::CannotTell(format!("the lock cannot be read: {fault}"))),
    };
    let mut all = project.all(own(&lock, &wanted));
    let globs = Globs::new(package_json::workspaces(&wanted));
    all.extend(project.unread(&globs));
    let known = lock.get("workspaces").map(Node::members).unwrap_or_default().iter().map(|member| member.key.to_string());
    let mut folders: BTreeSet<String> = known.filter(|folder| !folder.is_empty()).collect();
    folders.extend(project.folders().into_iter().filter(|folder| globs.has(folder)));
    for folder in folders {
        match project.member(&folder) {
            Ok(Some((path, text))) => all.push((path, member(&lock, &folder, &text))),
            Ok(None) => {
                let gone = format!("the lock has the workspace {}, which is gone", shown(&folder));
                all.push((project.name.to_owned(), Sync::No(vec![gone])));
            }
            Err(compared) => all.push(compared),
        }
    }
    all
}

fn own(lock: &Node<'_>, wanted: &Node<'_>) -> Sync {
    let Some(copy) = lock.get("workspaces").and_then(|workspaces| workspaces.get("")) else {
        return Sync::No(vec!["the lock has no entry of the project itself".to_owned()]);
    };
    let mut found = dependencies(lock, wanted, copy);
    found.extend(mirrored(wanted, lock));
    if found.is_empty() && overrides(wanted).iter().any(|(name, spec)| !is_plain(name, *spec)) {
        return Sync::CannotTell("the manifest has overrides that bun does not copy into the lock as they are written".to_owned());
    }
    sync_of(found)
}

fn member(lock: &Node<'_>, folder: &str, manifest: &str) -> Sync {
    let wanted = match package_json::read(manifest) {
        Ok(wanted) => wanted,
        Err(sync) => return sync,
    };
    let Some(copy) = lock.get("workspaces").and_then(|workspaces| workspaces.get(folder)) else {
        return Sync::No(vec![format!("the lock has no workspace {}", shown(folder))]);
    };
    let mut found = dependencies(lock, &wanted, copy);
    if let (Some(name), Some(known)) = (wanted.text("name"), copy.text("name"))
        && name != known
    {
        found.push(format!("the workspace is called {}, and {} in the lock", shown(name), shown(known)));
    }
    sync_of(found)
}

fn dependencies(lock: &Node<'_>, wanted: &Node<'_>, copy: &Node<'_>) -> Vec<String> {
    let (mut asked, mut locked) = (package_json::asked(wanted), package_json::asked(copy));
    // bun keeps which peers may be absent in a list of its own, with those that it did not find.
    for one in asked.values_mut().chain(locked.values_mut()) {
        one.optional = false;
    }
    let written = package_json::GROUPS.map(|group| (group, texts(wanted.get(group))));
    let described = texts(wanted.get("peerDependenciesMeta"));
    for (name, known) in &locked {
        // A name in two lists may stand in either, and one that is only described is asked for as `*`.
        let either = written.iter().any(|(group, specs)| *group == known.group && specs.get(name) == Some(&Some(known.spec)));
        let only_described = known.spec == "*" && described.contains_key(name) && !asked.contains_key(name);
        if either || only_described {
            asked.insert(name, package_json::Asked { group: known.group, spec: known.spec, optional: false });
        }
    }
    let version = |name: &str| {
        let id = lock.get("packages")?.get(name)?.as_list()?.first()?.as_str()?;
        id.rsplit_once('@').map(|(_, version)| version)
    };
    package_json::differences(&asked, &locked, version)
}

/// What else of the manifest bun copies into the lock.
fn mirrored(wanted: &Node<'_>, lock: &Node<'_>) -> Vec<String> {
    let differs = |name: &str| format!("`{name}` of the manifest is other than in the lock");
    let mut found = Vec::new();
    let plain = overrides(wanted);
    if plain.iter().all(|(name, spec)| is_plain(name, *spec)) && plain != texts(lock.get("overrides")) {
        found.push(differs("overrides"));
    }
    if texts(wanted.get("patchedDependencies")) != texts(lock.get("patchedDependencies")) {
        found.push(differs("patchedDependencies"));
    }
    let list = |node: &Node<'_>| {
        let items = node.get("trustedDependencies").and_then(Node::as_list).unwrap_or_default();
        let mut names: Vec<String> = items.iter().filter_map(Node::as_str).map(str::to_owned).collect();
        names.sort();
        names
    };
    if list(wanted) != list(lock) {
        found.push(differs("trustedDependencies"));
    }
    let catalogs = |key: &str| wanted.get("workspaces").and_then(|workspaces| workspaces.get(key)).or_else(|| wanted.get(key));
    if texts(catalogs("catalog")) != texts(lock.get("catalog")) {
        found.push(differs("catalog"));
    }
    let all = |node: Option<&Node<'_>>| {
        let members = node.map(Node::members).unwrap_or_default();
        members.iter().map(|one| format!("{}: {:?}", one.key, texts(Some(&one.node)))).collect::<BTreeSet<_>>()
    };
    if all(catalogs("catalogs")) != all(lock.get("catalogs")) {
        found.push(differs("catalogs"));
    }
    found
}

/// The texts of an object; None for what is no text.
fn texts<'n>(node: Option<&'n Node<'_>>) -> BTreeMap<&'n str, Option<&'n str>> {
    node.map(Node::members).unwrap_or_default().iter().map(|member| (member.key.as_ref(), member.node.as_str())).collect()
}

fn overrides<'n>(wanted: &'n Node<'_>) -> BTreeMap<&'n str, Option<&'n str>> {
    texts(wanted.get("overrides").or_else(|| wanted.get("resolutions")))
}

fn is_plain(name: &str, spec: Option<&str>) -> bool {
    let nested = name.strip_prefix('@').map_or(name.contains('/'), |rest| rest.matches('/').count() > 1);
    let versioned = name.get(1..).is_some_and(|rest| rest.contains('@'));
    !nested && !versioned && !name.contains(NOT_PLAIN) && spec.is_some_and(|spec| !spec.contains('$'))
}
