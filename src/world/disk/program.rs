//! Where programs are, as they would be started; none is.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Where programs are when there is no `PATH`; as `gate run` has it.
const USUAL_PLACES: &str = "/usr/local/bin:/bin:/usr/bin";

/// Whether anybody may execute a file.
pub fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// The file that is started by this name from `folder`: the first on `PATH`; a name with a `/` is a path. `None`: there is none.
pub fn find_program(name: &str, folder: &Path) -> Option<PathBuf> {
    if name.contains('/') {
        return Some(folder.join(name)).filter(|path| is_program(path));
    }
    let places = std::env::var_os("PATH").unwrap_or_else(|| OsString::from(USUAL_PLACES));
    let mut paths = std::env::split_paths(&places).map(|place| folder.join(place).join(name));
    paths.find(|path| !name.is_empty() && is_program(path))
}

/// The file that this very program was started from, with links followed.
pub fn own_program() -> Option<PathBuf> {
    let path = std::env::current_exe().ok()?;
    path.canonicalize().ok()
}
