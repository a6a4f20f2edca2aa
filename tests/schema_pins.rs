//! Two real repositories: a producer that releases schemas and a consumer that pins them, and what the kind `schema-pins` says of every move.

mod support;

use std::time::Duration;

use support::{Failed, Sandbox};

const V1: &str = r#"{ "type": "object", "properties": { "id": { "type": "string" } }, "additionalProperties": false }"#;
const OPTIONAL: &str =
    r#"{ "type": "object", "properties": { "id": { "type": "string" }, "note": { "type": "string" } }, "additionalProperties": false }"#;
const REQUIRED: &str =
    r#"{ "type": "object", "properties": { "id": { "type": "string" } }, "additionalProperties": false, "required": ["id"] }"#;

struct Two {
    consumer: Sandbox,
    producer: Sandbox,
}

impl Two {
    /// A producer at 1.4.0 and a consumer that pins it.
    fn new() -> Result<Self, Failed> {
        let two = Self { consumer: Sandbox::new()?, producer: Sandbox::new()? };
        two.release("1.4.0", V1)?;
        two.consumer.write(".gitignore", ".gate/\n")?;
        two.consumer.commit("empty")?;
        let place = two.producer.tree.to_string_lossy().into_owned();
        two.pins(&["add", &place, "schemas/orders.json", "--version", "1.4.0", "--role", "reader"])?;
        two.consumer.commit("the pin")?;
        Ok(two)
    }

    fn release(&self, version: &str, text: &str) -> Result<(), Failed> {
        self.producer.write("schemas/orders.json", text)?;
        self.producer.commit(version)?;
        self.producer.git(&["tag", &format!("v{version}")])?;
        Ok(())
    }

    fn pins(&self, args: &[&str]) -> Result<(), Failed> {
        self.consumer.gate(false)?.arg("pins").args(args).assert().try_success()?;
        Ok(())
    }

    fn update(&self, version: &str) -> Result<(), Failed> {
        self.pins(&["update", "orders", "--version", version])
    }

    /// Adds to the pins file.
    fn append(&self, text: &str) -> Result<(), Failed> {
        let path = self.consumer.tree.join("lockfiles/schemas.toml");
        let file = std::fs::read_to_string(&path)?;
        Ok(std::fs::write(path, format!("{file}\n{text}"))?)
    }

    /// The exit code, and the rules that are met.
    fn ask(&self, args: &[&str]) -> Result<(Option<i32>, Vec<String>), Failed> {
        let mut command = self.consumer.gate(false)?;
        let output = command.args(["schema-pins", "--format", "json", "--now", "2026-06-01T00:00:00Z"]).args(args);
        let output = output.timeout(Duration::from_secs(60)).output()?;
        let report: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        let rulings = report.pointer("/checks/0/rulings").and_then(|rulings| rulings.as_array()).cloned().unwrap_or_default();
        let ids = rulings.iter().filter_map(|ruling| ruling.get("failure_reason_code")?.as_str());
        Ok((output.status.code(), ids.map(|id| id.trim_start_matches("schema-pins/").to_owned()).collect()))
    }
}

