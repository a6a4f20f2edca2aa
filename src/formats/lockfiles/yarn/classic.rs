//! The notation of yarn 1: entries of one or several `name@range`, properties without a colon.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value;

use super::super::super::fault::Fault;
use super::super::address::{archived_commit, is_commit, is_hex, scheme, shortened};
use super::super::{Integrity, Lock, Oddity, Package, Pin, Source, Sync, sync_of};
use super::{named, parted, wanted};

/// What yarn 1 reads of an entry.
#[derive(Default)]
struct Entry<'a> {
    line: usize,
    patterns: Vec<Cow<'a, str>>,
    name: Option<Cow<'a, str>>,
    version: Option<Cow<'a, str>>,
    resolved: Option<Cow<'a, str>>,
    integrity: Option<Cow<'a, str>>,
}

pub(super) fn read(text: &str) -> Result<Lock, Fault> {
    let entries = entries(text)?;
    let mut lock = Lock::default();
    lock.packages.reserve(entries.len());
    for entry in &entries {
        let package = package(&mut lock, entry)?;
        lock.packages.push(package);
    }
    Ok(lock)
}

/// Every `name@range` that package.json asks for is a key, or yarn 1 refuses with `--frozen-lockfile`.
pub(super) fn in_sync(text: &str, manifest: &Value) -> Result<Sync, Fault> {
    let entries = entries(text)?;
    let keys: HashSet<&str> = entries.iter().flat_map(|entry| &entry.patterns).map(AsRef::as_ref).collect();
    let wanted = wanted(manifest, &["devDependencies", "dependencies", "optionalDependencies"]);
    let key = |(name, range): &(&String, &String)| if range.is_empty() { (*name).clone() } else { format!("{name}@{range}") };
    let missing: Vec<_> = wanted.iter().filter(|pair| !keys.contains(key(pair).as_str())).collect();
    if manifest.get("workspaces").is_some() && !missing.is_empty() {
        let names: Vec<String> = missing.iter().map(|(name, range)| named(name, range)).collect();
        return Ok(Sync::CannotTell(format!("{} may be members of the workspace, which the lock does not name", names.join(", "))));
    }
    Ok(sync_of(missing.iter().map(|(name, range)| format!("{} of `package.json` is not in the lock", named(name, range))).collect()))
}

fn entries(text: &str) -> Result<Vec<Entry<'_>>, Fault> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut seen = HashSet::with_capacity(text.len() / 200);
    let mut within = None;
    let mut headed = false;
    for (at, line) in text.lines().enumerate() {
        let body = line.trim_start_matches(' ');
        let indent = line.len() - body.len();
        let place = at + 1;
        if body.is_empty() || body.starts_with('#') {
            headed |= heading(place, body)?;
            continue;
        }
        match (indent, entries.last_mut()) {
            (0, _) => {
                let entry = Entry { line: place, patterns: patterns(place, body)?, ..Entry::default() };
                if let Some(twice) = entry.patterns.iter().find(|pattern| !seen.insert((*pattern).clone())) {
                    return Err(Fault::on(place, format!("the key `{}` stands twice", shortened(twice))));
                }
                within = None;
                entries.push(entry);
            }
            (2, Some(entry)) => within = property(entry, place, body)?,
            (4, Some(_)) if within.is_some() => drop(pair(place, body)?),
            _ => return Err(Fault::on(place, "this line is indented as none of yarn's is")),
        }
    }
    match entries.last() {
        None if !headed => Err(Fault::on(1, "there is no entry, and no header of yarn")),
        Some(_) | None => Ok(entries),
    }
}

/// Whether a comment is the header that says the version; yarn 1 reads only one.
fn heading(line: usize, comment: &str) -> Result<bool, Fault> {
    let Some(version) = comment.strip_prefix("# yarn lockfile v") else { return Ok(false) };
    if version.trim_end() != "1" {
        return Err(Fault::on(line, format!("version `{}` of yarn's lock is not known", shortened(version))));
    }
    Ok(true)
}

fn patterns(line: usize, body: &str) -> Result<Vec<Cow<'_, str>>, Fault> {
    let odd = || Fault::on(line, "an entry of yarn ends with a colon, and this line is none");
    let mut patterns = Vec::with_capacity(1);
    let mut rest = body;
    loop {
        let (pattern, after) = word(rest).ok_or_else(odd)?;
        patterns.push(pattern);
        let after = after.trim_start_matches(' ');
        match after.strip_prefix(',') {
            Some(after) => rest = after.trim_start_matches(' '),
            None if after.trim_end() == ":" => return Ok(patterns),
            None => return Err(odd()),
        }
    }
}

