//! A form: everything that one alternative of a schema asks of an instance, keyword by keyword. A schema is a list of forms, of which an
//! instance has to have one.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::means::weight;
use super::number::{End, Num, key};
use super::source::{Conj, Term};

/// The types of JSON, with whole numbers apart from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Type {
    Null,
    Boolean,
    Whole,
    Fraction,
    Text,
    List,
    Object,
}

impl Type {
    pub(super) const ALL: [Self; 7] = [Self::Null, Self::Boolean, Self::Whole, Self::Fraction, Self::Text, Self::List, Self::Object];

    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(number) if Num::of(number).is_some_and(Num::is_whole) => Self::Whole,
            Value::Number(_) => Self::Fraction,
            Value::String(_) => Self::Text,
            Value::Array(_) => Self::List,
            Value::Object(_) => Self::Object,
        }
    }

    /// As JSON Schema calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Whole => "integer",
            Self::Fraction => "number",
            Self::Text => "string",
            Self::List => "array",
            Self::Object => "object",
        }
    }

    /// Those that a name of JSON Schema stands for.
    pub(super) fn named(name: &str) -> &'static [Self] {
        match name {
            "null" => &[Self::Null],
            "boolean" => &[Self::Boolean],
            "integer" => &[Self::Whole],
            "number" => &[Self::Whole, Self::Fraction],
            "string" => &[Self::Text],
            "array" => &[Self::List],
            "object" => &[Self::Object],
            _ => &[],
        }
    }
}

/// What a form weighs that asks nothing.
const FORM: usize = 20;
/// So many letters of what is not taken apart are compared at once.
const TEXT: usize = 256;

/// The numbers.
pub(super) const NUMBERS: &[Type] = &[Type::Whole, Type::Fraction];

/// What is asked, and the JSON pointer to the keyword that asks it.
#[derive(Clone, Debug)]
pub(super) struct Asked<T> {
    pub(super) value: T,
    pub(super) at: Rc<str>,
}

/// What one list of items asks: those at the beginning, and all behind them. None: nothing.
#[derive(Clone, Debug)]
pub(super) struct Items {
    pub(super) first: Vec<Option<Term>>,
    pub(super) rest: Option<Term>,
}

/// So many items that are valid under a term.
#[derive(Clone, Debug)]
pub(super) struct Contains {
    pub(super) term: Term,
    pub(super) min: u64,
    pub(super) max: Option<u64>,
    pub(super) at: Rc<str>,
}

/// What one object of schemas asks of the values of names: by name, by pattern, and of all others.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) named: BTreeMap<String, Term>,
    pub(super) patterns: Vec<(String, Term)>,
    pub(super) rest: Option<Term>,
    pub(super) at: Rc<str>,
}

/// What gate cannot take apart: it is the same in two schemas only where its text is.
#[derive(Clone, Debug)]
pub(super) struct Opaque {
    pub(super) keyword: String,
    pub(super) effect: Effect,
    /// Of which types it says something.
    pub(super) types: BTreeSet<Type>,
    pub(super) at: Rc<str>,
}

/// What a keyword that is not taken apart may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// A validator refuses instances by it.
    Refuses,
    /// It says something of instances, and some validators alone refuse by it.
    MayRefuse,
    /// It is none of JSON Schema: whoever knows it may refuse by it, and may accept what is refused otherwise (`nullable`).
    Unknown,
}

impl Effect {
    pub(super) fn of(keyword: &str) -> Self {
        match keyword {
            "format" | "contentEncoding" | "contentMediaType" | "contentSchema" => Self::MayRefuse,
            known if KNOWN.contains(&known) => Self::Refuses,
            _ => Self::Unknown,
        }
    }
}

/// The keywords of both editions by which a validator refuses.
const KNOWN: [&str; 41] = [
    "$ref",
    "$dynamicRef",
    "type",
    "enum",
    "const",
    "multipleOf",
    "maximum",
    "minimum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "items",
    "prefixItems",
    "additionalItems",
    "unevaluatedItems",
    "maxItems",
    "minItems",
    "uniqueItems",
    "contains",
    "maxContains",
    "minContains",
    "properties",
    "patternProperties",
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
    "maxProperties",
    "minProperties",
    "required",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
];

/// Everything that is asked of an instance.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub(super) types: BTreeSet<Type>,
    /// Where the types are said.
    pub(super) at: Rc<str>,
    /// One of these.
    pub(super) values: Option<Asked<Vec<Value>>>,
    /// None of these.
    pub(super) excluded: Vec<Asked<Value>>,
    pub(super) lower: Option<Asked<End>>,
    pub(super) upper: Option<Asked<End>>,
    pub(super) multiples: Vec<Asked<Num>>,
    pub(super) min_length: Option<Asked<u64>>,
    pub(super) max_length: Option<Asked<u64>>,
    pub(super) patterns: BTreeMap<String, Rc<str>>,
    pub(super) items: Vec<Items>,
    pub(super) min_items: Option<Asked<u64>>,
    pub(super) max_items: Option<Asked<u64>>,
    pub(super) unique: Option<Rc<str>>,
    pub(super) contains: Vec<Contains>,
    pub(super) names: Vec<Names>,
    pub(super) required: BTreeMap<String, Rc<str>>,
    pub(super) min_properties: Option<Asked<u64>>,
    pub(super) max_properties: Option<Asked<u64>>,
    /// What every name has to be.
    pub(super) property_names: Vec<Asked<Term>>,
    /// By their texts.
    pub(super) opaque: BTreeMap<Rc<str>, Opaque>,
    /// Names that have this value alone: a form that was split.
    pub(super) values_of: BTreeMap<String, Value>,
}

