//! Where the reader of a script stands: places, blanks, ends of lines, and how deep it is.

use super::Script;
use crate::formats::fault::Fault;

/// How deep constructs may be nested.
const DEPTH: usize = 64;
/// How often, on average, a byte may be looked at to tell arithmetic from commands.
const LOOKS: usize = 64;

/// Where a text stands in the script.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    /// The line of its first byte, from 1.
    pub(super) line: usize,
    /// How many constructs are open around it.
    pub(super) depth: usize,
}

/// The bodies of here-documents that stand behind the end of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bodies {
    /// The end of the line that names them.
    pub(super) newline: usize,
    /// Where the script goes on.
    pub(super) resume: usize,
}

/// A text, what of it is to be read, and how far the reading has come; all in bytes.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) spot: Spot,
    pub(super) bodies: Option<Bodies>,
    newlines: Vec<usize>,
    looked: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, spot: Spot) -> Self {
        let newlines = memchr::memchr_iter(b'\n', text.as_bytes()).collect();
        Self { text, at: 0, end: text.len(), spot, bodies: None, newlines, looked: 0 }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.ahead(0)
    }

    pub(super) fn ahead(&self, by: usize) -> Option<u8> {
        self.rest().get(by).copied()
    }

    /// The bytes that are not read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..self.end).unwrap_or_default()
    }

    pub(super) fn starts(&self, with: &str) -> bool {
        self.rest().starts_with(with.as_bytes())
    }

    /// Takes what stands here, where it is this.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let there = self.starts(text);
        if there {
            self.at += text.len();
        }
        there
    }

    /// The text between two places.
    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Takes all up to the first byte that ends a run.
    pub(super) fn run(&mut self, ends: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.rest();
        let start = self.at;
        self.at += rest.iter().position(|byte| ends(*byte)).unwrap_or(rest.len());
        self.slice(start, self.at)
    }

    /// The character that begins here.
    pub(super) fn character(&mut self) -> &'a str {
        let length = self.slice(self.at, self.end).chars().next().map_or(0, char::len_utf8);
        self.at += length;
        self.slice(self.at - length, self.at)
    }

    /// Takes blanks, continued lines and a comment.
    pub(super) fn blanks(&mut self) {
        loop {
            match (self.peek(), self.ahead(1)) {
                (Some(b' ' | b'\t'), _) => self.at += 1,
                (Some(b'\\'), Some(b'\n')) => self.at += 2,
                (Some(b'#'), _) => {
                    self.run(|byte| byte == b'\n');
                }
                _ => return,
            }
        }
    }

    /// Takes blanks, comments and ends of lines.
    pub(super) fn gap(&mut self) -> Result<(), Fault> {
        self.blanks();
        while self.peek() == Some(b'\n') {
            self.newline()?;
            self.blanks();
        }
        Ok(())
    }

    /// Takes the end of a line and the here-documents behind it.
    fn newline(&mut self) -> Result<(), Fault> {
        self.documents_reached(self.at)?;
        match self.bodies.take_if(|bodies| bodies.newline == self.at) {
            Some(bodies) => self.at = bodies.resume,
            None => self.at += 1,
        }
        Ok(())
    }

    /// A here-document must begin where a line of commands ends, not within a quote.
    fn documents_reached(&self, at: usize) -> Result<(), Fault> {
        match self.bodies {
            Some(bodies) if bodies.newline < at => {
                Err(self.fault(bodies.newline, "the end of this line is quoted, and a here-document is expected behind it"))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// All must have been read.
    pub(super) fn finish(&mut self) -> Result<(), Fault> {
        self.documents_reached(self.at)?;
        if self.at < self.end { Err(self.unexpected()) } else { Ok(()) }
    }

    pub(super) fn line(&self, at: usize) -> usize {
        self.spot.line + self.newlines.partition_point(|newline| *newline < at)
    }

    pub(super) fn fault(&self, at: usize, message: impl Into<String>) -> Fault {
        let start = self.newlines.partition_point(|newline| *newline < at).checked_sub(1).map_or(0, |before| self.newlines[before] + 1);
        let column = self.slice(start, at).chars().count() + 1;
        Fault { line: self.line(at), column, message: message.into() }
    }

    /// What stands here has no place here.
    pub(super) fn unexpected(&self) -> Fault {
        let what = match self.peek() {
            None => "the script ends where a command is expected".to_owned(),
            Some(b'\n') => "the line ends where a command is expected".to_owned(),
            Some(_) => {
                let rest = self.slice(self.at, self.end);
                let word = rest.split([' ', '\t', '\n']).next().unwrap_or_default();
                let shown: String = word.chars().take(20).collect();
                format!("`{shown}` has no place here")
            }
        };
        self.fault(self.at, what)
    }

    /// Reads something that stands within the construct that begins at `start`.
    pub(super) fn within<T>(&mut self, start: usize, read: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.spot.depth >= DEPTH {
            return Err(self.fault(start, format!("nested deeper than {DEPTH}")));
        }
        self.spot.depth += 1;
        let read = read(self);
        self.spot.depth -= 1;
        read
    }

    /// Reads a list up to the `)` of the construct that begins at `start`.
    pub(super) fn list_in_parentheses(&mut self, start: usize, what: &str) -> Result<Script, Fault> {
        let script = self.within(start, Self::list)?;
        self.closed(")", start, what)?;
        Ok(script)
    }

    /// Takes the end of what begins at `start`.
    pub(super) fn closed(&mut self, by: &str, start: usize, what: &str) -> Result<(), Fault> {
        match self.peek() {
            _ if self.take(by) => Ok(()),
            None => Err(self.fault(start, format!("{what} is not closed by `{by}`"))),
            Some(_) => Err(self.unexpected()),
        }
    }

    /// Where the arithmetic ends whose text begins here behind `((`, or nothing where these are two subshells.
    pub(super) fn arithmetic_end(&mut self) -> Result<Option<usize>, Fault> {
        let bytes = self.rest();
        let (mut at, mut open) = (0, 2_usize);
        while open > 1 {
            match bytes.get(at) {
                None => break,
                Some(b'\\') => at += 1,
                Some(b'(') => open += 1,
                Some(b')') => open -= 1,
                Some(quote @ (b'"' | b'\'')) => {
                    let rest = bytes.get(at + 1..).unwrap_or_default();
                    at += 1 + memchr::memchr(*quote, rest).unwrap_or(rest.len());
                }
                Some(_) => {}
            }
            at += 1;
        }
        self.looked += at;
        if self.looked > LOOKS * (self.text.len() + 1) {
            return Err(self.fault(self.at, "too many parentheses to tell arithmetic from commands"));
        }
        Ok(Some(self.at + at - 1).filter(|_| open == 1 && bytes.get(at) == Some(&b')')))
    }
}
