//! Names that have to be of a form: identifiers, and what `uses:` points to.

/// GitHub's limit.
const LONGEST_ID: usize = 99;

/// Why a text is no identifier of a job or a step.
pub(super) fn wrong_id(id: &str) -> Option<&'static str> {
    let begins = id.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !begins || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
        return Some("an identifier begins with a letter or `_`, and has only letters, digits, `_` and `-`");
    }
    if id.len() > LONGEST_ID {
        return Some("an identifier has less than 100 characters");
    }
    id.starts_with("__").then_some("identifiers that begin with `__` are GitHub's own")
}

/// Why a text names no action.
pub(super) fn wrong_action(uses: &str) -> Option<&'static str> {
    if let Some(image) = uses.strip_prefix("docker://") {
        return image.is_empty().then_some("the image is missing");
    }
    if ["./", ".\\", "$/"].iter().any(|own| uses.starts_with(own)) {
        return None;
    }
    let form = Some("`owner/repository@ref`, `owner/repository/path@ref`, `./path` or `docker://image` is expected");
    match uses.split_once('@') {
        Some((path, at)) => {
            let parts = path.split(['/', '\\']).filter(|part| !part.is_empty()).count();
            if parts < 2 || path.starts_with(['/', '\\']) || at.is_empty() || at.contains('@') { form } else { None }
        }
        None => form,
    }
}

/// Why a text names no workflow that a job can call.
pub(super) fn wrong_workflow(uses: &str) -> Option<&'static str> {
    let form = Some("`./.github/workflows/name.yml` or `owner/repository/.github/workflows/name.yml@ref` is expected");
    let path =
        if uses.starts_with("./") { Some(uses) } else { uses.split_once('@').filter(|(_, at)| !at.is_empty()).map(|(path, _)| path) };
    let Some((before, name)) = path.and_then(|path| path.split_once("/.github/workflows/")) else { return form };
    let owner = before == "."
        || matches!(before.split_once('/'), Some((owner, name)) if !owner.is_empty() && !name.is_empty() && !name.contains('/'));
    let is_name = !name.contains(['/', '@']) && (name.ends_with(".yml") || name.ends_with(".yaml"));
    if owner && is_name { None } else { form }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_of_ascii() {
        assert!(["a", "_a", "A-1", "a_b", &"x".repeat(99)].iter().all(|id| wrong_id(id).is_none()));
        assert!(["", "1", "-a", "a b", "é", "a.b", "__a", &"x".repeat(100)].iter().all(|id| wrong_id(id).is_some()));
    }

    #[test]
    fn what_is_used_has_a_version_or_a_path() {
        assert!(["a/b@c", "a/b/c/d@v1", "./x", "./", "docker://x:1", "$/x"].iter().all(|uses| wrong_action(uses).is_none()));
        assert!(["a", "a/b", "a@b", "a/b@", "a/b@c@d", "/a/b@c", "../x", "docker://"].iter().all(|uses| wrong_action(uses).is_some()));
        assert!(["./.github/workflows/x.yml", "a/b/.github/workflows/x.yaml@c"].iter().all(|uses| wrong_workflow(uses).is_none()));
        let wrong = [
            "./x.yml",
            "./.github/workflows/x.yml@a",
            "a/b/.github/workflows/x.yml",
            "a/b@c",
            "./.github/workflows/a/x.yml",
            "./.github/workflows/x",
        ];
        assert!(wrong.iter().all(|uses| wrong_workflow(uses).is_some()));
    }
}
