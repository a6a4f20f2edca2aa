//! What bun's lockfiles are read as.

use super::super::project::with;
use super::super::{Oddity, Sync};
use super::*;

const A: &str = "sha512-l4Sp/DRseor9wL6EvV2+TuQn63dMkPjZ/sp9XkghTEbV9KlPS1xUsZ3u7/IQO4wxtcFB4bgpQPRcR3QCvezPcQ==";
const C: &str = "0123456789012345678901234567890123456789";

fn lock() -> String {
    format!(
        r#"{{
  "lockfileVersion": 1, // text
  "workspaces": {{
    "": {{"name": "top", "dependencies": {{"a": "^1.0.0",}}, "peerDependencies": {{"p": ">=1"}}, "optionalPeers": ["p",],}},
    "packages/w": {{"name": "w", "version": "1.0.0", "dependencies": {{"a": "1"}},}},
  }},
  "overrides": {{"x": "1.0.0",}},
  "trustedDependencies": ["b", "a"],
  "packages": {{
    "a": ["@s/a@1.0.2", "", {{}}, "{A}"],
    "b": ["b@1.0.0", "https://npm.in/", {{}}, ""],
    "c": ["c@github:u/c#527e8ce", {{}}, "u-c-527e8ce"],
    "d": ["d@git+ssh://git@h/d.git#{C}", {{}}, "{C}"],
    "e": ["e@github:u/e#527e8ce", {{}}, "u-e-527e8ce", "{A}"],
    "f": ["f@https://u:secret@h/f.tgz", {{}}, "{A}"],
    "g": ["g@file:deps/g", {{}}],
    "h": ["h@./h.tgz", {{}}, "{A}"],
    "w": ["w@workspace:packages/w"],
  }},
}}
"#
    )
}

#[test]
fn every_kind_of_tuple_is_read() {
    let read = read(lock().leak()).unwrap();
    let shown: Vec<String> =
        read.packages.iter().map(|p| format!("{} {} {:?} {:?} {:?}", p.line, p.name, p.source, p.pin, p.integrity)).collect();
    let expected = [
        "10 @s/a Registry(None) Exact Digests([\"sha512\"])",
        "11 b Registry(Some(\"https://npm.in/\")) Exact Missing",
        "12 c Repository(\"github:u/c\") Loose(\"no whole commit: `527e8ce`\") NotAsked",
        "13 d Repository(\"git+ssh://git@h/d.git\") Exact NotAsked",
        "14 e Repository(\"github:u/e\") Exact Digests([\"sha512\"])",
        "15 f Archive(\"https://h/f.tgz\") Exact Digests([\"sha512\"])",
        "16 g Path(\"file:deps/g\") Exact NotAsked",
        "17 h Path(\"./h.tgz\") Exact NotAsked",
        "18 w Project Exact NotAsked",
    ];
    assert_eq!(shown, expected);
    assert_eq!(read.packages[0].version.as_deref(), Some("1.0.2"));
    assert!(!format!("{read:?}").contains("secret") && read.remarks.len() == 1);
    assert_eq!(super::read(lock().replace('\n', "\r\n").leak()).unwrap(), read);
}

#[test]
fn what_is_no_lock_is_refused_with_its_line() {
    let with = |entry: &str| format!("{{\"lockfileVersion\": 1, \"workspaces\": {{}}, \"packages\": {{\n{entry}}}}}");
    for (text, says) in [
        ("{}".to_owned(), "`lockfileVersion` is missing"),
        ("{\"lockfileVersion\": 3}".to_owned(), "none of the known: 0, 1, 2"),
        ("{\"lockfileVersion\": 1}".to_owned(), "`workspaces` is missing"),
        (with("\"a\": {}"), "line 2, column 1: the entry of `a` is no list"),
        (with("\"a\": []"), "is an empty list"),
        (with("\"a\": [1]"), "does not begin with a text"),
        (with("\"a\": [\"a\"]"), "does not say what it was resolved to"),
        (with("\"a\": [\"@s/a\"]"), "does not say what it was resolved to"),
        (with("\"a\": [\"a@1.0.0\", \"\", {}]"), "the digest is missing"),
        (with("\"a\": [\"a@1.0.0\", \"\"]"), "the object with the dependencies is missing"),
        (with("\"a\": [\"a@github:a/b#c\", {}]"), "the tag that bun gives"),
        (with("\"a\": [\"a@x://u:secret@h\"]"), "resolved to what is not known: `x://h`"),
        (with("\"a\": [\"a@1.0.0\", \"\", {}, \"\"], \"a\": []"), "the key `a` stands twice"),
    ] {
        let fault = read(&text).unwrap_err().to_string();
        assert!(fault.contains(says), "{text}: {fault}");
    }
    let whole = lock();
    for end in 0..whole.trim_end().len() {
        assert!(read(&whole[..end]).is_err());
    }
}

