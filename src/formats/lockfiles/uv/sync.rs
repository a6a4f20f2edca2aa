//! Whether a `uv.lock` mirrors its manifests: uv writes down what each project asked for, and compares it when it locks again.
//!
//! uv rewrites markers, so a marker that is written in another way is neither the same nor another: it cannot be told.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Sync;
use super::super::python::normal;
use super::super::python::requirement::{Requirement, clauses, is_plain, marker};
use super::super::text::shown;
use super::super::toml::{Document, Node, Table};

/// Compares a lock with the manifest beside it and those of the other members of its workspace.
pub(crate) fn in_sync(lock: &str, manifest: &str, members: &[&str]) -> Sync {
    match compare(lock, manifest, members) {
        Err(why) => Sync::CannotTell(why),
        Ok(Differences { sure, .. }) if !sure.is_empty() => Sync::No(sure),
        Ok(Differences { unsure: Some(why), .. }) => Sync::CannotTell(why),
        Ok(Differences { .. }) => Sync::Yes,
    }
}

#[derive(Default)]
struct Differences {
    sure: Vec<String>,
    unsure: Option<String>,
}

impl Differences {
    fn unsure(&mut self, why: String) {
        self.unsure.get_or_insert(why);
    }
}

fn compare(lock: &str, manifest: &str, members: &[&str]) -> Result<Differences, String> {
    let lock = Document::read(lock).map_err(|fault| format!("the lock is not readable: {fault}"))?;
    let read = |text| Document::read(text).map_err(|fault| format!("a manifest is not readable: {fault}"));
    let root = read(manifest)?;
    let others = members.iter().map(|text| read(text)).collect::<Result<Vec<_>, _>>()?;
    let mut found = Differences::default();
    python_range(&lock.root, &root.root, &mut found);
    for (key, locked) in [("constraint-dependencies", "constraints"), ("override-dependencies", "overrides")] {
        let asked = lines(root.root.at(&["tool", "uv", key]), &sources(&root.root, &root.root))?;
        let locked = entries(lock.root.at(&["manifest", locked]))?;
        differ(key, (asked, locked), &mut found);
    }
    let mut given = BTreeSet::new();
    for document in std::iter::once(&root).chain(&others) {
        if let Some(project) = document.root.table("project") {
            given.insert(normal(project.text("name").ok_or("a manifest has no name")?));
            member(&lock.root, (&document.root, &root.root), &mut found)?;
        }
    }
    if given.is_empty() {
        return Err("the manifest has no `[project]`, and what uv locks without one is not compared".to_owned());
    }
    let listed = lock.root.at(&["manifest", "members"]).and_then(Node::as_list).unwrap_or_default();
    if let Some(missing) = listed.iter().filter_map(Node::as_str).find(|name| !given.contains(*name)) {
        found.unsure(format!("the manifest of the workspace's member {} was not compared", shown(missing)));
    }
    Ok(found)
}

fn python_range(lock: &Table<'_>, manifest: &Table<'_>, found: &mut Differences) {
    let (Some(locked), Some(asked)) = (lock.text("requires-python"), manifest.at(&["project", "requires-python"]).and_then(Node::as_str))
    else {
        return;
    };
    let (left, right) = (clauses(locked), clauses(asked));
    if left == right {
        return;
    }
    // `~=` is written in other operators by uv.
    let is_plain = |set: &Option<BTreeSet<String>>| set.as_ref().is_some_and(|set| set.iter().all(|c| is_plain(c) && !c.starts_with('~')));
    let is_workspace = lock.at(&["manifest", "members"]).is_some();
    if is_plain(&left) && is_plain(&right) && !is_workspace {
        found.sure.push(format!("`requires-python` is {} and {} is locked", shown(asked), shown(locked)));
    } else {
        found.unsure(format!("`requires-python` is {}, and {} in the lock may say the same", shown(asked), shown(locked)));
    }
}

