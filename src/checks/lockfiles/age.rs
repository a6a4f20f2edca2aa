//! How old locks are: since the moment that one names itself, else since the commit that last changed it, by one pass over the log for all.

use chrono::{DateTime, TimeDelta, Utc};

use super::{AsOf, Lockfiles, rules};
use crate::check::{Met, Outcome, Place, Rule};
use crate::config::TimeLimit;
use crate::formats::lockfiles::Stamp;
use crate::shown::{counted, escaped, shell_word, shown};
use crate::world::{Change, Cx, HistoryError, RelPath};

/// What helps where the history is not here.
pub(super) const FETCH: &str = "git fetch --unshallow";

/// What was learnt of a lockfile that its age is judged by.
pub(super) struct Looked<'l> {
    pub(super) path: &'l str,
    pub(super) stamp: Option<Stamp>,
    /// The manifests that nobody can compare with it.
    pub(super) undecided: Vec<String>,
}

/// How far the clock of whoever made a commit may go before ours.
const SKEW: TimeDelta = TimeDelta::days(1);

/// Since when a lock is as it is.
pub(super) enum Since {
    /// Since then: the commit that last changed it, or the moment it names itself.
    Known(DateTime<Utc>),
    /// Since then or later: that is when the newest of what it holds was published.
    NotBefore(DateTime<Utc>),
    /// Why nobody can say, and what helps.
    Unknown(&'static str, Option<&'static str>),
}

/// The moment that a lock names itself goes before the commit, which may be of a mere move. One that has not come yet, or that is later than the
/// commit, says nothing.
pub(super) fn since(stamp: Option<Stamp>, change: Option<&Change>, as_of: DateTime<Utc>) -> Since {
    match (stamp, change) {
        (Some(Stamp::Made(made)), Some(Change::At { time, .. })) if made <= *time && made <= as_of => Since::Known(made),
        (Some(Stamp::Made(made)), Some(Change::BeyondShallow | Change::Never) | None) if made <= as_of => Since::Known(made),
        (_, Some(Change::At { time, .. })) if *time <= as_of + SKEW => Since::Known(*time.min(&as_of)),
        (_, Some(Change::At { .. })) => Since::Unknown("the commit that last changed it is dated in the future", None),
        (Some(Stamp::NotBefore(time)), _) if time <= as_of => Since::NotBefore(time),
        (_, Some(Change::BeyondShallow)) => {
            Since::Unknown("its last change lies before the history that this shallow clone has", Some(FETCH))
        }
        (_, Some(Change::Never) | None) => Since::Unknown("no commit has it yet", Some("git commit")),
    }
}

impl Lockfiles {
    /// Judges the age of every lockfile, and which of the manifests that nobody can compare with their locks changed after them.
    pub(super) fn ages(&self, cx: &Cx<'_>, looked: &[Looked<'_>], outcome: &mut Outcome) {
        let manifests = looked.iter().flat_map(|looked| looked.undecided.iter().map(String::as_str));
        let asked: Vec<RelPath> =
            looked.iter().map(|looked| looked.path).chain(manifests).filter_map(|path| RelPath::parse(path).ok()).collect();
        if asked.is_empty() {
            return;
        }
        let changes = cx.history().last_changes(&asked);
        let as_of = match self.as_of(cx) {
            Ok(as_of) => as_of,
            Err(error) => {
                return self.unknown(Place::of("."), (&format!("the time of the commit is not known: {error}"), error.next()), outcome);
            }
        };
        let change = |path: &str| RelPath::parse(path).ok().and_then(|path| changes.as_ref().ok()?.get(&path));
        let judged: Vec<(&str, Since)> = looked.iter().map(|lock| (lock.path, since(lock.stamp, change(lock.path), as_of))).collect();
        let is_unknown = |since: &Since| matches!(since, Since::Unknown(..));
        // What keeps git from answering is told once.
        if let (Err(error), true) = (&changes, judged.iter().any(|(_, since)| is_unknown(since))) {
            self.unknown(Place::of("."), (&error.to_string(), error.next()), outcome);
        }
        for (path, since) in judged.into_iter().filter(|(_, since)| changes.is_ok() || !is_unknown(since)) {
            self.judge_age(path, (since, as_of), outcome);
        }
        for lock in looked {
            for manifest in &lock.undecided {
                if let (Some(Change::At { time: locked, .. }), Some(Change::At { time: changed, .. })) =
                    (change(lock.path), change(manifest))
                    && changed > locked
                {
                    let message = format!("`{}` changed on {}, after it (on {})", shown(manifest), day(*changed), day(*locked));
                    outcome.add(Met::new(&rules::MANIFEST_NEWER, Place::of(escaped(lock.path)), message));
                }
            }
        }
    }

    fn judge_age(&self, path: &str, (since, as_of): (Since, DateTime<Utc>), outcome: &mut Outcome) {
        let place = Place::of(escaped(path));
        let refresh = format!("gate lock refresh {}", shell_word(path));
        let changed = match since {
            Since::Known(changed) => changed,
            Since::NotBefore(time) => return self.judge_youngest(path, (time, as_of), outcome),
            Since::Unknown(why, next) => return self.unknown(place, (why, next), outcome),
        };
        let over = |limit: TimeLimit| is_over(as_of - changed, limit);
        if let Some(limit) = self.max_age.filter(|limit| over(*limit)) {
            let message = format!("{}, `max-age` is {limit}", locked(as_of, changed));
            outcome.add(Met::new(&rules::TOO_OLD, place, message).next(refresh));
        } else if over(self.audit_after) {
            outcome.add(Met::new(&rules::OLD, place, audit_line((as_of, changed), self.audit_after)).next(refresh));
        }
    }

    /// Younger than a limit is an answer; older is none, for the lock may have been made yesterday.
    fn judge_youngest(&self, path: &str, (time, as_of): (DateTime<Utc>, DateTime<Utc>), outcome: &mut Outcome) {
        let over = |limit: TimeLimit| is_over(as_of - time, limit);
        let rule = match (self.max_age.is_some_and(over), over(self.audit_after)) {
            (true, _) => &rules::AGE_UNKNOWN,
            (false, true) => &rules::AUDIT_UNKNOWN,
            (false, false) => return,
        };
        let message = format!("its age is unknown: it was made on {} or later, and no commit here says when", day(time));
        outcome.add(Met::new(rule, Place::of(escaped(path)), message).next(FETCH));
    }

    fn unknown(&self, place: Place, (why, next): (&str, Option<&str>), outcome: &mut Outcome) {
        let rule: &'static Rule = if self.max_age.is_some() { &rules::AGE_UNKNOWN } else { &rules::AUDIT_UNKNOWN };
        let mut met = Met::new(rule, place, format!("its age is unknown: {why}"));
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
