//! Whether a lock of npm is closed: what each package needs is found where Node looks for it, in the folders around it. npm refuses a lock that is not.

use std::collections::{HashMap, HashSet};

use super::super::super::json_tree::{Member, Node};
use super::super::Remarks;
use super::INSTALLED;

/// npm 6 lost this one on all systems but macOS, and version 1 does not say which needs are optional.
const LOST: &str = "fsevents";
/// No disk has longer paths, and nobody should wait for one.
const LONGEST: usize = 1024;

/// Says what the entries of `packages` need and the lock has not. What the project itself asks for is compared with its manifest.
pub(super) fn of_packages(root: &Node<'_>, remarks: &mut Remarks) {
    let entries = root.get("packages").map(Node::members).unwrap_or_default();
    let mut folders = Folders { entries, outer: entries.iter().filter_map(|entry| outer(&entry.key)).collect(), all: None };
    let mut place = String::new();
    for entry in entries.iter().filter(|entry| is_whole(entry)) {
        let needs = |key: &str| entry.node.get(key).map(Node::members).unwrap_or_default();
        let optional: HashSet<&str> = needs("optionalDependencies").iter().map(|need| need.key.as_ref()).collect();
        // What a project needs to be built is locked for those of the workspace only.
        let own = if is_installed(&entry.key) { &[] } else { needs("devDependencies") };
        for need in needs("dependencies").iter().chain(own) {
            let name = need.key.as_ref();
            if !folders.outer.contains(name) && !optional.contains(name) && !folders.find(&entry.key, name, &mut place) {
                remarks.unlocked(need.line, name);
            }
        }
    }
}

/// The name of what lies in the outermost folder of installed packages.
fn outer(folder: &str) -> Option<&str> {
    let name = folder.strip_prefix(INSTALLED)?;
    let slash = memchr::memchr(b'/', name.as_bytes());
    let slash = if name.starts_with('@') { slash.and_then(|at| memchr::memchr(b'/', &name.as_bytes()[at + 1..])) } else { slash };
    slash.is_none().then_some(name)
}

fn is_installed(folder: &str) -> bool {
    folder.starts_with(INSTALLED) || folder.contains("/node_modules/")
}

/// Whether all that an entry needs has to be locked. What may be absent itself, what came in the archive of another or brings such things along,
/// and what lies outside of the project is npm's to know.
fn is_whole(entry: &Member<'_>) -> bool {
    let marks = ["optional", "devOptional", "extraneous", "inBundle", "hasShrinkwrap", "bundleDependencies", "bundledDependencies", "link"];
    !entry.key.is_empty() && !entry.key.starts_with("..") && !entry.node.members().iter().any(|member| marks.contains(&member.key.as_ref()))
}

struct Folders<'n, 'a> {
    entries: &'n [Member<'a>],
    /// The names that every package finds.
    outer: HashSet<&'n str>,
    /// All folders, and whether what is in them was left to a shrinkwrap of their own. Made when it is first asked for.
    all: Option<HashMap<&'n str, bool>>,
}

impl<'n, 'a> Folders<'n, 'a> {
    /// Whether a package finds a name in its own folder or in one around it. `place` is room for the paths.
    fn find(&mut self, from: &str, name: &str, place: &mut String) -> bool {
        let wrapped = |entry: &'n Member<'a>| entry.node.get("hasShrinkwrap").is_some();
        let all = self.all.get_or_insert_with(|| self.entries.iter().map(|entry| (entry.key.as_ref(), wrapped(entry))).collect());
        let mut folder = from;
        if folder.len() > LONGEST {
            return true;
        }
        loop {
            place.clear();
            place.extend([folder, "/", INSTALLED, name]);
            if all.contains_key(place.as_str()) {
                return true;
            }
            let Some(end) = folder.rfind('/') else { return false };
            folder = &folder[..end];
            // What a package's own shrinkwrap left out is not the lock's fault.
            if all.get(folder) == Some(&true) {
                return true;
            }
        }
    }
}

/// The same for version 1, where each entry holds the packages of its own folder.
pub(super) fn of_first_version(root: &Node<'_>, remarks: &mut Remarks) {
    inside(root, &mut Vec::new(), remarks);
}

fn inside<'n>(node: &'n Node<'_>, around: &mut Vec<HashSet<&'n str>>, remarks: &mut Remarks) {
    let entries = node.get("dependencies").map(Node::members).unwrap_or_default();
    around.push(entries.iter().map(|entry| entry.key.as_ref()).collect());
    for entry in entries {
        let own: HashSet<&str> =
            entry.node.get("dependencies").map(Node::members).unwrap_or_default().iter().map(|own| own.key.as_ref()).collect();
        let is_whole = !["optional", "bundled"].iter().any(|mark| entry.node.get(mark).is_some());
        let needs = entry.node.get("requires").map(Node::members).unwrap_or_default();
        for need in needs.iter().filter(|need| is_whole && need.key != LOST) {
            let name = need.key.as_ref();
            if !around.iter().any(|all| all.contains(name)) && !own.contains(name) {
                remarks.unlocked(need.line, name);
            }
        }
        if !own.is_empty() {
            inside(&entry.node, around, remarks);
        }
    }
    around.pop();
}

