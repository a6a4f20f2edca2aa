//! The report as a document: is it there, can it be read, is it of this commit, these options and these files.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Configured, rules};
use crate::check::{Met, Outcome, Place, Rule};
use crate::config::TimeLimit;
use crate::probes::kill_flag::{FileSum, NotAReport, Report, Terms, file_at, files_of, time};
use crate::run::redacted;
use crate::shown::{escaped, shell_line, shell_word, shown};
use crate::world::{Commit, Cx, HistoryError, LookError};

/// How far ahead of now a report may be: clocks differ.
const SKEW: TimeDelta = TimeDelta::minutes(5);

/// One judgement on its way.
pub(super) struct Judging<'a> {
    cx: Cx<'a>,
    asked: &'a Configured,
    outcome: Outcome,
    /// What is so when all is well, in a few words each.
    pub(super) says: Vec<String>,
}

impl<'a> Judging<'a> {
    pub(super) fn new(cx: Cx<'a>, asked: &'a Configured) -> Self {
        Self { cx, asked, outcome: Outcome::new("trial", "trials"), says: Vec::new() }
    }

    pub(super) fn outcome(self) -> Outcome {
        Outcome { says: self.says, ..self.outcome }
    }

    /// The place of the report.
    pub(super) fn here(&self) -> Place {
        Place::of(escaped(self.asked.settings.report.as_str()))
    }

    pub(super) fn met(&mut self, rule: &'static Rule, message: impl Into<String>) {
        let met = Met::new(rule, self.here(), message);
        self.outcome.add(met);
    }

    pub(super) fn add(&mut self, met: Met) {
        self.outcome.add(met);
    }

    /// A rule whose next step is another probe.
    pub(super) fn again(&self, rule: &'static Rule, message: impl Into<String>) -> Met {
        Met::new(rule, self.here(), message).next(self.asked.probe.clone())
    }

    /// The probe with the seed that makes the same moments again.
    pub(super) fn same_moments(&self, report: &Report) -> String {
        format!("{} --seed {}", self.asked.probe, report.seed)
    }

    pub(super) fn tracked(&mut self) {
        let path = &self.asked.settings.report;
        match self.cx.history().tracked() {
            Ok(tracked) if tracked.get(path.as_str()).is_some() => {
                let next = format!("git rm --cached {}", shell_word(path.as_str()));
                self.outcome.add(Met::new(&rules::REPORT_TRACKED, self.here(), "is tracked by git").next(next));
            }
            Ok(_) => {}
            Err(error) => self.no_history(&error),
        }
    }

    fn no_history(&mut self, error: &HistoryError) {
        let mut met = Met::new(&rules::NO_HISTORY, Place::of("."), format!("git cannot say what is promoted: {error}"));
        met.next = error.next().map(str::to_owned);
        self.outcome.add(met);
    }

    /// Reads the report.
    pub(super) fn report(&mut self) -> Option<Report> {
        let mut bytes = Vec::new();
        let read = self.cx.evidence().read(&self.asked.settings.report, Report::LIMIT, &mut bytes);
        let met = match read.map(|()| std::str::from_utf8(&bytes).map(Report::read)) {
            Err(LookError::NotFound) => self.again(&rules::NO_REPORT, "nobody measured whether the runner stops: there is no report"),
            Err(error) => Met::new(&rules::UNREADABLE, self.here(), format!("cannot be read: {error}")),
            Ok(Err(_)) => Met::new(&rules::UNREADABLE, self.here(), "is not UTF-8 text"),
            Ok(Ok(Err(not))) => self.not_a_report(&not),
            Ok(Ok(Ok(report))) => {
                self.outcome.examined.count += report.trials.len();
                return Some(report);
            }
        };
        self.outcome.add(met);
        None
    }

