//! Shell scripts as a tree with lines: the POSIX grammar and what bash adds to it. Nothing is expanded and nothing is run.

mod commands;
mod compound;
mod documents;
mod dollar;
mod reader;
mod walk;
mod words;

#[cfg(test)]
mod accepted_test;
#[cfg(test)]
mod torture_test;
#[cfg(test)]
mod tree_test;

use std::borrow::Cow;

use super::fault::Fault;
use reader::{Reader, Spot};
pub(crate) use walk::{commands_in, commands_of, scripts_in};

/// Reads a script whole; the fault says what is not closed or out of place, and where.
pub(crate) fn parse(text: &str) -> Result<Script, Fault> {
    let text: Cow<'_, str> = if text.contains("\r\n") { text.replace("\r\n", "\n").into() } else { text.into() };
    parse_at(&text, Spot { line: 1, depth: 0 })
}

/// Reads a text that stands somewhere within another.
fn parse_at(text: &str, spot: Spot) -> Result<Script, Fault> {
    let mut reader = Reader::new(text, spot);
    let script = reader.list()?;
    reader.finish()?;
    Ok(script)
}

/// Commands one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Script {
    pub(crate) items: Vec<Item>,
}

/// Pipelines joined by `&&` and `||`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) first: Pipeline,
    pub(crate) rest: Vec<(Join, Pipeline)>,
    /// Ended by `&`.
    pub(crate) background: bool,
}

/// What stands between two pipelines of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Join {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Commands joined by `|`; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pipeline {
    /// Begins with `!`.
    pub(crate) negated: bool,
    pub(crate) commands: Vec<Command>,
}

/// One command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    /// From 1, in the script.
    pub(crate) line: usize,
    pub(crate) body: Body,
    pub(crate) redirects: Vec<Redirect>,
}

/// What a command is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    /// `NAME=word … word …`; one of the two lists has something, or there are redirects.
    Simple {
        assignments: Vec<Assignment>,
        words: Vec<Word>,
    },
    /// `{ …; }`
    Group(Script),
    /// `( … )`
    Subshell(Script),
    If {
        branches: Vec<Branch>,
        otherwise: Option<Script>,
    },
    /// `while`, and `until` where `until` is set.
    While {
        until: bool,
        condition: Script,
        body: Script,
    },
    /// `for name in words`, also `select`; without `in`: the arguments.
    For {
        name: String,
        words: Option<Vec<Word>>,
        body: Script,
    },
    /// `for (( … ))`
    Count {
        header: Word,
        body: Script,
    },
    Case {
        subject: Word,
        arms: Vec<Arm>,
    },
    Function {
        name: String,
        body: Box<Command>,
    },
    /// `[[ … ]]`: its words; an operator (`&&`, `||`, `(`, `)`, `!`, `==`, `<`, …) is a word of one [`Part::Literal`].
    Test(Vec<Word>),
    /// `(( … ))`
    Arithmetic(Word),
    /// `coproc …`
    Coprocess(Box<Command>),
}

/// `if` or `elif`: the condition and what it guards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Branch {
    pub(crate) condition: Script,
    pub(crate) body: Script,
}

/// `pattern | pattern) …;;`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arm {
    pub(crate) patterns: Vec<Word>,
    pub(crate) body: Script,
    pub(crate) end: ArmEnd,
}

/// What follows when an arm of `case` was run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ArmEnd {
    /// `;;`: what stands behind `esac`.
    Leave,
    /// `;&`: the body of the next arm.
    FallThrough,
    /// `;;&`: the patterns of the next arms.
    TryNext,
}

/// `NAME=word`, `NAME+=word`; `NAME[…]=word` has its index in the name; the value of `NAME=( … )` is one [`Part::List`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub(crate) name: String,
    pub(crate) append: bool,
    pub(crate) value: Word,
}

/// One word as it is written, before any expansion; the word `''` is one empty [`Part::Quoted`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Word {
    pub(crate) parts: Vec<Part>,
}

/// A piece of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Text without quotes: may be a pattern.
    Literal(String),
    /// Text from quotes or behind a backslash: only itself.
    Quoted(String),
    /// `$name`, `${name}`, `${name<operator>}`; `name` may be `?`, `1`, `@`, …, with its index (`a[@]`) and the `!` of `${!name}`.
    Parameter {
        name: String,
        /// What stands behind the name in braces: `:-`, `:?`, `%%`, …; `${#name}` is `#` with an empty word.
        operator: Option<Box<(String, Word)>>,
        quoted: bool,
    },
    /// `$( … )` and backquotes.
    Substitution { script: Script, quoted: bool },
    /// `$(( … ))`
    Arithmetic(Word),
    /// `( … )` behind `NAME=`: the words of an array.
    List(Vec<Word>),
    /// `<( … )` and `>( … )`.
    Process(Script),
    /// `${{ … }}` of a workflow: what stands between the braces. The platform puts text there before the shell sees it.
    Expression { source: String, quoted: bool },
}

/// `2>&1`, `> file`, `<<EOF`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redirect {
    /// As written, with the number before it: `2>&`, `>>`, `<<`, `<<<`.
    pub(crate) operator: String,
    /// The file, or the text of a here-document.
    pub(crate) target: Word,
}

impl Part {
    /// Its text, where nothing is expanded.
    fn plain(&self) -> Option<&str> {
        match self {
            Self::Literal(text) | Self::Quoted(text) => Some(text),
            Self::Parameter { .. }
            | Self::Substitution { .. }
            | Self::Arithmetic(_)
            | Self::List(_)
            | Self::Process(_)
            | Self::Expression { .. } => None,
        }
    }
}

impl Word {
    /// The text of a word that is written without quotes and expansions, as keywords and operators are.
    pub(crate) fn literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The text of a word in which nothing is expanded.
    pub(crate) fn plain(&self) -> Option<String> {
        match self.parts.as_slice() {
            [only] => only.plain().map(str::to_owned),
            parts => parts.iter().map(Part::plain).collect(),
        }
    }

    /// The text before the first expansion, where there is one.
    pub(crate) fn head(&self) -> Option<String> {
        let plain = || self.parts.iter().map_while(Part::plain);
        (plain().count() < self.parts.len()).then(|| plain().collect())
    }

    /// Text without quotes behind what is there.
    fn literally(&mut self, text: &str) {
        match self.parts.last_mut() {
            _ if text.is_empty() => {}
            Some(Part::Literal(before)) => before.push_str(text),
            _ => self.push(Part::Literal(text.to_owned())),
        }
    }

    /// Quoted text behind what is there.
    fn quoted(&mut self, text: &str) {
        match self.parts.last_mut() {
            Some(Part::Quoted(before)) => before.push_str(text),
            _ => self.push(Part::Quoted(text.to_owned())),
        }
    }

    /// Most words have one part, and need room for no more.
    fn push(&mut self, part: Part) {
        if self.parts.is_empty() {
            self.parts.reserve_exact(1);
        }
        self.parts.push(part);
    }
}
