//! What the pins were before: the commit that is compared with, and the pins file that it has.

use super::before::{Past, Unknown};
use super::{Scene, rules};
use crate::check::Met;
use crate::pins::{self, Pins};
use crate::shown::{shell_word, shown};
use crate::world::{Commit, Cx, FileAt, HistoryError, MainBranch, RelPath, Stored};

const ORIGIN: &str = "refs/remotes/origin/";
const HERE: &str = "refs/heads/";
/// How many pins files are held at once.
const AT_ONCE: usize = 32;

/// What is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    Commit(String),
    /// The first parent of HEAD, because nobody says what else came with HEAD.
    Parent(String),
    /// HEAD is the first commit: there is nothing before it.
    Nothing,
}

impl Base {
    pub(crate) fn commit(&self) -> Option<&str> {
        match self {
            Self::Commit(commit) | Self::Parent(commit) => Some(commit),
            Self::Nothing => None,
        }
    }
}

impl std::fmt::Display for Base {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Commit(commit) => f.write_str(short(commit)),
            Self::Parent(commit) => write!(f, "{}, the commit before HEAD", short(commit)),
            Self::Nothing => f.write_str("the first commit"),
        }
    }
}

/// What a base is looked for.
pub(crate) struct Wanted<'a> {
    /// The revision that somebody names.
    pub(crate) base: Option<&'a str>,
    /// The pins file.
    pub(crate) path: &'a RelPath,
    /// Its text as it is judged.
    pub(crate) text: &'a str,
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

impl NoBase {
    fn because(why: impl Into<String>, next: Option<String>) -> Self {
        Self { why: why.into(), next }
    }
}

/// The base of HEAD: where it left the branch that somebody names, the one that CI merges into, or the main one.
pub(crate) fn base_of(cx: &Cx<'_>, wanted: &Wanted<'_>) -> Result<Base, NoBase> {
    let history = cx.history();
    let head = history.head()?;
    let (whose, names) = match (wanted.base, cx.target_of_ci()) {
        (Some(name), _) => (format!("`{}`", shown(name)), vec![name.to_owned(), format!("{ORIGIN}{name}")]),
        (None, Some((variable, branch))) => (format!("`{}`, which {variable} names,", shown(&branch)), branches(&branch)),
        (None, None) => main_branch(cx)?,
    };
    match history.named(&names)? {
        Some(tip) if tip == head.id && is_no_branch(cx, wanted.base)? => Ok(Base::Commit(tip)),
        Some(id) => before(cx, wanted, &head, &Tip { whose: &whose, id: &id }),
        None => match left_target(cx, &head, wanted)? {
            Some(commit) => Ok(Base::Commit(commit)),
            None => {
                // Of what somebody wrote it is not known whether it is a branch.
                let branch = names.last().and_then(|name| name.strip_prefix(HERE)).filter(|_| wanted.base.is_none());
                let next = branch.map(|branch| format!("git fetch origin {}", shell_word(branch)));
                Err(NoBase::because(format!("{whose} is no commit that is here"), next))
            }
        },
    }
}

fn main_branch(cx: &Cx<'_>) -> Result<(String, Vec<String>), NoBase> {
    let name = match cx.history().main_branch()? {
        MainBranch::Named(name) => name,
        guessed @ (MainBranch::CheckedOut(_) | MainBranch::Unknown) => {
            match (cx.main_branch_of_ci().map_err(|why| NoBase::because(why, None))?, guessed) {
                (Some((_, name)), _) | (None, MainBranch::CheckedOut(name) | MainBranch::Named(name)) => name,
                (None, MainBranch::Unknown) => {
                    let next = "git fetch origin && git remote set-head origin --auto".to_owned();
                    return Err(NoBase::because("no branch is known to be the main one", Some(next)));
                }
            }
        }
    };
    Ok((format!("the main branch `{}`", shown(&name)), branches(&name)))
}

