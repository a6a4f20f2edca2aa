//! From schemas to forms: `$ref` is followed, `allOf` folded, `anyOf` and its like spread out. What gate cannot take apart is kept as it is.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::{Map, Value};

use super::form::{Asked, Effect, Form, Opaque, Type};
use super::means::Means;
use super::member::{Is, has_form};
use super::source::{Conj, Id, Source, Term};
use super::{disjoint, keywords};
use crate::schema::document::keywords::is_annotation;
use crate::schema::{Document, Doubt, Draft};

/// The forms that a schema may be spread out to.
const MOST_FORMS: usize = 50_000;
/// So many letters of what is not taken apart are read as one keyword.
const LETTERS: usize = 16;
/// The forms that all of a comparison may be spread out to.
const MOST_IN_ALL: usize = 1_000_000;

/// The forms of a schema; an instance is valid if it has one of them.
pub(super) type Forms = Rc<Vec<Form>>;

/// One document and the forms of its sub-schemas.
pub(super) struct Schema<'d> {
    pub(super) source: Source<'d>,
    pub(super) means: Rc<Means>,
    known: RefCell<HashMap<Conj, Result<Forms, Doubt>>>,
    made: Cell<usize>,
}

/// The sub-schemas on the way to one, without going down into the instance.
pub(super) type Way = Vec<(Id, bool)>;

impl<'d> Schema<'d> {
    pub(super) fn of(document: &'d Document, means: &Rc<Means>) -> Self {
        Self { source: Source::of(document), means: Rc::clone(means), known: RefCell::default(), made: Cell::new(0) }
    }

    /// The forms of what all these terms ask.
    pub(super) fn forms(&self, asked: &Conj) -> Result<Forms, Doubt> {
        if let Some(known) = self.known.borrow().get(asked) {
            return known.clone();
        }
        // Whether a value has a form may be asked of the very same terms: while they are looked at, that is not known.
        let first = asked.terms().first().map_or_else(|| Rc::from(""), |term| self.source.place(*term));
        self.known.borrow_mut().insert(asked.clone(), Err(Doubt::of(&first, "asks about values in itself")));
        let forms = self.fold(asked.terms(), &mut Vec::new()).map(|forms| Rc::new(self.possible(forms)));
        self.known.borrow_mut().insert(asked.clone(), forms.clone());
        forms
    }

    /// The forms without the values that they name and that cannot have them.
    fn possible(&self, mut forms: Vec<Form>) -> Vec<Form> {
        for form in &mut forms {
            if form.is_list() {
                continue;
            }
            let Some(values) = form.values.take() else { continue };
            // Which values they are was asked already; what else is asked, of each.
            let fits = |value: &Value| has_form(&self.means, self, value, form) != Is::No;
            let kept = values.value.into_iter().filter(fits).collect();
            form.values = Some(Asked { value: kept, at: values.at });
        }
        forms.retain_mut(Form::settle);
        forms
    }

    pub(super) fn fold(&self, terms: &[Term], way: &mut Way) -> Result<Vec<Form>, Doubt> {
        let mut forms = vec![Form::any(Rc::from(""))];
        for (count, term) in terms.iter().enumerate() {
            let more = self.of_term(*term, way)?;
            forms = if count == 0 { more } else { self.product(&forms, &more)? };
        }
        Ok(forms)
    }

    /// Spends on a schema before it is looked at.
    pub(super) fn spend(&self, id: Id, work: usize) -> Result<(), Doubt> {
        if self.means.spend_on(work) { Ok(()) } else { Err(Doubt::of(&self.source.pointer(id), "is too large to be compared whole")) }
    }

    /// The forms that have one of each.
    fn product(&self, some: &[Form], others: &[Form]) -> Result<Vec<Form>, Doubt> {
        let at = || some.first().or(others.first()).map_or_else(|| Rc::from(""), |form| Rc::clone(&form.at));
        self.made.set(self.made.get().saturating_add(some.len().saturating_mul(others.len())));
        let weight = |forms: &[Form]| forms.iter().map(Form::weight).sum::<usize>();
        let work = weight(some).saturating_mul(others.len()).saturating_add(weight(others).saturating_mul(some.len()));
        if some.len().saturating_mul(others.len()) > MOST_FORMS || self.made.get() > MOST_IN_ALL || !self.means.spend_on(work) {
            return Err(Doubt::of(&at(), "has too many alternatives to be compared"));
        }
        Ok(some.iter().flat_map(|one| others.iter().filter_map(|other| one.and(other))).collect())
    }

