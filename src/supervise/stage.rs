//! The stage between gate and its command: gate, executed once more, leaves gate's session and then becomes the command.
//!
//! `setsid` has to come between fork and exec, where safe code of a program cannot stand. So it stands in a program of its
//! own. That it became the command is told by a pipe that closes on exec; that it could not, by what it writes there.

use std::convert::Infallible;
use std::ffi::{CString, OsStr, OsString};
use std::fs::File;
use std::io::{PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use nix::errno::Errno;
use rustix::process::Pid;

use super::{StartError, Stdout, Task};

/// The hidden first argument that makes gate a stage.
pub(crate) const ARGUMENT: &str = "__stage";

/// Where programs are when there is no `PATH`.
const USUAL_PLACES: &str = "/usr/local/bin:/bin:/usr/bin";

/// Starts the stage: its pid, which becomes the command's, and the pipe of its report.
///
/// The command writes to gate's own output, as the task says, or into these pipes.
pub(super) fn start(task: &Task<'_>, output: Option<(PipeWriter, PipeWriter)>) -> Result<(Pid, PipeReader), StartError> {
    let (reader, writer) = std::io::pipe().map_err(|error| StartError::other("cannot make a pipe", error))?;
    let own = own_program().map_err(|error| StartError::other("cannot find gate's own program", error))?;
    let mut command = Command::new(own);
    command.arg0("gate").arg(ARGUMENT).arg(std::process::id().to_string()).arg(task.program).args(task.args);
    command.current_dir(task.folder).stdin(OwnedFd::from(writer));
    if task.stdout == Stdout::ToErr {
        command.stdout(std::io::stderr());
    }
    if let Some((stdout, stderr)) = output {
        command.stdout(stdout).stderr(stderr);
    }
    for name in task.without {
        command.env_remove(name);
    }
    // The child is reaped by the tree; dropping its handle neither waits nor kills.
    let child = command.spawn().map_err(|error| StartError::other(&format!("cannot start in `{}`", task.folder.display()), error))?;
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    Ok((pid.ok_or_else(|| StartError::Other("the system gave no process id".to_owned()))?, reader))
}

/// This very program, also when another has since been put in its place.
#[cfg(target_os = "linux")]
pub(super) fn own_program() -> std::io::Result<OsString> {
    Ok("/proc/self/exe".into())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn own_program() -> std::io::Result<OsString> {
    std::env::current_exe().map(Into::into)
}

/// Reads the stage's report once its pipe has something to say; nothing means that the command has started.
pub(super) fn read_report(mut pipe: &PipeReader) -> Result<(), StartError> {
    let mut said = Vec::new();
    // At most a few bytes: the stage writes once, and the other end is closed by its exec or its end.
    let read = pipe.by_ref().take(5).read_to_end(&mut said);
    read.map_err(|error| StartError::other("cannot read how the start went", error))?;
    match said.as_slice() {
        [] => Ok(()),
        [b'f', ..] => Err(StartError::NotFound),
        [b'x', ..] => Err(StartError::NotExecutable),
        [_, a, b, c, d] => Err(StartError::other("cannot start the command", Errno::from_raw(i32::from_le_bytes([*a, *b, *c, *d])))),
        [_, ..] => Err(StartError::Other("cannot start the command: its stage ended within its report".to_owned())),
    }
}

/// Why the stage did not become the command.
enum Failure {
    NotFound,
    NotExecutable,
    Other(Errno),
}

/// The stage itself: with gate's pid and the command as arguments, and the pipe as stdin. It comes back only if it failed.
pub(crate) fn become_command(args: &[OsString]) {
    let [parent, command @ ..] = args else { return };
    // Whoever calls this by hand has another parent than the one that is named, and nothing happens.
    if !is_child_of(parent) {
        return;
    }
    let Ok(report) = rustix::io::fcntl_dupfd_cloexec(std::io::stdin().as_fd(), 3) else { return };
    let failure = match prepare(parent).and_then(|()| execute(command)) {
        Ok(never) => match never {},
        Err(failure) => failure,
    };
    let (kind, errno) = match failure {
        Failure::NotFound => (b'f', 0),
        Failure::NotExecutable => (b'x', 0),
        Failure::Other(errno) => (b'o', errno as i32),
    };
    let mut said = vec![kind];
    said.extend(errno.to_le_bytes());
    // Nobody is left to be told when this fails: the pipe's other end went with gate.
    let _unheard = File::from(report).write_all(&said);
}

pub(super) fn is_child_of(parent: &OsStr) -> bool {
    let above = rustix::process::getppid().map(|pid| pid.as_raw_nonzero().to_string());
    above.is_some_and(|pid| parent == pid.as_str())
}

/// Own session, death with gate, empty stdin, and the signals as a fresh program expects them.
fn prepare(parent: &OsStr) -> Result<(), Failure> {
    let other = |error: rustix::io::Errno| Failure::Other(Errno::from_raw(error.raw_os_error()));
    rustix::process::setsid().map_err(other)?;
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL)).map_err(other)?;
    // gate may have ended before its death could be told.
    if !is_child_of(parent) {
        return Err(Failure::Other(Errno::ESRCH));
    }
    let io = |error: std::io::Error| Failure::Other(Errno::from_raw(error.raw_os_error().unwrap_or_default()));
    let empty = File::open("/dev/null").map_err(io)?;
    rustix::stdio::dup2_stdin(&empty).map_err(other)?;
    // Rust ignores SIGPIPE, and what is ignored stays so after exec; what is caught goes back to the default.
    signal_hook::flag::register(signal_hook::consts::SIGPIPE, Arc::new(AtomicBool::new(false))).map_err(io)?;
    Ok(())
}

