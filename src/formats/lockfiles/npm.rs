//! `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3, as npm's arborist reads them: `packages` where it stands, else the nested
//! `dependencies` of version 1.

use std::collections::{HashMap, HashSet};

use globset::{GlobBuilder, GlobMatcher};

use super::super::fault::Fault;
use super::super::json_tree::{Dialect, Node, parse};
use super::draft::{self, Draft};
use super::package_json::{self, unmarked};
use super::{Integrity, Lock, Oddity, Package, Pin, Source, Sync};

/// The folder of what is installed, in the keys of `packages`.
const INSTALLED: &str = "node_modules/";
/// The registry that is meant where none is named.
const USUAL: [&str; 2] = ["https://registry.npmjs.org/", "https://registry.yarnpkg.com/"];

/// Reads a lock of npm.
pub(crate) fn read(text: &str) -> Result<Lock, Fault> {
    let root = parse(unmarked(text), Dialect::Strict)?;
    let version = draft::version(&root, "lockfileVersion", &["1", "2", "3"])?;
    let mut reader = Reader { draft: Draft::default(), workspaces: Workspaces::of(&root), digests: HashMap::new() };
    if root.get("packages").is_some() || version == "3" {
        for member in draft::object(&root, "packages")? {
            draft::members(&member.node, &member.key)?;
            reader.entry(&root, &member.key, &Entry { line: member.line, node: &member.node })?;
        }
    } else if root.get("dependencies").is_some() || version == "2" {
        reader.nested(&root)?;
    }
    Ok(reader.draft.lock)
}

/// Compares a manifest with the copy of it that the lock keeps: of the project, or of a member of its workspaces by its folder as the lock names it.
pub(crate) fn in_sync(lock: &str, folder: &str, manifest: &str) -> Sync {
    let wanted = match package_json::read(manifest) {
        Ok(wanted) => wanted,
        Err(sync) => return sync,
    };
    let lock = match read(lock).and_then(|_| parse(unmarked(lock), Dialect::Strict)) {
        Ok(lock) => lock,
        Err(fault) => return Sync::CannotTell(format!("the lock cannot be read: {fault}")),
    };
    let Some(packages) = lock.get("packages") else { return first_version(&lock, &wanted) };
    let Some(copy) = packages.get(folder) else {
        return Sync::No(vec![match folder {
            "" => "the lock has no entry of the project itself".to_owned(),
            member => format!("the lock has no entry of the workspace `{}`", member.escape_debug()),
        }]);
    };
    let asked = package_json::asked(&wanted);
    let mut found = package_json::differences(&asked, &package_json::asked(copy));
    if folder.is_empty() {
        found.extend(package_json::other_workspaces(&package_json::workspaces(&wanted), &package_json::workspaces(copy)));
        let entries: HashSet<&str> = packages.members().iter().map(|member| member.key.as_ref()).collect();
        let locked = |name: &str| entries.contains(format!("{INSTALLED}{name}").as_str());
        let needed = asked.iter().filter(|(_, asked)| ["dependencies", "devDependencies"].contains(&asked.group));
        let absent = needed.filter(|(name, _)| !locked(name));
        found.extend(absent.map(|(name, _)| format!("`{}` is asked for, and the lock has no entry of it", name.escape_debug())));
    }
    package_json::verdict(found)
}

/// A lock of version 1 does not say for which ranges it was made.
fn first_version(lock: &Node<'_>, wanted: &Node<'_>) -> Sync {
    let asked = package_json::asked(wanted);
    let entries: HashSet<&str> =
        lock.get("dependencies").map(Node::members).unwrap_or_default().iter().map(|member| member.key.as_ref()).collect();
    let absent = asked.iter().filter(|(name, asked)| asked.group != "peerDependencies" && !entries.contains(*name));
    let absent: Vec<String> =
        absent.map(|(name, _)| format!("`{}` is asked for, and the lock has no entry of it", name.escape_debug())).collect();
    match (absent.is_empty(), asked.is_empty() && entries.is_empty()) {
        (false, _) => Sync::No(absent),
        (true, true) => Sync::Yes,
        (true, false) => Sync::CannotTell("a lock of version 1 does not say for which ranges it was made".to_owned()),
    }
}

/// The globs of the workspaces, a later one before an earlier one.
struct Workspaces(Vec<(bool, GlobMatcher)>);

impl Workspaces {
    fn of(root: &Node<'_>) -> Self {
        let copy = root.get("packages").and_then(|packages| packages.get(""));
        let globs = copy.map(package_json::workspaces).unwrap_or_default();
        let matcher = |text: &str| {
            let (taken, glob) = text.strip_prefix('!').map_or((true, text), |rest| (false, rest));
            let glob = glob.trim_start_matches("./").trim_end_matches('/');
            GlobBuilder::new(glob).literal_separator(true).build().ok().map(|glob| (taken, glob.compile_matcher()))
        };
        Self(globs.into_iter().filter_map(matcher).collect())
    }

    fn has(&self, folder: &str) -> bool {
        self.0.iter().rev().find(|(_, glob)| glob.is_match(folder)).is_some_and(|(taken, _)| *taken)
    }
}

#[derive(Clone, Copy)]
struct Entry<'n, 'a> {
    line: usize,
    node: &'n Node<'a>,
}

/// What a package is, in whichever version it is written.
struct Written<'n> {
    name: &'n str,
    version: Option<&'n str>,
    resolved: Option<&'n str>,
    integrity: Option<&'n str>,
    /// It came inside the archive of another.
    bundled: bool,
    line: usize,
}

struct Reader<'n> {
    draft: Draft,
    workspaces: Workspaces,
    /// The digests of a name in a version, where it stood first.
    digests: HashMap<(&'n str, &'n str), &'n str>,
}

