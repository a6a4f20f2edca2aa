//! Pins beside their source: what a local mirror of the other repository has at the pinned commit.

use super::reading::Held;
use super::{Scene, rules, update};
use crate::check::Met;
use crate::pins::Pin;
use crate::pins::mirrors::{Source, Tagged, Unread};
use crate::shown::{counted, shell_word, shown, without_secrets};

impl Scene<'_> {
    /// Judges a pin by what its mirror says.
    pub(super) fn source(&mut self, pin: &Pin, held: Option<&Held>, source: Option<&Source>) {
        let line = pin.upstream.as_ref().map_or(pin.line, |at| at.line);
        let mirror = mirror_of(pin);
        match source {
            None => self.unverified(pin, "nobody was asked"),
            Some(Source::Not(why)) => self.unverified(pin, why),
            Some(Source::Unread(why)) => self.upstream_unread(pin, line, why),
            Some(Source::NoFile) => {
                let source = pin.source_path.as_ref().map(|at| shown(&at.value)).unwrap_or_default();
                let message = format!("pins `{source}`, which the commit does not have in the mirror `{mirror}`");
                self.add(self.of(&rules::UPSTREAM_DIFFERS, pin, (line, &message)).next(update(pin)));
            }
            Some(Source::File(theirs, tagged)) => {
                self.same_as(pin, held, theirs);
                self.tagged(pin, tagged);
            }
        }
    }

    fn upstream_unread(&mut self, pin: &Pin, line: usize, why: &Unread) {
        let mirror = mirror_of(pin);
        let message = match why {
            Unread::Mirror(error) => format!("has the mirror `{mirror}`, which does not answer: {error}"),
            Unread::NoCommit => format!("is pinned at a commit that the mirror `{mirror}` does not have"),
            Unread::TooLarge(size) => format!("is a file of {size} bytes in the mirror `{mirror}`, more than gate reads"),
        };
        let met = self.of(&rules::UPSTREAM_UNREAD, pin, (line, &message));
        self.add(match why {
            Unread::NoCommit => met.next(fetch_tags(pin)),
            Unread::Mirror(_) | Unread::TooLarge(_) => met,
        });
    }

    fn same_as(&mut self, pin: &Pin, held: Option<&Held>, theirs: &str) {
        let ours = pin.digest().or_else(|| held.map(|held| held.sha256.clone()));
        if let Some(ours) = ours.filter(|ours| ours != theirs) {
            let line = pin.sha256.as_ref().map_or(pin.line, |at| at.line);
            let mirror = mirror_of(pin);
            let message = format!("is pinned with other bytes than its commit has in the mirror `{mirror}`");
            let met = self.of(&rules::UPSTREAM_DIFFERS, pin, (line, &message));
            self.add(met.expected(format!("sha256:{theirs}")).actual(format!("sha256:{ours}")).next(update(pin)));
        }
    }

    fn tagged(&mut self, pin: &Pin, tagged: &Tagged) {
        let line = pin.tag.as_ref().map_or(pin.line, |at| at.line);
        let mirror = mirror_of(pin);
        let met = match tagged {
            Tagged::Same | Tagged::NoVersion => return,
            Tagged::Moved { tag, leads_to } => {
                let message = format!("is at another commit than its tag `{}` leads to in the mirror `{mirror}`", shown(tag));
                let met = self.of(&rules::TAG_MOVED, pin, (line, &message));
                let commit = pin.commit.as_ref().map(|at| shown(&at.value)).unwrap_or_default();
                met.expected(commit).actual(shown(leads_to)).next(update(pin))
            }
            Tagged::Gone(tag) => {
                let message = format!("has the tag `{}`, which the mirror `{mirror}` does not have", shown(tag));
                self.of(&rules::TAG_GONE, pin, (line, &message)).next(fetch_tags(pin))
            }
            Tagged::None => {
                let message = format!("names no tag, and the mirror `{mirror}` has none of its version");
                self.of(&rules::UNTAGGED, pin, (line, &message)).next(fetch_tags(pin))
            }
        };
        self.add(met);
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

/// The mirror of a pin, as it may be shown.
fn mirror_of(pin: &Pin) -> String {
    shown(&without_secrets(pin.mirror().unwrap_or_default()))
}

/// The command that brings the mirror of a pin up to date.
fn fetch_tags(pin: &Pin) -> String {
    format!("git -C {} fetch --tags", shell_word(&without_secrets(pin.mirror().unwrap_or_default())))
}
