//! What a manifest asks for by itself: whether there is anything that a lock would have to hold.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use toml::{Table, Value};

use super::package_json::unmarked;
use super::python::{name_of, normal};

/// What a manifest asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wants {
    /// These packages, by their names, as the manifest writes them; at least one.
    Packages(Vec<String>),
    /// None.
    Nothing,
    /// Why it cannot be told.
    CannotTell(String),
}

impl Wants {
    fn of(names: Vec<String>) -> Self {
        if names.is_empty() { Self::Nothing } else { Self::Packages(names) }
    }
}

/// A `package.json`: its own, optional and development dependencies. Peers are for whoever installs it.
pub(crate) fn package_json(text: &str) -> Wants {
    json(text, &["dependencies", "optionalDependencies", "devDependencies"], |_| true)
}

/// A `composer.json`: what it requires, PHP itself and its extensions aside.
pub(crate) fn composer_json(text: &str) -> Wants {
    json(text, &["require", "require-dev"], |name| name.contains('/'))
}

fn json(text: &str, lists: &[&str], counts: fn(&str) -> bool) -> Wants {
    let root: Json = match serde_json::from_str(unmarked(text)) {
        Ok(root) => root,
        Err(error) => return Wants::CannotTell(format!("it is no JSON: {error}")),
    };
    let mut names = Vec::new();
    for list in lists {
        match root.get(list) {
            None | Some(Json::Null) => {}
            Some(Json::Object(all)) => names.extend(all.keys().filter(|name| counts(name)).cloned()),
            // PHP writes an empty object as an empty list.
            Some(Json::Array(none)) if none.is_empty() => {}
            Some(_) => return Wants::CannotTell(format!("`{list}` is no object")),
        }
    }
    match root.is_object() {
        true => Wants::of(names),
        false => Wants::CannotTell("it is no JSON object".to_owned()),
    }
}

/// A `pyproject.toml`: the project's dependencies (PEP 621), its groups (PEP 735), and those of poetry and pdm.
pub(crate) fn pyproject(text: &str) -> Wants {
    let root = match table(text) {
        Ok(root) => root,
        Err(cannot) => return cannot,
    };
    let at = |path: &[&str]| lookup(&root, path);
    let tables = [
        &["project", "optional-dependencies"][..],
        &["dependency-groups"],
        &["tool", "poetry", "dependencies"],
        &["tool", "poetry", "group"],
    ];
    let shapes = must_be(&root, &["project", "dependencies"], Value::is_array);
    if let Err(cannot) = tables.iter().try_fold((), |(), path| must_be(&root, path, Value::is_table)).and(shapes) {
        return cannot;
    }
    let mut names = Vec::new();
    names.extend(at(&["project", "dependencies"]).into_iter().flat_map(strings));
    for groups in [&["project", "optional-dependencies"][..], &["dependency-groups"], &["tool", "pdm", "dev-dependencies"]] {
        let groups = at(groups).and_then(Value::as_table);
        names.extend(groups.into_iter().flat_map(Table::values).flat_map(strings));
    }
    names = names.iter().map(|wanted| name_of(wanted).to_owned()).collect();
    let poetry = |path: &[&str]| at(path).into_iter().flat_map(keys).filter(|name| name != "python").collect::<Vec<_>>();
    names.extend(poetry(&["tool", "poetry", "dependencies"]));
    names.extend(poetry(&["tool", "poetry", "dev-dependencies"]));
    let groups = at(&["tool", "poetry", "group"]).and_then(Value::as_table);
    names.extend(groups.into_iter().flat_map(Table::values).filter_map(|group| group.get("dependencies")).flat_map(keys));
    let dynamic: Vec<String> = at(&["project", "dynamic"]).into_iter().flat_map(strings).collect();
    match names.is_empty() && dynamic.iter().any(|field| field == "dependencies") {
        true => Wants::CannotTell("its dependencies are `dynamic`: the build works them out".to_owned()),
        false => Wants::of(names),
    }
}

/// The dependencies of `[project]` (PEP 621), a line each, as a requirements file would have them.
pub(crate) fn project_dependencies(text: &str) -> Result<String, String> {
    match table(text) {
        Ok(root) => Ok(lookup(&root, &["project", "dependencies"]).into_iter().flat_map(strings).map(|line| line + "\n").collect()),
        Err(Wants::CannotTell(why)) => Err(why),
        Err(Wants::Packages(_) | Wants::Nothing) => Ok(String::new()),
    }
}

