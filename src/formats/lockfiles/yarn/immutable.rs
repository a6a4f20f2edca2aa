//! Whether the entries of a workspace's projects in a lock of yarn 2 and later are those that its manifests would make.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::Value;

use super::super::super::fault::Fault;
use super::super::block::{Row, children, text, top};
use super::super::project::{Compared, Project};
use super::super::text::shown;
use super::super::{Sync, sync_of};
use super::berry::entries;
use super::{Member, named, parted, wanted};

/// The folders of the projects that a lock knows, the first aside.
pub(super) fn folders(source: &str) -> Vec<String> {
    let Ok(Some(rows)) = entries(source) else { return Vec::new() };
    projects(&rows).into_keys().filter(|folder| *folder != ".").map(str::to_owned).collect()
}

/// The rows of the projects' entries by their folders.
fn projects<'r>(rows: &'r [Row<'_>]) -> BTreeMap<&'r str, usize> {
    top(rows).filter_map(|(at, _)| Some((text(rows, at, "resolution")?.split_once("@workspace:")?.1, at))).collect()
}

/// Each project's entry has the ranges of its manifest, or `yarn install --immutable` would change it.
pub(super) fn in_sync(source: &str, members: &[Member], project: &Project<'_>) -> Result<Vec<Compared>, Fault> {
    let none = || project.all(Sync::CannotTell("the lock has no entry of the project itself".to_owned()));
    let Some(rows) = entries(source)? else { return Ok(none()) };
    let at = projects(&rows);
    if !at.contains_key(".") {
        return Ok(none());
    }
    let keys: HashSet<&str> = top(&rows).flat_map(|(_, row)| row.key.split(", ")).collect();
    let root = members.first().map(|root| &root.manifest);
    let asked = Asked { rows: &rows, keys: &keys, resolutions: resolutions(root), catalogs: catalogs(project) };
    let mut all = Vec::new();
    for member in members {
        let folder = if member.folder.is_empty() { "." } else { &member.folder };
        let sync = match at.get(folder) {
            None => Sync::No(vec![format!("the lock has no workspace {}", shown(folder))]),
            Some(at) => sync_of(asked.differences(*at, &member.manifest)),
        };
        all.push((member.path.clone(), sync));
    }
    let own = asked.disobeyed();
    if !own.is_empty() {
        all.push((project.name.to_owned(), sync_of(own)));
    }
    Ok(all)
}

fn resolutions(root: Option<&Value>) -> HashMap<String, String> {
    let rules = root.and_then(|root| root.get("resolutions")).and_then(Value::as_object).into_iter().flatten();
    rules.filter_map(|(name, range)| Some((name.clone(), range.as_str()?.to_owned()))).collect()
}

/// The ranges of the catalogs by `catalog:` and the name; none if the settings cannot be read.
fn catalogs(project: &Project<'_>) -> Option<HashMap<(String, String), String>> {
    let settings = (project.open)(".yarnrc.yml").ok()?.unwrap_or_default();
    let settings = crate::formats::yaml::parse(&settings).ok()?;
    let mut found = HashMap::new();
    let Some(settings) = settings else { return Some(found) };
    let named = settings.get("catalogs").and_then(|all| all.entries()).unwrap_or_default().iter();
    let named = named.filter_map(|(name, list)| Some((format!("catalog:{}", name.as_str()?), list)));
    for (catalog, list) in named.chain(settings.get("catalog").map(|list| ("catalog:".to_owned(), list))) {
        for (name, range) in list.entries().unwrap_or_default() {
            let (Some(name), Some(range)) = (name.as_str(), range.as_str()) else { continue };
            found.insert((catalog.clone(), name.to_owned()), range.to_owned());
        }
    }
    Some(found)
}

/// What yarn puts before a range of the registry since version 4 is no difference, and neither is the place that a path is bound to.
fn bare(range: &str) -> &str {
    let range = range.split_once("::").filter(|(_, bound)| bound.starts_with("locator=")).map_or(range, |(range, _)| range);
    range.strip_prefix("npm:").unwrap_or(range)
}

struct Asked<'a, 'r> {
    rows: &'a [Row<'r>],
    /// Every descriptor of the lock.
    keys: &'a HashSet<&'a str>,
    resolutions: HashMap<String, String>,
    catalogs: Option<HashMap<(String, String), String>>,
}

