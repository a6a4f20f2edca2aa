//! `gate <kind>`: one question by name; the exit code is the answer.

use anyhow::Context;
use clap::ArgMatches;
use serde::de::DeserializeOwned;

use super::{Global, flags, promote};
use crate::check::Kind;
use crate::checks::KINDS;
use crate::config::{Parsed, Text};
use crate::exit::Exit;
use crate::plan::{self, Asked, FlagTexts};
use crate::world::Out;

pub(super) fn run(kind: &'static Kind, matches: &ArgMatches, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let name = matches.get_one::<String>("name").cloned();
    promote::run(Asked::Kind { kind, name, flags: flags::read(kind, matches) }, global, out)
}

/// The configured checks of a kind, as their options; without one, the check that defaults make.
pub(super) fn configured<T: DeserializeOwned>(name: &str, parsed: Parsed<'_>, text: Option<&Text>) -> anyhow::Result<Vec<T>> {
    let kind = KINDS.iter().find(|kind| kind.name == name).with_context(|| format!("the kind `{name}` is not registered"))?;
    let none = Text::new(String::new(), String::new());
    let flags = FlagTexts { own: none.clone(), run: none };
    let plan = plan::resolve(parsed, text, Asked::Kind { kind, name: None, flags })?;
    plan.checks.iter().map(|check| Ok(serde_json::from_value(check.check.options())?)).collect()
}
