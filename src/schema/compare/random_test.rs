//! Pairs of schemas at random: what is said to hold holds for every instance that is tried, and a second opinion, the algebra of the validator's
//! library, knows nothing against it.

use std::io::Write;

use jsonschema::canonical::Satisfiability;
use serde_json::{Map, Value, json};

use super::*;

/// Numbers that look random and are always the same.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 6 } else { 8 }) {
            0 => Value::Null,
            1 => json!(self.below(2) == 0),
            2 | 3 => json!(i64::try_from(self.below(9)).unwrap() - 3),
            4 => json!(i64::try_from(self.below(20)).unwrap() as f64 / 2.0 - 4.0),
            5 => json!(*self.one_of(&["", "a", "b", "ab", "abc", "x-1", "1"])),
            6 => Value::Array((0..self.below(4)).map(|_| self.value(depth - 1)).collect()),
            _ => Value::Object((0..self.below(4)).map(|_| (self.name(), self.value(depth - 1))).collect()),
        }
    }

    fn name(&mut self) -> String {
        (*self.one_of(&["a", "b", "c", "x-1"])).to_owned()
    }

    fn schema(&mut self, depth: usize) -> Value {
        if self.below(12) == 0 {
            return json!(self.below(3) > 0);
        }
        let mut map = Map::new();
        for _ in 0..=self.below(4) {
            self.keyword(&mut map, depth);
        }
        Value::Object(map)
    }

    fn schemas(&mut self, depth: usize) -> Value {
        Value::Array((0..=self.below(2)).map(|_| self.schema(depth)).collect())
    }

    fn keyword(&mut self, map: &mut Map<String, Value>, depth: usize) {
        const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];
        let number = json!(i64::try_from(self.below(9)).unwrap() - 3);
        let (few, below) = (json!(self.below(4)), depth.saturating_sub(1));
        let (keyword, value) = match self.below(if depth == 0 { 14 } else { 32 }) {
            0 | 1 => ("type", json!(*self.one_of(&TYPES))),
            2 => ("type", json!([TYPES[self.below(3)], TYPES[3 + self.below(4)]])),
            3 => ("enum", Value::Array((0..=self.below(4)).map(|_| self.value(1)).collect())),
            4 => ("const", self.value(1)),
            5 => ("minimum", number),
            6 => ("maximum", number),
            7 => (*self.one_of(&["exclusiveMinimum", "exclusiveMaximum"]), number),
            8 => ("multipleOf", self.one_of(&[json!(1), json!(2), json!(0.5), json!(3)]).clone()),
            9 => (*self.one_of(&["minLength", "maxLength"]), few),
            10 => ("pattern", json!(*self.one_of(&["^a", "b", "^x-", ".*", "[0-9]"]))),
            11 => (*self.one_of(&["minItems", "maxItems", "minProperties", "maxProperties"]), few),
            12 => ("uniqueItems", json!(self.below(3) > 0)),
            13 => ("required", json!([self.name()])),
            14..=17 => ("properties", Value::Object((0..=self.below(3)).map(|_| (self.name(), self.schema(below))).collect())),
            18 | 19 => ("additionalProperties", self.schema(below)),
            20 => ("patternProperties", json!({ *self.one_of(&["^x-", "a", "^[ab]$"]): self.schema(below) })),
            21 => ("propertyNames", self.schema(0)),
            22 => ("items", self.schema(below)),
            23 => ("prefixItems", self.schemas(below)),
            24 => ("contains", self.schema(below)),
            25 => ("allOf", self.schemas(below)),
            26 => ("anyOf", self.schemas(below)),
            27 => ("oneOf", self.schemas(below)),
            28 => ("not", self.schema(below)),
            29 => ("dependentRequired", json!({ self.name(): [self.name()] })),
            30 => ("dependentSchemas", json!({ self.name(): self.schema(below) })),
            _ => {
                map.insert("then".to_owned(), self.schema(below));
                map.insert("else".to_owned(), self.schema(below));
                ("if", self.schema(below))
            }
        };
        map.insert(keyword.to_owned(), value);
    }

    /// The schema with something in it changed.
    fn changed(&mut self, schema: &Value, depth: usize) -> Value {
        let Value::Object(map) = schema else { return self.schema(1) };
        let mut map = map.clone();
        match self.below(3) {
            0 => self.keyword(&mut map, depth),
            1 => {
                let keys: Vec<String> = map.keys().cloned().collect();
                if !keys.is_empty() {
                    map.remove(self.one_of(&keys));
                }
            }
            _ => {
                let below: Vec<String> = map.iter().filter(|(_, value)| value.is_object()).map(|(key, _)| key.clone()).collect();
                if below.is_empty() {
                    self.keyword(&mut map, depth);
                } else {
                    let key = self.one_of(&below).clone();
                    if ["properties", "patternProperties", "dependentSchemas"].contains(&key.as_str()) {
                        let names: Vec<String> = map[&key].as_object().unwrap().keys().cloned().collect();
                        let name = self.one_of(&names).clone();
                        map[&key][&name] = self.changed(&map[&key][&name].clone(), depth.saturating_sub(1));
                    } else if key != "dependentRequired" {
                        map[&key] = self.changed(&map[&key].clone(), depth.saturating_sub(1));
                    }
                }
            }
        }
        Value::Object(map)
    }
}

