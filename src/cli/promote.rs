//! The road: `gate promote`, and with it `gate check` and `gate <kind>`, which differ only in what is asked.

use std::sync::Mutex;

use anyhow::bail;

use super::Global;
use super::outputs::{CannotTell, Format, Outputs};
use super::progress::Progress;
use crate::config::{self, Text};
use crate::engine;
use crate::exit::Exit;
use crate::plan::{self, Asked, Plan};
use crate::policy;
use crate::report::render::{github, human, json, markdown};
use crate::world::disk::{Disk, Place};
use crate::world::{Cx, Out, World};

const FORMATS: [Format; 4] = [Format::Human, Format::Json, Format::Github, Format::Markdown];

pub(super) fn run(asked: Asked, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    run_in(None, asked, global, out)
}

/// The same in a world that is open already, if nothing can have changed since it was opened.
pub(super) fn run_in(world: Option<Disk>, asked: Asked, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let place = Place::find(global.root.as_deref(), global.file.as_deref())?;
    let text = policy_text(&place, matches!(asked, Asked::Kind { .. }) && global.file.is_none())?;
    let parsed = text.as_ref().map(config::load).unwrap_or_default();
    let timeout = parsed.file.git.timeout.get();
    let plan = plan::resolve(parsed, text.as_ref(), asked)?;
    let open = || Disk::open(&place.root, global.now, timeout).map_err(|e| CannotTell(format!("{}: {e}", place.root_name())));
    let world = world.map_or_else(open, Ok)?;
    if global.plan {
        return show_plan(&plan, global, &world, out);
    }
    // Opened before the work, so that a wrong path is said now and not after it.
    let outputs = Outputs::prepare(global, &FORMATS, &world, out)?;
    let gathered = {
        let shared = Mutex::new(&mut *out);
        let progress = Progress::new(&shared);
        engine::run(&plan, &Cx::new(&world), &|event| progress.tell(&event))
    };
    let report = policy::judge(&plan, gathered, world.now());
    let below = outputs.root_in_workspace(&place.root);
    let delivered = outputs.deliver(out, &|format, look| {
        Ok(match format {
            Format::Human | Format::Svg => human::render(&report, look),
            Format::Json => json::render(&report)?,
            Format::Github => github::render(&report, &below),
            Format::Markdown => markdown::render(&report, look.room),
        })
    });
    Ok(if delivered || report.advisory || report.exit != Exit::Fine { report.exit } else { Exit::CannotTell })
}

/// The text of gate.toml; only a kind asked by name can do without one.
pub(super) fn policy_text(place: &Place, may_lack: bool) -> anyhow::Result<Option<Text>> {
    match place.text()? {
        Some(text) => Ok(Some(Text::new(place.file_name(), text).in_root(place.file_in_root()))),
        None if may_lack => Ok(None),
        None if place.file_name() == "gate.toml" => {
            bail!("there is no `gate.toml`; it says what to check\n  to write one for this project: gate init")
        }
        None => bail!("there is no `{}`; it says what to check (start with `version = 1`, `gate list` shows the kinds)", place.file_name()),
    }
}

fn show_plan(plan: &Plan, global: &Global, world: &dyn World, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let outputs = Outputs::prepare(global, &[Format::Human, Format::Json], world, out)?;
    let delivered = outputs.deliver(out, &|format, _| match format {
        Format::Json => Ok(serde_json::to_string_pretty(&plan.to_json())? + "\n"),
        Format::Human | Format::Github | Format::Markdown | Format::Svg => Ok(plan.to_text()),
    });
    Ok(if delivered { Exit::Fine } else { Exit::CannotTell })
}
