//! The tree of JSON accepts and refuses what the strict reader does, and knows its lines.

use super::*;
use crate::formats::json;

/// The value that the other reader gives, made of the tree.
fn plain(node: &Node<'_>) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(truth) => (*truth).into(),
        Value::Number(text) => serde_json::from_str(text).unwrap(),
        Value::Text(text) => text.as_ref().into(),
        Value::List(items) => items.iter().map(plain).collect::<Vec<_>>().into(),
        Value::Object(members) => serde_json::Value::Object(members.iter().map(|m| (m.key.clone().into_owned(), plain(&m.node))).collect()),
    }
}

fn agrees(text: &str) {
    let (tree, strict) = (parse(text, Dialect::Strict), json::parse(text));
    match (&tree, &strict) {
        (Ok(tree), Ok(strict)) => assert_eq!(&plain(tree), strict, "{text}"),
        (Err(tree), Err(_)) => assert!(tree.line > 0 && tree.column > 0 && !tree.message.ends_with('.'), "{text}"),
        _ => panic!("{text:?}: {tree:?} and {strict:?}"),
    }
}

const SEEDS: [&str; 12] = [
    r#"{"a": [1, -2, 1.5, true, null, "\ud83d\ude00"], "b": {}}"#,
    "[0,-0,0.0,1e5,1E+5,1e-5,123456789012345678901234567890,-1.5e300]",
    r#"{"\u0061b":"\"\\\/\b\f\n\r\t","é":"\u00e9𝄞","":[]}"#,
    "\r\n\t {\"x\"\n:\r[ ] ,\"y\" : {\"z\":false}}\n",
    r#"["\ud800\udc00","\uDBFF\uDFFF","\u0000"]"#,
    r#"{"a":{"a":{"a":1}},"b":"a","c":["a","a"]}"#,
    r#"{"k1":1,"k2":1,"k3":1,"k4":1,"k5":1,"k6":1,"k7":1,"k8":1,"k9":1,"ka":1,"kb":1,"kc":1,"kd":1,"ke":1}"#,
    "\"x\"",
    "-17",
    "null",
    "1.7976931348623157e308",
    "{}",
];

#[rustfmt::skip]
const ODD: [&str; 78] = [
    "", " ", "{", "[", "\"", "[1,]", "{1:2}", "tru", "truee", "1e999", "-1e999", "0e999", "1e-999", "\"\\x\"", "\"\n\"", "\"\t\"",
    "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\ud800x\"", "\"\\u12\"", "\"\\u+123\"", "01", "-01", "00", "0.", ".5", "1.",
    "1.e5", "1e", "1e+", "-", "--1", "+1", "nul", "NaN", "Infinity", "{\"a\" 1}", "[1 2]", "\u{feff}1", "{}{}", "1 2", "{\"a\":1,}",
    "{,}", "[,]", "[1,,2]", "{\"a\":}", "{\"a\"", "{\"a\":1", "// c\n1", "/* c */1", "[1 /**/]", "'a'", "{a:1}", "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"\\u0061\":2}", "\u{b}1", "\u{a0}1", "1\0", "\0", "\"\0\"", "\"\u{7f}\"", "0x1", "1_0", "\"\\'\"", "]", "}", "[}", "{]",
    "[1}", "00.5", "-0.5e-0", "9007199254740993", "1e308", "1.8e308", "1.797693134862315808e308", "18446744073709551616",
    "-9223372036854775809",
];

#[test]
fn the_tree_and_the_strict_reader_agree() {
    for text in SEEDS {
        agrees(text);
    }
    for text in ODD {
        agrees(text);
    }
    agrees(&"9".repeat(400));
    agrees(&format!("0.{}", "9".repeat(400)));
    let twice: String = (0..40).map(|n| format!("\"{}\":1,", n % 39)).collect();
    agrees(&format!("{{{}\"x\":1}}", twice));
}

#[test]
fn both_agree_on_texts_that_are_cut_or_changed_at_every_place() {
    for seed in SEEDS {
        for at in 0..=seed.len() {
            if let (Some(head), Some(tail)) = (seed.get(..at), seed.get(at..)) {
                agrees(head);
                for other in ["\"", "\\", "{", "}", "[", "]", ",", ":", "0", "-", "e", "\n", "\u{1}", "u", "d800", " ", "a", "é"] {
                    agrees(&format!("{head}{other}{tail}"));
                    agrees(&format!("{head}{other}{}", tail.chars().skip(1).collect::<String>()));
                }
            }
        }
    }
}

#[test]
fn both_agree_on_depth() {
    for depth in [1, 126, 127, 128, 129] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
            agrees(&format!("{}1{}", open.repeat(depth), close.repeat(depth)));
            agrees(&open.repeat(depth));
        }
    }
    assert!(parse(&"[".repeat(1_000_000), Dialect::Strict).unwrap_err().message.contains("nested deeper than 128 levels"));
    assert!(parse(&"{\"a\":".repeat(1_000_000), Dialect::Comments).unwrap_err().message.contains("nested deeper"));
}

#[test]
fn a_node_knows_its_line() {
    let text = "{\n \"a\": [1,\r\n  {\"b\":\n   \"c\"}],\n \"d\"\n:\n2}";
    let root = parse(text, Dialect::Strict).unwrap();
    let inner = &root.get("a").and_then(Node::as_list).unwrap()[1];
    assert_eq!((root.line, inner.line, inner.get("b").unwrap().line, inner.text("b")), (1, 3, 4, Some("c")));
    let member = &root.members()[1];
    assert_eq!((member.line, member.node.line), (5, 7));
}

#[test]
fn a_fault_has_its_place() {
    let fault = |text| parse(text, Dialect::Strict).unwrap_err().to_string();
    assert_eq!(fault("{\"a\": 1,\n \"b\": 2,\n \"a\": 3}"), "line 3, column 1: the key `a` stands twice in an object");
    assert_eq!(fault("{\n<<<<<<< HEAD\n"), "line 2, column 1: a conflict of a merge is left here");
    assert_eq!(fault("{\"a\": 1,\n=======\n"), "line 2, column 1: a conflict of a merge is left here");
    assert_eq!(fault("{\n  \"a\": x}"), "line 2, column 8: a value is expected here");
}

#[test]
fn comments_and_last_commas_are_read_where_they_belong() {
    let read = |text| parse(text, Dialect::Comments);
    let root = read("// head\n{ /* a\n b */ \"a\": [1, 2,], // x\n \"b\": {\"c\": 1,},\n}\n// end").unwrap();
    assert_eq!(plain(&root).to_string(), r#"{"a":[1,2],"b":{"c":1}}"#);
    assert_eq!((root.line, root.get("b").unwrap().line), (2, 4));
    for wrong in ["[,]", "[1,,]", "{,}", "1,", "/* x", "/", "[1 / 2]", "{\"a\":1,\"a\":2,}", "/*/ 1", "{a: 1}"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    assert!(read("\"// no /* comment\"").is_ok() && read("/**/1").is_ok());
}
