//! Whether a package-lock is of its manifests: npm copies what each asks for into the lock, and obeys the overrides of the first.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::super::super::json_tree::{Dialect, Node, parse};
use super::super::package_json::{self, unmarked};
use super::super::project::{Compared, Globs, Project};
use super::super::text::shown;
use super::super::{Sync, sync_of};
use super::range::fits;
use super::{INSTALLED, read};

/// Compares a lock with the manifest beside it, with those of its workspaces, and with those of the folders that it links to.
pub(crate) fn in_sync(lock: &str, project: &Project<'_>) -> Vec<Compared> {
    let wanted = match package_json::read(project.manifest) {
        Ok(wanted) => wanted,
        Err(sync) => return project.all(sync),
    };
    let root = match read(lock).and_then(|_| parse(unmarked(lock), Dialect::Strict)) {
        Ok(root) => root,
        Err(fault) => return project.all(Sync::CannotTell(format!("the lock cannot be read: {fault}"))),
    };
    let Some(packages) = root.get("packages") else { return project.all(first_version(&root, &wanted)) };
    let mut overridden = HashSet::new();
    wanted.get("overrides").iter().for_each(|rules| overrides(rules, &mut overridden));
    let lock = Copies { entries: packages.members().iter().map(|member| (member.key.as_ref(), &member.node)).collect(), overridden };
    let mut all = project.all(lock.own(&wanted));
    let (members, mut broken) = lock.members(&wanted, project);
    all.append(&mut broken);
    let parsed: Vec<_> = members.iter().map(|(_, _, text)| package_json::read(text)).collect();
    let versions: HashMap<&str, &str> =
        parsed.iter().flatten().filter_map(|node| Some((node.text("name")?, node.text("version")?))).collect();
    let globs = Globs::new(package_json::workspaces(&wanted));
    for ((folder, path, _), node) in members.iter().zip(&parsed) {
        let sync = match node {
            Err(sync) => sync.clone(),
            Ok(node) => sync_of([lock.member(folder, node, &globs), lock.outgrown(folder, node, &versions)].concat()),
        };
        all.push((path.clone(), sync));
    }
    let outgrown = lock.outgrown("", &wanted, &versions);
    if !outgrown.is_empty() {
        all.push((project.name.to_owned(), sync_of(outgrown)));
    }
    all
}

/// A lock of version 1 does not say for which ranges it was made.
fn first_version(lock: &Node<'_>, wanted: &Node<'_>) -> Sync {
    let asked = package_json::asked(wanted);
    let entries: BTreeSet<&str> =
        lock.get("dependencies").map(Node::members).unwrap_or_default().iter().map(|member| member.key.as_ref()).collect();
    let absent = asked.iter().filter(|(name, asked)| asked.group != "peerDependencies" && !entries.contains(*name));
    let absent: Vec<String> = absent.map(|(name, _)| format!("{} is asked for, and the lock has no entry of it", shown(name))).collect();
    match (absent.is_empty(), asked.is_empty() && entries.is_empty()) {
        (false, _) => Sync::No(absent),
        (true, true) => Sync::Yes,
        (true, false) => Sync::CannotTell("a lock of version 1 does not say for which ranges it was made".to_owned()),
    }
}

/// A member's folder, the path of its manifest, and its text.
type Member = (String, String, String);

/// The entries of a lock by their folders.
struct Copies<'n, 'a> {
    entries: HashMap<&'n str, &'n Node<'a>>,
    /// The names that an override is of, whoever asks for them.
    overridden: HashSet<&'n str>,
}

/// The names of all overrides, those inside of others too.
fn overrides<'n>(rules: &'n Node<'_>, names: &mut HashSet<&'n str>) {
    for rule in rules.members() {
        let key = rule.key.as_ref();
        names.insert(key.char_indices().skip(1).find(|(_, letter)| *letter == '@').map_or(key, |(at, _)| &key[..at]));
        overrides(&rule.node, names);
    }
}

