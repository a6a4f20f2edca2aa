//! The acting door: what gate prints and writes passes through here.

use std::io;
use std::path::Path;

/// What the standard output is shown on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Columns; 80 when unknown.
    pub width: usize,
    /// Whether a person's terminal shows it.
    pub terminal: bool,
}

/// A file that is prepared now and put in place whole later, or never.
pub trait Pending {
    /// Puts the file in place with these bytes.
    ///
    /// # Errors
    /// If they could not be written; then the old file is untouched.
    fn commit(self: Box<Self>, bytes: &[u8]) -> io::Result<()>;
}

/// Everything gate can do to the outside.
pub trait Out: Send {
    /// Writes to standard output.
    ///
    /// # Errors
    /// Whatever the system says, a closed pipe included.
    fn print(&mut self, text: &str) -> io::Result<()>;
    /// Writes to standard error; there is nobody to tell when that fails.
    fn warn(&mut self, text: &str);
    /// What standard output is shown on.
    fn screen(&self) -> Screen;
    /// Whether standard error is a terminal.
    fn warns_on_terminal(&self) -> bool;
    /// Prepares a file: fails now if its folder cannot be written.
    ///
    /// # Errors
    /// If the folder is missing or read-only, or `path` is a folder.
    fn prepare(&mut self, path: &Path) -> io::Result<Box<dyn Pending>>;
    /// Appends to a file that another program owns, and creates it if need be. The text is made from the size the file
    /// has already, because such files have a limit.
    ///
    /// # Errors
    /// Whatever the system says.
    fn append(&mut self, path: &Path, text: &dyn Fn(u64) -> String) -> io::Result<()>;
}
