//! A document is read whole or refused with places, and judges in bounded time.

use std::fmt::Write;
use std::time::Instant;

use serde_json::{Value, json};

use super::*;
use crate::schema::FaultSort;

fn read(schema: &str) -> Document {
    Document::read(schema).unwrap_or_else(|faults| panic!("{schema:.300}\n{faults:?}"))
}

fn faults(schema: &str) -> Vec<(usize, String, FaultSort)> {
    let found = Document::read(schema).err().unwrap_or_else(|| panic!("it was read: {schema:.300}"));
    assert!(found.iter().all(|fault| !fault.message.is_empty() && fault.message.len() < 400 && fault.line > 0), "{found:?}");
    found.into_iter().map(|fault| (fault.line, fault.pointer, fault.sort)).collect()
}

fn fault(schema: &str) -> (usize, String, FaultSort) {
    let found = faults(schema);
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap()
}

fn at(line: usize, pointer: &str, sort: FaultSort) -> (usize, String, FaultSort) {
    (line, pointer.to_owned(), sort)
}

#[test]
fn an_edition_is_known_however_it_is_written() {
    for (written, draft) in [
        ("http://json-schema.org/draft-07/schema#", Draft::Draft7),
        ("http://json-schema.org/draft-07/schema", Draft::Draft7),
        ("https://json-schema.org/draft-07/schema#", Draft::Draft7),
        ("https://json-schema.org/draft-07/schema", Draft::Draft7),
        ("https://json-schema.org/draft/2020-12/schema", Draft::Draft2020),
        ("https://json-schema.org/draft/2020-12/schema#", Draft::Draft2020),
        ("http://json-schema.org/draft/2020-12/schema", Draft::Draft2020),
    ] {
        let document = read(&json!({ "$schema": written, "type": "object", "required": ["a"] }).to_string());
        assert_eq!(document.draft(), draft, "{written}");
        assert!(document.accepts(&json!({ "a": 1 })) && !document.accepts(&json!({})), "{written}");
        assert_eq!(document.value()["$schema"], written);
    }
    assert_eq!(read("{}").draft(), Draft::Draft2020);
    assert_eq!(read("true").draft(), Draft::Draft2020);
    assert!(!read("false").accepts(&json!(1)));
}

#[test]
fn another_edition_is_refused_with_its_name() {
    for other in
        ["http://json-schema.org/draft-04/schema#", "https://json-schema.org/draft/2019-09/schema", "http://json-schema.org/schema#", "x"]
    {
        let found = Document::read(&format!("{{\"type\": \"object\",\n\"$schema\": \"{other}\"}}")).unwrap_err();
        assert_eq!((found[0].line, found[0].pointer.as_str(), found[0].sort), (2, "/$schema", FaultSort::Draft));
        assert!(found[0].message.contains(other), "{}", found[0].message);
    }
    assert_eq!(fault("{\"$schema\": 7}"), at(1, "/$schema", FaultSort::Draft));
    let nested = "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"$defs\": {\"a\": {\"$id\": \"a\",\n\"$schema\": \"http://json-schema.org/draft-07/schema#\"}}}";
    assert!(faults(nested).contains(&at(2, "/$defs/a/$schema", FaultSort::Draft)));
}

#[test]
fn what_is_no_strict_json_is_refused_with_its_line() {
    for text in ["", "{", "{\"type\": \"string\",}", "{\"a\": 1, \"a\": 2}", "// x\n{}", "{'type': 1}", "\u{feff}{}", "{} {}", "NaN"] {
        assert_eq!(fault(text).2, FaultSort::NotJson, "{text}");
    }
    assert_eq!(fault("{\"a\": 1,\n\n\"a\": 2}").0, 3);
    assert_eq!(fault(&"[".repeat(200)).2, FaultSort::TooLarge);
    assert_eq!(fault(&format!("{}{}", "{\"not\":".repeat(1_000_000), "}".repeat(1_000_000))).2, FaultSort::TooLarge);
    assert_eq!(fault(&" ".repeat((16 << 20) + 1)).2, FaultSort::TooLarge);
}

