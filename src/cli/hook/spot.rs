//! Where the lines of the hook belong, by who writes the hooks here, and what lies there now.

use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::cli::outputs::CannotTell;
use crate::config::GitOptions;
use crate::hook::{Form, Owner, Signs, State, owner_of, state};
use crate::shown::shown;
use crate::world::disk::{Disk, HookPlace, Place};
use crate::world::{LookError, Mode, RelPath, World};

/// The largest hook that is read.
const LIMIT: u64 = 4 << 20;

/// The hooks of one repository.
pub(in crate::cli) struct Hooks {
    pub(in crate::cli) place: HookPlace,
    pub(super) top: PathBuf,
    pub(in crate::cli) owner: Owner,
    /// Whether git's own `pre-push` is there.
    pub(super) has_hook: bool,
    /// gate's root below the top; `None`: it is the top.
    pub(in crate::cli) root: Option<String>,
}

/// A file that may hold the lines.
pub(super) struct Spot {
    pub(super) folder: PathBuf,
    pub(super) name: String,
    pub(super) form: Form,
    pub(super) mode: Mode,
    /// Its text; `None`: it is not there.
    pub(super) text: Option<String>,
}

impl Hooks {
    pub(in crate::cli) fn find(root: Option<&Path>, file: Option<&Path>) -> anyhow::Result<Self> {
        let at = Place::find(root, file)?;
        let world =
            Disk::open(&at.root, None, GitOptions::default().timeout.get()).map_err(|e| CannotTell(format!("{}: {e}", at.root_name())))?;
        let place = world.git().hook_place().map_err(|error| CannotTell(error.to_string()))?;
        let Some(top) = place.top.clone() else { bail!("a bare repository has no work tree, so there is nothing to test before a push") };
        let hook = read(&place.hooks, "pre-push")?;
        let is_husky = place.hooks.file_name().is_some_and(|name| name == "_") && read(&place.hooks, "h")?.is_some();
        let has_lefthook = !lefthook_files(&top)?.is_empty();
        let owner = owner_of(&Signs { hook: hook.as_deref(), is_husky, has_lefthook });
        let below = at.real_root().strip_prefix(&top).ok().and_then(Path::to_str).filter(|below| !below.is_empty()).map(str::to_owned);
        Ok(Self { place, top, owner, has_hook: hook.is_some(), root: below })
    }

    /// Whether only this repository looks there.
    pub(in crate::cli) fn is_own(&self) -> bool {
        self.place.hooks.starts_with(&self.top) || self.place.hooks.starts_with(&self.place.common)
    }

    /// Where the lines belong.
    pub(super) fn spot(&self) -> anyhow::Result<Spot> {
        self.spot_of(self.owner)
    }

    /// Everywhere the lines may be: managers come and go.
    pub(super) fn spots(&self) -> anyhow::Result<Vec<(Owner, Spot)>> {
        let mut owners = vec![Owner::User, Owner::PreCommit, Owner::Lefthook];
        if self.owner == Owner::Husky {
            owners.push(Owner::Husky);
        }
        owners.into_iter().map(|owner| Ok((owner, self.spot_of(owner)?))).collect()
    }

    fn spot_of(&self, owner: Owner) -> anyhow::Result<Spot> {
        let hooks = &self.place.hooks;
        let (folder, name, form, mode) = match owner {
            Owner::User => (hooks.clone(), "pre-push".to_owned(), Form::Shell, Mode::Program),
            Owner::PreCommit | Owner::Prek => (hooks.clone(), "pre-push.legacy".to_owned(), Form::Shell, Mode::Program),
            Owner::Husky => (hooks.parent().unwrap_or(hooks).to_owned(), "pre-push".to_owned(), Form::Shell, Mode::Plain),
            Owner::Lefthook => {
                let local = lefthook_files(&self.top)?.into_iter().find(|name| name.contains("-local."));
                (self.top.clone(), local.unwrap_or_else(|| "lefthook-local.yml".to_owned()), Form::Lefthook, Mode::Plain)
            }
        };
        let text = read(&folder, &name)?;
        Ok(Spot { folder, name, form, mode, text })
    }
}

impl Spot {
    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    /// As a person would name it, from the top.
    pub(super) fn shown(&self, top: &Path) -> String {
        let path = self.path();
        shown(&path.strip_prefix(top).unwrap_or(&path).to_string_lossy())
    }

    pub(super) fn state(&self) -> State {
        self.text.as_deref().map_or(State::Absent, state)
    }
}

/// The configurations of lefthook at the top.
fn lefthook_files(top: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for folder in [top.to_owned(), top.join(".config")] {
        let names = match open(&folder) {
            Ok(disk) => disk.evidence().open(&RelPath::root()).and_then(|folder| folder.names()),
            Err(error) => Err(error),
        };
        let names = match names {
            Ok(names) => names,
            Err(LookError::NotFound) => continue,
            Err(error) => return Err(CannotTell(format!("`{}` cannot be read: {error}", shown(&folder.to_string_lossy()))).into()),
        };
        let is_lefthook = |name: &str| {
            let stem = name.strip_prefix('.').unwrap_or(name).rsplit_once('.');
            stem.is_some_and(|(stem, kind)| {
                matches!(stem, "lefthook" | "lefthook-local") && matches!(kind, "yml" | "yaml" | "toml" | "json")
            })
        };
        found.extend(names.into_iter().filter_map(|name| String::from_utf8(name.raw).ok()).filter(|name| is_lefthook(name)));
    }
    Ok(found)
}

fn open(folder: &Path) -> Result<Disk, LookError> {
    Disk::open(folder, None, GitOptions::default().timeout.get())
}

/// The text of a file; `None`: it, or its folder, is not there.
fn read(folder: &Path, name: &str) -> anyhow::Result<Option<String>> {
    let mut bytes = Vec::new();
    let read = open(folder).and_then(|disk| disk.evidence().read(&RelPath::parse(name)?, LIMIT, &mut bytes));
    let path = shown(&folder.join(name).to_string_lossy());
    match read {
        Err(LookError::NotFound) => Ok(None),
        Err(LookError::IsLink) => bail!(
            "`{path}` is a symbolic link; what it leads to may be anybody's. Put the call there by hand: gate hook run pre-push -- \"$@\""
        ),
        Err(error) => Err(CannotTell(format!("`{path}` cannot be read: {error}")).into()),
        Ok(()) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(text)),
            Err(_) => bail!("`{path}` is no text; call gate from what it was made of: gate hook run pre-push -- \"$@\""),
        },
    }
}
