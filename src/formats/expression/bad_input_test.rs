//! Strangers' texts end in an error with a place, soon and on a small stack.

use proptest::prelude::*;

use super::condition::condition;
use super::parse;
use super::places::STEP_IF;
use super::template::template;

fn every_reader(text: &str) {
    for error in [parse(text, &STEP_IF).err(), template(text, &STEP_IF).err(), condition(text, &STEP_IF).err()].into_iter().flatten() {
        assert!(error.start <= text.len(), "{error:?}");
        assert!(!error.message.is_empty());
    }
}

#[test]
fn deep_and_long_texts_are_refused() {
    for text in [
        "(".repeat(100_000),
        "!".repeat(100_000),
        "(".repeat(20_000),
        "!".repeat(20_000),
        "[".repeat(20_000),
        format!("github{}", ".b".repeat(10_000)),
        format!("github{}", "[0]".repeat(6_000)),
        format!("{}1{}", "format(".repeat(2_000), ")".repeat(2_000)),
        "1<".repeat(10_000) + "1",
        "1==".repeat(6_000) + "1",
        "x".repeat(1 << 20),
        "'".repeat((1 << 20) + 1),
        "é".repeat(1 << 19),
    ] {
        assert!(parse(&text, &STEP_IF).is_err());
        every_reader(&text);
        every_reader(&format!("${{{{ {text} }}}}"));
    }
}

#[test]
fn a_wide_text_is_read() {
    assert!(parse(&format!("1{}", " && 1".repeat(4_000)), &STEP_IF).is_ok());
}

#[test]
fn many_openings_take_linear_time() {
    assert!(template(&"${{".repeat(400_000), &STEP_IF).is_err());
    assert!(template(&"${{ 1 }}".repeat(150_000), &STEP_IF).is_err());
    assert!(template(&"}}".repeat(500_000), &STEP_IF).is_ok());
    assert!(template(&format!("${{{{ {}", "'}}".repeat(300_000)), &STEP_IF).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,60}") {
        every_reader(&text);
    }

    #[test]
    fn any_signs_are_read_or_refused(text in r"[a\.\*\[\]()!=<>&|'0-9x\-+, \$\{\}\u{0}-\u{20}é]{0,40}") {
        every_reader(&text);
        every_reader(&format!("${{{{ {text} }}}}"));
    }

    /// What is read is written so that it is read again as the same.
    #[test]
    fn what_is_read_survives_being_written(text in r"([!(]?(github|1|'a'|always\(\)|-2\.5|null)(\.b|\[1\]|\.\*|\))?( (&&|\|\||==|<|!=|>=) )?){1,6}") {
        if let Ok(tree) = parse(&text, &STEP_IF) {
            let written = tree.to_string();
            let again = parse(&written, &STEP_IF).unwrap();
            prop_assert_eq!(again.to_string(), written);
        }
    }
}
