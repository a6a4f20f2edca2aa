//! The closed list of set-up steps that a case can name.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::{Failed, Sandbox};

/// One step; exactly one of the verbs, with what belongs to it.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Step {
    /// Commits everything, with this message; makes the repository if need be.
    commit: Option<String>,
    /// Its author and committer date.
    date: Option<String>,
    /// Makes a repository without a commit.
    init: bool,
    /// Makes the tree a bare repository.
    bare: bool,
    /// Replaces the tree by a clone of its last commit.
    shallow: bool,
    /// Adds a submodule entry at this path.
    submodule: Option<String>,
    /// Puts this commit in the place of HEAD's, with `git replace`, and checks it out.
    replace: Option<String>,
    /// Tells git not to look at this path.
    hide: Option<String>,
    /// Writes a file: `text`, or `size` bytes of `fill`.
    write: Option<PathBuf>,
    text: String,
    size: usize,
    fill: String,
    /// Writes a file whose text has bytes that no TOML can say: `\xNN` is a byte.
    write_bytes: Option<PathBuf>,
    /// Makes a file of `size` bytes that takes no room on disk.
    sparse: Option<PathBuf>,
    /// Writes a file whose name has bytes that no TOML can say: `\xNN` is a byte.
    write_raw: Option<String>,
    /// Writes `checks` copies of a table into gate.toml.
    checks: Option<usize>,
    symlink: Option<PathBuf>,
    to: PathBuf,
    fifo: Option<PathBuf>,
    mkdir: Option<PathBuf>,
    chmod: Option<PathBuf>,
    /// Octal.
    mode: String,
    remove: Option<PathBuf>,
    /// Runs gate with these arguments; it must end with 0.
    gate: Vec<String>,
    /// Runs git with these arguments; it must end with 0.
    git: Vec<String>,
}

impl Step {
    /// Does it.
    pub fn apply(&self, sandbox: &mut Sandbox) -> Result<(), Failed> {
        self.apply_git(sandbox)?;
        let tree = sandbox.tree.clone();
        if let Some(path) = &self.write {
            let text = if self.size > 0 { self.fill.repeat(self.size / self.fill.len().max(1)) } else { self.text.clone() };
            sandbox.write(path, text)?;
        }
        if let Some(path) = &self.sparse {
            fs::File::create(tree.join(path))?.set_len(self.size as u64)?;
        }
        if let Some(name) = &self.write_raw {
            sandbox.write(OsStr::from_bytes(&raw(name)), &self.text)?;
        }
        if let Some(path) = &self.write_bytes {
            sandbox.write(path, raw(&self.text))?;
        }
        if let Some(count) = self.checks {
            let tables: String = (0..count).map(|i| format!("[check.c{i}]\nkind = \"readmes\"\n{}\n", self.text)).collect();
            sandbox.write("gate.toml", format!("version = 1\n{tables}"))?;
        }
        if let Some(path) = &self.symlink {
            fs::create_dir_all(tree.join(path).parent().unwrap_or(Path::new("/")))?;
            symlink(&self.to, tree.join(path))?;
        }
        if let Some(path) = &self.fifo {
            Command::new("mkfifo").arg(tree.join(path)).status()?;
        }
        if let Some(path) = &self.mkdir {
            fs::create_dir_all(tree.join(path))?;
        }
        if let Some(path) = &self.chmod {
            fs::set_permissions(tree.join(path), fs::Permissions::from_mode(u32::from_str_radix(&self.mode, 8)?))?;
        }
        if !self.gate.is_empty() {
            sandbox.gate(false)?.args(&self.gate).assert().try_success()?;
        }
        if !self.git.is_empty() {
            sandbox.git(&self.git.iter().map(String::as_str).collect::<Vec<_>>())?;
        }
        if let Some(path) = &self.remove {
            let path = tree.join(path);
            if path.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
        }
        Ok(())
    }

    fn apply_git(&self, sandbox: &mut Sandbox) -> Result<(), Failed> {
        if self.init {
            sandbox.git(&["init", "-q"])?;
        }
        if self.bare {
            sandbox.git(&["init", "-q", "--bare", "."])?;
        }
        if let Some(message) = &self.commit {
            sandbox.commit_at(self.date.as_deref().unwrap_or("2026-01-01T00:00:00Z"), message)?;
        }
        if let Some(path) = &self.submodule {
            fs::create_dir_all(sandbox.tree.join(path))?;
            sandbox.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{},{path}", "1".repeat(40))])?;
            sandbox.git(&["commit", "-q", "-m", "a submodule"])?;
        }
        if let Some(by) = &self.replace {
            sandbox.git(&["replace", "HEAD", by])?;
            sandbox.git(&["reset", "-q", "--hard"])?;
        }
        if let Some(path) = &self.hide {
            sandbox.git(&["update-index", "--assume-unchanged", path])?;
        }
        if self.shallow {
            let clone = sandbox.around().canonicalize()?.join("clone");
            let from = format!("file://{}", sandbox.tree.display());
            sandbox.git(&["clone", "-q", "--depth", "1", &from, &clone.to_string_lossy()])?;
            fs::remove_dir_all(&sandbox.tree)?;
            fs::rename(clone, &sandbox.tree)?;
        }
        Ok(())
    }
}

/// `\xNN` is a byte, everything else is itself.
fn raw(name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = name;
    while let Some((head, tail)) = rest.split_once("\\x") {
        out.extend(head.bytes());
        out.extend(tail.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()));
        rest = tail.get(2..).unwrap_or_default();
    }
    out.extend(rest.bytes());
    out
}
