//! What a lock says, held against what a lock is for.

use super::rules;
use crate::check::{Met, Outcome, Place, Rule};
use crate::formats::lockfiles::{Integrity, Lock, Oddity, Package, Pin, Source};
use crate::shown::{counted, escaped, shown};

/// How many entries of one rule are told one by one.
const TOLD: usize = 20;

/// Algorithms that nobody has found two files for.
const STRONG: [&str; 5] = ["sha224", "sha256", "sha384", "sha512", "blake3"];

/// Judges what stands in `path`, which `subject` includes or is.
pub(super) fn judge(subject: &str, path: &str, lock: &Lock, outcome: &mut Outcome) {
    let mut met: Vec<Met> = Vec::new();
    let at = |line: usize| Place::at(escaped(path), line);
    for package in &lock.packages {
        met.extend(of_package(package).into_iter().map(|(rule, message)| Met::new(rule, at(package.line), message)));
    }
    for remark in &lock.remarks {
        met.push(Met::new(rule_of(remark.what), at(remark.line), remark.says.clone()));
    }
    for rule in rules::ALL {
        let of_rule: Vec<Met> = met.extract_if(.., |met| met.rule.id == rule.id).collect();
        let more = of_rule.get(TOLD).map(|first| (first.place.clone(), of_rule.len() - TOLD));
        of_rule.into_iter().take(TOLD).for_each(|met| outcome.add(met.subject(subject)));
        if let Some((place, count)) = more {
            let message = format!("and {} of this sort", counted(count, "entry more", "entries more"));
            outcome.add(Met::new(rule, place, message).subject(subject));
        }
        if met.is_empty() {
            break;
        }
    }
}

fn of_package(package: &Package) -> Vec<(&'static Rule, String)> {
    // Most of a hundred thousand packages are told nothing of.
    let name = || match &package.version {
        Some(version) => format!("`{} {}`", shown(&package.name), shown(version)),
        None => format!("`{}`", shown(&package.name)),
    };
    let mut met = Vec::new();
    match (&package.source, &package.pin) {
        // A registry can be a folder of somebody's disk too.
        (Source::Path(path) | Source::Registry(Some(path)) | Source::Archive(path), _) if is_of_one_machine(path) => {
            met.push((&rules::LOCAL_SOURCE, format!("{} comes from `{}`", name(), shown(path))));
        }
        (_, Pin::Loose(why)) => met.push((&rules::NOT_PINNED, format!("{} is not pinned: {why}", name()))),
        (_, Pin::Exact) => {}
    }
    // What is not pinned has no bytes that a digest could be of.
    match &package.integrity {
        Integrity::Missing if package.pin == Pin::Exact => met.push((&rules::NO_INTEGRITY, format!("{} has no digest", name()))),
        Integrity::Digests(digests) if !digests.iter().any(|digest| STRONG.contains(&digest.as_str())) => {
            met.push((&rules::WEAK_INTEGRITY, format!("{} has only {}", name(), digests.join(", "))));
        }
        Integrity::Missing | Integrity::Digests(_) | Integrity::NotAsked => {}
    }
    met
}

/// Whether a path means something on one machine only.
fn is_of_one_machine(path: &str) -> bool {
    let bytes = path.as_bytes();
    let has_drive = bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'/' | b'\\');
    path.starts_with(['/', '~', '\\']) || path.starts_with("file:/") || has_drive
}

fn rule_of(what: Oddity) -> &'static Rule {
    match what {
        Oddity::Contradiction => &rules::CONTRADICTION,
        Oddity::Duplicate => &rules::DUPLICATE,
        Oddity::InsecureIndex => &rules::INSECURE_INDEX,
        Oddity::Credentials => &rules::CREDENTIALS,
        Oddity::BadDigest => &rules::BAD_DIGEST,
        Oddity::Unread => &rules::MALFORMED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_one_machine_is_told_from_one_of_the_project() {
        for path in ["/home/me/x", "file:///x", "~/x", "C:\\x", "file:/x", "d:/x"] {
            assert!(is_of_one_machine(path), "{path}");
        }
        for path in ["https://npm.example/x", "./x", "../x", "x", "file:../x", "packages/a"] {
            assert!(!is_of_one_machine(path), "{path}");
        }
    }
}
