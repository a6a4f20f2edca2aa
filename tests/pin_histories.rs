//! How pins moved, in histories of many shapes: what the kind `schema-pins` takes for what was there before, and that no shape hides a move.

mod support;

use std::time::Duration;

use support::{Failed, Sandbox};

/// A schema, the digest of its bytes, and that of its canonical form.
type Schema = (&'static str, &'static str, &'static str);

const FIRST: Schema = (
    r#"{ "type": "object", "properties": { "id": { "type": "string" } }, "additionalProperties": false }"#,
    "26b63b21ec519afbf02c6fd999101c0997dd81048cb9dbfc80585a7f55a6b0d9",
    "edd8801ebbe074ea048de99c2f7a7b3c9620b927eef17e8d19fbf7f74a16ab05",
);
/// With a field more: it reads what was valid, and holders of the first refuse what it writes.
const OPTIONAL: Schema = (
    r#"{ "type": "object", "properties": { "id": { "type": "string" }, "note": { "type": "string" } }, "additionalProperties": false }"#,
    "15abd7d6e06169e0c10f6444bc00ff4b5580166ba17d13732973058b74c03d0d",
    "672f27f408fd252a011bd53110642b759e08fb0ccb874bc01b7d4885f4f098e2",
);
/// It refuses what was valid.
const REQUIRED: Schema = (
    r#"{ "type": "object", "properties": { "id": { "type": "string" } }, "additionalProperties": false, "required": ["id"] }"#,
    "e64267bee7dc445b2b2d98a721c7947cf7dcc801bb629f2efa31b610da1a6d91",
    "7717dd85c2e5ff939b47bf9369acc9c59e449e42f2f3bff74058dcd2eea9242d",
);

/// The same in other words.
const REWORDED: Schema = (
    r#"{ "description": "orders", "type": "object", "properties": { "id": { "type": "string" } }, "additionalProperties": false, "required": ["id"] }"#,
    "951abc447c4f6355c9d91ce7bf3034c562aa45e78cccad07ac3898fa1f529c29",
    "67f51de6e3fc31495d14ce688225b59b789884a323be64f06059547796b1e720",
);

/// No schema: its bytes and their digest.
const OPENAPI: (&str, &str) = (
    r#"{ "openapi": "3.1.0", "info": { "title": "orders", "version": "1.4.0" }, "paths": {} }"#,
    "16645353693cd8b6fd0700a28469eee9d609b4b1e47bddb308d9c1c6076b6380",
);

const PINS: &str = "lockfiles/schemas.toml";
const TRANSITIVE: &str = "role = \"reader\"\ncompatibility = \"backward-transitive\"";

struct Entry {
    name: &'static str,
    repo: &'static str,
    path: &'static str,
    source: &'static str,
    version: &'static str,
    schema: Schema,
    /// How it is used.
    rest: &'static str,
}

fn orders(version: &'static str, schema: Schema) -> Entry {
    Entry {
        name: "orders",
        repo: "https://example.org/producer.git",
        path: "schemas/orders.json",
        source: "schemas/orders.json",
        version,
        schema,
        rest: "role = \"reader\"",
    }
}

/// Another schema of another repository.
fn users(version: &'static str, schema: Schema) -> Entry {
    let (repo, path) = ("https://example.org/accounts.git", "schemas/users.json");
    Entry { name: "users", repo, path, source: path, ..orders(version, schema) }
}

impl Entry {
    fn text(&self) -> String {
        let (Self { name, repo, path, source, version, rest, .. }, (_, sha256, canonical)) = (self, self.schema);
        let commit = version.bytes().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        format!(
            "[[schema]]\nname = \"{name}\"\nrepo = \"{repo}\"\nversion = \"{version}\"\ntag = \"v{version}\"\ncommit = \"{commit:1<40}\"\n\
             source-path = \"{source}\"\npath = \"{path}\"\nsha256 = \"sha256:{sha256}\"\ncanonical = \"sha256:{canonical}\"\n\
             format = \"json-schema\"\n{rest}\n\n"
        )
    }
}

/// A project that pins schemas.
struct Project {
    at: Sandbox,
}

impl Project {
    /// With one pin, in its second commit.
    fn new() -> Result<Self, Failed> {
        let project = Self::empty()?;
        project.pin(PINS, &[orders("1.4.0", FIRST)])?;
        project.at.commit("the pin")?;
        Ok(project)
    }

    fn empty() -> Result<Self, Failed> {
        let at = Sandbox::new()?;
        at.write(".gitignore", ".gate/\n")?;
        at.commit("empty")?;
        Ok(Self { at })
    }

    /// Writes a pins file with its copies, and a note that names all of them, so that no test is about notes.
    fn pin(&self, file: &str, entries: &[Entry]) -> Result<(), Failed> {
        self.at.write(file, entries.iter().map(Entry::text).collect::<String>())?;
        for entry in entries {
            self.at.write(entry.path, entry.schema.0)?;
        }
        let words = "`orders` `orders-read` `orders-write` `users` `purchases` 1.3.0 1.4.0 1.5.0 2.0.0 2.1.0";
        self.at.write("docs/migrations/all.md", format!("{words}\n{}", entries.iter().map(Entry::text).collect::<String>()))
    }

    fn move_to(&self, version: &'static str, schema: Schema) -> Result<String, Failed> {
        self.pin(PINS, &[orders(version, schema)])?;
        self.at.commit(version)
    }

    fn report(&self, args: &[&str], env: &[(&str, &str)]) -> Result<(Option<i32>, serde_json::Value), Failed> {
        let mut command = self.at.gate(false)?;
        command.args(["schema-pins", "--format", "json", "--now", "2026-06-01T00:00:00Z"]).args(args).envs(env.iter().copied());
        let output = command.timeout(Duration::from_secs(60)).output()?;
        let report =
            serde_json::from_slice(&output.stdout).map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&output.stderr)))?;
        Ok((output.status.code(), report))
    }

    /// The rules that are met, but for the one that says that there is no mirror.
    fn met(&self, args: &[&str], env: &[(&str, &str)]) -> Result<Vec<String>, Failed> {
        let (_, report) = self.report(args, env)?;
        let rulings = report.pointer("/checks/0/rulings").and_then(|rulings| rulings.as_array()).cloned().unwrap_or_default();
        let ids = rulings.iter().filter_map(|ruling| ruling.get("failure_reason_code")?.as_str());
        Ok(ids.map(|id| id.trim_start_matches("schema-pins/").to_owned()).filter(|id| id != "not-verified").collect())
    }

    fn asks(&self, expected: &[&str]) -> Result<(), Failed> {
        self.asks_with(&[], &[], expected)
    }

    fn asks_with(&self, args: &[&str], env: &[(&str, &str)], expected: &[&str]) -> Result<(), Failed> {
        match self.met(args, env)? {
            met if met == expected => self.diff_agrees(args, env, &met),
            met => Err(format!("{met:?} instead of {expected:?}: {:#}", self.report(args, env)?.1).into()),
        }
    }

    /// What `gate pins diff` says, as data; none: nothing was compared.
    fn diff(&self, args: &[&str], env: &[(&str, &str)]) -> Result<(Option<i32>, Option<serde_json::Value>), Failed> {
        let mut command = self.at.gate(false)?;
        command.args(["pins", "diff", "--format", "json"]).args(args).envs(env.iter().copied());
        let output = command.timeout(Duration::from_secs(60)).output()?;
        Ok((output.status.code(), serde_json::from_slice(&output.stdout).ok()))
    }

    /// That `gate pins diff` tells the same moves since the same base, and the same breaks, as the check that met some rules.
    fn diff_agrees(&self, args: &[&str], env: &[(&str, &str)], met: &[String]) -> Result<(), Failed> {
        // Of what is not committed, it shows what is not committed.
        if !args.contains(&"--base") && !self.at.git(&["status", "--porcelain"])?.is_empty() {
            return Ok(());
        }
        let has = |rule: &str| met.iter().filter(|met| *met == rule).count();
        let (code, told) = self.diff(args, env)?;
        let Some(told) = told else {
            assert!(code == Some(3) && has("no-base") + has("base-unread") > 0, "{code:?}, and the check met {met:?}");
            return Ok(());
        };
        let pins = told.get("pins").and_then(|pins| pins.as_array()).cloned().unwrap_or_default();
        let count = |key: &str, value: &str| pins.iter().filter(|pin| pin.get(key).and_then(|of| of.as_str()) == Some(value)).count();
        let (moved, new) = (count("sort", "moved"), count("sort", "new"));
        let moved = if moved == 0 { "none".to_owned() } else { moved.to_string() };
        let new = if new == 0 { String::new() } else { format!(", {new} new") };
        let range = format!("{moved} moved{new} {}", told.get("range").and_then(|range| range.as_str()).unwrap_or_default());
        let report = self.report(args, env)?.1.to_string();
        assert!(report.contains(&range) || told.get("base") == Some(&serde_json::Value::Null), "{range}: {told:#} {report}");
        assert_eq!(count("sort", "removed"), has("removed"), "{told:#}");
        assert!(count("answer", "cannot-decide") >= has("not-compared"), "{told:#}");
        assert_eq!(code == Some(3), has("not-compared") + has("base-unread") + has("history-unread") > 0, "{code:?} {met:?} {told:#}");
        // It shows also what somebody accepted.
        let text = std::fs::read_to_string(self.at.tree.join(PINS)).unwrap_or_default();
        if !text.contains("accepted-break") {
            assert_eq!(count("answer", "breaking"), has("breaking"), "{met:?} {told:#}");
        }
        Ok(())
    }
}