    fn not_a_report(&self, not: &NotAReport) -> Met {
        match not {
            NotAReport::NotJson(fault) => {
                let met = self.again(&rules::MALFORMED, format!("is no strict JSON: {}", shown(&fault.message)));
                Met { place: Place::at(met.place.path.clone(), fault.line), ..met }
            }
            NotAReport::Malformed(why) => self.again(&rules::MALFORMED, format!("is no report of a probe: {}", shown(why))),
            NotAReport::OtherTool(None) => self.again(&rules::OTHER_SCHEMA, "has no `schema`: another tool wrote it"),
            NotAReport::OtherTool(Some(schema)) => self.again(&rules::OTHER_SCHEMA, format!("is in the schema `{}`", shown(schema))),
            NotAReport::Newer(schema) => {
                Met::new(&rules::OTHER_SCHEMA, self.here(), format!("is in the schema `{}`, which a newer gate reads", shown(schema)))
            }
            NotAReport::Edited => self.again(&rules::EDITED, "was edited: its seal is not that of its text"),
        }
    }

    /// Which commit was measured.
    pub(super) fn commit(&mut self, report: &Report) {
        match report.dirty {
            Some(true) => {
                let met = Met::new(&rules::DIRTY, self.here(), "the tree had changes that no commit has when the probe began");
                self.outcome.add(met.next("git status"));
            }
            Some(false) => {}
            None => self.met(&rules::COMMIT_ABSENT, "does not say whether the tree was dirty"),
        }
        match self.cx.history().head() {
            Ok(head) => self.of_commit(report, &head),
            Err(error) => self.no_history(&error),
        }
    }

    fn of_commit(&mut self, report: &Report, head: &Commit) {
        let same = |id: &Option<String>, other: &str| id.as_ref().map(|id| id.eq_ignore_ascii_case(other));
        match (same(&report.git_commit, &head.id), same(&report.git_tree, &head.tree)) {
            (Some(true), Some(true) | None) => self.says.push("probe of this commit".to_owned()),
            (Some(true), Some(false)) => self.met(&rules::MALFORMED, "`git_tree` is not the tree of `git_commit`"),
            (Some(false), Some(true)) => {
                self.says.push("probe of this tree".to_owned());
                let other = report.git_commit.as_deref().map_or_else(String::new, shown);
                self.met(&rules::SAME_TREE, format!("the probe was of commit {other}, which has the same tree"));
            }
            (Some(false), Some(false) | None) | (None, Some(false)) => {
                let met = self.again(&rules::OTHER_COMMIT, "the probe was of another commit with another tree");
                let actual = report.git_commit.as_deref().map_or_else(|| "not said".to_owned(), shown);
                self.outcome.add(met.expected(head.id.clone()).actual(actual));
            }
            (None, Some(true) | None) => self.met(&rules::COMMIT_ABSENT, "does not say which commit was measured"),
        }
    }

    pub(super) fn times(&mut self, report: &Report) {
        let times = [("started_at", &report.started_at), ("finished_at", &report.finished_at)].map(|(key, text)| self.time(key, text));
        let [Some(started), Some(finished)] = times else { return };
        if finished < started {
            self.met(&rules::MALFORMED, "`finished_at` is before `started_at`");
        }
        let ahead = finished - self.cx.now();
        if ahead > SKEW {
            self.met(&rules::FUTURE, format!("`finished_at` is {} ahead of now", short(ahead)));
        }
        let age = self.cx.now() - finished;
        if let Some(limit) = self.asked.max_age()
            && TimeDelta::from_std(limit.get()).is_ok_and(|limit| age > limit)
        {
            let met = self.again(&rules::TOO_OLD, format!("the probe finished {} ago, `max-age` is {limit}", short(age)));
            self.outcome.add(met);
        }
    }

    fn time(&mut self, key: &str, text: &str) -> Option<DateTime<Utc>> {
        let time = DateTime::parse_from_rfc3339(text).ok().map(|time| time.with_timezone(&Utc));
        if time.is_none() {
            self.met(&rules::MALFORMED, format!("`{key}` is no RFC 3339 time with an offset: `{}`", shown(text)));
        }
        time
    }

    /// Whether the runner and the promise are those that are configured.
    pub(super) fn terms(&mut self, report: &Report) {
        let settings = &self.asked.settings;
        let command = redacted(&settings.command);
        if report.command != command {
            let met = self.again(&rules::OTHER_COMMAND, "the probe was of another command");
            self.outcome.add(met.expected(shown(&shell_line(&command))).actual(shown(&shell_line(&report.command))));
        }
        let (asked, had) = (Terms::of(settings), &report.options);
        if had.trials < asked.trials {
            let met = self.again(&rules::FEWER_TRIALS, format!("the probe tried {} moments, {} are asked for", had.trials, asked.trials));
            self.outcome.add(met);
        }
        for (key, expected, actual) in differences(&asked, had) {
            let met = self.again(&rules::OTHER_OPTIONS, format!("the probe had another `{key}`"));
            self.outcome.add(met.expected(shown(&expected)).actual(shown(&actual)));
        }
    }

