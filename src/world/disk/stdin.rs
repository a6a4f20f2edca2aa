//! Standard input: read whole, and never waited for beyond patience.

use std::io::{self, IsTerminal, Read};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use rustix::fs::FileType;

/// All of standard input; `None` where nobody tells anything there: a terminal or another device (a closed stream is `/dev/null` by the time that
/// a program can look), or a pipe that stays open and silent for longer than `patience`.
///
/// # Errors
/// If it holds more than `limit` bytes, or cannot be read.
pub fn standard_input(limit: u64, patience: Duration) -> io::Result<Option<Vec<u8>>> {
    let is_device = rustix::fs::fstat(io::stdin()).is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::CharacterDevice);
    if io::stdin().is_terminal() || is_device {
        return Ok(None);
    }
    let (tell, told) = channel();
    // It may never come back from a pipe that nobody closes; then it ends with gate.
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = io::stdin().lock().take(limit + 1).read_to_end(&mut bytes).map(|_| bytes);
        let _gone = tell.send(read);
    });
    match told.recv_timeout(patience) {
        Ok(Ok(bytes)) if bytes.len() as u64 > limit => Err(io::Error::other("it holds too much")),
        // EBADF: it is closed.
        Ok(Err(error)) if error.raw_os_error() == Some(9) => Ok(None),
        Ok(read) => read.map(Some),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Ok(None),
    }
}