#[test]
fn another_name_another_file_and_another_spelling_of_the_repository_hide_no_move() -> Result<(), Failed> {
    let project = Project::new()?;
    let moved = Entry { name: "purchases", repo: "git@example.org:producer", path: "schemas/purchases.json", ..orders("2.0.0", REQUIRED) };
    project.pin(PINS, &[moved])?;
    project.at.commit("another name")?;
    project.asks(&["breaking"])
}

#[test]
fn a_downgrade_or_a_version_published_again_is_compared_all_the_same() -> Result<(), Failed> {
    let project = Project::new()?;
    project.at.write("gate.toml", "version = 1\n[check.schema-pins]\nlevels = { downgrade = \"note\", republished = \"note\" }\n")?;
    project.move_to("1.3.0", REQUIRED)?;
    project.asks(&["breaking", "downgrade"])?;
    project.move_to("1.3.0", FIRST)?;
    project.asks(&["republished"])?;
    project.move_to("1.3.0", REQUIRED)?;
    project.asks(&["breaking", "republished"])
}

#[test]
fn a_promise_that_is_weakened_where_it_would_be_broken_holds_for_the_move() -> Result<(), Failed> {
    let project = Project::new()?;
    for rest in ["role = \"writer\"", ""] {
        project.pin(PINS, &[Entry { rest, ..orders("2.0.0", REQUIRED) }])?;
        project.at.commit("weaker")?;
        let met = project.met(&[], &[])?;
        assert!(met.contains(&"breaking".to_owned()), "{rest}: {met:?}");
        project.at.git(&["reset", "-q", "--hard", "HEAD~1"])?;
    }
    project.pin(PINS, &[Entry { rest: "role = \"writer\"", ..orders("1.4.0", FIRST) }])?;
    project.at.commit("only the role")?;
    project.asks(&["weakened"])?;
    let text = orders("1.4.0", FIRST).text().replace("repo = \"", "repo = \"https://example.org/another/");
    project.at.write(PINS, text)?;
    project.at.commit("the role again, and another repository")?;
    project.asks(&["other-source", "weakened"])
}

