//! Strangers' scripts: an answer in bounded time, no panic, no deep stack.

use std::collections::BTreeMap;
use std::time::Instant;

use proptest::prelude::*;

use super::succeed_test::bash;
use super::*;
use crate::formats::shell::parse;

fn weigh(words: &[Option<String>]) -> Weight {
    match words.first().and_then(Option::as_deref) {
        Some("a" | "pytest") => Weight::Gate,
        Some("b") => Weight::Script,
        Some(_) | None => Weight::Other,
    }
}

/// Asks all questions.
fn ask(script: &Script) -> Vec<Option<String>> {
    let variables = BTreeMap::new();
    let given = Given { variables: &variables, expression: &|_| Value::Unknown };
    let why = |succeeds| if let Succeeds::CannotTell(why) = succeeds { Some(why) } else { None };
    let mut answers = Vec::new();
    for shell in [None, Some("bash"), Some("sh"), Some("bash {0}")].map(bash) {
        answers.push(why(can_succeed(script, shell, given)));
        answers.push(swallowed(script, shell, given, &weigh).incomplete);
        answers.push(passed_over(script, shell, given, &weigh).incomplete);
        fails_at_all(script, shell, given, &|_| Weight::Gate);
    }
    answers
}

#[test]
fn every_construct_can_be_followed() {
    for snippet in include_str!("../../formats/shell/samples/accepted").split("\n%%\n") {
        let incomplete: Vec<String> = ask(&parse(snippet).unwrap()).into_iter().flatten().collect();
        assert_eq!(incomplete, Vec::<String>::new(), "{snippet}");
    }
}

#[test]
fn deep_scripts_are_followed_or_given_up() {
    for (open, close) in [("( ", ")"), ("if ", "; then a; fi"), ("$(", ")"), ("{ ", "; }"), ("x=\"$(", ")\""), ("while ", "; do a; done")] {
        let text = format!("{}a{}", open.repeat(60), close.repeat(60));
        let started = Instant::now();
        let _ = parse(&text).map(|script| ask(&script));
        assert!(started.elapsed().as_secs() < 60, "{open} {:?}", started.elapsed());
    }
    let body = format!("f() {{ {}f{}; }}\nf", "( ".repeat(30), ")".repeat(30));
    assert!(ask(&parse(&body).unwrap()).iter().any(Option::is_some));
    let script = "bash -c \"bash -c 'eval \\\"eval a\\\"'\"";
    ask(&parse(script).unwrap());
    let sums = format!("echo $(( {}1{} ))", "(".repeat(500), ")".repeat(500));
    ask(&parse(&sums).unwrap());
    ask(&parse(&format!("(( {}1 ))", "a=".repeat(5000))).unwrap());
    ask(&parse(&format!("[[ {} a ]]", "! ".repeat(5000))).unwrap());
}

#[test]
fn long_scripts_are_followed_in_proportion() {
    for line in ["a x\n", "a || true\n", "b; c\n", "x=$(c)\n", "if c; then a; fi\n", "[ -f x ] && a\n", "c || x=1\n", "v=$v$x\n"] {
        let started = Instant::now();
        ask(&parse(&line.repeat(300)).unwrap());
        assert!(started.elapsed().as_secs() < 60, "{line} {:?}", started.elapsed());
    }
}

#[test]
fn hostile_scripts_are_given_up_in_time() {
    for line in [
        "if c$n; then x$n=1; fi\n",
        "[ \"$x$n\" = 1 ] && pytest a$n\n",
        "pytest a$n || x$n=1\n",
        "x$n=$(c $n)\n",
        ". f$n\n",
        "for i in 1 2 3; do a $i || x$n=$i; done\n",
        "f$n() { [ -f $n ] || a $x$n; }; f$n\n",
    ] {
        let text: String = (0..5000).map(|n| line.replace("$n", &n.to_string())).collect();
        let script = parse(&text).unwrap();
        let variables = BTreeMap::new();
        let given = Given { variables: &variables, expression: &|_| Value::Unknown };
        let started = Instant::now();
        can_succeed(&script, bash(None), given);
        swallowed(&script, bash(None), given, &weigh);
        passed_over(&script, bash(None), given, &weigh);
        assert!(started.elapsed().as_secs() < 60, "{line} {:?}", started.elapsed());
    }
}

fn scripts() -> impl Strategy<Value = String> {
    let samples: Vec<&str> = include_str!("../../formats/shell/samples/accepted").split("\n%%\n").collect();
    let joint = proptest::sample::select(vec!["\n", " && ", " || ", " | ", "; ", " & ", "\n! "]);
    let piece = (proptest::sample::select(samples), joint).prop_map(|(sample, joint)| format!("{sample}{joint}"));
    proptest::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat() + "true")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn any_script_that_is_read_is_answered(text in scripts()) {
        let _ = parse(&text).map(|script| ask(&script));
    }
}
