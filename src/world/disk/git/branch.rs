//! Which branch is the main one. git keeps no such fact; `origin`, a usual name and its settings tell.

use super::{Git, refusal};
use crate::world::disk::process::Flow;
use crate::world::{HistoryError, MainBranch};

/// The names that main branches have.
const USUAL: [&str; 2] = ["main", "master"];
const LOCAL: &str = "refs/heads/";
const REMOTE: &str = "refs/remotes/origin/";

impl Git {
    pub(super) fn ask_main_branch(&self) -> Result<MainBranch, HistoryError> {
        // Outside a repository nothing else is asked.
        self.facts()?;
        let refs = self.refs(&[&format!("{REMOTE}HEAD"), &format!("{REMOTE}main"), &format!("{REMOTE}master"), LOCAL])?;
        let has = |folder: &str, name: &str| refs.iter().any(|(full, _)| full.strip_prefix(folder) == Some(name));
        let of_origin = refs.iter().find(|(full, _)| full.strip_prefix(REMOTE) == Some("HEAD"));
        if let Some(name) = of_origin.and_then(|(_, leads_to)| leads_to.strip_prefix(REMOTE)) {
            return Ok(MainBranch::Named(name.to_owned()));
        }
        let usual = [REMOTE, LOCAL].into_iter().find_map(|folder| USUAL.into_iter().find(|name| has(folder, name)));
        if let Some(name) = usual {
            return Ok(MainBranch::Named(name.to_owned()));
        }
        let here = self.checked_out()?;
        // Before the first commit the branch that is checked out is the only one, and is in no list.
        let is_there = |name: &str| has(LOCAL, name) || (refs.is_empty() && here.as_deref() == Some(name));
        let set = self.setting("init.defaultBranch")?;
        if let Some(name) = set.as_deref().into_iter().chain(USUAL).find(|name| is_there(name)) {
            return Ok(MainBranch::Named(name.to_owned()));
        }
        Ok(here.map_or(MainBranch::Unknown, MainBranch::CheckedOut))
    }

    /// References with what they lead to, where they are symbolic.
    fn refs(&self, patterns: &[&str]) -> Result<Vec<(String, String)>, HistoryError> {
        let args = [&["for-each-ref", "--format=%(refname)%09%(symref)", "--"][..], patterns].concat();
        let mut refs = Vec::new();
        let ended = self.run(&args, b'\n', &mut |line| {
            let line = String::from_utf8_lossy(line);
            refs.extend(line.split_once('\t').map(|(name, leads_to)| (name.to_owned(), leads_to.to_owned())));
            Flow::Go
        })?;
        if ended.ok { Ok(refs) } else { Err(refusal("for-each-ref", &ended)) }
    }

    /// The branch that is checked out; `None`: none is.
    fn checked_out(&self) -> Result<Option<String>, HistoryError> {
        let name = self.line(&["symbolic-ref", "-q", "HEAD"])?;
        Ok(name.and_then(|name| name.strip_prefix(LOCAL).map(str::to_owned)))
    }
}
