//! The one pass over a text of JSON.

use std::borrow::Cow;

use super::{Dialect, Member, Node, Value};
use crate::formats::fault::Fault;
use crate::formats::repeats::{mark, repeats};

/// How many lists and objects may stand in one another, as `serde_json` counts them.
const DEPTH: usize = 127;
/// Up to so many keys are compared with one another; more are looked up.
const FEW: usize = 12;
/// A number of up to so many letters and no exponent fits every reader.
const SHORT: usize = 18;

/// Reads a whole text: one value, no key twice, nothing behind it.
pub(crate) fn parse(text: &str, dialect: Dialect) -> Result<Node<'_>, Fault> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, line: 1, begun: 0, open: 0, dialect };
    let root = reader.value()?;
    reader.space()?;
    if reader.at < text.len() { Err(reader.fault("there is more text behind the value")) } else { Ok(root) }
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    line: usize,
    /// Where the line begins.
    begun: usize,
    /// How many lists and objects are open.
    open: usize,
    dialect: Dialect,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn fault(&self, message: impl Into<String>) -> Fault {
        let rest = &self.bytes[self.at.min(self.bytes.len())..];
        let marker = self.at == self.begun && ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| rest.starts_with(mark.as_bytes()));
        let message = if marker { "a conflict of a merge is left here".to_owned() } else { message.into() };
        Fault { line: self.line, column: self.at - self.begun + 1, message }
    }

    /// Passes over what stands between the values.
    fn space(&mut self) -> Result<(), Fault> {
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' => self.newline(),
                b' ' => self.at += self.bytes[self.at..].iter().position(|byte| *byte != b' ').unwrap_or(self.bytes.len() - self.at),
                b'\t' | b'\r' => self.at += 1,
                b'/' if self.dialect == Dialect::Comments => self.comment()?,
                _ => break,
            }
        }
        Ok(())
    }

    fn newline(&mut self) {
        self.at += 1;
        self.line += 1;
        self.begun = self.at;
    }

    fn comment(&mut self) -> Result<(), Fault> {
        let rest = &self.bytes[self.at + 1..];
        match rest.first() {
            Some(b'/') => {
                self.at += 1 + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                Ok(())
            }
            Some(b'*') => {
                let end = rest[1..].windows(2).position(|pair| pair == b"*/");
                let Some(end) = end else { return Err(self.fault("the comment does not end")) };
                let end = self.at + 2 + end + 2;
                while let Some(next) = memchr::memchr(b'\n', &self.bytes[self.at..end]) {
                    self.at += next;
                    self.newline();
                }
                self.at = end;
                Ok(())
            }
            Some(_) | None => Err(self.fault("a value is expected here")),
        }
    }

    fn value(&mut self) -> Result<Node<'a>, Fault> {
        self.space()?;
        let line = self.line;
        let value = match self.peek() {
            None => return Err(self.fault("the text ends where a value is expected")),
            Some(b'"') => Value::Text(self.string()?),
            Some(b'{') => self.object()?,
            Some(b'[') => self.list()?,
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(_) => return Err(self.fault("a value is expected here")),
        };
        Ok(Node { line, value })
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, Fault> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.fault("`true`, `false` or `null` is expected here"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn digits(&mut self) -> usize {
        let count = self.bytes[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        count
    }

    fn number(&mut self) -> Result<Value<'a>, Fault> {
        let begin = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        let zero = self.peek() == Some(b'0');
        let mut whole = self.digits();
        let mut exponent = false;
        if self.peek() == Some(b'.') {
            self.at += 1;
            whole = if zero && whole > 1 { 0 } else { whole.min(self.digits()) };
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            exponent = true;
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            whole = whole.min(self.digits());
        }
        let text = &self.text[begin..self.at];
        let leading = text.trim_start_matches('-').as_bytes();
        if whole == 0 || (leading.first() == Some(&b'0') && leading.get(1).is_some_and(u8::is_ascii_digit)) {
            return Err(self.fault("this is no number of JSON"));
        }
        // The border of what fits is the other reader's to say.
        if (exponent || text.len() > SHORT) && serde_json::from_str::<serde_json::Value>(text).is_err() {
            return Err(self.fault("the number is too big"));
        }
        Ok(Value::Number(text))
    }

    /// A string whose opening quote is next.
    fn string(&mut self) -> Result<Cow<'a, str>, Fault> {
        self.at += 1;
        let begin = self.at;
        self.plain();
        if self.peek() == Some(b'"') {
            self.at += 1;
            return Ok(Cow::Borrowed(&self.text[begin..self.at - 1]));
        }
        let mut text = String::from(&self.text[begin..self.at]);
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => return Err(self.fault("a control character stands unescaped in a string")),
                None => return Err(self.fault("the text ends inside a string")),
            }
            let from = self.at;
            self.plain();
            text.push_str(&self.text[from..self.at]);
        }
        self.at += 1;
        Ok(Cow::Owned(text))
    }

    /// Passes over what a string holds as it is written.
    fn plain(&mut self) {
        let rest = &self.bytes[self.at..];
        let end = memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
        // Without a branch between them many are compared at once.
        let is_free = rest[..end].iter().fold(true, |all, byte| all & (*byte >= 0x20));
        self.at += if is_free { end } else { rest.iter().position(|byte| *byte < 0x20).unwrap_or(end) };
    }

    fn escape(&mut self) -> Result<char, Fault> {
        self.at += 1;
        let Some(letter) = self.peek() else { return Err(self.fault("the text ends inside a string")) };
        self.at += 1;
        Ok(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.code_point(),
            _ => return Err(self.fault("this escape is not one of JSON")),
        })
    }

    fn code_point(&mut self) -> Result<char, Fault> {
        let alone = "half of a surrogate pair stands alone";
        let first = self.four_digits()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first).ok_or_else(|| self.fault(alone));
        }
        if !self.bytes[self.at..].starts_with(b"\\u") {
            return Err(self.fault(alone));
        }
        self.at += 2;
        let second = self.four_digits()?;
        let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400);
        low.and_then(|low| char::from_u32(0x10000 + ((first - 0xD800) << 10) + low)).ok_or_else(|| self.fault(alone))
    }

    fn four_digits(&mut self) -> Result<u32, Fault> {
        let digits = self.bytes.get(self.at..self.at + 4).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let number = digits.and_then(|digits| std::str::from_utf8(digits).ok()).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let number = number.ok_or_else(|| self.fault("this escape is not one of JSON"))?;
        self.at += 4;
        Ok(number)
    }

    fn enter(&mut self) -> Result<(), Fault> {
        self.open += 1;
        if self.open > DEPTH {
            return Err(self.fault(format!("the values are nested deeper than {} levels", DEPTH + 1)));
        }
        self.at += 1;
        self.space()
    }

    fn leave(&mut self) {
        self.open -= 1;
        self.at += 1;
    }

    /// Behind an item: whether another follows.
    fn goes_on(&mut self, end: u8) -> Result<bool, Fault> {
        let name = if end == b']' { "list" } else { "object" };
        self.space()?;
        match self.peek() {
            Some(byte) if byte == end => return Ok(false),
            Some(b',') => self.at += 1,
            Some(_) => return Err(self.fault(format!("a comma or the end of the {name} is expected here"))),
            None => return Err(self.fault(format!("the text ends inside {} {name}", if end == b']' { "a" } else { "an" }))),
        }
        self.space()?;
        match self.peek() {
            Some(byte) if byte == end && self.dialect == Dialect::Comments => Ok(false),
            Some(byte) if byte == end => Err(self.fault("a comma has nothing behind it")),
            Some(_) | None => Ok(true),
        }
    }

    fn list(&mut self) -> Result<Value<'a>, Fault> {
        self.enter()?;
        let mut items = Vec::new();
        let mut more = self.peek() != Some(b']');
        while more {
            items.push(self.value()?);
            more = self.goes_on(b']')?;
        }
        self.leave();
        Ok(Value::List(items))
    }

    fn object(&mut self) -> Result<Value<'a>, Fault> {
        self.enter()?;
        let mut more = self.peek() != Some(b'}');
        let mut members = Vec::with_capacity(if more { 6 } else { 0 });
        while more {
            members.push(self.member()?);
            more = self.goes_on(b'}')?;
        }
        self.leave();
        match duplicate(&members) {
            Some(Member { key, line, .. }) => Err(Fault::on(*line, format!("the key `{}` stands twice in an object", key.escape_debug()))),
            None => Ok(Value::Object(members)),
        }
    }

    fn member(&mut self) -> Result<Member<'a>, Fault> {
        let line = self.line;
        let key = match self.peek() {
            Some(b'"') => self.string()?,
            Some(_) => return Err(self.fault("a key must be a string")),
            None => return Err(self.fault("the text ends inside an object")),
        };
        self.space()?;
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(_) => return Err(self.fault("a colon is expected here")),
            None => return Err(self.fault("the text ends inside an object")),
        }
        Ok(Member { key, line, node: self.value()? })
    }
}

/// The first member whose key stands before it.
fn duplicate<'m, 'a>(members: &'m [Member<'a>]) -> Option<&'m Member<'a>> {
    if members.len() <= FEW {
        return (1..members.len()).find(|at| members[..*at].iter().any(|before| before.key == members[*at].key)).map(|at| &members[at]);
    }
    let again = repeats(members, |member| mark(&member.key), |one, other| one.key.cmp(&other.key));
    again.first().map(|(at, _)| &members[*at])
}
