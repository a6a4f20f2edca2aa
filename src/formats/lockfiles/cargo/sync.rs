//! Whether a `Cargo.lock` mirrors its manifests: every dependency has an edge to a version that satisfies it, and nothing is locked beside.
//!
//! What only the index knows stays open: a feature that is turned on in a manifest may ask for packages that the lock does not hold yet.

use std::collections::{BTreeSet, HashMap, HashSet};

use semver::{Version, VersionReq};

use super::super::address::without_credentials;
use super::super::project::{Compared, Project};
use super::super::text::shown;
use super::super::toml::{Document, Node, Table, Value};
use super::super::{Sync, sync_of};
use super::members::{self, Role};

/// The tables that name dependencies; the ones with `_` are their old names.
pub(super) const TABLES: [&str; 5] = ["dependencies", "dev-dependencies", "dev_dependencies", "build-dependencies", "build_dependencies"];

/// Compares a lock with the manifest beside it, those of the members of its workspace, and those of the paths that they depend on.
pub(crate) fn in_sync(lock: &str, project: &Project<'_>) -> Vec<Compared> {
    match compare(lock, project) {
        Err(why) => project.all(Sync::CannotTell(why)),
        Ok((differences, manifests)) => {
            // What differs is told once; the others were compared as well.
            let others = manifests.into_iter().map(|path| (path, Sync::Yes));
            project.all(sync_of(differences)).into_iter().chain(others).collect()
        }
    }
}

/// What differs, and the manifests beside the first that were looked at.
fn compare(lock: &str, project: &Project<'_>) -> Result<(Vec<String>, Vec<String>), String> {
    let lock = Document::read(lock).map_err(|fault| format!("the lock is not readable: {fault}"))?;
    let root = Document::read(project.manifest).map_err(|fault| format!("a manifest is not readable: {fault}"))?;
    if root.root.get("replace").is_some() {
        return Err("`[replace]` in the manifest is not understood".to_owned());
    }
    let walk = members::walk(project, &root.root)?;
    let read = |text| Document::read(text).map_err(|fault| format!("a manifest is not readable: {fault}"));
    let others = walk.found.iter().map(|(_, text, role)| Ok((read(text)?, *role))).collect::<Result<Vec<_>, String>>()?;
    let mut differences = Vec::new();
    let graph = Graph::of(&lock.root, &mut differences);
    let mut comparison = Comparison {
        graph: &graph,
        workspace: root.root.table("workspace"),
        inherited: inherited(&root.root),
        patched: patched(&root.root),
        differences,
        own: BTreeSet::new(),
    };
    comparison.member(&root.root, Role::Member)?;
    for (document, role) in &others {
        comparison.member(&document.root, *role)?;
    }
    comparison.unused_patches(&lock.root);
    comparison.leftovers(walk.is_whole)?;
    let differences = comparison.differences;
    if differences.is_empty() && !walk.is_whole {
        return Err("a path that it depends on is not here to be read".to_owned());
    }
    Ok((differences, walk.found.iter().map(|(folder, _, _)| format!("{folder}/{}", project.name)).collect()))
}

/// Packages by their names, and by name and version.
type Ids<'d> = HashMap<(&'d str, Option<&'d str>), Vec<usize>>;

/// The packages of a lock and who needs whom.
struct Graph<'d> {
    packages: Vec<Locked<'d>>,
    needs: Vec<Vec<usize>>,
}

struct Locked<'d> {
    name: &'d str,
    version: &'d str,
    source: Option<&'d str>,
}

