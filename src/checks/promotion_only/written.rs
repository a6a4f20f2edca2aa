//! The commands of a script as they are written.

use std::cell::LazyCell;

use crate::formats::workflow::Does;
use crate::pipeline::Task;

/// How many lines of one command are looked at.
const LINES: usize = 200;

/// The script of a step, line by line; it is taken apart when the first of its commands is asked for.
pub(super) fn lines<'w>(task: &Task<'w>) -> LazyCell<Vec<&'w str>, impl FnOnce() -> Vec<&'w str>> {
    let step = task.step;
    LazyCell::new(|| match &step.does {
        Does::Run(run) => run.script.source.lines().collect(),
        Does::Uses { .. } => Vec::new(),
    })
}

/// A command as it is written, on the line on which it begins and on those that carry it on.
pub(super) fn written(lines: &[&str], line: usize) -> String {
    let mut text = String::new();
    for part in lines.iter().skip(line.saturating_sub(1)).take(LINES) {
        let (part, goes_on) = part.strip_suffix('\\').map_or((*part, false), |part| (part, true));
        text.push_str(part);
        text.push(' ');
        // A text between quotes may go on too.
        let is_open = |quote: char| text.matches(quote).count() % 2 == 1;
        if !goes_on && !is_open('"') && !is_open('\'') {
            break;
        }
    }
    text
}
