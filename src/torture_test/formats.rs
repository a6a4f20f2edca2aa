//! The round of JSON, YAML, DVC's files, LFS pointers and manifests.

use super::{Dice, rounds};
use crate::formats::{dvc, json, lfs, manifest, yaml};

const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "\"a\"",
    "\"files\"",
    "\"path\"",
    "\"sha256\"",
    "\"md5\"",
    "\"relpath\"",
    "1",
    "-",
    "1e999",
    "true",
    "nul",
    "\n",
    " ",
    "\\ud83d",
    "\\u0000",
    "é",
    "\u{feff}",
    "\0",
    HEX,
    MD5_HEX,
    "\"sha256:",
];

const HEX: &str = "\"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb\"";
const MD5_HEX: &str = "\"0cc175b9c0f1b6a831c399e269772661\"";

const YAML: &[&str] = &[
    "\n",
    "\n  ",
    "\n    ",
    "- ",
    "? ",
    ": ",
    ":",
    "a",
    "b: ",
    "&a ",
    "*a",
    "*b",
    "<<: ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\"",
    "'",
    "|\n",
    ">-\n",
    "# c",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "!!str ",
    "!<x> ",
    "~",
    "\t",
    "\r\n",
    "\r",
    "é",
    "\u{feff}",
    "\0",
    "\\",
    "@",
    "`",
    "outs:\n",
    "stages:\n",
    "schema: '2.0'\n",
    "- path: x\n",
    "  md5: ",
    "hash: md5",
    "wdir: ..\n",
    "  path: y\n",
];

const SUMS: &[&str] = &[
    "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
    "0cc175b9c0f1b6a831c399e269772661",
    "  ",
    " *",
    " ",
    "\n",
    "\r\n",
    "\\",
    "n",
    "a",
    "é",
    "SHA256 (",
    "MD5 (",
    ") = ",
    "#",
    "path",
    "sha256",
    ",",
    "\"",
    "\0",
    "\u{feff}",
];

const POINTER: &[&str] = &[
    "version https://git-lfs.github.com/spec/v1",
    "version https://hawser.github.com/spec/v1",
    "\n",
    "\r\n",
    "oid sha256:",
    "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
    "size ",
    "12",
    "0",
    "ext-0-",
    "ext-1-",
    "x",
    " ",
    "sha256:",
    "é",
];

#[test]
fn torture_json_is_read_as_others_read_it_or_refused_with_a_place() {
    let mut dice = Dice(0x1501_c0de_1501_c0de);
    for _ in 0..rounds() {
        let text = dice.text(JSON, 30);
        match (json::parse(&text), serde_json::from_str::<serde_json::Value>(&text)) {
            (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs, "{text:?}"),
            (Ok(value), Err(error)) => panic!("{text:?} is {value} for us only: {error}"),
            (Err(fault), theirs) => {
                assert!(
                    fault.line <= text.matches('\n').count() + 1 && fault.column > 0 && !fault.message.is_empty(),
                    "{text:?} {fault:?}"
                );
                assert_eq!(fault.duplicate.is_some(), theirs.is_ok(), "{text:?} {fault:?}");
            }
        }
        if let Ok(entries) = dvc::dir_entries(&text) {
            assert_eq!(dvc::dir_digest(&entries).len(), 32, "{text:?}");
        }
    }
}

#[test]
fn torture_yaml_gives_a_tree_or_a_fault_with_a_place() {
    let mut dice = Dice(0x7ab5_0fba_d7ab_5001);
    for _ in 0..rounds() {
        let text = dice.text(YAML, 40);
        let count = text.matches(['\n', '\r']).count() + 1;
        match yaml::parse(&text) {
            Ok(root) => assert!(root.is_none_or(|root| (1..=count).contains(&root.line)), "{text:?}"),
            Err(fault) => assert!((1..=count).contains(&fault.line) && !fault.message.is_empty(), "{text:?} {fault:?}"),
        }
        for read in [dvc::dvc_file(&text), dvc::dvc_lock(&text)] {
            let outs = read.unwrap_or_default();
            assert!(outs.iter().all(|out| (1..=count).contains(&out.line) && !out.path.is_empty()), "{text:?}");
        }
    }
}

#[test]
fn torture_a_long_text_of_one_piece_is_read_or_refused() {
    for piece in YAML.iter().chain(JSON).chain(SUMS) {
        let text = piece.repeat(50_000 / piece.len());
        drop((yaml::parse(&text), json::parse(&text), dvc::dvc_lock(&text), dvc::dir_entries(&text)));
        for name in ["a.json", "a.csv", "a"] {
            drop(manifest::parse(name, &text));
        }
    }
}

#[test]
fn torture_pointers_and_lists_hold_what_they_promise() {
    let mut dice = Dice(0x00c0_ffee_00c0_ffee);
    let is_hex = |hex: &str| hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    for _ in 0..rounds() {
        let text = dice.text(POINTER, 14);
        if let Some(Ok(pointer)) = lfs::pointer(text.as_bytes()) {
            assert!(is_hex(&pointer.oid) && text.ends_with(&format!("oid sha256:{}\nsize {}\n", pointer.oid, pointer.size)), "{text:?}");
        }
        assert!(lfs::pointer(&dice.bytes(60)).is_none_or(|read| read.is_err()));
        for (name, text) in
            [("a.json", dice.text(JSON, 20)), ("a.csv", format!("path,sha256\n{}", dice.text(SUMS, 20))), ("a", dice.text(SUMS, 12))]
        {
            let count = text.matches('\n').count() + 1;
            match manifest::parse(name, &text) {
                Ok(entries) => {
                    assert!(!entries.is_empty() && entries.iter().all(|entry| is_hex(&entry.sha256) && !entry.path.is_empty()), "{text:?}");
                    assert!(entries.iter().all(|entry| (1..=count).contains(&entry.line)), "{text:?} {entries:?}");
                }
                Err(fault) => assert!((1..=count).contains(&fault.line) && !fault.message.is_empty(), "{text:?} {fault:?}"),
            }
        }
    }
}

#[test]
fn torture_a_digest_is_the_same_however_its_bytes_are_cut() {
    let mut dice = Dice(0xd16e_57d1_6e57_d16e);
    for _ in 0..rounds() {
        let bytes = dice.text(&["\r", "\n", "\r\n", "a", "\0", "\u{1}", "é"], 40).into_bytes();
        for kind in [dvc::HashKind::Md5, dvc::HashKind::Md5Dos2unix] {
            let digest = |piece: usize| {
                let mut stream = dvc::Md5Stream::new(kind);
                bytes.chunks(piece).for_each(|part| stream.update(part));
                (stream.older(), stream.finish())
            };
            assert_eq!(digest(1), digest(1000), "{bytes:?}");
        }
    }
}
