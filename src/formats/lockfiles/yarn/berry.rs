//! The YAML of yarn 2 and later: entries of one or several descriptors, each with the one thing it was resolved to.

use std::borrow::Cow;
use std::collections::HashSet;

use super::super::super::fault::Fault;
use super::super::address::{archived_commit, unescaped};
use super::super::block::{Row, children, rows, text, top};
use super::super::digest::Algorithm;
use super::super::pins;
use super::super::text::{part, shown};
use super::super::{Integrity, Lock, Oddity, Package, Pin, Source};
use super::{distinct, parted};

/// The versions that releases of yarn have written: 4 by yarn 2, 8 to 10 by yarn 4.
const VERSIONS: std::ops::RangeInclusive<u32> = 4..=10;
/// How many patches may lie upon one another.
const PATCHES: usize = 8;

pub(super) fn read(source: &str) -> Result<Lock<'_>, Fault> {
    let mut lock = Lock::default();
    let Some(rows) = entries(source)? else { return Ok(lock) };
    let mut patterns: Vec<(usize, &str)> = Vec::new();
    for (at, row) in top(&rows).filter(|(_, row)| row.key != "__metadata") {
        patterns.extend(row.key.split(", ").map(|pattern| (row.line, pattern)));
        let package = package(&mut lock, &rows, at)?;
        lock.packages.push(package);
    }
    distinct(&patterns)?;
    needs(&mut lock, &rows, &patterns);
    Ok(lock)
}

/// Says what an entry needs and no entry is of. Resolutions, patches and protocols write a range anew, so the name alone is looked for.
fn needs(lock: &mut Lock<'_>, rows: &[Row<'_>], patterns: &[(usize, &str)]) {
    let names: HashSet<&str> = patterns.iter().map(|(_, pattern)| parted(pattern).0).collect();
    for (at, _) in top(rows).filter(|(_, row)| row.key != "__metadata") {
        for (list, _) in children(rows, at).filter(|(_, row)| row.key == "dependencies") {
            for (_, need) in children(rows, list).filter(|(_, need)| !names.contains(need.key.as_ref())) {
                if !is_optional(rows, at, &need.key) {
                    lock.remarks.unlocked(need.line, &need.key);
                }
            }
        }
    }
}

fn is_optional(rows: &[Row<'_>], entry: usize, name: &str) -> bool {
    let metas = children(rows, entry).filter(|(_, row)| row.key == "dependenciesMeta").flat_map(|(at, _)| children(rows, at));
    metas.filter(|(_, row)| row.key == name).any(|(at, _)| text(rows, at, "optional") == Some("true"))
}

/// The rows of a lock of a known version; none of one that has comments only.
pub(super) fn entries(source: &str) -> Result<Option<Vec<Row<'_>>>, Fault> {
    if source.lines().all(|line| line.trim_end().is_empty() || line.starts_with('#')) {
        return Ok(None);
    }
    let rows = rows(source)?;
    let metadata = top(&rows).find(|(_, row)| row.key == "__metadata");
    let Some((at, row)) = metadata else { return Err(Fault::on(1, "there is no `__metadata`")) };
    let version = text(&rows, at, "version").unwrap_or("");
    if !version.parse().is_ok_and(|number: u32| VERSIONS.contains(&number)) {
        return Err(Fault::on(row.line, format!("version {} of yarn's lock is not known", shown(version))));
    }
    Ok(Some(rows))
}

