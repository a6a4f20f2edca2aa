//! Who may use whom, as docs/architecture.md says it.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Each module and the modules of gate that it may use. `world` stands for its types and `Cx`; `world::Out` (with
/// `world::disk`) is named apart, because only the shell may act.
const MAY_USE: &[(&str, &[&str])] = &[
    ("bypass", &["run", "shown", "world"]),
    ("check", &["config", "world"]),
    ("checks", &["check", "config", "digest", "formats", "pins", "pipeline", "probes", "run", "schema", "shown", "world"]),
    (
        "cli",
        &[
            "bypass",
            "check",
            "checks",
            "cli",
            "config",
            "digest",
            "engine",
            "exit",
            "formats",
            "hook",
            "init",
            "pins",
            "pipeline",
            "plan",
            "policy",
            "probes",
            "refresh",
            "report",
            "run",
            "schema",
            "shown",
            "supervise",
            "world",
            "world::Out",
        ],
    ),
    ("config", &["check", "shown", "world"]),
    ("digest", &["config", "formats", "shown", "world"]),
    ("docs", &["check", "checks", "cli", "config", "policy", "report"]),
    ("engine", &["bypass", "check", "plan", "world"]),
    ("exit", &[]),
    ("formats", &[]),
    ("hook", &["digest", "formats", "shown", "world"]),
    ("init", &["formats", "pins", "run", "shown", "world"]),
    ("pins", &["digest", "formats", "shown", "world"]),
    ("pipeline", &["formats", "shown"]),
    ("plan", &["check", "checks", "config", "run", "shown"]),
    ("policy", &["bypass", "check", "config", "exit", "plan", "report", "shown"]),
    ("probes", &["digest", "formats", "run", "shown", "supervise", "world"]),
    ("refresh", &["formats"]),
    ("report", &["check", "exit", "report", "shown"]),
    ("run", &["config", "digest", "formats", "shown", "world"]),
    ("schema", &["formats", "shown"]),
    ("shown", &[]),
    ("supervise", &[]),
    ("world", &["shown", "world"]),
];

/// Words of the standard library that only one place may use.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("std::fs", &["supervise/", "world/disk/"]),
    ("std::env", &["supervise/", "world/disk/", "main.rs"]),
    ("Utc::now", &["world/disk/"]),
    ("SystemTime", &["world/disk/"]),
    ("Command::new(\"", &["world/disk/"]),
    ("std::process", &["supervise/", "world/disk/", "main.rs", "exit.rs"]),
    (".canonicalize()", &["supervise/", "world/disk/"]),
    (".exists()", &["supervise/", "world/disk/"]),
    (".is_dir()", &["supervise/", "world/disk/"]),
    (".is_file()", &["supervise/", "world/disk/"]),
    (".is_symlink()", &["supervise/", "world/disk/"]),
    (".metadata()", &["supervise/", "world/disk/"]),
    (".symlink_metadata()", &["supervise/", "world/disk/"]),
    (".read_dir()", &["supervise/", "world/disk/"]),
    ("rustix::", &["supervise/", "world/disk/"]),
    (" nix::", &["supervise/"]),
    ("signal_hook::", &["supervise/"]),
    ("tempfile::", &["world/disk/"]),
    ("ignore::", &["world/disk/", "formats/gitignore.rs"]),
    ("println!", &[]),
    ("unsafe ", &[]),
];

/// Every source file with its text, the tests in it left out.
fn sources() -> BTreeMap<String, String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeMap::new();
    collect(&root, &root, &mut found);
    assert!(found.len() > 30, "the sources were found: {}", found.len());
    found
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().display().to_string();
        if path.is_dir() {
            collect(root, &path, found);
        } else if name.ends_with(".rs")
            && !name.ends_with("_test.rs")
            && !["init/gate_toml/tests.rs", "policy/tests.rs", "torture_test/formats.rs", "torture_test/records.rs", "world/fake.rs"]
                .contains(&name.as_str())
        {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            let code = code.split("#[cfg(test)]\npub(super) mod tests").next().unwrap_or_default();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            found.insert(name, lines.collect::<Vec<_>>().join("\n"));
        }
    }
}

/// The modules that a text names after `crate::`; a `use` is read to its end, over several lines.
fn used(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let line_start = code[..at].rfind('\n').map_or(0, |n| n + 1);
        let is_use = code[line_start..at].contains("use ");
        let end = if is_use { rest.find(';') } else { rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':'))) };
        let path = &rest[..end.unwrap_or(rest.len())];
        let module: String = path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        assert!(!module.is_empty(), "a group at the root of the crate hides what is used: {path}");
        let acts = path.split(|c: char| !c.is_alphanumeric()).any(|word| ["Out", "Pending", "Over", "disk"].contains(&word));
        found.push(if module == "world" && acts { "world::Out".to_owned() } else { module });
    }
    found
}

/// How many steps upwards a file may take with `super` and stay in its own module.
fn depth(file: &str) -> usize {
    file.trim_end_matches("/mod.rs").split('/').count() - 1
}

#[test]
fn no_module_reaches_another_through_super() {
    for (file, code) in sources() {
        let most = depth(&file);
        for chain in code.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':'))) {
            let supers = chain.split("::").take_while(|part| *part == "super").count();
            assert!(supers <= most, "{file}: {chain}");
        }
    }
}

#[test]
fn every_module_uses_only_what_it_may() {
    for (file, code) in sources() {
        let module = file.split('/').next().unwrap_or_default().trim_end_matches(".rs");
        if ["lib", "main"].contains(&module) {
            continue;
        }
        let may = MAY_USE.iter().find(|(name, _)| *name == module).unwrap_or_else(|| panic!("`{module}` is not in the table")).1;
        for name in used(&code) {
            let inside_world = module == "world" && name.starts_with("world");
            assert!(name == module || inside_world || may.contains(&name.as_str()), "{file} may not use `{name}`");
        }
    }
}

#[test]
fn the_table_names_no_module_that_is_gone() {
    let files = sources();
    for (module, _) in MAY_USE {
        assert!(files.keys().any(|f| f.starts_with(&format!("{module}/")) || *f == format!("{module}.rs")), "{module}");
    }
}

#[test]
fn only_the_disk_touches_files_clock_environment_and_processes() {
    for (file, code) in sources() {
        for (word, places) in ONLY_IN {
            let allowed = places.iter().any(|place| file.starts_with(place));
            assert!(allowed || !code.replace("gitignore::", "").contains(word), "{file} has `{word}`");
        }
    }
}

#[test]
fn the_parts_that_know_nothing_know_nothing() {
    for (file, code) in sources() {
        if file.starts_with("config/") {
            assert!(!code.contains("KINDS") && !code.contains("readmes"), "{file} knows a kind");
        }
        if file.starts_with("report/render/") {
            assert!(!code.contains("policy"), "{file} knows the policy");
        }
    }
}

#[test]
fn files_and_functions_stay_small() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in sources().keys() {
        let lines = fs::read_to_string(root.join(file)).unwrap().lines().count();
        assert!(lines <= 400, "{file} has {lines} lines");
    }
}

#[test]
fn a_first_line_says_what_a_file_is_for() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in sources().keys() {
        let text = fs::read_to_string(root.join(file)).unwrap();
        assert!(text.starts_with("//! "), "{file}");
    }
}