#[test]
fn what_the_meta_schema_refuses_is_told_with_pointer_and_line() {
    let found = faults("{\n \"type\": \"strin\",\n \"properties\": {\n  \"a/b\": {\"minLength\": -1},\n  \"c\": {\"required\": \"x\"}}}");
    assert_eq!(
        found,
        [
            at(2, "/type", FaultSort::Invalid),
            at(4, "/properties/a~1b/minLength", FaultSort::Invalid),
            at(5, "/properties/c/required", FaultSort::Invalid)
        ]
    );
    for wrong in [
        "[]",
        "1",
        "\"x\"",
        "null",
        "{\"items\": [{}]}",
        "{\"multipleOf\": 0}",
        "{\"$ref\": 1}",
        "{\"properties\": {\"a\": 1}}",
        "{\"pattern\": 5}",
    ] {
        assert!(faults(wrong).iter().all(|(_, _, sort)| *sort == FaultSort::Invalid), "{wrong}");
    }
    assert!(Document::read("{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"items\": [{}]}").is_ok());
}

/// A schema of texts, the pointer of a reference in it, and where that leads.
const REFERENCES: [(&str, &str, &str); 18] = [
    (r##"{"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}"##, "", "/$defs/a"),
    (r##"{"$ref": "#/definitions/a", "definitions": {"a": {"type": "string"}}}"##, "", "/definitions/a"),
    (
        r##"{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/a", "definitions": {"a": {"type": "string"}}}"##,
        "",
        "/definitions/a",
    ),
    (
        r##"{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}"##,
        "",
        "/$defs/a",
    ),
    (r##"{"$ref": "#/$defs/a~1b~0c%25d", "$defs": {"a/b~c%d": {"type": "string"}}}"##, "", "/$defs/a~1b~0c%d"),
    (r##"{"$ref": "#/$defs/%C3%A9", "$defs": {"é": {"type": "string"}}}"##, "", "/$defs/é"),
    (r##"{"$ref": "#here", "$defs": {"a": {"$anchor": "here", "type": "string"}}}"##, "", "/$defs/a"),
    (
        r##"{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#here", "definitions": {"a": {"$id": "#here", "type": "string"}}}"##,
        "",
        "/definitions/a",
    ),
    (r##"{"$id": "https://a.example/b/c.json", "$ref": "d.json", "$defs": {"a": {"$id": "d.json", "type": "string"}}}"##, "", "/$defs/a"),
    (
        r##"{"$id": "https://a.example/b/c.json", "$ref": "/x/d.json#/$defs/e", "$defs": {"a": {"$id": "/x/d.json", "$defs": {"e": {"type": "string"}}}}}"##,
        "",
        "/$defs/a/$defs/e",
    ),
    (
        r##"{"$id": "https://a.example/c.json", "$ref": "https://a.example/c.json#/$defs/a", "$defs": {"a": {"type": "string"}}}"##,
        "",
        "/$defs/a",
    ),
    (r##"{"$dynamicRef": "#n", "$defs": {"a": {"$dynamicAnchor": "n", "type": "string"}}}"##, "", "/$defs/a"),
    (r##"{"x-shared": {"a": {"$ref": "#/x-shared/b"}, "b": {"type": "string"}}, "$ref": "#/x-shared/a"}"##, "/x-shared/a", "/x-shared/b"),
    (r##"{"$id": "orders.json", "$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}"##, "", "/$defs/a"),
    (r##"{"$id": "https://a.example/c.json#", "$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}"##, "", "/$defs/a"),
    (r##"{"$id": "https://a.example/c", "$ref": "c#x", "$defs": {"b": {"$anchor": "x", "type": "string"}}}"##, "", "/$defs/b"),
    (
        r##"{"$id": "https://a.example/x/", "$ref": "./y#z", "$defs": {"b": {"$id": "y", "$defs": {"c": {"$anchor": "z", "type": "string"}}}}}"##,
        "",
        "/$defs/b/$defs/c",
    ),
    (r##"{"$id": "urn:example:orders", "$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}"##, "", "/$defs/a"),
];

#[test]
fn a_reference_leads_to_a_schema_of_the_document() {
    for (schema, pointer, target) in REFERENCES {
        let document = read(schema);
        assert_eq!(document.target(pointer), Some(target), "{schema}");
        assert!(document.accepts(&json!("x")) && !document.accepts(&json!(1)), "{schema}");
    }
}

#[test]
fn a_reference_that_leads_nowhere_or_out_is_a_fault_and_never_fetched() {
    for (reference, pointer) in [
        ("https://a.example/x.json", "/$ref"),
        ("http://json-schema.org/draft-07/schema#", "/$ref"),
        ("file:///etc/passwd", "/$ref"),
        ("other.json", "/$ref"),
        ("#/$defs/missing", "/$ref"),
        ("#/$defs/a/type", "/$ref"),
        ("#nowhere", "/$ref"),
        ("#/$defs/a/0", "/$ref"),
        ("::", "/$ref"),
        ("http://[", "/$ref"),
    ] {
        let found = faults(&format!("{{\"$defs\": {{\"a\": {{\"type\": \"string\"}}}},\n\"$ref\": {}}}", json!(reference)));
        assert!(found.contains(&at(2, pointer, FaultSort::Unresolved)), "{reference}: {found:?}");
    }
    let all =
        faults("{\"properties\": {\n\"a\": {\"$ref\": \"x.json\"},\n\"b\": {\"$ref\": \"#/nope\"},\n\"$ref\": {\"type\": \"string\"}}}");
    assert_eq!(all, [at(2, "/properties/a/$ref", FaultSort::Unresolved), at(3, "/properties/b/$ref", FaultSort::Unresolved)]);
    assert!(Document::read("{\"const\": {\"$ref\": \"x\"}, \"enum\": [{\"$ref\": \"y\"}], \"default\": {\"$ref\": \"z\"}}").is_ok());
}

#[test]
fn in_draft_07_nothing_counts_beside_a_reference() {
    let schema = r##"{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"$ref": "#/definitions/s", "maxLength": 1}}, "definitions": {"s": {"type": "string"}}}"##;
    assert!(read(schema).accepts(&json!({ "a": "long" })));
    let schema = schema.replace("http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema");
    assert!(!read(&schema).accepts(&json!({ "a": "long" })));
}

#[test]
fn a_loop_that_never_goes_down_is_endless() {
    for schema in [
        r##"{"$ref": "#"}"##,
        r##"{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}"##,
        r##"{"anyOf": [{"type": "string"}, {"$ref": "#"}]}"##,
        r##"{"not": {"$ref": "#"}}"##,
        r##"{"$dynamicAnchor": "n", "allOf": [{"$dynamicRef": "#n"}]}"##,
        r##"{"dependentSchemas": {"a": {"$ref": "#"}}}"##,
        r##"{"if": true, "then": {"$ref": "#"}}"##,
    ] {
        assert!(faults(schema).iter().all(|(_, pointer, sort)| *sort == FaultSort::Endless && pointer.ends_with("ef")), "{schema}");
    }
    assert_eq!(
        fault("{\"$defs\": {\n\"a\": {\"allOf\": [\n{\"$ref\": \"#/$defs/a\"}]}}}"),
        at(3, "/$defs/a/allOf/0/$ref", FaultSort::Endless)
    );
    let tree = read(r##"{"type": "object", "properties": {"next": {"$ref": "#"}}, "items": {"$ref": "#"}}"##);
    assert!(tree.accepts(&json!({ "next": { "next": {} } })) && !tree.accepts(&json!({ "next": { "next": 1 } })));
}

#[test]
fn a_pattern_that_is_none_or_explodes_is_refused_with_its_place() {
    assert_eq!(fault("{\"properties\": {\n\"a\": {\"pattern\": \"[\"}}}"), at(2, "/properties/a/pattern", FaultSort::Pattern));
    assert_eq!(fault("{\"patternProperties\": {\n\"(\": {}}}"), at(2, "/patternProperties/(", FaultSort::Pattern));
    let two = faults("{\"properties\": {\"a\": {\"pattern\": \"a**(\"},\n\"b\": {\"pattern\": \"(?<x\"}}}");
    assert_eq!(two.len(), 2);
    let begun = Instant::now();
    for pattern in [
        "((a{1000}){1000}){1000}",
        "(x{99999}){99999}",
        r"(\p{L}{1000}){1000}",
        &r"\ca".repeat(100_000),
        &"(".repeat(100_000),
        &"a|".repeat(300_000),
    ] {
        assert!(faults(&json!({ "pattern": pattern }).to_string()).iter().all(|(_, _, sort)| *sort == FaultSort::Pattern), "{pattern:.50}");
    }
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    for pattern in [r"^\d{4}-\d{2}$", r"^(?=.*[A-Z])(?!.*\s).{8,64}$", r"(a)\1", r"^\p{Lu}", r"^[^\s@]+@[^\s@]+$", "", r"^\/x\-y$"] {
        read(&json!({ "pattern": pattern }).to_string());
    }
}

#[test]
fn a_pattern_that_goes_back_for_ever_is_given_up_and_never_taken_for_valid() {
    let long = format!("{}!", "a".repeat(40));
    let begun = Instant::now();
    // Without a look around or a back reference it is matched in linear time.
    let linear = read(r#"{"pattern": "^(a+)+$"}"#);
    assert!(!linear.accepts(&json!(long)) && linear.refuses(&json!(long)));
    let hard = read(r#"{"pattern": "^((a+)+)+(?!x)b$"}"#);
    let long = format!("{}!b", "a".repeat(5_000));
    assert!(!hard.accepts(&json!(long)) && !hard.refuses(&json!(long)));
    let reason = &hard.judge(&json!(long))[0];
    assert!(reason.certainty == Certainty::Unfinished && reason.message.starts_with("cannot tell"), "{reason:?}");
    // Nor is it valid where the pattern stands below a `not`.
    let not = read(r#"{"not": {"pattern": "^((a+)+)+(?!x)b$"}}"#);
    assert!(!not.accepts(&json!(long)) && !not.refuses(&json!(long)));
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

#[test]
fn formats_and_contents_are_annotations_in_both_editions() {
    for draft in ["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"] {
        for keyword in
            [json!({ "format": "email" }), json!({ "contentEncoding": "base64" }), json!({ "contentMediaType": "application/json" })]
        {
            let mut schema = keyword.clone();
            schema["$schema"] = json!(draft);
            assert!(read(&schema.to_string()).accepts(&json!("{ %%")), "{schema}");
        }
    }
}

#[test]
fn large_and_deep_schemas_are_read_or_refused_soon() {
    let begun = Instant::now();
    let union: Vec<Value> = (0..10_000).map(|n| json!({ "type": "object", "required": [format!("f{n}")] })).collect();
    let document = read(&json!({ "anyOf": union }).to_string());
    assert!(document.accepts(&json!({ "f9999": 1 })) && document.refuses(&json!({ "x": 1 })));
    for keyword in ["not", "items", "additionalProperties"] {
        let deep = format!("{}{{\"type\":\"string\"}}{}", format!("{{\"{keyword}\":").repeat(100), "}".repeat(100));
        let document = read(&deep);
        document.accepts(&json!("x"));
    }
    let deep = format!("{}{{\"type\":\"string\"}}{}", "{\"allOf\":[".repeat(60), "]}".repeat(60));
    assert!(read(&deep).refuses(&json!(1)));
    assert_eq!(fault(&json!({ "anyOf": vec![json!({}); 100_001] }).to_string()).2, FaultSort::TooLarge);
    let long = format!("{{\"properties\": {{\"{}\": {{\"properties\": {}}}}}}}", "x".repeat(8 << 20), json!({ "a": {}, "b": {} }));
    assert_eq!(fault(&long).2, FaultSort::TooLarge);
    let many: serde_json::Map<String, Value> = (0..50_000).map(|n| (format!("p{n}"), json!({}))).collect();
    assert_eq!(fault(&json!({ "properties": { "x".repeat(10_000): { "properties": many } } }).to_string()).2, FaultSort::TooLarge);
    // Each asks the next twice.
    let doubled: serde_json::Map<String, Value> = (0..64)
        .map(|n| {
            (format!("d{n}"), json!({ "allOf": [{ "$ref": format!("#/$defs/d{}", n + 1) }, { "$ref": format!("#/$defs/d{}", n + 1) }] }))
        })
        .collect();
    let mut doubled = json!({ "$defs": doubled });
    doubled["$defs"]["d64"] = json!({});
    assert_eq!(fault(&doubled.to_string()).2, FaultSort::TooLarge);
    let mut chain = json!({ "$defs": {} });
    for n in 0..5_000 {
        chain["$defs"][format!("c{n}")] = json!({ "$ref": format!("#/$defs/c{}", n + 1) });
    }
    chain["$defs"]["c5000"] = json!({});
    assert_eq!(fault(&chain.to_string()).2, FaultSort::TooLarge);
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

#[test]
fn a_deep_instance_of_a_branching_recursion_is_judged_soon_and_with_room() {
    let mut schema =
        r##"{"allOf": [{"properties": {"a": {"$ref": "#"}}}, {"properties": {"a": {"$ref": "#"}}}], "not": {"required": ["x"]}}"##
            .to_owned();
    let mut nest = String::new();
    (0..90).for_each(|_| write!(nest, "{{\"a\":").unwrap());
    let instance = |leaf: &str| serde_json::from_str::<Value>(&format!("{nest}{leaf}{}", "}".repeat(90))).unwrap();
    let begun = Instant::now();
    let document = read(&schema);
    assert!(document.accepts(&instance("{}")));
    let wrong = instance("{\"x\": 1}");
    assert!(!document.accepts(&wrong) && document.refuses(&wrong));
    assert!(document.judge(&wrong)[0].message.contains("too long to say where"));
    // As deep as references may be, at each of many levels.
    schema = r##"{"$defs": {"c0": {"additionalProperties": {"$ref": "#/$defs/c250"}}}, "$ref": "#/$defs/c250"}"##.to_owned();
    let mut chain: Value = serde_json::from_str(&schema).unwrap();
    for n in 0..250 {
        chain["$defs"][format!("c{}", n + 1)] = json!({ "$ref": format!("#/$defs/c{n}") });
    }
    assert!(read(&chain.to_string()).accepts(&instance("{}")));
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
}

#[test]
fn reasons_are_few_short_and_in_one_order() {
    let document = read(
        r#"{"properties": {"a": {"enum": [1, 2]}, "b": {"type": "string", "maxLength": 2}}, "required": ["c"], "additionalProperties": false}"#,
    );
    let instance = json!({ "a": "x".repeat(5_000), "b": "long", "d\n": 1 });
    let said: Vec<String> =
        document.judge(&instance).iter().map(|reason| format!("{} {} {}", reason.at, reason.rule, reason.message)).collect();
    assert_eq!(
        said,
        [
            " /additionalProperties the property `d\\n` may not be there".to_owned(),
            " /required the property `\"c\"` is missing".to_owned(),
            format!("/a /properties/a/enum `\"{}…` is none of `[1,2]`", "x".repeat(59)),
            "/b /properties/b/maxLength `\"long\"` is longer than 2".to_owned(),
        ]
    );
    let many: serde_json::Map<String, Value> = (0..500).map(|n| (format!("p{n}"), json!(1))).collect();
    let reasons = read(r#"{"additionalProperties": {"type": "string"}}"#).judge(&Value::Object(many));
    assert_eq!((reasons.len(), reasons[0].at.as_str()), (20, "/p0"));
}

#[test]
fn a_number_that_would_be_read_as_another_is_refused_with_its_place_but_in_an_annotation() {
    for (schema, pointer) in [
        ("{\n\"minimum\": 1000000000000000000000000000001}", "/minimum"),
        ("{\n\"maxLength\": 1e-400}", "/maxLength"),
        ("{\"items\": {\"multipleOf\":\n0.10000000000000001}}", "/items/multipleOf"),
        ("{\"enum\": [0.1, {\"a\": [\n0.10000000000000000001]}]}", "/enum"),
        ("{\"properties\": {\"default\": {\"const\":\n18446744073709551616}}}", "/properties/default/const"),
        ("{\"nobody-knows\":\n[9007199254740993.0]}", "/nobody-knows"),
        ("{\"$ref\": \"#/x-of/a\", \"x-of\": {\"a\": {\n\"maximum\": 1e-400}}}", "/x-of/a/maximum"),
    ] {
        assert!(faults(schema).contains(&at(2, pointer, FaultSort::NotJson)), "{schema}: {:?}", faults(schema));
    }
    read("{\"default\": 0.10000000000000001, \"examples\": [{\"a\": 1e-400}], \"x-y\": [1e-400], \"maximum\": 1.7976931348623157e308}");
}

#[test]
fn a_reference_to_a_name_that_several_schemas_have_is_a_fault_and_the_names_alone_are_none() {
    let two = |reference: &str, name: &str| {
        format!(
            "{{\n\"$ref\": \"{reference}\", \"$defs\": {{\"p\": {{{name}, \"type\": \"integer\"}}, \"q\": {{{name}, \"type\": \"string\"}}}}}}"
        )
    };
    for (reference, name) in [("#k", "\"$anchor\": \"k\""), ("r2", "\"$id\": \"r2\"")] {
        assert_eq!(faults(&two(reference, name)), [at(2, "/$ref", FaultSort::Unresolved)], "{name}");
    }
    read(&two("#/$defs/p", "\"$anchor\": \"k\""));
    read("{\"$ref\": \"#k\", \"$defs\": {\"p\": {\"$anchor\": \"k\", \"$dynamicAnchor\": \"k\"}}}");
}