fn package<'a>(lock: &mut Lock<'a>, rows: &[Row<'a>], at: usize) -> Result<Package<'a>, Fault> {
    let row = &rows[at];
    let (mut version, mut resolution, mut checksum) = (None, None, None);
    for (_, field) in children(rows, at) {
        match field.key.as_ref() {
            "version" => version = field.value.as_ref(),
            "resolution" => resolution = field.value.as_ref(),
            "checksum" => checksum = field.value.as_deref(),
            _ => {}
        }
    }
    let lacks = |what: &str| Fault::on(row.line, format!("{} has no {what}", shown(&row.key)));
    let resolution = resolution.filter(|text| !text.is_empty()).ok_or_else(|| lacks("resolution"))?;
    let version = version.ok_or_else(|| lacks("version"))?;
    let (name, reference) = parted(resolution);
    let (source, pin) = origin(lock, row.line, reference);
    let integrity = match (checksum, &source) {
        (Some(checksum), _) => digest(lock, row.line, checksum),
        (None, Source::Path(_) | Source::Project) => Integrity::NotAsked,
        (None, Source::Registry(_) | Source::Repository(_) | Source::Archive(_)) => Integrity::Missing,
    };
    let pin = match (&source, &integrity) {
        (Source::Archive(_), Integrity::Missing) => Pin::Loose("an archive whose bytes are not known".to_owned()),
        _ => pin,
    };
    Ok(Package { name: part(resolution, name), version: Some(version.clone()), source, pin, integrity, line: row.line })
}

/// A checksum is a sha512 in hex, with the key of the cache and a stroke before it.
fn digest(lock: &mut Lock<'_>, line: usize, checksum: &str) -> Integrity {
    let hex = checksum.rsplit('/').next().unwrap_or(checksum);
    if !Algorithm::Sha512.is_hex(hex) {
        lock.remarks.say(line, Oddity::BadDigest, || format!("{} is no sha512", shown(checksum)));
    }
    Algorithm::Sha512.into()
}

/// Where a reference leads, and whether that is one thing for ever.
fn origin(lock: &mut Lock<'_>, line: usize, reference: &str) -> (Source<'static>, Pin) {
    let inner = patched(reference);
    let (body, parameters) = inner.split_once("::").unwrap_or((&inner, ""));
    if body.starts_with("npm:") {
        let archive = parameters.split('&').find_map(|pair| pair.strip_prefix("__archiveUrl="));
        let archive = archive.map(|address| Cow::Owned(lock.remarks.address(line, &unescaped(address)).into_owned()));
        return (Source::Registry(archive), Pin::Exact);
    }
    if body.starts_with("workspace:") {
        return (Source::Project, Pin::Exact);
    }
    if ["link:", "portal:", "file:", "exec:"].iter().any(|start| body.starts_with(start)) {
        let path = body.split('#').next().unwrap_or(body);
        return (Source::Path(path.to_owned().into()), pins::within(path));
    }
    let (address, fragment) = body.split_once('#').unwrap_or((body, ""));
    let clean = Cow::Owned(lock.remarks.address(line, address).into_owned());
    let commit = fragment.split('&').find_map(|pair| pair.strip_prefix("commit=").or_else(|| pair.strip_prefix("commit:")));
    if let Some(commit) = commit {
        return (Source::Repository(clean), pins::commit(commit));
    }
    if archived_commit(address).is_some() {
        return (Source::Repository(clean), Pin::Exact);
    }
    let archive = address.starts_with("http") && !address.ends_with(".git");
    if archive {
        return (Source::Archive(clean), Pin::Exact);
    }
    (Source::Repository(clean), Pin::Loose(format!("no whole commit: {}", shown(fragment))))
}

/// What the patches of a reference lie upon: `patch:a@npm%3A1.0.0#./a.patch::version=…` is `npm:1.0.0`.
fn patched(reference: &str) -> Cow<'_, str> {
    let mut inner = Cow::Borrowed(reference);
    for _ in 0..PATCHES {
        let Some(rest) = inner.strip_prefix("patch:") else { break };
        let upon = rest.split('#').next().unwrap_or(rest);
        inner = Cow::Owned(parted(&unescaped(upon)).1.to_owned());
    }
    inner
}

#[cfg(test)]
mod tests {
    use super::super::super::{Integrity, Oddity, Package, Pin, Source};
    use super::super::read;

    const SHA: &str = "0123456789abcdef0123456789abcdef01234567";
    const OWN: &str = "\"m@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"m@workspace:.\"\n  dependencies:\n    a: \"npm:^1\"\n  peerDependencies:\n    p: \"*\"\n  languageName: unknown\n  linkType: soft\n";

    fn text(body: &str) -> String {
        format!("# This file is generated by running \"yarn install\"\n\n__metadata:\n  version: 8\n  cacheKey: 10c0\n\n{body}")
    }