/// A property of an entry; some for a mapping that follows.
fn property<'a>(entry: &mut Entry<'a>, line: usize, body: &'a str) -> Result<Option<()>, Fault> {
    if body.trim_end().ends_with(':') && !body.contains(' ') {
        return Ok(Some(()));
    }
    let (key, value) = pair(line, body)?;
    let place = match key.as_ref() {
        "name" => &mut entry.name,
        "version" => &mut entry.version,
        "resolved" => &mut entry.resolved,
        "integrity" => &mut entry.integrity,
        _ => return Ok(None),
    };
    if place.replace(value).is_some() {
        return Err(Fault::on(line, format!("the key `{}` stands twice in an entry", shortened(&key))));
    }
    Ok(None)
}

fn pair(line: usize, body: &str) -> Result<(Cow<'_, str>, Cow<'_, str>), Fault> {
    let both = word(body).and_then(|(key, rest)| {
        let value = rest.strip_prefix(' ')?.trim_start_matches(' ');
        let (value, rest) = if value.starts_with('"') { word(value)? } else { unquoted(value, [b' ', b' ']) };
        (rest.trim_end().is_empty() && !value.is_empty()).then_some((key, value))
    });
    both.ok_or_else(|| Fault::on(line, "this line is no property as yarn writes it"))
}

/// The first word of a line: in quotes, or up to a colon, a space or a comma.
fn word(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let Some(inner) = text.strip_prefix('"') else {
        let (word, rest) = unquoted(text, [b':', b',']);
        return (!word.is_empty()).then_some((word, rest));
    };
    let mut from = 0;
    loop {
        let at = from + memchr::memchr2(b'"', b'\\', inner.as_bytes().get(from..)?)?;
        if inner.as_bytes()[at] == b'"' {
            let escaped = from > 0;
            let word = if escaped { Cow::Owned(serde_json::from_str(&text[..at + 2]).ok()?) } else { Cow::Borrowed(&inner[..at]) };
            return (!word.is_empty()).then_some((word, &inner[at + 1..]));
        }
        from = at + 2;
    }
}

fn unquoted(text: &str, ends: [u8; 2]) -> (Cow<'_, str>, &str) {
    let end = memchr::memchr3(b' ', ends[0], ends[1], text.as_bytes()).unwrap_or(text.len());
    (Cow::Borrowed(&text[..end]), &text[end..])
}

fn package(lock: &mut Lock, entry: &Entry<'_>) -> Result<Package, Fault> {
    let pattern = entry.patterns.first().map_or("", AsRef::as_ref);
    let (asked, range) = parted(pattern);
    let version = entry.version.as_deref().ok_or_else(|| Fault::on(entry.line, format!("`{}` has no version", shortened(pattern))))?;
    let name = entry.name.as_deref().or_else(|| range.strip_prefix("npm:").map(|real| parted(real).0)).unwrap_or(asked);
    let (address, fragment) = entry.resolved.as_deref().map_or(("", ""), |all| all.split_once('#').unwrap_or((all, "")));
    let mut integrity = match entry.integrity.as_deref() {
        Some(text) => lock.integrity(entry.line, text),
        None => sha1(lock, entry.line, fragment, address),
    };
    let (source, pin) = origin(lock, entry, (address, fragment));
    if integrity == Integrity::Missing && matches!(source, Source::Path(_) | Source::Repository(_)) {
        integrity = Integrity::NotAsked;
    }
    let pin = match (&source, &integrity) {
        (Source::Archive(_), Integrity::Missing) => Pin::Loose("an archive whose bytes are not known".to_owned()),
        _ => pin,
    };
    Ok(Package { name: name.to_owned(), version: Some(version.to_owned()), source, pin, integrity, line: entry.line })
}

/// The digest that yarn 1 writes behind an address.
fn sha1(lock: &mut Lock, line: usize, fragment: &str, address: &str) -> Integrity {
    if fragment.is_empty() || is_repository(address) || !is_hex(fragment) {
        return Integrity::Missing;
    }
    if fragment.len() != 40 {
        lock.remark(line, Oddity::BadDigest, format!("`{}` is no sha1", shortened(fragment)));
    }
    Integrity::Digests(vec!["sha1".to_owned()])
}

