//! pnpm-lock.yaml of versions 5, 6 and 9: the packages, and what the projects of the workspace asked for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::super::fault::Fault;
use super::address::{archived_commit, before_archive};
use super::block::{Row, children, rows, text, top};
use super::pins;
use super::text::{part, shown, whole};
use super::{Integrity, Lock, Package, Pin, Source};

mod needs;
mod settings;
pub(crate) mod sync;

const FIELDS: [&str; 3] = ["dependencies", "devDependencies", "optionalDependencies"];

/// Reads a pnpm-lock.yaml.
pub(crate) fn read(source: &str) -> Result<Lock<'_>, Fault> {
    let (rows, major) = known(source)?;
    let mut lock = Lock::default();
    for (at, _) in top(&rows).filter(|(_, row)| row.key == "packages") {
        for (at, row) in children(&rows, at) {
            let package = package(&mut lock, &rows, (at, major))?;
            if package.name.is_empty() {
                return Err(Fault::on(row.line, "a package has no name"));
            }
            lock.packages.push(package);
        }
    }
    linked(&mut lock, &rows);
    needs::check(&rows, major, &mut lock.remarks);
    Ok(lock)
}

/// The rows of a lock, and its major version.
fn known(source: &str) -> Result<(Vec<Row<'_>>, u32), Fault> {
    let rows = rows(whole(source)?)?;
    let Some((_, row)) = top(&rows).find(|(_, row)| row.key == "lockfileVersion") else {
        return Err(Fault::on(1, "there is no `lockfileVersion`"));
    };
    let (line, version) = (row.line, row.value.as_deref().unwrap_or_default());
    let major = version.split(['.', '-']).next().and_then(|major| major.parse().ok());
    match major.filter(|major| [5, 6, 9].contains(major)) {
        Some(major) => Ok((rows, major)),
        None => Err(Fault::on(line, format!("version {} of pnpm's lock is not known", shown(version)))),
    }
}

fn package<'a>(lock: &mut Lock<'a>, rows: &[Row<'a>], (at, major): (usize, u32)) -> Result<Package<'a>, Fault> {
    let row = &rows[at];
    if row.value.as_deref().is_some_and(|value| !value.is_empty()) {
        return Err(Fault::on(row.line, format!("{} has a text, and a mapping is expected", shown(&row.key))));
    }
    let (mut name, mut version, mut resolution) = (None, None, None);
    for (at, field) in children(rows, at) {
        match field.key.as_ref() {
            "name" => name = field.value.clone(),
            "version" => version = field.value.clone(),
            "resolution" => resolution = Some(at),
            _ => {}
        }
    }
    let key = key(&row.key, major);
    let (source, pin, integrity) = match resolution {
        Some(at) => origin(lock, rows, (at, &key)),
        None => (Source::Registry(key.registry.clone().map(Cow::Owned)), Pin::Exact, Integrity::Missing),
    };
    let name = name.unwrap_or_else(|| part(&row.key, key.name));
    let version = version.or_else(|| key.version.map(|version| part(&row.key, version)));
    let pin = match (&source, &version) {
        (Source::Registry(_), None) => Pin::Loose("no version".to_owned()),
        _ => pin,
    };
    Ok(Package { name, version, source, pin, integrity, line: row.line })
}

/// What the key of a package says.
struct Key<'a> {
    name: &'a str,
    version: Option<&'a str>,
    /// Before version 9 a registry that is not the usual one stands in front.
    registry: Option<String>,
}

/// `/@s/a/1.0.0_b@2.0.0` of version 5, `/@s/a@1.0.0(b@2.0.0)` of version 6, `@s/a@1.0.0` of version 9.
fn key(key: &str, major: u32) -> Key<'_> {
    let bare = before(key, b'(');
    let (registry, path) = match bare.strip_prefix('/') {
        Some(path) => (None, path),
        None if major < 9 && !bare.starts_with('@') => match bare.split_once('/') {
            Some((host, path)) if host.contains('.') && !host.contains(':') => (Some(format!("https://{host}")), path),
            Some(_) | None => (None, bare),
        },
        None => (None, bare),
    };
    let scope = if path.starts_with('@') { memchr::memchr(b'/', path.as_bytes()).map_or(0, |at| at + 1) } else { 0 };
    let sign = if major == 5 { b'/' } else { b'@' };
    let (name, version) = match memchr::memchr(sign, &path.as_bytes()[scope..]) {
        Some(at) if scope + at > 0 => (&path[..scope + at], Some(&path[scope + at + 1..])),
        Some(_) | None => (path, None),
    };
    let version = version.map(|version| if major == 5 { before(version, b'_') } else { version });
    let version = version.filter(|version| version.starts_with(|c: char| c.is_ascii_digit()) && before(version, b'/') == *version);
    Key { name, version, registry }
}

