//! Schemas that grow faster than their texts: an answer comes, and soon; whoever waits for this test sees it.

use serde_json::{Map, Value, json};

use super::*;

fn within(depth: usize, leaf: Value, around: impl Fn(Value) -> Value) -> Value {
    (0..depth).fold(leaf, |inner, _| around(inner))
}

fn each(count: usize, one: impl Fn(usize) -> Value) -> Vec<Value> {
    (0..count).map(one).collect()
}

fn named(count: usize, prefix: &str, one: impl Fn(usize) -> Value) -> Value {
    Value::Object((0..count).map(|n| (format!("{prefix}{n}"), one(n))).collect::<Map<_, _>>())
}

fn nested() -> Vec<(&'static str, Value, Value)> {
    let both = |around: &dyn Fn(Value) -> Value, depth| {
        (within(depth, json!({"type": "string"}), around), within(depth, json!({"type": "integer"}), around))
    };
    let thrice = both(&|inner| json!({"type": "object", "properties": {"a": inner, "b": inner}, "additionalProperties": inner}), 8);
    let two = both(&|inner| json!({"type": "object", "minProperties": 2, "additionalProperties": inner}), 30);
    let pattern = both(&|inner| json!({"patternProperties": {"^a": inner}, "additionalProperties": inner}), 10);
    let list = both(&|inner| json!({"type": "array", "items": inner, "minItems": 1, "contains": inner}), 11);
    let chain = |leaf: Value| {
        let next = |n: usize| json!({"$ref": format!("#/$defs/d{}", n + 1)});
        let mut all = named(80, "d", |n| json!({"anyOf": [next(n), {"type": "object", "properties": {format!("p{n}"): next(n)}}]}));
        all.as_object_mut().unwrap().insert("d80".to_owned(), leaf);
        json!({"$ref": "#/$defs/d0", "$defs": all})
    };
    vec![
        ("three schemas below each", thrice.0, thrice.1),
        ("two names at least", two.0, two.1),
        ("a pattern and the rest", pattern.0, pattern.1),
        ("lists that contain", list.0, list.1),
        ("references in alternatives", chain(json!({"type": "string"})), chain(json!({"type": "integer"}))),
    ]
}

fn wide() -> Vec<(&'static str, Value, Value)> {
    let branch =
        |n: usize, kind: &str| json!({"required": ["k"], "type": "object", "properties": {"k": {"const": n}, "v": {"type": kind}}});
    let tagged = |kind: &str| json!({"oneOf": each(1_000, |n| branch(n, kind))});
    let closed = |kind: &str| json!({"additionalProperties": false, "properties": named(5_000, "n", |_| json!({"type": kind}))});
    let required = |prefix: &str| json!({"required": each(10_000, |n| json!(format!("{prefix}{n}")))});
    let dependent = |prefix: &str| json!({"dependentRequired": named(3_000, "n", |n| json!([format!("{prefix}{n}")]))});
    let together = |prefix: &str| json!({"dependentRequired": {"a": each(3_000, |n| json!(format!("{prefix}{n}")))}});
    let ranges =
        |more: f64| json!({"type": "number", "anyOf": each(3_000, |n| json!({"minimum": 2 * n, "maximum": 2.0 * n as f64 + more}))});
    let patterns = |letter: &str| json!({"type": "string", "anyOf": each(3_000, |n| json!({"pattern": format!("^{letter}{n}")}))});
    let all = |letter: &str| json!({"type": "string", "allOf": each(3_000, |n| json!({"pattern": format!("^{letter}{n}")}))});
    let parts = |kind: &str| json!({"allOf": each(3_000, |n| json!({"properties": {format!("n{n}"): {"type": kind}}}))});
    let lists = |size: usize| json!({"anyOf": each(1_000, |n| json!({"enum": each(size, |m| json!(n + m))}))});
    let unlike = |from: usize| json!({"not": {"enum": each(20_000, |n| json!(n + from))}});
    let twice = |kind: &str| json!({"oneOf": each(1_500, |n| json!({"minimum": n, "type": [kind, "null"]}))});
    vec![
        ("tagged branches", tagged("integer"), tagged("string")),
        ("closed properties", closed("integer"), closed("string")),
        ("required names", required("a"), required("b")),
        ("names that depend on many", dependent("a"), dependent("b")),
        ("many that a name depends on", together("a"), together("b")),
        ("ranges", ranges(1.0), ranges(1.5)),
        ("patterns of which one", patterns("a"), patterns("b")),
        ("patterns all of them", all("a"), all("b")),
        ("parts of an object", parts("string"), parts("integer")),
        ("lists of values", lists(100), lists(99)),
        ("values that are left out", unlike(0), unlike(1)),
        ("branches that overlap", twice("number"), twice("integer")),
        ("many items, each once", json!({"uniqueItems": true, "minItems": 5_000, "type": "array"}), json!({"maxItems": 4_000})),
        (
            "many items in many",
            json!({"contains": {"type": "array", "minItems": 9_000}, "minContains": 9_000, "type": "array"}),
            json!({"maxItems": 3}),
        ),
    ]
}

fn come_soon(pairs: Vec<(&'static str, Value, Value)>) {
    for (name, old, new) in pairs {
        let read = |value: &Value| Document::read(&value.to_string()).unwrap();
        let inclusion = includes(&read(&old), &read(&new));
        assert_ne!(inclusion, Inclusion::Holds, "{name}");
    }
}

#[test]
fn an_answer_about_schemas_that_nest_comes_soon() {
    come_soon(nested());
}

#[test]
fn an_answer_about_schemas_of_many_parts_comes_soon() {
    come_soon(wide());
}
