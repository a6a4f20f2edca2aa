//! Whatever looks like a schema is read or refused with places, and never breaks.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const SEEDS: [&str; 8] = [
    r##"{"$schema": "http://json-schema.org/draft-07/schema#", "$id": "http://a.example/x.json", "type": "object", "properties": {"a": {"$ref": "#/definitions/b"}}, "definitions": {"b": {"$id": "#b", "type": ["string", "null"], "pattern": "^a{1,3}$"}}, "items": [{}, true], "dependencies": {"a": ["b"], "c": {"minProperties": 1}}}"##,
    r##"{"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": {"a": {"$anchor": "x", "enum": [1, "a", null]}}, "$ref": "#x", "prefixItems": [{"const": 1}], "unevaluatedItems": false, "patternProperties": {"^x-": true}}"##,
    r##"{"$dynamicAnchor": "n", "type": "object", "properties": {"c": {"type": "array", "items": {"$dynamicRef": "#n"}}}, "unevaluatedProperties": false}"##,
    r##"{"anyOf": [{"minimum": 1, "maximum": 2.5, "multipleOf": 0.5}, {"not": {"type": "number"}}], "if": {"required": ["a"]}, "then": {"maxProperties": 3}, "else": false}"##,
    r##"{"oneOf": [{"minLength": 1}, {"maxItems": 2, "uniqueItems": true, "contains": {"const": 1}, "minContains": 2}], "propertyNames": {"pattern": "^(?=a)b|\\d+$"}}"##,
    r##"{"$id": "a/b.json", "$defs": {"x": {"$id": "../c.json", "$ref": "a/b.json#/$defs/y"}, "y": {"format": "date", "exclusiveMinimum": 0}}}"##,
    "true",
    "{}",
];

/// `GATE_TORTURE=n` sets how many texts are tried; `ci/torture` and `ci/fuzz` try many.
fn rounds() -> usize {
    std::env::var("GATE_TORTURE").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000)
}

#[test]
fn a_schema_that_is_cut_or_changed_is_read_or_refused_and_never_breaks() {
    let pieces = [
        "\"",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "0",
        "-1",
        "1e999",
        "#",
        "/",
        "%",
        "~2",
        "null",
        "true",
        "\"$ref\": \"#\",",
        "\\",
        "(",
        "*",
        "\u{1}",
        "é",
    ];
    let mut dice = 0x5eed_u64;
    let mut below = |n: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) as usize % n.max(1)
    };
    let instances = [json!(null), json!(1.5), json!("a"), json!([1, "a"]), json!({ "a": "aa", "c": [{}] })];
    for _ in 0..rounds() {
        let mut text = SEEDS[below(SEEDS.len())].to_owned();
        for _ in 0..=below(3) {
            let cut = (below(text.len() + 1)..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap();
            match below(3) {
                0 => text.insert_str(cut, pieces[below(pieces.len())]),
                1 => text = text.chars().enumerate().filter(|(n, _)| *n != cut).map(|(_, c)| c).collect(),
                _ => {
                    let other = SEEDS[below(SEEDS.len())];
                    text.insert_str(cut, other);
                }
            }
        }
        match Document::read(&text) {
            Ok(document) => {
                instances.iter().for_each(|instance| assert_eq!(document.accepts(instance), document.judge(instance).is_empty(), "{text}"))
            }
            Err(faults) => assert!(!faults.is_empty() && faults.iter().all(|fault| fault.line <= text.matches('\n').count() + 1), "{text}"),
        }
    }
}

/// Any JSON whose keys are those of schemas, most of it no schema at all.
fn nearly_schemas() -> impl Strategy<Value = Value> {
    let keys = [
        "type",
        "properties",
        "items",
        "$ref",
        "$defs",
        "$id",
        "$anchor",
        "enum",
        "const",
        "pattern",
        "allOf",
        "not",
        "required",
        "minimum",
        "$schema",
        "prefixItems",
        "unevaluatedProperties",
        "dependentSchemas",
        "if",
        "then",
        "a",
        "",
    ];
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec!["string", "object", "#", "#/$defs/a", "#/allOf/0", "a", "^a+$", "(", "http://x.example/y", "%", "#a"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(keys.to_vec()), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: u32::try_from(rounds()).unwrap_or(u32::MAX), ..ProptestConfig::default() })]

    #[test]
    fn whatever_looks_like_a_schema_is_read_or_refused(schema in nearly_schemas(), instance in nearly_schemas()) {
        match Document::read(&schema.to_string()) {
            Ok(document) => prop_assert_eq!(document.accepts(&instance), document.judge(&instance).is_empty()),
            Err(faults) => prop_assert!(!faults.is_empty()),
        }
    }
}
