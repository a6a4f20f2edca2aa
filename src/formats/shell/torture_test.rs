//! Strangers' bytes: no panic, no long work, no deep stack.

use std::time::Instant;

use proptest::prelude::*;

use super::parse;

const OPENERS: [&str; 17] =
    ["(", "((", "$(", "$((", "${a:-", "`", "if ", "while ", "{ ", "\"$(", "<(", "a=(", "case x in a) ", "f() { ", "[[ ( ", "coproc ", "@("];

#[test]
fn what_is_nested_too_deep_is_refused_at_once() {
    for opener in OPENERS {
        for count in [61, 71, 201, 20_001] {
            let started = Instant::now();
            let text = opener.repeat(count);
            assert!(parse(&text).is_err(), "{opener}");
            assert!(started.elapsed().as_millis() < 2000, "{opener} {count}: {:?}", started.elapsed());
        }
    }
    let nested = format!("{}a{}", "( ".repeat(200), ")".repeat(200));
    assert!(parse(&nested).unwrap_err().to_string().ends_with("nested deeper than 64"));
    let nested = format!("{}a{}", "$(".repeat(60), ")".repeat(60));
    assert_eq!(parse(&nested).err(), None);
}

#[test]
fn constructs_of_a_real_depth_are_read() {
    for (open, close) in [("( ", ")"), ("if ", "; then b; fi"), ("$(", ")"), ("{ ", "; }"), ("\"$(", ")\"")] {
        let text = format!("{}a{}", open.repeat(15), close.repeat(15));
        assert!(parse(&text).is_ok(), "{text} {:?}", parse(&text));
    }
}

#[test]
fn long_scripts_take_time_in_proportion() {
    let one = ["<<a ", "echo ((a; ", "((#'\n);)\n", "'a' ", "$x", "a;", "a[", "${a}", "a && ", "x=(a b)\n", "$((a)\n", "{x}"];
    for piece in one {
        let started = Instant::now();
        let text = piece.repeat(30_000);
        let _ = parse(&text);
        assert!(started.elapsed().as_secs() < 5, "{piece}: {:?}", started.elapsed());
    }
}

fn mutated() -> impl Strategy<Value = String> {
    let samples: Vec<&str> = include_str!("samples/accepted").split("\n%%\n").collect();
    let piece = prop_oneof![
        proptest::sample::select(samples).prop_map(str::to_owned),
        proptest::sample::select(OPENERS.to_vec()).prop_map(str::to_owned),
        "[ -~\n]{0,6}",
        "[(){}$`'\"<>|&;#\\\\\n =]{0,8}",
    ];
    (proptest::collection::vec(piece, 0..6), any::<prop::sample::Index>(), any::<prop::sample::Index>()).prop_map(|(pieces, from, to)| {
        let text = pieces.concat();
        let mut letters: Vec<char> = text.chars().collect();
        if !letters.is_empty() {
            let (from, to) = (from.index(letters.len()), to.index(letters.len()));
            letters.drain(from.min(to)..from.max(to).min(from.min(to) + 3));
        }
        letters.into_iter().collect()
    })
}

proptest! {
    #[test]
    fn mutated_scripts_do_not_panic(text in mutated()) {
        let _ = parse(&text);
    }

    #[test]
    fn any_text_does_not_panic(text in any::<String>()) {
        let _ = parse(&text);
    }
}