/// What stands before a sign, or all.
fn before(text: &str, sign: u8) -> &str {
    memchr::memchr(sign, text.as_bytes()).map_or(text, |at| &text[..at])
}

/// What a resolution holds.
#[derive(Default)]
struct Resolution<'r> {
    integrity: Option<&'r str>,
    directory: Option<&'r str>,
    tarball: Option<&'r str>,
    commit: Option<&'r str>,
    repo: Option<&'r str>,
    url: Option<&'r str>,
    kind: Option<&'r str>,
}

fn resolution<'r>(rows: &'r [Row<'_>], at: usize) -> Resolution<'r> {
    let mut found = Resolution::default();
    for (_, row) in children(rows, at) {
        let field = match row.key.as_ref() {
            "integrity" => &mut found.integrity,
            "directory" => &mut found.directory,
            "tarball" => &mut found.tarball,
            "commit" => &mut found.commit,
            "repo" => &mut found.repo,
            "url" => &mut found.url,
            "type" => &mut found.kind,
            _ => continue,
        };
        *field = row.value.as_deref();
    }
    found
}

fn origin<'a>(lock: &mut Lock<'a>, rows: &[Row<'a>], (at, key): (usize, &Key<'_>)) -> (Source<'a>, Pin, Integrity) {
    let line = rows[at].line;
    let known = resolution(rows, at);
    let integrity = known.integrity.map_or(Integrity::Missing, |digests| lock.remarks.integrity(line, digests).named.into());
    let asked = |integrity: Integrity| if integrity == Integrity::Missing { Integrity::NotAsked } else { integrity };
    if let Some(path) = known.directory.or(known.tarball.filter(|address| address.starts_with("file:"))) {
        return (Source::Path(path.to_owned().into()), pins::within(path), asked(integrity));
    }
    if let Some(commit) = known.commit {
        let repository = lock.remarks.address(line, known.repo.unwrap_or_default()).into_owned();
        return (Source::Repository(repository.into()), pins::commit(commit), Integrity::NotAsked);
    }
    let address = known.tarball.or(known.url.filter(|_| known.kind == Some("binary")));
    let Some(address) = address else { return (Source::Registry(key.registry.clone().map(Cow::Owned)), Pin::Exact, integrity) };
    let clean = lock.remarks.address(line, address).into_owned();
    if archived_commit(address).is_some() {
        return (Source::Repository(clean.into()), Pin::Exact, asked(integrity));
    }
    if let Some(base) = before_archive(&clean).filter(|_| key.version.is_some()) {
        return (Source::Registry(Some(base.to_owned().into())), Pin::Exact, integrity);
    }
    (Source::Archive(clean.into()), pins::archive(&integrity), integrity)
}

