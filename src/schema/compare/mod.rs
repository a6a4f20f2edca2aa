//! Two schemas compared in three answers: whatever the one accepts the other does too, or an instance shows that it does not, or it cannot
//! be decided.
//!
//! ```text
//! Document ─source→ sub-schemas by number ─expand, negate→ Forms ─include, facets→ Gaps with proposed instances ─a validator→ Inclusion
//! ```
//!
//! That nothing is lost is proven: no gap is left. That something is lost is shown: a validator accepts a proposed instance under the one schema
//! and refuses it under the other. A gap that no instance confirms is a doubt.

#[cfg(test)]
mod bounds_test;
#[cfg(test)]
mod compare_test;
mod disjoint;
mod edits;
mod expand;
mod facets;
mod form;
mod include;
mod keywords;
mod means;
mod member;
mod negate;
mod number;
mod same;
mod sample;
mod source;
mod split;
mod strings;

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use super::document::room;
use super::{Break, Comparison, Document, Doubt, Inclusion};
use expand::Schema;
use include::{Gap, Prover};
use means::{Means, weight};
use source::{Conj, Term};

/// How many breaks and doubts are told.
const TOLD: usize = 100;
/// How often values may be asked about by schemas, to confirm what is proposed.
const ASKED: u64 = 20_000_000;
/// The stack that a comparison gets: schemas nest, and instances of them deeper.
const STACK: usize = 64 << 20;

impl Doubt {
    fn of(at: &str, message: impl Into<String>) -> Self {
        Self { at: at.to_owned(), message: message.into() }
    }
}

/// Whether every instance that `from` accepts is accepted by `to`.
pub(crate) fn includes(from: &Document, to: &Document) -> Inclusion {
    room::of(STACK, || Pair::of(from, to).inclusion()).unwrap_or_else(no_room)
}

/// Both directions, and what changed.
pub(crate) fn compare(old: &Document, new: &Document) -> Comparison {
    let both = room::of(STACK, || {
        let pair = Pair::of(old, new);
        let backward = pair.inclusion();
        let forward = pair.turned().inclusion();
        let changes = edits::changes((old.value(), new.value()), &backward, &forward);
        Comparison { backward, forward, changes }
    });
    both.unwrap_or_else(|| Comparison { backward: no_room(), forward: no_room(), changes: Vec::new() })
}

/// What is so where no thread can be started.
fn no_room() -> Inclusion {
    Inclusion::Unknown(vec![Doubt::of("", "is not compared: there is no room for it on this machine now; ask again")])
}

/// Two documents, the one of which may be included in the other.
struct Pair<'d> {
    means: Rc<Means>,
    from: (&'d Document, Schema<'d>),
    to: (&'d Document, Schema<'d>),
}

impl<'d> Pair<'d> {
    fn of(from: &'d Document, to: &'d Document) -> Self {
        let means = Rc::new(Means::new());
        let (ours, theirs) = (Schema::of(from, &means), Schema::of(to, &means));
        Self { means, from: (from, ours), to: (to, theirs) }
    }

    /// The other way round. What is known of the schemas stays, but for what was seen when the means were spent.
    fn turned(self) -> Self {
        if self.means.renew() { Self { from: self.to, to: self.from, ..self } } else { Self::of(self.to.0, self.from.0) }
    }

    fn inclusion(&self) -> Inclusion {
        let ((from, ours), (to, theirs)) = (&self.from, &self.to);
        if from.value() == to.value() && from.draft() == to.draft() {
            return Inclusion::Holds;
        }
        let prover = Prover::of(&self.means, ours, theirs);
        let (here, there) = (Conj::of([Term::Is(ours.source.root())]), Conj::of([Term::Is(theirs.source.root())]));
        let gaps = prover.gaps(&here, &there);
        if gaps.is_empty() {
            return Inclusion::Holds;
        }
        judged(&gaps, from, to)
    }
}

/// What a validator says of the proposed instances: each place with the first that shows it.
fn judged(gaps: &[Gap], from: &Document, to: &Document) -> Inclusion {
    let mut breaks: BTreeMap<(&str, &str), Break> = BTreeMap::new();
    let mut doubts: BTreeMap<(&str, &str), Doubt> = BTreeMap::new();
    let mut left = ASKED;
    for gap in gaps {
        let place = (&*gap.at, gap.message.as_str());
        let is_asked = breaks.len() < TOLD && !breaks.contains_key(&place);
        // The simplest are proposed first, and a validator's look at a large value is what a comparison spends most on.
        let mut shows = |value: &&Value| {
            let each = from.most_asked().saturating_add(to.most_asked());
            left = left.saturating_sub(u64::try_from(weight(value)).unwrap_or(u64::MAX).saturating_mul(each));
            left > 0 && from.accepts(value) && to.refuses(value)
        };
        match gap.proposed.iter().filter(|_| is_asked).find(|value| shows(value)) {
            Some(witness) => {
                let one = Break { at: gap.at.to_string(), message: gap.message.clone(), witness: witness.clone() };
                breaks.insert(place, one);
            }
            None if breaks.contains_key(&place) => {}
            None => drop(doubts.entry(place).or_insert_with(|| Doubt::of(&gap.at, gap.message.clone()))),
        }
    }
    // Of a place that breaks it is known what to do.
    doubts.retain(|place, _| !breaks.contains_key(place));
    let doubts = doubts.into_values().take(TOLD).collect();
    if breaks.is_empty() { Inclusion::Unknown(doubts) } else { Inclusion::Broken { breaks: breaks.into_values().collect(), doubts } }
}
