//! Whether a pnpm-lock.yaml is of its manifests: pnpm writes down what each project of the workspace asked for, and some of its settings.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::Value;

use super::super::super::json;
use super::super::address::without_credentials;
use super::super::block::{Row, children, text, top};
use super::super::project::{Compared, Globs, Project};
use super::super::text::shown;
use super::super::{Sync, sync_of};
use super::settings::Settings;
use super::{FIELDS, importers, known};

/// What a project asked for, by field, and all its specifiers.
#[derive(Default)]
struct Asked {
    fields: BTreeMap<&'static str, HashSet<String>>,
    specifiers: BTreeMap<String, String>,
}

/// Compares a lock with the manifest beside it and those of the other projects of the workspace, as `pnpm install --frozen-lockfile` does.
pub(crate) fn in_sync(lock: &str, project: &Project<'_>) -> Vec<Compared> {
    let cannot = |why: String| project.all(Sync::CannotTell(why));
    let rows = match known(lock) {
        Ok((rows, _)) => rows,
        Err(fault) => return cannot(format!("the lock is not read: {fault}")),
    };
    let root = match manifest(project.manifest) {
        Ok(root) => root,
        Err(why) => return cannot(why),
    };
    let settings = match Settings::read(&root, project) {
        Ok(settings) => settings,
        Err(why) => return cannot(why),
    };
    let importers = importers(&rows);
    let mut all = project.all(match importers.get(".") {
        None => Sync::No(vec!["the lock has no entry of the project".to_owned()]),
        Some(fields) => compared(&rows, fields, &root, &settings),
    });
    let own = settings.differences(&rows, project);
    if own != Sync::Yes {
        all.push((project.name.to_owned(), own));
    }
    let globs = Globs::new(settings.packages.iter().map(String::as_str));
    all.extend(project.unread(&globs));
    let mut folders: BTreeSet<String> = importers.keys().filter(|folder| *folder != ".").cloned().collect();
    folders.extend(project.folders().into_iter().filter(|folder| globs.has(folder)));
    let none = Vec::new();
    for folder in folders {
        let (path, text) = match project.member(&folder) {
            Ok(Some(member)) => member,
            // pnpm passes over what is gone; the lock still holds what it asked for.
            Ok(None) => {
                let gone = format!("the lock has the project {}, which is gone", shown(&folder));
                all.push((project.name.to_owned(), Sync::No(vec![gone])));
                continue;
            }
            Err(compared) => {
                all.push(compared);
                continue;
            }
        };
        let sync = manifest(&text).map(|manifest| compared(&rows, importers.get(&folder).unwrap_or(&none), &manifest, &settings));
        all.push((path, sync.unwrap_or_else(Sync::CannotTell)));
    }
    all
}

fn manifest(text: &str) -> Result<Value, String> {
    json::parse(text.strip_prefix('\u{feff}').unwrap_or(text))
        .map_err(|fault| format!("it is not read: line {}: {}", fault.line, fault.message))
}

