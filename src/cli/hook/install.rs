//! `gate hook install`, `uninstall`, `status`: the lines go beside what is there, and out again alone.

use anyhow::bail;

use super::spot::{Hooks, Spot};
use crate::cli::Global;
use crate::cli::diff::diff;
use crate::cli::outputs::{CannotTell, quiet_pipe};
use crate::exit::Exit;
use crate::hook::{Form, Owner, State, begins_as_shell, insert, remove, written};
use crate::shown::{shell_word, shown};
use crate::world::Out;
use crate::world::disk::find_program;

/// How files are changed.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::cli) struct Asked {
    pub(in crate::cli) dry_run: bool,
    pub(in crate::cli) force: bool,
}

pub(in crate::cli) fn install(asked: Asked, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    refuse_formats(global)?;
    let install = Install::prepare(Hooks::find(global.root.as_deref(), global.file.as_deref())?, asked.force)?;
    if asked.dry_run {
        quiet_pipe(out.print(&install.diff()))?;
    } else {
        install.put(out)?;
        quiet_pipe(out.print(&format!("{}\n{}", install.said(), install.next())))?;
    }
    Ok(Exit::Fine)
}

/// The lines, ready to be put where they belong.
pub(in crate::cli) struct Install {
    hooks: Hooks,
    spot: Spot,
    /// The whole file with them; `None`: they are there already.
    after: Option<String>,
    /// What stands beside them.
    beside: String,
}

impl Install {
    /// # Errors
    /// If they cannot or must not be put there.
    pub(in crate::cli) fn prepare(hooks: Hooks, force: bool) -> anyhow::Result<Self> {
        if !hooks.is_own() && !force {
            let folder = shown(&hooks.place.hooks.to_string_lossy());
            bail!(
                "git looks for hooks in `{folder}`, outside this repository (`core.hooksPath`): what is put there binds others too. \
                 `gate hook install --force` does it all the same; or: git config core.hooksPath .githooks"
            );
        }
        let spot = hooks.spot()?;
        let lines = written(spot.form, hooks.root.as_deref().map(shell_word).as_deref());
        let name = spot.shown(&hooks.top);
        let text = match spot.state() {
            State::Intact if spot.text.as_deref().is_some_and(|text| text.contains(&lines)) => {
                return Ok(Self { hooks, spot, after: None, beside: String::new() });
            }
            State::Intact => spot.text.as_deref().and_then(remove).unwrap_or_default(),
            State::Edited => bail!("{}", edited(&name)),
            State::Absent => spot.text.clone().unwrap_or_default(),
        };
        must_take(&spot, &text, &lines, &name)?;
        let begin = if text.is_empty() && spot.mode == crate::world::Mode::Program { "#!/bin/sh\n" } else { "" };
        let after = insert(&format!("{begin}{text}"), &lines, spot.form);
        let beside = match (hooks.owner, text.trim().is_empty()) {
            (Owner::User, true) => String::new(),
            (Owner::User, false) => ", beside what was there".to_owned(),
            (owner, _) => format!(", beside {}", owner.name()),
        };
        Ok(Self { hooks, spot, after: Some(after), beside })
    }

    pub(in crate::cli) fn diff(&self) -> String {
        self.after.as_ref().map_or_else(String::new, |after| diff(&self.spot.shown(&self.hooks.top), self.spot.text.as_deref(), after))
    }

    pub(in crate::cli) fn put(&self, out: &mut dyn Out) -> anyhow::Result<()> {
        self.after.as_ref().map_or(Ok(()), |after| put(&self.spot, after, out))
    }

    /// What is done, in a line.
    pub(in crate::cli) fn said(&self) -> String {
        let name = self.spot.shown(&self.hooks.top);
        match self.after {
            Some(_) => format!("installed {name}{}", self.beside),
            None => format!("installed already: {name}"),
        }
    }

    /// What is left to do, and what a push now does.
    pub(in crate::cli) fn next(&self) -> String {
        next(&self.hooks, &self.spot)
    }
}

