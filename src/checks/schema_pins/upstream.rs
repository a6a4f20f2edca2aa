//! Pins beside their source: what a local mirror of the other repository has at the pinned commit.

use std::collections::BTreeMap;

use super::reading::{Held, sha256};
use super::{LIMIT, Scene, entry, rules, update};
use crate::check::Met;
use crate::pins::{Pin, Pins};
use crate::shown::{counted, shell_word, shown};
use crate::world::{FileAt, HistoryError, RelPath, Stored};

/// What the mirror of a pin says.
pub(super) enum Source {
    /// The hexadecimal SHA-256 of the file, and what the tag of the pin leads to (`None`: it has no tag, or there is none of that name).
    File(String, Option<String>),
    NoFile,
    NoCommit,
    TooLarge(u64),
    /// The mirror could not be asked.
    Unread(HistoryError),
    /// Nobody was asked, because of this.
    Not(&'static str),
}

/// What is asked for one pin.
struct Asked {
    index: usize,
    file: FileAt,
    tag: Option<String>,
}

impl Scene<'_> {
    /// What the mirrors say, in the order of the pins; each is asked once for all of its pins.
    pub(super) fn sources(&self, pins: &Pins) -> Vec<Source> {
        let mut sources: Vec<Source> = Vec::new();
        let mut asked: BTreeMap<&str, Vec<Asked>> = BTreeMap::new();
        for (index, pin) in pins.pins.iter().enumerate() {
            let commit = pin.commit.as_ref().map(|at| &at.value).filter(|commit| entry::is_commit(commit));
            let path = pin.source_path.as_ref().and_then(|at| RelPath::parse(&at.value).ok());
            sources.push(match (pin.mirror(), commit, path) {
                (None, ..) => Source::Not("there is no mirror of its repository"),
                (_, None, _) => Source::Not("it has no commit"),
                (.., None) => Source::Not("it has no `source-path`"),
                (Some(mirror), Some(commit), Some(path)) => {
                    let file = FileAt { commit: commit.to_ascii_lowercase(), path };
                    let tag = pin.tag.as_ref().map(|at| at.value.clone());
                    asked.entry(mirror).or_default().push(Asked { index, file, tag });
                    Source::Not("the mirror did not say")
                }
            });
        }
        for (mirror, asked) in asked {
            for (one, source) in asked.iter().zip(self.ask(mirror, &asked)) {
                if let Some(place) = sources.get_mut(one.index) {
                    *place = source;
                }
            }
        }
        sources
    }

    fn ask(&self, mirror: &str, asked: &[Asked]) -> Vec<Source> {
        let files: Vec<FileAt> = asked.iter().map(|one| one.file.clone()).collect();
        let tags: Vec<String> = asked.iter().map(|one| one.tag.clone().unwrap_or_default()).collect();
        let history = self.cx.history();
        let found = history.mirrored(mirror, &files, LIMIT).and_then(|found| Ok((found, history.mirrored_tags(mirror, &tags)?)));
        let (found, tags) = match found {
            Ok(found) => found,
            Err(error) => return asked.iter().map(|_| Source::Unread(error.clone())).collect(),
        };
        let told = |(stored, tag): (Stored, Option<String>)| match stored {
            Stored::Bytes(bytes) => Source::File(sha256(&bytes), tag),
            Stored::NoFile => Source::NoFile,
            Stored::NoCommit => Source::NoCommit,
            Stored::TooLarge(size) => Source::TooLarge(size),
        };
        found.into_iter().zip(tags).map(told).collect()
    }

