//! Objects: which names there are and may be, and what their values are.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use crate::schema::compare::form::{Asked, Form, Type};
use crate::schema::compare::include::{Gap, MOST_GAPS, NOTHING, PROPOSED, Prover, not_allowed};
use crate::schema::compare::member::{Is, asked_of, is_valid};
use crate::schema::compare::source::Conj;

/// The patterns of names of which all combinations are looked at.
const PATTERNS: usize = 4;

/// What is asked of objects there and not here.
pub(super) fn gaps(prover: &Prover<'_, '_>, form: &Form, other: &Form) -> Vec<Gap> {
    let objects = Objects::of(prover, form, other);
    let mut gaps = objects.required();
    gaps.extend(objects.counts());
    gaps.extend(objects.names());
    gaps.extend(objects.known());
    gaps.extend(objects.others());
    gaps
}

/// Objects of many sorts that have the form.
pub(super) fn variety(prover: &Prover<'_, '_>, form: &Form, other: &Form) -> Vec<Value> {
    let objects = Objects::of(prover, form, other);
    let names: BTreeSet<&String> = form.known_names().chain(other.known_names()).collect();
    let with = |name: &String| objects.with(name, &prover.sampler().value_of(form, name)?);
    let each: Vec<Value> = names.into_iter().filter_map(with).take(PROPOSED).collect();
    objects.base().cloned().into_iter().chain(each).collect()
}

struct Objects<'o, 'a, 'd> {
    prover: &'o Prover<'a, 'd>,
    form: &'o Form,
    other: &'o Form,
    /// The least object of the form, from when it is asked for.
    base: OnceCell<Option<Value>>,
    /// The only names that may be there, where names themselves are asked to be among some.
    only: Option<BTreeSet<String>>,
}

impl<'o, 'a, 'd> Objects<'o, 'a, 'd> {
    fn of(prover: &'o Prover<'a, 'd>, form: &'o Form, other: &'o Form) -> Self {
        let asked = Conj::of(form.property_names.iter().map(|asked| asked.value));
        let forms = prover.from.forms(&asked).ok().filter(|_| !asked.terms().is_empty());
        let texts = forms.map(|forms| forms.iter().filter(|form| form.types.contains(&Type::Text)).cloned().collect::<Vec<_>>());
        let values = texts
            .and_then(|texts| texts.iter().map(|form| form.values.as_ref().map(|values| values.value.clone())).collect::<Option<Vec<_>>>());
        let only = values.map(|values| values.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect());
        Self { prover, form, other, base: OnceCell::new(), only }
    }

    /// Whether no name can be there but those that have to be.
    fn is_full(&self) -> bool {
        u64::try_from(self.form.required.len()).is_ok_and(|required| self.has_at_most(required))
    }

    /// The least object of the form.
    fn base(&self) -> Option<&Value> {
        self.base.get_or_init(|| self.prover.sampler().object(self.form)).as_ref()
    }

    /// The least object, with this value for this name.
    fn with(&self, name: &str, value: &Value) -> Option<Value> {
        let base = self.base().filter(|base| self.prover.means.spend_on_copies(1, [*base, value]))?;
        let mut object = base.clone();
        object.as_object_mut()?.insert(name.to_owned(), value.clone());
        Some(object)
    }

    fn required(&self) -> Vec<Gap> {
        let missing = self.other.required.iter().filter(|(name, _)| !self.form.required.contains_key(*name)).take(MOST_GAPS + 1);
        let gap = |(name, at): (&String, &Rc<str>)| {
            let mut object = self.base().filter(|base| self.prover.means.spend_on_copies(1, [*base])).cloned();
            if let Some(map) = object.as_mut().and_then(Value::as_object_mut) {
                map.remove(name);
            }
            Gap::of(at, format!("`{name}` is required"), object.into_iter().collect())
        };
        missing.map(gap).collect()
    }

