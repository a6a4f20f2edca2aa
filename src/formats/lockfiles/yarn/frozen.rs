//! Whether a lock of yarn 1 has all that its manifests ask for.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::super::super::fault::Fault;
use super::super::npm::range::fits;
use super::super::project::Compared;
use super::super::sync_of;
use super::super::text::shown;
use super::classic::{Text, parsed};
use super::{Member, named, parted, wanted};

/// Every `name@range` that a manifest asks for is a key, or yarn 1 refuses with `--frozen-lockfile`; but for the members of the workspace, which
/// it links.
pub(super) fn in_sync(text: &str, members: &[Member]) -> Result<Vec<Compared>, Fault> {
    let text = parsed(text)?;
    let keys: HashSet<&str> = text.patterns.iter().map(|(_, pattern)| pattern.as_ref()).collect();
    let word = |member: &Member, key: &str| member.manifest.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let versions: HashMap<String, String> = members.iter().map(|member| (word(member, "name"), word(member, "version"))).collect();
    // A link to a folder is not in the locks of all versions.
    let is_linked = |name: &str, range: &str| {
        range.starts_with("link:") || versions.get(name).is_some_and(|version| fits(range, version) != Some(false))
    };
    let mut all: Vec<Compared> = Vec::new();
    for member in members {
        let wanted = wanted(&member.manifest, &["devDependencies", "dependencies", "optionalDependencies"]);
        let key = |name: &str, range: &str| if range.is_empty() { name.to_owned() } else { format!("{name}@{range}") };
        let missing = wanted.iter().filter(|(name, range)| !keys.contains(key(name, range).as_str()) && !is_linked(name, range));
        let mut differs: Vec<String> = missing.map(|(name, range)| format!("{} is not in the lock", named(name, range))).collect();
        if member.folder.is_empty() {
            differs.extend(unresolved(&text, &member.manifest));
            differs.extend(unlocked(&text, &versions));
        }
        all.push((member.path.clone(), sync_of(differs)));
    }
    Ok(all)
}

/// What the entries need and no entry is of. Resolutions write a range anew, so the name alone is looked for; and yarn 1 has no entry of a member
/// of the workspace, though packages of others may need it: so this is told only where the members are known.
fn unlocked(text: &Text<'_>, members: &HashMap<String, String>) -> Vec<String> {
    let names: HashSet<&str> = text.patterns.iter().map(|(_, pattern)| parted(pattern).0).collect();
    let missing = text.needs.iter().filter(|(_, name)| !names.contains(name.as_ref()) && !members.contains_key(name.as_ref()));
    missing.map(|(line, name)| format!("line {line} of the lock needs {}, which is not locked", shown(name))).collect()
}

/// The resolutions of a bare name that an entry does not obey.
fn unresolved(text: &Text<'_>, manifest: &Value) -> Vec<String> {
    let rules = manifest.get("resolutions").and_then(Value::as_object);
    let mut found = Vec::new();
    for (name, range) in rules.into_iter().flatten().filter_map(|(name, range)| Some((name, range.as_str()?))) {
        // `**/name` is the same; what names who asks for it is not followed.
        let name = name.strip_prefix("**/").unwrap_or(name);
        let of_name = text.entries.iter().filter(|entry| text.patterns(entry).iter().any(|(_, pattern)| parted(pattern).0 == name));
        for version in of_name.filter_map(|entry| entry.version.as_deref()).filter(|version| fits(range, version) == Some(false)) {
            found.push(format!("`resolutions` asks for {}, and the lock has {}", named(name, range), shown(version)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::super::project::told;
    use super::super::in_sync;

    #[test]
    fn every_range_of_the_manifest_is_a_key() {
        let lock = "# yarn lockfile v1\n\na@^1, a@1:\n  version \"1\"\n\nb:\n  version \"1\"\n";
        let says = |manifest: &str| told(&[("package.json", manifest)], |project| in_sync(lock, project));
        assert_eq!(says(r#"{"dependencies": {"a": "^1", "b": "", "l": "link:./l"}, "devDependencies": {"a": "7"}}"#), "");
        let stale = says(r#"{"dependencies": {"a": "^2"}, "optionalDependencies": {"c": "*"}}"#);
        assert_eq!(stale, "package.json: `a@^2` is not in the lock, `c@*` is not in the lock");
    }

    #[test]
    fn what_an_entry_needs_is_locked_or_a_member() {
        let lock = "# yarn lockfile v1\n\na@^1:\n  version \"1.0.0\"\n  dependencies:\n    \"@s/b\" \"^1\"\n    m \"1\"\n  optionalDependencies:\n    o \"1\"\n";
        let m = ("p/m/package.json", r#"{"name": "m", "version": "1.0.0"}"#);
        let root = ("package.json", r#"{"workspaces": ["p/*"], "dependencies": {"a": "^1"}}"#);
        let says = |lock: &str| told(&[root, m], |project| in_sync(lock, project));
        assert_eq!(says(lock), "package.json: line 6 of the lock needs `@s/b`, which is not locked");
        assert_eq!(says(&format!("{lock}\n\"@s/b@2\":\n  version \"2.0.0\"\n")), "");
    }

    #[test]
    fn members_are_compared_too_and_need_not_be_locked_themselves() {
        let lock = "# yarn lockfile v1\n\na@^1:\n  version \"1.0.0\"\n\n\"l@link:./l\":\n  version \"0.0.0\"\n  uid \"\"\n";
        let root = |rest: &str| format!("{{\"workspaces\": {{\"packages\": [\"p/*\"]}}, \"dependencies\": {{\"m\": \"^1\"}}{rest}}}");
        let says = |rest: &str, range: &str| {
            let m = format!("{{\"name\": \"m\", \"version\": \"1.2.0\", \"dependencies\": {{\"a\": \"{range}\"}}}}");
            let files = [("package.json", &*root(rest)), ("p/m/package.json", &*m), ("x/package.json", r#"{"dependencies": {"z": "1"}}"#)];
            told(&files, |project| in_sync(lock, project))
        };
        assert_eq!(says("", "^1"), "");
        assert_eq!(says("", "^2"), "p/m/package.json: `a@^2` is not in the lock");
        assert_eq!(says(r#", "resolutions": {"a": "1.0.0", "**/a": "1", "b/a": "9"}"#, "^1"), "");
        assert_eq!(says(r#", "resolutions": {"a": "2"}"#, "^1"), "package.json: `resolutions` asks for `a@2`, and the lock has `1.0.0`");
    }
}