impl<'d> Graph<'d> {
    fn of(lock: &'d Table<'_>, differences: &mut Vec<String>) -> Self {
        let tables: Vec<&Table<'_>> =
            lock.table("root").into_iter().chain(lock.list("package").iter().filter_map(Node::as_table)).collect();
        let word = |table: &'d Table<'_>, key| table.text(key).unwrap_or_default();
        let locked =
            |table: &&'d Table<'_>| Locked { name: word(table, "name"), version: word(table, "version"), source: table.text("source") };
        let packages: Vec<_> = tables.iter().map(locked).collect();
        let mut by_id: Ids<'_> = HashMap::new();
        for (at, package) in packages.iter().enumerate() {
            by_id.entry((package.name, None)).or_default().push(at);
            by_id.entry((package.name, Some(package.version))).or_default().push(at);
        }
        let mut graph = Self { packages, needs: Vec::with_capacity(tables.len()) };
        for table in tables {
            let mut needs = Vec::new();
            for id in table.list("dependencies").iter().filter_map(Node::as_str) {
                match graph.find(&by_id, id) {
                    Some(at) => needs.push(at),
                    None => differences.push(format!("{} needs {}, which is not locked", shown(word(table, "name")), shown(id))),
                }
            }
            graph.needs.push(needs);
        }
        graph
    }

    /// The package that `name`, `name version` or `name version (source)` means.
    fn find(&self, by_id: &Ids<'_>, id: &str) -> Option<usize> {
        let mut words = id.splitn(3, ' ');
        let (name, version, source) = (words.next()?, words.next(), words.next());
        let source = source.map(|source| source.trim_start_matches('(').trim_end_matches(')'));
        let is_it = |at: &&usize| {
            let package = &self.packages[**at];
            let bare = |address: &str| address.split('#').next().map(str::to_owned);
            source.is_none_or(|source| package.source.is_some_and(|own| bare(own) == bare(source)))
        };
        by_id.get(&(name, version))?.iter().find(is_it).copied()
    }

    /// All that a set of packages needs, the packages themselves too.
    fn reach(&self, from: impl Iterator<Item = usize>) -> Vec<bool> {
        let mut is_reached = vec![false; self.packages.len()];
        let mut open: Vec<usize> = from.collect();
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut is_reached[at], true) {
                open.extend(&self.needs[at]);
            }
        }
        is_reached
    }
}

/// The names that `[patch]` takes from elsewhere.
fn patched<'d>(root: &'d Table<'d>) -> HashSet<&'d str> {
    let tables = root.table("patch").into_iter().flat_map(|patch| &patch.entries).filter_map(|(_, node)| node.as_table());
    let entries = tables.flat_map(|table| &table.entries);
    entries.map(|(key, node)| node.as_table().and_then(|table| table.text("package")).unwrap_or(key)).collect()
}

/// What all members may inherit.
fn inherited<'d>(root: &'d Table<'d>) -> HashMap<&'d str, &'d Node<'d>> {
    let table = root.at(&["workspace", "dependencies"]).and_then(Node::as_table);
    table.into_iter().flat_map(|table| &table.entries).map(|(key, node)| (key.as_ref(), node)).collect()
}

/// What a manifest asks for.
struct Want<'d> {
    name: &'d str,
    version: Option<&'d str>,
    table: Option<&'d Table<'d>>,
    /// As the member itself writes it, where it is inherited.
    own: Option<&'d Table<'d>>,
    is_dev: bool,
}

struct Comparison<'c, 'd> {
    graph: &'c Graph<'c>,
    inherited: HashMap<&'d str, &'d Node<'d>>,
    patched: HashSet<&'d str>,
    workspace: Option<&'d Table<'d>>,
    differences: Vec<String>,
    /// The packages whose manifests were compared.
    own: BTreeSet<usize>,
}

