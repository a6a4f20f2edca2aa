//! pip, and `uv pip`: what a requirements file or a project asks for is resolved anew, unless it is a lock.

use super::arguments::Arguments;
use super::conditions::{any_set, joined, obeys};
use super::{Does, Lock, Past, Setting, Sought};
use crate::pipeline::known::{Words, program};

pub(super) const VARIABLES: &[&str] = &["PIP_REQUIRE_HASHES", "PIP_NO_DEPS", "PIP_CONSTRAINT", "UV_CONSTRAINT", "UV_REQUIRE_HASHES"];

const VALUED: &[&str] = &[
    "-r",
    "--requirement",
    "--requirements",
    "-c",
    "--constraint",
    "--constraints",
    "-e",
    "--editable",
    "-t",
    "--target",
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "--python-version",
    "--platform",
    "--prefix",
    "--root",
    "--src",
    "--group",
    "--extra",
    "--no-binary",
    "--only-binary",
    "--report",
    "--python",
    "-p",
    "--progress-bar",
    "--log",
    "--proxy",
    "--retries",
    "--timeout",
    "--exists-action",
    "--trusted-host",
    "--cert",
    "--cache-dir",
    "--upgrade-strategy",
    "--implementation",
    "--abi",
    "-C",
    "--config-settings",
    "--use-feature",
    "--index-strategy",
    "--default-index",
    "--index",
    "--overrides",
    "--override",
    "--excludes",
    "--build-constraints",
];

/// All formats that a `pip install` can pass by.
pub(super) const FORMATS: &[&str] = &["requirements", "uv", "poetry", "pdm", "pipfile", "pylock"];
/// The formats that lock a whole project, the surest first.
const PROJECTS: &[&str] = &["uv", "poetry", "pdm", "pipfile", "pylock"];
const MANIFESTS: &[&str] = &["pyproject.toml", "setup.py", "setup.cfg", "Pipfile"];

/// The arguments of `pip install`; none: it is another command.
pub(super) fn command(words: &Words) -> Option<Arguments<'_>> {
    let name = program(words)?;
    let word = |at: usize| words.get(at).and_then(Option::as_deref);
    let is_pip = |name: &str| name.strip_prefix("pip").is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'));
    let is_python = name.strip_prefix("python").is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'));
    let rest = if is_pip(name) {
        words.get(1..)?
    } else if is_python && word(1) == Some("-m") && word(2).is_some_and(is_pip) {
        words.get(3..)?
    } else if name == "uv" && word(1) == Some("pip") {
        words.get(2..)?
    } else {
        return None;
    };
    let arguments = Arguments::of(rest, VALUED, &[]);
    (arguments.operands.first() == Some(&"install")).then_some(arguments)
}

/// How a `pip install` goes past a lock.
pub(super) fn past(arguments: Arguments<'_>, setting: &Setting<'_>) -> Option<Past> {
    let set = any_set(VARIABLES, setting);
    let is_constrained = !arguments.values("--constraint", "-c").is_empty() || arguments.has("--constraints");
    let holds = obeys(&["--require-hashes", "--no-deps", "--dry-run"], &arguments) || is_constrained;
    if holds || set == Some(true) || arguments.asks_for_help() {
        return None;
    }
    let files = requirement_files(&arguments);
    let anew = files.iter().find_map(|file| of_file(file, setting));
    let (lock, instead) = match anew {
        Some(found) => found,
        None => of_project(&arguments, &files, setting)?,
    };
    let doubt = match set {
        None => Some("a variable that would say so is not known"),
        Some(_) if arguments.unknown > 0 => Some("a word of it is not known"),
        Some(_) => None,
    };
    Some(Past { lock, does: Does::Ignores, instead, doubt, settles_later: false })
}

fn requirement_files<'w>(arguments: &Arguments<'w>) -> Vec<&'w str> {
    let mut files = arguments.values("--requirement", "-r");
    files.extend(arguments.values("--requirements", "--requirements"));
    files
}

/// The lock that a requirements file passes by, and the command that would ask it.
fn of_file(file: &str, setting: &Setting<'_>) -> Option<(String, String)> {
    let repository = setting.repository;
    let path = match setting.folder {
        Some(folder) => path_in(folder, file)?,
        None => file.trim_start_matches("./").to_owned(),
    };
    // What is not in the repository was made by the job itself, from a lock perhaps.
    if (repository.is_lock)(&path) || (repository.text)(&path).is_none() {
        return None;
    }
    let stem = path.rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem);
    let written = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let beside = ["lock", "txt"].into_iter().find(|suffix| (repository.is_lock)(&format!("{stem}.{suffix}")));
    if let Some(suffix) = beside {
        return Some((format!("{stem}.{suffix}"), format!("pip install -r {written}.{suffix}")));
    }
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let lock = (repository.lock)(&Sought { formats: PROJECTS, manifests: MANIFESTS, folder: Some(folder) })?;
    let instead = instead_of(&lock);
    Some((lock.path, instead))
}

/// The lock that the installation of the project itself passes by.
fn of_project(arguments: &Arguments<'_>, files: &[&str], setting: &Setting<'_>) -> Option<(String, String)> {
    let editable = arguments.values("--editable", "-e");
    let local = |operand: &&&str| operand.starts_with('.') && !operand.ends_with(".whl") && !operand.ends_with(".gz");
    let folders: Vec<&str> = editable.iter().chain(arguments.operands.iter().skip(1)).filter(local).copied().collect();
    let folder = folders.first()?.split('[').next().unwrap_or_default();
    // What a lock has put there already is not resolved again.
    if !files.is_empty() || setting.before.iter().any(|before| installs_files(before)) {
        return None;
    }
    let folder = setting.folder.and_then(|here| joined(here, folder));
    let sought = Sought { formats: PROJECTS, manifests: MANIFESTS, folder: folder.as_deref() };
    if let Some(lock) = (setting.repository.lock)(&sought) {
        let instead = instead_of(&lock);
        return Some((lock.path, instead));
    }
    let folder = folder?;
    let named = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let name = ["requirements.lock", "requirements.txt"].into_iter().find(|name| (setting.repository.is_lock)(&named(name)))?;
    Some((named(name), format!("pip install -r {name} && pip install --no-deps .")))
}

/// Whether an earlier command installed from files, or from the lock of the project.
fn installs_files(words: &Words) -> bool {
    let by_pip = command(words).is_some_and(|arguments| !requirement_files(&arguments).is_empty());
    let word = |at: usize| words.get(at).and_then(Option::as_deref);
    by_pip
        || matches!(
            (program(words), word(1)),
            (Some("pip-sync"), _) | (Some("uv" | "pdm" | "pipenv"), Some("sync")) | (Some("poetry"), Some("install" | "sync"))
        )
        || (program(words) == Some("uv") && word(1) == Some("pip") && word(2) == Some("sync"))
}

fn path_in(folder: &str, file: &str) -> Option<String> {
    let (above, name) = file.rsplit_once('/').unwrap_or(("", file));
    let folder = joined(folder, above)?;
    Some(if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") })
}

/// The command that installs from a lock of a project.
fn instead_of(lock: &Lock) -> String {
    let name = lock.path.rsplit('/').next().unwrap_or(&lock.path);
    match lock.format.as_str() {
        "uv" => "uv sync --locked".to_owned(),
        "poetry" => "poetry install".to_owned(),
        "pdm" => "pdm sync".to_owned(),
        "pipfile" => "pipenv install --deploy".to_owned(),
        _ => format!("uv pip sync {name}"),
    }
}