/// Compares one project with its entry. `root` is the workspace's manifest, whose sources hold for all.
fn member(lock: &Table<'_>, (manifest, root): (&Table<'_>, &Table<'_>), found: &mut Differences) -> Result<(), String> {
    let project = manifest.table("project").ok_or("a manifest has no `[project]`")?;
    let name = normal(project.text("name").unwrap_or_default());
    if project.list("dynamic").iter().any(|item| matches!(item.as_str(), Some("dependencies" | "optional-dependencies"))) {
        found.unsure(format!("the dependencies of {} are made by its build", shown(&name)));
        return Ok(());
    }
    let is_it = |table: &&Table<'_>| table.text("name") == Some(name.as_str()) && table.table("source").is_some_and(is_local);
    let Some(entry) = lock.list("package").iter().filter_map(Node::as_table).find(is_it) else {
        found.sure.push(format!("{} is not locked", shown(&name)));
        return Ok(());
    };
    if let (Some(own), Some(locked)) = (project.text("version"), entry.text("version"))
        && own != locked
    {
        match is_plain(own) && is_plain(locked) {
            true => found.sure.push(format!("the version of {} is {}, and {} is locked", shown(&name), shown(own), shown(locked))),
            false => found.unsure(format!("the version {} may be {}", shown(own), shown(locked))),
        }
    }
    let sources = sources(manifest, root);
    let mut asked = lines(project.get("dependencies"), &sources)?;
    for (extra, node) in project.table("optional-dependencies").into_iter().flat_map(|table| &table.entries) {
        let condition = format!("extra == '{}'", normal(extra));
        for mut want in lines(Some(node), &sources)? {
            want.0.marker = if want.0.marker.is_empty() { condition.clone() } else { format!("{} and {condition}", want.0.marker) };
            asked.push(want);
        }
    }
    differ(&name, (asked, entries(entry.at(&["metadata", "requires-dist"]))?), found);
    groups(entry, (manifest, root), found)
}

fn is_local(source: &Table<'_>) -> bool {
    ["virtual", "editable", "directory"].iter().any(|kind| source.get(kind).is_some())
}

fn groups(entry: &Table<'_>, (manifest, root): (&Table<'_>, &Table<'_>), found: &mut Differences) -> Result<(), String> {
    let tables = manifest.table("dependency-groups");
    let by_name: BTreeMap<String, &Node<'_>> =
        tables.into_iter().flat_map(|table| &table.entries).map(|(name, node)| (normal(name), node)).collect();
    let sources = sources(manifest, root);
    let mut asked = expanded(&by_name, &sources)?;
    let legacy = lines(manifest.at(&["tool", "uv", "dev-dependencies"]), &sources)?;
    if !legacy.is_empty() {
        asked.entry("dev".to_owned()).or_default().extend(legacy);
    }
    let locked = entry.at(&["metadata", "requires-dev"]).and_then(Node::as_table);
    let mut locked: BTreeMap<String, &Node<'_>> =
        locked.into_iter().flat_map(|table| &table.entries).map(|(name, node)| (normal(name), node)).collect();
    for (name, wants) in asked {
        let locked = entries(locked.remove(&name))?;
        differ(&format!("the group {name}"), (wants, locked), found);
    }
    found.sure.extend(locked.keys().map(|name| format!("the group {} is locked, and the manifest has none", shown(name))));
    Ok(())
}

/// A requirement, and where `[tool.uv.sources]` says that it comes from.
type Want = (Requirement, Option<String>);

/// Groups with the lines of all that they include. A group that includes itself is refused, as uv does.
fn expanded(all: &BTreeMap<String, &Node<'_>>, sources: &Sources<'_>) -> Result<BTreeMap<String, Vec<Want>>, String> {
    const MOST: usize = 100_000;
    let mut own: BTreeMap<&str, (Vec<Want>, Vec<String>)> = BTreeMap::new();
    for (name, node) in all {
        let (wants, included) = own.entry(name).or_default();
        for item in node.as_list().ok_or("a group is expected as a list")? {
            match item.as_table().and_then(|table| table.text("include-group")) {
                Some(other) => included.push(normal(other)),
                None => wants.push(line(item, sources)?),
            }
        }
    }
    let (mut groups, mut steps) = (BTreeMap::new(), 0);
    for name in all.keys() {
        let (mut seen, mut open, mut wants) = (BTreeSet::new(), vec![name.as_str()], Vec::new());
        while let Some(next) = open.pop() {
            let (lines, included) = own.get(next).ok_or_else(|| format!("the group {} is included and does not exist", shown(next)))?;
            if included.contains(name) {
                return Err(format!("the group {} includes itself", shown(name)));
            }
            steps += 1 + lines.len() + included.len();
            if steps > MOST {
                return Err("the groups include one another too often".to_owned());
            }
            wants.extend(lines.iter().cloned());
            open.extend(included.iter().map(String::as_str).filter(|other| seen.insert(*other)));
        }
        groups.insert(name.clone(), wants);
    }
    Ok(groups)
}

/// `[tool.uv.sources]` by normal names.
type Sources<'a> = BTreeMap<String, &'a Node<'a>>;

