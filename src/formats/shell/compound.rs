//! Commands made of commands: groups, conditions, loops, cases, functions, and the two kinds of test.

use super::reader::Reader;
use super::{Arm, ArmEnd, Body, Branch, Command, Script, Word};
use crate::formats::fault::Fault;

/// Operators of `[[ … ]]`; the longer ones first.
const OPERATORS: [&str; 6] = ["&&", "||", "(", ")", "<", ">"];

impl Reader<'_> {
    /// Reads the compound command that begins here, if one does.
    pub(super) fn compound(&mut self, start: usize) -> Result<Option<Body>, Fault> {
        if self.peek() == Some(b'(') {
            return self.parentheses_command(start).map(Some);
        }
        let Some(keyword) = self.keyword() else { return Ok(None) };
        let body = match keyword {
            "{" => {
                self.take_keyword("{");
                let script = self.some_list()?;
                self.expect("}", start, "this `{`")?;
                Body::Group(script)
            }
            "if" => self.condition(start)?,
            "while" | "until" => self.repeated(start)?,
            "for" | "select" => self.counted(start)?,
            "case" => self.case(start)?,
            "function" => self.function(start)?,
            "[[" => self.test(start)?,
            "coproc" => self.coprocess()?,
            _ => return Ok(None),
        };
        Ok(Some(body))
    }

    /// `( … )` and `(( … ))`.
    fn parentheses_command(&mut self, start: usize) -> Result<Body, Fault> {
        if self.take("((") {
            if let Some(word) = self.arithmetic(start)? {
                return Ok(Body::Arithmetic(word));
            }
            self.at -= 2;
        }
        self.at += 1;
        let script = self.some_list()?;
        self.closed(")", start, "this `(`")?;
        Ok(Body::Subshell(script))
    }

    /// `if … fi`
    fn condition(&mut self, start: usize) -> Result<Body, Fault> {
        let mut branches = Vec::new();
        let mut keyword = "if";
        loop {
            self.expect(keyword, start, "this `if`")?;
            let condition = self.some_list()?;
            self.expect("then", start, "this `if`")?;
            let body = self.some_list()?;
            branches.push(Branch { condition, body });
            keyword = "elif";
            if self.keyword() != Some(keyword) {
                break;
            }
        }
        let otherwise = if self.take_keyword("else") { Some(self.some_list()?) } else { None };
        self.expect("fi", start, "this `if`")?;
        Ok(Body::If { branches, otherwise })
    }

    fn repeated(&mut self, start: usize) -> Result<Body, Fault> {
        let until = self.take_keyword("until");
        if !until {
            self.expect("while", start, "this loop")?;
        }
        let condition = self.some_list()?;
        let body = self.loop_body(start)?;
        Ok(Body::While { until, condition, body })
    }

    /// `do … done`, or the braces that bash takes too.
    fn loop_body(&mut self, start: usize) -> Result<Script, Fault> {
        let (opens, closes) = if self.keyword() == Some("{") { ("{", "}") } else { ("do", "done") };
        self.expect(opens, start, "this loop")?;
        let body = self.some_list()?;
        self.expect(closes, start, "this loop")?;
        Ok(body)
    }

    fn counted(&mut self, start: usize) -> Result<Body, Fault> {
        let select = self.take_keyword("select");
        if !select {
            self.expect("for", start, "this loop")?;
        }
        if !select && self.take("((") {
            let Some(header) = self.arithmetic(start)? else {
                return Err(self.fault(start, "the `((` of this loop is not closed by `))`"));
            };
            self.separator()?;
            return Ok(Body::Count { header, body: self.loop_body(start)? });
        }
        let name = self.word()?.plain().ok_or_else(|| self.fault(start, "the name of this loop's variable is expected"))?;
        self.gap()?;
        let words = if self.take_keyword("in") { Some(self.words()?) } else { None };
        self.separator()?;
        Ok(Body::For { name, words, body: self.loop_body(start)? })
    }

    /// Words up to the end of a command.
    fn words(&mut self) -> Result<Vec<Word>, Fault> {
        let mut words = Vec::new();
        self.blanks();
        while self.peek().is_some_and(|byte| !matches!(byte, b'\n' | b';')) {
            words.push(self.word()?);
            self.blanks();
        }
        Ok(words)
    }

    /// `;` and ends of lines, as many as there are.
    fn separator(&mut self) -> Result<(), Fault> {
        self.blanks();
        self.take(";");
        self.gap()
    }

    /// `case … esac`
    fn case(&mut self, start: usize) -> Result<Body, Fault> {
        self.expect("case", start, "this `case`")?;
        let subject = self.word()?;
        self.gap()?;
        self.expect("in", start, "this `case`")?;
        self.gap()?;
        let mut arms = Vec::new();
        while self.keyword() != Some("esac") {
            if self.peek().is_none() {
                return Err(self.fault(start, "this `case` is not closed: `esac` is expected"));
            }
            let arm = self.arm()?;
            let last = self.peek() == Some(b';');
            if !last && self.keyword() != Some("esac") {
                return Err(if self.peek().is_none() {
                    self.fault(start, "this `case` is not closed: `esac` is expected")
                } else {
                    self.unexpected()
                });
            }
            arms.push(self.arm_end(arm)?);
        }
        self.take_keyword("esac");
        Ok(Body::Case { subject, arms })
    }

    /// `pattern | pattern) …`
    fn arm(&mut self) -> Result<Arm, Fault> {
        let start = self.at;
        self.take("(");
        let mut patterns = Vec::new();
        loop {
            self.blanks();
            patterns.push(self.word()?);
            self.blanks();
            if !self.take("|") {
                break;
            }
        }
        self.closed(")", start, "this pattern")?;
        let body = self.list()?;
        Ok(Arm { patterns, body, end: ArmEnd::Leave })
    }

    fn arm_end(&mut self, arm: Arm) -> Result<Arm, Fault> {
        let end = match () {
            () if self.take(";;&") => ArmEnd::TryNext,
            () if self.take(";&") => ArmEnd::FallThrough,
            () => {
                self.take(";;");
                ArmEnd::Leave
            }
        };
        self.gap()?;
        Ok(Arm { end, ..arm })
    }

    /// `function name body`, `function name ( ) body`
    fn function(&mut self, start: usize) -> Result<Body, Fault> {
        self.expect("function", start, "this function")?;
        let name = self.word()?.plain().ok_or_else(|| self.fault(start, "the name of this function is expected"))?;
        self.blanks();
        if self.starts("()") || self.starts("( )") {
            self.at += 1;
            self.blanks();
            self.at += 1;
        }
        self.function_body(start, name)
    }

    /// The body of a function; stands behind `name ( )`.
    pub(super) fn function_body(&mut self, start: usize, name: String) -> Result<Body, Fault> {
        self.gap()?;
        let at = self.at;
        let line = self.line(at);
        let body = self.within(start, |reader| reader.compound(at))?.ok_or_else(|| self.unexpected())?;
        let mut redirects = Vec::new();
        self.blanks();
        while let Some(redirect) = self.redirect()? {
            redirects.push(redirect);
            self.blanks();
        }
        Ok(Body::Function { name, body: Box::new(Command { line, body, redirects }) })
    }

    fn coprocess(&mut self) -> Result<Body, Fault> {
        self.take_keyword("coproc");
        let named = self.at;
        let is_name = self.keyword().is_some_and(|word| word.bytes().all(super::dollar::is_name));
        if is_name {
            self.word()?;
            self.blanks();
            if !matches!(self.peek(), Some(b'{' | b'(')) {
                self.at = named;
            }
        }
        Ok(Body::Coprocess(Box::new(self.command()?)))
    }

    /// `[[ … ]]`
    fn test(&mut self, start: usize) -> Result<Body, Fault> {
        self.take_keyword("[[");
        let mut words: Vec<Word> = Vec::new();
        loop {
            self.gap()?;
            if self.peek().is_none() {
                return Err(self.fault(start, "this `[[` is not closed by `]]`"));
            }
            if self.keyword() == Some("]]") {
                self.at += 2;
                return Ok(Body::Test(words));
            }
            let before = words.last().and_then(Word::literal);
            words.push(if before == Some("=~") { self.expression_word()? } else { self.test_word()? });
        }
    }

    /// A word or an operator of `[[ … ]]`.
    fn test_word(&mut self) -> Result<Word, Fault> {
        match OPERATORS.into_iter().find(|operator| self.take(operator)) {
            Some(operator) => {
                let mut word = Word::default();
                word.literally(operator);
                Ok(word)
            }
            None => self.word(),
        }
    }
}
