//! What a section points to: which marks are paths or globs of this tree, and whether they are there.

use crate::config::TreeGlob;
use crate::formats::prose::{Mark, MarkKind};
use crate::world::{Listing, RelPath};

/// A mark read as what it may name.
#[derive(Debug)]
pub(super) enum Target {
    /// A path as written, without fragment, line number or slash at its end.
    Path(String),
    /// A glob.
    Glob(String),
    /// Not about this tree: a command, a URL, a route with a variable, a package name.
    Other,
}

/// File suffixes by which a code span without a slash is taken for a file.
const SUFFIXES: &[&str] = &[
    "adoc",
    "bash",
    "bat",
    "bzl",
    "c",
    "cc",
    "cfg",
    "cjs",
    "clj",
    "conf",
    "cpp",
    "cs",
    "css",
    "csv",
    "cu",
    "dart",
    "db",
    "dockerfile",
    "el",
    "ex",
    "exs",
    "fish",
    "go",
    "gradle",
    "graphql",
    "h",
    "hcl",
    "hpp",
    "hs",
    "html",
    "ini",
    "ipynb",
    "java",
    "js",
    "json",
    "jsonl",
    "jsx",
    "kt",
    "kts",
    "lock",
    "lua",
    "md",
    "mjs",
    "mk",
    "ml",
    "mod",
    "nix",
    "parquet",
    "php",
    "pl",
    "proto",
    "ps1",
    "py",
    "pyi",
    "pyx",
    "r",
    "rb",
    "rs",
    "rst",
    "scala",
    "sh",
    "sol",
    "sql",
    "sum",
    "svelte",
    "svg",
    "swift",
    "tf",
    "tfvars",
    "toml",
    "ts",
    "tsx",
    "txt",
    "vue",
    "xml",
    "yaml",
    "yml",
    "zig",
    "zsh",
];

/// Ends of a first part that make it a host, as in an import path.
const HOSTS: [&str; 6] = [".com", ".org", ".net", ".io", ".dev", ".in"];

/// Reads a mark. A link target is a path unless it is a URL; a code span is one if it has no blank, and holds a `/` or
/// ends in a file suffix.
pub(super) fn target(mark: &Mark) -> Target {
    match mark.kind {
        MarkKind::Link => link(&mark.text),
        MarkKind::Code => code(mark.text.trim()),
    }
}

fn link(text: &str) -> Target {
    let path = text.split(['#', '?']).next().unwrap_or_default();
    if path.is_empty() || has_scheme(text) || text.starts_with("//") {
        return Target::Other;
    }
    Target::Path(percent_decoded(path))
}

fn code(text: &str) -> Target {
    let about_nothing = text.is_empty()
        || text.contains(char::is_whitespace)
        || text
            .contains(['<', '>', '{', '}', '[', ']', '$', '|', '=', '(', ')', '"', '\'', '…', '~', '@', ',', ';', '&', '!', '#', '%', '^'])
        || text.contains("...")
        || text.starts_with('-')
        || has_scheme(text);
    if about_nothing {
        return Target::Other;
    }
    if text.contains(['*', '?']) {
        return Target::Glob(text.to_owned());
    }
    let path = without_position(text);
    let first = path.split('/').next().unwrap_or_default();
    let import = path.contains('/') && HOSTS.iter().any(|end| first.len() > end.len() && first.ends_with(end));
    match (path.contains('/') && path.chars().any(char::is_alphanumeric) && !import) || has_suffix(path) {
        true => Target::Path(path.to_owned()),
        false => Target::Other,
    }
}

/// `src/run.py:12`, `src/run.py:main` → `src/run.py`.
fn without_position(text: &str) -> &str {
    text.split_once(':').map_or(text, |(path, _)| path)
}

fn has_suffix(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.')
        .is_some_and(|(stem, suffix)| !stem.is_empty() && SUFFIXES.binary_search(&suffix.to_ascii_lowercase().as_str()).is_ok())
}

