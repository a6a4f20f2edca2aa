//! `pylock.toml`, version 1 (PEP 751): where a package comes from and its hashes, and nothing of the manifest it was made from.

use std::collections::HashSet;

use super::super::fault::Fault;
use super::address::is_commit;
use super::digest::Algorithms;
use super::entries::{Files, Notes};
use super::pins;
use super::python::{name_of, normal};
use super::stamp::of_uploads;
use super::text::shown;
use super::toml::{Document, Lines, Node, Table};
use super::{Integrity, Lock, Oddity, Package, Pin, Source, Sync};

/// Reads a `pylock.toml`.
pub(crate) fn read(text: &str) -> Result<Lock<'_>, Fault> {
    let document = Document::read(text)?;
    check_version(&document)?;
    let list = document.root.get("packages").ok_or_else(|| Fault::on(1, "the lock has no list `packages`"))?;
    let nodes = list.as_list().ok_or_else(|| document.fault(list.at, "`packages` is expected as a list of tables"))?;
    let mut reader = Reader { document: &document, lines: document.lines(), notes: Notes::default() };
    let packages = nodes.iter().map(|node| reader.package(node)).collect::<Result<Vec<_>, _>>()?;
    let mut notes = reader.notes;
    // One version may be there once for each marker.
    let markers = nodes.iter().map(|node| node.as_table().and_then(|table| table.text("marker")).unwrap_or_default());
    notes.repeats(packages.iter().zip(markers));
    Ok(Lock { packages, stamp: of_uploads(text), remarks: notes.remarks })
}

fn check_version(document: &Document<'_>) -> Result<(), Fault> {
    let version = document.root.get("lock-version").ok_or_else(|| Fault::on(1, "the lock says no `lock-version`"))?;
    if version.as_str() != Some("1.0") {
        return Err(document.fault(version.at, "this `lock-version` of pylock.toml is not known, and 1.0 is expected"));
    }
    let by = document.root.text("created-by");
    by.map(|_| ()).ok_or_else(|| document.fault(version.at, "the lock says no `created-by`"))
}

struct Reader<'d, 'a> {
    document: &'d Document<'a>,
    lines: Lines<'a>,
    notes: Notes<'a>,
}

