//! Whether what one schema accepts another does too, place by place. Where it is not proven, a gap says where and proposes values that the
//! one may accept and the other refuse.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value;

use super::expand::{Forms, Schema};
use super::form::{Asked, Form, NUMBERS, Type};
use super::means::Means;
use super::member::{Is, has_form};
use super::number::key;
use super::sample::Sampler;
use super::source::{Conj, Term};
use super::{facets, same, split};
use crate::schema::Doubt;
use crate::schema::document::judging::short;

/// How deep an instance is followed.
const DEEPEST: usize = 200;
/// How deep the same words are looked for.
const SAID: usize = 8;
/// How many values a gap proposes.
pub(super) const PROPOSED: usize = 24;
/// How many gaps of a place are kept.
pub(super) const MOST_GAPS: usize = 1_000;
/// How often a form is split into parts, one in another.
const SPLITS: usize = 3;
/// In how many ways a form is split that is not covered.
const WAYS: usize = 4;
/// Whole numbers of a range that is looked at one by one.
const FEW: i128 = 64;

/// Where it is not proven.
#[derive(Clone, Debug)]
pub(super) struct Gap {
    /// A JSON pointer into the schema that refuses.
    pub(super) at: Rc<str>,
    pub(super) message: String,
    /// Values that show it, perhaps.
    pub(super) proposed: Vec<Value>,
}

impl Gap {
    pub(super) fn of(at: &Rc<str>, message: impl Into<String>, proposed: Vec<Value>) -> Self {
        Self { at: Rc::clone(at), message: message.into(), proposed }
    }

    /// The same gap, shown by other values: those around these.
    pub(super) fn proposing(&self, proposed: Vec<Value>) -> Self {
        Self { at: Rc::clone(&self.at), message: self.message.clone(), proposed }
    }

    fn doubt(doubt: &Doubt) -> Self {
        Self { at: Rc::from(doubt.at.as_str()), message: doubt.message.clone(), proposed: Vec::new() }
    }
}

pub(super) type Gaps = Rc<Vec<Gap>>;

/// What is known of two sets of terms.
enum Known {
    /// It is being looked at: a value that comes here again lies deeper, so by then it holds if it holds at all.
    Open,
    Done(Gaps),
}

/// Two schemas beside each other.
pub(super) struct Prover<'a, 'd> {
    pub(super) means: &'a Means,
    pub(super) from: &'a Schema<'d>,
    pub(super) to: &'a Schema<'d>,
    known: RefCell<HashMap<(Conj, Conj), Known>>,
    /// What was found to hold, in its order: what fails takes along what was built on it.
    held: RefCell<Vec<(Conj, Conj)>>,
    /// How often something was taken to hold that was being looked at.
    assumed: Cell<usize>,
    pub(super) depth: Cell<usize>,
}

impl<'a, 'd> Prover<'a, 'd> {
    pub(super) fn of(means: &'a Means, from: &'a Schema<'d>, to: &'a Schema<'d>) -> Self {
        let (known, held) = (RefCell::default(), RefCell::default());
        Self { means, from, to, known, held, assumed: Cell::new(0), depth: Cell::new(0) }
    }

    pub(super) fn sampler(&self) -> Sampler<'a, 'd> {
        Sampler { means: self.means, schema: self.from, depth: 0 }
    }

