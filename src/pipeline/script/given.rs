//! What stands in variables and `${{ … }}` that nothing in a script sets: a question about it is one that may come out either way.

use super::guess::{Bit, Form, Guess};
use super::run::{Purpose, Runner};
use crate::pipeline::value::{Piece, Text};

/// Variables that are the same in each run, or say on which platform it runs, or that the shell sets.
#[rustfmt::skip] // a line a family
const STEADY: [&str; 31] = [
    "CI", "GITHUB_ACTIONS", "GITHUB_WORKSPACE", "GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY",
    "OSTYPE", "HOSTTYPE", "MACHTYPE", "HOSTNAME", "OS", "SHELL", "HOME", "USER", "LOGNAME", "PATH", "TERM", "UID", "EUID", "PWD", "OLDPWD",
    "RANDOM", "SECONDS", "LINENO", "PIPESTATUS", "OPTARG", "OPTIND", "REPLY", "IFS", "FUNCNAME",
];
/// Contexts that say on which platform a job runs.
const PLATFORM: [&str; 2] = ["runner", "matrix"];
/// Contexts that say something else.
const OTHER: [&str; 8] = ["github", "inputs", "env", "vars", "secrets", "needs", "steps", "job"];

impl Runner<'_> {
    /// An environment variable with what is known of it.
    pub(super) fn given(&self, name: &str, text: &Text) -> Guess {
        if text.0 == [Piece::Any] { self.not_set(name) } else { Guess::of(text) }
    }

    /// What a variable holds that the script did not set.
    pub(super) fn not_set(&self, name: &str) -> Guess {
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        let steady = STEADY.contains(&name) || ["RUNNER_", "BASH"].iter().any(|start| name.starts_with(start));
        if is_name && !steady { self.asked_for(format!("${name}")) } else { Guess::any() }
    }

    /// What a `${{ … }}` comes to.
    pub(super) fn given_by_expression(&self, source: &str, text: &Text) -> Guess {
        let has = |contexts: &[&str]| {
            let mut words = source.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
            words.any(|word| contexts.contains(&word.to_ascii_lowercase().as_str()))
        };
        let platform = has(&PLATFORM) && !has(&OTHER);
        if text.0 == [Piece::Any] && !platform { self.asked_for(format!("${{{{ {} }}}}", source.trim())) } else { Guess::of(text) }
    }

    fn asked_for(&self, shown: String) -> Guess {
        match self.purpose {
            Purpose::PassOver(_) => Guess(vec![Bit::Given { shown, form: Form::Text }]),
            Purpose::Succeed | Purpose::Swallow(_) | Purpose::Fail => Guess::any(),
        }
    }
}

/// Texts as they are written, where one of them is given and all the others are known.
pub(super) fn shown(texts: &[&Guess]) -> Option<Vec<String>> {
    let given = |text: &&Guess| text.0.iter().any(|bit| matches!(bit, Bit::Given { .. }));
    let one = |text: &&Guess| text.0.iter().map(piece).collect::<Option<String>>();
    if !texts.iter().any(given) {
        return None;
    }
    texts.iter().map(one).map(|shown| shown.map(quoted_where_empty)).collect()
}

fn piece(bit: &Bit) -> Option<String> {
    match bit {
        Bit::Known(text) => Some(text.clone()),
        Bit::Given { shown, .. } => Some(shown.clone()),
        Bit::OneOf(_) | Bit::Any | Bit::Words | Bit::NonZero | Bit::Found { .. } => None,
    }
}

fn quoted_where_empty(text: String) -> String {
    if text.is_empty() { "''".to_owned() } else { text }
}
