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
        Ok(HookPlace { hooks: real(hooks), common: real(common), top: top.as_deref().map(real) })
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

    /// Who would commit here, as `Ada <ada@example.org>`; `None` where git does not know.
    pub fn committer(&self) -> Option<String> {
        // An identity with its time after it; git refuses where it would have to guess.
        let line = self.line(&["-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT"])?;
        let end = line.rfind('>')?;
        line.get(..=end).map(shown)
    }

    /// The object that a revision names, whoever wrote it; `None` where it names none.
    pub fn object_id(&self, revision: &str) -> Option<String> {
        self.line(&["rev-parse", "--verify", "--quiet", "--end-of-options", revision]).filter(|id| is_object_id(id))
    }

    /// git's version, as `2.47.3`.
    pub fn version(&self) -> Option<String> {
        self.line(&["version"])?.strip_prefix("git version ").map(shown)
    }

    /// A setting of git, as `git config --get` tells it.
    pub fn setting(&self, name: &str) -> Option<String> {
        self.line(&["config", "--get", name])
    }

    /// Whether this is a partial clone: some objects are only at its remote.
    pub fn is_partial(&self) -> bool {
        // The second is how git wrote it before 2.24.
        let names = r"^(remote\..*\.promisor|extensions\.partialclone)$";
        self.line(&["config", "--get-regexp", names]).is_some_and(|line| !line.ends_with(" false"))
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

    fn line(&self, args: &[&str]) -> Option<String> {
        let mut first = None;
        let ended = self.run(args, b'\n', &mut |line| {
            first.get_or_insert_with(|| String::from_utf8_lossy(line).into_owned());
            Flow::Go
        });
        first.filter(|line| ended.is_ok_and(|ended| ended.ok) && !line.is_empty())
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
