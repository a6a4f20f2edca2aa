//! The report for a person: verdict, cause and next step at a glance, at 80 columns and in a CI log.

use std::collections::BTreeMap;

use unicode_width::UnicodeWidthStr;

use super::style::{Look, Style};
use super::wrap::{padded, wrap};
use crate::check::{Answer, Level, Mode};
use crate::report::{CheckReport, Mark, Report, Ruling, Verdict};
use crate::shown::{counted, shown};

/// How many rulings of one check are shown, unless its kind was asked for by name.
const SHOWN: usize = 12;
/// The widest column of names, and of places.
const NAMES: usize = 24;
const PLACES: usize = 32;
/// The fewest columns in which a message stands beside its place.
const BESIDE: usize = 34;

/// The whole text, with a newline at its end.
pub(crate) fn render(report: &Report, look: &Look) -> String {
    if look.quiet {
        return last_line(report, look);
    }
    let names = report.checks.iter().map(|c| c.name.width()).chain([if report.promotion.is_empty() { 0 } else { 9 }]);
    let name_width = names.max().unwrap_or(0).clamp(14, NAMES);
    let mut page = Page { look, indent: 4 + name_width + 2, by_name: report.verdict.is_none(), out: head(report, look) };
    if !report.promotion.is_empty() {
        page.row(sign_of(&report.promotion), "promotion", name_width);
        page.rulings(&report.promotion, None);
    }
    for check in &report.checks {
        page.check(check, name_width);
    }
    let mut out = page.out;
    for remark in &report.remarks {
        out.push_str(&format!("\n  {}\n", look.paint(Style::Warned, remark)));
    }
    out.push('\n');
    out.push_str(&last_line(report, look));
    out
}

fn head(report: &Report, look: &Look) -> String {
    let mut head = look.paint(Style::Strong, &format!("gate {}", report.command));
    if let Some(commit) = &report.commit {
        head.push_str(&format!(" · {}", &commit[..commit.len().min(7)]));
    }
    if let Some(environment) = &report.environment {
        head.push_str(&format!(" → {}", shown(environment)));
    }
    head + "\n\n"
}

/// A sign and its style.
type Sign = (&'static str, Style);

fn sign_of_mark(mark: Mark) -> Sign {
    match mark {
        Mark::Fine => ("✓", Style::Good),
        Mark::Failed => ("✗", Style::Bad),
        Mark::CannotTell => ("?", Style::Unsure),
        Mark::Warned => ("!", Style::Warned),
    }
}

fn sign_of_ruling(ruling: &Ruling) -> Sign {
    match (ruling.effect_at_promotion, ruling.answer) {
        (Level::Block, Answer::Wrong | Answer::Fine) => ("✗", Style::Bad),
        (Level::Block, Answer::CannotTell) => ("?", Style::Unsure),
        (Level::Warn, _) => ("!", Style::Warned),
        (Level::Note, _) => ("·", Style::Faint),
    }
}

/// The gravest sign of several rulings.
fn sign_of(rulings: &[Ruling]) -> Sign {
    let rank = |sign: &Sign| ["·", "!", "?", "✗"].iter().position(|s| *s == sign.0);
    rulings.iter().map(sign_of_ruling).max_by_key(rank).unwrap_or(("·", Style::Faint))
}

/// The text as it grows.
struct Page<'a> {
    look: &'a Look,
    /// Columns before the first ruling.
    indent: usize,
    /// A kind was asked for by name: everything is shown.
    by_name: bool,
    out: String,
}

