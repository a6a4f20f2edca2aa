//! Where the lines of the hook belong, by who writes the hooks here, and what lies there now.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::cli::outputs::CannotTell;
use crate::config::GitOptions;
use crate::hook::{Form, Owner, Signs, State, owner_of, root_of, stand_first, state};
use crate::shown::{shell_word, shown};
use crate::world::disk::{Disk, HookPlace, Place, is_program};
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
    /// gate's root.
    pub(super) at: Place,
    /// gate's root below the top; `None`: it is the top.
    pub(in crate::cli) below: Option<String>,
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
        if is_no_folder(&place.hooks) {
            bail!("hooks are switched off here: `core.hooksPath` is `{}`, which is no folder", shown(&place.hooks.to_string_lossy()));
        }
        let hook = read(&place.hooks, "pre-push")?;
        let is_husky = place.hooks.file_name().is_some_and(|name| name == "_") && read(&place.hooks, "h")?.is_some();
        let has_lefthook = !lefthook_files(&top)?.is_empty();
        let owner = owner_of(&Signs { hook: hook.as_deref(), is_husky, has_lefthook });
        let below = at.real_root().strip_prefix(&top).ok().and_then(Path::to_str).map(str::to_owned);
        let Some(below) = below else { bail!("{} cannot be named from the top of the repository, as the hook has to", at.root_name()) };
        if below.chars().any(char::is_control) {
            bail!("{} cannot be written into a hook: its name holds a control character", at.root_name());
        }
        let below = Some(below).filter(|below| !below.is_empty());
        Ok(Self { place, top, owner, has_hook: hook.is_some(), at, below })
    }

    /// Whether only this repository looks there.
    pub(in crate::cli) fn is_own(&self) -> bool {
        self.place.hooks.starts_with(&self.top) || self.place.hooks.starts_with(&self.place.common) || self.place.hooks == self.place.usual
    }

    /// Where the lines belong.
    pub(super) fn spot(&self) -> anyhow::Result<Spot> {
        self.spot_of(self.owner)
    }

    /// Everywhere the lines may be: managers and settings come and go.
    pub(super) fn spots(&self) -> anyhow::Result<Vec<Spot>> {
        let mut spots = vec![self.spot()?, self.spot_of(Owner::User)?, self.spot_of(Owner::PreCommit)?];
        for path in lefthook_files(&self.top)?.iter().filter(|path| is_local(path)) {
            spots.push(Spot::lefthook(path)?);
        }
        for name in ["pre-push", "pre-push.legacy"] {
            spots.push(Spot::read(&self.place.usual, name, (Form::Shell, Mode::Program))?);
        }
        spots.push(Spot::read(&self.top.join(".husky"), "pre-push", (Form::Shell, Mode::Plain))?);
        let mut seen = BTreeSet::new();
        spots.retain(|spot| seen.insert(spot.path()));
        Ok(spots)
    }

    /// Whether git can run what the owner of the hooks has put there, which runs what is beside it.
    pub(super) fn runs_manager(&self) -> bool {
        match self.owner {
            Owner::User => true,
            Owner::PreCommit | Owner::Prek | Owner::Lefthook | Owner::Husky => {
                self.has_hook && is_program(&self.place.hooks.join("pre-push"))
            }
        }
    }

    fn spot_of(&self, owner: Owner) -> anyhow::Result<Spot> {
        let hooks = &self.place.hooks;
        let shell = |mode| (Form::Shell, mode);
        match owner {
            Owner::User => Spot::read(hooks, "pre-push", shell(Mode::Program)),
            Owner::PreCommit | Owner::Prek => Spot::read(hooks, "pre-push.legacy", shell(Mode::Program)),
            Owner::Husky => Spot::read(hooks.parent().unwrap_or(hooks), "pre-push", shell(Mode::Plain)),
            Owner::Lefthook => {
                let local = lefthook_files(&self.top)?.into_iter().find(|path| is_local(path));
                Spot::lefthook(&local.unwrap_or_else(|| self.top.join("lefthook-local.yml")))
            }
        }
    }
}

impl Spot {
    fn read(folder: &Path, name: &str, (form, mode): (Form, Mode)) -> anyhow::Result<Self> {
        let text = read(folder, name)?;
        Ok(Self { folder: folder.to_owned(), name: name.to_owned(), form, mode, text })
    }

    fn lefthook(path: &Path) -> anyhow::Result<Self> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self::read(path.parent().unwrap_or(path), &name, (Form::Lefthook, Mode::Plain))
    }

    /// Whether nothing runs before the lines.
    pub(super) fn stands_first(&self) -> bool {
        match self.form {
            Form::Shell => self.text.as_deref().is_some_and(stand_first),
            Form::Lefthook => true,
        }
    }

    /// The root that the lines in it are for, where that is not the root asked about; as a person would name it.
    pub(super) fn other_root(&self, hooks: &Hooks) -> Option<String> {
        let text = self.text.as_deref().filter(|_| self.state() == State::Intact)?;
        let (theirs, ours) = (root_of(text), hooks.below.as_deref().map(shell_word));
        (theirs != ours.as_deref()).then(|| theirs.map_or("the top of the repository".to_owned(), |root| format!("`{}`", shown(root))))
    }

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

/// The configurations of lefthook, of the project and of its user.
fn lefthook_files(top: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in [top.to_owned(), top.join(".config")] {
        let names = match open(&folder) {
            Ok(disk) => disk.evidence().open(&RelPath::root()).and_then(|folder| folder.names()),
            Err(error) => Err(error),
        };
        let names = match names {
            Ok(names) => names,
            Err(LookError::NotFound | LookError::NotAFolder) => continue,
            Err(error) => return Err(CannotTell(format!("`{}` cannot be read: {error}", shown(&folder.to_string_lossy()))).into()),
        };
        let is_lefthook = |name: &str| {
            let stem = name.strip_prefix('.').unwrap_or(name).rsplit_once('.');
            stem.is_some_and(|(stem, kind)| {
                matches!(stem, "lefthook" | "lefthook-local") && matches!(kind, "yml" | "yaml" | "toml" | "json")
            })
        };
        let names = names.into_iter().filter_map(|name| String::from_utf8(name.raw).ok()).filter(|name| is_lefthook(name));
        found.extend(names.map(|name| folder.join(name)));
    }
    Ok(found)
}

/// Whether it is the user's own, beside that of the project.
fn is_local(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().contains("-local."))
}

/// Whether something is there, and no folder: `/dev/null`, as hooks are switched off.
fn is_no_folder(path: &Path) -> bool {
    matches!(open(path), Err(LookError::NotAFolder))
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