impl<'n> Reader<'n> {
    /// An entry of `packages`, by its folder.
    fn entry(&mut self, root: &'n Node<'_>, folder: &'n str, entry: &Entry<'n, '_>) -> Result<(), Fault> {
        let Entry { line, node } = *entry;
        let named = draft::text(node, "name")?;
        let version = draft::text(node, "version")?;
        let inside = folder.starts_with(INSTALLED) || folder.contains("/node_modules/");
        let last = if inside { folder.rsplit_once(INSTALLED).map(|(_, name)| name) } else { folder.rsplit('/').next() };
        let name = named.or(last).unwrap_or(folder);
        if folder.is_empty() {
            let name = named.or(root.text("name")).unwrap_or_default();
            self.local(Local { name, version, line, path: None });
            return Ok(());
        }
        let link = node.get("link").is_some_and(Node::is_true);
        if link || !inside {
            let target = if link { draft::text(node, "resolved")?.unwrap_or(folder) } else { folder };
            let path = (!self.workspaces.has(target)).then_some(target);
            self.local(Local { name, version, line, path });
            return Ok(());
        }
        let resolved = node.text("resolved");
        let bundled = node.get("inBundle").is_some_and(Node::is_true);
        self.installed(&Written { name, version, resolved, integrity: draft::text(node, "integrity")?, bundled, line });
        Ok(())
    }

    /// The entries of version 1, each with those that lie in its own folder.
    fn nested(&mut self, node: &'n Node<'_>) -> Result<(), Fault> {
        for member in draft::object(node, "dependencies")? {
            draft::members(&member.node, &member.key)?;
            let entry = &member.node;
            let written = draft::text(entry, "version")?;
            let (mut name, mut version, mut resolved) = (member.key.as_ref(), written, entry.text("resolved"));
            if let Some((real, number)) = written.and_then(|text| text.strip_prefix("npm:")).and_then(|text| text.rsplit_once('@')) {
                (name, version) = (real, Some(number));
            } else if written.is_some_and(|text| text.contains(':')) {
                (version, resolved) = (None, written);
            }
            let bundled = entry.get("bundled").is_some_and(Node::is_true);
            let integrity = draft::text(entry, "integrity")?;
            self.installed(&Written { name, version, resolved, integrity, bundled, line: member.line });
            if entry.get("dependencies").is_some() {
                self.nested(entry)?;
            }
        }
        Ok(())
    }

    fn local(&mut self, local: Local<'_>) {
        let (source, pin) = match local.path {
            None => (Source::Project, Pin::Exact),
            Some(path) => (Source::Path(path.to_owned()), draft::path(path)),
        };
        let version = local.version.map(str::to_owned);
        self.draft.add(Package { name: local.name.to_owned(), version, source, pin, integrity: Integrity::NotAsked, line: local.line });
    }

    fn installed(&mut self, written: &Written<'n>) {
        let Written { name, version, line, .. } = *written;
        let mut integrity = self.draft.integrity(line, name, written.integrity);
        let (source, pin) = match written.resolved {
            Some(path) if path.starts_with("file:") || path.starts_with(['.', '/']) => (Source::Path(path.to_owned()), draft::path(path)),
            Some(address) if is_repository(address) => {
                let (place, commit) = address.split_once('#').map_or((address, None), |(place, commit)| (place, Some(commit)));
                (Source::Repository(self.draft.address(line, name, place)), draft::revision(commit))
            }
            Some(address) => {
                let clean = self.draft.address(line, name, address);
                match registry(name, &clean) {
                    Some(registry) => (registry, draft::semver(version)),
                    None => (Source::Archive(clean), draft::archive(&integrity)),
                }
            }
            None => (Source::Registry(None), draft::semver(version)),
        };
        let asked = !written.bundled && matches!(source, Source::Registry(_) | Source::Archive(_));
        if integrity == Integrity::Missing && written.integrity.is_none() && !asked {
            integrity = Integrity::NotAsked;
        }
        if let (Source::Registry(_), Some(version), Some(digest)) = (&source, version, written.integrity) {
            self.compare(written, version, digest);
        }
        self.draft.add(Package { name: name.to_owned(), version: version.map(str::to_owned), source, pin, integrity, line });
    }

    /// One version of one name has one archive.
    fn compare(&mut self, written: &Written<'n>, version: &'n str, digest: &'n str) {
        let first = *self.digests.entry((written.name, version)).or_insert(digest);
        let kind = |text: &'n str| text.split('-').next();
        if first != digest && kind(first) == kind(digest) {
            let says = format!("`{}` {} stands with two digests", written.name.escape_debug(), version.escape_debug());
            self.draft.remark(written.line, Oddity::Contradiction, says);
        }
    }
}

/// What lies in the project's own folders, or beside them.
struct Local<'n> {
    name: &'n str,
    version: Option<&'n str>,
    line: usize,
    /// None: the project itself, or a member of its workspaces.
    path: Option<&'n str>,
}

fn is_repository(address: &str) -> bool {
    ["git+", "git:", "git@", "ssh:", "github:", "gitlab:", "bitbucket:", "gist:"].iter().any(|start| address.starts_with(start))
}

/// The registry that an archive lies in: its address is the registry's, the name, and `/-/`.
fn registry(name: &str, address: &str) -> Option<Source> {
    if USUAL.iter().any(|usual| address.starts_with(usual)) {
        return Some(Source::Registry(None));
    }
    let (base, _) =
        address.split_once("/-/").or_else(|| address.split_once("/download/").filter(|(base, _)| base.ends_with("npm.pkg.github.com")))?;
    Some(Source::Registry(Some(base.strip_suffix(name).unwrap_or(base).to_owned())))
}

#[cfg(test)]
#[path = "npm_test.rs"]
mod tests;
