//! What locks are made from: by which names a manifest is known, what it asks for, and which locks would hold that.

use super::formats::split;
use crate::formats::lockfiles::wants::{self, Wants};

/// One sort of manifest.
pub(super) struct Manifest {
    is_one: fn(&str) -> bool,
    /// A lock of one of these ecosystems is of it.
    pub(super) ecosystems: &'static [&'static str],
    pub(super) wants: fn(&str) -> Wants,
    /// The locks that the usual tools would write beside it.
    pub(super) locks: &'static [&'static str],
    /// The command that makes one, in the folder of the manifest.
    pub(super) make: &'static str,
}

static MANIFESTS: &[Manifest] = &[
    Manifest {
        is_one: |name| name == "package.json",
        ecosystems: &["node"],
        wants: wants::package_json,
        locks: &["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"],
        make: "npm install --package-lock-only",
    },
    Manifest {
        is_one: |name| name == "pyproject.toml",
        ecosystems: &["python", "pylock", "requirements"],
        wants: wants::pyproject,
        locks: &["uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "requirements.txt", "requirements.lock"],
        make: "uv lock",
    },
    Manifest {
        is_one: |name| name == "Pipfile",
        ecosystems: &["python"],
        wants: wants::pipfile,
        locks: &["Pipfile.lock"],
        make: "pipenv lock",
    },
    Manifest {
        is_one: |name| name == "Cargo.toml",
        ecosystems: &["rust"],
        wants: wants::cargo_toml,
        locks: &["Cargo.lock"],
        make: "cargo generate-lockfile",
    },
    Manifest {
        is_one: |name| name == "Gemfile",
        ecosystems: &["ruby"],
        wants: wants::gemfile,
        locks: &["Gemfile.lock"],
        make: "bundle lock",
    },
    Manifest {
        is_one: |name| name == "composer.json",
        ecosystems: &["php"],
        wants: wants::composer_json,
        locks: &["composer.lock"],
        make: "composer update --no-install",
    },
    Manifest {
        is_one: |name| name == "mix.exs",
        ecosystems: &["elixir"],
        wants: wants::mix_exs,
        locks: &["mix.lock"],
        make: "mix deps.get",
    },
    Manifest {
        is_one: |name| name == "flake.nix",
        ecosystems: &["nix"],
        wants: wants::flake_nix,
        locks: &["flake.lock"],
        make: "nix flake lock",
    },
    Manifest {
        is_one: |name| name.starts_with("requirements") && name.ends_with(".in"),
        ecosystems: &["requirements"],
        wants: wants::requirements,
        locks: &["requirements.txt", "requirements.lock"],
        make: "pip-compile --generate-hashes",
    },
];

/// The sort of manifest that a path is, by its name alone. What lies in a folder of installed packages is theirs.
pub(super) fn manifest_of(path: &str) -> Option<&'static Manifest> {
    let path = split(path)?;
    MANIFESTS.iter().find(|manifest| (manifest.is_one)(path.name))
}

/// Whether the text of a lock names a member of its workspace: by its folder, as most tools do, or by its name, as Cargo does.
pub(super) fn names_member(lock: &str, folder: &str, manifest: &str) -> bool {
    let is_edge = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_' | b'.'));
    let names_folder = memchr::memmem::find_iter(lock.as_bytes(), folder).any(|at| {
        let bytes = lock.as_bytes();
        is_edge(at.checked_sub(1).and_then(|before| bytes.get(before))) && is_edge(bytes.get(at + folder.len()))
    });
    let package = manifest.lines().skip_while(|line| line.trim() != "[package]").find_map(|line| {
        let name = line.trim().strip_prefix("name")?.trim_start().strip_prefix('=')?;
        name.trim().strip_prefix('"')?.split('"').next()
    });
    names_folder
        || package
            .is_some_and(|name| lock.contains(&format!("\nname = \"{name}\"\n")) || lock.contains(&format!("\nname = \"{name}\"\r\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_names_the_members_of_its_workspace() {
        assert!(names_member("\"packages/a\": {", "packages/a", "{}"));
        assert!(names_member("  packages/a:\n", "packages/a", "{}"));
        assert!(names_member("source = { editable = \"./libs/a\" }", "libs/a", ""));
        assert!(names_member("version = 4\n\n[[package]]\nname = \"x\"\n", "crates/x", "[package]\nname = \"x\"\n"));
        for (lock, folder, manifest) in [
            ("\"packages/ab\": {", "packages/a", "{}"),
            ("my-packages/a", "packages/a", "{}"),
            ("\nname = \"xy\"\n", "crates/x", "[package]\nname = \"x\"\n"),
        ] {
            assert!(!names_member(lock, folder, manifest), "{lock}");
        }
    }
}
