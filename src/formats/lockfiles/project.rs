//! What a lock was made from: the manifest beside it, those of the members of its workspace, and the files that they name.

use globset::{GlobBuilder, GlobMatcher};

use super::Sync;
use super::text::shown;

/// The files that a lock was made from, by their paths as seen from its folder.
pub(crate) struct Project<'a> {
    /// The path of the manifest beside the lock.
    pub(crate) name: &'a str,
    /// Its text.
    pub(crate) manifest: &'a str,
    /// The paths of all files below the lock's folder whose last name ends so.
    pub(crate) ending: &'a dyn Fn(&str) -> Vec<String>,
    /// A file; none if it is not there, and a sentence if it cannot be read.
    pub(crate) open: &'a dyn Fn(&str) -> Result<Option<String>, String>,
}

/// A manifest by its path, and what the comparison with it came to.
pub(crate) type Compared = (String, Sync);

impl Project<'_> {
    /// The folders below the lock's own that hold a manifest of the same name, those of installed packages aside.
    pub(super) fn folders(&self) -> Vec<String> {
        let tail = format!("/{}", self.name);
        let paths = (self.ending)(self.name);
        let folders = paths.iter().filter_map(|path| path.strip_suffix(&tail));
        folders.filter(|folder| !folder.split('/').any(|part| part == "node_modules")).map(str::to_owned).collect()
    }

    /// The manifest of a folder by its path and text; none if there is none.
    pub(super) fn member(&self, folder: &str) -> Result<Option<(String, String)>, Compared> {
        let Some(path) = reached(folder, self.name) else { return Ok(None) };
        match (self.open)(&path) {
            Ok(text) => Ok(text.map(|text| (path, text))),
            Err(why) => Err((path, Sync::CannotTell(format!("it {why}")))),
        }
    }

    /// What is to be said of globs that cannot be read, as an answer of the manifest beside the lock.
    pub(super) fn unread(&self, globs: &Globs) -> Option<Compared> {
        globs.unread().map(|why| (self.name.to_owned(), Sync::CannotTell(why)))
    }

    /// The whole answer, as one of the manifest beside the lock.
    pub(super) fn all(&self, sync: Sync) -> Vec<Compared> {
        vec![(self.name.to_owned(), sync)]
    }
}

/// A path from a folder, with a `..` in front for each step out of the lock's own; none of one machine.
pub(super) fn reached(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')).filter(|part| !part.is_empty() && *part != ".") {
        match (part, parts.last()) {
            ("..", Some(last)) if *last != ".." => drop(parts.pop()),
            (part, _) => parts.push(part),
        }
    }
    let is_of_one_machine = path.starts_with(['/', '\\']) || path.get(1..3).is_some_and(|rest| rest == ":/" || rest == ":\\");
    (!is_of_one_machine).then(|| parts.join("/"))
}

/// A path from a folder; none where it leads out of the lock's own.
pub(super) fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')).filter(|part| !part.is_empty() && *part != ".") {
        match part {
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    (!path.starts_with('/')).then(|| parts.join("/"))
}

/// The longest glob that is tried.
const LONGEST: usize = 1_000;

/// Globs over folders: of those that match, the last counts, and a `!` in front takes away.
pub(super) struct Globs {
    globs: Vec<(bool, GlobMatcher)>,
    /// The first that is none: nobody can say what it takes.
    odd: Option<String>,
}

impl Globs {
    pub(super) fn new<'g>(globs: impl IntoIterator<Item = &'g str>) -> Self {
        let mut read = Self { globs: Vec::new(), odd: None };
        for text in globs {
            let (taken, glob) = text.strip_prefix('!').map_or((true, text), |rest| (false, rest));
            let glob = glob.trim_start_matches("./").trim_end_matches('/');
            // A glob becomes a program, which must not grow without end.
            let built = if text.len() > LONGEST { None } else { GlobBuilder::new(glob).literal_separator(true).build().ok() };
            match built {
                Some(glob) => read.globs.push((taken, glob.compile_matcher())),
                None => drop(read.odd.get_or_insert_with(|| text.to_owned())),
            }
        }
        read
    }

    /// Why nobody can say which folders are taken.
    pub(super) fn unread(&self) -> Option<String> {
        self.odd.as_deref().map(|odd| format!("the glob {} of its workspace is not understood", shown(odd)))
    }

    pub(super) fn has(&self, folder: &str) -> bool {
        self.globs.iter().rev().find(|(_, glob)| glob.is_match(folder)).is_some_and(|(taken, _)| *taken)
    }
}

/// Compares a lock with files that are held in memory: the first is the manifest beside it.
#[cfg(test)]
pub(super) fn with(files: &[(&str, &str)], compare: impl Fn(&Project<'_>) -> Vec<Compared>) -> Vec<Compared> {
    let ending = |end: &str| files.iter().filter(|(path, _)| path.ends_with(end)).map(|(path, _)| (*path).to_owned()).collect();
    let open = |path: &str| Ok(files.iter().find(|(own, _)| *own == path).map(|(_, text)| (*text).to_owned()));
    let (name, manifest) = files[0];
    compare(&Project { name, manifest, ending: &ending, open: &open })
}

/// The same, and what differs in one line, each with its manifest.
#[cfg(test)]
pub(super) fn told(files: &[(&str, &str)], compare: impl Fn(&Project<'_>) -> Vec<Compared>) -> String {
    let one = |(path, sync): Compared| match sync {
        Sync::Yes => None,
        Sync::No(differs) => Some(format!("{path}: {}", differs.join(", "))),
        Sync::CannotTell(why) => Some(format!("{path}? {why}")),
    };
    with(files, compare).into_iter().filter_map(one).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_glob_takes_away_what_an_earlier_one_gave() {
        let globs = Globs::new(["./packages/*/", "!packages/not", "tool"]);
        let has = ["packages/a", "packages/not", "packages/a/b", "tool", "tools"].map(|folder| globs.has(folder));
        assert_eq!(has, [true, false, false, true, false]);
        assert_eq!(globs.unread(), None);
        for odd in ["x/[", &"a*".repeat(LONGEST)] {
            let globs = Globs::new(["packages/*", odd]);
            assert!(globs.has("packages/a") && globs.unread().is_some_and(|why| why.contains("is not understood")), "{odd}");
        }
    }

    #[test]
    fn a_path_is_joined_inside_the_folder_only() {
        let all = [("a/b", "../c"), ("", "./x/"), ("a", "../../x"), ("a", "/x"), ("", "")];
        let joined = all.map(|(folder, path)| joined(folder, path));
        assert_eq!(joined, [Some("a/c".to_owned()), Some("x".to_owned()), None, None, Some(String::new())]);
        let reached = all.map(|(folder, path)| reached(folder, path));
        assert_eq!(reached, [Some("a/c".to_owned()), Some("x".to_owned()), Some("../x".to_owned()), None, Some(String::new())]);
    }
}
