//! What composer's lockfiles are read as. The digests of the tests were made by composer itself.

use super::*;

const C: &str = "0123456789012345678901234567890123456789";

fn lock(digest: &str) -> String {
    format!(
        r#"{{
"content-hash": "{digest}",
"packages": [
  {{"name": "a/a", "version": "1.0.0", "source": {{"type": "git", "url": "https://github.com/a/a.git", "reference": "{C}"}},
    "dist": {{"type": "zip", "url": "https://api.github.com/z", "reference": "{C}", "shasum": ""}}, "notification-url": "https://packagist.org/downloads/"}},
  {{"name": "b/b", "version": "2.0.0", "dist": {{"type": "zip", "url": "https://h/b.zip", "shasum": "{C}"}}}},
  {{"name": "c/c", "version": "dev-main", "source": {{"type": "git", "url": "https://u:secret@h/c.git", "reference": "main"}}}},
  {{"name": "d/d", "version": "1.x-dev", "source": {{"type": "git", "url": "https://h/d.git", "reference": "{C}"}}}},
  {{"name": "e/e", "version": "1.0.0", "dist": {{"type": "path", "url": "../e", "reference": "{C}"}}}},
  {{"name": "f/f", "version": "v1.2", "type": "metapackage", "notification-url": "https://satis.in/x"}},
  {{"name": "g/g", "version": "1.0", "dist": {{"type": "zip", "url": "http://h/g.zip", "shasum": "zz"}}}},
  {{"name": "h/h", "version": "1.0", "source": {{"type": "svn", "url": "https://h/svn", "reference": "/trunk/@17"}}}}
],
"packages-dev": [
  {{"name": "A/a", "version": "1.1.0"}},
  {{"name": "f/f", "version": "v1.2"}}
]}}"#
    )
}

#[test]
fn every_kind_of_package_is_read() {
    let lock = read(lock("x").leak()).unwrap();
    let shown: Vec<String> =
        lock.packages.iter().map(|p| format!("{} {} {:?} {:?} {:?}", p.line, p.name, p.source, p.pin, p.integrity)).collect();
    let expected = [
        "4 a/a Registry(None) Exact NotAsked",
        "6 b/b Archive(\"https://h/b.zip\") Exact Digests([\"sha1\"])",
        "7 c/c Repository(\"https://h/c.git\") Loose(\"a branch: `dev-main`\") Missing",
        "8 d/d Repository(\"https://h/d.git\") Exact NotAsked",
        "9 e/e Path(\"../e\") Loose(\"a path: `../e`\") NotAsked",
        "10 f/f Registry(Some(\"https://satis.in/x\")) Exact NotAsked",
        "11 g/g Archive(\"http://h/g.zip\") Loose(\"an archive whose bytes are not known\") Missing",
        "12 h/h Repository(\"https://h/svn\") Exact NotAsked",
        "15 A/a Registry(None) Exact NotAsked",
        "16 f/f Registry(None) Exact NotAsked",
    ];
    assert_eq!(shown, expected);
    let remarks: Vec<(usize, Oddity)> = lock.remarks.iter().map(|remark| (remark.line, remark.what)).collect();
    let expected = [
        (7, Oddity::Credentials),
        (11, Oddity::BadDigest),
        (11, Oddity::InsecureIndex),
        (15, Oddity::Contradiction),
        (16, Oddity::Duplicate),
    ];
    assert_eq!(remarks, expected);
    assert!(!format!("{lock:?}").contains("secret"));
}

#[test]
fn what_is_no_lock_is_refused_with_its_line() {
    for (text, says) in [
        ("", "the text ends"),
        ("1", "`composer.lock` is a number"),
        ("{}", "`packages` is missing"),
        ("{\"packages\": []}", "`packages-dev` is missing"),
        ("{\"packages\": {}, \"packages-dev\": []}", "`packages` is an object, and a list is expected"),
        ("{\"packages\": [], \"packages-dev\":\nnull}", "line 2, column 1: `packages-dev` is null"),
        ("{\"packages\": [\n1], \"packages-dev\": []}", "line 2, column 1: `an entry of `packages`` is a number"),
        ("{\"packages\": [\n{\"version\": \"1\"}], \"packages-dev\": []}", "line 2, column 1: a package has no `name`"),
        ("{\"packages\": [{\"name\": \"a\"}], \"packages-dev\": []}", "a package has no `version`"),
        ("{\"packages\": [{\"name\": \"a\", \"version\": 1}], \"packages-dev\": []}", "`version` is a number"),
    ] {
        let fault = read(text).unwrap_err().to_string();
        assert!(fault.contains(says), "{text}: {fault}");
    }
    let whole = lock("x");
    for end in 0..whole.len() {
        assert!(read(&whole[..end]).is_err());
    }
}

