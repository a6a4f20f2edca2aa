//! Canonical JSON (RFC 8785): one text for one value, so that a digest of it says whether two files mean the same.

use std::fmt;

use serde_json::{Map, Number, Value};

use super::json_tree::{self, Dialect, Node};

/// The largest integer that every reader of JSON keeps as it is (RFC 7493): 2^53 - 1.
const LARGEST: u64 = (1 << 53) - 1;

/// Why a text has no canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JcsFault {
    /// From 1.
    pub(crate) line: usize,
    pub(crate) message: String,
}

impl fmt::Display for JcsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// The canonical form of a text of JSON.
///
/// # Errors
/// A text that two readers could take for two values: no strict JSON, a key that stands twice, half of a surrogate pair, an integer (written
/// without a fraction and an exponent) beyond 2^53 - 1, a byte order mark, more than one value, or 128 levels of nesting.
pub(crate) fn canonical(text: &str) -> Result<String, JcsFault> {
    if text.starts_with('\u{feff}') {
        return Err(JcsFault { line: 1, message: "a byte order mark stands before the value".to_owned() });
    }
    let tree = json_tree::parse(text, Dialect::Strict).map_err(|fault| JcsFault { line: fault.line, message: fault.message })?;
    let value = plain(&tree)?;
    serde_json_canonicalizer::to_string(&value).map_err(|error| JcsFault { line: 1, message: super::fault::sentence(&error.to_string()) })
}

/// The value of a node, where every reader gives the same.
fn plain(node: &Node<'_>) -> Result<Value, JcsFault> {
    Ok(match &node.value {
        json_tree::Value::Null => Value::Null,
        json_tree::Value::Bool(truth) => Value::Bool(*truth),
        json_tree::Value::Number(written) => Value::Number(number(written).map_err(|message| JcsFault { line: node.line, message })?),
        json_tree::Value::Text(text) => Value::String(text.clone().into_owned()),
        json_tree::Value::List(items) => Value::Array(items.iter().map(plain).collect::<Result<_, _>>()?),
        json_tree::Value::Object(members) => {
            let pairs = members.iter().map(|member| Ok((member.key.clone().into_owned(), plain(&member.node)?)));
            Value::Object(pairs.collect::<Result<Map<_, _>, _>>()?)
        }
    })
}

fn number(written: &str) -> Result<Number, String> {
    let digits = written.strip_prefix('-').unwrap_or(written);
    let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_whole && digits.parse::<u64>().map_or(true, |size| size > LARGEST) {
        // It may be as long as the file.
        let shown: String = written.chars().take(40).collect();
        let cut = if shown.len() < written.len() { "…" } else { "" };
        return Err(format!("the integer `{shown}{cut}` is beyond 2^53 - 1, so that readers differ on it; write it as a string"));
    }
    serde_json::from_str(written).map_err(|_| "the number is too big".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(text: &str, expected: &str) {
        assert_eq!(canonical(text).as_deref(), Ok(expected), "{text}");
    }

    fn refused(text: &str) -> (usize, String) {
        let fault = canonical(text).unwrap_err();
        (fault.line, fault.message)
    }

    #[test]
    fn keys_stand_in_the_order_of_their_utf_16_units() {
        is(
            "{\"\\uff21\": 1, \"\\ud800\\udc00\": 2, \"b\": 3, \"a\": 4, \"\": 5, \"aa\": 6}",
            "{\"\":5,\"a\":4,\"aa\":6,\"b\":3,\"𐀀\":2,\"Ａ\":1}",
        );
        is("[{\"é\":{\"z\":[ ],\"y\":{ }},\"e\\u0301\":null}]", "[{\"e\u{301}\":null,\"é\":{\"y\":{},\"z\":[]}}]");
    }

    #[test]
    fn numbers_are_printed_as_ecmascript_does() {
        for (written, expected) in [
            ("0", "0"),
            ("-0", "0"),
            ("-0.0", "0"),
            ("1.0", "1"),
            ("1e21", "1e+21"),
            ("1e20", "100000000000000000000"),
            ("1E30", "1e+30"),
            ("123456789012345680000.0", "123456789012345680000"),
            ("1e-6", "0.000001"),
            ("1e-7", "1e-7"),
            ("4.50", "4.5"),
            ("333333333.33333329", "333333333.3333333"),
            ("5e-324", "5e-324"),
            ("1.7976931348623157e308", "1.7976931348623157e+308"),
            ("9007199254740991", "9007199254740991"),
            ("-9007199254740991", "-9007199254740991"),
            ("9007199254740992.0", "9007199254740992"),
            ("295147905179352830000.0", "295147905179352830000"),
        ] {
            is(written, expected);
        }
    }

    #[test]
    fn strings_are_escaped_as_little_as_can_be() {
        is(
            r#""\u0000\b\t\n\u000b\f\r\u001f\u007f\u0080\/\\\"\u20ac\ud83d\ude00\u2028<é""#,
            "\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\u{7f}\u{80}/\\\\\\\"€😀\u{2028}<é\"",
        );
        // Nothing is normalised.
        is("[\"\\u212b\",\"A\\u030a\"]", "[\"\u{212b}\",\"A\u{30a}\"]");
    }

    #[test]
    fn what_readers_differ_on_is_refused_with_its_line() {
        assert_eq!(refused("{\"a\": 1,\n \"\\u0061\": 1}").0, 2);
        for whole in ["9007199254740992", "-9007199254740992", "9007199254740993", "18446744073709551616", &"9".repeat(400)] {
            let (line, message) = refused(&format!("[\n{whole}]"));
            assert!(line == 2 && (message.contains("2^53 - 1") || message.contains("too big")) && message.len() < 140, "{message}");
        }
        for text in ["1e400", "-1e400", "NaN", "Infinity", "\"\\ud800\"", "\"\\udc00x\"", "", " ", "[1,]", "{\"a\":1,}", "'a'", "// x\n1"] {
            assert!(canonical(text).is_err(), "{text}");
        }
        assert_eq!(refused("\u{feff}{}"), (1, "a byte order mark stands before the value".to_owned()));
        assert_eq!(refused("{}\n\n{}"), (3, "there is more text behind the value".to_owned()));
        assert!(refused(&"[".repeat(1_000_000)).1.contains("deeper than 128 levels"));
    }

    #[test]
    fn the_canonical_form_is_its_own_canonical_form() {
        for text in ["[1e21,-0,1e-7,\"\\u2028\"]", "{\"b\":{\"\\ufb33\":1,\"\\ud83d\\ude00\":2},\"a\":[]}", "1.5", "\"x\"", "null"] {
            let once = canonical(text).unwrap();
            assert_eq!(canonical(&once).unwrap(), once);
        }
    }

    #[test]
    fn the_public_samples_have_the_public_bytes() {
        let Some(root) = std::env::var_os("GATE_VECTORS").map(|folder| std::path::PathBuf::from(folder).join("jcs")) else { return };
        let mut seen = 0;
        for entry in std::fs::read_dir(root.join("input")).unwrap() {
            let name = entry.unwrap().file_name();
            let read = |folder: &str| String::from_utf8(std::fs::read(root.join(folder).join(&name)).unwrap()).unwrap();
            assert_eq!(canonical(&read("input")).as_deref(), Ok(read("output").as_str()), "{name:?}");
            seen += 1;
        }
        assert!(seen >= 6, "{seen} samples");
    }
}
