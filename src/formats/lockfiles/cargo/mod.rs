//! `Cargo.lock`, versions 1 to 4: 1 has its checksums in a table of their own, 2 and all after it in the packages.

mod members;
pub(crate) mod sync;

use std::borrow::Cow;
use std::collections::HashMap;

use super::super::fault::Fault;
use super::address::is_commit;
use super::digest::Algorithm;
use super::entries::Notes;
use super::pins;
use super::text::shown;
use super::toml::{Document, Lines, Node, Table};
use super::{Integrity, Lock, Oddity, Package, Pin, Remarks, Source};

/// The address of crates.io's index in either protocol.
const CRATES_IO: [&str; 2] = ["registry+https://github.com/rust-lang/crates.io-index", "sparse+https://index.crates.io/"];

/// Reads a `Cargo.lock`.
pub(crate) fn read(text: &str) -> Result<Lock<'_>, Fault> {
    let document = Document::read(text)?;
    check_version(&document)?;
    let mut reader = Reader { document: &document, lines: document.lines(), checksums: first_version(&document)?, notes: Notes::default() };
    let nodes = entries(&document)?;
    let mut packages = Vec::with_capacity(nodes.len());
    for node in nodes {
        packages.push(reader.package(node)?);
    }
    // A project without dependencies is still a package itself.
    if packages.is_empty() {
        return Err(Fault::on(1, "the lock names no package"));
    }
    let mut notes = reader.notes;
    unused_patches(&document, &mut notes.remarks);
    notes.repeats(packages.iter().map(|package| (package, "")));
    Ok(Lock { packages, stamp: None, remarks: notes.remarks })
}

/// Says which patches nothing takes: Cargo itself only warns of them, and only while it builds.
fn unused_patches(document: &Document<'_>, remarks: &mut Remarks) {
    let mut lines = document.lines();
    for node in document.root.at(&["patch", "unused"]).and_then(Node::as_list).unwrap_or_default() {
        let word = |key| node.as_table().and_then(|table| table.text(key)).unwrap_or_default();
        let says = || format!("the patch of {} to {} is used by nothing", shown(word("name")), shown(word("version")));
        remarks.say(lines.of(node.at), Oddity::UnusedPatch, says);
    }
}

fn check_version(document: &Document<'_>) -> Result<(), Fault> {
    // 1 and 2 did not say their number, and Cargo refuses them where they are said.
    match document.root.get("version") {
        None => Ok(()),
        Some(node) => match node.as_integer() {
            Some(3 | 4) => Ok(()),
            _ => Err(document.fault(node.at, "this `version` of Cargo.lock is not known, and 3 or 4 is expected")),
        },
    }
}

/// The entries of the list; in old files the project stands in a table `[root]`.
fn entries<'d, 'a>(document: &'d Document<'a>) -> Result<Vec<&'d Node<'a>>, Fault> {
    let mut found: Vec<&Node<'_>> = document.root.get("root").into_iter().collect();
    if let Some(list) = document.root.get("package") {
        found.extend(list.as_list().ok_or_else(|| document.fault(list.at, "`package` is expected as a list of tables"))?);
    }
    Ok(found)
}

/// The checksums of version 1: `"checksum NAME VERSION (SOURCE)" = "HEX"`.
fn first_version<'d>(document: &'d Document<'_>) -> Result<Option<HashMap<&'d str, &'d str>>, Fault> {
    let Some(node) = document.root.get("metadata") else { return Ok(None) };
    let table = node.as_table().ok_or_else(|| document.fault(node.at, "`metadata` is expected as a table"))?;
    let mut checksums = HashMap::new();
    for (key, value) in &table.entries {
        let text = value.as_str().ok_or_else(|| document.fault(value.at, "a checksum is expected as a text"))?;
        if let Some(id) = key.strip_prefix("checksum ") {
            checksums.insert(id, text);
        }
    }
    Ok(Some(checksums))
}

struct Reader<'d, 'a> {
    document: &'d Document<'a>,
    lines: Lines<'a>,
    checksums: Option<HashMap<&'d str, &'d str>>,
    notes: Notes<'a>,
}

