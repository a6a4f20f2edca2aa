//! The graph for a terminal.

use crate::checks::promotion_only::{Chart, ChartJob, Role};
use crate::shown::shown;

const LEGEND: &str = "━▶ unless it succeeds, the other is not green     ─▶ the other only waits for it\n";

pub(super) fn page(charts: &[Chart]) -> String {
    if charts.is_empty() {
        return "no workflow that an event starts was read among the promoted files\n".to_owned();
    }
    let all: Vec<String> = charts.iter().map(workflow).collect();
    format!("{}\n{LEGEND}", all.join("\n"))
}

fn workflow(chart: &Chart) -> String {
    let name = chart.name.as_ref().map(|name| format!(" · {}", shown(name))).unwrap_or_default();
    let mut text =
        format!("{}{name} · on {}\n\n", shown(&chart.file), chart.events.iter().map(|event| shown(event)).collect::<Vec<_>>().join(", "));
    let width = chart.jobs.iter().map(|job| shown(&job.label).chars().count()).max().unwrap_or_default();
    for (at, job) in chart.jobs.iter().enumerate() {
        text.push_str(format!("  {:width$}  {}", shown(&job.label), says(job)).trim_end());
        text.push('\n');
        for edge in chart.edges.iter().filter(|edge| edge.from == at) {
            let arrow = if edge.blocks { "━▶" } else { "─▶" };
            text.push_str(&format!("    {arrow} {}\n", shown(&chart.jobs[edge.to].label)));
        }
    }
    text
}

/// What is to be said of a job, in a few words.
pub(super) fn says(job: &ChartJob) -> String {
    let role = match job.role {
        Role::Promote => Some("decides"),
        Role::Required => Some("required"),
        Role::Behind => Some("behind promote"),
        Role::Beside => None,
    };
    let publishes = job.publishes.then_some("publishes");
    let may_fail = job.may_fail.then_some("may fail");
    let condition = job.condition.as_ref().map(|condition| format!("if: {condition}"));
    let parts: Vec<String> = role.into_iter().chain(publishes).chain(may_fail).map(str::to_owned).chain(condition).collect();
    parts.join(" · ")
}
