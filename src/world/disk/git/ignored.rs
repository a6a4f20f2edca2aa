//! Which paths git would not add, and because of which line.

use std::collections::BTreeMap;

use super::{Git, below_root, refusal};
use crate::shown::shown_bytes;
use crate::world::disk::process::Flow;
use crate::world::{History, HistoryError, Ignored, RelPath};

impl Git {
    pub(super) fn ask_ignored(&self, paths: &[RelPath]) -> Result<BTreeMap<RelPath, Ignored>, HistoryError> {
        self.is_shallow()?;
        let prefix = self.facts()?.prefix.clone();
        let input: String = paths.iter().map(|path| format!("{path}\0")).collect();
        let mut fields: Vec<Vec<u8>> = Vec::new();
        let mut ignored = BTreeMap::new();
        let ended = self.ask(&["check-ignore", "-z", "-v", "--stdin"], (0, input.as_bytes()), &mut |field| {
            fields.push(field.to_vec());
            if let [source, line, pattern, path] = fields.as_slice() {
                let path = std::str::from_utf8(path).ok().and_then(|path| RelPath::parse(path).ok());
                let line = std::str::from_utf8(line).ok().and_then(|line| line.parse().ok());
                // A pattern that begins with `!` is what has the path added after all.
                if let (Some(path), Some(line), false) = (path, line, pattern.starts_with(b"!")) {
                    let source = shown_bytes(source);
                    let is_promoted = source == ".gitignore" || (source.ends_with("/.gitignore") && !source.starts_with('/'));
                    ignored.insert(path, Ignored { source: below_root(&source, &prefix), line, is_promoted });
                }
                fields.clear();
            }
            Flow::Go
        })?;
        // 1: none of them.
        match (ended.ok, ended.code, fields.is_empty()) {
            (true, _, true) | (false, Some(1), true) => Ok(ignored),
            (_, _, _) => Err(refusal("check-ignore", &ended)),
        }
    }
}
