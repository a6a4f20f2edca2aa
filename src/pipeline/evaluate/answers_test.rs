//! What expressions come to: of known values what GitHub's own evaluator says, of partly known ones what is left to say.

use super::{Scope, StatusChecks, evaluate, json};
use crate::formats::expression::{Allowed, number, parse, places};
use crate::pipeline::value::{Piece, Results, Text, Truth, Value};

const PLACE: Allowed = Allowed { contexts: &["github", "needs", "inputs"], ..places::JOB_IF };

fn shown(value: &Value) -> String {
    let all = |items: &[Value], joint: &str| items.iter().map(shown).collect::<Vec<_>>().join(joint);
    let piece = |piece: &Piece| match piece {
        Piece::Known(text) => text.clone(),
        Piece::OneOf(_) => piece.words().unwrap_or_default().join("/"),
        Piece::Any => "…".to_owned(),
    };
    match value {
        Value::Unknown => "?".to_owned(),
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => number::shortest(*value),
        Value::Text(text) => format!("'{}'", text.0.iter().map(piece).collect::<String>()),
        Value::List(items) => format!("[{}]", all(items, ", ")),
        Value::Object { members, .. } => {
            format!("{{{}}}", members.iter().map(|(name, value)| format!("{name}: {}", shown(value))).collect::<Vec<_>>().join(", "))
        }
        Value::Either(several) => all(several, " or "),
    }
}

fn scope(needs: impl IntoIterator<Item = (&'static str, Results)>) -> Scope {
    let job = |results| {
        let result = Value::Text(Text(vec![Piece::OneOf(results)]));
        Value::object([("result", result), ("outputs", Value::object([("X", Value::Unknown)]))])
    };
    let needs = Value::object(needs.into_iter().map(|(name, results)| (name, job(results))));
    let github = r#"{"ref": "refs/heads/main", "event": {"labels": [{"name": "bug"}, {"name": "Ready"}, {"color": 1}],
        "matrix": [[1, 2], ["x"], {"0": "z"}], "list": ["a", 1, null, true]}}"#;
    let github = json::read(github).unwrap();
    let contexts = [("github".to_owned(), github), ("needs".to_owned(), needs)].into_iter().collect();
    Scope { contexts, status: StatusChecks { success: Truth::Maybe, failure: Truth::No, cancelled: Truth::No } }
}

fn check_in(scope: &Scope, answers: &[(&str, &str)]) {
    for (source, answer) in answers {
        let tree = parse(source, &PLACE).unwrap();
        assert_eq!(shown(&evaluate(&tree, scope)), *answer, "{source}");
    }
}

fn check(answers: &[(&str, &str)]) {
    check_in(&scope([]), answers);
}

#[test]
fn texts_are_compared_without_regard_to_capitals() {
    check(&[
        ("'a' == 'A'", "true"),
        ("'é' == 'É'", "true"),
        ("'ß' == 'SS'", "false"),
        ("contains('ΑΣΑ', 'ας')", "true"),
        ("'ı' == 'I'", "false"),
        ("'a' < 'B'", "true"),
        ("'a' >= 'A'", "true"),
        ("'\u{ffff}' > '😀'", "true"),
    ]);
}

#[test]
fn values_of_two_kinds_are_compared_as_numbers() {
    check(&[
        ("'' == 0", "true"),
        ("null == false", "true"),
        ("null == ''", "true"),
        ("null < 1", "true"),
        ("null <= null", "true"),
        ("true == '1'", "true"),
        ("true == 'true'", "false"),
        ("'0x1F' == 31", "true"),
        ("' 1 ' == 1", "true"),
        ("'x' != 0", "true"),
        ("'x' < 0 || 'x' >= 0", "false"),
        ("NaN == NaN", "false"),
        ("NaN != NaN", "true"),
        ("true > false", "true"),
        ("1 < 2 == true", "true"),
    ]);
}

#[test]
fn lists_and_objects_are_equal_to_themselves_at_most() {
    check(&[
        ("github.event == github.event", "false or true"),
        ("github.event == github.event.list", "false"),
        ("fromJSON('[1]') == fromJSON('[2]')", "false"),
        ("fromJSON('[1]') == 1", "false"),
        ("fromJSON('[]') != ''", "true"),
        ("fromJSON('{}') < fromJSON('{}')", "false"),
    ]);
}

#[test]
fn and_and_or_give_one_of_their_sides() {
    check(&[
        ("1 && 'a'", "'a'"),
        ("0 && 'a'", "0"),
        ("'' || NaN || null", "null"),
        ("!'' && !0 && !null && !NaN", "true"),
        ("!fromJSON('[]')", "false"),
    ]);
}

#[test]
fn members_are_found_without_regard_to_capitals_and_what_is_not_there_is_null() {
    check(&[
        ("GitHub.Ref", "'refs/heads/main'"),
        ("github['REF']", "'refs/heads/main'"),
        ("github.nope", "null"),
        ("github.nope.x[1].*", "[]"),
        ("github.event.list[1]", "1"),
        ("github.event.list['1']", "1"),
        ("github.event.list[1.9]", "1"),
        ("github.event.list[-0]", "'a'"),
        ("github.event.list[-1]", "null"),
        ("github.event.list[4]", "null"),
        ("github.event.list.x", "null"),
        ("github.event.matrix[2][0]", "'z'"),
        ("github[github.event]", "null"),
    ]);
}