#[test]
fn a_transitive_promise_that_ends_with_the_move_holds_for_it() -> Result<(), Failed> {
    let project = Project::empty()?;
    for (version, schema) in [("1.4.0", FIRST), ("2.0.0", REQUIRED)] {
        project.pin(PINS, &[Entry { rest: TRANSITIVE, ..orders(version, schema) }])?;
        project.at.commit(version)?;
    }
    project.move_to("2.1.0", REWORDED)?;
    project.asks(&["breaking", "weakened"])
}

#[test]
fn a_file_of_another_format_before_is_not_taken_for_a_schema() -> Result<(), Failed> {
    let project = Project::new()?;
    let text = orders("1.4.0", FIRST).text().replace("json-schema", "openapi");
    project.at.write(PINS, text)?;
    project.at.commit("another format")?;
    project.move_to("1.5.0", OPTIONAL)?;
    project.asks(&["not-compared"])
}

#[test]
fn names_that_are_swapped_are_no_move() -> Result<(), Failed> {
    let project = Project::empty()?;
    project.pin(PINS, &[orders("1.4.0", FIRST), users("2.0.0", REQUIRED)])?;
    project.at.commit("two pins")?;
    project.pin(PINS, &[Entry { name: "users", ..orders("1.4.0", FIRST) }, Entry { name: "orders", ..users("2.0.0", REQUIRED) }])?;
    project.at.commit("names swapped")?;
    project.asks(&[])
}

#[test]
fn a_pin_that_is_split_in_two_moves_in_both() -> Result<(), Failed> {
    let project = Project::new()?;
    let read = Entry { name: "orders-read", ..orders("2.0.0", REQUIRED) };
    let write = Entry { name: "orders-write", path: "schemas/written.json", ..orders("2.0.0", REQUIRED) };
    project.pin(PINS, &[read, write])?;
    project.at.commit("split")?;
    project.asks(&["breaking", "breaking"])
}

#[test]
fn a_change_on_disk_of_the_first_commit_is_a_move_from_it() -> Result<(), Failed> {
    let at = Sandbox::new()?;
    let project = Project { at };
    project.pin(PINS, &[orders("1.4.0", FIRST)])?;
    project.at.commit("the first")?;
    project.asks(&[])?;
    project.pin(PINS, &[orders("2.0.0", REQUIRED)])?;
    project.asks(&["breaking"])
}

/// The environment of a push that GitHub tells of.
fn pushed(event: &str) -> [(&str, &str); 2] {
    [("GITHUB_EVENT_NAME", "push"), ("GITHUB_EVENT_PATH", event)]
}

