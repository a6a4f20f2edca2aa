//! What `--dry-run` shows.

use similar::TextDiff;

use crate::shown::{harmless, shown};

/// A unified diff of a file that would be written, as `git diff` names its files. Without `before` it is a new one.
pub(super) fn diff(path: &str, before: Option<&str>, after: &str) -> String {
    let path = shown(path);
    let old = if before.is_some() { format!("a/{path}") } else { "/dev/null".to_owned() };
    let diff = TextDiff::from_lines(before.unwrap_or_default(), after).unified_diff().header(&old, &format!("b/{path}")).to_string();
    harmless(&diff.replace("\r\n", "\n"))
}
