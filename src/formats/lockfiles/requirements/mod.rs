//! Requirements files as pip reads them: pip's documentation, "Requirements File Format", and its `req_file.py`; PEP 508, PEP 440.

mod address;
mod entry;
mod lines;
mod markers;

use std::collections::{BTreeMap, BTreeSet};

use super::python::normal;
use super::{Lock, Oddity, Package, Pin, Remark, Source, Sync};
use crate::formats::fault::Fault;
use address::without_credentials;
use entry::Entry;

/// One file: what it asks for, and the files it takes in.
#[derive(Clone, Debug, Default)]
pub(crate) struct File {
    entries: Vec<(usize, Entry)>,
    remarks: Vec<Remark>,
    /// The line, and the path as it is written.
    includes: Vec<(usize, String)>,
}

/// Reads a file and all that it includes, each by its path; the first is the file itself. `open` has the text of a path beside the first file,
/// or says why not. What contradicts an entry of another file is remarked where it comes second.
///
/// # Errors
/// The path and the fault of the file that cannot be read.
pub(crate) fn read_all(path: &str, open: &dyn Fn(&str) -> Result<String, String>) -> Result<Vec<(String, Lock)>, (String, Fault)> {
    let mut all: Vec<(String, File)> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut left = vec![(path.to_owned(), None::<(String, usize)>)];
    while let Some((path, from)) = left.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let text = open(&path).map_err(|why| match &from {
            Some((including, line)) => {
                (including.clone(), Fault { line: *line, column: 1, message: format!("`{}` {why}", path.escape_debug()) })
            }
            None => (path.clone(), Fault { line: 1, column: 1, message: why }),
        })?;
        let file = parse(&text).map_err(|fault| (path.clone(), fault))?;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (line, include) in file.includes.iter().rev() {
            left.push((joined(folder, include), Some((path.clone(), *line))));
        }
        all.push((path, file));
    }
    let odd = several(&all);
    let locks = all.into_iter().zip(odd).map(|((path, file), odd)| (path, file.into_lock(odd)));
    Ok(locks.collect())
}

/// A path as it is seen from where `folder` is: `a/b` and `../c` are `a/c`. What leads out keeps its `..`.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match (part, parts.last()) {
            ("." | "", _) => {}
            ("..", Some(last)) if *last != ".." => drop(parts.pop()),
            (part, _) => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if path.starts_with('/') { format!("/{joined}") } else { joined }
}

/// Reads one file.
///
/// # Errors
/// What pip would not read, with its line.
pub(crate) fn parse(text: &str) -> Result<File, Fault> {
    if let Some(line) = super::conflict_marker(text) {
        return Err(Fault { line, column: 1, message: "a merge conflict was not resolved".to_owned() });
    }
    if text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty() {
        return Err(Fault::on(1, "the file is empty"));
    }
    let mut file = File::default();
    for line in lines::lines(text) {
        let fault = |message: String| Fault { line: line.number, column: 1, message };
        if line.text.contains('\0') {
            return Err(fault("a NUL byte stands in the text".to_owned()));
        }
        match line.text.starts_with('-') {
            true => file.option(line.number, &line.text).map_err(fault)?,
            false => {
                let entry = entry::read(&line.text).map_err(fault)?;
                file.entries.push((line.number, entry));
            }
        }
    }
    Ok(file)
}

impl File {
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
            "-c" | "--constraint" => drop(needs()?),
            "-e" | "--editable" => {
                let mut entry = entry::read(needs()?)?;
                if matches!(entry.source, Source::Registry(_)) {
                    entry.source = Source::Path(entry.name.clone());
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
            _ => return Err(format!("`{}` is no option that a requirements file can have", name.escape_debug())),
        }
        Ok(())
    }

    fn index(&mut self, line: usize, name: &str, address: &str) {
        if address.starts_with("http://") {
            self.remark(line, Oddity::InsecureIndex, &format!("`{name}` is not encrypted, so anybody on the way can answer"));
        }
        // A variable is how secrets are kept out.
        if without_credentials(address).1 && lines::variable(address).is_none() {
            self.remark(line, Oddity::Credentials, &format!("the address of `{name}` holds credentials"));
        }
    }

    fn remark(&mut self, line: usize, what: Oddity, says: &str) {
        self.remarks.push(Remark { line, what, says: says.to_owned() });
    }

