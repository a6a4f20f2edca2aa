//! What the commands about hooks ask of git: where its hooks are, who commits, which git it is. No check asks this.

use std::path::{Path, PathBuf};

use super::{Git, is_object_id, path_of, refusal};
use crate::shown::shown;
use crate::world::disk::process::Flow;
use crate::world::{HistoryError, RelPath};

/// The oldest git that understands all that gate asks, as major and minor number: `rev-parse --path-format=absolute`, by which the hooks
/// and a shallow clone's end are found, came with 2.31. The next youngest, `rev-parse --end-of-options`, came with 2.30.
pub const OLDEST_GIT: (u32, u32) = (2, 31);

/// Where git looks for hooks.
#[derive(Clone, Debug)]
pub struct HookPlace {
    /// The folder, as `core.hooksPath` and worktrees make it.
    pub hooks: PathBuf,
    /// git's own folder, which all worktrees share.
    pub common: PathBuf,
    /// The folder that git looks in where nothing else is set.
    pub usual: PathBuf,
    /// The top of the work tree; `None` in a bare repository.
    pub top: Option<PathBuf>,
}

impl Git {
    /// Where git looks for the hooks of this repository.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    pub fn hook_place(&self) -> Result<HookPlace, HistoryError> {
        let args = ["rev-parse", "--path-format=absolute", "--git-path", "hooks", "--git-common-dir"];
        let paths = self.paths(&args)?;
        let [hooks, common] = paths.as_slice() else {
            return Err(HistoryError::Failed {
                command: "rev-parse".to_owned(),
                said: "its answer has another number of lines".to_owned(),
            });
        };
        let top = match self.paths(&["rev-parse", "--path-format=absolute", "--show-toplevel"]) {
            Ok(paths) => paths.into_iter().next(),
            Err(HistoryError::NoWorkTree) => None,
            Err(error) => return Err(error),
        };
        Ok(HookPlace { hooks: real(hooks), usual: real(&common.join("hooks")), common: real(common), top: top.as_deref().map(real) })
    }

    fn paths(&self, args: &[&str]) -> Result<Vec<PathBuf>, HistoryError> {
        let mut paths = Vec::new();
        let ended = self.run(args, b'\n', &mut |line| {
            if !line.is_empty() {
                paths.push(path_of(line));
            }
            Flow::Go
        })?;
        if ended.ok { Ok(paths) } else { Err(refusal("rev-parse", &ended)) }
    }

    /// Who would commit here, as `Ada <ada@example.org>`.
    ///
    /// # Errors
    /// As [`HistoryError`] says; [`HistoryError::Failed`] also where git would have to guess.
    pub fn committer(&self) -> Result<Option<String>, HistoryError> {
        // An identity with its time after it.
        let line = self.line(&["-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT"])?;
        Ok(line.as_deref().and_then(|line| line.get(..=line.rfind('>')?)).map(shown))
    }

    /// The object that a revision names, whoever wrote it; `None` where it names none.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    pub fn object_id(&self, revision: &str) -> Result<Option<String>, HistoryError> {
        Ok(self.line(&["rev-parse", "--verify", "--quiet", "--end-of-options", revision])?.filter(|id| is_object_id(id)))
    }

    /// git's version, as `2.47.3`; `None` where it says something else.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    pub fn version(&self) -> Result<Option<String>, HistoryError> {
        Ok(self.line(&["version"])?.as_deref().and_then(|line| line.strip_prefix("git version ")).map(shown))
    }

    /// A setting of git; `None`: it is not set.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    pub fn setting(&self, name: &str) -> Result<Option<String>, HistoryError> {
        self.line(&["config", "--get", name])
    }

    /// Whether a setting of git is on, in whichever of git's words.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    pub fn is_set(&self, name: &str) -> Result<bool, HistoryError> {
        Ok(self.line(&["config", "--type=bool", "--get", name])?.as_deref() == Some("true"))
    }

    /// Whether this is a partial clone: some objects are only at its remote.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    pub fn is_partial(&self) -> Result<bool, HistoryError> {
        let promisors = self.lines(&["config", "--type=bool", "--get-regexp", r"^remote\..*\.promisor$"])?;
        if promisors.iter().any(|line| line.ends_with(" true")) {
            return Ok(true);
        }
        // As git wrote it before 2.24.
        Ok(self.setting("extensions.partialClone")?.is_some())
    }

    /// Whether the .gitignore rules leave a path out that git does not track.
    ///
    /// # Errors
    /// As [`HistoryError`] says.
    pub fn ignores(&self, path: &RelPath) -> Result<bool, HistoryError> {
        let ended = self.run(&["check-ignore", "-q", "--", path.as_str()], b'\n', &mut |_| Flow::Go)?;
        // That it does not is an exit code too, and git says nothing then.
        if ended.ok || ended.said.is_empty() { Ok(ended.ok) } else { Err(refusal("check-ignore", &ended)) }
    }

    /// The first line of an answer; `None`: git has none, which it says by an exit code and no word.
    pub(super) fn line(&self, args: &[&str]) -> Result<Option<String>, HistoryError> {
        Ok(self.lines(args)?.into_iter().next())
    }

    fn lines(&self, args: &[&str]) -> Result<Vec<String>, HistoryError> {
        let mut lines = Vec::new();
        let ended = self.run(args, b'\n', &mut |line| {
            if !line.is_empty() {
                lines.push(String::from_utf8_lossy(line).into_owned());
            }
            Flow::Go
        })?;
        match (ended.ok, ended.said.is_empty()) {
            (true, _) => Ok(lines),
            (false, true) if ended.code == Some(1) => Ok(Vec::new()),
            (false, _) => Err(refusal(args.iter().find(|arg| !arg.starts_with('-') && !arg.contains('=')).unwrap_or(&"git"), &ended)),
        }
    }
}

/// With its links followed, where it is there.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_no_git_is_told_of_one_that_is_young_enough() {
        let (major, minor) = OLDEST_GIT;
        assert_eq!(HistoryError::NoGit.next(), Some(format!("install git {major}.{minor} or newer").as_str()));
    }
}
