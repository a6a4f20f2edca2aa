//! Globs over the files of the tree.

use std::borrow::Cow;
use std::fmt;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Deserializer;
use serde::{Deserialize, Serialize, Serializer};

use super::values::from_text;
use crate::shown::shown;

/// A glob over the promoted files: relative to the root, `/`-separated, case-sensitive; `*` never crosses a `/`,
/// `**` does; dotfiles match.
#[derive(Clone)]
pub(crate) struct TreeGlob {
    text: String,
    glob: Glob,
    set: GlobSet,
    /// The folder that every match lies below, as far as it is spelt out.
    base: String,
    /// How many parts deep a match can lie at most.
    depth: Option<usize>,
}

impl TreeGlob {
    /// # Errors
    /// If it is empty, absolute, leaves the root, or is no glob; the reason as a sentence.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let trimmed = text.strip_suffix('/').unwrap_or(text);
        let wrong = |why: &str| Err(format!("`{}` is not a glob of this tree: {why}", shown(text)));
        if trimmed.is_empty() {
            return wrong("it is empty");
        }
        if text.starts_with('/') {
            return wrong("it is absolute; globs are relative to the root");
        }
        if text.split('/').any(|part| part == "..") {
            return wrong("it leaves the root");
        }
        // The glob compiler recurses into braces.
        if text.len() > 4096 || text.matches('{').count() > 64 {
            return wrong("it is longer than 4096 bytes, or has more than 64 braces");
        }
        let trimmed = trimmed.strip_prefix("./").unwrap_or(trimmed);
        let glob = match GlobBuilder::new(trimmed).literal_separator(true).build() {
            Ok(glob) => glob,
            Err(error) => return wrong(&error.kind().to_string()),
        };
        match GlobSet::builder().add(glob.clone()).build() {
            Ok(set) => Ok(Self { text: text.to_owned(), glob, set, base: spelt_out(trimmed), depth: depth(trimmed) }),
            Err(error) => wrong(&error.kind().to_string()),
        }
    }

    pub(crate) fn matches(&self, path: &str) -> bool {
        self.set.is_match(path)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The folder that every match lies below, as far as the glob spells it out; empty: the root.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// The one path that the glob matches, if it is a path and nothing more.
    pub(crate) fn literal(&self) -> Option<&str> {
        Some(self.glob.glob()).filter(|glob| is_plain(glob) && !glob.split('/').any(|part| part == "."))
    }

    /// How many parts deep a match can lie at most; `None` with `**`, or where braces hide a slash.
    pub(crate) fn depth(&self) -> Option<usize> {
        self.depth
    }

    /// Whether a match may lie somewhere below `folder`; the root is the empty path.
    pub(crate) fn may_match_below(&self, folder: &str) -> bool {
        let parts = folder.split('/').filter(|part| !part.is_empty()).count();
        let (shorter, longer) = if folder.len() < self.base.len() { (folder, self.base.as_str()) } else { (self.base.as_str(), folder) };
        let on_the_way = longer.strip_prefix(shorter).is_some_and(|rest| shorter.is_empty() || rest.is_empty() || rest.starts_with('/'));
        on_the_way && self.depth.is_none_or(|depth| parts < depth)
    }
}

fn depth(glob: &str) -> Option<usize> {
    match glob.contains("**") || glob.contains('{') {
        true => None,
        false => Some(glob.split('/').filter(|part| *part != ".").count()),
    }
}

/// The parts before the last and before the first that holds a sign.
fn spelt_out(glob: &str) -> String {
    let parts: Vec<&str> = glob.split('/').collect();
    let plain = parts[..parts.len() - 1].iter().take_while(|part| is_plain(part) && **part != ".");
    plain.copied().collect::<Vec<_>>().join("/")
}

/// Whether every character of it means itself.
fn is_plain(glob: &str) -> bool {
    !glob.contains(['*', '?', '[', ']', '{', '}', ',', '\\'])
}

/// Many globs, matched in one go.
pub(crate) struct TreeGlobs<'g> {
    globs: &'g [TreeGlob],
    /// `None`: together they are too large for the compiler, and are asked one by one.
    all: Option<GlobSet>,
}