/// The sources of a project; those of the workspace's root hold where it has none of its own.
fn sources<'a>(manifest: &'a Table<'a>, root: &'a Table<'a>) -> Sources<'a> {
    let tables = [root, manifest].into_iter().filter_map(|manifest| manifest.at(&["tool", "uv", "sources"])?.as_table());
    tables.flat_map(|table| &table.entries).map(|(name, node)| (normal(name), node)).collect()
}

fn lines(node: Option<&Node<'_>>, sources: &Sources<'_>) -> Result<Vec<Want>, String> {
    let Some(node) = node else { return Ok(Vec::new()) };
    node.as_list().ok_or("dependencies are expected as a list")?.iter().map(|item| line(item, sources)).collect()
}

fn line(item: &Node<'_>, sources: &Sources<'_>) -> Result<Want, String> {
    let text = item.as_str().ok_or("a dependency is expected as a text")?;
    let mut requirement = Requirement::read(text).ok_or_else(|| format!("{} is not understood", shown(text)))?;
    let written = requirement.address.take();
    let place = match sources.get(&requirement.name) {
        Some(node) => Some(place_of(node.as_table().ok_or_else(|| format!("{} has several sources", shown(&requirement.name)))?)),
        None => written.map(|address| address_place(&address)),
    };
    Ok((requirement, place))
}

/// The address behind an `@`, in the words of [`place_of`].
fn address_place(address: &str) -> String {
    let Some(address) = address.strip_prefix("git+") else { return format!("url {address}") };
    let host = address.find("://").map_or(0, |at| at + 3);
    let path = address.get(host..).and_then(|rest| rest.find('/')).map_or(address.len(), |at| host + at);
    let reference = address.get(path..).and_then(|rest| rest.rfind('@')).map(|at| path + at);
    match reference.and_then(|at| Some((address.get(..at)?, address.get(at + 1..)?))) {
        Some((place, name)) => format!("git {place} rev={name}"),
        None => format!("git {address} "),
    }
}

/// Where a table says that something comes from: in a manifest or in a lock.
fn place_of(table: &Table<'_>) -> String {
    let text = |key| table.text(key);
    if let Some(address) = text("git") {
        // A lock has the reference in the address.
        let (place, query) = address.split_once('?').unwrap_or((address, ""));
        let query = query.split('#').next().unwrap_or_default();
        let own = ["branch", "tag", "rev"].into_iter().find_map(|key| text(key).map(|name| format!("{key}={name}")));
        let written = query.split('&').find(|pair| ["branch=", "tag=", "rev="].iter().any(|key| pair.starts_with(key)));
        return format!("git {} {}", place.trim_end_matches('/'), own.as_deref().or(written).unwrap_or_default());
    }
    match text("url") {
        Some(address) => format!("url {address}"),
        None if text("index").is_some() => "an index of its own".to_owned(),
        None => "a path".to_owned(),
    }
}

fn entries(node: Option<&Node<'_>>) -> Result<Vec<Want>, String> {
    let Some(node) = node else { return Ok(Vec::new()) };
    let entry = |item: &Node<'_>| {
        let table = item.as_table()?;
        let words = |key| table.list(key).iter().filter_map(Node::as_str).map(normal).collect();
        let requirement = Requirement {
            name: normal(table.text("name")?),
            extras: words("extras"),
            clauses: clauses(table.text("specifier").unwrap_or_default())?,
            address: None,
            marker: marker(table.text("marker").unwrap_or_default()),
        };
        let has_place = ["git", "url", "index", "path", "directory", "editable", "virtual"].iter().any(|key| table.get(key).is_some());
        Some((requirement, has_place.then(|| place_of(table))))
    };
    let list = node.as_list().ok_or("what a project asks for is expected as a list in the lock")?;
    list.iter().map(entry).collect::<Option<_>>().ok_or_else(|| "what a project asks for is not understood in the lock".to_owned())
}

