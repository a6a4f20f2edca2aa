//! The branch that a workflow promotes.

use crate::world::{Cx, MainBranch};

/// The repository's main branch; unknown also where git does not answer, or where the name cannot stand in a workflow as it is.
pub(super) fn main_branch(cx: &Cx<'_>) -> MainBranch {
    let plain = |name: &str| {
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
        name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(known)
    };
    match cx.history().main_branch() {
        Ok(MainBranch::Named(name)) if plain(&name) => MainBranch::Named(name),
        Ok(MainBranch::CheckedOut(name)) if plain(&name) => MainBranch::CheckedOut(name),
        Ok(MainBranch::Named(_) | MainBranch::CheckedOut(_) | MainBranch::Unknown) | Err(_) => MainBranch::Unknown,
    }
}
