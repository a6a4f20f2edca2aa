//! What a pin may be called, and where its copy may lie, on every file system that a clone may be on.

use crate::shown::{escaped, shown};
use crate::world::RelPath;

/// The longest name of a pin, in characters.
const LONGEST: usize = 200;

/// Where a copy may lie: a file below the root, and in nobody's own folder.
///
/// # Errors
/// Why it may not.
pub(crate) fn place(text: &str) -> Result<RelPath, String> {
    if text.chars().any(char::is_control) {
        return Err(format!("`{}` holds a control character", shown(text)));
    }
    let is_drive = matches!(text.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    if is_drive || text.contains('\\') {
        return Err(format!("`{}` is a path of Windows; write it from the root, with `/`", shown(text)));
    }
    let path = RelPath::parse(text).map_err(|error| error.to_string())?;
    if path.is_root() || text.ends_with('/') {
        return Err(format!("`{}` is a folder", shown(text)));
    }
    if path.parts().any(is_owned) {
        return Err(format!("`{}` is git's or gate's own", shown(text)));
    }
    Ok(path)
}

/// Whether a part of a path is `.git` or `.gate`, also where letters have no case, marks without a width do not count (HFS+), and dots and spaces at the
/// end, streams and short names are known (NTFS).
fn is_owned(part: &str) -> bool {
    let has_width = |c: &char| !matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    let plain: String = part.chars().filter(has_width).flat_map(char::to_lowercase).collect();
    let bare = plain.split(':').next().unwrap_or_default().trim_end_matches([' ', '.']);
    matches!(bare, ".git" | ".gate" | "git~1" | "gate~1")
}

/// Whether a pin may be called so: it stands in messages, notes and commands, and in the tags of its versions.
///
/// # Errors
/// Why it may not.
pub(crate) fn name(text: &str) -> Result<(), String> {
    let why = match text {
        "" => "it is empty",
        _ if text.trim() != text => "it begins or ends with a space",
        _ if text.starts_with('-') => "it would be an option of commands",
        _ if text.chars().count() > LONGEST => "it is too long",
        _ if text.chars().any(|c| c.is_control() || matches!(c, '#' | '"' | '\'' | '`' | '\\')) => {
            "it holds a quote, a `#`, a `\\` or a control character"
        }
        // What would steer whoever reads it.
        _ if escaped(text) != text => "it holds a character that is not seen",
        _ => return Ok(()),
    };
    Err(format!("`{}` is no name of a pin: {why}", shown(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_lies_below_the_root_on_every_file_system() {
        for good in ["a.json", "./schemas/a.json", "a b/é.json", ".github/a.json", ".gitignored/a", "ab:c.json", "git~2", "x.git/a"] {
            assert!(place(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            ".",
            "a/",
            "/a",
            "../a",
            "a/../../b",
            ".git/x",
            "a/.git",
            ".GIT/x",
            ".Git /x",
            ".git./x",
            ".git. ./x",
            "GIT~1/x",
            "a/git~1",
            ".gate/x",
            ".GATE/x",
            ".git::$INDEX_ALLOCATION/x",
            ".g\u{200c}it/x",
            "C:/x",
            "c:x",
            "\\\\server\\x",
            "a\\..\\b",
            "a\nb",
            "a\u{1b}b",
            "a\tb",
            "a\0b",
        ] {
            assert!(place(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_name_can_be_typed_and_read() {
        for good in ["orders", "orders v2", "shop/orders", "é", "events|all", "a.b-c_d"] {
            assert_eq!(name(good), Ok(()), "{good}");
        }
        for bad in
            ["", " ", " a", "a ", "-a", "a\nb", "a\u{7f}", "a#b", "a\"b", "it's", "a`b", "a\\b", "a\u{202e}b", "::error", &"x".repeat(201)]
        {
            assert!(name(bad).is_err(), "{bad:?}");
        }
    }
}
