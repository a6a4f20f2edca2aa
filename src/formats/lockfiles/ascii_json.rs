//! JSON to the byte as Python's `json.dumps(…, sort_keys=True, separators=(",", ":"))` and PHP's `json_encode` write it: digests are made of it.

use super::super::json_tree::{Node, Value};
use super::super::python_text::quoted;

/// Numbers outside of these PHP writes with an exponent, sooner or later.
const PLAIN: std::ops::Range<f64> = 1e-4..1e14;

/// A text as PHP writes it: as Python does, but a slash is escaped and DEL is not.
fn php_text(text: &str, out: &mut String) {
    out.push('"');
    for part in text.split_inclusive(['/', '\u{7f}']) {
        let plain = part.trim_end_matches(['/', '\u{7f}']);
        let quoted = quoted(plain);
        out.push_str(&quoted[1..quoted.len() - 1]);
        out.push_str(match &part[plain.len()..] {
            "/" => "\\/",
            end => end,
        });
    }
    out.push('"');
}

/// What PHP makes of a text of JSON that it reads into arrays and writes again. None: a number that is not written the same by every PHP.
pub(super) fn php(node: &Node<'_>, out: &mut String) -> Option<()> {
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Number(text) => out.push_str(&php_number(text)?),
        Value::Text(text) => php_text(text, out),
        Value::List(items) => php_list(items.iter(), out)?,
        // An object whose keys count from zero is a list to PHP, an empty one too.
        Value::Object(members) if members.iter().enumerate().all(|(at, member)| member.key == at.to_string()) => {
            php_list(members.iter().map(|member| &member.node), out)?;
        }
        Value::Object(members) => php_object(members.iter().map(|member| (member.key.as_ref(), &member.node)), out)?,
    }
    Some(())
}

fn php_list<'n, 'a: 'n>(items: impl Iterator<Item = &'n Node<'a>>, out: &mut String) -> Option<()> {
    out.push('[');
    for (at, item) in items.enumerate() {
        out.push_str(if at > 0 { "," } else { "" });
        php(item, out)?;
    }
    out.push(']');
    Some(())
}

/// An object of these members, in their order.
pub(super) fn php_object<'n, 'a: 'n>(members: impl Iterator<Item = (&'n str, &'n Node<'a>)>, out: &mut String) -> Option<()> {
    out.push('{');
    for (at, (key, node)) in members.enumerate() {
        out.push_str(if at > 0 { "," } else { "" });
        php_text(key, out);
        out.push(':');
        php(node, out)?;
    }
    out.push('}');
    Some(())
}

fn php_number(text: &str) -> Option<String> {
    if !text.contains(['.', 'e', 'E']) {
        return text.parse::<i64>().ok().filter(|_| text != "-0").map(|number| number.to_string());
    }
    let number: f64 = text.parse().ok()?;
    PLAIN.contains(&number.abs()).then(|| number.to_string())
}

/// A value of TOML as Python writes it. None: a value that JSON has no form for, or a number with a fraction.
pub(super) fn python(value: &toml::Value, out: &mut String) -> Option<()> {
    match value {
        toml::Value::String(text) => out.push_str(&quoted(text)),
        toml::Value::Integer(number) => out.push_str(&number.to_string()),
        toml::Value::Boolean(truth) => out.push_str(if *truth { "true" } else { "false" }),
        toml::Value::Float(_) | toml::Value::Datetime(_) => return None,
        toml::Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                python(item, out)?;
            }
            out.push(']');
        }
        toml::Value::Table(table) => {
            let mut sorted: Vec<(&String, &toml::Value)> = table.iter().collect();
            sorted.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (at, (key, item)) in sorted.into_iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                out.push_str(&quoted(key));
                out.push(':');
                python(item, out)?;
            }
            out.push('}');
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::json_tree::{Dialect, parse};

    fn as_php(text: &str) -> Option<String> {
        let mut out = String::new();
        php(&parse(text, Dialect::Strict).unwrap(), &mut out).map(|()| out)
    }

    #[test]
    fn php_writes_its_own_json() {
        let text = r#"{"b/c": "é𝄞\u0001\u007f\"\\\b\f\n\r\t", "a": [1, -2, 1.50, true, false, null, 12.0], "e": {}, "l": {"0": "x", "1": []}, "m": {"1": "x"}}"#;
        let written = r#"{"b\/c":"\u00e9\ud834\udd1e\u0001"#.to_owned()
            + "\u{7f}"
            + r#"\"\\\b\f\n\r\t","a":[1,-2,1.5,true,false,null,12],"e":[],"l":["x",[]],"m":{"1":"x"}}"#;
        assert_eq!(as_php(text), Some(written));
        assert_eq!(as_php(r#"["a//\u007f/b", "", "/"]"#).as_deref(), Some("[\"a\\/\\/\u{7f}\\/b\",\"\",\"\\/\"]"));
    }

    #[test]
    fn a_number_that_php_may_write_in_two_ways_is_not_told() {
        for number in ["1e25", "-0", "0.00001", "9223372036854775808", "1e15", "0.0"] {
            assert_eq!(as_php(number), None, "{number}");
        }
        assert_eq!(as_php("9223372036854775807").as_deref(), Some("9223372036854775807"));
        assert_eq!(as_php("-0.25").as_deref(), Some("-0.25"));
    }

    #[test]
    fn python_sorts_keys_and_leaves_slashes() {
        let value: toml::Table = "b = {z = 1, a = ['/', \"é\\u007f\"]}\na = true\nA = \"\\u0001\"".parse().unwrap();
        let mut out = String::new();
        assert!(python(&toml::Value::Table(value), &mut out).is_some());
        assert_eq!(out, r#"{"A":"\u0001","a":true,"b":{"a":["/","\u00e9\u007f"],"z":1}}"#);
        assert!(python(&toml::Value::Float(1.5), &mut out).is_none());
    }
}
