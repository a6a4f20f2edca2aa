//! `uv.lock`, version 1: the project and its workspace members stand in the list like all others, and each file of a package has its hash.

mod settings;
pub(crate) mod sync;
mod wants;

use std::collections::HashSet;

use super::super::fault::Fault;
use super::address::is_commit;
use super::entries::{Files, Notes};
use super::pins;
use super::stamp::{of_uploads, time};
use super::text::shown;
use super::toml::{Document, Lines, Node, Table};
use super::{Integrity, Lock, Package, Pin, Source, Stamp};

const PYPI: &str = "https://pypi.org/simple";

/// Reads a `uv.lock`.
pub(crate) fn read(text: &str) -> Result<Lock<'_>, Fault> {
    let document = Document::read(text)?;
    check_version(&document)?;
    let nodes = entries(&document)?;
    let members = document.root.at(&["manifest", "members"]).and_then(Node::as_list).unwrap_or_default();
    let members = members.iter().filter_map(Node::as_str).collect();
    let mut reader = Reader { document: &document, lines: document.lines(), members, notes: Notes::default() };
    let mut packages = Vec::with_capacity(nodes.len());
    for node in nodes {
        packages.push(reader.package(node)?);
    }
    check_needs(&document, nodes)?;
    let mut notes = reader.notes;
    notes.repeats(packages.iter().map(|package| (package, "")));
    Ok(Lock { packages, stamp: stamp(&document.root).or_else(|| of_uploads(text)), remarks: notes.remarks })
}

fn check_version(document: &Document<'_>) -> Result<(), Fault> {
    match document.root.get("version") {
        None => Err(Fault::on(1, "the lock says no `version`")),
        Some(node) if node.as_integer() == Some(1) => Ok(()),
        Some(node) => Err(document.fault(node.at, "this `version` of uv.lock is not known, and 1 is expected")),
    }
}

/// The list; it was called `distribution` at first.
fn entries<'d, 'a>(document: &'d Document<'a>) -> Result<&'d [Node<'a>], Fault> {
    let list = document.root.get("package").or_else(|| document.root.get("distribution"));
    let wrong = |list: &Node<'_>| document.fault(list.at, "`package` is expected as a list of tables");
    list.map_or(Ok(&[]), |list| list.as_list().ok_or_else(|| wrong(list)))
}

/// uv refuses a lock in which a package needs one that is not there: such a text was cut.
fn check_needs(document: &Document<'_>, nodes: &[Node<'_>]) -> Result<(), Fault> {
    let tables = || nodes.iter().filter_map(Node::as_table);
    let mut names = None;
    let all = || tables().filter_map(|table| table.text("name")).collect::<HashSet<&str>>();
    for table in tables() {
        let groups = ["optional-dependencies", "dev-dependencies"].into_iter().filter_map(|key| table.table(key));
        let lists = groups.flat_map(|groups| &groups.entries).filter_map(|(_, node)| node.as_list());
        for need in table.list("dependencies").iter().chain(lists.flatten()) {
            let name = need.as_table().and_then(|need| need.text("name"));
            if !name.is_some_and(|name| names.get_or_insert_with(all).contains(name)) {
                return Err(document.fault(need.at, format!("{} is needed here and is not locked", shown(name.unwrap_or_default()))));
            }
        }
    }
    Ok(())
}

/// The day up to which uv looked at the index. A day beside a span is there for old versions only, and is none.
fn stamp(root: &Table<'_>) -> Option<Stamp> {
    let options = root.table("options")?;
    let is_span = options.get("exclude-newer-span").is_some();
    options.text("exclude-newer").filter(|_| !is_span).and_then(time).map(Stamp::Made)
}

struct Reader<'d, 'a> {
    document: &'d Document<'a>,
    lines: Lines<'a>,
    members: HashSet<&'d str>,
    notes: Notes<'a>,
}