#[test]
fn the_digest_is_that_of_composer() {
    let first = r#"{"require": {"monolog/monolog": "^2.0", "php": ">=7.4"}, "name": "a/b", "description": "no matter",
        "config": {"platform": {"php": "7.4.0"}, "sort-packages": true}, "minimum-stability": "dev", "repositories": [],
        "extra": {"u": "é𝄞/", "e": {}, "n": [1, 1.5, true, null], "l": {"0": "x"}}}"#;
    let fourth = r#"{"config": {"platform": {}}, "version": null, "require-dev": {"x/y": "1"}, "conflict": {"c/c": "*"},
        "replace": {"r/r": "*"}, "provide": {"p/p": "*"}, "prefer-stable": true}"#;
    for (digest, manifest) in [
        ("c5d30446e3958645209e5415a70943a6", first),
        ("5c91271087cff82350e2ff82283f28c3", r#"{"name": "a/b", "config": {"platform": null}, "require": {}}"#),
        ("d751713988987e9331980363e24189ce", "{}"),
        ("5070791b3f62c900f0690cf1ea19d123", fourth),
    ] {
        assert_eq!(hashed(&lock(digest), manifest), Sync::Yes, "{manifest}");
        let Sync::No(_) = hashed(&lock("0"), manifest) else { panic!("{manifest}") };
    }
    let digest = "c5d30446e3958645209e5415a70943a6";
    assert_eq!(hashed(&lock(digest), &first.replace("no matter", "other")), Sync::Yes);
    for (from, to) in [("^2.0", "^2.1"), ("7.4.0", "8.0.0"), ("[1, 1.5", "[1.5, 1"), ("\"dev\"", "\"stable\"")] {
        let Sync::No(_) = hashed(&lock(digest), &first.replace(from, to)) else { panic!("{to}") };
    }
}

#[test]
fn an_old_lock_keeps_the_digest_of_the_whole_file() {
    let old = |digest: &str| format!("{{\"hash\": \"{digest}\", \"packages\": [], \"packages-dev\": []}}");
    assert_eq!(hashed(&old("99914b932bd37a50b983c5e7c90ae93b"), "{}"), Sync::Yes);
    let Sync::No(_) = hashed(&old("99914b932bd37a50b983c5e7c90ae93b"), "{ }") else { panic!() };
}

#[test]
fn a_digest_that_matches_does_not_hide_a_package_that_is_gone() {
    let lock = |packages: &str| {
        format!("{{\"content-hash\": \"c5d30446e3958645209e5415a70943a6\", \"packages\": [{packages}], \"packages-dev\": []}}")
    };
    let manifest = r#"{"require": {"monolog/monolog": "^2.0", "php": ">=7.4"}, "name": "a/b", "config": {"platform": {"php": "7.4.0"}}, "minimum-stability": "dev", "repositories": [],
        "extra": {"u": "é𝄞/", "e": {}, "n": [1, 1.5, true, null], "l": {"0": "x"}}}"#;
    assert_eq!(in_sync(&lock(r#"{"name": "Monolog/monolog", "version": "2.0.0"}"#), manifest), Sync::Yes);
    let gone = ["`monolog/monolog` is asked for, and the lock has no entry of it"];
    assert_eq!(in_sync(&lock(""), manifest), Sync::No(gone.map(str::to_owned).to_vec()));
    for key in ["replace", "provide"] {
        let other = format!("{{\"name\": \"o/o\", \"version\": \"1\", \"{key}\": {{\"monolog/monolog\": \"*\"}}}}");
        assert_eq!(absent(&lock(&other), manifest), [""; 0]);
    }
    assert_eq!(absent(&lock(""), &manifest.replace("require", "require-dev")), gone);
}

#[test]
fn what_cannot_be_compared_is_said() {
    for manifest in ["{", "[]", "{\"extra\": {\"n\": 1e99}}", "{\"name\": 1, \"name\": 2}"] {
        let Sync::CannotTell(_) = hashed(&lock("x"), manifest) else { panic!("{manifest}") };
    }
    let Sync::CannotTell(_) = hashed("{", "{}") else { panic!() };
    let Sync::CannotTell(_) = hashed("{\"packages\": [], \"packages-dev\": []}", "{}") else { panic!() };
}

#[test]
fn the_public_samples_are_read_or_refused_as_expected() {
    crate::formats::lockfiles::tests::check("composerlock", read);
}