impl Asked<'_, '_> {
    fn differences(&self, at: usize, manifest: &Value) -> Vec<String> {
        let mut differs = Vec::new();
        let name = text(self.rows, at, "resolution").map_or("", |text| parted(text).0);
        if let Some(asked) = manifest.get("name").and_then(Value::as_str).filter(|asked| *asked != name) {
            differs.push(format!("the project is {} in the lock and {} in the manifest", shown(name), shown(asked)));
        }
        let all = wanted(manifest, &["dependencies", "optionalDependencies", "devDependencies"]);
        let locked = self.locked(at, "dependencies");
        compare(&locked, &all, &mut differs);
        compare(&self.locked(at, "peerDependencies"), &wanted(manifest, &["peerDependencies"]), &mut differs);
        for key in ["dependenciesMeta", "peerDependenciesMeta"] {
            if optional(manifest, key) != self.optional(at, key) {
                differs.push(format!("which of its `{}` may be absent is other than in the lock", key.trim_end_matches("Meta")));
            }
        }
        if let Some(bin) = bins(manifest)
            && bin != self.locked(at, "bin").into_iter().map(|(name, path)| (name, path.trim_start_matches("./").to_owned())).collect()
        {
            differs.push("`bin` is other than in the lock".to_owned());
        }
        let unmet = locked.iter().filter(|(name, range)| all.contains_key(*name) && !self.is_met(name, range));
        differs.extend(unmet.map(|(name, range)| format!("{} is asked for, and the lock has no entry of it", named(name, bare(range)))));
        differs
    }

    fn locked(&self, at: usize, field: &str) -> BTreeMap<String, String> {
        let rows = self.rows;
        let Some((at, _)) = children(rows, at).find(|(_, row)| row.key == field) else { return BTreeMap::new() };
        children(rows, at).map(|(_, row)| (row.key.to_string(), row.value.as_deref().unwrap_or_default().to_owned())).collect()
    }

    fn optional(&self, at: usize, field: &str) -> BTreeSet<String> {
        let rows = self.rows;
        let Some((at, _)) = children(rows, at).find(|(_, row)| row.key == field) else { return BTreeSet::new() };
        children(rows, at).filter(|(at, _)| text(rows, *at, "optional") == Some("true")).map(|(_, row)| row.key.to_string()).collect()
    }

    /// Whether the lock has the descriptor that a range comes to, once catalogs and resolutions have been asked.
    fn is_met(&self, name: &str, range: &str) -> bool {
        let mut range = bare(range).to_owned();
        if range.starts_with("catalog:") {
            let Some(catalogs) = &self.catalogs else { return true };
            match catalogs.get(&(range, name.to_owned())) {
                Some(meant) => range = bare(meant).to_owned(),
                None => return false,
            }
        }
        let rules = [name.to_owned(), format!("{name}@{range}"), format!("{name}@npm:{range}")];
        let rule = rules.iter().find_map(|rule| self.resolutions.get(rule));
        // Who asks may be named before a slash: such a rule is not followed.
        if self.resolutions.keys().any(|rule| rule.ends_with(&format!("/{name}"))) {
            return true;
        }
        self.has(name, rule.map_or(range.as_str(), |rule| bare(rule)))
    }

    fn has(&self, name: &str, range: &str) -> bool {
        let bound = format!("{name}@{range}::");
        let exact = [format!("{name}@{range}"), format!("{name}@npm:{range}")].iter().any(|key| self.keys.contains(key.as_str()));
        // Paths, repositories and what lies on them are written with more than was asked for.
        exact || range.contains(['/', '#']) && !range.starts_with("workspace:") || self.keys.iter().any(|key| key.starts_with(&bound))
    }

    /// Resolutions of a bare name: no other descriptor of it is left.
    fn disobeyed(&self) -> Vec<String> {
        let plain = self.resolutions.iter().filter(|(name, range)| parted(name).1.is_empty() && !range.contains([':', '/', '#']));
        let left = plain.filter(|(name, range)| {
            let own = |key: &&&str| parted(key).0 == *name && bare(parted(key).1) != *range && parted(key).1.starts_with("npm:");
            self.keys.iter().any(|key| own(&key))
        });
        let mut says: Vec<String> =
            left.map(|(name, range)| format!("`resolutions` asks for {}, and the lock has others", named(name, range))).collect();
        says.sort();
        says
    }
}

fn optional(manifest: &Value, key: &str) -> BTreeSet<String> {
    let meta = manifest.get(key).and_then(Value::as_object).into_iter().flatten();
    let meta = meta.filter(|(_, about)| about.get("optional").and_then(Value::as_bool) == Some(true)).map(|(name, _)| name.clone());
    let own = manifest.get("optionalDependencies").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name.clone());
    if key == "dependenciesMeta" { meta.chain(own).collect() } else { meta.collect() }
}

/// The programs of a project by their names.
fn bins(manifest: &Value) -> Option<BTreeMap<String, String>> {
    let path = |path: &Value| path.as_str().map(|path| path.trim_start_matches("./").to_owned());
    match manifest.get("bin") {
        None => Some(BTreeMap::new()),
        Some(Value::Object(all)) => all.iter().map(|(name, at)| Some((name.clone(), path(at)?))).collect(),
        Some(one) => {
            let name = manifest.get("name").and_then(Value::as_str)?;
            Some(BTreeMap::from([(name.rsplit('/').next().unwrap_or(name).to_owned(), path(one)?)]))
        }
    }
}

