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

    fn append(&self, text: &str) -> Result<(), Failed> {
        let file = std::fs::read_to_string(self.at.tree.join(PINS))?;
        self.at.write(PINS, format!("{file}\n{text}"))
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
            met if met == expected => Ok(()),
            met => Err(format!("{met:?} instead of {expected:?}: {:#}", self.report(args, env)?.1).into()),
        }
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
    project.asks(&[])
}

#[test]
fn a_transitive_promise_that_ends_with_the_move_holds_for_it() -> Result<(), Failed> {
    let project = Project::empty()?;
    for (version, schema) in [("1.4.0", FIRST), ("2.0.0", REQUIRED)] {
        project.pin(PINS, &[Entry { rest: TRANSITIVE, ..orders(version, schema) }])?;
        project.at.commit(version)?;
    }
    project.move_to("2.1.0", REWORDED)?;
    project.asks(&["breaking"])
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
