//! `if:` as GitHub compiles it.

use super::parser::parse_at;
use super::template::{Segment, Whole, escaped, format_source, split};
use super::{Allowed, Error, Expression, MAX_DEPTH, Node, Piece, is_space, parse};

/// What GitHub makes of `if:`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Compiled {
    /// What is asked: without a status function it is `success() && ( … )`.
    pub(crate) compiled: Expression,
    /// A status function is called in it as written.
    pub(crate) asks_status: bool,
    /// Text stands around `${{ … }}`, so that a text comes out of it: always true.
    pub(crate) is_text: bool,
}

/// The text of an `if:`; the empty one is `success()`.
pub(crate) fn condition(text: &str, allowed: &Allowed) -> Result<Compiled, Error> {
    let segments = split(text)?;
    let pieces: Vec<Piece> = segments.iter().map(|segment| segment.read(allowed)).collect::<Result<_, _>>()?;
    let alone = match segments.as_slice() {
        [Segment::Expression { start, source }] => Some((*start, *source)),
        _ => None,
    };
    match (Whole::of(pieces, &segments), alone) {
        (Whole::Expression(written), Some((start, source))) => finish(written, (start, source), allowed),
        (Whole::Expression(written), None) => finish(written, (0, text), allowed),
        (Whole::Text(literal), Some((start, _))) => bare(&literal, start + 1, allowed),
        (Whole::Text(_), None) => bare(text, 0, allowed),
        (Whole::Mixed(pieces), _) => {
            let compiled = finish(format_call(pieces), (0, &format_source(&segments)), allowed)?;
            Ok(Compiled { is_text: true, ..compiled })
        }
    }
}

/// A condition without braces.
fn bare(text: &str, base: usize, allowed: &Allowed) -> Result<Compiled, Error> {
    let source = text.trim_matches(is_space);
    let start = base + text.len() - text.trim_start_matches(is_space).len();
    if source.is_empty() {
        return Ok(Compiled { compiled: success(base), asks_status: false, is_text: false });
    }
    finish(parse_at(source, start, allowed)?, (start, source), allowed)
}

/// Puts `success()` before what asks for no status.
fn finish(written: Expression, (start, source): (usize, &str), allowed: &Allowed) -> Result<Compiled, Error> {
    let asks_status = written.asks_status();
    // What is compiled is text to GitHub, which has to hold the limits as a whole.
    let whole = || if asks_status { source.to_owned() } else { format!("success() && ({source})") };
    // A short text keeps both: each level takes a character.
    if source.len() + 4 >= MAX_DEPTH {
        parse(&whole(), allowed).map_err(|error| Error::at(start, error.message))?;
    }
    let compiled = match asks_status {
        true => written,
        false => Expression { start: written.start, node: Node::And(vec![success(written.start), written]) },
    };
    Ok(Compiled { compiled, asks_status, is_text: false })
}

fn success(start: usize) -> Expression {
    Expression { start, node: Node::Call { function: "success".to_owned(), arguments: Vec::new() } }
}

fn format_call(pieces: Vec<Piece>) -> Expression {
    let (mut text, mut arguments) = (String::new(), Vec::new());
    for piece in pieces {
        match piece {
            Piece::Text(piece) => text.push_str(&escaped(&piece)),
            Piece::Expression(expression) => {
                text.push_str(&format!("{{{}}}", arguments.len()));
                arguments.push(expression);
            }
        }
    }
    arguments.insert(0, Expression { start: 0, node: Node::Text(text) });
    Expression { start: 0, node: Node::Call { function: "format".to_owned(), arguments } }
}

#[cfg(test)]
mod tests {
    use super::super::places::{JOB_IF, STEP_IF};
    use super::*;

    fn shown(text: &str) -> String {
        condition(text, &JOB_IF).unwrap().compiled.to_string()
    }

    #[test]
    fn success_is_put_before_what_asks_for_no_status() {
        assert_eq!(shown("github.ref == 'x' || true"), "success() && (github.ref == 'x' || true)");
        assert_eq!(shown("${{ contains('always()', 'x') }}"), "success() && contains('always()', 'x')");
        assert_eq!(shown("!Cancelled()"), "!cancelled()");
        assert_eq!(shown("always() && github.a"), "always() && github.a");
        assert_eq!(shown(""), "success()");
        assert_eq!(shown(" \n"), "success()");
        assert_eq!(shown("${{ ('x') }}"), "success() && 'x'");
        assert_eq!(shown("success('a', 'b')"), "success('a', 'b')");
    }

    #[test]
    fn text_around_the_braces_makes_a_text() {
        for source in ["${{ false }}\n", "x ${{ false }}", "${{ false }} && ${{ true }}", " ${{ false }}"] {
            assert!(condition(source, &JOB_IF).unwrap().is_text, "{source}");
        }
        assert_eq!(shown("${{ false }}\n"), "success() && format('{0}\n', false)");
        assert_eq!(shown("{${{ always() }} && 'x'"), "format('{{{0} && ''x''', always())");
        for source in ["${{ false }}", "false", "true\n"] {
            assert!(!condition(source, &JOB_IF).unwrap().is_text, "{source}");
        }
    }

    #[test]
    fn a_literal_in_braces_is_read_as_a_condition() {
        assert_eq!(shown("${{ 'always()' }}"), "always()");
        assert_eq!(shown("${{ '' }}"), "success()");
        assert!(condition("${{ 'no such' }}", &JOB_IF).is_err());
    }

    #[test]
    fn what_github_refuses_is_refused_at_its_place() {
        let place = |text: &str| condition(text, &STEP_IF).unwrap_err().start;
        assert_eq!(place("  always() && nope"), 14);
        assert_eq!(place("${{ success('a') }}"), 4);
        assert_eq!(place("${{ secrets.a }}"), 4);
        assert_eq!(place("a: ${{"), 3);
    }

    #[test]
    fn the_levels_that_success_adds_count() {
        let nested = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
        assert!(condition(&nested(47), &JOB_IF).is_ok());
        assert!(condition(&nested(48), &JOB_IF).is_err());
        assert!(parse(&nested(49), &JOB_IF).is_ok());
        assert!(parse(&nested(50), &JOB_IF).is_err());
    }
}