/// The projects of a lock by their folders: each key of `importers`, or the whole lock where it knows one project only.
fn importers(rows: &[Row<'_>]) -> BTreeMap<String, Vec<(usize, String)>> {
    let fields = |at: usize| children(rows, at).map(|(at, row)| (at, row.key.to_string())).collect();
    match top(rows).find(|(_, row)| row.key == "importers") {
        Some((at, _)) => children(rows, at).map(|(at, row)| (row.key.to_string(), fields(at))).collect(),
        None => BTreeMap::from([(".".to_owned(), top(rows).map(|(at, row)| (at, row.key.to_string())).collect())]),
    }
}

/// Folders that a project links to and that are no member of the workspace are packages too, though pnpm does not list them.
fn linked<'a>(lock: &mut Lock<'a>, rows: &[Row<'a>]) {
    let projects = importers(rows);
    for (folder, fields) in &projects {
        for (at, _) in fields.iter().filter(|(_, field)| FIELDS.contains(&field.as_str())) {
            for (at, row) in children(rows, *at) {
                let link = row.value.as_deref().filter(|value| !value.is_empty()).or_else(|| text(rows, at, "version"));
                let Some(path) = link.and_then(|link| link.strip_prefix("link:")) else { continue };
                let target = joined(folder, path);
                if target.as_ref().is_some_and(|member| projects.contains_key(member)) {
                    continue;
                }
                // It is written as it is seen from the project that links to it.
                let pin = target.map_or_else(|| pins::path(path), |target| pins::within(&target));
                let source = Source::Path(format!("link:{path}").into());
                lock.packages.push(Package {
                    name: row.key.clone(),
                    version: None,
                    source,
                    pin,
                    integrity: Integrity::NotAsked,
                    line: row.line,
                });
            }
        }
    }
}

/// A path from a folder of the workspace; none where it leads out of it.
fn joined(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')).filter(|part| !part.is_empty() && *part != ".") {
        match part {
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

    fn one(version: &str, key: &str, resolution: &str) -> Package<'static> {
        let text = format!("lockfileVersion: {version}\n\npackages:\n\n  {key}:\n    resolution: {resolution}\n    dev: false\n");
        read(text.leak()).unwrap().packages.remove(0)
    }

    fn sha512() -> String {
        format!("{{integrity: sha512-{}==}}", "A".repeat(86))
    }

    #[test]
    fn the_keys_of_every_version_name_their_package() {
        let of = |version: &str, key: &str| {
            let package = one(version, key, &sha512());
            assert_eq!((package.line, &package.pin, &package.integrity), (5, &Pin::Exact, &Integrity::Digests(["sha512"].into())));
            (package.name.into_owned(), package.version.unwrap_or_default().into_owned(), package.source)
        };
        let plain = |name: &str| (name.to_owned(), "1.0.0".to_owned(), Source::Registry(None));
        assert_eq!(of("5.4", "/a/1.0.0"), plain("a"));
        assert_eq!(of("5.3", "/@s/a/1.0.0_b@2.0.0+c@3.0.0"), plain("@s/a"));
        assert_eq!(of("'6.0'", "/a@1.0.0(b@2.0.0)(@c/d@3.0.0)"), plain("a"));
        assert_eq!(of("'6.1'", "/@s/a@1.0.0"), plain("@s/a"));
        assert_eq!(of("'9.0'", "a@1.0.0"), plain("a"));
        assert_eq!(of("'9.0'", "'@s/a@1.0.0'"), plain("@s/a"));
        let other = Source::Registry(Some("https://npm.x.example".into()));
        assert_eq!(of("5.3", "npm.x.example/@s/a/1.0.0"), ("@s/a".to_owned(), "1.0.0".to_owned(), other));
    }

    #[test]
    fn every_source_is_told_apart() {
        let git = one("'9.0'", "a@git+https://x.example/a.git", &format!("{{commit: {SHA}, repo: https://x.example/a.git, type: git}}"));
        assert_eq!((git.name.as_ref(), git.source), ("a", Source::Repository("https://x.example/a.git".into())));
        assert_eq!((git.pin, git.integrity), (Pin::Exact, Integrity::NotAsked));
        assert_eq!(one("'9.0'", "a@x", "{commit: abc, repo: r, type: git}").pin, Pin::Loose("no whole commit: `abc`".to_owned()));
        let host = one("5.4", "github.com/o/r/x", &format!("{{tarball: https://codeload.github.com/o/r/tar.gz/{SHA}}}"));
        assert!(matches!((host.source, host.pin), (Source::Repository(_), Pin::Exact)));
        let path = one("'9.0'", "a@file:../a", "{directory: ../a, type: directory}");
        assert_eq!((&path.source, &path.integrity), (&Source::Path("../a".into()), &Integrity::NotAsked));
        assert!(matches!(path.pin, Pin::Loose(_)));
        let archive = one("'9.0'", "a@https://x.example/a.tgz", "{tarball: https://hunter2@x.example/a.tgz}");
        assert_eq!((archive.source, archive.integrity), (Source::Archive("https://x.example/a.tgz".into()), Integrity::Missing));
        assert!(matches!(archive.pin, Pin::Loose(_)));
    }

    #[test]
    fn a_folder_outside_the_workspace_is_a_package_too() {
        let project = |path: &str| format!("    dependencies:\n      x:\n        specifier: '*'\n        version: link:{path}\n");
        let text = format!("lockfileVersion: '9.0'\nimporters:\n  .:\n{}  p/b:\n{}", project("p/b"), project("../../../x"));
        let lock = read(&text).unwrap();
        assert_eq!(lock.packages.len(), 1);
        assert_eq!((lock.packages[0].line, &lock.packages[0].source), (10, &Source::Path("link:../../../x".into())));
    }

    #[test]
    fn what_is_no_whole_lock_is_refused_with_its_line() {
        let refused = |text: &str| read(text).unwrap_err().to_string();
        assert!(refused("lockfileVersion: 5.4\nlockfileVersion: 5.4\n").starts_with("line 2"));
        assert!(refused("packages:\n").contains("no `lockfileVersion`") && refused("").contains("empty"));
        assert!(refused("\nlockfileVersion: '7.0'\n").starts_with("line 2, column 1: version `7.0`"));
        assert!(refused("lockfileVersion: '9.0'\npackages:\n  a@1.0.0: x\n").starts_with("line 3"));
        assert!(refused("lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n  a@1.0.0:\n").starts_with("line 4"));
        assert!(refused("lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    resolution: {integrity: sha512").starts_with("line 4"));
        assert!(refused("lockfileVersion: '9.0'\n>>>>>>> x\n").starts_with("line 2"));
    }

    #[test]
    fn the_public_samples_are_read_or_refused_as_expected() {
        crate::formats::lockfiles::tests::samples("pnpmlock", |text| read(text).map(drop));
    }
}