    pub(super) fn of_term(&self, term: Term, way: &mut Way) -> Result<Vec<Form>, Doubt> {
        let (id, is) = match term {
            Term::Never => return Ok(Vec::new()),
            Term::Is(id) => (id, true),
            Term::IsNot(id) => (id, false),
        };
        if way.contains(&(id, is)) {
            return Err(Doubt::of(&self.source.pointer(id), "refers to itself without going down into the instance"));
        }
        way.push((id, is));
        let forms = match (self.source.value(id), is) {
            (Value::Bool(accepts), _) if *accepts == is => Ok(vec![Form::any(self.source.pointer(id))]),
            (Value::Bool(_), _) => Ok(Vec::new()),
            (Value::Object(map), true) => self.of_object(id, map, way),
            (Value::Object(map), false) => self.of_negation(id, map, way),
            _ => Err(Doubt::of(&self.source.pointer(id), "is no schema")),
        };
        way.pop();
        forms
    }

    /// The keywords of a schema that count, and whether only its `$ref` does.
    pub(super) fn keywords(&self, map: &'d Map<String, Value>) -> Vec<(&'d str, &'d Value)> {
        let alone = self.source.draft() == Draft::Draft7 && map.contains_key("$ref");
        let counts = |(keyword, _): &(&'d str, &'d Value)| {
            if alone { *keyword == "$ref" } else { !is_annotation(keyword) }
        };
        map.iter().map(|(keyword, value)| (keyword.as_str(), value)).filter(counts).collect()
    }

    fn of_object(&self, id: Id, map: &'d Map<String, Value>, way: &mut Way) -> Result<Vec<Form>, Doubt> {
        self.spend(id, map.values().map(|value| 1 + held(value)).sum())?;
        let mut simple = Form::any(self.source.pointer(id));
        let mut folded: Vec<Vec<Form>> = Vec::new();
        for (keyword, value) in self.keywords(map) {
            if let Some(forms) = self.spread(id, (keyword, value, map), way)? {
                folded.push(forms);
            } else if !keywords::read(self, id, (keyword, value, map), &mut simple) {
                let (text, opaque) = self.opaque(id, (keyword, value, map))?;
                simple.opaque.insert(text, opaque);
            }
        }
        if !simple.settle() {
            return Ok(Vec::new());
        }
        folded.iter().try_fold(vec![simple], |forms, more| self.product(&forms, more))
    }

    /// The forms of a keyword that asks the same instance something else; none where it does not.
    fn spread(&self, id: Id, (keyword, value, map): Keyword<'d>, way: &mut Way) -> Result<Option<Vec<Form>>, Doubt> {
        let source = &self.source;
        let part = |tokens: &[&str], value: &'d Value| Term::Is(source.below(id, tokens, value));
        Ok(Some(match (keyword, value) {
            ("$ref", Value::String(_)) => self.of_term(Term::Is(source.follow(id)?), way)?,
            ("allOf", Value::Array(list)) => {
                let terms: Vec<Term> = list.iter().enumerate().map(|(n, one)| part(&["allOf", &n.to_string()], one)).collect();
                self.fold(&terms, way)?
            }
            ("anyOf" | "oneOf", Value::Array(list)) => {
                let branches = list.iter().enumerate().map(|(n, one)| self.of_term(part(&[keyword, &n.to_string()], one), way));
                let branches = branches.collect::<Result<Vec<_>, _>>()?;
                self.alternatives(id, (keyword, value, map), branches)?
            }
            ("not", _) => self.of_term(Term::IsNot(source.below(id, &["not"], value)), way)?,
            ("if", _) if map.contains_key("then") || map.contains_key("else") => self.condition(id, map, way)?,
            ("if", _) => vec![Form::any(source.pointer(id))],
            // Without an `if` they say nothing, and with one they are read there.
            ("then" | "else", _) => vec![Form::any(source.pointer(id))],
            ("dependentRequired" | "dependentSchemas", Value::Object(names)) if source.draft() == Draft::Draft2020 => {
                self.dependent(id, (keyword, names), way)?
            }
            ("dependencies", Value::Object(names)) if source.draft() == Draft::Draft7 => self.dependent(id, (keyword, names), way)?,
            _ => return Ok(None),
        }))
    }

