//! `pdm.lock`, versions 2 to 4: hashes stand in the packages, before 4 in `[metadata.files]` under name and version.

use std::collections::{BTreeMap, HashMap};

use sha2::{Digest, Sha256};

use super::super::fault::Fault;
use super::address::is_commit;
use super::entries::{Files, Notes};
use super::pins;
use super::python::asked;
use super::python::dump::Json;
use super::python::normal;
use super::text::shown;
use super::toml::{Document, Lines, Node, Table};
use super::{Integrity, Lock, Package, Pin, Source, Sync, sync_of};

/// What PDM takes for a repository.
const REPOSITORIES: [&str; 4] = ["git", "hg", "svn", "bzr"];

/// Reads a `pdm.lock`.
pub(crate) fn read(text: &str) -> Result<Lock<'_>, Fault> {
    // PDM reads with Python's tomllib, which takes no mark of byte order.
    if text.starts_with('\u{feff}') {
        return Err(Fault::on(1, "the text begins with a mark of byte order, which PDM does not read"));
    }
    let document = Document::read(text)?;
    let metadata = check_version(&document)?;
    // A lock of no packages has no list.
    let nodes: &[Node<'_>] = match document.root.get("package") {
        None => &[],
        Some(list) => list.as_list().ok_or_else(|| document.fault(list.at, "`package` is expected as a list of tables"))?,
    };
    let listed = metadata.table("files").into_iter().flat_map(|files| &files.entries);
    let listed = listed.filter_map(|(id, node)| Some((id.as_ref(), node.as_list()?))).collect();
    let mut reader = Reader { document: &document, lines: document.lines(), listed, notes: Notes::default() };
    let packages = nodes.iter().map(|node| reader.package(node)).collect::<Result<Vec<_>, _>>()?;
    let mut notes = reader.notes;
    // One package is there once for each set of its extras.
    let extras: Vec<String> = nodes.iter().map(extras_of).collect();
    notes.repeats(packages.iter().zip(extras.iter().map(String::as_str)));
    Ok(Lock { packages, stamp: None, remarks: notes.remarks })
}

fn extras_of(node: &Node<'_>) -> String {
    let extras = node.as_table().map(|table| table.list("extras")).unwrap_or_default();
    extras.iter().filter_map(Node::as_str).collect::<Vec<_>>().join(",")
}

fn check_version<'d, 'a>(document: &'d Document<'a>) -> Result<&'d Table<'a>, Fault> {
    let node = document.root.get("metadata").ok_or_else(|| Fault::on(1, "the lock has no `[metadata]`"))?;
    let table = node.as_table().ok_or_else(|| document.fault(node.at, "`metadata` is expected as a table"))?;
    let version = table.get("lock_version").ok_or_else(|| document.fault(node.at, "the lock says no `lock_version`"))?;
    let mut parts = version.as_str().unwrap_or_default().split('.');
    let minor = |part: Option<&str>| part.unwrap_or("0").parse::<u32>().ok();
    match (parts.next().unwrap_or_default(), minor(parts.next())) {
        ("2" | "3", _) | ("4", Some(0..=5)) => Ok(table),
        _ => Err(document.fault(version.at, "this `lock_version` of pdm.lock is not known, and one up to 4.5 is expected")),
    }
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
        let own = table.get("files").map(|files| files.as_list().ok_or_else(|| self.document.fault(files.at, "`files` is no list")));
        let listed = || if self.listed.is_empty() { None } else { self.listed.get(format!("{name} {version}").as_str()).copied() };
        let files = own.transpose()?.or_else(listed).unwrap_or_default();
        let files = self.files(files);
        let (source, pin, integrity) = self.source(table, line, files);
        Ok(Package { name: name.clone(), version: Some(version.clone()), source, pin, integrity, line })
    }

    fn files(&mut self, files: &[Node<'a>]) -> Integrity {
        let mut digests = Files::default();
        for file in files {
            let hash = file.as_table().and_then(|file| file.text("hash"));
            let line = self.lines.of(file.at);
            // Where they were found is written with `static_urls`.
            if let Some(address) = file.as_table().and_then(|file| file.text("url")) {
                self.notes.remarks.address(line, address);
            }
            digests.add(hash.map(|hash| self.notes.digest(|| line, hash)).unwrap_or_default());
        }
        digests.integrity()
    }

    fn source(&mut self, table: &Table<'a>, line: usize, files: Integrity) -> (Source<'a>, Pin, Integrity) {
        let without = |files: Integrity| if files == Integrity::Missing { Integrity::NotAsked } else { files };
        let repository = REPOSITORIES.into_iter().find_map(|kind| Some((kind, table.words(kind)?)));
        if let Some((kind, address)) = repository {
            return (Source::Repository(self.notes.address(line, address)), pin_of(kind, table), without(files));
        }
        if let Some(path) = table.words("path") {
            return (Source::Path(path.clone()), pins::path(path), without(files));
        }
        let Some(address) = table.words("url") else { return (Source::Registry(None), Pin::Exact, files) };
        let pin = if files == Integrity::Missing { Pin::Loose("an archive without a digest".to_owned()) } else { Pin::Exact };
        (Source::Archive(self.notes.address(line, address)), pin, files)
    }
}