fn compare(locked: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>, differs: &mut Vec<String>) {
    for (name, range) in wanted {
        match locked.get(name) {
            None => differs.push(format!("{} is not in the lock", named(name, range))),
            Some(old) if bare(old) != bare(range) => {
                differs.push(format!("{} is asked for, and the lock was made for {}", named(name, range), named(name, bare(old))));
            }
            Some(_) => {}
        }
    }
    let gone = locked.iter().filter(|(name, _)| !wanted.contains_key(*name));
    differs.extend(gone.map(|(name, range)| format!("{} of the lock is no longer asked for", named(name, bare(range)))));
}

#[cfg(test)]
mod tests {
    use super::super::super::project::told;
    use super::super::in_sync;

    const LOCK: &str = "__metadata:\n  version: 10\n\n\"a@npm:^1\":\n  version: 1.0.0\n  resolution: \"a@npm:1.0.0\"\n\n\"c@npm:^3\":\n  version: 3.0.0\n  resolution: \"c@npm:3.0.0\"\n\n\"m@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"m@workspace:.\"\n  dependencies:\n    a: \"npm:^1\"\n    c: \"catalog:\"\n    l: \"link:./l::locator=m\"\n  peerDependencies:\n    p: \"*\"\n  bin:\n    m: ./m.js\n\n\"w@workspace:^, w@workspace:w\":\n  version: 0.0.0-use.local\n  resolution: \"w@workspace:w\"\n\n\"l@link:./l::locator=m\":\n  version: 0.0.0-use.local\n  resolution: \"l@link:./l::locator=m\"\n";
    const ROOT: &str = r#"{"name": "m", "bin": "m.js", "workspaces": ["w", "n"], "dependencies": {"a": "^1", "c": "catalog:", "l": "link:./l"}, "peerDependencies": {"p": "*"}}"#;

    fn says(from: &str, to: &str) -> String {
        let root = ROOT.replace(from, to);
        assert!(from.is_empty() || root != ROOT);
        let files = [("package.json", &*root), ("w/package.json", r#"{"name": "w"}"#), (".yarnrc.yml", "catalog:\n  c: ^3\n")];
        told(&files, |project| in_sync(LOCK, project))
    }

    #[test]
    fn the_entry_of_a_project_has_the_ranges_of_its_manifest() {
        assert_eq!(says("", ""), "");
        assert_eq!(says("\"^1\"", "\"^2\""), "package.json: `a@^2` is asked for, and the lock was made for `a@^1`");
        assert_eq!(says("{\"a\"", "{\"b\": \"1\", \"a\""), "package.json: `b@1` is not in the lock");
        assert_eq!(says("\"a\": \"^1\", ", ""), "package.json: `a@^1` of the lock is no longer asked for");
        assert_eq!(
            says("\"m\",", "\"z\","),
            "package.json: the project is `m` in the lock and `z` in the manifest, `bin` is other than in the lock"
        );
        assert!(says("\"bin\": \"m.js\", ", "").contains("`bin` is other"));
        let meta = says("\"peerDependencies\"", "\"peerDependenciesMeta\": {\"p\": {\"optional\": true}}, \"peerDependencies\"");
        assert!(meta.contains("which of its `peerDependencies` may be absent"));
    }

    #[test]
    fn resolutions_and_catalogs_have_their_descriptors() {
        let with = |rules: &str| says("\"bin\"", &format!("\"resolutions\": {rules}, \"bin\""));
        assert!(with(r#"{"a": "1.0.0"}"#).contains("`a@^1` is asked for, and the lock has no entry of it"));
        assert!(with(r#"{"a": "1.0.0"}"#).contains("`resolutions` asks for `a@1.0.0`, and the lock has others"));
        assert_eq!(with(r#"{"a": "^1", "z": "1", "x/a": "1"}"#), "");
        let files = [("package.json", ROOT), ("w/package.json", r#"{"name": "w"}"#), (".yarnrc.yml", "catalog:\n  c: ^4\n")];
        assert_eq!(
            told(&files, |project| in_sync(LOCK, project)),
            "package.json: `c@catalog:` is asked for, and the lock has no entry of it"
        );
    }

    #[test]
    fn every_member_has_its_entry_and_every_entry_its_member() {
        let files = [
            ("package.json", ROOT),
            ("n/package.json", r#"{"name": "n"}"#),
            (".yarnrc.yml", "catalog:\n  c: ^3\n"),
            ("x/package.json", "{}"),
        ];
        let both = "package.json: the lock has the workspace `w`, which is gone; n/package.json: the lock has no workspace `n`";
        assert_eq!(told(&files, |project| in_sync(LOCK, project)), both);
    }
}
