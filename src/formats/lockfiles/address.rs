//! Addresses as lockfiles write them: their credentials, and the commits in them.

use std::borrow::Cow;

use super::digest::is_hex;
use super::text::shown;
use super::{Oddity, Remarks};

/// Whether this is a whole commit: 40 or 64 digits of hex.
pub(super) fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && is_hex(text)
}

/// The commit in an address of an archive that a host makes of a repository: GitHub, GitLab, Bitbucket.
pub(super) fn archived_commit(address: &str) -> Option<&str> {
    let hosts = ["codeload.github.com/", "bitbucket.org/", "gitlab.com/", "github.com/"];
    let rest = scheme(address)?.1;
    hosts.iter().find(|host| rest.starts_with(**host))?;
    let parts = |c: char| matches!(c, '/' | '?' | '=' | '.' | '#' | '&');
    rest.split(parts).find(|part| is_commit(part))
}

/// What stands before the `/-/` of an archive in a registry of npm's kind.
pub(super) fn before_archive(address: &str) -> Option<&str> {
    let mark = memchr::memchr_iter(b'/', address.as_bytes()).find(|at| address.as_bytes()[*at..].starts_with(b"/-/"));
    mark.map(|at| &address[..at])
}

/// What stands before the `://` of an address, and what behind it.
pub(super) fn scheme(address: &str) -> Option<(&str, &str)> {
    let at = memchr::memchr(b':', address.as_bytes())?;
    address[at..].strip_prefix("://").map(|rest| (&address[..at], rest))
}

/// An address without what stands before its `@`, where that holds a secret: a password, or over http a name alone, which is a token. `${NAME}`
/// is filled in when it is used and tells nothing, and everybody is `git` (or `hg`) to a host of repositories.
pub(super) fn without_credentials(address: &str) -> Option<String> {
    let (scheme, rest) = scheme(address)?;
    let end = memchr::memchr3(b'/', b'?', b'#', rest.as_bytes()).unwrap_or(rest.len());
    let at = memchr::memrchr(b'@', &rest.as_bytes()[..end])?;
    let (name, password) = rest[..at].split_once(':').unwrap_or((&rest[..at], ""));
    let tells = |word: &str| !(word.is_empty() || word.starts_with("${") && word.ends_with('}'));
    let protocol = scheme.rsplit('+').next().unwrap_or(scheme);
    let is_web = protocol.eq_ignore_ascii_case("http") || protocol.eq_ignore_ascii_case("https");
    let is_token = is_web && password.is_empty() && tells(name) && !matches!(name, "git" | "hg");
    (tells(password) || is_token).then(|| format!("{scheme}://{}", &rest[at + 1..]))
}

/// A sentence in which no address shows credentials.
pub(crate) fn scrubbed(text: &str) -> Option<String> {
    let mut clean: Option<String> = None;
    for (at, _) in text.match_indices("://") {
        let is_edge = |c: char| c.is_whitespace() || matches!(c, '`' | '"' | '\'' | '(' | '<');
        let start = text[..at].rfind(is_edge).map_or(0, |edge| edge + text[edge..].chars().next().map_or(1, char::len_utf8));
        let end = text[at..].find(is_edge).map_or(text.len(), |end| at + end);
        // `name@git+https://…`: the scheme is what stands right before.
        let scheme = text[start..at]
            .rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')))
            .map_or(start, |edge| start + edge + 1);
        if let Some(without) = text.get(scheme..end).and_then(|address| Some((address, without_credentials(address)?))) {
            clean = Some(clean.unwrap_or_else(|| text.to_owned()).replace(without.0, &without.1));
        }
    }
    clean
}

impl Remarks {
    /// An address as it may be kept; one with credentials is said so, and kept without them.
    pub(super) fn address<'a>(&mut self, line: usize, address: &'a str) -> Cow<'a, str> {
        let Some(clean) = without_credentials(address) else { return Cow::Borrowed(address) };
        self.say(line, Oddity::Credentials, || format!("the address {} holds credentials", shown(&clean)));
        Cow::Owned(clean)
    }

    /// The same of where something is fetched from, which is not to be over `http://`.
    pub(super) fn fetched<'a>(&mut self, line: usize, of: &str, address: &'a str) -> Cow<'a, str> {
        self.unencrypted(line, of, address);
        self.address(line, address)
    }

    /// What comes over `http://` can be changed by anyone on the way. `of` is what is read from there.
    pub(super) fn unencrypted(&mut self, line: usize, of: &str, address: &str) {
        if address.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://")) {
            self.say(line, Oddity::InsecureIndex, || format!("{} comes over `http://`, which anyone on the way can change", shown(of)));
        }
    }
}

