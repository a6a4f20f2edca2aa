//! The record as a document: is it there, can it be read, are its keys what they should be, do its copies agree.

use serde_json::Value;

use super::{Judging, RUN_AGAIN, place, rules};
use crate::check::{Met, Place};
use crate::digest::{NotADigest, is_placeholder};
use crate::formats::json::JsonFault;
use crate::run::{Field, KEYS, LIMIT, NotARecord, Record, Recorded, is_run_id, redacted};
use crate::shown::{shell_word, shown};
use crate::world::{FileKind, LookError, RelPath};

/// How many files beside the record are looked at for the same run id.
const BESIDE: usize = 10_000;

impl Judging<'_> {
    /// Reads the record and compares its aliases with it.
    pub(super) fn record(&mut self) -> Option<Recorded> {
        self.tracked_evidence();
        let path = self.run.evidence.record.clone();
        let (bytes, record) = match self.read(&path) {
            Ok(read) => read,
            Err(not) => {
                self.unread(&path, not);
                return None;
            }
        };
        self.outcome.examined.count += 1;
        for alias in self.run.evidence.aliases.clone() {
            self.alias(&alias, &bytes);
        }
        self.same_id(&record, &bytes);
        Some(record)
    }

    fn read(&self, path: &RelPath) -> Result<(Vec<u8>, Recorded), NotARecord> {
        let mut bytes = Vec::new();
        self.cx.evidence().read(path, LIMIT, &mut bytes).map_err(NotARecord::Unread)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| NotARecord::NotText)?;
        let record = Recorded::read(text)?;
        Ok((bytes, record))
    }

    fn unread(&mut self, path: &RelPath, not: NotARecord) {
        let here = place(path);
        let at = |fault: &JsonFault| Place::at(&here.path, fault.line);
        self.outcome.add(match not {
            NotARecord::Unread(LookError::NotFound) => Met::new(&rules::NO_RECORD, here, "there is no run record").next(RUN_AGAIN),
            NotARecord::Unread(error) => Met::new(&rules::RECORD_UNREADABLE, here, format!("cannot be read: {error}")),
            NotARecord::NotText => Met::new(&rules::RECORD_UNREADABLE, here, "is not UTF-8 text"),
            NotARecord::NotAnObject => Met::new(&rules::RECORD_MALFORMED, here, "is JSON, but no object"),
            NotARecord::NotJson(fault) => match &fault.duplicate {
                Some(key) => Met::new(&rules::DUPLICATE_KEY, at(&fault), format!("`{}` stands twice", shown(key))),
                None => Met::new(&rules::RECORD_MALFORMED, at(&fault), format!("is no strict JSON: {}", shown(&fault.message))),
            },
        });
    }

    fn alias(&mut self, alias: &RelPath, bytes: &[u8]) {
        let mut other = Vec::new();
        let message = format!("has other bytes than `{}`", self.run.evidence.record);
        self.outcome.add(match self.cx.evidence().read(alias, LIMIT, &mut other) {
            Ok(()) if other == bytes => return,
            Ok(()) => Met::new(&rules::ALIAS_DIFFERS, place(alias), message).next(RUN_AGAIN),
            Err(LookError::NotFound) => Met::new(&rules::ALIAS_MISSING, place(alias), "does not exist").next(RUN_AGAIN),
            Err(error) => Met::new(&rules::RECORD_UNREADABLE, place(alias), format!("cannot be read: {error}")),
        });
    }

    fn tracked_evidence(&mut self) {
        let Ok(tracked) = self.cx.history().tracked() else { return };
        let paths: Vec<RelPath> = [&self.run.evidence.record].into_iter().chain(&self.run.evidence.aliases).cloned().collect();
        for path in paths.iter().filter(|path| tracked.get(path.as_str()).is_some()) {
            let next = format!("git rm --cached {}", shell_word(path.as_str()));
            self.outcome.add(Met::new(&rules::RECORD_TRACKED, place(path), "is tracked by git").next(next));
        }
    }

    /// Another record beside this one that claims the same run.
    fn same_id(&mut self, record: &Recorded, bytes: &[u8]) {
        let folder = self.run.evidence.record.parent();
        let names = match self.cx.evidence().open(&folder).and_then(|folder| folder.names()) {
            Ok(names) => names,
            Err(error) => {
                let met =
                    Met::new(&rules::RECORD_UNREADABLE, place(&folder), format!("the folder of the record cannot be listed: {error}"));
                return self.outcome.add(met);
            }
        };
        let suffix =
            self.run.evidence.record.as_str().rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, suffix)| suffix);
        let like = |name: &[u8]| {
            std::str::from_utf8(name).is_ok_and(|name| name.rsplit_once('.').map_or("", |(_, suffix)| suffix).eq_ignore_ascii_case(suffix))
        };
        let beside: Vec<_> = names.iter().filter(|name| name.kind == FileKind::File && like(&name.raw)).collect();
        if beside.len() > BESIDE {
            let message = format!("{} files lie beside the record; no more than {BESIDE} are looked at for the same run", beside.len());
            return self.outcome.add(Met::new(&rules::RECORD_UNREADABLE, place(&folder), message));
        }
        let paths: Vec<RelPath> = beside.iter().filter_map(|name| folder.join(std::str::from_utf8(&name.raw).ok()?).ok()).collect();
        let known = |path: &RelPath| *path == self.run.evidence.record || self.run.evidence.aliases.contains(path);
        for path in paths.into_iter().filter(|path| !known(path)).collect::<Vec<_>>() {
            // What is no record here is nobody's business.
            let Ok((other, found)) = self.read(&path) else { continue };
            let speaks_of_a_run = found.value("config_hash").is_some() && found.text("run_id").is_some();
            if speaks_of_a_run && found.text("run_id") == record.text("run_id") && other != bytes {
                let message = format!("is another record of run `{}`", shown(record.text("run_id").unwrap_or_default()));
                self.outcome.add(Met::new(&rules::RUN_ID_TWICE, place(&path), message));
            }
        }
    }

    /// The five keys, and the shape of those beside them.
    pub(super) fn fields(&mut self, record: &Recorded) {
        for key in KEYS {
            match record.field(key) {
                Field::Absent => self.met(&rules::KEY_MISSING, format!("`{key}` is missing")),
                Field::Empty => self.met(&rules::KEY_EMPTY, format!("`{key}` is empty")),
                Field::Other(_) => self.met(&rules::FIELD_INVALID, format!("`{key}` is no text")),
                // A hash is read where it is compared, and what stands for one is said there.
                Field::Text(text) if is_placeholder(text) && !key.ends_with("_hash") => {
                    self.met(&rules::PLACEHOLDER, format!("`{key}` is `{}`, which stands for a value to come", shown(text)));
                }
                Field::Text(_) => {}
            }
        }
        if let Some(schema) = record.text("schema").filter(|schema| schema.starts_with("gate.run/") && *schema != Record::SCHEMA) {
            self.met(&rules::RECORD_MALFORMED, format!("is in the schema `{}`, which a newer gate reads", shown(schema)));
        }
        if record.value("recorded_only").is_some_and(|told| *told != Value::Bool(false)) {
            self.met(&rules::RECORDED_ONLY, "gate did not see this run; it was told of it");
        }
        self.command(record);
        let id = record.text("run_id").unwrap_or_default();
        if !id.trim().is_empty() && !is_placeholder(id) && !is_run_id(id) {
            self.met(&rules::FIELD_INVALID, format!("`run_id` is no single word: `{}`", shown(id)));
        }
        for key in ["git_commit", "git_tree"] {
            let is_id = |text: &str| matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
            if record.value(key).is_some() && !record.text(key).is_some_and(is_id) {
                self.met(&rules::FIELD_INVALID, format!("`{key}` is no full object id: `{}`", super::recorded(record, key)));
            }
        }
    }

    /// Whether the configured smoke test is what ran, where both are known.
    fn command(&mut self, record: &Recorded) {
        let (Some(ran), Some(smoke)) = (record.value("command"), &self.run.smoke) else { return };
        let smoke = redacted(smoke);
        // A writer of one's own may have it in one line.
        if *ran != Value::from(smoke.clone()) && ran.as_str() != Some(&smoke.join(" ")) {
            let met = Met::new(&rules::OTHER_COMMAND, self.here(), "the command that ran is not `[run] smoke`");
            let list = ran.as_array().map(|words| words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "));
            let ran = list.unwrap_or_else(|| ran.as_str().map_or_else(|| ran.to_string(), str::to_owned));
            self.outcome.add(met.expected(shown(&smoke.join(" "))).actual(shown(&ran)).next(RUN_AGAIN));
        }
    }

    /// A recorded hash that is no digest, in words.
    pub(super) fn not_a_digest(&mut self, record: &Recorded, key: &str, error: &NotADigest) {
        match error {
            NotADigest::Placeholder => {
                let text = super::recorded(record, key);
                self.met(&rules::PLACEHOLDER, format!("`{key}` is `{text}`, which stands for a value to come"));
            }
            NotADigest::OfNothing => self.met(&rules::PLACEHOLDER, format!("`{key}`: {error}")),
            NotADigest::Length { .. } | NotADigest::NotHex(_) | NotADigest::Algorithm => {
                self.met(&rules::HASH_INVALID, format!("`{key}`: {error}"));
            }
        }
        self.met(&rules::NOT_COMPARED, format!("`{key}` was compared with nothing"));
    }
}