#[cfg(test)]
mod tests {
    use super::super::super::Oddity;
    use super::super::read;

    fn lacks(text: &str) -> Vec<(usize, String)> {
        let lock = read(text).unwrap();
        lock.remarks.iter().filter(|one| one.what == Oddity::Unlocked).map(|one| (one.line, one.says.clone())).collect()
    }

    fn of(entries: &str) -> Vec<usize> {
        let text = format!("{{\"lockfileVersion\": 3, \"packages\": {{\n\"\": {{\"workspaces\": [\"p/*\"]}},\n{entries}}}}}");
        lacks(&text).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn a_need_is_found_in_the_folders_around_a_package() {
        let a = r#""node_modules/a": {"version": "1.0.0", "dependencies": {"b": "1", "@s/c": "1"}}"#;
        assert_eq!(of(&format!("{a},\n\"node_modules/@s/c\": {{}}, \"node_modules/a/node_modules/b\": {{}}")), [0; 0]);
        assert_eq!(of(&format!("{a},\n\"node_modules/@s/c\": {{}}, \"node_modules/c/node_modules/b\": {{}}")), [3]);
        let deep = a.replace("modules/a\"", "modules/x/node_modules/a\"");
        assert_eq!(of(&format!("{deep},\n\"node_modules/x/node_modules/b\": {{}}, \"node_modules/@s/c\": {{}}")), [0; 0]);
        assert_eq!(of(&format!("{deep},\n\"node_modules/b\": {{}}, \"node_modules/c\": {{}}")), [3]);
        let member = r#""p/w": {"dependencies": {"b": "1"},
            "devDependencies": {"d": "1"}}"#;
        assert_eq!(of(&format!("{member}, \"p/w/node_modules/b\": {{}}, \"node_modules/d\": {{}}")), [0; 0]);
        assert_eq!(of(member), [3, 4]);
        let text = format!("{{\"lockfileVersion\": 2, \"packages\": {{\n{a}, \"node_modules/b\": {{}}}}}}");
        assert_eq!(lacks(&text), [(2, "`@s/c` is needed here and is not locked".to_owned())]);
    }

    #[test]
    fn what_may_be_absent_is_not_asked_for() {
        for entry in [
            r#""node_modules/a": {"peerDependencies": {"b": "1"}, "optionalDependencies": {"b": "1"}, "devDependencies": {"b": "1"}}"#,
            r#""node_modules/a": {"dependencies": {"b": "1"}, "optionalDependencies": {"b": "1"}}"#,
            r#""node_modules/a": {"dependencies": {"b": "1"}, "optional": true}"#,
            r#""node_modules/a": {"dependencies": {"b": "1"}, "inBundle": true}"#,
            r#""node_modules/a": {"dependencies": {"b": "1"}, "bundleDependencies": ["b"]}"#,
            r#""node_modules/a": {"hasShrinkwrap": true}, "node_modules/a/node_modules/c": {"dependencies": {"b": "1"}}"#,
            r#""../out": {"dependencies": {"b": "1"}}, "node_modules/out": {"resolved": "../out", "link": true}"#,
            r#""node_modules/a": {"dependencies": {"w": "1"}}, "node_modules/w": {"resolved": "p/w", "link": true}"#,
        ] {
            assert_eq!(of(entry), [0; 0], "{entry}");
        }
    }

    #[test]
    fn version_1_is_closed_too() {
        let of = |entries: &str| lacks(&format!("{{\"lockfileVersion\": 1, \"requires\": true, \"dependencies\": {{\n{entries}}}}}"));
        let a = r#""a": {"version": "1.0.0", "requires": {"b": "1", "c": "1", "fsevents": "2"}, "dependencies": {
            "b": {"version": "1.0.0", "requires": {"c": "1", "d": "1"}}, "d": {"version": "1.0.0"}}}"#;
        assert_eq!(of(&format!("{a}, \"c\": {{\"version\": \"1.0.0\"}}")), []);
        assert_eq!(of(a).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
        let other =
            r#""a": {"version": "1.0.0", "requires": {"d": "1"}}, "b": {"version": "1.0.0", "dependencies": {"d": {"version": "1.0.0"}}}"#;
        assert_eq!(of(other), [(2, "`d` is needed here and is not locked".to_owned())]);
        assert_eq!(of(&other.replace("\"requires\"", "\"optional\": true, \"requires\"")), []);
    }
}
