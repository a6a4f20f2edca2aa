//! Finds labelled sections in a document, and whether they say something.

use super::words::{Says, says};
use crate::config::Label;
use crate::formats::prose::{Form, Line, Mark};

/// One occurrence of a wanted section.
#[derive(Clone, Debug)]
pub(super) struct Section {
    /// Index into the wanted labels.
    pub(super) label: usize,
    pub(super) line: usize,
    pub(super) says: Says,
    pub(super) marks: Vec<Mark>,
}

/// The labels to look for, and how to compare them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) labels: &'a [Label],
    pub(super) ignore_case: bool,
}

/// A label met on a line.
struct Opening {
    label: usize,
    style: Style,
    /// Where the line's own content begins.
    rest: usize,
}

/// How a label is written; a section ends where the next one written so begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Heading(u8),
    Cell(usize),
    Item { depth: usize, id: usize },
    Bold,
    Plain,
}

/// What stands in a section. Its text is weighed block by block, because a placeholder may run over several lines.
struct Content {
    /// The block that is being read, and its text so far.
    open: (usize, String),
    /// How much the blocks before it say.
    says: Says,
    marks: Vec<Mark>,
}

impl Content {
    fn add(&mut self, opening: &Opening, line: &Line) {
        self.marks.extend(line.marks.iter().cloned());
        let is_caption = matches!(line.form, Form::Heading(_)) || (is_head(line.form) && !matches!(opening.style, Style::Cell(_)));
        // A heading or the head of a table announces a text and is none. After the first word, more change nothing.
        if is_caption || self.says == Says::Something {
            return;
        }
        if self.open.0 != line.block {
            self.says = self.weighed();
            self.open = (line.block, String::new());
        }
        self.open.1.push(' ');
        self.open.1.push_str(&line.text);
    }

    fn weighed(&self) -> Says {
        self.says.max(says(&self.open.1))
    }
}

fn is_head(form: Form) -> bool {
    matches!(form, Form::Cell { head: true, .. })
}

