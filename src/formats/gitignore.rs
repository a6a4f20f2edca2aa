//! .gitignore rules, read from text: what they leave out is in no commit, and on many disks all the same.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The rules of one .gitignore.
pub(crate) struct Rules(Gitignore);

impl Rules {
    /// Reads the text of a .gitignore; a line that is no rule is passed over, as git does.
    pub(crate) fn new(text: &str) -> Self {
        let mut builder = GitignoreBuilder::new("");
        for line in text.lines() {
            let _passed_over = builder.add_line(None, line).is_err();
        }
        Self(builder.build().unwrap_or_else(|_| Gitignore::empty()))
    }

    /// Whether they leave out `path`, which is relative to their folder, or a folder above it.
    pub(crate) fn leave_out(&self, path: &str) -> bool {
        let folder = path.ends_with('/');
        let plain = path.trim_start_matches("./").trim_end_matches('/');
        let inside = !plain.is_empty() && !plain.starts_with('/') && !plain.split('/').any(|part| part == "..");
        // Written without a slash at its end, it may be meant as either.
        inside && [folder, true].into_iter().any(|is_folder| self.0.matched_path_or_any_parents(plain, is_folder).is_ignore())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_known_with_all_below_it() {
        let rules = Rules::new("# c\n/target\n.venv/\n*.key\n.env\n!keep.key\n");
        assert!(["target/", "target/debug/x", ".venv", "a/b.key", ".env"].iter().all(|p| rules.leave_out(p)));
        assert!(!["src/target", "keep.key", "../target", "", "/"].iter().any(|p| rules.leave_out(p)));
    }
}
