//! Which tag is meant: by its name, by a version, or as the newest.

use std::collections::BTreeSet;

use anyhow::bail;
use semver::Version;

use crate::pins::version::{of_tag, tags};
use crate::shown::{did_you_mean, shown};
use crate::world::disk::Tag;

/// The most tags that a message names.
const NAMED: usize = 5;

/// The tag of a version: the one that is named, else the first of those that the version may have.
///
/// # Errors
/// If there is none, the named one is of another version, or two lead to different commits.
pub(super) fn of_version<'t>(all: &'t [Tag], pin: &str, (version, named): (&Version, Option<&str>)) -> anyhow::Result<&'t Tag> {
    if let Some(named) = named {
        let Some(tag) = all.iter().find(|tag| tag.name == named) else {
            let near = did_you_mean(named, all.iter().map(|tag| tag.name.as_str()));
            let near = near.map_or_else(|| there_are(all, pin), |near| format!("did you mean `{}`?", shown(near)));
            bail!("there is no tag `{}`; {near}", shown(named));
        };
        return match of_tag(pin, named) {
            Some(other) if other.cmp_precedence(version).is_ne() => {
                bail!("the tag `{}` is of version {other}, not {version}", shown(named))
            }
            Some(_) | None => Ok(tag),
        };
    }
    let wanted = tags(pin, version);
    let found: Vec<&Tag> = wanted.iter().filter_map(|name| all.iter().find(|tag| tag.name == *name)).collect();
    let Some((first, others)) = found.split_first() else {
        bail!("version {version} has no tag: none of `{}` is there; {}", wanted.join("`, `"), there_are(all, pin));
    };
    if let Some(other) = others.iter().find(|tag| tag.commit != first.commit) {
        bail!(
            "two tags are of version {version}: `{}` leads to {}, `{}` to {}; say which is meant with `--tag`",
            shown(&first.name),
            shown(&first.commit),
            shown(&other.name),
            shown(&other.commit)
        );
    }
    Ok(first)
}

/// The tag of a version that is written as another tag of the pin is, where there is one.
pub(super) fn alike<'t>(all: &'t [Tag], pin: &str, (version, tag): (&Version, &str)) -> Option<&'t str> {
    let wanted = format!("{}{version}", head(tag, &of_tag(pin, tag)?)?);
    all.iter().map(|tag| tag.name.as_str()).find(|name| *name == wanted)
}

/// What a tag has in front of its version.
fn head<'t>(tag: &'t str, version: &Version) -> Option<&'t str> {
    tag.strip_suffix(&version.to_string())
}

/// The newest version of those that are tagged as the pin's own tag is; prereleases count only where the pin is at one.
pub(super) fn newest(all: &[Tag], pin: &str, (version, tag): (Option<&Version>, Option<&str>)) -> Option<Version> {
    let own = tag.and_then(|tag| head(tag, &of_tag(pin, tag)?));
    let versions = all.iter().filter_map(|tag| Some((of_tag(pin, &tag.name)?, tag))).filter(|(version, tag)| match &own {
        Some(own) => head(&tag.name, version) == Some(own),
        None => true,
    });
    let takes_any = version.is_some_and(|version| !version.pre.is_empty());
    versions.map(|(version, _)| version).filter(|version| takes_any || version.pre.is_empty()).max_by(Version::cmp_precedence)
}

