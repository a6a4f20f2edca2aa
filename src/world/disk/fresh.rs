//! A folder that nobody else has, and that is gone when it is dropped.

use std::io;
use std::path::Path;

/// An empty folder among the temporary files of the system.
pub(crate) struct Fresh(tempfile::TempDir);

impl Fresh {
    /// Makes it.
    ///
    /// # Errors
    /// Whatever the system says.
    pub(crate) fn folder() -> io::Result<Self> {
        tempfile::Builder::new().prefix("gate-").tempdir().map(Self)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}
