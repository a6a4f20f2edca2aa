//! The acting door on the real machine: the two standard streams, and files written whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use crate::world::{Out, Over, Pending, Screen, Stream};

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

    fn screen(&self, stream: Stream) -> Screen {
        let (terminal, size) = match stream {
            Stream::Out => (io::stdout().is_terminal(), rustix::termios::tcgetwinsize(io::stdout())),
            Stream::Err => (io::stderr().is_terminal(), rustix::termios::tcgetwinsize(io::stderr())),
        };
        let width = size.ok().map(|s| usize::from(s.ws_col)).filter(|w| *w > 0 && terminal).unwrap_or(80);
        Screen { width, terminal, colour: welcomes_colour(terminal) }
    }

    fn prepare(&mut self, path: &Path, over: Over) -> io::Result<Box<dyn Pending>> {
        if path.is_dir() {
            return Err(io::Error::other("it is a folder"));
        }
        if over == Over::Nothing && path.symlink_metadata().is_ok() {
            return Err(io::Error::other("something is there already"));
        }
        // A device or pipe cannot be replaced; it is written to as it is.
        if std::fs::metadata(path).is_ok_and(|m| !m.is_file()) {
            return Ok(Box::new(Special(open_special(path)?)));
        }
        // Through a link, the file it leads to is replaced, not the link.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if let Ok(meta) = target.metadata()
            && meta.permissions().readonly()
        {
            return Err(io::Error::other("it is read-only"));
        }
        let folder = match target.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        if !folder.is_dir() {
            return Err(io::Error::other("its folder does not exist"));
        }
        let temporary = tempfile::Builder::new().prefix(".gate-").suffix(".tmp").tempfile_in(folder).map_err(bare)?;
        Ok(Box::new(Whole { temporary, target, over }))
    }

    fn append(&mut self, path: &Path, text: &dyn Fn(u64) -> String) -> io::Result<()> {
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        let size = file.metadata()?.len();
        file.write_all(text(size).as_bytes())
    }
}

/// The environment's wish, else what the terminal can do.
fn welcomes_colour(terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
    if set("NO_COLOR").is_some() {
        return false;
    }
    set("CLICOLOR_FORCE").is_some_and(|v| v != "0") || (terminal && set("TERM").is_none_or(|v| v != "dumb"))
}

/// Opens a device or pipe without waiting for anybody to read it; written to, it may wait.
fn open_special(path: &Path) -> io::Result<File> {
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    use std::os::unix::fs::OpenOptionsExt;
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
    let file = OpenOptions::new().write(true).custom_flags(flags).open(path)?;
    fcntl_setfl(&file, fcntl_getfl(&file)?.difference(OFlags::NONBLOCK))?;
    Ok(file)
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
    over: Over,
}

impl Pending for Whole {
    fn commit(mut self: Box<Self>, bytes: &[u8]) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        self.temporary.write_all(bytes)?;
        let mode = self.target.metadata().map_or(0o644, |m| m.permissions().mode());
        self.temporary.as_file().set_permissions(std::fs::Permissions::from_mode(mode))?;
        self.temporary.as_file().sync_all()?;
        let put = match self.over {
            Over::Anything => self.temporary.persist(&self.target),
            Over::Nothing => self.temporary.persist_noclobber(&self.target),
        };
        put.map(drop).map_err(|e| e.error)
    }
}

/// A device, FIFO or socket that was named as an output.
struct Special(File);

impl Pending for Special {
    fn commit(mut self: Box<Self>, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }
}
