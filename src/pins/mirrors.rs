//! What local mirrors of other repositories say of the pins: the file at the pinned commit, and where the tags of its version lead. Nothing is fetched.

use std::collections::BTreeMap;

use super::{Pin, is_commit, version};
use crate::digest::Digest;
use crate::world::{FileAt, History, HistoryError, RelPath, Stored};

/// What the mirror of a pin says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The hexadecimal SHA-256 of the file, and what a tag says of the commit.
    File(String, Tagged),
    /// The commit does not have it.
    NoFile,
    /// Nobody can tell what the commit has.
    Unread(Unread),
    /// Nobody was asked, because of this.
    Not(&'static str),
}

/// Why nobody can tell what a mirror has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It does not answer.
    Mirror(HistoryError),
    /// It does not have the commit, which may never have been fetched.
    NoCommit,
    /// The file has so many bytes, more than are read.
    TooLarge(u64),
}

const NO_MIRROR: &str = "there is no mirror of its repository";

/// What the tag of a pin says of its commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tagged {
    /// It leads to the commit.
    Same,
    /// The tag leads to another commit.
    Moved { tag: String, leads_to: String },
    /// The tag that the pin names is not there.
    Gone(String),
    /// The pin names none, and the mirror has none of its version.
    None,
    /// The pin names none, and has no version that one could be of.
    NoVersion,
}

/// What is asked for one pin.
struct Asked {
    index: usize,
    file: FileAt,
    tags: Vec<String>,
}

/// What the mirrors say, in the order of the pins; each is asked once for all of its pins, for files of at most `limit` bytes.
pub(crate) fn ask(history: &dyn History, pins: &[Pin], limit: u64) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    let mut asked: BTreeMap<&str, Vec<Asked>> = BTreeMap::new();
    for (index, pin) in pins.iter().enumerate() {
        let commit = pin.commit.as_ref().map(|at| at.value.to_ascii_lowercase()).filter(|commit| is_commit(commit));
        let path = pin.source_path.as_ref().and_then(|at| RelPath::parse(&at.value).ok());
        sources.push(match (pin.mirror(), commit, path) {
            (None, ..) => Source::Not(NO_MIRROR),
            (_, None, _) => Source::Not("it has no commit"),
            (.., None) => Source::Not("it has no `source-path`"),
            (Some(mirror), Some(commit), Some(path)) => {
                asked.entry(mirror).or_default().push(Asked { index, file: FileAt { commit, path }, tags: tags(pin) });
                Source::Not("the mirror did not say")
            }
        });
    }
    for (mirror, asked) in asked {
        let found = one_mirror(history, mirror, &asked, limit);
        for (place, one) in asked.iter().enumerate() {
            let (Some(source), Some(pin)) = (sources.get_mut(one.index), pins.get(one.index)) else { continue };
            *source = match found.as_ref().map(|found| found.get(place)) {
                Ok(Some((stored, tags))) => of_pin(pin, stored, tags),
                Ok(None) => continue,
                Err(error) => unanswered(pin, error),
            };
        }
    }
    sources
}

/// The tags that speak for the commit of a pin: its own, else all that its version may have.
fn tags(pin: &Pin) -> Vec<String> {
    let of_version = || pin.version.as_ref().and_then(|at| version::parse(&at.value).ok()).map(|v| version::tags(&pin.name.value, &v));
    pin.tag.as_ref().map(|at| vec![at.value.clone()]).or_else(of_version).unwrap_or_default()
}

/// What is known of a pin whose mirror does not answer.
fn unanswered(pin: &Pin, error: &HistoryError) -> Source {
    // The repository itself may be a path on somebody else's machine.
    if *error == HistoryError::NotARepository && pin.upstream.is_none() {
        return Source::Not(NO_MIRROR);
    }
    Source::Unread(Unread::Mirror(error.clone()))
}

/// What was found for one pin: the file, and each tag with where it leads.
type Found = (Stored, Vec<(String, Option<String>)>);

fn one_mirror(history: &dyn History, mirror: &str, asked: &[Asked], limit: u64) -> Result<Vec<Found>, HistoryError> {
    let files: Vec<FileAt> = asked.iter().map(|one| one.file.clone()).collect();
    let tags: Vec<String> = asked.iter().flat_map(|one| one.tags.iter().cloned()).collect();
    let found = history.mirrored(mirror, &files, limit)?;
    let mut leads = history.mirrored_tags(mirror, &tags)?.into_iter();
    let of_one = |(stored, one): (Stored, &Asked)| (stored, one.tags.iter().cloned().zip(leads.by_ref()).collect());
    Ok(found.into_iter().zip(asked).map(of_one).collect())
}

fn of_pin(pin: &Pin, stored: &Stored, tags: &[(String, Option<String>)]) -> Source {
    match stored {
        Stored::Bytes(bytes) => Source::File(Digest::sha256(bytes).value, tagged(pin, tags)),
        Stored::NoFile => Source::NoFile,
        Stored::NoCommit => Source::Unread(Unread::NoCommit),
        Stored::TooLarge(size) => Source::Unread(Unread::TooLarge(*size)),
    }
}

fn tagged(pin: &Pin, tags: &[(String, Option<String>)]) -> Tagged {
    let commit = pin.commit.as_ref().map(|at| at.value.as_str()).unwrap_or_default();
    let there = || tags.iter().filter_map(|(tag, leads_to)| Some((tag, leads_to.as_ref()?)));
    if there().any(|(_, leads_to)| leads_to.eq_ignore_ascii_case(commit)) {
        return Tagged::Same;
    }
    match (there().next(), &pin.tag) {
        (Some((tag, leads_to)), _) => Tagged::Moved { tag: tag.clone(), leads_to: leads_to.clone() },
        (None, Some(own)) => Tagged::Gone(own.value.clone()),
        (None, None) if tags.is_empty() => Tagged::NoVersion,
        (None, None) => Tagged::None,
    }
}
