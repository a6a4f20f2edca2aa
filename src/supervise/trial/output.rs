//! What a runner prints: drained as it comes and never waited for. Heartbeats and tracebacks are seen in it; nothing else is kept.

use std::io::{PipeReader, Read};

use regex_automata::meta::{BuildError, Config, Regex};

/// How much is read at a time.
const CHUNK: usize = 64 * 1024;
/// How much of a line is looked at.
const LINE: usize = 16 * 1024;
/// How much of a line of a traceback is kept, in bytes.
const KEPT: usize = 200;
/// What runtimes print on standard error when an error ended the program, whatever its exit code says.
const TRACES: [&str; 6] = [
    "Traceback (most recent call last)",
    "panicked at ",
    "Exception in thread ",
    "goroutine 1 [running]",
    "Uncaught Exception",
    "Unhandled exception",
];

/// A stream of lines.
pub(super) struct Lines {
    pipe: Option<PipeReader>,
    line: Vec<u8>,
    buffer: Vec<u8>,
}

impl Lines {
    /// Reads from a pipe, which from now on does not block.
    pub(super) fn of(pipe: PipeReader) -> std::io::Result<Self> {
        rustix::io::ioctl_fionbio(&pipe, true)?;
        Ok(Self { pipe: Some(pipe), line: Vec::new(), buffer: vec![0; CHUNK] })
    }

    /// What to poll; none: it is at its end.
    pub(super) fn pipe(&self) -> Option<&PipeReader> {
        self.pipe.as_ref()
    }

    /// Reads once what is there and shows each line that is whole; false: nothing was there.
    pub(super) fn read(&mut self, see: &mut dyn FnMut(&[u8])) -> bool {
        let Some(pipe) = &mut self.pipe else { return false };
        let count = match pipe.read(&mut self.buffer) {
            Ok(0) => {
                self.pipe = None;
                if !self.line.is_empty() {
                    see(&std::mem::take(&mut self.line));
                }
                return false;
            }
            Ok(count) => count,
            // Nothing is there, or nothing ever will be.
            Err(_) => return false,
        };
        let mut rest = self.buffer.get(..count).unwrap_or_default();
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (head, tail) = rest.split_at(end);
            if self.line.is_empty() {
                see(head);
            } else {
                keep(&mut self.line, head);
                see(&std::mem::take(&mut self.line));
            }
            rest = tail.get(1..).unwrap_or_default();
        }
        keep(&mut self.line, rest);
        true
    }
}

fn keep(line: &mut Vec<u8>, more: &[u8]) {
    let room = LINE.saturating_sub(line.len());
    line.extend_from_slice(more.get(..more.len().min(room)).unwrap_or_default());
}

/// A line that says that an error ended the program, fit to be kept.
pub(super) fn trace(line: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(line.get(..line.len().min(KEPT)).unwrap_or_default());
    TRACES.iter().any(|trace| text.contains(trace)).then(|| text.trim_end().to_owned())
}

/// The most bytes that a compiled expression takes.
const SIZE: usize = 1 << 20;

/// The expression that tells a heartbeat from other lines; of bounded size, and matched in linear time.
///
/// # Errors
/// It is none, or takes more than 1 MiB.
pub(crate) fn pattern(text: &str) -> Result<Regex, Box<BuildError>> {
    let config = Config::new().nfa_size_limit(Some(SIZE)).onepass_size_limit(Some(SIZE)).hybrid_cache_capacity(SIZE);
    Regex::builder().configure(config).build(text).map_err(Box::new)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn lines(written: &[&[u8]]) -> Vec<String> {
        let (reader, mut writer) = std::io::pipe().unwrap();
        let mut lines = Lines::of(reader).unwrap();
        let mut seen = Vec::new();
        for part in written {
            writer.write_all(part).unwrap();
            while lines.read(&mut |line| seen.push(String::from_utf8_lossy(line).into_owned())) {}
        }
        drop(writer);
        while lines.read(&mut |line| seen.push(String::from_utf8_lossy(line).into_owned())) {}
        lines.read(&mut |line| seen.push(String::from_utf8_lossy(line).into_owned()));
        assert!(lines.pipe().is_none());
        seen
    }

    #[test]
    fn lines_are_seen_whole_however_they_come() {
        assert_eq!(lines(&[b"a\nb", b"c\n\nd"]), ["a", "bc", "", "d"]);
        assert_eq!(lines(&[]), [""; 0]);
    }

    #[test]
    fn a_line_without_end_takes_no_room_without_end() {
        let long = vec![b'x'; 60_000];
        let seen = lines(&[&long, &long, &long, b"\nbeat\n"]);
        assert_eq!((seen[0].len(), seen[1].as_str()), (LINE, "beat"));
    }

    #[test]
    fn a_traceback_is_known_by_its_first_line() {
        assert_eq!(trace(b"Traceback (most recent call last):\r").as_deref(), Some("Traceback (most recent call last):"));
        assert!(trace(b"thread 'main' panicked at src/main.rs:1:1:").is_some());
        assert!(trace(b"no traceback here").is_none());
    }

    #[test]
    fn a_pattern_that_would_take_all_memory_is_refused() {
        assert!(pattern("(").is_err() && pattern("(?:a{1000}){1000}").is_err());
        assert!(pattern("^beat \\d+").unwrap().is_match(b"beat 12"));
    }
}
