//! `ENV` and `ARG`: names and values.

use super::Variable;

/// `NAME=value …`, or the older `NAME value`.
pub(super) fn pairs(text: &str, escape: char) -> Vec<Variable> {
    let text = text.trim();
    let first = text.split(char::is_whitespace).next().unwrap_or_default();
    if !first.contains('=') {
        let value = text.get(first.len()..).unwrap_or_default().trim();
        return vec![Variable { name: first.to_owned(), value: value_of(value, escape) }];
    }
    arguments(text, escape)
}

/// `NAME=value …`; a name alone sets nothing.
pub(super) fn arguments(text: &str, escape: char) -> Vec<Variable> {
    let pair = |word: &str| {
        let (name, value) = word.split_once('=')?;
        Some(Variable { name: name.to_owned(), value: value_of(value, escape) })
    };
    words(text, escape).into_iter().filter_map(pair).collect()
}

/// The words as they stand, quotes and all.
fn words(text: &str, escape: char) -> Vec<&str> {
    let (mut found, mut start, mut quote, mut escaped) = (Vec::new(), None, None, false);
    for (at, c) in text.char_indices() {
        match quote {
            _ if escaped => escaped = false,
            None | Some('"') if c == escape => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c.is_whitespace() => {
                found.extend(start.take().and_then(|start: usize| text.get(start..at)));
                continue;
            }
            None => {}
        }
        start.get_or_insert(at);
    }
    found.extend(start.and_then(|start| text.get(start..)));
    found
}

/// A value without its quotes; none where another variable stands in it.
fn value_of(written: &str, escape: char) -> Option<String> {
    let (mut value, mut quote, mut escaped) = (String::new(), None, false);
    for c in written.chars() {
        match quote {
            _ if escaped => {
                escaped = false;
                value.push(c);
            }
            None | Some('"') if c == escape => escaped = true,
            Some(open) if c == open => quote = None,
            None | Some('"') if c == '$' => return None,
            None if c == '\'' || c == '"' => quote = Some(c),
            Some(_) | None => value.push(c),
        }
    }
    Some(value)
}
