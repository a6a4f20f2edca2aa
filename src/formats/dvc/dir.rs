//! A `.dir` object: the files of a folder with their digests, as DVC lists and hashes them.

use std::collections::HashSet;

use serde::Deserialize;

use super::super::fault::Fault;
use super::super::json;
use super::super::python_text::quoted;
use super::{HashKind, Md5Stream, is_md5};

/// A file of the folder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(expecting = "an object with `relpath` and `md5`")]
pub(crate) struct Entry {
    pub(crate) relpath: String,
    /// 32 lowercase digits of hex.
    pub(crate) md5: String,
}

/// Reads a `.dir` object. What else it says of a file (its size, its place in a cloud) is passed over, as DVC leaves it out of the digest.
pub(crate) fn dir_entries(text: &str) -> Result<Vec<Entry>, Fault> {
    let entries: Vec<Entry> = serde_json::from_str(text).map_err(|error| Fault::from(json::fault(&error)))?;
    let mut seen = HashSet::new();
    for Entry { relpath, md5 } in &entries {
        let shown = relpath.escape_debug();
        if relpath.is_empty() {
            return Err(Fault::on(1, "a file has an empty `relpath`"));
        }
        if !is_md5(md5) {
            return Err(Fault::on(1, format!("the `md5` of `{shown}` is not 32 lowercase digits of hex")));
        }
        if !seen.insert(relpath) {
            return Err(Fault::on(1, format!("`{shown}` stands twice in the list")));
        }
    }
    Ok(entries)
}

/// The md5 that DVC gives a folder: of the list as Python's `json.dumps(…, sort_keys=True)` writes it, in the order of
/// the whole paths, so that `a.b` comes before `a/b`.
pub(crate) fn dir_digest(entries: &[Entry]) -> String {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    // The order of Python's texts is that of their code points, as that of UTF-8 is.
    sorted.sort_by(|a, b| a.relpath.cmp(&b.relpath));
    let mut stream = Md5Stream::new(HashKind::Md5);
    stream.update(b"[");
    for (at, Entry { relpath, md5 }) in sorted.into_iter().enumerate() {
        let comma = if at > 0 { ", " } else { "" };
        stream.update(format!("{comma}{{\"md5\": {}, \"relpath\": {}}}", quoted(md5), quoted(relpath)).as_bytes());
    }
    stream.update(b"]");
    stream.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written by DVC 3.67 for a folder with odd names; its digest is 51556a118e6f3c720cadc42839b0f6de.
    const WRITTEN: &str = concat!(
        r#"[{"md5": "ccc87e7257869ad33a6a0bd9e28a4ae4", "relpath": "a b/c"}, "#,
        r#"{"md5": "83acb6e67e50e31db6ed341dd2de1595", "relpath": "del\u007f"}, "#,
        r#"{"md5": "7b8b965ad4bca0e41ab51de7b31363a1", "relpath": "nl\nx"}, "#,
        r#"{"md5": "a8a78d0ff555c931f045b6f448129846", "relpath": "sub-x"}, "#,
        r#"{"md5": "009520053b00386d1173f3988c55d192", "relpath": "sub.txt"}, "#,
        r#"{"md5": "401b30e3b8b5d629635a5c613cdb7919", "relpath": "sub/f"}, "#,
        r#"{"md5": "f1290186a5d0b1ceab27f4e77c0c5d68", "relpath": "\uff5a"}, "#,
        r#"{"md5": "7694f4a66316e53c8cdd9d9954bd611d", "relpath": "\ud83d\ude00\u00e9\"\\\\"}]"#,
    );

    #[test]
    fn the_digest_is_the_one_that_dvc_gives_in_any_order() {
        let mut entries = dir_entries(WRITTEN).unwrap();
        assert_eq!(entries[7].relpath, "😀é\"\\\\");
        entries.reverse();
        assert_eq!(dir_digest(&entries), "51556a118e6f3c720cadc42839b0f6de");
        assert_eq!(dir_digest(&[]), "d751713988987e9331980363e24189ce");
    }

    #[test]
    fn more_about_a_file_is_passed_over() {
        let md5 = "ccc87e7257869ad33a6a0bd9e28a4ae4";
        let entries = dir_entries(&format!("[{{\"size\": 1, \"md5\": \"{md5}\", \"relpath\": \"a\", \"cloud\": {{}}}}]")).unwrap();
        assert_eq!(entries, [Entry { relpath: "a".to_owned(), md5: md5.to_owned() }]);
        assert_eq!(dir_entries("[]"), Ok(Vec::new()));
    }

    #[test]
    fn a_list_that_dvc_does_not_write_is_refused() {
        let (md5, upper) = ("ccc87e7257869ad33a6a0bd9e28a4ae4", "CCC87E7257869AD33A6A0BD9E28A4AE4");
        let entry = |path: &str, md5: &str| format!("{{\"md5\": \"{md5}\", \"relpath\": \"{path}\"}}");
        for (text, why) in [
            ("{}".to_owned(), "expected a sequence"),
            ("[1]".to_owned(), "expected an object with `relpath`"),
            ("[{\"md5\": \"x\"}]".to_owned(), "missing field `relpath`"),
            (format!("[{}]", entry("", md5)), "empty `relpath`"),
            (format!("[{}]", entry("a", upper)), "`md5` of `a` is not"),
            (format!("[{}]", entry("a", &format!("{md5}.dir"))), "`md5` of `a` is not"),
            (format!("[{0}, {0}]", entry("a", md5)), "`a` stands twice"),
            (format!("[{}] x", entry("a", md5)), "more text behind"),
            (format!("[{{\"md5\": \"{md5}\", \"md5\": \"{md5}\", \"relpath\": \"a\"}}]"), "duplicate field"),
            ("[".repeat(100_000), "line 1"),
        ] {
            assert!(dir_entries(&text).unwrap_err().to_string().contains(why), "{why}: {:?}", dir_entries(&text));
        }
    }
}
