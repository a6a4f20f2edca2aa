//! What of uv's settings a `uv.lock` mirrors: the range of Python, how versions are chosen, for which environments, and what may conflict.

use std::collections::BTreeSet;

use super::super::project::Project;
use super::super::python::normal;
use super::super::python::requirement::{clauses, marker};
use super::super::text::shown;
use super::super::toml::{Document, Node, Table};
use super::sync::Differences;
use super::wants::{differ, entries, lines, sources};

/// The settings that say how versions are chosen: in the manifest, in the lock, and what is meant where nothing stands.
const CHOICES: [(&str, &str, &str); 3] = [
    ("resolution", "resolution-mode", "highest"),
    ("prerelease", "prerelease-mode", "if-necessary-or-explicit"),
    ("fork-strategy", "fork-strategy", "requires-python"),
];

/// Compares what holds for the whole lock. The first manifest is that beside it.
pub(super) fn compare(lock: &Table<'_>, manifests: &[&Table<'_>], project: &Project<'_>, found: &mut Differences) -> Result<(), String> {
    python_range(lock, manifests, found);
    let Some(root) = manifests.first() else { return Ok(()) };
    // A file of its own takes the place of the manifest's table.
    let own = (project.open)("uv.toml").map_err(|why| format!("`uv.toml` {why}"))?;
    let own = own.as_deref().map(Document::read).transpose().map_err(|fault| format!("`uv.toml` is not readable: {fault}"))?;
    let settings = own.as_ref().map(|document| &document.root).or_else(|| root.at(&["tool", "uv"])?.as_table());
    let setting = |key: &str| settings.and_then(|settings| settings.get(key));
    for (key, locked) in [
        ("constraint-dependencies", "constraints"),
        ("override-dependencies", "overrides"),
        ("build-constraint-dependencies", "build-constraints"),
    ] {
        // Older uv did not write them down.
        if locked == "build-constraints" && !is_of(lock, 3) && lock.at(&["manifest", locked]).is_none() {
            continue;
        }
        let asked = lines(setting(key), &sources(root, root))?;
        differ(key, (asked, entries(lock.at(&["manifest", locked]))?), found);
    }
    for (key, written, usual) in CHOICES {
        let asked = setting(key).and_then(Node::as_str).unwrap_or(usual);
        let locked = lock.at(&["options", written]).and_then(Node::as_str).unwrap_or(usual);
        if asked != locked {
            found.sure.push(format!("`{key}` is {}, and {} in the lock", shown(asked), shown(locked)));
        }
    }
    newest(setting("exclude-newer").and_then(Node::as_str), lock.at(&["options", "exclude-newer"]).and_then(Node::as_str), found);
    for (key, written) in [("environments", "supported-markers"), ("required-environments", "required-markers")] {
        markers(key, (setting(key), lock.get(written)), found);
    }
    conflicts(lock, manifests, found);
    Ok(())
}

/// Whether a lock is of that revision of its format or a later one: each wrote down more than the one before.
pub(super) fn is_of(lock: &Table<'_>, revision: i64) -> bool {
    lock.get("revision").and_then(Node::as_integer).is_some_and(|own| own >= revision)
}

/// A moment is written whole in the lock, whatever stands in the manifest.
fn newest(asked: Option<&str>, locked: Option<&str>, found: &mut Differences) {
    match (asked, locked) {
        (None, None) => {}
        (Some(asked), Some(locked)) if asked == locked => {}
        (Some(asked), Some(locked)) if asked.contains('T') && asked.ends_with('Z') && locked.len() == asked.len() => {
            found.sure.push(format!("`exclude-newer` is {}, and {} in the lock", shown(asked), shown(locked)));
        }
        (Some(asked), Some(locked)) => found.unsure(format!("`exclude-newer` is {}, which may be {}", shown(asked), shown(locked))),
        (Some(_), None) => found.sure.push("`exclude-newer` is set, and the lock was made without it".to_owned()),
        (None, Some(_)) => found.sure.push("`exclude-newer` is not set, and the lock was made with it".to_owned()),
    }
}

fn markers(key: &str, (asked, locked): (Option<&Node<'_>>, Option<&Node<'_>>), found: &mut Differences) {
    let list = |node: Option<&Node<'_>>| {
        let items = node.and_then(Node::as_list).unwrap_or_default();
        let texts = items.iter().filter_map(Node::as_str).chain(node.and_then(Node::as_str));
        texts.map(marker).collect::<Vec<_>>()
    };
    let (asked, locked) = (list(asked), list(locked));
    if asked.is_empty() != locked.is_empty() {
        let how = if asked.is_empty() { "not set, and the lock was made with it" } else { "set, and the lock was made without it" };
        found.sure.push(format!("`{key}` is {how}"));
    } else if asked != locked {
        found.unsure(format!("`{key}` is written in other words than in the lock"));
    }
}

