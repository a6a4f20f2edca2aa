//! Gemfile.lock: the sources with their gems, what the Gemfile asked for, and the digests that bundler writes since 2.6.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::fault::Fault;
use super::address::is_commit;
use super::digest::{Algorithms, is_hex};
use super::pins;
use super::text::{shown, whole};
use super::{Integrity, Lock, Oddity, Package, Pin, Source};

pub(crate) mod sync;

/// The sections that bundler knows; it passes over others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Source(Kind),
    Dependencies,
    Checksums,
    BundledWith,
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Git,
    Gem,
    Path,
    Plugin,
}

/// One section of gems, and what its options say.
#[derive(Clone)]
struct Origin<'a> {
    kind: Kind,
    remotes: Vec<Cow<'a, str>>,
    revision: Option<&'a str>,
}

/// A gem as the lock names it: `1.13.3-x86_64-linux` is a version for a platform.
struct Spec<'a> {
    line: usize,
    name: &'a str,
    version: &'a str,
    origin: usize,
}

#[derive(Default)]
struct Text<'a> {
    origins: Vec<Origin<'a>>,
    specs: Vec<Spec<'a>>,
    /// The gems that those need, with their lines.
    needs: Vec<(usize, &'a str)>,
    /// What the Gemfile asked for, with its line; the text in parentheses may be empty.
    dependencies: BTreeMap<&'a str, (usize, &'a str)>,
    /// The digests of a name and a version.
    checksums: HashMap<(&'a str, &'a str), &'a str>,
    has_dependencies: bool,
    has_checksums: bool,
    bundler: Option<&'a str>,
    odd: Lock<'a>,
}

/// Reads a Gemfile.lock.
pub(crate) fn read(text: &str) -> Result<Lock<'_>, Fault> {
    let mut text = parsed(text)?;
    let mut lock = std::mem::take(&mut text.odd);
    let mut seen: HashMap<(&str, &str), usize> = HashMap::new();
    for spec in &text.specs {
        if let Some(line) = seen.insert((spec.name, spec.version), spec.line) {
            let says = format!("{} stands on line {line} too", shown(&format!("{} ({})", spec.name, spec.version)));
            lock.remarks.say(spec.line, Oddity::Duplicate, || says);
        }
        let package = package(&mut lock, &text, spec);
        lock.packages.push(package);
    }
    let names: HashSet<&str> = text.specs.iter().map(|spec| spec.name).chain(["bundler"]).collect();
    for (name, (line, _)) in text.dependencies.iter().filter(|(name, _)| !names.contains(**name)) {
        lock.remarks.say(*line, Oddity::Contradiction, || format!("{} is asked for, and no source has it", shown(name)));
    }
    for (line, name) in text.needs.iter().filter(|(_, name)| !names.contains(name)) {
        lock.remarks.unlocked(*line, name);
    }
    Ok(lock)
}

fn parsed(text: &str) -> Result<Text<'_>, Fault> {
    let mut found = Text::default();
    let mut section = None;
    let mut last = 1;
    for (at, line) in whole(text)?.lines().enumerate() {
        let line = line.trim_end_matches('\r');
        if line.is_empty() {
            continue;
        }
        last = at + 1;
        if line.starts_with(' ') {
            entry(&mut found, section.unwrap_or(Section::Other), (last, line))?;
            continue;
        }
        let named = named(line).ok_or_else(|| Fault::on(last, format!("{} is no section of a Gemfile.lock", shown(line))))?;
        section = Some(named);
        match named {
            Section::Source(kind) => found.origins.push(Origin { kind, remotes: Vec::new(), revision: None }),
            Section::Dependencies => found.has_dependencies = true,
            Section::Checksums => found.has_checksums = true,
            Section::BundledWith | Section::Other => {}
        }
    }
    // Bundler always writes this section, and writes it behind the sources.
    if found.has_dependencies { Ok(found) } else { Err(Fault::on(last, "there is no section `DEPENDENCIES`: the text is cut off")) }
}

