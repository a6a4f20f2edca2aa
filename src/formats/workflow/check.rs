//! Holds a tree against the shape that it should have, and tells every place where it has another.

use std::borrow::Cow;
use std::collections::HashSet;

use super::reading::{Reading, Spot, did_you_mean, shown};
use super::scalar::Meaning;
use super::shape::{ANYTHING, Items, Mapping, Need, Shape, Texts};
use crate::formats::expression::{self, Allowed, Piece, places};
use crate::formats::yaml::{Form, Node, Value};

/// So many keys are compared one by one; more of them are looked up.
const FEW_KEYS: usize = 12;

pub(super) fn check(root: &Node, shape: &Shape) -> Reading {
    let mut checker = Checker { reading: Reading::default() };
    checker.value(root, Expected { shape: *shape, sees: &places::NOWHERE, spot: Spot::File });
    checker.reading
}

struct Checker {
    reading: Reading,
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
        if self.reading.is_full() {
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
            return self.reading.fault(node, format!("{} has a tag of YAML, and none is expected here", expected.spot));
        }
        if !text.contains("${{") {
            return self.literal(node, Meaning::of(node), expected);
        }
        match expression::template(text, expected.sees) {
            Ok(pieces) if matches!(pieces.as_slice(), [] | [Piece::Text(_)]) => {
                let text = if let Some(Piece::Text(text)) = pieces.first() { text } else { "" };
                self.literal(node, Some(Meaning::Text(text)), expected);
                self.reading.keep_text(node, pieces);
            }
            Ok(_) | Err(_) if expected.sees.contexts.is_empty() => {
                self.reading.fault(node, format!("{} has an expression, and none may stand there", expected.spot));
            }
            Ok(pieces) => self.reading.keep_text(node, pieces),
            Err(wrong) => self.reading.fault_in_expression(node, &wrong),
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
            self.reading.fault(node, unexpected(expected, meaning));
        }
    }

    fn list(&mut self, node: &Node, items: &[Node], expected: Expected<'_>) {
        let item = match expected.shape.list {
            Items::None => {
                return self.reading.fault(node, format!("{} is a list, and {} is expected", expected.spot, wanted(&expected.shape)));
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
            return self.reading.fault(node, message);
        }
        let mut keys =
            Keys { pairs, many: HashSet::new(), by_expression: false, maps: expected.shape.maps, ruled_out: 0, decided_by: None };
        for (place, (key, value)) in pairs.iter().enumerate() {
            if self.reading.is_full() {
                return;
            }
            self.pair((key, value), expected, (&mut keys, place));
        }
        if !keys.by_expression {
            self.missing(node, expected, &keys);
        }
    }

    fn missing(&mut self, node: &Node, expected: Expected<'_>, keys: &Keys<'_>) {
        let must = || keys.meant().flat_map(|map| map.keys).filter(|key| key.need == Need::Must);
        let several = keys.meant().count();
        if several == 1 {
            for missing in must().filter(|key| !keys.has(key.name)) {
                self.reading.fault(node, format!("`{}` is missing in {}", missing.name, expected.spot));
            }
            return;
        }
        // What only one of them has tells it from the others.
        let only = |name: &str| keys.meant().filter(|map| map.key(name).is_some()).count() == 1;
        let signs: Vec<String> = must().filter(|key| only(key.name)).map(|key| format!("`{}`", key.name)).collect();
        self.reading.fault(node, format!("{} has neither {}", expected.spot, signs.join(" nor ")));
    }

    fn pair<'n>(&mut self, (key, value): (&'n Node, &Node), expected: Expected<'_>, (keys, place): (&mut Keys<'n>, usize)) {
        let Some(name) = key.as_str().filter(|name| !name.is_empty() && !key.is_null()) else {
            return self.reading.fault(key, format!("a key of {} is empty", expected.spot));
        };
        if name.contains("${{") {
            keys.by_expression = true;
            return self.expression_key((key, name), value, expected);
        }
        if keys.is_repeated(name, place) {
            let message = format!("the key `{}` stands twice in {}: upper and lower case are one here", shown(name), expected.spot);
            return self.reading.fault(key, message);
        }
        if let Some(shape) = keys.narrow(name) {
            return self.value(value, expected.of(shape, Spot::Value(name)));
        }
        match keys.meant().next().and_then(|map| map.others) {
            Some(others) => self.value(value, expected.of(others, Spot::Value(name))),
            None => self.reading.fault(key, unknown_key(name, keys, expected)),
        }
    }

    /// `${{ insert }}: ${{ … }}`, which puts the names and values of an object there.
    fn expression_key(&mut self, (key, name): (&Node, &str), value: &Node, expected: Expected<'_>) {
        if expected.sees.contexts.is_empty() {
            return self.reading.fault(key, format!("a key of {} is an expression, and none may stand there", expected.spot));
        }
        if !is_insert(name)
            && let Err(wrong) = expression::template(name, expected.sees)
        {
            return self.reading.fault_in_expression(key, &wrong);
        }
        self.value(value, expected.of(&ANYTHING, Spot::Value(name)));
    }
}

