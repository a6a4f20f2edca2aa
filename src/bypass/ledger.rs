//! The file of bypasses, read.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{BYPASSES, Bypass, Settled};
use crate::world::{Files, LookError, RelPath};

/// The largest file that is read.
const LIMIT: u64 = 64 << 20;

/// What the file says, in its order.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    pub(super) bypasses: Vec<Bypass>,
    /// Commits that something has settled.
    pub(super) settled: BTreeSet<String>,
    /// Why something of it is not known, a sentence each.
    pub(super) unread: Vec<String>,
}

/// One line.
enum Line {
    Bypass(Bypass),
    Settled(Settled),
}

impl Ledger {
    pub(super) fn read(files: &dyn Files) -> Self {
        let mut ledger = Self::default();
        let text = match text(files) {
            Ok(None) => return ledger,
            Ok(Some(text)) => text,
            Err(error) => {
                ledger.unread.push(error.to_string());
                return ledger;
            }
        };
        for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            match read_line(line) {
                Ok(Line::Bypass(bypass)) if bypass.refs.is_empty() => ledger.unread.push(format!("line {} names no ref", i + 1)),
                Ok(Line::Bypass(bypass)) => ledger.bypasses.push(bypass),
                // A push after it is not settled by it.
                Ok(Line::Settled(settled)) => ledger.settle(&settled.commits),
                Err(why) => ledger.unread.push(format!("line {} {why}", i + 1)),
            }
        }
        ledger
    }

    /// Takes the commits out of every bypass so far.
    fn settle(&mut self, commits: &[String]) {
        let commits: BTreeSet<&String> = commits.iter().collect();
        let is_settled = |commit: &Option<String>| commit.as_ref().is_some_and(|commit| commits.contains(commit));
        self.bypasses.iter_mut().for_each(|bypass| bypass.refs.retain(|pushed| !is_settled(&pushed.commit)));
        self.bypasses.retain(|bypass| !bypass.refs.is_empty());
        self.settled.extend(commits.into_iter().cloned());
    }
}

fn text(files: &dyn Files) -> Result<Option<String>, LookError> {
    let mut bytes = Vec::new();
    match files.read(&RelPath::parse(BYPASSES)?, LIMIT, &mut bytes) {
        Ok(()) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(LookError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

fn read_line(line: &str) -> Result<Line, String> {
    let value: Value = serde_json::from_str(line).map_err(|_| "is no JSON".to_owned())?;
    let schema = value.get("schema").and_then(Value::as_str).unwrap_or_default().to_owned();
    let odd = |error: serde_json::Error| format!("is no `{schema}`: {error}");
    match schema.as_str() {
        Bypass::SCHEMA => serde_json::from_value(value).map(Line::Bypass).map_err(odd),
        Settled::SCHEMA => serde_json::from_value(value).map(Line::Settled).map_err(odd),
        _ => Err(format!("has a schema that this gate does not know: `{schema}`")),
    }
}