    /// The gaps between what is asked here and what is asked there; none: whatever has the one has the other.
    pub(super) fn gaps(&self, from: &Conj, to: &Conj) -> Gaps {
        if to.terms().is_empty() {
            return Rc::default();
        }
        let pair = (from.clone(), to.clone());
        match self.known.borrow().get(&pair) {
            Some(Known::Open) => {
                self.assumed.set(self.assumed.get() + 1);
                return Rc::default();
            }
            Some(Known::Done(gaps)) => return Rc::clone(gaps),
            None => {}
        }
        if self.is_said(from, to) {
            return Rc::default();
        }
        if self.depth.get() > DEEPEST {
            return Rc::new(vec![Gap::of(&Rc::from(""), "goes too deep to be compared", Vec::new())]);
        }
        self.known.borrow_mut().insert(pair.clone(), Known::Open);
        let (held, assumed) = (self.held.borrow().len(), self.assumed.get());
        self.depth.set(self.depth.get() + 1);
        let mut gaps = self.compare(from, to, &Type::ALL);
        // Those of what lies below would double at every level.
        if gaps.len() > MOST_GAPS {
            gaps.truncate(MOST_GAPS);
            gaps.push(Gap::of(&Rc::from(""), "is too large to be compared whole", Vec::new()));
        }
        let gaps = Rc::new(gaps);
        self.depth.set(self.depth.get() - 1);
        let mut known = self.known.borrow_mut();
        let mut log = self.held.borrow_mut();
        if gaps.is_empty() {
            log.push(pair.clone());
        } else if self.assumed.get() > assumed {
            log.drain(held..).for_each(|pair| drop(known.remove(&pair)));
        }
        known.insert(pair, Known::Done(Rc::clone(&gaps)));
        gaps
    }

    /// Whether all that is asked there is asked here in the same words. Far below it is not looked for: those above hold it, and were looked at.
    fn is_said(&self, from: &Conj, to: &Conj) -> bool {
        let (here, there) = (&self.from.source, &self.to.source);
        let is_same = |one: &Term, other: &Term| match (one, other) {
            (Term::Is(id), Term::Is(other)) | (Term::IsNot(id), Term::IsNot(other)) => here.has_same(*id, (there, *other)),
            (Term::Never, _) => true,
            (Term::Is(_) | Term::IsNot(_), _) => false,
        };
        self.depth.get() <= SAID && to.terms().iter().all(|other| from.terms().iter().any(|one| is_same(one, other)))
    }

    /// The same of values of these types alone.
    pub(super) fn compare(&self, from: &Conj, to: &Conj, types: &[Type]) -> Vec<Gap> {
        let (ours, theirs) = match (self.from.forms(from), self.to.forms(to)) {
            (Ok(ours), Ok(theirs)) => (ours, theirs),
            (Err(doubt), _) | (_, Err(doubt)) => return vec![Gap::doubt(&doubt)],
        };
        let same = same::Texts::of(self.to, &theirs);
        let mut gaps = Vec::new();
        for form in ours.iter().filter(|form| !same.has(self.from, form)) {
            for kind in types.iter().filter(|kind| form.types.contains(kind)) {
                if self.is_full(&mut gaps, &form.at) {
                    return gaps;
                }
                gaps.extend(self.covered(form, *kind, &theirs));
            }
        }
        gaps
    }

    /// Whether no more is looked at, of which a gap is left.
    pub(super) fn is_full(&self, gaps: &mut Vec<Gap>, at: &Rc<str>) -> bool {
        let is_full = !self.means.spend() || gaps.len() > MOST_GAPS;
        if is_full {
            gaps.push(Gap::of(at, "is too large to be compared whole", Vec::new()));
        }
        is_full
    }