    /// Judges a pin by what its mirror says.
    pub(super) fn source(&mut self, pin: &Pin, held: Option<&Held>, source: Option<&Source>) {
        let line = pin.upstream.as_ref().map_or(pin.line, |at| at.line);
        let mirror = pin.mirror().map(shown).unwrap_or_default();
        match source {
            // The repository itself may be a path on somebody else's machine.
            Some(Source::Unread(HistoryError::NotARepository)) if pin.upstream.is_none() => {
                self.unverified(pin, "there is no mirror of its repository")
            }
            None => self.unverified(pin, "nobody was asked"),
            Some(Source::Not(why)) => self.unverified(pin, why),
            Some(Source::Unread(error)) => {
                let met =
                    self.of(&rules::UPSTREAM_UNREAD, pin, (line, &format!("has the mirror `{mirror}`, which does not answer: {error}")));
                self.add(met);
            }
            Some(Source::NoCommit) => {
                let message = format!("is pinned at a commit that the mirror `{mirror}` does not have");
                let met = self.of(&rules::UPSTREAM_UNREAD, pin, (line, &message));
                self.add(met.next(format!("git -C {} fetch --tags", shell_word(pin.mirror().unwrap_or_default()))));
            }
            Some(Source::TooLarge(size)) => {
                let message = format!("is a file of {size} bytes in the mirror `{mirror}`, more than gate reads");
                self.add(self.of(&rules::UPSTREAM_UNREAD, pin, (line, &message)));
            }
            Some(Source::NoFile) => {
                let source = pin.source_path.as_ref().map(|at| shown(&at.value)).unwrap_or_default();
                let message = format!("pins `{source}`, which the commit does not have in the mirror `{mirror}`");
                self.add(self.of(&rules::UPSTREAM_DIFFERS, pin, (line, &message)).next(update(pin)));
            }
            Some(Source::File(theirs, tag)) => {
                self.same_as(pin, held, theirs);
                self.tag(pin, tag.as_deref());
            }
        }
    }

    fn same_as(&mut self, pin: &Pin, held: Option<&Held>, theirs: &str) {
        let ours = entry::digest(pin.sha256.as_ref()).or_else(|| held.map(|held| held.sha256.clone()));
        if let Some(ours) = ours.filter(|ours| ours != theirs) {
            let line = pin.sha256.as_ref().map_or(pin.line, |at| at.line);
            let mirror = pin.mirror().map(shown).unwrap_or_default();
            let message = format!("is pinned with other bytes than its commit has in the mirror `{mirror}`");
            let met = self.of(&rules::UPSTREAM_DIFFERS, pin, (line, &message));
            self.add(met.expected(format!("sha256:{theirs}")).actual(format!("sha256:{ours}")).next(update(pin)));
        }
    }

    fn tag(&mut self, pin: &Pin, leads_to: Option<&str>) {
        let (Some(tag), Some(commit), Some(leads_to)) = (&pin.tag, &pin.commit, leads_to) else { return };
        if !leads_to.eq_ignore_ascii_case(&commit.value) {
            let message = format!("has the tag `{}`, which leads to another commit now", shown(&tag.value));
            let met = self.of(&rules::TAG_MOVED, pin, (tag.line, &message));
            self.add(met.expected(shown(&commit.value)).actual(leads_to).next(update(pin)));
        }
    }

    fn unverified(&mut self, pin: &Pin, why: &'static str) {
        match self.options.verify_upstream {
            true => self.add(self.of(&rules::VERIFICATION_REQUIRED, pin, (pin.line, &format!("is not verified upstream: {why}")))),
            false => self.unverified.entry(why).or_default().push((pin.line, shown(&pin.name.value))),
        }
    }

    /// Pins that were not compared for one reason are one note.
    pub(super) fn unverified_pins(&mut self) {
        for (why, pins) in std::mem::take(&mut self.unverified) {
            let Some((line, name)) = pins.first() else { continue };
            let more = match pins.len() - 1 {
                0 => "is".to_owned(),
                more => format!("and {} are", counted(more, "other", "others")),
            };
            let message = format!("`{name}` {more} not verified upstream: {why}");
            self.add(Met::new(&rules::NOT_VERIFIED, self.line(*line), message).subject(name));
        }
    }
}
