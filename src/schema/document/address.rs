//! Addresses of schemas (RFC 3986), as far as references within one document need them. Nothing is ever fetched from one.

use std::borrow::Cow;

/// The address of a document that gives itself none.
pub(super) const DEFAULT: &str = "json-schema:///";

/// An address and what stands behind its `#`.
pub(super) fn split(written: &str) -> (&str, &str) {
    written.split_once('#').unwrap_or((written, ""))
}

/// The address that one, written without a fragment, means when it is met at another.
pub(super) fn resolve(base: &str, written: &str) -> String {
    if written.is_empty() {
        return base.to_owned();
    }
    if scheme(written).is_some() {
        return written.to_owned();
    }
    let scheme = scheme(base).unwrap_or("json-schema");
    if let Some(authority) = written.strip_prefix("//") {
        return format!("{scheme}://{authority}");
    }
    let rest = base.get(scheme.len() + 1..).unwrap_or_default();
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            (format!("//{}", &rest[..end]), &rest[end..])
        }
        None => (String::new(), rest),
    };
    let path = path.split('?').next().unwrap_or_default();
    let (folder, _) = path.rsplit_once('/').unwrap_or_default();
    let joined = if written.starts_with('/') {
        written.to_owned()
    } else if written.starts_with('?') {
        format!("{path}{written}")
    } else {
        format!("{folder}/{written}")
    };
    format!("{scheme}:{authority}{}", without_dots(&joined))
}

fn scheme(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let is_one = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    is_one.then_some(scheme)
}

fn without_dots(path: &str) -> String {
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => {
                if parts.len() > 1 {
                    parts.pop();
                }
            }
            other => parts.push(other),
        }
    }
    if path.ends_with("/.") || path.ends_with("/..") {
        parts.push("");
    }
    let path = parts.join("/");
    query.map_or_else(|| path.clone(), |query| format!("{path}?{query}"))
}

/// A fragment with its `%41` read; as it is where that is no UTF-8.
pub(super) fn decoded(fragment: &str) -> Cow<'_, str> {
    if !fragment.contains('%') {
        return Cow::Borrowed(fragment);
    }
    let bytes = fragment.as_bytes();
    let (mut read, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let hex = fragment.get(at + 1..at + 3).filter(|_| *byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        read.push(hex.unwrap_or(*byte));
        at += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8(read).map_or(Cow::Borrowed(fragment), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_resolved_against_another() {
        for (base, written, expected) in [
            (DEFAULT, "orders.json", "json-schema:///orders.json"),
            (DEFAULT, "", DEFAULT),
            ("https://a.example/b/c.json", "d.json", "https://a.example/b/d.json"),
            ("https://a.example/b/c.json", "../d.json", "https://a.example/d.json"),
            ("https://a.example/b/c.json", "./d", "https://a.example/b/d"),
            ("https://a.example/b/c.json", "/d", "https://a.example/d"),
            ("https://a.example/b/c.json", "//x.example/d", "https://x.example/d"),
            ("https://a.example", "d", "https://a.example/d"),
            ("https://a.example/b?q", "?r", "https://a.example/b?r"),
            ("urn:x:y", "urn:x:z", "urn:x:z"),
            ("https://a.example/b", "http://c.example/", "http://c.example/"),
        ] {
            assert_eq!(resolve(base, written), expected, "{base} {written}");
        }
    }

    #[test]
    fn a_fragment_is_decoded_where_it_can_be() {
        assert_eq!(decoded("/a%25b~1c%20%C3%A9"), "/a%b~1c é");
        assert_eq!(decoded("%ff"), "%ff");
        assert_eq!(decoded("%4"), "%4");
        assert_eq!(decoded("%é1"), "%é1");
    }
}
