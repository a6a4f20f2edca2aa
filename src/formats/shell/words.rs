//! Words of a script: quotes, backslashes and what is written without them.

use super::reader::Reader;
use super::{Part, Word};
use crate::formats::fault::Fault;

/// What a text is in which `$` and backquotes mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// Between `"` and `"`.
    Quotes,
    /// A here-document.
    Document,
    /// `(( … ))`
    Arithmetic,
}

/// What a word ends at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// Blanks and operators.
    Operator,
    /// Blanks that stand outside of parentheses: the expression behind `=~`.
    Blank,
    /// The `}` of `${name:-word}`.
    Brace,
    /// The `}` of `"${name:-word}"`, where `'` is nothing special.
    QuotedBrace,
    /// The `)` of `@(a|b)`.
    Parenthesis,
}

/// The bytes that end a word which is not quoted.
pub(super) fn is_operator(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')')
}

fn is_special(byte: u8) -> bool {
    is_operator(byte) || matches!(byte, b'\\' | b'\'' | b'"' | b'`' | b'$' | b'}')
}

impl Reader<'_> {
    /// Reads one word, which must begin here.
    pub(super) fn word(&mut self) -> Result<Word, Fault> {
        let start = self.at;
        let mut word = Word::default();
        self.pieces(&mut word, Ends::Operator)?;
        if self.at == start { Err(self.unexpected()) } else { Ok(word) }
    }

    /// Reads on in a word whose beginning is there already.
    pub(super) fn rest_of_word(&mut self, word: &mut Word) -> Result<(), Fault> {
        self.pieces(word, Ends::Operator)
    }

    /// Reads the expression behind `=~`.
    pub(super) fn expression_word(&mut self) -> Result<Word, Fault> {
        let start = self.at;
        let mut word = Word::default();
        self.pieces(&mut word, Ends::Blank)?;
        if self.at == start { Err(self.unexpected()) } else { Ok(word) }
    }

    /// Reads what stands behind the operator of `${name…}`, up to its `}`.
    pub(super) fn operand(&mut self, plain_quotes: bool) -> Result<Word, Fault> {
        let mut word = Word::default();
        self.pieces(&mut word, if plain_quotes { Ends::QuotedBrace } else { Ends::Brace })?;
        Ok(word)
    }

    fn pieces(&mut self, word: &mut Word, ends: Ends) -> Result<(), Fault> {
        let mut open = Vec::new();
        loop {
            let run = self.run(is_special);
            word.literally(run);
            let Some(byte) = self.peek() else { break };
            match byte {
                b'\\' => self.backslash(word, ends),
                b'\'' if ends != Ends::QuotedBrace => self.single(word)?,
                b'"' => self.double(word)?,
                b'`' => self.backquotes(word, ends == Ends::QuotedBrace)?,
                b'$' => self.dollar(word, ends == Ends::QuotedBrace)?,
                b'}' if matches!(ends, Ends::Brace | Ends::QuotedBrace) => break,
                b'<' | b'>' if self.ahead(1) == Some(b'(') && matches!(ends, Ends::Operator | Ends::Brace) => self.process(word)?,
                b'(' if ends == Ends::Operator && opens_pattern(word, run) => self.pattern(word)?,
                b'(' if matches!(ends, Ends::Blank | Ends::Parenthesis) => {
                    open.push(self.at);
                    word.literally(self.character());
                }
                b')' if matches!(ends, Ends::Blank | Ends::Parenthesis) && open.pop().is_some() => word.literally(self.character()),
                _ if self.ends_here(byte, ends) && open.is_empty() => break,
                _ => word.literally(self.character()),
            }
        }
        match open.last() {
            Some(start) => Err(self.fault(*start, "this `(` is not closed by `)`")),
            None => Ok(()),
        }
    }

    fn ends_here(&self, byte: u8, ends: Ends) -> bool {
        match ends {
            Ends::Operator => is_operator(byte),
            Ends::Blank => matches!(byte, b' ' | b'\t' | b'\n' | b')') || self.starts("&&") || self.starts("||"),
            Ends::Brace | Ends::QuotedBrace => byte == b'}',
            Ends::Parenthesis => byte == b')',
        }
    }

    /// `\x`, and a continued line.
    fn backslash(&mut self, word: &mut Word, ends: Ends) {
        self.at += 1;
        let kept = self.character();
        match kept {
            "\n" => {}
            "" => word.literally("\\"),
            "$" | "`" | "\"" | "\\" | "}" => word.quoted(kept),
            _ if ends == Ends::QuotedBrace => word.quoted(&format!("\\{kept}")),
            // The engine of regular expressions sees the backslash before a letter.
            _ if ends == Ends::Blank && kept.bytes().all(|byte| byte.is_ascii_alphanumeric()) => word.literally(&format!("\\{kept}")),
            _ => word.quoted(kept),
        }
    }

    /// `'…'`
    pub(super) fn single(&mut self, word: &mut Word) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        loop {
            let run = self.run(|byte| matches!(byte, b'\'' | b'$'));
            word.quoted(run);
            match self.peek() {
                None => return Err(self.fault(start, "this `'` is not closed")),
                Some(b'$') if self.starts("${{") => self.workflow_expression(word, true)?,
                Some(b'$') => word.quoted(self.character()),
                Some(_) => {
                    self.at += 1;
                    return Ok(());
                }
            }
        }
    }

    /// `"…"`
    pub(super) fn double(&mut self, word: &mut Word) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        word.quoted("");
        self.within(start, |reader| reader.text_in(word, Within::Quotes))?;
        if self.take("\"") { Ok(()) } else { Err(self.fault(start, "this `\"` is not closed")) }
    }

    /// Reads a text in which only `$`, backquotes and some backslashes mean something, up to its end.
    pub(super) fn text_in(&mut self, word: &mut Word, within: Within) -> Result<(), Fault> {
        loop {
            let run = self.run(|byte| matches!(byte, b'"' | b'\\' | b'$' | b'`'));
            add(word, run, within);
            match (self.peek(), within) {
                (None, _) | (Some(b'"'), Within::Quotes) => return Ok(()),
                (Some(b'\\'), _) => self.backslash_in(word, within),
                (Some(b'$'), _) => self.dollar(word, true)?,
                (Some(b'`'), _) => self.backquotes(word, true)?,
                (Some(_), Within::Arithmetic) => self.at += 1,
                (Some(_), Within::Quotes | Within::Document) => add(word, self.character(), within),
            }
        }
    }

    fn backslash_in(&mut self, word: &mut Word, within: Within) {
        self.at += 1;
        match self.peek() {
            Some(b'\n') => self.at += 1,
            Some(b'$' | b'`' | b'\\') => add(word, self.character(), within),
            Some(b'"') if within == Within::Quotes => add(word, self.character(), within),
            Some(_) | None => add(word, "\\", within),
        }
    }

    /// `<( … )` and `>( … )`.
    fn process(&mut self, word: &mut Word) -> Result<(), Fault> {
        let start = self.at;
        self.at += 2;
        let script = self.list_in_parentheses(start, "this process substitution")?;
        word.parts.push(Part::Process(script));
        Ok(())
    }

    /// The parentheses of `@(a|b)`.
    fn pattern(&mut self, word: &mut Word) -> Result<(), Fault> {
        let start = self.at;
        word.literally(self.character());
        self.within(start, |reader| reader.pieces(word, Ends::Parenthesis))?;
        self.closed(")", start, "this pattern")?;
        word.literally(")");
        Ok(())
    }
}

/// Whether what was read so far makes a `(` the beginning of an extended pattern.
fn opens_pattern(word: &Word, run: &str) -> bool {
    let last = word.parts.last();
    let literal = last.is_some_and(|part| matches!(part, Part::Literal(text) if text.ends_with(['?', '*', '+', '@', '!'])));
    literal && !run.is_empty()
}

/// Text of arithmetic is no quoted text.
fn add(word: &mut Word, text: &str, within: Within) {
    match within {
        Within::Arithmetic => word.literally(text),
        Within::Quotes | Within::Document if text.is_empty() => {}
        Within::Quotes | Within::Document => word.quoted(text),
    }
}
