//! What must hold for every kind in the registry, now and later.

use std::collections::BTreeSet;

use super::KINDS;
use crate::check::{Answer, Example, Kind, Outcome, Rule, Shared};
use crate::config::{Common, Options, Text, read_run};
use crate::world::fake::Fake;
use crate::world::{Cx, World};

fn run(kind: &Kind, example: &Example) -> Outcome {
    let text = Text::new("example".to_owned(), example.config.to_owned());
    let options = Options::parse(&text).unwrap_or_else(|faults| panic!("{}: {faults:?}", example.shows));
    let run_text = Text::new("example".to_owned(), example.run.to_owned());
    let run = Options::parse(&run_text).unwrap_or_else(|faults| panic!("{}: {faults:?}", example.shows));
    let (run, faults) = read_run(run);
    assert!(faults.is_empty(), "{}: {faults:?}", example.shows);
    let shared = Shared { run, run_span: Some(0..0) };
    let check = (kind.load)(options, &shared).unwrap_or_else(|faults| panic!("{}: {faults:?}", example.shows));
    let world = Fake::new(example.files);
    match check.run(&Cx::new(&world as &dyn World)) {
        Ok(outcome) => outcome,
        Err(trouble) => {
            let mut outcome = Outcome::new("", "");
            outcome.troubles.push(*trouble);
            outcome
        }
    }
}

fn met(outcome: &Outcome) -> BTreeSet<&'static str> {
    let findings = outcome.findings.iter().map(|f| &f.0);
    findings.chain(outcome.troubles.iter().map(|t| &t.0)).map(|m| m.rule.id).collect()
}

fn rules() -> impl Iterator<Item = (&'static Kind, &'static Rule)> {
    KINDS.iter().flat_map(|kind| kind.rules.iter().map(|rule| (*kind, *rule)))
}

#[test]
fn names_and_ids_are_unique() {
    let ids: Vec<&str> = KINDS.iter().map(|k| k.name).chain(rules().map(|(_, r)| r.id)).chain(["promotion"]).collect();
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{ids:?}");
}

#[test]
fn a_rule_belongs_to_its_kind_and_is_wrong_or_cannot_tell() {
    for (kind, rule) in rules() {
        assert_eq!(rule.id.split('/').next(), Some(kind.name), "{}", rule.id);
        assert_ne!(rule.answer, Answer::Fine, "{}", rule.id);
        assert!(rule.id.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '-' | '/')), "{}", rule.id);
    }
}

#[test]
fn texts_are_lowercase_sentences_without_a_full_stop() {
    for (_, rule) in rules() {
        assert!(!rule.summary.ends_with('.') && rule.help.ends_with('.'), "{}", rule.id);
    }
}

#[test]
fn every_example_meets_exactly_what_it_says() {
    for kind in KINDS {
        for example in kind.examples.iter().copied().flatten() {
            let outcome = run(kind, example);
            let said: BTreeSet<String> = example.meets.iter().map(|short| format!("{}/{short}", kind.name)).collect();
            let found: BTreeSet<String> = met(&outcome).into_iter().map(str::to_owned).collect();
            assert_eq!(found, said, "{}: {}\n{outcome:#?}", kind.name, example.shows);
            assert!(
                met(&outcome).iter().all(|id| kind.rules.iter().any(|rule| rule.id == *id)),
                "{}: not in the kind's table",
                example.shows
            );
        }
    }
}

#[test]
fn every_rule_is_met_by_an_example_and_every_kind_has_a_clean_one() {
    for kind in KINDS {
        let met: BTreeSet<&str> = kind.examples.iter().copied().flatten().flat_map(|e| e.meets.iter().copied()).collect();
        let unmet: Vec<&str> = kind.rules.iter().map(|r| r.short()).filter(|short| !met.contains(short)).collect();
        assert!(unmet.is_empty(), "{}: no example meets {unmet:?}", kind.name);
        assert!(kind.examples.iter().copied().flatten().any(|e| e.meets.is_empty()), "{} has no clean example", kind.name);
    }
}

#[test]
fn findings_and_troubles_are_filed_under_their_answer() {
    for kind in KINDS {
        for example in kind.examples.iter().copied().flatten() {
            let outcome = run(kind, example);
            assert!(outcome.findings.iter().all(|f| f.0.rule.answer == Answer::Wrong), "{}", example.shows);
            assert!(outcome.troubles.iter().all(|t| t.0.rule.answer == Answer::CannotTell), "{}", example.shows);
        }
    }
}

#[test]
fn no_option_is_named_like_a_common_key_or_a_global_flag() {
    let global = crate::cli::global_flags();
    for kind in KINDS {
        let schema = (kind.schema)();
        let options: Vec<String> =
            schema.get("properties").and_then(|p| p.as_object()).into_iter().flatten().map(|(k, _)| k.clone()).collect();
        assert!(!options.is_empty(), "{} has no options in its schema", kind.name);
        for option in options {
            assert!(!Common::KEYS.contains(&option.as_str()) && !global.contains(&option), "{}: `{option}`", kind.name);
        }
    }
}

#[test]
fn every_option_says_what_it_means() {
    for kind in KINDS {
        let schema = (kind.schema)();
        for (name, option) in schema.get("properties").and_then(|p| p.as_object()).into_iter().flatten() {
            let text = option.get("description").and_then(|d| d.as_str()).unwrap_or_default();
            assert!(text.contains("Default: "), "{}: `{name}` does not say its default: {text:?}", kind.name);
        }
    }
}

#[test]
fn no_kind_is_named_like_a_command() {
    let commands = crate::cli::command_names();
    for kind in KINDS {
        assert!(!commands.contains(&kind.name.to_owned()), "{}", kind.name);
    }
}
