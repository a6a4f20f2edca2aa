//! What a schema's file looks like, for where nobody says what it is, or somebody says what it is not.

use serde_json::Value;

use super::Format;
use crate::formats::{json, yaml};

/// What a file may be, the likeliest first; nothing: it does not show.
pub(crate) fn looks_like(path: &str, text: &str) -> Vec<Format> {
    let named = by_name(path);
    if !named.is_empty() {
        return named;
    }
    if let Ok(value) = json::parse(text) {
        return by_value(&value);
    }
    let is_openapi = yaml::parse(text).ok().flatten().is_some_and(|root| ["openapi", "swagger"].iter().any(|key| root.get(key).is_some()));
    if is_openapi { vec![Format::OpenApi] } else { Vec::new() }
}

/// What the name of a file alone shows.
pub(crate) fn by_name(path: &str) -> Vec<Format> {
    match path.rsplit_once('.').map(|(_, end)| end) {
        Some("proto") => vec![Format::Protobuf],
        Some("avsc" | "avpr" | "avdl") => vec![Format::Avro],
        Some(_) | None => Vec::new(),
    }
}

/// What a parsed file shows.
pub(crate) fn by_value(value: &Value) -> Vec<Format> {
    let has = |keys: &[&str]| keys.iter().any(|key| value.get(key).is_some());
    let is_one_of = |words: &[&str]| value.get("type").and_then(Value::as_str).is_some_and(|word| words.contains(&word));
    if has(&["openapi", "swagger"]) {
        return vec![Format::OpenApi];
    }
    if has(&["$schema", "$id", "$ref", "$defs", "definitions", "properties", "allOf", "anyOf", "oneOf", "enum", "const"])
        || is_one_of(&["object", "integer", "number"])
        || value.get("type").is_some_and(Value::is_array)
    {
        return vec![Format::JsonSchema];
    }
    if is_one_of(&["record", "fixed", "enum", "map", "error", "int", "long", "float", "double", "bytes"]) {
        return vec![Format::Avro];
    }
    // Both know these.
    if is_one_of(&["string", "boolean", "null", "array"]) { vec![Format::JsonSchema, Format::Avro] } else { Vec::new() }
}

impl Format {
    /// Whether a file of this format is JSON, so that it has a canonical form.
    pub(crate) fn is_json(self, text: &str) -> bool {
        match self {
            Self::JsonSchema => true,
            Self::OpenApi | Self::Avro => text.trim_start().starts_with(['{', '[']),
            Self::Protobuf => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Format::{Avro, JsonSchema, OpenApi, Protobuf};
    use super::*;

    #[test]
    fn a_file_shows_what_it_is_by_its_name_or_its_keys() {
        for (path, text, formats) in [
            ("a.json", "{\"$schema\": \"x\"}", &[JsonSchema][..]),
            ("a", "{\"type\": \"object\"}", &[JsonSchema]),
            ("a.json", "{\"type\": [\"string\"]}", &[JsonSchema]),
            ("a.json", "{\"openapi\": \"3.1.0\", \"type\": \"object\"}", &[OpenApi]),
            ("a.yaml", "a: 1\nopenapi: 3.1.0\n", &[OpenApi]),
            ("a.yaml", "# ours\n\"swagger\": '2.0'\n", &[OpenApi]),
            ("a.json", "{\"type\": \"record\"}", &[Avro]),
            ("a.json", "{\"type\": \"array\", \"items\": \"string\"}", &[JsonSchema, Avro]),
            ("a.avsc", "\"string\"", &[Avro]),
            ("a.avdl", "protocol P {}", &[Avro]),
            ("a.proto", "", &[Protobuf]),
            ("a.json", "{\"a\": 1}", &[]),
            ("a.json", "{", &[]),
            ("a.json", "[]", &[]),
            ("a.yaml", "type: object\n", &[]),
            ("a.txt", "", &[]),
        ] {
            assert_eq!(looks_like(path, text), formats, "{path} {text}");
        }
    }
}
