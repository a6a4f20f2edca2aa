//! Texts: how long they are, and which patterns are found in them.

use crate::schema::compare::form::Form;
use crate::schema::compare::include::{Gap, PROPOSED, Prover};
use crate::schema::compare::means::is_trivial;

/// What is asked of texts there and not here.
pub(super) fn gaps(prover: &Prover<'_, '_>, form: &Form, other: &Form) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let texts = |lengths: &[u64]| {
        let mut texts = prover.sampler().texts(form, lengths);
        texts.truncate(PROPOSED);
        texts
    };
    let least = form.min_length.as_ref().map_or(0, |asked| asked.value);
    if let Some(asked) = other.min_length.as_ref().filter(|asked| asked.value > least) {
        let message = format!("only of {} characters or more", asked.value);
        gaps.push(Gap::of(&asked.at, message, texts(&[asked.value.saturating_sub(1)])));
    }
    if let Some(asked) = &other.max_length
        && form.max_length.as_ref().is_none_or(|own| own.value > asked.value)
    {
        let message = format!("only of {} characters or fewer", asked.value);
        gaps.push(Gap::of(&asked.at, message, texts(&[asked.value.saturating_add(1)])));
    }
    for (pattern, at) in &other.patterns {
        if !form.patterns.contains_key(pattern) && !is_trivial(pattern) {
            let shown: String = pattern.chars().take(60).collect();
            let cut = if shown.len() < pattern.len() { "…" } else { "" };
            gaps.push(Gap::of(at, format!("only where `{shown}{cut}` is found"), texts(&[])));
        }
    }
    gaps
}
