//! The versions that a file states of itself, whatever its format is.

use serde_json::Value;

use crate::formats::json;
use crate::pins::{Format, version};

/// A statement: where it stands, and what it says.
pub(super) type Statement = (String, String);

/// What the text of a format says; of a JSON Schema its parsed form is asked.
pub(super) fn of_text(format: Format, text: &str) -> Vec<Statement> {
    match format {
        Format::JsonSchema => Vec::new(),
        Format::OpenApi => json::parse(text).map_or_else(|_| of_yaml(text).into_iter().collect(), |value| of_value(&value)),
        Format::Avro => json::parse(text).map(|value| of_value(&value)).unwrap_or_default(),
        Format::Protobuf => of_package(text).into_iter().collect(),
    }
}

/// What a parsed file says.
pub(super) fn of_value(value: &Value) -> Vec<Statement> {
    version::stated(value).into_iter().map(|stated| (format!("`{}`", stated.at), stated.text)).collect()
}

/// `version` of `info`, where both stand on lines of their own, as people and tools write OpenAPI.
fn of_yaml(text: &str) -> Option<Statement> {
    let mut lines = text.lines().skip_while(|line| line.trim_end() != "info:").skip(1);
    let value = lines.by_ref().take_while(|line| line.starts_with([' ', '#']) || line.trim().is_empty()).find_map(|line| {
        let line = line.trim_start();
        line.strip_prefix("version:").or_else(|| line.strip_prefix("\"version\":"))
    })?;
    let value = value.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
    (!value.is_empty()).then(|| ("`info.version`".to_owned(), value.to_owned()))
}

/// The last part of a protobuf package, where it is a major version: `orders.v1`.
fn of_package(text: &str) -> Option<Statement> {
    let package = text.lines().find_map(|line| line.trim_start().strip_prefix("package "))?;
    let last = package.split(';').next().unwrap_or_default().trim().rsplit('.').next()?;
    let is_major = last.strip_prefix('v').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()));
    is_major.then(|| ("`package`".to_owned(), last.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_says_its_version_in_its_own_place() {
        let said = |format, text: &str| of_text(format, text).into_iter().map(|(_, said)| said).collect::<Vec<_>>();
        assert_eq!(said(Format::OpenApi, "openapi: 3.1.0\ninfo:\n  title: Orders\n  version: '1.4.0' # stable\npaths: {}\n"), ["1.4.0"]);
        assert_eq!(said(Format::OpenApi, "{\"openapi\": \"3.1.0\", \"info\": {\"version\": \"1.4.0\"}}"), ["1.4.0"]);
        assert_eq!(said(Format::OpenApi, "openapi: 3.1.0\ninfo:\n  title: x\npaths:\n  version: 2.0.0\n"), Vec::<String>::new());
        assert_eq!(said(Format::Protobuf, "syntax = \"proto3\";\npackage shop.orders.v2;\n"), ["v2"]);
        assert_eq!(said(Format::Protobuf, "package shop.v2beta1;\n"), Vec::<String>::new());
        assert_eq!(said(Format::Avro, "{\"type\": \"record\", \"version\": \"1.4.0\"}"), ["1.4.0"]);
    }
}
