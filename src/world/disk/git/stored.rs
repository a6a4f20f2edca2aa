//! Which files git stores in other bytes than lie on disk.

use std::collections::{BTreeMap, BTreeSet};

use super::{Git, refusal};
use crate::world::disk::process::Flow;
use crate::world::{Attributes, HistoryError, RelPath};

/// The attributes that put other bytes into the repository; line ends are seen by the carriage returns.
const REWRITES: [&[u8]; 3] = [b"filter", b"ident", b"working-tree-encoding"];

/// How many paths one command line names.
const ASKED: usize = 1000;

impl Git {
    pub(super) fn ask_stored(&self, files: &[(RelPath, bool)], attributes: Attributes) -> Result<Vec<RelPath>, HistoryError> {
        self.facts()?;
        let suspects = self.suspects(files, attributes)?;
        let mut otherwise = Vec::new();
        for part in suspects.chunks(ASKED) {
            let stored = self.stored_ids(part)?;
            for (path, id) in part.iter().zip(self.raw_ids(part)?) {
                match stored.get(path.as_str()) {
                    Some(stored) if *stored == id => {}
                    Some(_) => otherwise.push((*path).clone()),
                    None => {
                        let said = format!("it does not list `{path}`, which it did before");
                        return Err(HistoryError::Failed { command: "ls-files".to_owned(), said });
                    }
                }
            }
        }
        Ok(otherwise)
    }

    /// The files whose bytes git may store otherwise: those with a filter or an encoding, and those whose line ends may differ.
    fn suspects<'f>(&self, files: &'f [(RelPath, bool)], attributes: Attributes) -> Result<Vec<&'f RelPath>, HistoryError> {
        let input: Vec<u8> = files.iter().flat_map(|(path, _)| path.as_str().bytes().chain([0])).collect();
        let mut fields: Vec<Vec<u8>> = Vec::new();
        let mut filtered: BTreeSet<Vec<u8>> = BTreeSet::new();
        let head: &[&str] = if attributes == Attributes::OfIndex { &["check-attr", "--cached"] } else { &["check-attr"] };
        // All that are set, which is mostly none: naming three would bring three lines a file.
        let args: Vec<&str> = head.iter().copied().chain(["-a", "-z", "--stdin"]).collect();
        let ended = self.ask(&args, (0, &input), &mut |field| {
            fields.push(field.to_vec());
            if let [path, name, value] = fields.as_mut_slice() {
                if REWRITES.contains(&name.as_slice()) && value != b"unset" {
                    filtered.insert(std::mem::take(path));
                }
                fields.clear();
            }
            Flow::Go
        })?;
        if !ended.ok {
            return Err(refusal("check-attr", &ended));
        }
        let suspect = |(path, has_cr): &&(RelPath, bool)| *has_cr || filtered.contains(path.as_str().as_bytes());
        Ok(files.iter().filter(suspect).map(|(path, _)| path).collect())
    }

    /// The object ids in the index.
    fn stored_ids(&self, paths: &[&RelPath]) -> Result<BTreeMap<String, String>, HistoryError> {
        let mut ids = BTreeMap::new();
        let head = ["--literal-pathspecs", "ls-files", "-z", "-s", "--"];
        let args: Vec<&str> = head.into_iter().chain(paths.iter().map(|path| path.as_str())).collect();
        let ended = self.run(&args, 0, &mut |line| {
            let text = String::from_utf8_lossy(line);
            if let Some((head, path)) = text.split_once('\t')
                && let Some(id) = head.split(' ').nth(1)
            {
                ids.insert(path.to_owned(), id.to_owned());
            }
            Flow::Go
        })?;
        if ended.ok { Ok(ids) } else { Err(refusal("ls-files", &ended)) }
    }

    /// The object ids that the bytes on disk have as they are, in the order of the paths.
    fn raw_ids(&self, paths: &[&RelPath]) -> Result<Vec<String>, HistoryError> {
        // A path that begins with a quote would be read as a quoted one.
        let input: String = paths.iter().map(|path| format!("./{path}\n")).collect();
        let mut ids = Vec::new();
        let ended = self.ask(&["hash-object", "--no-filters", "--stdin-paths"], (b'\n', input.as_bytes()), &mut |line| {
            ids.extend(String::from_utf8(line.to_vec()).ok().filter(|id| !id.is_empty()));
            Flow::Go
        })?;
        match ended.ok && ids.len() == paths.len() {
            true => Ok(ids),
            false => Err(refusal("hash-object", &ended)),
        }
    }
}