fn compared(rows: &[Row<'_>], fields: &[(usize, String)], manifest: &Value, settings: &Settings) -> Sync {
    let setting = |name: &str| top(rows).find(|(_, row)| row.key == "settings").is_some_and(|(at, _)| text(rows, at, name) == Some("true"));
    let (mut locked, mut wanted) = (locked(rows, fields), wanted(manifest, setting("autoInstallPeers")));
    if setting("excludeLinksFromLockfile") {
        locked.specifiers.retain(|_, range| !range.starts_with("link:"));
        wanted.specifiers.retain(|_, range| !range.starts_with("link:"));
    }
    for (name, range) in &mut wanted.specifiers {
        // An override takes the place of the range, and of a removed one nothing is left.
        if let (Some(rule), Some(old)) = (settings.overrides.get(name), locked.specifiers.get(name))
            && (old == rule || rule.starts_with('$') || rule.starts_with("catalog:"))
        {
            range.clone_from(old);
        }
    }
    wanted.specifiers.retain(|name, _| settings.overrides.get(name).map(String::as_str) != Some("-"));
    // An override for some ranges, or for one who asks, may hold here or not.
    let narrow = settings.overrides.keys().filter(|key| key.contains(['>', '@'])).map(|key| target(key)).collect::<Vec<_>>();
    let mut unsure = narrow.iter().find(|name| locked.specifiers.get(**name) != wanted.specifiers.get(**name)).map(|_| "overrides");
    for name in narrow {
        locked.specifiers.remove(name);
        wanted.specifiers.remove(name);
    }
    let differs = differences(&locked, &wanted);
    let extends = ["packageExtensionsChecksum", "pnpmfileChecksum"];
    let is_extended = top(rows).find_map(|(_, row)| extends.iter().find(|key| **key == row.key).copied());
    unsure = unsure.or(is_extended.filter(|_| !differs.is_empty()));
    match unsure {
        Some(key) if is_extended.is_some() || differs.is_empty() => {
            Sync::CannotTell(format!("`{key}` of the lock may change what the manifest asks for"))
        }
        Some(_) | None => sync_of(differs),
    }
}

/// Whom an override is about: `a>b@2` is about `b`.
fn target(key: &str) -> &str {
    let last = key.rsplit('>').next().unwrap_or(key);
    let from = usize::from(last.starts_with('@'));
    last[from..].split_once('@').map_or(last, |(name, _)| &last[..from + name.len()])
}

fn locked(rows: &[Row<'_>], fields: &[(usize, String)]) -> Asked {
    let mut asked = Asked::default();
    for (at, field) in fields {
        if field == "specifiers" {
            let pair = |row: &Row<'_>| (row.key.to_string(), row.value.as_deref().unwrap_or_default().to_owned());
            asked.specifiers.extend(children(rows, *at).map(|(_, row)| pair(row)));
        }
        let Some(known) = FIELDS.iter().find(|known| **known == field) else { continue };
        for (at, row) in children(rows, *at) {
            asked.fields.entry(known).or_default().insert(row.key.to_string());
            if let Some(specifier) = text(rows, at, "specifier") {
                asked.specifiers.insert(row.key.to_string(), specifier.to_owned());
            }
        }
    }
    asked
}

/// Of a name in several fields, `optionalDependencies` count before `dependencies`, and these before `devDependencies`.
fn wanted(manifest: &Value, peers: bool) -> Asked {
    let mut asked = Asked::default();
    let order = ["optionalDependencies", "dependencies", "devDependencies", "peerDependencies"];
    for field in order.into_iter().filter(|field| peers || *field != "peerDependencies") {
        let into = FIELDS.iter().find(|known| **known == field).unwrap_or(&"dependencies");
        for (name, range) in manifest.get(field).and_then(Value::as_object).into_iter().flatten() {
            if !asked.specifiers.contains_key(name) {
                asked.specifiers.insert(name.clone(), range.as_str().unwrap_or_default().to_owned());
                asked.fields.entry(into).or_default().insert(name.clone());
            }
        }
    }
    asked
}

fn differences(locked: &Asked, wanted: &Asked) -> Vec<String> {
    let named = |name: &str, range: &str| shown(&format!("{name}@{}", without_credentials(range).as_deref().unwrap_or(range)));
    let mut differs = Vec::new();
    for (name, range) in &wanted.specifiers {
        let field = wanted.fields.iter().find(|(_, names)| names.contains(name)).map_or("", |(field, _)| field);
        match locked.specifiers.get(name) {
            None => differs.push(format!("{} is not in the lock", named(name, range))),
            Some(old) if old != range => {
                differs.push(format!("{} is asked for, and the lock was made for {}", named(name, range), named(name, old)));
            }
            Some(old) if !locked.fields.get(field).is_some_and(|names| names.contains(name)) && !old.starts_with("link:") => {
                differs.push(format!("{} stands in `{field}`, and not there in the lock", named(name, range)));
            }
            Some(_) => {}
        }
    }
    let gone = locked.specifiers.iter().filter(|(name, _)| !wanted.specifiers.contains_key(*name));
    differs.extend(gone.map(|(name, range)| format!("{} of the lock is no longer asked for", named(name, range))));
    differs
}

#[cfg(test)]
mod tests {
    use super::super::super::project::told;
    use super::in_sync;

    const NINE: &str = "lockfileVersion: '9.0'\nsettings:\n  autoInstallPeers: true\nimporters:\n  .:\n    dependencies:\n      a: {specifier: ^1, version: 1.0.0}\n    devDependencies:\n      b:\n        specifier: 'catalog:'\n        version: 2.0.0\n";
    const FIVE: &str =
        "lockfileVersion: 5.4\nspecifiers:\n  a: ^1\n  b: 'catalog:'\ndependencies:\n  a: 1.0.0\ndevDependencies:\n  b: 2.0.0\n";
    const ROOT: &str = r#"{"dependencies": {"a": "^1"}, "devDependencies": {"b": "catalog:"}}"#;

    fn says(lock: &str, files: &[(&str, &str)]) -> String {
        told(files, |project| in_sync(lock, project))
    }

    #[test]
    fn the_specifiers_are_those_of_the_manifest() {
        for lock in [NINE, FIVE] {
            let of = |manifest: &str| says(lock, &[("package.json", manifest)]);
            assert_eq!(of(r#"{"dependencies": {"a": "^1"}, "devDependencies": {"b": "catalog:", "a": "3"}}"#), "");
            assert_eq!(of(&ROOT.replace("^1", "^2")), "package.json: `a@^2` is asked for, and the lock was made for `a@^1`");
            let moved = of(r#"{"dependencies": {"a": "^1", "b": "catalog:", "c": "1"}}"#);
            assert_eq!(moved, "package.json: `b@catalog:` stands in `dependencies`, and not there in the lock, `c@1` is not in the lock");
        }
        assert_eq!(says(NINE, &[("package.json", r#"{"peerDependencies": {"a": "^1"}, "devDependencies": {"b": "catalog:"}}"#)]), "");
        assert!(says(NINE, &[("package.json", "[")]).starts_with("package.json? it is not read"));
    }

    #[test]
    fn every_project_of_the_workspace_is_compared_and_no_other() {
        let lock = format!("{NINE}  p/b:\n    dependencies:\n      c: {{specifier: ^1, version: 1.0.0}}\n");
        let yaml = ("pnpm-workspace.yaml", "packages: ['p/*', '!p/not']\n");
        let b = |range: &'static str| ("p/b/package.json", range);
        let fixture = ("tests/package.json", r#"{"dependencies": {"z": "1"}}"#);
        let not = ("p/not/package.json", fixture.1);
        let all = |more: &[(&str, &str)]| says(&lock, &[&[("package.json", ROOT), yaml, fixture, not], more].concat());
        let fits = b(r#"{"dependencies": {"c": "^1"}}"#);
        assert_eq!(all(&[fits]), "");
        assert_eq!(
            all(&[b(r#"{"dependencies": {"c": "^2"}}"#)]),
            "p/b/package.json: `c@^2` is asked for, and the lock was made for `c@^1`"
        );
        assert_eq!(all(&[fits, ("p/n/package.json", fixture.1)]), "p/n/package.json: `z@1` is not in the lock");
        assert_eq!(all(&[fits, ("p/n/package.json", "{}")]), "");
        assert_eq!(all(&[]), "package.json: the lock has the project `p/b`, which is gone");
    }

    #[test]
    fn overrides_catalogs_and_settings_are_those_of_the_lock() {
        let lock =
            format!("{NINE}overrides:\n  a: ^1\n  x>y: '2'\ncatalogs:\n  default:\n    b:\n      specifier: ^2\n      version: 2.0.0\n");
        let yaml = "catalog: {b: ^2, unused: '1'}\noverrides: {a: ^1, x>y: '2'}\n";
        let of = |yaml: &str, root: &str| says(&lock, &[("package.json", root), ("pnpm-workspace.yaml", yaml)]);
        assert_eq!(of(yaml, ROOT), "");
        assert_eq!(of(yaml, &ROOT.replace("\"^1\"", "\"^3\"")), "", "what is overridden is as the override says");
        assert_eq!(
            of(&yaml.replace("b: ^2", "b: ^3"), ROOT),
            "package.json: the catalog asks for `b@^3`, and the lock was made for `b@^2`"
        );
        assert_eq!(of(&yaml.replace("'2'", "'3'"), ROOT), "package.json: `overrides` is other than in the lock");
        assert!(of("catalog: {b: ^2}\n", ROOT).contains("`overrides` is other"));
        assert!(of(&format!("{yaml}autoInstallPeers: false\n"), ROOT).contains("`autoInstallPeers` is `false`, and `true` in the lock"));
        let own = ROOT.replacen('{', "{\"pnpm\": {\"overrides\": {\"a\": \"^1\", \"x>y\": \"2\"}}, ", 1);
        assert_eq!(of("catalog: {b: ^2}\n", &own), "");
    }

    #[test]
    fn an_override_for_some_ranges_leaves_open_what_it_is_about_and_nothing_else() {
        let lock = format!("{NINE}overrides:\n  a@1: '1'\n");
        let of = |from: &str, to: &str| {
            says(&lock, &[("package.json", &ROOT.replace(from, to)), ("pnpm-workspace.yaml", "overrides: {a@1: '1'}\n")])
        };
        assert_eq!(of("^1", "^1"), "");
        assert_eq!(of("^1", "^2"), "package.json? `overrides` of the lock may change what the manifest asks for");
        assert_eq!(of("\"b\"", "\"c\""), "package.json: `c@catalog:` is not in the lock, `b@catalog:` of the lock is no longer asked for");
        assert_eq!(["a", "a@1", "@s/a@1", "b>@s/a"].map(super::target), ["a", "a", "@s/a", "@s/a"]);
    }

    #[test]
    fn patches_and_hooks_are_those_that_the_lock_has_the_hashes_of() {
        let root = ("package.json", ROOT);
        let hook = (".pnpmfile.cjs", "module.exports = { hooks: {} }");
        assert_eq!(says(NINE, &[root, hook]), "package.json: the lock was made without `.pnpmfile.cjs`");
        let lock = format!("{NINE}patchedDependencies:\n  a@1.0.0:\n    hash: {}\n    path: p/a.patch\n", "0".repeat(64));
        let yaml = ("pnpm-workspace.yaml", "patchedDependencies: {a@1.0.0: p/a.patch}\n");
        assert_eq!(
            says(&lock, &[root, yaml, ("p/a.patch", "x")]),
            "package.json: `p/a.patch` is not the patch that the lock has the hash of"
        );
        assert_eq!(says(&lock, &[root]), "package.json: `patchedDependencies` is other than in the lock");
        let hash = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
        let lock = lock.replace(&"0".repeat(64), hash);
        assert_eq!(says(&lock, &[root, yaml, ("p/a.patch", "x")]), "");
    }
}
