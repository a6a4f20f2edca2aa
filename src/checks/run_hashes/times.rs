//! When the run was, and how it ended.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{Judging, RUN_AGAIN, rules};
use crate::check::{Met, Place};
use crate::config::TimeLimit;
use crate::digest::is_placeholder;
use crate::run::Recorded;
use crate::shown::{escaped, shown};

impl Judging<'_> {
    pub(super) fn times(&mut self, record: &Recorded) {
        let started = self.time(record, "started_at");
        let finished = self.time(record, "finished_at");
        if let (Some(started), Some(finished)) = (started, finished)
            && finished < started
        {
            self.met(&rules::TIME_REVERSED, "`finished_at` is before `started_at`");
        }
        if let (Some(finished), Some(limit)) = (finished, self.options.max_age) {
            let age = self.cx.now() - finished;
            if TimeDelta::from_std(limit.get()).is_ok_and(|limit| age > limit) {
                let message = format!("the run finished {} ago, `max-age` is {limit}", short(age));
                let met = Met::new(&rules::TOO_OLD, self.here(), message).next(RUN_AGAIN);
                self.outcome.add(met);
            }
        }
        self.end(record);
        let Some(changed) = record.changed_during_run() else {
            return self.met(&rules::FIELD_INVALID, "`changed_during_run` is no list of changes");
        };
        for (what, path) in changed {
            let folder = self.run.data.source.folder().filter(|_| what.starts_with("data"));
            let from_root = |path: &String| folder.map_or_else(|| path.clone(), |folder| format!("{folder}/{path}"));
            let place = path.as_ref().map_or_else(|| self.here(), |path| Place::of(escaped(&from_root(path))));
            let met = Met::new(&rules::CHANGED_DURING_RUN, place, format!("{} while the run was on", shown(&what))).next(RUN_AGAIN);
            self.outcome.add(met);
        }
    }

    /// A recorded time, where it is one and not in the future.
    fn time(&mut self, record: &Recorded, key: &str) -> Option<DateTime<Utc>> {
        let text = record.text(key).filter(|text| !is_placeholder(text))?;
        let Ok(time) = DateTime::parse_from_rfc3339(text) else {
            self.met(&rules::TIME_INVALID, format!("`{key}` is no RFC 3339 time with an offset: `{}`", shown(text)));
            return None;
        };
        let time = time.with_timezone(&Utc);
        let ahead = time - self.cx.now();
        if TimeDelta::from_std(self.options.skew.get()).is_ok_and(|skew| ahead > skew) {
            self.met(&rules::TIME_FUTURE, format!("`{key}` is {} ahead of now", short(ahead)));
        }
        Some(time)
    }

    fn end(&mut self, record: &Recorded) {
        let said = |key: &str| record.value(key).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        let interrupted = said("interrupted_by").map(|signal| format!("interrupted by `{}`", shown(&signal)));
        let exit = record.value("exit_code");
        // Beside an exit code, `signal` is a word of somebody else's.
        let signal = said("signal").filter(|_| exit.is_none()).map(|signal| format!("ended by `{}`", shown(&signal)));
        let code = exit.and_then(Value::as_i64);
        let why = match (interrupted.or(signal), exit, code) {
            (Some(why), _, _) => why,
            (None, None, _) => return self.met(&rules::EXIT_CODE_ABSENT, "does not say how the run ended: `exit_code` is missing"),
            (None, Some(_), Some(0)) => return,
            (None, Some(_), Some(code)) => format!("exit code {code}"),
            (None, Some(_), None) => return self.met(&rules::FIELD_INVALID, "`exit_code` is no whole number"),
        };
        let met = Met::new(&rules::RUN_FAILED, self.here(), format!("the run failed: {why}")).next(RUN_AGAIN);
        self.outcome.add(met);
    }
}

/// `3d 4h`: the two largest units.
pub(super) fn short(span: TimeDelta) -> String {
    let seconds = span.num_seconds().unsigned_abs();
    let text = TimeLimit::from_secs(seconds).to_string();
    text.split(' ').take(2).collect::<Vec<_>>().join(" ")
}
