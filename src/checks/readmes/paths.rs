//! What a section points to: which marks are paths or globs of this tree, and whether they are there.

use crate::config::TreeGlob;
use crate::formats::prose::{Mark, MarkKind};
use crate::shown::shown;
use crate::world::{Cx, Listed, Listing, RelPath, resolve};

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
    "7z",
    "adoc",
    "arrow",
    "avro",
    "bash",
    "bat",
    "bin",
    "bz2",
    "bzl",
    "c",
    "cc",
    "cer",
    "cert",
    "cfg",
    "cjs",
    "ckpt",
    "clj",
    "conf",
    "cpp",
    "crt",
    "cs",
    "css",
    "csv",
    "cu",
    "dart",
    "dat",
    "db",
    "dll",
    "dockerfile",
    "dylib",
    "el",
    "env",
    "ex",
    "exe",
    "exs",
    "feather",
    "fish",
    "gguf",
    "gif",
    "go",
    "gradle",
    "graphql",
    "gz",
    "h",
    "h5",
    "hcl",
    "hpp",
    "hs",
    "html",
    "ini",
    "ipynb",
    "jar",
    "java",
    "jpeg",
    "jpg",
    "js",
    "json",
    "jsonl",
    "jsx",
    "key",
    "kt",
    "kts",
    "lock",
    "log",
    "lua",
    "md",
    "mjs",
    "mk",
    "ml",
    "mod",
    "nix",
    "npy",
    "npz",
    "onnx",
    "orc",
    "parquet",
    "pdf",
    "pem",
    "php",
    "pkl",
    "pl",
    "png",
    "proto",
    "ps1",
    "pt",
    "pth",
    "py",
    "pyi",
    "pyx",
    "r",
    "rb",
    "rs",
    "rst",
    "safetensors",
    "scala",
    "sh",
    "so",
    "sol",
    "sql",
    "sqlite",
    "sum",
    "svelte",
    "svg",
    "swift",
    "tar",
    "tf",
    "tfstate",
    "tfvars",
    "toml",
    "ts",
    "tsv",
    "tsx",
    "txt",
    "vue",
    "wasm",
    "whl",
    "xml",
    "xz",
    "yaml",
    "yml",
    "zig",
    "zip",
    "zsh",
    "zst",
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
    let is_other = text.is_empty()
        || text.contains(char::is_whitespace)
        || text.contains(['<', '>', '$', '|', '=', '"', '\'', '…', '~', '@', ';', '&', '!', '#', '%', '^'])
        || text.contains("...")
        || text.starts_with('-')
        || has_scheme(text);
    // `{a,b}` is a glob's choice, `{id}` a variable of a route.
    let choice = text.contains('{') && text.contains(',');
    let variable = text.contains(['{', '}']) && !choice;
    if is_other || variable {
        return Target::Other;
    }
    if text.contains(['*', '?']) || choice {
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
    let known = |suffix: &str| SUFFIXES.binary_search(&suffix.to_ascii_lowercase().as_str()).is_ok();
    name.starts_with(".env") || name.rsplit_once('.').is_some_and(|(_, suffix)| known(suffix))
}

/// RFC 3986, section 3.1: a letter, then letters, digits, `+`, `-`, and a colon. A dot would make `run.py:12` one, one letter a
/// drive, and digits behind the colon a line.
fn has_scheme(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-'))
        && !rest.starts_with(|c: char| c.is_ascii_digit())
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
    String::from_utf8(out).ok().filter(|t| !t.chars().any(char::is_control)).unwrap_or_else(|| text.to_owned())
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
    /// It could not be looked at; why.
    Unseen(String),
}

