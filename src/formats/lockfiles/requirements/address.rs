//! Addresses and paths in a requirements file: what they lead to, whether it can move, and whether they hold credentials.

use crate::formats::lockfiles::address::without_credentials;
use crate::formats::lockfiles::digest::{Algorithm, Algorithms};
use crate::formats::lockfiles::text::shown;
use crate::formats::lockfiles::{Integrity, Pin, Source};

/// What stands where a name could stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) source: Source<'static>,
    pub(super) pin: Pin,
    pub(super) integrity: Integrity,
    /// `#egg=`, or the name that a wheel's file has.
    pub(super) name: Option<String>,
    pub(super) has_credentials: bool,
    /// `http://` and the like: nobody vouches for the other end.
    pub(super) is_insecure: bool,
}

const SYSTEMS: [&str; 4] = ["git+", "hg+", "svn+", "bzr+"];
const ARCHIVES: [&str; 8] = [".whl", ".tar.gz", ".zip", ".tgz", ".tar.bz2", ".tar.xz", ".tbz", ".tar"];

/// Whether a word is an address or a path, as pip tells it from a name.
pub(super) fn is_address(word: &str) -> bool {
    let scheme = word.split_once(':').is_some_and(|(scheme, rest)| {
        rest.starts_with("//") && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.')) || scheme == "file"
    });
    let word = word.split('#').next().unwrap_or(word);
    scheme
        || word.starts_with(['.', '/', '~'])
        || word.contains('\\')
        || word.contains('/')
        || ARCHIVES.iter().any(|end| word.ends_with(end))
}

/// Whether an address begins so: schemes are the same in any case.
pub(super) fn begins(address: &str, scheme: &str) -> bool {
    address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

pub(super) fn read(text: &str) -> Address {
    let (place, fragment) = text.split_once('#').map_or((text, ""), |(place, fragment)| (place, fragment));
    let parts = fragment.split('&').filter_map(|part| part.split_once('='));
    let egg = parts.clone().find(|(key, _)| *key == "egg").map(|(_, name)| name.split('[').next().unwrap_or(name).to_owned());
    let mut digests = Algorithms::default();
    parts.filter_map(|(key, hex)| Algorithm::named(key).filter(|one| one.is_hex(hex))).for_each(|one| digests.add(one));
    let clean = without_credentials(place);
    let has_credentials = clean.is_some();
    let clean = clean.unwrap_or_else(|| place.to_owned()).into();
    let is_insecure =
        ["http://", "git+http://", "git+git://", "git://", "ftp://", "svn+http://", "hg+http://"].iter().any(|s| begins(place, s));
    let address = |source, pin, integrity| Address { source, pin, integrity, name: egg.clone(), has_credentials, is_insecure };
    if let Some(system) = SYSTEMS.iter().find(|system| begins(place, system)) {
        return address(Source::Repository(clean), revision(system, place), Integrity::NotAsked);
    }
    let is_path = !place.contains("://") || begins(place, "file:");
    if is_path {
        let why = "a path, which holds whatever lies there".to_owned();
        return address(Source::Path(place.to_owned().into()), Pin::Loose(why), Integrity::NotAsked);
    }
    match digests.is_empty() {
        true => {
            address(Source::Archive(clean), Pin::Loose("an address without the digest of what lies there".to_owned()), Integrity::Missing)
        }
        false => address(Source::Archive(clean), Pin::Exact, Integrity::Digests(digests)),
    }
}

/// The revision stands behind the last `@` of the path; one before the host is a user's.
fn revision(system: &str, place: &str) -> Pin {
    let path = place.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    let Some((_, revision)) = path.rsplit_once('@') else {
        return Pin::Loose("no commit is named, so it follows the default branch".to_owned());
    };
    let hex = |lengths: &[usize]| lengths.contains(&revision.len()) && revision.bytes().all(|b| b.is_ascii_hexdigit());
    let is_exact = match system {
        "git+" => hex(&[40, 64]),
        "hg+" => hex(&[40]),
        _ => !revision.is_empty() && revision.bytes().all(|b| b.is_ascii_digit()),
    };
    if is_exact { Pin::Exact } else { Pin::Loose(format!("a name that can be moved: {}", shown(revision))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_looked_for_behind_the_host() {
        let pin = |text: &str| read(text).pin;
        let commit = "0".repeat(40);
        assert_eq!(pin(&format!("git+https://h/r.git@{commit}#egg=x")), Pin::Exact);
        assert_eq!(pin(&format!("git+ssh://git@h/r.git@{commit}")), Pin::Exact);
        assert_eq!(pin("svn+https://h/r@1234"), Pin::Exact);
        for loose in
            ["git+ssh://git@host/r.git", "git+https://h/r.git@main", "git+https://h/r@0123abc", "hg+https://h/r@tip", "./x", "file:///x"]
        {
            assert!(matches!(pin(loose), Pin::Loose(_)), "{loose}");
        }
        assert_eq!(pin(&format!("https://h/x-1.whl#sha256={}", "a".repeat(64))), Pin::Exact);
        assert!(matches!(pin("https://h/x-1.whl#sha256=abc"), Pin::Loose(_)));
    }

    #[test]
    fn credentials_are_seen_and_left_out() {
        let read = read("git+https://me:secret@h/r.git@main");
        assert!(read.has_credentials && !format!("{read:?}").contains("secret"));
        assert!(!super::read("git+ssh://git@h/r.git").has_credentials);
        assert!(super::read("https://token@h/x.whl").has_credentials);
    }

    #[test]
    fn names_are_told_from_addresses() {
        for address in ["./a", "../a", "/a", "file:a", "https://h/x", "git+ssh://git@h/r", "a-1.0-py3-none-any.whl", "sub/dir"] {
            assert!(is_address(address), "{address}");
        }
        for name in ["a", "a==1", "a[b]", "a>=1,<2", "zope.interface"] {
            assert!(!is_address(name), "{name}");
        }
    }
}
