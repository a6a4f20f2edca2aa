//! How old locks are: the time of the commit that last changed each, by one pass over the log.

use chrono::{DateTime, TimeDelta, Utc};

use super::search::Found;
use super::{AsOf, Lockfiles, rules};
use crate::check::{Met, Outcome, Place, Rule};
use crate::config::TimeLimit;
use crate::shown::escaped;
use crate::world::{Change, Cx, HistoryError, RelPath};

/// What helps where the history is not here.
const FETCH: &str = "git fetch --unshallow";

impl Lockfiles {
    /// Judges the age of every lockfile that was found.
    pub(super) fn ages(&self, cx: &Cx<'_>, found: &[Found<'_>], outcome: &mut Outcome) {
        let paths: Vec<RelPath> = found.iter().filter_map(|found| RelPath::parse(found.path).ok()).collect();
        if paths.is_empty() {
            return;
        }
        let changes = match cx.history().last_changes(&paths) {
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
                Some(Change::At { time, .. }) => self.judge_age(as_of - *time, place, outcome),
                Some(Change::BeyondShallow) => {
                    let message = "its last change lies before the history that this shallow clone has".to_owned();
                    self.unknown(place, (message, Some(FETCH)), outcome);
                }
                Some(Change::Never) | None => self.unknown(place, ("no commit has it yet".to_owned(), Some("git commit")), outcome),
            }
        }
    }

    fn judge_age(&self, age: TimeDelta, place: Place, outcome: &mut Outcome) {
        let is_over = |limit: TimeLimit| TimeDelta::from_std(limit.get()).is_ok_and(|limit| age > limit);
        let days = age.num_days();
        if let Some(limit) = self.max_age.filter(|limit| is_over(*limit)) {
            let message = format!("locked {days} days ago, `max-age` is {limit}");
            outcome.add(Met::new(&rules::TOO_OLD, place, message));
        } else if is_over(self.audit_after) {
            let message = format!("locked {days} days ago, audit after {}", self.audit_after);
            outcome.add(Met::new(&rules::OLD, place, message));
        }
    }

    fn unknown(&self, place: Place, (message, next): (String, Option<&str>), outcome: &mut Outcome) {
        let rule: &'static Rule = if self.max_age.is_some() { &rules::AGE_UNKNOWN } else { &rules::AUDIT_UNKNOWN };
        let mut met = Met::new(rule, place, format!("its age is unknown: {message}"));
        met.next = next.map(str::to_owned);
        outcome.add(met);
    }

    fn as_of(&self, cx: &Cx<'_>) -> Result<DateTime<Utc>, HistoryError> {
        match self.as_of {
            AsOf::Now => Ok(cx.now()),
            AsOf::Commit => cx.history().head_time(),
        }
    }
}