fn branches(name: &str) -> Vec<String> {
    vec![format!("{ORIGIN}{name}"), format!("{HERE}{name}")]
}

/// Whether somebody names a revision that is no branch: it is meant itself, also where HEAD is at it.
fn is_no_branch(cx: &Cx<'_>, asked: Option<&str>) -> Result<bool, NoBase> {
    let Some(name) = asked.filter(|name| !name.starts_with("refs/")) else { return Ok(false) };
    let mut names = vec![format!("{HERE}{name}"), format!("refs/remotes/{name}")];
    // There it is the main branch of `origin`.
    names.extend((name != "HEAD").then(|| format!("{ORIGIN}{name}")));
    Ok(cx.history().named(&names)?.is_none())
}

/// Where a merge request left its target, whose branch is not here.
fn left_target(cx: &Cx<'_>, head: &Commit, wanted: &Wanted<'_>) -> Result<Option<String>, NoBase> {
    let (None, Some((_, id))) = (wanted.base, cx.left_target_of_ci()) else { return Ok(None) };
    match cx.history().named(&[id])? {
        Some(commit) if cx.history().merge_bases(&head.id, &commit)?.contains(&commit) => Ok(Some(commit)),
        Some(_) | None => Ok(None),
    }
}

/// The newest commit of a branch, and what the branch is called.
struct Tip<'a> {
    whose: &'a str,
    id: &'a str,
}

fn before(cx: &Cx<'_>, wanted: &Wanted<'_>, head: &Commit, tip: &Tip<'_>) -> Result<Base, NoBase> {
    let whose = tip.whose;
    let met = if tip.id == head.id { vec![head.id.clone()] } else { cx.history().merge_bases(&head.id, tip.id)? };
    match met.as_slice() {
        [] => Err(NoBase::because(format!("HEAD and {whose} have no commit in common"), None)),
        // HEAD is on that branch itself.
        [base] if *base == head.id => on_the_branch(cx, head, wanted),
        [base] => Ok(Base::Commit(base.clone())),
        [first, ..] => {
            let files: Vec<FileAt> = met.iter().map(|commit| file(commit, wanted)).collect();
            let stored = cx.history().files_at(&files, pins::LIMIT)?;
            match stored.windows(2).all(|two| two.first() == two.last()) {
                true => Ok(Base::Commit(first.clone())),
                false => {
                    let why = format!("HEAD and {whose} were merged crosswise and part at {} commits that pin differently", met.len());
                    Err(NoBase::because(why, Some(format!("gate schema-pins --base {}", short(first)))))
                }
            }
        }
    }
}

/// What a branch was before HEAD: as the push says that CI runs for, else the parent of HEAD; of a first commit that was changed since, that commit.
fn on_the_branch(cx: &Cx<'_>, head: &Commit, wanted: &Wanted<'_>) -> Result<Base, NoBase> {
    let history = cx.history();
    match cx.pushed_onto().map_err(|why| NoBase::because(why, None))? {
        Some((says, id)) if id != head.id => {
            if let (true, Some(commit)) = (pins::is_object_id(&id), history.named(std::slice::from_ref(&id))?) {
                return Ok(Base::Commit(commit));
            }
            let why = format!("{says} says that the branch was at `{}` before, which is no commit that is here", shown(&id));
            return Err(NoBase::because(why, Some(format!("git fetch origin {}", shell_word(&id)))));
        }
        Some(_) | None => {}
    }
    if let Some(parent) = history.first_parent(&head.id)? {
        // A person sees what was looked at; a run of CI may be for any number of commits.
        if cx.is_ci() {
            let why = "HEAD is on the main branch, and CI does not say what was there before; `base = \"…\"` of the check names what was promoted last";
            return Err(NoBase::because(why, None));
        }
        return Ok(Base::Parent(parent));
    }
    Ok(if is_committed(cx, &head.id, wanted)? { Base::Nothing } else { Base::Commit(head.id.clone()) })
}