#[test]
fn all_commits_of_a_push_are_looked_at() -> Result<(), Failed> {
    let project = Project::new()?;
    let before = project.at.git(&["rev-parse", "HEAD"])?;
    project.move_to("2.0.0", REQUIRED)?;
    project.at.commit("later")?;
    // Only the parent is known: the report says so.
    let (_, report) = project.report(&[], &[])?;
    assert!(report.to_string().contains("the commit before HEAD"), "{report:#}");
    project.asks(&[])?;
    // A run of CI that is told no more cannot tell: it may be of any number of commits.
    assert_eq!(project.met(&[], &[("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "workflow_dispatch")])?, ["no-base"]);
    project.asks_with(&[], &[("CI_COMMIT_BEFORE_SHA", &before)], &["breaking"])?;
    let event = project.at.around().join("event.json");
    let path = event.to_string_lossy().into_owned();
    std::fs::write(&event, format!("{{\"before\": \"{before}\", \"ref\": \"refs/heads/main\"}}"))?;
    project.asks_with(&[], &pushed(&path), &["breaking"])?;
    // A new branch or a tag: nothing is known.
    std::fs::write(&event, format!("{{\"before\": \"{}\"}}", "0".repeat(40)))?;
    project.asks_with(&[], &pushed(&path), &[])?;
    // Gone by a push by force, or beyond what was fetched; or no event at all.
    for text in [format!("{{\"before\": \"{}\"}}", "12".repeat(20)), "{\"before\": \"main\"}".to_owned(), "{".to_owned()] {
        std::fs::write(&event, text)?;
        project.asks_with(&[], &pushed(&path), &["no-base"])?;
    }
    project.asks_with(&[], &pushed("/nowhere/event.json"), &["no-base"])
}

#[test]
fn what_a_push_by_force_leaves_behind_is_compared_with_where_it_is_here() -> Result<(), Failed> {
    let project = Project::new()?;
    let before = project.move_to("1.5.0", OPTIONAL)?;
    project.at.git(&["reset", "-q", "--hard", "HEAD~1"])?;
    project.at.commit("without it")?;
    project.asks(&[])?;
    project.asks_with(&[], &[("CI_COMMIT_BEFORE_SHA", &before)], &["breaking", "downgrade"])
}

#[test]
fn a_revision_that_is_no_branch_is_meant_itself() -> Result<(), Failed> {
    let project = Project::new()?;
    project.move_to("2.0.0", REQUIRED)?;
    project.asks_with(&["--base", "main"], &[], &["breaking"])?;
    project.asks_with(&["--base", "refs/heads/main"], &[], &["breaking"])?;
    project.asks_with(&["--base", "HEAD"], &[], &[])?;
    project.asks_with(&["--base", "HEAD~1"], &[], &["breaking"])
}

#[test]
fn branches_that_were_merged_crosswise_have_one_base_only_where_they_pin_alike() -> Result<(), Failed> {
    let project = Project::new()?;
    let git = |args: &[&str]| project.at.git(args);
    git(&["checkout", "-q", "-b", "side"])?;
    project.at.write("side.txt", "1")?;
    project.at.commit("side")?;
    git(&["checkout", "-q", "main"])?;
    project.at.write("main.txt", "1")?;
    project.at.commit("main")?;
    let (main, side) = (git(&["rev-parse", "main"])?, git(&["rev-parse", "side"])?);
    git(&["merge", "-q", "--no-ff", "-m", "one", &side])?;
    git(&["checkout", "-q", "side"])?;
    git(&["merge", "-q", "--no-ff", "-m", "other", &main])?;
    project.move_to("2.0.0", REQUIRED)?;
    project.asks(&["breaking"])?;

    // And with a move on the one side alone, before they met.
    git(&["checkout", "-q", "-B", "side", &side])?;
    let moved = project.move_to("1.5.0", OPTIONAL)?;
    git(&["checkout", "-q", "-B", "main", &main])?;
    git(&["merge", "-q", "--no-ff", "-m", "one", &moved])?;
    git(&["checkout", "-q", "side"])?;
    git(&["merge", "-q", "--no-ff", "-m", "other", &main])?;
    project.asks(&["no-base"])
}

#[test]
fn a_merge_that_moves_a_pin_by_itself_is_seen() -> Result<(), Failed> {
    let project = Project::new()?;
    let git = |args: &[&str]| project.at.git(args);
    git(&["checkout", "-q", "-b", "side"])?;
    project.at.commit("side")?;
    git(&["checkout", "-q", "main"])?;
    git(&["merge", "-q", "--no-ff", "--no-commit", "side"])?;
    project.pin(PINS, &[orders("2.0.0", REQUIRED)])?;
    project.at.commit("a merge")?;
    project.asks(&["breaking"])
}

#[test]
fn a_main_branch_of_another_name_is_taken_from_ci_where_nothing_else_says_it() -> Result<(), Failed> {
    let project = Project::new()?;
    project.at.git(&["branch", "-m", "main", "trunk"])?;
    project.at.git(&["checkout", "-q", "-b", "feature"])?;
    project.move_to("2.0.0", REQUIRED)?;
    project.at.commit("later")?;
    project.asks(&[])?;
    project.asks_with(&[], &[("CI_DEFAULT_BRANCH", "trunk")], &["breaking"])?;
    let event = project.at.around().join("event.json");
    std::fs::write(&event, "{\"repository\": {\"default_branch\": \"trunk\"}}")?;
    project.asks_with(&[], &[("GITHUB_EVENT_PATH", &event.to_string_lossy())], &["breaking"])
}

#[test]
fn a_merge_request_without_its_target_is_compared_with_where_it_left_it() -> Result<(), Failed> {
    let project = Project::new()?;
    let left = project.at.git(&["rev-parse", "HEAD"])?;
    project.at.git(&["checkout", "-q", "-b", "feature"])?;
    project.move_to("2.0.0", REQUIRED)?;
    project.at.commit("later")?;
    let target = ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "release");
    project.asks_with(&[], &[target], &["no-base"])?;
    project.asks_with(&[], &[target, ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &left)], &["breaking"])
}

#[test]
fn a_pin_that_moves_away_and_back_in_one_range_has_not_moved() -> Result<(), Failed> {
    let project = Project::new()?;
    project.at.git(&["checkout", "-q", "-b", "feature"])?;
    project.move_to("2.0.0", REQUIRED)?;
    project.move_to("1.4.0", FIRST)?;
    project.asks(&[])
}

const RENAMED: &str = "lockfiles/pins.toml";

#[test]
fn a_pins_file_of_another_name_at_the_base_is_found_there() -> Result<(), Failed> {
    let project = Project::new()?;
    let git = |args: &[&str]| project.at.git(args);
    let asks = |expected: &[&str]| project.asks_with(&["--pins", RENAMED], &[], expected);
    git(&["mv", PINS, RENAMED])?;
    project.pin(RENAMED, &[orders("1.4.0", FIRST)])?;
    project.at.commit("another name")?;
    asks(&[])?;
    git(&["reset", "-q", "--hard", "HEAD~1"])?;

    // With a move, in the commit and on disk alone.
    git(&["rm", "-q", PINS])?;
    project.pin(RENAMED, &[orders("2.0.0", REQUIRED)])?;
    project.at.commit("another name")?;
    asks(&["breaking"])?;
    git(&["reset", "-q", "--hard", "HEAD~1"])?;
    std::fs::remove_file(project.at.tree.join(PINS))?;
    project.pin(RENAMED, &[orders("2.0.0", REQUIRED)])?;
    project.asks_with(&["--pins", RENAMED, "--base", "HEAD"], &[], &["pins-untracked", "breaking"])?;

    // And where the old file stays as it was.
    git(&["checkout", "-q", "--", PINS])?;
    project.at.commit("a second file")?;
    asks(&["breaking"])?;

    // A pin that did not go with the file.
    git(&["reset", "-q", "--hard", "HEAD~1"])?;
    project.pin(PINS, &[orders("1.4.0", FIRST), users("1.4.0", FIRST)])?;
    project.at.commit("two pins")?;
    git(&["rm", "-q", PINS])?;
    project.pin(RENAMED, &[orders("1.4.0", FIRST)])?;
    project.at.commit("another name")?;
    asks(&["removed"])
}

#[test]
fn a_manifest_that_became_a_pins_file_is_what_was_there_before() -> Result<(), Failed> {
    let project = Project::empty()?;
    let manifest = |sha256: &str| {
        format!(
            "{{ \"source_repo\": \"git@example.org:producer\", \"artifacts\": [ {{ \"path\": \"schemas/orders.json\", \
             \"source_path\": \"schemas/orders.json\", \"sha256\": \"{sha256}\" }} ] }}"
        )
    };
    project.at.write("pins.json", manifest(FIRST.1))?;
    project.at.write("schemas/orders.json", FIRST.0)?;
    project.at.commit("a manifest")?;
    project.at.git(&["rm", "-q", "pins.json"])?;
    project.pin(PINS, &[orders("1.4.0", FIRST)])?;
    project.at.commit("a pins file")?;
    project.asks(&[])?;
    project.at.git(&["reset", "-q", "--hard", "HEAD~1"])?;
    project.at.git(&["rm", "-q", "pins.json"])?;
    project.pin(PINS, &[orders("2.0.0", REQUIRED)])?;
    project.at.commit("a pins file with a move")?;
    project.asks(&["breaking"])
}

#[test]
fn a_pins_file_that_cannot_be_read_at_the_base_is_no_new_file_under_any_name() -> Result<(), Failed> {
    let project = Project::empty()?;
    let broken = format!("{}unknown = 1\n", orders("1.4.0", FIRST).text().trim_end());
    for bytes in [broken.as_bytes(), b"[[schema]]\npath = \"schemas/orders.json\"\nname = \"\xff\"\n"] {
        for file in [PINS, RENAMED] {
            project.pin(file, &[orders("1.4.0", FIRST)])?;
            project.at.write(file, bytes)?;
            project.at.commit("broken")?;
            project.at.git(&["rm", "-q", file])?;
            project.pin(PINS, &[orders("2.0.0", REQUIRED)])?;
            project.at.commit("mended")?;
            let met = project.met(&[], &[])?;
            assert!(met.contains(&"base-unread".to_owned()), "{file}: {met:?}");
            project.at.git(&["rm", "-q", PINS])?;
            project.at.commit("nothing")?;
        }
    }
    Ok(())
}

#[test]
fn a_second_pins_file_that_pins_the_same_schema_for_itself_is_new() -> Result<(), Failed> {
    let project = Project::new()?;
    project.pin("other/pins.toml", &[Entry { path: "other/orders.json", ..orders("2.0.0", REQUIRED) }])?;
    project.at.commit("another reader")?;
    project.asks(&[])?;
    project.asks_with(&["--pins", "other/pins.toml"], &[], &[])
}

#[test]
fn a_pin_that_went_to_another_file_is_compared_with_where_it_stood() -> Result<(), Failed> {
    let project = Project::empty()?;
    project.pin(PINS, &[orders("1.4.0", FIRST), users("1.4.0", FIRST)])?;
    project.at.commit("two pins")?;
    project.pin(PINS, &[orders("1.4.0", FIRST)])?;
    project.pin("other/pins.toml", &[users("2.0.0", REQUIRED)])?;
    project.at.commit("in two files")?;
    project.asks(&["removed"])?;
    project.asks_with(&["--pins", "other/pins.toml"], &[], &["breaking"])
}

#[test]
fn every_earlier_version_is_found_beyond_another_name_of_the_file() -> Result<(), Failed> {
    let project = Project::empty()?;
    let pin = |file, version, schema| project.pin(file, &[Entry { rest: TRANSITIVE, ..orders(version, schema) }]);
    pin("schemas.toml", "1.4.0", FIRST)?;
    project.at.commit("the first name")?;
    project.at.git(&["mv", "schemas.toml", "pins.toml"])?;
    project.at.commit("the second name")?;
    pin("pins.toml", "2.0.0", REQUIRED)?;
    project.at.commit("2.0.0")?;
    project.at.git(&["rm", "-q", "pins.toml"])?;
    pin(PINS, "2.0.0", REQUIRED)?;
    project.at.commit("the third name")?;
    pin(PINS, "2.1.0", REWORDED)?;
    project.at.commit("2.1.0")?;
    project.asks(&["breaking"])
}

#[test]
fn a_pin_that_is_taken_out_is_named() -> Result<(), Failed> {
    let project = Project::empty()?;
    project.pin(PINS, &[orders("1.4.0", FIRST), users("1.4.0", FIRST)])?;
    project.at.commit("two pins")?;
    project.pin(PINS, &[orders("1.4.0", FIRST)])?;
    project.at.commit("one")?;
    project.asks(&["removed"])?;
    let (code, report) = project.report(&[], &[])?;
    assert!(code == Some(1) && report.to_string().contains("`users` is no longer pinned; it was at 1.4.0"), "{report:#}");
    project.pin(PINS, &[Entry { name: "purchases", ..orders("1.4.0", FIRST) }])?;
    project.at.commit("renamed")?;
    project.asks(&[])
}

#[test]
fn a_pin_that_was_taken_out_and_comes_back_moves_from_where_it_was() -> Result<(), Failed> {
    let project = Project::empty()?;
    project.pin(PINS, &[orders("1.4.0", FIRST), users("1.4.0", FIRST)])?;
    project.at.commit("two pins")?;
    project.pin(PINS, &[users("1.4.0", FIRST)])?;
    project.at.git(&["rm", "-q", "schemas/orders.json"])?;
    project.at.commit("without it")?;
    project.at.write("README.md", "later")?;
    let later = project.at.commit("later")?;
    project.pin(PINS, &[orders("1.4.0", FIRST), users("1.4.0", FIRST)])?;
    project.at.commit("as it was")?;
    project.asks(&[])?;
    project.at.git(&["reset", "-q", "--hard", &later])?;
    project.pin(PINS, &[orders("1.5.0", REQUIRED), users("1.4.0", FIRST)])?;
    project.at.commit("with a break")?;
    project.asks(&["breaking", "bump-too-small"])?;
    let output = project.at.gate(false)?.args(["pins", "diff", "orders"]).output()?;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("orders  1.4.0 → 1.5.0  ·  breaking: not backward compatible"), "{told}");

    // The clone ends where it was not pinned.
    let clone = Sandbox::new()?;
    let from = format!("file://{}", project.at.tree.display());
    clone.git(&["clone", "-q", "--depth", "2", &from, "."])?;
    Project { at: clone }.asks(&["history-unread"])
}

#[test]
fn what_is_pinned_for_the_first_time_is_new_and_counted() -> Result<(), Failed> {
    let project = Project::new()?;
    project.pin(PINS, &[orders("1.4.0", FIRST), users("2.0.0", REQUIRED)])?;
    project.at.commit("one more")?;
    let (_, report) = project.report(&[], &[])?;
    assert!(report.to_string().contains("none moved, 1 new since"), "{report:#}");
    project.asks(&[])
}

#[test]
fn a_project_that_went_into_a_folder_is_not_taken_for_a_new_one() -> Result<(), Failed> {
    let project = Project::new()?;
    project.at.write("sub/.gitignore", ".gate/\n")?;
    project.at.git(&["mv", "lockfiles", "schemas", "docs", "sub"])?;
    project.at.write("sub/lockfiles/schemas.toml", orders("2.0.0", REQUIRED).text())?;
    project.at.write("sub/schemas/orders.json", REQUIRED.0)?;
    project.at.commit("into a folder")?;
    let met = project.met(&["--root", "sub"], &[])?;
    assert!(met.contains(&"base-unread".to_owned()), "{met:?}");
    Ok(())
}

#[test]
fn line_ends_of_the_pins_file_are_no_move() -> Result<(), Failed> {
    let project = Project::new()?;
    project.at.write(PINS, orders("1.4.0", FIRST).text().replace('\n', "\r\n"))?;
    project.at.commit("other line ends")?;
    project.asks(&[])?;
    project.at.write(PINS, orders("2.0.0", REQUIRED).text().replace('\n', "\r\n"))?;
    project.at.write("schemas/orders.json", REQUIRED.0)?;
    let met = project.met(&["--base", "HEAD"], &[])?;
    assert!(met.contains(&"breaking".to_owned()), "{met:?}");
    Ok(())
}

/// An accepted break of `orders`.
fn accepted(from: &str, to: &str) -> String {
    format!(
        "[[accepted-break]]\nname = \"orders\"\nfrom = \"{from}\"\nto = \"{to}\"\nwho = \"Ada\"\nwhy = \"no order was without\"\nboth-until = \"2026-12-31\"\n"
    )
}

#[test]
fn an_accepted_break_of_a_move_that_never_was_is_told_and_leaves_nothing_behind() -> Result<(), Failed> {
    let project = Project::empty()?;
    let pin = |version, schema, (from, to)| {
        let entry = Entry { rest: TRANSITIVE, ..orders(version, schema) };
        project.pin(PINS, std::slice::from_ref(&entry))?;
        project.at.write(PINS, entry.text() + &accepted(from, to))
    };
    project.pin(PINS, &[Entry { rest: TRANSITIVE, ..orders("1.4.0", FIRST) }])?;
    project.at.commit("1.4.0")?;
    pin("2.0.0", REQUIRED, ("1.4.0", "2.0.0"))?;
    project.at.commit("2.0.0")?;
    project.asks(&[])?;
    project.at.commit("later")?;
    project.asks(&[])?;
    pin("2.1.0", REWORDED, ("1.4.0", "2.0.0"))?;
    project.at.commit("2.1.0")?;
    project.asks(&[])?;
    pin("2.1.0", REWORDED, ("1.5.0", "1.6.0"))?;
    project.at.git(&["add", "-A"])?;
    project.at.git(&["commit", "-q", "--amend", "-m", "2.1.0"])?;
    project.asks(&["breaking", "break-unused"])
}

#[test]
fn a_move_back_that_breaks_can_be_accepted_where_it_is_made() -> Result<(), Failed> {
    let project = Project::new()?;
    project.at.write("gate.toml", "version = 1\n[check.schema-pins]\nlevels = { downgrade = \"note\" }\n")?;
    project.pin(PINS, &[orders("1.3.0", REQUIRED)])?;
    project.at.write(PINS, orders("1.3.0", REQUIRED).text() + &accepted("1.4.0", "1.3.0"))?;
    project.at.commit("back")?;
    project.asks(&["downgrade"])?;
    project.at.commit("later")?;
    project.asks(&["break-unused"])
}

#[test]
fn the_diff_finds_the_pins_that_the_check_finds() -> Result<(), Failed> {
    let project = Project::new()?;
    project.at.git(&["rm", "-q", PINS])?;
    project.pin(RENAMED, &[Entry { name: "purchases", path: "schemas/purchases.json", ..orders("2.0.0", REQUIRED) }])?;
    project.at.commit("another name for all")?;
    let output = project.at.gate(false)?.args(["pins", "diff", "--pins", RENAMED]).output()?;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("purchases (was orders)  1.4.0 → 2.0.0  ·  breaking: not backward compatible"), "{told}");
    assert!(told.contains("1 pin moved since ") && told.contains(", the commit before HEAD: 1 broken"), "{told}");
    project.asks_with(&["--pins", RENAMED], &[], &["breaking"])
}