impl Page<'_> {
    fn row(&mut self, sign: Sign, name: &str, width: usize) {
        let name = if name.width() > width { format!("{name}\n{}", " ".repeat(self.indent)) } else { padded(name, width + 2) };
        self.out.push_str(&format!("  {} {name}", self.look.paint(sign.1, sign.0)));
    }

    fn check(&mut self, check: &CheckReport, width: usize) {
        let told_briefly = !self.by_name && check.mode != Mode::Prescriptive && check.met_something();
        let sign = match (check.mark, told_briefly) {
            (Mark::Fine, true) => ("·", Style::Faint),
            (mark, _) => sign_of_mark(mark),
        };
        self.row(sign, &check.name, width);
        if told_briefly {
            self.brief(check);
        } else if check.rulings.iter().all(|r| r.effect_at_promotion == Level::Note) {
            self.text(&fine(check), None);
            if !check.rulings.is_empty() {
                self.out.push_str(&" ".repeat(self.indent));
                self.rulings(&check.rulings, Some(check));
            }
        } else {
            self.rulings(&check.rulings, Some(check));
        }
    }

    /// A check that is not prescriptive takes one line: how many fall short, and how to see them.
    fn brief(&mut self, check: &CheckReport) {
        let unseen = check.unseen;
        let mut parts = vec![check.mode.name().to_owned()];
        if check.short > 0 || unseen == 0 {
            parts.push(short(check));
        }
        if unseen > 0 {
            parts.push(format!("{} could not be looked at", counted(unseen, "thing", "things")));
        }
        let command = match check.name == check.kind {
            true => format!("gate {}", check.kind),
            false => format!("gate {} --name {}", check.kind, check.name),
        };
        self.text(&parts.join(" · "), Some(&command));
    }

    fn rulings(&mut self, rulings: &[Ruling], check: Option<&CheckReport>) {
        let limit = if self.by_name { usize::MAX } else { SHOWN };
        let mut kept: Vec<&Ruling> = rulings.iter().collect();
        if kept.len() > limit {
            kept.sort_by_key(|r| std::cmp::Reverse(r.effect_at_promotion));
            kept.truncate(limit);
            kept.sort_by_key(|r| (&r.path, r.line));
        }
        // A next step that several rulings share is told once, at the last of them.
        let last_with: BTreeMap<&str, usize> = kept.iter().enumerate().map(|(i, r)| (r.next.as_str(), i)).collect();
        let several = kept.len() > 1;
        let places = kept.iter().map(|r| place(r).width()).filter(|w| *w <= PLACES).max().unwrap_or(0);
        for (i, ruling) in kept.iter().enumerate() {
            if i > 0 {
                self.out.push_str(&" ".repeat(self.indent));
            }
            self.ruling(ruling, if several { places } else { 0 }, last_with.get(ruling.next.as_str()) == Some(&i));
        }
        if rulings.len() > kept.len() {
            let rest = rulings.len() - kept.len();
            self.out.push_str(&" ".repeat(self.indent));
            let command = check.map(|c| format!("gate {} --name {}", c.kind, c.name));
            self.text(&format!("… and {rest} more"), command.as_deref());
        }
        if let Some(line) = check.and_then(|c| c.decided_by.as_ref()).filter(|_| kept.iter().any(|r| r.effect_at_promotion == Level::Block))
        {
            let lines: Vec<&str> = kept.iter().filter_map(|r| r.decided_by.as_deref()).filter(|l| *l != line).collect();
            let also = lines.first().map(|l| format!(" and {l}")).unwrap_or_default();
            self.out.push_str(&format!(
                "{}{}\n",
                " ".repeat(self.indent),
                self.look.paint(Style::Faint, &format!("decided by {line}{also}"))
            ));
        }
    }

    fn ruling(&mut self, ruling: &Ruling, places: usize, tell_next: bool) {
        let (sign, style) = sign_of_ruling(ruling);
        let place = padded(&place(ruling), places);
        let sign = match (ruling.effect_at_promotion, ruling.answer) {
            (Level::Block, Answer::Wrong | Answer::Fine) => String::new(),
            (Level::Block, Answer::CannotTell) => "cannot tell: ".to_owned(),
            (Level::Warn | Level::Note, _) => format!("{} ", self.look.paint(style, sign)),
        };
        let plain_sign = if sign.contains('\u{1b}') { 2 } else { sign.width() };
        let start = if place.is_empty() { String::new() } else { format!("{place}  ") };
        let rest = self.look.width.saturating_sub(self.indent + start.width() + plain_sign);
        // Beside a long place a sentence would become a thin column: it goes below.
        let is_beside = rest >= BESIDE || ruling.message.width() <= rest;
        let (used, below) = if is_beside { (start.width() + plain_sign, start.width()) } else { (2 + plain_sign, 2) };
        let break_line = if is_beside { String::new() } else { format!("\n{}", " ".repeat(self.indent + 2)) };
        let start = if is_beside { start.as_str() } else { start.trim_end() };
        self.out.push_str(&format!("{}{break_line}{sign}", self.look.paint(Style::Strong, start)));
        self.text_at(&ruling.message, (used, below), Some(ruling.next.as_str()).filter(|_| tell_next));
        for (what, value) in [("expected", &ruling.expected), ("found", &ruling.actual)] {
            if let Some(value) = value {
                let line = format!("{}{what:<9} {value}", " ".repeat(self.indent + below));
                self.out.push_str(&format!("{}\n", self.look.paint(Style::Faint, &line)));
            }
        }
    }

    fn text(&mut self, text: &str, next: Option<&str>) {
        self.text_at(text, (0, 0), next);
    }

    /// Text after `used` columns; further lines begin at `below`; the next step at the end, on a line of its own if need be.
    fn text_at(&mut self, text: &str, (used, below): (usize, usize), next: Option<&str>) {
        let room = self.look.width.saturating_sub(self.indent).max(20);
        let lines = wrap(text, room.saturating_sub(used).max(10), room.saturating_sub(below).max(10));
        let pad = " ".repeat(self.indent + below);
        let last_width = lines.last().map_or(0, |l| l.width()) + if lines.len() == 1 { used } else { below };
        self.out.push_str(&lines.join(&format!("\n{pad}")));
        if let Some(next) = next {
            let arrow = format!("→ {next}");
            let fits = last_width + 3 + arrow.width() <= room;
            self.out.push_str(&if fits { "   ".to_owned() } else { format!("\n{pad}") });
            self.out.push_str(&self.look.paint(Style::Faint, &arrow));
        }
        self.out.push('\n');
    }
}

