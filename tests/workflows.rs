//! Workflows from outside: what `gate init` writes is the model, `needs` on standard input, and files too large to lie in a case.

mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use support::{Failed, Sandbox, repository_root};

const ACTION: &str = "octo/gate@0123456789012345678901234567890123456789";
const WORKFLOW: &str = ".github/workflows/gate.yml";

/// The codes that are met, the exit code, and how many workflows were looked at.
fn answer(sandbox: &Sandbox) -> Result<(Vec<String>, Option<i32>, u64), Failed> {
    let output = sandbox.gate(false)?.args(["promotion-only", "--format", "json"]).timeout(Duration::from_secs(120)).output()?;
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let check = &report["checks"][0];
    let codes = check["rulings"].as_array().ok_or("a check has rulings")?.iter();
    let codes = codes.filter_map(|ruling| ruling["failure_reason_code"].as_str()).map(str::to_owned).collect();
    Ok((codes, output.status.code(), check["examined"]["count"].as_u64().unwrap_or_default()))
}

/// A repository with what `gate init --github` writes.
fn initialised() -> Result<Sandbox, Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write("src/x.py", "")?;
    sandbox.commit("first")?;
    sandbox.gate(false)?.args(["init", "--quiet", "--github", "--action", ACTION]).assert().try_success()?;
    sandbox.commit("gate")?;
    Ok(sandbox)
}

/// The template with the step switched on that asks for the scan, as its comments say.
fn with_its_scan(template: &str) -> String {
    let (before, promote) = template.split_once("\n  promote:\n").unwrap_or_default();
    let mut in_step = false;
    let switched = promote.replacen("    needs: smoke\n", "    needs: [smoke, security]\n", 1);
    let lines = switched.lines().map(|line| {
        in_step = (in_step || line == "      # - name: the scan succeeded") && line.starts_with("      # ");
        if in_step { line.replacen("      # ", "      ", 1) } else { line.to_owned() }
    });
    format!("{before}\n  promote:\n{}\n", lines.collect::<Vec<_>>().join("\n"))
}

#[test]
fn nothing_is_found_in_what_init_writes() -> Result<(), Failed> {
    let sandbox = initialised()?;
    assert_eq!(answer(&sandbox)?, (Vec::new(), Some(0), 1));
    let text = std::fs::read_to_string(sandbox.tree.join(WORKFLOW))?;
    let scanned = with_its_scan(&text);
    assert!(scanned.contains("needs: [smoke, security]") && scanned.contains("\n      - name: the scan succeeded\n"), "{scanned}");
    sandbox.write(WORKFLOW, scanned)?;
    assert_eq!(answer(&sandbox)?, (Vec::new(), Some(0), 1));
    // As it stands in the repository, it names no action yet, and is sound all the same.
    sandbox.write(WORKFLOW, std::fs::read(repository_root().join("templates/github.yml"))?)?;
    assert_eq!(answer(&sandbox)?, (Vec::new(), Some(0), 1));
    Ok(())
}

#[test]
fn nothing_is_found_in_our_own_workflow() -> Result<(), Failed> {
    let sandbox = Sandbox::new()?;
    for entry in std::fs::read_dir(repository_root().join(".github/workflows"))? {
        let path = entry?.path();
        let name = path.file_name().ok_or("a file has a name")?;
        sandbox.write(Path::new(".github/workflows").join(name), std::fs::read(&path)?)?;
    }
    sandbox.commit("workflows")?;
    let (codes, exit, examined) = answer(&sandbox)?;
    assert_eq!((codes, exit), (Vec::new(), Some(0)));
    assert!(examined > 0);
    Ok(())
}

#[test]
fn a_template_whose_last_step_is_lost_is_no_model() -> Result<(), Failed> {
    let sandbox = initialised()?;
    let text = std::fs::read_to_string(sandbox.tree.join(WORKFLOW))?;
    let cut = text.find("      - name: every needed job succeeded").ok_or("the step is there")?;
    sandbox.write(WORKFLOW, &text[..cut])?;
    let (codes, exit, _) = answer(&sandbox)?;
    assert_eq!(exit, Some(1), "{codes:?}");
    assert!(codes.contains(&"promotion-only/runs-anyway".to_owned()), "{codes:?}");
    Ok(())
}

