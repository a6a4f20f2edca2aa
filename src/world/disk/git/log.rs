//! The last change of many paths, by one pass over the log.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::shown::shown_bytes;
use crate::world::disk::process::Flow;
use crate::world::{Change, RelPath};

/// One pass over `git log --name-only`: fills in paths as they are met, newest first.
pub(super) struct LogPass<'a> {
    open: BTreeSet<&'a str>,
    found: BTreeMap<RelPath, Change>,
    commit: Option<(String, DateTime<Utc>)>,
    horizon: &'a BTreeSet<String>,
    met_horizon: bool,
    paths: &'a [RelPath],
    /// The first thing that was no header and no path.
    pub(super) unread: Option<String>,
}

impl<'a> LogPass<'a> {
    pub(super) fn new(paths: &'a [RelPath], horizon: &'a BTreeSet<String>) -> Self {
        let open = paths.iter().map(RelPath::as_str).collect();
        Self { open, found: BTreeMap::new(), commit: None, horizon, met_horizon: !horizon.is_empty(), paths, unread: None }
    }

    /// One NUL-separated field: a commit's header (marked by byte 1) or a path (a newline may stand before the first).
    pub(super) fn field(&mut self, field: &[u8]) -> Flow {
        let field = field.strip_prefix(b"\n").unwrap_or(field);
        if let Some(header) = field.strip_prefix(b"\x01") {
            self.commit = read_header(header);
            if self.commit.is_none() {
                self.unread = Some(shown_bytes(header));
            }
        } else if self.commit.is_none() && !field.is_empty() {
            self.unread = Some(shown_bytes(field));
        } else if let (Some((id, time)), Ok(text)) = (&self.commit, std::str::from_utf8(field))
            && self.open.remove(text)
            && let Ok(path) = RelPath::parse(text)
        {
            let change = match self.horizon.contains(id) {
                true => Change::BeyondShallow,
                false => Change::At { commit: id.clone(), time: *time },
            };
            self.found.insert(path, change);
        }
        if self.open.is_empty() { Flow::Stop } else { Flow::Go }
    }

    pub(super) fn finish(mut self) -> BTreeMap<RelPath, Change> {
        for path in self.paths {
            let unmet = if self.met_horizon { Change::BeyondShallow } else { Change::Never };
            self.found.entry(path.clone()).or_insert(unmet);
        }
        self.found
    }
}

fn read_header(header: &[u8]) -> Option<(String, DateTime<Utc>)> {
    let (id, seconds) = std::str::from_utf8(header).ok()?.trim_end().split_once(' ')?;
    Some((id.to_owned(), DateTime::from_timestamp(seconds.parse().ok()?, 0)?))
}
