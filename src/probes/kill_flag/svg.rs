//! The moments as a picture for a page: a bar a trial where its phase is, and the limit as a line. Whole in itself, without script.

use std::fmt::Write;

use super::strip::{Mark, marks};
use super::{Judged, Report};
use crate::shown::shown;

/// The picture, in pixels: the plot, and room around it.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 160.0;
const LEFT: f64 = 20.0;
const TOP: f64 = 34.0;

/// The picture, with a newline at its end.
pub(crate) fn svg(report: &Report, judged: &Judged<'_>) -> String {
    let marks = marks(judged);
    // Twice the limit is as high as a bar gets.
    let highest = marks.iter().map(|(_, _, mark)| height(*mark)).fold(1.0, f64::max).min(2.0);
    let scale = HEIGHT / highest;
    let bottom = TOP + HEIGHT;
    #[expect(clippy::cast_precision_loss, reason = "there are at most ten thousand")]
    let width = (WIDTH / marks.len().max(1) as f64 * 0.8).clamp(0.5, 24.0);
    let limit_us = report.promise().limit(super::TrialKind::BusyTick).as_micros();
    let title = escaped(&format!("kill flag: {} moments of {}", marks.len(), shown(&report.command.join(" "))));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 230\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>{title}</title>\n<rect width=\"640\" height=\"230\" fill=\"#ffffff\"/>\n<text x=\"20\" y=\"20\" fill=\"#1a1a1a\">{title}</text>\n"
    );
    for (number, phase, mark) in &marks {
        let (high, (fill, what)) = (height(*mark).min(highest) * scale, look(*mark));
        let (x, y) = (LEFT + phase * (WIDTH - width), bottom - high);
        let _infallible = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{high:.1}\" fill=\"{fill}\"><title>trial {number}, phase {phase:.2}: {what}</title></rect>"
        );
        if !matches!(mark, Mark::InTime(_)) {
            let sign = if *mark == Mark::Unsure { "?" } else { "✗" };
            let _infallible = writeln!(out, "<text x=\"{x:.1}\" y=\"{:.1}\" fill=\"{fill}\">{sign}</text>", bottom + 12.0);
        }
    }
    let line = bottom - scale;
    let _infallible = write!(
        out,
        "<line x1=\"20\" y1=\"{line:.1}\" x2=\"620\" y2=\"{line:.1}\" stroke=\"#1a1a1a\" stroke-dasharray=\"4 3\"/>\n\
         <text x=\"620\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#1a1a1a\">limit {}.{:03} ms</text>\n\
         <text x=\"20\" y=\"222\" fill=\"#1a1a1a\">flag right after a tick</text>\n\
         <text x=\"620\" y=\"222\" text-anchor=\"end\" fill=\"#1a1a1a\">right before the next</text>\n</svg>\n",
        line - 4.0,
        limit_us / 1000,
        limit_us % 1000,
    );
    out
}

/// The share of the limit that a bar shows.
fn height(mark: Mark) -> f64 {
    match mark {
        Mark::InTime(share) | Mark::Late(share) => share,
        Mark::Unsure => 0.05,
        Mark::Never => 2.0,
    }
}

fn look(mark: Mark) -> (&'static str, &'static str) {
    match mark {
        Mark::InTime(_) => ("#2e7d32", "in time"),
        Mark::Unsure => ("#757575", "cannot tell"),
        Mark::Late(_) => ("#c62828", "late"),
        Mark::Never => ("#c62828", "not gone after the flag"),
    }
}

/// A text as it may stand in XML; control characters are escaped before.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
