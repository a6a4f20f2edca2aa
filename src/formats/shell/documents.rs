//! Redirections and here-documents.

use super::reader::{Bodies, Reader};
use super::words::Within;
use super::{Redirect, Word};
use crate::formats::fault::Fault;

/// The longer ones first.
const OPERATORS: [&str; 13] = ["<<<", "<<-", "&>>", "<<", "<&", "<>", ">>", ">&", ">|", "&>", "<", ">", ""];

impl Reader<'_> {
    /// The redirection that begins here, if one does.
    pub(super) fn redirect(&mut self) -> Result<Option<Redirect>, Fault> {
        if !matches!(self.peek(), Some(b'0'..=b'9' | b'{' | b'<' | b'>' | b'&')) {
            return Ok(None);
        }
        let start = self.at;
        let number = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += number;
        if number == 0 && self.peek() == Some(b'{') {
            self.at += 1;
            let named = !self.run(|byte| !super::dollar::is_name(byte)).is_empty() && self.take("}");
            if !named || !matches!(self.peek(), Some(b'<' | b'>')) {
                self.at = start;
                return Ok(None);
            }
        }
        let operator = OPERATORS.into_iter().find(|operator| self.take(operator)).unwrap_or_default();
        // `<(` begins a word; `2&>` is a word and `&>`.
        let is_process = matches!(operator, "<" | ">") && self.peek() == Some(b'(');
        if operator.is_empty() || is_process || (operator.starts_with('&') && number > 0) {
            self.at = start;
            return Ok(None);
        }
        let written = self.slice(start, self.at).to_owned();
        self.blanks();
        let target = match operator {
            "<<" | "<<-" => self.document(operator == "<<-")?,
            _ => self.word()?,
        };
        Ok(Some(Redirect { operator: written, target }))
    }

    /// The text of a here-document; stands at the word that ends it.
    fn document(&mut self, tabs: bool) -> Result<Word, Fault> {
        let from = self.at;
        let word = self.word()?;
        let written = self.slice(from, self.at);
        let quoted = written.contains(['\'', '"', '\\']);
        let delimiter = word.plain().unwrap_or_else(|| written.to_owned());
        let known = self.bodies.filter(|bodies| bodies.newline >= self.at);
        let bodies = known.unwrap_or_else(|| {
            let newline = self.end_of_line();
            Bodies { newline, resume: self.end.min(newline + 1) }
        });
        let (body_end, resume) = self.body_end(bodies.resume, &delimiter, tabs);
        let body = if tabs { without_tabs(self.slice(bodies.resume, body_end)) } else { None };
        let text = match body {
            _ if quoted => self.quoted_body(bodies.resume, body_end, tabs),
            Some(stripped) => {
                let spot = super::reader::Spot { line: self.line(bodies.resume), depth: self.spot.depth };
                let mut inner = Reader::new(&stripped, spot);
                inner.document_text()
            }
            None => self.body(bodies.resume, body_end),
        }?;
        self.bodies = Some(Bodies { newline: bodies.newline, resume });
        Ok(text)
    }

    fn quoted_body(&mut self, start: usize, end: usize, tabs: bool) -> Result<Word, Fault> {
        // The platform replaces its expressions before the shell looks at quotes.
        let text = self.slice(start, end);
        let text = if tabs { without_tabs(text).unwrap_or_else(|| text.to_owned()) } else { text.to_owned() };
        let spot = super::reader::Spot { line: self.line(start), depth: self.spot.depth };
        let mut inner = Reader::new(&text, spot);
        let mut word = Word::default();
        while inner.peek().is_some() {
            let run = inner.run(|byte| byte == b'$');
            word.quoted(run);
            if inner.starts("${{") {
                inner.workflow_expression(&mut word, true)?;
            } else {
                word.quoted(inner.character());
            }
        }
        Ok(word)
    }

    /// Reads a body where it stands, so that its lines are known.
    fn body(&mut self, start: usize, end: usize) -> Result<Word, Fault> {
        let (at, whole, bodies) = (self.at, self.end, self.bodies.take());
        (self.at, self.end) = (start, end);
        let word = self.document_text();
        (self.at, self.end, self.bodies) = (at, whole, bodies);
        word
    }

    fn document_text(&mut self) -> Result<Word, Fault> {
        let mut word = Word::default();
        let start = self.at;
        self.within(start, |reader| reader.text_in(&mut word, Within::Document))?;
        Ok(word)
    }

    /// Where the line of commands ends that goes on here: quotes and a backslash carry it over the end of a line.
    fn end_of_line(&self) -> usize {
        let bytes = self.rest();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\n' => break,
                b'\\' => at += 1,
                b'\'' => at += 1 + until(bytes, at + 1, b'\''),
                b'"' => {
                    at += 1;
                    while bytes.get(at).is_some_and(|byte| *byte != b'"') {
                        at += if bytes.get(at) == Some(&b'\\') { 2 } else { 1 };
                    }
                }
                b'#' if at > 0 && matches!(bytes.get(at - 1), Some(b' ' | b'\t')) => {
                    at += until(bytes, at, b'\n');
                    break;
                }
                _ => {}
            }
            at += 1;
        }
        self.at + at.min(bytes.len())
    }

    /// Where a body ends, and where the line behind its delimiter begins. As in bash, the end of the text ends it too.
    fn body_end(&self, start: usize, delimiter: &str, tabs: bool) -> (usize, usize) {
        let mut at = start;
        for line in self.slice(start, self.end).split_inclusive('\n') {
            let bare = line.strip_suffix('\n').unwrap_or(line);
            let bare = if tabs { bare.trim_start_matches('\t') } else { bare };
            if bare == delimiter {
                return (at, at + line.len());
            }
            at += line.len();
        }
        (self.end, self.end)
    }
}

/// How far the byte is.
fn until(bytes: &[u8], from: usize, byte: u8) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    memchr::memchr(byte, rest).unwrap_or(rest.len())
}

/// The text without the tabs that its lines begin with, where there are any.
fn without_tabs(text: &str) -> Option<String> {
    let tabbed = text.starts_with('\t') || text.contains("\n\t");
    tabbed.then(|| text.split_inclusive('\n').map(|line| line.trim_start_matches('\t')).collect())
}