impl Copies<'_, '_> {
    fn own(&self, wanted: &Node<'_>) -> Sync {
        let Some(copy) = self.entries.get("") else { return Sync::No(vec!["the lock has no entry of the project itself".to_owned()]) };
        let asked = package_json::asked(wanted);
        let locked = package_json::asked(copy);
        let mut found =
            package_json::differences(&asked, &locked, |name| self.entries.get(format!("{INSTALLED}{name}").as_str())?.text("version"));
        found.extend(package_json::other_workspaces(&package_json::workspaces(wanted), &package_json::workspaces(copy)));
        let needed = asked.iter().filter(|(_, asked)| ["dependencies", "devDependencies"].contains(&asked.group));
        let absent = needed.filter(|(name, _)| !self.entries.contains_key(format!("{INSTALLED}{name}").as_str()));
        found.extend(absent.map(|(name, _)| format!("{} is asked for, and the lock has no entry of it", shown(name))));
        found.extend(self.overridden(wanted));
        found.extend(self.unfit("", wanted));
        sync_of(found)
    }

    /// The manifests of the folders that the lock has entries of, and of those that the workspaces' globs take.
    fn members(&self, wanted: &Node<'_>, project: &Project<'_>) -> (Vec<Member>, Vec<Compared>) {
        let globs = Globs::new(package_json::workspaces(wanted));
        let copied = Globs::new(self.entries.get("").map(|copy| package_json::workspaces(copy)).unwrap_or_default());
        let is_local = |folder: &&&str| !folder.is_empty() && !folder.starts_with(INSTALLED) && !folder.contains("/node_modules/");
        let mut folders: BTreeSet<String> = self.entries.keys().filter(is_local).map(|folder| (*folder).to_owned()).collect();
        folders.extend(project.folders().into_iter().filter(|folder| globs.has(folder)));
        let (mut members, mut broken) = (Vec::new(), Vec::from_iter(project.unread(&globs)));
        for folder in folders {
            match project.member(&folder) {
                Ok(Some((path, text))) => members.push((folder, path, text)),
                Ok(None) if copied.has(&folder) => {
                    let gone = format!("the lock has an entry of the workspace {}, which is gone", shown(&folder));
                    broken.push((project.name.to_owned(), Sync::No(vec![gone])));
                }
                // What lies outside, or is made by a build, is nobody's to compare.
                Ok(None) => {}
                Err(compared) => broken.push(compared),
            }
        }
        (members, broken)
    }

    fn member(&self, folder: &str, wanted: &Node<'_>, globs: &Globs) -> Vec<String> {
        let Some(copy) = self.entries.get(folder) else {
            return vec![format!("the lock has no entry of the workspace {}", shown(folder))];
        };
        let locked = |name: &str| {
            let within = format!("{folder}/{INSTALLED}{name}");
            let entry = self.entries.get(within.as_str()).or_else(|| self.entries.get(format!("{INSTALLED}{name}").as_str()));
            entry?.text("version")
        };
        let mut found = package_json::differences(&package_json::asked(wanted), &package_json::asked(copy), locked);
        let is_linked =
            |name: &str| self.entries.get(format!("{INSTALLED}{name}").as_str()).is_some_and(|link| link.text("resolved") == Some(folder));
        found.extend(self.unfit(folder, wanted));
        if let Some(name) = wanted.text("name").filter(|name| globs.has(folder) && !is_linked(name)) {
            found.push(format!("the workspace is called {}, and the lock knows it by another name", shown(name)));
        }
        found
    }

    /// What a project asks for where the lock says so too, and has a version that does not fit all the same.
    fn unfit(&self, folder: &str, wanted: &Node<'_>) -> Vec<String> {
        let (asked, copied) =
            (package_json::asked(wanted), self.entries.get(folder).map(|copy| package_json::asked(copy)).unwrap_or_default());
        let of = |(name, asked): (&&str, &package_json::Asked<'_>)| {
            // A peer may be forced, and an override takes the place of what a member asks for.
            let is_known = copied.get(name).is_some_and(|copy| copy.spec == asked.spec);
            if !is_known || asked.group == "peerDependencies" || self.overridden.contains(*name) {
                return None;
            }
            let within = if folder.is_empty() { None } else { self.entries.get(format!("{folder}/{INSTALLED}{name}").as_str()) };
            let entry = within.or_else(|| self.entries.get(format!("{INSTALLED}{name}").as_str()))?;
            // A link is of a folder, whose own manifest is compared; what came inside an archive is as it is.
            let is_other = ["link", "inBundle"].iter().any(|mark| entry.get(mark).is_some_and(Node::is_true));
            let version = entry.text("version")?;
            let is_unfit = !is_other && fits(asked.spec, version) == Some(false);
            let [name, spec, version] = [*name, asked.spec, version].map(shown);
            is_unfit.then(|| format!("{name} is asked for as {spec}, and {version} is locked"))
        };
        asked.iter().filter_map(of).collect()
    }

