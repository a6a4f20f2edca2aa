//! `poetry.lock`, versions 1 and 2: hashes stand in the packages, or in `[metadata.files]` or `[metadata.hashes]` of older files.

use std::collections::{BTreeMap, HashMap};

use super::super::fault::Fault;
use super::address::is_commit;
use super::entries::{Files, Notes};
use super::pins;
use super::python::asked;
use super::python::dump::{Json, object_of};
use super::text::shown;
use super::toml::{Document, Lines, Node, Table};
use super::{Integrity, Lock, Oddity, Package, Pin, Source, Sync, sync_of};

/// Reads a `poetry.lock`.
pub(crate) fn read(text: &str) -> Result<Lock<'_>, Fault> {
    // Poetry reads with Python's tomllib, which takes no mark of byte order.
    if text.starts_with('\u{feff}') {
        return Err(Fault::on(1, "the text begins with a mark of byte order, which Poetry does not read"));
    }
    let document = Document::read(text)?;
    let list = document.root.get("package").ok_or_else(|| Fault::on(1, "the lock has no list `package`"))?;
    let nodes = list.as_list().ok_or_else(|| document.fault(list.at, "`package` is expected as a list of tables"))?;
    let metadata = check_version(&document)?;
    let mut reader = Reader { document: &document, lines: document.lines(), listed: listed(metadata), notes: Notes::default() };
    let mut packages = Vec::with_capacity(nodes.len());
    for node in nodes {
        packages.push(reader.package(node)?);
    }
    let mut notes = reader.notes;
    if metadata.is_none() {
        let last = document.lines().of(text.trim_end().len());
        notes
            .remarks
            .say(last, Oddity::Unread, || "the lock has no `[metadata]`, which stands at its end: it may have been cut off".to_owned());
    }
    notes.repeats(packages.iter().map(|package| (package, "")));
    Ok(Lock { packages, stamp: None, remarks: notes.remarks })
}

fn check_version<'d, 'a>(document: &'d Document<'a>) -> Result<Option<&'d Table<'a>>, Fault> {
    let Some(node) = document.root.get("metadata") else { return Ok(None) };
    let table = node.as_table().ok_or_else(|| document.fault(node.at, "`metadata` is expected as a table"))?;
    // The first versions did not say their number.
    if let Some(version) = table.get("lock-version") {
        let major = version.as_str().and_then(|version| version.split('.').next());
        if !matches!(major, Some("1" | "2")) {
            return Err(document.fault(version.at, "this `lock-version` of poetry.lock is not known, and 1 or 2 is expected"));
        }
    }
    Ok(Some(table))
}

/// The lists of files that older versions kept apart, by the name of the package.
fn listed<'d, 'a>(metadata: Option<&'d Table<'a>>) -> HashMap<&'d str, &'d [Node<'a>]> {
    let tables = ["hashes", "files"].into_iter().filter_map(|key| metadata?.table(key));
    tables.flat_map(|table| &table.entries).filter_map(|(name, node)| Some((name.as_ref(), node.as_list()?))).collect()
}

