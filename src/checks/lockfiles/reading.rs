//! A lockfile as it was read, or why it was not.

use std::cell::OnceCell;

use super::formats::{self, GoFile, Reader};
use super::search::Found;
use super::syncing::manifest_of;
use crate::formats::lockfiles::Lock;
use crate::shown::shown;
use crate::world::{Cx, Listed, Listing, LookError, RelPath};

/// The largest lockfile that is read: ten times the largest of real projects.
const LIMIT: u64 = 64 << 20;

/// A lockfile as whoever makes it anew has to know it.
pub(crate) struct Subject {
    pub(crate) text: String,
    /// The path of the manifest beside it.
    pub(crate) manifest: Option<String>,
}

/// Reads one lockfile by its path; `of` takes from its lock what is to be known.
///
/// # Errors
/// Why it is no lock that can be read, as a sentence with its path.
pub(crate) fn subject<T>(cx: &Cx<'_>, path: &str, of: impl FnOnce(&Lock<'_>) -> T) -> Result<(Subject, T), String> {
    let listing = cx.tree().listing().map_err(|error| format!("the promoted files could not be listed: {error}"))?;
    let kind = listing.get(path).ok_or_else(|| format!("`{}` is not among the promoted files", shown(path)))?;
    let format = formats::format_of(path).ok_or_else(|| format!("`{}` is no lockfile", shown(path)))?;
    let found = Found { path, kind, format };
    let texts = Texts::default();
    let opened = read((cx, &listing), &found, &texts).map_err(|unread| match unread {
        Unread::Malformed(path, line, message) => format!("{}:{line}: {message}", shown(&path)),
        Unread::Not(error) => format!("`{}` cannot be read: {error}", shown(path)),
        Unread::Unauditable(why) => format!("`{}` {why}", shown(path)),
    })?;
    let came = opened.locks.first().map(|(_, lock)| of(lock)).ok_or_else(|| format!("`{}` has no lock", shown(path)))?;
    Ok((Subject { text: opened.text.to_owned(), manifest: manifest_of(&found, opened.text, &listing) }, came))
}

/// Why there is no lock to judge.
pub(super) enum Unread {
    Malformed(String, usize, String),
    Not(LookError),
    Unauditable(&'static str),
}

/// Texts that stay as long as what is read of them: a chain of what was read so far, and of a place for the next.
#[derive(Default)]
pub(super) struct Texts {
    here: OnceCell<(String, Box<Self>)>,
}

impl Texts {
    pub(super) fn keep(&self, text: String) -> &str {
        let mut at = self;
        while let Some((_, next)) = at.here.get() {
            at = next;
        }
        &at.here.get_or_init(|| (text, Box::default())).0
    }
}

/// A lockfile that was read.
pub(super) struct Opened<'t> {
    pub(super) text: &'t str,
    /// The lock, and those that it includes, by their paths.
    pub(super) locks: Vec<(String, Lock<'t>)>,
}

pub(super) fn read<'t>((cx, listing): (&Cx<'_>, &Listing), found: &Found<'_>, texts: &'t Texts) -> Result<Opened<'t>, Unread> {
    let kept = |path: &str, kind: Listed| text(cx, listing, (path, kind)).map(|text| texts.keep(text)).map_err(Unread::Not);
    match found.format.reader {
        Reader::Not(why) => Err(Unread::Unauditable(why)),
        Reader::Text(reader) => {
            let text = kept(found.path, found.kind)?;
            match reader(text) {
                Ok(lock) => Ok(Opened { text, locks: vec![(found.path.to_owned(), lock)] }),
                Err(fault) => Err(Unread::Malformed(found.path.to_owned(), fault.line, fault.message)),
            }
        }
        Reader::Go => {
            let text = kept(found.path, found.kind)?;
            let sums = format!("{}.sum", found.path.trim_end_matches(".mod"));
            let known = match listing.get(&sums) {
                Some(kind) => kept(&sums, kind)?,
                None => "",
            };
            match formats::read_go(text, known) {
                Ok(lock) => Ok(Opened { text, locks: vec![(found.path.to_owned(), lock)] }),
                Err((GoFile::Mod, fault)) => Err(Unread::Malformed(found.path.to_owned(), fault.line, fault.message)),
                Err((GoFile::Sum, fault)) => Err(Unread::Malformed(sums, fault.line, fault.message)),
            }
        }
        Reader::Requirements => {
            let first = kept(found.path, found.kind)?;
            let open = |path: &str| match path == found.path {
                true => Ok(first),
                false => included(cx, listing, path).map(|text| texts.keep(text)),
            };
            let read = formats::read_requirements(found.path, &open);
            let locks = read.map_err(|(path, fault)| Unread::Malformed(path, fault.line, fault.message))?;
            Ok(Opened { text: first, locks })
        }
    }
}

/// The text of a file that another includes or was made from: promoted with it, or nobody else has it.
pub(super) fn included(cx: &Cx<'_>, listing: &Listing, path: &str) -> Result<String, String> {
    let path = RelPath::parse(path).map_err(|_| "leads out of the tree".to_owned())?;
    let kind = listing.get(path.as_str()).ok_or_else(|| "is not among the promoted files".to_owned())?;
    text(cx, listing, (path.as_str(), kind)).map_err(|error| format!("cannot be read: {error}"))
}

/// The text of a promoted file.
fn text(cx: &Cx<'_>, listing: &Listing, file: (&str, Listed)) -> Result<String, LookError> {
    let bytes = cx.promoted(listing, file, LIMIT)?;
    String::from_utf8(bytes).map_err(|_| LookError::Io("is not UTF-8 text".to_owned()))
}
