//! One line of what doctor says.

use serde::Serialize;

use crate::shown::harmless;

/// How something stands, the gravest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    /// Looked at, and well.
    Fine,
    /// Something is to be done, and nothing stands in the way of gate.
    Advice,
    /// It could not be looked at.
    CannotTell,
    /// gate will not work with it.
    Wrong,
}

/// What was looked at, how it stands, and what mends it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Line {
    pub(super) name: String,
    #[serde(rename = "answer")]
    pub(super) state: State,
    /// What is so; harmless.
    pub(super) says: String,
    /// The file or folder that it is about, where that is no part of the sentence.
    pub(super) path: Option<String>,
    /// The command that mends it.
    pub(super) fix: Option<String>,
    /// The rule that `gate promote` meets because of it.
    pub(super) rule: Option<String>,
}

impl Line {
    pub(super) fn new(name: &str, state: State, says: impl AsRef<str>) -> Self {
        let says = plain(says.as_ref());
        Self { name: plain(name), state, says, path: None, fix: None, rule: None }
    }

    pub(super) fn fine(name: &str, says: impl AsRef<str>) -> Self {
        Self::new(name, State::Fine, says)
    }

    pub(super) fn advice(name: &str, says: impl AsRef<str>) -> Self {
        Self::new(name, State::Advice, says)
    }

    pub(super) fn wrong(name: &str, says: impl AsRef<str>) -> Self {
        Self::new(name, State::Wrong, says)
    }

    pub(super) fn unseen(name: &str, says: impl AsRef<str>) -> Self {
        Self::new(name, State::CannotTell, says)
    }

    pub(super) fn path(self, path: Option<String>) -> Self {
        Self { path: path.as_deref().map(plain), ..self }
    }

    pub(super) fn fix(self, fix: impl AsRef<str>) -> Self {
        Self { fix: Some(plain(fix.as_ref())), ..self }
    }

    pub(super) fn fix_if(self, fix: Option<impl AsRef<str>>) -> Self {
        match fix {
            Some(fix) => self.fix(fix),
            None => self,
        }
    }

    pub(super) fn rule(self, rule: &str) -> Self {
        Self { rule: Some(rule.to_owned()), ..self }
    }
}

/// Strangers' words among ours on one line, and none of them steers a terminal.
fn plain(text: &str) -> String {
    harmless(&text.replace('\n', " "))
}
