//! What npm's lockfiles of each version are read as.

use super::super::Sync;
use super::super::project::with;
use super::*;

const A: &str = "sha512-l4Sp/DRseor9wL6EvV2+TuQn63dMkPjZ/sp9XkghTEbV9KlPS1xUsZ3u7/IQO4wxtcFB4bgpQPRcR3QCvezPcQ==";
const B: &str = "sha512-qpCAvRl9stuOHveKsn7HncJRvv501qIacKzQlO/+Lwxc9+0q2wLyv4Dfvt80/DPn2pqOBsJdDiogXGR9+OvwRw==";
const C: &str = "0123456789012345678901234567890123456789";

fn shown(lock: &Lock<'_>) -> Vec<String> {
    let pin = |pin: &Pin| if let Pin::Loose(why) = pin { why.clone() } else { "exact".to_owned() };
    let one = |p: &Package| {
        let integrity = match &p.integrity {
            Integrity::Digests(names) => names.to_string(),
            Integrity::Missing => "missing".to_owned(),
            Integrity::NotAsked => "not asked".to_owned(),
        };
        format!("{} {} {} {:?} | {} | {integrity}", p.line, p.name, p.version.as_deref().unwrap_or("-"), p.source, pin(&p.pin))
    };
    lock.packages.iter().map(one).collect()
}

fn refused(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

fn third() -> String {
    format!(
        r#"{{
"name": "top", "lockfileVersion": 3, "requires": true, "packages": {{
"": {{"version": "1.0.0", "workspaces": ["packages/*", "!packages/c"], "dependencies": {{"a": "^1.0.0"}}, "devDependencies": {{"g": "git+https://h/g"}}}},
"packages/b": {{"name": "@s/b", "version": "2.0.0"}},
"packages/c": {{"version": "2.0.0"}},
"node_modules/@s/b": {{"resolved": "packages/b", "link": true}},
"node_modules/out": {{"resolved": "../out", "link": true}},
"node_modules/a": {{"version": "1.0.2", "resolved": "https://registry.npmjs.org/a/-/a-1.0.2.tgz", "integrity": "{A}"}},
"node_modules/a/node_modules/@t/x": {{"name": "real", "version": "1.0.0", "resolved": "https://npm.in/repo/real/-/real-1.0.0.tgz"}},
"node_modules/g": {{"version": "1.0.0", "resolved": "git+ssh://git@github.com/u/g.git#{C}"}},
"node_modules/h": {{"version": "1.0.0", "resolved": "git+ssh://git@github.com/u/h.git#main"}},
"node_modules/t": {{"version": "1.0.0", "resolved": "http://h/t.tgz", "integrity": "{A}"}},
"node_modules/u": {{"version": "1.0.0", "resolved": "https://u:secret@h/u.tgz"}},
"node_modules/f": {{"version": "1.0.0", "resolved": "file:f.tgz", "integrity": "{A}"}},
"node_modules/i": {{"version": "1.0.0", "inBundle": true}},
"node_modules/j": {{"version": "^1.0.0", "integrity": "sha1-tSQ9jz7BqjXxNkYFvA0QNuMKtp8="}},
"node_modules/k": {{"optional": true}}
}}}}"#
    )
}

#[test]
fn version_3_is_read_with_every_kind_of_source() {
    let lock = read(third().leak()).unwrap();
    let expected = [
        "3 top 1.0.0 Project | exact | not asked",
        "4 @s/b 2.0.0 Project | exact | not asked",
        "5 c 2.0.0 Path(\"packages/c\") | exact | not asked",
        "6 @s/b - Project | exact | not asked",
        "7 out - Path(\"../out\") | a path: `../out` | not asked",
        "8 a 1.0.2 Registry(None) | exact | sha512",
        "9 real 1.0.0 Registry(Some(\"https://npm.in/repo/\")) | exact | missing",
        "10 g 1.0.0 Repository(\"git+ssh://git@github.com/u/g.git\") | exact | not asked",
        "11 h 1.0.0 Repository(\"git+ssh://git@github.com/u/h.git\") | no whole commit: `main` | not asked",
        "12 t 1.0.0 Archive(\"http://h/t.tgz\") | exact | sha512",
        "13 u 1.0.0 Archive(\"https://h/u.tgz\") | an archive whose bytes are not known | missing",
        "14 f 1.0.0 Path(\"file:f.tgz\") | exact | sha512",
        "15 i 1.0.0 Registry(None) | exact | not asked",
        "16 j ^1.0.0 Registry(None) | a range or a tag: `^1.0.0` | sha1",
        "17 k - Registry(None) | no version | missing",
    ];
    assert_eq!(shown(&lock), expected);
    let remarks: Vec<(usize, Oddity)> = lock.remarks.iter().map(|remark| (remark.line, remark.what)).collect();
    assert_eq!(remarks, [(12, Oddity::InsecureIndex), (13, Oddity::Credentials)]);
    assert!(!format!("{lock:?}").contains("secret"));
    let marked = format!("\u{feff}{}", third().replace('\n', "\r\n"));
    assert_eq!(read(&marked).unwrap(), lock);
}

