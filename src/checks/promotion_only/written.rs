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

/// A command as it is written, on the line on which it begins, from 1, and on those that carry it on. Lines are had by their number, from 0: a script
/// is not gone through anew for each of its commands.
pub(super) fn written<'l>(line: usize, line_of: impl Fn(usize) -> Option<&'l str>) -> String {
    let mut text = String::new();
    let (mut single, mut double) = (0, 0);
    let first = line.saturating_sub(1);
    for part in (first..first.saturating_add(LINES)).map_while(line_of) {
        let (part, goes_on) = part.strip_suffix('\\').map_or((part, false), |part| (part, true));
        text.push_str(part);
        text.push(' ');
        single += part.matches('\'').count();
        double += part.matches('"').count();
        // A text between quotes may go on too.
        if !goes_on && single % 2 == 0 && double % 2 == 0 {
            break;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// How many lines are looked at for the commands that begin on each line of a script.
    fn looked_at(lines: &[&str]) -> usize {
        let looked_at = Cell::new(0);
        for line in 1..=lines.len() {
            written(line, |at| {
                looked_at.set(looked_at.get() + 1);
                lines.get(at).copied()
            });
        }
        looked_at.get()
    }

    #[test]
    fn a_command_is_read_to_its_end() {
        let lines = ["curl -d 'a", "b' \\", "  https://x", "wget \"y", "z\"", "http it's"];
        let of = |line| written(line, |at| lines.get(at).copied());
        assert_eq!(of(1), "curl -d 'a b'    https://x ");
        assert_eq!(of(4), "wget \"y z\" ");
        assert_eq!(of(6), "http it's ");
        assert_eq!(of(7), "");
    }

    #[test]
    fn each_line_of_a_long_script_is_looked_at_once_for_each_command_it_belongs_to() {
        assert_eq!(looked_at(&["curl -d @a https://x/upload"; 20_000]), 20_000);
        assert_eq!(looked_at(&["curl -d 'a", "b' https://x"].repeat(10_000)), 40_000);
    }

    #[test]
    fn of_a_command_without_end_some_lines_are_looked_at() {
        for endless in ["curl -d a \\", "curl -d @a \"it's\" && \\"] {
            assert!(looked_at(&[endless; 2_000]) <= 2_000 * LINES, "{endless}");
        }
        let unclosed: Vec<&str> = std::iter::once("curl \"").chain(["curl x"; 2_000]).collect();
        assert!(looked_at(&unclosed) <= 2_000 + LINES);
    }
}
