//! The branch that a workflow promotes: the one that `origin` calls its own, else the one that is checked out.

use super::seen::read;
use crate::world::Cx;

/// The largest ref that is read.
const LIMIT: u64 = 4096;

/// `None`: it cannot be told, or its name cannot stand in a workflow as it is.
pub(super) fn default_branch(cx: &Cx<'_>) -> Option<String> {
    let head = |path: &str, folder: &str| {
        let text = read(cx.evidence(), path, LIMIT).ok()?;
        text.trim_end().strip_prefix("ref: ")?.strip_prefix(folder).map(str::to_owned)
    };
    let found = head(".git/refs/remotes/origin/HEAD", "refs/remotes/origin/").or_else(|| head(".git/HEAD", "refs/heads/"));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    found.filter(|name| name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(plain))
}
