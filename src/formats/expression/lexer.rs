//! The words of an expression.

use super::{Comparison, Error, check_length, number};

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    /// In bytes.
    pub(super) start: usize,
    pub(super) word: Word,
}

/// What a word is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Word {
    Open,
    Close,
    OpenIndex,
    CloseIndex,
    Comma,
    Dot,
    Not,
    Compare(Comparison),
    And,
    Or,
    Star,
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Name(String),
}

/// The words of a text; the places count from `base`.
pub(super) fn lex(text: &str, base: usize) -> Result<Vec<Token>, Error> {
    check_length(text, base)?;
    let mut lexer = Lexer { text, base, at: 0, tokens: Vec::new() };
    while let Some(byte) = lexer.peek(0) {
        lexer.word(byte)?;
    }
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    text: &'a str,
    base: usize,
    at: usize,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn word(&mut self, byte: u8) -> Result<(), Error> {
        let next = self.peek(1);
        match (byte, next) {
            (b' ' | b'\t' | b'\r' | b'\n', _) => self.at += 1,
            (b'(', _) => self.push(1, Word::Open),
            (b')', _) => self.push(1, Word::Close),
            (b'[', _) => self.push(1, Word::OpenIndex),
            (b']', _) => self.push(1, Word::CloseIndex),
            (b',', _) => self.push(1, Word::Comma),
            (b'*', _) => self.push(1, Word::Star),
            (b'.', _) if self.may_be_followed_by_dot() => self.push(1, Word::Dot),
            (b'!', Some(b'=')) => self.push(2, Word::Compare(Comparison::Unequal)),
            (b'!', _) => self.push(1, Word::Not),
            (b'=', Some(b'=')) => self.push(2, Word::Compare(Comparison::Equal)),
            (b'<', Some(b'=')) => self.push(2, Word::Compare(Comparison::LessOrEqual)),
            (b'<', _) => self.push(1, Word::Compare(Comparison::Less)),
            (b'>', Some(b'=')) => self.push(2, Word::Compare(Comparison::GreaterOrEqual)),
            (b'>', _) => self.push(1, Word::Compare(Comparison::Greater)),
            (b'&', Some(b'&')) => self.push(2, Word::And),
            (b'|', Some(b'|')) => self.push(2, Word::Or),
            (b'\'', _) => return self.text(),
            (b'.' | b'+' | b'-' | b'0'..=b'9', _) => return self.number(),
            _ => return self.name(),
        }
        Ok(())
    }

    fn push(&mut self, length: usize, word: Word) {
        self.tokens.push(Token { start: self.base + self.at, word });
        self.at += length;
    }

    fn previous(&self) -> Option<&Word> {
        self.tokens.last().map(|token| &token.word)
    }

    /// Elsewhere a dot begins a number.
    fn may_be_followed_by_dot(&self) -> bool {
        matches!(self.previous(), Some(Word::Name(_) | Word::CloseIndex | Word::Close | Word::Star))
    }

    /// What begins here and goes on to the next sign; at least one character.
    fn lexeme(&self, ends: fn(char) -> bool) -> &str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.char_indices().skip(1).find(|(_, letter)| ends(*letter)).map_or(rest.len(), |(index, _)| index);
        rest.get(..end).unwrap_or(rest)
    }

    fn unexpected(&self, lexeme: &str) -> Error {
        Error::at(self.base + self.at, format!("unexpected symbol `{}`", shortened(lexeme)))
    }

    fn number(&mut self) -> Result<(), Error> {
        let lexeme = self.lexeme(|letter| letter != '.' && is_boundary(letter));
        // A space outside of ASCII would be trimmed.
        let value = if lexeme.is_ascii() { number::read(lexeme) } else { f64::NAN };
        if value.is_nan() {
            return Err(self.unexpected(lexeme));
        }
        let length = lexeme.len();
        self.push(length, Word::Number(value));
        Ok(())
    }

    fn text(&mut self) -> Result<(), Error> {
        let mut content = String::new();
        let mut letters = self.text.get(self.at + 1..).unwrap_or_default().char_indices().peekable();
        while let Some((index, letter)) = letters.next() {
            if letter != '\'' {
                content.push(letter);
            } else if letters.next_if(|(_, second)| *second == '\'').is_some() {
                content.push('\'');
            } else {
                self.push(index + 2, Word::Text(content));
                return Ok(());
            }
        }
        Err(Error::at(self.base + self.at, "a text is not closed by `'`"))
    }

    fn name(&mut self) -> Result<(), Error> {
        let lexeme = self.lexeme(is_boundary);
        if !is_name(lexeme) {
            return Err(self.unexpected(lexeme));
        }
        let word = match lexeme {
            _ if self.previous() == Some(&Word::Dot) => Word::Name(lexeme.to_owned()),
            "true" => Word::Bool(true),
            "false" => Word::Bool(false),
            "null" => Word::Null,
            "NaN" => Word::Number(f64::NAN),
            "Infinity" => Word::Number(f64::INFINITY),
            _ => Word::Name(lexeme.to_owned()),
        };
        let length = lexeme.len();
        self.push(length, word);
        Ok(())
    }
}

/// What ends a name or a number.
fn is_boundary(letter: char) -> bool {
    matches!(letter, '(' | '[' | ')' | ']' | ',' | '.' | '!' | '>' | '<' | '=' | '&' | '|' | '\t'..='\r' | ' ')
}

/// Letters, digits, `_` and `-`; at the beginning a letter or `_`.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// As much of a text as a message can hold.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