#[test]
fn a_star_asks_every_item() {
    check(&[
        ("github.event.labels.*.name", "['bug', 'Ready']"),
        ("github.event.labels[*].name", "['bug', 'Ready']"),
        ("github.event.matrix.*[0]", "[1, 'x', 'z']"),
        ("github.event.matrix.*.*", "[1, 2, 'x', 'z']"),
        ("(github.event.labels.*)[0]", "[]"),
        ("fromJSON('[[1], [2]]')[0]", "[1]"),
    ]);
}

#[test]
fn contains_looks_into_texts_and_lists() {
    check(&[
        ("contains('Hello', 'LL')", "true"),
        ("contains('abc', '')", "true"),
        ("contains(12.5, 2)", "true"),
        ("contains(null, 'x')", "false"),
        ("contains(github.event.list, 'A')", "true"),
        ("contains(github.event.list, '1')", "true"),
        ("contains(github.event.list, 'x')", "false"),
        ("contains(github.event, 'list')", "false"),
        ("contains('a', github.event)", "false"),
        ("contains(fromJSON('[]'), null)", "false"),
    ]);
}

#[test]
fn a_beginning_and_an_end_are_those_of_the_text_of_a_value() {
    check(&[
        ("startsWith('Refs/heads', 'refs/')", "true"),
        ("startsWith(123, 12)", "true"),
        ("startsWith(github.event, 'O')", "false"),
        ("endsWith('x.TAR', '.tar')", "true"),
        ("endsWith(true, 'e')", "true"),
        ("endsWith('', '')", "true"),
        ("endsWith('a', github.event)", "false"),
    ]);
}

#[test]
fn format_and_join_make_texts() {
    check(&[
        ("format('{1}{0}{{x}}', 'a', 1.50)", "'1.5a{x}'"),
        ("format('{0:d}', null)", "?"),
        ("format('{0} {1}', github.event, github.event.list)", "'Object Array'"),
        ("format('{1}', 'a')", "?"),
        ("format('{', 'a')", "?"),
        ("format('}', 'a')", "?"),
        ("format('{x}', 'a')", "?"),
        ("format('{99999999999999999999}', 'a')", "?"),
        ("format(1e21)", "'…'"),
        ("join(github.event.list)", "'a,1,,true'"),
        ("join(github.event.list, '')", "'a1true'"),
        ("join(github.event.list, github)", "'a,1,,true'"),
        ("join(1.0, 'x')", "'1'"),
        ("join(github.event)", "''"),
        ("join(0.1)", "'0.1'"),
    ]);
}