#[test]
fn the_diff_takes_the_base_of_the_check_in_the_policy() -> Result<(), Failed> {
    let project = Project::new()?;
    let first = project.at.git(&["rev-parse", "HEAD"])?;
    project.at.write("gate.toml", format!("version = 1\n[check.schema-pins]\nbase = \"{first}\"\n"))?;
    project.move_to("2.0.0", REQUIRED)?;
    project.at.commit("later")?;
    project.asks(&["breaking"])
}

#[test]
fn a_path_alone_the_case_of_a_commit_and_what_is_newly_said_are_no_move() -> Result<(), Failed> {
    let project = Project::new()?;
    let text = orders("1.4.0", FIRST).text();
    let without_version = text.replace("version = \"1.4.0\"\n", "").replace("tag = \"v1.4.0\"\n", "");
    project.at.git(&["mv", "schemas/orders.json", "schemas/elsewhere.json"])?;
    project.pin(PINS, &[Entry { path: "schemas/elsewhere.json", ..orders("1.4.0", FIRST) }])?;
    project.at.commit("another place")?;
    project.asks(&[])?;
    project.at.git(&["reset", "-q", "--hard", "HEAD~1"])?;
    for (old, new) in [("commit = \"312e342e30", "commit = \"312E342E30"), ("role = \"reader\"", "role = \"both\"")] {
        assert!(text.contains(old), "{text}");
        project.at.write(PINS, text.replace(old, new))?;
        project.at.commit("other letters")?;
        project.asks(&[])?;
        project.at.git(&["reset", "-q", "--hard", "HEAD~1"])?;
    }
    project.at.write(PINS, without_version)?;
    project.at.commit("without a version")?;
    project.at.write(PINS, text)?;
    project.at.commit("with one")?;
    project.asks(&[])
}

