//! Which commit ran, and whether its tree was clean.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::times::short;
use super::{Judging, RUN_AGAIN, rules};
use crate::check::Met;
use crate::config::TreeGlobs;
use crate::run::Recorded;
use crate::shown::shown;
use crate::world::{Change, Commit, HistoryError, RelPath};

/// How many paths one question to git names.
const ASKED: usize = 1000;

/// What a record says of the commit that would be promoted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    This,
    SameTree,
    Other,
    NotSaid,
    /// The tree is not that of the commit.
    Contradiction,
}

impl Judging<'_> {
    pub(super) fn commit(&mut self, record: &Recorded) {
        self.dirt(record);
        let head = match self.cx.history().head() {
            Ok(head) => head,
            Err(error) => return self.no_history(&error),
        };
        match of(record, &head) {
            Of::This => self.says.push("run of this commit".to_owned()),
            Of::Contradiction => self.met(&rules::FIELD_INVALID, "`git_tree` is not the tree of `git_commit`"),
            Of::SameTree => {
                self.says.push("run of this tree".to_owned());
                let other = record.text("git_commit").map_or("a commit that is not named".to_owned(), |id| format!("commit {}", shown(id)));
                self.met(&rules::SAME_TREE, format!("the run was of {other}, which has the same tree"));
            }
            Of::Other => {
                let ran = record.text("git_commit").unwrap_or_default().to_owned();
                let met = Met::new(&rules::OTHER_COMMIT, self.here(), "the run was of another commit with another tree");
                let met = met.expected(head.id.clone()).actual(ran).next(RUN_AGAIN);
                self.unless_accepted(self.options.allow_commit.as_ref(), met);
                self.config_age(record);
            }
            Of::NotSaid => {
                self.met(&rules::COMMIT_ABSENT, "does not say which commit ran: `git_commit` is missing");
                self.config_age(record);
            }
        }
    }

    pub(super) fn no_history(&mut self, error: &HistoryError) {
        let mut met = Met::new(&rules::NO_HISTORY, crate::check::Place::of("."), format!("git cannot say what is promoted: {error}"));
        met.next = error.next().map(str::to_owned);
        self.outcome.add(met);
    }

    fn dirt(&mut self, record: &Recorded) {
        match record.value("dirty") {
            Some(Value::Bool(false)) => {}
            Some(Value::Bool(true)) => {
                let met =
                    Met::new(&rules::DIRTY_RUN, self.here(), "the run was of a tree with changes that no commit has").next("git status");
                self.unless_accepted(self.options.allow_dirty.as_ref(), met);
            }
            Some(_) => self.met(&rules::FIELD_INVALID, "`dirty` is neither true nor false"),
            None => self.met(&rules::DIRTY_ABSENT, "does not say whether the tree was dirty: `dirty` is missing"),
        }
    }

    /// A record without a known commit must at least be younger than the config.
    fn config_age(&mut self, record: &Recorded) {
        let finished = record.text("finished_at").and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        let Some(finished) = finished else { return };
        match self.config_changed() {
            Ok(Some((path, changed))) if finished < changed => {
                let before = short(changed - finished.with_timezone(&Utc));
                let message = format!("the run finished {before} before `{path}` was last committed");
                let met = Met::new(&rules::BEFORE_CONFIG, self.here(), message).next(RUN_AGAIN);
                self.outcome.add(met);
            }
            Ok(_) => {}
            Err(error) => {
                let message = format!("it is not known when the config was last committed: {error}");
                let mut met = Met::new(&rules::CONFIG_AGE_UNKNOWN, self.here(), message);
                met.next = error.next().map(str::to_owned);
                self.outcome.add(met);
            }
        }
    }

    /// The newest change of a tracked file of the bundle.
    fn config_changed(&self) -> Result<Option<(RelPath, DateTime<Utc>)>, HistoryError> {
        let tracked = self.cx.history().tracked()?;
        let globs = TreeGlobs::new(&self.run.bundle.globs);
        let wanted = |path: &str| globs.matches(path) && !self.run.evidence.holds(path);
        let paths: Vec<RelPath> =
            tracked.iter().filter(|(path, _)| wanted(path)).filter_map(|(path, _)| RelPath::parse(path).ok()).collect();
        let mut newest = None;
        for part in paths.chunks(ASKED) {
            for (path, change) in self.cx.history().last_changes(part)? {
                match change {
                    Change::At { time, .. } => newest = newest.max(Some((time, path))),
                    Change::BeyondShallow => return Err(HistoryError::Shallow("its last change".to_owned())),
                    // Added, but not committed yet: other rules speak of that.
                    Change::Never => {}
                }
            }
        }
        Ok(newest.map(|(time, path)| (path, time)))
    }
}

fn of(record: &Recorded, head: &Commit) -> Of {
    let same = |key: &str, id: &str| record.text(key).map(|text| text.eq_ignore_ascii_case(id));
    match (same("git_commit", &head.id), same("git_tree", &head.tree)) {
        (Some(true), Some(false)) => Of::Contradiction,
        (Some(true), Some(true) | None) => Of::This,
        (Some(false) | None, Some(true)) => Of::SameTree,
        (Some(false), Some(false) | None) | (None, Some(false)) => Of::Other,
        (None, None) => Of::NotSaid,
    }
}
