//! Whether no instance has a form of two branches: then exactly one of them is the same as any.

use std::collections::BTreeSet;

use super::expand::Schema;
use super::form::{Form, Type};
use super::means::Means;
use super::number::key;
use super::source::Conj;

/// Beyond so many forms they are told apart by one property's values, or not at all.
const MOST: usize = 200;

/// Whether no two branches share an instance, as far as that is seen.
pub(super) fn are(schema: &Schema<'_>, branches: &[Vec<Form>]) -> bool {
    if has_discriminator(schema, branches) {
        return true;
    }
    if branches.iter().map(Vec::len).sum::<usize>() > MOST {
        return false;
    }
    branches.iter().enumerate().all(|(n, branch)| {
        branches.iter().skip(n + 1).all(|other| branch.iter().all(|one| other.iter().all(|another| are_apart(schema, one, another))))
    })
}

fn are_apart(schema: &Schema<'_>, one: &Form, other: &Form) -> bool {
    if !schema.means.spend_on(one.weight() + other.weight()) {
        return false;
    }
    let Some(both) = one.and(other) else { return true };
    // What one of them asks to be there, no value can be under both.
    let is_impossible =
        |name: &String| of_named(&schema.means, &both, name).is_some_and(|asked| schema.forms(&asked).is_ok_and(|forms| forms.is_empty()));
    both.types.iter().all(|kind| *kind == Type::Object) && both.required.keys().any(is_impossible)
}

/// What is asked of a name, where every part that may say something of it names it.
fn of_named(means: &Means, form: &Form, name: &str) -> Option<Conj> {
    let is_sure =
        means.spend_on(1 + form.names.len()) && form.names.iter().all(|names| names.named.contains_key(name) || names.patterns.is_empty());
    is_sure.then(|| form.of_name(Some(name), &|_| false))
}

/// Whether there is a property that every branch asks for, with values that no other branch takes.
fn has_discriminator(schema: &Schema<'_>, branches: &[Vec<Form>]) -> bool {
    let Some(first) = branches.iter().flatten().next() else { return true };
    first.required.keys().any(|name| {
        let mut seen = BTreeSet::new();
        branches.iter().all(|branch| {
            let values = branch.iter().map(|form| values(schema, form, name)).collect::<Option<Vec<_>>>();
            let own: Option<BTreeSet<String>> = values.map(|values| values.into_iter().flatten().collect());
            own.is_some_and(|own| own.into_iter().all(|value| seen.insert(value)))
        })
    })
}

/// The only values that a property may have, which has to be there.
fn values(schema: &Schema<'_>, form: &Form, name: &str) -> Option<Vec<String>> {
    if form.types.iter().any(|kind| *kind != Type::Object) || !form.required.contains_key(name) {
        return None;
    }
    let forms = schema.forms(&of_named(&schema.means, form, name)?).ok()?;
    let values = forms.iter().map(|form| Some(form.values.as_ref()?.value.iter().map(key).collect::<Vec<_>>()));
    Some(values.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
}