impl<'a> Reader<'_, 'a> {
    fn package(&mut self, node: &Node<'a>) -> Result<Package<'a>, Fault> {
        let fault = |message: &str| self.document.fault(node.at, message);
        let table = node.as_table().ok_or_else(|| fault("a package is expected as a table"))?;
        let name = table.words("name").filter(|name| !name.is_empty()).ok_or_else(|| fault("the package has no `name`"))?;
        let version = table.words("version");
        let source = table.table("source").ok_or_else(|| fault("the package has no `source`"))?;
        if version.is_none() && (table.get("version").is_some() || source.get("registry").is_some()) {
            return Err(fault("the package has no `version`"));
        }
        let line = self.lines.of(node.at);
        let integrity = self.files(table);
        let (source, pin, integrity) =
            self.source(source, (name, line), integrity).ok_or_else(|| self.document.fault(node.at, "this kind of source is not known"))?;
        Ok(Package { name: name.clone(), version: version.cloned(), source, pin, integrity, line })
    }

    /// The digests of all files of a package.
    fn files(&mut self, table: &Table<'a>) -> Integrity {
        let mut digests = Files::default();
        for file in table.get("sdist").into_iter().chain(table.list("wheels")) {
            let hash = file.as_table().and_then(|file| file.text("hash"));
            digests.add(hash.map(|hash| self.notes.digest(|| self.lines.of(file.at), hash)).unwrap_or_default());
        }
        digests.integrity()
    }

    fn source(&mut self, source: &Table<'a>, (name, line): (&str, usize), files: Integrity) -> Option<(Source<'a>, Pin, Integrity)> {
        let (kind, node) = source.entries.iter().find(|(key, _)| key != "subdirectory")?;
        let address = node.as_words()?;
        Some(match kind.as_ref() {
            "registry" if *address == PYPI => (Source::Registry(None), Pin::Exact, files),
            "registry" => (Source::Registry(Some(self.notes.index(line, address))), Pin::Exact, files),
            "git" => {
                let (place, commit) = address.split_once('#').unwrap_or((address, ""));
                (Source::Repository(self.notes.address(line, &place.to_owned().into())), pin_of(place, commit), Integrity::NotAsked)
            }
            "url" => {
                let pin = if files == Integrity::Missing { Pin::Loose("an archive without a digest".to_owned()) } else { Pin::Exact };
                (Source::Archive(self.notes.address(line, address)), pin, files)
            }
            "path" => (Source::Path(address.clone()), pins::within(address), files),
            "directory" | "editable" | "virtual" if *address == "." || self.members.contains(name) => {
                (Source::Project, Pin::Exact, Integrity::NotAsked)
            }
            "directory" | "editable" | "virtual" => (Source::Path(address.clone()), pins::within(address), Integrity::NotAsked),
            _ => return None,
        })
    }
}

