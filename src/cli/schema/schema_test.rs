//! What a comparison looks like, whatever the comparison found.

use serde_json::json;

use super::*;
use crate::schema::{Break, Doubt, Edit, FaultSort};

fn told(compatibility: Direction, inclusions: Vec<Inclusion>) -> Told<'static> {
    let names = ["backward", "forward"];
    let directions = inclusions.into_iter().zip(names).map(|(inclusion, name)| Asked { name, from: "old.json", to: "new.json", inclusion });
    Told { old: "old.json", new: "new.json", compatibility, unread: Vec::new(), directions: directions.collect(), changes: Vec::new() }
}

fn broken() -> Inclusion {
    let message =
        "texts longer than `3` were accepted and are refused by what stands there now, in so many words that the line is long".to_owned();
    let breaks = vec![Break { at: "/properties/a|b`/maxLength".to_owned(), message, witness: json!({ "a|b`": "\u{202e}xxxx" }) }];
    Inclusion::Broken { breaks, doubts: Vec::new() }
}

fn unknown() -> Inclusion {
    Inclusion::Unknown(vec![Doubt { at: String::new(), message: "not compared".to_owned() }])
}

#[test]
fn one_break_is_enough_and_what_is_not_decided_is_never_compatible() {
    let answer = |inclusions| told(Direction::Full, inclusions).answer();
    assert_eq!(answer(vec![Inclusion::Holds, Inclusion::Holds]), Answer::Compatible);
    assert_eq!(answer(vec![Inclusion::Holds, broken()]), Answer::Breaking);
    assert_eq!(answer(vec![unknown(), broken()]), Answer::Breaking);
    assert_eq!(answer(vec![Inclusion::Holds, unknown()]), Answer::CannotDecide);
    assert_eq!(answer(vec![]), Answer::CannotDecide);
}

#[test]
fn a_screen_has_the_answer_last_and_no_line_is_wide() {
    let mut told = told(Direction::Full, vec![broken(), unknown()]);
    told.changes = vec![Change { edit: Edit::Added, at: "/properties/c".to_owned(), message: "a property".to_owned(), witness: None }];
    let text = text::human(&told);
    assert_eq!(
        text,
        "gate schema diff · old.json → new.json · full\n\n  ✗ /properties/a|b`/maxLength\n      texts longer than `3` were accepted and are refused by what stands there\n      \
         now, in so many words that the line is long\n      old.json accepts and new.json refuses:\n        {\"a|b`\":\"\\u202exxxx\"}\n  ? (the whole)\n      \
         not compared\n\n  · /properties/c added: a property\n\nBREAKING  full · 1 break · 1 place not decided\n"
    );
    assert!(text.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn a_page_is_not_broken_by_a_strangers_letters() {
    let page = text::markdown(&told(Direction::Backward, vec![broken()]));
    assert!(page.contains("| ``/properties/a\\|b`/maxLength`` |") && page.contains("| where | what breaks | refused |"), "{page}");
}

#[test]
fn what_is_no_schema_is_told_with_its_place() {
    let faults = vec![SchemaFault { line: 3, pointer: "/type".to_owned(), message: "`x` is no type".to_owned(), sort: FaultSort::Invalid }];
    let told = Told { unread: vec![Unread { file: "new.json", faults }], ..told(Direction::Backward, vec![]) };
    assert_eq!(told.answer(), Answer::CannotDecide);
    assert!(
        text::human(&told).contains("  ? new.json:3  /type\n      `x` is no type\n\nCANNOT DECIDE  1 file cannot be read as a schema\n")
    );
    let data = data::document(&told);
    assert_eq!((&data["answer"], &data["faults"][0]["sort"]), (&json!("cannot-decide"), &json!("invalid")));
}