impl<'d> Comparison<'_, 'd> {
    fn member(&mut self, manifest: &'d Table<'d>, role: Role) -> Result<(), String> {
        // A workspace's root need not be a package.
        let Some(package) = manifest.table("package").or_else(|| manifest.table("project")) else { return Ok(()) };
        let name = package.text("name").ok_or("a manifest has no name")?;
        let version = self.version_of(package)?;
        let graph = self.graph;
        let locked = graph.packages.iter().position(|own| own.source.is_none() && own.name == name && own.version == version);
        let Some(at) = locked else {
            // A path that only a feature or a patch would bring in need not be locked; then the name is not, either.
            if role == Role::Member || graph.packages.iter().any(|own| own.source.is_none() && own.name == name) {
                self.differences.push(format!("{} {} is not locked", shown(name), shown(version)));
            }
            return Ok(());
        };
        self.own.insert(at);
        let wants = self.wants(manifest)?;
        let mut needs: HashMap<&str, Vec<&Locked<'_>>> = HashMap::new();
        for &need in &graph.needs[at] {
            needs.entry(graph.packages[need].name).or_default().push(&graph.packages[need]);
        }
        // Of what is no member, neither what its tests need is locked nor what no feature turns on.
        let is_needed = |want: &&Want<'_>| role == Role::Member || !(want.is_dev || want.is_optional());
        for want in wants.iter().filter(is_needed) {
            self.satisfied(want, needs.get(want.name).map_or(&[], Vec::as_slice), name)?;
        }
        let asked: HashSet<&str> = wants.iter().map(|want| want.name).collect();
        for &need in &graph.needs[at] {
            let other = &graph.packages[need];
            if !asked.contains(other.name) {
                self.differences.push(format!("{} is locked for {}, which does not ask for it", shown(other.name), shown(name)));
            }
        }
        Ok(())
    }

    fn version_of(&self, package: &'d Table<'d>) -> Result<&'d str, String> {
        match package.get("version") {
            None => Ok("0.0.0"),
            Some(Node { value: Value::Text(text), .. }) => Ok(text),
            Some(_) => {
                let inherited = self.workspace.and_then(|workspace| workspace.table("package")).and_then(|package| package.text("version"));
                inherited.ok_or_else(|| "a manifest inherits its version, and the root has none".to_owned())
            }
        }
    }

    fn wants(&self, manifest: &'d Table<'d>) -> Result<Vec<Want<'d>>, String> {
        let targets = manifest.table("target").into_iter().flat_map(|targets| &targets.entries).filter_map(|(_, node)| node.as_table());
        let mut wants = Vec::new();
        for owner in std::iter::once(manifest).chain(targets) {
            let tables = TABLES.iter().filter_map(|name| Some((name.starts_with("dev"), owner.table(name)?)));
            for (is_dev, (key, node)) in tables.flat_map(|(is_dev, table)| table.entries.iter().map(move |entry| (is_dev, entry))) {
                wants.push(self.want(key, node, is_dev)?);
            }
        }
        Ok(wants)
    }

    fn want(&self, key: &'d str, node: &'d Node<'d>, is_dev: bool) -> Result<Want<'d>, String> {
        let own = node.as_table();
        let inherits = node.as_table().and_then(|table| table.get("workspace")).is_some_and(Node::is_true);
        let node = match inherits {
            false => node,
            true => *self.inherited.get(key).ok_or_else(|| format!("{} is inherited, and the workspace does not have it", shown(key)))?,
        };
        let table = node.as_table();
        let name = table.and_then(|table| table.text("package")).unwrap_or(key);
        let version = node.as_str().or_else(|| table?.text("version"));
        Ok(Want { name, version, table, own, is_dev })
    }

    fn satisfied(&mut self, want: &Want<'d>, named: &[&Locked<'_>], of: &str) -> Result<(), String> {
        let unread =
            |text: &str| format!("{} asks for {} in a version that is not understood: {}", shown(of), shown(want.name), shown(text));
        let range = want.version.map(|text| VersionReq::parse(text.trim()).map_err(|_| unread(text))).transpose()?;
        let is_patched = self.patched.contains(want.name);
        let fits = |locked: &&&Locked<'_>| {
            let version = Version::parse(locked.version).ok();
            let is_in_range = range.as_ref().is_none_or(|range| version.is_some_and(|version| range.matches(&version)));
            is_in_range && (is_patched || want.comes_from(locked.source))
        };
        if named.iter().any(|locked| fits(&locked)) {
            return Ok(());
        }
        let asked = want.version.map(|text| format!(" {}", shown(text))).unwrap_or_default();
        let found = match named.first() {
            None => "it is not locked for it".to_owned(),
            Some(locked) => {
                format!("{} of {} is locked", shown(locked.version), locked.source.map_or("the project".to_owned(), source_shown))
            }
        };
        self.differences.push(format!("{} asks for {}{asked}, and {found}", shown(of), shown(want.name)));
        Ok(())
    }

    fn unused_patches(&mut self, lock: &Table<'_>) {
        let unused = lock.at(&["patch", "unused"]).and_then(Node::as_list).unwrap_or_default();
        for name in unused.iter().filter_map(|node| node.as_table()?.text("name")) {
            if !self.patched.contains(name) {
                self.differences.push(format!("the patch of {} is locked as unused, and the manifest has none", shown(name)));
            }
        }
        let is_used = |name: &&str| {
            let is_it = |package: &Locked<'_>| package.name == *name && package.source.is_none_or(|source| source.starts_with("git+"));
            self.graph.packages.iter().any(is_it)
                || unused.iter().any(|node| node.as_table().and_then(|table| table.text("name")) == Some(*name))
        };
        let mut missing: Vec<String> =
            self.patched.iter().filter(|name| !is_used(name)).map(|name| format!("the patch of {} is not locked", shown(name))).collect();
        missing.sort();
        self.differences.append(&mut missing);
    }

    /// Packages that nothing asks for any more.
    fn leftovers(&mut self, is_whole: bool) -> Result<(), String> {
        let graph = self.graph;
        let is_reached = graph.reach(self.own.iter().copied());
        for (package, _) in graph.packages.iter().zip(is_reached).filter(|(_, is_reached)| !is_reached) {
            if package.source.is_none() && !is_whole {
                return Err("the lock has packages of paths that lead out of its folder, which were not compared".to_owned());
            }
            self.differences.push(format!("{} {} is locked, and nothing asks for it", shown(package.name), shown(package.version)));
        }
        Ok(())
    }
}