    /// The gaps between values of one type that have a form, and all the forms that they may have there.
    fn covered(&self, form: &Form, kind: Type, theirs: &Forms) -> Vec<Gap> {
        let there: Vec<&Form> = theirs.iter().filter(|other| other.types.contains(&kind)).collect();
        if there.is_empty() {
            let at = theirs.first().map_or_else(|| Rc::clone(&form.at), |other| Rc::clone(&other.at));
            let message = accepted(theirs);
            return self
                .sampler()
                .of(form, kind)
                .map_or_else(|| self.is_possible(form, kind, &at), |value| vec![Gap::of(&at, message, vec![value])]);
        }
        // What nobody knows may widen as well as narrow: it is lost only where the other has it too.
        let knowing: Vec<&Form> = there.iter().filter(|other| form.unknown_to(other).is_none()).copied().collect();
        if let (true, Some(unknown)) = (knowing.is_empty(), there.first().and_then(|other| form.unknown_to(other))) {
            let message = format!("`{}` differs, and what it changes is not decided", unknown.keyword);
            return vec![Gap::of(&unknown.at, message, Vec::new())];
        }
        let there = knowing;
        if let Some(values) = self.few(form, kind) {
            return self.listed(form, &values, &there);
        }
        let mut all: Vec<Vec<Gap>> = Vec::new();
        for other in &there {
            let gaps = facets::gaps(self, (form, kind), other);
            if gaps.is_empty() {
                return Vec::new();
            }
            all.push(gaps);
        }
        let is_number = NUMBERS.contains(&kind);
        if there.len() > 1 && (is_number && facets::number::is_covered(form, kind, &there) || self.is_split((form, kind), &there, SPLITS)) {
            return Vec::new();
        }
        let mut nearest = nearest(all);
        if let (Some(first), true) = (nearest.first_mut(), there.len() > 1) {
            first.proposed.extend(self.of_parts((form, kind), &there));
        }
        nearest
    }

    /// What the parts propose that are not covered: where alternatives ask for several things together, no single change shows what is lost.
    fn of_parts(&self, (form, kind): (&Form, Type), there: &[&Form]) -> Vec<Value> {
        let ways = split::ways(self.from, (form, kind), there);
        let gaps = |part: &Form| there.iter().map(|other| facets::gaps(self, (part, kind), other)).collect::<Vec<_>>();
        let lost = ways.iter().take(WAYS).flatten().map(gaps).filter(|all| all.iter().all(|gaps| !gaps.is_empty()));
        let of_parts = lost.flatten().flatten().flat_map(|gap| gap.proposed).take(PROPOSED);
        // Where alternatives overlap, `oneOf` refuses what has two of them: values near the ends of each.
        let near = there.iter().take(WAYS).flat_map(|other| facets::variety(self, (form, kind), other));
        of_parts.chain(near.take(PROPOSED)).collect()
    }

    /// Where no value could be made: it may be that there is none.
    fn is_possible(&self, form: &Form, kind: Type, at: &Rc<str>) -> Vec<Gap> {
        if facets::is_empty(self, form, kind) {
            return Vec::new();
        }
        vec![Gap::of(at, format!("`{}` is not accepted, and no such value could be made", kind.name()), Vec::new())]
    }

    /// All values of the type that have the form, where they are few.
    fn few(&self, form: &Form, kind: Type) -> Option<Vec<Value>> {
        let candidates = match (&form.values, kind) {
            (Some(values), _) => values.value.iter().filter(|value| Type::of(value) == kind).cloned().collect(),
            (None, Type::Null) => vec![Value::Null],
            (None, Type::Boolean) => vec![Value::from(false), Value::from(true)],
            (None, Type::Whole) => {
                let (least, greatest) = (form.lower.as_ref()?.value.least_whole()?, form.upper.as_ref()?.value.greatest_whole()?);
                if greatest.checked_sub(least)? > FEW {
                    return None;
                }
                (least..=greatest).map(|whole| i64::try_from(whole).ok().map(Value::from)).collect::<Option<Vec<Value>>>()?
            }
            (None, Type::Text) if is_nought(&form.max_length) => vec![Value::from("")],
            (None, Type::List) if is_nought(&form.max_items) => vec![Value::Array(Vec::new())],
            (None, Type::Object) if is_nought(&form.max_properties) => vec![Value::Object(serde_json::Map::new())],
            (None, Type::Fraction | Type::Text | Type::List | Type::Object) => return None,
        };
        // Of a list of values, those that cannot be were left out when the form was made.
        let is_possible = |value: &Value| form.values.is_some() || has_form(self.means, self.from, value, form) != Is::No;
        Some(candidates.into_iter().filter(is_possible).collect())
    }

