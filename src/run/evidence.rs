//! What a run leaves behind, and so is part of no bundle and no dirt.

use crate::config::RunOptions;
use crate::world::RelPath;

/// The paths of the record and all that goes with it.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    pub(crate) record: RelPath,
    pub(crate) aliases: Vec<RelPath>,
    /// What probes leave.
    pub(crate) reports: Vec<RelPath>,
}

/// gate's own folder at the root.
const OWN: &str = ".gate";

impl Default for Evidence {
    fn default() -> Self {
        Self::of(&RunOptions::default())
    }
}

impl Evidence {
    pub(crate) fn of(options: &RunOptions) -> Self {
        let aliases = options.aliases.iter().map(|path| path.get().clone()).collect();
        Self { record: options.record.get().clone(), aliases, reports: Vec::new() }
    }

    /// The same, with what probes leave beside it.
    pub(crate) fn with_reports(self, reports: Vec<RelPath>) -> Self {
        Self { reports, ..self }
    }

    /// Whether a path is the report of a probe.
    pub(crate) fn is_report(&self, path: &str) -> bool {
        self.reports.iter().any(|report| report.as_str() == path)
    }

    /// All that a run leaves behind, as paths and, for the tables of files, a glob.
    pub(crate) fn files(&self) -> Vec<String> {
        let folder = self.record.parent();
        let below = if folder.is_root() { String::new() } else { format!("{folder}/") };
        let tables = format!("{below}{}.*.files", self.stem());
        self.paths().map(|path| path.as_str().to_owned()).chain([tables]).collect()
    }

    /// The record and its aliases.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &RelPath> {
        [&self.record].into_iter().chain(&self.aliases)
    }

    /// Whether a path below the root is evidence of a run or a probe, or gate's own.
    pub(crate) fn holds(&self, path: &str) -> bool {
        path == OWN
            || path.strip_prefix(OWN).is_some_and(|rest| rest.starts_with('/'))
            || path == self.record.as_str()
            || self.aliases.iter().any(|alias| alias.as_str() == path)
            || self.is_sidecar(path)
            || self.is_report(path)
    }

    /// Where a table of files of this sum lies: beside the record, with the sum in its name.
    pub(crate) fn sidecar(&self, hex: &str) -> RelPath {
        let name = format!("{}.{hex}.files", self.stem());
        self.record.parent().join(&name).unwrap_or_else(|_| self.record.clone())
    }

    pub(crate) fn is_sidecar(&self, path: &str) -> bool {
        let Some(beside) = path.strip_suffix(".files") else { return false };
        let folder = self.record.parent();
        let below =
            if folder.is_root() { Some(beside) } else { beside.strip_prefix(folder.as_str()).and_then(|rest| rest.strip_prefix('/')) };
        let hex = below.and_then(|name| name.strip_prefix(self.stem())?.strip_prefix('.'));
        hex.is_some_and(|hex| hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
    }

    fn stem(&self) -> &str {
        let name = self.record.name();
        name.strip_suffix(".json").unwrap_or(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_run_leaves_is_known_by_its_name() {
        let evidence = Evidence::of(&RunOptions::default());
        let sidecar = evidence.sidecar(&"a".repeat(64));
        assert_eq!(sidecar.as_str(), format!("reports/run.{}.files", "a".repeat(64)));
        for path in ["reports/run.json", ".gate", ".gate/bypasses.jsonl", sidecar.as_str()] {
            assert!(evidence.holds(path), "{path}");
        }
        let probed = evidence.clone().with_reports(vec![RelPath::parse("reports/kill-flag.json").unwrap()]);
        assert!(probed.holds("reports/kill-flag.json") && !evidence.holds("reports/kill-flag.json"));
        assert_eq!(evidence.files(), ["reports/run.json", "reports/run.*.files"]);
        for path in ["reports/run.json5", "a/.gate/x", ".gates", "reports/run.abc.files", "reports"] {
            assert!(!evidence.holds(path), "{path}");
        }
    }
}
