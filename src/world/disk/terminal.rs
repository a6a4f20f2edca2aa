//! The acting door on the real machine: the two standard streams, and files written whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::Access;

use crate::world::{Held, Mode, Out, Over, Pending, Screen, Stream};

/// How much of an existing file is read to know it again; no report of ours is larger.
const OWN: u64 = 1 << 30;

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
        if matches!(over, Over::Nothing) && path.symlink_metadata().is_ok() {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "something is there already"));
        }
        // A device or pipe cannot be replaced; it is written to as it is.
        if std::fs::metadata(path).is_ok_and(|m| !m.is_file()) {
            return Ok(Box::new(Special { file: open_special(path)?, target: path.to_owned() }));
        }
        // Through a link, the file it leads to is replaced, not the link.
        let target = match path.canonicalize() {
            Ok(target) => target,
            Err(_) if path.symlink_metadata().is_ok() => return Err(io::Error::other("it is a link to nothing")),
            Err(_) => in_real_folder(path)?,
        };
        if target.metadata().is_ok_and(|meta| meta.permissions().readonly()) {
            return Err(io::Error::other("it is read-only"));
        }
        if target.components().any(|part| part.as_os_str() == ".git") {
            return Err(io::Error::other("it lies in git's own folder"));
        }
        if let Over::Own(is_own) = over {
            must_be_own(&target, is_own)?;
        }
        let folder = target.parent().unwrap_or(Path::new("/"));
        rustix::fs::access(folder, Access::WRITE_OK | Access::EXEC_OK)?;
        Ok(Box::new(Whole { target, over }))
    }

    fn make_folder(&mut self, path: &Path) -> io::Result<()> {
        std::fs::create_dir_all(path)
    }

    fn remove(&mut self, path: &Path) -> io::Result<()> {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn lock(&mut self, path: &Path) -> io::Result<Box<dyn Held>> {
        let file = own_file(OpenOptions::new().write(true).create(true).truncate(false), path)?;
        match file.try_lock() {
            Ok(()) => Ok(Box::new(Locked { _file: file })),
            Err(std::fs::TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
            Err(std::fs::TryLockError::Error(error)) => Err(error),
        }
    }

    fn append_line(&mut self, path: &Path, line: &str) -> io::Result<()> {
        let mut file = own_file(OpenOptions::new().read(true).append(true).create(true), path)?;
        lock_soon(&file)?;
        let size = file.metadata()?.len();
        let mut last = [b'\n'];
        if size > 0 {
            std::os::unix::fs::FileExt::read_exact_at(&file, &mut last, size - 1)?;
        }
        let before = if last == [b'\n'] { "" } else { "\n" };
        let written = file.write_all(format!("{before}{line}\n").as_bytes()).and_then(|()| file.sync_all());
        // Half a line is worse than none.
        written.inspect_err(|_| drop(file.set_len(size)))
    }

    fn install(&mut self, path: &Path, text: &str, mode: Mode) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let old = match path.symlink_metadata() {
            Ok(meta) if !meta.is_file() => return Err(io::Error::other("it is no regular file")),
            Ok(meta) => Some(meta.permissions().mode()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let may_read = old.unwrap_or(0o666);
        // What somebody may execute already stays as it is.
        let bits = if mode == Mode::Program && (old.is_none() || may_read & 0o111 == 0) { may_read | 0o111 } else { may_read };
        let folder = path.parent().unwrap_or(Path::new("/"));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".gate-").suffix(".tmp").permissions(std::fs::Permissions::from_mode(bits));
        let mut temporary = builder.tempfile_in(folder).map_err(bare)?;
        if old.is_some() {
            temporary.as_file().set_permissions(std::fs::Permissions::from_mode(bits))?;
        }
        temporary.write_all(text.as_bytes()).map_err(bare)?;
        temporary.as_file().sync_all()?;
        temporary.persist(path).map(drop).map_err(|e| e.error)
    }

    fn append(&mut self, path: &Path, text: &dyn Fn(u64) -> String) -> io::Result<()> {
        if std::fs::metadata(path).is_ok_and(|m| !m.is_file()) {
            return open_special(path)?.write_all(text(0).as_bytes());
        }
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        let size = file.metadata()?.len();
        file.write_all(text(size).as_bytes())
    }
}

/// An open file that is locked; closed, it no longer is.
struct Locked {
    _file: File,
}

impl Held for Locked {}

/// Opens a file of gate's own: a link or a FIFO in its place is neither followed nor waited for.
fn own_file(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    let flags = i32::try_from(OFlags::NOFOLLOW.union(OFlags::NONBLOCK).bits()).unwrap_or(0);
    let file = options.custom_flags(flags).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("is no regular file")) }
}

/// How long another process may hold a file that is appended to: it only writes a line.
const SOON: Duration = Duration::from_secs(5);

fn lock_soon(file: &File) -> io::Result<()> {
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(std::fs::TryLockError::WouldBlock) if begun.elapsed() < SOON => std::thread::sleep(Duration::from_millis(5)),
            Err(std::fs::TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
            Err(std::fs::TryLockError::Error(error)) => return Err(error),
        }
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

/// A file that is written beside its target and then put in its place. Nothing is on disk before that, so that an
/// interrupted run leaves nothing.
struct Whole {
    target: PathBuf,
    over: Over,
}

impl Pending for Whole {
    fn target(&self) -> &Path {
        &self.target
    }

    fn commit(self: Box<Self>, bytes: &[u8]) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let folder = self.target.parent().unwrap_or(Path::new("/"));
        // A new file gets what the umask leaves; an old one keeps its mode.
        let old = self.target.metadata().ok().map(|meta| meta.permissions());
        let mode = old.as_ref().map_or(0o666, |old| old.mode());
        let mut builder = tempfile::Builder::new();
        builder.prefix(".gate-").suffix(".tmp").permissions(std::fs::Permissions::from_mode(mode));
        let mut temporary = builder.tempfile_in(folder).map_err(bare)?;
        if let Some(old) = old {
            temporary.as_file().set_permissions(old)?;
        }
        temporary.write_all(bytes).map_err(bare)?;
        temporary.as_file().sync_all()?;
        let put = match self.over {
            Over::Anything | Over::Own(_) => temporary.persist(&self.target),
            Over::Nothing => temporary.persist_noclobber(&self.target),
        };
        put.map(drop).map_err(|e| e.error)
    }
}

/// An existing file is replaced only if it is empty or of our own making: a wrong path then costs nobody a file.
fn must_be_own(target: &Path, is_own: fn(&str) -> bool) -> io::Result<()> {
    let mut bytes = Vec::new();
    match File::open(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other?.take(OWN).read_to_end(&mut bytes)?,
    };
    match bytes.is_empty() || std::str::from_utf8(&bytes).is_ok_and(is_own) {
        true => Ok(()),
        false => Err(io::Error::other("it is there already and is no earlier output of gate; remove it first")),
    }
}

/// `path` with its folder's links followed; the folder must be there.
fn in_real_folder(path: &Path) -> io::Result<PathBuf> {
    let folder = path.parent().filter(|f| *f != Path::new("")).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| io::Error::other("it names no file"))?;
    let missing = |error: io::Error| match error.kind() == io::ErrorKind::NotFound {
        true => io::Error::other("its folder does not exist"),
        false => error,
    };
    Ok(folder.canonicalize().map_err(missing)?.join(name))
}

/// A device, FIFO or socket that was named as an output.
struct Special {
    file: File,
    target: PathBuf,
}

impl Pending for Special {
    fn target(&self) -> &Path {
        &self.target
    }

    fn commit(mut self: Box<Self>, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }
}
