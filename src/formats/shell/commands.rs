//! Lists, pipelines and simple commands.

use super::dollar::is_name;
use super::reader::Reader;
use super::words::is_operator;
use super::{Assignment, Body, Command, Item, Join, Part, Pipeline, Redirect, Script, Word};
use crate::formats::fault::Fault;

/// Keywords that end the list before them.
const ENDS: [&str; 8] = ["then", "do", "done", "fi", "else", "elif", "esac", "}"];
/// Commands whose arguments may be assignments of arrays.
const DECLARATIONS: [&str; 6] = ["local", "declare", "typeset", "export", "readonly", "eval"];

/// A simple command that is being read.
#[derive(Default)]
struct Simple {
    assignments: Vec<Assignment>,
    words: Vec<Word>,
    redirects: Vec<Redirect>,
}

impl Reader<'_> {
    /// Reads commands up to what ends them: a closing keyword, `)`, `;;` or the end of the text.
    pub(super) fn list(&mut self) -> Result<Script, Fault> {
        let mut items = Vec::new();
        self.gap()?;
        while !self.ends_list() {
            let mut item = self.item()?;
            let separated = match self.peek() {
                Some(b'&') => {
                    self.at += 1;
                    item.background = true;
                    true
                }
                Some(b';') if !matches!(self.ahead(1), Some(b';' | b'&')) => {
                    self.at += 1;
                    true
                }
                Some(b'\n') => true,
                Some(_) | None => false,
            };
            items.push(item);
            self.gap()?;
            if !separated {
                break;
            }
        }
        Ok(Script { items })
    }

    /// Reads a list in which there must be something.
    pub(super) fn some_list(&mut self) -> Result<Script, Fault> {
        let script = self.list()?;
        if script.items.is_empty() { Err(self.unexpected()) } else { Ok(script) }
    }

    fn ends_list(&self) -> bool {
        match self.peek() {
            None | Some(b')') => true,
            Some(b';') => matches!(self.ahead(1), Some(b';' | b'&')),
            Some(b't' | b'd' | b'f' | b'e' | b'}') => self.keyword().is_some_and(|keyword| ENDS.contains(&keyword)),
            Some(_) => false,
        }
    }

    /// The bare word that begins here, where nothing in it is special.
    pub(super) fn keyword(&self) -> Option<&str> {
        let rest = self.rest();
        let length = rest.iter().position(|byte| is_operator(*byte) || matches!(byte, b'\\' | b'\'' | b'"' | b'`' | b'$'));
        let length = length.unwrap_or(rest.len());
        let ended = rest.get(length).is_none_or(|byte| is_operator(*byte));
        Some(self.slice(self.at, self.at + length)).filter(|word| ended && !word.is_empty())
    }

    /// Takes a keyword that stands here.
    pub(super) fn take_keyword(&mut self, keyword: &str) -> bool {
        let there = self.starts(keyword) && self.keyword() == Some(keyword);
        if there {
            self.at += keyword.len();
            self.blanks();
        }
        there
    }

    /// Takes the keyword that must end or go on with what begins at `start`.
    pub(super) fn expect(&mut self, keyword: &str, start: usize, what: &str) -> Result<(), Fault> {
        match self.peek() {
            _ if self.take_keyword(keyword) => Ok(()),
            None => Err(self.fault(start, format!("{what} is not closed: `{keyword}` is expected"))),
            Some(_) => Err(self.unexpected()),
        }
    }

    fn item(&mut self) -> Result<Item, Fault> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            let join = match () {
                () if self.take("&&") => Join::And,
                () if self.take("||") => Join::Or,
                () => return Ok(Item { first, rest, background: false }),
            };
            self.gap()?;
            rest.push((join, self.pipeline()?));
        }
    }

    fn pipeline(&mut self) -> Result<Pipeline, Fault> {
        let mut negated = false;
        let mut prefixed = false;
        loop {
            if self.take_keyword("!") {
                negated = !negated;
            } else if self.take_keyword("time") {
                self.take_keyword("-p");
            } else {
                break;
            }
            prefixed = true;
        }
        if prefixed && matches!(self.peek(), None | Some(b'\n' | b';' | b')')) {
            let body = Body::Simple { assignments: Vec::new(), words: Vec::new() };
            let command = Command { line: self.line(self.at), body, redirects: Vec::new() };
            return Ok(Pipeline { negated, commands: vec![command] });
        }
        let mut commands = vec![self.command()?];
        while self.peek() == Some(b'|') && self.ahead(1) != Some(b'|') {
            self.at += 1;
            if self.take("&") {
                let mut target = Word::default();
                target.literally("1");
                let redirect = Redirect { operator: "2>&".to_owned(), target };
                commands.iter_mut().last().into_iter().for_each(|command| command.redirects.push(redirect.clone()));
            }
            self.gap()?;
            commands.push(self.command()?);
        }
        Ok(Pipeline { negated, commands })
    }

    /// Reads one command of any kind and the redirections behind it.
    pub(super) fn command(&mut self) -> Result<Command, Fault> {
        let start = self.at;
        let line = self.line(start);
        if let Some(body) = self.within(start, |reader| reader.compound(start))? {
            let mut redirects = Vec::new();
            self.blanks();
            while let Some(redirect) = self.redirect()? {
                redirects.push(redirect);
                self.blanks();
            }
            return Ok(Command { line, body, redirects });
        }
        let mut simple = Simple::default();
        if let Some(body) = self.simple(&mut simple)? {
            return Ok(Command { line, body, redirects: Vec::new() });
        }
        let Simple { assignments, words, redirects } = simple;
        if assignments.is_empty() && words.is_empty() && redirects.is_empty() {
            return Err(self.unexpected());
        }
        Ok(Command { line, body: Body::Simple { assignments, words }, redirects })
    }

    /// Reads the words of a simple command; gives a body where it turns out to be the definition of a function.
    fn simple(&mut self, simple: &mut Simple) -> Result<Option<Body>, Fault> {
        let start = self.at;
        loop {
            self.blanks();
            if self.peek().is_none_or(|byte| matches!(byte, b'\n' | b';' | b'|' | b')')) {
                return Ok(None);
            }
            if let Some(redirect) = self.redirect()? {
                simple.redirects.push(redirect);
                continue;
            }
            if self.peek() == Some(b'&') {
                return Ok(None);
            }
            if self.peek() == Some(b'(') {
                return self.function_behind(start, simple);
            }
            match self.assignment(simple)? {
                Some(assignment) if simple.words.is_empty() => simple.assignments.push(assignment),
                Some(assignment) => simple.words.push(assignment.into_word()),
                None => simple.words.push(self.word()?),
            }
        }
    }

    /// `name ( ) body`
    fn function_behind(&mut self, start: usize, simple: &Simple) -> Result<Option<Body>, Fault> {
        let name = simple.words.first().and_then(|word| word.plain());
        let (Some(name), 1, true, true) = (name, simple.words.len(), simple.assignments.is_empty(), simple.redirects.is_empty()) else {
            return Err(self.unexpected());
        };
        let open = self.at;
        self.at += 1;
        self.blanks();
        if !self.take(")") {
            self.at = open;
            return Err(self.unexpected());
        }
        self.function_body(start, name).map(Some)
    }

    /// `NAME=value` where it begins here, before the command or behind one that declares.
    fn assignment(&mut self, simple: &Simple) -> Result<Option<Assignment>, Fault> {
        let declares = || simple.words.first().and_then(Word::literal).is_some_and(|word| DECLARATIONS.contains(&word));
        if !simple.words.is_empty() && !declares() {
            return Ok(None);
        }
        let rest = self.rest();
        if rest.first().is_none_or(|byte| !is_name(*byte) || byte.is_ascii_digit()) {
            return Ok(None);
        }
        let start = self.at;
        self.run(|byte| !is_name(byte));
        // A pattern such as `a[b]c` is a word.
        if self.peek() == Some(b'[') && self.index().is_err() {
            self.at = start;
            return Ok(None);
        }
        let name = self.slice(start, self.at).to_owned();
        let append = self.take("+=");
        let is_list = (append || self.starts("=")) && self.rest().get(usize::from(!append)) == Some(&b'(');
        if !(append || self.take("=")) || (!simple.words.is_empty() && !is_list) {
            self.at = start;
            return Ok(None);
        }
        let mut value = Word::default();
        if self.peek() == Some(b'(') {
            let opened = self.at;
            let list = self.within(opened, |reader| reader.array(opened))?;
            value.parts.push(Part::List(list));
        } else {
            self.rest_of_word(&mut value)?;
        }
        Ok(Some(Assignment { name, append, value }))
    }

    /// The words between the parentheses of an array.
    fn array(&mut self, start: usize) -> Result<Vec<Word>, Fault> {
        self.at += 1;
        let mut words = Vec::new();
        loop {
            self.gap()?;
            match self.peek() {
                None => return Err(self.fault(start, "this `(` is not closed by `)`")),
                Some(b')') => {
                    self.at += 1;
                    return Ok(words);
                }
                Some(_) => words.push(self.word()?),
            }
        }
    }
}

impl Assignment {
    /// As the argument of a command that declares.
    fn into_word(self) -> Word {
        let mut word = Word::default();
        word.literally(&self.name);
        word.literally(if self.append { "+=" } else { "=" });
        word.parts.extend(self.value.parts);
        word
    }
}
