//! The data: what the run used, what is expected, what lies here.

use super::files::{differing, short};
use super::{Judging, RUN_AGAIN, place, rules};
use crate::check::{Met, Place};
use crate::digest::{Algorithm, Digest};
use crate::run::{Expected, Recorded, Snapshot, Unexpected};
use crate::shown::{escaped, shell_word};
use crate::world::{LookError, RelPath};

impl Judging<'_> {
    pub(super) fn data(&mut self, record: Option<&Recorded>) {
        let snapshot = self.run.data.look(self.cx.evidence(), &self.run.evidence);
        self.problems(&snapshot.problems);
        self.names(&snapshot.files);
        if let Some(folder) = self.run.data.source.folder().cloned() {
            self.data_only_in_git(&folder, &snapshot.files);
        }
        self.tracked_description(&snapshot);
        if let (Some(why), None) = (&snapshot.absent, &snapshot.computed) {
            self.declared(why);
        }
        let source = Place::of(escaped(self.run.data.source.place()));
        if let (Some(declared), Some(computed)) = (&snapshot.declared, &snapshot.computed)
            && declared != computed
        {
            let met = Met::new(&rules::DECLARED_DIFFERS, source, "the bytes here are not those that it names");
            self.outcome.add(met.expected(declared.to_string()).actual(computed.to_string()));
        }
        let expected = self.expected(self.bare(&snapshot));
        let recorded = record.and_then(|record| self.recorded_data(record, &snapshot));
        self.compare(expected.as_ref(), recorded.as_ref(), (&snapshot, record));
        self.outcome.examined.count += snapshot.files.len();
        if let Some(digest) = snapshot.digest() {
            self.says.insert(self.says.len().min(1), format!("data {}", short(digest)));
        }
    }

    fn declared(&mut self, why: &str) {
        let source = self.run.data.source.place().to_owned();
        let met = Met::new(&rules::DECLARED, Place::of(escaped(&source)), format!("declared, not recomputed: {why}"));
        self.unless_accepted(self.run.data.allow_declared.as_ref(), met);
    }

    /// A list of the data is part of the commit; so is a pointer that is believed.
    fn tracked_description(&mut self, snapshot: &Snapshot) {
        let source = &self.run.data.source;
        let is_believed = snapshot.declared.is_some() && snapshot.computed.is_none();
        let Some(path) = source.path().filter(|_| source.describes_others() || is_believed) else { return };
        if self.is_untracked(path) {
            let met = Met::new(&rules::SOURCE_UNTRACKED, place(path), "describes the data, and git does not track it");
            self.outcome.add(met.next(format!("git add {}", shell_word(path.as_str()))));
        }
    }

    /// Whether a file is there and git does not track it. That it cannot be read, or git not asked, is told where that is needed.
    fn is_untracked(&self, path: &RelPath) -> bool {
        let there = self.cx.tree().stat(path).is_ok();
        there && self.cx.history().tracked().is_ok_and(|tracked| tracked.get(path.as_str()).is_none())
    }

    /// How bare hex is read: as what lies here is written.
    fn bare(&self, snapshot: &Snapshot) -> Algorithm {
        snapshot.digest().map_or(self.run.data.source.notation(), |digest| digest.algorithm)
    }

    fn recorded_data(&mut self, record: &Recorded, snapshot: &Snapshot) -> Option<Digest> {
        match record.digest("data_hash", self.bare(snapshot))? {
            Ok(digest) => Some(digest),
            Err(error) => {
                self.not_a_digest(record, "data_hash", &error);
                None
            }
        }
    }

    /// The digest that is expected, if anybody says.
    fn expected(&mut self, bare: Algorithm) -> Option<Digest> {
        let path = match &self.run.data.expected {
            Expected::Nothing => return None,
            Expected::Literal(text) => {
                let text = text.clone();
                return self.or_unreadable(self.here(), Digest::read(&text, bare).map_err(Unexpected::Digest));
            }
            Expected::File(path) => path.clone(),
        };
        self.tracked_expectation(&path);
        self.or_unreadable(place(&path), Expected::read_file(self.cx.tree(), &path, bare))
    }

    /// An expectation that cannot be had is told, and compared with nothing.
    fn or_unreadable(&mut self, place: Place, read: Result<Digest, Unexpected>) -> Option<Digest> {
        let met = match read {
            Ok(digest) => return Some(digest),
            Err(Unexpected::Unread(LookError::NotFound)) => {
                Met::new(&rules::EXPECT_MISSING, place, "does not exist").next("gate hash data --update")
            }
            Err(error) => Met::new(&rules::EXPECT_UNREADABLE, place, format!("cannot be read: {error}")),
        };
        self.outcome.add(met);
        None
    }

    fn tracked_expectation(&mut self, path: &RelPath) {
        if self.is_untracked(path) {
            let next = format!("git add {}", shell_word(path.as_str()));
            self.outcome.add(Met::new(&rules::EXPECT_UNTRACKED, place(path), "is not tracked by git").next(next));
        }
    }

    fn compare(&mut self, expected: Option<&Digest>, ran: Option<&Digest>, (snapshot, record): (&Snapshot, Option<&Recorded>)) {
        let update = "gate hash data --update";
        if let (Some(expected), Some(ran)) = (expected, ran)
            && expected != ran
        {
            let met = Met::new(&rules::DATA_UNEXPECTED, self.here(), "the run used other data than is expected");
            self.outcome.add(met.expected(expected.to_string()).actual(ran.to_string()).next(update));
        }
        if let (Some(expected), Some(here)) = (expected, &snapshot.computed)
            && expected != here
        {
            let place = Place::of(escaped(self.run.data.source.place()));
            let met = Met::new(&rules::EXPECT_STALE, place, "the data here is not the expected one");
            self.outcome.add(met.expected(expected.to_string()).actual(here.to_string()).next(update));
        }
        let (here, record) = match (snapshot.digest(), record) {
            (Some(here), Some(record)) => (here, record),
            (None, record) => return self.not_compared(record, "data_hash"),
            (Some(_), None) => return,
        };
        // Where the record's own hash is none, that was told.
        let Some(ran) = ran else {
            return if record.text("data_hash").is_none() {
                self.not_compared(Some(record), "data_hash")
            };
        };
        // From a cache the digest is known and the files are not.
        if ran == here && !snapshot.files.is_empty() {
            return self.same_table(record, "data_files", (here, &snapshot.files));
        }
        if ran == here {
            return;
        }
        if ran.algorithm != here.algorithm {
            return self.other_algorithm("data_hash", ran, here);
        }
        // From a cache the files are not known, so that none can be named.
        let known = !snapshot.files.is_empty();
        let table = if known { record.table("data_files", self.cx.evidence(), &self.run.evidence) } else { Ok(None) };
        let how = differing(table, &snapshot.files);
        let below = how.first.and_then(|path| self.run.data.source.file_below(here, &path));
        let place = Place::of(escaped(&below.unwrap_or_else(|| self.run.data.source.place().to_owned())));
        let message = format!("the data is not the one that ran: {}", how.words);
        let next = if how.named { RUN_AGAIN } else { "gate hash data" };
        self.outcome.add(Met::new(&rules::DATA_DIFFERS, place, message).expected(ran.to_string()).actual(here.to_string()).next(next));
    }
}
