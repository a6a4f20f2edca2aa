//! Expressions of GitHub's workflows (`${{ … }}`, `if:`) as a tree. What GitHub would refuse is refused.

mod condition;
mod display;
mod functions;
mod lexer;
pub(crate) mod number;
mod parser;
pub(crate) mod places;
mod template;
mod walk;

#[cfg(test)]
mod bad_input_test;
#[cfg(test)]
mod refusals_test;

use thiserror::Error;

pub(crate) use condition::{Compiled, condition};
pub(crate) use functions::Function;
pub(crate) use parser::parse;
pub(crate) use template::template;

/// A part of an expression and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expression {
    /// In bytes, from the beginning of the text that was read.
    pub(crate) start: usize,
    pub(crate) node: Node,
}

/// What an expression is made of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    /// `github`, `needs`, … in lowercase.
    Context(String),
    /// A function of this name in lowercase.
    Call {
        function: String,
        arguments: Vec<Expression>,
    },
    /// `a.b`
    Property(Box<Expression>, String),
    /// `a[b]`
    Index(Box<Expression>, Box<Expression>),
    /// `a.*`, `a[*]`
    Star(Box<Expression>),
    Not(Box<Expression>),
    /// `a && b`, several at once.
    And(Vec<Expression>),
    /// `a || b`, several at once.
    Or(Vec<Expression>),
    Compare(Comparison, Box<Expression>, Box<Expression>),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A piece of a text that may hold `${{ … }}`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Piece {
    Text(String),
    Expression(Expression),
}

/// Which names an expression may use at its place, besides the functions that stand everywhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowed {
    /// In lowercase.
    pub(crate) contexts: &'static [&'static str],
    pub(crate) functions: &'static [Function],
}

/// Why a text is no expression, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub(crate) struct Error {
    /// In bytes, from the beginning of the text that was read.
    pub(crate) start: usize,
    /// One lowercase sentence without a full stop.
    pub(crate) message: String,
}

impl Error {
    fn at(start: usize, message: impl Into<String>) -> Self {
        Self { start, message: message.into() }
    }
}

/// GitHub's limit, in UTF-16 units.
const MAX_LENGTH: usize = 21_000;
/// GitHub's limit on how deep an expression may be nested.
const MAX_DEPTH: usize = 50;

/// The limit on the length of an expression that begins at `start`.
fn check_length(text: &str, start: usize) -> Result<(), Error> {
    // A byte is at least a UTF-16 unit's third, so that a long text is not counted.
    if text.len() > MAX_LENGTH * 3 || text.encode_utf16().count() > MAX_LENGTH {
        return Err(Error::at(start, format!("the expression is longer than {MAX_LENGTH} characters")));
    }
    Ok(())
}

/// What JavaScript calls white space, which GitHub trims.
fn is_space(letter: char) -> bool {
    letter == '\u{feff}' || (letter.is_whitespace() && letter != '\u{85}')
}
