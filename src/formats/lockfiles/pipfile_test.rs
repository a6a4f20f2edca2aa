//! What pipenv's lockfiles are read as. The digests of the tests were made by pipenv and plette themselves.

use super::*;

const S: &str = "sha256:2c2349112351b88699d8d4b6b075022c0808887cb7ad10069318a8b0bc88db44";
const C: &str = "0123456789012345678901234567890123456789";
const PIPFILE: &str = r#"[[source]]
name = "pypi"
url = "https://pypi.org/simple"
verify_ssl = true

[packages]
requests = "*"
My_Pkg = {version = ">=1.0", extras = ["socks", "é"], markers = "python_version < '3'"}

[dev-packages]
pytest = "==7.0"

[docs]
"Sphinx.Theme" = "*"

[requires]
python_version = "3.8"

[scripts]
x = "y"

[pipenv]
allow_prereleases = true
"#;

fn lock(digest: &str) -> String {
    format!(
        r#"{{
"_meta": {{"hash": {{"sha256": "{digest}"}}, "pipfile-spec": 6, "requires": {{}}, "sources": [
  {{"name": "own", "url": "http://u:secret@pypi.in/simple", "verify_ssl": false}}]}},
"default": {{
  "a": {{"hashes": ["{S}", "{S}"], "index": "pypi", "version": "==1.0"}},
  "b": {{"version": "*"}},
  "c": {{"git": "https://h/c.git", "ref": "{C}", "editable": true}},
  "d": {{"git": "https://h/d.git", "ref": "main"}},
  "e": {{"path": "./e", "editable": true}},
  "f": {{"file": "https://h/f.zip", "hashes": ["{S}"]}},
  "g": {{"file": "https://h/g.zip"}},
  "h": {{"version": "==1.*", "index": "own", "hashes": ["sha256:ab"]}}
}},
"develop": {{"a": {{"version": "==1.1", "hashes": ["md5:00000000000000000000000000000000"]}}}},
"docs": {{"i": {{"version": "===1.0"}}}}
}}"#
    )
}

#[test]
fn every_kind_of_package_is_read() {
    let lock = read(lock("x").leak()).unwrap();
    let shown: Vec<String> =
        lock.packages.iter().map(|p| format!("{} {} {:?} {:?} {:?}", p.line, p.name, p.source, p.pin, p.integrity)).collect();
    let expected = [
        "5 a Registry(None) Exact Digests([\"sha256\"])",
        "6 b Registry(None) Loose(\"a range: `*`\") Missing",
        "7 c Repository(\"https://h/c.git\") Exact NotAsked",
        "8 d Repository(\"https://h/d.git\") Loose(\"no whole commit: `main`\") NotAsked",
        "9 e Path(\"./e\") Loose(\"a path: `./e`\") NotAsked",
        "10 f Archive(\"https://h/f.zip\") Exact Digests([\"sha256\"])",
        "11 g Archive(\"https://h/g.zip\") Loose(\"an archive whose bytes are not known\") Missing",
        "12 h Registry(Some(\"own\")) Loose(\"a range: `==1.*`\") Missing",
        "14 a Registry(None) Exact Digests([\"md5\"])",
        "15 i Registry(None) Exact Missing",
    ];
    assert_eq!(shown, expected);
    assert_eq!(lock.packages[0].version.as_deref(), Some("1.0"));
    let remarks: Vec<(usize, Oddity)> = lock.remarks.iter().map(|remark| (remark.line, remark.what)).collect();
    let index = Oddity::InsecureIndex;
    assert_eq!(remarks, [(3, index), (3, Oddity::Credentials), (3, index), (12, Oddity::BadDigest), (14, Oddity::Contradiction)]);
    assert!(!format!("{lock:?}").contains("secret"));
}

