//! What `$` and backquotes begin: parameters, substitutions, arithmetic, and the expressions of a workflow.

use super::reader::{Reader, Spot};
use super::words::Within;
use super::{Part, Word, parse_at};
use crate::formats::fault::Fault;

/// What may stand behind the name in `${name…}`; the longer ones first.
const OPERATORS: [&str; 25] = [
    ":-", ":=", ":?", ":+", "##", "%%", "//", "/#", "/%", "^^", ",,", "~~", "-", "=", "?", "+", "#", "%", "/", "^", ",", "~", "@", ":", "",
];
/// Those whose operand is a text, not a pattern.
const OF_TEXT: [&str; 8] = [":-", ":=", ":?", ":+", "-", "=", "?", "+"];

/// A byte that a name may hold.
pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl Reader<'_> {
    /// Reads what a `$` begins; a lone one is only itself.
    pub(super) fn dollar(&mut self, word: &mut Word, quoted: bool) -> Result<(), Fault> {
        let start = self.at;
        if self.starts("${{") {
            return self.workflow_expression(word, quoted);
        }
        self.at += 1;
        match self.peek() {
            Some(b'{') => {
                self.at += 1;
                let part = self.within(start, |reader| reader.braces(start, quoted))?;
                word.parts.push(part);
            }
            Some(b'(') => {
                self.at += 1;
                let part = self.parentheses(start, quoted)?;
                word.parts.push(part);
            }
            Some(b'\'') if !quoted => self.escapes(word)?,
            Some(b'"') if !quoted => self.double(word)?,
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => {
                let name = self.run(|byte| !is_name(byte)).to_owned();
                word.parts.push(Part::Parameter { name, operator: None, quoted });
            }
            Some(b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => {
                let name = self.character().to_owned();
                word.parts.push(Part::Parameter { name, operator: None, quoted });
            }
            Some(_) | None if quoted => word.quoted("$"),
            Some(_) | None => word.literally("$"),
        }
        Ok(())
    }

    /// `${{ … }}`; a `}}` within `'…'` does not end it.
    pub(super) fn workflow_expression(&mut self, word: &mut Word, quoted: bool) -> Result<(), Fault> {
        let start = self.at;
        self.at += 3;
        let from = self.at;
        let mut in_text = false;
        loop {
            self.run(|byte| matches!(byte, b'\'' | b'}'));
            match self.peek() {
                None => return Err(self.fault(start, "this `${{` is not closed by `}}`")),
                Some(b'\'') => in_text = !in_text,
                Some(_) if !in_text && self.starts("}}") => break,
                Some(_) => {}
            }
            self.at += 1;
        }
        let source = self.slice(from, self.at).trim().to_owned();
        self.at += 2;
        word.parts.push(Part::Expression { source, quoted });
        Ok(())
    }

    /// `$( … )` and `$(( … ))`; stands behind the first `(`.
    fn parentheses(&mut self, start: usize, quoted: bool) -> Result<Part, Fault> {
        if self.peek() == Some(b'(') {
            self.at += 1;
            if let Some(word) = self.arithmetic(start)? {
                return Ok(Part::Arithmetic(word));
            }
            self.at -= 1;
        }
        let script = self.list_in_parentheses(start, "this `$(`")?;
        Ok(Part::Substitution { script, quoted })
    }

    /// Reads arithmetic up to and with its `))`, or nothing where it turns out to be none; stands behind the `((`.
    pub(super) fn arithmetic(&mut self, start: usize) -> Result<Option<Word>, Fault> {
        let Some(end) = self.arithmetic_end()? else { return Ok(None) };
        let mut word = Word::default();
        let whole = std::mem::replace(&mut self.end, end);
        let read = self.within(start, |reader| reader.text_in(&mut word, Within::Arithmetic));
        self.end = whole;
        read?;
        self.at = end + 2;
        Ok(Some(word))
    }

    /// `${ … }`; stands behind the brace.
    fn braces(&mut self, start: usize, quoted: bool) -> Result<Part, Fault> {
        let of_length = self.peek() == Some(b'#') && !matches!(self.ahead(1), None | Some(b'}' | b'#' | b'%' | b'/' | b':' | b'=' | b'+'));
        if of_length {
            self.at += 1;
        }
        let name = self.name_in_braces(start)?;
        if of_length {
            self.closed("}", start, "this `${`")?;
            return Ok(Part::Parameter { name, operator: Some(Box::new(("#".to_owned(), Word::default()))), quoted });
        }
        let operator = OPERATORS.into_iter().find(|operator| self.take(operator)).unwrap_or_default();
        let operand = if operator.is_empty() { Word::default() } else { self.operand(quoted && OF_TEXT.contains(&operator))? };
        if !self.take("}") {
            return Err(if self.peek().is_none() { self.fault(start, "this `${` is not closed by `}`") } else { self.unexpected() });
        }
        // Nothing is cut off by an empty pattern; `#` with an empty word would mean the length.
        let plain = operator.is_empty() || (operator == "#" && operand.parts.is_empty());
        let operator = (!plain).then(|| Box::new((operator.to_owned(), operand)));
        Ok(Part::Parameter { name, operator, quoted })
    }

    /// The name, with `!` before and an index behind it.
    fn name_in_braces(&mut self, start: usize) -> Result<String, Fault> {
        let from = self.at;
        if self.peek() == Some(b'!') && self.ahead(1).is_some_and(|byte| is_name(byte) || matches!(byte, b'@' | b'*' | b'#')) {
            self.at += 1;
        }
        if self.run(|byte| !is_name(byte)).is_empty() {
            match self.peek() {
                Some(b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => self.at += 1,
                Some(_) => return Err(self.fault(self.at, "a name is expected behind `${`")),
                None => return Err(self.fault(start, "this `${` is not closed by `}`")),
            }
        } else if self.peek() == Some(b'[') {
            self.index()?;
        }
        Ok(self.slice(from, self.at).to_owned())
    }

    /// `[ … ]` behind a name, with brackets and quotes within it.
    pub(super) fn index(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let mut open = 0_usize;
        loop {
            match self.peek() {
                None => return Err(self.fault(start, "this `[` is not closed by `]`")),
                Some(b'[') => open += 1,
                Some(b']') => open -= 1,
                Some(b'\\') => self.at += 1,
                Some(b'\'') => self.single(&mut Word::default()).map(|()| self.at -= 1)?,
                Some(b'"') => self.double(&mut Word::default()).map(|()| self.at -= 1)?,
                Some(_) => {}
            }
            self.at += 1;
            if open == 0 {
                return Ok(());
            }
        }
    }

    /// `` `…` ``, whose text is read as a script of its own once its backslashes are taken away.
    pub(super) fn backquotes(&mut self, word: &mut Word, quoted: bool) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            text.push_str(self.run(|byte| matches!(byte, b'`' | b'\\')));
            match (self.peek(), self.ahead(1)) {
                (None, _) => return Err(self.fault(start, "this backquote is not closed")),
                (Some(b'`'), _) => break,
                (Some(_), Some(b'"')) if quoted => self.at += 1,
                (Some(_), Some(b'`' | b'\\' | b'$')) => self.at += 1,
                (Some(_), _) => text.push_str(self.character()),
            }
            text.push_str(self.character());
        }
        self.at += 1;
        let line = self.line(start);
        let script = self.within(start, |reader| parse_at(&text, Spot { line, depth: reader.spot.depth }))?;
        word.parts.push(Part::Substitution { script, quoted });
        Ok(())
    }

    /// `$'…'`; stands at the quote.
    fn escapes(&mut self, word: &mut Word) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        word.quoted("");
        loop {
            let run = self.run(|byte| matches!(byte, b'\'' | b'\\'));
            word.quoted(run);
            match self.peek() {
                None => return Err(self.fault(start, "this `$'` is not closed")),
                Some(b'\\') => {
                    self.at += 1;
                    let meant = self.escaped();
                    word.quoted(&meant);
                }
                Some(_) => {
                    self.at += 1;
                    return Ok(());
                }
            }
        }
    }

    /// What a backslash in `$'…'` stands for.
    fn escaped(&mut self) -> String {
        let kept = self.character();
        let plain = match kept {
            "n" => "\n",
            "t" => "\t",
            "r" => "\r",
            "a" => "\u{7}",
            "b" => "\u{8}",
            "e" | "E" => "\u{1b}",
            "f" => "\u{c}",
            "v" => "\u{b}",
            "\\" | "'" | "\"" | "?" => kept,
            "x" => return self.code(16, 2).unwrap_or_else(|| "\\x".to_owned()),
            "u" => return self.code(16, 4).unwrap_or_else(|| "\\u".to_owned()),
            "U" => return self.code(16, 8).unwrap_or_else(|| "\\U".to_owned()),
            "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" => {
                self.at -= 1;
                return self.code(8, 3).unwrap_or_default();
            }
            _ => return format!("\\{kept}"),
        };
        plain.to_owned()
    }

    /// The character of up to so many digits.
    fn code(&mut self, radix: u32, most: usize) -> Option<String> {
        let digits = self.rest().iter().take(most).take_while(|byte| char::from(**byte).is_digit(radix)).count();
        let value = u32::from_str_radix(self.slice(self.at, self.at + digits), radix).ok()?;
        self.at += digits;
        char::from_u32(value).map(String::from)
    }
}