/// Takes away what is the same on both sides, then what may be the same; the rest differs.
fn differ(of: &str, (asked, locked): (Vec<Want>, Vec<Want>), found: &mut Differences) {
    let mut locked: BTreeSet<Want> = locked.into_iter().collect();
    let asked: BTreeSet<Want> = asked.into_iter().collect();
    let mut left: Vec<Want> = asked.into_iter().filter(|want| !locked.remove(want)).collect();
    let could_be = |one: &Want, other: &Want| {
        let is_spelled = one.0.clauses == other.0.clauses || !one.0.clauses.iter().chain(&other.0.clauses).all(|clause| is_plain(clause));
        let has_markers = one.0.marker != other.0.marker;
        (one.0.name.as_str(), &one.0.extras, &one.1) == (other.0.name.as_str(), &other.0.extras, &other.1)
            && is_spelled
            && (has_markers || one.0.clauses != other.0.clauses)
    };
    left.retain(|want| {
        // A set is sorted by the name first: only its neighbours are looked at, and only so many.
        let first = (Requirement { name: want.0.name.clone(), ..Requirement::default() }, None);
        let like =
            locked.range(first..).take(64).take_while(|other| other.0.name == want.0.name).find(|other| could_be(want, other)).cloned();
        let Some(like) = like else { return true };
        locked.remove(&like);
        found.unsure(format!("{} asks for {} in other words than the lock", shown(of), shown(&want.0.name)));
        false
    });
    let of = shown(of);
    let names = |set: Vec<&Want>| set.into_iter().map(|want| want.0.name.clone()).collect::<BTreeSet<String>>();
    let (asked, held) = (names(left.iter().collect()), names(locked.iter().collect()));
    for want in &left {
        let is_changed = held.contains(&want.0.name);
        let how = if is_changed { "in another way than is locked" } else { "and it is not locked for it" };
        found.sure.push(format!("{of} asks for {} {how}", shown(&want.0.name)));
    }
    for other in locked.iter().filter(|other| !asked.contains(&other.0.name)) {
        found.sure.push(format!("{} is locked for {of}, which does not ask for it", shown(&other.0.name)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // What uv 0.13.9 wrote for this manifest.
    const MANIFEST: &str = "[project]\nname = \"Me.Proj\"\nversion = \"0.1.0\"\nrequires-python = \">=3.10,<4\"\ndependencies = [\"idna >=3.0, <4\", \"six==1.16.0\", \"itsdangerous[foo]~=2.0\"]\n[project.optional-dependencies]\nx = [\"toml\"]\n[dependency-groups]\ndev = [\"iniconfig>=1\", {include-group = \"lint\"}]\nlint = [\"pathspec\"]\n[tool.uv]\nconstraint-dependencies = [\"idna<5\"]\n";
    const LOCK: &str = "version = 1\nrequires-python = \">=3.10, <4\"\n[manifest]\nconstraints = [{ name = \"idna\", specifier = \"<5\" }]\n[[package]]\nname = \"me-proj\"\nversion = \"0.1.0\"\nsource = { virtual = \".\" }\n[package.metadata]\nrequires-dist = [\n    { name = \"idna\", specifier = \">=3.0,<4\" },\n    { name = \"itsdangerous\", extras = [\"foo\"], specifier = \"~=2.0\" },\n    { name = \"six\", specifier = \"==1.16.0\" },\n    { name = \"toml\", marker = \"extra == 'x'\" },\n]\nprovides-extras = [\"x\"]\n[package.metadata.requires-dev]\ndev = [\n    { name = \"iniconfig\", specifier = \">=1\" },\n    { name = \"pathspec\" },\n]\nlint = [{ name = \"pathspec\" }]\n";

    #[test]
    fn a_lock_that_mirrors_its_manifest_is_in_sync() {
        assert_eq!(in_sync(LOCK, MANIFEST, &[]), Sync::Yes);
    }

    #[test]
    fn every_way_to_lag_behind_is_told() {
        for (from, to, says) in [
            (">=3.0, <4", ">=3.1", "`me-proj` asks for `idna` in another way than is locked"),
            ("\"six==1.16.0\", ", "", "`six` is locked for `me-proj`, which does not ask for it"),
            ("\"six==1.16.0\"", "\"six==1.16.0\", \"new\"", "`me-proj` asks for `new` and it is not locked for it"),
            (">=3.10,<4", ">=3.11,<4", "`requires-python` is `>=3.11,<4` and `>=3.10, <4` is locked"),
            ("0.1.0", "0.2.0", "the version of `me-proj` is `0.2.0`, and `0.1.0` is locked"),
            ("[foo]", "", "`me-proj` asks for `itsdangerous` in another way than is locked"),
            ("x = [\"toml\"]", "y = [\"toml\", \"z\"]", "`me-proj` asks for `z` and it is not locked for it"),
            ("lint = [\"pathspec\"]", "lint = [\"pathspec>1\"]", "`the group dev` asks for `pathspec` in another way than is locked"),
            ("idna<5", "idna<6", "`constraint-dependencies` asks for `idna` in another way than is locked"),
            (
                "[tool.uv]\n",
                "[tool.uv.sources]\nsix = { git = \"https://h/six\" }\n[tool.uv]\n",
                "`me-proj` asks for `six` in another way than is locked",
            ),
            ("Me.Proj", "other", "`other` is not locked"),
        ] {
            let Sync::No(differences) = in_sync(LOCK, &MANIFEST.replace(from, to), &[]) else { panic!("{from}") };
            assert_eq!(differences.first().map(String::as_str), Some(says));
        }
    }

    #[test]
    fn where_a_dependency_comes_from_is_compared() {
        let sources = "[tool.uv.sources]\nsix = { git = \"https://h/six\", tag = \"1.0\" }\ntoml = { workspace = true }\n";
        let manifest = format!("{MANIFEST}{sources}").replace("six==1.16.0", "six");
        let lock = LOCK
            .replace("{ name = \"six\", specifier = \"==1.16.0\" }", "{ name = \"six\", git = \"https://h/six?tag=1.0\" }")
            .replace("{ name = \"toml\", ", "{ name = \"toml\", editable = \"toml\", ");
        assert_eq!(in_sync(&lock, &manifest, &[]), Sync::Yes);
        assert!(matches!(in_sync(&lock, &manifest.replace("\"1.0\"", "\"1.1\""), &[]), Sync::No(_)));
        let written = MANIFEST.replace("six==1.16.0", "six @ git+https://h/six@1.0").replace("\"toml\"", "\"toml @ https://h/t.whl\"");
        let lock = LOCK
            .replace("{ name = \"six\", specifier = \"==1.16.0\" }", "{ name = \"six\", git = \"https://h/six?rev=1.0\" }")
            .replace("{ name = \"toml\", ", "{ name = \"toml\", url = \"https://h/t.whl\", ");
        assert_eq!(in_sync(&lock, &written, &[]), Sync::Yes);
    }

    #[test]
    fn a_marker_is_compared_as_uv_writes_it() {
        let manifest = MANIFEST.replace("six==1.16.0", "six==1.16.0; python_version<'3.12'");
        let lock = LOCK.replace("{ name = \"six\", ", "{ name = \"six\", marker = \"python_full_version < '3.12'\", ");
        assert_eq!(in_sync(&lock, &manifest, &[]), Sync::Yes);
        assert!(matches!(in_sync(&lock, MANIFEST, &[]), Sync::CannotTell(_)));
    }

    #[test]
    fn groups_that_include_one_another_take_no_time() {
        let floor = |n: usize| format!("g{n} = [{{include-group = \"g{}\"}}, {{include-group = \"g{}\"}}]\n", n + 1, (n + 2).min(60));
        let floors: String = (0..60).map(floor).collect();
        let manifest = MANIFEST.replace("lint = [\"pathspec\"]\n", &format!("lint = [\"pathspec\"]\n{floors}g60 = []\n"));
        assert_eq!(in_sync(LOCK, &manifest, &[]), Sync::Yes);
    }

    #[test]
    fn a_workspace_is_compared_whole_or_not_at_all() {
        let lock = format!("{LOCK}[[package]]\nname = \"b\"\nsource = {{ editable = \"b\" }}\n")
            .replace("[manifest]\n", "[manifest]\nmembers = [\"b\", \"me-proj\"]\n");
        let other = "[project]\nname = \"b\"\n";
        assert_eq!(in_sync(&lock, MANIFEST, &[other]), Sync::Yes);
        assert!(matches!(in_sync(&lock, MANIFEST, &[]), Sync::CannotTell(_)));
        assert!(matches!(in_sync(&lock, MANIFEST, &["[project]\nname = \"b\"\ndependencies = [\"c\"]\n"]), Sync::No(_)));
    }

    #[test]
    fn what_is_not_understood_cannot_be_told() {
        for (from, to) in [
            ("six==1.16.0", "six==1.16.0; os_name == 'nt'"),
            ("~=2.0", "~=2.0rc1"),
            ("~=2.0", "is two"),
            ("name = \"Me.Proj\"\n", "name = \"Me.Proj\"\ndynamic = [\"dependencies\"]\n"),
            ("lint = [\"pathspec\"]", "lint = [{include-group = \"dev\"}]"),
            ("lint = [\"pathspec\"]", "lint = [{include-group = \"none\"}]"),
            ("[project]", "[projects]"),
            ("[project]", "{"),
        ] {
            assert!(matches!(in_sync(LOCK, &MANIFEST.replace(from, to), &[]), Sync::CannotTell(_)), "{to}");
        }
        assert!(matches!(in_sync("{", MANIFEST, &[]), Sync::CannotTell(_)));
    }
}
