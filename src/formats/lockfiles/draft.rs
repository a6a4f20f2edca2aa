//! What the readers of JSON lockfiles share: a lock while it is filled, with addresses and digests looked at on the way.

use super::super::fault::Fault;
use super::super::json_tree::{Member, Node, Value};
use super::address::is_commit;
use super::{Integrity, Lock, Oddity, Package, Pin, Remark};

/// A lock while it is read.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) lock: Lock,
}

impl Draft {
    pub(super) fn add(&mut self, package: Package) {
        self.lock.packages.push(package);
    }

    pub(super) fn remark(&mut self, line: usize, what: Oddity, says: String) {
        self.lock.remarks.push(Remark { line, what, says });
    }

    /// An address as it may be shown. What is wrong with it is remarked.
    pub(super) fn address(&mut self, line: usize, of: &str, address: &str) -> String {
        let shown = of.escape_debug();
        if address.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://")) {
            self.remark(line, Oddity::InsecureIndex, format!("`{shown}` comes over `http://`, which anyone on the way can change"));
        }
        let (clean, held) = without_credentials(address);
        if held {
            self.remark(line, Oddity::Credentials, format!("the address of `{shown}` holds credentials"));
        }
        clean
    }

    /// What a text of subresource integrity says: `sha512-…`, several of them with spaces between.
    pub(super) fn integrity(&mut self, line: usize, of: &str, text: Option<&str>) -> Integrity {
        let mut names: Vec<String> = Vec::new();
        for part in text.unwrap_or_default().split([' ', '\t', '\n', '\r']).filter(|part| !part.is_empty()) {
            match sri(part) {
                Some(name) if names.iter().any(|known| known == name) => {}
                Some(name) => names.push(name.to_owned()),
                None => self.bad_digest(line, of, part),
            }
        }
        if names.is_empty() { Integrity::Missing } else { Integrity::Digests(names) }
    }

    /// A digest written in hex behind its algorithm's name: `sha256:…`.
    pub(super) fn hex(&mut self, line: usize, of: &str, text: &str) -> Option<String> {
        let named = text.split_once(':').filter(|(name, digits)| {
            let length = length(name);
            length == Some(digits.len() / 2) && digits.len() % 2 == 0 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
        if named.is_none() {
            self.bad_digest(line, of, text);
        }
        named.map(|(name, _)| name.to_owned())
    }

    pub(super) fn bad_digest(&mut self, line: usize, of: &str, text: &str) {
        let says = format!("the digest `{}` of `{}` is none", text.escape_debug(), of.escape_debug());
        self.remark(line, Oddity::BadDigest, says);
    }
}

/// How many bytes a digest has.
fn length(algorithm: &str) -> Option<usize> {
    match algorithm {
        "md5" => Some(16),
        "sha1" => Some(20),
        "sha256" => Some(32),
        "sha384" => Some(48),
        "sha512" => Some(64),
        _ => None,
    }
}

/// The algorithm of one digest, if it is one.
fn sri(text: &str) -> Option<&str> {
    let (name, rest) = text.split_once('-')?;
    let digest = rest.split('?').next().unwrap_or_default();
    let letters = digest.trim_end_matches('=');
    let whole = digest.len() % 4 == 0 && digest.len() - letters.len() < 3;
    // Without a branch between them many letters are compared at once.
    let base64 = letters.bytes().fold(true, |all, byte| all & (byte.is_ascii_alphanumeric() | (byte == b'+') | (byte == b'/')));
    (whole && base64 && Some(letters.len() * 6 / 8) == length(name)).then_some(name)
}

/// An address without its credentials, and whether it had any.
pub(super) fn without_credentials(address: &str) -> (String, bool) {
    let kept = || (address.to_owned(), false);
    let Some((scheme, rest)) = address.split_once("://") else { return kept() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let Some((user, _)) = rest[..end].rsplit_once('@') else { return kept() };
    let (name, secret) = user.split_once(':').unwrap_or((user, ""));
    // `${NAME}` stands for what only the environment knows.
    let open = |word: &str| !(word.is_empty() || word.starts_with("${"));
    let web = scheme.rsplit('+').next().is_some_and(|last| last.eq_ignore_ascii_case("http") || last.eq_ignore_ascii_case("https"));
    if open(secret) || (web && secret.is_empty() && open(name)) {
        return (format!("{scheme}://{}", &rest[user.len() + 1..]), true);
    }
    kept()
}

/// How a repository's revision pins.
pub(super) fn revision(text: Option<&str>) -> Pin {
    match text {
        Some(commit) if is_commit(commit) => Pin::Exact,
        Some(other) if !other.is_empty() => Pin::Loose(format!("no whole commit: `{}`", other.escape_debug())),
        Some(_) | None => Pin::Loose("a repository without a commit".to_owned()),
    }
}

/// What is said of a path.
pub(super) fn path(text: &str) -> Pin {
    Pin::Loose(format!("a path: `{}`", text.escape_debug()))
}

/// What is said of an archive.
pub(super) fn archive(integrity: &Integrity) -> Pin {
    match integrity {
        Integrity::Digests(_) => Pin::Exact,
        Integrity::Missing | Integrity::NotAsked => Pin::Loose("an archive whose bytes are not known".to_owned()),
    }
}

/// Whether this is one version as npm writes it: three numbers, and what `-` and `+` add.
pub(super) fn semver(version: Option<&str>) -> Pin {
    let Some(text) = version else { return Pin::Loose("no version".to_owned()) };
    let letters = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    let (rest, build) = text.split_once('+').map_or((text, true), |(rest, build)| (rest, letters(build)));
    let (core, before) = rest.split_once('-').map_or((rest, true), |(core, before)| (core, letters(before)));
    let numbers = core.split('.').filter(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())).count();
    if build && before && numbers == 3 && core.split('.').count() == 3 {
        return Pin::Exact;
    }
    Pin::Loose(format!("a range or a tag: `{}`", text.escape_debug()))
}

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
    let wrong = || Fault::on(node.line, format!("`{}` is {}, and an object is expected", name.escape_debug(), node.kind()));
    node.as_object().ok_or_else(wrong)
}