fn place(ruling: &Ruling) -> String {
    match (ruling.path.as_str(), ruling.line) {
        (".", _) => String::new(),
        (path, Some(line)) => format!("{path}:{line}"),
        (path, None) => path.to_owned(),
    }
}

fn fine(check: &CheckReport) -> String {
    match &check.allowed_empty {
        Some(reason) => format!("nothing to examine, allowed: {reason}"),
        None if check.says.is_empty() => counted(check.examined.count, &check.examined.what, &check.examined.what),
        None => check.says.join(" · "),
    }
}

fn short(check: &CheckReport) -> String {
    let what = &check.examined.what;
    let fall = if check.short == 1 { "falls" } else { "fall" };
    format!("{} of {} {fall} short", check.short, counted(check.examined.count, what, what))
}

fn last_line(report: &Report, look: &Look) -> String {
    let (word, style) = match (report.verdict, report.answer) {
        (_, _) if report.advisory => ("ADVISORY", Style::Strong),
        (Some(Verdict::Promote), _) => ("PROMOTE", Style::Good),
        (Some(Verdict::Hold), _) => ("HOLD", Style::Bad),
        (Some(Verdict::CannotTell), _) | (None, Answer::CannotTell) => ("CANNOT TELL", Style::Unsure),
        (None, Answer::Fine) => ("FINE", Style::Good),
        (None, Answer::Wrong) => ("WRONG", Style::Bad),
    };
    let counts = &report.counts;
    let mut parts = Vec::new();
    for (count, what) in [(counts.failed, "failed"), (counts.cannot_tell, "cannot tell"), (counts.warned, "warned")] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    match report.checks.as_slice() {
        [check] if report.verdict.is_none() => parts = vec![short_or_fine(check)],
        checks => parts.push(counted(checks.len(), "check", "checks")),
    }
    let verdict = match (report.advisory, report.verdict) {
        (true, Some(Verdict::Promote)) => "   promotion would go through",
        (true, Some(Verdict::Hold)) => "   promotion would HOLD",
        (true, Some(Verdict::CannotTell)) => "   promotion would be CANNOT TELL",
        _ => "",
    };
    format!("{}  {}{verdict}\n", look.paint(style, word), parts.join(" · "))
}

fn short_or_fine(check: &CheckReport) -> String {
    let unseen = check.unseen;
    match (check.short, unseen) {
        (0, 0) => fine(check),
        (0, _) => format!("{} could not be looked at", counted(unseen, "thing", "things")),
        _ => short(check),
    }
}

