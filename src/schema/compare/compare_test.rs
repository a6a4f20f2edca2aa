//! Small pairs of schemas and what is so of them.

use serde_json::{Value, json};

use super::*;

fn answer(from: &Value, to: &Value) -> Inclusion {
    let read = |value: &Value| Document::read(&value.to_string()).unwrap();
    includes(&read(from), &read(to))
}

fn told(from: &Value, to: &Value) -> String {
    match answer(from, to) {
        Inclusion::Holds => "holds".to_owned(),
        Inclusion::Broken { breaks, .. } => format!("breaks {}", breaks.iter().map(|one| one.at.clone()).collect::<Vec<_>>().join(" ")),
        Inclusion::Unknown(doubts) => {
            format!("unknown {}", doubts.iter().map(|one| format!("{} {}", one.at, one.message)).collect::<Vec<_>>().join("; "))
        }
    }
}

#[test]
fn small_pairs() {
    let pairs = [
        (json!({"type": "integer"}), json!({"type": "number"}), "holds"),
        (json!({"type": "number"}), json!({"type": "integer"}), "breaks /type"),
        (json!({"type": "string"}), json!({"type": "string", "maxLength": 5}), "breaks /maxLength"),
        (json!({"maximum": 5}), json!({"maximum": 4}), "breaks /maximum"),
        (json!({"enum": [1, "a"]}), json!({"enum": ["a", 1.0, null]}), "holds"),
        (
            json!({"properties": {"a": {"type": "string"}}}),
            json!({"properties": {"a": {"type": "string"}}, "required": ["a"]}),
            "breaks /required",
        ),
        (json!({"type": "object"}), json!({"type": "object", "properties": {"a": {"type": "string"}}}), "breaks /properties/a/type"),
        (
            json!({"type": "object", "additionalProperties": false}),
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": false}),
            "holds",
        ),
        (json!({"anyOf": [{"minimum": 0}, {"maximum": 0}], "type": "number"}), json!({"type": "number"}), "holds"),
        (json!({"type": "number"}), json!({"anyOf": [{"type": "number", "minimum": 0}, {"type": "number", "maximum": 0}]}), "holds"),
        (json!({"type": "integer"}), json!({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "integer", "maximum": 0}]}), "holds"),
        (
            json!({"type": "array", "items": {"type": "string"}}),
            json!({"type": "array", "items": {"type": "integer"}}),
            "breaks /items/type",
        ),
        (json!({"pattern": "^a"}), json!({"pattern": "^b"}), "breaks /pattern"),
        (json!({"not": {"type": "string"}}), json!({"type": ["null", "boolean", "number", "array", "object"]}), "holds"),
    ];
    let wrong: Vec<String> = pairs
        .iter()
        .filter(|(from, to, says)| told(from, to) != **says)
        .map(|(from, to, says)| format!("{from} → {to}: {} for {says}", told(from, to)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn recursion_is_followed_without_end() {
    let node = |extra: Value| json!({"$ref": "#/$defs/node", "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}, "value": extra}}}});
    assert_eq!(told(&node(json!({"type": "integer"})), &node(json!({"type": "number"}))), "holds");
    assert_eq!(told(&node(json!({"type": "number"})), &node(json!({"type": "integer"}))), "breaks /$defs/node/properties/value/type");
}

fn wide(properties: usize, change: impl Fn(usize) -> Value) -> Value {
    let names = (0..properties).map(|n| (format!("property_{n}"), change(n))).collect::<serde_json::Map<_, _>>();
    let required: Vec<String> = names.keys().step_by(2).cloned().collect();
    json!({"type": "object", "properties": names, "required": required, "additionalProperties": false})
}

#[test]
fn unions_of_thousands_and_schemas_of_hundreds_are_compared() {
    let branch = |n: usize| json!({"type": "object", "required": ["kind"], "properties": {"kind": {"const": format!("k{n}")}, "value": {"type": "integer", "minimum": n}}});
    let union = |count: usize| json!({"oneOf": (0..count).map(branch).collect::<Vec<_>>()});
    assert_eq!(told(&union(10_000), &union(10_001)), "holds");
    assert!(told(&union(3_000), &union(2_999)).starts_with("breaks"), "{}", told(&union(300), &union(299)));
    let plain = |n: usize| json!({"type": "string", "maxLength": n + 1});
    let other = |n: usize| if n == 77 { json!({"type": "string", "maxLength": 3}) } else { plain(n) };
    assert_eq!(told(&wide(500, plain), &wide(500, other)), "breaks /properties/property_77/maxLength");
    assert_eq!(told(&wide(500, other), &wide(500, plain)), "holds");
}

#[test]
fn what_changed_is_told_place_by_place() {
    let old = json!({"type": "object", "properties": {"a": {"type": "integer", "maximum": 9}, "b": {"type": "string"}, "c": {"enum": ["x", "y"]}}});
    let new = json!({
        "type": "object",
        "properties": {"a": {"type": "integer", "maximum": 5}, "c": {"enum": ["x", "z"]}, "d": {"type": "boolean"}},
        "required": ["a", "d"]
    });
    let read = |value: &Value| Document::read(&value.to_string()).unwrap();
    let told: Vec<String> =
        compare(&read(&old), &read(&new)).changes.iter().map(|one| format!("{:?} {} {}", one.edit, one.at, one.message)).collect();
    let expected = [
        "Narrowed /properties/a/maximum only up to 5",
        "Removed /properties/b is gone; before: only `string` is accepted",
        "Changed /properties/c/enum `\"y\"` is not accepted; before: `\"z\"` is not accepted",
        "Added /properties/d is new; only `boolean` is accepted",
        "Narrowed /required `a` is required",
        "Narrowed /required `d` is required",
    ];
    assert_eq!(told, expected);
}

#[test]
fn beside_a_break_it_is_told_what_is_not_decided() {
    let old = json!({"properties": {"a": {"type": "string"}, "b": {"type": "string"}}});
    let new = json!({"properties": {"a": {"type": "string", "maxLength": 3}, "b": {"type": "string", "format": "date"}}});
    let inclusion = answer(&old, &new);
    let places = |inclusion: &Inclusion| inclusion.doubts().iter().map(|doubt| doubt.at.clone()).collect::<Vec<_>>();
    assert_eq!(inclusion.breaks().iter().map(|one| one.at.as_str()).collect::<Vec<_>>(), ["/properties/a/maxLength"]);
    assert_eq!(places(&inclusion), ["/properties/b/format"]);
    let changes = compare(&Document::read(&old.to_string()).unwrap(), &Document::read(&new.to_string()).unwrap()).changes;
    assert!(changes.iter().any(|one| one.at == "/properties/b/format" && one.edit == crate::schema::Edit::Undecided), "{changes:?}");
}

#[test]
fn a_value_that_holds_what_its_own_schema_asks_about_ends() {
    let read = |text: &str| Document::read(text).unwrap();
    let list = r##"{"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"next":{"allOf":[{"$ref":"#/$defs/n"},{"enum":[{},{"next":{}}]}]}}}}}"##;
    for old in [
        r##"{"$ref":"#/$defs/x","$defs":{"x":{"properties":{"a":{"const":{"a":1},"$ref":"#/$defs/x"}}}}}"##,
        r##"{"$ref":"#/$defs/x","$defs":{"x":{"items":{"enum":[[],[[]]],"$ref":"#/$defs/x"}}}}"##,
        list,
    ] {
        assert_eq!(includes(&read(old), &read("true")), Inclusion::Holds, "{old}");
        assert_ne!(includes(&read("true"), &read(old)), Inclusion::Holds, "{old}");
    }
    assert_eq!(includes(&read(list), &read("{\"type\": \"object\"}")), Inclusion::Holds);
}
