//! Which files are config: globs over config folders, else manifests and lockfiles.

use std::collections::BTreeMap;

use super::seen::Seen;
use crate::shown::shown;
use crate::world::{Listed, Listing};

/// Folders whose files steer a run.
const FOLDERS: [&str; 7] = ["conf", "config", "configs", "configuration", "params", "risk", "settings"];
/// Files in the root that do.
const FILES: [&str; 4] = ["config", "params", "settings", "parameters"];
/// What config is written in.
const SUFFIXES: [&str; 9] = ["yaml", "yml", "toml", "json", "ini", "cfg", "conf", "env", "properties"];
/// Folders below which a config folder is somebody else's, or a test's.
const PASSED_OVER: [&str; 13] =
    ["build", "dist", "doc", "docs", "example", "examples", "fixtures", "node_modules", "target", "test", "tests", "third_party", "vendor"];
/// How deep a config folder may lie.
const DEPTH: usize = 3;
/// The most globs that are written.
const GLOBS: usize = 12;

/// Names of manifests and lockfiles, with what they are written for.
const MANIFESTS: [(&str, &str); 31] = [
    ("Cargo.toml", "Rust"),
    ("Cargo.lock", "Rust"),
    ("package.json", "Node.js"),
    ("package-lock.json", "Node.js"),
    ("npm-shrinkwrap.json", "Node.js"),
    ("pnpm-lock.yaml", "Node.js"),
    ("yarn.lock", "Node.js"),
    ("bun.lock", "Node.js"),
    ("pyproject.toml", "Python"),
    ("setup.py", "Python"),
    ("setup.cfg", "Python"),
    ("poetry.lock", "Python"),
    ("uv.lock", "Python"),
    ("pdm.lock", "Python"),
    ("pylock.toml", "Python"),
    ("Pipfile", "Python"),
    ("Pipfile.lock", "Python"),
    ("go.mod", "Go"),
    ("go.sum", "Go"),
    ("Gemfile", "Ruby"),
    ("Gemfile.lock", "Ruby"),
    ("composer.json", "PHP"),
    ("composer.lock", "PHP"),
    ("mix.exs", "Elixir"),
    ("mix.lock", "Elixir"),
    ("pom.xml", "Java"),
    ("build.gradle", "Java"),
    ("build.gradle.kts", "Java"),
    ("gradle.lockfile", "Java"),
    ("Package.swift", "Swift"),
    ("Package.resolved", "Swift"),
];

/// The config bundle, and where it comes from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Config {
    /// gate.toml aside, which always belongs to it.
    pub(crate) globs: Vec<String>,
    pub(crate) from: ConfigFrom,
}

/// What the bundle was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConfigFrom {
    /// Folders and files whose names say that they are config.
    Names,
    /// Manifests and lockfiles, because there are no such names.
    Manifests,
    /// There is neither.
    Nothing,
}

/// What a manifest is written for.
fn language(name: &str) -> Option<&'static str> {
    let exact = MANIFESTS.iter().find(|(known, _)| *known == name).map(|(_, language)| *language);
    let pinned = || name.starts_with("requirements") && [".txt", ".lock", ".in"].iter().any(|suffix| name.ends_with(suffix));
    exact.or_else(|| pinned().then_some("Python"))
}

/// The manifests and lockfiles of the root, else those of its folders, with their languages.
pub(super) fn manifests(listing: &Listing) -> Vec<(String, &'static str)> {
    let (mut top, mut below) = (Vec::new(), Vec::new());
    for (path, _) in listing.iter().filter(|(_, kind)| *kind == Listed::File) {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let Some(language) = language(name) else { continue };
        if folder.is_empty() {
            top.push((path.to_owned(), language));
        } else if !folder.contains('/') && !PASSED_OVER.contains(&folder) {
            below.push((path.to_owned(), language));
        }
    }
    if top.is_empty() { below } else { top }
}

pub(super) fn config(seen: &mut Seen<'_>, manifests: &[(String, &'static str)]) -> Config {
    let listing = seen.listing.clone();
    let mut found: BTreeMap<(usize, &str, &str), bool> = BTreeMap::new();
    let mut files = Vec::new();
    for (path, _) in listing.iter().filter(|(_, kind)| *kind == Listed::File) {
        let Some((stem, suffix)) = path.rsplit_once('.').filter(|(_, suffix)| SUFFIXES.contains(suffix)) else { continue };
        if FILES.contains(&stem) {
            files.push(path);
        } else if let Some(folder) = config_folder(path) {
            let nested = path[folder.len() + 1..].contains('/');
            *found.entry((folder.matches('/').count(), folder, suffix)).or_default() |= nested;
        }
    }
    let in_folders = found.iter().map(|((_, folder, suffix), nested)| {
        let below = if *nested { "**/*" } else { "*" };
        (*folder, format!("{}/{below}.{suffix}", literal(folder)))
    });
    let mut globs: Vec<(&str, String)> = in_folders.chain(files.iter().map(|path| (*path, literal(path)))).collect();
    let mut from = ConfigFrom::Names;
    if globs.is_empty() {
        globs = manifests.iter().map(|(path, _)| (path.as_str(), literal(path))).collect();
        from = if globs.is_empty() { ConfigFrom::Nothing } else { ConfigFrom::Manifests };
    }
    for (path, _) in globs.iter().skip(GLOBS) {
        seen.note(format!("`{}` is left out of `config`, which is long already; add it if a run reads it", shown(path)));
    }
    Config { globs: globs.into_iter().take(GLOBS).map(|(_, glob)| glob).collect(), from }
}

/// The config folder that a file lies in.
fn config_folder(path: &str) -> Option<&str> {
    let mut start = 0;
    for (depth, (slash, _)) in path.match_indices('/').enumerate() {
        let part = &path[start..slash];
        if depth == DEPTH || part.starts_with('.') || PASSED_OVER.contains(&part) {
            return None;
        }
        if FOLDERS.contains(&part) {
            return Some(&path[..slash]);
        }
        start = slash + 1;
    }
    None
}

/// A path as a glob that matches nothing else.
fn literal(path: &str) -> String {
    let sign = |c: char| matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\');
    path.chars().flat_map(|c| sign(c).then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_folder_is_not_looked_for_in_tests_and_dot_folders() {
        assert_eq!(config_folder("config/a.yaml"), Some("config"));
        assert_eq!(config_folder("services/api/settings/deep/a.toml"), Some("services/api/settings"));
        for path in ["tests/config/a.yaml", ".venv/config/a.yaml", "a/b/c/config/x.yaml", "config.yaml", "src/config.rs"] {
            assert_eq!(config_folder(path), None, "{path}");
        }
    }

    #[test]
    fn a_path_with_signs_is_spelt_so_that_it_means_itself() {
        let glob = crate::config::TreeGlob::new(&literal("a[1]{b}*/config")).unwrap();
        assert!(glob.matches("a[1]{b}*/config") && !glob.matches("a1b/config"));
    }
}
