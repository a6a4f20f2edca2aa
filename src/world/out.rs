//! The acting door: what gate prints and writes passes through here.

use std::io;
use std::path::Path;

/// One of the two standard streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// What a stream is shown on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Columns; 80 when unknown.
    pub width: usize,
    /// Whether a person's terminal shows it.
    pub terminal: bool,
    /// Whether colour is welcome: not with NO_COLOR; with CLICOLOR_FORCE; else on a terminal that is not dumb.
    pub colour: bool,
}

/// What may be at the place of a prepared file.
#[derive(Clone, Copy, Debug)]
pub enum Over {
    /// Anything: it is replaced whole.
    Anything,
    /// Nothing, an empty file, or one whose text is known to be of our own making.
    Own(fn(&str) -> bool),
    /// Nothing: what is there stays, and the file is not written.
    Nothing,
}

/// A file that is prepared now and put in place whole later, or never.
pub trait Pending {
    /// Where it will be, links followed.
    fn target(&self) -> &Path;
    /// Puts the file in place with these bytes.
    ///
    /// # Errors
    /// If they could not be written; then the old file is untouched.
    fn commit(self: Box<Self>, bytes: &[u8]) -> io::Result<()>;
}

/// What a file that is installed is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Anybody who may read it may execute it.
    Program,
    /// As it was; a new one is plain.
    Plain,
}

/// A lock that is held until this is dropped, or the process is gone.
pub trait Held {}

/// Everything gate can do to the outside.
pub trait Out: Send {
    /// Writes to standard output.
    ///
    /// # Errors
    /// Whatever the system says, a closed pipe included.
    fn print(&mut self, text: &str) -> io::Result<()>;
    /// Writes to standard error; there is nobody to tell when that fails.
    fn warn(&mut self, text: &str);
    /// What a stream is shown on.
    fn screen(&self, stream: Stream) -> Screen;
    /// Prepares a file: fails now if it could not be written later.
    ///
    /// # Errors
    /// If the folder is missing or read-only, `path` is a folder or a FIFO that nobody reads, or something is where
    /// nothing may be.
    fn prepare(&mut self, path: &Path, over: Over) -> io::Result<Box<dyn Pending>>;
    /// Makes a folder and those above it, where they are missing.
    ///
    /// # Errors
    /// Whatever the system says.
    fn make_folder(&mut self, path: &Path) -> io::Result<()>;
    /// Removes a file, if it is there.
    ///
    /// # Errors
    /// Whatever the system says; that it is not there is no error.
    fn remove(&mut self, path: &Path) -> io::Result<()>;
    /// Locks a file, which is made if need be; never waits.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] when another process holds it; else whatever the system says.
    fn lock(&mut self, path: &Path) -> io::Result<Box<dyn Held>>;
    /// Appends one line to a file of gate's own, alone: locked, on a line of its own even after one that was cut off, and on the disk when
    /// this returns. The file is made if need be.
    ///
    /// # Errors
    /// Whatever the system says; [`io::ErrorKind::WouldBlock`] when another process holds the lock for too long.
    fn append_line(&mut self, path: &Path, line: &str) -> io::Result<()>;
    /// Puts a text file in place, whole or not at all, as [`Pending`] does, where that is refused: in git's own folder. `Mode::Program`:
    /// it may be executed.
    ///
    /// # Errors
    /// If it is a link or no regular file, or whatever the system says.
    fn install(&mut self, path: &Path, text: &str, mode: Mode) -> io::Result<()>;
    /// Appends to a file that another program owns, and creates it if need be. The text is made from the size the file
    /// has already, because such files have a limit.
    ///
    /// # Errors
    /// Whatever the system says.
    fn append(&mut self, path: &Path, text: &dyn Fn(u64) -> String) -> io::Result<()>;
}
