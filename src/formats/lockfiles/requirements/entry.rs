//! One requirement: `name[extras] == 1.0 ; marker --hash=…`, `name @ address`, or an address alone.

use std::str::FromStr;

use pep440_rs::{Operator, Version, VersionSpecifiers};

use super::address::{self, Address, is_address, is_digest};
use super::lines::variable;
use crate::formats::lockfiles::{Integrity, Oddity, Pin, Source};

/// A requirement as it stands in a line.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// As it is written; empty where only an address stands.
    pub(super) name: String,
    /// The one version, where it is pinned to one.
    pub(super) version: Option<String>,
    pub(super) source: Source,
    pub(super) pin: Pin,
    pub(super) integrity: Integrity,
    /// Everything behind `;`.
    pub(super) marker: String,
    /// What may be installed, where versions are named; for the comparison of a lock with what was asked for.
    pub(super) specifiers: Option<VersionSpecifiers>,
    pub(super) odd: Odd,
}

/// What is odd of an entry, a sentence each.
type Odd = Vec<(Oddity, String)>;

/// Reads a line that is no option; `Err`: pip would not read it either.
pub(super) fn read(text: &str) -> Result<Entry, String> {
    let (body, options) = split_options(text);
    let (hashes, mut odd) = hashes(&options)?;
    let mut entry = requirement(body.trim())?;
    if !hashes.is_empty() {
        // Whatever else is said: other bytes are refused.
        if matches!(entry.source, Source::Archive(_)) {
            entry.pin = Pin::Exact;
        }
        entry.integrity = Integrity::Digests(hashes);
    }
    entry.odd.append(&mut odd);
    Ok(entry)
}

/// The requirement, and the words of its options: what begins with `--` or `-C`.
fn split_options(text: &str) -> (&str, Vec<&str>) {
    let mut starts = text.match_indices(char::is_whitespace).map(|(at, blank)| at + blank.len());
    let at = starts.find(|at| text[*at..].starts_with("--") || text[*at..].starts_with("-C"));
    match at {
        Some(at) => (&text[..at], text[at..].split_whitespace().collect()),
        None => (text, Vec::new()),
    }
}

fn hashes(options: &[&str]) -> Result<(Vec<String>, Odd), String> {
    let (mut algorithms, mut odd) = (Vec::new(), Vec::new());
    let mut words = options.iter();
    while let Some(word) = words.next() {
        let (name, value) = word.split_once('=').map_or((*word, None), |(name, value)| (name, Some(value)));
        let value = match (name, value) {
            ("--hash" | "--global-option" | "--config-settings" | "--config-setting" | "-C", Some(value)) => value,
            ("--hash" | "--global-option" | "--config-settings" | "--config-setting" | "-C", None) => {
                words.next().copied().ok_or_else(|| format!("`{name}` has no value"))?
            }
            _ => return Err(format!("`{}` is no option of a requirement", name.escape_debug())),
        };
        if name != "--hash" {
            continue;
        }
        let Some((algorithm, hex)) = value.split_once(':') else { return Err("a hash is written `--hash=sha256:…`".to_owned()) };
        if is_digest(algorithm, hex) {
            algorithms.push(algorithm.to_ascii_lowercase());
        } else {
            odd.push((Oddity::BadDigest, format!("`{}` is no {} digest", hex.escape_debug(), algorithm.escape_debug())));
        }
    }
    algorithms.sort_unstable();
    algorithms.dedup();
    Ok((algorithms, odd))
}

fn requirement(text: &str) -> Result<Entry, String> {
    let name_end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))).unwrap_or(text.len());
    let (name, rest) = text.split_at(name_end);
    let rest_of = rest.trim_start();
    if !name.is_empty()
        && (rest_of.starts_with('@') || (rest_of.starts_with('[') && behind_extras(rest_of).is_ok_and(|rest| rest.starts_with('@'))))
    {
        let rest = if rest_of.starts_with('[') { behind_extras(rest_of)? } else { rest_of };
        let (place, marker) = split_marker(rest[1..].trim(), true);
        return Ok(at_address(name, address::read(place), marker));
    }
    let (word, marker) = split_marker(text, true);
    if is_address(word) {
        let address = address::read(word);
        let name = address.name.clone().unwrap_or_default();
        return Ok(at_address(&name, address, marker));
    }
    if name.is_empty() || !name.ends_with(|c: char| c.is_ascii_alphanumeric()) || !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Err(format!("`{}` is no requirement", text.escape_debug()));
    }
    let rest = if rest_of.starts_with('[') { behind_extras(rest_of)? } else { rest_of };
    let (versions, marker) = split_marker(rest, false);
    let versions = versions.trim().trim_start_matches('(').trim_end_matches(')').trim();
    named(name, versions, marker)
}

fn behind_extras(text: &str) -> Result<&str, String> {
    text.split_once(']').map(|(_, rest)| rest.trim_start()).ok_or_else(|| "the extras have no `]`".to_owned())
}

