//! What is installed: gate itself, git, and the other tools that the project calls for.

use super::Seen;
use super::line::Line;
use super::project::Project;
use crate::hook::Owner;
use crate::run::Source;
use crate::shown::{shell_word, shown};
use crate::world::disk::{Found, OLDEST_GIT, find_program, is_same_file, look_for_program, own_program};

/// gate, and whether the `gate` on PATH, which the pre-push hook calls, is the same file.
pub(super) fn gate(seen: &Seen<'_>) -> Line {
    let version = env!("CARGO_PKG_VERSION");
    let own = own_program();
    let path = own.as_ref().map(|own| shown(&own.to_string_lossy()));
    let folder = own.as_ref().and_then(|own| own.parent()).map(|folder| shell_word(&folder.to_string_lossy()));
    let put_on_path = folder.map(|folder| format!("export PATH={folder}:\"$PATH\""));
    let here = match look_for_program("gate", &seen.place.root) {
        Ok(Found::Here(here)) => here,
        Ok(Found::Nowhere | Found::NotExecutable) if seen.hook_works() => {
            let says = format!("{version}, not on PATH, where the hook calls it: pushes are refused");
            return Line::wrong("gate", says).path(path).fix_if(put_on_path);
        }
        Ok(Found::Nowhere | Found::NotExecutable) => {
            return Line::advice("gate", format!("{version}, not on PATH, where a hook would call it")).path(path).fix_if(put_on_path);
        }
        Err(error) => return Line::unseen("gate", format!("{version}; `gate` on PATH cannot be looked for: {error}")).path(path),
    };
    let name = shown(&here.to_string_lossy());
    match own.as_deref().map(|own| is_same_file(own, &here)) {
        None => Line::unseen("gate", format!("{version}; where this very program lies cannot be told")),
        Some(Ok(true)) => Line::fine("gate", version).path(path),
        Some(Ok(false)) => Line::advice("gate", format!("{version}; the hook would call another, `{name}`")).path(path).fix_if(put_on_path),
        Some(Err(error)) => {
            Line::unseen("gate", format!("{version}; whether `{name}` on PATH is this very program cannot be told: {error}")).path(path)
        }
    }
}

pub(super) fn git(seen: &Seen<'_>) -> Line {
    let (major, minor) = OLDEST_GIT;
    let install = format!("install git {major}.{minor} or newer");
    let found = find_program("git", &seen.place.root);
    let path = found.as_ref().map(|found| shown(&found.to_string_lossy()));
    match (&seen.git, found) {
        (Err(_) | Ok(None), None) => Line::wrong("git", "not found on PATH").fix(install),
        (Err(error), Some(_)) => Line::unseen("git", error.to_string()).path(path).fix("git version"),
        (Ok(None), Some(_)) => Line::unseen("git", "does not say its version").path(path).fix("git version"),
        (Ok(Some(version)), _) => match numbers(version) {
            None => Line::unseen("git", format!("`{version}` is no version that gate can read")).path(path),
            Some(numbers) if numbers < OLDEST_GIT => Line::wrong("git", format!("{version} is too old")).path(path).fix(install),
            Some(_) => Line::fine("git", version).path(path),
        },
    }
}

/// Major and minor number of a version, as `2.39.3 (Apple Git-146)`.
pub(super) fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split(['.', ' ']);
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// The tools beside git that the project calls for. gate starts none of them.
pub(super) fn tools(project: &Project, seen: &Seen<'_>) -> Option<Line> {
    let data = project.settings().and_then(|settings| match settings.data.source {
        Source::Dvc { .. } => Some(("dvc", "only it fetches the data")),
        Source::Lfs(_) => Some(("git-lfs", "only it fetches the data")),
        Source::Path(_) | Source::Manifest(_) | Source::Id(_) | Source::None(_) => None,
    });
    let owner = if let Some(Ok((hooks, _))) = &seen.hooks { Some(hooks.owner) } else { None };
    let hooks = owner.and_then(|owner| match owner {
        Owner::PreCommit | Owner::Prek | Owner::Lefthook => Some((owner.name(), "the hooks here are its own")),
        // What husky has git run is plain shell.
        Owner::User | Owner::Husky => None,
    });
    let wanted: Vec<(&str, &str)> = data.into_iter().chain(hooks).collect();
    let (here, gone): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|(name, _)| find_program(name, &seen.place.root).is_some());
    let here: Vec<String> = here.iter().map(|(name, _)| format!("`{name}` found")).collect();
    let missing: Vec<String> = gone.iter().map(|(name, why)| format!("`{name}` is not on PATH, and {why}")).collect();
    let says = [here, missing].concat().join(" · ");
    match (says.is_empty(), gone.first()) {
        (true, _) => None,
        (false, None) => Some(Line::fine("tools", says)),
        (false, Some((name, _))) => Some(Line::advice("tools", says).fix(format!("install {name}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_the_makers_of_git_write_them() {
        assert_eq!(["2.47.3", "2.39.3 (Apple Git-146)", "2.30.GIT"].map(numbers), [Some((2, 47)), Some((2, 39)), Some((2, 30))]);
        assert_eq!(["", "x", "2", "2.x"].map(numbers), [None; 4]);
        assert!(numbers("2.9.5") < Some(OLDEST_GIT) && numbers("10.0") > Some(OLDEST_GIT));
    }
}