#[derive(Default)]
struct Count {
    held: usize,
    broken: usize,
    unknown: usize,
    /// Of the unknown ones, those that the second opinion decides.
    decided_there: Vec<String>,
}

fn look_at(seed: u64, count: &mut Count) {
    let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let from_value = chance.schema(2);
    let to_value = if chance.below(4) == 0 { chance.schema(2) } else { chance.changed(&from_value, 2) };
    let (Ok(from), Ok(to)) = (Document::read(&from_value.to_string()), Document::read(&to_value.to_string())) else { return };
    let said = includes(&from, &to);
    let second = || {
        let (one, other) = (jsonschema::canonicalize(&from_value).ok()?, jsonschema::canonicalize(&to_value).ok()?);
        one.subtract(&other).ok().map(|lost| lost.satisfiability())
    };
    match said {
        Inclusion::Holds => {
            count.held += 1;
            for _ in 0..60 {
                let value = chance.value(3);
                assert!(!from.accepts(&value) || to.accepts(&value), "seed {seed}: {from_value} → {to_value} does not hold for {value}");
            }
            assert_ne!(second(), Some(Satisfiability::Yes), "seed {seed}: {from_value} → {to_value} holds, says gate");
        }
        Inclusion::Broken(breaks) => {
            count.broken += 1;
            for one in breaks {
                assert!(from.accepts(&one.witness) && !to.accepts(&one.witness), "seed {seed}");
            }
        }
        Inclusion::Unknown(doubts) => {
            count.unknown += 1;
            if let Some(answer) = second().filter(|answer| *answer != Satisfiability::Unknown) {
                count.decided_there.push(format!("{seed}: {answer:?}: {from_value} → {to_value}: {doubts:?}"));
            }
        }
    }
}

#[test]
fn what_is_said_to_hold_holds() {
    let pairs = std::env::var("GATE_PAIRS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_500);
    let first = std::env::var("GATE_FIRST").ok().and_then(|text| text.parse().ok()).unwrap_or(0_u64);
    let mut count = Count::default();
    (first..first + pairs).for_each(|seed| look_at(seed, &mut count));
    let Count { held, broken, unknown, decided_there } = &count;
    let second = decided_there.len();
    let mut told = format!("{held} hold, {broken} break, {unknown} unknown, of these decided by the second opinion: {second}\n");
    decided_there.iter().take(12).for_each(|line| told.push_str(&format!("{line}\n")));
    std::io::stderr().write_all(told.as_bytes()).unwrap();
    assert!(count.held > 0 && count.broken > count.unknown, "it decides most");
}