/// Looks the program up and executes it. Never `execvp`: glibc's gives a file of unknown format to a shell.
fn execute(command: &[OsString]) -> Result<Infallible, Failure> {
    let [program, ..] = command else { return Err(Failure::NotFound) };
    let words: Vec<CString> = command.iter().map(|word| c_string(word)).collect::<Result<_, _>>()?;
    if program.as_bytes().contains(&b'/') {
        return execute_file(program, &words);
    }
    if program.is_empty() {
        return Err(Failure::NotFound);
    }
    let places = std::env::var_os("PATH").unwrap_or_else(|| USUAL_PLACES.into());
    let mut found = false;
    for place in places.as_bytes().split(|byte| *byte == b':') {
        let mut path = if place.is_empty() { b".".to_vec() } else { place.to_vec() };
        path.push(b'/');
        path.extend(program.as_bytes());
        match execute_file(&OsString::from_vec(path), &words) {
            Ok(never) => return Ok(never),
            Err(Failure::NotFound) => {}
            Err(Failure::NotExecutable) => found = true,
            Err(Failure::Other(errno)) => return Err(Failure::Other(errno)),
        }
    }
    Err(if found { Failure::NotExecutable } else { Failure::NotFound })
}

fn execute_file(path: &OsStr, words: &[CString]) -> Result<Infallible, Failure> {
    let errno = match nix::unistd::execv(&c_string(path)?, words) {
        Ok(never) => return Ok(never),
        Err(errno) => errno,
    };
    let gone = [Errno::ENOENT, Errno::ENOTDIR].contains(&errno);
    Err(match gone {
        // The file is there, so it is its interpreter that is not.
        true if std::fs::metadata(path).is_ok() => Failure::NotExecutable,
        true => Failure::NotFound,
        false if [Errno::EACCES, Errno::EPERM, Errno::ENOEXEC].contains(&errno) => Failure::NotExecutable,
        false => Failure::Other(errno),
    })
}

fn c_string(text: &OsStr) -> Result<CString, Failure> {
    CString::new(text.as_bytes()).map_err(|_nul| Failure::Other(Errno::EINVAL))
}