struct Reader<'d, 'a> {
    document: &'d Document<'a>,
    lines: Lines<'a>,
    listed: HashMap<&'d str, &'d [Node<'a>]>,
    notes: Notes<'a>,
}

impl<'a> Reader<'_, 'a> {
    fn package(&mut self, node: &Node<'a>) -> Result<Package<'a>, Fault> {
        let fault = |message: &str| self.document.fault(node.at, message);
        let table = node.as_table().ok_or_else(|| fault("a package is expected as a table"))?;
        let name = table.words("name").filter(|name| !name.is_empty()).ok_or_else(|| fault("the package has no `name`"))?;
        let version = table.words("version").filter(|version| !version.is_empty()).ok_or_else(|| fault("the package has no `version`"))?;
        let line = self.lines.of(node.at);
        let listed = self.listed.get(name.as_ref()).copied();
        let own = table.get("files").map(|files| files.as_list().ok_or_else(|| self.document.fault(files.at, "`files` is no list")));
        let files = self.files(own.transpose()?.or(listed).unwrap_or_default());
        let (source, pin, integrity) = match table.get("source") {
            None => (Source::Registry(None), Pin::Exact, files),
            Some(source) => {
                let unknown = || self.document.fault(source.at, "this kind of source is not known");
                let place = self.lines.of(source.at);
                source.as_table().and_then(|table| self.source(table, place, files)).ok_or_else(unknown)?
            }
        };
        Ok(Package { name: name.clone(), version: Some(version.clone()), source, pin, integrity, line })
    }

    fn files(&mut self, files: &[Node<'a>]) -> Integrity {
        let mut digests = Files::default();
        for file in files {
            // The oldest lists hold the bare hex of a sha256.
            let bare = file.as_str().map(|hex| self.notes.hex(|| self.lines.of(file.at), ("sha256", hex)));
            let hash = file.as_table().and_then(|file| file.text("hash"));
            digests.add(bare.or_else(|| hash.map(|hash| self.notes.digest(|| self.lines.of(file.at), hash))).unwrap_or_default());
        }
        digests.integrity()
    }

    fn source(&mut self, source: &Table<'a>, line: usize, files: Integrity) -> Option<(Source<'a>, Pin, Integrity)> {
        let address = source.words("url")?;
        let without = |files: Integrity| if files == Integrity::Missing { Integrity::NotAsked } else { files };
        Some(match source.text("type")? {
            "legacy" => (Source::Registry(Some(self.notes.index(line, address))), Pin::Exact, files),
            "git" => (Source::Repository(self.notes.address(line, address)), pin_of(source), without(files)),
            "url" => {
                let pin = if files == Integrity::Missing { Pin::Loose("an archive without a digest".to_owned()) } else { Pin::Exact };
                (Source::Archive(self.notes.address(line, address)), pin, files)
            }
            "file" => (Source::Path(address.clone()), pins::path(address), files),
            "directory" => (Source::Path(address.clone()), pins::path(address), without(files)),
            _ => return None,
        })
    }
}

fn pin_of(source: &Table<'_>) -> Pin {
    match (source.text("resolved_reference"), source.text("reference")) {
        (Some(commit), _) if is_commit(commit) => Pin::Exact,
        (Some(commit), _) => Pin::Loose(format!("a commit that is not whole: {}", shown(commit))),
        (None, Some(reference)) => Pin::Loose(format!("a branch or tag: {}", shown(reference))),
        (None, None) => Pin::Loose("a repository without a commit".to_owned()),
    }
}

/// Whether the lock is of a `pyproject.toml`: by the digest that it keeps, which does not say that the lock is whole, and by the names.
pub(crate) fn in_sync(lock: &str, manifest: &str) -> Sync {
    match hashed(lock, manifest) {
        Sync::Yes => sync_of(absent(lock, manifest)),
        other @ (Sync::No(_) | Sync::CannotTell(_)) => other,
    }
}

/// What is asked for whatever the machine is, and is not locked. Not all that wrote locks knew `[dependency-groups]`.
fn absent(lock: &str, manifest: &str) -> Vec<String> {
    let (Ok(lock), Ok(manifest)) = (Document::read(lock), Document::read(manifest)) else { return Vec::new() };
    let root = &manifest.root;
    let table = |path: &[&str]| root.at(path).and_then(Node::as_table);
    let project = root.at(&["project", "dependencies"]).and_then(Node::as_list);
    // Beside the project's own list this table says only where things come from.
    let own = table(&["tool", "poetry", "dependencies"]).filter(|_| project.is_none());
    let groups = table(&["tool", "poetry", "group"]).into_iter().flat_map(|groups| &groups.entries).filter_map(|(_, node)| node.as_table());
    let groups = groups.filter(|group| !group.get("optional").is_some_and(Node::is_true)).filter_map(|group| group.table("dependencies"));
    let tables = own.into_iter().chain(table(&["tool", "poetry", "dev-dependencies"])).chain(groups);
    let is_plain = |node: &Node<'_>| match node.as_table() {
        Some(table) => table.entries.iter().all(|(key, _)| matches!(key.as_ref(), "version" | "extras" | "source")),
        None => node.as_str().is_some(),
    };
    let named = tables.flat_map(|table| &table.entries).filter(|(name, node)| name != "python" && is_plain(node));
    let wanted = asked::required(project.unwrap_or_default(), root).chain(named.map(|(name, _)| name.as_ref()));
    asked::absent(wanted, asked::locked(&lock.root))
}

/// Compares the lock's `content-hash` with that of a `pyproject.toml`, as the Poetry that wrote the lock computes it.
fn hashed(lock: &str, manifest: &str) -> Sync {
    let version = writer(lock);
    let (lock, manifest) = match (Document::read(lock), Document::read(manifest)) {
        (Err(fault), _) => return Sync::CannotTell(format!("the lock is not readable: {fault}")),
        (_, Err(fault)) => return Sync::CannotTell(format!("the manifest is not readable: {fault}")),
        (Ok(lock), Ok(manifest)) => (lock, manifest),
    };
    let Some(hash) = lock.root.at(&["metadata", "content-hash"]).and_then(Node::as_str) else {
        return Sync::No(vec!["the lock has no `content-hash`".to_owned()]);
    };
    // Poetry 2.3 was the first to look at `[dependency-groups]`, and 2.0 at `[project]`.
    let mut ways = vec![current(&manifest.root, manifest.root.table("dependency-groups"))];
    if version.is_none_or(|version| version < (2, 3)) {
        ways.push(current(&manifest.root, None));
    }
    if version.is_none_or(|version| version < (2, 0)) {
        ways.push(Json::Object(tool_poetry(&manifest.root, Absent::Null)));
    }
    let hashes: Option<Vec<String>> = ways.iter().map(Json::sha256).collect();
    match hashes {
        None => Sync::CannotTell("the manifest holds a date or a broken number among its dependencies".to_owned()),
        Some(hashes) if hashes.iter().any(|own| own == hash) => Sync::Yes,
        Some(_) => Sync::No(vec!["the dependencies in `pyproject.toml` are not those of the lock's `content-hash`".to_owned()]),
    }
}

/// Which Poetry wrote the lock, by the comment in its first line: major and minor. A first release before 2.3.0 itself counts as older.
fn writer(lock: &str) -> Option<(u32, u32)> {
    let first = lock.lines().next()?;
    let version = first.split_once("Poetry ")?.1.split(' ').next()?;
    let mut parts = version.splitn(3, '.');
    let (major, minor) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let patch = parts.next().unwrap_or_default();
    let is_early = patch.starts_with('0') && patch.contains(|c: char| c.is_ascii_alphabetic());
    Some(if is_early && (major, minor) == (2, 3) { (2, 2) } else { (major, minor) })
}

/// What stands for a key of `[tool.poetry]` that is not there.
#[derive(Clone, Copy, PartialEq)]
enum Absent {
    Null,
    Nothing,
}

fn current<'a>(manifest: &'a Table<'a>, groups: Option<&'a Table<'a>>) -> Json<'a> {
    let project = |key: &'static str| manifest.at(&["project", key]).map(|node| (key.to_owned(), Json::Node(node)));
    let project: BTreeMap<_, _> = ["requires-python", "dependencies", "optional-dependencies"].into_iter().filter_map(project).collect();
    let groups = groups.map(object_of).filter(|groups| !groups.is_empty());
    if project.is_empty() && groups.is_none() {
        return Json::Object(tool_poetry(manifest, Absent::Null));
    }
    let mut relevant = BTreeMap::new();
    if !project.is_empty() {
        relevant.insert("project".to_owned(), Json::Object(project));
    }
    if let Some(groups) = groups {
        relevant.insert("dependency-groups".to_owned(), Json::Object(groups));
    }
    relevant.insert("tool".to_owned(), Json::object([("poetry", Json::Object(tool_poetry(manifest, Absent::Nothing)))]));
    Json::Object(relevant)
}

fn tool_poetry<'a>(manifest: &'a Table<'a>, absent: Absent) -> BTreeMap<String, Json<'a>> {
    let value = |key| manifest.at(&["tool", "poetry", key]);
    let legacy = ["dependencies", "source", "extras", "dev-dependencies"].into_iter();
    let legacy = legacy.filter(|key| absent == Absent::Null || value(key).is_some());
    // `group` came later, and is never null.
    let all = legacy.chain(["group"].into_iter().filter(|key| value(key).is_some()));
    all.map(|key| (key.to_owned(), Json::of(value(key)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "65bab7582ce14c55cdeec2244c65ea23039c9e6f";
    const SUM: &str = "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    const END: &str = "\n[metadata]\nlock-version = \"2.1\"\ncontent-hash = \"x\"\n";

    fn one(more: &str) -> Package<'static> {
        let lock = read(format!("# c\n[[package]]\nname = \"a\"\nversion = \"1\"\n{more}{END}").leak()).unwrap();
        assert!(lock.remarks.is_empty() && lock.packages.len() == 1, "{lock:?}");
        lock.packages.into_iter().next().unwrap()
    }

    fn sha256() -> Integrity {
        Integrity::Digests(["sha256"].into())
    }

    #[test]
    fn every_source_is_read_with_its_pin_and_integrity() {
        let text = str::to_owned;
        let loose = |says: &str| Pin::Loose(says.to_owned());
        let files = format!("files = [\n    {{file = \"a.whl\", hash = \"{SUM}\"}},\n]\n");
        let source = |kind: &str, more: &str| format!("files = []\n[package.source]\ntype = \"{kind}\"\nurl = \"https://h/a\"\n{more}");
        let here = || text("https://h/a");
        for (more, from, pin, integrity) in [
            (files.clone(), Source::Registry(None), Pin::Exact, sha256()),
            (text("files = []\n"), Source::Registry(None), Pin::Exact, Integrity::Missing),
            (source("legacy", "reference = \"x\""), Source::Registry(Some(here().into())), Pin::Exact, Integrity::Missing),
            (
                source("git", &format!("resolved_reference = \"{COMMIT}\"")),
                Source::Repository(here().into()),
                Pin::Exact,
                Integrity::NotAsked,
            ),
            (source("git", "reference = \"m\""), Source::Repository(here().into()), loose("a branch or tag: `m`"), Integrity::NotAsked),
            (source("url", ""), Source::Archive(here().into()), loose("an archive without a digest"), Integrity::Missing),
            (source("file", ""), Source::Path(here().into()), loose("a path: `https://h/a`"), Integrity::Missing),
            (source("directory", ""), Source::Path(here().into()), loose("a path: `https://h/a`"), Integrity::NotAsked),
        ] {
            let package = one(&more);
            assert_eq!((package.source, package.pin, package.integrity, package.line), (from, pin, integrity, 2), "{more}");
        }
    }

    #[test]
    fn older_files_have_their_hashes_at_the_end() {
        for list in [format!("files]\na = [{{file = \"f\", hash = \"{SUM}\"}}]"), format!("hashes]\na = [\"{}\"]", &SUM[7..])] {
            let text = format!("[[package]]\nname = \"a\"\nversion = \"1\"\n[metadata]\npython-versions = \"*\"\n[metadata.{list}\n");
            assert_eq!(read(&text).unwrap().packages[0].integrity, sha256());
        }
    }

    #[test]
    fn a_lock_without_its_end_is_read_and_told() {
        let lock = read("[[package]]\nname = \"a\"\nversion = \"1\"\n\n").unwrap();
        assert_eq!((lock.packages.len(), lock.remarks[0].line, lock.remarks[0].what), (1, 3, Oddity::Unread));
    }

    #[test]
    fn what_is_no_whole_lock_is_refused_with_its_line() {
        let bom = format!("\u{feff}package = []\n{END}");
        for (text, line) in [
            ("", 1),
            ("[metadata]\nlock-version = \"2.0\"\n", 1),
            ("package = []\n[metadata]\nlock-version = \"3.0\"\n", 3),
            ("package = []\n[metadata]\nlock-version = 2\n", 3),
            ("package = 1\n", 1),
            ("\n[[package]]\nname = \"a\"\n", 2),
            ("\n[[package]]\nname = \"a\"\nversion = \"1\"\nfiles = 1\n", 5),
            ("[[package]]\nname = \"a\"\nversion = \"1\"\n[package.source]\ntype = \"x\"\nurl = \"y\"\n", 4),
            ("[[package]]\nname = \"a\"\nversion = \"1\"\n>>>>>>> b\n", 4),
            ("[[package]]\nname = \"a\"\nversion = \"1\"\nfiles = [\n  {file = \"x\", hash = \"sh", 5),
            (&bom, 1),
        ] {
            assert_eq!(read(text).unwrap_err().line, line, "{text}");
        }
        let whole = format!("package = []\n{END}");
        assert_eq!(read(whole.replace('\n', "\r\n").leak()), Ok(Lock::default()));
    }

    // The hashes below were computed by Poetry 2.5.1 itself.
    const PROJECT: &str = "[project]\nname = \"me\"\nversion = \"0.1.0\"\nrequires-python = \">=3.10,<4\"\ndependencies = [\"idna (>=3.0,<4)\", \"\u{e9}-x; extra=='\u{fc}'\"]\n[dependency-groups]\ndev = [\"iniconfig>=1\", {include-group = \"lint\"}]\nlint = [\"pathspec\"]\n[tool.poetry]\npackage-mode = false\n[tool.poetry.dependencies]\nidna = {source = \"pypi\", extras=[\"a\"], optional=false}\n[[tool.poetry.source]]\nname = \"x\"\nurl = \"https://x/\"\npriority = \"explicit\"\n";
    const OLD: &str = "[tool.poetry]\nname = \"me\"\nversion = \"0.1.0\"\ndescription = \"d\\\"\\\\/\"\n[tool.poetry.dependencies]\npython = \"^3.10\"\nidna = {version=\">=3\", markers=\"sys_platform == 'win32' and python_version < \\\"3.9\\\"\"}\n[tool.poetry.group.dev.dependencies]\nsix = \"*\"\n";
    const WITH_GROUPS: &str = "77f73fd6c1baa9d38cc4814470a7b29e0225a6405de732b8a6107387aba4ee2a";
    const WITHOUT_GROUPS: &str = "294d748c846007d6df6661df4b52c3e033219b9aa92e918bb46f3a108637a29a";

    fn sync(writer: &str, hash: &str, manifest: &str) -> bool {
        let lock = format!(
            "# This file is automatically @generated by Poetry {writer} and\npackage = []\n[metadata]\ncontent-hash = \"{hash}\"\n"
        );
        match hashed(&lock, manifest) {
            Sync::Yes => true,
            Sync::No(_) => false,
            Sync::CannotTell(why) => panic!("{why}"),
        }
    }

    #[test]
    fn the_hash_is_that_of_poetry() {
        assert!(sync("2.5.1", WITH_GROUPS, PROJECT));
        assert!(sync("2.5.1", "5c49c03d9c73edf36e84dc17c5b99a66af189c195952616542cd5711d8d95159", OLD));
        assert!(sync("1.8.0", "5c49c03d9c73edf36e84dc17c5b99a66af189c195952616542cd5711d8d95159", OLD));
        assert!(sync("2.5.1", "115cf985d932e9bf5f540555bbdd75decbb62cac81e399375fc19f6277f8c1d8", "[project]\nname = \"x\"\n"));
        assert!(!sync("2.5.1", WITH_GROUPS, &PROJECT.replace("<4", "<5")));
        assert!(sync("2.5.1", WITH_GROUPS, &PROJECT.replace("0.1.0", "0.2.0")));
    }

    #[test]
    fn a_digest_that_matches_does_not_hide_a_package_that_is_gone() {
        let gone = |names: &str, manifest: &str| {
            let packages =
                names.split_whitespace().map(|name| format!("[[package]]\nname = \"{name}\"\nversion = \"1\"\n")).collect::<String>();
            absent(&format!("{packages}[metadata]\n"), manifest)
                .iter()
                .map(|says| says.split(' ').next().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(gone("", PROJECT), ["`idna`"]);
        assert_eq!(gone("idna", PROJECT), [""; 0]);
        assert_eq!(gone("", OLD), ["`six`"]);
        let more = "[tool.poetry.dependencies]\nA_b = \"1\"\nc = { version = \"1\", optional = true }\nd = [{ version = \"1\" }]\ne = { version = \"1\", extras = [\"x\"] }\n[tool.poetry.group.g]\noptional = true\n[tool.poetry.group.g.dependencies]\nf = \"1\"\n";
        assert_eq!(gone("a-b", more), ["`e`"]);
        let lock = "package = []\n[metadata]\ncontent-hash = \"5c49c03d9c73edf36e84dc17c5b99a66af189c195952616542cd5711d8d95159\"\n";
        assert_eq!(in_sync(lock, OLD), Sync::No(vec!["`six` is asked for, and the lock has no entry of it".to_owned()]));
    }

    #[test]
    fn only_older_poetry_leaves_the_groups_out() {
        assert!(sync("2.2.1", WITHOUT_GROUPS, PROJECT) && sync("2.3.0rc1", WITHOUT_GROUPS, PROJECT));
        assert!(!sync("2.3.0", WITHOUT_GROUPS, PROJECT) && !sync("10.0.0", WITHOUT_GROUPS, PROJECT));
    }

    #[test]
    fn without_a_hash_it_is_stale_and_without_toml_it_cannot_be_told() {
        assert!(matches!(hashed("package = []\n[metadata]\n", OLD), Sync::No(_)));
        assert!(matches!(hashed("{", OLD), Sync::CannotTell(_)));
        assert!(matches!(hashed("", "{"), Sync::CannotTell(_)));
        let date = "[tool.poetry.dependencies]\na = 2020-01-01\n";
        assert!(matches!(hashed("[metadata]\ncontent-hash = \"x\"\n", date), Sync::CannotTell(_)));
    }

    #[test]
    fn the_public_samples_are_read_or_refused_as_expected() {
        super::super::toml::tests::samples("poetrylock", read);
    }
}