fn told(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

const ACCEPTED: &str = r#"[[accepted-break]]
name = "orders"
from = "1.4.0"
to = "2.0.0"
who = "Ada"
why = "no order was ever without an id"
both-until = "2026-12-31"
"#;

#[test]
fn an_added_pin_is_verified_with_its_source() -> Result<(), Failed> {
    let two = Two::new()?;
    assert_eq!(two.ask(&["--verify-upstream"])?, (Some(0), Vec::new()));
    Ok(())
}

#[test]
fn a_break_is_held_until_it_is_a_major_version_with_a_note_and_somebody_means_it() -> Result<(), Failed> {
    let two = Two::new()?;
    two.release("1.5.0", REQUIRED)?;
    two.release("2.0.0", REQUIRED)?;
    two.update("1.5.0")?;
    two.consumer.commit("a minor version")?;
    assert_eq!(two.ask(&[])?, (Some(1), told(&["breaking", "bump-too-small", "no-note"])));

    two.consumer.git(&["reset", "-q", "--hard", "HEAD~1"])?;
    two.update("2.0.0")?;
    two.consumer.commit("a major version")?;
    assert_eq!(two.ask(&[])?, (Some(1), told(&["breaking", "no-note"])));

    two.append(ACCEPTED)?;
    two.consumer.git(&["add", "-A"])?;
    two.consumer.git(&["commit", "-q", "--amend", "-m", "a break that is meant"])?;
    assert_eq!(two.ask(&[])?, (Some(1), told(&["no-note"])));

    two.consumer.write("docs/migrations/orders-2.0.0.md", "# orders 1.4.0 → 2.0.0\n\nEvery order has an `id`.\n")?;
    two.consumer.git(&["add", "-A"])?;
    two.consumer.git(&["commit", "-q", "--amend", "-m", "a break that is written down"])?;
    assert_eq!(two.ask(&["--verify-upstream"])?, (Some(0), Vec::new()));

    two.consumer.write("README.md", "later")?;
    two.consumer.commit("later")?;
    assert_eq!(two.ask(&[])?, (Some(0), Vec::new()));
    Ok(())
}

#[test]
fn what_breaks_nothing_moves_with_a_minor_version_and_a_note() -> Result<(), Failed> {
    let two = Two::new()?;
    two.release("1.5.0", OPTIONAL)?;
    two.update("1.5.0")?;
    two.consumer.write("docs/migrations/orders.md", "orders: 1.4.0 to 1.5.0, a note\n")?;
    two.consumer.commit("with a note")?;
    assert_eq!(two.ask(&[])?, (Some(0), Vec::new()));
    Ok(())
}

#[test]
fn a_tag_that_was_moved_and_a_pin_that_was_edited_are_seen_in_the_source() -> Result<(), Failed> {
    let two = Two::new()?;
    two.consumer.commit("later")?;
    two.producer.write("schemas/orders.json", REQUIRED)?;
    let later = two.producer.commit("later")?;
    two.producer.git(&["tag", "-f", "v1.4.0"])?;
    assert_eq!(two.ask(&[])?, (Some(1), told(&["tag-moved"])));
    let path = two.consumer.tree.join("lockfiles/schemas.toml");
    let file = std::fs::read_to_string(&path)?;
    let first = two.producer.git(&["rev-parse", "HEAD~1"])?;
    std::fs::write(&path, file.replace(&first, &later))?;
    let (code, met) = two.ask(&[])?;
    assert_eq!(code, Some(1));
    assert!(met.contains(&"upstream-differs".to_owned()) && met.contains(&"republished".to_owned()), "{met:?}");
    std::fs::write(&path, file.replace(&first, &"d".repeat(40)))?;
    assert!(two.ask(&[])?.1.contains(&"upstream-unread".to_owned()));
    Ok(())
}

#[test]
fn every_version_that_was_ever_pinned_counts_where_that_is_asked() -> Result<(), Failed> {
    let two = Two::new()?;
    let path = two.consumer.tree.join("lockfiles/schemas.toml");
    let file = std::fs::read_to_string(&path)?;
    std::fs::write(&path, file.replace("role = \"reader\"", "role = \"reader\"\ncompatibility = \"backward-transitive\""))?;
    two.consumer.commit("transitive")?;
    two.release("2.0.0", REQUIRED)?;
    two.release("2.1.0", &REQUIRED.replace("\"properties\"", "\"description\": \"orders\", \"properties\""))?;
    for version in ["2.0.0", "2.1.0"] {
        two.update(version)?;
        two.consumer.write("docs/migrations/orders.md", format!("orders 1.4.0, 2.0.0, 2.1.0 at {version}"))?;
        two.consumer.commit(version)?;
    }
    // Between 2.0.0 and 2.1.0 nothing broke; documents of 1.4.0 are refused all the same.
    assert_eq!(two.ask(&[])?, (Some(1), told(&["breaking"])));
    two.append(ACCEPTED)?;
    assert_eq!(two.ask(&[])?, (Some(0), Vec::new()));
    Ok(())
}
