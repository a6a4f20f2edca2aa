//! What differs between two tables of files, and names that some file systems take for one.

use std::collections::{BTreeMap, HashMap};

use unicode_normalization::UnicodeNormalization;

use super::sums::{HashedFile, Sum};

/// How one file differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Only in the new table.
    Added,
    /// Only in the old table.
    Removed,
    /// In both, with other bytes.
    Changed,
}

impl Change {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// Every file that differs, by path.
pub(crate) type Difference = BTreeMap<String, Change>;

/// What it takes to come from the old table to the new one.
pub(crate) fn difference(old: &BTreeMap<String, Sum>, new: &[HashedFile]) -> Difference {
    let mut gone: BTreeMap<&str, &Sum> = old.iter().map(|(path, sum)| (path.as_str(), sum)).collect();
    let mut differ = Difference::new();
    for file in new {
        match gone.remove(file.path.as_str()) {
            None => drop(differ.insert(file.path.clone(), Change::Added)),
            Some(sum) if *sum != file.sha256 => drop(differ.insert(file.path.clone(), Change::Changed)),
            Some(_) => {}
        }
    }
    differ.extend(gone.into_keys().map(|path| (path.to_owned(), Change::Removed)));
    differ
}

/// Paths of files and folders that differ only in case or Unicode form from one before them, with that one.
pub(crate) fn clashes(files: &[HashedFile]) -> Vec<(&str, &str)> {
    // Of two names that clash, one is not as a file system folds it.
    let is_folded = |path: &str| path.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase());
    if files.iter().all(|file| is_folded(&file.path)) {
        return Vec::new();
    }
    let mut first: HashMap<String, &str> = HashMap::new();
    let mut clashes = Vec::new();
    let mut last_folder = "";
    for file in files {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let ends = file.path.match_indices('/').map(|(end, _)| end).filter(|end| !is_on_the_way(&file.path[..*end], last_folder));
        for end in ends.chain([file.path.len()]) {
            let path = &file.path[..end];
            let other = *first.entry(folded(path)).or_insert(path);
            if other != path {
                clashes.push((path, other));
            }
        }
        last_folder = folder;
    }
    clashes
}

fn is_on_the_way(folder: &str, to: &str) -> bool {
    to.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// As a file system sees it that minds neither case nor Unicode form.
fn folded(path: &str) -> String {
    match path.is_ascii() {
        true => path.to_ascii_lowercase(),
        false => path.nfc().collect::<String>().to_lowercase().nfc().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, byte: u8) -> HashedFile {
        HashedFile { path: path.to_owned(), sha256: [byte; 32], size: 1, has_cr: false }
    }

    #[test]
    fn every_difference_is_named_once() {
        let old = [("a", 1), ("b", 2), ("c", 3)].map(|(path, byte)| (path.to_owned(), [byte; 32])).into();
        let found = difference(&old, &[file("a", 1), file("b", 9), file("d", 4)]);
        let found: Vec<(&str, &str)> = found.iter().map(|(path, change)| (path.as_str(), change.name())).collect();
        assert_eq!(found, [("b", "changed"), ("c", "removed"), ("d", "added")]);
    }

    #[test]
    fn case_and_unicode_form_do_not_make_a_name() {
        let files = [file("A.yaml", 1), file("a.yaml", 1), file("caf\u{e9}", 1), file("cafe\u{301}", 1), file("b", 1)];
        assert_eq!(clashes(&files), [("a.yaml", "A.yaml"), ("cafe\u{301}", "caf\u{e9}")]);
        let folders = [file("c/EU/a", 1), file("c/EU/b", 1), file("c/eu/c", 1), file("c/eu/d", 1)];
        assert_eq!(clashes(&folders), [("c/eu", "c/EU")]);
    }
}
