//! Why something could not be fetched, and what helps.

/// Why something could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address is none that gate fetches from.
    #[error("`{0}` is no repository to fetch from: {1}")]
    Address(String, &'static str),
    /// A path that leads nowhere.
    #[error("`{0}` does not exist; a path is seen from the root")]
    NoSuchPath(String),
    /// It asks who we are.
    #[error(
        "`{0}` wants a password or a key, and gate never asks for one; give git a credential helper (git config credential.helper) or an ssh agent"
    )]
    Locked(String),
    /// It did not answer in time.
    #[error("`{repo}` did not answer within {limit} (`git {command}`); `--timeout` gives it longer")]
    Late {
        /// The address.
        repo: String,
        /// The question to git.
        command: String,
        /// How long it had.
        limit: String,
    },
    /// git refused.
    #[error("`{repo}` cannot be asked: git {command}: {said}")]
    Refused {
        /// The address.
        repo: String,
        /// The question to git.
        command: String,
        /// What it said.
        said: String,
    },
    /// A tag now leads elsewhere than a moment ago.
    #[error("the tag `{0}` moved while it was fetched, from {1} to {2}")]
    MovedMeanwhile(String, String, String),
    /// A tag of something else than a commit.
    #[error("the tag `{0}` leads to no commit")]
    NoCommit(String),
    /// No such file.
    #[error("`{path}` does not exist at `{tag}`{near}")]
    NoFile {
        /// The path.
        path: String,
        /// The tag.
        tag: String,
        /// What may have been meant.
        near: String,
    },
    /// Something else than a file.
    #[error("`{0}` is {1} at `{2}`, no file")]
    NotAFile(String, &'static str, String),
    /// Larger than gate fetches.
    #[error("`{0}` is larger than 8 MiB at `{1}`")]
    TooLarge(String, String),
    /// No git.
    #[error("git is not installed, and it is what fetches")]
    NoGit,
    /// No place to fetch into.
    #[error("there is no place to fetch into below `.gate`: {0}")]
    NoRoom(String),
    /// gate is to end.
    #[error("interrupted")]
    Stopped,
}

impl FetchError {
    /// Whether the question itself is wrong; else it could not be answered.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Address(..) | Self::NoSuchPath(_) | Self::NoCommit(_) | Self::NoFile { .. } | Self::NotAFile(..) | Self::TooLarge(..) => {
                true
            }
            Self::Locked(_)
            | Self::Late { .. }
            | Self::Refused { .. }
            | Self::MovedMeanwhile(..)
            | Self::NoGit
            | Self::NoRoom(_)
            | Self::Stopped => false,
        }
    }
}