/// Sets of extras and groups that exclude one another; the lock has the package beside each.
fn conflicts(lock: &Table<'_>, manifests: &[&Table<'_>], found: &mut Differences) {
    let set = |node: &Node<'_>| {
        let items = node.as_list().unwrap_or_default().iter().filter_map(Node::as_table);
        let word = |table: &Table<'_>| ["extra", "group"].iter().find_map(|key| Some(format!("{key} {}", normal(table.text(key)?))));
        items.map(|table| word(table).unwrap_or_else(|| "a package".to_owned())).collect::<BTreeSet<_>>()
    };
    let sets = |node: Option<&Node<'_>>| node.and_then(Node::as_list).unwrap_or_default().iter().map(set).collect::<Vec<_>>();
    let asked: BTreeSet<_> = manifests.iter().flat_map(|manifest| sets(manifest.at(&["tool", "uv", "conflicts"]))).collect();
    let locked: BTreeSet<_> = sets(lock.get("conflicts")).into_iter().collect();
    if asked != locked {
        found.sure.push("`conflicts` is other than in the lock".to_owned());
    }
}

/// A bound without the zeros at its end, which say nothing.
type Bound = Option<Vec<u64>>;

/// Where ranges of the forms `>=` and `<` meet; none if there is another form.
fn meeting<'t>(ranges: impl IntoIterator<Item = &'t str>) -> Option<(Bound, Bound)> {
    let (mut low, mut high): (Bound, Bound) = (None, None);
    for clause in ranges.into_iter().map(clauses).collect::<Option<Vec<_>>>()?.into_iter().flatten() {
        let number = |text: &str| {
            let mut parts = text.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>()?;
            parts.truncate(parts.iter().rposition(|part| *part > 0).map_or(0, |last| last + 1));
            Some(parts)
        };
        match (clause.strip_prefix(">="), clause.strip_prefix('<')) {
            (Some(from), _) => low = low.max(Some(number(from)?)),
            (None, Some(below)) => {
                let below = number(below)?;
                high = Some(high.map_or(below.clone(), |high| high.min(below)));
            }
            (None, None) => return None,
        }
    }
    Some((low, high))
}

/// The lock holds where the ranges of all members meet.
fn python_range(lock: &Table<'_>, manifests: &[&Table<'_>], found: &mut Differences) {
    let asked: Vec<&str> = manifests.iter().filter_map(|manifest| manifest.at(&["project", "requires-python"])?.as_str()).collect();
    let (Some(locked), Some(first)) = (lock.text("requires-python"), asked.first()) else { return };
    if asked.len() == 1 && clauses(locked) == clauses(first) {
        return;
    }
    let all = asked.join("`, `");
    match (meeting([locked]), meeting(asked.iter().copied())) {
        (Some(locked), Some(asked)) if locked == asked => {}
        (Some(_), Some(_)) => found.sure.push(format!("`requires-python` is {} and {} is locked", shown(&all), shown(locked))),
        // `~=` and `==` are written in other operators by uv.
        _ => found.unsure(format!("`requires-python` is {}, and {} in the lock may say the same", shown(&all), shown(locked))),
    }
}

/// Compares what a project's entry mirrors beside its dependencies.
pub(super) fn of_project(lock: &Table<'_>, (entry, manifest): (&Table<'_>, &Table<'_>), name: &str, found: &mut Differences) {
    let extras = manifest.at(&["project", "optional-dependencies"]).and_then(Node::as_table);
    let asked: BTreeSet<String> = extras.into_iter().flat_map(|table| &table.entries).map(|(extra, _)| normal(extra)).collect();
    let words = |node: Option<&Node<'_>>| {
        node.and_then(Node::as_list).unwrap_or_default().iter().filter_map(Node::as_str).map(normal).collect::<BTreeSet<_>>()
    };
    // Older uv wrote no list of the extras.
    let locked = entry.at(&["metadata", "provides-extras"]);
    if locked.is_some() && words(locked) != asked {
        found.sure.push(format!("the extras of {} are others than are locked", shown(name)));
    }
    let setting = |key| manifest.at(&["tool", "uv", key]);
    let is_new = is_of(lock, 5);
    if is_new && words(setting("default-groups")) != words(entry.get("default-groups")) {
        found.sure.push(format!("the `default-groups` of {} are others than are locked", shown(name)));
    }
    let is_package = setting("package").map_or(manifest.get("build-system").is_some(), Node::is_true);
    let source = entry.table("source");
    let (is_editable, is_virtual) = ["editable", "virtual"].map(|kind| source.is_some_and(|source| source.get(kind).is_some())).into();
    if is_package && is_virtual || !is_package && is_editable && setting("package").is_some() {
        let what = if is_package { "a package" } else { "no package" };
        found.sure.push(format!("{} is {what}, and locked as another", shown(name)));
    }
}