/// The marker stands behind `;`, and behind an address only after a blank.
fn split_marker(text: &str, of_address: bool) -> (&str, String) {
    let at = text
        .match_indices(';')
        .map(|(at, _)| at)
        .find(|at| !of_address || text[..*at].ends_with(char::is_whitespace) || !text.contains('/'));
    match at {
        Some(at) => (text[..at].trim_end(), text[at + 1..].trim().to_owned()),
        None => (text.trim_end(), String::new()),
    }
}

fn at_address(name: &str, address: Address, marker: String) -> Entry {
    let mut odd = Vec::new();
    if address.has_credentials {
        odd.push((Oddity::Credentials, "the address holds credentials".to_owned()));
    }
    if address.is_insecure {
        odd.push((Oddity::InsecureIndex, "the address is not encrypted, so anybody on the way can answer".to_owned()));
    }
    let Address { source, pin, integrity, .. } = address;
    Entry { name: name.to_owned(), version: None, source, pin, integrity, marker, specifiers: None, odd }
}

fn named(name: &str, versions: &str, marker: String) -> Result<Entry, String> {
    let entry = |version, pin, specifiers, odd| Entry {
        name: name.to_owned(),
        version,
        source: Source::Registry(None),
        pin,
        integrity: Integrity::Missing,
        marker: marker.clone(),
        specifiers,
        odd,
    };
    if versions.is_empty() {
        return Ok(entry(None, Pin::Loose("no version is named".to_owned()), Some(VersionSpecifiers::empty()), Vec::new()));
    }
    if let Some(variable) = variable(versions) {
        return Ok(entry(None, Pin::Loose(format!("what the environment says: `{variable}`")), None, Vec::new()));
    }
    // `===` compares text: whatever stands there is one thing.
    if let Some(text) = versions.strip_prefix("===").filter(|text| !text.contains(',')) {
        return Ok(entry(Some(text.trim().to_owned()), Pin::Exact, None, Vec::new()));
    }
    let shown = versions.escape_debug().to_string();
    let specifiers = VersionSpecifiers::from_str(versions).map_err(|_| format!("`{shown}` names no versions"))?;
    let exact: Vec<&Version> =
        specifiers.iter().filter(|one| matches!(one.operator(), Operator::Equal | Operator::ExactEqual)).map(|one| one.version()).collect();
    let Some(first) = exact.first() else {
        return Ok(entry(None, Pin::Loose(format!("a range: `{shown}`")), Some(specifiers), Vec::new()));
    };
    let mut odd = Vec::new();
    if !specifiers.contains(first) {
        odd.push((Oddity::Contradiction, format!("`{shown}` contradicts itself")));
    }
    let version = first.to_string();
    Ok(entry(Some(version), Pin::Exact, Some(specifiers), odd))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_version_is_a_pin() {
        for exact in
            ["a==1.0", "a == 1.0", "A[b,c] == 1.0 ; python_version < '3.9'", "a===foo", "a==1.0,>=0.9", "a (==1.0)", "a==1!2.0.post1+local"]
        {
            assert_eq!(read(exact).unwrap().pin, Pin::Exact, "{exact}");
        }
        for loose in ["a", "a>=1", "a==1.*", "a~=1.0", "a==${VERSION}", "a!=1", "a<2,>1", "-e", "a @ https://h/a.zip"] {
            assert!(read(loose).map_or(true, |entry| matches!(entry.pin, Pin::Loose(_))), "{loose}");
        }
        assert_eq!(read("a==1,==2").unwrap().odd[0].0, Oddity::Contradiction);
        assert!(read("a==1.0,==1.0.0").unwrap().odd.is_empty(), "zeros do not count");
        assert_eq!(read("a==1.0,>=2").unwrap().odd[0].0, Oddity::Contradiction);
        for wrong in ["==1", "a b", "a==", "a==1 --what", "a[b==1", "a=1", "a==1 --hash", "a==1 --hash=abc", "_a==1", "!"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn hashes_are_read_with_their_lengths() {
        let hex = "a".repeat(64);
        let entry = read(&format!("a==1 --hash=sha256:{hex}   --hash=sha512:{} --hash md5:{}", "b".repeat(128), "c".repeat(32))).unwrap();
        assert_eq!(entry.integrity, Integrity::Digests(vec!["md5".into(), "sha256".into(), "sha512".into()]));
        let entry = read("a==1 --hash=sha256:abc").unwrap();
        assert_eq!((entry.integrity, entry.odd[0].0), (Integrity::Missing, Oddity::BadDigest));
    }

    #[test]
    fn an_address_may_have_a_name() {
        let commit = "0".repeat(40);
        let entry = read(&format!("a[x] @ git+https://h/r@{commit} ; python_version > '3'")).unwrap();
        assert_eq!((entry.name.as_str(), entry.pin, entry.marker.as_str()), ("a", Pin::Exact, "python_version > '3'"));
        assert_eq!(read(&format!("git+https://h/r@{commit}#egg=b")).unwrap().name, "b");
        assert!(matches!(read("./local").unwrap().source, Source::Path(_)));
    }
}
