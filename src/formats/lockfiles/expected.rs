//! What must stand in the tree of a JSON lockfile: where it does not, the text is no whole lock.

use std::borrow::Cow;

use super::super::fault::Fault;
use super::super::json_tree::{Member, Node, Value};
use super::text::shown;

/// The version number of the format, one of those known.
pub(super) fn version(root: &Node<'_>, key: &str, known: &[&'static str]) -> Result<&'static str, Fault> {
    if root.as_object().is_none() {
        return Err(Fault::on(root.line, format!("an object is expected, and {} stands here", root.kind())));
    }
    let node = root.get(key).ok_or_else(|| Fault::on(root.line, format!("`{key}` is missing, so this is no whole lockfile")))?;
    let number = if let Value::Number(text) = node.value { known.iter().find(|one| **one == text) } else { None };
    number.copied().ok_or_else(|| Fault::on(node.line, format!("`{key}` is none of the known: {}", known.join(", "))))
}

/// The members of a key that must be an object.
pub(super) fn object<'n, 'a>(node: &'n Node<'a>, key: &str) -> Result<&'n [Member<'a>], Fault> {
    let inner = node.get(key).ok_or_else(|| Fault::on(node.line, format!("`{key}` is missing, so this is no whole lockfile")))?;
    members(inner, key)
}

/// The members of what must be an object.
pub(super) fn members<'n, 'a>(node: &'n Node<'a>, name: &str) -> Result<&'n [Member<'a>], Fault> {
    let wrong = || Fault::on(node.line, format!("{} is {}, and an object is expected", shown(name), node.kind()));
    node.as_object().ok_or_else(wrong)
}

/// A key's text; any other value is a fault.
pub(super) fn words<'n, 'a>(node: &'n Node<'a>, key: &str) -> Result<Option<&'n Cow<'a, str>>, Fault> {
    let Some(inner) = node.get(key) else { return Ok(None) };
    let wrong = || Fault::on(inner.line, format!("`{key}` is {}, and a text is expected", inner.kind()));
    inner.as_words().map(Some).ok_or_else(wrong)
}

/// The same for who only looks at it.
pub(super) fn text<'n>(node: &'n Node<'_>, key: &str) -> Result<Option<&'n str>, Fault> {
    Ok(words(node, key)?.map(AsRef::as_ref))
}