fn is_repository(address: &str) -> bool {
    ["git+", "git:", "git@", "ssh:", "hg+"].iter().any(|start| address.starts_with(start)) || address.ends_with(".git")
}

fn is_path(range: &str) -> bool {
    let starts = ["file:", "link:", "portal:", "./", "../", "/", "~/"];
    starts.iter().any(|start| range.starts_with(start)) || range == "." || range == ".."
}

/// Where an entry comes from, and whether that is one thing for ever; that an archive has a digest is seen later.
fn origin(lock: &mut Lock, entry: &Entry<'_>, (address, fragment): (&str, &str)) -> (Source, Pin) {
    let range = entry.patterns.first().map_or("", |pattern| parted(pattern).1);
    let path = entry.patterns.iter().map(|pattern| parted(pattern).1).find(|range| is_path(range));
    if let Some(path) = path.filter(|_| address.is_empty()).or_else(|| is_path(address).then_some(address)) {
        return (Source::Path(path.to_owned()), Pin::Loose(format!("a path: `{}`", shortened(path))));
    }
    if address.is_empty() {
        return (Source::Registry(None), Pin::Exact);
    }
    let clean = lock.clean(entry.line, address);
    if archived_commit(address).is_some() {
        return (Source::Repository(clean), Pin::Exact);
    }
    if is_repository(address) {
        let pin = if is_commit(fragment) { Pin::Exact } else { Pin::Loose(format!("no whole commit: `{}`", shortened(fragment))) };
        return (Source::Repository(clean), pin);
    }
    if scheme(range).is_some() || range.matches('/').count() == 1 && !range.starts_with("npm:") {
        return (Source::Archive(clean), Pin::Exact);
    }
    (Source::Registry(registry(&clean)), Pin::Exact)
}

/// The registry of an archive's address; none for yarn's and npm's own, or where the archive lies in a mirror without an address.
fn registry(address: &str) -> Option<String> {
    let (scheme, rest) = scheme(address)?;
    let host = rest.split('/').next().unwrap_or(rest);
    if ["registry.yarnpkg.com", "registry.npmjs.org"].contains(&host) {
        return None;
    }
    let mark = memchr::memchr_iter(b'/', rest.as_bytes()).find(|at| rest[*at..].starts_with("/-/"));
    let base = mark.map(|at| &rest[..at]).map_or(host, |base| {
        let base = base.rsplit_once('/').map_or(base, |(base, _)| base);
        base.rsplit_once('/').filter(|(_, last)| last.starts_with('@')).map_or(base, |(base, _)| base)
    });
    Some(format!("{scheme}://{base}"))
}

#[cfg(test)]
mod tests {
    use super::super::super::{Integrity, Lock, Oddity, Pin, Source, Sync};
    use super::super::{in_sync, read};

    const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

    fn lock(body: &str) -> Lock {
        read(&format!("# yarn lockfile v1\n\n{body}")).unwrap()
    }

    fn refused(body: &str) -> String {
        read(&format!("# yarn lockfile v1\n\n{body}")).unwrap_err().to_string()
    }

    fn sha512() -> String {
        format!("sha512-{}==", "A".repeat(86))
    }

    #[test]
    fn an_entry_has_its_name_version_registry_digest_and_line() {
        let text = format!(
            "\na@^1.0.0, \"a@npm:^1\":\n  version \"1.2.0\"\n  resolved \"https://registry.yarnpkg.com/a/-/a-1.2.0.tgz#{SHA}\"\n  integrity {}\n  dependencies:\n    b \"^2\"\n\n\"@s/b@^2\":\n  version \"2.0.0\"\n  resolved \"https://npm.x.example/r/@s/b/-/b-2.0.0.tgz#{SHA}\"\n",
            sha512()
        );
        let lock = lock(&text);
        let a = &lock.packages[0];
        assert_eq!((a.name.as_str(), a.version.as_deref(), a.line), ("a", Some("1.2.0"), 4));
        assert_eq!((&a.source, &a.pin), (&Source::Registry(None), &Pin::Exact));
        assert_eq!(a.integrity, Integrity::Digests(vec!["sha512".to_owned()]));
        let b = &lock.packages[1];
        assert_eq!((b.name.as_str(), b.line, &b.integrity), ("@s/b", 11, &Integrity::Digests(vec!["sha1".to_owned()])));
        assert_eq!(b.source, Source::Registry(Some("https://npm.x.example/r".to_owned())));
        assert!(lock.remarks.is_empty());
    }