/// The keys of one mapping, of which upper and lower case are one, and the mapping that they mean.
struct Keys<'n> {
    pairs: &'n [(Node, Node)],
    /// In upper case, where they are many.
    many: HashSet<String>,
    by_expression: bool,
    maps: &'static [&'static Mapping],
    /// A bit for each of them that is not meant.
    ruled_out: u8,
    decided_by: Option<&'n str>,
}

impl<'n> Keys<'n> {
    fn is_repeated(&mut self, name: &str, place: usize) -> bool {
        let before = self.pairs.get(..place).unwrap_or_default().iter().filter_map(|(key, _)| key.as_str());
        if place < FEW_KEYS {
            return before.into_iter().any(|key| same_but_case(key, name));
        }
        if self.many.is_empty() {
            self.many.extend(before.map(str::to_uppercase));
        }
        !self.many.insert(name.to_uppercase())
    }

    fn has(&self, name: &str) -> bool {
        self.pairs.iter().filter_map(|(key, _)| key.as_str()).any(|key| same_but_case(key, name))
    }

    /// Those that the keys so far leave.
    fn meant(&self) -> impl Iterator<Item = &'static Mapping> {
        let ruled_out = self.ruled_out;
        self.maps.iter().enumerate().filter(move |(bit, _)| ruled_out & (1 << bit) == 0).map(|(_, map)| *map)
    }

    /// The value of a key that is known; mappings that do not have it are ruled out.
    fn narrow(&mut self, name: &'n str) -> Option<&'static Shape> {
        let shape = self.meant().filter_map(|map| map.key(name)).last()?.value;
        if self.maps.len() > 1 {
            let lacks = self.maps.iter().enumerate().filter(|(_, map)| map.key(name).is_none());
            let ruled_out = lacks.fold(self.ruled_out, |bits, (bit, _)| bits | 1 << bit);
            if ruled_out != self.ruled_out {
                self.decided_by = Some(name);
            }
            self.ruled_out = ruled_out;
        }
        Some(shape)
    }
}

fn is_insert(key: &str) -> bool {
    key.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).is_some_and(|inner| inner.trim() == "insert")
}

fn same_but_case(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() { one.eq_ignore_ascii_case(other) } else { one.to_uppercase() == other.to_uppercase() }
}

fn unknown_key(name: &str, keys: &Keys<'_>, expected: Expected<'_>) -> String {
    if let Some(decided_by) = keys.decided_by
        && expected.shape.maps.iter().any(|map| map.key(name).is_some())
    {
        return format!("`{}` cannot stand beside `{}` in {}", shown(name), shown(decided_by), expected.spot);
    }
    let known = keys.meant().flat_map(|map| map.keys).map(|key| key.name);
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