impl<'g> TreeGlobs<'g> {
    pub(crate) fn new(globs: &'g [TreeGlob]) -> Self {
        let mut all = GlobSetBuilder::new();
        for glob in globs {
            all.add(glob.glob.clone());
        }
        Self { globs, all: all.build().ok() }
    }

    /// The globs, one by one.
    pub(crate) fn as_slice(&self) -> &'g [TreeGlob] {
        self.globs
    }

    /// Which of them match, by their places.
    pub(crate) fn matching(&self, path: &str) -> Vec<usize> {
        match &self.all {
            Some(all) => all.matches(path),
            None => (0..self.globs.len()).filter(|i| self.globs[*i].matches(path)).collect(),
        }
    }

    /// Whether any of them matches.
    pub(crate) fn matches(&self, path: &str) -> bool {
        match &self.all {
            Some(all) => all.is_match(path),
            None => self.globs.iter().any(|glob| glob.matches(path)),
        }
    }

    /// Whether a match of any may lie somewhere below `folder`.
    pub(crate) fn may_match_below(&self, folder: &str) -> bool {
        self.globs.iter().any(|glob| glob.may_match_below(folder))
    }
}

impl fmt::Debug for TreeGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TreeGlob({:?})", self.text)
    }
}

impl<'de> Deserialize<'de> for TreeGlob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer, Self::new)
    }
}

impl Serialize for TreeGlob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl JsonSchema for TreeGlob {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "TreeGlob".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "format": "glob" })
    }
}

/// Whether any glob matches; marks every one that does.
pub(crate) fn any_used(globs: &[TreeGlob], used: &mut [bool], matches: impl Fn(&TreeGlob) -> bool) -> bool {
    let mut any = false;
    for (glob, used) in globs.iter().zip(used) {
        if matches(glob) {
            *used = true;
            any = true;
        }
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_knows_where_its_matches_can_lie() {
        let below = |glob: &str, folder: &str| TreeGlob::new(glob).unwrap().may_match_below(folder);
        for (glob, folder) in
            [("config/**/*.yaml", "config/a/b"), ("config/*.yaml", "config"), ("a/b/*.c", "a"), ("*.c", ""), ("{a,b}/*", "b")]
        {
            assert!(below(glob, folder), "{glob} {folder}");
        }
        for (glob, folder) in [("config/**", "configs"), ("config/*.yaml", "config/a"), ("a/b/*.c", "b"), ("*.c", "a"), ("a/b", "a/b")] {
            assert!(!below(glob, folder), "{glob} {folder}");
        }
    }

    #[test]
    fn a_glob_without_a_sign_is_one_path() {
        let literal = |glob: &str| TreeGlob::new(glob).unwrap().literal().map(str::to_owned);
        assert_eq!(
            [literal("gate.toml"), literal("./a/b"), literal("a/")],
            [Some("gate.toml".into()), Some("a/b".into()), Some("a".into())]
        );
        assert_eq!([literal("a*"), literal("a/./b"), literal("[a]"), literal(r"a\*"), literal("{a,b}")], [const { None }; 5]);
        assert_eq!(TreeGlob::new("a/b/*.c").unwrap().base(), "a/b");
    }

    #[test]
    fn globs_that_leave_the_tree_are_refused() {
        for text in ["", "/", "/etc/*", "../x", "a/../../b", "a[", "{a", &"{".repeat(100_000)] {
            assert!(TreeGlob::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_depth_of_a_glob_is_known_unless_it_can_be_any() {
        let depth = |t| TreeGlob::new(t).unwrap().depth();
        assert_eq!([depth("*"), depth("a/*/"), depth("**/x"), depth("{a,b/c}")], [Some(1), Some(2), None, None]);
    }

    #[test]
    fn a_star_stays_in_its_folder_and_matches_dotfiles() {
        let glob = TreeGlob::new("engine/*").unwrap();
        assert!(glob.matches("engine/a") && glob.matches("engine/.a") && !glob.matches("engine/a/b") && !glob.matches("Engine/a"));
        assert!(TreeGlob::new("config/**/*.yaml").unwrap().matches("config/a.yaml"));
    }
}
