//! The notation of yarn 1: entries of one or several `name@range`, properties without a colon.

use std::borrow::Cow;
use std::ops::Range;

use super::super::super::fault::Fault;
use super::super::address::{archived_commit, before_archive, scheme};
use super::super::digest::{Algorithm, is_hex};
use super::super::pins;
use super::super::text::{lines, part, shown};
use super::super::{Integrity, Lock, Oddity, Package, Pin, Source};
use super::{distinct, parted};

/// What yarn 1 reads of an entry.
#[derive(Default)]
pub(super) struct Entry<'a> {
    line: usize,
    /// Its `name@range`s, by their places in the list of all.
    patterns: Range<usize>,
    name: Option<Cow<'a, str>>,
    pub(super) version: Option<Cow<'a, str>>,
    resolved: Option<Cow<'a, str>>,
    integrity: Option<Cow<'a, str>>,
}

/// A whole text.
#[derive(Default)]
pub(super) struct Text<'a> {
    pub(super) entries: Vec<Entry<'a>>,
    /// All `name@range`s, with the lines of their entries.
    pub(super) patterns: Vec<(usize, Cow<'a, str>)>,
    /// The names of what the entries need, with their lines; but for what is optional.
    pub(super) needs: Vec<(usize, Cow<'a, str>)>,
}

impl<'a> Text<'a> {
    pub(super) fn patterns(&self, entry: &Entry<'a>) -> &[(usize, Cow<'a, str>)] {
        self.patterns.get(entry.patterns.clone()).unwrap_or_default()
    }
}

pub(super) fn read(text: &str) -> Result<Lock<'_>, Fault> {
    let text = parsed(text)?;
    let mut lock = Lock::default();
    lock.packages.reserve(text.entries.len());
    for entry in &text.entries {
        let package = package(&mut lock, &text, entry)?;
        lock.packages.push(package);
    }
    Ok(lock)
}

pub(super) fn parsed(text: &str) -> Result<Text<'_>, Fault> {
    let mut found = Text::default();
    let mut within = None;
    let mut headed = false;
    for (place, line) in lines(text) {
        let indent = line.bytes().position(|byte| byte != b' ').unwrap_or(line.len());
        let body = &line[indent..];
        if body.is_empty() || body.starts_with('#') {
            headed |= heading(place, body)?;
            continue;
        }
        match (indent, found.entries.last_mut()) {
            (0, _) => {
                let first = found.patterns.len();
                patterns(place, body, &mut found.patterns)?;
                within = None;
                found.entries.push(Entry { line: place, patterns: first..found.patterns.len(), ..Entry::default() });
            }
            (2, Some(entry)) => within = property(entry, place, body)?,
            (4, Some(_)) if within.is_some() => {
                let (name, _) = pair(place, body)?;
                if within == Some("dependencies:") {
                    found.needs.push((place, name));
                }
            }
            _ => return Err(Fault::on(place, "this line is indented as none of yarn's is")),
        }
    }
    distinct(&found.patterns)?;
    match found.entries.last() {
        None if !headed => Err(Fault::on(1, "there is no entry, and no header of yarn")),
        Some(_) | None => Ok(found),
    }
}

/// Whether a comment is the header that says the version; yarn 1 reads only one.
fn heading(line: usize, comment: &str) -> Result<bool, Fault> {
    let Some(version) = comment.strip_prefix("# yarn lockfile v") else { return Ok(false) };
    if version.trim_end() != "1" {
        return Err(Fault::on(line, format!("version {} of yarn's lock is not known", shown(version))));
    }
    Ok(true)
}

fn patterns<'a>(line: usize, body: &'a str, into: &mut Vec<(usize, Cow<'a, str>)>) -> Result<(), Fault> {
    let odd = || Fault::on(line, "an entry of yarn ends with a colon, and this line is none");
    let mut rest = body;
    loop {
        let (pattern, after) = word(rest).filter(|(pattern, _)| !pattern.is_empty()).ok_or_else(odd)?;
        into.push((line, pattern));
        let after = after.trim_start_matches(' ');
        match after.strip_prefix(',') {
            Some(after) => rest = after.trim_start_matches(' '),
            None if after.trim_end() == ":" => return Ok(()),
            None => return Err(odd()),
        }
    }
}

