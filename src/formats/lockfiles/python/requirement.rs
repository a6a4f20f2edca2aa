//! A requirement of PEP 508, so far that two of them can be compared.

use std::collections::BTreeSet;

use super::normal;

/// A requirement, its parts in a form that does not depend on how it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Requirement {
    pub(in super::super) name: String,
    pub(in super::super) extras: BTreeSet<String>,
    /// `>=1.0`, one each.
    pub(in super::super) clauses: BTreeSet<String>,
    pub(in super::super) address: Option<String>,
    /// As [`marker`] gives it; empty: none.
    pub(in super::super) marker: String,
}

impl Requirement {
    /// Reads a line of `dependencies`; none if it is not understood.
    pub(in super::super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let name = super::name_of(text);
        (!name.is_empty()).then_some(())?;
        let mut rest = text.get(name.len()..)?.trim_start();
        let mut extras = BTreeSet::new();
        if let Some(open) = rest.strip_prefix('[') {
            let (inside, after) = open.split_once(']')?;
            extras = inside.split(',').map(str::trim).filter(|extra| !extra.is_empty()).map(normal).collect();
            rest = after.trim_start();
        }
        let own = |address, clauses, conditions: &str| Self { name: normal(name), extras, clauses, address, marker: marker(conditions) };
        if let Some(address) = rest.strip_prefix('@') {
            // An address may hold a `;`: a marker needs a blank before it.
            let (address, conditions) = address.split_once(" ;").unwrap_or((address, ""));
            return Some(own(Some(address.trim().to_owned()), BTreeSet::new(), conditions));
        }
        let (range, conditions) = rest.split_once(';').unwrap_or((rest, ""));
        Some(own(None, clauses(range)?, conditions))
    }
}

/// The clauses of a range; none if one of them begins with no operator.
pub(in super::super) fn clauses(range: &str) -> Option<BTreeSet<String>> {
    let range = range.trim();
    let range = range.strip_prefix('(').and_then(|inside| inside.strip_suffix(')')).unwrap_or(range);
    let clause = |text: &str| {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
        text.starts_with(['<', '>', '=', '!', '~']).then_some(text)
    };
    range.split(',').filter(|text| !text.trim().is_empty()).map(clause).collect()
}

/// Whether a clause can only be written in one way: an operator, numbers and dots.
pub(in super::super) fn is_plain(clause: &str) -> bool {
    clause.trim_start_matches(['<', '>', '=', '!', '~']).bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'*'))
}

/// A marker with one kind of quotes and one blank between words. The python before or from a version is asked for by its full version, as uv
/// writes it.
pub(in super::super) fn marker(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_quoted = false;
    for letter in text.chars().map(|c| if c == '"' { '\'' } else { c }) {
        is_quoted ^= letter == '\'';
        let is_sign = |c: char| matches!(c, '<' | '>' | '=' | '!' | '~');
        let is_edge =
            !is_quoted && !letter.is_whitespace() && out.chars().last().is_some_and(|last| last != ' ' && is_sign(last) != is_sign(letter));
        let needs_blank = is_edge && (is_sign(letter) || out.ends_with(is_sign)) || (is_quoted && letter == '\'' && out.ends_with(is_sign));
        if needs_blank {
            out.push(' ');
        }
        match letter.is_whitespace() {
            true if out.is_empty() || out.ends_with(' ') => {}
            true => out.push(' '),
            false => out.push(letter),
        }
    }
    let out = out.trim_end();
    ["<", ">="]
        .into_iter()
        .fold(out.to_owned(), |out, sign| out.replace(&format!("python_version {sign} '"), &format!("python_full_version {sign} '")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_requirement_is_written_does_not_matter() {
        for (one, other) in [
            ("Foo_Bar[B,a] >= 1.0 , <2", "foo-bar[a,b]<2,>=1.0"),
            ("a (>=1)", "a>=1"),
            ("a; python_version<\"3\"", "a;python_version<'3'"),
            ("a @ https://x/y;z ; os_name == 'nt'", "a@https://x/y;z ;os_name  ==  'nt'"),
        ] {
            let read = Requirement::read(one);
            assert!(read.is_some() && read == Requirement::read(other), "{one}");
        }
        assert_ne!(Requirement::read("a>=1"), Requirement::read("a>=1.0"));
        for odd in ["", ">=1", "a b", "a[b", "a >=1, b"] {
            assert_eq!(Requirement::read(odd), None, "{odd}");
        }
        assert!(is_plain(">=1.2.*") && !is_plain("==1.0rc1"));
    }
}
