//! Expressions of GitHub's workflows (`${{ … }}`, `if:`) as a tree.

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
