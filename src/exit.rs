//! The exit codes; the only place where their numbers live.

/// How gate ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: promote, nothing wrong, or advisory.
    Fine,
    /// 1: hold; something is wrong.
    Wrong,
    /// 2: the command or gate.toml is wrong.
    Usage,
    /// 3: cannot tell; nothing wrong was found, but something could not be looked at.
    CannotTell,
    /// The code of the command that gate ran, passed through.
    Passed(u8),
}

impl Exit {
    /// Whether it says that a command was ended by its user: SIGHUP, SIGINT or SIGTERM, as shells tell it.
    pub(crate) fn is_interruption(self) -> bool {
        matches!(self, Self::Passed(129 | 130 | 143))
    }

    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Wrong => 1,
            Self::Usage => 2,
            Self::CannotTell => 3,
            Self::Passed(code) => code,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
