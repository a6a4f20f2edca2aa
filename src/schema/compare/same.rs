//! Forms that are the same in two schemas, found by a text of all that they ask: so unions of thousands of branches are compared in one pass.

use std::collections::HashSet;
use std::fmt::Write;
use std::rc::Rc;

use super::expand::Schema;
use super::form::{Asked, Form};
use super::number::key;
use super::source::{Id, Term};

/// From so many forms on it is worth it.
const MANY: usize = 8;

/// The texts of many forms; empty where they are few.
pub(super) struct Texts(HashSet<String>);

impl Texts {
    pub(super) fn of(schema: &Schema<'_>, forms: &[Form]) -> Self {
        let many = forms.iter().filter(|_| forms.len() >= MANY);
        Self(many.filter_map(|form| text(schema, form)).collect())
    }

    pub(super) fn has(&self, schema: &Schema<'_>, form: &Form) -> bool {
        !self.0.is_empty() && text(schema, form).is_some_and(|text| self.0.contains(&text))
    }
}

/// All that a form asks; none: it cannot be written down.
fn text(schema: &Schema<'_>, form: &Form) -> Option<String> {
    let closure = |id: &Id| schema.source.closure(*id).ok().filter(|text| schema.means.spend_on_text(text));
    let term = |term: &Term| match term {
        Term::Is(id) => closure(id).map(|text| format!("+{text}")),
        Term::IsNot(id) => closure(id).map(|text| format!("-{text}")),
        Term::Never => Some("!".to_owned()),
    };
    let optional = |one: &Option<Term>| one.as_ref().map_or_else(|| Some(String::new()), term);
    let count = |asked: &Option<Asked<u64>>| asked.as_ref().map(|asked| asked.value);
    let mut text = schema.means.spend_on(form.weight()).then(|| format!("{:?}", form.types))?;
    let values = form.values.as_ref().map(|values| values.value.iter().map(key).collect::<Vec<_>>());
    let excluded: Vec<String> = form.excluded.iter().map(|asked| key(&asked.value)).collect();
    let ends = (form.lower.as_ref().map(|asked| asked.value), form.upper.as_ref().map(|asked| asked.value));
    let multiples: Vec<_> = form.multiples.iter().map(|asked| asked.value).collect();
    let counts =
        [&form.min_length, &form.max_length, &form.min_items, &form.max_items, &form.min_properties, &form.max_properties].map(count);
    let patterns: Vec<&String> = form.patterns.keys().collect();
    let required: Vec<&String> = form.required.keys().collect();
    let opaque: Vec<&Rc<str>> = form.opaque.keys().collect();
    write!(text, "{values:?}{excluded:?}{ends:?}{multiples:?}{counts:?}{patterns:?}{required:?}{opaque:?}{:?}", form.unique.is_some())
        .ok()?;
    for items in &form.items {
        let first = items.first.iter().map(optional).collect::<Option<Vec<_>>>()?;
        write!(text, "[{first:?}{:?}", optional(&items.rest)?).ok()?;
    }
    for contains in &form.contains {
        write!(text, "({:?}{}{:?}", term(&contains.term)?, contains.min, contains.max).ok()?;
    }
    for names in &form.names {
        let named = names.named.iter().map(|(name, one)| Some((name, term(one)?))).collect::<Option<Vec<_>>>()?;
        let patterns = names.patterns.iter().map(|(name, one)| Some((name, term(one)?))).collect::<Option<Vec<_>>>()?;
        write!(text, "{{{named:?}{patterns:?}{:?}", optional(&names.rest)?).ok()?;
    }
    for asked in &form.property_names {
        write!(text, "<{:?}", term(&asked.value)?).ok()?;
    }
    Some(text)
}
