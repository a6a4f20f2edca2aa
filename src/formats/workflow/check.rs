//! Holds a tree against the shape that it should have, and tells every place where it has another.

use std::borrow::Cow;
use std::collections::HashSet;

use super::faults::{Faults, Spot, did_you_mean, shown};
use super::scalar::Meaning;
use super::shape::{ANYTHING, Items, Mapping, Need, Shape, Texts};
use crate::formats::expression::{self, Allowed, Piece, places};
use crate::formats::yaml::{Form, Node, Value};

/// So many keys are compared one by one; more of them are looked up.
const FEW_KEYS: usize = 12;

pub(super) fn check(root: &Node, shape: &Shape) -> Faults {
    let mut checker = Checker { faults: Faults::default() };
    checker.value(root, Expected { shape: *shape, sees: &places::NOWHERE, spot: Spot::File });
    checker.faults
}

struct Checker {
    faults: Faults,
}

/// What should be at a place.
#[derive(Clone, Copy)]
struct Expected<'a> {
    shape: Shape,
    sees: &'static Allowed,
    spot: Spot<'a>,
}

impl<'a> Expected<'a> {
    fn of(self, shape: &Shape, spot: Spot<'a>) -> Self {
        Self { shape: *shape, sees: self.sees, spot }
    }
}

impl Checker {
    fn value(&mut self, node: &Node, mut expected: Expected<'_>) {
        if self.faults.is_full() {
            return;
        }
        if let Some(sees) = expected.shape.sees {
            expected.sees = sees;
        }
        match &node.value {
            Value::Scalar { text, form } => self.scalar(node, (text, *form), expected),
            Value::Sequence(items) => self.list(node, items, expected),
            Value::Mapping(pairs) => self.mapping(node, pairs, expected),
        }
    }

    fn scalar(&mut self, node: &Node, (text, form): (&str, Form), expected: Expected<'_>) {
        if form == Form::Tagged {
            return self.faults.add(node, format!("{} has a tag of YAML, and none is expected here", expected.spot));
        }
        if !text.contains("${{") {
            return self.literal(node, Meaning::of(node), expected);
        }
        match expression::template(text, expected.sees).as_deref() {
            Ok([]) => self.literal(node, Some(Meaning::Text("")), expected),
            Ok([Piece::Text(text)]) => self.literal(node, Some(Meaning::Text(text)), expected),
            Ok(_) | Err(_) if expected.sees.contexts.is_empty() => {
                self.faults.add(node, format!("{} has an expression, and none may stand there", expected.spot));
            }
            Ok(_) => {}
            Err(wrong) => self.faults.add_wrong(node, wrong),
        }
    }

    fn literal(&mut self, node: &Node, meaning: Option<Meaning<'_>>, expected: Expected<'_>) {
        let Some(meaning) = meaning else { return };
        let Shape { null, boolean, number, texts, .. } = expected.shape;
        let fits = match meaning {
            Meaning::Null => null,
            Meaning::Bool(_) => boolean,
            Meaning::Number(_) => number,
            Meaning::Text(_) => false,
        };
        let fits = fits
            || match texts {
                Texts::None => false,
                Texts::Any => true,
                Texts::NotEmpty => !meaning.text().is_empty(),
                Texts::OneOf(words) => words.contains(&&*meaning.text()),
            };
        if !fits {
            self.faults.add(node, unexpected(expected, meaning));
        }
    }

    fn list(&mut self, node: &Node, items: &[Node], expected: Expected<'_>) {
        let item = match expected.shape.list {
            Items::None => {
                return self.faults.add(node, format!("{} is a list, and {} is expected", expected.spot, wanted(&expected.shape)));
            }
            Items::Same => Shape { list: Items::None, maps: &[], ..expected.shape },
            Items::Of(item) => *item,
        };
        let spot = match expected.spot {
            Spot::Value(name) | Spot::Item(name) => Spot::Item(name),
            Spot::File => Spot::File,
        };
        for each in items {
            self.value(each, expected.of(&item, spot));
        }
    }

    fn mapping(&mut self, node: &Node, pairs: &[(Node, Node)], expected: Expected<'_>) {
        if expected.shape.maps.is_empty() {
            let message = format!("{} is a mapping, and {} is expected", expected.spot, wanted(&expected.shape));
            return self.faults.add(node, message);
        }
        let mut meant = Meant { maps: expected.shape.maps.to_vec(), decided_by: None };
        let mut keys = Keys::default();
        for (key, value) in pairs {
            if self.faults.is_full() {
                return;
            }
            self.pair((key, value), expected, (&mut meant, &mut keys));
        }
        if keys.by_expression {
            return;
        }
        match meant.maps.as_slice() {
            [map] => {
                for missing in map.keys.iter().filter(|key| key.need == Need::Must && !keys.has(key.name)) {
                    self.faults.add(node, format!("`{}` is missing in {}", missing.name, expected.spot));
                }
            }
            several => {
                let lacks = |name: &str| several.iter().filter(|map| map.key(name).is_none()).count() + 1 == several.len();
                let signs = several.iter().flat_map(|map| map.keys).filter(|key| key.need == Need::Must && lacks(key.name));
                let signs: Vec<String> = signs.map(|key| format!("`{}`", key.name)).collect();
                self.faults.add(node, format!("{} has neither {}", expected.spot, signs.join(" nor ")));
            }
        }
    }

