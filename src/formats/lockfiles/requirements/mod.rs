//! Requirements files as pip reads them: pip's documentation, "Requirements File Format", and its `req_file.py`; PEP 508, PEP 440.

mod address;
mod entry;
mod lines;
mod markers;
mod plain;
mod ranges;
mod repeated;
mod sync;
mod taken;
mod via;

use std::borrow::Cow;

use super::address::{is_of_one_machine, without_credentials};
use super::stamp::of_header;
use super::text::{self, shown};
use super::{Lock, Oddity, Package, Pin, Remarks, Source, Stamp};
use crate::formats::fault::Fault;
use entry::Entry;
pub(crate) use sync::in_sync;
pub(crate) use taken::read_all;

/// One file: what it asks for, and the files it takes in.
#[derive(Clone, Debug, Default)]
pub(crate) struct File<'t> {
    stamp: Option<Stamp>,
    entries: Vec<(usize, Entry<'t>)>,
    remarks: Remarks,
    /// The line, and the path as it is written.
    includes: Vec<(usize, String)>,
    /// The files that narrow what is installed: the line, and the path as it is written.
    constraints: Vec<(usize, String)>,
}

/// The text of a path, or why there is none.
pub(crate) type Open<'o, 't> = &'o dyn Fn(&str) -> Result<&'t str, String>;

/// The line of the first sign that ends a line for Python's `splitlines`, and so for pip, and that an editor shows as nothing: what stands
/// behind it in a comment would be installed.
fn other_line_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_odd = |at: usize| match bytes[at] {
        b'\r' => !matches!(bytes.get(at + 1), None | Some(b'\n')),
        0x0b | 0x0c | 0x1c..=0x1e => true,
        // U+0085, U+2028 and U+2029 in UTF-8.
        0xc2 => bytes.get(at + 1) == Some(&0x85),
        0xe2 => bytes.get(at + 1) == Some(&0x80) && matches!(bytes.get(at + 2), Some(0xa8 | 0xa9)),
        _ => false,
    };
    let suspect = bytes.iter().fold(false, |any, byte| any | (*byte < b' ' && *byte != b'\n') | (*byte >= 0x80));
    let at = suspect.then(|| (0..bytes.len()).find(|at| is_odd(*at)))??;
    Some(1 + memchr::memchr_iter(b'\n', &bytes[..at]).count())
}

/// The most entries of one file: what has more was not made by a tool.
const MOST: usize = 1_000_000;

/// Reads one file.
///
/// # Errors
/// What pip would not read, with its line.
pub(crate) fn parse(text: &str) -> Result<File<'_>, Fault> {
    if let Some(line) = super::conflict_marker(text) {
        return Err(Fault { line, column: 1, message: "a merge conflict was not resolved".to_owned() });
    }
    if text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty() {
        return Err(Fault::on(1, "the file is empty"));
    }
    if let Some(line) = other_line_end(text) {
        return Err(Fault::on(line, "a sign stands here that ends a line for pip and is none to others"));
    }
    let mut file = File { stamp: of_header(text), ..File::default() };
    let mut rest = text::lines(text.strip_prefix('\u{feff}').unwrap_or(text));
    loop {
        if file.entries.len() > MOST {
            return Err(Fault::on(rest.number, format!("more than {MOST} entries stand here, and no project has so many")));
        }
        let mut ahead = rest.clone();
        if let Some(entry) = plain::read(&mut ahead) {
            file.entries.push((rest.number + 1, entry));
            rest = ahead;
            continue;
        }
        let Some(line) = lines::logical(&mut rest) else { return Ok(file) };
        if line.text.is_empty() {
            continue;
        }
        let fault = |message: String| Fault { line: line.number, column: 1, message };
        if line.text.contains('\0') {
            return Err(fault("a NUL byte stands in the text".to_owned()));
        }
        if line.text.starts_with('-') {
            file.option(line.number, &line.text).map_err(fault)?;
            continue;
        }
        let entry = match &line.text {
            Cow::Borrowed(text) => entry::read((line.number, text), &mut file.remarks),
            Cow::Owned(text) => entry::read((line.number, text), &mut file.remarks).map(Entry::into_owned),
        };
        file.entries.push((line.number, entry.map_err(fault)?));
    }
}

