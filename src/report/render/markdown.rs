//! The report as Markdown, for a step summary. GitHub drops a summary of more than 1 MiB whole, so it is cut before.

use crate::check::Level;
use crate::report::{CheckReport, Mark, Report, Ruling, Verdict};
use crate::shown::counted;

/// The most bytes that one step's summary may have.
pub(crate) const LIMIT: usize = 1 << 20;
/// What the line that counts the cut may need.
const TAIL: usize = 200;

/// The summary, in at most `room` bytes; empty when not even its head fits.
pub(crate) fn render(report: &Report, room: usize) -> String {
    let mut out = head(report);
    if out.len() + TAIL > room {
        return String::new();
    }
    let mut lines = rows(report);
    for check in &report.checks {
        lines.extend(details(&check.name, &check.rulings));
    }
    lines.extend(details("promotion", &report.promotion));
    let mut cut = 0;
    for line in lines {
        // Once cut, cut to the end: a list with holes would mislead.
        if cut > 0 || out.len() + line.len() + TAIL > room {
            cut += 1;
        } else {
            out.push_str(&line);
        }
    }
    if cut > 0 {
        out.push_str(&format!("\n{} cut here, so that the summary stays below 1 MiB. The log has them.\n", counted(cut, "line", "lines")));
    }
    out
}

fn head(report: &Report) -> String {
    let verdict = match (report.verdict, report.advisory) {
        (Some(Verdict::Promote), false) => ": **PROMOTE**",
        (Some(Verdict::Hold), false) => ": **HOLD**",
        (Some(Verdict::CannotTell), false) => ": **CANNOT TELL**",
        (Some(Verdict::Promote), true) => " (advisory): promotion would go through",
        (Some(Verdict::Hold), true) => " (advisory): promotion would **HOLD**",
        (Some(Verdict::CannotTell), true) => " (advisory): promotion would be **CANNOT TELL**",
        (None, _) => "",
    };
    let commit = report.commit.as_ref().map(|c| format!(" · `{}`", &c[..c.len().min(12)])).unwrap_or_default();
    let environment = report.environment.as_ref().map(|e| format!(" → {}", cell(&crate::shown::shown(e)))).unwrap_or_default();
    let remarks: String = report.remarks.iter().map(|r| format!("{}\n\n", cell(r))).collect();
    format!(
        "### gate {}{verdict}\n\n{}{commit}{environment}\n\n{remarks}",
        report.command,
        counted(report.counts.checks, "check", "checks")
    )
}

fn rows(report: &Report) -> Vec<String> {
    let mut rows = vec!["| | check | mode | examined | fall short |\n|---|---|---|---|---|\n".to_owned()];
    rows.extend(report.checks.iter().map(|check| {
        let examined = counted(check.examined.count, &check.examined.what, &check.examined.what);
        format!("| {} | {} | {} | {examined} | {} |\n", sign(check), check.name, check.mode.name(), check.short)
    }));
    rows
}

fn sign(check: &CheckReport) -> &'static str {
    match check.mark {
        Mark::Fine => "✅",
        Mark::Failed => "❌",
        Mark::CannotTell => "❓",
        Mark::Warned => "⚠️",
    }
}

fn details(name: &str, rulings: &[Ruling]) -> Vec<String> {
    if rulings.is_empty() {
        return Vec::new();
    }
    let title = format!("\n#### {name}\n\n| | where | what | next |\n|---|---|---|---|\n");
    [title].into_iter().chain(rulings.iter().map(detail)).collect()
}

fn detail(ruling: &Ruling) -> String {
    let line = ruling.line.map(|l| format!(":{l}")).unwrap_or_default();
    let place = if ruling.path == "." { String::new() } else { format!("`{}{line}`", ruling.path) };
    let effect = match ruling.effect {
        Level::Block => "block",
        Level::Warn => "warn",
        Level::Note => "note",
    };
    let mut what = ruling.message.clone();
    for (word, value) in [("expected", &ruling.expected), ("found", &ruling.actual)] {
        if let Some(value) = value {
            what.push_str(&format!(" — {word} {value}"));
        }
    }
    format!("| {effect} | {} | {} `{}` | {} |\n", cell(&place), cell(&what), ruling.failure_reason_code, code(&ruling.next))
}

/// A code span in a table cell, whatever is in it.
fn code(text: &str) -> String {
    let text = text.replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if text.contains('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Text in a table cell: no bar ends the cell, no tag begins outside a code span.
fn cell(text: &str) -> String {
    let mut in_code = false;
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '`' => {
                in_code = !in_code;
                out.push(c);
            }
            '|' => out.push_str("\\|"),
            '<' if !in_code => out.push_str("&lt;"),
            '\n' | '\r' => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::human::tests::{report, ruling};
    use super::*;

    #[test]
    fn a_long_summary_is_cut_before_the_limit_and_says_how_much() {
        let long = report((0..20_000).map(|_| ruling(Level::Block)).collect());
        let text = render(&long, LIMIT);
        assert!(text.len() <= LIMIT && text.len() > LIMIT - 1000);
        let shown = text.lines().filter(|l| l.starts_with("| block")).count();
        assert!(text.contains(&format!("{} cut here", counted(20_000 - shown, "line", "lines"))), "{}", &text[text.len() - 200..]);
    }

    #[test]
    fn no_room_gives_no_half_summary() {
        assert_eq!(render(&report(vec![ruling(Level::Block)]), 50), "");
    }

    #[test]
    fn strangers_text_cannot_end_a_cell_or_begin_a_tag() {
        let mut odd = ruling(Level::Block);
        odd.message = "`a|b` <img src=x> `<i>`".to_owned();
        odd.next = "gate readme add 'a`<img>'".to_owned();
        let text = render(&report(vec![odd]), LIMIT);
        assert!(text.contains("`a\\|b` &lt;img src=x> `<i>`"), "{text}");
        assert!(text.contains("| `` gate readme add 'a`<img>' `` |"), "{text}");
    }
}