    fn counts(&self) -> Vec<Gap> {
        let mut gaps = Vec::new();
        let required = u64::try_from(self.form.required.len()).unwrap_or(u64::MAX);
        let least = self.form.min_properties.as_ref().map_or(0, |asked| asked.value).max(required);
        if let Some(asked) = self.other.min_properties.as_ref().filter(|asked| asked.value > least) {
            gaps.push(Gap::of(&asked.at, format!("only of {} names or more", asked.value), self.base().cloned().into_iter().collect()));
        }
        if let Some(asked) = &self.other.max_properties
            && !self.has_at_most(asked.value)
        {
            let least = Asked { value: asked.value.saturating_add(1), at: Rc::clone(&asked.at) };
            let crowded = Form { min_properties: Some(least), ..self.form.clone() };
            let object = self.prover.sampler().object(&crowded).into_iter().collect();
            gaps.push(Gap::of(&asked.at, format!("only of {} names or fewer", asked.value), object));
        }
        gaps
    }

    fn is_never(&self, asked: &Conj) -> bool {
        self.prover.from.forms(asked).is_ok_and(|forms| forms.is_empty())
    }

    /// Whether no name but the known ones may be there.
    fn is_closed(&self) -> bool {
        self.form.name_patterns().next().is_none() && self.is_never(&self.form.of_name(None, &|_| false))
    }

    /// Whether there are never more names than so many.
    fn has_at_most(&self, count: u64) -> bool {
        if self.form.max_properties.as_ref().is_some_and(|asked| asked.value <= count) {
            return true;
        }
        let names: BTreeSet<&String> = match &self.only {
            Some(only) => only.iter().collect(),
            None if self.is_closed() => self.form.known_names().collect(),
            None => return false,
        };
        let is_possible = |name: &&&String| !asked_of(self.prover.means, self.form, name).is_some_and(|asked| self.is_never(&asked));
        let beyond = usize::try_from(count).unwrap_or(usize::MAX);
        names.iter().filter(is_possible).nth(beyond).is_none()
    }

    /// What is asked of the names themselves.
    fn names(&self) -> Vec<Gap> {
        let own = Conj::of(self.form.property_names.iter().map(|asked| asked.value));
        let mut gaps = Vec::new();
        for asked in &self.other.property_names {
            let wanted = Conj::of([asked.value]);
            let found = if self.is_closed() {
                let names = self.form.known_names().filter(|name| !self.is_never(&self.form.of_name(Some(name), &|_| false)));
                let is_lost = |name: &&String| is_valid(self.prover.means, self.prover.to, &Value::from(name.as_str()), &wanted) != Is::Yes;
                names
                    .filter(is_lost)
                    .map(|name| Gap::of(&asked.at, format!("`{name}` may be no name"), vec![Value::from(name.as_str())]))
                    .collect()
            } else {
                self.prover.compare(&own, &wanted, &[Type::Text])
            };
            for gap in found {
                let named = |name: &Value| {
                    let name = name.as_str()?;
                    self.with(name, &self.prover.sampler().value_of(self.form, name)?)
                };
                gaps.push(Gap {
                    proposed: gap.proposed.iter().filter_map(named).collect(),
                    message: format!("as a name: {}", gap.message),
                    ..gap
                });
            }
        }
        gaps
    }

    /// Whether a name may be there, as far as that is asked of names themselves.
    fn may_be(&self, name: &str) -> bool {
        let text = Value::from(name);
        let asked = self.form.property_names.iter().map(|asked| Conj::of([asked.value]));
        asked.map(|asked| is_valid(self.prover.means, self.prover.from, &text, &asked)).all(|is| is != Is::No)
    }

