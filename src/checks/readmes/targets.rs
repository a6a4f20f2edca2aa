//! What a mark names: a path or a glob of this tree, or something else.

use crate::formats::prose::{Mark, MarkKind};

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
const SUFFIXES: &str = "\
    7z adoc arrow avro bash bat bin bz2 bzl c cc cer cert cfg cjs ckpt clj conf cpp crt cs css csv cu dart dat db dll \
    dockerfile dylib el ex exe exs feather fish gguf gif go gradle graphql gz h h5 hcl hpp hs html ini ipynb jar java jpeg \
    jpg js json jsonl jsx key kt kts lock lua md mjs mk ml mod nix npy npz onnx orc parquet pdf pem php pkl pl png proto \
    ps1 pt pth py pyi pyx r rb rs rst safetensors scala sh so sol sql sqlite sum svelte svg swift tar tf tfstate tfvars \
    toml ts tsv tsx txt vue wasm whl xml xz yaml yml zig zip zsh zst";

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
    let path = without_position(text.split(['#', '?']).next().unwrap_or_default());
    if path.is_empty() || has_scheme(text) || text.starts_with("//") {
        return Target::Other;
    }
    Target::Path(percent_decoded(path))
}

fn code(text: &str) -> Target {
    let text = text.split('#').next().unwrap_or_default().trim_end_matches(',');
    let is_other = text.is_empty()
        || text.contains(char::is_whitespace)
        || text.contains(['<', '>', '$', '|', '=', '"', '\'', '…', '~', '@', ';', '&', '!', '%', '^'])
        || text.contains("...")
        || text.starts_with('-')
        || has_scheme(text);
    // `{a,b}` is a glob's choice, `{id}` a variable of a route.
    let choice = text.contains('{') && text.contains(',');
    let variable = text.contains(['{', '}']) && !choice;
    if is_other || variable {
        return Target::Other;
    }
    let first = text.split('/').next().unwrap_or_default();
    let import = text.contains('/') && HOSTS.iter().any(|end| first.len() > end.len() && first.ends_with(end));
    let glob = text.contains(['*', '?']) || choice;
    let path = without_position(text);
    match (glob, path.contains('/') && path.chars().any(char::is_alphanumeric)) {
        _ if import || path.contains(':') => Target::Other,
        // `*args` and `x?` are code.
        (true, _) => {
            if text.contains(['/', '.']) {
                Target::Glob(text.to_owned())
            } else {
                Target::Other
            }
        }
        (false, true) => Target::Path(path.to_owned()),
        (false, false) => {
            if has_suffix(path) && !is_product(path) {
                Target::Path(path.to_owned())
            } else {
                Target::Other
            }
        }
    }
}

/// `Node.js`, `Next.js`: a name, not a file.
fn is_product(text: &str) -> bool {
    text.starts_with(char::is_uppercase) && text.ends_with(".js")
}

/// `src/run.py:12`, `src/run.py:main` → `src/run.py`; `/users/:id` stays as it is.
fn without_position(text: &str) -> &str {
    text.split_once(':').map(|(path, _)| path).filter(|path| has_suffix(path)).unwrap_or(text)
}

fn has_suffix(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let known = |suffix: &str| SUFFIXES.split(' ').any(|k| k.eq_ignore_ascii_case(suffix));
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
            ("/users/:id", "other"),
            ("*args", "other"),
            ("x?", "other"),
            ("Node.js", "other"),
            ("console.log", "other"),
            ("src/gone.py#L10", "path src/gone.py"),
            ("src/run.py,", "path src/run.py"),
            ("gitlab.com/x/*", "other"),
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
            ("run.py:12", "path run.py"),
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
