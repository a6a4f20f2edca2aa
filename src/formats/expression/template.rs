//! Texts with `${{ … }}` in them.

use super::functions::MAX_FORMAT;
use super::parser::parse_at;
use super::{Allowed, Error, Expression, MAX_LENGTH, Node, Piece, check_length, is_space};

/// The pieces of a text, in order; none of the empty text.
pub(crate) fn template(text: &str, allowed: &Allowed) -> Result<Vec<Piece>, Error> {
    let segments = split(text)?;
    let pieces: Vec<Piece> = segments.iter().map(|segment| segment.read(allowed)).collect::<Result<_, _>>()?;
    match Whole::of(pieces, &segments) {
        Whole::Text(text) if text.is_empty() => Ok(Vec::new()),
        Whole::Text(text) => Ok(vec![Piece::Text(text)]),
        Whole::Expression(expression) => Ok(vec![Piece::Expression(expression)]),
        Whole::Mixed(pieces) => {
            check_format(text, &segments)?;
            Ok(pieces)
        }
    }
}

/// What GitHub makes of a text as a whole.
pub(super) enum Whole {
    Text(String),
    /// Nothing stands around the braces.
    Expression(Expression),
    /// The arguments of one call of `format`.
    Mixed(Vec<Piece>),
}

impl Whole {
    pub(super) fn of(mut pieces: Vec<Piece>, segments: &[Segment<'_>]) -> Self {
        if pieces.len() > 1 {
            return Self::Mixed(pieces);
        }
        match pieces.pop() {
            None => Self::Text(String::new()),
            Some(Piece::Text(text)) => Self::Text(text),
            // `${{ 'text' }}` is how braces are written as a text; between parentheses it is an expression.
            Some(Piece::Expression(Expression { node: Node::Text(text), .. })) if is_bare(segments) => Self::Text(text),
            Some(Piece::Expression(expression)) => Self::Expression(expression),
        }
    }
}

fn is_bare(segments: &[Segment<'_>]) -> bool {
    matches!(segments, [Segment::Expression { source, .. }] if source.starts_with('\''))
}

/// A piece of a text before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Segment<'a> {
    Text(&'a str),
    /// What stands between the braces, without the space around it.
    Expression {
        start: usize,
        source: &'a str,
    },
}

impl Segment<'_> {
    pub(super) fn read(self, allowed: &Allowed) -> Result<Piece, Error> {
        match self {
            Segment::Text(text) => Ok(Piece::Text(text.to_owned())),
            Segment::Expression { start, source } => Ok(Piece::Expression(parse_at(source, start, allowed)?)),
        }
    }
}

const OPEN: &str = "${{";

pub(super) fn split(text: &str) -> Result<Vec<Segment<'_>>, Error> {
    let (mut segments, mut at) = (Vec::new(), 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some((before, behind)) = rest.split_once(OPEN) else {
            segments.push(Segment::Text(rest));
            break;
        };
        if !before.is_empty() {
            segments.push(Segment::Text(before));
        }
        let start = at + before.len();
        let Some(inner) = up_to_close(behind) else {
            return Err(Error::at(start, "the expression is not closed: `${{` without `}}`"));
        };
        let source = inner.trim_matches(is_space);
        if source.is_empty() {
            return Err(Error::at(start, "an expression is missing between `${{` and `}}`"));
        }
        let space = inner.len() - inner.trim_start_matches(is_space).len();
        segments.push(Segment::Expression { start: start + OPEN.len() + space, source });
        at = start + OPEN.len() + inner.len() + 2;
    }
    Ok(segments)
}

/// What stands before the first `}}` outside of quotes.
fn up_to_close(text: &str) -> Option<&str> {
    let (mut quoted, mut before) = (false, 0);
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'}' if !quoted && before == b'}' => return text.get(..index - 1),
            _ => {}
        }
        before = byte;
    }
    None
}

/// The text of the call of `format` that GitHub makes of a mixed text.
pub(super) fn format_source(segments: &[Segment<'_>]) -> String {
    let (mut text, mut arguments, mut count) = (String::new(), String::new(), 0);
    for segment in segments {
        match segment {
            Segment::Text(piece) => text.push_str(&escaped(piece).replace('\'', "''")),
            Segment::Expression { source, .. } => {
                text.push_str(&format!("{{{count}}}"));
                arguments.push_str(", ");
                arguments.push_str(source);
                count += 1;
            }
        }
    }
    format!("format('{text}'{arguments})")
}

/// A text as `format` takes it.
pub(super) fn escaped(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

/// The limits hold for the call of `format` too.
fn check_format(text: &str, segments: &[Segment<'_>]) -> Result<(), Error> {
    let expressions = segments.iter().filter(|segment| matches!(segment, Segment::Expression { .. })).count();
    if expressions >= MAX_FORMAT {
        return Err(Error::at(0, format!("more than {} expressions in one text", MAX_FORMAT - 1)));
    }
    // A byte becomes two at the most, and an expression has a number of some digits between signs.
    if text.len() * 2 + expressions * 8 < MAX_LENGTH / 2 {
        return Ok(());
    }
    check_length(&format_source(segments), 0)
}

#[cfg(test)]
mod tests {
    use super::super::places::STEP_TEXT;
    use super::*;

    fn pieces(text: &str) -> Vec<String> {
        let shown = |piece: Piece| match piece {
            Piece::Text(text) => text,
            Piece::Expression(expression) => format!("<{}:{expression}>", expression.start),
        };
        template(text, &STEP_TEXT).unwrap().into_iter().map(shown).collect()
    }

    fn error(text: &str) -> (usize, String) {
        let error = template(text, &STEP_TEXT).unwrap_err();
        (error.start, error.message)
    }

    #[test]
    fn a_text_is_split_at_the_braces() {
        assert_eq!(pieces(""), [""; 0]);
        assert_eq!(pieces("a }} b $ {{ c"), ["a }} b $ {{ c"]);
        assert_eq!(pieces("a ${{  github.sha }}b${{runner.os}}"), ["a ", "<7:github.sha>", "b", "<24:runner.os>"]);
        assert_eq!(pieces("${{ env.a }}"), ["<4:env.a>"]);
    }

    #[test]
    fn braces_in_quotes_do_not_close() {
        assert_eq!(pieces("x${{ '}}' == 'it''s }}' }}y"), ["x", "<5:'}}' == 'it''s }}'>", "y"]);
    }

    #[test]
    fn one_literal_alone_is_a_text() {
        assert_eq!(pieces("${{ '${{ it''s }}' }}"), ["${{ it's }}"]);
        assert_eq!(pieces("${{ 'a' }}${{ 'b' }}"), ["<4:'a'>", "<14:'b'>"]);
    }

    #[test]
    fn what_is_not_closed_or_empty_is_refused_at_its_place() {
        assert_eq!(error("ab${{ x").0, 2);
        assert_eq!(error("ab${{ 'x }}").0, 2);
        assert_eq!(error("ab${{}").0, 2);
        assert_eq!(error("ab${{}}").1, "an expression is missing between `${{` and `}}`");
        assert_eq!(error("${{ env.a }} ${{ nope.b }}"), (17, "unrecognized named-value `nope`".to_owned()));
    }

    #[test]
    fn a_long_text_with_an_expression_is_refused_and_without_one_it_is_not() {
        let long = "x".repeat(21_000);
        assert_eq!(pieces(&long).len(), 1);
        assert_eq!(error(&format!("{long}${{{{ env.a }}}}")).1, "the expression is longer than 21000 characters");
        assert_eq!(error(&"${{ 1 }}".repeat(255)).1, "more than 254 expressions in one text");
    }
}