#[test]
fn json_is_written_and_read() {
    check(&[
        ("toJSON('a\"\\\t')", r#"'"a\"\\\t"'"#),
        ("toJSON(NaN)", "'…'"),
        ("toJSON(-0)", "'0'"),
        ("toJSON(github.event.list)", "'[\n  \"a\",\n  1,\n  null,\n  true\n]'"),
        ("toJSON(fromJSON('{\"b\": {}, \"A\": [[]]}'))", "'{\n  \"b\": {},\n  \"A\": [\n    []\n  ]\n}'"),
        ("fromJSON('{\"a\": 1, \"b\": [0.1e1, \"x\\u00e9\"]}')", "{a: 1, b: [1, 'xé']}"),
        ("fromJSON('{\"a\": 1, \"A\": 2, \"a\": 3}')", "{a: 3}"),
        ("fromJSON(' true ')", "true"),
        ("fromJSON('')", "?"),
        ("fromJSON('[1,]')", "?"),
        ("fromJSON(github.event)", "?"),
        ("fromJSON(12)", "12"),
    ]);
}

#[test]
fn case_gives_the_value_of_the_first_condition_that_holds() {
    check(&[
        ("case(true, 1, false, 2, 3)", "1"),
        ("case(false, 1, true, 2, 3)", "2"),
        ("case(false, 1, 2)", "2"),
        ("case('x', 1, 2)", "?"),
        ("case(inputs.x == 1, 'a', 'b')", "'a' or 'b'"),
    ]);
}

#[test]
fn status_functions_say_what_the_scope_says() {
    check(&[
        ("always()", "true"),
        ("failure()", "false"),
        ("success()", "false or true"),
        ("success('a')", "false or true"),
        ("!cancelled()", "true"),
    ]);
}

fn results() -> Scope {
    let (success, failure, skipped) = (Results::SUCCESS, Results::FAILURE, Results::SKIPPED);
    scope([("a", success.or(failure)), ("b", failure.or(skipped)), ("c", success)])
}

#[test]
fn a_result_that_may_be_one_of_several_is_compared_with_each() {
    check_in(
        &results(),
        &[
            ("needs.a.result == 'success'", "false or true"),
            ("needs.b.result == 'success'", "false"),
            ("needs.c.result == 'SUCCESS'", "true"),
            ("needs.a.result != 'skipped'", "true"),
            ("needs.a.result == needs.b.result", "false or true"),
            ("needs.a.result == 0", "false"),
            ("needs.a.result == inputs.x", "false or true"),
            ("contains(fromJSON('[\"success\", \"failure\"]'), needs.a.result)", "true"),
            ("contains('success failure', needs.a.result)", "true"),
            ("startsWith(needs.a.result, 's')", "false or true"),
            ("endsWith(needs.b.result, 'ed') || needs.b.result == 'failure'", "true or false"),
            ("needs.d.result == 'success'", "false"),
            ("needs.a.result && 'x'", "'x'"),
        ],
    );
}

#[test]
fn results_of_all_jobs_are_searched() {
    check_in(
        &results(),
        &[
            ("needs.*.result", "['success/failure', 'failure/skipped', 'success']"),
            ("contains(needs.*.result, 'failure')", "false or true"),
            ("contains(needs.*.result, 'cancelled')", "false"),
            ("contains(needs.*.result, 'success')", "true"),
            ("!contains(needs.*.result, 'cancelled')", "true"),
            ("contains(join(needs.*.result, ','), 'failure')", "false or true"),
            ("contains(join(needs.*.result, ','), 'cancelled')", "false"),
            ("contains(join(needs.*.result), 'e,')", "false or true"),
            ("contains(join(needs.*.result, ','), 'd,success')", "false or true"),
            ("join(needs.*.result, ' ')", "'success/failure failure/skipped success'"),
            ("join(needs.*.result, ' ') == 'success success success'", "false"),
            ("needs.*.outputs.x", "[?, ?, ?]"),
            ("needs.*.outputs.y", "[]"),
            ("contains(toJSON(needs), '\"cancelled\"')", "false or true"),
        ],
    );
    check_in(
        &scope([("a", Results::FAILURE.or(Results::SKIPPED))]),
        &[("toJSON(needs)", "'{\n  \"a\": {\n    \"result\": \"failure/skipped\",\n    \"outputs\": {\n      \"X\": …\n    }\n  }\n}'")],
    );
}

#[test]
fn what_is_unknown_stays_so_and_what_is_known_beside_it_is_said() {
    check(&[
        ("inputs.x", "?"),
        ("inputs.x || true", "?"),
        ("inputs.x == 'a' || true", "true"),
        ("inputs.x == 'a' && false", "false"),
        ("!(inputs.x && false)", "true"),
        ("inputs.x && 'a' || 'b'", "'a' or 'b'"),
        ("format('v{0}', inputs.x)", "'v…'"),
        ("startsWith(format('v{0}', inputs.x), 'V')", "true"),
        ("startsWith(format('v{0}', inputs.x), 'w')", "false"),
        ("format('v{0}', inputs.x) == 'w'", "false"),
        ("format('v{0}', inputs.x) == 'v'", "false or true"),
        ("format('v{0}', inputs.x) == format('w{0}', inputs.y)", "false"),
        ("endsWith(format('{0}.x', inputs.x), '.y')", "false"),
        ("contains(format('{0} abc', inputs.x), 'B')", "true"),
        ("format('v{0}', inputs.x) == 1", "false"),
        ("'x' == inputs.x", "false or true"),
        ("github.event.list[inputs.x] == 'b'", "false"),
    ]);
}

#[test]
fn a_text_that_grows_without_end_is_any_text() {
    let mut source = "github.ref".to_owned();
    for _ in 0..20 {
        source = format!("format('{}', {source})", "{0}".repeat(50));
    }
    check(&[(&source, "'…'")]);
    let deep = parse(&format!("{}github{}", "toJSON(".repeat(40), ")".repeat(40)), &PLACE).unwrap();
    assert!(shown(&evaluate(&deep, &scope([]))).len() < 1 << 19);
}

/// On the stack of a thread, and soon.
#[test]
fn deep_wide_and_long_expressions_are_evaluated() {
    let deep = |open: &str, close: &str, times: usize| format!("{}needs.*.result{}", open.repeat(times), close.repeat(times));
    let wide = |side: &str| vec![side; 20_900 / (side.len() + 4)].join(" || ");
    let big = format!("format('{}', {})", "{0}".repeat(1_500), deep("format('{0}{0}{0}{0}{0}{0}{0}{0}', join(", "))", 10));
    for source in [
        deep("toJSON(", ")", 46),
        deep("!", "", 46),
        deep("fromJSON(toJSON(", "))", 23),
        deep("1 == (", ")", 40),
        wide("inputs.x"),
        wide("needs.*.result"),
        wide("contains(join(needs.*.result), 'ab')"),
        wide("toJSON(github) == needs.a.result"),
        wide("inputs.x && 'a'"),
        format!("contains({big}, {big}) || {big} == {big}"),
        format!("case({})", vec!["inputs.x == 1, 'a'"; 900].join(", ") + ", 'b'"),
    ] {
        let tree = parse(&source, &PLACE).unwrap();
        evaluate(&tree, &results());
    }
}
