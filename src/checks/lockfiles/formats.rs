//! The formats: by which names a lockfile is known, who reads it, and with which manifest it is compared.

use crate::formats::fault::Fault;
use crate::formats::lockfiles::project::{Compared, Project};
use crate::formats::lockfiles::{
    Lock, Sync, bun, cargo, composer, flake, gem, go, mix, npm, pdm, pipfile, pnpm, poetry, pylock, requirements, terraform, uv, wants,
    yarn,
};

/// One format of lockfiles.
pub(super) struct Format {
    /// As `gate lock status` calls it.
    pub(super) name: &'static str,
    /// Two locks of one ecosystem in a folder are one too many.
    pub(super) ecosystem: &'static str,
    is_lock: fn(&Path<'_>) -> bool,
    pub(super) reader: Reader,
    pub(super) manifest: Manifest,
}

/// How a format is read.
pub(super) enum Reader {
    Text(fn(&str) -> Result<Lock<'_>, Fault>),
    /// With the files that it includes.
    Requirements,
    /// go.mod, with the digests of the go.sum beside it.
    Go,
    /// It cannot be: why.
    Not(&'static str),
}

/// What a lock is made from, in the folder of the lock.
pub(super) enum Manifest {
    /// None that is known, or none that can be compared.
    None,
    One(&'static str, fn(&str, &str) -> Sync),
    /// With the manifests of the members of its workspace, and what else it names.
    Project(&'static str, fn(&str, &Project<'_>) -> Vec<Compared>),
    /// Every file beside the lock whose name ends so.
    Beside(&'static str, fn(&str, &Project<'_>) -> Vec<Compared>),
    /// `requirements.in`, or `requirements.txt` beside `requirements.lock`.
    OfRequirements,
}

/// A path in its parts.
pub(super) struct Path<'p> {
    folder: &'p str,
    pub(super) name: &'p str,
}

const fn text(
    (name, ecosystem): (&'static str, &'static str),
    is_lock: fn(&Path<'_>) -> bool,
    read: fn(&str) -> Result<Lock<'_>, Fault>,
    manifest: Manifest,
) -> Format {
    Format { name, ecosystem, is_lock, reader: Reader::Text(read), manifest }
}

pub(super) static FORMATS: &[Format] = &[
    Format {
        name: "requirements",
        ecosystem: "requirements",
        is_lock: is_requirements,
        reader: Reader::Requirements,
        manifest: Manifest::OfRequirements,
    },
    text(("pylock", "pylock"), is_pylock, pylock::read, Manifest::One("pyproject.toml", pylock::in_sync)),
    text(("uv", "python"), |path| path.name == "uv.lock", uv::read, Manifest::Project("pyproject.toml", uv::sync::in_sync)),
    text(("poetry", "python"), |path| path.name == "poetry.lock", poetry::read, Manifest::One("pyproject.toml", poetry::in_sync)),
    text(
        ("pdm", "python"),
        |path| path.name == "pdm.lock",
        pdm::read,
        Manifest::One("pyproject.toml", |lock, one| pdm::in_sync(lock, one, &[])),
    ),
    text(("pipfile", "python"), |path| path.name == "Pipfile.lock", pipfile::read, Manifest::One("Pipfile", pipfile::in_sync)),
    text(("cargo", "rust"), |path| path.name == "Cargo.lock", cargo::read, Manifest::Project("Cargo.toml", cargo::sync::in_sync)),
    text(("npm", "node"), is_npm, npm::read, Manifest::Project("package.json", npm::sync::in_sync)),
    text(("yarn", "node"), |path| path.name == "yarn.lock", yarn::read, Manifest::Project("package.json", yarn::in_sync)),
    text(("pnpm", "node"), |path| path.name == "pnpm-lock.yaml", pnpm::read, Manifest::Project("package.json", pnpm::sync::in_sync)),
    text(("bun", "node"), |path| path.name == "bun.lock", bun::read, Manifest::Project("package.json", bun::sync::in_sync)),
    Format {
        name: "bun.lockb",
        ecosystem: "node",
        is_lock: |path| path.name == "bun.lockb",
        reader: Reader::Not("is binary, so nobody can review it"),
        manifest: Manifest::None,
    },
    Format {
        name: "go",
        ecosystem: "go",
        is_lock: |path| path.name == "go.mod",
        reader: Reader::Go,
        manifest: Manifest::Project("go.mod", go::in_sync),
    },
    text(("go.sum", "go"), |path| matches!(path.name, "go.sum" | "go.work.sum"), go::read_sums, Manifest::None),
    text(("bundler", "ruby"), |path| path.name == "Gemfile.lock", gem::read, Manifest::One("Gemfile", gem::sync::in_sync)),
    text(("composer", "php"), |path| path.name == "composer.lock", composer::read, Manifest::One("composer.json", composer::in_sync)),
    text(("mix", "elixir"), |path| path.name == "mix.lock", mix::read, Manifest::One("mix.exs", mix::in_sync)),
    text(
        ("flake", "nix"),
        |path| path.name == "flake.lock",
        flake::read,
        Manifest::One("flake.nix", |_, _| Sync::CannotTell("flake.nix is code of Nix, and would have to be run".to_owned())),
    ),
    text(
        ("terraform", "terraform"),
        |path| path.name == ".terraform.lock.hcl",
        terraform::read,
        Manifest::Beside(".tf", terraform::sync::in_sync),
    ),
];

/// `requirements*.txt`, `requirements*.lock`, `*-requirements.txt`, and what lies in a folder `requirements`.
fn is_requirements(path: &Path<'_>) -> bool {
    let Some((stem, suffix)) = path.name.rsplit_once('.') else { return false };
    let in_folder = path.folder.rsplit('/').next() == Some("requirements");
    let named = stem.starts_with("requirements") || stem.ends_with("-requirements") || stem.ends_with("_requirements") || in_folder;
    named && matches!(suffix, "txt" | "lock")
}

/// `pylock.toml`, or `pylock.NAME.toml` (PEP 751).
fn is_pylock(path: &Path<'_>) -> bool {
    let name = path.name.strip_prefix("pylock.").and_then(|rest| rest.strip_suffix("toml"));
    name.is_some_and(|name| name.is_empty() || (name.matches('.').count() == 1 && name.ends_with('.') && name.len() > 1))
}

fn is_npm(path: &Path<'_>) -> bool {
    matches!(path.name, "package-lock.json" | "npm-shrinkwrap.json")
}

/// A path in its parts; `None` for what lies in a folder of installed packages, which is theirs.
pub(super) fn split(path: &str) -> Option<Path<'_>> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_theirs = folder.split('/').any(|part| matches!(part, "node_modules" | "vendor" | "site-packages"));
    (!is_theirs).then_some(Path { folder, name })
}

/// The format of a file, by its name alone.
pub(super) fn format_of(path: &str) -> Option<&'static Format> {
    let path = split(path)?;
    FORMATS.iter().find(|format| (format.is_lock)(&path))
}