fn named(line: &str) -> Option<Section> {
    Some(match line {
        "GIT" => Section::Source(Kind::Git),
        "GEM" => Section::Source(Kind::Gem),
        "PATH" => Section::Source(Kind::Path),
        "PLUGIN SOURCE" => Section::Source(Kind::Plugin),
        "DEPENDENCIES" => Section::Dependencies,
        "CHECKSUMS" => Section::Checksums,
        "BUNDLED WITH" => Section::BundledWith,
        other if other.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b' ') => Section::Other,
        _ => return None,
    })
}

fn entry<'a>(found: &mut Text<'a>, section: Section, (line, text): (usize, &'a str)) -> Result<(), Fault> {
    let body = text.trim_start_matches(' ');
    let indent = text.len() - body.len();
    match (section, indent) {
        (Section::Source(_), 2) => option(found, line, body),
        (Section::Source(_), 4) => {
            let whole = named_version(body).filter(|(name, version, rest)| !name.is_empty() && !version.is_empty() && rest.is_empty());
            let Some((name, version, _)) = whole else {
                return Err(Fault::on(line, "a gem is a name and a version in parentheses"));
            };
            found.specs.push(Spec { line, name, version, origin: found.origins.len().saturating_sub(1) });
            Ok(())
        }
        (Section::Source(_), 6) => {
            // What a build for one platform needs is locked only where that platform is.
            if found.specs.last().is_some_and(|spec| !spec.version.contains('-')) {
                found.needs.push((line, body.split(' ').next().unwrap_or(body)));
            }
            Ok(())
        }
        (Section::Dependencies, 2) => {
            let body = body.strip_suffix('!').unwrap_or(body);
            let (name, version, _) = named_version(body).unwrap_or((body, "", ""));
            match found.dependencies.insert(name, (line, version)) {
                Some(_) => Err(Fault::on(line, format!("{} stands twice in `DEPENDENCIES`", shown(name)))),
                None => Ok(()),
            }
        }
        (Section::Checksums, 2) => checksum(found, line, body),
        (Section::BundledWith, _) => {
            found.bundler = Some(body.trim());
            Ok(())
        }
        (Section::Other, _) => Ok(()),
        (Section::Source(_) | Section::Dependencies | Section::Checksums, _) => {
            Err(Fault::on(line, "this line is indented as none of bundler's is"))
        }
    }
}

fn option<'a>(found: &mut Text<'a>, line: usize, body: &'a str) -> Result<(), Fault> {
    let Some((key, value)) = body.split_once(':') else { return Err(Fault::on(line, "an option of a source has a colon")) };
    let value = value.trim();
    let clean = if key == "remote" { found.odd.remarks.address(line, value) } else { Cow::default() };
    let Some(origin) = found.origins.last_mut() else { return Ok(()) };
    match key {
        "remote" => {
            if value.starts_with("http://") && origin.kind == Kind::Gem {
                found.odd.remarks.say(line, Oddity::InsecureIndex, || "gems come over `http://`".to_owned());
            }
            origin.remotes.push(clean);
        }
        "revision" if origin.revision.replace(value).is_some() => return Err(Fault::on(line, "a source has two revisions")),
        _ => {}
    }
    Ok(())
}

/// `name (version) rest`.
fn named_version(body: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = body.split_once(" (")?;
    let (version, rest) = rest.split_once(')')?;
    Some((name, version, rest.trim_start_matches(' ')))
}

fn checksum<'a>(found: &mut Text<'a>, line: usize, body: &'a str) -> Result<(), Fault> {
    let Some((name, version, digests)) = named_version(body) else {
        return Err(Fault::on(line, "a checksum is of a name and a version in parentheses"));
    };
    for digest in digests.split(',').filter(|digest| !digest.is_empty()) {
        let (kind, hex) = digest.split_once('=').unwrap_or((digest, ""));
        if kind == "sha256" && hex.len() != 64 || hex.is_empty() || !is_hex(hex) {
            found.odd.remarks.say(line, Oddity::BadDigest, || format!("{} is no digest", shown(digest)));
        }
    }
    match found.checksums.insert((name, version), digests) {
        Some(old) if old != digests => {
            found.odd.remarks.say(line, Oddity::Contradiction, || format!("{} has two digests that differ", shown(name)));
        }
        Some(_) => found.odd.remarks.say(line, Oddity::Duplicate, || format!("the checksum of {} stands twice", shown(name))),
        None => {}
    }
    Ok(())
}

