//! Whatever lies in a repository, the gate.toml for it is one that gate reads.

use super::*;
use crate::check::Sample;
use crate::config::{self, Text};
use crate::plan::{self, Asked};
use crate::world::Cx;
use crate::world::fake::Fake;

const RECORD: &str = r#"{"run_id":"r","config_hash":"a","data_hash":"b","started_at":"x","finished_at":"y"}"#;

const REPOSITORIES: &[&[(&str, Sample)]] = &[
    &[],
    &[("a.txt", Sample::Text(""))],
    &[("Cargo.toml", Sample::Text("[workspace]\n")), ("Cargo.lock", Sample::Text("")), ("crates/a/src/lib.rs", Sample::Text(""))],
    &[("package.json", Sample::Text(r#"{"scripts":{"smoke":"x"}}"#)), ("yarn.lock", Sample::Text(""))],
    &[("package.json", Sample::Text("{")), ("Makefile", Sample::Bytes(b"smoke:\xff"))],
    &[("package.json", Sample::Locked), ("justfile", Sample::Text("smoke:\n")), ("dvc.lock", Sample::Text("{"))],
    &[("config/a.yaml", Sample::Text("")), ("config/b/c.toml", Sample::Text("")), ("data/x.csv", Sample::Text(""))],
    &[("we\"ird\\[1]{x}/config/a.yaml", Sample::Text("")), ("\u{202e}\u{7f}/settings/x.json", Sample::Text(""))],
    &[("data.dvc", Sample::Text("outs:\n- path: a\n  md5: b\n- path: c\n  md5: d\n")), ("b.dvc", Sample::Text(""))],
    &[("SHA256SUMS", Sample::Text("")), ("reports/run.json", Sample::Text(RECORD)), ("reports/smoke_run.json", Sample::Text(RECORD))],
    &[("reports/run.json", Sample::Text("[]")), ("run.json", Sample::Fifo), ("data", Sample::Link("/etc"))],
    &[("Makefile", Sample::Text("smoke\"\\ x: y\nte\u{1}st:\n"))],
    &[("requirements.lock", Sample::Text("")), ("scripts/smoke.py", Sample::Text("")), ("tests/config/x.yaml", Sample::Text(""))],
];

fn wishes() -> impl Iterator<Item = Wish> {
    let shortfalls = [None, Some(Shortfall { short: 3, unseen: 0, examined: 27 }), Some(Shortfall { short: 0, unseen: 0, examined: 0 })];
    let promotion = |today: Option<Shortfall>| [Promotion::None, Promotion::NoJob, today.map_or(Promotion::Fine, Promotion::Short)];
    let locks = |today: Option<Shortfall>| [Locks::None, today.map_or(Locks::Fine, Locks::Short)];
    shortfalls.into_iter().flat_map(move |readmes| {
        locks(readmes).into_iter().flat_map(move |lockfiles| {
            let each = promotion(readmes).into_iter().flat_map(|promotion| [(promotion, true), (promotion, false)]);
            each.map(move |(promotion, hook)| Wish { readmes, lockfiles, promotion, hook })
        })
    })
}

#[test]
fn every_policy_loads_without_a_fault() {
    for samples in REPOSITORIES {
        let world = Fake::new(samples);
        let survey = Survey::of(Cx::new(&world), None).unwrap();
        for wish in wishes() {
            let text = Text::new("gate.toml".to_owned(), gate_toml(&survey, wish));
            let asked = Asked::Check { names: Vec::new(), strict: false };
            let plan = plan::resolve(config::load(&text), Some(&text), asked);
            assert!(plan.is_ok_and(|plan| !plan.checks.is_empty()), "{}", text.text);
            assert!(!text.text.contains("{{"), "{}", text.text);
        }
    }
}

#[test]
fn every_glob_of_the_bundle_matches_a_file() {
    for samples in REPOSITORIES {
        let world = Fake::new(samples);
        let survey = Survey::of(Cx::new(&world), None).unwrap();
        for glob in &survey.config.globs {
            let glob = config::TreeGlob::new(glob).unwrap();
            assert!(samples.iter().any(|(path, _)| glob.matches(path)), "{glob:?}");
        }
    }
}

#[test]
fn what_could_not_be_read_is_said() {
    for (samples, word) in [(4, "`Makefile` was not read"), (5, "`package.json` was not read"), (5, "`dvc.lock` was not understood")] {
        let world = Fake::new(REPOSITORIES[samples]);
        let text = gate_toml(&Survey::of(Cx::new(&world), None).unwrap(), Wish::default());
        assert!(text.contains(word), "{text}");
    }
}

#[test]
fn a_placeholder_in_a_value_is_not_filled() {
    assert_eq!(fill("${{ x }} {{a}} {{b}}", &[("a", "{{b}}".to_owned()), ("b", "1".to_owned())]), "${{ x }} {{b}} 1");
}

#[test]
fn the_count_of_what_falls_short_is_said() {
    let said = |short, unseen, examined| short_today(Shortfall { short, unseen, examined }, ("folder", "folders"));
    assert_eq!(said(3, 0, 27), "# 3 of 27 folders fall short today; delete this line when they are no longer so.");
    assert!(said(1, 1, 1).starts_with("# 1 of 1 folder falls short and 1 thing could not be looked at today"));
}

#[test]
fn what_cannot_be_read_is_noted_once() {
    let files = [
        ("reports/run.json", Sample::Text(RECORD)),
        ("reports/smoke_run.json", Sample::Text(RECORD)),
        (".gitignore", Sample::Bytes(b"\xff")),
    ];
    let world = Fake::new(&files);
    let notes = Survey::of(Cx::new(&world), None).unwrap().notes;
    assert_eq!(notes.iter().filter(|note| note.contains(".gitignore")).count(), 1, "{notes:?}");
}

#[test]
fn the_lines_for_the_hook_are_read_and_say_the_defaults() {
    let lines: String = HOOK.lines().map(|line| format!("{}\n", line.trim_start_matches("# "))).collect();
    let text = Text::new("gate.toml".to_owned(), format!("version = 1\n{lines}"));
    let parsed = config::load(&text);
    assert!(parsed.faults.is_empty(), "{lines}");
    assert_eq!(format!("{:?}", parsed.file.hook), format!("{:?}", config::HookOptions::default()));
}
