//! Judges one README: its sections, and what they point to.

use super::lookup::{Found, find_glob, find_path};
use super::sections::{Section, Wanted};
use super::targets::{self, Target};
use super::words::{Says, says};
use super::{Readmes, add_command, lines, rules};
use crate::check::{Met, Outcome, Place};
use crate::config::Label;
use crate::formats::gitignore;
use crate::formats::prose::{Line, Mark, MarkKind};
use crate::shown::{escaped, shown};
use crate::world::{Cx, Listed, Listing, LookError, RelPath};

/// The largest .gitignore that is read.
const IGNORES: u64 = 1 << 20;

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
        if lines.iter().all(|line| says(&line.text) == Says::Nothing) {
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
        let folder = match RelPath::parse(self.folder) {
            Ok(folder) => folder,
            Err(error) => return outcome.add(Met::new(&rules::ODD_NAME, self.place(), error.to_string()).subject(self.folder)),
        };
        let target = targets::target(mark);
        let (text, found) = match &target {
            Target::Other => return,
            Target::Path(path) => (path, find_path(&self.cx, self.listing, &folder, path)),
            Target::Glob(glob) => (glob, find_glob(self.listing, &folder, glob)),
        };
        if found == Found::No && (self.is_of_the_machine(mark) || self.is_left_out(label, text)) {
            return;
        }
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

impl Judging<'_> {
    /// A code span like `/health` or `/etc/hosts`: a route or a path of the machine, unless it begins with something promoted.
    fn is_of_the_machine(&self, mark: &Mark) -> bool {
        let first = mark.text.trim().strip_prefix('/').and_then(|rest| rest.split('/').next());
        let promoted = |first: &str| self.listing.has_folder(first) || self.listing.get(first).is_some();
        mark.kind == MarkKind::Code && first.is_some_and(|first| !promoted(first))
    }

    /// What the root's .gitignore, itself promoted, leaves out may be protected without being promoted: `.env`, `target/`.
    fn is_left_out(&self, label: &Label, text: &str) -> bool {
        if !self.options.glob_sections.contains(label) || self.listing.get(".gitignore") != Some(Listed::File) {
            return false;
        }
        let mut bytes = Vec::new();
        let read = RelPath::parse(".gitignore").map_err(LookError::from).and_then(|path| self.cx.tree().read(&path, IGNORES, &mut bytes));
        // Rules that cannot be read leave nothing out: then the path is said to be missing, which is the careful answer.
        read.is_ok() && std::str::from_utf8(&bytes).is_ok_and(|rules| gitignore::Rules::new(rules).leave_out(text))
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
