//! Random schemas and random instances: whatever the comparison says is so.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::cases_test::{Truth, other_prover};
use super::samples_test::{Dice, Samples};
use super::{Document, Inclusion, compare, includes};

fn names() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c", "x-a"]).prop_map(str::to_owned)
}

fn values() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(1.5),
        json!("a"),
        json!("ab"),
        json!([1]),
        json!({ "a": 1 }),
    ])
}

fn types() -> impl Strategy<Value = Value> {
    let one = prop::sample::select(vec!["null", "boolean", "object", "array", "number", "string", "integer"]);
    prop_oneof![3 => one.clone().prop_map(Value::from), 1 => prop::collection::btree_set(one, 1..4).prop_map(|several| json!(several))]
}

/// One keyword that holds no schema.
fn facets() -> impl Strategy<Value = (String, Value)> {
    let number = prop_oneof![(-2_i64..6).prop_map(Value::from), prop::sample::select(vec![json!(0.5), json!(1.5)])];
    let size = (0_u64..4).prop_map(Value::from);
    let named = |names: &'static [&'static str]| prop::sample::select(names.to_vec()).prop_map(str::to_owned);
    prop_oneof![
        (Just("type".to_owned()), types()),
        (named(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]), number),
        (Just("multipleOf".to_owned()), prop::sample::select(vec![json!(1), json!(2), json!(3), json!(0.5), json!(1.5)])),
        (named(&["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"]), size),
        (Just("pattern".to_owned()), prop::sample::select(vec![json!("^a"), json!("b$"), json!("^[ab]*$"), json!("^[0-9]+$")])),
        (Just("enum".to_owned()), prop::collection::vec(values(), 1..4).prop_map(Value::from)),
        (Just("const".to_owned()), values()),
        (Just("required".to_owned()), prop::collection::btree_set(names(), 0..3).prop_map(|set| json!(set))),
        (Just("uniqueItems".to_owned()), any::<bool>().prop_map(Value::from)),
        (
            Just("dependentRequired".to_owned()),
            prop::collection::btree_map(names(), prop::collection::btree_set(names(), 0..2), 1..2).prop_map(|map| json!(map))
        ),
    ]
}

fn schemas() -> impl Strategy<Value = Value> {
    let object = |pairs: Vec<(String, Value)>| Value::Object(pairs.into_iter().collect::<Map<_, _>>());
    let leaf = prop_oneof![
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(json!({ "$ref": "#/$defs/d" })),
        8 => prop::collection::vec(facets(), 0..4).prop_map(object),
    ];
    leaf.prop_recursive(3, 24, 4, move |inner| {
        let map = || prop::collection::btree_map(names(), inner.clone(), 1..4).prop_map(|map| json!(map));
        let by_pattern =
            prop::collection::btree_map(prop::sample::select(vec!["^x-", "^a", "b"]), inner.clone(), 1..2).prop_map(|map| json!(map));
        let list = prop::collection::vec(inner.clone(), 1..4).prop_map(Value::from);
        let one = |names: &'static [&'static str]| prop::sample::select(names.to_vec()).prop_map(str::to_owned);
        let keyword = prop_oneof![
            4 => facets(),
            4 => (Just("properties".to_owned()), map()),
            1 => (Just("dependentSchemas".to_owned()), map()),
            1 => (Just("patternProperties".to_owned()), by_pattern),
            3 => (one(&["additionalProperties", "items", "not", "contains", "propertyNames", "if", "then", "else"]), inner.clone()),
            3 => (one(&["allOf", "anyOf", "oneOf", "prefixItems"]), list),
        ];
        prop::collection::vec(keyword, 1..5).prop_map(object)
    })
}

/// A schema, and the same with one definition that references lead to.
fn documents() -> impl Strategy<Value = Value> {
    (schemas(), prop::collection::vec(facets(), 0..3)).prop_map(|(schema, definition)| {
        let definition = Value::Object(definition.into_iter().collect());
        let mut schema = schema;
        if let Some(keywords) = schema.as_object_mut() {
            keywords.insert("$defs".to_owned(), json!({ "d": definition }));
        }
        schema
    })
}

