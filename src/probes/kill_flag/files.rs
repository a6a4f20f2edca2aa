//! The files that a command names: what was measured is bound to their bytes.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::digest::{Sha256Stream, hex};
use crate::world::{FileKind, Files, LookError, Reading, RelPath, resolve};

/// The largest file that is hashed.
const LIMIT: u64 = 4 << 30;

/// The sum of a file, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FileSum {
    /// In hex, with its algorithm before it.
    Sha256(String),
    /// Why it could not be read.
    Unread(String),
}

/// The files that words of a command name, by their paths below the root: each word, and what stands behind its first `=`, taken from the folder
/// that the command starts in, else from the root. A link is followed inside the root. Words that are no file there are left out.
pub(crate) fn files_of(files: &dyn Files, command: &[String], cwd: &RelPath) -> BTreeMap<String, FileSum> {
    let found = words(command).filter_map(|word| [cwd, &RelPath::root()].into_iter().find_map(|folder| file(files, folder, word)));
    found.map(|(path, sum)| (path.as_str().to_owned(), sum)).collect()
}

/// The same of the words that are absolute paths below the root.
pub(crate) fn absolute_files_of(files: &dyn Files, command: &[String], root: &Path) -> BTreeMap<String, FileSum> {
    let below = words(command).filter_map(|word| Path::new(word).strip_prefix(root).ok()?.to_str());
    below.filter_map(|word| file(files, &RelPath::root(), word)).map(|(path, sum)| (path.as_str().to_owned(), sum)).collect()
}

/// The file of this path below the root as it is now. `None`: there is none.
pub(crate) fn file_at(files: &dyn Files, path: &str) -> Option<FileSum> {
    file(files, &RelPath::root(), path).map(|(_, sum)| sum)
}

fn words(command: &[String]) -> impl Iterator<Item = &str> {
    command.iter().flat_map(|word| [Some(word.as_str()), word.split_once('=').map(|(_, value)| value)]).flatten()
}

/// The file of that name, as it is called in the folder. `None`: there is none.
fn file(files: &dyn Files, folder: &RelPath, word: &str) -> Option<(RelPath, FileSum)> {
    if word.is_empty() || word.starts_with('/') {
        return None;
    }
    let path = folder.join(word).ok().filter(|path| !path.is_root())?;
    match resolve(files, &path).and_then(|real| Ok((files.stat(&real)?.kind, real))) {
        Ok((FileKind::File, real)) => Some((path, sum(files, &real))),
        Ok((FileKind::Folder, _)) => None,
        Ok((FileKind::Special | FileKind::Symlink, _)) => Some((path, FileSum::Unread("is no regular file".to_owned()))),
        // A word that goes through a file, or is too long for a name, is no path.
        Err(LookError::NotFound | LookError::NotAFolder | LookError::Io(_) | LookError::Path(_)) => None,
        Err(error) => Some((path, FileSum::Unread(error.to_string()))),
    }
}

fn sum(files: &dyn Files, path: &RelPath) -> FileSum {
    let mut sum = Sha256Stream::default();
    let mut buffer = vec![0; 1 << 16];
    let read = files.stream(path, &mut buffer, &mut Reading { limit: LIMIT, sink: &mut |bytes| sum.update(bytes) });
    match read {
        Ok(_) => FileSum::Sha256(format!("sha256:{}", hex(&sum.finish()))),
        Err(error) => FileSum::Unread(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Sample;
    use crate::world::fake::Fake;

    fn names(found: &BTreeMap<String, FileSum>) -> Vec<(&str, bool)> {
        found.iter().map(|(path, sum)| (path.as_str(), matches!(sum, FileSum::Sha256(_)))).collect()
    }

    #[test]
    fn words_that_are_files_are_hashed_and_links_that_lead_out_are_said() {
        let world = Fake::new(&[
            ("ci/run.sh", Sample::Text("x")),
            ("conf/a.yaml", Sample::Text("a: 1\n")),
            ("python", Sample::Link("/usr/bin/python3")),
            ("runner", Sample::Link("ci/run.sh")),
            ("locked", Sample::Locked),
        ]);
        let words = ["sh", "./run.sh", "--config=conf/a.yaml", "python", "runner", "locked", "ci", "/etc/passwd", "../..", "a\nb", ""];
        let found = files_of(&world, &words.map(str::to_owned), &RelPath::parse("ci").unwrap());
        assert_eq!(names(&found), [("ci/run.sh", true), ("conf/a.yaml", true), ("locked", false), ("python", false), ("runner", true)]);
        assert_eq!(found["ci/run.sh"], found["runner"]);
        let absolute =
            ["/project/ci/run.sh", "--config=/project/conf/a.yaml", "/project", "/etc/passwd", "/projects/x", "run.sh"].map(str::to_owned);
        let absolute = absolute_files_of(&world, &absolute, Path::new("/project"));
        assert_eq!(names(&absolute), [("ci/run.sh", true), ("conf/a.yaml", true)]);
        assert_eq!(file_at(&world, "ci/run.sh").as_ref(), absolute.get("ci/run.sh"));
        let x = "sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
        assert_eq!(found["runner"], FileSum::Sha256(x.to_owned()));
    }
}
