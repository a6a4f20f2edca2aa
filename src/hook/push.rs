//! What git tells a pre-push hook: one line a ref, `<local ref> <local id> <remote ref> <remote id>` (githooks(5), pre-push).

use std::collections::BTreeMap;

use crate::shown::{counted, shown};
use crate::world::Commit;

/// One ref that is pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Update {
    /// As the user named it; it may hold blanks, because any revision can be pushed.
    pub(crate) local_ref: String,
    /// The object that is pushed; `None`: the remote ref is deleted.
    pub(crate) local: Option<String>,
    pub(crate) remote_ref: String,
    /// What the remote has there; `None`: nothing yet.
    pub(crate) remote: Option<String>,
}

/// What is pushed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Push {
    pub(crate) updates: Vec<Update>,
    /// Lines that are not of git's form, fit to be shown.
    pub(crate) odd: Vec<String>,
    /// Whether it was told by somebody who names one ref, however many are pushed.
    pub(crate) may_be_more: bool,
}

/// How many of many are named.
const NAMED: usize = 5;

impl Push {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut push = Self::default();
        let mut odd: Vec<&str> = Vec::new();
        let text = String::from_utf8_lossy(bytes);
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            match Update::read(line) {
                // The user may have named what is pushed by a revision that holds a newline. What is deleted, git names itself.
                Some(update) if update.local.is_some() => {
                    let local_ref = odd.drain(..).chain([update.local_ref.as_str()]).collect::<Vec<_>>().join("\n");
                    push.updates.push(Update { local_ref, ..update });
                }
                Some(update) => push.updates.push(update),
                None => odd.push(line),
            }
        }
        push.odd = odd.into_iter().map(shown).collect();
        push
    }

    /// As the pre-commit framework tells it, which keeps standard input for itself: the first ref that it did not pass over. Where a push
    /// brings a whole history it names no commit, only the ref; `resolve` asks git.
    pub(crate) fn of_framework(env: &dyn Fn(&str) -> Option<String>, resolve: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let local_ref = env("PRE_COMMIT_LOCAL_BRANCH").unwrap_or_default();
        let told = env("PRE_COMMIT_TO_REF").or_else(|| Some(local_ref.as_str()).filter(|name| !name.is_empty()).and_then(resolve))?;
        let local = id(&told)?;
        let remote = env("PRE_COMMIT_FROM_REF").and_then(|text| id(&text)).flatten();
        let remote_ref = env("PRE_COMMIT_REMOTE_BRANCH").unwrap_or_default();
        Some(Self { updates: vec![Update { local_ref, local, remote_ref, remote }], odd: Vec::new(), may_be_more: true })
    }

    /// Whether nothing is pushed that could be tested.
    pub(crate) fn only_deletes(&self) -> bool {
        !self.updates.is_empty() && self.odd.is_empty() && self.updates.iter().all(|update| update.local.is_none())
    }

    /// The objects that are pushed, each once.
    pub(crate) fn objects(&self) -> Vec<String> {
        let mut ids: Vec<String> = self.updates.iter().filter_map(|update| update.local.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// What a test of the work tree says nothing about, one line each.
    pub(crate) fn untested(&self, head: Option<&Commit>, commits: &BTreeMap<String, Commit>, dirty: &[String]) -> Vec<String> {
        let mut lines: Vec<String> = self.odd.iter().map(|line| format!("`{line}`, a line that git does not write")).collect();
        for update in &self.updates {
            let Some(local) = &update.local else { continue };
            let name = format!("{} {}", shown(&update.remote_ref), short(local));
            match (commits.get(local), head) {
                (None, _) => lines.push(format!("{name}, which is no commit")),
                (Some(_), None) => lines.push(format!("{name}: the work tree has no commit")),
                (Some(commit), Some(head)) if commit.id != head.id && commit.tree != head.tree => {
                    lines.push(format!("{name}: the work tree is at {}", short(&head.id)));
                }
                (Some(_), Some(_)) if dirty.is_empty() => {}
                (Some(_), Some(_)) => {
                    let files = dirty.iter().take(2).map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
                    let more = if dirty.len() > 2 { ", …" } else { "" };
                    let (count, differ) =
                        (counted(dirty.len(), "tracked file", "tracked files"), if dirty.len() == 1 { "differs" } else { "differ" });
                    lines.push(format!("{name}: {count} {differ} from it: {files}{more}"));
                }
            }
        }
        if lines.len() > NAMED {
            let more = lines.len() - NAMED;
            lines.truncate(NAMED);
            lines.push(format!("and {more} more"));
        }
        lines
    }
}

impl Update {
    /// The local ref comes first and may hold blanks, so the line is read from its end.
    fn read(line: &str) -> Option<Self> {
        let mut fields = line.rsplitn(4, ' ');
        let (remote, remote_ref, local, local_ref) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        Some(Self { local_ref: local_ref.to_owned(), local: id(local)?, remote_ref: remote_ref.to_owned(), remote: id(remote)? })
    }

    /// The commits that the push brings, as `git log` takes them; a force push has both ends.
    pub(crate) fn range(&self) -> Option<String> {
        match (&self.local, &self.remote) {
            (Some(local), Some(remote)) => Some(format!("{remote}..{local}")),
            (Some(local), None) => Some(local.clone()),
            (None, _) => None,
        }
    }
}

/// An object id; `Some(None)` for the one that stands for nothing.
fn id(text: &str) -> Option<Option<String>> {
    let is_id = matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_id.then(|| text.bytes().any(|b| b != b'0').then(|| text.to_owned()))
}

fn short(id: &str) -> &str {
    id.get(..7).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    const ZERO: &str = "0000000000000000000000000000000000000000";

    fn commit(id: &str, tree: &str) -> Commit {
        Commit { id: id.to_owned(), tree: tree.to_owned() }
    }

    #[test]
    fn a_local_ref_may_hold_blanks() {
        let push = Push::read(format!("HEAD^{{/fix the bug}} {A} refs/heads/x {ZERO}\n").as_bytes());
        assert_eq!(push.updates[0].local_ref, "HEAD^{/fix the bug}");
        assert_eq!((push.updates[0].local.as_deref(), push.updates[0].remote.as_deref()), (Some(A), None));
        assert_eq!(push.updates[0].range().as_deref(), Some(A));
    }

    #[test]
    fn only_deletes_are_told_from_nothing_and_from_odd_lines() {
        let delete = format!("(delete) {ZERO} refs/heads/x {A}\n");
        assert!(Push::read(delete.as_bytes()).only_deletes());
        assert!(!Push::read(b"").only_deletes());
        assert!(!Push::read(format!("{delete}what is this\n").as_bytes()).only_deletes());
        assert!(!Push::read(format!("{delete}main {A} refs/heads/main {B}\n").as_bytes()).only_deletes());
    }

    #[test]
    fn what_the_work_tree_does_not_hold_is_untested() {
        let push = Push::read(format!("main {A} refs/heads/main {ZERO}\nold {B} refs/heads/old {ZERO}\nodd\n").as_bytes());
        let commits: BTreeMap<String, Commit> = [(A.to_owned(), commit(A, "1")), (B.to_owned(), commit(B, "2"))].into();
        let untested = |head: &Commit, dirty: &[String]| push.untested(Some(head), &commits, dirty);
        assert_eq!(
            untested(&commit(A, "1"), &[]),
            ["`odd`, a line that git does not write", "refs/heads/old bbbbbbb: the work tree is at aaaaaaa"]
        );
        assert_eq!(untested(&commit("c", "2"), &[]).len(), 2, "the same tree under another commit is tested");
        assert_eq!(untested(&commit(A, "1"), &["x".to_owned()])[1], "refs/heads/main aaaaaaa: 1 tracked file differs from it: `x`");
        assert_eq!(push.untested(None, &commits, &[]).len(), 3);
    }
}
