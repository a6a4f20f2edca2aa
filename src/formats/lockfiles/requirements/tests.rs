//! Whole files: includes, options, hash mode, entries that stand twice.

use super::*;
use crate::formats::lockfiles::Sync;
use crate::formats::lockfiles::python::normal;

/// As the lock of a file that names no other that is there.
fn in_sync(lock: &str, manifest: &str) -> Sync {
    super::in_sync(lock, ("x.in", manifest), &|_| Err("is not there".to_owned()))
}
use crate::formats::lockfiles::Integrity;

fn lock(text: &str) -> Lock<'_> {
    read_all("r.txt", &|_| Ok(text)).unwrap().remove(0).1
}

fn oddities(text: &str) -> Vec<(usize, Oddity)> {
    lock(text).remarks.iter().map(|remark| (remark.line, remark.what)).collect()
}

#[test]
fn what_ends_a_line_for_pip_alone_is_refused() {
    for sign in ["\r", "\u{b}", "\u{c}", "\u{1c}", "\u{85}", "\u{2028}", "\u{2029}"] {
        let text = format!("a==1\n# é{sign}evil>0\n");
        assert_eq!(parse(&text).unwrap_err().line, 2, "{sign:?}");
    }
    assert!(parse("a==1\r\n# é€\r\n").is_ok() && parse("a==1\r").is_ok());
}

#[test]
fn many_signs_of_variables_or_markers_are_read_in_one_pass() {
    let came = |text: String| parse(&text).map(|file| file.entries.len()).map_err(|fault| fault.line);
    assert_eq!(came(format!("a=={}}}\n", "${a".repeat(300_000))), Err(1));
    assert_eq!(came(format!("a{}/\n", ";".repeat(300_000))), Ok(1));
}

#[test]
fn entries_have_their_lines() {
    let text = format!("# made\n--index-url https://h/simple\na==1 \\\n    --hash=sha256:{}\nb>=2\n", "a".repeat(64));
    let packages = lock(&text).packages;
    assert_eq!(packages.iter().map(|p| (&*p.name, p.line)).collect::<Vec<_>>(), [("a", 3), ("b", 5)]);
    assert_eq!(packages[0].integrity, Integrity::Digests(["sha256"].into()));
    assert_eq!(packages[1].pin, Pin::Loose("a range: `>=2`".into()));
}

#[test]
fn what_weakens_the_index_is_remarked() {
    let found = oddities(
        "--extra-index-url https://a/\n--trusted-host h\n-i http://h/\n--index-url=https://u:p@h/\n-f https://${TOKEN}@h/\n--pre\n",
    );
    use Oddity::{Credentials, InsecureIndex};
    assert_eq!(found, [(1, InsecureIndex), (2, InsecureIndex), (3, InsecureIndex), (4, Credentials), (6, InsecureIndex)]);
    let local = "--find-links /opt/wheels\n--index-url file:///srv/simple\n-f ./wheels\n";
    assert_eq!(oddities(local), [(1, Oddity::LocalSource), (2, Oddity::LocalSource)]);
    assert!(!format!("{:?}", lock("--index-url=https://u:secret@h/\n")).contains("secret"));
}

#[test]
fn one_name_with_two_versions_contradicts_itself_unless_markers_say_otherwise() {
    assert_eq!(oddities("a==1\nA==2\n"), [(2, Oddity::Contradiction)]);
    assert_eq!(oddities("a.b==1\na_b==1\n"), [(2, Oddity::Duplicate)]);
    assert_eq!(oddities("a==1; python_version < '3.8'\na==2; python_version >= '3.8'\n"), []);
    assert_eq!(oddities("a==1; python_full_version == '3.9.*'\na==2; python_full_version < '3.9' or python_full_version >= '3.10'\n"), []);
    assert_eq!(oddities("a==1; platform_release == '5'\na==2; platform_release == '6'\n"), [(2, Oddity::Unread)]);
}

fn taken(files: &[(&'static str, &'static str)]) -> Result<Vec<(String, Lock<'static>)>, (String, Fault)> {
    let open = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| *text).ok_or_else(|| "does not exist".to_owned());
    read_all(files[0].0, &open)
}

