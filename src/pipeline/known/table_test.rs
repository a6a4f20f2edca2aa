//! What is true of every line of the tables of commands.

use std::collections::BTreeSet;

use super::gates::JUDGING;
use super::publishers::{COMMANDS, publishes};
use super::{Commands, begins, words};

fn lines(table: &Commands) -> impl Iterator<Item = &'static str> {
    table.families.iter().copied().flatten().copied()
}

/// The command that a line says first.
fn first_form(line: &str) -> String {
    let word = |word: &str| if word == "*" { "x".to_owned() } else { word.split('|').next().unwrap_or_default().to_owned() };
    line.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_line_is_one_command_and_a_family_is_sorted() {
    for table in [&JUDGING, &COMMANDS] {
        let mut seen = BTreeSet::new();
        for line in lines(table) {
            assert!(seen.insert(line), "`{line}` stands twice");
            let before_last = line.rsplit_once(' ').map_or(line, |(before, _)| before);
            assert!(!before_last.contains('|'), "`{line}` has choices before its last word");
        }
        for family in table.families {
            assert!(family.is_sorted(), "{:?}", family.windows(2).find(|pair| pair[0] > pair[1]));
        }
    }
}

#[test]
fn every_line_is_met_by_its_own_first_form() {
    for table in [&JUDGING, &COMMANDS] {
        for line in lines(table) {
            assert!(table.has(&words(&first_form(line))), "{line}");
        }
    }
    // These publish only with an option.
    for line in lines(&COMMANDS).filter(|line| !["cargo release", "nix copy"].contains(line)) {
        assert!(publishes(&words(&first_form(line))), "{line}");
    }
}

#[test]
fn a_question_publishes_nothing() {
    let programs: BTreeSet<&str> = lines(&COMMANDS).filter_map(|line| line.split(' ').next()).collect();
    for program in programs {
        for question in ["list", "status", "--help", "get", "describe", "--version"] {
            assert!(!publishes(&words(&format!("{program} {question}"))), "{program} {question}");
        }
    }
    for line in lines(&COMMANDS) {
        assert!(!publishes(&words(&format!("{} --help", first_form(line)))), "{line}");
    }
}

#[test]
fn a_question_judges_nothing() {
    for line in lines(&JUDGING).filter(|line| line.contains(' ')) {
        let program = line.split(' ').next().unwrap_or_default();
        let is_whole = lines(&JUDGING).any(|other| other == program);
        for question in ["list", "status", "--help", "get", "describe"].into_iter().filter(|_| !is_whole) {
            assert!(!JUDGING.has(&words(&format!("{program} {question}"))), "{program} {question}");
        }
    }
}

#[test]
fn an_operand_is_passed_over_only_behind_an_option() {
    let fits = |command: &str, parts: &[&str]| begins(&words(command)[1..], parts, super::After::Operand);
    for command in ["x push", "x -n a push", "x --n a push", "x --n=a push", "x -q push", "x -n push", "x ? push", "x -a b -c d push z"] {
        assert!(fits(command, &["push"]), "{command}");
    }
    for command in ["x a push", "x commit -m push", "x --n=a b push", "x -q a push", "x", "x -n"] {
        assert!(!fits(command, &["push"]), "{command}");
    }
    assert!(fits("x -a one one two", &["one", "two"]), "the value of an option may be the word that is looked for");
    assert!(fits("x workspace a publish", &["workspace", "*", "publish"]));
}
