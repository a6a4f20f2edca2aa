//! What doctor says, for people and for programs.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::line::{Line, State};
use super::{Diagnosis, Place};
use crate::report::render::{Look, Style, wrap};
use crate::shown::shown;

/// The narrowest column of names, as in a report, and the widest.
const NAMES: (usize, usize) = (14, 24);

impl Diagnosis {
    pub(super) fn to_json(&self) -> Value {
        json!({ "schema": "gate.doctor/1", "answer": self.state(), "lines": self.all().collect::<Vec<_>>() })
    }

    pub(super) fn to_text(&self, look: &Look, place: &Place) -> String {
        let said = |lines: &[Line]| {
            let kept: Vec<&Line> = lines.iter().filter(|line| !look.quiet || line.state != State::Fine).collect();
            let width = kept.iter().map(|line| line.name.width()).max().unwrap_or(0).clamp(NAMES.0, NAMES.1);
            // A next step that lines below one another share is told once, at the last of them.
            let is_last = |i: usize| kept.get(i + 1).is_none_or(|next| next.fix != kept[i].fix);
            let rows = kept.iter().enumerate().map(|(i, line)| row(line, line.fix.as_deref().filter(|_| is_last(i)), (width, look)));
            rows.collect::<String>()
        };
        if look.quiet {
            return said(&self.lines) + &said(&self.unseen);
        }
        let head = look.paint(Style::Strong, "gate doctor");
        let mut text = format!("{head} · {}\n\n{}", shown(&place.root.to_string_lossy()), said(&self.lines));
        if !self.unseen.is_empty() {
            text.push_str(&format!("\n  `gate promote` cannot tell here:\n\n{}", said(&self.unseen)));
        }
        text + "\n" + &self.last_line(look)
    }

    fn last_line(&self, look: &Look) -> String {
        let (word, style) = match self.state() {
            State::Fine | State::Advice => ("FINE", Style::Good),
            State::CannotTell => ("CANNOT TELL", Style::Unsure),
            State::Wrong => ("WRONG", Style::Bad),
        };
        let count = |state| self.all().filter(|line| line.state == state).count();
        let counts = [(count(State::Wrong), "in the way"), (count(State::CannotTell), "cannot tell"), (count(State::Advice), "to do")];
        let parts: Vec<String> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        let parts = if parts.is_empty() { "nothing to do".to_owned() } else { parts.join(" · ") };
        format!("{}  {parts}\n", look.paint(style, word))
    }
}

fn row(line: &Line, fix: Option<&str>, (width, look): (usize, &Look)) -> String {
    let (sign, style) = match line.state {
        State::Fine => ("✓", Style::Good),
        State::Advice => ("!", Style::Warned),
        State::Wrong => ("✗", Style::Bad),
        State::CannotTell => ("?", Style::Unsure),
    };
    let indent = 4 + width + 2;
    let pad = format!("\n{}", " ".repeat(indent));
    let room = look.width.saturating_sub(indent).max(20);
    let lines = wrap(&line.says, room, room);
    let gap = (width + 2).saturating_sub(line.name.width());
    let name = if line.name.width() > width { format!("{}{pad}", line.name) } else { format!("{}{}", line.name, " ".repeat(gap)) };
    let mut text = format!("  {} {name}{}", look.paint(style, sign), lines.join(&pad));
    if let Some(path) = &line.path {
        text.push_str(&format!("  {}", look.paint(Style::Faint, path)));
    }
    if let Some(fix) = fix {
        let arrow = format!("→ {fix}");
        let fits = line.path.is_none() && lines.last().map_or(0, |last| last.width()) + 3 + arrow.width() <= room;
        text.push_str(if fits { "   " } else { &pad });
        text.push_str(&look.paint(Style::Faint, &arrow));
    }
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diagnosis(lines: Vec<Line>) -> Diagnosis {
        Diagnosis { lines, unseen: Vec::new() }
    }

    #[test]
    fn the_gravest_line_is_the_answer() {
        let (fine, advice) = (Line::fine("a", ""), Line::advice("b", ""));
        let (unseen, wrong) = (Line::unseen("c", ""), Line::wrong("d", ""));
        assert_eq!(diagnosis(vec![advice.clone(), fine.clone()]).state(), State::Advice);
        assert_eq!(diagnosis(vec![unseen.clone(), advice]).state(), State::CannotTell);
        assert_eq!(diagnosis(vec![unseen, wrong, fine]).state(), State::Wrong);
        assert_eq!(diagnosis(Vec::new()).state(), State::CannotTell, "nothing looked at is not fine");
    }

    #[test]
    fn no_line_of_words_is_wider_than_the_screen() {
        let long = Line::advice("name", "word ".repeat(60).trim_end()).fix("a command that mends it");
        let look = Look { colour: false, width: 80, quiet: false };
        for line in row(&long, long.fix.as_deref(), (14, &look)).lines() {
            assert!(line.width() <= 80, "{} {line}", line.width());
        }
    }

    #[test]
    fn what_a_stranger_wrote_steers_nothing() {
        let line = Line::fine("a", "\u{1b}[31m ##[error]\n::error::x").fix("\u{1b}[2J");
        let text = row(&line, line.fix.as_deref(), (14, &Look { colour: false, width: 80, quiet: false }));
        assert!(!text.contains('\u{1b}') && !text.contains("##[") && text.lines().all(|l| !l.trim_start().starts_with("::")), "{text}");
    }
}
