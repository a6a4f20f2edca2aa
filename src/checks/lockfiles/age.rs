//! How old locks are: the time of the commit that last changed each, by one pass over the log.

use chrono::{DateTime, TimeDelta, Utc};

use super::search::Found;
use super::{AsOf, Lockfiles, rules};
use crate::check::{Met, Outcome, Place, Rule};
use crate::config::TimeLimit;
use crate::shown::{counted, escaped, shell_word, shown};
use crate::world::{Change, Cx, HistoryError, RelPath};

/// What helps where the history is not here.
pub(super) const FETCH: &str = "git fetch --unshallow";

impl Lockfiles {
    /// Judges the age of every lockfile that was found, and which of the manifests that nobody can compare with their locks changed after them.
    pub(super) fn ages(&self, cx: &Cx<'_>, (found, undecided): (&[Found<'_>], &[(&str, String)]), outcome: &mut Outcome) {
        let paths: Vec<RelPath> = found.iter().filter_map(|found| RelPath::parse(found.path).ok()).collect();
        if paths.is_empty() {
            return;
        }
        let manifests = undecided.iter().filter_map(|(_, manifest)| RelPath::parse(manifest).ok());
        let asked: Vec<RelPath> = paths.iter().cloned().chain(manifests).collect();
        let changes = match cx.history().last_changes(&asked) {
            Ok(changes) => changes,
            Err(error) => return self.unknown(Place::of("."), (error.to_string(), error.next()), outcome),
        };
        let as_of = match self.as_of(cx) {
            Ok(as_of) => as_of,
            Err(error) => {
                return self.unknown(Place::of("."), (format!("the time of the commit is not known: {error}"), error.next()), outcome);
            }
        };
        for path in paths {
            let place = Place::of(escaped(path.as_str()));
            match changes.get(&path) {
                Some(Change::At { time, .. }) => self.judge_age((as_of, *time), &path, outcome),
                Some(Change::BeyondShallow) => {
                    let message = "its last change lies before the history that this shallow clone has".to_owned();
                    self.unknown(place, (message, Some(FETCH)), outcome);
                }
                Some(Change::Never) | None => self.unknown(place, ("no commit has it yet".to_owned(), Some("git commit")), outcome),
            }
        }
        let time = |path: &str| match RelPath::parse(path).ok().and_then(|path| changes.get(&path)) {
            Some(Change::At { time, .. }) => Some(*time),
            Some(Change::BeyondShallow | Change::Never) | None => None,
        };
        for (lock, manifest) in undecided {
            if let (Some(locked), Some(changed)) = (time(lock), time(manifest))
                && changed > locked
            {
                let message = format!("`{}` changed on {}, after it (on {})", shown(manifest), day(changed), day(locked));
                outcome.add(Met::new(&rules::MANIFEST_NEWER, Place::of(escaped(lock)), message));
            }
        }
    }

    fn judge_age(&self, (as_of, changed): (DateTime<Utc>, DateTime<Utc>), path: &RelPath, outcome: &mut Outcome) {
        let place = Place::of(escaped(path.as_str()));
        let refresh = format!("gate lock refresh {}", shell_word(path.as_str()));
        let over = |limit: TimeLimit| is_over(as_of - changed, limit);
        if let Some(limit) = self.max_age.filter(|limit| over(*limit)) {
            let message = format!("{}, `max-age` is {limit}", locked(as_of, changed));
            outcome.add(Met::new(&rules::TOO_OLD, place, message).next(refresh));
        } else if over(self.audit_after) {
            outcome.add(Met::new(&rules::OLD, place, audit_line((as_of, changed), self.audit_after)).next(refresh));
        }
    }

    fn unknown(&self, place: Place, (message, next): (String, Option<&str>), outcome: &mut Outcome) {
        let rule: &'static Rule = if self.max_age.is_some() { &rules::AGE_UNKNOWN } else { &rules::AUDIT_UNKNOWN };
        let mut met = Met::new(rule, place, format!("its age is unknown: {message}"));
        met.next = next.map(str::to_owned);
        outcome.add(met);
    }

    /// The moment that ages are counted to.
    pub(super) fn as_of(&self, cx: &Cx<'_>) -> Result<DateTime<Utc>, HistoryError> {
        match self.as_of {
            AsOf::Now => Ok(cx.now()),
            AsOf::Commit => cx.history().head_time(),
        }
    }
}

/// Whether a lock of this age is older than `limit`: to the second, and one of exactly that age is not.
pub(super) fn is_over(age: TimeDelta, limit: TimeLimit) -> bool {
    TimeDelta::from_std(limit.get()).is_ok_and(|limit| age > limit)
}

/// What is to be written into a list of things to do about an old lock.
pub(super) fn audit_line((as_of, changed): (DateTime<Utc>, DateTime<Utc>), limit: TimeLimit) -> String {
    format!("{}, audit after {limit}", locked(as_of, changed))
}

fn locked(as_of: DateTime<Utc>, changed: DateTime<Utc>) -> String {
    let days = (as_of - changed).num_days();
    format!("locked {} ago ({})", counted(usize::try_from(days).unwrap_or_default(), "day", "days"), day(changed))
}

fn day(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d").to_string()
}