pub(in crate::cli) fn uninstall(asked: Asked, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    refuse_formats(global)?;
    let hooks = Hooks::find(global.root.as_deref(), global.file.as_deref())?;
    let spots = hooks.spots()?;
    if let Some((_, spot)) = spots.iter().find(|(_, spot)| spot.state() == State::Edited) {
        bail!("{}", edited(&spot.shown(&hooks.top)));
    }
    let mut said = String::new();
    for (_, spot) in &spots {
        let Some((text, rest)) = spot.text.as_deref().and_then(|text| Some((text, remove(text)?))) else { continue };
        let name = spot.shown(&hooks.top);
        let is_empty = rest.lines().all(|line| line.trim().is_empty() || line.starts_with("#!"));
        if asked.dry_run {
            said.push_str(&diff(&name, Some(text), if is_empty { "" } else { &rest }));
        } else if is_empty {
            out.remove(&spot.path()).map_err(|error| CannotTell(format!("`{name}` cannot be removed: {error}")))?;
            said.push_str(&format!("removed {name}\n"));
        } else {
            put(spot, &rest, out)?;
            said.push_str(&format!("took gate's lines out of {name}; the rest stays\n"));
        }
    }
    quiet_pipe(out.print(if said.is_empty() { "not installed\n" } else { &said }))?;
    Ok(Exit::Fine)
}

/// Says what is so; 1 where a push would not be tested.
pub(in crate::cli) fn status(global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    refuse_formats(global)?;
    let hooks = Hooks::find(global.root.as_deref(), global.file.as_deref())?;
    let (works, said) = describe(&hooks)?;
    quiet_pipe(out.print(&said))?;
    Ok(if works { Exit::Fine } else { Exit::Wrong })
}

/// Whether the hook works here, and in words.
fn describe(hooks: &Hooks) -> anyhow::Result<(bool, String)> {
    let mut said = format!("hooks      {} ({})\n", shown(&hooks.place.hooks.to_string_lossy()), hooks.owner.name());
    let told = look_at(hooks)?;
    for Told { name, standing, says, fix } in &told {
        let fix = fix.as_ref().map(|fix| format!("   → {fix}")).unwrap_or_default();
        said.push_str(&match standing {
            Standing::Absent => format!("pre-push   {says}{fix} ({name})\n"),
            Standing::Works | Standing::Broken => format!("pre-push   {name}: {says}{fix}\n"),
        });
    }
    Ok((told.iter().any(|told| told.standing == Standing::Works), said))
}

/// What is so of one file that holds the lines, or should.
pub(in crate::cli) struct Told {
    /// As a person would name it.
    pub(in crate::cli) name: String,
    pub(in crate::cli) standing: Standing,
    pub(in crate::cli) says: String,
    /// The command that mends it.
    pub(in crate::cli) fix: Option<String>,
}

/// What the lines in a file do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Standing {
    /// A push runs them.
    Works,
    /// They are not there.
    Absent,
    /// They are there, and a push does not run them, or nobody can say what it runs.
    Broken,
}

/// Every file that holds the lines, and the one where they belong.
pub(in crate::cli) fn look_at(hooks: &Hooks) -> anyhow::Result<Vec<Told>> {
    let belongs = hooks.spot()?;
    let mut all = Vec::new();
    for (_, spot) in hooks.spots()? {
        let name = spot.shown(&hooks.top);
        let is_place = spot.path() == belongs.path();
        let broken = |says: String, fix: Option<String>| (Standing::Broken, says, fix);
        let (standing, says, fix) = match (spot.state(), is_place) {
            (State::Absent, false) => continue,
            (State::Absent, true) => (Standing::Absent, "not installed".to_owned(), Some("gate hook install".to_owned())),
            (State::Edited, _) => broken("gate's lines were edited by hand; nobody can say what they do".to_owned(), None),
            (State::Intact, false) => broken(
                format!("installed where {} does not run it", hooks.owner.name()),
                Some("gate hook uninstall, then gate hook install".to_owned()),
            ),
            (State::Intact, true) if !hooks.has_hook && hooks.owner != Owner::User && hooks.owner != Owner::Husky => broken(
                format!("installed, but git has no pre-push hook of {}", hooks.owner.name()),
                Some(manager_install(hooks.owner).to_owned()),
            ),
            (State::Intact, true) if spot.mode == crate::world::Mode::Program && !is_program(&spot) => broken(
                "installed, but it may not be executed, so git passes over it".to_owned(),
                Some(format!("chmod +x {}", shell_word(&name))),
            ),
            (State::Intact, true) => (Standing::Works, "installed".to_owned(), None),
        };
        all.push(Told { name, standing, says, fix });
    }
    Ok(all)
}

