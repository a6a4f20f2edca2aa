//! The best candidate for the smoke command.

use super::seen::Seen;
use crate::formats::recipes;
use crate::shown::shown;

/// A command, and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Smoke {
    pub(crate) words: Vec<String>,
    pub(crate) found: String,
}

/// What npm writes where there is no test.
const NO_TEST: &str = "no test specified";
/// Folders in which a script of that name is looked for.
const SCRIPTS: [&str; 6] = ["", "bin/", "ci/", "scripts/", "script/", "tools/"];
/// Scripts by their suffixes, with what runs one that does not say it itself.
const SUFFIXES: [(&str, Option<&str>); 4] = [(".sh", Some("sh")), (".py", Some("python3")), (".js", Some("node")), ("", None)];

fn smoke(words: &[&str], found: impl Into<String>) -> Smoke {
    Smoke { words: words.iter().map(|word| (*word).to_owned()).collect(), found: found.into() }
}

/// A target `smoke`, a script of that name, a target `test`, then what the language runs its tests with.
pub(super) fn find(seen: &mut Seen<'_>) -> Option<Smoke> {
    let named = named(seen);
    let target = |name: &str| named.iter().find(|(target, _)| target == name).map(|(_, smoke)| smoke.clone());
    target("smoke").or_else(|| script(seen)).or_else(|| target("test")).or_else(|| of_language(seen))
}

/// Every command that has a name here.
fn named(seen: &mut Seen<'_>) -> Vec<(String, Smoke)> {
    let mut named = Vec::new();
    let mut add = |names: Vec<&str>, tool: &str, file: &str| {
        let found = |name: &str| smoke(&[tool, name], format!("target `{}` of {file}", shown(name)));
        named.extend(names.into_iter().map(|name| (name.to_owned(), found(name))));
    };
    // make reads the first of these that is there, and no other.
    let makefile = ["GNUmakefile", "makefile", "Makefile"].into_iter().find(|file| seen.has(file));
    if let Some((file, text)) = makefile.and_then(|file| Some((file, seen.text(file)?))) {
        add(recipes::makefile(&text), "make", file);
    }
    for file in ["justfile", "Justfile", ".justfile"] {
        if let Some(text) = seen.has(file).then(|| seen.text(file)).flatten() {
            add(recipes::justfile(&text), "just", file);
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
    let found = |name: &str| smoke(&[tool, "run", name], format!("script `{}` of package.json", shown(name)));
    real.map(|(name, _)| (name.clone(), found(&name))).collect()
}

/// A script; its first line says what runs it, else its suffix. One with neither is not taken for a script.
fn script(seen: &mut Seen<'_>) -> Option<Smoke> {
    for folder in SCRIPTS {
        for (suffix, usual) in SUFFIXES {
            for name in ["smoke", "smoke_test", "smoke-test", "smoke/run"] {
                let path = format!("{folder}{name}{suffix}");
                let Some(text) = seen.has(&path).then(|| seen.text(&path)).flatten() else { continue };
                let with = interpreter(&text).or_else(|| usual.map(|usual| vec![usual]));
                if let Some(with) = with {
                    return Some(smoke(&[&with[..], &[path.as_str()]].concat(), format!("the file {path}")));
                }
            }
        }
    }
    None
}

/// What the first line of a script has it run by. In its usual place it is called by its name, which is looked for on PATH.
fn interpreter(text: &str) -> Option<Vec<&str>> {
    let line = text.strip_prefix("#!")?.lines().next()?.trim();
    let (program, rest) = line.split_once([' ', '\t']).map_or((line, ""), |(program, rest)| (program, rest.trim()));
    let name =
        |path| ["/bin/", "/usr/bin/", "/usr/local/bin/"].into_iter().find_map(|folder| str::strip_prefix(path, folder)).unwrap_or(path);
    let mut words = if name(program) == "env" { Vec::new() } else { vec![name(program)] };
    match words.is_empty() {
        // `env -S` takes the words apart, `env` takes one.
        true => words.extend(rest.strip_prefix("-S").unwrap_or(rest).split_whitespace()),
        // The system hands over all that follows as one word.
        false => words.extend(Some(rest).filter(|rest| !rest.is_empty())),
    }
    words.first().is_some_and(|first| !first.is_empty() && !first.starts_with('-') && !first.contains('=')).then_some(words)
}

/// How a language runs its tests, where that is one command.
fn of_language(seen: &mut Seen<'_>) -> Option<Smoke> {
    if let Some(text) = seen.has("Cargo.toml").then(|| seen.text("Cargo.toml")).flatten() {
        let mut words = vec!["cargo", "test"];
        words.extend(text.contains("[workspace").then_some("--workspace"));
        // Else the run may change the lock that it is bound to.
        words.extend(seen.has("Cargo.lock").then_some("--locked"));
        return Some(smoke(&words, "how Cargo runs tests"));
    }
    if seen.has("go.mod") {
        return Some(smoke(&["go", "test", "./..."], "how Go runs tests"));
    }
    if seen.has("mix.exs") {
        return Some(smoke(&["mix", "test"], "how Mix runs tests"));
    }
    let pytest = seen.has("pytest.ini") || (seen.has("pyproject.toml") && seen.text("pyproject.toml")?.contains("pytest"));
    pytest.then(|| smoke(&["pytest"], "pytest is set up here"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Sample;
    use crate::world::Cx;
    use crate::world::fake::Fake;

    fn found(files: &[(&str, Sample)]) -> Option<String> {
        let world = Fake::new(files);
        find(&mut Seen::look(Cx::new(&world)).unwrap()).map(|smoke| smoke.words.join(" "))
    }

    #[test]
    fn the_first_line_of_a_script_says_what_runs_it() {
        for (path, line, words) in [
            ("smoke.sh", "#!/usr/bin/env bash", Some("bash smoke.sh")),
            ("ci/smoke.sh", "#!/bin/bash -eu", Some("bash -eu ci/smoke.sh")),
            ("smoke.sh", "#! /bin/sh", Some("sh smoke.sh")),
            ("smoke.sh", "true", Some("sh smoke.sh")),
            ("smoke.py", "#!/usr/bin/env -S python3 -u", Some("python3 -u smoke.py")),
            ("smoke.py", "import os", Some("python3 smoke.py")),
            ("smoke.js", "", Some("node smoke.js")),
            ("scripts/smoke", "#!/usr/bin/env node", Some("node scripts/smoke")),
            ("bin/smoke", "#!/opt/py/bin/python", Some("/opt/py/bin/python bin/smoke")),
            ("bin/smoke", "no script", None),
            ("bin/smoke", "#!/usr/bin/env -i sh", None),
            ("bin/smoke", "#!", None),
        ] {
            assert_eq!(found(&[(path, Sample::Text(line))]).as_deref(), words, "{path}: {line}");
        }
        assert_eq!(found(&[("bin/smoke", Sample::Bytes(b"\x7fELF\xff"))]), None);
    }

    #[test]
    fn make_reads_the_first_makefile_alone() {
        let of = |text| Sample::Text(text);
        assert_eq!(found(&[("GNUmakefile", of("all:\n")), ("Makefile", of("smoke:\n"))]), None);
        assert_eq!(found(&[("makefile", of("smoke:\n")), ("Makefile", of("test:\n"))]).as_deref(), Some("make smoke"));
    }
}
