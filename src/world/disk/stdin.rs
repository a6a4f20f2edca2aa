//! Standard input: read whole, and never waited for beyond patience.

use std::io::{self, IsTerminal, Read};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// All of standard input; `None` where nobody tells anything there: a terminal, a closed stream, or a pipe that stays open and
/// silent for longer than `patience`.
///
/// # Errors
/// If it holds more than `limit` bytes, or cannot be read.
pub fn standard_input(limit: u64, patience: Duration) -> io::Result<Option<Vec<u8>>> {
    if io::stdin().is_terminal() {
        return Ok(None);
    }
    let (tell, told) = channel();
    // It may never come back from a pipe that nobody closes; then it ends with gate.
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = io::stdin().lock().take(limit + 1).read_to_end(&mut bytes).map(|_| bytes);
        tell.send(read).unwrap_or_default();
    });
    match told.recv_timeout(patience) {
        Ok(Ok(bytes)) if bytes.len() as u64 > limit => Err(io::Error::other("it holds too much")),
        // EBADF: it is closed.
        Ok(Err(error)) if error.raw_os_error() == Some(9) => Ok(None),
        Ok(read) => read.map(Some),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Ok(None),
    }
}