/// RFC 3986, section 3.1: a letter, then letters, digits, `+`, `-`, `.`, and a colon. One letter is no scheme anyone means.
fn has_scheme(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let named = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    named && (rest.starts_with("//") || matches!(scheme.to_ascii_lowercase().as_str(), "mailto" | "data" | "tel" | "javascript" | "file"))
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = text.get(i + 1..i + 3).filter(|_| bytes[i] == b'%').and_then(|h| u8::from_str_radix(h, 16).ok());
        out.push(hex.unwrap_or(bytes[i]));
        i += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// Whether something is there.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Yes,
    No,
    /// It points out of the root.
    Outside,
    /// It is no glob; why.
    NoGlob(String),
}

/// Looks for a path below `folder`, then below the root; a leading `/` means the root.
pub(super) fn find_path(listing: &Listing, folder: &RelPath, path: &str) -> Found {
    let root = RelPath::root();
    let from: &[&RelPath] = if path.starts_with('/') { &[&root] } else { &[folder, &root] };
    let candidates: Vec<RelPath> = from.iter().filter_map(|base| base.join(path).ok()).collect();
    if candidates.is_empty() {
        return Found::Outside;
    }
    match candidates.iter().any(|c| listing.get(c.as_str()).is_some() || listing.has_folder(c.as_str())) {
        true => Found::Yes,
        false => Found::No,
    }
}

/// Looks for a file or folder that matches a glob below `folder`, then below the root.
pub(super) fn find_glob(listing: &Listing, folder: &RelPath, glob: &str) -> Found {
    let mut why = None;
    for base in [folder, &RelPath::root()] {
        let text = match base.is_root() {
            true => glob.trim_start_matches('/').to_owned(),
            false => format!("{}/{glob}", escaped(base.as_str())),
        };
        match TreeGlob::new(&text) {
            Err(error) => why = Some(error),
            Ok(glob) => {
                let files = listing.iter().any(|(path, _)| glob.matches(path));
                if files || listing.folders(glob.depth()).into_iter().any(|f| glob.matches(f)) {
                    return Found::Yes;
                }
            }
        }
    }
    why.map_or(Found::No, Found::NoGlob)
}

/// A folder's name as a glob that matches just it.
fn escaped(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: MarkKind, text: &str) -> String {
        match target(&Mark { line: 1, kind, text: text.to_owned() }) {
            Target::Path(path) => format!("path {path}"),
            Target::Glob(glob) => format!("glob {glob}"),
            Target::Other => "other".to_owned(),
        }
    }

    #[test]
    fn the_suffixes_are_in_order_for_the_search() {
        assert!(SUFFIXES.is_sorted());
    }

    #[test]
    fn a_code_span_is_a_path_if_it_looks_like_one() {
        for (text, read_as) in [
            ("src/main.rs", "path src/main.rs"),
            ("run.py", "path run.py"),
            ("src/run.py:12", "path src/run.py"),
            ("src/", "path src/"),
            ("src/*.py", "glob src/*.py"),
            ("make test", "other"),
            ("app.run", "other"),
            ("v1.2", "other"),
            ("/users/{id}", "other"),
            ("@scope/pkg", "other"),
            ("github.com/a/b", "other"),
            ("http://localhost:80/x", "other"),
            ("--out=a/b", "other"),
            ("a/...", "other"),
        ] {
            assert_eq!(read(MarkKind::Code, text), read_as, "{text}");
        }
    }

    #[test]
    fn a_link_is_a_path_unless_it_is_a_url() {
        for (text, read_as) in [
            ("src/main.rs#L12", "path src/main.rs"),
            ("a%20b.md", "path a b.md"),
            ("LICENSE", "path LICENSE"),
            ("#usage", "other"),
            ("https://example.org/x", "other"),
            ("mailto:a@example.org", "other"),
            ("//example.org/x", "other"),
        ] {
            assert_eq!(read(MarkKind::Link, text), read_as, "{text}");
        }
    }
}