    /// The names that one of the two names.
    fn known(&self) -> Vec<Gap> {
        let names: BTreeSet<&String> = self.form.known_names().chain(self.other.known_names()).chain(self.only.iter().flatten()).collect();
        let mut gaps = Vec::new();
        let is_full = self.is_full();
        for name in names.into_iter().filter(|name| self.may_be(name) && (!is_full || self.form.required.contains_key(*name))) {
            if self.prover.is_full(&mut gaps, &self.other.at) {
                break;
            }
            let means = self.prover.means;
            if let Some(value) = self.form.values_of.get(name) {
                let there = asked_of(means, self.other, name);
                let is_there = there.is_some_and(|there| is_valid(means, self.prover.to, value, &there) == Is::Yes);
                gaps.extend((!is_there).then(|| Gap::of(&self.other.at, format!("`{name}` has another value"), Vec::new())));
                continue;
            }
            let (Some(here), Some(there)) = (asked_of(means, self.form, name), asked_of(means, self.other, name)) else {
                gaps.push(Gap::of(&self.other.at, format!("it is not known which patterns the name `{name}` has"), Vec::new()));
                continue;
            };
            let found = self.prover.gaps(&here, &there);
            gaps.extend(found.iter().map(|gap| self.around(name, gap, self.closing(name))));
        }
        gaps
    }

    /// Where a name is refused that nobody named there.
    fn closing(&self, name: &str) -> Option<Rc<str>> {
        let closes = |names: &&crate::schema::compare::form::Names| !names.named.contains_key(name) && names.rest.is_some();
        self.other.names.iter().find(closes).map(|names| Rc::clone(&names.at))
    }

    fn around(&self, name: &str, gap: &Gap, closing: Option<Rc<str>>) -> Gap {
        let proposed = gap.proposed.iter().take(PROPOSED).filter_map(|value| self.with(name, value)).collect();
        let message = if gap.message == NOTHING { not_allowed(name) } else { format!("`{name}`: {}", gap.message) };
        match closing {
            Some(at) => Gap { at, message, proposed },
            None => gap.proposing(proposed),
        }
    }

    /// The names that nobody names, by the patterns that they have.
    fn others(&self) -> Vec<Gap> {
        // All that there may be was looked at by name.
        if self.only.is_some() || self.is_full() {
            return Vec::new();
        }
        let patterns: BTreeSet<&String> = self.form.name_patterns().chain(self.other.name_patterns()).collect();
        let patterns: Vec<&String> = patterns.into_iter().collect();
        if patterns.len() > PATTERNS {
            return vec![Gap::of(&self.other.at, "has too many patterns of names to be compared", Vec::new())];
        }
        let mut gaps = Vec::new();
        for number in 0..1_usize << patterns.len() {
            let matched: Vec<&String> =
                patterns.iter().enumerate().filter(|(n, _)| number >> n & 1 == 1).map(|(_, pattern)| *pattern).collect();
            let has = |pattern: &str| matched.iter().any(|one| *one == pattern);
            let (here, there) = (self.form.of_name(None, &has), self.other.of_name(None, &has));
            let found = self.prover.gaps(&here, &there);
            if found.is_empty() {
                continue;
            }
            let names = self.fresh(&patterns, &matched);
            for gap in found.iter() {
                let proposed = names.iter().flat_map(|name| gap.proposed.iter().take(4).filter_map(|value| self.with(name, value)));
                gaps.push(gap.proposing(proposed.take(PROPOSED).collect()));
            }
        }
        gaps
    }

    /// Names that nobody names, and that have these of all patterns.
    fn fresh(&self, patterns: &[&String], matched: &[&String]) -> Vec<String> {
        let known: BTreeSet<&String> = self.form.known_names().chain(self.other.known_names()).collect();
        let made = matched.iter().flat_map(|pattern| self.prover.means.texts(pattern).to_vec());
        let usual = ["other", "x", "_", "0", "A", "x-other", "other_1", "é"].map(str::to_owned);
        let by_names = self.prover.sampler();
        let own = Conj::of(self.form.property_names.iter().map(|asked| asked.value));
        let sampled = if own.terms().is_empty() { None } else { by_names.any(&own).and_then(|name| name.as_str().map(str::to_owned)) };
        let fits = |name: &String| {
            let has = |pattern: &&String| self.prover.means.matches(pattern, name) == Some(true);
            !known.contains(name) && patterns.iter().all(|pattern| has(pattern) == matched.contains(pattern)) && self.may_be(name)
        };
        made.chain(sampled).chain(usual).filter(fits).take(4).collect()
    }
}
