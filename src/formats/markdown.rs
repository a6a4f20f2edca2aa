//! CommonMark with GitHub's tables: text in, lines of visible text out. Code blocks, comments and front matter are not visible.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::html;
use super::prose::{Form, Line, Mark, MarkKind};

/// The visible lines of a Markdown document. A line break in the source ends a line, except in a heading.
pub(crate) fn lines(text: &str) -> Vec<Line> {
    let body = with_line_ends(text.trim_start_matches('\u{feff}'));
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut reader = Reader::new(&body);
    for (event, range) in Parser::new_ext(&body, options).into_offset_iter() {
        reader.event(event, range);
    }
    reader.flush();
    reader.done
}

/// A carriage return that stands alone ends a line too (CommonMark, "Characters and lines"); every byte keeps its place.
fn with_line_ends(text: &str) -> Cow<'_, str> {
    let alone = |at: usize| text.as_bytes().get(at + 1) != Some(&b'\n');
    if !memchr::memchr_iter(b'\r', text.as_bytes()).any(alone) {
        return Cow::Borrowed(text);
    }
    let ends = text.char_indices().map(|(at, c)| if c == '\r' && alone(at) { '\n' } else { c });
    Cow::Owned(ends.collect())
}

struct Reader {
    starts: Vec<usize>,
    done: Vec<Line>,
    line: Line,
    items: Vec<usize>,
    next_id: usize,
    /// Counts paragraphs, items and cells: lines of one block belong together.
    block: usize,
    heading: Option<u8>,
    cell: Option<(usize, bool)>,
    in_head: bool,
    quotes: usize,
    /// Depth of blocks whose text is not visible: code, front matter.
    unseen: usize,
    html: Option<(usize, String)>,
}

impl Reader {
    fn new(body: &str) -> Self {
        let starts = [0].into_iter().chain(body.match_indices('\n').map(|(i, _)| i + 1)).collect();
        Self {
            starts,
            done: Vec::new(),
            line: Line::default(),
            items: Vec::new(),
            next_id: 0,
            block: 0,
            heading: None,
            cell: None,
            in_head: false,
            quotes: 0,
            unseen: 0,
            html: None,
        }
    }

