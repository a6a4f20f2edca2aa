use std::collections::BTreeMap;

use super::super::words;
use super::*;

/// The repository of these tests: paths with their formats, and texts.
pub(super) struct Shelf {
    locks: Vec<(&'static str, &'static str)>,
    pub(super) texts: Vec<(&'static str, &'static str)>,
    pub(super) variables: Vec<(&'static str, Option<&'static str>)>,
    pub(super) before: Vec<&'static str>,
    pub(super) after: Vec<&'static str>,
    pub(super) runner: Runner,
}

impl Shelf {
    pub(super) fn of(locks: &[(&'static str, &'static str)]) -> Self {
        Self { locks: locks.to_vec(), texts: Vec::new(), variables: Vec::new(), before: Vec::new(), after: Vec::new(), runner: Runner::Ci }
    }

    pub(super) fn says(&self, command: &str) -> Option<Past> {
        let variables: BTreeMap<String, Option<String>> =
            self.variables.iter().map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned))).collect();
        let lock = |sought: &Sought<'_>| {
            let found = self.locks.iter().find(|(_, format)| sought.formats.contains(format))?;
            Some(Lock { path: found.0.to_owned(), format: found.1.to_owned() })
        };
        let is_lock = |path: &str| self.locks.iter().any(|(own, _)| *own == path);
        let text = |path: &str| self.texts.iter().find(|(own, _)| *own == path).map(|(_, text)| (*text).to_owned());
        let all = |commands: &[&'static str]| commands.iter().map(|one| words(one)).collect::<Vec<_>>();
        let (before, after) = (all(&self.before), all(&self.after));
        let repository = Repository { lock: &lock, is_lock: &is_lock, text: &text };
        let setting = Setting { variables: &variables, runner: self.runner, before: &before, after: &after, folder: Some(""), repository };
        past(&words(command), &setting)
    }

    pub(super) fn passes(&self, commands: &[&str]) {
        for command in commands {
            assert!(self.says(command).is_some(), "{command} goes past the lock");
        }
    }

    pub(super) fn asks(&self, commands: &[&str]) {
        for command in commands {
            assert_eq!(self.says(command), None, "{command}");
        }
    }
}
