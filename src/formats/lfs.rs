//! Git LFS pointers: the small text that stands in a commit for the bytes of a file.

/// A pointer is shorter.
pub(crate) const LIMIT: usize = 1024;
/// The specification's address now, and before Git LFS had its name.
const VERSIONS: [&str; 2] = ["https://git-lfs.github.com/spec/v1", "https://hawser.github.com/spec/v1"];
/// How a first line begins that means to be a pointer's, of any version.
const BEGINNINGS: [&[u8]; 3] =
    [b"version https://git-lfs.github.com/spec/", b"version https://hawser.github.com/spec/", b"version http://git-media.io/v/"];

/// What a pointer says of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pointer {
    /// The sha256 of the file: 64 lowercase digits of hex.
    pub(crate) oid: String,
    pub(crate) size: u64,
}

/// Reads the bytes of a file: `None` where they do not begin like a pointer, the reason where they do and are none.
/// Git LFS reads some pointers that it would not write itself; those are refused here, as its `--strict` does.
pub(crate) fn pointer(bytes: &[u8]) -> Option<Result<Pointer, String>> {
    let head = bytes.get(..LIMIT).unwrap_or(bytes);
    begins_like_one(head).then(|| {
        if bytes.len() >= LIMIT {
            return Err(format!("a pointer is shorter than {LIMIT} bytes, and this has {}", bytes.len()));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| "a pointer is UTF-8, and this is not".to_owned())?;
        read(text)
    })
}

fn begins_like_one(head: &[u8]) -> bool {
    let begins = |text: &[u8]| BEGINNINGS.iter().any(|beginning| text.starts_with(beginning));
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    // Git LFS finds the version behind the extensions too.
    begins(head) || (head.starts_with(b"ext-") && head.split(|byte| *byte == b'\n').any(begins))
}

fn read(text: &str) -> Result<Pointer, String> {
    if text.contains('\r') {
        return Err("its lines end with a carriage return".to_owned());
    }
    let body = text.strip_suffix('\n').ok_or("its last line has no line end")?;
    let mut lines = body.split('\n');
    let version = value(lines.next(), "version")?;
    if !VERSIONS.contains(&version) {
        return Err(format!("its version is none that is known: `{}`", version.escape_debug()));
    }
    let mut line = lines.next();
    let mut last = None;
    while let Some(rest) = line.and_then(|line| line.strip_prefix("ext-")) {
        let priority = extension(rest)?;
        if last.is_some_and(|last| last >= priority) {
            return Err("its extensions are not in order".to_owned());
        }
        last = Some(priority);
        line = lines.next();
    }
    let oid = oid(value(line, "oid")?)?;
    let size = size(value(lines.next(), "size")?)?;
    match lines.next() {
        Some(_) => Err("there are more lines behind its `size`".to_owned()),
        None => Ok(Pointer { oid, size }),
    }
}

fn value<'a>(line: Option<&'a str>, key: &str) -> Result<&'a str, String> {
    let rest = line.and_then(|line| line.strip_prefix(key)).and_then(|rest| rest.strip_prefix(' '));
    rest.ok_or_else(|| format!("it has no line `{key}` where one belongs"))
}

/// The priority of `0-name sha256:…`, one digit.
fn extension(rest: &str) -> Result<u8, String> {
    let wrong = || "it has an extension that is not `ext-<digit>-<name> sha256:<digest>`".to_owned();
    let (name, digest) = rest.split_once(' ').ok_or_else(wrong)?;
    oid(digest).map_err(|_| wrong())?;
    match name.as_bytes() {
        [digit @ b'0'..=b'9', b'-', first, ..] if first.is_ascii_alphanumeric() || *first == b'_' => Ok(*digit),
        _ => Err(wrong()),
    }
}

fn oid(text: &str) -> Result<String, String> {
    let hex = text.strip_prefix("sha256:").ok_or("its `oid` is no sha256")?;
    let fits = hex.len() == 64 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if fits { Ok(hex.to_owned()) } else { Err("its `oid` is not 64 lowercase digits of hex".to_owned()) }
}