    fn of(resolution: &str, rest: &str) -> Package<'static> {
        let body = format!("\"a@x\":\n  version: 1.0.0\n  resolution: \"{resolution}\"\n{rest}  linkType: hard\n");
        read(text(&body).leak()).unwrap().packages[0].clone()
    }

    #[test]
    fn what_an_entry_needs_is_locked() {
        let entry =
            |key: &str, rest: &str| format!("\"{key}\":\n  version: 1.0.0\n  resolution: \"a@npm:1.0.0\"\n{rest}  linkType: hard\n\n");
        let a = entry(
            "a@npm:^1",
            "  dependencies:\n    \"@s/b\": \"npm:^1\"\n    c: \"npm:1\"\n  dependenciesMeta:\n    c:\n      optional: true\n",
        );
        let lines = |body: &str| read(&text(body)).unwrap().remarks.iter().map(|one| (one.line, one.what)).collect::<Vec<_>>();
        assert_eq!(lines(&a), [(11, Oddity::Unlocked)]);
        assert_eq!(lines(&a.replace("      optional: true", "      built: false")), [(11, Oddity::Unlocked), (12, Oddity::Unlocked)]);
        assert_eq!(lines(&format!("{a}{}", entry("x@npm:1, @s/b@npm:other@2", ""))), []);
    }

    #[test]
    fn an_entry_has_its_name_version_digest_and_line() {
        let package = of("@s/a@npm:1.0.0", &format!("  checksum: 10c0/{}\n", "a".repeat(128)));
        assert_eq!((package.name.as_ref(), package.version.as_deref(), package.line), ("@s/a", Some("1.0.0"), 7));
        assert_eq!((package.source, package.pin), (Source::Registry(None), Pin::Exact));
        assert_eq!(package.integrity, Integrity::Digests(["sha512"].into()));
        assert_eq!(of("a@npm:1.0.0", "").integrity, Integrity::Missing);
        let own = &read(text(OWN).leak()).unwrap().packages[0];
        assert_eq!((&own.source, &own.pin, &own.integrity), (&Source::Project, &Pin::Exact, &Integrity::NotAsked));
    }

    #[test]
    fn every_source_is_told_apart() {
        let git = of(&format!("a@https://x.example/a.git#commit={SHA}"), "");
        assert_eq!((git.source, git.pin), (Source::Repository("https://x.example/a.git".into()), Pin::Exact));
        assert_eq!(of(&format!("a@https://x.example/a.git#commit:{SHA}"), "").pin, Pin::Exact);
        assert_eq!(of("a@git@x.example:a.git#commit=0123", "").pin, Pin::Loose("no whole commit: `0123`".to_owned()));
        let path = of("a@file:../a#../a::hash=012345&locator=m%40workspace%3A.", "");
        assert_eq!((&path.source, &path.integrity), (&Source::Path("file:../a".into()), &Integrity::NotAsked));
        assert!(matches!(of("a@link:../a::locator=m", "").pin, Pin::Loose(_)));
        let patch = of("a@patch:a@npm%3A1.0.0#./a.patch::version=1.0.0&hash=012345&locator=m", "");
        assert_eq!((patch.source, patch.pin), (Source::Registry(None), Pin::Exact));
        let patch = of("a@patch:a@file%3A../a#./a.patch::version=1.0.0", "");
        assert_eq!(patch.source, Source::Path("file:../a".into()));
        let other = of("a@npm:1.0.0::__archiveUrl=https%3A%2F%2Fx.example%2Fa.tgz", "");
        assert_eq!(other.source, Source::Registry(Some("https://x.example/a.tgz".into())));
        let archive = of("a@https://x.example/a.tgz", "");
        assert!(matches!((archive.source, archive.pin), (Source::Archive(_), Pin::Loose(_))));
    }

    #[test]
    fn what_is_odd_of_one_entry_is_said_with_its_line() {
        let lock =
            read(text("\"a@x\":\n  version: 1\n  resolution: \"a@https://hunter2@x.example/a.tgz\"\n  checksum: abc\n").leak()).unwrap();
        assert_eq!(
            lock.remarks.iter().map(|remark| (remark.line, remark.what)).collect::<Vec<_>>(),
            [(7, Oddity::Credentials), (7, Oddity::BadDigest)]
        );
        assert!(!format!("{lock:?}").contains("hunter2"));
    }

    #[test]
    fn what_is_no_whole_lock_is_refused_with_its_line() {
        let refused = |body: &str| read(text(body).leak()).unwrap_err().to_string();
        assert!(refused("\"a@x\":\n  version: 1\n").starts_with("line 7, column 1: `a@x` has no resolution"));
        assert!(refused("\"a@x\":\n  resolution: \"a@npm:1\"\n").contains("no version"));
        assert!(refused("\"a@x\":\n").contains("no resolution") && refused("\"a@x").starts_with("line 7"));
        let entry = "  version: 1\n  resolution: \"a@npm:1\"\n";
        assert!(refused(&format!("\"a@x\":\n{entry}\"a@x\":\n{entry}")).starts_with("line 10"));
        assert!(refused(&format!("\"a@x, a@y\":\n{entry}\"a@y\":\n{entry}")).starts_with("line 10"));
        assert!(refused(&format!("\"a@x\":\n{entry}{entry}")).starts_with("line 10"));
        assert!(read("__metadata:\n  version: 99\n").is_err() && read("__metadata:\n").is_err());
        let crlf = text(OWN).replace('\n', "\r\n");
        assert_eq!(read(&crlf).unwrap(), read(text(OWN).leak()).unwrap());
    }
}