impl<'a> Reader<'_, 'a> {
    fn package(&mut self, node: &Node<'a>) -> Result<Package<'a>, Fault> {
        let table = node.as_table().ok_or_else(|| self.document.fault(node.at, "a package is expected as a table"))?;
        let line = self.lines.of(node.at);
        let (name, version) = (self.required(table, node, "name")?, self.required(table, node, "version")?);
        let (source, pin) = match self.optional(table, "source")? {
            None => (Source::Project, Pin::Exact),
            Some(raw) => self.source(raw, line).ok_or_else(|| {
                let at = table.get("source").map_or(node.at, |source| source.at);
                self.document.fault(at, "this kind of source is not known")
            })?,
        };
        let integrity = match source {
            Source::Registry(_) => self.checksum(table, line)?,
            Source::Repository(_) | Source::Archive(_) | Source::Path(_) | Source::Project => Integrity::NotAsked,
        };
        Ok(Package { name: name.clone(), version: Some(version.clone()), source, pin, integrity, line })
    }

    fn required<'t>(&self, table: &'t Table<'a>, node: &Node<'a>, key: &str) -> Result<&'t Cow<'a, str>, Fault> {
        let text = self.optional(table, key)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| self.document.fault(node.at, format!("the package has no `{key}`")))
    }

    fn optional<'t>(&self, table: &'t Table<'a>, key: &str) -> Result<Option<&'t Cow<'a, str>>, Fault> {
        let wrong = |node: &Node<'_>| self.document.fault(node.at, format!("`{key}` is expected as a text"));
        table.get(key).map(|node| node.as_words().ok_or_else(|| wrong(node))).transpose()
    }

    fn source(&mut self, raw: &Cow<'a, str>, line: usize) -> Option<(Source<'a>, Pin)> {
        if CRATES_IO.contains(&raw.as_ref()) {
            return Some((Source::Registry(None), Pin::Exact));
        }
        let (kind, address) = raw.split_once('+')?;
        Some(match kind {
            "registry" | "sparse" => (Source::Registry(Some(self.notes.index(line, &address.to_owned().into()))), Pin::Exact),
            "git" => {
                let (address, commit) = address.split_once('#').unwrap_or((address, ""));
                (Source::Repository(self.notes.address(line, &address.to_owned().into())), pin_of(address, commit))
            }
            "path" | "directory" | "local-registry" => (Source::Path(address.to_owned().into()), pins::path(address)),
            _ => return None,
        })
    }

    fn checksum(&mut self, table: &Table<'a>, line: usize) -> Result<Integrity, Fault> {
        let own = self.optional(table, "checksum")?;
        let listed = self.checksums.as_ref().and_then(|all| {
            let id = format!("{} {} ({})", table.text("name")?, table.text("version")?, table.text("source")?);
            all.get(id.as_str()).copied()
        });
        // `<none>` says that the registry has none.
        let Some(hex) = own.map(AsRef::as_ref).or(listed).filter(|hex| *hex != "<none>") else { return Ok(Integrity::Missing) };
        self.notes.remarks.hex(line, ("sha256", hex));
        Ok(Algorithm::Sha256.into())
    }
}