fn pin_of(kind: &str, table: &Table<'_>) -> Pin {
    let revision = table.text("revision").unwrap_or_default();
    let is_whole = match kind {
        "svn" | "bzr" => !revision.is_empty() && revision.bytes().all(|byte| byte.is_ascii_digit()),
        _ => is_commit(revision),
    };
    Pin::Loose(match table.text("ref") {
        _ if is_whole => return Pin::Exact,
        _ if !revision.is_empty() => format!("a commit that is not whole: {}", shown(revision)),
        Some(name) => format!("a branch or tag: {}", shown(name)),
        None => "a repository without a commit".to_owned(),
    })
}

/// Whether the lock is of a `pyproject.toml`: by the digest that it keeps, which does not say that the lock is whole, and by the names.
pub(crate) fn in_sync(lock: &str, manifest: &str, members: &[(&str, &str)]) -> Sync {
    match hashed(lock, manifest, members) {
        Sync::Yes => sync_of(absent(lock, manifest)),
        other @ (Sync::No(_) | Sync::CannotTell(_)) => other,
    }
}

/// What the project itself asks for whatever the machine is, and is not locked. A lock can be of some groups only, and excludes leave out more.
fn absent(lock: &str, manifest: &str) -> Vec<String> {
    let (Ok(lock), Ok(manifest)) = (Document::read(lock), Document::read(manifest)) else { return Vec::new() };
    let groups = lock.root.at(&["metadata", "groups"]).and_then(Node::as_list);
    let is_whole = groups.is_none_or(|groups| groups.iter().any(|group| group.as_str() == Some("default")));
    if !is_whole || manifest.root.at(&["tool", "pdm", "resolution", "excludes"]).is_some() {
        return Vec::new();
    }
    let wanted = manifest.root.at(&["project", "dependencies"]).and_then(Node::as_list).unwrap_or_default();
    asked::absent(asked::required(wanted, &manifest.root), asked::locked(&lock.root))
}

/// Compares the lock's `content_hash` with that of a `pyproject.toml`, as PDM computes it. `members` are the paths and manifests of a workspace.
fn hashed(lock: &str, manifest: &str, members: &[(&str, &str)]) -> Sync {
    match compare(lock, manifest, members) {
        Err(why) => Sync::CannotTell(why),
        Ok(true) => Sync::Yes,
        Ok(false) => Sync::No(vec!["the dependencies in `pyproject.toml` are not those of the lock's `content_hash`".to_owned()]),
    }
}

