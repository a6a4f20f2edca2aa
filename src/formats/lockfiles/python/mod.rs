//! What the lockfiles of Python have in common: names, requirements, and JSON as Python writes it.

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
        assert_eq!(name_of(" Foo.Bar[x]>=1"), "Foo.Bar");
        assert_eq!(name_of(">=1"), "");
    }
}