    /// Whether the files that the command names are those that were measured.
    pub(super) fn files(&mut self, report: &Report) {
        let settings = &self.asked.settings;
        if report.command != redacted(&settings.command) || report.options.cwd != settings.cwd.to_string() {
            return;
        }
        let mut now = files_of(self.cx.tree(), &settings.command, &settings.cwd);
        // A word that is an absolute path was a file below the root where the probe was; here it is known by that file.
        for path in report.files.keys().filter(|path| !now.contains_key(*path)).cloned().collect::<Vec<_>>() {
            now.extend(file_at(self.cx.tree(), &path).map(|sum| (path, sum)));
        }
        let mut paths: Vec<&String> = now.keys().chain(report.files.keys()).collect();
        paths.sort();
        paths.dedup();
        for path in paths {
            let place = Place::of(escaped(path));
            let changed = |message: &str| Met::new(&rules::FILES_CHANGED, place.clone(), message).next(self.asked.probe.clone());
            let met = match (report.files.get(path), now.get(path)) {
                (Some(FileSum::Unread(why)), _) => {
                    Met::new(&rules::FILE_UNREAD, place, format!("was not read when the probe began: {}", shown(why)))
                }
                (_, Some(FileSum::Unread(why))) => Met::new(&rules::FILE_UNREAD, place, format!("cannot be read: {}", shown(why))),
                (Some(FileSum::Sha256(then)), Some(FileSum::Sha256(now))) if then == now => continue,
                (Some(FileSum::Sha256(then)), Some(FileSum::Sha256(now))) => {
                    changed("is not the file that was measured").expected(shown(then)).actual(now.clone())
                }
                (Some(FileSum::Sha256(_)), None) => changed("was measured, and is not there"),
                (None, Some(FileSum::Sha256(_)) | None) => changed("is a file of the command, and was none when the probe began"),
            };
            self.outcome.add(met);
        }
    }
}

/// The options in which a report is not as asked, or laxer: key, what is asked, what it had.
fn differences(asked: &Terms, had: &Terms) -> Vec<(&'static str, String, String)> {
    let micros = |micros: u64| time(std::time::Duration::from_micros(micros));
    let optional = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    let codes = |codes: &[i32]| codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let env = |terms: &Terms| if terms.env.is_empty() { "none".to_owned() } else { terms.env.join(", ") };
    let lax_exit = had.exit_codes.iter().any(|code| !asked.exit_codes.contains(code));
    let all = [
        (asked.flag != had.flag, "flag", asked.flag.clone(), had.flag.clone()),
        (asked.tick_us != had.tick_us, "tick", micros(asked.tick_us), micros(had.tick_us)),
        (had.grace_us > asked.grace_us, "grace", micros(asked.grace_us), micros(had.grace_us)),
        (lax_exit, "exit-codes", codes(&asked.exit_codes), codes(&had.exit_codes)),
        (asked.heartbeat.is_some() && asked.heartbeat != had.heartbeat, "heartbeat", optional(&asked.heartbeat), optional(&had.heartbeat)),
        (asked.cwd != had.cwd, "cwd", asked.cwd.clone(), had.cwd.clone()),
        (asked.env != had.env || asked.env_digest != had.env_digest, "set-env", env(asked), env(had)),
        // Side by side in copies is another way to run than alone in the project.
        (asked.parallel == 1 && had.parallel > 1, "parallel", asked.parallel.to_string(), had.parallel.to_string()),
        (had.startup_us > asked.startup_us, "startup-timeout", micros(asked.startup_us), micros(had.startup_us)),
    ];
    all.into_iter().filter(|(differs, ..)| *differs).map(|(_, key, asked, had)| (key, asked, had)).collect()
}

/// `3d 4h`: the two largest units.
fn short(span: TimeDelta) -> String {
    let text = TimeLimit::from_secs(span.num_seconds().unsigned_abs()).to_string();
    text.split(' ').take(2).collect::<Vec<_>>().join(" ")
}