impl Wanted<'_> {
    /// Every occurrence of every wanted section, in the order of the document.
    pub(super) fn sections(self, lines: &[Line]) -> Vec<Section> {
        let mut found = Vec::new();
        // Where the section under the last heading ends: items and cells before that are its content.
        let mut under_heading = 0;
        for (at, line) in lines.iter().enumerate() {
            let Some(opening) = self.opening(line) else { continue };
            let inner = at < under_heading && matches!(line.form, Form::Item { .. } | Form::Cell { .. });
            if inner || self.is_caption(&lines[at..]) {
                continue;
            }
            let own = line.text.get(opening.rest..).unwrap_or_default();
            let mut content = Content { open: (line.block, own.to_owned()), says: Says::Nothing, marks: line.marks.clone() };
            let mut end = at + 1;
            for below in lines[at + 1..].iter().take_while(|below| !self.ends(&opening, below)) {
                content.add(&opening, below);
                end += 1;
            }
            if matches!(opening.style, Style::Heading(_)) {
                under_heading = end;
            }
            found.push(Section { label: opening.label, line: line.number, says: content.weighed(), marks: content.marks });
        }
        found
    }

    fn ends(self, opening: &Opening, below: &Line) -> bool {
        let inside = match (opening.style, below.form) {
            (Style::Heading(own), Form::Heading(other)) => other > own,
            (Style::Heading(_), _) => true,
            (_, Form::Heading(_)) => false,
            // A row of labels is the head of a table by columns, not a section.
            (Style::Cell(own), Form::Cell { row, .. }) => row == own && self.whole(&below.text, Style::Cell(row)).is_none(),
            (Style::Cell(_), _) => false,
            (Style::Item { depth, id }, Form::Item { depth: d, id: i }) => d > depth || (d == depth && i == id),
            (Style::Item { .. }, _) => false,
            // The items of a list below a label belong to it, labelled or not.
            (Style::Bold | Style::Plain, Form::Item { .. } | Form::Cell { .. }) => true,
            (Style::Bold, Form::Paragraph) => !is_bold_label(below),
            (Style::Plain, Form::Paragraph) => !is_plain_label(below),
        };
        let content = matches!((opening.style, below.form), (Style::Heading(_), Form::Item { .. } | Form::Cell { .. }));
        !inside || (!content && self.opening(below).is_some())
    }

    /// The head of a table by columns: rows follow, and none of them begins with a wanted label.
    fn is_caption(self, lines: &[Line]) -> bool {
        if !matches!(lines.first().map(|line| line.form), Some(Form::Cell { head: true, .. })) {
            return false;
        }
        let cells = lines[1..].iter().take_while(|line| matches!(line.form, Form::Cell { .. }));
        let mut rows = cells.filter(|line| matches!(line.form, Form::Cell { head: false, first: true, .. })).peekable();
        rows.peek().is_some() && !rows.any(|row| self.opening(row).is_some())
    }

    /// The wanted label that `line` opens with, if any.
    fn opening(self, line: &Line) -> Option<Opening> {
        if line.quoted || line.code_first {
            return None;
        }
        let text = line.text.as_str();
        match line.form {
            Form::Heading(level) => self.whole(text, Style::Heading(level)),
            Form::Cell { row, first: true, .. } => self.whole(text, Style::Cell(row)),
            Form::Cell { first: false, .. } => None,
            Form::Paragraph | Form::Item { .. } => self.prefix(line),
        }
    }

    /// A heading or cell that is a label: itself, numbered, or with signs around it; in a heading, words may follow a colon.
    fn whole(self, text: &str, style: Style) -> Option<Opening> {
        let numbered = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')') || c.is_whitespace());
        let bare = |text| str::trim_matches(text, |c: char| !c.is_alphanumeric());
        let own = [text.trim(), text.trim().trim_end_matches([':', '：']).trim_end(), bare(text), bare(numbered)];
        let label = self.labels.iter().position(|l| own.iter().any(|text| self.same(l.as_str(), text)));
        if let Some(label) = label {
            return Some(Opening { label, style, rest: text.len() });
        }
        let (head, rest) = text.split_once(':').filter(|_| matches!(style, Style::Heading(_)))?;
        let label = self.labels.iter().position(|l| self.same(l.as_str(), head.trim()))?;
        Some(Opening { label, style, rest: text.len() - rest.len() })
    }

    /// `Purpose: …` or, in bold, `Purpose`, `Purpose:` or `Purpose — …`. Of labels that begin alike, the one that ends
    /// where the line's label ends.
    fn prefix(self, line: &Line) -> Option<Opening> {
        (0..self.labels.len()).find_map(|label| self.opens_with(line, label))
    }

    fn opens_with(self, line: &Line, label: usize) -> Option<Opening> {
        let text = line.text.as_str();
        let wanted = self.labels[label].as_str();
        let head = text.get(..wanted.len()).filter(|head| self.same(wanted, head))?;
        let after = &text[head.len()..];
        let colon = after.trim_start().starts_with([':', '：']);
        let dash = after.is_empty() || after.starts_with(char::is_whitespace) && after.trim_start().starts_with(['-', '–', '—']);
        let bold = line.bold >= head.len();
        let opens = colon || (bold && dash);
        if !opens {
            return None;
        }
        let style = match (line.form, bold) {
            (Form::Item { depth, id }, _) => Style::Item { depth, id },
            (_, true) => Style::Bold,
            (_, false) => Style::Plain,
        };
        let rest = after.trim_start().trim_start_matches([':', '：', '-', '–', '—']);
        Some(Opening { label, style, rest: text.len() - rest.len() })
    }

    fn same(self, label: &str, text: &str) -> bool {
        if self.ignore_case { label.to_lowercase() == text.to_lowercase() } else { label == text }
    }
}

/// A line that begins with any bold label, like `**Owner:** …`.
fn is_bold_label(line: &Line) -> bool {
    let (head, rest) = line.text.split_at(line.bold.min(line.text.len()));
    line.bold > 0 && (head.trim_end().ends_with(':') || rest.trim_start().starts_with(':') || rest.trim().is_empty())
}