impl CheckReport {
    /// Whether anything above a note was met, whatever the mode made of it.
    fn met_something(&self) -> bool {
        self.short > 0 || self.unseen > 0
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::exit::Exit;
    use crate::report::{Counts, ExaminedReport, ReasonCode};

    /// A ruling with something in every field.
    pub(in super::super) fn ruling(effect: Level) -> Ruling {
        Ruling {
            answer: Answer::Wrong,
            effect,
            effect_at_promotion: effect,
            failure_reason_code: "readmes/section-empty".to_owned(),
            policy_reason_code: ReasonCode::LevelDefault,
            decided_by: Some("gate.toml:4".to_owned()),
            message: "`Purpose` says nothing".to_owned(),
            path: "engine/README.md".to_owned(),
            line: Some(3),
            expected: None,
            actual: None,
            next: "gate explain readmes/section-empty".to_owned(),
            named_next: true,
        }
    }

    /// A report of one check with these rulings.
    pub(in super::super) fn report(rulings: Vec<Ruling>) -> Report {
        let check = CheckReport {
            name: "readmes".to_owned(),
            kind: "readmes".to_owned(),
            mode: Mode::Prescriptive,
            decided_by: Some("gate.toml:4".to_owned()),
            answer: Answer::Wrong,
            mark: Mark::Failed,
            examined: ExaminedReport { count: 27, what: "folders".to_owned() },
            says: Vec::new(),
            short: 1,
            unseen: 0,
            allowed_empty: None,
            rulings,
        };
        Report {
            schema: Report::SCHEMA.to_owned(),
            gate_version: "0.0.0".to_owned(),
            command: "promote".to_owned(),
            advisory: false,
            now: "1970-01-01T00:00:00Z".to_owned(),
            commit: Some("3f2c1d9a".repeat(5)),
            environment: Some("prod".to_owned()),
            policy: None,
            answer: Answer::Wrong,
            verdict: Some(Verdict::Hold),
            exit_code: 1,
            counts: Counts { checks: 1, failed: 1, cannot_tell: 0, warned: 0 },
            remarks: Vec::new(),
            promotion: Vec::new(),
            checks: vec![check],
            exit: Exit::Wrong,
        }
    }

    fn plain(report: &Report) -> String {
        render(report, &Look { colour: false, width: 80, quiet: false })
    }

    #[test]
    fn one_glance_tells_verdict_cause_and_next_step() {
        let expected = "gate promote · 3f2c1d9 → prod\n\n  \
                        ✗ readmes         engine/README.md:3  `Purpose` says nothing\n                                        \
                        → gate explain readmes/section-empty\n                    \
                        decided by gate.toml:4\n\n\
                        HOLD  1 failed · 1 check\n";
        assert_eq!(plain(&report(vec![ruling(Level::Block)])), expected);
    }

    #[test]
    fn no_line_is_wider_than_the_screen_unless_one_word_is() {
        let mut long = ruling(Level::Block);
        long.message = "word ".repeat(60).trim_end().to_owned();
        for line in plain(&report(vec![long.clone(), ruling(Level::Warn)])).lines() {
            assert!(line.width() <= 80, "{} {line}", line.width());
        }
    }

    #[test]
    fn colour_changes_no_word() {
        let report = report(vec![ruling(Level::Block), ruling(Level::Warn), ruling(Level::Note)]);
        let coloured = render(&report, &Look { colour: true, width: 80, quiet: false });
        let mut stripped = String::new();
        let mut rest = coloured.as_str();
        while let Some((head, tail)) = rest.split_once('\u{1b}') {
            stripped.push_str(head);
            rest = tail.split_once('m').map_or("", |(_, after)| after);
        }
        assert_eq!(stripped + rest, plain(&report));
    }

    #[test]
    fn many_rulings_are_counted_unless_the_kind_was_asked_for() {
        let mut many = report((0..30).map(|_| ruling(Level::Block)).collect());
        assert!(plain(&many).contains("… and 18 more"));
        many.verdict = None;
        assert_eq!(plain(&many).matches("says nothing").count(), 30);
    }

    #[test]
    fn quiet_is_the_last_line() {
        assert_eq!(render(&report(Vec::new()), &Look { colour: false, width: 80, quiet: true }), "HOLD  1 failed · 1 check\n");
    }
}
