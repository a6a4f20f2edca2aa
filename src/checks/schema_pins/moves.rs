//! A pin that moved: is it a new release, what does it break, and does its version say as much.

use semver::Version;

use super::accepted::Acceptance;
use super::before::Moved;
use super::comparable::{NotCompared, earlier_schema};
use super::content::Content;
use super::entry::version_of;
use super::index::version_shown;
use super::kept::{Kept, must_keep};
use super::{Scene, rules};
use crate::pins::version::{Bump, bump};
use crate::pins::{At, Compatibility, Direction, Format, Pin, Pins};
use crate::schema::{Break, Document, Inclusion, includes};
use crate::shown::{shell_word, shown};

/// The most doubts that one message names.
const TOLD: usize = 3;

/// A move, with all that it is judged by.
pub(super) struct Move<'a> {
    pub(super) pin: &'a Pin,
    pub(super) pins: &'a Pins,
    pub(super) moved: &'a Moved,
    /// What is pinned now, as far as it could be read.
    pub(super) content: &'a Content,
}

/// What a change of content asks of the version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Demand {
    /// What is valid is what was valid.
    Words,
    /// Nobody knows whether anything else is valid now.
    Maybe,
    /// Something else is valid.
    Language,
    /// What the role needs is broken, or somebody accepted that it may be.
    Break,
}

impl Demand {
    /// The least step of the version; `None`: nobody knows whether a patch will do.
    fn least(self) -> Option<Bump> {
        match self {
            Self::Words => Some(Bump::Patch),
            Self::Maybe => None,
            Self::Language => Some(Bump::Minor),
            Self::Break => Some(Bump::Major),
        }
    }
}

/// Two schemas, in both directions.
struct Compared {
    backward: Inclusion,
    forward: Inclusion,
}

impl Compared {
    fn of(old: &Document, new: &Document) -> Self {
        Self { backward: includes(old, new), forward: includes(new, old) }
    }

    fn kept(&self, direction: Direction) -> Kept {
        Kept::of(direction, (&self.backward, &self.forward))
    }

    fn demand(&self) -> Demand {
        match (&self.backward, &self.forward) {
            (Inclusion::Holds, Inclusion::Holds) => Demand::Words,
            (Inclusion::Broken { .. }, _) | (_, Inclusion::Broken { .. }) => Demand::Language,
            (Inclusion::Unknown(_), Inclusion::Holds | Inclusion::Unknown(_)) | (Inclusion::Holds, Inclusion::Unknown(_)) => Demand::Maybe,
        }
    }
}

/// That the entry at the base asked for more than the one of today, where it did.
fn asked_before(of: &Move<'_>) -> String {
    match must_keep(&of.moved.old, of.pin) {
        Some(keep) if of.pin.must_keep() != Some(keep) => format!("; with what the entry asked for before, it must keep `{}`", keep.name()),
        Some(_) | None => String::new(),
    }
}

/// `1.4.0 → 1.5.0`.
fn arrow(old: &Pin, new: &Pin) -> String {
    format!("{} → {}", version_shown(old), version_shown(new))
}

