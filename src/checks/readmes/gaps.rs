//! What `gate readme add` would write: missing files and missing sections, never a word of what is there.

use std::collections::BTreeMap;

use super::reading::{Read, rank, read_readme, readmes_by_folder};
use super::sections::Wanted;
use super::{Readmes, is_markdown, lines, rules};
use crate::check::{Met, Outcome, Place, Trouble, listing};
use crate::shown::escaped;
use crate::world::{Cx, LookError, RelPath, resolve};

/// The template of a README, with one place for the folder's name and one for the sections.
const TEMPLATE: &str = include_str!("../../../templates/readme-folder.md");

/// What stands under a new label until somebody writes it; every one is a placeholder to the check.
const HINTS: [(&str, &str); 3] = [
    ("Purpose", "TODO: what this folder is for, in one sentence."),
    ("Entrypoints", "TODO: where a reader or a caller starts; name the paths."),
    ("Do-not-touch", "TODO: what must not be changed by hand; name the globs, or write that there is nothing."),
];

/// A folder that falls short in what can be written for it.
#[derive(Debug)]
pub(crate) enum Gap {
    /// A text to write.
    Write(Draft),
    /// Its README could not be looked at, so nothing is written.
    CannotTell(Box<Met>),
}

/// A README as it is and as it would be.
#[derive(Debug)]
pub(crate) struct Draft {
    /// Relative to the root.
    pub(crate) path: RelPath,
    /// `None`: there is no file.
    pub(crate) before: Option<String>,
    pub(crate) after: String,
}

impl Readmes {
    /// What is missing in `folders`; with none named, in all that the check asks about. `so_far` holds what is to be written
    /// already, and goes before what is on disk.
    pub(crate) fn gaps(&self, cx: &Cx<'_>, folders: &[RelPath], so_far: &BTreeMap<RelPath, Draft>) -> Result<Vec<Gap>, Box<Trouble>> {
        let listing = listing(cx, &rules::NO_TREE)?;
        let readmes = readmes_by_folder(&listing);
        let mut outcome = Outcome::new("", "");
        let asked: Vec<String> = match folders {
            [] => self.folders(&listing, &mut outcome).into_iter().map(str::to_owned).collect(),
            named => named.iter().map(|f| f.as_str().to_owned()).collect(),
        };
        // What the globs could not find is said, not left out.
        let drafted: BTreeMap<RelPath, &Draft> = so_far.values().map(|draft| (draft.path.parent(), draft)).collect();
        let mut gaps: Vec<Gap> = outcome.troubles.into_iter().map(|trouble| Gap::CannotTell(Box::new(trouble.0))).collect();
        for folder in asked {
            gaps.extend(match RelPath::parse(&folder).ok().and_then(|folder| drafted.get(&folder)) {
                Some(draft) => self.sections_gap(draft.path.as_str(), draft.before.clone(), &draft.after),
                None => match read_readme(cx, &listing, &folder, readmes.get(folder.as_str()).map_or(&[], Vec::as_slice)) {
                    Read::Text { path, text, .. } => match written(cx, &path) {
                        Ok(path) => self.sections_gap(path.as_str(), Some(text.clone()), &text),
                        Err(met) => Some(Gap::CannotTell(met)),
                    },
                    Read::Not(met) if met.rule.id == rules::MISSING.id => self.file_gap(&folder),
                    Read::Not(met) => Some(Gap::CannotTell(met)),
                },
            });
        }
        Ok(gaps)
    }

    fn file_gap(&self, folder: &str) -> Option<Gap> {
        let name = folder.rsplit('/').next().unwrap_or(folder);
        let sections: Vec<String> = self.sections.as_slice().iter().map(|label| section(label.as_str(), true)).collect();
        let (head, tail) = TEMPLATE.split_once("{{sections}}").unwrap_or((TEMPLATE, ""));
        let named = |part: &str| part.replace("{{folder}}", &as_markdown(name));
        let after = format!("{}{}{}", named(head), sections.join("\n").trim_end(), named(tail));
        Some(match RelPath::parse(folder).and_then(|f| f.join("README.md")) {
            Ok(path) => Gap::Write(Draft { path, before: None, after }),
            Err(error) => Gap::CannotTell(Box::new(Met::new(&rules::ODD_NAME, Place::of(escaped(folder)), error.to_string()))),
        })
    }

