//! JSON with a line for each key and for each trial, so that a person finds the trial that a message names.

use std::io;

use serde::Serialize;
use serde::ser::Error;
use serde_json::ser::{Formatter, Serializer};

/// The text, with a newline at its end.
pub(super) fn text(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, Lines::default()))?;
    bytes.push(b'\n');
    String::from_utf8(bytes).map_err(serde_json::Error::custom)
}

/// JSON with a line for each key, and for each item of a list below the top.
#[derive(Default)]
struct Lines {
    depth: usize,
    has_items: bool,
}

impl Lines {
    /// Where lines are broken: between the keys of the whole, and between trials.
    const DEEPEST: usize = 2;

    fn open<W: ?Sized + io::Write>(&mut self, out: &mut W, sign: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.has_items = false;
        out.write_all(sign)
    }

    fn item<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.has_items = true;
        match (first, self.depth <= Self::DEEPEST) {
            (false, false) => out.write_all(b", "),
            (true, false) => Ok(()),
            (_, true) => {
                out.write_all(if first { b"\n" } else { b",\n" })?;
                out.write_all("  ".repeat(self.depth).as_bytes())
            }
        }
    }

    fn close<W: ?Sized + io::Write>(&mut self, out: &mut W, sign: &[u8]) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        if self.has_items && self.depth < Self::DEEPEST {
            out.write_all(b"\n")?;
            out.write_all("  ".repeat(self.depth).as_bytes())?;
        }
        self.has_items = true;
        out.write_all(sign)
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"[")
    }
    fn end_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"]")
    }
    fn begin_array_value<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.item(out, first)
    }
    fn begin_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"{")
    }
    fn end_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}")
    }
    fn begin_object_key<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.item(out, first)
    }
    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }
}
