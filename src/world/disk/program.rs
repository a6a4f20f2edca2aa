//! Where programs are, as they would be started; none is.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use rustix::fs::Access;

/// Where programs are when there is no `PATH`; as `gate run` has it.
const USUAL_PLACES: &str = "/usr/local/bin:/bin:/usr/bin";

/// What there is of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The program that is started.
    Here(PathBuf),
    /// A file that we may not execute.
    NotExecutable,
    /// Nothing, or nothing that could be a program.
    Nowhere,
}

/// Whether we may execute a file.
pub fn is_program(path: &Path) -> bool {
    matches!(look_at(path), Ok(Found::Here(_)))
}

fn look_at(path: &Path) -> io::Result<Found> {
    match path.metadata() {
        Ok(meta) if meta.is_file() => Ok(match rustix::fs::access(path, Access::EXEC_OK) {
            Ok(()) => Found::Here(path.to_owned()),
            Err(_) => Found::NotExecutable,
        }),
        Ok(_) => Ok(Found::Nowhere),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(Found::Nowhere),
        Err(error) => Err(error),
    }
}

/// What is started by this name from `folder`: the first on `PATH`; a name with a `/` is a path.
///
/// # Errors
/// If there is none, and it may lie where we cannot look.
pub fn look_for_program(name: &str, folder: &Path) -> io::Result<Found> {
    if name.contains('/') {
        return look_at(&folder.join(name));
    }
    let mut best = Ok(Found::Nowhere);
    if name.is_empty() {
        return best;
    }
    let places = std::env::var_os("PATH").unwrap_or_else(|| OsString::from(USUAL_PLACES));
    for place in std::env::split_paths(&places) {
        match (look_at(&folder.join(place).join(name)), &best) {
            (Ok(Found::Here(path)), _) => return Ok(Found::Here(path)),
            (Ok(Found::NotExecutable), Ok(_)) => best = Ok(Found::NotExecutable),
            // What lies in a folder of `PATH` that we may not search, we cannot start either: it is passed over, as by a shell.
            (Err(error), Ok(_)) if error.kind() != ErrorKind::PermissionDenied => best = Err(error),
            (Ok(_) | Err(_), _) => {}
        }
    }
    best
}

/// The file that is started by this name; `None`: there is none that we can see.
pub fn find_program(name: &str, folder: &Path) -> Option<PathBuf> {
    match look_for_program(name, folder) {
        Ok(Found::Here(path)) => Some(path),
        Ok(Found::NotExecutable | Found::Nowhere) | Err(_) => None,
    }
}

/// Whether two paths lead to one file.
///
/// # Errors
/// If one of them cannot be looked at.
pub fn is_same_file(one: &Path, other: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let (one, other) = (one.metadata()?, other.metadata()?);
    Ok((one.dev(), one.ino()) == (other.dev(), other.ino()))
}

/// The file that this very program was started from, with links followed.
pub fn own_program() -> Option<PathBuf> {
    let path = std::env::current_exe().ok()?;
    path.canonicalize().ok()
}