impl Scene<'_> {
    /// Judges a move. A version that does not go forward is wrong by itself, and what it breaks is told all the same.
    pub(super) fn moved(&mut self, of: &Move<'_>) {
        let versions = version_of(&of.moved.old).zip(version_of(of.pin));
        let forward = match versions {
            Some((old, new)) => match bump(&old, &new) {
                Bump::Same => {
                    self.republished(of);
                    None
                }
                Bump::Downgrade => {
                    self.downgrade(of, (&old, &new));
                    None
                }
                Bump::Patch | Bump::Minor | Bump::Major => Some((old, new)),
            },
            None => None,
        };
        let Some(schema) = &of.moved.schema else { return };
        let Some(demand) = self.demand(of, schema) else { return };
        if let Some((old, new)) = &forward {
            self.step(of, demand, (old, new));
        }
    }

    fn republished(&mut self, of: &Move<'_>) {
        let (old, new) = (&of.moved.old, of.pin);
        let text = |at: &Option<At<String>>| at.as_ref().map_or_else(|| "none".to_owned(), |at| shown(&at.value));
        let version = text(&new.version);
        let (what, expected, actual, at) = match of.moved.schema.is_some() {
            true => ("other bytes", text(&old.sha256), text(&new.sha256), &new.sha256),
            false => ("another commit", text(&old.commit), text(&new.commit), &new.commit),
        };
        let line = at.as_ref().map_or(new.line, |at| at.line);
        let met = self.of(&rules::REPUBLISHED, new, (line, &format!("was published again: version {version} has {what} now")));
        self.add(met.expected(expected).actual(actual).next(diff(new)));
    }

    fn downgrade(&mut self, of: &Move<'_>, (old, new): (&Version, &Version)) {
        let line = of.pin.version.as_ref().map_or(of.pin.line, |at| at.line);
        let met = self.of(&rules::DOWNGRADE, of.pin, (line, "moved back to an earlier version"));
        self.add(met.expected(format!("{old} or later")).actual(new.to_string()).next(diff(of.pin)));
    }

    /// What the change asks of the version, after all that it breaks was said; `None`: it could not be compared.
    fn demand(&mut self, of: &Move<'_>, schema: &Result<String, String>) -> Option<Demand> {
        let old = match schema {
            Ok(text) => text,
            Err(why) => {
                let message = format!("moved, and what it was pinned to before is not known: {why}");
                self.add(self.of(&rules::BASE_UNREAD, of.pin, (of.pin.line, &message)));
                return None;
            }
        };
        match of.content {
            Content::Schema(new) => self.compare(of, old, new),
            Content::Other(format) => self.uncompared(of, *format),
            // Why not was said, and holds.
            Content::Unread => None,
        }
    }

    fn uncompared(&mut self, of: &Move<'_>, format: Format) -> Option<Demand> {
        let acceptance = self.acceptance(of.pins, (&of.moved.old, of.pin));
        if acceptance == Acceptance::Stands {
            return Some(Demand::Break);
        }
        let addition = acceptance.addition();
        let message = format!("{} changed, and gate does not compare `{}`{addition}", arrow(&of.moved.old, of.pin), format.name());
        let met = self.of(&rules::NOT_COMPARED, of.pin, (of.pin.line, &message));
        self.add(met.next("gate explain schema-pins/not-compared"));
        None
    }

    fn compare(&mut self, of: &Move<'_>, old: &str, new: &Document) -> Option<Demand> {
        let old = match earlier_schema(&of.moved.old, old) {
            Ok(old) => old,
            Err(NotCompared::Other(format)) => return self.uncompared(of, format),
            Err(why @ (NotCompared::NoFormat | NotCompared::Unread(_))) => {
                let message = format!("moved, and the schema that it was pinned to before cannot be read: {why}");
                self.add(self.of(&rules::BASE_UNREAD, of.pin, (of.pin.line, &message)));
                return None;
            }
        };
        let compared = Compared::of(&old, new);
        // Without a role nothing can be broken; the version has to say all the same that something changed.
        let Some(keep) = must_keep(&of.moved.old, of.pin) else { return Some(compared.demand()) };
        let demand = self.judge_kept(of, &of.moved.old, compared.kept(keep.direction));
        self.judge_older(of, keep, new);
        Some(demand.unwrap_or_else(|| compared.demand()))
    }

    /// Says what is broken or unknown between one earlier version and the pinned one; a break asks for its own step of the version.
    fn judge_kept(&mut self, of: &Move<'_>, old: &Pin, kept: Kept) -> Option<Demand> {
        let acceptance = self.acceptance(of.pins, (old, of.pin));
        let between = arrow(old, of.pin);
        match kept {
            Kept::Yes => None,
            Kept::Broken(..) if acceptance == Acceptance::Stands => Some(Demand::Break),
            Kept::Unknown(_) if acceptance == Acceptance::Stands => Some(Demand::Maybe),
            Kept::Broken(direction, breaks) => {
                self.broken(of, (&between, direction, acceptance), &breaks);
                Some(Demand::Break)
            }
            Kept::Unknown(doubts) => {
                let more = doubts.len().saturating_sub(TOLD);
                let told = doubts.iter().take(TOLD).map(|doubt| format!("`{}`: {}", shown(&doubt.at), doubt.message));
                let mut told = told.collect::<Vec<_>>().join("; ");
                if more > 0 {
                    told.push_str(&format!("; and {more} more"));
                }
                let message = format!("{between} cannot be decided: {told}{}{}", acceptance.addition(), asked_before(of));
                let met = self.of(&rules::UNDECIDED, of.pin, (of.pin.line, &message));
                self.add(met.next(diff(of.pin)));
                None
            }
        }
    }

    fn broken(&mut self, of: &Move<'_>, (between, direction, acceptance): (&str, Direction, Acceptance), breaks: &[Break]) {
        let Some(first) = breaks.first() else { return };
        let (whom, who) = match direction {
            Direction::Backward | Direction::Full => ("an old document is refused", "the new schema refuses"),
            Direction::Forward => ("a new document is refused by holders of the old schema", "the old schema refuses"),
        };
        let more = match breaks.len() - 1 {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let message = format!(
            "{between} breaks: {whom} at `{}`: {}{more}{}{}",
            shown(&first.at),
            first.message,
            acceptance.addition(),
            asked_before(of)
        );
        let met = self.of(&rules::BREAKING, of.pin, (of.pin.line, &message));
        let witness = shown(&first.witness.to_string());
        self.add(met.expected(format!("both schemas accept `{witness}`")).actual(who).next(diff(of.pin)));
    }

    /// A transitive compatibility is held against all earlier versions.
    fn judge_older(&mut self, of: &Move<'_>, keep: Compatibility, new: &Document) {
        let earlier = match of.moved.earlier(of.pin, of.pins) {
            Ok(earlier) => earlier,
            Err(why) => {
                let message = format!("asks for `{}`, and its earlier versions are not known: {why}", keep.name());
                let met = self.of(&rules::HISTORY_UNREAD, of.pin, (of.pin.line, &message));
                return self.add(met.next("git fetch --unshallow"));
            }
        };
        for older in earlier {
            let read = older.schema.as_ref().map_err(Clone::clone);
            let read = read.and_then(|text| earlier_schema(&older.pin, text).map_err(|why| why.to_string()));
            match read {
                Ok(old) => {
                    let kept = Compared::of(&old, new).kept(keep.direction);
                    self.judge_kept(of, &older.pin, kept);
                }
                Err(why) => {
                    let message = format!("{} cannot be compared: {why}", arrow(&older.pin, of.pin));
                    self.add(self.of(&rules::HISTORY_UNREAD, of.pin, (of.pin.line, &message)));
                }
            }
        }
    }

    /// Whether the version moved as far as the content asks.
    fn step(&mut self, of: &Move<'_>, demand: Demand, (old, new): (&Version, &Version)) {
        let step = bump(old, new);
        let line = of.pin.version.as_ref().map_or(of.pin.line, |at| at.line);
        let name = |bump: Bump| match bump {
            Bump::Downgrade => "a step back",
            Bump::Same => "no step",
            Bump::Patch => "a patch",
            Bump::Minor => "a minor version",
            Bump::Major => "a major version",
        };
        match demand.least() {
            Some(least) if step >= least => {}
            Some(least) => {
                let what = match demand {
                    Demand::Break => "what its role needs is broken",
                    Demand::Words | Demand::Maybe | Demand::Language => "other documents are valid now",
                };
                let message = format!("moved by {}, and {what}", name(step));
                let met = self.of(&rules::BUMP_TOO_SMALL, of.pin, (line, &message));
                self.add(met.expected(format!("{} or later", at_least(old, least))).actual(new.to_string()).next(diff(of.pin)));
            }
            None if step >= Bump::Minor => {}
            // Somebody has looked.
            None if self.acceptance(of.pins, (&of.moved.old, of.pin)) == Acceptance::Stands => {}
            None => {
                let message = format!("moved by {}, and nobody knows whether other documents are valid now", name(step));
                let met = self.of(&rules::UNDECIDED, of.pin, (line, &message));
                self.add(met.expected(format!("{} or later", at_least(old, Bump::Minor))).actual(new.to_string()).next(diff(of.pin)));
            }
        }
    }
}

