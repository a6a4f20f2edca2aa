//! Where gate stands: the root that everything is relative to, and its gate.toml.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::shown::shown;
use crate::world::{LookError, RelPath};

/// The largest gate.toml that is read.
const LIMIT: u64 = 8 << 20;

/// The root and the policy file that was found or named.
#[derive(Clone, Debug)]
pub struct Place {
    /// The folder that all paths are relative to.
    pub root: PathBuf,
    /// The policy file.
    pub file: PathBuf,
}

/// Why the place or its file could not be had.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// No such file.
    #[error("`{0}` does not exist")]
    Missing(String),
    /// The root is no folder.
    #[error("`{0}` is no folder")]
    NoFolder(String),
    /// It could not be read.
    #[error("`{file}` cannot be read: {why}")]
    Unreadable {
        /// The file as named.
        file: String,
        /// What the system said.
        why: String,
    },
    /// It is not text.
    #[error("`{file}` is not UTF-8 text: {why}")]
    NotText {
        /// The file as named.
        file: String,
        /// Where the first bad byte stands.
        why: String,
    },
}

impl Place {
    /// The root: as named; else the nearest folder with a gate.toml; else the nearest with `.git`; else the current
    /// folder. The search upwards ends at the first `.git`, so that no file outside the repository ever decides.
    ///
    /// # Errors
    /// If the current folder is gone, or `root` or the folder of `file` is no folder.
    pub fn find(root: Option<&Path>, file: Option<&Path>) -> Result<Self, PlaceError> {
        let here = std::env::current_dir().map_err(|e| unreadable(Path::new("."), &e))?;
        let root = match (root, file) {
            (Some(root), _) => here.join(root),
            (None, Some(_)) => nearest(&here, ".git").unwrap_or_else(|| here.clone()),
            (None, None) => nearest(&here, "gate.toml").or_else(|| nearest(&here, ".git")).unwrap_or_else(|| here.clone()),
        };
        if !root.is_dir() {
            let name = shown(&root.to_string_lossy());
            return Err(if root.symlink_metadata().is_ok() { PlaceError::NoFolder(name) } else { PlaceError::Missing(name) });
        }
        let file = file.map_or_else(|| root.join("gate.toml"), |f| here.join(f));
        Ok(Self { root, file })
    }

    /// The root, fit to be shown.
    pub fn root_name(&self) -> String {
        format!("`{}`", shown(&self.root.to_string_lossy()))
    }

    /// Whether the root is the current folder.
    pub fn is_here(&self) -> bool {
        std::env::current_dir().and_then(|here| here.canonicalize()).is_ok_and(|here| here == self.real_root())
    }

    /// The root with its links followed.
    pub fn real_root(&self) -> PathBuf {
        self.root.canonicalize().unwrap_or_else(|_| self.root.clone())
    }

    /// The file as a person would name it: relative to the root where it lies below it.
    pub fn file_name(&self) -> String {
        let name = self.file.strip_prefix(&self.root).unwrap_or(&self.file);
        shown(&name.to_string_lossy())
    }

    /// The file's path below the root, if it lies there.
    pub fn file_in_root(&self) -> Option<String> {
        self.file.strip_prefix(&self.root).ok()?.to_str().map(str::to_owned)
    }

    /// The text of the policy file; `None` when it does not exist.
    ///
    /// # Errors
    /// If it is no regular file, cannot be read, is larger than 8 MiB, not UTF-8, or holds NUL.
    pub fn text(&self) -> Result<Option<String>, PlaceError> {
        let name = self.file_name();
        let fail = |why: &str| PlaceError::Unreadable { file: name.clone(), why: why.to_owned() };
        let meta = match std::fs::metadata(&self.file) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && self.file.symlink_metadata().is_err() => return Ok(None),
            other => other.map_err(|e| fail(&e.to_string()))?,
        };
        if !meta.is_file() {
            return Err(fail(if meta.is_dir() { "it is a folder" } else { "it is not a regular file" }));
        }
        if meta.len() > LIMIT {
            return Err(fail("it is larger than 8 MiB"));
        }
        let mut bytes = Vec::new();
        let file = std::fs::File::open(&self.file).map_err(|e| fail(&e.to_string()))?;
        file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(|e| fail(&e.to_string()))?;
        let bad = match std::str::from_utf8(&bytes) {
            Err(error) => Some(error.valid_up_to()),
            Ok(_) => bytes.iter().position(|b| *b == 0),
        };
        match (bad, String::from_utf8(bytes)) {
            (None, Ok(text)) => Ok(Some(text)),
            (at, Ok(text)) => Err(not_text(name, text.as_bytes(), at.unwrap_or(0))),
            (at, Err(error)) => Err(not_text(name, error.as_bytes(), at.unwrap_or(0))),
        }
    }
}

fn not_text(file: String, bytes: &[u8], at: usize) -> PlaceError {
    let before = &bytes[..at];
    let line = before.split(|b| *b == b'\n').count();
    let column = at - before.iter().rposition(|b| *b == b'\n').map_or(0, |n| n + 1) + 1;
    PlaceError::NotText { file, why: format!("byte 0x{:02x} at line {line}, column {column}", bytes[at]) }
}

/// What a person names as a file or folder: the folder to open, and the name in it where it is none itself.
///
/// # Errors
/// If it has no name, or one that is not UTF-8.
pub fn named(path: &str) -> Result<(PathBuf, Option<RelPath>), LookError> {
    let named = Path::new(path);
    // As other programs take a link that is named to them: what it leads to.
    let real = if named.is_symlink() { named.canonicalize().unwrap_or_else(|_| named.to_owned()) } else { named.to_owned() };
    let named = real.as_path();
    if named.is_dir() {
        return Ok((named.to_owned(), None));
    }
    let name = named.file_name().ok_or(LookError::NotFound)?;
    let folder = named.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    Ok((folder.to_owned(), Some(RelPath::from_bytes(name.as_encoded_bytes())?)))
}

/// The nearest folder, from `here` up to the repository's top, that holds `name`.
fn nearest(here: &Path, name: &str) -> Option<PathBuf> {
    let mut seen = Vec::new();
    for folder in here.ancestors() {
        seen.push(folder);
        if folder.join(".git").symlink_metadata().is_ok() {
            return seen.into_iter().find(|f| f.join(name).symlink_metadata().is_ok()).map(Path::to_owned);
        }
    }
    // Outside a repository only the current folder counts.
    here.join(name).symlink_metadata().is_ok().then(|| here.to_owned())
}

fn unreadable(path: &Path, error: &std::io::Error) -> PlaceError {
    PlaceError::Unreadable { file: shown(&path.to_string_lossy()), why: error.to_string() }
}
