//! Generated documents are fresh, links lead somewhere, and the README's commands are real. `GATE_BLESS=1` writes the
//! generated ones anew.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use support::{Failed, bless, repository_root};

#[test]
fn generated_pages_are_fresh() -> Result<(), Failed> {
    let docs = repository_root().join("docs");
    for (name, text) in gate::docs::pages() {
        let path = docs.join(&name);
        if bless() {
            fs::create_dir_all(path.parent().ok_or("no folder")?)?;
            fs::write(&path, &text)?;
        }
        assert!(fs::read_to_string(&path).is_ok_and(|found| found == text), "docs/{name} is stale: GATE_BLESS=1 cargo test --test docs");
    }
    Ok(())
}

#[test]
fn no_generated_page_is_left_over() {
    let pages: BTreeSet<String> = gate::docs::pages().into_keys().collect();
    for folder in ["checks", "reference"] {
        for entry in fs::read_dir(repository_root().join("docs").join(folder)).into_iter().flatten().flatten() {
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            assert!(pages.contains(&name), "docs/{name} is not generated any more");
        }
    }
}

#[test]
fn contributors_read_what_gate_tells_those_of_others() -> Result<(), Failed> {
    let root = repository_root();
    let section = fs::read_to_string(root.join("templates/contributing-hook.md"))?;
    assert!(
        fs::read_to_string(root.join("CONTRIBUTING.md"))?.contains(&section),
        "CONTRIBUTING.md lacks templates/contributing-hook.md as it is"
    );
    Ok(())
}

/// A workflow without its comments and steps: jobs, and what decides whether and after what they run.
fn skeleton(path: &str) -> Result<Vec<String>, Failed> {
    let text = fs::read_to_string(repository_root().join(path))?;
    let jobs = text.split_once("\njobs:\n").ok_or("no jobs")?.1;
    let decides = |line: &&str| {
        let depth = line.len() - line.trim_start().len();
        let key = line.trim_start().split(':').next().unwrap_or_default();
        depth == 2 || (depth == 4 && !matches!(key, "timeout-minutes" | "steps")) || key == "if" || line.contains("RESULTS")
    };
    let lines = jobs.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    Ok(lines.filter(decides).map(str::to_owned).collect())
}

#[test]
fn our_workflow_has_the_shape_of_the_template() -> Result<(), Failed> {
    let ours = skeleton(".github/workflows/ci.yml")?;
    assert_eq!(ours, skeleton("templates/github.yml")?);
    assert!(ours.len() > 10, "{ours:?}");
    Ok(())
}

/// Every Markdown file of the project, the test cases aside.
fn documents() -> Vec<PathBuf> {
    let root = repository_root();
    let skipped = |path: &Path| ["target", ".git", "cases"].iter().any(|name| path.file_name().is_some_and(|n| n == *name));
    let walk = walkdir::WalkDir::new(&root).into_iter().filter_entry(|e| !skipped(e.path()));
    let found: Vec<PathBuf> = walk.flatten().map(|e| e.into_path()).filter(|p| p.extension().is_some_and(|e| e == "md")).collect();
    assert!(found.len() > 10);
    found
}

#[test]
fn links_lead_somewhere() -> Result<(), Failed> {
    let mut checked = 0;
    for path in documents() {
        // What stands in a fence is an example.
        let text: String = fs::read_to_string(&path)?.split("```").step_by(2).collect();
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split([')', '#', '\n']).next().unwrap_or_default();
            if target.is_empty() || target.contains("://") || target.contains(' ') {
                continue;
            }
            let to = path.parent().ok_or("no folder")?.join(target);
            assert!(to.exists(), "{}: {target}", path.display());
            checked += 1;
        }
    }
    assert!(checked > 10);
    Ok(())
}

#[test]
fn the_first_two_commands_of_the_readme_do_all_the_set_up() -> Result<(), Failed> {
    let text = fs::read_to_string(repository_root().join("README.md"))?;
    let block = text.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).ok_or("the README has no sh block")?;
    let commands: Vec<&str> = block.lines().map(|l| l.split(" #").next().unwrap_or_default().trim()).filter(|l| !l.is_empty()).collect();
    assert_eq!(commands.get(..2), Some(&["./ci/promote", "cargo test"][..]));
    assert!(repository_root().join("ci/promote").is_file());
    let ci = fs::read_to_string(repository_root().join("ci/check"))?;
    assert!(ci.contains("\ncargo test"), "CI calls the README's test command");
    Ok(())
}

#[test]
fn every_commandline_in_the_readme_is_understood() -> Result<(), Failed> {
    let text = fs::read_to_string(repository_root().join("README.md"))?;
    let pages: String = gate::docs::pages().remove("reference/commands.md").ok_or("no commands page")?;
    for word in text.split('`').skip(1).step_by(2).filter_map(|code| code.strip_prefix("gate ")) {
        let name = word.split(' ').next().unwrap_or_default();
        let known = name.starts_with('<') || name.starts_with('-') || pages.contains(&format!("## `gate {name}`"));
        assert!(known, "the README speaks of `gate {word}`");
    }
    Ok(())
}

#[test]
fn the_picture_in_the_readme_is_a_real_output() -> Result<(), Failed> {
    let root = repository_root();
    let picture = fs::read_to_string(root.join("tests/cases/readme/the_picture_in_the_readme/stdout"))?;
    assert!(fs::read_to_string(root.join("README.md"))?.contains(&format!("```text\n{picture}```\n")));
    Ok(())
}

#[test]
fn every_key_of_what_doctor_says_is_documented() -> Result<(), Failed> {
    let root = repository_root();
    let page = fs::read_to_string(root.join("docs/formats/doctor.md"))?;
    let said: serde_json::Value = serde_json::from_str(&fs::read_to_string(root.join("tests/cases/doctor/for_programs/stdout"))?)?;
    let lines = said.get("lines").and_then(|lines| lines.as_array()).ok_or("no lines")?;
    let keys = said.as_object().into_iter().chain(lines.iter().filter_map(|line| line.as_object())).flat_map(|object| object.keys());
    let names = lines.iter().filter_map(|line| line.get("name")?.as_str());
    let words: BTreeSet<&str> = keys.map(String::as_str).chain(names).collect();
    assert!(words.len() > 10);
    for word in words {
        assert!(page.contains(&format!("`{word}`")), "docs/formats/doctor.md lacks `{word}`");
    }
    Ok(())
}