/// What `gate aggregate` ends with, and prints, when it is given this.
fn aggregated(given: &str) -> Result<(Option<i32>, String), Failed> {
    let output = Sandbox::new()?.gate(false)?.arg("aggregate").write_stdin(given).timeout(Duration::from_secs(60)).output()?;
    Ok((output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn what_is_needed_may_come_on_standard_input() -> Result<(), Failed> {
    let (exit, said) = aggregated("{\n  \"smoke\": {\n    \"result\": \"success\",\n    \"outputs\": {}\n  }\n}\n")?;
    assert!(exit == Some(0) && said.contains("smoke  success"), "{said}");
    let (exit, said) = aggregated("{\"smoke\": {\"result\": \"failure\", \"outputs\": {}}}")?;
    assert!(exit == Some(1) && said.contains("WRONG  1 of 1 job"), "{said}");
    for nothing in ["", " \n", "{}", "null", "{\"smoke\": {}}", "success", "{\"smoke\": {\"result\": \"success\"}} {}"] {
        let (exit, said) = aggregated(nothing)?;
        assert_eq!(exit, Some(3), "{nothing:?}: {said}");
    }
    Ok(())
}

/// A workflow whose promote needs a job of these steps.
fn workflow_of(steps: &str) -> String {
    format!(
        "on:\n  push:\n    branches: [main]\njobs:\n  smoke:\n    runs-on: x\n    steps:\n{steps}  promote:\n    needs: smoke\n    runs-on: x\n    \
         steps:\n      - run: gate promote\n"
    )
}

/// The answer about one workflow, and how long it took.
fn asked_about(text: &str) -> Result<(Vec<String>, Option<i32>, u64), Failed> {
    let sandbox = Sandbox::new()?;
    sandbox.write(".github/workflows/ci.yml", text)?;
    sandbox.commit("workflows")?;
    let begun = Instant::now();
    let said = answer(&sandbox)?;
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    Ok(said)
}

#[test]
fn ten_thousand_steps_are_looked_at_one_by_one() -> Result<(), Failed> {
    let mut steps = String::new();
    for number in 0..10_000 {
        writeln!(steps, "      - run: make test-{number}")?;
    }
    assert_eq!(asked_about(&workflow_of(&steps))?, (Vec::new(), Some(0), 1));
    let (codes, exit, _) = asked_about(&workflow_of(&steps.replace("make test-9876\n", "make test-9876 || true\n")))?;
    assert_eq!((codes, exit), (vec!["promotion-only/laundered".to_owned()], Some(1)));
    Ok(())
}

#[test]
fn five_megabytes_are_read_and_more_are_not() -> Result<(), Failed> {
    let script =
        |size: usize| workflow_of(&format!("      - run: |\n{}          make test\n", "          # a comment of no weight\n".repeat(size)));
    let line = "          # a comment of no weight\n".len();
    let limit = 5 << 20;
    let (codes, exit, examined) = asked_about(&script(limit / line - 100))?;
    assert_eq!((codes, exit, examined), (Vec::new(), Some(0), 1));
    let (codes, exit, examined) = asked_about(&script(limit / line + 100))?;
    assert_eq!((codes, exit, examined), (vec!["promotion-only/unreadable".to_owned()], Some(3), 0));
    Ok(())
}

#[test]
fn five_megabytes_of_keys_are_refused() -> Result<(), Failed> {
    let keys: String = (0..200_000).map(|number| format!("  key-{number}: value-{number}\n")).collect();
    let (codes, exit, _) = asked_about(&format!("x:\n{keys}on: push\njobs: {{a: {{runs-on: x, steps: [{{run: x}}]}}}}\n"))?;
    assert_eq!(exit, Some(1), "{codes:?}");
    assert!(codes.iter().all(|code| code == "promotion-only/refused"), "{codes:?}");
    Ok(())
}