fn package<'a>(lock: &mut Lock<'a>, text: &Text<'a>, spec: &Spec<'a>) -> Package<'a> {
    let (source, pin) = match text.origins.get(spec.origin) {
        Some(origin) => from(lock, origin, spec),
        None => (Source::Registry(None), Pin::Exact),
    };
    let digests = text.checksums.get(&(spec.name, spec.version)).copied().unwrap_or_default();
    let mut kinds = Algorithms::default();
    digests.split(',').filter_map(|digest| digest.split_once('=')).for_each(|(kind, _)| kinds.add_named(kind));
    let integrity = match (&source, kinds.is_empty()) {
        (_, false) => Integrity::Digests(kinds),
        (Source::Registry(_), true) if text.has_checksums || writes_checksums(text.bundler) => Integrity::Missing,
        (_, true) => Integrity::NotAsked,
    };
    Package { name: spec.name.into(), version: Some(spec.version.into()), source, pin, integrity, line: spec.line }
}

/// Bundler writes digests since 2.6; what an older one wrote has no place for them.
fn writes_checksums(bundler: Option<&str>) -> bool {
    let mut parts = bundler.unwrap_or_default().split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (2, 6)
}

fn from<'a>(lock: &mut Lock<'a>, origin: &Origin<'a>, spec: &Spec<'a>) -> (Source<'a>, Pin) {
    let remote = origin.remotes.first().cloned().unwrap_or_default();
    match origin.kind {
        Kind::Gem => {
            let usual = |remote: &&Cow<'_, str>| remote.trim_end_matches('/') != "https://rubygems.org";
            (Source::Registry(origin.remotes.iter().find(usual).cloned()), Pin::Exact)
        }
        Kind::Git => {
            let revision = origin.revision.unwrap_or_default();
            let pin = if is_commit(revision) { Pin::Exact } else { Pin::Loose(format!("no whole commit: {}", shown(revision))) };
            (Source::Repository(remote), pin)
        }
        Kind::Path if remote == "." => (Source::Project, Pin::Exact),
        Kind::Path => (Source::Path(remote.clone()), pins::path(&remote)),
        Kind::Plugin => {
            let says = format!("{} comes from the source of a plugin, which is not looked at", shown(spec.name));
            lock.remarks.say(spec.line, Oddity::Unread, || says);
            (Source::Archive(remote), Pin::Loose("the source of a plugin".to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

    fn text(rest: &str) -> String {
        format!(
            "GEM\n  remote: https://rubygems.org/\n  specs:\n    a (1.0)\n      b (>= 1)\n    b (2.0-x86_64-linux)\n\nDEPENDENCIES\n  a (~> 1.0)\n{rest}"
        )
    }

    #[test]
    fn a_gem_has_its_version_digest_and_line() {
        let sums = format!("\nCHECKSUMS\n  a (1.0) sha256={}\n  b (2.0-x86_64-linux)\n\nBUNDLED WITH\n  2.6.0\n", "a".repeat(64));
        let lock = read(text(&sums).leak()).unwrap();
        let [a, b] = &lock.packages[..] else { panic!() };
        assert_eq!((a.name.as_ref(), a.version.as_deref(), a.line, &a.pin), ("a", Some("1.0"), 4, &Pin::Exact));
        assert_eq!((&a.source, &a.integrity), (&Source::Registry(None), &Integrity::Digests(["sha256"].into())));
        assert_eq!((b.version.as_deref(), b.line, &b.integrity), (Some("2.0-x86_64-linux"), 6, &Integrity::Missing));
        assert_eq!(read(text("\nBUNDLED WITH\n   2.4.1\n").leak()).unwrap().packages[0].integrity, Integrity::NotAsked);
        assert_eq!(read(text("\nBUNDLED WITH\n   2.7.1\n").leak()).unwrap().packages[0].integrity, Integrity::Missing);
        assert!(lock.remarks.is_empty());
    }

    #[test]
    fn every_source_is_told_apart() {
        let of = |source: &str| read(format!("{source}  specs:\n    a (1.0)\n\nDEPENDENCIES\n  a!\n").leak()).unwrap();
        let git = of(&format!("GIT\n  remote: https://x.example/a.git\n  revision: {SHA}\n  branch: main\n"));
        assert_eq!(git.packages[0].source, Source::Repository("https://x.example/a.git".into()));
        assert_eq!((&git.packages[0].pin, &git.packages[0].integrity), (&Pin::Exact, &Integrity::NotAsked));
        assert!(matches!(of("GIT\n  remote: x\n  revision: 0123\n").packages[0].pin, Pin::Loose(_)));
        let path = of("PATH\n  remote: vendor/a\n").packages.remove(0);
        assert_eq!((path.source, path.integrity), (Source::Path("vendor/a".into()), Integrity::NotAsked));
        assert_eq!(of("PATH\n  remote: .\n").packages[0].source, Source::Project);
        let other = of("GEM\n  remote: http://u:hunter2@gems.x.example/\n");
        assert_eq!(other.packages[0].source, Source::Registry(Some("http://gems.x.example/".into())));
        let odd: Vec<_> = other.remarks.iter().map(|remark| (remark.line, remark.what)).collect();
        assert_eq!(odd, [(2, Oddity::Credentials), (2, Oddity::InsecureIndex)]);
        assert!(!format!("{other:?}").contains("hunter2"));
        assert_eq!(of("PLUGIN SOURCE\n  remote: x\n").remarks[0].what, Oddity::Unread);
    }

    #[test]
    fn what_is_no_whole_lock_is_refused_with_its_line() {
        let refused = |text: &str| read(text).unwrap_err().to_string();
        assert!(refused("GEM\n  remote: https://x.example/\n  specs:\n    a (1.0)\n").starts_with("line 4, column 1: there is no section"));
        assert!(refused(&text("  a\n")).starts_with("line 10") && refused(&text("<<<<<<< HEAD\n")).contains("merge"));
        assert!(refused("GEM\n  specs:\n    a\n").starts_with("line 3") && refused("GEM\n     a (1)\n").starts_with("line 2"));
        assert!(refused("hello\n").starts_with("line 1") && refused("").contains("empty"));
        assert_eq!(read(text("").replace('\n', "\r\n").leak()).unwrap(), read(text("").leak()).unwrap());
        let odd = read(text("  c\n\nCHECKSUMS\n  a (1.0) sha256=abc\n  a (1.0)\n").leak()).unwrap().remarks;
        let odd: Vec<_> = odd.iter().map(|remark| (remark.line, remark.what)).collect();
        assert_eq!(odd, [(13, Oddity::BadDigest), (14, Oddity::Contradiction), (10, Oddity::Contradiction)]);
    }

    #[test]
    fn what_a_gem_needs_is_locked() {
        let lines = |text: &str| read(text).unwrap().remarks.iter().map(|one| (one.line, one.what)).collect::<Vec<_>>();
        assert_eq!(lines(&text("").replace("b (>= 1)", "c (>= 1)")), [(5, Oddity::Unlocked)]);
        assert_eq!(lines(&text("").replace("b (>= 1)", "c")), [(5, Oddity::Unlocked)]);
        assert_eq!(lines(&text("").replace("b (>= 1)", "bundler (>= 1.2)")), []);
        assert_eq!(lines(&text("").replace("b (>= 1)", "c").replace("a (1.0)", "a (1.0-java)")), []);
    }

    #[test]
    fn the_public_samples_are_read_or_refused_as_expected() {
        crate::formats::lockfiles::tests::samples("gemfilelock", |text| read(text).map(drop));
    }
}
