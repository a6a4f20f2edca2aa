//! A look at the repository: what it is made of, as far as gate.toml asks.

use super::branch::main_branch;
use super::bundle::{Config, config, manifests};
use super::data::{self, DataKey, DataSource};
use super::keep_out::{ignore_command, is_left_out};
use super::record::{self, RecordPlace};
use super::seen::Seen;
use super::smoke::{self, Smoke};
use crate::pins;
use crate::run::Evidence;
use crate::world::{Cx, HistoryError, LookError, MainBranch, RelPath};

/// Folders whose own folders are projects of their own.
const MEMBERS: [&str; 11] =
    ["apps", "components", "crates", "engine", "engines", "libs", "modules", "packages", "plugins", "projects", "services"];

/// Where the root stands in git.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Not in a repository.
    Outside,
    /// At the top of one.
    Top,
    /// In one, below its top.
    Below,
}

/// What lies here.
#[derive(Debug)]
pub(crate) struct Survey {
    /// Languages with the files that tell of them.
    pub(crate) languages: Vec<(&'static str, Vec<String>)>,
    pub(crate) workflows: usize,
    pub(crate) config: Config,
    pub(crate) data: Option<DataSource>,
    pub(crate) smoke: Option<Smoke>,
    pub(crate) record: RecordPlace,
    /// The folder of data, where it is a folder with promoted files.
    pub(crate) data_folder: Option<String>,
    /// Whether there is a top-level folder beside it, dot folders aside.
    pub(crate) has_folders: bool,
    /// Folders below which each folder is a part of its own.
    pub(crate) members: Vec<&'static str>,
    /// Whether there is a pins file of schemas.
    pub(crate) has_pins: bool,
    pub(crate) standing: Standing,
    /// Whether git tracks nothing yet.
    pub(crate) untracked: bool,
    pub(crate) branch: MainBranch,
    /// The command that keeps what a run leaves behind out of commits; `None`: .gitignore does so already.
    pub(crate) ignore: Option<String>,
    /// What could not be read or was left out, a sentence each.
    pub(crate) notes: Vec<String>,
}

impl Survey {
    /// Looks once; every read is bounded. `kept`: the evidence that a gate.toml names which stays.
    ///
    /// # Errors
    /// If the tree cannot be listed.
    pub(crate) fn of(cx: Cx<'_>, kept: Option<Evidence>) -> Result<Self, LookError> {
        let mut seen = Seen::look(cx)?;
        let manifests = manifests(&seen.listing);
        let mut languages: Vec<(&'static str, Vec<String>)> = Vec::new();
        for (path, language) in &manifests {
            match languages.iter_mut().find(|(known, _)| known == language) {
                Some((_, paths)) => paths.push(path.clone()),
                None => languages.push((language, vec![path.clone()])),
            }
        }
        let listing = seen.listing.clone();
        let folders = listing.folders(Some(1));
        let data = data::find(&mut seen);
        let data_folder = data.as_ref().filter(|data| data.key == DataKey::Path).map(|data| data.path.clone());
        let data_folder = data_folder.filter(|folder| folders.contains(folder.as_str()));
        let has_folders = folders.iter().any(|folder| !folder.starts_with('.') && Some(*folder) != data_folder.as_deref());
        let has_below = |folder: &str| listing.below(folder).any(|path| path[folder.len() + 1..].contains('/'));
        let members = MEMBERS.into_iter().filter(|folder| folders.contains(folder) && has_below(folder)).collect();
        let is_workflow = |path: &&str| path.ends_with(".yml") || path.ends_with(".yaml");
        let workflows = listing.below(".github/workflows").filter(is_workflow).count();
        let record = match kept {
            Some(evidence) => RecordPlace { evidence, exists: false },
            None => record::find(&mut seen),
        };
        let standing = standing(&cx);
        Ok(Self {
            languages,
            workflows,
            config: config(&mut seen, &manifests),
            data,
            data_folder,
            smoke: smoke::find(&mut seen),
            has_folders,
            members,
            has_pins: listing.get(pins::FILE).is_some(),
            standing,
            untracked: seen.untracked,
            branch: main_branch(&cx),
            ignore: (!is_left_out(&mut seen, &record.evidence)).then(|| ignore_command(&record.evidence, cx.evidence())),
            record,
            notes: seen.notes,
        })
    }

    /// What was found, in a line: `Python (pyproject.toml), 2 workflows`.
    pub(crate) fn in_short(&self) -> String {
        let mut parts: Vec<String> = self.languages.iter().map(|(name, paths)| format!("{name} ({})", few(paths))).collect();
        match self.workflows {
            0 => {}
            1 => parts.push("1 workflow".to_owned()),
            many => parts.push(format!("{many} workflows")),
        }
        if parts.is_empty() { "nothing that gate knows by name".to_owned() } else { parts.join(", ") }
    }
}

fn few(paths: &[String]) -> String {
    let shown: Vec<String> = paths.iter().take(3).map(|path| crate::shown::shown(path)).collect();
    let more = if paths.len() > shown.len() { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

fn standing(cx: &Cx<'_>) -> Standing {
    let here = RelPath::parse(".git").is_ok_and(|git| cx.evidence().stat(&git).is_ok());
    match (here, cx.history().tracked()) {
        (_, Err(HistoryError::NotARepository)) => Standing::Outside,
        (true, _) => Standing::Top,
        (false, _) => Standing::Below,
    }
}
