//! `gate list`: what kinds of checks there are.

use serde_json::json;

use super::Global;
use super::explain::machine;
use super::outputs::{Format, Outputs};
use crate::checks::KINDS;
use crate::exit::Exit;
use crate::world::Out;

pub(super) fn run(global: &Global, out: &mut dyn Out) -> anyhow::Result<Exit> {
    let outputs = Outputs::prepare(global, &[Format::Human, Format::Json], &machine(global)?, out)?;
    let delivered = outputs.deliver(out, &|format, _| match format {
        Format::Json => {
            let kinds: Vec<_> = KINDS.iter().map(|k| json!({ "name": k.name, "summary": k.summary, "needs": k.needs })).collect();
            Ok(serde_json::to_string_pretty(&json!({ "schema": "gate.kinds/1", "kinds": kinds }))? + "\n")
        }
        Format::Human | Format::Github | Format::Markdown | Format::Svg => Ok(text()),
    });
    Ok(if delivered { Exit::Fine } else { Exit::CannotTell })
}

fn text() -> String {
    let width = KINDS.iter().map(|k| k.name.len()).max().unwrap_or(0);
    let rows = KINDS.iter().map(|k| format!("  {:width$}  {}\n", k.name, k.summary));
    let mut text: String = rows.collect();
    text.push_str("\nAsk one with `gate KIND`; configure it as `[check.KIND]` in gate.toml; `gate explain KIND` says more.\n");
    text
}
