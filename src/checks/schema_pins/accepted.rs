//! Breaks that somebody means: which move each is for, and until when.

use super::before::Before;
use super::dates::date;
use super::entry::version_of;
use super::{Scene, rules};
use crate::check::{Met, Rule};
use crate::pins::{AcceptedBreak, At, Pin, Pins, Reach, version};
use crate::shown::{harmless, shown};

/// Whether somebody accepted a break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Acceptance {
    Stands,
    /// It did, until this date.
    Over(String),
    /// Nobody did.
    None,
}

impl Acceptance {
    /// What is to be added to a message.
    pub(super) fn addition(&self) -> String {
        match self {
            Self::Over(date) => format!("; its acceptance ended on {date}"),
            Self::Stands | Self::None => String::new(),
        }
    }
}

/// Whether a text is the version of a pin; build metadata aside.
fn is_version_of(text: &str, pin: &Pin) -> bool {
    version::parse(text).ok().zip(version_of(pin)).is_some_and(|(one, other)| one.cmp_precedence(&other).is_eq())
}

/// Whether an accepted break is of the move from one entry to another.
fn is_of(accepted: &AcceptedBreak, old: &Pin, new: &Pin) -> bool {
    accepted.name.value == new.name.value && is_version_of(&accepted.from.value, old) && is_version_of(&accepted.to.value, new)
}

impl Scene<'_> {
    /// Whether a move is one that somebody accepted.
    pub(super) fn acceptance(&self, pins: &Pins, (old, new): (&Pin, &Pin)) -> Acceptance {
        let dates =
            pins.accepted.iter().filter(|accepted| is_of(accepted, old, new)).filter_map(|accepted| date(&accepted.both_until.value));
        match dates.max() {
            Some(last) if self.cx.now().date_naive() <= last => Acceptance::Stands,
            Some(last) => Acceptance::Over(last.to_string()),
            None => Acceptance::None,
        }
    }

    /// The accepted breaks alone, the pins that they are of, and whether each is of a move that was.
    pub(super) fn accepted_breaks(&mut self, pins: &Pins, before: Option<&Before>) {
        let mut open = Vec::new();
        for accepted in &pins.accepted {
            let name = shown(&accepted.name.value);
            let last = date(&accepted.both_until.value);
            if last.is_none() {
                self.bad_date(&accepted.both_until, &format!("the accepted break of `{name}`"));
            }
            let of_name: Vec<&Pin> = pins.pins.iter().filter(|pin| pin.name.value == accepted.name.value).collect();
            let is_now = before.is_some_and(|before| is_of_range(accepted, (pins, before)));
            let why = if is_now { None } else { unused(accepted, &of_name) };
            if let Some((line, why)) = why {
                self.accepted(&rules::BREAK_UNUSED, accepted, (line, format!("`{name}`: {why}")));
            } else if let Some(last) = last.filter(|last| self.cx.now().date_naive() > *last)
                && !of_name.iter().any(|pin| is_transitive(pin))
            {
                let message = format!("`{name}`: both versions were served until {last}");
                self.accepted(&rules::BREAK_OVER, accepted, (accepted.both_until.line, message));
            } else if let (false, Some(pin)) = (is_now, of_name.first()) {
                open.push((accepted, *pin));
            }
        }
        self.never_moved(&open);
    }

    /// Accepted breaks of earlier ranges, held against the versions that their pins had.
    fn never_moved(&mut self, open: &[(&AcceptedBreak, &Pin)]) {
        if open.is_empty() {
            return;
        }
        let wanted: Vec<&Pin> = open.iter().map(|(_, pin)| *pin).collect();
        let past = self.past();
        let walked = past.history_files(&wanted).and_then(|files| past.walk(&files, &wanted));
        for (at, (accepted, pin)) in open.iter().enumerate() {
            let step = format!("`{}`: {} → {}", shown(&accepted.name.value), shown(&accepted.from.value), shown(&accepted.to.value));
            let (rule, message) = match &walked {
                Ok(walked) => {
                    let older = walked.get(&at).into_iter().flatten().map(|older| &older.pin);
                    let had: Vec<&Pin> = older.chain([*pin]).collect();
                    let was = |at: &At<String>| had.iter().any(|pin| is_version_of(&at.value, pin));
                    if was(&accepted.from) && was(&accepted.to) {
                        continue;
                    }
                    (&rules::BREAK_UNUSED, format!("{step} is no move that this pin ever made"))
                }
                Err(why) => (&rules::BREAK_UNVERIFIED, format!("{step}: nobody knows whether the pin ever made this move: {why}")),
            };
            self.accepted(rule, accepted, (accepted.from.line, message));
        }
    }

    fn accepted(&mut self, rule: &'static Rule, accepted: &AcceptedBreak, (line, message): (usize, String)) {
        let met = Met::new(rule, self.line(line), message).subject(shown(&accepted.name.value));
        self.add(met);
    }
}

/// Whether an accepted break lies between two versions, so that the older is read no more. It counts where both of its versions are among those
/// that the pin had: one of a move that never was leaves nothing behind.
pub(super) fn is_left_behind(pins: &Pins, (old, new): (&Pin, &Pin), had: &[&Pin]) -> bool {
    let Some((old, new_version)) = version_of(old).zip(version_of(new)) else { return false };
    let lies_between = |accepted: &AcceptedBreak| {
        let versions = version::parse(&accepted.from.value).ok().zip(version::parse(&accepted.to.value).ok());
        accepted.name.value == new.name.value
            && versions.is_some_and(|(from, to)| {
                old.cmp_precedence(&from).is_le() && from.cmp_precedence(&to).is_lt() && to.cmp_precedence(&new_version).is_le()
            })
            && [&accepted.from, &accepted.to].iter().all(|at| had.iter().any(|pin| is_version_of(&at.value, pin)))
    };
    pins.accepted.iter().any(lies_between)
}

/// Whether an accepted break is of a move of this range.
fn is_of_range(accepted: &AcceptedBreak, (pins, before): (&Pins, &Before)) -> bool {
    before.moved.iter().any(|(place, moved)| pins.pins.get(*place).is_some_and(|pin| is_of(accepted, &moved.old, pin)))
}

/// A transitive pin needs its accepted breaks as long as it is there: they say how far back it reaches.
fn is_transitive(pin: &Pin) -> bool {
    pin.must_keep().is_some_and(|keep| keep.reach == Reach::Transitive)
}

/// Why an accepted break can be of no move: its line, and the reason.
fn unused(accepted: &AcceptedBreak, of_name: &[&Pin]) -> Option<(usize, String)> {
    if of_name.is_empty() {
        return Some((accepted.name.line, "no pin has this name".to_owned()));
    }
    for (key, at) in [("from", &accepted.from), ("to", &accepted.to)] {
        if let Err(why) = version::parse(&at.value) {
            return Some((at.line, format!("`{key}` is no semantic version: {}", harmless(&why))));
        }
    }
    let (from, to) = version::parse(&accepted.from.value).ok().zip(version::parse(&accepted.to.value).ok())?;
    if from.cmp_precedence(&to).is_ge() {
        return Some((accepted.to.line, format!("{from} → {to} is no step forward")));
    }
    let is_ahead = of_name.iter().all(|pin| version_of(pin).is_some_and(|pinned| to.cmp_precedence(&pinned).is_gt()));
    is_ahead.then(|| (accepted.to.line, format!("it is pinned at an earlier version than {to}")))
}