    fn pair<'n>(&mut self, (key, value): (&'n Node, &Node), expected: Expected<'_>, (meant, keys): (&mut Meant<'n>, &mut Keys<'n>)) {
        let Some(name) = key.as_str().filter(|name| !name.is_empty() && !key.is_null()) else {
            return self.faults.add(key, format!("a key of {} is empty", expected.spot));
        };
        if name.contains("${{") {
            keys.by_expression = true;
            return self.expression_key((key, name), value, expected);
        }
        if !keys.add(name) {
            return self
                .faults
                .add(key, format!("the key `{}` stands twice in {}: upper and lower case are one here", shown(name), expected.spot));
        }
        if let Some(shape) = meant.narrow(name) {
            return self.value(value, expected.of(shape, Spot::Value(name)));
        }
        match meant.maps.first().and_then(|map| map.others) {
            Some(others) => self.value(value, expected.of(others, Spot::Value(name))),
            None => self.faults.add(key, unknown_key(name, meant, expected)),
        }
    }

    /// `${{ insert }}: ${{ … }}`, which puts the names and values of an object there.
    fn expression_key(&mut self, (key, name): (&Node, &str), value: &Node, expected: Expected<'_>) {
        if expected.sees.contexts.is_empty() {
            return self.faults.add(key, format!("a key of {} is an expression, and none may stand there", expected.spot));
        }
        if !is_insert(name)
            && let Err(wrong) = expression::template(name, expected.sees)
        {
            return self.faults.add_wrong(key, &wrong);
        }
        self.value(value, expected.of(&ANYTHING, Spot::Value(name)));
    }
}

/// Which of several mappings is meant, as far as the keys have told.
struct Meant<'n> {
    maps: Vec<&'static Mapping>,
    decided_by: Option<&'n str>,
}

impl<'n> Meant<'n> {
    fn narrow(&mut self, name: &'n str) -> Option<&'static Shape> {
        let shape = self.maps.iter().rev().find_map(|map| map.key(name))?.value;
        if self.maps.len() > 1 {
            let before = self.maps.len();
            self.maps.retain(|map| map.key(name).is_some());
            if self.maps.len() < before {
                self.decided_by = Some(name);
            }
        }
        Some(shape)
    }
}

/// The keys of one mapping; upper and lower case are one.
#[derive(Default)]
struct Keys<'n> {
    few: Vec<&'n str>,
    many: HashSet<String>,
    by_expression: bool,
}

impl<'n> Keys<'n> {
    /// Whether it is a new one.
    fn add(&mut self, name: &'n str) -> bool {
        if self.few.len() < FEW_KEYS {
            let new = !self.few.iter().any(|few| same_but_case(few, name));
            self.few.push(name);
            return new;
        }
        if self.many.is_empty() {
            self.many.extend(self.few.iter().map(|few| few.to_uppercase()));
        }
        self.many.insert(name.to_uppercase())
    }

    fn has(&self, name: &str) -> bool {
        self.few.iter().any(|few| same_but_case(few, name)) || self.many.contains(&name.to_uppercase())
    }
}

fn is_insert(key: &str) -> bool {
    key.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).is_some_and(|inner| inner.trim() == "insert")
}

fn same_but_case(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() { one.eq_ignore_ascii_case(other) } else { one.to_uppercase() == other.to_uppercase() }
}

fn unknown_key(name: &str, meant: &Meant<'_>, expected: Expected<'_>) -> String {
    if let Some(decided_by) = meant.decided_by
        && expected.shape.maps.iter().any(|map| map.key(name).is_some())
    {
        return format!("`{}` cannot stand beside `{}` in {}", shown(name), shown(decided_by), expected.spot);
    }
    let known = meant.maps.iter().flat_map(|map| map.keys).map(|key| key.name);
    format!("`{}` is no key of {}{}", shown(name), expected.spot, did_you_mean(name, known))
}

fn unexpected(expected: Expected<'_>, meaning: Meaning<'_>) -> String {
    let spot = expected.spot;
    let wanted = wanted(&expected.shape);
    let text = meaning.text();
    if text.is_empty() {
        return format!("{spot} is empty, and {wanted} is expected");
    }
    let near = match expected.shape.texts {
        Texts::OneOf(words) => did_you_mean(&text, words.iter().copied()),
        Texts::None | Texts::Any | Texts::NotEmpty => String::new(),
    };
    let kind = match meaning {
        Meaning::Text(_) if expected.shape.boolean || expected.shape.number => "the text ",
        Meaning::Text(_) | Meaning::Null | Meaning::Bool(_) | Meaning::Number(_) => "",
    };
    format!("{spot} is {kind}`{}`, and {wanted} is expected{near}", shown(&text))
}

/// What may stand there, in words.
fn wanted(shape: &Shape) -> Cow<'static, str> {
    let mut kinds: Vec<Cow<'static, str>> = Vec::new();
    match shape.texts {
        Texts::None => {}
        Texts::Any | Texts::NotEmpty => kinds.push("a text".into()),
        Texts::OneOf(words) if words.len() <= 6 => kinds.extend(words.iter().map(|word| format!("`{word}`").into())),
        Texts::OneOf(_) => kinds.push("a name that GitHub knows".into()),
    }
    let others = [(shape.boolean, "true or false"), (shape.number, "a number"), (shape.null, "nothing")];
    kinds.extend(others.into_iter().filter(|(taken, _)| *taken).map(|(_, name)| name.into()));
    if !matches!(shape.list, Items::None) {
        kinds.push("a list".into());
    }
    if !shape.maps.is_empty() {
        kinds.push("a mapping".into());
    }
    match kinds.pop() {
        Some(last) if kinds.is_empty() => last,
        Some(last) => format!("{} or {last}", kinds.join(", ")).into(),
        None => "nothing".into(),
    }
}
