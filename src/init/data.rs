//! Where the data of a run is: DVC's files, a list of checksums, a folder.

use super::seen::Seen;
use crate::formats::dvc;
use crate::shown::shown;
use crate::world::{FileKind, Listed, LookError, RelPath};

/// Lists of files with their sha256, by their names in lower case.
const LISTS: [&str; 6] = ["sha256sums", "sha256sums.txt", "sha256sum.txt", "checksums.sha256", "manifest.sha256", "checksums.txt"];
/// Folders of data.
const FOLDERS: [&str; 3] = ["data", "dataset", "datasets"];
/// What is no data, though it lies in a folder of that name.
const CODE: [&str; 14] = ["c", "cpp", "ex", "go", "h", "java", "js", "jsx", "kt", "php", "py", "rb", "rs", "ts"];
/// How many parts the path of a file that describes data may have.
const DEPTH: usize = 3;

/// How a source of data is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DataKey {
    Path,
    Dvc,
    Manifest,
}

/// One source of data, as `[run.data]` names it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DataSource {
    pub(crate) key: DataKey,
    pub(crate) path: String,
    /// Which output of several, with `dvc`.
    pub(crate) out: Option<String>,
    /// Others of its kind.
    pub(crate) others: Vec<String>,
}

pub(super) fn find(seen: &mut Seen<'_>) -> Option<DataSource> {
    let listing = seen.listing.clone();
    let (mut dvc_files, mut lists) = (Vec::new(), Vec::new());
    let mut lock = None;
    for (path, _) in listing.iter().filter(|(_, kind)| *kind == Listed::File) {
        let name = path.rsplit('/').next().unwrap_or_default();
        if path.starts_with(".dvc/") || path.matches('/').count() >= DEPTH {
            continue;
        }
        if name == "dvc.lock" {
            lock = lock.or(Some(path.to_owned()));
        } else if name.len() > ".dvc".len() && name.ends_with(".dvc") {
            dvc_files.push(path.to_owned());
        } else if name.len() < 20 && LISTS.contains(&name.to_ascii_lowercase().as_str()) {
            lists.push(path.to_owned());
        }
    }
    let in_data = |path: &String| !path.starts_with("data/");
    dvc_files.sort_by_key(in_data);
    lists.sort_by_key(in_data);
    dvc_files.extend(lock);
    one_of(DataKey::Dvc, dvc_files, seen).or_else(|| one_of(DataKey::Manifest, lists, seen)).or_else(|| folder(seen))
}

fn one_of(key: DataKey, mut paths: Vec<String>, seen: &mut Seen<'_>) -> Option<DataSource> {
    if paths.is_empty() {
        return None;
    }
    let path = paths.remove(0);
    let out = if key == DataKey::Dvc { first_of_several(&path, seen) } else { None };
    Some(DataSource { key, path, out, others: paths })
}

/// The first output of a file that has several.
fn first_of_several(path: &str, seen: &mut Seen<'_>) -> Option<String> {
    let text = seen.text(path)?;
    let outs = if path.ends_with(".lock") { dvc::dvc_lock(&text) } else { dvc::dvc_file(&text) };
    match outs {
        Ok(outs) if outs.len() > 1 => outs.into_iter().next().map(|out| out.path),
        Ok(_) => None,
        Err(fault) => {
            seen.note(format!("`{}` was not understood: line {}: {}", shown(path), fault.line, shown(&fault.message)));
            None
        }
    }
}

/// A folder of data: promoted or not, for data often is not. One that holds nothing but code is none.
fn folder(seen: &mut Seen<'_>) -> Option<DataSource> {
    for name in FOLDERS {
        let Ok(path) = RelPath::parse(name) else { continue };
        let listing = seen.listing.clone();
        let mut promoted = listing.below(name).peekable();
        let holds_data = match promoted.peek() {
            Some(_) => promoted.any(|path| !path.rsplit_once('.').is_some_and(|(_, suffix)| CODE.contains(&suffix))),
            None => match seen.cx.evidence().stat(&path) {
                Ok(stat) if stat.kind == FileKind::Folder => is_filled(seen, &path),
                Ok(stat) if stat.kind == FileKind::Symlink => {
                    seen.note(format!(
                        "`{name}` is a symbolic link: if it leads to data inside the project, write `symlinks = \"follow\"`"
                    ));
                    false
                }
                Ok(_) | Err(LookError::NotFound) => false,
                Err(error) => {
                    seen.note(format!("`{name}` was not looked at: it {error}"));
                    false
                }
            },
        };
        if holds_data {
            return Some(DataSource { key: DataKey::Path, path: name.to_owned(), out: None, others: Vec::new() });
        }
    }
    None
}

fn is_filled(seen: &mut Seen<'_>, path: &RelPath) -> bool {
    match seen.cx.evidence().open(path).and_then(|folder| folder.names()) {
        Ok(names) => !names.is_empty(),
        Err(error) => {
            seen.note(format!("`{path}/` was not looked into: it {error}"));
            false
        }
    }
}