/// A property of an entry; the line itself where a mapping follows it.
fn property<'a>(entry: &mut Entry<'a>, line: usize, body: &'a str) -> Result<Option<&'a str>, Fault> {
    if body.trim_end().ends_with(':') && memchr::memchr(b' ', body.as_bytes()).is_none() {
        return Ok(Some(body.trim_end()));
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
        return Err(Fault::on(line, format!("the key {} stands twice in an entry", shown(&key))));
    }
    Ok(None)
}

fn pair(line: usize, body: &str) -> Result<(Cow<'_, str>, Cow<'_, str>), Fault> {
    let both = word(body).and_then(|(key, rest)| {
        let value = rest.strip_prefix(' ')?.trim_start_matches(' ');
        let (value, rest) = if value.starts_with('"') { word(value)? } else { unquoted(value, [b' ', b' ']) };
        // Of a linked folder yarn writes an empty `uid`.
        (rest.trim_end().is_empty() && (!value.is_empty() || key == "uid") && !key.is_empty()).then_some((key, value))
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
            return Some((word, &inner[at + 1..]));
        }
        from = at + 2;
    }
}

fn unquoted(text: &str, ends: [u8; 2]) -> (Cow<'_, str>, &str) {
    let end = memchr::memchr3(b' ', ends[0], ends[1], text.as_bytes()).unwrap_or(text.len());
    (Cow::Borrowed(&text[..end]), &text[end..])
}

fn package<'a>(lock: &mut Lock<'a>, text: &Text<'a>, entry: &Entry<'a>) -> Result<Package<'a>, Fault> {
    let none = Cow::Borrowed("");
    let pattern = text.patterns(entry).first().map_or(&none, |(_, pattern)| pattern);
    let (asked, range) = parted(pattern);
    let version = entry.version.as_ref().ok_or_else(|| Fault::on(entry.line, format!("{} has no version", shown(pattern))))?;
    let real = || range.strip_prefix("npm:").map(|real| parted(real).0);
    let name = entry.name.clone().unwrap_or_else(|| part(pattern, real().unwrap_or(asked)));
    let resolved = entry.resolved.as_ref().unwrap_or(&none);
    let mark = memchr::memchr(b'#', resolved.as_bytes());
    let (address, fragment) = mark.map_or((&resolved[..], ""), |mark| (&resolved[..mark], &resolved[mark + 1..]));
    let mut integrity = match entry.integrity.as_deref() {
        Some(text) => lock.remarks.integrity(entry.line, text).named.into(),
        None => sha1(lock, entry.line, fragment, address),
    };
    let (source, pin) = origin(lock, (text, entry), (&part(resolved, address), fragment));
    if integrity == Integrity::Missing && matches!(source, Source::Path(_) | Source::Repository(_)) {
        integrity = Integrity::NotAsked;
    }
    let pin = match (&source, &integrity) {
        (Source::Archive(_), Integrity::Missing) => Pin::Loose("an archive whose bytes are not known".to_owned()),
        _ => pin,
    };
    Ok(Package { name, version: Some(version.clone()), source, pin, integrity, line: entry.line })
}

/// The digest that yarn 1 writes behind an address.
fn sha1(lock: &mut Lock<'_>, line: usize, fragment: &str, address: &str) -> Integrity {
    if fragment.is_empty() || is_repository(address) || !is_hex(fragment) {
        return Integrity::Missing;
    }
    if fragment.len() != 40 {
        lock.remarks.say(line, Oddity::BadDigest, || format!("{} is no sha1", shown(fragment)));
    }
    Algorithm::Sha1.into()
}

fn is_repository(address: &str) -> bool {
    ["git+", "git:", "git@", "ssh:", "hg+"].iter().any(|start| address.starts_with(start)) || address.ends_with(".git")
}

fn is_path(range: &str) -> bool {
    let starts = ["file:", "link:", "portal:", "./", "../", "/", "~/"];
    starts.iter().any(|start| range.starts_with(start)) || range == "." || range == ".."
}

