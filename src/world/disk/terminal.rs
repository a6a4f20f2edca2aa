//! The acting door on the real machine: the two standard streams, and files written whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use crate::world::{Out, Pending, Screen};

/// The process's own streams and the disk.
#[derive(Debug, Default)]
pub struct Terminal;

impl Out for Terminal {
    fn print(&mut self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }

    fn warn(&mut self, text: &str) {
        let _nobody_to_tell = io::stderr().lock().write_all(text.as_bytes());
    }

    fn screen(&self) -> Screen {
        let terminal = io::stdout().is_terminal();
        let size = if terminal { rustix::termios::tcgetwinsize(io::stdout()).ok() } else { None };
        let width = size.map(|s| usize::from(s.ws_col)).filter(|w| *w > 0).unwrap_or(80);
        Screen { width, terminal }
    }

    fn warns_on_terminal(&self) -> bool {
        io::stderr().is_terminal()
    }

    fn prepare(&mut self, path: &Path) -> io::Result<Box<dyn Pending>> {
        let named = || path.display();
        if path.is_dir() {
            return Err(io::Error::other(format!("`{}` is a folder", named())));
        }
        // A device or pipe cannot be replaced; it is written to as it is.
        let special = std::fs::metadata(path).is_ok_and(|m| !m.is_file());
        if special {
            return Ok(Box::new(Special(OpenOptions::new().write(true).open(path)?)));
        }
        // Through a link, the file it leads to is replaced, not the link.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if let Ok(meta) = target.metadata()
            && meta.permissions().readonly()
        {
            return Err(io::Error::other(format!("`{}` is read-only", named())));
        }
        let folder = match target.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        if !folder.is_dir() {
            return Err(io::Error::other("its folder does not exist"));
        }
        let temporary = tempfile::Builder::new().prefix(".gate-").suffix(".tmp").tempfile_in(folder).map_err(bare)?;
        Ok(Box::new(Whole { temporary, target }))
    }

    fn append(&mut self, path: &Path, text: &dyn Fn(u64) -> String) -> io::Result<()> {
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        let size = file.metadata()?.len();
        file.write_all(text(size).as_bytes())
    }
}

/// What the system said, without the name of the temporary file.
fn bare(error: io::Error) -> io::Error {
    let code = error.get_ref().and_then(|inner| inner.source()).and_then(|source| source.downcast_ref::<io::Error>());
    code.and_then(io::Error::raw_os_error).map_or_else(|| io::Error::from(error.kind()), io::Error::from_raw_os_error)
}

/// A file beside its target, renamed over it at the end.
struct Whole {
    temporary: tempfile::NamedTempFile,
    target: PathBuf,
}

impl Pending for Whole {
    fn commit(mut self: Box<Self>, bytes: &[u8]) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        self.temporary.write_all(bytes)?;
        let mode = self.target.metadata().map_or(0o644, |m| m.permissions().mode());
        self.temporary.as_file().set_permissions(std::fs::Permissions::from_mode(mode))?;
        self.temporary.as_file().sync_all()?;
        self.temporary.persist(&self.target).map_err(|e| e.error)?;
        Ok(())
    }
}

/// A device, FIFO or socket that was named as an output.
struct Special(File);

impl Pending for Special {
    fn commit(mut self: Box<Self>, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }
}
