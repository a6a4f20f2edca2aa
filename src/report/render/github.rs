//! Annotations for GitHub Actions: workflow commands, one a line. A step shows at most ten errors and ten warnings, so
//! no more are written, and what is left over is counted in one line.
//!
//! Source: GitHub Docs, "Workflow commands for GitHub Actions" (syntax, escapes) and "Limits" (ten of each kind a step).

use crate::check::Level;
use crate::report::{Report, Ruling};

/// The most annotations of one kind that a step shows.
const MOST: usize = 10;

/// The annotations. `below` is the root's path in the repository, as `service/`; empty at its top.
pub(crate) fn render(report: &Report, below: &str) -> String {
    let mut out = String::new();
    let mut left = 0;
    for (effect, command) in [(Level::Block, "error"), (Level::Warn, "warning")] {
        let rulings: Vec<&Ruling> = all(report).filter(|r| r.effect == effect).collect();
        for ruling in rulings.iter().take(MOST) {
            out.push_str(&annotation(command, ruling, below));
        }
        left += rulings.len().saturating_sub(MOST);
    }
    if left > 0 {
        out.push_str(&format!("::notice title=gate::{left} more are not shown here; the step summary and the log have them\n"));
    }
    out
}

fn all(report: &Report) -> impl Iterator<Item = &Ruling> {
    report.promotion.iter().chain(report.checks.iter().flat_map(|c| &c.rulings))
}

fn annotation(command: &str, ruling: &Ruling, below: &str) -> String {
    let mut properties = Vec::new();
    // A folder or the tree as a whole is no file that a line could be shown in.
    if ruling.path != "." && !ruling.path.ends_with('/') {
        properties.push(format!("file={}", property(&format!("{below}{}", ruling.path))));
        properties.extend(ruling.line.map(|line| format!("line={line}")));
    }
    properties.push(format!("title={}", property(&ruling.failure_reason_code)));
    let mut message = ruling.message.clone();
    for (what, value) in [("expected", &ruling.expected), ("found", &ruling.actual)] {
        if let Some(value) = value {
            message.push_str(&format!("\n{what} {value}"));
        }
    }
    message.push_str(&format!("\n→ {}", ruling.next));
    if ruling.path.ends_with('/') {
        message = format!("{}: {message}", ruling.path);
    }
    format!("::{command} {}::{}\n", properties.join(","), data(&message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::human::tests::{report, ruling};
    use super::*;

    #[test]
    fn an_annotation_names_file_line_and_rule_and_cannot_be_broken_out_of() {
        let mut odd = ruling(Level::Block);
        odd.path = "a,b:c/README.md".to_owned();
        odd.message = "100% wrong\n::error::injected".to_owned();
        let text = render(&report(vec![odd]), "service/");
        assert!(
            text.starts_with("::error file=service/a%2Cb%3Ac/README.md,line=3,title=readmes/section-empty::100%25 wrong%0A::error"),
            "{text}"
        );
        assert_eq!(text.lines().count(), 1);
    }

    #[test]
    fn ten_of_each_kind_and_one_line_for_the_rest() {
        let rulings = (0..13).map(|_| ruling(Level::Block)).chain((0..11).map(|_| ruling(Level::Warn))).collect();
        let text = render(&report(rulings), "");
        let count = |command: &str| text.lines().filter(|l| l.starts_with(command)).count();
        assert_eq!((count("::error "), count("::warning "), count("::notice ")), (10, 10, 1));
        assert!(text.contains("::4 more"), "{text}");
    }

    #[test]
    fn a_folder_is_named_in_the_message() {
        let mut folder = ruling(Level::Warn);
        (folder.path, folder.line) = ("engine/".to_owned(), None);
        assert!(render(&report(vec![folder]), "").starts_with("::warning title=readmes/section-empty::engine/: "));
    }
}