/// `%41` and the like as what they stand for; what is no such thing stays.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let digit = |at: usize| tail.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.extend(u8::try_from(high * 16 + low));
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether a path means something on one machine only.
pub(crate) fn is_of_one_machine(path: &str) -> bool {
    let bytes = path.as_bytes();
    let has_drive = bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'/' | b'\\');
    let path = path.to_ascii_lowercase();
    path.starts_with(['/', '~', '\\']) || path.starts_with("file:/") || path.contains("+file:/") || has_drive
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_in_a_sentence_shows_credentials() {
        for (says, clean) in [
            (
                "`a` comes from `file://u:pw@nas/x` and git+https://tok@h/x.git#main",
                "`a` comes from `file://nas/x` and git+https://h/x.git#main",
            ),
            ("x@ssh://git:pw@h/y", "x@ssh://h/y"),
        ] {
            assert_eq!(scrubbed(says).as_deref(), Some(clean));
        }
        assert_eq!(scrubbed("https://h/x, ssh://git@h/y and a@b"), None);
    }

    #[test]
    fn credentials_leave_an_address_and_what_is_no_secret_stays() {
        for (address, clean) in [
            ("https://u:p@h/x", "https://h/x"),
            ("https://u:p@x.example/a@b", "https://x.example/a@b"),
            ("https://token@h/x@y", "https://h/x@y"),
            ("https://token:@h/x", "https://h/x"),
            ("https://:p@h/x", "https://h/x"),
            ("HTTPS://token@h", "HTTPS://h"),
            ("git+https://token@h/x?y#z", "git+https://h/x?y#z"),
            ("git+ssh://git:p@h/x", "git+ssh://h/x"),
            ("ssh://git:p@h/x", "ssh://h/x"),
            ("https://git:p@h/x", "https://h/x"),
            ("https://u:p@q@h", "https://h"),
            ("https://${USER}:p@h/", "https://h/"),
            ("https://u:p${X}@h/", "https://h/"),
            ("https://u:p@h?x", "https://h?x"),
        ] {
            assert_eq!(without_credentials(address).as_deref(), Some(clean), "{address}");
        }
        for plain in [
            "ssh://git@h/x",
            "ssh://me@h/x",
            "git+ssh://git@github.com/a/b.git#c",
            "git+https://git@h/x",
            "https://git@h/x",
            "https://hg@h/x",
            "https://${TOKEN}@h/x",
            "https://${USER}:${PASS}@h/x",
            "https://u:${PASS}@h/x",
            "https://@h/x",
            "https://:@h/x",
            "https://h/x@1",
            "https://h/@a/b",
            "https://h?a@b",
            "https://h#a@b",
            "git@github.com:a/b",
            "git@x.example:a",
            "file:../x",
            "../a",
            "x",
        ] {
            assert_eq!(without_credentials(plain), None, "{plain}");
        }
    }

    #[test]
    fn a_secret_is_said_and_never_kept() {
        let mut remarks = Remarks::default();
        assert_eq!(remarks.address(3, "https://u:hunter2@x.example/a"), "https://x.example/a");
        assert_eq!((remarks.len(), remarks[0].line, remarks[0].what), (1, 3, Oddity::Credentials));
        assert!(!remarks[0].says.contains("hunter2"));
    }

    #[test]
    fn a_commit_is_whole_or_none() {
        let sha = "0123456789abcdef0123456789abcdef01234567";
        assert!(is_commit(sha) && !is_commit(&sha[1..]) && !is_commit(&sha.replace('0', "g")));
        assert_eq!(archived_commit(&format!("https://codeload.github.com/a/b/tar.gz/{sha}")), Some(sha));
        assert_eq!(archived_commit(&format!("https://bitbucket.org/a/b/get/{sha}.tar.gz")), Some(sha));
        assert_eq!(archived_commit(&format!("https://x.example/a/{sha}")), None);
        assert_eq!(archived_commit("https://codeload.github.com/a/b/tar.gz/main"), None);
    }

    #[test]
    fn escapes_of_addresses_are_read() {
        assert_eq!(unescaped("a%2fb%zz%"), "a/b%zz%");
    }

    #[test]
    fn a_path_of_one_machine_is_told_from_one_of_the_project() {
        for path in ["/home/me/x", "file:///x", "~/x", "C:\\x", "file:/x", "d:/x", "FILE:///x", "git+file:///x"] {
            assert!(is_of_one_machine(path), "{path}");
        }
        for path in ["https://npm.example/x", "./x", "../x", "x", "file:../x", "packages/a"] {
            assert!(!is_of_one_machine(path), "{path}");
        }
    }
}