#[test]
fn what_a_package_needs_is_locked() {
    let lines = |entries: &str| {
        let text = format!("{{\"lockfileVersion\": 1, \"workspaces\": {{}}, \"packages\": {{\n{entries}}}}}");
        let remarks = read(&text).unwrap().remarks;
        remarks.iter().filter(|one| one.what == Oddity::Unlocked).map(|one| one.line).collect::<Vec<_>>()
    };
    let entry = |key: &str, meta: &str| format!("\"{key}\": [\"x@1.0.0\", \"\", {{{meta}}}, \"{A}\"],\n");
    let needs = r#""dependencies": {"b": "1"}"#;
    assert_eq!(lines(&(entry("a", "") + &entry("@s/c", needs))), [3]);
    for other in ["b", "a/@s/c/b", "a/b"] {
        assert_eq!(lines(&(entry(other, "") + &entry("a/@s/c", needs))), [0; 0], "{other}");
    }
    assert_eq!(lines(&(entry("x/b", "") + &entry("a/c", needs))), [3]);
    for more in ["\"bundled\": true", "\"optionalDependencies\": {\"b\": \"1\"}"] {
        assert_eq!(lines(&entry("a", &format!("{needs}, {more}"))), [0; 0]);
    }
    assert_eq!(lines(&entry("a", r#""peerDependencies": {"b": "1"}, "optionalDependencies": {"o": "1"}"#)), [0; 0]);
}

/// Compares one manifest: the first, or that of a member.
fn in_sync(lock: &str, folder: &str, manifest: &str) -> Sync {
    let path = if folder.is_empty() { "package.json".to_owned() } else { format!("{folder}/package.json") };
    let first = if folder.is_empty() { manifest } else { r#"{"workspaces": ["packages/*"]}"# };
    let all = with(&[("package.json", first), (&path, manifest)], |project| sync::in_sync(lock, project));
    all.into_iter().find(|(at, _)| *at == path).unwrap().1
}

#[test]
fn the_manifest_is_compared_with_its_copy_in_the_lock() {
    let manifest = r#"{"name": "top", "dependencies": {"a": "^1.0.0"}, "peerDependencies": {"p": ">=1"}, "peerDependenciesMeta": {"p": {"optional": true}},
        "overrides": {"x": "1.0.0"}, "trustedDependencies": ["a", "b"]}"#;
    assert_eq!(in_sync(&lock(), "", manifest), Sync::Yes);
    assert_eq!(in_sync(&lock(), "packages/w", r#"{"dependencies": {"a": "1"}}"#), Sync::Yes);
    for (from, to) in [
        ("^1.0.0", "^1.0.1"),
        ("dependencies", "devDependencies"),
        ("\"a\": \"^1", "\"n\": \"1\", \"a\": \"^1"),
        ("\"x\": \"1.0.0\"", "\"x\": \"1.0.1\""),
        ("[\"a\", \"b\"]", "[\"a\"]"),
        ("\"overrides\"", "\"catalog\": {\"k\": \"1\"}, \"overrides\""),
        ("\"overrides\"", "\"patchedDependencies\": {\"k@1\": \"p\"}, \"overrides\""),
    ] {
        let Sync::No(_) = in_sync(&lock(), "", &manifest.replacen(from, to, 1)) else { panic!("{to}") };
    }
    let Sync::CannotTell(_) = in_sync(&lock(), "", &manifest.replace("\"x\": \"1.0.0\"", "\"x\": {\"y\": \"1\"}")) else { panic!() };
    let Sync::CannotTell(_) = in_sync("{", "", manifest) else { panic!() };
    let Sync::No(_) = in_sync(&lock(), "packages/v", "{}") else { panic!() };
}

#[test]
fn the_public_samples_are_read_or_refused_as_expected() {
    crate::formats::lockfiles::tests::check("bunlock", read);
}
