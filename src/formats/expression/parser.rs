//! Words to a tree.

use super::functions::{EVERYWHERE, Function};
use super::lexer::{Token, Word, lex, shortened};
use super::{Allowed, Comparison, Error, Expression, MAX_DEPTH, Node};

/// The expression of a text, without the braces around it.
pub(crate) fn parse(text: &str, allowed: &Allowed) -> Result<Expression, Error> {
    parse_at(text, 0, allowed)
}

/// The same; the places count from `base`.
pub(super) fn parse_at(text: &str, base: usize, allowed: &Allowed) -> Result<Expression, Error> {
    let tokens = lex(text, base)?;
    if tokens.is_empty() {
        return Err(Error::at(base, "an expression is missing"));
    }
    let mut parser = Parser { tokens: &tokens, at: 0, end: base + text.len(), depth: 0, allowed };
    let tree = parser.expression()?;
    match parser.peek() {
        None => Ok(tree.expression),
        Some(_) => Err(parser.unexpected()),
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    /// Where the text ends.
    end: usize,
    /// GitHub counts parentheses too, which are no part of the tree.
    depth: usize,
    allowed: &'a Allowed,
}

/// An expression and how many levels it has.
struct Tree {
    expression: Expression,
    height: usize,
}

/// One level of the operators that join two sides, the loosest first.
#[derive(Clone, Copy)]
enum Level {
    Equality,
    Order,
}

impl Level {
    fn has(self, comparison: Comparison) -> bool {
        let equality = match comparison {
            Comparison::Equal | Comparison::Unequal => true,
            Comparison::Less | Comparison::LessOrEqual | Comparison::Greater | Comparison::GreaterOrEqual => false,
        };
        match self {
            Self::Equality => equality,
            Self::Order => !equality,
        }
    }
}

type Parsed = Result<Tree, Error>;

impl Parser<'_> {
    fn peek(&self) -> Option<&Word> {
        self.tokens.get(self.at).map(|token| &token.word)
    }

    /// Where the next word stands.
    fn place(&self) -> usize {
        self.tokens.get(self.at).map_or(self.end, |token| token.start)
    }

    fn take(&mut self, word: &Word) -> bool {
        let found = self.peek() == Some(word);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, word: &Word) -> Result<(), Error> {
        if self.take(word) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn unexpected(&self) -> Error {
        match self.peek() {
            Some(word) => Error::at(self.place(), format!("unexpected symbol `{}`", shortened(&shown(word)))),
            None => Error::at(self.end, "unexpected end of the expression"),
        }
    }

    fn too_deep(&self) -> Error {
        Error::at(self.place(), format!("the expression is nested deeper than {MAX_DEPTH} levels"))
    }

    fn deeper(&mut self) -> Result<(), Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(self.too_deep()) } else { Ok(()) }
    }

    /// A node above others of which the highest has this height.
    fn above(&self, start: usize, node: Node, height: usize) -> Parsed {
        if height >= MAX_DEPTH {
            return Err(self.too_deep());
        }
        Ok(Tree { expression: Expression { start, node }, height: height + 1 })
    }

    fn expression(&mut self) -> Parsed {
        self.deeper()?;
        let tree = self.or()?;
        self.depth -= 1;
        Ok(tree)
    }

    fn or(&mut self) -> Parsed {
        self.several(&Word::Or, Self::and, Node::Or)
    }

    fn and(&mut self) -> Parsed {
        self.several(&Word::And, |parser| parser.comparison(Level::Equality), Node::And)
    }

    fn several(&mut self, joint: &Word, operand: fn(&mut Self) -> Parsed, node: fn(Vec<Expression>) -> Node) -> Parsed {
        let first = operand(self)?;
        if self.peek() != Some(joint) {
            return Ok(first);
        }
        self.deeper()?;
        let (start, mut height) = (first.expression.start, first.height);
        let mut sides = vec![first.expression];
        while self.take(joint) {
            let side = operand(self)?;
            height = height.max(side.height);
            sides.push(side.expression);
        }
        self.depth -= 1;
        self.above(start, node(sides), height)
    }

    fn comparison(&mut self, level: Level) -> Parsed {
        let mut left = self.side(level)?;
        while let Some(&Word::Compare(comparison)) = self.peek() {
            if !level.has(comparison) {
                break;
            }
            self.at += 1;
            let right = self.side(level)?;
            let height = left.height.max(right.height);
            let start = left.expression.start;
            left = self.above(start, Node::Compare(comparison, Box::new(left.expression), Box::new(right.expression)), height)?;
        }
        Ok(left)
    }

    fn side(&mut self, level: Level) -> Parsed {
        match level {
            Level::Equality => self.comparison(Level::Order),
            Level::Order => self.unary(),
        }
    }

    fn unary(&mut self) -> Parsed {
        let start = self.place();
        if !self.take(&Word::Not) {
            return self.index();
        }
        self.deeper()?;
        let inner = self.unary()?;
        self.depth -= 1;
        self.above(start, Node::Not(Box::new(inner.expression)), inner.height)
    }

    fn index(&mut self) -> Parsed {
        // Literals have no members; a dot behind one would begin a number.
        let indexable = matches!(self.peek(), Some(Word::Name(_) | Word::Open));
        let tree = self.primary()?;
        if indexable { self.members(tree) } else { Ok(tree) }
    }

    fn members(&mut self, mut tree: Tree) -> Parsed {
        let depth = self.depth;
        loop {
            let (start, height) = (tree.expression.start, tree.height);
            if self.take(&Word::OpenIndex) {
                let (node, inner) = self.bracket(tree.expression)?;
                self.deeper()?;
                tree = self.above(start, node, height.max(inner))?;
            } else if self.take(&Word::Dot) {
                self.deeper()?;
                let node = self.member(tree.expression)?;
                tree = self.above(start, node, height)?;
            } else {
                self.depth = depth;
                return Ok(tree);
            }
        }
    }

    /// What stands behind `[`, and the height of what stands between the brackets.
    fn bracket(&mut self, object: Expression) -> Result<(Node, usize), Error> {
        if self.take(&Word::Star) {
            self.expect(&Word::CloseIndex)?;
            return Ok((Node::Star(Box::new(object)), 1));
        }
        let inner = self.expression()?;
        self.expect(&Word::CloseIndex)?;
        Ok((Node::Index(Box::new(object), Box::new(inner.expression)), inner.height))
    }

    /// What stands behind a dot.
    fn member(&mut self, object: Expression) -> Result<Node, Error> {
        let node = match self.peek() {
            Some(Word::Name(name)) => Node::Property(Box::new(object), name.clone()),
            Some(Word::Star) => Node::Star(Box::new(object)),
            Some(_) | None => return Err(self.unexpected()),
        };
        self.at += 1;
        Ok(node)
    }

    fn primary(&mut self) -> Parsed {
        let start = self.place();
        let node = match self.peek() {
            Some(Word::Null) => Node::Null,
            Some(Word::Bool(value)) => Node::Bool(*value),
            Some(Word::Number(value)) => Node::Number(*value),
            Some(Word::Text(value)) => Node::Text(value.clone()),
            Some(Word::Name(name)) => {
                let name = name.clone();
                return self.named(start, &name);
            }
            Some(Word::Open) => {
                self.at += 1;
                let tree = self.expression()?;
                self.expect(&Word::Close)?;
                return Ok(tree);
            }
            Some(_) | None => return Err(self.unexpected()),
        };
        self.at += 1;
        self.above(start, node, 0)
    }

    /// A context, or a function that is called.
    fn named(&mut self, start: usize, name: &str) -> Parsed {
        self.at += 1;
        let lower = name.to_ascii_lowercase();
        if self.take(&Word::Open) {
            return self.call(start, lower);
        }
        if !self.allowed.contexts.contains(&lower.as_str()) {
            return Err(Error::at(start, format!("unrecognized named-value `{}`", shortened(name))));
        }
        self.above(start, Node::Context(lower), 0)
    }

    fn call(&mut self, start: usize, function: String) -> Parsed {
        let (mut arguments, mut height) = (Vec::new(), 0);
        while !self.take(&Word::Close) {
            // GitHub's editor lets a comma stand at the end, its runner does not.
            if !arguments.is_empty() {
                self.expect(&Word::Comma)?;
            }
            let argument = self.expression()?;
            height = height.max(argument.height);
            arguments.push(argument.expression);
        }
        self.function(&function, start)?.takes(arguments.len(), start)?;
        self.above(start, Node::Call { function, arguments }, height)
    }

    fn function(&self, name: &str, start: usize) -> Result<Function, Error> {
        let known = EVERYWHERE.iter().chain(self.allowed.functions).find(|function| function.name == name);
        known.copied().ok_or_else(|| Error::at(start, format!("unrecognized function `{}`", shortened(name))))
    }
}

/// A word as a message names it.
fn shown(word: &Word) -> String {
    let sign = match word {
        Word::Open => "(",
        Word::Close => ")",
        Word::OpenIndex => "[",
        Word::CloseIndex => "]",
        Word::Comma => ",",
        Word::Dot => ".",
        Word::Not => "!",
        Word::Compare(comparison) => comparison.sign(),
        Word::And => "&&",
        Word::Or => "||",
        Word::Star => "*",
        Word::Null => "null",
        Word::Bool(true) => "true",
        Word::Bool(false) => "false",
        Word::Number(number) => return super::number::shortest(*number),
        Word::Text(text) | Word::Name(text) => text,
    };
    sign.to_owned()
}
