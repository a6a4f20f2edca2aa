//! The round of run records: whatever is done to a good one, nobody calls it fine.

use serde_json::{Value, json};

use super::{Dice, rounds};
use crate::check::{Outcome, Sample, Shared};
use crate::checks::KINDS;
use crate::config::{Options, Text, read_run};
use crate::world::fake::Fake;
use crate::world::{Cx, World};

const RUN: &str = "config = [\"config/**\"]\nno-data = \"none here\"";
const RECORD: &str = r#"{"run_id": "a", "config_hash": "dirHash1:b1ec1cdcd9e9c0d5e9d8f4a2f1e0c8f1b0d7c7b7f6a5e4d3c2b1a09f8e7d6c5b",
    "data_hash": "id:none", "started_at": "1969-12-31T23:00:00Z", "finished_at": "1969-12-31T23:01:00Z", "exit_code": 0, "dirty": false,
    "git_commit": "3f2c1d93f2c1d93f2c1d93f2c1d93f2c1d93f2c1"}"#;

/// Keys whose value decides, and values of every shape.
const KEYS: [&str; 10] = [
    "run_id",
    "config_hash",
    "data_hash",
    "started_at",
    "finished_at",
    "exit_code",
    "dirty",
    "git_commit",
    "interrupted_by",
    "changed_during_run",
];
const PIECES: &[&str] = &[
    "",
    " ",
    "0",
    "a",
    "f",
    "Z",
    ":",
    "-",
    ".dir",
    "dirHash1:",
    "sha256:",
    "h1:",
    "md5:",
    "id:",
    "none",
    "unknown",
    "TODO",
    "1969-12-31",
    "T23:00:00",
    "+01:00",
    "true",
    "\u{202e}",
    "\n",
    "::error::",
    "é",
    "e3b0c442",
];

fn value(dice: &mut Dice) -> Value {
    match dice.below(12) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(1),
        3 => json!(-1),
        4 => json!(0.5),
        5 => json!([]),
        6 => json!({}),
        7 => json!([["x"]]),
        8 => json!({ "what": "config" }),
        9 => json!([{ "what": 5 }]),
        _ => json!(dice.text(PIECES, 6)),
    }
}

fn judge(record: &str) -> Outcome {
    let kind = KINDS.iter().find(|kind| kind.name == "run-hashes").unwrap();
    let (run, none) = (Text::new(String::new(), RUN.to_owned()), Text::new(String::new(), String::new()));
    let shared = Shared { run: read_run(Options::parse(&run).unwrap()).0, run_span: None };
    let check = (kind.load)(Options::parse(&none).unwrap(), &shared).unwrap();
    // The fake world wants texts that live for ever.
    let record: &'static str = Box::leak(record.to_owned().into_boxed_str());
    let world = Fake::new(&[("config/a.yaml", Sample::Text("a: 1\n")), ("reports/run.json", Sample::Untracked(record))]);
    check.run(&Cx::new(&world as &dyn World)).unwrap_or_else(|trouble| {
        let mut outcome = Outcome::new("", "");
        outcome.troubles.push(*trouble);
        outcome
    })
}

fn met(outcome: &Outcome) -> Vec<&'static str> {
    outcome.findings.iter().map(|f| f.0.rule.id).chain(outcome.troubles.iter().map(|t| t.0.rule.id)).collect()
}

/// The good record, with the digest that the fake bundle has.
fn good() -> Value {
    let mut record: Value = serde_json::from_str(RECORD).unwrap();
    let outcome = judge(RECORD);
    let digest = outcome.findings.iter().find(|f| f.0.rule.id == "run-hashes/config-differs").and_then(|f| f.0.actual.clone());
    record["config_hash"] = json!(digest.unwrap());
    record
}

#[test]
fn torture_a_record_that_is_changed_anywhere_is_not_fine() {
    let (mut dice, good) = (Dice(0x5eed_0fac_e5ee_d0fa), good());
    assert_eq!(met(&judge(&good.to_string())), Vec::<&str>::new());
    for _ in 0..rounds() {
        let key = KEYS[dice.below(KEYS.len())];
        let mut record = good.clone();
        record[key] = value(&mut dice);
        let as_good = match key {
            // Another id is as good, and nothing at all beside the exit code means nothing happened.
            "run_id" => record[key].as_str().is_some_and(|id| !id.trim().is_empty()),
            "interrupted_by" => record[key].is_null(),
            "changed_during_run" => record[key].is_null() || record[key] == json!([]),
            "started_at" => true,
            "data_hash" => ["none", "id:none"].iter().any(|same| record[key] == json!(same)),
            _ => record[key] == good[key],
        };
        let said = met(&judge(&record.to_string()));
        assert!(as_good || !said.is_empty(), "{key}: {}", record[key]);
    }
}

#[test]
fn torture_a_record_that_is_cut_or_bent_is_not_fine() {
    let (mut dice, good) = (Dice(0x0ddb_a110_ddba_1100), good().to_string());
    for _ in 0..rounds() {
        let mut bytes = good.clone().into_bytes();
        match dice.below(3) {
            0 => bytes.truncate(dice.below(bytes.len())),
            1 => bytes.insert(dice.below(bytes.len()), b"{}[],:\"\\0x\n"[dice.below(11)]),
            _ => drop(bytes.remove(dice.below(bytes.len()))),
        }
        let Ok(text) = String::from_utf8(bytes) else { continue };
        // A blank between tokens changes nothing, a byte in the id makes another id, one in a fraction of a second another second.
        let same = serde_json::from_str::<Value>(&text).is_ok_and(|value| {
            let mut value = value;
            let mut good: Value = serde_json::from_str(&good).unwrap();
            for free in ["run_id", "started_at", "finished_at"] {
                value[free] = Value::Null;
                good[free] = Value::Null;
            }
            value == good
        });
        let said = met(&judge(&text));
        assert!(same || !said.is_empty(), "{text}");
    }
}