    /// `text` with the missing sections at its end; `before` is what is on disk.
    fn sections_gap(&self, path: &str, before: Option<String>, text: &str) -> Option<Gap> {
        let missing = self.missing(path, text);
        if missing.is_empty() {
            return None;
        }
        // As the last line ends.
        let crlf = text.rfind('\n').is_some_and(|end| text[..end].ends_with('\r'));
        let newline = if crlf { "\r\n" } else { "\n" };
        let mut after = text.to_owned();
        if !after.is_empty() && !after.ends_with('\n') {
            after.push_str(newline);
        }
        let blank = after.trim_start_matches('\u{feff}').is_empty() || after.ends_with(&newline.repeat(2));
        let new: Vec<String> = missing.iter().map(|label| section(label, is_markdown(path))).collect();
        let joined = format!("{}{}", if blank { "" } else { "\n" }, new.join("\n"));
        after.push_str(&joined.replace('\n', newline));
        if !self.missing(path, &after).is_empty() {
            let message = "ends inside an open code fence, comment or quote; close it first";
            return Some(Gap::CannotTell(Box::new(Met::new(&rules::SECTION_MISSING, Place::of(escaped(path)), message))));
        }
        Some(match RelPath::parse(path) {
            Ok(path) => Gap::Write(Draft { path, before, after }),
            Err(error) => Gap::CannotTell(Box::new(Met::new(&rules::ODD_NAME, Place::of(escaped(path)), error.to_string()))),
        })
    }

    /// The labels of the sections that `text` lacks.
    fn missing(&self, path: &str, text: &str) -> Vec<&str> {
        let labels = self.sections.as_slice();
        let found = Wanted { labels, ignore_case: self.ignore_case }.sections(&lines(path, text));
        let absent = (0..labels.len()).filter(|i| found.iter().all(|s| s.label != *i));
        absent.map(|i| labels[i].as_str()).collect()
    }
}

/// The file that is written when the README at `path` is: itself or, through a link, another README, and nothing else.
fn written(cx: &Cx<'_>, path: &str) -> Result<RelPath, Box<Met>> {
    let unusable = |why: String| Box::new(Met::new(&rules::UNREADABLE, Place::of(escaped(path)), why));
    let target = RelPath::parse(path).map_err(LookError::from).and_then(|path| resolve(cx.tree(), &path));
    let target = target.map_err(|error| unusable(error.to_string()))?;
    match rank(target.name()) {
        Some(_) => Ok(target),
        None => Err(unusable(format!("is a link to `{}`, which is no README", escaped(target.as_str())))),
    }
}

fn section(label: &str, markdown: bool) -> String {
    let hint = HINTS.iter().find(|(known, _)| *known == label).map_or("TODO", |(_, hint)| hint);
    if markdown { format!("## {}\n\n{hint}\n", as_markdown(label)) } else { format!("{label}: {hint}\n") }
}

/// A name as Markdown text: nothing in it is markup.
fn as_markdown(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '&' | '|' | '~') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::words::{Says, says};
    use super::*;

    fn appended(path: &str, text: &str) -> Option<String> {
        match Readmes::default().sections_gap(path, None, text)? {
            Gap::Write(draft) => Some(draft.after),
            Gap::CannotTell(_) => None,
        }
    }

    #[test]
    fn what_is_written_is_a_placeholder_to_the_check() {
        assert!(HINTS.iter().all(|(_, hint)| says(hint) == Says::Placeholder));
    }

    #[test]
    fn only_missing_sections_are_appended_and_every_word_stays() {
        let text = "# x\r\n\r\n## Purpose\r\n\r\nIt is.";
        let after = appended("a/README.md", text).unwrap();
        assert!(after.starts_with(text));
        assert!(after[text.len()..].starts_with("\r\n\r\n## Entrypoints\r\n\r\nTODO"), "{after:?}");
        assert!(!after.replace("\r\n", "").contains('\n'), "one kind of line end");
        assert_eq!(after.matches("## Purpose").count(), 1);
        assert!(appended("a/README.md", &after).is_none(), "a second run adds nothing");
    }

    #[test]
    fn other_formats_get_labels_not_headings() {
        assert_eq!(
            appended("a/README.txt", "Purpose: x\nDo-not-touch: x\n").unwrap().lines().last().unwrap().split(':').next(),
            Some("Entrypoints")
        );
    }

    #[test]
    fn nothing_is_appended_inside_an_open_fence() {
        assert_eq!(appended("a/README.md", "# x\n```sh\nmake\n"), None);
    }
}
