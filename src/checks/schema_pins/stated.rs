//! The versions that a file states of itself, whatever its format is.

use crate::formats::{json, yaml};
use crate::pins::Format;
use crate::pins::version::{self, Stated};
use crate::shown::shown;

/// What the text of a format says.
///
/// # Errors
/// Why the text cannot be read as its format.
pub(super) fn of_text(format: Format, text: &str) -> Result<Vec<Stated>, String> {
    let of_json = || {
        json::parse(text).map(|value| version::stated(&value)).map_err(|fault| format!("line {}: {}", fault.line, shown(&fault.message)))
    };
    match format {
        Format::OpenApi if !format.is_json(text) => of_yaml(text),
        Format::JsonSchema | Format::OpenApi | Format::Avro => of_json(),
        Format::Protobuf => Ok(of_package(text).into_iter().collect()),
    }
}

/// `version` of `info`.
fn of_yaml(text: &str) -> Result<Vec<Stated>, String> {
    let root = yaml::parse(text).map_err(|fault| format!("line {}: {}", fault.line, shown(&fault.message)))?;
    let stated = root.as_ref().and_then(|root| root.get("info")?.get("version")?.as_str());
    Ok(stated.map(|text| Stated { at: "/info/version".to_owned(), text: text.to_owned() }).into_iter().collect())
}

/// The last part of a protobuf package, where it is a major version: `orders.v1`.
fn of_package(text: &str) -> Option<Stated> {
    let code = without_comments(text);
    let package = code.split([';', '{', '}']).find_map(|statement| {
        let mut words = statement.split_whitespace();
        (words.next() == Some("package")).then(|| words.collect::<String>())
    })?;
    let last = package.rsplit('.').next()?;
    let is_major = last.strip_prefix('v').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()));
    is_major.then(|| Stated { at: "package".to_owned(), text: last.to_owned() })
}

/// A text of protobuf with a space in the place of each comment and each string.
fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['/', '"', '\'']) {
        let (before, from) = rest.split_at(at);
        code.push_str(before);
        let end = match from.as_bytes() {
            [b'/', b'/', ..] => from.find('\n'),
            [b'/', b'*', ..] => from.find("*/").map(|end| end + 2),
            [b'/', ..] => Some(1),
            [quote, ..] => end_of_string(from.as_bytes(), *quote),
            [] => None,
        };
        code.push(' ');
        rest = end.and_then(|end| from.get(end..)).unwrap_or_default();
    }
    code + rest
}

/// Where a string that begins with its quote has ended.
fn end_of_string(text: &[u8], quote: u8) -> Option<usize> {
    let mut is_escaped = false;
    let at = text.iter().skip(1).position(|byte| {
        let is_end = *byte == quote && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    })?;
    Some(at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(format: Format, text: &str) -> Vec<String> {
        of_text(format, text).unwrap().into_iter().map(|stated| stated.text).collect()
    }

    #[test]
    fn every_format_says_its_version_in_its_own_place() {
        assert_eq!(said(Format::OpenApi, "openapi: 3.1.0\ninfo:\n  title: Orders\n  version: '1.4.0' # stable\npaths: {}\n"), ["1.4.0"]);
        assert_eq!(said(Format::OpenApi, "openapi: 3.1.0\n\"info\" : { title: Orders, version: 1.4.0 }\n"), ["1.4.0"]);
        assert_eq!(said(Format::OpenApi, "{\"openapi\": \"3.1.0\", \"info\": {\"version\": \"1.4.0\"}}"), ["1.4.0"]);
        assert_eq!(said(Format::OpenApi, "openapi: 3.1.0\ninfo:\n  title: x\npaths:\n  version: 2.0.0\n"), Vec::<String>::new());
        assert_eq!(said(Format::Avro, "{\"type\": \"record\", \"version\": \"1.4.0\"}"), ["1.4.0"]);
    }

    #[test]
    fn the_package_of_protobuf_is_found_wherever_it_stands() {
        for text in [
            "syntax = \"proto3\";\npackage shop.orders.v2;\n",
            "syntax = \"proto3\"; package shop . v2 ;",
            "/* package a.v1; */ // package a.v3;\npackage\n  a.v2;",
            "option x = \"// \\\" package a.v1;\"; package v2;",
        ] {
            assert_eq!(said(Format::Protobuf, text), ["v2"], "{text}");
        }
        for text in ["package shop.v2beta1;\n", "", "/* package a.v1;", "\"package a.v1;", "message package {}", "/"] {
            assert_eq!(said(Format::Protobuf, text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_taken_for_silent() {
        for (format, text) in [
            (Format::Avro, "@version(\"1.4.0\") protocol Orders {}"),
            (Format::Avro, "{\"version\": \"1.4.0\", }"),
            (Format::OpenApi, "{\"info\": {\"version\": \"1.4.0\"}, }"),
            (Format::OpenApi, "info: [\n"),
        ] {
            assert!(of_text(format, text).is_err(), "{text}");
        }
    }
}