/// A `Pipfile`: its packages in all categories.
pub(crate) fn pipfile(text: &str) -> Wants {
    let categories = |root: &Table| {
        let others = ["source", "requires", "pipenv", "scripts"];
        root.iter().filter(|(name, _)| !others.contains(&name.as_str())).flat_map(|(_, category)| keys(category)).collect()
    };
    table(text).map_or_else(|cannot| cannot, |root| Wants::of(categories(&root)))
}

/// A `Cargo.toml`: its dependencies for every target, for its build and its tests.
pub(crate) fn cargo_toml(text: &str) -> Wants {
    let lists = ["dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies"];
    let of = |table: &Table| lists.iter().filter_map(|list| table.get(*list)).flat_map(keys).collect::<Vec<_>>();
    let root = match table(text) {
        Ok(root) => root,
        Err(cannot) => return cannot,
    };
    if let Err(cannot) = lists.iter().try_fold((), |(), list| must_be(&root, &[list], Value::is_table)) {
        return cannot;
    }
    let targets = root.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flat_map(Table::values).filter_map(Value::as_table).flat_map(&of);
    Wants::of(of(&root).into_iter().chain(targets).collect())
}

/// A requirements file that locks are made from: its lines, options aside.
pub(crate) fn requirements(text: &str) -> Wants {
    let names = requirement_names(text);
    let takes_in = |line: &str| ["-r", "--requirement", "-e", "--editable"].iter().any(|option| line.trim_start().starts_with(option));
    match names.is_empty() && text.lines().any(takes_in) {
        true => Wants::CannotTell("it asks for what other files say".to_owned()),
        false => Wants::of(names),
    }
}

fn requirement_names(text: &str) -> Vec<String> {
    let lines = unmarked(text).lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', '-']));
    lines.map(|line| name_of(line).to_owned()).collect()
}

/// Whether each of these packages of Python is named in one of these requirements files.
pub(crate) fn are_named<'t>(names: &[String], texts: impl Iterator<Item = &'t str>) -> bool {
    let named: BTreeSet<String> = texts.flat_map(requirement_names).map(|name| normal(&name)).collect();
    names.iter().all(|name| named.contains(&normal(name)))
}

/// A `Gemfile`, which is code: its calls of `gem`, and what takes in others.
pub(crate) fn gemfile(text: &str) -> Wants {
    let calls = text.lines().map(str::trim_start).filter(|line| !line.starts_with('#'));
    let names = calls.flat_map(|line| line.split([';', '{'])).filter_map(|call| {
        let call = call.trim_start();
        let word = call.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
        let rest = call[word.len()..].trim_start_matches([' ', '(', '"', '\'']);
        match word {
            "gem" => Some(rest.split(['"', '\'', ',', ')', ' ']).next()?.to_owned()),
            "gemspec" | "eval_gemfile" => Some(word.to_owned()),
            _ => None,
        }
    });
    Wants::of(names.collect())
}

/// A `mix.exs`, which is code: its tuples that begin with a name, as dependencies are written.
pub(crate) fn mix_exs(text: &str) -> Wants {
    let code = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let names = code.flat_map(|line| line.split("{:").skip(1)).filter_map(|rest| {
        let (name, after) = rest.split_once(',')?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let is_dependency = after.trim_start().starts_with(['"', '~'])
            || ["git:", "github:", "path:", "in_umbrella:"].iter().any(|key| after.contains(key));
        (is_name && is_dependency).then(|| name.to_owned())
    });
    Wants::of(names.collect())
}

/// A `flake.nix`, which is code: whether it speaks of inputs.
pub(crate) fn flake_nix(text: &str) -> Wants {
    let code = text.lines().map(|line| line.split('#').next().unwrap_or(line));
    let speaks = code.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')).any(|word| word == "inputs");
    if speaks { Wants::Packages(vec!["inputs".to_owned()]) } else { Wants::Nothing }
}