#[test]
fn version_1_is_read_with_what_lies_inside() {
    let text = format!(
        r#"{{"lockfileVersion": 1, "requires": true, "dependencies": {{
"a": {{"version": "1.0.0", "resolved": "https://registry.npmjs.org/a/-/a-1.0.0.tgz", "integrity": "{A}",
  "dependencies": {{
    "b": {{"version": "2.0.0", "bundled": true}}}}}},
"c": {{"version": "github:u/c#{C}", "from": "github:u/c"}},
"d": {{"version": "file:../d"}},
"e": {{"version": "npm:@s/real@3.0.0", "resolved": "https://registry.npmjs.org/e/-/e-3.0.0.tgz", "integrity": "{B}"}},
"f": {{"version": "https://h/f.tgz", "integrity": "{A}"}}}}}}"#
    );
    let expected = [
        "2 a 1.0.0 Registry(None) | exact | sha512",
        "4 b 2.0.0 Registry(None) | exact | not asked",
        "5 c - Repository(\"github:u/c\") | exact | not asked",
        "6 d - Path(\"file:../d\") | a path: `file:../d` | not asked",
        "7 @s/real 3.0.0 Registry(None) | exact | sha512",
        "8 f - Archive(\"https://h/f.tgz\") | exact | sha512",
    ];
    assert_eq!(shown(&read(&text).unwrap()), expected);
}