/// Two schemas: any two, or one and a small change of it.
fn pairs() -> impl Strategy<Value = (Value, Value)> {
    let changed = (documents(), facets(), any::<prop::sample::Index>()).prop_map(|(schema, (name, value), index)| {
        let mut other = schema.clone();
        let mut pointers = vec![String::new()];
        objects(&schema, String::new(), &mut pointers);
        if let Some(Value::Object(keywords)) = other.pointer_mut(&pointers[index.index(pointers.len())]) {
            keywords.insert(name, value);
        }
        (schema, other)
    });
    prop_oneof![1 => (documents(), documents()), 3 => changed]
}

/// The pointers of the objects that look like schemas.
fn objects(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
            let is_schema = !["properties", "patternProperties", "dependentSchemas", "dependentRequired", "$defs", "const", "enum"]
                .contains(&name.as_str());
            if value.is_object() && is_schema {
                found.push(at.clone());
            }
            if !["const", "enum"].contains(&name.as_str()) {
                objects(value, at, found);
            }
        }),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, item)| objects(item, format!("{at}/{n}"), found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What is wrong with what is said of two documents.
fn lie(from: &Document, to: &Document, dice: &mut Dice) -> Option<String> {
    match includes(from, to) {
        Inclusion::Holds => {
            let samples = Samples::of(from.value(), to.value());
            let lost = (0..200).map(|_| samples.one(dice)).find(|instance| from.accepts(instance) && !to.accepts(instance));
            lost.map(|instance| format!("it holds, but not for {instance}"))
        }
        Inclusion::Broken { breaks, .. } => {
            let wrong = breaks.iter().find(|one| !from.accepts(&one.witness) || !to.refuses(&one.witness));
            wrong.map(|one| format!("{} is no witness", one.witness)).or_else(|| breaks.is_empty().then(|| "no break".to_owned()))
        }
        Inclusion::Unknown(doubts) => doubts.is_empty().then(|| "no doubt".to_owned()),
    }
}

fn rounds() -> u32 {
    std::env::var("GATE_TORTURE").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(300)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: rounds(), ..ProptestConfig::default() })]

    #[test]
    fn every_random_schema_is_a_schema(schema in documents()) {
        if let Err(faults) = Document::read(&schema.to_string()) {
            prop_assert!(false, "{} {:?}", schema, faults);
        }
    }

    #[test]
    fn whatever_is_said_to_hold_holds_for_every_sample_and_every_witness_is_one((old, new) in pairs(), seed in any::<u64>()) {
        let read = |schema: &Value| Document::read(&schema.to_string()).unwrap();
        let (old, new) = (read(&old), read(&new));
        let mut dice = Dice::new(seed);
        prop_assert_eq!(lie(&old, &new, &mut dice), None);
        prop_assert_eq!(lie(&new, &old, &mut dice), None);
        let comparison = compare(&old, &new);
        prop_assert_eq!((comparison.backward, comparison.forward), (includes(&old, &new), includes(&new, &old)));
    }

    #[test]
    fn a_schema_includes_itself(schema in documents()) {
        let document = Document::read(&schema.to_string()).unwrap();
        prop_assert_eq!(includes(&document, &document), Inclusion::Holds);
    }

    #[test]
    fn another_prover_does_not_contradict_what_is_said((old, new) in pairs()) {
        let read = |schema: &Value| Document::read(&schema.to_string()).unwrap();
        let (old, new) = (read(&old), read(&new));
        let ours = match includes(&old, &new) {
            Inclusion::Holds => Some(Truth::Holds),
            Inclusion::Broken { .. } => Some(Truth::Breaks),
            Inclusion::Unknown(_) => None,
        };
        if let (Some(ours), Some(theirs)) = (ours, other_prover(&old, &new)) {
            prop_assert_eq!(ours, theirs, "{} in {}", old.value(), new.value());
        }
    }
}
