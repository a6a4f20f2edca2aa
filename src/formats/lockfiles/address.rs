//! Addresses, commits and digests as lockfiles write them.

use std::borrow::Cow;

use super::super::fault::Fault;
use super::{Integrity, Lock, Oddity, Remark};

/// The text behind a byte order mark, where it can be a lockfile of text at all: no NUL, no marks of a merge.
pub(super) fn whole(text: &str) -> Result<&str, Fault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(at) = memchr::memchr(0, text.as_bytes()) {
        return Err(Fault::on(line_of(text, at), "a NUL byte stands in the text"));
    }
    for mark in ["<<<<<<<", ">>>>>>>"] {
        let starts = |at: &usize| *at == 0 || text.as_bytes()[at - 1] == b'\n';
        if let Some(at) = memchr::memmem::find_iter(text.as_bytes(), mark).find(starts) {
            return Err(Fault::on(line_of(text, at), format!("a merge was not finished: `{mark}` stands here")));
        }
    }
    if text.trim().is_empty() {
        return Err(Fault::on(1, "the text is empty"));
    }
    Ok(text)
}

fn line_of(text: &str, at: usize) -> usize {
    memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count() + 1
}

/// Whether this is a whole commit: 40 or 64 digits of hex.
pub(super) fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && is_hex(text)
}

/// Whether all of it is digits of hex. Without a branch a byte, so that many are looked at at once: half of a lockfile is hex.
pub(super) fn is_hex(text: &str) -> bool {
    let is_odd = |byte: u8| u8::from(byte.wrapping_sub(b'0') > 9) & u8::from((byte | 0x20).wrapping_sub(b'a') > 5);
    text.bytes().fold(0, |odd, byte| odd | is_odd(byte)) == 0
}

/// The commit in an address of an archive that a host makes of a repository: GitHub, GitLab, Bitbucket.
pub(super) fn archived_commit(address: &str) -> Option<&str> {
    let hosts = ["codeload.github.com/", "bitbucket.org/", "gitlab.com/", "github.com/"];
    let rest = scheme(address)?.1;
    hosts.iter().find(|host| rest.starts_with(**host))?;
    let parts = |c: char| matches!(c, '/' | '?' | '=' | '.' | '#' | '&');
    rest.split(parts).find(|part| is_commit(part))
}

/// What stands before the `://` of an address, and what behind it.
pub(super) fn scheme(address: &str) -> Option<(&str, &str)> {
    let at = memchr::memchr(b':', address.as_bytes())?;
    address[at..].strip_prefix("://").map(|rest| (&address[..at], rest))
}

/// An address without what stands before its `@`, where that may be a secret.
pub(super) fn without_credentials(address: &str) -> Option<String> {
    let (scheme, rest) = scheme(address)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let (user, _) = host.rsplit_once('@')?;
    let web = scheme.ends_with("http") || scheme.ends_with("https");
    let secret = web && !user.is_empty() || user.split_once(':').is_some_and(|(_, word)| !word.is_empty());
    secret.then(|| format!("{scheme}://{}", &rest[user.len() + 1..]))
}

impl Lock {
    /// An address as it may be kept; one with credentials is said so, and kept without them.
    pub(super) fn clean(&mut self, line: usize, address: &str) -> String {
        let Some(clean) = without_credentials(address) else { return address.to_owned() };
        self.remark(line, Oddity::Credentials, format!("an address at `{}` has credentials in it", host(&clean).escape_debug()));
        clean
    }

    pub(super) fn remark(&mut self, line: usize, what: Oddity, says: String) {
        self.remarks.push(Remark { line, what, says });
    }

    /// What the digests of an npm package say: `sha512-…`, several with spaces between.
    pub(super) fn integrity(&mut self, line: usize, text: &str) -> Integrity {
        let mut kinds: Vec<String> = Vec::new();
        for word in text.split_ascii_whitespace() {
            let (kind, digest) = word.split_once('-').unwrap_or((word, ""));
            let kind = kind.to_ascii_lowercase();
            if !is_base64(&kind, digest.split('?').next().unwrap_or(digest)) {
                self.remark(line, Oddity::BadDigest, format!("`{}` is no digest", shortened(word)));
            }
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        if kinds.is_empty() { Integrity::Missing } else { Integrity::Digests(kinds) }
    }
}

/// The host of an address, for a message.
fn host(address: &str) -> &str {
    let rest = scheme(address).map_or(address, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

/// Strangers' words for a message: not too long, nothing that moves a cursor.
pub(super) fn shortened(text: &str) -> String {
    let plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\'' | b'\\');
    if text.as_bytes().iter().take(60).all(plain) {
        return if text.len() <= 60 { text.to_owned() } else { format!("{}…", &text[..60]) };
    }
    let mut short: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    short
}

/// Whether this is base64 of as many bytes as a digest of this kind has.
pub(super) fn is_base64(kind: &str, digest: &str) -> bool {
    let (length, padding) = match kind {
        "sha512" => (88, "=="),
        "sha384" => (64, ""),
        "sha256" => (44, "="),
        "sha1" => (28, "="),
        "md5" => (24, "=="),
        _ => return false,
    };
    let body = digest.strip_suffix(padding).unwrap_or("=");
    digest.len() == length && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_leave_an_address_and_users_of_ssh_stay() {
        assert_eq!(without_credentials("https://u:p@x.example/a@b").as_deref(), Some("https://x.example/a@b"));
        assert_eq!(without_credentials("git+https://token@x.example/a").as_deref(), Some("git+https://x.example/a"));
        assert_eq!(without_credentials("ssh://git:p@x.example/a").as_deref(), Some("ssh://x.example/a"));
        for plain in ["ssh://git@x.example/a", "git+ssh://git@x.example/a", "https://x.example/@a/b", "git@x.example:a", "x"] {
            assert_eq!(without_credentials(plain), None, "{plain}");
        }
        let mut lock = Lock::default();
        assert_eq!(lock.clean(3, "https://u:hunter2@x.example/a"), "https://x.example/a");
        assert_eq!(lock.remarks[0].line, 3);
        assert!(!lock.remarks[0].says.contains("hunter2"));
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
    fn digests_have_the_length_of_their_kind() {
        let mut lock = Lock::default();
        let text = format!("sha512-{}== sha1-{}=", "A".repeat(86), "B".repeat(27));
        assert_eq!(lock.integrity(1, &text), Integrity::Digests(vec!["sha512".to_owned(), "sha1".to_owned()]));
        assert!(lock.remarks.is_empty());
        lock.integrity(7, "sha512-abc");
        assert_eq!((lock.remarks[0].line, lock.remarks[0].what), (7, Oddity::BadDigest));
        assert_eq!(lock.integrity(1, " "), Integrity::Missing);
    }

    #[test]
    fn a_text_that_cannot_be_a_lockfile_is_refused_with_its_line() {
        assert_eq!(whole("a\n\0").unwrap_err().line, 2);
        assert_eq!(whole("a\n\n<<<<<<< HEAD\n").unwrap_err().line, 3);
        assert!(whole("").is_err() && whole("\u{feff} \r\n").is_err() && whole("\u{feff}a <<<<<<<\n").unwrap().starts_with('a'));
        assert_eq!(unescaped("a%2fb%zz%"), "a/b%zz%");
    }
}