    /// Of single values, those that have no form there.
    fn listed(&self, form: &Form, values: &[Value], there: &[&Form]) -> Vec<Gap> {
        let asked = there.iter().map(|other| other.weight()).sum::<usize>();
        if !self.means.spend_on(asked) || !self.means.spend_on_values(values) {
            return vec![Gap::of(&form.at, "is too large to be compared whole", Vec::new())];
        }
        // What they have anyway needs not be asked again.
        let given: Vec<Form> = there.iter().map(|other| other.given(form)).collect();
        // Whose only question is which value it is, is asked all at once.
        let plain = given.iter().filter(|other| other.is_list()).filter_map(|other| other.values.as_ref());
        let named: HashSet<String> = plain.flat_map(|values| values.value.iter().map(key)).collect();
        let others: Vec<&Form> = given.iter().filter(|other| !other.is_list()).collect();
        let is_there = |value: &Value| {
            named.contains(&key(value)) || others.iter().any(|other| has_form(self.means, self.to, value, other) == Is::Yes)
        };
        let lost: Vec<Value> = values.iter().filter(|value| !is_there(value)).cloned().collect();
        let Some(first) = lost.first() else { return Vec::new() };
        let at = there.iter().find_map(|other| other.values.as_ref().map(|values| &values.at)).or(there.first().map(|other| &other.at));
        let message = match lost.len() {
            1 => format!("{} is not accepted", short(first)),
            many => format!("{} and {} more are not accepted", short(first), many - 1),
        };
        vec![Gap::of(at.unwrap_or(&form.at), message, lost.into_iter().take(PROPOSED).collect())]
    }

    /// Whether the form can be split into parts each of which is covered.
    fn is_split(&self, (form, kind): (&Form, Type), there: &[&Form], left: usize) -> bool {
        let Some(left) = left.checked_sub(1).filter(|_| !self.means.is_spent()) else { return false };
        let is_covered = |part: &Form| {
            facets::is_empty(self, part, kind)
                || there.iter().any(|other| facets::gaps(self, (part, kind), other).is_empty())
                || self.is_split((part, kind), there, left)
        };
        split::ways(self.from, (form, kind), there).iter().any(|parts| parts.iter().all(is_covered))
    }
}

fn is_nought(most: &Option<Asked<u64>>) -> bool {
    most.as_ref().is_some_and(|asked| asked.value == 0)
}

/// What is said of a place where no value is accepted.
pub(super) const NOTHING: &str = "nothing is accepted here";

/// What is said of a name that may not be there.
pub(super) fn not_allowed(name: &str) -> String {
    format!("`{name}` is not allowed")
}

/// Which types are accepted, in words.
fn accepted(theirs: &Forms) -> String {
    let types: BTreeSet<Type> = theirs.iter().flat_map(|other| other.types.iter().copied()).collect();
    // A number is one with a fraction or without.
    let is_told = |kind: &&Type| **kind != Type::Whole || !types.contains(&Type::Fraction);
    let names: Vec<String> = types.iter().filter(is_told).map(|kind| format!("`{}`", kind.name())).collect();
    match names.as_slice() {
        [] => NOTHING.to_owned(),
        [one] => format!("only {one} is accepted"),
        [.., _] => format!("only {} are accepted", names.join(", ")),
    }
}

/// The gaps of the form that lacks the least, with what the others propose.
fn nearest(all: Vec<Vec<Gap>>) -> Vec<Gap> {
    let others: Vec<Value> = all.iter().flatten().flat_map(|gap| gap.proposed.iter().take(2).cloned()).take(PROPOSED).collect();
    let alternatives = all.len();
    let mut nearest = all.into_iter().min_by_key(Vec::len).unwrap_or_default();
    if let (Some(first), true) = (nearest.first_mut(), alternatives > 1) {
        first.proposed.extend(others);
    }
    nearest
}
