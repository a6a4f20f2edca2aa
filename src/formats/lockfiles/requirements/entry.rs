//! One requirement: `name[extras] == 1.0 ; marker --hash=…`, `name @ address`, or an address alone.

use std::borrow::Cow;
use std::str::FromStr;

use pep440_rs::{Operator, Version, VersionSpecifiers};

use super::address::{self, Address, is_address};
use super::lines::variable;
use crate::formats::lockfiles::digest::{Algorithm, Algorithms};
use crate::formats::lockfiles::text::shown;
use crate::formats::lockfiles::{Integrity, Oddity, Pin, Remarks, Source};
use crate::formats::repeats::mark;

/// A requirement as it stands in a line.
#[derive(Clone, Debug)]
pub(super) struct Entry<'t> {
    /// As it is written; empty where only an address stands.
    pub(super) name: Cow<'t, str>,
    /// The one version, where it is pinned to one.
    pub(super) version: Option<Cow<'t, str>>,
    pub(super) source: Source<'static>,
    pub(super) pin: Pin,
    pub(super) integrity: Integrity,
    /// Everything behind `;`.
    pub(super) marker: Cow<'t, str>,
    /// The versions that may be installed, where any are named.
    pub(super) versions: Option<Cow<'t, str>>,
    /// A number that stands for its digests: others have another.
    pub(super) hashes: Hashes,
}

/// The digests of an entry as one number, whatever their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hashes {
    sum: u64,
    last: u64,
}

impl Hashes {
    pub(super) fn add(&mut self, algorithm: &str, hex: &str) {
        let is_small = !hex.bytes().any(|byte| byte.is_ascii_uppercase());
        let own = if is_small { mark(hex) } else { mark(&hex.to_ascii_lowercase()) } ^ algorithm.len() as u64;
        // The same again says nothing more.
        if own != self.last {
            (self.sum, self.last) = (self.sum.wrapping_add(own), own);
        }
    }

    pub(super) fn are(self, others: Self) -> bool {
        self.sum == others.sum
    }
}

impl Entry<'_> {
    /// What may be installed; for the comparison of a lock with what was asked for.
    pub(super) fn specifiers(&self) -> Option<VersionSpecifiers> {
        match self.versions.as_deref() {
            Some("") => Some(VersionSpecifiers::empty()),
            Some(version) if version.starts_with(|c: char| c.is_ascii_digit()) => format!("=={version}").parse().ok(),
            Some(versions) => versions.parse().ok(),
            None => None,
        }
    }

    /// Whether a pin is of what this asks for; what cannot be compared is.
    pub(super) fn allows(&self, pin: &Entry<'_>) -> bool {
        match (self.specifiers(), pin.version.as_ref().and_then(|version| version.parse().ok())) {
            (Some(specifiers), Some(version)) => specifiers.contains(&version),
            _ => true,
        }
    }

    /// The same without the text.
    pub(super) fn into_owned(self) -> Entry<'static> {
        let Entry { name, version, source, pin, integrity, marker, versions, hashes } = self;
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Entry {
            name: own(name),
            version: version.map(own),
            source,
            pin,
            integrity,
            marker: own(marker),
            versions: versions.map(own),
            hashes,
        }
    }
}

/// Reads a line that is no option; `Err`: pip would not read it either.
pub(super) fn read<'t>((line, text): (usize, &'t str), remarks: &mut Remarks) -> Result<Entry<'t>, String> {
    let (body, options) = split_options(text);
    let (hashes, sum) = hashes(&options, (line, remarks))?;
    let mut entry = requirement(body.trim(), (line, remarks))?;
    if !hashes.is_empty() {
        // Whatever else is said: other bytes are refused.
        if matches!(entry.source, Source::Archive(_)) {
            entry.pin = Pin::Exact;
        }
        entry.integrity = Integrity::Digests(hashes);
        entry.hashes = sum;
    }
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