#[test]
fn what_is_no_lock_is_refused_with_its_line() {
    let meta = "\"_meta\": {\"pipfile-spec\": 6}";
    for (text, says) in [
        ("[]".to_owned(), "line 1, column 1: `Pipfile.lock` is a list"),
        ("{}".to_owned(), "`_meta` is missing"),
        ("{\"_meta\": {}}".to_owned(), "`pipfile-spec` is missing"),
        ("{\"_meta\": {\"pipfile-spec\":\n 5}}".to_owned(), "line 2, column 1: `pipfile-spec` is none of the known: 6"),
        (format!("{{{meta}}}"), "`default` is missing"),
        (format!("{{{meta}, \"default\": {{}}}}"), "`develop` is missing"),
        (format!("{{{meta}, \"default\": {{}}, \"develop\": {{}},\n\"docs\": 1}}"), "line 2, column 1: `docs` is a number"),
        (format!("{{{meta}, \"default\": {{\n\"a\": \"==1\"}}, \"develop\": {{}}}}"), "line 2, column 1: `a` is a text"),
        (format!("{{{meta}, \"default\": {{\"a\": {{\"hashes\": 1}}}}, \"develop\": {{}}}}"), "the hashes of `a` are no list of texts"),
        ("\u{feff}{}".to_owned(), "a value is expected here"),
    ] {
        let fault = read(&text).unwrap_err().to_string();
        assert!(fault.contains(says), "{text}: {fault}");
    }
    let whole = lock("x");
    for end in 0..whole.len() {
        assert!(read(&whole[..end]).is_err());
    }
}

#[test]
fn the_digest_is_that_of_pipenv_and_plette() {
    for digest in [
        "007670233d8106e57217d153479e8be2f9489d15eba9ff3a0da8ed61f9cdc631",
        "608bac9309ec7cae5dcde575e645e123af65e1cd5855d2b65c96ce53320c99ec",
    ] {
        assert_eq!(hashed(&lock(digest), PIPFILE), Sync::Yes);
        assert_eq!(hashed(&lock(digest), &PIPFILE.replace("x = \"y\"", "").replace('\n', "\r\n")), Sync::Yes);
        for (from, to) in [("requests = \"*\"", "requests = \"1\""), ("3.8", "3.9"), ("pypi.org", "pypi.in"), ("[docs]", "[doc]")] {
            let Sync::No(_) = hashed(&lock(digest), &PIPFILE.replace(from, to)) else { panic!("{to}") };
        }
    }
    let few = "70e8bf6bc774f5ca177467cab4e67d4264d0536857993326abc13ff43063bec0";
    assert_eq!(hashed(&lock(few), "[packages]\nrequests = \"*\"\n"), Sync::Yes);
    let none = "ebffa69a1fa192d1cef7cb42ad79231ca976565c5ce371a70160b3048d3cbc06";
    assert_eq!(hashed(&lock(none), ""), Sync::Yes);
}

#[test]
fn a_digest_that_matches_does_not_hide_a_package_that_is_gone() {
    let few = "70e8bf6bc774f5ca177467cab4e67d4264d0536857993326abc13ff43063bec0";
    let lock = |packages: &str| {
        format!(
            "{{\"_meta\": {{\"pipfile-spec\": 6, \"hash\": {{\"sha256\": \"{few}\"}}}}, \"default\": {{{packages}}}, \"develop\": {{}}}}"
        )
    };
    let manifest = "[packages]\nrequests = \"*\"\n";
    assert_eq!(in_sync(&lock("\"requests\": {\"version\": \"==2\"}"), manifest), Sync::Yes);
    assert_eq!(in_sync(&lock(""), manifest), Sync::No(vec!["`requests` is asked for, and the lock has no entry of it".to_owned()]));
    let other = "[packages]\nA_b = \"*\"\nsetuptools = \"*\"\nw = {version = \"*\", sys_platform = \"== 'win32'\"}\np = {path = \".\"}\n[docs]\nd = {version = \"1\"}\n";
    assert_eq!(absent(&lock("\"a-b\": {}"), other), ["`d` is asked for, and the lock has no entry of it"]);
}

#[test]
fn what_cannot_be_compared_is_said() {
    for manifest in ["[packages", "[packages]\na = 1.5", "[packages]\na = 1979-05-27", "a = 1\na = 2"] {
        let Sync::CannotTell(_) = hashed(&lock("x"), manifest) else { panic!("{manifest}") };
    }
    let Sync::CannotTell(_) = hashed("{", "") else { panic!() };
    let Sync::CannotTell(_) = hashed(&lock("x").replace("\"sha256\"", "\"sha512\""), "") else { panic!() };
}

#[test]
fn the_public_samples_are_read_or_refused_as_expected() {
    crate::formats::lockfiles::tests::check("pipfilelock", read);
}