fn compare(lock: &str, manifest: &str, members: &[(&str, &str)]) -> Result<bool, String> {
    let lock = Document::read(lock).map_err(|fault| format!("the lock is not readable: {fault}"))?;
    let read = |text| Document::read(text).map_err(|fault| format!("a manifest is not readable: {fault}"));
    let root = read(manifest)?;
    let mut others = members.iter().map(|(path, text)| Ok((*path, read(text)?))).collect::<Result<Vec<_>, String>>()?;
    others.sort_by_key(|(path, _)| *path);
    let metadata = lock.root.table("metadata").ok_or("the lock has no `[metadata]`")?;
    if metadata.get("lock_inputs").is_some() {
        return Err("PDM compares the lock's `lock_inputs`, which only PDM can make".to_owned());
    }
    let Some(hash) = metadata.text("content_hash") else { return Ok(false) };
    let hash = hash.strip_prefix("sha256:").ok_or("the lock's `content_hash` is no sha256")?;
    let is_workspace = root.root.at(&["tool", "pdm", "workspace"]).and_then(Node::as_table).is_some_and(|table| !table.entries.is_empty());
    if is_workspace && others.is_empty() {
        return Err("the manifests of the workspace's members were not compared".to_owned());
    }
    let others = if is_workspace { others } else { Vec::new() };
    for formula in [Formula::Resolution, Formula::Overrides] {
        if folded(&root.root, &others, formula)? == hash {
            return Ok(true);
        }
    }
    // Older PDM made a `[project]` of what other tools had written.
    if root.root.get("project").is_none() {
        return Err("the manifest has no `[project]`".to_owned());
    }
    Ok(false)
}

/// What PDM hashes beside the dependencies: before 2.17 only the overrides, and no `[dependency-groups]`.
#[derive(Clone, Copy)]
enum Formula {
    Resolution,
    Overrides,
}

fn folded(root: &Table<'_>, members: &[(&str, Document<'_>)], formula: Formula) -> Result<String, String> {
    let own = content_hash(root, formula)?;
    if members.is_empty() {
        return Ok(own);
    }
    let mut all = own;
    for (path, document) in members {
        all = format!("{all}\0{path}\0{}", content_hash(&document.root, formula)?);
    }
    Ok(data_encoding::HEXLOWER.encode(&Sha256::digest(all)))
}

fn content_hash(manifest: &Table<'_>, formula: Formula) -> Result<String, String> {
    let (empty_list, empty_table) = (|| Json::List(Vec::new()), || Json::Object(BTreeMap::new()));
    let project = |key| manifest.at(&["project", key]).map(Json::Node);
    let tool = |key| manifest.at(&["tool", "pdm", key]).map(Json::Node);
    let resolution = match formula {
        Formula::Resolution => ("resolution", tool("resolution")),
        Formula::Overrides => {
            let overrides = tool("overrides").or_else(|| manifest.at(&["tool", "pdm", "resolution", "overrides"]).map(Json::Node));
            ("overrides", overrides)
        }
    };
    let development = match formula {
        Formula::Resolution => groups(manifest)?,
        Formula::Overrides => tool("dev-dependencies").unwrap_or_else(empty_table),
    };
    let all = Json::object([
        ("sources", tool("source").unwrap_or_else(empty_list)),
        ("dependencies", project("dependencies").unwrap_or_else(empty_list)),
        ("dev-dependencies", development),
        ("optional-dependencies", project("optional-dependencies").unwrap_or_else(empty_table)),
        ("requires-python", project("requires-python").unwrap_or(Json::Text(""))),
        (resolution.0, resolution.1.unwrap_or_else(empty_table)),
    ]);
    all.sha256().ok_or_else(|| "the manifest holds a date or a broken number among its dependencies".to_owned())
}