#[test]
fn version_2_is_read_once() {
    let text = format!(
        r#"{{"lockfileVersion": 2, "packages": {{"": {{}}, "node_modules/a": {{"version": "1.0.0", "integrity": "{A}"}}}}, "dependencies": {{"a": {{"version": "1.0.0"}}}}}}"#
    );
    assert_eq!(read(&text).unwrap().packages.len(), 2);
    assert_eq!(read(r#"{"lockfileVersion": 2, "dependencies": {"a": {"version": "1.0.0"}}}"#).unwrap().packages.len(), 1);
    assert_eq!(read(r#"{"lockfileVersion": 1}"#).unwrap(), Lock::default());
}

#[test]
fn one_version_with_two_digests_is_a_contradiction() {
    let entry = |folder: &str, digest: &str| format!("\"node_modules/{folder}\": {{\"version\": \"1.0.0\", \"integrity\": \"{digest}\"}}");
    let text =
        |second: &str| format!("{{\"lockfileVersion\": 3, \"packages\": {{{},\n{}}}}}", entry("a", A), entry("x/node_modules/a", second));
    let lock = read(text(B).leak()).unwrap();
    assert_eq!((lock.remarks[0].line, lock.remarks[0].what), (2, Oddity::Contradiction));
    assert!(read(text(A).leak()).unwrap().remarks.is_empty());
    assert!(read(text("sha1-tSQ9jz7BqjXxNkYFvA0QNuMKtp8=").leak()).unwrap().remarks.is_empty());
    let bad = read(text("sha512-AAAA").leak()).unwrap();
    assert_eq!((bad.remarks[0].what, &bad.packages[1].integrity), (Oddity::BadDigest, &Integrity::Missing));
}

#[test]
fn what_is_no_lock_is_refused_with_its_line() {
    for (text, says) in [
        ("", "line 1, column 1: the text ends"),
        ("null", "line 1, column 1: an object is expected, and null"),
        ("[]", "line 1, column 1: an object is expected, and a list"),
        ("{}", "`lockfileVersion` is missing"),
        ("{\n\"lockfileVersion\": 4}", "line 2, column 1: `lockfileVersion` is none of the known: 1, 2, 3"),
        ("{\"lockfileVersion\": \"3\"}", "none of the known"),
        ("{\"lockfileVersion\": 3}", "`packages` is missing"),
        ("{\"lockfileVersion\": 2}", "`dependencies` is missing"),
        ("{\"lockfileVersion\": 3, \"packages\":\n []}", "line 2, column 1: `packages` is a list"),
        ("{\"lockfileVersion\": 3, \"packages\": {\n\"node_modules/a\": 1}}", "line 2, column 1: `node_modules/a` is a number"),
        ("{\"lockfileVersion\": 1, \"dependencies\": {\n\"a\": null}}", "line 2, column 1: `a` is null"),
        ("{\"lockfileVersion\": 3, \"packages\": {\"a\": {\"version\":\n 1}}}", "line 2, column 1: `version` is a number"),
        ("{\n<<<<<<< HEAD\n\"lockfileVersion\": 3,", "line 2, column 1: a conflict of a merge"),
        ("{\"lockfileVersion\": 3,\n\"lockfileVersion\": 2}", "line 2, column 1: the key `lockfileVersion` stands twice"),
        ("{\"lockfileVersion\": 3,\0}", "a key must be a string"),
    ] {
        assert!(refused(text).contains(says), "{text}: {}", refused(text));
    }
    for end in 0..third().len() {
        assert!(read(&third()[..end]).is_err());
    }
    assert!(refused(&format!("{{\"lockfileVersion\": 1, {}", "\"dependencies\": {\"a\": {".repeat(100_000))).contains("nested"));
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
    let manifest = r#"{"name": "top", "workspaces": ["packages/*", "!packages/c"], "dependencies": {"a": "^1.0.0"}, "devDependencies": {"g": "git+https://h/g"}}"#;
    assert_eq!(in_sync(&third(), "", manifest), Sync::Yes);
    assert_eq!(in_sync(&third(), "packages/b", r#"{"name": "@s/b", "version": "2.0.0"}"#), Sync::Yes);
    for (from, to, says) in [
        ("^1.0.0", "^2.0.0", "`a` is asked for as `^2.0.0`, and the lock was made for `^1.0.0`"),
        ("\"a\": ", "\"b\": \"1\", \"a\": ", "`b` is asked for in `dependencies`, and the lock was made without it"),
        ("{\"a\": \"^1.0.0\"}", "{}", "`a` is no longer asked for, and the lock was made with it"),
        (
            "devDependencies",
            "optionalDependencies",
            "`g` stands in `optionalDependencies`, and the lock was made with it in `devDependencies`",
        ),
        ("packages/*", "libs/*", "the workspaces are others than those that the lock was made for"),
    ] {
        let Sync::No(found) = in_sync(&third(), "", &manifest.replacen(from, to, 1)) else { panic!("{to}") };
        assert!(found.iter().any(|one| one == says), "{found:?}");
    }
    let without = third().replace("\"node_modules/a\"", "\"node_modules/z\"");
    assert_eq!(in_sync(&without, "", manifest), Sync::No(vec!["`a` is asked for, and the lock has no entry of it".to_owned()]));
    let Sync::No(_) = in_sync(&third(), "packages/d", "{}") else { panic!() };
    let Sync::CannotTell(_) = in_sync(&third(), "", "{\"a\": 1, \"a\": 1}") else { panic!() };
    let Sync::CannotTell(_) = in_sync("{}", "", manifest) else { panic!() };
}

#[test]
fn a_lock_of_version_1_knows_names_only() {
    let lock = r#"{"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0"}}}"#;
    let Sync::CannotTell(_) = in_sync(lock, "", r#"{"dependencies": {"a": "^1"}, "peerDependencies": {"p": "1"}}"#) else { panic!() };
    let Sync::No(_) = in_sync(lock, "", r#"{"devDependencies": {"b": "^1"}}"#) else { panic!() };
    assert_eq!(in_sync(r#"{"lockfileVersion": 1}"#, "", "{}"), Sync::Yes);
}

#[test]
fn the_public_samples_are_read_or_refused_as_expected() {
    crate::formats::lockfiles::tests::check("packagelockjson", read);
}

#[test]
fn a_folder_beside_the_project_is_told_once() {
    let text = r#"{"lockfileVersion": 3, "packages": {
"": {"name": "top"},
"../x": {"name": "x", "version": "1.0.0"},
"node_modules/x": {"resolved": "../x", "link": true},
"node_modules/y": {"resolved": "lib/y", "link": true}}}"#;
    let lock = read(text).unwrap();
    let loose = lock.packages.iter().filter(|package| package.pin != Pin::Exact).map(|package| package.line);
    assert_eq!(loose.collect::<Vec<_>>(), [3]);
}