/// Compares a requirements lock with what it was made from: another requirements file, or a pyproject.toml.
pub(super) fn compare_requirements(lock: &str, (name, manifest): (&str, &str), open: &dyn Fn(&str) -> Result<String, String>) -> Sync {
    if !name.ends_with(PYPROJECT) {
        return requirements::in_sync(lock, (name, manifest), open);
    }
    match wants::project_dependencies(manifest) {
        Ok(lines) if lines.is_empty() => Sync::Yes,
        Ok(lines) => requirements::in_sync(lock, (name, &lines), open),
        Err(why) => Sync::CannotTell(why),
    }
}

/// The manifest of a Python project.
pub(super) const PYPROJECT: &str = "pyproject.toml";

/// Reads a requirements file with what it includes.
pub(super) fn read_requirements<'t>(path: &str, open: requirements::Open<'_, 't>) -> Result<Vec<(String, Lock<'t>)>, (String, Fault)> {
    requirements::read_all(path, open)
}

/// Reads a go.mod with its go.sum; the fault says of which it is.
pub(super) fn read_go<'t>(module: &'t str, sums: &str) -> Result<Lock<'t>, (GoFile, Fault)> {
    let known = go::Sums::read(sums).map_err(|fault| (GoFile::Sum, fault))?;
    let mut lock = go::read(module, &known).map_err(|fault| (GoFile::Mod, fault))?;
    lock.remarks.join(known.remarks);
    Ok(lock)
}

/// One of the two files that Go locks with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GoFile {
    Mod,
    Sum,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lockfile_is_known_by_its_name() {
        for (path, name) in [
            ("requirements.txt", Some("requirements")),
            ("a/requirements-dev.lock", Some("requirements")),
            ("requirements/base.txt", Some("requirements")),
            ("pylock.toml", Some("pylock")),
            ("pylock.dev.toml", Some("pylock")),
            ("pylock.a.b.toml", None),
            ("pylocktoml", None),
            ("a/package-lock.json", Some("npm")),
            ("node_modules/x/package-lock.json", None),
            ("go.mod", Some("go")),
            ("requirements.in", None),
            ("requirements.md", None),
        ] {
            assert_eq!(format_of(path).map(|format| format.name), name, "{path}");
        }
    }
}