    /// What names ask for when they are there.
    fn dependent(&self, id: Id, (keyword, names): (&str, &'d Map<String, Value>), way: &mut Way) -> Result<Vec<Form>, Doubt> {
        names.iter().try_fold(vec![Form::any(self.source.pointer(id))], |forms, (name, asked)| {
            self.product(&forms, &keywords::dependent(self, id, (keyword, name, asked), way)?)
        })
    }

    /// The forms of all branches; of `oneOf`, which asks for exactly one, it is remembered where that is not the same as any.
    fn alternatives(&self, id: Id, keyword: Keyword<'d>, branches: Vec<Vec<Form>>) -> Result<Vec<Form>, Doubt> {
        let is_any = keyword.0 == "anyOf" || disjoint::are(self, &branches);
        let mut forms: Vec<Form> = branches.into_iter().flatten().collect();
        self.made.set(self.made.get().saturating_add(forms.len()));
        if forms.len() > MOST_FORMS || self.made.get() > MOST_IN_ALL {
            return Err(Doubt::of(&self.source.pointer(id), "has too many alternatives to be compared"));
        }
        if !is_any {
            let (text, opaque) = self.opaque(id, keyword)?;
            forms.iter_mut().for_each(|form| drop(form.opaque.insert(Rc::clone(&text), opaque.clone())));
        }
        Ok(forms)
    }

    fn condition(&self, id: Id, map: &'d Map<String, Value>, way: &mut Way) -> Result<Vec<Form>, Doubt> {
        let Some(condition) = map.get("if") else { return Ok(vec![Form::any(self.source.pointer(id))]) };
        let condition = self.source.below(id, &["if"], condition);
        let branch = |keyword: &str| map.get(keyword).map(|value| Term::Is(self.source.below(id, &[keyword], value)));
        let mut forms = Vec::new();
        for (met, then) in [(Term::Is(condition), branch("then")), (Term::IsNot(condition), branch("else"))] {
            let terms: Vec<Term> = std::iter::once(met).chain(then).collect();
            forms.extend(self.fold(&terms, way)?);
        }
        Ok(forms)
    }

    /// A keyword that is not taken apart, with the text by which it is known.
    pub(super) fn opaque(&self, id: Id, (keyword, value, map): Keyword<'d>) -> Result<(Rc<str>, Opaque), Doubt> {
        // What these say depends on all that stands beside them.
        let text = match keyword {
            "unevaluatedProperties" | "unevaluatedItems" => self.source.closure(id)?.to_string(),
            _ => {
                let beside = BESIDE.iter().find(|(own, _)| *own == keyword).map_or(&[][..], |(_, beside)| beside);
                let beside = beside.iter().filter_map(|key| map.get(*key).map(|value| ((*key).to_owned(), value.clone())));
                let read = beside.chain([(keyword.to_owned(), value.clone())]).collect();
                self.source.closure_of(&self.source.pointer(id), &Value::Object(read))?
            }
        };
        self.spend(id, text.len() / LETTERS)?;
        let types: &[Type] = match keyword {
            "pattern" | "contentEncoding" | "contentMediaType" | "contentSchema" => &[Type::Text],
            "unevaluatedItems" | "uniqueItems" => &[Type::List],
            "unevaluatedProperties" => &[Type::Object],
            _ => &Type::ALL,
        };
        let mut at = self.source.pointer(id).to_string();
        super::source::push(&mut at, keyword);
        let (types, effect) = (types.iter().copied().collect(), Effect::of(keyword));
        let opaque = Opaque { keyword: keyword.to_owned(), effect, types, at: Rc::from(at) };
        Ok((Rc::from(format!("{keyword} {text}")), opaque))
    }
}

/// How many schemas, names or values a keyword holds.
pub(super) fn held(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// Keywords that are read together with others.
const BESIDE: &[(&str, &[&str])] = &[
    ("contentSchema", &["contentMediaType", "contentEncoding"]),
    ("additionalProperties", &["properties", "patternProperties"]),
    ("items", &["prefixItems"]),
    ("additionalItems", &["items"]),
    ("contains", &["minContains", "maxContains"]),
    ("minContains", &["contains", "maxContains"]),
    ("maxContains", &["contains", "minContains"]),
];

/// A keyword with its value, and the schema that it stands in.
pub(super) type Keyword<'d> = (&'d str, &'d Value, &'d Map<String, Value>);
