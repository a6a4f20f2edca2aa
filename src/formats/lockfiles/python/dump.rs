//! `json.dumps(…, sort_keys=True)`, byte for byte, of what a manifest holds.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::super::toml::{Node, Table, Value};
use crate::formats::python_text::quoted;

/// A value of JSON made from parts of a manifest.
#[derive(Clone)]
pub(in super::super) enum Json<'a> {
    Null,
    Text(&'a str),
    Node(&'a Node<'a>),
    List(Vec<Json<'a>>),
    Object(BTreeMap<String, Json<'a>>),
}

impl<'a> Json<'a> {
    /// A value of the manifest, or `null`.
    pub(in super::super) fn of(node: Option<&'a Node<'a>>) -> Self {
        node.map_or(Self::Null, Self::Node)
    }

    /// An object of some keys.
    pub(in super::super) fn object<const N: usize>(entries: [(&str, Self); N]) -> Self {
        Self::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// The sha256 of the text; none if it holds what Python would write in a way of its own: a number that is not whole, or a date.
    pub(in super::super) fn sha256(&self) -> Option<String> {
        let mut text = String::new();
        self.write(&mut text)?;
        Some(data_encoding::HEXLOWER.encode(&Sha256::digest(text)))
    }

    fn write(&self, out: &mut String) -> Option<()> {
        match self {
            Self::Null => out.push_str("null"),
            Self::Text(text) => out.push_str(&quoted(text)),
            Self::Node(node) => written(node, out)?,
            Self::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    item.write(out)?;
                }
                out.push(']');
            }
            Self::Object(entries) => {
                out.push('{');
                for (at, (key, value)) in entries.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    out.push_str(&quoted(key));
                    out.push_str(": ");
                    value.write(out)?;
                }
                out.push('}');
            }
        }
        Some(())
    }
}

fn written(node: &Node<'_>, out: &mut String) -> Option<()> {
    match &node.value {
        Value::Text(text) => out.push_str(&quoted(text)),
        Value::Integer(number) => out.push_str(&number.to_string()),
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Other(_) => return None,
        Value::List(items) => return Json::List(items.iter().map(Json::Node).collect()).write(out),
        Value::Table(table) => return Json::Object(object_of(table)).write(out),
    }
    Some(())
}

/// The keys of a table, sorted as Python sorts them: by code point, which is the order of the bytes of UTF-8.
pub(in super::super) fn object_of<'a>(table: &'a Table<'a>) -> BTreeMap<String, Json<'a>> {
    table.entries.iter().map(|(key, node)| (key.to_string(), Json::Node(node))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::toml::Document;
    use super::*;

    #[test]
    fn json_is_written_as_python_writes_it() {
        let text = "b = [1, true, {}]\na = \"\\u007f\\u001f\\u2028\u{e9}\u{1f600}/<\\n\\\"\"\nz.y = 'x'\n";
        let document = Document::read(text).unwrap();
        let mut out = String::new();
        Json::Object(object_of(&document.root)).write(&mut out).unwrap();
        let expected = "{\"a\": \"\\u007f\\u001f\\u2028\\u00e9\\ud83d\\ude00/<\\n\\\"\", \"b\": [1, true, {}], \"z\": {\"y\": \"x\"}}";
        assert_eq!(out, expected);
        let document = Document::read("a = 1.50").unwrap();
        assert!(Json::Object(object_of(&document.root)).sha256().is_none());
    }
}