/// Looks for a path below `folder`, then below the root; a leading `/` means the root.
pub(super) fn find_path(cx: &Cx<'_>, listing: &Listing, folder: &RelPath, path: &str) -> Found {
    let root = RelPath::root();
    let from: &[&RelPath] = if path.starts_with('/') { &[&root] } else { &[folder, &root] };
    let candidates: Vec<RelPath> = from.iter().filter_map(|base| base.join(path).ok()).collect();
    let found: Vec<Found> = candidates.iter().map(|candidate| find_at(cx, listing, candidate)).collect();
    if found.is_empty() {
        return Found::Outside;
    }
    let unseen = |f: &Found| matches!(f, Found::Unseen(_));
    match (found.contains(&Found::Yes), found.into_iter().find(unseen)) {
        (true, _) => Found::Yes,
        (false, Some(unseen)) => unseen,
        (false, None) => Found::No,
    }
}

/// Looks at one place: promoted, and on disk as well. A folder that is a promoted link is followed inside the root.
fn find_at(cx: &Cx<'_>, listing: &Listing, path: &RelPath) -> Found {
    let promoted = |path: &RelPath| listing.get(path.as_str()).is_some() || listing.has_folder(path.as_str());
    if !promoted(path) {
        return match above(listing, path) {
            Some((folder, Listed::Submodule)) => Found::Unseen(format!("`{}` is a submodule", shown(folder))),
            Some((_, Listed::Symlink)) => match resolve(cx.tree(), path) {
                Ok(target) if promoted(&target) => Found::Yes,
                Ok(_) | Err(_) => Found::No,
            },
            Some((_, Listed::File)) | None => Found::No,
        };
    }
    match cx.tree().stat(path) {
        Ok(_) => Found::Yes,
        Err(error) => Found::Unseen(format!("it is promoted, but on disk it {error}")),
    }
}

/// The promoted entry, not a folder, that `path` would lie below.
fn above<'p>(listing: &Listing, path: &'p RelPath) -> Option<(&'p str, Listed)> {
    let text = path.as_str();
    text.match_indices('/').find_map(|(end, _)| listing.get(&text[..end]).map(|kind| (&text[..end], kind)))
}

/// Looks for a file or folder that matches a glob below `folder`, then below the root.
pub(super) fn find_glob(listing: &Listing, folder: &RelPath, glob: &str) -> Found {
    let mut why = None;
    for base in [folder, &RelPath::root()] {
        let text = match base.is_root() {
            true => glob.trim_start_matches('/').to_owned(),
            false => format!("{}/{glob}", escaped(base.as_str())),
        };
        let glob = match TreeGlob::new(&text) {
            Ok(glob) => glob,
            Err(error) => {
                why = Some(error);
                continue;
            }
        };
        if any_below(listing, base, &glob) {
            return Found::Yes;
        }
        let submodule = listing.iter().find(|(path, kind)| *kind == Listed::Submodule && text.starts_with(&format!("{path}/")));
        if let Some((path, _)) = submodule {
            return Found::Unseen(format!("`{}` is a submodule", shown(path)));
        }
    }
    why.map_or(Found::No, Found::NoGlob)
}

fn any_below(listing: &Listing, base: &RelPath, glob: &TreeGlob) -> bool {
    let mut last = "";
    listing.below(base.as_str()).any(|path| {
        // Each folder is asked about once: neighbours share theirs.
        let shared = last.bytes().zip(path.bytes()).take_while(|(a, b)| a == b).count();
        last = path;
        let mut folders = path.match_indices('/').map(|(end, _)| end).filter(|end| *end >= shared);
        glob.matches(path) || folders.any(|end| glob.matches(&path[..end]))
    })
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
            ("golden/*.{json,yaml}", "glob golden/*.{json,yaml}"),
            ("{a,b}/c", "glob {a,b}/c"),
            ("data/[ab]*.csv", "glob data/[ab]*.csv"),
            ("src/[id]/page.tsx", "path src/[id]/page.tsx"),
            (".env.prod", "path .env.prod"),
            ("key.pem", "path key.pem"),
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
            ("vscode:foo", "other"),
            ("a%00b", "path a%00b"),
        ] {
            assert_eq!(read(MarkKind::Link, text), read_as, "{text}");
        }
    }
}
