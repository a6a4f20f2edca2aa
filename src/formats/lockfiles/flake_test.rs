//! What nix's lockfiles are read as.

use super::*;
use crate::formats::lockfiles::Oddity;

const N: &str = "sha256-U02riOqrKKzwjsxc/400XnElV+UtPUQWpANPlyazjH0=";
const C: &str = "0123456789012345678901234567890123456789";

fn lock() -> String {
    format!(
        r#"{{ "nodes": {{
"a": {{"inputs": {{"b": "b", "c": ["d"]}}, "locked": {{"lastModified": 1600000000, "narHash": "{N}", "owner": "o", "repo": "a", "rev": "{C}", "type": "github"}}, "original": {{}}}},
"b": {{"locked": {{"lastModified": 1700000000, "narHash": "{N}", "rev": "{C}", "type": "git", "url": "https://u:secret@h/b"}}}},
"d": {{"locked": {{"lastModified": 1500000000, "narHash": "{N}", "type": "tarball", "url": "https://h/d.tar.gz"}}}},
"e": {{"locked": {{"path": "/home/me/e", "type": "path"}}}},
"f": {{"locked": {{"owner": "o", "repo": "f", "type": "gitlab"}}}},
"root": {{"inputs": {{"a": "a", "d": "d", "same": ["a", "c"], "none": []}}}}
}},
"root": "root", "version": 7 }}"#
    )
}

#[test]
fn every_kind_of_input_is_read() {
    let lock = read(lock().leak()).unwrap();
    let shown: Vec<String> =
        lock.packages.iter().map(|p| format!("{} {} {:?} {:?} {:?}", p.line, p.name, p.source, p.pin, p.integrity)).collect();
    let expected = [
        "2 a Repository(\"github:o/a\") Exact Digests([\"sha256\"])",
        "3 b Repository(\"https://h/b\") Exact Digests([\"sha256\"])",
        "4 d Archive(\"https://h/d.tar.gz\") Exact Digests([\"sha256\"])",
        "5 e Path(\"/home/me/e\") Loose(\"a path: `/home/me/e`\") NotAsked",
        "6 f Repository(\"gitlab:o/f\") Loose(\"a repository without a commit\") Missing",
    ];
    assert_eq!(shown, expected);
    assert_eq!((lock.remarks.len(), lock.remarks[0].what), (1, Oddity::Credentials));
}

#[test]
fn its_time_is_that_of_the_newest_input_of_the_project() {
    assert_eq!(read(lock().leak()).unwrap().stamp, Some(at("2020-09-13T12:26:40Z")));
    let older = lock().replace("\"a\": \"a\", \"d\"", "\"d\"").replace("[\"a\", \"c\"]", "[\"d\"]");
    assert_eq!(read(&older).unwrap().stamp, Some(at("2017-07-14T02:40:00Z")));
    let deep = lock().replace("\"same\": [\"a\", \"c\"]", "\"same\": [\"a\", \"b\"]");
    assert_eq!(read(&deep).unwrap().stamp, Some(at("2023-11-14T22:13:20Z")));
    assert_eq!(read("{\"nodes\": {\"root\": {}}, \"root\": \"root\", \"version\": 7}").unwrap(), Lock::default());
}

#[test]
fn what_is_no_lock_is_refused_with_its_line() {
    let with = |nodes: &str| format!("{{\"version\": 7, \"root\": \"root\", \"nodes\": {{\n{nodes}}}}}");
    for (text, says) in [
        ("{}".to_owned(), "`version` is missing"),
        ("{\"version\":\n 6}".to_owned(), "line 2, column 1: `version` is none of the known: 7"),
        ("{\"version\": 7}".to_owned(), "`root` is missing"),
        ("{\"version\": 7, \"root\": \"root\"}".to_owned(), "`nodes` is missing"),
        (with(""), "the root `root` is none of the nodes"),
        (with("\"root\": 1"), "line 2, column 1: `root` is a number"),
        (with("\"root\": {\"inputs\": {\n\"a\": \"a\"}}"), "line 3, column 1: the input `a` of `root` leads to no node"),
        (with("\"root\": {\"inputs\": {\"a\": [\"a\"]}}"), "leads to no node"),
        (with("\"root\": {\"inputs\": {\"a\": [\"b\"], \"b\": [\"a\"]}}"), "leads to no node"),
        (with("\"root\": {},\n\"a\": {}"), "line 3, column 1: `a` is not locked"),
        (with("\"root\": {}, \"a\": {\"locked\": {}}"), "`type` is missing"),
        (lock().replace("1600000000", "\"x\""), "line 2, column 1: `lastModified` is no time"),
        (lock().replace("1600000000", "99999999999999999"), "`lastModified` is no time"),
    ] {
        let fault = read(&text).unwrap_err().to_string();
        assert!(fault.contains(says), "{text}: {fault}");
    }
    let whole = lock();
    for end in 0..whole.len() {
        assert!(read(&whole[..end]).is_err());
    }
}

#[test]
fn many_ways_to_a_node_take_no_time() {
    let to = |n: usize| if n % 50 == 49 { "\"x\"".to_owned() } else { format!("[\"i{}\"]", n + 1) };
    let many: Vec<String> = (0..20_000).map(|n| format!("\"i{n}\": {}", to(n))).collect();
    let nodes = format!("\"root\": {{\"inputs\": {{{}}}}}, \"x\": {{\"locked\": {{\"type\": \"path\"}}}}", many.join(","));
    assert_eq!(read(format!("{{\"version\": 7, \"root\": \"root\", \"nodes\": {{{nodes}}}}}").leak()).unwrap().packages.len(), 1);
}

fn at(time: &str) -> Stamp {
    Stamp::NotBefore(super::super::stamp::time(time).unwrap())
}