fn size(text: &str) -> Result<u64, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let size = text.parse().ok().filter(|size| digits && i64::try_from(*size).is_ok());
    match size.ok_or("its `size` is no number of bytes")? {
        0 => Err("its `size` is 0, and an empty file is its own pointer".to_owned()),
        _ if text.starts_with('0') => Err("its `size` begins with a zero".to_owned()),
        size => Ok(size),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const V: &str = "version https://git-lfs.github.com/spec/v1\n";
    const OID: &str = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393";

    fn refused(text: &str) -> String {
        pointer(text.as_bytes()).unwrap().unwrap_err()
    }

    #[test]
    fn a_pointer_says_digest_and_size() {
        let expected = Pointer { oid: OID.to_owned(), size: 12345 };
        let ext = format!("ext-0-foo sha256:{OID}\next-1-a.b sha256:{OID}\n");
        for version in [V.to_owned(), V.replace("git-lfs", "hawser"), format!("{V}{ext}")] {
            assert_eq!(pointer(format!("{version}oid sha256:{OID}\nsize 12345\n").as_bytes()), Some(Ok(expected.clone())));
        }
    }

    #[test]
    fn other_bytes_are_no_pointer() {
        for bytes in [&b""[..], b"version 1\n", b"\xff\x00", b"oid sha256:", b"ext-0-foo x\n", b"version https://example.com/spec/v1\n"] {
            assert_eq!(pointer(bytes), None);
        }
    }

    #[test]
    fn what_git_lfs_would_not_write_is_refused_with_its_reason() {
        let oid = format!("oid sha256:{OID}\n");
        let ext = |name: &str| format!("ext-{name} sha256:{OID}\n");
        let cases = [
            (format!("{V}{oid}size 5"), "no line end"),
            (format!("{V}{oid}size 5\n").replace('\n', "\r\n"), "carriage return"),
            (format!("{}{oid}size 5\n", V.replace("v1", "v2")), "version"),
            (format!("version http://git-media.io/v/2\n{oid}size 5\n"), "version"),
            (format!("{V}size 5\n{oid}"), "no line `oid`"),
            (format!("{V}{oid}"), "no line `size`"),
            (format!("{V}{oid}size 5\nzed 1\n"), "more lines"),
            (format!("{V}{oid}size 5\n{}", ext("0-foo")), "more lines"),
            (format!("{V}foo 1\n{oid}size 5\n"), "no line `oid`"),
            (format!("{V}\n{oid}size 5\n"), "no line `oid`"),
            (format!("\n{V}{oid}size 5\n"), "no line `version`"),
            (format!("{}{V}{oid}size 5\n", ext("0-foo")), "no line `version`"),
            (format!("{V}{}{}{oid}size 5\n", ext("1-foo"), ext("0-bar")), "not in order"),
            (format!("{V}{}{}{oid}size 5\n", ext("0-foo"), ext("0-bar")), "not in order"),
            (format!("{V}{}{oid}size 5\n", ext("10-foo")), "extension"),
            (format!("{V}ext-0-foo sha256:12\n{oid}size 5\n"), "extension"),
            (format!("{V}oid sha256:{}\nsize 5\n", OID.to_uppercase()), "64 lowercase"),
            (format!("{V}oid sha256:{OID}00\nsize 5\n"), "64 lowercase"),
            (format!("{V}oid md5:{}\nsize 5\n", &OID[..32]), "no sha256"),
            (format!("{V}{oid}size 0\n"), "empty file"),
            (format!("{V}{oid}size 05\n"), "begins with a zero"),
            (format!("{V}{oid}size +5\n"), "no number"),
            (format!("{V}{oid}size -5\n"), "no number"),
            (format!("{V}{oid}size 5 \n"), "no number"),
            (format!("{V}{oid}size 9223372036854775808\n"), "no number"),
            (format!("{V}{oid}size 5\n{}", "x".repeat(1024)), "shorter than 1024"),
        ];
        for (text, reason) in cases {
            assert!(refused(&text).contains(reason), "{text}: {}", refused(&text));
        }
        assert!(pointer(format!("{V}\u{e9}").as_bytes()).is_some_and(|read| read.is_err()));
        assert!(pointer(&[V.as_bytes(), b"\xff"].concat()).is_some_and(|read| read.is_err()));
    }
}
