//! What differs between a lock as it was and as it is now.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use serde::Serialize;

use crate::formats::lockfiles::{Lock, Source};

/// The versions that a lock has of each package.
pub(crate) type Packages = BTreeMap<String, BTreeSet<String>>;

/// One package that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Change {
    pub(crate) package: String,
    pub(crate) step: Step,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
}

/// How a package changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Step {
    Added,
    Removed,
    Upgraded,
    Downgraded,
    /// To another version, and nobody can say which of them is the later: a commit, an address.
    Changed,
}

/// The packages of a lock, the project's own aside. What has no version is known by where it comes from.
pub(crate) fn packages(lock: &Lock<'_>) -> Packages {
    let mut packages = Packages::new();
    for package in lock.packages.iter().filter(|package| package.source != Source::Project) {
        let version = match (&package.version, &package.source) {
            (Some(version), _) => version.to_string(),
            (None, Source::Repository(from) | Source::Archive(from) | Source::Path(from) | Source::Registry(Some(from))) => {
                from.to_string()
            }
            (None, Source::Registry(None) | Source::Project) => "no version".to_owned(),
        };
        packages.entry(package.name.to_string()).or_default().insert(version);
    }
    packages
}

/// What became of each package, in the order of their names. Several versions of one package are paired from the lowest.
pub(crate) fn changes(before: &Packages, after: &Packages) -> Vec<Change> {
    let none = BTreeSet::new();
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut changes = Vec::new();
    for name in names {
        let (old, new) = (before.get(name).unwrap_or(&none), after.get(name).unwrap_or(&none));
        let sorted = |versions: &mut Vec<&String>| versions.sort_by(|a, b| order(a, b).unwrap_or_else(|| a.cmp(b)));
        let (mut gone, mut came): (Vec<&String>, Vec<&String>) = (old.difference(new).collect(), new.difference(old).collect());
        sorted(&mut gone);
        sorted(&mut came);
        for at in 0..gone.len().max(came.len()) {
            let (from, to) = (gone.get(at).copied(), came.get(at).copied());
            let step = match (from, to) {
                (None, _) => Step::Added,
                (_, None) => Step::Removed,
                (Some(from), Some(to)) => match order(from, to) {
                    Some(Ordering::Less) => Step::Upgraded,
                    Some(Ordering::Greater) => Step::Downgraded,
                    Some(Ordering::Equal) | None => Step::Changed,
                },
            };
            changes.push(Change { package: name.clone(), step, from: from.cloned(), to: to.cloned() });
        }
    }
    changes
}

/// Which of two versions is the later: as SemVer orders them, else as PEP 440 does, a `v` in front aside. `None`: neither orders both.
fn order(a: &str, b: &str) -> Option<Ordering> {
    let bare = |version: &str| version.strip_prefix('v').unwrap_or(version).to_owned();
    let (a, b) = (bare(a), bare(b));
    let semver = semver::Version::parse(&a).ok().zip(semver::Version::parse(&b).ok()).map(|(a, b)| a.cmp(&b));
    let pep440 = || Some(pep440_rs::Version::from_str(&a).ok()?.cmp(&pep440_rs::Version::from_str(&b).ok()?));
    // Forty digits of hex are no number, even if all of them happen to be digits.
    let is_version = |text: &str| text.len() < 40;
    if is_version(&a) && is_version(&b) { semver.or_else(pep440) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(packages: &[(&str, &str)]) -> Packages {
        let mut all = Packages::new();
        for (name, version) in packages {
            all.entry((*name).to_owned()).or_default().insert((*version).to_owned());
        }
        all
    }

    #[test]
    fn a_package_is_added_removed_upgraded_downgraded_or_changed() {
        let before =
            lock(&[("a", "1.9.0"), ("b", "2.0"), ("c", "1"), ("e", &"1".repeat(40)), ("f", "1.0.0"), ("f", "2.0.0"), ("same", "1")]);
        let after =
            lock(&[("a", "1.10.0"), ("b", "1.9"), ("d", "v1.0.0"), ("e", &"2".repeat(40)), ("f", "2.0.0"), ("f", "1.0.1"), ("same", "1")]);
        let found: Vec<String> = changes(&before, &after)
            .iter()
            .map(|change| format!("{} {:?} {:?}", change.package, change.step, change.to.as_deref().map(|to| &to[..to.len().min(6)])))
            .collect();
        assert_eq!(
            found,
            [
                "a Upgraded Some(\"1.10.0\")",
                "b Downgraded Some(\"1.9\")",
                "c Removed None",
                "d Added Some(\"v1.0.0\")",
                "e Changed Some(\"222222\")",
                "f Upgraded Some(\"1.0.1\")"
            ]
        );
    }
}