/// A key's text; any other value is a fault.
pub(super) fn text<'n>(node: &'n Node<'_>, key: &str) -> Result<Option<&'n str>, Fault> {
    match node.get(key) {
        None => Ok(None),
        Some(inner) => match inner.as_str() {
            Some(text) => Ok(Some(text)),
            None => Err(Fault::on(inner.line, format!("`{key}` is {}, and a text is expected", inner.kind()))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_taken_out_of_an_address() {
        for (address, clean) in [
            ("https://u:p@h/x", Some("https://h/x")),
            ("https://token@h/x@y", Some("https://h/x@y")),
            ("git+ssh://git:p@h/x", Some("git+ssh://h/x")),
            ("https://u:p@q@h", Some("https://h")),
            ("git+ssh://git@github.com/a/b.git#c", None),
            ("https://h/x@1", None),
            ("https://${USER}:${PASS}@h/x", None),
            ("git@github.com:a/b", None),
            ("file:../x", None),
        ] {
            assert_eq!(without_credentials(address), (clean.unwrap_or(address).to_owned(), clean.is_some()), "{address}");
        }
    }

    #[test]
    fn a_digest_has_its_length() {
        let mut draft = Draft::default();
        let sha1 = "sha1-tSQ9jz7BqjXxNkYFvA0QNuMKtp8=";
        assert_eq!(draft.integrity(1, "a", Some(sha1)), Integrity::Digests(vec!["sha1".to_owned()]));
        assert!(draft.lock.remarks.is_empty());
        for bad in ["sha512-tSQ9jz7BqjXxNkYFvA0QNuMKtp8=", "sha1-", "sha1", "sha1-!!!!", "sha512-AAAA=", "x-tSQ9jz7BqjXxNkYFvA0QNuMKtp8="] {
            assert_eq!(draft.integrity(3, "a", Some(bad)), Integrity::Missing, "{bad}");
        }
        assert_eq!(draft.lock.remarks.len(), 6);
        assert!(draft.integrity(1, "a", Some(&format!("sha512-{}", "A".repeat(100_000)))) == Integrity::Missing);
        assert_eq!(draft.hex(1, "a", &format!("sha256:{}", "a".repeat(64))).as_deref(), Some("sha256"));
        assert!(draft.hex(1, "a", "sha256:ab").is_none() && draft.hex(1, "a", "é:é").is_none());
    }

    #[test]
    fn one_version_is_three_numbers() {
        for exact in ["1.0.0", "0.0.1-beta.1", "1.2.3+build", "1.2.3-a-b+c.d"] {
            assert_eq!(semver(Some(exact)), Pin::Exact, "{exact}");
        }
        for loose in ["", "1", "1.0", "^1.0.0", "1.x.0", "latest", "1.0.0 || 2.0.0", "1.0.0-", "1..0", "1.0.0.0", ">=1.0.0"] {
            assert_ne!(semver(Some(loose)), Pin::Exact, "{loose}");
        }
    }
}
