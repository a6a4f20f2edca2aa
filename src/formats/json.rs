//! Strict JSON: one value, no key twice, nothing behind it.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

use super::fault::{Fault, sentence};

/// Why a text is not read as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonFault {
    /// From 1.
    pub(crate) line: usize,
    /// From 1, in bytes.
    pub(crate) column: usize,
    pub(crate) message: String,
    /// The key that stands twice in an object.
    pub(crate) duplicate: Option<String>,
}

impl From<JsonFault> for Fault {
    fn from(fault: JsonFault) -> Self {
        Self { line: fault.line, column: fault.column, message: fault.message }
    }
}

/// Reads a whole text. An object with a key twice is refused: readers differ on which of the two counts.
pub(crate) fn parse(text: &str) -> Result<Value, JsonFault> {
    let mut duplicate = None;
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Strict { duplicate: &mut duplicate }.deserialize(&mut reader);
    let read = read.and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| JsonFault { duplicate, ..fault(&error) })
}

/// The error of a reader of JSON in plain words.
pub(super) fn fault(error: &serde_json::Error) -> JsonFault {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = plain(text.strip_suffix(&place).unwrap_or(&text));
    JsonFault { line: error.line().max(1), column: error.column().max(1), message, duplicate: None }
}

fn plain(message: &str) -> String {
    let known = match message {
        "EOF while parsing a value" => "the text ends where a value is expected",
        "EOF while parsing a list" => "the text ends inside a list",
        "EOF while parsing an object" => "the text ends inside an object",
        "EOF while parsing a string" => "the text ends inside a string",
        "trailing characters" => "there is more text behind the value",
        "trailing comma" => "a comma has nothing behind it",
        "recursion limit exceeded" => "the values are nested deeper than 128 levels",
        "expected value" => "a value is expected here",
        "expected ident" => "`true`, `false` or `null` is expected here",
        "expected `:`" => "a colon is expected here",
        "expected `,` or `]`" => "a comma or the end of the list is expected here",
        "expected `,` or `}`" => "a comma or the end of the object is expected here",
        "key must be a string" => "a key must be a string",
        "invalid number" => "this is no number of JSON",
        "number out of range" => "the number is too big",
        "invalid escape" => "this escape is not one of JSON",
        "control character (\\u0000-\\u001F) found while parsing a string" => "a control character stands unescaped in a string",
        "lone leading surrogate in hex escape" | "unexpected end of hex escape" => "half of a surrogate pair stands alone",
        other => return sentence(other),
    };
    known.to_owned()
}

struct Strict<'a> {
    duplicate: &'a mut Option<String>,
}

impl Strict<'_> {
    fn again(&mut self) -> Strict<'_> {
        Strict { duplicate: self.duplicate }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(self.again())? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<Value, A::Error> {
        let mut entries = Map::new();
        while let Some(key) = object.next_key::<String>()? {
            match entries.entry(key) {
                Entry::Vacant(free) => {
                    free.insert(object.next_value_seed(self.again())?);
                }
                Entry::Occupied(taken) => {
                    let error = A::Error::custom(format_args!("the key `{}` stands twice in an object", taken.key().escape_debug()));
                    *self.duplicate = Some(taken.key().clone());
                    return Err(error);
                }
            }
        }
        Ok(Value::Object(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> JsonFault {
        parse(text).unwrap_err()
    }

    #[test]
    fn every_kind_of_value_is_read() {
        let text = r#" {"a": [1, -2, 1.5, true, null, "\ud83d\ude00"], "b": {}} "#;
        assert_eq!(parse(text).unwrap(), serde_json::from_str::<Value>(text).unwrap());
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_with_its_place() {
        let fault = refused("{\"a\": 1,\n \"b\": [{\"c\": 1, \"\\u0063\": 2}]}");
        assert_eq!((fault.line, fault.duplicate.as_deref()), (2, Some("c")));
        assert_eq!(fault.message, "the key `c` stands twice in an object");
        assert!(parse("[{\"a\": 1}, {\"a\": 1}]").is_ok());
    }

    #[test]
    fn text_behind_the_value_is_refused() {
        let fault = refused("{}\n{}");
        assert_eq!((fault.line, fault.column, fault.message.as_str()), (2, 1, "there is more text behind the value"));
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_crash() {
        let deep = "values are nested deeper than 128 levels";
        assert!(refused(&"[".repeat(100_000)).message.contains(deep));
        assert!(refused(&"{\"a\":".repeat(100_000)).message.contains(deep));
        assert!(parse(&format!("{}{}", "[".repeat(127), "]".repeat(127))).is_ok());
    }

    #[test]
    fn no_message_says_its_place_a_second_time() {
        for text in [
            "",
            "{",
            "[",
            "\"",
            "[1,]",
            "{1:2}",
            "tru",
            "1e999",
            "\"\\x\"",
            "\"\n\"",
            "\"\\ud800\"",
            "01",
            "nul",
            "{\"a\" 1}",
            "[1 2]",
            "\u{feff}1",
        ] {
            let fault = refused(text);
            assert!(!fault.message.contains("column") && fault.line > 0 && fault.column > 0, "{fault:?}");
            assert!(fault.message.starts_with(|c: char| c.is_lowercase() || c == '`') && !fault.message.ends_with('.'), "{fault:?}");
        }
    }
}
