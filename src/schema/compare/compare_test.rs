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
        Inclusion::Broken(breaks) => format!("breaks {}", breaks.iter().map(|one| one.at.clone()).collect::<Vec<_>>().join(" ")),
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
