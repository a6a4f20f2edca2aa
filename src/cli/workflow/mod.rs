//! `gate workflow graph`: the jobs of the workflows, and which of them block.

mod mermaid;
mod text;

use anyhow::bail;
use serde_json::json;

use super::Global;
use super::ask::configured;
use super::outputs::{CannotTell, Format, Outputs};
use super::promote::policy_text;
use crate::checks::promotion_only::{Chart, PromotionOnly};
use crate::config;
use crate::exit::Exit;
use crate::shown::{harmless, shown};
use crate::world::disk::{Disk, Place};
use crate::world::{Cx, Out};

/// Draws every workflow, or those that are named.
pub(super) fn graph(files: &[String], global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    if global.plan {
        bail!("this command has no `--plan`");
    }
    let place = Place::find(global.root.as_deref(), global.file.as_deref())?;
    let text = policy_text(&place, global.file.is_none())?;
    let parsed = text.as_ref().map(config::load).unwrap_or_default();
    let opened = Disk::open(&place.root, global.now, parsed.file.git.timeout.get());
    let world = opened.map_err(|error| CannotTell(format!("{}: {error}", place.root_name())))?;
    let outputs = Outputs::prepare(global, &[Format::Human, Format::Json, Format::Markdown], &world, out)?;
    let (mut charts, mut unread) = (Vec::new(), Vec::new());
    for check in configured::<PromotionOnly>("promotion-only", parsed, text.as_ref())? {
        let (found, messages) = check.charts(&Cx::new(&world)).map_err(|trouble| CannotTell(trouble.0.message))?;
        charts.extend(found);
        unread.extend(messages);
    }
    charts.sort_by(|a, b| a.file.cmp(&b.file));
    charts.dedup_by(|a, b| a.file == b.file);
    let charts = named(charts, files)?;
    unread.iter().for_each(|why| out.warn(&format!("{}\n", harmless(why))));
    let delivered = outputs.deliver(out, &|format, _| {
        Ok(match format {
            Format::Json => serde_json::to_string_pretty(&json!({ "schema": "gate.workflow-graph/1", "workflows": charts }))? + "\n",
            Format::Markdown => mermaid::page(&charts),
            Format::Human | Format::Github | Format::Svg => text::page(&charts),
        })
    });
    Ok(if delivered && unread.is_empty() { Exit::Fine } else { Exit::CannotTell })
}

/// The charts of these files, by path or by name alone.
fn named(charts: Vec<Chart>, files: &[String]) -> anyhow::Result<Vec<Chart>> {
    let is = |chart: &Chart, file: &str| chart.goes_by(file.trim_start_matches("./"));
    if let Some(unknown) = files.iter().find(|file| !charts.iter().any(|chart| is(chart, file))) {
        bail!("`{}` is no workflow that was read and that an event starts", shown(unknown));
    }
    Ok(charts.into_iter().filter(|chart| files.is_empty() || files.iter().any(|file| is(chart, file))).collect())
}