fn pin_of(place: &str, commit: &str) -> Pin {
    if is_commit(commit) {
        return Pin::Exact;
    }
    let query = place.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let asked = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| matches!(*key, "branch" | "tag" | "rev"));
    Pin::Loose(match asked {
        _ if !commit.is_empty() => format!("a commit that is not whole: {}", shown(commit)),
        Some((kind, name)) => format!("a {kind}: {}", shown(name)),
        None => "a repository without a commit".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "65bab7582ce14c55cdeec2244c65ea23039c9e6f";
    const SUM: &str = "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

    fn one(more: &str) -> Package<'static> {
        let lock =
            read(format!("version = 1\nrequires-python = \">=3.10\"\n\n[[package]]\nname = \"a\"\nversion = \"1\"\n{more}\n").leak())
                .unwrap();
        assert!(lock.remarks.is_empty(), "{:?}", lock.remarks);
        assert_eq!((lock.packages.len(), lock.packages[0].line), (1, 4));
        lock.packages.into_iter().next().unwrap()
    }

    #[test]
    fn every_source_is_read_with_its_pin_and_integrity() {
        let sha256 = || Integrity::Digests(["sha256"].into());
        let loose = |says: &str| Pin::Loose(says.to_owned());
        let files =
            format!("sdist = {{ url = \"u\", hash = \"{SUM}\", size = 1 }}\nwheels = [\n    {{ url = \"u\", hash = \"{SUM}\" }},\n]");
        let text = str::to_owned;
        for (more, source, pin, integrity) in [
            (format!("source = {{ registry = \"{PYPI}\" }}\n{files}"), Source::Registry(None), Pin::Exact, sha256()),
            (
                text("source = { registry = \"https://o/s\" }"),
                Source::Registry(Some(text("https://o/s").into())),
                Pin::Exact,
                Integrity::Missing,
            ),
            (
                format!("source = {{ registry = \"{PYPI}\" }}\n{}", files.replacen(&format!("hash = \"{SUM}\""), "upload-time = \"x\"", 1)),
                Source::Registry(None),
                Pin::Exact,
                Integrity::Missing,
            ),
            (
                format!("source = {{ git = \"https://h/r?rev=x#{COMMIT}\" }}"),
                Source::Repository(text("https://h/r?rev=x").into()),
                Pin::Exact,
                Integrity::NotAsked,
            ),
            (
                text("source = { git = \"https://h/r?branch=m\" }"),
                Source::Repository(text("https://h/r?branch=m").into()),
                loose("a branch: `m`"),
                Integrity::NotAsked,
            ),
            (
                format!("source = {{ url = \"https://h/a.whl\" }}\n{files}"),
                Source::Archive(text("https://h/a.whl").into()),
                Pin::Exact,
                sha256(),
            ),
            (
                text("source = { url = \"https://h/a.whl\" }"),
                Source::Archive(text("https://h/a.whl").into()),
                loose("an archive without a digest"),
                Integrity::Missing,
            ),
            (text("source = { editable = \"../b\" }"), Source::Path(text("../b").into()), loose("a path: `../b`"), Integrity::NotAsked),
            (text("source = { virtual = \".\" }"), Source::Project, Pin::Exact, Integrity::NotAsked),
            (text("source = { editable = \"m\" }\n[manifest]\nmembers = [\"a\"]"), Source::Project, Pin::Exact, Integrity::NotAsked),
        ] {
            let package = one(&more);
            assert_eq!((package.source, package.pin, package.integrity), (source, pin, integrity), "{more}");
        }
    }

    #[test]
    fn the_day_that_uv_looked_at_is_the_stamp() {
        let stamp = |options: &str| match read(format!("version = 1\n[options]\n{options}").leak()).unwrap().stamp {
            Some(Stamp::Made(time)) => Some(time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
            Some(Stamp::NotBefore(_)) | None => None,
        };
        assert_eq!(stamp("exclude-newer = \"2025-01-01T00:00:00Z\"").as_deref(), Some("2025-01-01T00:00:00Z"));
        assert_eq!(stamp("exclude-newer = \"2025-01-01T00:00:00Z\"\nexclude-newer-span = \"P1W\""), None);
        assert_eq!(stamp(""), None);
    }

    #[test]
    fn what_is_no_whole_lock_is_refused_with_its_line() {
        let package = "version = 1\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { virtual = \".\" }\n";
        for (text, line) in [
            ("", 1),
            ("requires-python = \">=3\"\n", 1),
            ("# c\nversion = 2\n", 2),
            ("version = 1\npackage = 1\n", 2),
            ("version = 1\n[[package]]\nname = \"a\"\nversion = \"1\"\n", 2),
            ("version = 1\n[[package]]\nname = \"a\"\nsource = { registry = \"x\" }\n", 2),
            ("version = 1\n[[package]]\nversion = \"1\"\nsource = { virtual = \".\" }\n", 2),
            ("version = 1\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { what = \".\" }\n", 2),
            (&*format!("{package}dependencies = [\n    {{ name = \"b\" }},\n]\n"), 7),
            (&*format!("{package}[package.dev-dependencies]\ndev = [{{ name = \"b\" }}]\n"), 7),
            (&*format!("{package}name = \"b\"\n"), 6),
            (&*format!("{package}<<<<<<< HEAD\n"), 6),
            (&*format!("{package}x = \"\0\"\n"), 6),
            (&package[..package.len() - 3], 5),
        ] {
            assert_eq!(read(text).unwrap_err().line, line, "{text}");
        }
        assert!(read(format!("\u{feff}{}", package.replace('\n', "\r\n")).leak()).is_ok());
    }

    #[test]
    fn the_public_samples_are_read_or_refused_as_expected() {
        super::super::toml::tests::samples("uvlock", read);
    }
}
