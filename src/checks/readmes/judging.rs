//! Judges one README: its sections, and what they point to.

use super::paths::{self, Found, Target};
use super::sections::{self, Says, Section, Wanted};
use super::{Readmes, add_command, lines, rules};
use crate::check::{Met, Outcome, Place};
use crate::config::Label;
use crate::formats::prose::{Line, Mark};
use crate::shown::{escaped, shown};
use crate::world::{Cx, Listing, RelPath};

/// The most places that one section may point to.
const MARKS: usize = 1000;

/// One README and what it is judged against.
pub(super) struct Judging<'a> {
    pub(super) cx: Cx<'a>,
    pub(super) options: &'a Readmes,
    pub(super) listing: &'a Listing,
    pub(super) folder: &'a str,
    pub(super) path: &'a str,
    pub(super) text: &'a str,
}

impl Judging<'_> {
    /// Says everything in which it falls short.
    pub(super) fn judge(&self, outcome: &mut Outcome) {
        let lines = lines(self.path, self.text);
        if lines.iter().all(|line| sections::says(&line.text) == Says::Nothing) {
            let met = Met::new(&rules::EMPTY, self.place(), "has no visible text");
            outcome.add(met.subject(self.folder).next(add_command(self.folder)));
            return;
        }
        let labels = self.options.labels();
        let found = Wanted { labels: &labels, ignore_case: self.options.ignore_case }.sections(&lines);
        for (i, label) in self.options.sections.as_slice().iter().enumerate() {
            let here = found.iter().filter(|s| s.label == i);
            match here.max_by_key(|s| (s.says, std::cmp::Reverse(s.line))) {
                None => outcome.add(self.missing_section(label, &lines)),
                Some(best) => self.judge_section(label, best, outcome),
            }
        }
        for section in &found {
            let label = &labels[section.label];
            if self.options.glob_sections.contains(label) || self.options.path_sections.contains(label) {
                section.marks.iter().take(MARKS).for_each(|mark| self.judge_mark(label, mark, outcome));
            }
            if section.marks.len() > MARKS {
                let message = format!("`{}` points to more than {MARKS} places", shown(label.as_str()));
                outcome.add(Met::new(&rules::TOO_LARGE, Place::at(escaped(self.path), section.line), message).subject(self.folder));
            }
        }
    }

    fn place(&self) -> Place {
        Place::of(escaped(self.path))
    }

    fn judge_section(&self, label: &Label, section: &Section, outcome: &mut Outcome) {
        let (rule, what) = match section.says {
            Says::Something => return,
            Says::Placeholder => (&rules::SECTION_PLACEHOLDER, "holds only a placeholder"),
            Says::Nothing => (&rules::SECTION_EMPTY, "says nothing"),
        };
        let place = Place::at(escaped(self.path), section.line);
        outcome.add(Met::new(rule, place, format!("`{}` {what}", shown(label.as_str()))).subject(self.folder));
    }

    /// "Missing", with the line that was probably meant.
    fn missing_section(&self, label: &Label, lines: &[Line]) -> Met {
        let near = lines.iter().find(|line| !line.quoted && letters(label_of(line)).eq(letters(label.as_str())));
        let met = Met::new(&rules::SECTION_MISSING, self.place(), format!("has no section `{}`", shown(label.as_str())));
        let met = met.subject(self.folder).next(add_command(self.folder));
        match near {
            Some(line) => {
                met.expected(format!("`{}`", shown(label.as_str()))).actual(format!("`{}` in line {}", shown(label_of(line)), line.number))
            }
            None => met,
        }
    }

    fn judge_mark(&self, label: &Label, mark: &Mark, outcome: &mut Outcome) {
        let Ok(folder) = RelPath::parse(self.folder) else { return };
        let target = paths::target(mark);
        let (text, found) = match &target {
            Target::Other => return,
            Target::Path(path) => (path, paths::find_path(&self.cx, self.listing, &folder, path)),
            Target::Glob(glob) => (glob, paths::find_glob(self.listing, &folder, glob)),
        };
        let (rule, message) = match (found, &target) {
            (Found::Yes, _) => return,
            (Found::No, Target::Glob(_)) => (&rules::GLOB_UNMATCHED, format!("`{}` matches nothing", shown(text))),
            (Found::No, Target::Path(_) | Target::Other) => (&rules::PATH_MISSING, format!("`{}` does not exist", shown(text))),
            (Found::Outside, _) => (&rules::PATH_OUTSIDE, format!("`{}` leaves the root", shown(text))),
            (Found::Unseen(why), _) => (&rules::PATH_UNSEEN, format!("`{}` cannot be looked at: {why}", shown(text))),
            (Found::NoGlob(why), _) => (&rules::GLOB_INVALID, why),
        };
        let place = Place::at(escaped(self.path), mark.line);
        outcome.add(Met::new(rule, place, format!("{message} (under `{}`)", shown(label.as_str()))).subject(self.folder));
    }
}

/// What stands before the first colon.
fn label_of(line: &Line) -> &str {
    line.text.split(':').next().unwrap_or_default().trim()
}

/// The letters and digits of a text, in lower case.
fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}