impl Form {
    /// What asks nothing; `at` is where it stands.
    pub(super) fn any(at: Rc<str>) -> Self {
        Self {
            types: Type::ALL.into(),
            at,
            values: None,
            excluded: Vec::new(),
            lower: None,
            upper: None,
            multiples: Vec::new(),
            min_length: None,
            max_length: None,
            patterns: BTreeMap::new(),
            items: Vec::new(),
            min_items: None,
            max_items: None,
            unique: None,
            contains: Vec::new(),
            names: Vec::new(),
            required: BTreeMap::new(),
            min_properties: None,
            max_properties: None,
            property_names: Vec::new(),
            opaque: BTreeMap::new(),
            values_of: BTreeMap::new(),
        }
    }

    /// The same for these types alone.
    pub(super) fn only(types: &[Type], at: Rc<str>) -> Self {
        Self { types: types.iter().copied().collect(), ..Self::any(at) }
    }

    /// What both ask; none where nothing can do both, as far as that is seen at once.
    pub(super) fn and(&self, other: &Self) -> Option<Self> {
        let mut both = self.clone();
        both.types = self.types.intersection(&other.types).copied().collect();
        if other.types.len() < self.types.len() {
            both.at = Rc::clone(&other.at);
        }
        both.values = match (&self.values, &other.values) {
            (Some(a), Some(b)) => {
                let keys: BTreeSet<String> = b.value.iter().map(key).collect();
                let value = a.value.iter().filter(|value| keys.contains(&key(value))).cloned().collect();
                Some(Asked { value, at: Rc::clone(&b.at) })
            }
            (one, None) | (None, one) => one.clone(),
        };
        both.excluded.extend(other.excluded.iter().cloned());
        both.lower = tighter(&self.lower, &other.lower, |a, b| a.cmp_lower(*b).is_ge());
        both.upper = tighter(&self.upper, &other.upper, |a, b| a.cmp_upper(*b).is_le());
        both.multiples.extend(other.multiples.iter().cloned());
        both.min_length = tighter(&self.min_length, &other.min_length, |a, b| a >= b);
        both.max_length = tighter(&self.max_length, &other.max_length, |a, b| a <= b);
        both.patterns.extend(other.patterns.iter().map(|(pattern, at)| (pattern.clone(), Rc::clone(at))));
        both.items.extend(other.items.iter().cloned());
        both.min_items = tighter(&self.min_items, &other.min_items, |a, b| a >= b);
        both.max_items = tighter(&self.max_items, &other.max_items, |a, b| a <= b);
        both.unique = self.unique.clone().or_else(|| other.unique.clone());
        both.contains.extend(other.contains.iter().cloned());
        both.names.extend(other.names.iter().cloned());
        both.required.extend(other.required.iter().map(|(name, at)| (name.clone(), Rc::clone(at))));
        both.min_properties = tighter(&self.min_properties, &other.min_properties, |a, b| a >= b);
        both.max_properties = tighter(&self.max_properties, &other.max_properties, |a, b| a <= b);
        both.property_names.extend(other.property_names.iter().cloned());
        both.opaque.extend(other.opaque.iter().map(|(text, opaque)| (Rc::clone(text), opaque.clone())));
        both.settle().then_some(both)
    }

    /// Leaves out types of which nothing is left; false: nothing is left at all.
    pub(super) fn settle(&mut self) -> bool {
        if let Some(values) = &mut self.values {
            let excluded: BTreeSet<String> = self.excluded.iter().map(|asked| key(&asked.value)).collect();
            values.value.retain(|value| self.types.contains(&Type::of(value)) && !excluded.contains(&key(value)));
            self.types = values.value.iter().map(Type::of).collect();
        }
        if self.multiples.iter().any(|asked| asked.value.is_whole()) {
            self.types.remove(&Type::Fraction);
        }
        if self.is_empty_range() {
            self.types.retain(|kind| !NUMBERS.contains(kind));
        }
        let above = |min: &Option<Asked<u64>>, max: &Option<Asked<u64>>| {
            min.as_ref().zip(max.as_ref()).is_some_and(|(min, max)| min.value > max.value)
        };
        if above(&self.min_length, &self.max_length) {
            self.types.remove(&Type::Text);
        }
        if above(&self.min_items, &self.max_items) {
            self.types.remove(&Type::List);
        }
        let most = self.max_properties.as_ref().map(|asked| asked.value);
        let is_crowded = most.is_some_and(|most| u64::try_from(self.required.len()).is_ok_and(|count| count > most));
        if above(&self.min_properties, &self.max_properties) || is_crowded || self.required.keys().any(|name| self.forbids(name)) {
            self.types.remove(&Type::Object);
        }
        !self.types.is_empty()
    }

