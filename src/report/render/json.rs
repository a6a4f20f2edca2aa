//! The report for programs: `gate.report/1`, pretty-printed, one newline at the end.

use crate::report::Report;

pub(crate) fn render(report: &Report) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(report)? + "\n")
}
