//! What a lock says, held against what a lock is for.

use super::rules;
use crate::check::{Met, Outcome, Place, Rule};
use crate::formats::lockfiles::{Integrity, Lock, Oddity, Package, Pin, Source, TOLD, Untold, is_of_one_machine};
use crate::shown::{counted, escaped, shown};

/// Judges what stands in `path`, which `subject` includes or is.
pub(super) fn judge(subject: &str, path: &str, lock: &Lock<'_>, outcome: &mut Outcome) {
    let mut said = Said::default();
    for package in &lock.packages {
        of_package(package, &mut said);
    }
    for remark in lock.remarks.iter() {
        said.say(rule_of(remark.what), remark.line, || remark.says.clone());
    }
    for Untold { what, line, count } in lock.remarks.untold() {
        said.more(rule_of(what), line, count);
    }
    let place = |line: usize| Place::at(escaped(path), line);
    for rule in rules::ALL {
        let Some(OfRule { told, more, .. }) = said.0.iter_mut().find(|said| said.rule.id == rule.id) else { continue };
        told.drain(..).for_each(|(line, message)| outcome.add(Met::new(rule, place(line), message).subject(subject)));
        if let Some((line, count)) = *more {
            let message = format!("and {} of this sort", counted(count, "entry more", "entries more"));
            outcome.add(Met::new(rule, place(line), message).subject(subject));
        }
    }
}

/// What is said by one rule: so many entries in words, and the line of the first of those that are only counted.
struct OfRule {
    rule: &'static Rule,
    told: Vec<(usize, String)>,
    more: Option<(usize, usize)>,
}

/// What is said of a lock. Of a hundred thousand packages most are told nothing of, or are only counted.
#[derive(Default)]
struct Said(Vec<OfRule>);

impl Said {
    fn say(&mut self, rule: &'static Rule, line: usize, says: impl FnOnce() -> String) {
        let said = self.of(rule);
        match said.told.len() {
            ..TOLD => said.told.push((line, says())),
            _ => said.more.get_or_insert((line, 0)).1 += 1,
        }
    }

    fn more(&mut self, rule: &'static Rule, line: usize, count: usize) {
        self.of(rule).more.get_or_insert((line, 0)).1 += count;
    }

    fn of(&mut self, rule: &'static Rule) -> &mut OfRule {
        let known = self.0.iter().position(|said| said.rule.id == rule.id);
        let at = known.unwrap_or(self.0.len());
        if known.is_none() {
            self.0.push(OfRule { rule, told: Vec::new(), more: None });
        }
        &mut self.0[at]
    }
}

fn of_package(package: &Package<'_>, said: &mut Said) {
    let name = || match &package.version {
        Some(version) => format!("`{} {}`", shown(&package.name), shown(version)),
        None => format!("`{}`", shown(&package.name)),
    };
    match (&package.source, &package.pin) {
        // A registry can be a folder of somebody's disk too.
        (Source::Path(path) | Source::Registry(Some(path)) | Source::Archive(path) | Source::Repository(path), _)
            if is_of_one_machine(path) =>
        {
            said.say(&rules::LOCAL_SOURCE, package.line, || format!("{} comes from `{}`", name(), shown(path)));
        }
        (_, Pin::Loose(why)) => said.say(&rules::NOT_PINNED, package.line, || format!("{} is not pinned: {why}", name())),
        (_, Pin::Exact) => {}
    }
    // What is not pinned has no bytes that a digest could be of.
    match &package.integrity {
        Integrity::Missing if package.pin == Pin::Exact => {
            said.say(&rules::NO_INTEGRITY, package.line, || format!("{} has no digest", name()));
        }
        Integrity::Digests(digests) if !digests.are_strong() => {
            said.say(&rules::WEAK_INTEGRITY, package.line, || format!("{} has only {digests}", name()));
        }
        Integrity::Missing | Integrity::Digests(_) | Integrity::NotAsked => {}
    }
}

fn rule_of(what: Oddity) -> &'static Rule {
    match what {
        Oddity::Contradiction => &rules::CONTRADICTION,
        Oddity::Duplicate => &rules::DUPLICATE,
        Oddity::InsecureIndex => &rules::INSECURE_INDEX,
        Oddity::Credentials => &rules::CREDENTIALS,
        Oddity::BadDigest => &rules::BAD_DIGEST,
        Oddity::Unread | Oddity::Unlocked => &rules::MALFORMED,
        Oddity::LocalSource => &rules::LOCAL_SOURCE,
        Oddity::MixedHashes => &rules::MIXED_HASHES,
        Oddity::UnusedPatch => &rules::UNUSED_PATCH,
    }
}