    /// How much it asks: what it is to look at it whole, or to make it again.
    pub(super) fn weight(&self) -> usize {
        let values = self.values.iter().flat_map(|values| &values.value).chain(self.excluded.iter().map(|asked| &asked.value));
        let names = self.names.iter().map(|names| 1 + names.named.len() + names.patterns.len()).sum::<usize>();
        let items = self.items.iter().map(|items| 1 + items.first.len()).sum::<usize>();
        let opaque = self.opaque.keys().map(|text| 1 + text.len() / TEXT).sum::<usize>();
        let others = [self.multiples.len(), self.patterns.len(), self.contains.len(), self.required.len(), self.property_names.len()];
        FORM + values.map(weight).sum::<usize>() + names + items + opaque + others.iter().sum::<usize>() + self.values_of.len()
    }

    /// What is still asked where another form is given: what that asks and gate cannot take apart is had already.
    pub(super) fn given(&self, other: &Self) -> Self {
        let mut given = self.clone();
        given.opaque.retain(|text, _| !other.opaque.contains_key(text));
        given
    }

    /// Whether it asks only which value it is, and nothing else.
    pub(super) fn is_list(&self) -> bool {
        let counts = [&self.min_length, &self.max_length, &self.min_items, &self.max_items, &self.min_properties, &self.max_properties];
        let of_numbers = self.lower.is_none() && self.upper.is_none() && self.multiples.is_empty();
        let of_lists = self.items.is_empty() && self.unique.is_none() && self.contains.is_empty();
        let of_objects = self.names.is_empty() && self.required.is_empty() && self.property_names.is_empty() && self.values_of.is_empty();
        let no_counts = counts.iter().all(|asked| asked.is_none());
        self.values.is_some() && of_numbers && of_lists && of_objects && no_counts && self.patterns.is_empty() && self.opaque.is_empty()
    }

    fn is_empty_range(&self) -> bool {
        let (Some(lower), Some(upper)) = (&self.lower, &self.upper) else { return false };
        let (low, high) = (lower.value, upper.value);
        low.num() > high.num() || low.num() == high.num() && (matches!(low, End::Open(_)) || matches!(high, End::Open(_)))
    }

    /// Whether a name may not be there, as far as that is seen at once.
    fn forbids(&self, name: &str) -> bool {
        self.names.iter().any(|names| names.named.get(name) == Some(&Term::Never))
    }

    /// What is asked of the value of a name of which it is known which patterns it has.
    pub(super) fn of_name(&self, name: Option<&str>, has: &dyn Fn(&str) -> bool) -> Conj {
        let terms = self.names.iter().flat_map(|names| {
            let by_name = name.and_then(|name| names.named.get(name)).copied();
            let by_pattern: Vec<Term> = names.patterns.iter().filter(|(pattern, _)| has(pattern)).map(|(_, term)| *term).collect();
            let rest = if by_name.is_none() && by_pattern.is_empty() { names.rest } else { None };
            by_name.into_iter().chain(by_pattern).chain(rest)
        });
        Conj::of(terms)
    }

    /// What is asked of the item with this index.
    pub(super) fn of_item(&self, index: usize) -> Conj {
        Conj::of(self.items.iter().filter_map(|items| items.first.get(index).copied().unwrap_or(items.rest)))
    }

    /// How many items are asked one by one.
    pub(super) fn first_items(&self) -> usize {
        self.items.iter().map(|items| items.first.len()).max().unwrap_or_default()
    }

    /// Whether it holds a keyword that nobody knows and that the other does not hold.
    pub(super) fn unknown_to(&self, other: &Self) -> Option<&Opaque> {
        let is_unknown = |(text, opaque): &(&Rc<str>, &Opaque)| opaque.effect == Effect::Unknown && !other.opaque.contains_key(*text);
        self.opaque.iter().find(is_unknown).map(|(_, opaque)| opaque)
    }

    pub(super) fn known_names(&self) -> impl Iterator<Item = &String> {
        self.names.iter().flat_map(|names| names.named.keys()).chain(self.required.keys())
    }

    pub(super) fn name_patterns(&self) -> impl Iterator<Item = &String> {
        self.names.iter().flat_map(|names| names.patterns.iter().map(|(pattern, _)| pattern))
    }
}

/// The one that leaves less.
fn tighter<T: Copy>(a: &Option<Asked<T>>, b: &Option<Asked<T>>, is_tighter: impl Fn(&T, &T) -> bool) -> Option<Asked<T>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if is_tighter(&a.value, &b.value) { a.clone() } else { b.clone() }),
        (one, None) | (None, one) => one.clone(),
    }
}