/// The first version that is a step away. Before 1.0.0 a minor step is a major one.
fn at_least(old: &Version, step: Bump) -> Version {
    match step {
        Bump::Major if old.major > 0 => Version::new(old.major + 1, 0, 0),
        Bump::Major | Bump::Minor => Version::new(old.major, old.minor + 1, 0),
        Bump::Downgrade | Bump::Same | Bump::Patch => Version::new(old.major, old.minor, old.patch + 1),
    }
}

/// The command that shows what a move changes.
fn diff(pin: &Pin) -> String {
    format!("gate pins diff {}", shell_word(&pin.name.value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::schema_pins::kept::tests::{broken, unknown};

    #[test]
    fn the_step_is_what_the_change_of_the_language_asks() {
        let demand = |backward, forward| Compared { backward, forward }.demand();
        assert_eq!(demand(Inclusion::Holds, Inclusion::Holds), Demand::Words);
        assert_eq!(demand(Inclusion::Holds, broken()), Demand::Language);
        assert_eq!(demand(broken(), unknown()), Demand::Language);
        assert_eq!(demand(Inclusion::Holds, unknown()), Demand::Maybe);
    }

    #[test]
    fn the_least_version_is_named() {
        let version = |text: &str| Version::parse(text).unwrap();
        assert_eq!(at_least(&version("1.4.2"), Bump::Major), version("2.0.0"));
        assert_eq!(at_least(&version("0.4.2"), Bump::Major), version("0.5.0"));
        assert_eq!(at_least(&version("1.4.2"), Bump::Minor), version("1.5.0"));
        assert_eq!(at_least(&version("1.4.2"), Bump::Patch), version("1.4.3"));
    }
}
