//! Where a symbolic link leads, inside the root only.

use super::queue::At;
use crate::world::{FileKind, Files, LookError, RelPath, resolve};

/// What lies at the end of a link.
pub(super) enum Leads {
    Folder(RelPath),
    /// With its size.
    File(RelPath, u64),
}

/// Follows the link `name` of the folder `at`. A link to a folder that the way here leads through is a circle.
pub(super) fn follow(files: &dyn Files, at: &At, name: &str) -> Result<Leads, LookError> {
    let real = resolve(files, &at.real.join(name)?)?;
    // git's own folder and gate's are in no bundle, whatever leads there.
    if real.parts().any(|part| part == ".git") || real.parts().next() == Some(".gate") {
        return Err(LookError::LeavesRoot(real.to_string()));
    }
    let stat = files.stat(&real)?;
    match stat.kind {
        FileKind::File => Ok(Leads::File(real, stat.size)),
        FileKind::Folder => {
            let is_above = |folder: &RelPath| real.is_root() || *folder == real || folder.as_str().starts_with(&format!("{real}/"));
            match is_above(&at.real) || at.through.iter().any(is_above) {
                true => Err(LookError::Cycle),
                false => Ok(Leads::Folder(real)),
            }
        }
        FileKind::Special => Err(LookError::NotAFile("a FIFO, socket or device")),
        FileKind::Symlink => Err(LookError::IsLink),
    }
}