/// Whether a commit has the pins file as it is judged.
pub(crate) fn is_committed(cx: &Cx<'_>, commit: &str, wanted: &Wanted<'_>) -> Result<bool, HistoryError> {
    Ok(match cx.history().files_at(&[file(commit, wanted)], pins::LIMIT)?.first() {
        Some(Stored::Bytes(bytes)) => bytes == wanted.text.as_bytes(),
        Some(Stored::NoFile) => wanted.text.is_empty(),
        Some(Stored::NoCommit | Stored::TooLarge(_)) | None => false,
    })
}

fn file(commit: &str, wanted: &Wanted<'_>) -> FileAt {
    FileAt { commit: commit.to_owned(), path: wanted.path.clone() }
}

/// The pins file as the base has it.
pub(super) enum Old {
    /// Every byte is as it is now.
    Same,
    Pins(Pins),
    NoFile,
}

impl Past<'_> {
    /// The pins file as a commit had it, beside its text of today.
    pub(super) fn old_pins(&self, commit: &str, now: &str) -> Result<Old, Unknown> {
        let file = FileAt { commit: commit.to_owned(), path: self.path.clone() };
        let stored = self.cx.history().files_at(&[file], pins::LIMIT).map_err(|error| error.to_string());
        let old = stored.and_then(|stored| match bytes(stored.into_iter().next().unwrap_or(Stored::NoCommit), commit)? {
            None => Ok(Old::NoFile),
            Some(bytes) if bytes == now.as_bytes() => Ok(Old::Same),
            Some(bytes) => read(self.path.as_str(), bytes).map(Old::Pins),
        });
        old.map_err(|why| Unknown::of_base(format!("cannot be read as it was at the base {}: {why}", short(commit))))
    }
}

impl Scene<'_> {
    /// What is compared with. `None`: that is not known, and was said.
    pub(super) fn base(&mut self, text: &str) -> Option<Base> {
        match base_of(&self.cx, &Wanted { base: self.options.base.as_deref(), path: self.options.pins.get(), text }) {
            Ok(base) => Some(base),
            Err(NoBase { why, next }) => {
                let mut met = Met::new(&rules::NO_BASE, self.here(), format!("nobody knows what the pins were before: {why}"));
                met.next = next;
                self.add(met);
                None
            }
        }
    }
}

/// Looks at pins files of commits, some at once, in their order.
///
/// # Errors
/// Why one could not be looked at, or what `look` says.
pub(super) fn each_file(cx: &Cx<'_>, files: &[FileAt], mut look: impl FnMut(&FileAt, Stored) -> Result<(), String>) -> Result<(), String> {
    for some in files.chunks(AT_ONCE) {
        let stored = cx.history().files_at(some, pins::LIMIT).map_err(|error| error.to_string())?;
        if stored.len() != some.len() {
            return Err(format!("git told of {} files of {}", stored.len(), some.len()));
        }
        some.iter().zip(stored).try_for_each(|(file, stored)| look(file, stored))?;
    }
    Ok(())
}

/// What git has of a file of some commit; `None`: no such file.
///
/// # Errors
/// Why nobody knows.
pub(super) fn bytes(stored: Stored, commit: &str) -> Result<Option<Vec<u8>>, String> {
    match stored {
        Stored::Bytes(bytes) => Ok(Some(bytes)),
        Stored::NoFile => Ok(None),
        Stored::NoCommit => Err(format!("commit {} is not here", short(commit))),
        Stored::TooLarge(size) => Err(format!("it has {size} bytes in commit {}", short(commit))),
    }
}

/// A pins file of some commit.
pub(super) fn read(name: &str, bytes: Vec<u8>) -> Result<Pins, String> {
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())?;
    Pins::read(name, &text).map_err(|faults| {
        faults.first().map_or_else(|| "it is malformed".to_owned(), |fault| format!("line {}: {}", fault.line, fault.message))
    })
}

/// A commit id as people write it.
pub(super) fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}
