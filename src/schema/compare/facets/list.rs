//! Lists: how many items, which ones, and whether one may stand twice.

use serde_json::Value;

use crate::schema::compare::form::{Contains, Form};
use crate::schema::compare::include::{Gap, PROPOSED, Prover};
use crate::schema::compare::source::Conj;

/// What is asked of lists there and not here.
pub(super) fn gaps(prover: &Prover<'_, '_>, form: &Form, other: &Form) -> Vec<Gap> {
    let most = most(prover, form);
    let mut gaps = counts(prover, (form, most), other);
    if let Some(at) = &other.unique
        && form.unique.is_none()
        && most.is_none_or(|most| most > 1)
    {
        let twice = [2, 3].into_iter().filter_map(|least| prover.sampler().list(form, least)).collect();
        gaps.push(Gap::of(at, "no item may stand twice", twice));
    }
    gaps.extend(items(prover, (form, most), other));
    for asked in &other.contains {
        if !contains(prover, (form, most), asked) {
            let lists = [0, 1, 2, 3].into_iter().filter_map(|least| prover.sampler().list(form, least)).chain(crowd(prover, form, asked));
            gaps.push(Gap::of(&asked.at, told(asked), lists.chain(without(prover, form, asked)).take(PROPOSED).collect()));
        }
    }
    gaps
}

fn told(asked: &Contains) -> String {
    match asked.max {
        Some(max) => format!("from {} to {max} items have to be as `contains` says", asked.min),
        None => format!("{} or more items have to be as `contains` says", asked.min),
    }
}

/// A list of more items of a sort than there may be.
fn crowd(prover: &Prover<'_, '_>, form: &Form, asked: &Contains) -> Option<Value> {
    let count = usize::try_from(asked.max?.min(1_000)).ok()? + 1;
    // The terms of the other schema cannot be sampled with ours; what ours has at each place may do.
    (0..count).map(|index| prover.sampler().any(&form.of_item(index))).collect::<Option<Vec<Value>>>().map(Value::Array)
}

/// Lists of items that are not as it is asked.
fn without(prover: &Prover<'_, '_>, form: &Form, asked: &Contains) -> Vec<Value> {
    let wanted = Conj::of([asked.term]);
    let least = form.min_items.as_ref().map_or(1, |asked| asked.value.max(1)).min(100);
    let own = form.contains.iter().map(|own| (Conj::of([own.term]), own.min.max(least)));
    let sorts = own.chain([(form.of_item(form.first_items()), least)]);
    let lists = sorts.flat_map(|(sort, count)| {
        let found = prover.gaps(&sort, &wanted);
        let items: Vec<Value> = found.iter().flat_map(|gap| gap.proposed.iter().take(4).cloned()).collect();
        let count = usize::try_from(count.min(100)).unwrap_or(1);
        items
            .into_iter()
            .filter(|item| prover.means.spend_on_copies(count, [item]))
            .map(|item| Value::Array(vec![item; count]))
            .collect::<Vec<_>>()
    });
    lists.take(PROPOSED).collect()
}

/// The only values that items of a list may have.
fn only_items(prover: &Prover<'_, '_>, form: &Form) -> Option<u64> {
    let forms = prover.from.forms(&form.of_item(0)).ok().filter(|_| form.first_items() == 0)?;
    let counts = forms.iter().map(|form| form.values.as_ref().map(|values| values.value.len()));
    u64::try_from(counts.sum::<Option<usize>>()?).ok()
}

/// How many items a list of the form has at the most.
fn most(prover: &Prover<'_, '_>, form: &Form) -> Option<u64> {
    let is_never = |index: &usize| prover.from.forms(&form.of_item(*index)).is_ok_and(|forms| forms.is_empty());
    let closed = (0..=form.first_items()).find(is_never).and_then(|index| u64::try_from(index).ok());
    let most = form.max_items.as_ref().map(|asked| asked.value);
    // Each value once.
    let unique = form.unique.as_ref().and_then(|_| only_items(prover, form));
    [closed, most, unique].into_iter().flatten().min()
}

fn counts(prover: &Prover<'_, '_>, (form, most): (&Form, Option<u64>), other: &Form) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let contained = form.contains.iter().map(|asked| asked.min).max().unwrap_or_default();
    let least = form.min_items.as_ref().map_or(0, |asked| asked.value).max(contained);
    if let Some(asked) = other.min_items.as_ref().filter(|asked| asked.value > least) {
        let short = prover.sampler().list(form, least).into_iter().collect();
        gaps.push(Gap::of(&asked.at, format!("only of {} items or more", asked.value), short));
    }
    if let Some(asked) = &other.max_items
        && most.is_none_or(|most| most > asked.value)
    {
        let long = prover.sampler().list(form, asked.value.saturating_add(1)).into_iter().collect();
        gaps.push(Gap::of(&asked.at, format!("only of {} items or fewer", asked.value), long));
    }
    gaps
}

fn items(prover: &Prover<'_, '_>, (form, most): (&Form, Option<u64>), other: &Form) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let last = form.first_items().max(other.first_items());
    for index in 0..=last {
        if most.is_some_and(|most| u64::try_from(index).is_ok_and(|index| index >= most)) {
            break;
        }
        if prover.is_full(&mut gaps, &other.at) {
            break;
        }
        let found = prover.gaps(&form.of_item(index), &other.of_item(index));
        let around = |item: &Value| with_item(prover, form, index, item);
        gaps.extend(found.iter().map(|gap| gap.proposing(gap.proposed.iter().take(PROPOSED).filter_map(around).collect())));
    }
    gaps
}

/// A list of the form with this item at this place.
fn with_item(prover: &Prover<'_, '_>, form: &Form, index: usize, item: &Value) -> Option<Value> {
    let Value::Array(mut list) = prover.sampler().list(form, u64::try_from(index).ok()? + 1)? else { return None };
    *list.get_mut(index)? = item.clone();
    let list = Value::Array(list);
    prover.means.spend_on_copies(1, [&list]).then_some(list)
}

/// Whether every list of the form has the items that are asked for.
fn contains(prover: &Prover<'_, '_>, (form, most): (&Form, Option<u64>), asked: &Contains) -> bool {
    let wanted = Conj::of([asked.term]);
    let few_enough = asked.max.is_none_or(|max| most.is_some_and(|most| most <= max));
    if asked.min == 0 && few_enough {
        return true;
    }
    let is_within = |own: &Contains| {
        let own_term = Conj::of([own.term]);
        // As many at the most only where nothing else is counted.
        let is_max = few_enough || own.max.is_some_and(|own| asked.max.is_some_and(|max| own <= max)) && is_same(prover, own, asked);
        own.min >= asked.min && is_max && prover.gaps(&own_term, &wanted).is_empty()
    };
    if form.contains.iter().any(is_within) {
        return true;
    }
    let least = form.min_items.as_ref().map_or(0, |asked| asked.value);
    let all_are = (0..=form.first_items()).all(|index| prover.gaps(&form.of_item(index), &wanted).is_empty());
    least >= asked.min && few_enough && all_are
}

/// Whether two count the same items.
fn is_same(prover: &Prover<'_, '_>, own: &Contains, asked: &Contains) -> bool {
    use crate::schema::compare::source::Term;
    match (own.term, asked.term) {
        (Term::Is(own), Term::Is(asked)) => match (prover.from.source.closure(own), prover.to.source.closure(asked)) {
            (Ok(own), Ok(asked)) => own == asked,
            (_, _) => false,
        },
        (Term::Never, Term::Never) => true,
        (Term::Is(_) | Term::IsNot(_) | Term::Never, _) => false,
    }
}
