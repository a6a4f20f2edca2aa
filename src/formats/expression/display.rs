//! A tree back to text: what it would be read from, with as few parentheses as it needs.

use std::fmt::{Display, Formatter, Result};

use super::lexer::is_name;
use super::{Comparison, Expression, Node, number};

/// How tightly a part holds together; what is looser than its place asks for stands in parentheses.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Tightness {
    Or,
    And,
    Equality,
    Order,
    Not,
    Literal,
    Indexable,
}

impl Comparison {
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// Of itself, and of what may stand at its right.
    fn tightness(self) -> (Tightness, Tightness) {
        match self {
            Self::Equal | Self::Unequal => (Tightness::Equality, Tightness::Order),
            Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => (Tightness::Order, Tightness::Not),
        }
    }
}

impl Display for Expression {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match &self.node {
            Node::Null => out.write_str("null"),
            Node::Bool(value) => write!(out, "{value}"),
            Node::Number(value) => out.write_str(&number::shortest(*value)),
            Node::Text(value) => write!(out, "'{}'", value.replace('\'', "''")),
            Node::Context(name) => out.write_str(name),
            Node::Call { function, arguments } => {
                write!(out, "{}(", written(function))?;
                several(out, arguments, (", ", Tightness::Or))?;
                out.write_str(")")
            }
            Node::Property(object, name) => {
                inside(out, object, Tightness::Indexable)?;
                if is_name(name) { write!(out, ".{name}") } else { write!(out, "['{}']", name.replace('\'', "''")) }
            }
            Node::Index(object, index) => {
                inside(out, object, Tightness::Indexable)?;
                write!(out, "[{index}]")
            }
            Node::Star(object) => {
                inside(out, object, Tightness::Indexable)?;
                out.write_str(".*")
            }
            Node::Not(inner) => {
                out.write_str("!")?;
                inside(out, inner, Tightness::Not)
            }
            Node::And(sides) => several(out, sides, (" && ", Tightness::Equality)),
            Node::Or(sides) => several(out, sides, (" || ", Tightness::And)),
            Node::Compare(comparison, left, right) => {
                let (own, of_right) = comparison.tightness();
                inside(out, left, own)?;
                write!(out, " {} ", comparison.sign())?;
                inside(out, right, of_right)
            }
        }
    }
}

fn tightness(expression: &Expression) -> Tightness {
    match &expression.node {
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) => Tightness::Literal,
        Node::Context(_) | Node::Call { .. } | Node::Property(..) | Node::Index(..) | Node::Star(_) => Tightness::Indexable,
        Node::Not(_) => Tightness::Not,
        Node::And(_) => Tightness::And,
        Node::Or(_) => Tightness::Or,
        Node::Compare(comparison, ..) => comparison.tightness().0,
    }
}

fn inside(out: &mut Formatter<'_>, expression: &Expression, place: Tightness) -> Result {
    if tightness(expression) < place { write!(out, "({expression})") } else { write!(out, "{expression}") }
}

fn several(out: &mut Formatter<'_>, expressions: &[Expression], (joint, place): (&str, Tightness)) -> Result {
    for (index, expression) in expressions.iter().enumerate() {
        if index > 0 {
            out.write_str(joint)?;
        }
        inside(out, expression, place)?;
    }
    Ok(())
}

/// A function as GitHub's manual writes it.
fn written(function: &str) -> &str {
    match function {
        "endswith" => "endsWith",
        "fromjson" => "fromJSON",
        "hashfiles" => "hashFiles",
        "startswith" => "startsWith",
        "tojson" => "toJSON",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{parse, places};

    #[test]
    fn an_expression_is_written_with_the_parentheses_it_needs() {
        for source in [
            "always() && (needs.a.result == 'success' || !contains(needs.*.result, 'it''s'))",
            "!(github.ref == 'x') && !success()",
            "(1 == 2) == (3 == 4)",
            "1 < 2 == 3 >= 4",
            "(1 && 2) && (3 || 4)",
            "fromJSON('[1]')[0].a.*['b c'][*]",
            "('a' || github).b",
            "format('{0}', toJSON(null), -1.5, NaN, Infinity, true, false)",
        ] {
            let tree = parse(source, &places::JOB_IF).unwrap();
            let written = tree.to_string();
            let again = parse(&written, &places::JOB_IF).unwrap();
            assert_eq!(again.to_string(), written);
            let expected = source.replace("(1 == 2) == (3", "1 == 2 == (3").replace("[*]", ".*");
            assert_eq!(written, expected);
        }
    }
}