fn pin_of(address: &str, commit: &str) -> Pin {
    if is_commit(commit) {
        return Pin::Exact;
    }
    let asked = address.split_once('?').and_then(|(_, query)| query.split_once('='));
    Pin::Loose(match asked {
        _ if !commit.is_empty() => format!("a commit that is not whole: {}", shown(commit)),
        Some((kind @ ("branch" | "tag" | "rev"), name)) => format!("a {kind}: {}", shown(name)),
        Some(_) | None => "a repository without a commit".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::project::told;
    use super::super::{Oddity, Remarks};
    use super::sync::in_sync;
    use super::*;

    const SUM: &str = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    const COMMIT: &str = "65bab7582ce14c55cdeec2244c65ea23039c9e6f";
    const INDEX: &str = "registry+https://github.com/rust-lang/crates.io-index";

    fn lock(entries: &[(&str, &str)]) -> String {
        let body: String =
            entries.iter().map(|(name, more)| format!("\n[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\n{more}")).collect();
        format!("# c\nversion = 4\n{body}")
    }

    fn one(more: &str) -> (Package<'static>, Remarks) {
        let mut lock = read(lock(&[("a", more)]).leak()).unwrap();
        assert_eq!(lock.packages.len(), 1);
        (lock.packages.remove(0), lock.remarks)
    }

    fn sha256() -> Integrity {
        Integrity::Digests(["sha256"].into())
    }

    #[test]
    fn a_patch_that_nothing_takes_is_told() {
        let text = "version = 4\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n[[patch.unused]]\nname = \"b\"\nversion = \"2.0.0\"\n";
        let remarks = read(text).unwrap().remarks;
        assert_eq!((remarks.len(), remarks[0].line, remarks[0].what), (1, 5, Oddity::UnusedPatch));
        assert_eq!(remarks[0].says, "the patch of `b` to `2.0.0` is used by nothing");
    }

    #[test]
    fn every_source_is_read_with_its_pin_and_integrity() {
        let loose = |says: &str| Pin::Loose(says.to_owned());
        for (more, source, pin, integrity) in [
            (String::new(), Source::Project, Pin::Exact, Integrity::NotAsked),
            (format!("source = \"{INDEX}\"\nchecksum = \"{SUM}\"\n"), Source::Registry(None), Pin::Exact, sha256()),
            ("source = \"sparse+https://index.crates.io/\"\n".to_owned(), Source::Registry(None), Pin::Exact, Integrity::Missing),
            (
                "source = \"registry+https://own/i\"\n".to_owned(),
                Source::Registry(Some("https://own/i".into())),
                Pin::Exact,
                Integrity::Missing,
            ),
            (
                format!("source = \"git+https://h/r?branch=m#{COMMIT}\"\n"),
                Source::Repository("https://h/r?branch=m".into()),
                Pin::Exact,
                Integrity::NotAsked,
            ),
            (
                "source = \"git+https://h/r?branch=m\"\n".to_owned(),
                Source::Repository("https://h/r?branch=m".into()),
                loose("a branch: `m`"),
                Integrity::NotAsked,
            ),
            (
                "source = \"git+https://h/r#65bab75\"\n".to_owned(),
                Source::Repository("https://h/r".into()),
                loose("a commit that is not whole: `65bab75`"),
                Integrity::NotAsked,
            ),
            (
                "source = \"path+file:///home/me/r\"\n".to_owned(),
                Source::Path("file:///home/me/r".into()),
                loose("a path: `file:///home/me/r`"),
                Integrity::NotAsked,
            ),
        ] {
            let (package, remarks) = one(&more);
            assert_eq!(package, Package { name: "a".into(), version: Some("1.0.0".into()), source, pin, integrity, line: 4 });
            assert!(remarks.is_empty(), "{remarks:?}");
        }
    }

    #[test]
    fn the_first_version_has_its_checksums_apart() {
        let text = format!(
            "[root]\nname = \"me\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"{INDEX}\"\n\n\
         [[package]]\nname = \"b\"\nversion = \"1.0.0\"\nsource = \"{INDEX}\"\n\n\
         [metadata]\n\"checksum a 1.0.0 ({INDEX})\" = \"{SUM}\"\n\"checksum b 1.0.0 ({INDEX})\" = \"<none>\"\n"
        );
        let lock = read(&text).unwrap();
        let found: Vec<_> = lock.packages.iter().map(|p| (p.name.as_ref(), p.line, p.integrity.clone())).collect();
        assert_eq!(found, [("me", 1, Integrity::NotAsked), ("a", 5, sha256()), ("b", 10, Integrity::Missing)]);
    }

    #[test]
    fn line_ends_of_windows_and_a_mark_of_byte_order_change_nothing() {
        let text = lock(&[("a", ""), ("b", "")]);
        let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(read(&windows).unwrap(), read(&text).unwrap());
        assert_eq!(read(&text).unwrap().packages[1].line, 8);
    }

    #[test]
    fn what_is_odd_is_said_and_hides_nothing() {
        let own = format!("source = \"{INDEX}\"\nchecksum = \"{SUM}\"\n");
        let other = own.replace("ca97", "ca98");
        let lock = read(lock(&[("a", &own), ("a", &own), ("b", &own), ("b", &own.replace(SUM, "<none>"))]).leak()).unwrap();
        assert_eq!(lock.packages.len(), 4);
        let odd: Vec<_> = lock.remarks.iter().map(|remark| (remark.line, remark.what)).collect();
        assert_eq!(odd, [(10, Oddity::Duplicate), (22, Oddity::Contradiction)]);
        assert_eq!(one(&other).1, Remarks::default());
        let (_, remarks) = one(&own.replace(SUM, "abc"));
        assert_eq!(remarks[0].what, Oddity::BadDigest);
        let (package, remarks) = one("source = \"registry+http://me:secret@own/i\"\n");
        assert_eq!(package.source, Source::Registry(Some("http://own/i".into())));
        assert_eq!(remarks.iter().map(|remark| remark.what).collect::<Vec<_>>(), [Oddity::Credentials, Oddity::InsecureIndex]);
        assert!(!format!("{remarks:?}").contains("secret"));
    }

    #[test]
    fn what_is_no_whole_lock_is_refused_with_its_line() {
        for (text, line) in [
            ("", 1),
            ("version = 4\n", 1),
            ("version = 4\npackage = []\n", 1),
            ("# c\nversion = 5\n", 2),
            ("version = 2\n", 1),
            ("version = \"4\"\n", 1),
            ("version = 4\n[[package]]\nname = \"a\"\n", 2),
            ("version = 4\n[[package]]\nversion = \"a\"\n", 2),
            ("version = 4\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = 1\n", 5),
            ("version = 4\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = \"what\"\n", 5),
            ("version = 4\n[[package]]\nname = \"a\"\nname = \"b\"\n", 4),
            ("version = 4\n[[package]]\nname = \"a", 3),
            ("version = 4\n<<<<<<< HEAD\n[[package]]\n", 2),
            ("version = 4\n[package]\nname = \"a\"\n", 2),
            ("version = 4\n# \0\n", 2),
            ("{}", 1),
        ] {
            assert_eq!(read(text).unwrap_err().line, line, "{text}");
        }
        assert!(read(format!("version = 4\na = {}", "[".repeat(200_000)).leak()).is_err());
    }

    #[test]
    fn the_own_lock_of_gate_is_in_sync_with_its_manifest() {
        let lock = include_str!("../../../../Cargo.lock");
        let files = [("Cargo.toml", include_str!("../../../../Cargo.toml"))];
        assert_eq!(told(&files, |project| in_sync(lock, project)), "");
        assert!(read(lock).unwrap().remarks.is_empty());
    }
}