fn says(files: &[(&'static str, &'static str)]) -> Vec<String> {
    let of =
        |(path, lock): (String, Lock<'_>)| lock.remarks.iter().map(move |it| format!("{path}:{} {}", it.line, it.says)).collect::<Vec<_>>();
    match taken(files) {
        Ok(all) => all.into_iter().flat_map(of).collect(),
        Err((path, fault)) => vec![format!("! {path}:{} {}", fault.line, fault.message)],
    }
}

#[test]
fn files_are_taken_in_once_and_a_missing_one_is_a_fault_of_the_line() {
    let read = taken(&[("d/a.txt", "x==1\n-r b.txt\n-r ../c.txt\n"), ("d/b.txt", "y==2\n-r ../c.txt\n"), ("c.txt", "z==3\n")]).unwrap();
    let names = |i: usize| read[i].1.packages.iter().map(|package| &*package.name).collect::<Vec<_>>();
    assert_eq!([names(0), names(1), names(2)], [vec!["x"], vec!["y"], vec!["z"]]);
    assert_eq!(says(&[("e.txt", "\n-r gone.txt\n")]), ["! e.txt:2 `gone.txt` does not exist"]);
    let cycle = [("d/a.txt", "x==1\n-r b.txt\n"), ("d/b.txt", "y==2\n-r a.txt\n")];
    assert_eq!(says(&cycle), ["! d/b.txt:2 `d/a.txt` includes this file again, so pip gives up"]);
    assert_eq!(says(&[("a.txt", "-r ./a.txt\n")]), ["! a.txt:1 `a.txt` includes this file again, so pip gives up"]);
}

#[test]
fn a_contradiction_is_told_where_the_files_come_together() {
    assert_eq!(says(&[("a.txt", "-r c.txt\nX==2\n"), ("c.txt", "x==1\n")]), ["a.txt:2 `x` stands in `c.txt`, line 1 with another version"]);
    assert_eq!(
        says(&[("a.txt", "\n-r b.txt\n-r c.txt\n"), ("b.txt", "x==1\n"), ("c.txt", "-r d.txt\n"), ("d.txt", "x==2\n")]),
        ["a.txt:3 `x` stands in `b.txt`, line 1 and in `d.txt`, line 1 with another version"]
    );
    assert_eq!(
        says(&[("a.txt", "-r b.txt\n"), ("b.txt", "x==1\n-r c.txt\n"), ("c.txt", "x==2\n")]),
        ["b.txt:1 `x` stands in `c.txt`, line 1 with another version"]
    );
}

#[test]
fn a_lock_is_held_to_its_constraints() {
    assert_eq!(says(&[("r/a.txt", "-c ../c.txt\nx==1\n"), ("c.txt", "x<2\ny==1\n")]), [] as [String; 0]);
    assert_eq!(says(&[("a.txt", "-c c.txt\nX==1\n"), ("c.txt", "x>=2\n")]), ["a.txt:2 `x` stands with `1`, which `c.txt` does not allow"]);
    assert_eq!(says(&[("a.txt", "x==1; os_name == 'nt'\n-c c.txt\n"), ("c.txt", "x>=2; os_name != 'nt'\n")]), [] as [String; 0]);
    assert_eq!(
        says(&[("a.txt", "-c c.txt\n-r b.txt\n"), ("b.txt", "x==1\n"), ("c.txt", "-r d.txt\n"), ("d.txt", "x>1\n")]),
        ["a.txt:1 `x` stands with `1`, which `d.txt` does not allow"]
    );
    assert_eq!(says(&[("a.txt", "x==1\n-c c.txt\n")]), ["! a.txt:2 `c.txt` does not exist"]);
}

#[test]
fn what_pip_refuses_is_refused() {
    for (text, line) in [("a==1\n--what\n", 2), ("a==1\n<<<<<<< HEAD\n", 2), ("-r\n", 1), ("\n\na=1\n", 3), ("a\0==1\n", 1), ("{}", 1)] {
        assert_eq!(parse(text).unwrap_err().line, line, "{text}");
    }
}

#[test]
fn a_lock_is_of_what_it_was_made_from() {
    let lock = "Idna==3.10\nrequests==2.32.3\nurllib3==2.2.0\n";
    assert_eq!(in_sync(lock, "requests>=2.31,<3\nidna\n"), Sync::Yes);
    assert_eq!(in_sync(lock, "requests>=3\n"), Sync::No(vec!["`requests` is locked to `2.32.3`, which is not asked for".into()]));
    assert_eq!(in_sync(lock, "flask\n"), Sync::No(vec!["`flask` is asked for, and not locked".into()]));
    assert!(matches!(in_sync(lock, "flask; sys_platform == 'win32'\n"), Sync::CannotTell(_)));
    assert!(matches!(in_sync(lock, "-r base.in\n"), Sync::CannotTell(_)));
    assert!(matches!(in_sync("=\n", "a\n"), Sync::CannotTell(_)));
}

#[test]
fn names_are_compared_as_the_index_does() {
    assert_eq!(normal("Zope.._Interface-X"), "zope-interface-x");
}

#[test]
fn one_digest_asks_for_all() {
    let (a, b) = ("a".repeat(64), "b".repeat(64));
    let of = |text: &str| oddities(text);
    assert_eq!(of(&format!("a==1 --hash=sha256:{a}\nb==2\n-e ./c\n")), [(2, Oddity::MixedHashes)]);
    let commit = format!("a==1 --hash=sha256:{a}\nb @ git+https://h/b@{}\n", "0".repeat(40));
    assert_eq!(of(&commit), [(2, Oddity::MixedHashes)]);
    assert_eq!(of(&format!("# This file was autogenerated by uv via the following command:\n{commit}")), []);
    assert_eq!(of(&format!("https://h/a.whl#sha256={a}\nb==2\n")), []);
    assert_eq!(of(&format!("a==1 --hash=sha256:{a}\na==1 --hash=sha256:{b}\n")), [(2, Oddity::Contradiction)]);
    let both = format!("a==1 --hash=sha256:{a} --hash=sha256:{b}\nA==1 --hash=sha256:{b} --hash=sha256:{}\n", a.to_uppercase());
    assert_eq!(of(&both), [(2, Oddity::Duplicate)]);
    let hashed: &'static str = format!("a==1 --hash=sha256:{a}\n").leak();
    assert_eq!(
        says(&[("a.txt", "-r b.txt\n-r c.txt\n"), ("b.txt", hashed), ("c.txt", "\nx==1\ny==1\n")]),
        ["a.txt:2 `x` of `c.txt` and 1 more have no digest, and `b.txt`, line 1 has one, so pip asks it of all"]
    );
}
