//! Whether a pnpm-lock.yaml is closed: what a project or a package depends on has an entry of its own.

use std::collections::HashSet;

use super::super::Oddity;
use super::super::Remarks;
use super::super::block::{Row, children, text, top};
use super::super::text::shown;
use super::before;

/// What is no package of the lock.
const ASIDE: [&str; 3] = ["link:", "file:", "workspace:"];

/// A row with its place among all.
type Placed<'r, 'a> = (usize, &'r Row<'a>);

/// Says what is needed and not locked. What is optional may be absent.
pub(super) fn check(rows: &[Row<'_>], major: u32, remarks: &mut Remarks) {
    let section =
        |key: &str| -> Vec<Placed<'_, '_>> { top(rows).filter(|(_, row)| row.key == key).flat_map(|(at, _)| children(rows, at)).collect() };
    let entries = section(if major < 9 { "packages" } else { "snapshots" });
    let mut keys = Keys { major, all: entries.iter().map(|(_, row)| row.key.as_ref()).collect(), key: String::new() };
    if major >= 9 {
        halves(&section("packages"), &entries, remarks);
    }
    for (at, _) in entries {
        children(rows, at).filter(|(_, row)| is_needed(row, false)).for_each(|(list, _)| of_list(rows, list, &mut keys, remarks));
    }
    // Without `importers` the text itself is the one project.
    let projects = section("importers");
    if projects.is_empty() {
        top(rows).filter(|(_, row)| is_needed(row, true)).for_each(|(at, _)| of_list(rows, at, &mut keys, remarks));
    }
    for (project, _) in projects {
        children(rows, project).filter(|(_, row)| is_needed(row, true)).for_each(|(at, _)| of_list(rows, at, &mut keys, remarks));
    }
}

fn is_needed(row: &Row<'_>, of_project: bool) -> bool {
    row.key == "dependencies" || of_project && row.key == "devDependencies"
}

/// A list of names with what each was resolved to, which stands behind the name or is its `version`.
fn of_list(rows: &[Row<'_>], list: usize, keys: &mut Keys<'_>, remarks: &mut Remarks) {
    for (at, row) in children(rows, list) {
        let version = row.value.as_deref().filter(|value| !value.is_empty()).or_else(|| text(rows, at, "version"));
        let is_aside = |version: &&str| ASIDE.iter().any(|aside| version.starts_with(aside));
        if version.filter(|version| !is_aside(version)).is_some_and(|version| !keys.have(&row.key, version)) {
            remarks.unlocked(row.line, &row.key);
        }
    }
}

/// The keys of all entries.
struct Keys<'r> {
    major: u32,
    all: HashSet<&'r str>,
    /// Room for a key.
    key: String,
}

impl Keys<'_> {
    /// Whether a name in a version has an entry: the version of an alias, or of what is of no registry, is the key itself.
    fn have(&mut self, name: &str, version: &str) -> bool {
        self.key.clear();
        self.key.extend(match self.major {
            5 => ["/", name, "/", version],
            6 => ["/", name, "@", version],
            _ => ["", name, "@", version],
        });
        self.all.contains(self.key.as_str()) || self.all.contains(version)
    }
}

/// Since version 9 what a package is and what it depends on are two lists: the second may name a package several times, each with other peers.
fn halves(packages: &[Placed<'_, '_>], snapshots: &[Placed<'_, '_>], remarks: &mut Remarks) {
    let told = |row: &&Row<'_>| !row.key.contains("file:");
    let known: HashSet<&str> = packages.iter().map(|(_, row)| row.key.as_ref()).collect();
    let taken: HashSet<&str> = snapshots.iter().map(|(_, row)| before(&row.key, b'(')).collect();
    let without = packages.iter().map(|(_, row)| *row).filter(|row| !taken.contains(row.key.as_ref())).filter(told);
    for row in without {
        remarks.say(row.line, Oddity::Unlocked, || format!("{} stands in `packages` and not in `snapshots`", shown(&row.key)));
    }
    for row in snapshots.iter().map(|(_, row)| *row).filter(|row| !known.contains(before(&row.key, b'('))).filter(told) {
        remarks.say(row.line, Oddity::Unlocked, || format!("{} stands in `snapshots` and not in `packages`", shown(&row.key)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;

    fn lines(version: &str, body: &str) -> Vec<usize> {
        let text = format!("lockfileVersion: {version}\n{body}");
        read(&text).unwrap().remarks.iter().map(|one| one.line).collect()
    }

    #[test]
    fn what_a_package_or_a_project_depends_on_has_an_entry() {
        let five = "dependencies:\n  a: 1.0.0_b@2.0.0\n  l: link:../l\npackages:\n  /a/1.0.0_b@2.0.0:\n    dependencies:\n      b: 2.0.0\n      c: /d/1.0.0\n    optionalDependencies:\n      o: 1.0.0\n  /b/2.0.0:\n    dev: true\n";
        assert_eq!(lines("5.4", &format!("{five}  /d/1.0.0:\n    dev: true\n")), [0; 0]);
        assert_eq!(lines("5.4", five), [9]);
        assert_eq!(lines("5.4", &five.replace("  /a/1.0.0_b@2.0.0:", "  /a/1.0.0:")), [9, 3]);
        let six = "importers:\n  .:\n    devDependencies:\n      a:\n        specifier: ^1\n        version: 1.0.0(b@2.0.0)\npackages:\n  /a@1.0.0(b@2.0.0):\n    dependencies:\n      b: 2.0.0\n      f: file:../f\n";
        assert_eq!(lines("'6.0'", &format!("{six}  /b@2.0.0:\n    dev: true\n")), [0; 0]);
        assert_eq!(lines("'6.0'", six), [11]);
        assert_eq!(lines("'6.0'", &six.replace("/a@1.0.0(", "/a@1.0.1(")), [11, 5]);
    }

    #[test]
    fn both_halves_of_version_9_name_the_same() {
        let nine = "importers:\n  .:\n    dependencies:\n      a:\n        specifier: ^1\n        version: 1.0.0(b@2.0.0)\npackages:\n  a@1.0.0:\n    resolution: {integrity: x}\n  b@2.0.0:\n    resolution: {integrity: x}\n";
        let whole =
            format!("{nine}snapshots:\n  a@1.0.0(b@2.0.0):\n    dependencies:\n      b: 2.0.0\n      z: b@2.0.0\n  b@2.0.0: {{}}\n");
        let lines = |body: &str| {
            let text = format!("lockfileVersion: '9.0'\n{body}");
            let remarks = read(&text).unwrap().remarks;
            remarks.iter().filter(|one| one.what == super::Oddity::Unlocked).map(|one| one.line).collect::<Vec<_>>()
        };
        assert_eq!(lines(&whole), [0; 0]);
        assert_eq!(lines(nine), [9, 11, 5]);
        assert_eq!(lines(&whole.replace("  b@2.0.0: {}\n", "")), [11, 16, 17]);
        assert_eq!(lines(&whole.replace("  b@2.0.0:\n    resolution: {integrity: x}\n", "")), [16]);
        assert_eq!(lines(&whole.replace("z: b@2.0.0", "z: https://h/z.tgz")), [17]);
    }
}