/// Where an entry comes from, and whether that is one thing for ever; that an archive has a digest is seen later.
fn origin<'a>(
    lock: &mut Lock<'a>,
    (text, entry): (&Text<'a>, &Entry<'a>),
    (address, fragment): (&Cow<'a, str>, &str),
) -> (Source<'a>, Pin) {
    let path = if address.is_empty() {
        text.patterns(entry).iter().map(|(_, pattern)| parted(pattern).1).find(|range| is_path(range))
    } else {
        Some(&address[..]).filter(|address| is_path(address))
    };
    if let Some(path) = path {
        return (Source::Path(path.to_owned().into()), pins::within(path));
    }
    if address.is_empty() {
        return (Source::Registry(None), Pin::Exact);
    }
    let clean = match lock.remarks.address(entry.line, address) {
        Cow::Borrowed(_) => address.clone(),
        Cow::Owned(clean) => Cow::Owned(clean),
    };
    if archived_commit(address).is_some() {
        return (Source::Repository(clean), Pin::Exact);
    }
    if is_repository(address) {
        return (Source::Repository(clean), pins::commit(fragment));
    }
    let range = text.patterns(entry).first().map_or("", |(_, pattern)| parted(pattern).1);
    let of_a_host = || memchr::memchr_iter(b'/', range.as_bytes()).count() == 1 && !range.starts_with("npm:");
    if scheme(range).is_some() || of_a_host() {
        return (Source::Archive(clean), Pin::Exact);
    }
    (Source::Registry(registry(&clean)), Pin::Exact)
}

/// The registry of an archive's address; none for yarn's and npm's own, or where the archive lies in a mirror without an address.
fn registry<'a>(address: &Cow<'a, str>) -> Option<Cow<'a, str>> {
    let (_, rest) = scheme(address)?;
    let host = memchr::memchr(b'/', rest.as_bytes()).map_or(rest, |end| &rest[..end]);
    if ["registry.yarnpkg.com", "registry.npmjs.org"].contains(&host) {
        return None;
    }
    let base = before_archive(rest).map_or(host, |base| {
        let base = base.rsplit_once('/').map_or(base, |(base, _)| base);
        base.rsplit_once('/').filter(|(_, last)| last.starts_with('@')).map_or(base, |(base, _)| base)
    });
    Some(part(address, &address[..address.len() - rest.len() + base.len()]))
}

#[cfg(test)]
mod tests {
    use super::super::super::{Integrity, Lock, Oddity, Pin, Source};
    use super::super::read;

    const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

    fn lock(body: &str) -> Lock<'static> {
        read(format!("# yarn lockfile v1\n\n{body}").leak()).unwrap()
    }

    fn refused(body: &str) -> String {
        read(format!("# yarn lockfile v1\n\n{body}").leak()).unwrap_err().to_string()
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
        assert_eq!((a.name.as_ref(), a.version.as_deref(), a.line), ("a", Some("1.2.0"), 4));
        assert_eq!((&a.source, &a.pin), (&Source::Registry(None), &Pin::Exact));
        assert_eq!(a.integrity, Integrity::Digests(["sha512"].into()));
        let b = &lock.packages[1];
        assert_eq!((b.name.as_ref(), b.line, &b.integrity), ("@s/b", 11, &Integrity::Digests(["sha1"].into())));
        assert_eq!(b.source, Source::Registry(Some("https://npm.x.example/r".into())));
        assert!(lock.remarks.is_empty());
    }

    #[test]
    fn every_source_is_told_apart() {
        let of = |body: &str| lock(body).packages[0].clone();
        let git = of(&format!("\"a@git+https://x.example/a.git\":\n  version \"1\"\n  resolved \"git+https://x.example/a.git#{SHA}\"\n"));
        assert_eq!((&git.pin, &git.integrity), (&Pin::Exact, &Integrity::NotAsked));
        assert_eq!(git.source, Source::Repository("git+https://x.example/a.git".into()));
        let branch = of("\"a@git+https://x.example/a.git\":\n  version \"1\"\n  resolved \"git+https://x.example/a.git#main\"\n");
        assert_eq!(branch.pin, Pin::Loose("no whole commit: `main`".to_owned()));
        let host = of(&format!("a@o/r:\n  version \"1\"\n  resolved \"https://codeload.github.com/o/r/tar.gz/{SHA}\"\n"));
        assert!(matches!(host.source, Source::Repository(_)) && host.pin == Pin::Exact);
        let path = of("\"a@file:../a\":\n  version \"1\"\n");
        assert_eq!((&path.source, &path.integrity), (&Source::Path("file:../a".into()), &Integrity::NotAsked));
        assert!(matches!(path.pin, Pin::Loose(_)));
        let archive = of("\"a@https://x.example/a.tgz\":\n  version \"1\"\n  resolved \"https://x.example/a.tgz\"\n");
        assert!(matches!(archive.source, Source::Archive(_)) && matches!(archive.pin, Pin::Loose(_)));
        let alias = of("\"a@npm:@s/real@^1\":\n  version \"1.0.0\"\n");
        assert_eq!((alias.name.as_ref(), &alias.integrity), ("@s/real", &Integrity::Missing));
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
}