impl File<'_> {
    /// An option on a line of its own.
    fn option(&mut self, line: usize, text: &str) -> Result<(), String> {
        let (name, value) = match text.split_once([' ', '=', '\t']) {
            Some((name, value)) => (name, value.trim_start_matches(['=', ' ', '\t']).trim()),
            None if text.starts_with("--") || text.len() <= 2 => (text, ""),
            // `-rother.txt`
            None => text.split_at(2),
        };
        let needs = || if value.is_empty() { Err(format!("`{name}` has no value")) } else { Ok(value.trim_matches(['"', '\''])) };
        match name {
            "-r" | "--requirement" | "--requirements" => {
                let path = needs()?;
                match path.contains("://") {
                    true => {
                        self.remark(line, Oddity::InsecureIndex, "includes a file from an address, which may say something else tomorrow")
                    }
                    false => self.includes.push((line, path.to_owned())),
                }
            }
            // It narrows what is installed and installs nothing.
            "-c" | "--constraint" => {
                let path = needs()?;
                if path.contains("://") {
                    self.remark(line, Oddity::InsecureIndex, "is held to a file at an address, which may say something else tomorrow");
                }
                self.constraints.push((line, path.to_owned()));
            }
            "-e" | "--editable" => {
                let mut entry = entry::read((line, needs()?), &mut self.remarks)?.into_owned();
                if matches!(entry.source, Source::Registry(_)) {
                    entry.source = Source::Path(entry.name.clone().into_owned().into());
                    entry.pin = Pin::Loose("a path, which holds whatever lies there".to_owned());
                }
                self.entries.push((line, entry));
            }
            "-i" | "--index-url" | "--pypi-url" | "-f" | "--find-links" => self.index(line, name, needs()?),
            "--extra-index-url" => {
                let index = needs()?;
                self.remark(line, Oddity::InsecureIndex, "a second index: whoever offers the higher version there is installed");
                self.index(line, name, index);
            }
            "--trusted-host" => {
                needs()?;
                self.remark(line, Oddity::InsecureIndex, "a host is trusted without a certificate");
            }
            "--pre" => self.remark(line, Oddity::InsecureIndex, "`--pre` lets unfinished releases in"),
            "--no-index" | "--prefer-binary" | "--require-hashes" => {}
            "--no-binary" | "--only-binary" | "--use-feature" | "--uploaded-prior-to" => drop(needs()?),
            _ => return Err(format!("{} is no option that a requirements file can have", shown(name))),
        }
        Ok(())
    }

    fn index(&mut self, line: usize, name: &str, address: &str) {
        if is_of_one_machine(address) {
            self.remarks.say(line, Oddity::LocalSource, || format!("`{name}` leads to {}", shown(address)));
        }
        if address::begins(address, "http://") {
            self.remark(line, Oddity::InsecureIndex, &format!("`{name}` is not encrypted, so anybody on the way can answer"));
        }
        if without_credentials(address).is_some() {
            self.remark(line, Oddity::Credentials, &format!("the address of `{name}` holds credentials"));
        }
    }

    fn remark(&mut self, line: usize, what: Oddity, says: &str) {
        self.remarks.say(line, what, || says.to_owned());
    }
}

impl<'t> File<'t> {
    fn into_lock(self) -> Lock<'t> {
        let Self { entries, mut remarks, stamp, .. } = self;
        let packages = entries.into_iter().map(|(line, entry)| {
            let name = if entry.name.is_empty() { "(an address)".into() } else { entry.name };
            Package { name, version: entry.version, source: entry.source, pin: entry.pin, integrity: entry.integrity, line }
        });
        let packages = packages.collect();
        remarks.sort();
        Lock { packages, stamp, remarks }
    }
}

#[cfg(test)]
mod tests;
