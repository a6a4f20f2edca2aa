//! A run record that is there already, of whoever's making.

use super::seen::{Seen, read};
use crate::run::{Evidence, LIMIT, Recorded};
use crate::shown::shown;
use crate::world::{LookError, RelPath};

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
#[derive(Debug)]
pub(crate) struct RecordPlace {
    /// The record, and files with the same bytes.
    pub(crate) evidence: Evidence,
    pub(crate) exists: bool,
}

pub(super) fn find(seen: &mut Seen<'_>) -> RecordPlace {
    let mut found: Vec<(RelPath, String)> = Vec::new();
    for path in PLACES {
        match read(seen.cx.evidence(), path, LIMIT) {
            Ok(text) => match Recorded::read(&text) {
                Ok(recorded) if recorded.text("config_hash").is_some() => {
                    if !recorded.is_record() {
                        seen.note(format!("`{path}` lacks keys of a run record; `gate run --force` replaces it"));
                    }
                    found.extend(RelPath::parse(path).ok().map(|path| (path, text)));
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
    let mut found = found.into_iter();
    let Some((record, bytes)) = found.next() else { return RecordPlace { evidence: Evidence::default(), exists: false } };
    let (same, others): (Vec<_>, Vec<_>) = found.partition(|(_, text)| *text == bytes);
    for (other, _) in others {
        seen.note(format!("`{other}` is a run record with other bytes than `{record}`, and was left out; `record` names one file"));
    }
    RecordPlace {
        evidence: Evidence { record, aliases: same.into_iter().map(|(path, _)| path).collect(), reports: Vec::new() },
        exists: true,
    }
}