fn hashes(options: &[&str], (line, remarks): (usize, &mut Remarks)) -> Result<(Algorithms, Hashes), String> {
    let (mut algorithms, mut sum) = (Algorithms::default(), Hashes::default());
    let mut words = options.iter();
    while let Some(word) = words.next() {
        let (name, value) = word.split_once('=').map_or((*word, None), |(name, value)| (name, Some(value)));
        let value = match (name, value) {
            ("--hash" | "--global-option" | "--config-settings" | "--config-setting" | "-C", Some(value)) => value,
            ("--hash" | "--global-option" | "--config-settings" | "--config-setting" | "-C", None) => {
                words.next().copied().ok_or_else(|| format!("`{name}` has no value"))?
            }
            _ => return Err(format!("{} is no option of a requirement", shown(name))),
        };
        if name != "--hash" {
            continue;
        }
        let Some((algorithm, hex)) = value.split_once(':') else { return Err("a hash is written `--hash=sha256:…`".to_owned()) };
        match Algorithm::named(algorithm).filter(|one| one.is_hex(hex)) {
            Some(one) => {
                algorithms.add(one);
                sum.add(algorithm, hex);
            }
            None => remarks.say(line, Oddity::BadDigest, || format!("{} is no digest of the kind {}", shown(hex), shown(algorithm))),
        }
    }
    Ok((algorithms, sum))
}

fn requirement<'t>(text: &'t str, odd: (usize, &mut Remarks)) -> Result<Entry<'t>, String> {
    let name_end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))).unwrap_or(text.len());
    let (name, rest) = text.split_at(name_end);
    let rest_of = rest.trim_start();
    if !name.is_empty()
        && (rest_of.starts_with('@') || (rest_of.starts_with('[') && behind_extras(rest_of).is_ok_and(|rest| rest.starts_with('@'))))
    {
        let rest = if rest_of.starts_with('[') { behind_extras(rest_of)? } else { rest_of };
        let (place, marker) = split_marker(rest[1..].trim(), true);
        return Ok(at_address((name.into(), marker), address::read(place), odd));
    }
    let (word, marker) = split_marker(text, true);
    if is_address(word) {
        let mut address = address::read(word);
        let name = address.name.take().unwrap_or_default();
        return Ok(at_address((name.into(), marker), address, odd));
    }
    if name.is_empty() || !name.ends_with(|c: char| c.is_ascii_alphanumeric()) || !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Err(format!("{} is no requirement", shown(text)));
    }
    let rest = if rest_of.starts_with('[') { behind_extras(rest_of)? } else { rest_of };
    let (versions, marker) = split_marker(rest, false);
    let versions = versions.trim().trim_start_matches('(').trim_end_matches(')').trim();
    named((name, marker), versions, odd)
}

fn behind_extras(text: &str) -> Result<&str, String> {
    text.split_once(']').map(|(_, rest)| rest.trim_start()).ok_or_else(|| "the extras have no `]`".to_owned())
}

/// The marker stands behind `;`, and behind an address only after a blank.
fn split_marker(text: &str, of_address: bool) -> (&str, &str) {
    let is_address = of_address && text.contains('/');
    let at = text.match_indices(';').map(|(at, _)| at).find(|at| !is_address || text[..*at].ends_with(char::is_whitespace));
    match at {
        Some(at) => (text[..at].trim_end(), text[at + 1..].trim()),
        None => (text.trim_end(), ""),
    }
}

fn at_address<'t>((name, marker): (Cow<'t, str>, &'t str), address: Address, (line, remarks): (usize, &mut Remarks)) -> Entry<'t> {
    if address.has_credentials {
        remarks.say(line, Oddity::Credentials, || "the address holds credentials".to_owned());
    }
    if address.is_insecure {
        remarks.say(line, Oddity::InsecureIndex, || "the address is not encrypted, so anybody on the way can answer".to_owned());
    }
    let Address { source, pin, integrity, .. } = address;
    Entry { name, version: None, source, pin, integrity, marker: marker.into(), versions: None, hashes: Hashes::default() }
}

