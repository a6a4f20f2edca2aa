//! Which gates are passed over where a value is so.

use std::collections::BTreeMap;

use super::succeed_test::bash;
use super::swallowed_test::{passed, weigh};
use super::*;
use crate::formats::shell::parse;

#[test]
fn a_gate_that_runs_only_where_a_value_is_so_is_passed_over() {
    for (script, asked) in [
        ("test -n \"$TOKEN\" || exit 0; pytest", "-n $TOKEN"),
        ("[ -z \"$X\" ] && exit 0; pytest", "-z $X"),
        ("if [ -n \"$SECRET\" ]; then pytest; fi", "-n $SECRET"),
        ("if [ \"$SECRET\" ]; then pytest; fi", "$SECRET"),
        ("[ \"$SKIP\" = 1 ] || pytest", "$SKIP = 1"),
        ("if [ \"$RUN_TESTS\" = true ]; then pytest; fi", "$RUN_TESTS = true"),
        ("if [ \"${RUN_TESTS:-false}\" = true ]; then pytest; fi", "$RUN_TESTS = true"),
        ("if [[ $RUN_TESTS == true ]]; then pytest; fi", "$RUN_TESTS == true"),
        ("if [ $RUN_TESTS != true ]; then echo; else pytest; fi", "$RUN_TESTS != true"),
        ("if [ \"x$RUN\" = x1 ]; then pytest; fi", "x$RUN = x1"),
        ("if [ \"$N\" -gt 0 ]; then pytest; fi", "$N -gt 0"),
        ("run=\"${{ inputs.run }}\"; if [ \"$run\" = true ]; then pytest; fi", "${{ inputs.run }} = true"),
        ("if [ \"${{ steps.a.outputs.b }}\" = true ]; then pytest; fi", "${{ steps.a.outputs.b }} = true"),
        ("[ \"$X\" = '' ] && exit 0; pytest", "$X = ''"),
    ] {
        let passed = passed(script);
        assert!(passed.contains(&(1, asked.to_owned())), "{script}: {passed:?}");
    }
}

#[test]
fn a_value_that_is_made_in_the_script_or_says_the_platform_passes_nothing_over() {
    for script in [
        "[ -z \"$X\" ] && exit 1; pytest",
        "if [ \"$X\" = 1 ]; then pytest -v; else pytest; fi",
        "set +e; true; if [ $? -eq 0 ]; then pytest; fi",
        "for x in a b; do if [ $x = b ]; then continue; fi; pytest; done; pytest z",
        "for x in $ALL; do if [ \"$x\" = b ]; then echo; else pytest; fi; done",
        "x=$(date); if [ \"$x\" = b ]; then pytest; fi",
        "read -r x < f; if [ \"$x\" = b ]; then pytest; fi",
        "if [ \"$RUNNER_OS\" = Linux ]; then pytest; fi",
        "if [ \"${{ runner.os }}\" = Linux ]; then pytest; fi",
        "if [ \"${{ matrix.python }}\" = 3.12 ]; then pytest; fi",
        "if [ -n \"$CI\" ]; then pytest; fi",
        "if [ \"$1\" = x ]; then pytest; fi",
        "if [ \"$X\" = 1 ]; then echo verbose; fi; pytest",
    ] {
        let passed = passed(script);
        assert!(passed.is_empty(), "{script}: {passed:?}");
    }
}

#[test]
fn it_is_said_what_was_asked_and_which_answer_passes_over() {
    let variables = BTreeMap::from([("SKIP".to_owned(), Text::any()), ("RUN".to_owned(), Text::known("true"))]);
    let given = Given { variables: &variables, expression: &|_| Value::Unknown };
    let about = |script: &str| {
        let found = passed_over(&parse(script).unwrap(), bash(None), given, &weigh).found;
        found.into_iter().map(|one| one.about).collect::<Vec<_>>()
    };
    assert_eq!(about("[ \"$SKIP\" = 1 ] || pytest"), [About::ValueHolds]);
    assert_eq!(about("[ \"$SKIP\" = 1 ] && pytest || true"), [About::ValueDoesNot]);
    assert_eq!(about("[ -f x ] && pytest || true"), [About::Presence]);
    assert_eq!(about("[ \"$RUN\" = true ] && pytest || true"), []);
}