    #[test]
    fn every_source_is_told_apart() {
        let of = |body: &str| lock(body).packages[0].clone();
        let git = of(&format!("\"a@git+https://x.example/a.git\":\n  version \"1\"\n  resolved \"git+https://x.example/a.git#{SHA}\"\n"));
        assert_eq!((&git.pin, &git.integrity), (&Pin::Exact, &Integrity::NotAsked));
        assert_eq!(git.source, Source::Repository("git+https://x.example/a.git".to_owned()));
        let branch = of("\"a@git+https://x.example/a.git\":\n  version \"1\"\n  resolved \"git+https://x.example/a.git#main\"\n");
        assert_eq!(branch.pin, Pin::Loose("no whole commit: `main`".to_owned()));
        let host = of(&format!("a@o/r:\n  version \"1\"\n  resolved \"https://codeload.github.com/o/r/tar.gz/{SHA}\"\n"));
        assert!(matches!(host.source, Source::Repository(_)) && host.pin == Pin::Exact);
        let path = of("\"a@file:../a\":\n  version \"1\"\n");
        assert_eq!((&path.source, &path.integrity), (&Source::Path("file:../a".to_owned()), &Integrity::NotAsked));
        assert!(matches!(path.pin, Pin::Loose(_)));
        let archive = of("\"a@https://x.example/a.tgz\":\n  version \"1\"\n  resolved \"https://x.example/a.tgz\"\n");
        assert!(matches!(archive.source, Source::Archive(_)) && matches!(archive.pin, Pin::Loose(_)));
        let alias = of("\"a@npm:@s/real@^1\":\n  version \"1.0.0\"\n");
        assert_eq!((alias.name.as_str(), &alias.integrity), ("@s/real", &Integrity::Missing));
        let mirror = of(&format!("a@^1:\n  version \"1.0.0\"\n  resolved a-1.0.0.tgz#{SHA}\n"));
        assert_eq!((mirror.source, mirror.pin), (Source::Registry(None), Pin::Exact));
    }

    #[test]
    fn a_secret_is_never_kept() {
        let lock = lock("a@^1:\n  version \"1.0.0\"\n  resolved \"https://u:hunter2@x.example/a/-/a-1.0.0.tgz\"\n");
        assert_eq!(lock.remarks[0].what, Oddity::Credentials);
        assert!(!format!("{lock:?}").contains("hunter2"));
    }

    #[test]
    fn what_yarn_does_not_write_is_refused_with_its_line() {
        assert!(refused("a@^1:\n  version \"1\"\na@^1:\n  version \"1\"\n").starts_with("line 5, column 1: the key `a@^1` stands twice"));
        assert!(refused("a@^1:\n  version \"1\"\n  version \"2\"\n").starts_with("line 5"));
        assert!(refused("a@^1:\n").contains("`a@^1` has no version"));
        assert!(refused("a@^1:\n  version \"1.").starts_with("line 4"));
        assert!(refused("a@^1:\n  version\n").starts_with("line 4") && refused("a@^1\n").starts_with("line 3"));
        assert!(refused("a@^1:\n   version \"1\"\n").starts_with("line 4") && refused("  version \"1\"\n").starts_with("line 3"));
        assert_eq!(read("# yarn lockfile v2\n").unwrap_err().line, 1);
        assert!(lock("").packages.is_empty());
    }

    #[test]
    fn other_ends_of_lines_and_a_mark_in_front_change_nothing() {
        let text = "# yarn lockfile v1\n\na@^1, \"a@1 \\\"x\":\n  version \"1\"\n";
        let crlf = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(read(text).unwrap(), read(&crlf).unwrap());
    }

    #[test]
    fn every_range_of_the_manifest_is_a_key() {
        let lock = "# yarn lockfile v1\n\na@^1, a@1:\n  version \"1\"\n\nb:\n  version \"1\"\n";
        assert_eq!(in_sync(lock, r#"{"dependencies": {"a": "^1", "b": ""}, "devDependencies": {"a": "7"}}"#), Sync::Yes);
        let stale = in_sync(lock, r#"{"dependencies": {"a": "^2"}, "optionalDependencies": {"c": "*"}}"#);
        let both = ["`a@^2` of `package.json` is not in the lock", "`c@*` of `package.json` is not in the lock"];
        assert_eq!(stale, Sync::No(both.map(str::to_owned).to_vec()));
        assert!(matches!(in_sync(lock, r#"{"workspaces": ["p/*"], "dependencies": {"c": "1"}}"#), Sync::CannotTell(_)));
    }
}