/// `[dependency-groups]` and PDM's own groups in one, by their normal names.
fn groups<'a>(manifest: &'a Table<'a>) -> Result<Json<'a>, String> {
    let mut groups: BTreeMap<String, Vec<Json<'a>>> = BTreeMap::new();
    let items = |node: &'a Node<'a>| node.as_list().map(|items| items.iter().map(Json::Node).collect::<Vec<_>>());
    let wrong = |name: &str| format!("the group {} is no list", shown(name));
    for (name, node) in manifest.table("dependency-groups").into_iter().flat_map(|table| &table.entries) {
        let items = items(node).ok_or_else(|| wrong(name))?;
        if groups.insert(normal(name), items).is_some() {
            return Err(format!("the group {} stands twice in the manifest", shown(name)));
        }
    }
    let own = manifest.at(&["tool", "pdm", "dev-dependencies"]).and_then(Node::as_table);
    for (name, node) in own.into_iter().flat_map(|table| &table.entries) {
        groups.entry(normal(name)).or_default().extend(items(node).ok_or_else(|| wrong(name))?);
    }
    Ok(Json::Object(groups.into_iter().map(|(name, items)| (name, Json::List(items))).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "65bab7582ce14c55cdeec2244c65ea23039c9e6f";
    const SUM: &str = "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    const HEAD: &str = "# c\n[metadata]\nlock_version = \"4.5.0\"\n";

    fn one(more: &str) -> Package<'static> {
        let lock = read(format!("{HEAD}\n[[package]]\nname = \"a\"\nversion = \"1\"\n{more}").leak()).unwrap();
        assert!(lock.remarks.is_empty() && lock.packages.len() == 1, "{lock:?}");
        lock.packages.into_iter().next().unwrap()
    }

    #[test]
    fn every_source_is_read_with_its_pin_and_integrity() {
        let text = str::to_owned;
        let loose = |says: &str| Pin::Loose(says.to_owned());
        let sha256 = || Integrity::Digests(["sha256"].into());
        let files = format!("files = [\n    {{url = \"https://h/a.whl\", hash = \"{SUM}\"}},\n]\n");
        let here = || text("https://h/a");
        for (more, from, pin, integrity) in [
            (files.clone(), Source::Registry(None), Pin::Exact, sha256()),
            (String::new(), Source::Registry(None), Pin::Exact, Integrity::Missing),
            (format!("git = \"https://h/a\"\nrevision = \"{COMMIT}\""), Source::Repository(here().into()), Pin::Exact, Integrity::NotAsked),
            (
                text("git = \"https://h/a\"\nref = \"m\""),
                Source::Repository(here().into()),
                loose("a branch or tag: `m`"),
                Integrity::NotAsked,
            ),
            (text("svn = \"https://h/a\"\nrevision = \"12\""), Source::Repository(here().into()), Pin::Exact, Integrity::NotAsked),
            (format!("url = \"https://h/a\"\n{files}"), Source::Archive(here().into()), Pin::Exact, sha256()),
            (text("url = \"https://h/a\"\n"), Source::Archive(here().into()), loose("an archive without a digest"), Integrity::Missing),
            (text("path = \"./b\"\n"), Source::Path(text("./b").into()), loose("a path: `./b`"), Integrity::NotAsked),
        ] {
            let package = one(&more);
            assert_eq!((package.source, package.pin, package.integrity, package.line), (from, pin, integrity, 5), "{more}");
        }
    }

    #[test]
    fn older_files_have_their_hashes_apart() {
        let text = format!(
            "[[package]]\nname = \"a\"\nversion = \"1\"\n[metadata]\nlock_version = \"3.1\"\n[metadata.files]\n\"a 1\" = [{{file = \"f\", hash = \"{SUM}\"}}]\n"
        );
        assert_eq!(read(&text).unwrap().packages[0].integrity, Integrity::Digests(["sha256"].into()));
    }

    #[test]
    fn a_package_stands_once_for_each_set_of_extras() {
        let package = "[[package]]\nname = \"a\"\nversion = \"1\"\n";
        assert!(read(format!("{HEAD}{package}{package}extras = [\"x\"]\n").leak()).unwrap().remarks.is_empty());
        assert_eq!(read(format!("{HEAD}{package}{package}").leak()).unwrap().remarks.len(), 1);
    }

    #[test]
    fn what_is_no_whole_lock_is_refused_with_its_line() {
        let windows = HEAD.replace('\n', "\r\n");
        assert_eq!(read(&windows), Ok(Lock::default()));
        for (text, line) in [
            ("", 1),
            ("[[package]]\nname = \"a\"\nversion = \"1\"\n", 1),
            ("\n[metadata]\ngroups = []\n", 2),
            ("[metadata]\nlock_version = \"5.0\"\n", 2),
            ("[metadata]\nlock_version = \"4.6.0\"\n", 2),
            ("[metadata]\nlock_version = 4\n", 2),
            (&*format!("{HEAD}[[package]]\nname = \"a\"\n"), 4),
            (&*format!("{HEAD}[[package]]\nname = \"a\"\nversion = \"1\"\nfiles = 1\n"), 7),
            (&*format!("{HEAD}lock_version = \"4.5.0\"\n"), 4),
            (&*format!("{HEAD}=======\n"), 4),
            (&*format!("\u{feff}{HEAD}"), 1),
        ] {
            assert_eq!(read(text).unwrap_err().line, line, "{text}");
        }
    }

    // The hash was computed by PDM 2.29.3 itself.
    const MANIFEST: &str = "[project]\nname = \"me\"\nversion = \"0.1.0\"\nrequires-python = \">=3.10\"\ndependencies = [\"idna>=3.0,<4\", \"\u{e9}\"]\n[project.optional-dependencies]\nx = [\"toml\"]\n[dependency-groups]\nDev_X = [\"iniconfig>=1\", {include-group = \"lint\"}]\nlint = [\"pathspec\"]\n[tool.pdm.dev-dependencies]\n\"dev.x\" = [\"six\"]\n[tool.pdm.resolution]\nallow-prereleases = true\n[tool.pdm.resolution.overrides]\nsix = \"1.16\"\n[[tool.pdm.source]]\nname = \"pypi\"\nurl = \"https://x/\"\nverify_ssl = true\n";
    const HASH: &str = "0c4c2a0f620e2016eb526e44421d7368af97ae195084db14f3916b67bc86c69a";

    fn lock(hash: &str) -> String {
        format!("{HEAD}content_hash = \"sha256:{hash}\"\n")
    }

    #[test]
    fn the_hash_is_that_of_pdm() {
        assert_eq!(hashed(&lock(HASH), MANIFEST, &[]), Sync::Yes);
        assert_eq!(hashed(&lock(HASH), &MANIFEST.replace("0.1.0", "0.2.0"), &[]), Sync::Yes);
        assert!(matches!(hashed(&lock(HASH), &MANIFEST.replace("<4", "<5"), &[]), Sync::No(_)));
        let bare = "ece479d1fc26bbc1091a4114e084312c6b77c8f8fc20195e68cc6393ef0b33d9";
        assert_eq!(hashed(&lock(bare), "[project]\nname = \"x\"\n", &[]), Sync::Yes);
        assert!(matches!(hashed(HEAD, MANIFEST, &[]), Sync::No(_)));
    }

    #[test]
    fn a_digest_that_matches_does_not_hide_a_package_that_is_gone() {
        let gone = Sync::No(
            ["`idna`", "`\u{e9}`"]
                .map(|name| format!("{} is asked for, and the lock has no entry of it", shown(name.trim_matches('`'))))
                .to_vec(),
        );
        assert_eq!(in_sync(&lock(HASH), MANIFEST, &[]), gone);
        assert_eq!(absent(&format!("{HEAD}groups = [\"lint\"]\n"), MANIFEST), [""; 0]);
        let packages = "[[package]]\nname = \"idna\"\nversion = \"3\"\n[[package]]\nname = \"\u{e9}\"\nversion = \"1\"\n";
        assert_eq!(in_sync(&format!("{}{packages}", lock(HASH)), MANIFEST, &[]), Sync::Yes);
        let some = "[project]\nname = \"me\"\ndependencies = [\"a; os_name == 'nt'\", \"me[x]\", \"B.c>=1\"]\n";
        assert_eq!(absent(HEAD, some), ["`B.c` is asked for, and the lock has no entry of it"]);
    }

    #[test]
    fn what_is_not_understood_cannot_be_told() {
        for (lock, manifest) in [
            ("{", MANIFEST),
            (HEAD, "{"),
            (&*lock("x"), "[tool.poetry]\nname = \"x\"\n"),
            (&*format!("{}lock_inputs = {{}}\n", lock(HASH)), MANIFEST),
            (&*lock(HASH), &*format!("{MANIFEST}[tool.pdm.workspace]\nmembers = [\"a\"]\n")),
            (&*lock("x"), &*format!("{MANIFEST}[tool.pdm]\noverrides = 2020-01-01\n")),
        ] {
            assert!(matches!(hashed(lock, manifest, &[]), Sync::CannotTell(_)), "{manifest}");
        }
    }

    #[test]
    fn the_public_samples_are_read_or_refused_as_expected() {
        super::super::toml::tests::samples("pdmlock", read);
    }
}
