//! The best candidate for the smoke command.

use super::seen::Seen;
use crate::formats::recipes;
use crate::shown::shown;

/// A command, and where it was found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Smoke {
    pub(crate) words: Vec<String>,
    pub(crate) found: String,
}

/// What npm writes where there is no test.
const NO_TEST: &str = "no test specified";
/// Folders in which a script of that name is looked for.
const SCRIPTS: [&str; 6] = ["", "bin/", "ci/", "scripts/", "script/", "tools/"];

fn smoke(words: &[&str], found: impl Into<String>) -> Option<Smoke> {
    Some(Smoke { words: words.iter().map(|word| (*word).to_owned()).collect(), found: found.into() })
}

/// A target `smoke`, a script of that name, a target `test`, then what the language runs its tests with.
pub(super) fn find(seen: &mut Seen<'_>) -> Option<Smoke> {
    let named = named(seen);
    let target = |name: &str| named.iter().find(|(target, _)| target == name);
    let take = |(_, smoke): &(String, Smoke)| Smoke { words: smoke.words.clone(), found: smoke.found.clone() };
    if let Some(found) = target("smoke") {
        return Some(take(found));
    }
    script(seen).or_else(|| target("test").map(take)).or_else(|| of_language(seen))
}

/// Every command that has a name here.
fn named(seen: &mut Seen<'_>) -> Vec<(String, Smoke)> {
    let mut named = Vec::new();
    let mut add = |names: Vec<String>, tool: &str, file: &str| {
        named.extend(names.into_iter().filter_map(|name| {
            let found = smoke(&[tool, &name], format!("target `{}` of {file}", shown(&name)))?;
            Some((name, found))
        }));
    };
    for file in ["GNUmakefile", "makefile", "Makefile"] {
        if let Some(text) = seen.has(file).then(|| seen.text(file)).flatten() {
            add(recipes::makefile(&text).into_iter().map(str::to_owned).collect(), "make", file);
        }
    }
    for file in ["justfile", "Justfile", ".justfile"] {
        if let Some(text) = seen.has(file).then(|| seen.text(file)).flatten() {
            add(recipes::justfile(&text).into_iter().map(str::to_owned).collect(), "just", file);
        }
    }
    if let Some(text) = seen.has("package.json").then(|| seen.text("package.json")).flatten() {
        named.extend(scripts(&text, seen));
    }
    named
}

fn scripts(text: &str, seen: &mut Seen<'_>) -> Vec<(String, Smoke)> {
    let scripts = match recipes::package_json(text) {
        Ok(scripts) => scripts,
        Err(why) => {
            seen.note(format!("`package.json` was not understood: {}", shown(&why)));
            return Vec::new();
        }
    };
    let tools = [("pnpm-lock.yaml", "pnpm"), ("yarn.lock", "yarn"), ("bun.lock", "bun")];
    let tool = tools.iter().find(|(lock, _)| seen.has(lock)).map_or("npm", |(_, tool)| tool);
    let real = scripts.into_iter().filter(|(_, command)| !command.contains(NO_TEST));
    real.filter_map(|(name, _)| {
        let found = smoke(&[tool, "run", &name], format!("script `{}` of package.json", shown(&name)))?;
        Some((name, found))
    })
    .collect()
}

fn script(seen: &Seen<'_>) -> Option<Smoke> {
    let kinds: [(&str, &[&str]); 4] = [(".sh", &["sh"]), (".py", &["python3"]), (".js", &["node"]), ("", &[])];
    for folder in SCRIPTS {
        for (suffix, with) in kinds {
            for name in ["smoke", "smoke_test", "smoke-test", "smoke/run"] {
                let path = format!("{folder}{name}{suffix}");
                if seen.has(&path) {
                    // Without its folder the word would be looked for on PATH.
                    let word = if with.is_empty() && folder.is_empty() { format!("./{path}") } else { path.clone() };
                    return smoke(&[with, &[word.as_str()]].concat(), format!("the file {path}"));
                }
            }
        }
    }
    None
}

/// How a language runs its tests, where that is one command.
fn of_language(seen: &mut Seen<'_>) -> Option<Smoke> {
    if let Some(text) = seen.has("Cargo.toml").then(|| seen.text("Cargo.toml")).flatten() {
        let mut words = vec!["cargo", "test"];
        words.extend(text.contains("[workspace").then_some("--workspace"));
        // Else the run may change the lock that it is bound to.
        words.extend(seen.has("Cargo.lock").then_some("--locked"));
        return smoke(&words, "how Cargo runs tests");
    }
    if seen.has("go.mod") {
        return smoke(&["go", "test", "./..."], "how Go runs tests");
    }
    if seen.has("mix.exs") {
        return smoke(&["mix", "test"], "how Mix runs tests");
    }
    let pytest = seen.has("pytest.ini") || (seen.has("pyproject.toml") && seen.text("pyproject.toml")?.contains("pytest"));
    if pytest { smoke(&["pytest"], "pytest is set up here") } else { None }
}
