//! A path inside the root: `/`-separated UTF-8 that cannot leave it.

use std::fmt;

use crate::shown::{shown, shown_bytes};

/// A path relative to the root. Never absolute, never with `.`, `..`, an empty part, NUL or a newline.
/// The root itself is the empty path and shows as `.`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(String);

/// Why a text or a name is no [`RelPath`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Starts with `/`.
    #[error("`{0}` is absolute; paths are relative to the root")]
    Absolute(String),
    /// Leaves the root through `..` or a link.
    #[error("`{0}` leaves the root")]
    LeavesRoot(String),
    /// Holds bytes that are not UTF-8.
    #[error("the name `{0}` is not UTF-8")]
    NotUtf8(String),
    /// Holds a newline or NUL.
    #[error("the name `{0}` holds a newline or NUL")]
    Newline(String),
}

impl RelPath {
    /// The root itself.
    pub fn root() -> Self {
        Self(String::new())
    }

    /// Reads a path as a person writes it: `./`, doubled and trailing slashes are dropped, `..` is resolved.
    ///
    /// # Errors
    /// If it is absolute, leaves the root, or holds a newline or NUL.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        if text.starts_with('/') {
            return Err(PathError::Absolute(shown(text)));
        }
        Self::root().join(text)
    }

    /// A name as the file system or git gives it: taken as it is or refused.
    ///
    /// # Errors
    /// If it is not UTF-8, holds a newline or NUL, is absolute or holds `..`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PathError> {
        let text = std::str::from_utf8(bytes).map_err(|_| PathError::NotUtf8(shown_bytes(bytes)))?;
        Self::parse(text)
    }

    /// `self` followed by `text`, with `..` resolved; a leading `/` of `text` has no meaning here.
    ///
    /// # Errors
    /// As [`RelPath::parse`].
    pub fn join(&self, text: &str) -> Result<Self, PathError> {
        if text.contains(['\n', '\0']) {
            return Err(PathError::Newline(shown(text)));
        }
        // As it is nearly always.
        if self.is_root() && text.split('/').all(|part| !matches!(part, "" | "." | "..")) {
            return Ok(Self(text.to_owned()));
        }
        let mut parts: Vec<&str> = self.parts().collect();
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    if parts.pop().is_none() {
                        return Err(PathError::LeavesRoot(shown(text)));
                    }
                }
                name => parts.push(name),
            }
        }
        Ok(Self(parts.join("/")))
    }

    /// The path without its last part; the root's parent is the root.
    pub fn parent(&self) -> Self {
        Self(self.0.rsplit_once('/').map(|(head, _)| head.to_owned()).unwrap_or_default())
    }

    /// The last part; empty for the root.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The parts between the slashes; none for the root.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/').filter(|p| !p.is_empty())
    }

    /// The path as git and globs know it: `""` for the root.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the root itself.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "." } else { &self.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_resolved_and_may_not_leave_the_root() {
        assert_eq!(RelPath::parse("./a//b/../c/").map(|p| p.to_string()), Ok("a/c".to_owned()));
        assert_eq!(RelPath::parse("a/../.."), Err(PathError::LeavesRoot("a/../..".to_owned())));
        assert_eq!(RelPath::parse("/etc"), Err(PathError::Absolute("/etc".to_owned())));
    }

    #[test]
    fn names_that_cannot_be_written_on_one_line_are_refused() {
        assert_eq!(RelPath::from_bytes(b"a\nb"), Err(PathError::Newline("a\\nb".to_owned())));
        assert_eq!(RelPath::from_bytes(b"caf\xe9"), Err(PathError::NotUtf8("caf\\xe9".to_owned())));
    }

    #[test]
    fn the_root_shows_as_a_dot() {
        assert_eq!(RelPath::root().to_string(), ".");
        assert_eq!(RelPath::root().parent(), RelPath::root());
    }
}
