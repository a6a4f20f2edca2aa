//! A run record that is there already, of whoever's making.

use super::seen::{Seen, read};
use crate::run::{LIMIT, Recorded};
use crate::shown::shown;
use crate::world::LookError;

/// Where records are looked for; the first is where gate puts its own.
const PLACES: [&str; 8] = [
    "reports/run.json",
    "reports/smoke_run.json",
    "reports/run_record.json",
    "artifacts/run.json",
    "artifacts/smoke_run.json",
    "out/run.json",
    "run.json",
    "smoke_run.json",
];

/// Where the record is or will be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RecordPlace {
    pub(crate) path: String,
    /// Files with the same bytes.
    pub(crate) aliases: Vec<String>,
    pub(crate) exists: bool,
}

impl RecordPlace {
    /// What a run leaves behind: the record, its file tables, the same bytes elsewhere.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut files = vec![self.path.clone(), sidecars(&self.path)];
        files.extend(self.aliases.iter().cloned());
        files
    }
}

/// The file tables beside a record, as a glob.
pub(super) fn sidecars(record: &str) -> String {
    format!("{}.*.files", record.strip_suffix(".json").unwrap_or(record))
}

pub(super) fn find(seen: &mut Seen<'_>) -> RecordPlace {
    let mut found: Vec<(&str, String)> = Vec::new();
    for path in PLACES {
        match read(seen.cx.evidence(), path, LIMIT) {
            Ok(text) => match Recorded::read(&text) {
                Ok(recorded) if recorded.text("config_hash").is_some() => {
                    if !recorded.is_record() {
                        seen.note(format!("`{path}` lacks keys of a run record; `gate run --force` replaces it"));
                    }
                    found.push((path, text));
                }
                Ok(_) | Err(_) if path == PLACES[0] => {
                    seen.note(format!("`{path}` is no run record, and `gate run` would write there; move it, or name another `record`"));
                }
                Ok(_) | Err(_) => {}
            },
            Err(LookError::NotFound | LookError::NotAFolder) => {}
            Err(error) => seen.note(format!("`{}` was not read: it {error}", shown(path))),
        }
    }
    let Some((first, bytes)) = found.first() else {
        return RecordPlace { path: PLACES[0].to_owned(), aliases: Vec::new(), exists: false };
    };
    let aliases = found.iter().skip(1).filter(|(_, text)| text == bytes).map(|(path, _)| (*path).to_owned()).collect();
    RecordPlace { path: (*first).to_owned(), aliases, exists: true }
}