impl<'a> Reader<'_, 'a> {
    fn package(&mut self, node: &Node<'a>) -> Result<Package<'a>, Fault> {
        let fault = |message: &str| self.document.fault(node.at, message);
        let table = node.as_table().ok_or_else(|| fault("a package is expected as a table"))?;
        let name = table.words("name").filter(|name| !name.is_empty()).ok_or_else(|| fault("the package has no `name`"))?;
        let kinds: Vec<&str> = ["vcs", "directory", "archive"].into_iter().filter(|kind| table.get(kind).is_some()).collect();
        if let Some(odd) = kinds.iter().filter_map(|kind| table.get(kind)).find(|source| source.as_table().is_none()) {
            return Err(self.document.fault(odd.at, "a source is expected as a table"));
        }
        let line = self.lines.of(node.at);
        let has_files = table.get("sdist").is_some() || table.get("wheels").is_some();
        if kinds.len() + usize::from(has_files) > 1 {
            self.notes.remarks.say(line, Oddity::Contradiction, || format!("{} comes from two places at once", shown(name)));
        }
        let source = kinds.first().and_then(|kind| Some((*kind, table.table(kind)?)));
        let (source, pin, integrity) = match source {
            Some((kind, source)) => self.source((kind, source), line),
            None => self.registry(table, line),
        };
        let version = table.words("version").cloned();
        Ok(Package { name: name.clone(), version, source, pin, integrity, line })
    }

    fn registry(&mut self, table: &Table<'a>, line: usize) -> (Source<'a>, Pin, Integrity) {
        let index = table.words("index").map(|index| self.notes.index(line, index)).filter(|index| index != "https://pypi.org/simple");
        let mut digests = Files::default();
        let mut has_files = false;
        for file in table.get("sdist").into_iter().chain(table.list("wheels")) {
            has_files = true;
            self.file(file, &mut digests);
        }
        let pin = match (has_files, table.words("version")) {
            // Its files are the pin: they are named, and have hashes.
            (true, _) => Pin::Exact,
            (false, Some(_)) => Pin::Loose("a version without its files".to_owned()),
            (false, None) => Pin::Loose("a name without a version".to_owned()),
        };
        (Source::Registry(index), pin, digests.integrity())
    }

    fn source(&mut self, (kind, source): (&str, &Table<'a>), line: usize) -> (Source<'a>, Pin, Integrity) {
        let path = source.words("path").cloned().unwrap_or_default();
        let address = source.words("url").map(|address| self.notes.address(line, address));
        match (kind, address) {
            ("vcs", Some(address)) => (Source::Repository(address), pin_of(source), Integrity::NotAsked),
            ("archive", address) => {
                let integrity = self.hashes(source, line).into();
                match address {
                    None => (Source::Path(path.clone()), pins::path(&path), integrity),
                    Some(address) if integrity == Integrity::Missing => {
                        (Source::Archive(address), Pin::Loose("an archive without a digest".to_owned()), integrity)
                    }
                    Some(address) => (Source::Archive(address), Pin::Exact, integrity),
                }
            }
            ("directory", _) if matches!(path.as_ref(), "." | "./") => (Source::Project, Pin::Exact, Integrity::NotAsked),
            _ => (Source::Path(path.clone()), pins::path(&path), Integrity::NotAsked),
        }
    }

    fn file(&mut self, file: &Node<'a>, digests: &mut Files) {
        let line = self.lines.of(file.at);
        let Some(table) = file.as_table() else { return digests.add(Algorithms::default()) };
        if let Some(address) = table.words("url") {
            self.notes.remarks.address(line, address);
        }
        let own = self.hashes(table, line);
        digests.add(own);
    }

    fn hashes(&mut self, owner: &Table<'a>, line: usize) -> Algorithms {
        let mut digests = Algorithms::default();
        for (kind, value) in owner.table("hashes").into_iter().flat_map(|hashes| &hashes.entries) {
            if let Some(hex) = value.as_str() {
                digests.join(self.notes.hex(|| line, (kind, hex)));
            }
        }
        digests
    }
}

fn pin_of(source: &Table<'_>) -> Pin {
    match (source.text("commit-id"), source.text("requested-revision")) {
        (Some(commit), _) if is_commit(commit) => Pin::Exact,
        // Subversion counts its commits.
        (Some(number), _) if source.text("type") == Some("svn") && number.bytes().all(|byte| byte.is_ascii_digit()) => Pin::Exact,
        (Some(commit), _) => Pin::Loose(format!("a commit that is not whole: {}", shown(commit))),
        (None, Some(name)) => Pin::Loose(format!("a branch or tag: {}", shown(name))),
        (None, None) => Pin::Loose("a repository without a commit".to_owned()),
    }
}

/// Looks for a name in the lock for every dependency in `[project]`. More cannot be told: the format holds nothing of the manifest.
pub(crate) fn in_sync(lock: &str, manifest: &str) -> Sync {
    let (lock, manifest) = match (Document::read(lock), Document::read(manifest)) {
        (Err(fault), _) => return Sync::CannotTell(format!("the lock is not readable: {fault}")),
        (_, Err(fault)) => return Sync::CannotTell(format!("the manifest is not readable: {fault}")),
        (Ok(lock), Ok(manifest)) => (lock, manifest),
    };
    let names = lock.root.list("packages").iter().filter_map(|package| package.as_table()?.text("name"));
    let locked: HashSet<String> = names.map(normal).collect();
    let asked = manifest.root.at(&["project", "dependencies"]).and_then(Node::as_list).unwrap_or_default();
    // A marker may leave a dependency out of a lock for some platforms only.
    let asked = asked.iter().filter_map(Node::as_str).filter(|requirement| !requirement.contains(';'));
    let missing: Vec<String> =
        asked.map(name_of).filter(|name| !locked.contains(&normal(name))).map(|name| format!("{} is not locked", shown(name))).collect();
    if missing.is_empty() {
        Sync::CannotTell("pylock.toml holds nothing of the manifest; every name that the manifest asks for is there".to_owned())
    } else {
        Sync::No(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "65bab7582ce14c55cdeec2244c65ea23039c9e6f";
    const SUM: &str = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    const HEAD: &str = "lock-version = \"1.0\"\ncreated-by = \"x\"\n";

    fn one(more: &str) -> Package<'static> {
        let lock = read(format!("{HEAD}\n[[packages]]\nname = \"a\"\n{more}").leak()).unwrap();
        assert!(lock.remarks.is_empty() && lock.packages.len() == 1, "{lock:?}");
        lock.packages.into_iter().next().unwrap()
    }

    #[test]
    fn every_source_is_read_with_its_pin_and_integrity() {
        let text = str::to_owned;
        let loose = |says: &str| Pin::Loose(says.to_owned());
        let sha256 = || Integrity::Digests(["sha256"].into());
        let hashes = format!("hashes = {{sha256 = \"{SUM}\"}}");
        let here = || text("https://h/a");
        for (more, from, pin, integrity) in [
            (
                format!("wheels = [\n  {{name = \"a.whl\", upload-time = 2025-01-01T00:00:00Z, {hashes}}},\n]"),
                Source::Registry(None),
                Pin::Exact,
                sha256(),
            ),
            (
                format!("index = \"https://o/\"\n[packages.sdist]\nname = \"a\"\n{hashes}"),
                Source::Registry(Some(text("https://o/").into())),
                Pin::Exact,
                sha256(),
            ),
            (text("[packages.sdist]\nname = \"a\"\nhashes = {}"), Source::Registry(None), Pin::Exact, Integrity::Missing),
            (text("version = \"1\""), Source::Registry(None), loose("a version without its files"), Integrity::Missing),
            (
                format!("vcs = {{type = \"git\", url = \"https://h/a\", commit-id = \"{COMMIT}\"}}"),
                Source::Repository(here().into()),
                Pin::Exact,
                Integrity::NotAsked,
            ),
            (
                text("vcs = {type = \"git\", url = \"https://h/a\", requested-revision = \"m\"}"),
                Source::Repository(here().into()),
                loose("a branch or tag: `m`"),
                Integrity::NotAsked,
            ),
            (text("directory = {path = \".\", editable = true}"), Source::Project, Pin::Exact, Integrity::NotAsked),
            (text("directory = {path = \"../b\"}"), Source::Path(text("../b").into()), loose("a path: `../b`"), Integrity::NotAsked),
            (format!("archive = {{url = \"https://h/a\", {hashes}}}"), Source::Archive(here().into()), Pin::Exact, sha256()),
            (
                text("archive = {url = \"https://h/a\"}"),
                Source::Archive(here().into()),
                loose("an archive without a digest"),
                Integrity::Missing,
            ),
            (format!("archive = {{path = \"b.whl\", {hashes}}}"), Source::Path(text("b.whl").into()), loose("a path: `b.whl`"), sha256()),
        ] {
            let package = one(&more);
            assert_eq!((package.source, package.pin, package.integrity, package.line), (from, pin, integrity, 4), "{more}");
        }
    }

    #[test]
    fn two_sources_of_one_package_are_a_contradiction() {
        let lock = read(format!("{HEAD}[[packages]]\nname = \"a\"\ndirectory = {{path = \".\"}}\nwheels = []\n").leak()).unwrap();
        assert_eq!((lock.remarks.len(), lock.remarks[0].what, lock.remarks[0].line), (1, Oddity::Contradiction, 3));
    }

    #[test]
    fn what_is_no_whole_lock_is_refused_with_its_line() {
        for (text, line) in [
            ("", 1),
            ("created-by = \"x\"\npackages = []\n", 1),
            ("\nlock-version = \"1.0\"\npackages = []\n", 2),
            ("created-by = \"x\"\nlock-version = \"2.0\"\npackages = []\n", 2),
            (HEAD, 1),
            (&*format!("{HEAD}packages = 1\n"), 3),
            (&*format!("{HEAD}[[packages]]\nversion = \"1\"\n"), 3),
            (&*format!("{HEAD}[[packages]]\nname = \"a\"\nvcs = 1\n"), 5),
            (&*format!("{HEAD}[[packages]]\nname = \"a\"\nname = \"b\"\n"), 5),
            (&*format!("{HEAD}<<<<<<< a\n"), 3),
        ] {
            assert_eq!(read(text).unwrap_err().line, line, "{text}");
        }
        assert_eq!(read(format!("\u{feff}{}packages = []\r\n", HEAD.replace('\n', "\r\n")).leak()), Ok(Lock::default()));
    }

    #[test]
    fn only_a_missing_name_is_told() {
        let lock = format!("{HEAD}[[packages]]\nname = \"foo-bar\"\n");
        let manifest = |dependencies: &str| format!("[project]\ndependencies = [{dependencies}]\n");
        assert_eq!(in_sync(&lock, &manifest("\"Foo.Bar>=1\", \"six\"")), Sync::No(vec!["`six` is not locked".to_owned()]));
        assert!(matches!(in_sync(&lock, &manifest("\"Foo.Bar>=1\", \"six; python_version < '3'\"")), Sync::CannotTell(_)));
        assert!(matches!(in_sync("{", &manifest("")), Sync::CannotTell(_)));
    }

    #[test]
    fn the_public_samples_are_read_or_refused_as_expected() {
        super::super::toml::tests::samples("pylock", read);
    }
}