    /// What a project asks of a member of the workspace in a version that it no longer has.
    fn outgrown(&self, folder: &str, wanted: &Node<'_>, versions: &HashMap<&str, &str>) -> Vec<String> {
        let of = |(name, asked): (&&str, &package_json::Asked<'_>)| {
            let version = versions.get(*name)?;
            let is_own = folder.is_empty() || !self.entries.contains_key(format!("{folder}/{INSTALLED}{name}").as_str());
            let is_link = self.entries.get(format!("{INSTALLED}{name}").as_str())?.get("link").is_some_and(Node::is_true);
            let has_outgrown = is_own && is_link && fits(asked.spec, version) == Some(false);
            let [name, spec, version] = [*name, asked.spec, *version].map(shown);
            has_outgrown.then(|| format!("{name} is asked for as {spec}, and the workspace of that name is {version}"))
        };
        package_json::asked(wanted).iter().filter_map(of).collect()
    }

    /// The overrides that the lock does not obey, so far as they are ranges: npm does not copy them.
    fn overridden(&self, wanted: &Node<'_>) -> Vec<String> {
        let mut found = Vec::new();
        for rule in wanted.get("overrides").map(Node::members).unwrap_or_default() {
            let name = rule.key.as_ref();
            match rule.node.as_str() {
                Some(spec) => {
                    found.extend(self.entries.keys().filter(|at| named(at) == Some(name)).filter_map(|at| self.disobeys(at, spec)))
                }
                None => {
                    let above = self.entries.keys().filter(|at| named(at) == Some(name));
                    let below = above.flat_map(|at| rule.node.members().iter().map(move |inner| (at, inner)));
                    found.extend(below.filter_map(|(at, inner)| self.disobeys(&self.seen_from(at, &inner.key)?, inner.node.as_str()?)));
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// The entry that a package finds under a name, if it asks for it.
    fn seen_from(&self, at: &str, name: &str) -> Option<String> {
        self.entries.get(at)?.get("dependencies")?.get(name)?;
        let mut folder = at;
        loop {
            let entry = format!("{folder}/{INSTALLED}{name}");
            if self.entries.contains_key(entry.as_str()) {
                return Some(entry);
            }
            match folder.rfind("/node_modules/") {
                Some(end) => folder = &folder[..end],
                None => return Some(format!("{INSTALLED}{name}")),
            }
        }
    }

    fn disobeys(&self, at: &str, spec: &str) -> Option<String> {
        let entry = self.entries.get(at)?;
        let version = entry.text("version")?;
        // What came inside the archive of another is as it is.
        let bundled = entry.get("inBundle").is_some_and(Node::is_true);
        let disobeys = !bundled && fits(spec, version) == Some(false);
        let [at, spec, version] = [at, spec, version].map(shown);
        disobeys.then(|| format!("`overrides` asks for {spec} where the lock has {at} in version {version}"))
    }
}

/// The name that a folder of installed packages ends with.
fn named(folder: &str) -> Option<&str> {
    let at = if folder.starts_with(INSTALLED) && !folder.contains("/node_modules/") { 0 } else { folder.rfind("/node_modules/")? + 1 };
    folder.get(at + INSTALLED.len()..)
}

#[cfg(test)]
mod tests {
    use super::super::super::project::told;
    use super::in_sync;

    const LOCK: &str = r#"{"lockfileVersion": 3, "packages": {
        "": {"workspaces": ["packages/*"], "dependencies": {"a": "^1.0.0"}},
        "node_modules/a": {"version": "1.2.0", "dependencies": {"c": "1"}},
        "node_modules/a/node_modules/c": {"version": "1.0.0"},
        "node_modules/c": {"version": "2.0.0"},
        "node_modules/w": {"resolved": "packages/w", "link": true},
        "local": {"version": "1.0.0"},
        "../out": {"version": "1.0.0"},
        "packages/w": {"version": "1.0.0", "dependencies": {"c": "^2"}},
        "packages/v": {"name": "v"}}}"#;
    const ROOT: &str = r#"{"workspaces": ["packages/*"], "dependencies": {"a": "^1.0.0"}}"#;
    const W: &str = r#"{"name": "w", "version": "1.0.0", "dependencies": {"c": "^2"}}"#;

    fn says(root: &str, w: &str, more: &[(&str, &str)]) -> String {
        let files = [&[("package.json", root), ("packages/w/package.json", w)], more].concat();
        told(&files, |project| in_sync(&LOCK.replace(",\n        \"packages/v\": {\"name\": \"v\"}", ""), project))
    }

    #[test]
    fn every_member_is_compared_and_no_other_folder() {
        let local = ("local/package.json", r#"{"name": "local"}"#);
        let fixture = ("tests/x/package.json", r#"{"dependencies": {"z": "1"}}"#);
        assert_eq!(says(ROOT, W, &[local, fixture]), "");
        assert_eq!(
            says(ROOT, W, &[("packages/n/package.json", "{}")]),
            "packages/n/package.json: the lock has no entry of the workspace `packages/n`"
        );
        assert!(says(ROOT, W, &[(local.0, r#"{"dependencies": {"z": "1"}}"#)]).starts_with("local/package.json: `z` is asked for"));
        let files = [("package.json", ROOT), ("packages/w/package.json", W)];
        let gone = "package.json: the lock has an entry of the workspace `packages/v`, which is gone";
        assert_eq!(told(&files, |project| in_sync(LOCK, project)), gone);
    }

    #[test]
    fn a_member_keeps_its_name_and_the_version_that_others_need() {
        let renamed = says(ROOT, &W.replace("\"w\"", "\"ww\""), &[]);
        assert_eq!(renamed, "packages/w/package.json: the workspace is called `ww`, and the lock knows it by another name");
        let own = r#"{"name": "local", "dependencies": {"w": "^1"}}"#;
        let newer = says(ROOT, &W.replace("1.0.0", "2.0.0"), &[("local/package.json", own)]);
        assert!(newer.contains("`w` is asked for as `^1`, and the workspace of that name is `2.0.0`"), "{newer}");
    }

    #[test]
    fn what_the_overrides_say_is_obeyed() {
        let with = |rules: &str| says(&ROOT.replacen('{', &format!("{{\"overrides\": {rules}, "), 1), W, &[]);
        assert_eq!(with(r#"{"c": ">=1", "a": {"c": "1"}, "z": "9", "a@1": {"c": "9"}, "q": "$a"}"#), "");
        assert_eq!(
            with(r#"{"c": "2"}"#),
            "package.json: `overrides` asks for `2` where the lock has `node_modules/a/node_modules/c` in version `1.0.0`"
        );
        assert!(with(r#"{"a": {"c": "2"}}"#).contains("`2` where the lock has `node_modules/a/node_modules/c`"));
        assert!(with(r#"{"a": {"w": "2"}}"#).is_empty());
    }

    #[test]
    fn what_is_locked_fits_what_is_asked_for() {
        let with =
            |lock: &str, root: &str| told(&[("package.json", root), ("packages/w/package.json", W)], |project| in_sync(lock, project));
        let lock = LOCK.replace(",\n        \"packages/v\": {\"name\": \"v\"}", "");
        let older = lock.replace("\"1.2.0\"", "\"0.9.0\"");
        assert_eq!(with(&older, ROOT), "package.json: `a` is asked for as `^1.0.0`, and `0.9.0` is locked");
        assert_eq!(with(&older.replace("0.9.0", "1.0.0-a"), ROOT), "");
        assert_eq!(with(&older.replace("\"0.9.0\"", "\"0.9.0\", \"inBundle\": true"), ROOT), "");
        let other = lock.replace("\"2.0.0\"", "\"1.5.0\"");
        assert_eq!(with(&other, ROOT), "packages/w/package.json: `c` is asked for as `^2`, and `1.5.0` is locked");
        assert_eq!(with(&other, &ROOT.replacen('{', "{\"overrides\": {\"x\": {\"c@2\": \"1.5.0\"}}, ", 1)), "");
        let peer = |text: &str| text.replace("\"dependencies\": {\"a\"", "\"peerDependencies\": {\"a\"");
        assert_eq!(with(&peer(&older), &peer(ROOT)), "");
    }

    #[test]
    fn of_a_range_that_was_changed_it_is_said_whether_the_lock_fits() {
        let of = |range: &str| says(&ROOT.replace("^1.0.0", range), W, &[]);
        let other = "package.json: `a` is asked for as `^1.1.0`, and the lock was made for `^1.0.0`";
        assert_eq!(of("^1.1.0"), format!("{other}; the locked `1.2.0` fits both"));
        assert_eq!(of("^2"), "package.json: `a` is asked for as `^2`, and the lock was made for `^1.0.0`");
    }
}
