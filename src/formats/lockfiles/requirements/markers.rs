//! Environment markers (PEP 508), as far as it takes to prove that two of them never hold together.

/// Whether at most one of the markers can be true. What is not understood proves nothing.
pub(super) fn are_disjoint(one: &str, other: &str) -> bool {
    let (Some(one), Some(other)) = (conjuncts(one), conjuncts(other)) else { return false };
    one.iter().any(|a| other.iter().any(|b| exclude(a, b)))
}

/// `variable operator "value"`
struct Comparison<'t> {
    variable: &'t str,
    operator: &'t str,
    value: &'t str,
}

const OPERATORS: [&str; 6] = ["==", "!=", "<=", ">=", "<", ">"];

/// The comparisons that all have to hold; `None` where there is an `or` or a group.
fn conjuncts(marker: &str) -> Option<Vec<Comparison<'_>>> {
    if marker.is_empty() || marker.contains(" or ") || marker.contains('(') {
        return None;
    }
    marker.split(" and ").map(comparison).collect()
}

fn comparison(text: &str) -> Option<Comparison<'_>> {
    let operator = OPERATORS.into_iter().find(|operator| text.contains(operator))?;
    let (left, right) = text.split_once(operator)?;
    let quoted = right.trim();
    let value = quoted.strip_prefix(['"', '\''])?.strip_suffix(['"', '\''])?;
    Some(Comparison { variable: left.trim(), operator, value })
}

fn exclude(a: &Comparison<'_>, b: &Comparison<'_>) -> bool {
    if a.variable != b.variable {
        return false;
    }
    let is_version = matches!(a.variable, "python_version" | "python_full_version" | "implementation_version" | "platform_release");
    match (a.operator, b.operator) {
        ("==", "==") => a.value != b.value && (!is_version || differ(a.value, b.value)),
        ("==", "!=") | ("!=", "==") => a.value == b.value,
        ("<", ">=") | (">=", "<") | ("<=", ">") | (">", "<=") if a.value == b.value => true,
        ("<" | "<=", ">" | ">=" | "==") if is_version => less(a.value, b.value),
        (">" | ">=", "<" | "<=") | ("==", "<" | "<=") if is_version => less(b.value, a.value),
        (">" | ">=", "==") if is_version => less(b.value, a.value),
        ("==", ">" | ">=") if is_version => less(a.value, b.value),
        _ => false,
    }
}

fn version(text: &str) -> Option<pep440_rs::Version> {
    text.parse().ok()
}

fn less(one: &str, other: &str) -> bool {
    version(one).zip(version(other)).is_some_and(|(one, other)| one < other)
}

fn differ(one: &str, other: &str) -> bool {
    version(one).zip(version(other)).is_some_and(|(one, other)| one != other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_proven_is_disjoint() {
        for (one, other) in [
            ("python_version < '3.8'", "python_version >= '3.8'"),
            ("python_version < '3.8'", "python_version >= '3.10' and sys_platform == 'linux'"),
            ("sys_platform == 'win32'", "sys_platform != 'win32'"),
            ("sys_platform == \"win32\"", "sys_platform == \"linux\""),
            ("python_version == '3.8'", "python_version > '3.8.5'"),
        ] {
            assert!(are_disjoint(one, other) && are_disjoint(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("", ""),
            ("python_version < '3.8'", ""),
            ("python_version < '3.10'", "python_version >= '3.8'"),
            ("python_version < '3.8' or extra == 'x'", "python_version >= '3.8'"),
            ("python_version == '3.8'", "python_version == '3.8.0'"),
            ("sys_platform == 'win32'", "os_name == 'nt'"),
        ] {
            assert!(!are_disjoint(one, other), "{one} {other}");
        }
    }
}
