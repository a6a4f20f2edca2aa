//! `gate hook install`, `uninstall`, `status`: the lines go beside what is there, and out again alone.

use anyhow::{anyhow, bail};

use super::spot::{Hooks, Spot};
use super::status::obstacle;
use crate::cli::Global;
use crate::cli::diff::diff;
use crate::cli::outputs::{CannotTell, print};
use crate::exit::Exit;
use crate::hook::{Form, Owner, State, begins_as_shell, insert, into_lefthook, remove, written};
use crate::shown::{shell_word, shown};
use crate::supervise::Hold;
use crate::world::disk::is_program;
use crate::world::{Mode, Out};

/// How files are changed.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::cli) struct Asked {
    pub(in crate::cli) dry_run: bool,
    pub(in crate::cli) force: bool,
}

pub(in crate::cli) fn install(asked: Asked, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    refuse_formats(global)?;
    if global.file.is_some() {
        bail!("the hook reads the gate.toml of its root, so there is no `--file` here; `--root` names another folder");
    }
    let install = Install::prepare(Hooks::find(global.root.as_deref(), None)?, asked.force)?;
    if asked.dry_run {
        print(&install.diff(), out)?;
    } else {
        install.put(out)?;
        print(&format!("{}\n{}", install.said(), install.next()), out)?;
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
        if let Some(other) = spot.other_root(&hooks) {
            let name = spot.shown(&hooks.top);
            bail!(
                "`{name}` holds gate's lines for {other}, and one hook tests one root; `gate hook uninstall` takes them out, or call both from a \
                 script of your own: gate hook run pre-push --root FOLDER -- \"$@\""
            );
        }
        let lines = written(spot.form, hooks.below.as_deref().map(shell_word).as_deref());
        let name = spot.shown(&hooks.top);
        let text = match spot.state() {
            State::Intact if spot.text.as_deref().is_some_and(|text| text.contains(&lines)) && spot.stands_first() => {
                return Ok(Self { hooks, spot, after: None, beside: String::new() });
            }
            State::Intact => spot.text.as_deref().and_then(remove).unwrap_or_default(),
            State::Edited => bail!("{}", edited(&name)),
            State::Absent => spot.text.clone().unwrap_or_default(),
        };
        let begin = if text.is_empty() && spot.mode == Mode::Program { "#!/bin/sh\n" } else { "" };
        let after = with_lines(&spot, &format!("{begin}{text}"), &lines, &name)?;
        if spot.mode == Mode::Program && !text.is_empty() && !is_program(&spot.path()) {
            bail!(
                "`{name}` is there and may not be executed, so git passes over it, and with gate's lines it would run; nothing was changed. Make \
                 it executable, or move it away"
            );
        }
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
    if !hooks.is_own() && !asked.force {
        bail!(
            "git looks for hooks outside this repository (`core.hooksPath`), and others may rely on the lines there; `--force` takes them out"
        );
    }
    let spots = hooks.spots()?;
    if let Some(spot) = spots.iter().find(|spot| spot.state() == State::Edited) {
        bail!("{}", edited(&spot.shown(&hooks.top)));
    }
    let mut said = String::new();
    for spot in &spots {
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
    print(if said.is_empty() { "not installed\n" } else { &said }, out)?;
    Ok(Exit::Fine)
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
    if let Some(why) = obstacle(hooks) {
        next.push_str(&format!("until this is mended, every push is refused: {why}\n"));
    }
    next
}

/// The text with the lines in it; refuses what they cannot be put into.
fn with_lines(spot: &Spot, text: &str, lines: &str, name: &str) -> anyhow::Result<String> {
    match spot.form {
        Form::Shell if !begins_as_shell(text) => bail!(
            "`{name}` is no shell script that the system can start; nothing was changed. Have it start this with the same arguments and \
             standard input, and end where it fails: gate hook run pre-push -- ARGUMENTS"
        ),
        Form::Shell => Ok(insert(text, lines, spot.form)),
        Form::Lefthook => {
            let is_yaml = spot.name.ends_with(".yml") || spot.name.ends_with(".yaml");
            let after = if is_yaml { into_lefthook(text, lines) } else { None };
            let lines = || lines.lines().map(|line| format!("    {line}\n")).collect::<String>();
            after.ok_or_else(|| {
                anyhow!("`{name}` has a `pre-push` of its own, or is no YAML that lines can be put below; nothing was changed. Put this into it:\n{}", lines())
            })
        }
    }
}

fn edited(name: &str) -> String {
    format!(
        "gate's lines in `{name}` were edited by hand; nothing was changed. Take them out yourself, from `# >>> gate pre-push` to `# <<< gate pre-push`"
    )
}

fn put(spot: &Spot, text: &str, out: &mut dyn Out) -> anyhow::Result<()> {
    let name = shown(&spot.path().to_string_lossy());
    let _hold = Hold::from_now_on();
    let done = out.make_folder(&spot.folder).and_then(|()| out.install(&spot.path(), text, spot.mode));
    Ok(done.map_err(|error| CannotTell(format!("`{name}` cannot be written: {error}")))?)
}

pub(super) fn refuse_formats(global: &Global) -> anyhow::Result<()> {
    match global.plan || global.format.is_some() || !global.output.is_empty() {
        true => bail!("this command has no `--plan`, `--format` or `--output`"),
        false => Ok(()),
    }
}
