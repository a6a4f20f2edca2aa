//! Why an entry does or does not name one thing for ever, of what several formats know.

use super::address::is_commit;
use super::text::shown;
use super::{Integrity, Pin};

/// How a repository's revision pins.
pub(super) fn revision(text: Option<&str>) -> Pin {
    match text {
        Some(text) if !text.is_empty() => commit(text),
        Some(_) | None => Pin::Loose("a repository without a commit".to_owned()),
    }
}

/// What is said of the commit of a repository.
pub(super) fn commit(text: &str) -> Pin {
    if is_commit(text) { Pin::Exact } else { Pin::Loose(format!("no whole commit: {}", shown(text))) }
}

/// What is said of a path.
pub(super) fn path(text: &str) -> Pin {
    Pin::Loose(format!("a path: {}", shown(text)))
}

/// What is said of a path of which the lock's own folder is the root: what lies below is judged with the lock, so it names one thing. What leads
/// out of it cannot be looked at from here.
pub(super) fn within(text: &str) -> Pin {
    let inner = ["link:", "file:", "portal:"].iter().find_map(|start| text.strip_prefix(start)).unwrap_or(text);
    let is_absolute = inner.starts_with(['/', '~', '\\']) || inner.contains(':');
    let depth = inner.split(['/', '\\']).try_fold(0_usize, |depth, part| match part {
        "" | "." => Some(depth),
        ".." => depth.checked_sub(1),
        _ => Some(depth + 1),
    });
    if depth.is_some() && !is_absolute { Pin::Exact } else { path(text) }
}

/// What is said of an archive.
pub(super) fn archive(integrity: &Integrity) -> Pin {
    match integrity {
        Integrity::Digests(_) => Pin::Exact,
        Integrity::Missing | Integrity::NotAsked => Pin::Loose("an archive whose bytes are not known".to_owned()),
    }
}

fn are_three_numbers(text: &str) -> bool {
    let mut parts = text.as_bytes().split(|byte| *byte == b'.');
    let mut number = || parts.next().is_some_and(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit));
    number() && number() && number() && parts.next().is_none()
}

/// Whether this is one version as npm writes it: three numbers, and what `-` and `+` add.
pub(super) fn semver(version: Option<&str>) -> Pin {
    let Some(text) = version else { return Pin::Loose("no version".to_owned()) };
    if are_three_numbers(text) {
        return Pin::Exact;
    }
    let letters = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    let (rest, build) = text.split_once('+').map_or((text, true), |(rest, build)| (rest, letters(build)));
    let (core, before) = rest.split_once('-').map_or((rest, true), |(core, before)| (core, letters(before)));
    if build && before && are_three_numbers(core) {
        return Pin::Exact;
    }
    Pin::Loose(format!("a range or a tag: {}", shown(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_within_the_tree_of_a_lock_is_pinned() {
        for inside in ["lib/x", "file:lib/x", "link:./x", "portal:a/../b", "file:x.tgz", "."] {
            assert_eq!(within(inside), Pin::Exact, "{inside}");
        }
        for outside in ["../x", "file:../x", "link:a/../../b", "/x", "file:/x", "file:///x", "~/x", "C:\\x", "exec:./x.js"] {
            assert_eq!(within(outside), path(outside), "{outside}");
        }
    }

    #[test]
    fn one_version_is_three_numbers() {
        for exact in ["1.0.0", "0.0.1-beta.1", "1.2.3+build", "1.2.3-a-b+c.d"] {
            assert_eq!(semver(Some(exact)), Pin::Exact, "{exact}");
        }
        for loose in ["", "1", "1.0", "^1.0.0", "1.x.0", "latest", "1.0.0 || 2.0.0", "1.0.0-", "1..0", "1.0.0.0", ">=1.0.0"] {
            assert_ne!(semver(Some(loose)), Pin::Exact, "{loose}");
        }
    }
}