#[test]
fn what_only_looks_like_another_format_is_not_compared() -> Result<(), Failed> {
    let project = Project::empty()?;
    let openapi = |version: &'static str, bytes: &str, sha256: &str| {
        let entry = orders(version, FIRST).text().replace(FIRST.1, sha256).replace("format = \"json-schema\"\n", "");
        project.at.write(PINS, entry)?;
        project.at.write("schemas/orders.json", bytes)?;
        project.at.write("docs/migrations/all.md", format!("orders 1.4.0 1.5.0 at {version}"))?;
        project.at.commit(version)
    };
    openapi("1.4.0", OPENAPI.0, OPENAPI.1)?;
    openapi("1.5.0", FIRST.0, FIRST.1)?;
    let met = project.met(&[], &[])?;
    assert!(met.contains(&"not-compared".to_owned()), "{met:?}");
    project.diff_agrees(&[], &[], &met)
}

#[test]
fn a_file_that_was_not_the_pinned_one_at_the_base_is_compared_with_nothing() -> Result<(), Failed> {
    let project = Project::new()?;
    project.at.write("schemas/orders.json", OPTIONAL.0)?;
    project.at.commit("another file under the pin")?;
    project.move_to("2.0.0", REQUIRED)?;
    project.asks(&["base-unread"])
}