fn named<'t>((name, marker): (&'t str, &'t str), versions: &'t str, (line, remarks): (usize, &mut Remarks)) -> Result<Entry<'t>, String> {
    let entry = |version: Option<Cow<'t, str>>, pin, versions: Option<&'t str>| Entry {
        name: name.into(),
        version,
        source: Source::Registry(None),
        pin,
        integrity: Integrity::Missing,
        marker: marker.into(),
        versions: versions.map(Cow::Borrowed),
        hashes: Hashes::default(),
    };
    if versions.is_empty() {
        return Ok(entry(None, Pin::Loose("no version is named".to_owned()), Some("")));
    }
    if let Some(variable) = variable(versions) {
        return Ok(entry(None, Pin::Loose(format!("what the environment says: `{variable}`")), None));
    }
    // `===` compares text: whatever stands there is one thing.
    if let Some(text) = versions.strip_prefix("===").filter(|text| !text.contains(',')) {
        return Ok(entry(Some(text.trim().into()), Pin::Exact, None));
    }
    let specifiers = VersionSpecifiers::from_str(versions).map_err(|_| format!("{} names no versions", shown(versions)))?;
    let exact: Vec<&Version> =
        specifiers.iter().filter(|one| matches!(one.operator(), Operator::Equal | Operator::ExactEqual)).map(|one| one.version()).collect();
    let Some(first) = exact.first() else {
        return Ok(entry(None, Pin::Loose(format!("a range: {}", shown(versions))), Some(versions)));
    };
    if !specifiers.contains(first) {
        remarks.say(line, Oddity::Contradiction, || format!("{} contradicts itself", shown(versions)));
    }
    Ok(entry(Some(first.to_string().into()), Pin::Exact, Some(versions)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Result<Entry<'_>, String> {
        read((1, text), &mut Remarks::default())
    }

    fn odd(text: &str) -> Vec<Oddity> {
        let mut remarks = Remarks::default();
        read((1, text), &mut remarks).unwrap();
        remarks.iter().map(|remark| remark.what).collect()
    }

    #[test]
    fn exactly_one_version_is_a_pin() {
        for exact in
            ["a==1.0", "a == 1.0", "A[b,c] == 1.0 ; python_version < '3.9'", "a===foo", "a==1.0,>=0.9", "a (==1.0)", "a==1!2.0.post1+local"]
        {
            assert_eq!(one(exact).unwrap().pin, Pin::Exact, "{exact}");
        }
        for loose in ["a", "a>=1", "a==1.*", "a~=1.0", "a==${VERSION}", "a!=1", "a<2,>1", "-e", "a @ https://h/a.zip"] {
            assert!(one(loose).map_or(true, |entry| matches!(entry.pin, Pin::Loose(_))), "{loose}");
        }
        assert_eq!(odd("a==1,==2")[0], Oddity::Contradiction);
        assert!(odd("a==1.0,==1.0.0").is_empty(), "zeros do not count");
        assert_eq!(odd("a==1.0,>=2")[0], Oddity::Contradiction);
        for wrong in ["==1", "a b", "a==", "a==1 --what", "a[b==1", "a=1", "a==1 --hash", "a==1 --hash=abc", "_a==1", "!"] {
            assert!(one(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn hashes_are_read_with_their_lengths() {
        let hex = "a".repeat(64);
        let text = format!("a==1 --hash=sha256:{hex}   --hash=sha512:{} --hash md5:{}", "b".repeat(128), "c".repeat(32));
        let entry = one(&text).unwrap();
        assert_eq!(entry.integrity, Integrity::Digests(["md5", "sha256", "sha512"].into()));
        let entry = one("a==1 --hash=sha256:abc").unwrap();
        assert_eq!((entry.integrity, odd("a==1 --hash=sha256:abc")[0]), (Integrity::Missing, Oddity::BadDigest));
    }

    #[test]
    fn an_address_may_have_a_name() {
        let commit = "0".repeat(40);
        let text = format!("a[x] @ git+https://h/r@{commit} ; python_version > '3'");
        let entry = one(&text).unwrap();
        assert_eq!((&*entry.name, entry.pin, &*entry.marker), ("a", Pin::Exact, "python_version > '3'"));
        assert_eq!(one(&format!("git+https://h/r@{commit}#egg=b")).unwrap().name, "b");
        assert!(matches!(one("./local").unwrap().source, Source::Path(_)));
    }
}