/// A list of texts, or a table of them by name, that is something else says nothing of what is asked for.
fn must_be(root: &Table, path: &[&str], is: fn(&Value) -> bool) -> Result<(), Wants> {
    match lookup(root, path) {
        Some(value) if !is(value) => Err(Wants::CannotTell(format!("`{}` is {}", path.join("."), value.type_str()))),
        Some(_) | None => Ok(()),
    }
}

fn table(text: &str) -> Result<Table, Wants> {
    unmarked(text).parse().map_err(|error: toml::de::Error| Wants::CannotTell(format!("it is no TOML: {}", error.message())))
}

fn lookup<'t>(root: &'t Table, path: &[&str]) -> Option<&'t Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(root.get(*first)?, |value, key| value.get(key))
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn keys(list: &Value) -> Vec<String> {
    list.as_table().into_iter().flat_map(Table::keys).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(wants: Wants) -> String {
        match wants {
            Wants::Packages(names) => names.join(" "),
            Wants::Nothing => "-".to_owned(),
            Wants::CannotTell(why) => format!("? {why}"),
        }
    }

    #[test]
    fn a_manifest_asks_for_what_its_lists_name() {
        for (wants, says) in [
            (package_json(r#"{"dependencies":{"a":"1"},"devDependencies":{"b":"1"},"peerDependencies":{"c":"1"}}"#), "a b"),
            (package_json("{\"name\":\"x\"}"), "-"),
            (package_json("[]"), "? it is no JSON object"),
            (package_json("{\"dependencies\":[\"a\"]}"), "? `dependencies` is no object"),
            (composer_json(r#"{"require":{"php":">=8","ext-json":"*","a/b":"1"},"require-dev":[]}"#), "a/b"),
            (pyproject("[project]\ndependencies=[\"Foo[x]>=1\"]\n[dependency-groups]\ndev=[\"bar\",{include-group=\"x\"}]\n"), "Foo bar"),
            (pyproject("[tool.poetry.dependencies]\npython=\"^3\"\na=\"1\"\n[tool.poetry.group.dev.dependencies]\nb=\"1\"\n"), "a b"),
            (pyproject("[project]\ndynamic=[\"dependencies\"]\n"), "? its dependencies are `dynamic`: the build works them out"),
            (pyproject("[tool.ruff]\nline-length=1\n"), "-"),
            (pipfile("[[source]]\nurl=\"x\"\n[packages]\na=\"*\"\n[docs]\nb=\"*\"\n[requires]\npython_version=\"3\"\n"), "b a"),
            (cargo_toml("[dependencies]\na=\"1\"\n[target.'cfg(unix)'.dev-dependencies]\nb=\"1\"\n"), "a b"),
            (cargo_toml("[workspace.dependencies]\na=\"1\"\n"), "-"),
            (requirements("# x\n-r base.in\nfoo>=1\n"), "foo"),
            (
                gemfile("source \"x\"\n# gem \"no\"\ngem \"rails\", \"~> 7\"\ngroup(:test) { gem('rspec') }\ngemspec\n"),
                "rails rspec gemspec",
            ),
            (gemfile("ruby \"3.3\"\n"), "-"),
            (mix_exs("mod: {App, []}\n{:ok, x}\n# {:no, \"1\"}\n[{:jason, \"~> 1\"}, {:x, git: \"y\"}]\n"), "jason x"),
            (flake_nix("{ inputs.nixpkgs.url = \"x\"; }"), "inputs"),
            (flake_nix("{ outputs = { self }: { }; # inputs\n}"), "-"),
        ] {
            assert_eq!(names(wants), says);
        }
    }

    #[test]
    fn what_is_no_manifest_is_no_manifest_without_dependencies() {
        assert!([package_json, composer_json].iter().all(|wants| matches!(wants("{"), Wants::CannotTell(_))));
        assert!(matches!(pyproject("[project]\ndependencies = \"a\"\n"), Wants::CannotTell(_)));
        assert!(matches!(cargo_toml("dependencies = [\"a\"]\n"), Wants::CannotTell(_)));
        assert!(matches!(requirements("-r base.in\n"), Wants::CannotTell(_)));
        assert!([pyproject, pipfile, cargo_toml].iter().all(|wants| matches!(wants("= 1"), Wants::CannotTell(_))));
    }
}
