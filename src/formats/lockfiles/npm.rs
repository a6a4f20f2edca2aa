//! `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3, as npm's arborist reads them: `packages` where it stands, else the nested
//! `dependencies` of version 1.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::super::fault::Fault;
use super::super::json_tree::{Dialect, Node, parse};
use super::super::repeats::{mark, repeats};
use super::address::before_archive;
use super::package_json::{self, unmarked};
use super::project::Globs;
use super::text::{part, shown};
use super::{Integrity, Lock, Oddity, Package, Pin, Source};
use super::{expected, pins};

mod needs;
pub(super) mod range;
pub(crate) mod sync;

/// The folder of what is installed, in the keys of `packages`.
const INSTALLED: &str = "node_modules/";
/// The registry that is meant where none is named.
const USUAL: [&str; 2] = ["https://registry.npmjs.org/", "https://registry.yarnpkg.com/"];

/// Reads a lock of npm.
pub(crate) fn read(text: &str) -> Result<Lock<'_>, Fault> {
    let root = parse(unmarked(text), Dialect::Strict)?;
    let version = expected::version(&root, "lockfileVersion", &["1", "2", "3"])?;
    let mut reader = Reader { lock: Lock::default(), workspaces: members(&root), outside: BTreeSet::new(), digests: Vec::new() };
    if root.get("packages").is_some() || version == "3" {
        let top = root.get("name").and_then(Node::as_words);
        let members = expected::object(&root, "packages")?;
        reader.outside = members.iter().map(|member| &*member.key).filter(|folder| folder.starts_with("..")).collect();
        for member in members {
            expected::members(&member.node, &member.key)?;
            reader.entry(top, &Entry { folder: &member.key, line: member.line, node: &member.node })?;
        }
        needs::of_packages(&root, &mut reader.lock.remarks);
    } else if root.get("dependencies").is_some() || version == "2" {
        reader.nested(&root)?;
        needs::of_first_version(&root, &mut reader.lock.remarks);
    }
    Ok(reader.whole())
}

/// The globs of the workspaces, as the lock has copied them.
fn members(root: &Node<'_>) -> Globs {
    let copy = root.get("packages").and_then(|packages| packages.get(""));
    Globs::new(copy.map(package_json::workspaces).unwrap_or_default())
}

/// An entry of `packages`: its folder and what stands in it.
struct Entry<'n, 'a> {
    folder: &'n Cow<'a, str>,
    line: usize,
    node: &'n Node<'a>,
}

/// What a package is, in whichever version it is written.
struct Written<'n, 'a> {
    name: Cow<'a, str>,
    version: Option<Cow<'a, str>>,
    resolved: Option<&'n Cow<'a, str>>,
    integrity: Option<&'n Cow<'a, str>>,
    /// It came inside the archive of another.
    bundled: bool,
    line: usize,
}

struct Reader<'n, 'a> {
    lock: Lock<'a>,
    workspaces: Globs,
    /// The folders beside the project that have an entry of their own.
    outside: BTreeSet<&'n str>,
    /// Packages of a registry by their places, and their digests.
    digests: Vec<(usize, &'n str)>,
}

impl<'n, 'a> Reader<'n, 'a> {
    /// An entry of `packages`; `top` is the name of the project.
    fn entry(&mut self, top: Option<&Cow<'a, str>>, entry: &Entry<'n, 'a>) -> Result<(), Fault> {
        let Entry { folder, line, node } = *entry;
        let named = expected::words(node, "name")?;
        let version = expected::words(node, "version")?.cloned();
        let inside = folder.starts_with(INSTALLED) || folder.contains("/node_modules/");
        let name = || named.cloned().unwrap_or_else(|| part(folder, if inside { innermost(folder) } else { last_of(folder) }));
        if folder.is_empty() {
            let name = named.or(top).cloned().unwrap_or_default();
            self.local(Local { name, version, line, path: None, is_told: false });
            return Ok(());
        }
        let link = node.get("link").is_some_and(Node::is_true);
        if link || !inside {
            let target = if link { expected::words(node, "resolved")?.unwrap_or(folder) } else { folder };
            let path = (!self.workspaces.has(target)).then_some(target);
            let is_told = link && self.outside.contains(&**target);
            self.local(Local { name: name(), version, line, path, is_told });
            return Ok(());
        }
        let resolved = node.get("resolved").and_then(Node::as_words);
        let bundled = node.get("inBundle").is_some_and(Node::is_true);
        self.installed(Written { name: name(), version, resolved, integrity: expected::words(node, "integrity")?, bundled, line });
        Ok(())
    }

    /// The entries of version 1, each with those that lie in its own folder.
    fn nested(&mut self, node: &'n Node<'a>) -> Result<(), Fault> {
        for member in expected::object(node, "dependencies")? {
            expected::members(&member.node, &member.key)?;
            let entry = &member.node;
            let written = expected::words(entry, "version")?;
            let (mut name, mut version) = (member.key.clone(), written.cloned());
            let mut resolved = entry.get("resolved").and_then(Node::as_words);
            if let Some((real, number)) = written.and_then(|text| text.strip_prefix("npm:")).and_then(|text| text.rsplit_once('@')) {
                (name, version) = (real.to_owned().into(), Some(number.to_owned().into()));
            } else if written.is_some_and(|text| text.contains(':')) {
                (version, resolved) = (None, written);
            }
            let bundled = entry.get("bundled").is_some_and(Node::is_true);
            let integrity = expected::words(entry, "integrity")?;
            self.installed(Written { name, version, resolved, integrity, bundled, line: member.line });
            if entry.get("dependencies").is_some() {
                self.nested(entry)?;
            }
        }
        Ok(())
    }