fn is_program(spot: &Spot) -> bool {
    crate::world::disk::is_program(&spot.path())
}

fn manager_install(owner: Owner) -> &'static str {
    match owner {
        Owner::PreCommit => "pre-commit install -t pre-push",
        Owner::Prek => "prek install -t pre-push",
        Owner::Lefthook => "lefthook install",
        Owner::User | Owner::Husky => "gate hook install",
    }
}

/// What is left to do.
fn next(hooks: &Hooks, spot: &Spot) -> String {
    let mut next = match hooks.owner {
        Owner::Lefthook if !hooks.has_hook => "next: lefthook install\n".to_owned(),
        Owner::Husky => format!("next: git add {}\n", shell_word(&spot.shown(&hooks.top))),
        Owner::Lefthook => format!("note: {} is yours alone; keep it out of the commit\n", spot.shown(&hooks.top)),
        Owner::User | Owner::PreCommit | Owner::Prek => String::new(),
    };
    next.push_str("a push now runs `[run] smoke` first; `BYPASS_SMOKE=1 git push` goes past it and is recorded\n");
    if find_program("gate", &hooks.top).is_none() {
        next.push_str("gate is not on PATH: until it is, every push is refused → gate doctor\n");
    }
    next
}

/// Refuses what the lines cannot be put into.
fn must_take(spot: &Spot, text: &str, lines: &str, name: &str) -> anyhow::Result<()> {
    let indented = |text: &str| text.lines().map(|line| format!("    {line}\n")).collect::<String>();
    match spot.form {
        Form::Shell if !begins_as_shell(text) => bail!(
            "`{name}` is no shell script; nothing was changed. Have it start this with the same arguments and standard input, and end where it \
             fails: gate hook run pre-push -- ARGUMENTS"
        ),
        Form::Lefthook if !name.ends_with("yml") && !name.ends_with("yaml") => {
            bail!("`{name}` is not YAML; nothing was changed. Put into it what this says:\n{}", indented(lines))
        }
        Form::Lefthook if text.lines().any(|line| line.starts_with("pre-push")) => {
            bail!("`{name}` has a `pre-push` of its own; nothing was changed. Put this below it:\n{}", indented(lines))
        }
        Form::Shell | Form::Lefthook => Ok(()),
    }
}

fn edited(name: &str) -> String {
    format!(
        "gate's lines in `{name}` were edited by hand; nothing was changed. Take them out yourself, from `# >>> gate pre-push` to `# <<< gate pre-push`"
    )
}

fn put(spot: &Spot, text: &str, out: &mut dyn Out) -> anyhow::Result<()> {
    let name = shown(&spot.path().to_string_lossy());
    let done = out.make_folder(&spot.folder).and_then(|()| out.install(&spot.path(), text, spot.mode));
    Ok(done.map_err(|error| CannotTell(format!("`{name}` cannot be written: {error}")))?)
}

fn refuse_formats(global: &Global) -> anyhow::Result<()> {
    match global.plan || global.format.is_some() || !global.output.is_empty() {
        true => bail!("this command has no `--plan`, `--format` or `--output`"),
        false => Ok(()),
    }
}
