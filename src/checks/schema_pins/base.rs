//! What the pins were before: the commit that is compared with, and the pins file that it has.

use super::{Scene, rules};
use crate::check::{Met, Place};
use crate::pins::{self, Pins};
use crate::shown::{escaped, shell_word, shown};
use crate::world::{Commit, Cx, FileAt, HistoryError, MainBranch, Stored};

const ORIGIN: &str = "refs/remotes/origin/";
const HERE: &str = "refs/heads/";

/// What is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    Commit(String),
    /// HEAD is the first commit: there is nothing before it.
    Nothing,
}

/// Why there is no base, and the command that helps.
pub(crate) struct NoBase {
    why: String,
    next: Option<String>,
}

impl std::fmt::Display for NoBase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.why)?;
        self.next.as_ref().map_or(Ok(()), |next| write!(f, "; next: {next}"))
    }
}

impl From<HistoryError> for NoBase {
    fn from(error: HistoryError) -> Self {
        Self { why: error.to_string(), next: error.next().map(str::to_owned) }
    }
}

/// The base of HEAD: where it left the branch that somebody names, the one that CI merges into, or the main one.
pub(crate) fn base_of(cx: &Cx<'_>, asked: Option<&str>) -> Result<Base, NoBase> {
    let history = cx.history();
    let head = history.head()?;
    let (whose, names) = match (asked, cx.target_of_ci()) {
        (Some(name), _) => (format!("`{}`", shown(name)), vec![name.to_owned(), format!("{ORIGIN}{name}")]),
        (None, Some((variable, branch))) => (format!("`{}`, which {variable} names,", shown(&branch)), branches(&branch)),
        (None, None) => match history.main_branch()? {
            MainBranch::Named(name) | MainBranch::CheckedOut(name) => (format!("the main branch `{}`", shown(&name)), branches(&name)),
            MainBranch::Unknown => {
                let why = "no branch is known to be the main one".to_owned();
                return Err(NoBase { why, next: Some("git fetch origin && git remote set-head origin --auto".to_owned()) });
            }
        },
    };
    let Some(tip) = history.named(&names)? else {
        // Of what somebody wrote it is not known whether it is a branch.
        let branch = names.last().and_then(|name| name.strip_prefix(HERE)).filter(|_| asked.is_none());
        let next = branch.map(|branch| format!("git fetch origin {}", shell_word(branch)));
        return Err(NoBase { why: format!("{whose} is no commit that is here"), next });
    };
    before(cx, &head, (&whose, &tip))
}

fn branches(name: &str) -> Vec<String> {
    vec![format!("{ORIGIN}{name}"), format!("{HERE}{name}")]
}

fn before(cx: &Cx<'_>, head: &Commit, (whose, tip): (&str, &str)) -> Result<Base, NoBase> {
    let history = cx.history();
    let met = if tip == head.id { Some(head.id.clone()) } else { history.merge_base(&head.id, tip)? };
    match met {
        None => Err(NoBase { why: format!("HEAD and {whose} have no commit in common"), next: None }),
        // HEAD is on that branch itself.
        Some(base) if base == head.id => Ok(history.first_parent(&head.id)?.map_or(Base::Nothing, Base::Commit)),
        Some(base) => Ok(Base::Commit(base)),
    }
}

impl Scene<'_> {
    /// The base, and the pins that it has where they are others than now. `None`: that is not known, and was said.
    pub(super) fn old_pins(&mut self, now: &str) -> Option<(Base, Option<Pins>)> {
        let base = match base_of(&self.cx, self.options.base.as_deref()) {
            Ok(base) => base,
            Err(NoBase { why, next }) => {
                let message = format!("nobody knows what the pins were before: {why}");
                let mut met = Met::new(&rules::NO_BASE, Place::of(escaped(self.options.pins.get().as_str())), message);
                met.next = next;
                self.add(met);
                return None;
            }
        };
        let Base::Commit(commit) = &base else { return Some((base, Some(Pins::default()))) };
        let file = FileAt { commit: commit.clone(), path: self.options.pins.get().clone() };
        let stored = self.cx.history().files_at(&[file], pins::LIMIT).map(|found| found.into_iter().next());
        let why = match stored {
            Ok(Some(Stored::NoFile)) => return Some((base, Some(Pins::default()))),
            Ok(Some(Stored::Bytes(bytes))) if bytes == now.as_bytes() => return Some((base, None)),
            Ok(Some(Stored::Bytes(bytes))) => match read(self.options.pins.get().as_str(), bytes) {
                Ok(pins) => return Some((base, Some(pins))),
                Err(why) => why,
            },
            Ok(Some(Stored::TooLarge(_))) => format!("it is larger than {} MiB", pins::LIMIT >> 20),
            Ok(Some(Stored::NoCommit) | None) => "its commit is not here".to_owned(),
            Err(error) => error.to_string(),
        };
        let place = Place::of(escaped(self.options.pins.get().as_str()));
        self.add(Met::new(&rules::BASE_UNREAD, place, format!("cannot be read as it was at the base {}: {why}", short(commit))));
        None
    }
}

/// A pins file of some commit.
pub(crate) fn read(name: &str, bytes: Vec<u8>) -> Result<Pins, String> {
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())?;
    Pins::read(name, &text).map_err(|faults| {
        faults.first().map_or_else(|| "it is malformed".to_owned(), |fault| format!("line {}: {}", fault.line, fault.message))
    })
}

/// A commit id as people write it.
pub(super) fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}