impl Want<'_> {
    fn is_optional(&self) -> bool {
        self.own.and_then(|own| own.get("optional")).is_some_and(Node::is_true)
    }

    fn comes_from(&self, source: Option<&str>) -> bool {
        let text = |key| self.table.and_then(|table| table.text(key));
        match (text("git"), text("path"), source) {
            (Some(address), _, Some(source)) => {
                let Some(locked) = source.strip_prefix("git+") else { return false };
                let locked = locked.split('#').next().unwrap_or_default();
                let (place, reference) = locked.split_once('?').unwrap_or((locked, ""));
                let asked = ["branch", "tag", "rev"].into_iter().find_map(|kind| text(kind).map(|name| format!("{kind}={name}")));
                canonical(address) == canonical(place) && has_reference(reference, asked.as_deref().unwrap_or_default())
            }
            (None, Some(_), locked) => locked.is_none() || locked.is_some_and(|source| source.starts_with("path+")),
            (None, None, Some(source)) => ["registry+", "sparse+"].iter().any(|kind| source.starts_with(kind)),
            (Some(_), _, None) | (None, None, None) => false,
        }
    }
}

/// Names with other letters are written in percent signs by some versions and not by others.
fn has_reference(locked: &str, asked: &str) -> bool {
    let is_plain = asked.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'=' | b'/'));
    !is_plain || locked.replace("%2F", "/") == asked
}

/// An address as Cargo compares it.
fn canonical(address: &str) -> String {
    let bare = address.trim_end_matches('/');
    let bare = bare.strip_suffix(".git").unwrap_or(bare);
    if bare.contains("github.com") { bare.to_ascii_lowercase() } else { bare.to_owned() }
}

fn source_shown(source: &str) -> String {
    shown(without_credentials(source).as_deref().unwrap_or(source))
}

#[cfg(test)]
#[path = "sync_test.rs"]
mod tests;