    fn number(&self, offset: usize) -> usize {
        self.starts.partition_point(|s| *s <= offset)
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, range.start),
            Event::End(tag) => self.end(tag),
            Event::Html(html) => {
                if let Some((_, block)) = &mut self.html {
                    block.push_str(&html);
                }
            }
            Event::Text(text) => self.text(&text, range.start),
            Event::Code(text) => {
                self.line.code_first |= self.line.text.is_empty();
                self.mark(MarkKind::Code, &text, range.start);
                self.text(&text, range.start);
            }
            Event::SoftBreak | Event::HardBreak if self.heading.is_some() => self.line.text.push(' '),
            Event::SoftBreak | Event::HardBreak => self.end_line(),
            Event::Rule => self.flush(),
            Event::InlineHtml(tag) if tag.get(..3).is_some_and(|t| t.eq_ignore_ascii_case("<br")) && self.cell.is_none() => self.end_line(),
            Event::InlineHtml(tag) => {
                if let Some(target) = html::href(&tag) {
                    self.mark(MarkKind::Link, &target, range.start);
                }
            }
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "only blocks that end a line or hide text matter here")]
    fn start(&mut self, tag: &Tag<'_>, offset: usize) {
        match tag {
            Tag::Strong if self.line.text.is_empty() => self.line.bold = usize::MAX,
            // The text of an image is shown only where the image is not.
            Tag::Image { .. } => self.unseen += 1,
            // What stands between angle brackets is an address or a URL.
            Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. } => {}
            Tag::Link { dest_url, .. } => self.mark(MarkKind::Link, dest_url, offset),
            Tag::Heading { level, .. } => {
                self.flush();
                self.heading = Some(*level as u8);
            }
            Tag::Item => {
                self.flush();
                self.next_id += 1;
                self.items.push(self.next_id);
            }
            Tag::TableHead | Tag::TableRow => {
                self.flush();
                self.next_id += 1;
                self.cell = Some((self.next_id, true));
                self.in_head = matches!(tag, Tag::TableHead);
            }
            Tag::BlockQuote(_) | Tag::FootnoteDefinition(_) => {
                self.flush();
                self.quotes += 1;
            }
            Tag::CodeBlock(_) | Tag::MetadataBlock(_) => {
                self.flush();
                self.unseen += 1;
            }
            Tag::HtmlBlock => {
                self.flush();
                self.html = Some((offset, String::new()));
            }
            Tag::Paragraph | Tag::List(_) | Tag::Table(_) => self.flush(),
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "as in `start`")]
    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong if self.line.bold == usize::MAX => self.line.bold = self.line.text.len(),
            TagEnd::Heading(_) => {
                self.flush_even_empty();
                self.heading = None;
            }
            TagEnd::Item => {
                self.flush();
                self.items.pop();
            }
            TagEnd::TableCell => {
                self.flush_even_empty();
                self.cell = self.cell.map(|(row, _)| (row, false));
            }
            TagEnd::TableHead | TagEnd::TableRow => self.cell = None,
            TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition => {
                self.flush();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::CodeBlock | TagEnd::MetadataBlock(_) | TagEnd::Image => self.unseen = self.unseen.saturating_sub(1),
            TagEnd::HtmlBlock => self.html_block(),
            TagEnd::Paragraph => self.flush(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, offset: usize) {
        if self.unseen > 0 {
            return;
        }
        self.place(offset);
        self.line.text.push_str(text);
    }

    fn mark(&mut self, kind: MarkKind, text: &str, offset: usize) {
        self.place(offset);
        let line = self.number(offset);
        self.line.marks.push(Mark { line, kind, text: text.to_owned() });
    }

    fn place(&mut self, offset: usize) {
        if self.line.number == 0 {
            self.line.number = self.number(offset);
        }
    }

    fn form(&self) -> Form {
        match (self.heading, self.cell, self.items.last()) {
            (Some(level), _, _) => Form::Heading(level),
            (_, Some((row, first)), _) => Form::Cell { row, first, head: self.in_head },
            (_, _, Some(id)) => Form::Item { depth: self.items.len(), id: *id },
            (None, None, None) => Form::Paragraph,
        }
    }

    /// Ends the line and the block.
    fn flush(&mut self) {
        self.end_line();
        self.block += 1;
    }

    /// Ends the line, if there is anything on it.
    fn end_line(&mut self) {
        if self.line.number != 0 && (!self.line.text.trim().is_empty() || !self.line.marks.is_empty()) {
            self.end_line_even_empty();
        } else {
            self.line = Line::default();
        }
    }

    /// Ends the line. An empty heading still ends a section, an empty cell is still a cell.
    fn flush_even_empty(&mut self) {
        self.end_line_even_empty();
        self.block += 1;
    }

    fn end_line_even_empty(&mut self) {
        let mut line = std::mem::take(&mut self.line);
        line.block = self.block;
        line.bold = line.bold.min(line.text.len());
        line.form = self.form();
        line.quoted = self.quotes > 0;
        self.done.push(line);
    }

    fn html_block(&mut self) {
        let Some((offset, block)) = self.html.take() else { return };
        let first = self.number(offset);
        let pieces = html::pieces(&block);
        for piece in pieces {
            let marks = piece.links.into_iter().map(|text| Mark { line: first + piece.line, kind: MarkKind::Link, text }).collect();
            self.line = Line { number: first + piece.line, text: piece.text, marks, ..Line::default() };
            self.heading = piece.heading;
            self.end_line_even_empty();
            self.block += usize::from(piece.heading.is_some());
            self.heading = None;
        }
        self.block += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<(usize, Form, String)> {
        lines(source).into_iter().map(|l| (l.number, l.form, l.text)).collect()
    }

    #[test]
    fn code_comments_and_front_matter_are_not_visible() {
        let source = "---\ntitle: x\n---\n```\n# a\n```\n\n    # b\n\n<!--\n\n# c\n\n-->\n\n# d <!-- e -->\n";
        assert_eq!(texts(source), [(16, Form::Heading(1), "d ".to_owned())]);
    }

    #[test]
    fn headings_come_in_all_their_forms() {
        let source = "\u{feff}A\r\n===\r\n\r\n## B ## {#id}\r\n\r\n<h3 align=\"center\">C</h3>\r\n";
        let heads: Vec<_> = texts(source).into_iter().map(|(n, f, t)| (n, f, t.trim().to_owned())).collect();
        assert_eq!(
            heads,
            [(1, Form::Heading(1), "A".to_owned()), (4, Form::Heading(2), "B".to_owned()), (6, Form::Heading(3), "C".to_owned())]
        );
    }

    #[test]
    fn list_items_and_cells_know_where_they_belong() {
        let found = texts("- a\n  - b\n-\n\n| c | d |\n|---|---|\n| e |  |\n");
        assert_eq!(found[0], (1, Form::Item { depth: 1, id: 1 }, "a".to_owned()));
        assert_eq!(found[1], (2, Form::Item { depth: 2, id: 2 }, "b".to_owned()));
        assert_eq!(found[2].1, Form::Cell { row: 4, first: true, head: true });
        assert_eq!(found.len(), 6, "the empty bullet says nothing, the empty cell is a cell: {found:?}");
    }

    #[test]
    fn links_and_code_spans_are_marks_at_their_line() {
        let lines = lines("see\n`a/b` and [c](d/e.md)\n");
        assert_eq!(
            lines[1].marks.iter().map(|m| (m.line, m.kind, m.text.as_str())).collect::<Vec<_>>(),
            [(2, MarkKind::Code, "a/b"), (2, MarkKind::Link, "d/e.md")]
        );
        assert!(lines[1].code_first);
    }

    #[test]
    fn bold_at_the_start_of_a_line_is_measured() {
        assert_eq!(lines("**Purpose:** x\n")[0].bold, "Purpose:".len());
        assert_eq!(lines("x **Purpose:**\n")[0].bold, 0);
    }

    #[test]
    fn markdown_that_never_closes_is_read_to_its_end() {
        for source in
            ["```\n# a", "<!-- a", "**a", "[a](", "<pre>\nx", "| a |\n|---", "- ".repeat(5000).as_str(), "> ".repeat(5000).as_str()]
        {
            lines(source);
        }
    }
}