    fn into_lock(self, odd: Vec<Remark>) -> Lock {
        let Self { entries, mut remarks, .. } = self;
        remarks.extend(odd);
        let packages = entries.into_iter().map(|(line, entry)| {
            remarks.extend(entry.odd.iter().map(|(what, says)| Remark { line, what: *what, says: says.clone() }));
            let name = if entry.name.is_empty() { "(an address)".to_owned() } else { entry.name };
            Package { name, version: entry.version, source: entry.source, pin: entry.pin, integrity: entry.integrity, line }
        });
        let packages: Vec<Package> = packages.collect();
        remarks.sort_by_key(|remark| remark.line);
        Lock { packages, stamp: None, remarks }
    }
}

/// What stands more than once, where markers do not prove that only one of it counts: remarks for each file.
fn several(files: &[(String, File)]) -> Vec<Vec<Remark>> {
    let mut by_name: BTreeMap<String, Vec<(usize, usize, &Entry)>> = BTreeMap::new();
    for (i, (_, file)) in files.iter().enumerate() {
        for (line, entry) in file.entries.iter().filter(|(_, entry)| !entry.name.is_empty()) {
            by_name.entry(normal(&entry.name)).or_default().push((i, *line, entry));
        }
    }
    let mut remarks = vec![Vec::new(); files.len()];
    for (name, places) in by_name.into_iter().filter(|(_, places)| places.len() > 1) {
        for (i, (file, line, entry)) in places.iter().enumerate().skip(1) {
            let clash = places[..i].iter().find(|(_, _, before)| !markers::are_disjoint(&before.marker, &entry.marker));
            let Some((other, first, before)) = clash else { continue };
            let first =
                if other == file { format!("in line {first}") } else { format!("in `{}`, line {first}", files[*other].0.escape_debug()) };
            let same = before.version == entry.version && before.source == entry.source;
            let (what, says) = match same {
                true => (Oddity::Duplicate, format!("`{name}` stands {first} already")),
                false => (Oddity::Contradiction, format!("`{name}` stands {first} with another version")),
            };
            remarks[*file].push(Remark { line: *line, what, says });
        }
    }
    remarks
}

/// Compares a lock with the file that it was made from: every name that is asked for is there, in a version that is asked for.
pub(crate) fn in_sync(lock: &str, manifest: &str) -> Sync {
    let (locked, asked) = match (parse(lock), parse(manifest)) {
        (Ok(locked), Ok(asked)) => (locked, asked),
        (Err(fault), _) => return Sync::CannotTell(format!("the lock is not read: {fault}")),
        (_, Err(fault)) => return Sync::CannotTell(fault.to_string()),
    };
    if !locked.includes.is_empty() || !asked.includes.is_empty() {
        return Sync::CannotTell("one of them includes other files".to_owned());
    }
    let mut by_name: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
    for (_, entry) in &locked.entries {
        by_name.entry(normal(&entry.name)).or_default().push(entry);
    }
    let (mut differs, mut unknown) = (Vec::new(), None);
    for (_, entry) in asked.entries.iter().filter(|(_, entry)| !entry.name.is_empty()) {
        let name = entry.name.escape_debug();
        match by_name.get(&normal(&entry.name)) {
            // A lock is made on one machine, where its marker may not hold.
            None if !entry.marker.is_empty() => unknown = Some(format!("`{name}` is asked for where `{}`", entry.marker.escape_debug())),
            None => differs.push(format!("`{name}` is asked for, and not locked")),
            Some(pins) => {
                let fits = |pin: &&&Entry| match (&entry.specifiers, pin.version.as_ref().and_then(|version| version.parse().ok())) {
                    (Some(specifiers), Some(version)) => specifiers.contains(&version),
                    _ => true,
                };
                if let Some(pin) = pins.iter().find(|pin| !fits(pin)) {
                    let version = pin.version.as_deref().unwrap_or_default().escape_debug();
                    differs.push(format!("`{name}` is locked to `{version}`, which is not asked for"));
                }
            }
        }
    }
    match (differs.is_empty(), unknown) {
        (false, _) => Sync::No(differs),
        (true, Some(why)) => Sync::CannotTell(why),
        (true, None) => Sync::Yes,
    }
}

#[cfg(test)]
mod tests;