#[test]
fn a_squash_a_rebase_an_amended_commit_and_a_work_tree_of_its_own_show_the_same_move() -> Result<(), Failed> {
    let project = Project::new()?;
    let git = |args: &[&str]| project.at.git(args);
    git(&["checkout", "-q", "-b", "feature"])?;
    project.move_to("1.5.0", OPTIONAL)?;
    project.move_to("2.0.0", REQUIRED)?;
    project.asks(&["breaking"])?;
    git(&["checkout", "-q", "main"])?;
    project.at.write("README.md", "main went on")?;
    project.at.commit("main")?;
    git(&["checkout", "-q", "feature"])?;
    project.asks(&["breaking"])?;
    git(&["rebase", "-q", "main"])?;
    project.asks(&["breaking"])?;
    git(&["commit", "-q", "--amend", "-m", "other words"])?;
    project.asks(&["breaking"])?;
    git(&["checkout", "-q", "--detach", "main"])?;
    git(&["merge", "-q", "--squash", "feature"])?;
    git(&["commit", "-q", "-m", "squashed"])?;
    project.asks(&["breaking"])?;
    let apart = Sandbox::new()?;
    git(&["worktree", "add", "-q", "-f", &apart.tree.to_string_lossy(), "feature"])?;
    Project { at: apart }.asks(&["breaking"])
}

#[test]
fn the_root_of_a_project_may_lie_below_that_of_the_repository() -> Result<(), Failed> {
    let project = Project::empty()?;
    let (pins, copy) = ("sub/lockfiles/schemas.toml", "sub/schemas/orders.json");
    let write = |version, schema: Schema| {
        project.at.write(pins, orders(version, schema).text())?;
        project.at.write(copy, schema.0)?;
        project.at.write("sub/docs/migrations/all.md", format!("orders 1.4.0 1.5.0 2.0.0 at {version}"))?;
        project.at.commit(version)
    };
    write("1.4.0", FIRST)?;
    write("2.0.0", REQUIRED)?;
    project.asks_with(&["--root", "sub"], &[], &["breaking"])?;
    project.at.git(&["reset", "-q", "--hard", "HEAD~1"])?;
    project.at.git(&["mv", pins, "sub/pins.toml"])?;
    project.at.write("sub/pins.toml", orders("2.0.0", REQUIRED).text())?;
    project.at.write(copy, REQUIRED.0)?;
    project.at.write("sub/docs/migrations/all.md", "orders 1.4.0 2.0.0")?;
    project.at.commit("another name")?;
    project.asks_with(&["--root", "sub", "--pins", "pins.toml"], &[], &["breaking"])
}