/// A line that begins with any plain label, like `Owner: …` or `Data Sources: …`: up to four words, each with a capital.
/// `Matches orders: limit and market` is a sentence.
fn is_plain_label(line: &Line) -> bool {
    let Some((head, rest)) = line.text.split_once(':') else { return false };
    let words = head.split_whitespace().count();
    !ASIDES.contains(&head.trim())
        && (1..=4).contains(&words)
        && head.split_whitespace().all(|word| word.starts_with(char::is_uppercase))
        && (rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// Words that begin a remark, not a section.
const ASIDES: &[&str] = &["Caution", "Example", "Hint", "Important", "Note", "Notes", "See", "Tip", "Warning"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::AtLeastOne;
    use crate::formats::markdown;

    /// What each wanted section says, by its label; the fullest occurrence counts.
    fn read(source: &str) -> Vec<Option<Says>> {
        let labels = AtLeastOne::of(&["Purpose", "Entrypoints", "Do-not-touch"]).into_vec();
        let wanted = Wanted { labels: &labels, ignore_case: false };
        let sections = wanted.sections(&markdown::lines(source));
        (0..3).map(|i| sections.iter().filter(|s| s.label == i).map(|s| s.says).max()).collect()
    }

    const FULL: [Option<Says>; 3] = [Some(Says::Something); 3];

    #[test]
    fn every_form_of_a_label_is_read() {
        for source in [
            "# Purpose\nx\n# Entrypoints\nx\n# Do-not-touch\nx",
            "## Purpose:\n\nx\n\n## Entrypoints\n\n### Deeper\n\nx\n\n## Do-not-touch {#dnt}\n\nx",
            "Purpose: x\nEntrypoints: x\nDo-not-touch: x",
            "**Purpose:** x\n\n**Entrypoints**: x\n\n**Do-not-touch**\n\nx",
            "- Purpose: x\n- **Entrypoints:**\n  - x\n- **Do-not-touch** — x",
            "| Purpose | x |\n|---|---|\n| Entrypoints: | x |\n| **Do-not-touch** | x |",
            "Purpose\n=======\n\nx\n\nEntrypoints\n---\n\nx\n\nDo-not-touch\n---\n- [ ] x",
            "<h2>Purpose</h2>\n\nx\n\n<h2>Entrypoints</h2>\n<p>x</p>\n\n## Do-not-touch\n> x",
        ] {
            assert_eq!(read(source), FULL, "{source}");
        }
    }

    #[test]
    fn headings_over_empty_bullets_say_nothing() {
        assert_eq!(read("# Purpose\n-\n# Entrypoints\n- \n*\n# Do-not-touch\n- —\n- …"), [Some(Says::Nothing); 3]);
    }

    #[test]
    fn what_is_in_fences_comments_and_quotes_is_no_section() {
        for source in ["```\n# Purpose\nx\n```", "<!--\n# Purpose\nx\n-->", "> # Purpose\n> x", "    # Purpose\n    x", "`Purpose:` x"] {
            assert_eq!(read(source)[0], None, "{source}");
        }
        assert_eq!(read("# Purpose\n```\nmake test\n```\n<!-- x -->")[0], Some(Says::Nothing));
    }

    #[test]
    fn a_placeholder_is_not_a_word() {
        for text in ["TODO", "TBD.", "*TODO: say what it is for*", "N/A", "[describe it]", "{{ purpose }}", "`TODO`", "Coming soon…"] {
            assert_eq!(read(&format!("# Purpose\n{text}"))[0], Some(Says::Placeholder), "{text}");
        }
        for text in ["Todo: write this", "tbd - later", "WIP: fill", "n.a.", "Under construction"] {
            assert_eq!(read(&format!("# Purpose\n{text}"))[0], Some(Says::Placeholder), "{text}");
        }
        for text in ["XXX hash support", "\\[engine\\] matches \\[orders\\]", "{a} maps to {b}", "todo lists for teams"] {
            assert_eq!(read(&format!("# Purpose\n{text}"))[0], Some(Says::Something), "{text}");
        }
        for text in ["TODO-list backend", "nothing", "n/a elsewhere", "`src/main.rs`", "目的"] {
            assert_eq!(read(&format!("# Purpose\n{text}"))[0], Some(Says::Something), "{text}");
        }
    }

    #[test]
    fn the_next_label_ends_a_section_whoever_wants_it() {
        assert_eq!(read("Purpose:\nOwner: bob\n")[0], Some(Says::Nothing));
        assert_eq!(read("**Purpose:**\n\n**Owner:** bob\n")[0], Some(Says::Nothing));
        assert_eq!(read("- Purpose:\n- Owner: bob\n")[0], Some(Says::Nothing));
        assert_eq!(read("| a | b |\n|---|---|\n| Purpose |  |\n| Owner | bob |\n")[0], Some(Says::Nothing));
        assert_eq!(read("# Purpose\n# Owner\nbob\n")[0], Some(Says::Nothing));
        assert_eq!(read("# Purpose\n\nEntrypoints: x\n")[0], Some(Says::Nothing));
    }

    #[test]
    fn a_word_that_only_begins_like_a_label_is_none() {
        for source in ["## Purposes\nx", "## Purpose of this\nx", "Purposeful: x", "Purpose is x", "**Purpose** of x"] {
            assert_eq!(read(source)[0], None, "{source}");
        }
    }

    #[test]
    fn a_placeholder_may_run_over_several_lines() {
        for text in
            ["TODO: say what this is for,\nin one sentence.", "[describe the\nentry points here]", "- TODO: write\n  it down\n- TBD"]
        {
            assert_eq!(read(&format!("# Purpose\n{text}"))[0], Some(Says::Placeholder), "{text}");
        }
        assert_eq!(read("# Purpose\nTODO: more\n\nMatches orders.")[0], Some(Says::Something));
        assert_eq!(read("Purpose: TODO\nEntrypoints: x\n")[0], Some(Says::Placeholder), "the next label ends it");
    }

    #[test]
    fn pictures_and_heads_of_tables_say_nothing() {
        assert_eq!(read("# Purpose\n![build](b.svg)\n")[0], Some(Says::Nothing));
        assert_eq!(read("# Purpose\n| path | what |\n|---|---|\n")[0], Some(Says::Nothing));
        assert_eq!(read("# Purpose\n| path | what |\n|---|---|\n| a | b |\n")[0], Some(Says::Something));
        assert_eq!(read("| Purpose | Entrypoints | Do-not-touch |\n|---|---|---|\n| a | b | c |\n"), [None; 3], "columns");
    }

    #[test]
    fn labelled_items_below_a_label_are_its_content() {
        for source in ["Entrypoints:\n- CLI: `run.py`\n- API: `api.py`\n", "**Entrypoints:**\n\n- **CLI:** `run.py`\n- **API:** `api.py`\n"]
        {
            let labels = AtLeastOne::of(&["Entrypoints"]).into_vec();
            let sections = Wanted { labels: &labels, ignore_case: false }.sections(&markdown::lines(source));
            assert_eq!((sections[0].says, sections[0].marks.len()), (Says::Something, 2), "{source}");
        }
        assert_eq!(read("Purpose:\nMatches orders: limit and market.\n")[0], Some(Says::Something));
        assert_eq!(read("**Purpose:** x<br>**Entrypoints:** y<br>**Do-not-touch:** z\n"), FULL);
    }

    #[test]
    fn a_label_inside_a_section_under_a_heading_is_content() {
        let source = "## Purpose\nm\n## Entrypoints\n- `run.py`\n  - Purpose: starts it\n- `gone.py`\n\n| Purpose | File |\n|---|---|\n| a | `b.py` |\n";
        let labels = AtLeastOne::of(&["Purpose", "Entrypoints"]).into_vec();
        let sections = Wanted { labels: &labels, ignore_case: false }.sections(&markdown::lines(source));
        assert_eq!(sections.iter().map(|s| (s.label, s.marks.len())).collect::<Vec<_>>(), [(0, 0), (1, 3)]);
        assert_eq!(read("| Purpose | Owner |\n|---|---|\n|  |  |\n")[0], None, "the head of columns is no section");
    }

    #[test]
    fn headings_are_read_as_people_decorate_them() {
        for heading in [
            "## 1. Purpose",
            "## 🎯 Purpose",
            "## Purpose [¶](#p)",
            "## Purpose: x",
            "<h2 align=\"center\">\n  Purpose\n</h2>\n",
            "<h2>Purpose</h2>\n<p>y</p>\n",
        ] {
            assert_eq!(read(&format!("{heading}\n\nMatches orders.\n"))[0], Some(Says::Something), "{heading}");
        }
    }

    #[test]
    fn html_is_read_as_it_is_shown() {
        for (html, says) in [
            ("<p>TODO: say\nwhat it is</p>", Says::Placeholder),
            ("<p\n align=\"center\">\n</p>", Says::Nothing),
            ("<p>&nbsp;</p>", Says::Nothing),
            ("<p><img alt=\"a > b\" src=\"x\"></p>", Says::Nothing),
            ("<p>Matches &amp; fills</p>", Says::Something),
        ] {
            assert_eq!(read(&format!("## Purpose\n\n{html}\n"))[0], Some(says), "{html}");
        }
    }

    #[test]
    fn a_remark_is_no_label() {
        assert_eq!(read("Purpose:\nNote: it matches orders.\n")[0], Some(Says::Something));
    }

    #[test]
    fn labels_that_begin_alike_are_told_apart() {
        let labels = AtLeastOne::of(&["Do", "Do-not-touch"]).into_vec();
        let sections = Wanted { labels: &labels, ignore_case: false }.sections(&markdown::lines("**Do:** it\n\n**Do-not-touch:** no\n"));
        assert_eq!(sections.iter().map(|s| s.label).collect::<Vec<_>>(), [0, 1]);
    }

    #[test]
    fn what_a_heading_below_points_to_belongs_to_the_section() {
        let labels = AtLeastOne::of(&["Entrypoints"]).into_vec();
        let sections = Wanted { labels: &labels, ignore_case: false }
            .sections(&markdown::lines("# Entrypoints\n## `a.py`\nx\n<a href=\"b.py\">y</a>\n"));
        assert_eq!(sections[0].marks.iter().map(|m| m.text.as_str()).collect::<Vec<_>>(), ["a.py", "b.py"]);
    }

    #[test]
    fn a_second_occurrence_may_fill_the_first() {
        assert_eq!(read("## Purpose\n\n**Purpose:** x\n")[0], Some(Says::Something));
    }
}