/// The newest versions that there are, or that there are none.
fn there_are(all: &[Tag], pin: &str) -> String {
    let versions: BTreeSet<(Version, &str)> = all.iter().filter_map(|tag| Some((of_tag(pin, &tag.name)?, tag.name.as_str()))).collect();
    let named: Vec<String> = versions.iter().rev().take(NAMED).map(|(_, name)| format!("`{}`", shown(name))).collect();
    match (named.is_empty(), all.first()) {
        (false, _) => format!("there are {}", named.join(", ")),
        (true, None) => "the repository has no tags".to_owned(),
        (true, Some(some)) => format!("no tag is of a version, as `{}`", shown(&some.name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag((name, commit): (&str, &str)) -> Tag {
        Tag { name: name.to_owned(), commit: commit.to_owned() }
    }

    fn of(all: &[(&str, &str)], version: &str, named: Option<&str>) -> Result<String, String> {
        let all: Vec<Tag> = all.iter().copied().map(tag).collect();
        let version = Version::parse(version).unwrap();
        of_version(&all, "orders", (&version, named)).map(|tag| tag.name.clone()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_first_name_that_is_there_is_the_tag() {
        assert_eq!(of(&[("1.4.0", "a"), ("v1.4.0", "a"), ("orders-1.4.0", "a")], "1.4.0", None).as_deref(), Ok("v1.4.0"));
        assert_eq!(of(&[("v1.4.1", "b"), ("orders-1.4.0", "a")], "1.4.0", None).as_deref(), Ok("orders-1.4.0"));
        assert_eq!(of(&[("release", "a")], "1.4.0", Some("release")).as_deref(), Ok("release"));
    }

    #[test]
    fn two_tags_of_one_version_that_part_are_refused_with_both() {
        assert_eq!(
            of(&[("orders-1.4.0", "b"), ("v1.4.0", "a")], "1.4.0", None),
            Err("two tags are of version 1.4.0: `v1.4.0` leads to a, `orders-1.4.0` to b; say which is meant with `--tag`".to_owned())
        );
        assert_eq!(of(&[("orders-1.4.0", "b"), ("v1.4.0", "a")], "1.4.0", Some("orders-1.4.0")).as_deref(), Ok("orders-1.4.0"));
    }

    #[test]
    fn a_missing_tag_is_told_with_those_that_are_there() {
        let missing = of(&[("v1.3.0", "a"), ("v1.10.0", "b"), ("docs", "c")], "1.4.0", None).unwrap_err();
        assert!(missing.ends_with("there are `v1.10.0`, `v1.3.0`"), "{missing}");
        assert_eq!(of(&[("v1.3.0", "a")], "1.4.0", Some("v1.3")), Err("there is no tag `v1.3`; did you mean `v1.3.0`?".to_owned()));
        assert_eq!(of(&[("v1.3.0", "a")], "1.4.0", Some("v1.3.0")), Err("the tag `v1.3.0` is of version 1.3.0, not 1.4.0".to_owned()));
        assert!(of(&[], "1.4.0", None).unwrap_err().ends_with("the repository has no tags"));
    }

    #[test]
    fn the_newest_is_of_the_pins_own_sort_of_tags() {
        let all: Vec<Tag> = [("v9.0.0", "a"), ("orders-1.4.0", "b"), ("orders-1.10.0", "c"), ("orders-2.0.0-rc.1", "d")].map(tag).to_vec();
        let newest = |version: &str, tag| newest(&all, "orders", (Version::parse(version).ok().as_ref(), tag)).map(|v| v.to_string());
        assert_eq!(newest("1.4.0", Some("orders-1.4.0")).as_deref(), Some("1.10.0"));
        assert_eq!(newest("2.0.0-rc.0", Some("orders-1.4.0")).as_deref(), Some("2.0.0-rc.1"));
        assert_eq!(newest("1.4.0", None).as_deref(), Some("9.0.0"));
        assert_eq!(newest("1.4.0", Some("1.4.0")), None);
        let two: Vec<Tag> = [("v1.5.0", "a"), ("orders-1.5.0", "b")].map(tag).to_vec();
        let version = Version::parse("1.5.0").unwrap();
        assert_eq!(alike(&two, "orders", (&version, "orders-1.4.0")), Some("orders-1.5.0"));
        assert_eq!([alike(&two, "orders", (&version, "1.4.0")), alike(&two, "orders", (&version, "main"))], [None, None]);
    }
}
