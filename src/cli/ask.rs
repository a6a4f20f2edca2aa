//! `gate <kind>`: one question by name; the exit code is the answer.

use clap::ArgMatches;

use super::{Global, flags, promote};
use crate::check::Kind;
use crate::exit::Exit;
use crate::plan::Asked;
use crate::world::Out;

pub(super) fn run(kind: &'static Kind, matches: &ArgMatches, global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let name = matches.get_one::<String>("name").cloned();
    promote::run(Asked::Kind { kind, name, flags: flags::read(kind, matches) }, global, out)
}
