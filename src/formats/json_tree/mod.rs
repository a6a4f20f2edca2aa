//! JSON as a tree whose nodes know their lines, read in one pass: what [`super::json`] accepts and refuses, and bun's JSONC.

mod reader;

use std::borrow::Cow;

pub(crate) use reader::parse;

/// A value and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node<'a> {
    /// From 1.
    pub(crate) line: usize,
    pub(crate) value: Value<'a>,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    /// As it is written.
    Number(&'a str),
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    /// In the order of the text; no key stands twice.
    Object(Vec<Member<'a>>),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member<'a> {
    pub(crate) key: Cow<'a, str>,
    /// The line of the key, from 1.
    pub(crate) line: usize,
    pub(crate) node: Node<'a>,
}

/// Which notation a text is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// RFC 8259, as [`super::json`] reads it.
    Strict,
    /// With `//` and `/* */` comments and a comma behind the last item, as bun writes its lock.
    Comments,
}

impl<'a> Node<'a> {
    /// The value of a key, where this is an object that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.members().iter().find(|member| member.key == key).map(|member| &member.node)
    }

    /// The text, where this is one.
    pub(crate) fn as_str(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The text of a key's value.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Node::as_str)
    }

    /// The text as the whole text holds it, where this is one.
    pub(crate) fn as_words(&self) -> Option<&Cow<'a, str>> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The items of a list.
    pub(crate) fn as_list(&self) -> Option<&[Node<'a>]> {
        if let Value::List(items) = &self.value { Some(items) } else { None }
    }

    /// The keys and values of an object.
    pub(crate) fn as_object(&self) -> Option<&[Member<'a>]> {
        if let Value::Object(members) = &self.value { Some(members) } else { None }
    }

    /// The keys and values of an object, and none of what is no object.
    pub(crate) fn members(&self) -> &[Member<'a>] {
        self.as_object().unwrap_or_default()
    }

    /// Whether this is `true`.
    pub(crate) fn is_true(&self) -> bool {
        self.value == Value::Bool(true)
    }

    /// What it is called in a sentence.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Object(_) => "an object",
        }
    }
}

#[cfg(test)]
mod tree_test;