    fn local(&mut self, local: Local<'n, 'a>) {
        let Local { name, version, line, path, is_told } = local;
        let (source, pin) = match path {
            None => (Source::Project, Pin::Exact),
            Some(path) if is_told => (Source::Path(path.clone()), Pin::Exact),
            Some(path) => (Source::Path(path.clone()), pins::within(path)),
        };
        self.lock.packages.push(Package { name, version, source, pin, integrity: Integrity::NotAsked, line });
    }

    fn installed(&mut self, written: Written<'n, 'a>) {
        let Written { name, version, resolved, line, .. } = written;
        let digests = written.integrity.map(|text| self.lock.remarks.integrity(line, text).sound).unwrap_or_default();
        let mut integrity = Integrity::from(digests);
        let version_of = || version.as_deref();
        let (source, pin) = match resolved {
            Some(path) if path.starts_with("file:") || path.starts_with(['.', '/']) => (Source::Path(path.clone()), pins::within(path)),
            Some(address) if is_repository(address) => {
                let (place, commit) = address.split_once('#').map_or((&**address, None), |(place, commit)| (place, Some(commit)));
                let clean = self.lock.remarks.fetched(line, &name, place).into_owned();
                (Source::Repository(clean.into()), pins::revision(commit))
            }
            Some(address) => {
                let clean = match self.lock.remarks.fetched(line, &name, address) {
                    Cow::Borrowed(_) => address.clone(),
                    Cow::Owned(clean) => Cow::Owned(clean),
                };
                match registry(&name, &clean) {
                    Some(registry) => (registry, pins::semver(version_of())),
                    None => (Source::Archive(clean), pins::archive(&integrity)),
                }
            }
            None => (Source::Registry(None), pins::semver(version_of())),
        };
        let asked = !written.bundled && matches!(source, Source::Registry(_) | Source::Archive(_));
        if integrity == Integrity::Missing && written.integrity.is_none() && !asked {
            integrity = Integrity::NotAsked;
        }
        if let (Source::Registry(_), Some(_), Some(digest)) = (&source, &version, written.integrity) {
            self.digests.push((self.lock.packages.len(), digest));
        }
        self.lock.packages.push(Package { name, version, source, pin, integrity, line });
    }

    /// One version of one name has one archive.
    fn whole(mut self) -> Lock<'a> {
        let packages = &self.lock.packages;
        let id = |(at, _): &(usize, &str)| (&packages[*at].name, &packages[*at].version);
        let again = repeats(&self.digests, |one| mark(id(one).0), |one, other| id(one).cmp(&id(other)));
        for (at, first) in again {
            let ((place, digest), (_, first)) = (self.digests[at], self.digests[first]);
            let kind = |text: &'n str| text.split('-').next();
            if first != digest && kind(first) == kind(digest) {
                let Package { name, version, line, .. } = &packages[place];
                self.lock.remarks.say(*line, Oddity::Contradiction, || {
                    format!("{} {} stands with two digests", shown(name), shown(version.as_deref().unwrap_or_default()))
                });
            }
        }
        self.lock
    }
}

/// What lies in the project's own folders, or beside them.
struct Local<'n, 'a> {
    name: Cow<'a, str>,
    version: Option<Cow<'a, str>>,
    line: usize,
    /// None: the project itself, or a member of its workspaces.
    path: Option<&'n Cow<'a, str>>,
    /// The folder has an entry of its own, which says that it can change.
    is_told: bool,
}

/// The name of a folder of `node_modules`, which may lie in that of another package.
fn innermost(folder: &str) -> &str {
    match folder.strip_prefix(INSTALLED) {
        Some(name) if memchr::memchr(b'/', name.as_bytes()).is_none() => name,
        Some(_) | None => folder.rsplit_once(INSTALLED).map_or(folder, |(_, name)| name),
    }
}

fn last_of(folder: &str) -> &str {
    folder.rsplit_once('/').map_or(folder, |(_, last)| last)
}

fn is_repository(address: &str) -> bool {
    let starts = ["git+", "git:", "git@", "ssh:", "github:", "gitlab:", "bitbucket:", "gist:"];
    !address.starts_with("http") && starts.iter().any(|start| address.starts_with(start))
}

/// The registry that an archive lies in: its address is the registry's, the name, and `/-/`.
fn registry<'a>(name: &str, address: &Cow<'a, str>) -> Option<Source<'a>> {
    if USUAL.iter().any(|usual| address.starts_with(usual)) {
        return Some(Source::Registry(None));
    }
    let of_github = || address.split_once("/download/").map(|(base, _)| base).filter(|base| base.ends_with("npm.pkg.github.com"));
    let base = before_archive(address).or_else(of_github)?;
    Some(Source::Registry(Some(part(address, base.strip_suffix(name).unwrap_or(base)))))
}

#[cfg(test)]
#[path = "npm_test.rs"]
mod tests;
