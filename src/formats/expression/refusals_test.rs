//! What GitHub refuses is refused at its place, and what it reads is read.

use super::places::{ACTION_STEP_IF, JOB, JOB_IF, JOB_OUTPUT, STEP_IF, STEP_TEXT, WORKFLOW_ENV};
use super::{Allowed, parse};

fn refused(source: &str, allowed: &Allowed) -> (usize, String) {
    let error = parse(source, allowed).unwrap_err();
    (error.start, error.message)
}

#[test]
fn a_refusal_says_what_and_where() {
    for (source, start, message) in [
        ("", 0, "an expression is missing"),
        ("github.ref = 'x'", 11, "unexpected symbol `=`"),
        ("github & github", 7, "unexpected symbol `&`"),
        ("github.ref == \"x\"", 14, "unexpected symbol `\"x\"`"),
        ("'abc", 0, "a text is not closed by `'`"),
        ("1 ==", 4, "unexpected end of the expression"),
        ("(1", 2, "unexpected end of the expression"),
        ("1)", 1, "unexpected symbol `)`"),
        ("1 2", 2, "unexpected symbol `2`"),
        ("*", 0, "unexpected symbol `*`"),
        ("github.", 7, "unexpected end of the expression"),
        ("github.1", 7, "unexpected symbol `1`"),
        ("github[", 7, "unexpected end of the expression"),
        ("'a'.b", 3, "unexpected symbol `.b`"),
        ("1a", 0, "unexpected symbol `1a`"),
        ("0b1", 0, "unexpected symbol `0b1`"),
        ("-", 0, "unexpected symbol `-`"),
        ("1 - 2", 2, "unexpected symbol `-`"),
        ("True", 0, "unrecognized named-value `True`"),
        ("nope.x", 0, "unrecognized named-value `nope`"),
        ("nope(1)", 0, "unrecognized function `nope`"),
        ("constructor()", 0, "unrecognized function `constructor`"),
        ("contains('a')", 0, "too few arguments for `contains`: 1, it takes at least 2"),
        ("contains('a', 'b', 'c')", 0, "too many arguments for `contains`: 3, it takes at most 2"),
        ("contains('a', )", 14, "unexpected symbol `)`"),
        ("contains('a' 'b')", 13, "unexpected symbol `b`"),
        ("case(true, 1, 2, 3)", 0, "an even number of arguments for `case`: 4"),
        ("always(1)", 0, "too many arguments for `always`: 1, it takes at most 0"),
        ("1\u{a0}", 0, "unexpected symbol `1\u{a0}`"),
    ] {
        assert_eq!(refused(source, &STEP_IF), (start, message.to_owned()), "{source}");
    }
}

#[test]
fn what_github_reads_is_read() {
    for (source, written) in [
        (".5", "0.5"),
        ("5.", "5"),
        ("-0x1", "refused"),
        ("0xff", "255"),
        ("+1e3", "1000"),
        ("github . ref", "github.ref"),
        ("github.true.null", "github.true.null"),
        ("GITHUB['a'].B_-1", "github['a'].B_-1"),
        ("CONTAINS ( 'a' , 'B' )", "contains('a', 'B')"),
        ("'it''s ''so'''", "'it''s ''so'''"),
        ("!!true", "!!true"),
        ("1 == 2 != 3", "1 == 2 != 3"),
        ("1 || 2 && 3 || 4", "1 || 2 && 3 || 4"),
        ("\r\n1\t", "1"),
    ] {
        let shown = parse(source, &STEP_IF).map_or("refused".to_owned(), |tree| tree.to_string());
        assert_eq!(shown, written, "{source}");
    }
}

#[test]
fn every_place_has_its_own_names() {
    assert!(parse("needs.a.result == 'x' && success('a')", &JOB_IF).is_ok());
    assert!(parse("success('a')", &STEP_IF).is_err());
    assert!(parse("always()", &STEP_TEXT).is_err());
    assert!(parse("hashFiles('a', 'b')", &STEP_TEXT).is_ok());
    assert!(parse("hashFiles('a')", &JOB_IF).is_err());
    assert!(parse("secrets.a", &STEP_IF).is_err());
    assert!(parse("secrets.a", &STEP_TEXT).is_ok());
    assert!(parse("secrets.a", &WORKFLOW_ENV).is_ok());
    assert!(parse("steps.a.outputs.b", &JOB_OUTPUT).is_ok());
    assert!(parse("env.a", &JOB).is_err());
    assert!(parse("needs.a.result", &ACTION_STEP_IF).is_err());
}
