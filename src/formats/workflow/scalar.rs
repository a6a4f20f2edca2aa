//! What a scalar means in the core schema of YAML 1.2: only there is `yes` a text.

use std::borrow::Cow;

use crate::formats::yaml::{Form, Node, Value};

/// The meaning of a scalar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Meaning<'a> {
    Null,
    Bool(bool),
    Number(f64),
    Text(&'a str),
}

impl<'a> Meaning<'a> {
    /// None: it is no scalar.
    pub(super) fn of(node: &'a Node) -> Option<Self> {
        match &node.value {
            Value::Scalar { text, form: Form::Plain } => Some(Self::plain(text)),
            Value::Scalar { text, form: Form::Quoted | Form::Literal { .. } | Form::Folded { .. } | Form::Tagged } => {
                Some(Self::Text(text))
            }
            Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }

    fn plain(text: &'a str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => Self::Null,
            "true" | "True" | "TRUE" => Self::Bool(true),
            "false" | "False" | "FALSE" => Self::Bool(false),
            _ => number(text).map_or(Self::Text(text), Self::Number),
        }
    }

    /// The text that GitHub makes of it.
    pub(super) fn text(self) -> Cow<'a, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
            Self::Number(number) => Cow::Owned(number_text(number)),
            Self::Text(text) => Cow::Borrowed(text),
        }
    }
}

fn number_text(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    // No sign of a zero is kept.
    format!("{}", number + 0.0)
}

fn number(text: &str) -> Option<f64> {
    let first = *text.as_bytes().first()?;
    if !matches!(first, b'0'..=b'9' | b'+' | b'-' | b'.') {
        return None;
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    match unsigned {
        ".inf" | ".Inf" | ".INF" => return Some(if first == b'-' { f64::NEG_INFINITY } else { f64::INFINITY }),
        ".nan" | ".NaN" | ".NAN" if unsigned.len() == text.len() => return Some(f64::NAN),
        _ => {}
    }
    // Rust knows `inf` and the like as well, which begin with letters.
    if unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') { text.parse().ok() } else { None }
}

fn radix(digits: &str, radix: u32) -> Option<f64> {
    if digits.is_empty() {
        return None;
    }
    digits.chars().try_fold(0.0, |sum, digit| Some(sum * f64::from(radix) + f64::from(digit.to_digit(radix)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_scalar_means_what_the_core_schema_says() {
        for text in
            ["yes", "on", "Yes", "tRUE", "nULL", "1_000", "0b1", "--1", "+", ".", "1e", "inf", "0x", "0o8", "1:30", "+.nan", "1.2.3"]
        {
            assert_eq!(Meaning::plain(text), Meaning::Text(text), "{text}");
        }
        let numbers = [
            ("1", 1.0),
            ("-1.50", -1.5),
            ("+3", 3.0),
            ("0x1F", 31.0),
            ("0o17", 15.0),
            ("1e3", 1000.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("007", 7.0),
        ];
        for (text, number) in numbers {
            assert_eq!(Meaning::plain(text), Meaning::Number(number), "{text}");
        }
        assert_eq!([Meaning::plain("TRUE"), Meaning::plain("~")], [Meaning::Bool(true), Meaning::Null]);
    }

    #[test]
    fn a_number_is_the_shortest_text_of_it() {
        assert_eq!(
            ["3.10", "1.0", "0x10", "-0", "-.inf"].map(|text| Meaning::plain(text).text().into_owned()),
            ["3.1", "1", "16", "0", "-Infinity"]
        );
    }
}
