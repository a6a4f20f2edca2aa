//! Numbers: where a range ends, and what they are multiples of.

use crate::schema::compare::form::{Asked, Form, Type};
use crate::schema::compare::include::{Gap, Prover};
use crate::schema::compare::number::{End, Num};
use crate::schema::compare::sample::ends;

/// What is asked of numbers there and not here.
pub(super) fn gaps(prover: &Prover<'_, '_>, (form, kind): (&Form, Type), other: &Form) -> Vec<Gap> {
    let proposed = || prover.sampler().numbers(form, kind, &ends(other));
    let mut gaps = Vec::new();
    if let Some(asked) = &other.lower
        && !is_above(form.lower.as_ref(), asked.value, kind)
    {
        gaps.push(Gap::of(&asked.at, format!("only from {} on", told(asked.value)), proposed()));
    }
    if let Some(asked) = &other.upper
        && !is_below(form.upper.as_ref(), asked.value, kind)
    {
        gaps.push(Gap::of(&asked.at, format!("only up to {}", told(asked.value)), proposed()));
    }
    for asked in &other.multiples {
        let own = form.multiples.iter().map(|own| own.value).chain((kind == Type::Whole).then_some(Num::Whole(1)));
        let is_multiple = own.map(|own| own.is_multiple_of(asked.value)).any(|is| is == Some(true));
        if !is_multiple {
            gaps.push(Gap::of(&asked.at, format!("only multiples of {}", shown(asked.value)), proposed()));
        }
    }
    gaps
}

fn shown(num: Num) -> String {
    num.to_value().map_or_else(|| format!("{num:?}"), |value| value.to_string())
}

fn told(end: End) -> String {
    match end {
        End::Closed(num) => shown(num),
        End::Open(num) => format!("{} (itself left out)", shown(num)),
    }
}

/// Whether all from one lower end on lies at or above another.
fn is_above(own: Option<&Asked<End>>, other: End, kind: Type) -> bool {
    own.is_some_and(|own| match (kind, own.value.least_whole(), other.least_whole()) {
        (Type::Whole, Some(own), Some(other)) => own >= other,
        (_, _, _) => own.value.cmp_lower(other).is_ge(),
    })
}

fn is_below(own: Option<&Asked<End>>, other: End, kind: Type) -> bool {
    own.is_some_and(|own| match (kind, own.value.greatest_whole(), other.greatest_whole()) {
        (Type::Whole, Some(own), Some(other)) => own <= other,
        (_, _, _) => own.value.cmp_upper(other).is_le(),
    })
}

/// Whether ranges together cover one.
pub(in crate::schema::compare) fn is_covered(form: &Form, kind: Type, there: &[&Form]) -> bool {
    let is_range = |other: &&&Form| {
        let is_opaque = other.opaque.values().any(|opaque| opaque.types.contains(&kind));
        let are_multiples =
            other.multiples.iter().all(|asked| kind == Type::Whole && Num::Whole(1).is_multiple_of(asked.value) == Some(true));
        other.values.is_none() && other.excluded.is_empty() && !is_opaque && are_multiples
    };
    let mut ranges: Vec<&Form> = there.iter().filter(is_range).copied().collect();
    ranges.sort_by(|a, b| match (&a.lower, &b.lower) {
        (None, None) => std::cmp::Ordering::Equal,
        (None, Some(_)) => std::cmp::Ordering::Less,
        (Some(_), None) => std::cmp::Ordering::Greater,
        (Some(a), Some(b)) => a.value.cmp_lower(b.value),
    });
    // What is left begins here; none: at the very beginning.
    let mut left = form.lower.as_ref().map(|asked| asked.value);
    for range in ranges {
        let begins = range.lower.as_ref().is_none_or(|lower| left.is_some_and(|left| reaches(lower.value, left, kind)));
        if !begins {
            return false;
        }
        let Some(upper) = &range.upper else { return true };
        if is_below(form.upper.as_ref(), upper.value, kind) {
            return true;
        }
        let behind = match upper.value {
            End::Closed(num) => End::Open(num),
            End::Open(num) => End::Closed(num),
        };
        if left.is_none_or(|left| behind.cmp_lower(left).is_gt()) {
            left = Some(behind);
        }
    }
    false
}

/// Whether a range that begins at `lower` holds all from `left` on.
fn reaches(lower: End, left: End, kind: Type) -> bool {
    match (kind, lower.least_whole(), left.least_whole()) {
        (Type::Whole, Some(lower), Some(left)) => lower <= left,
        (_, _, _) => lower.cmp_lower(left).is_le(),
    }
}

/// Whether no number of the type lies between the ends.
pub(super) fn is_empty(form: &Form, kind: Type) -> bool {
    let (Some(lower), Some(upper)) = (&form.lower, &form.upper) else { return false };
    match (kind, lower.value.least_whole(), upper.value.greatest_whole()) {
        (Type::Whole, Some(least), Some(greatest)) => least > greatest,
        // The only number there is, is whole.
        (_, _, _) => lower.value.num() == upper.value.num() && lower.value.num().is_whole(),
    }
}
