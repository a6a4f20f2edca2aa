//! What the lockfiles of Python have in common: names, requirements, and JSON as Python writes it.

pub(super) mod asked;
pub(super) mod dump;
pub(super) mod requirement;

/// A name as PEP 503 compares it.
pub(super) fn normal(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            other => normal.extend(other.to_lowercase()),
        }
    }
    normal
}

/// Whether PEP 503 leaves a name as it is.
pub(super) fn is_normal(name: &str) -> bool {
    let mut last = 0;
    name.bytes().all(|byte| {
        let fits = matches!(byte, b'a'..=b'z' | b'0'..=b'9') || (byte == b'-' && last != b'-');
        last = byte;
        fits
    })
}

/// The name that a requirement of PEP 508 begins with.
pub(super) fn name_of(requirement: &str) -> &str {
    let rest = requirement.trim_start();
    let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_pep_503_says() {
        assert_eq!(normal("Foo._-Bar"), "foo-bar");
        for name in ["a", "a-b-2", "-", "a--b", "A", "a.b", "a_b", "é", ""] {
            assert!(!is_normal(name) || normal(name) == name, "{name}");
        }
        assert!(is_normal("a-b-2") && !is_normal("a--b"));
        assert_eq!(name_of(" Foo.Bar[x]>=1"), "Foo.Bar");
        assert_eq!(name_of(">=1"), "");
    }
}
