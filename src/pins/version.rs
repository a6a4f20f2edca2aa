//! Versions: what is one, which tag it may have, what lies between two, and what a file says of its own.

use std::cmp::Ordering;

use semver::Version;
use serde_json::Value;

/// What lies between two versions. In the order of how much may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bump {
    /// The new one is older.
    Downgrade,
    /// But for build metadata.
    Same,
    Patch,
    Minor,
    /// Also a step of the second number while the first is 0: nothing is promised to last there but within it.
    Major,
}

/// Reads a version as a pin has it: three numbers without zeros in front, and what semver has behind them.
///
/// # Errors
/// Why it is none.
pub(crate) fn parse(text: &str) -> Result<Version, String> {
    let refused = match text.strip_prefix(['v', 'V']) {
        Some(rest) if Version::parse(rest).is_ok() => return Err(format!("a version has no `v` in front; write `{rest}`")),
        Some(_) | None => Version::parse(text),
    };
    refused.map_err(|error| error.to_string())
}

/// The tags that a version may have, in the order in which they are tried.
///
/// ```text
/// v1.4.0   1.4.0   orders-v1.4.0   orders-1.4.0   orders/v1.4.0   orders/1.4.0   orders@v1.4.0   orders@1.4.0
/// ```
pub(crate) fn tags(name: &str, version: &Version) -> Vec<String> {
    let heads = ["v", "", "NAME-v", "NAME-", "NAME/v", "NAME/", "NAME@v", "NAME@"];
    heads.into_iter().map(|head| format!("{}{version}", head.replace("NAME", name))).collect()
}

/// The version that a tag stands for, where it is one of [`tags`].
pub(crate) fn of_tag(name: &str, tag: &str) -> Option<Version> {
    let own = tag.strip_prefix(name).and_then(|rest| rest.strip_prefix(['-', '/', '@']));
    let bare = own.unwrap_or(tag);
    Version::parse(bare.strip_prefix('v').unwrap_or(bare)).ok()
}

/// What lies between two versions. A prerelease is on its way to its release, so that between it and the release lies the step that the release
/// itself is: `2.0.0-rc.1` to `2.0.0` is major, `1.4.1-rc.1` to `1.4.1` a patch. Build metadata is ignored.
pub(crate) fn bump(old: &Version, new: &Version) -> Bump {
    match new.cmp_precedence(old) {
        Ordering::Less => return Bump::Downgrade,
        Ordering::Equal => return Bump::Same,
        Ordering::Greater => {}
    }
    let same = [old.major == new.major, old.minor == new.minor, old.patch == new.patch];
    let changed = match same {
        [false, ..] => Bump::Major,
        [true, false, _] => Bump::Minor,
        [true, true, false] => Bump::Patch,
        [true, true, true] if new.patch > 0 => Bump::Patch,
        [true, true, true] if new.minor > 0 => Bump::Minor,
        [true, true, true] => Bump::Major,
    };
    if changed == Bump::Minor && new.major == 0 { Bump::Major } else { changed }
}

/// A version that a file states of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stated {
    /// The place: a JSON pointer, or the word of a format that is no JSON.
    pub(crate) at: String,
    /// As it is written there; of an address only the part that is a version.
    pub(crate) text: String,
}

impl Stated {
    /// Whether it is the schema's own version, and not that of an interface in its address or of a field of its documents.
    pub(crate) fn is_sure(&self) -> bool {
        let in_address = ["/$id", "/id"].contains(&self.at.as_str());
        let of_field = self.at.starts_with("/properties/version/");
        !(in_address || of_field) || matches!(loose(&self.text), Some(Loose::Whole(_)))
    }
}

/// The places where a file may say its version, beside its address.
const PLACES: [&str; 7] =
    ["/schema_version", "/schemaVersion", "/schema-version", "/x-schema-version", "/x-version", "/version", "/info/version"];

/// The properties of documents that hold the version of their schema, so that the schema has it as their only value.
const PROPERTIES: [&str; 4] = ["schema_version", "schemaVersion", "schema-version", "version"];

/// Every place where a parsed file says its own version: `$id` (a part of the address that is a version, `v1.4.0`, `1.4`, `orders-1.4.0.json`), `schema_version`,
/// `x-version`, `version`, `info.version` of OpenAPI, and the `const` or only `enum` of a property `schema_version` or `version`.
pub(crate) fn stated(file: &Value) -> Vec<Stated> {
    let said = |at: &str, text| Stated { at: at.to_owned(), text };
    let address = ["/$id", "/id"].into_iter().filter_map(|at| Some(said(at, in_address(value_at(file, at)?.as_str()?)?)));
    let places = PLACES.into_iter().filter_map(|at| Some(said(at, scalar(value_at(file, at)?)?)));
    let properties =
        PROPERTIES.into_iter().filter_map(|name| Some((name, file.get("properties")?.get(name)?))).flat_map(|(name, schema)| {
            ["const", "enum"].into_iter().filter_map(move |keyword| {
                let found = schema.get(keyword)?;
                let value = match found.as_array() {
                    Some(values) => values.first().filter(|_| values.len() == 1)?,
                    None => found,
                };
                let text = scalar(value).filter(|text| loose(text).is_some())?;
                Some(Stated { at: format!("/properties/{name}/{keyword}"), text })
            })
        });
    address.chain(places).chain(properties).collect()
}

/// The value at one of the places above, none of whose names has to be escaped in a pointer.
fn value_at<'v>(file: &'v Value, place: &str) -> Option<&'v Value> {
    place.split('/').skip(1).try_fold(file, |value, name| value.get(name))
}

/// Whether a stated version agrees with the one of a pin: it may have a `v` in front, and leave out the last numbers (`1`, `1.4`).
pub(crate) fn agrees(stated: &str, version: &Version) -> bool {
    match loose(stated) {
        Some(Loose::Whole(stated)) => stated.cmp_precedence(version) == Ordering::Equal,
        Some(Loose::Part(major, minor)) => major == version.major && minor.is_none_or(|minor| minor == version.minor),
        None => false,
    }
}

/// A version as files state it.
enum Loose {
    Whole(Version),
    /// The first number, or the first two.
    Part(u64, Option<u64>),
}

fn loose(text: &str) -> Option<Loose> {
    let bare = text.strip_prefix(['v', 'V']).unwrap_or(text);
    if let Ok(whole) = Version::parse(bare) {
        return Some(Loose::Whole(whole));
    }
    let number = |text: &str| text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    match bare.split_once('.') {
        None => Some(Loose::Part(number(bare)?, None)),
        Some((major, minor)) => Some(Loose::Part(number(major)?, Some(number(minor)?))),
    }
}

/// A text or number as it is written.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The last part of an address that is a version. A number alone is a year or a draft; a part of a version needs its `v`.
fn in_address(address: &str) -> Option<String> {
    let path = address.split(['#', '?']).next().unwrap_or_default();
    // A host is none: `https://1.2.3/…`.
    let path = path.split_once("://").map_or(path, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    path.rsplit(['/', ':']).find_map(|part| {
        let part = [".schema.json", ".json", ".yaml", ".yml"].into_iter().find_map(|end| part.strip_suffix(end)).unwrap_or(part);
        let behind_name = part.match_indices(['-', '_', '.', '@']).map(|(at, _)| &part[at + 1..]);
        [part].into_iter().chain(behind_name).find(|text| is_version(text)).map(str::to_owned)
    })
}

fn is_version(text: &str) -> bool {
    match loose(text) {
        Some(Loose::Whole(_)) => true,
        Some(Loose::Part(..)) => text.starts_with(['v', 'V']),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn version(text: &str) -> Version {
        parse(text).unwrap()
    }

    #[test]
    fn a_version_is_semver_without_a_v_or_zeros_in_front() {
        assert_eq!(parse("v1.4.0"), Err("a version has no `v` in front; write `1.4.0`".to_owned()));
        for bad in ["", "1", "1.4", "01.4.0", "1.04.0", "1.4.0-01", "main", "latest", "1.4.0 ", "v1", "1.4.0.0", "99999999999999999999.0.0"]
        {
            assert!(parse(bad).is_err(), "{bad}");
        }
        for good in ["1.4.0", "0.0.1", "1.0.0-rc.1", "1.0.0+build.5", "1.0.0-a.b+c"] {
            assert!(parse(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn what_lies_between_two_versions_is_what_may_change() {
        use Bump::{Downgrade, Major, Minor, Patch, Same};
        for (old, new, lies) in [
            ("1.4.0", "1.4.0", Same),
            ("1.4.0+a", "1.4.0+b", Same),
            ("1.4.0", "1.4.1", Patch),
            ("1.4.9", "1.5.0", Minor),
            ("1.4.0", "2.0.0", Major),
            ("1.10.0", "1.9.0", Downgrade),
            ("0.1.0", "0.2.0", Major),
            ("0.1.0", "0.1.1", Patch),
            ("0.9.0", "1.0.0", Major),
            ("1.4.0", "1.4.0-rc.1", Downgrade),
            ("1.3.0", "1.4.0-rc.1", Minor),
            ("1.4.0-rc.2", "1.4.0-rc.10", Minor),
            ("1.4.0-rc.1", "1.4.0", Minor),
            ("1.4.1-rc.1", "1.4.1", Patch),
            ("2.0.0-rc.1", "2.0.0", Major),
            ("0.2.0-rc.1", "0.2.0", Major),
        ] {
            assert_eq!(bump(&version(old), &version(new)), lies, "{old} {new}");
        }
        assert!(Downgrade < Same && Same < Patch && Patch < Minor && Minor < Major);
    }

    #[test]
    fn a_tag_of_a_version_may_bear_the_name_of_the_schema() {
        let tags = tags("orders", &version("1.4.0"));
        assert_eq!(tags[..4], ["v1.4.0", "1.4.0", "orders-v1.4.0", "orders-1.4.0"]);
        assert!(tags.iter().all(|tag| of_tag("orders", tag) == Some(version("1.4.0"))), "{tags:?}");
        assert_eq!([of_tag("orders", "other-1.4.0"), of_tag("orders", "main"), of_tag("orders", "v1.4")], [None, None, None]);
    }

    fn says(file: &Value) -> Vec<(String, String)> {
        stated(file).into_iter().map(|stated| (stated.at, stated.text)).collect()
    }

    #[test]
    fn every_place_where_a_file_says_its_version_is_found() {
        let file = json!({ "$id": "https://1.2.3/schemas/v1.4.0/orders.json", "schema_version": "1.4.0", "version": 1, "x-version": null,
            "info": { "version": "1.4" }, "properties": { "schema_version": { "const": "1.4.0" }, "version": { "enum": ["2"] }, "schemaVersion": { "const": "any" } } });
        let found = says(&file);
        let found: Vec<(&str, &str)> = found.iter().map(|(at, text)| (at.as_str(), text.as_str())).collect();
        assert_eq!(
            found,
            [
                ("/$id", "v1.4.0"),
                ("/schema_version", "1.4.0"),
                ("/version", "1"),
                ("/info/version", "1.4"),
                ("/properties/schema_version/const", "1.4.0"),
                ("/properties/version/enum", "2"),
            ]
        );
        assert_eq!(says(&json!([1, 2])), []);
    }

    #[test]
    fn an_address_says_a_version_only_where_a_part_of_it_is_one() {
        let id = |text: &str| stated(&json!({ "$id": text })).pop().map(|stated| stated.text);
        assert_eq!(id("https://e.org/orders-1.4.0.json").as_deref(), Some("1.4.0"));
        assert_eq!(id("https://e.org/orders.v2.schema.json").as_deref(), Some("v2"));
        assert_eq!(id("urn:example:orders:1.4.0").as_deref(), Some("1.4.0"));
        assert_eq!(id("https://e.org/orders-1.4.0-rc.1.json").as_deref(), Some("1.4.0-rc.1"));
        for none in ["https://e.org/2026/orders.json", "http://json-schema.org/draft-07/schema#", "https://1.4.0/", "", "orders.json#/v1"] {
            assert_eq!(id(none), None, "{none}");
        }
    }

    #[test]
    fn a_stated_version_agrees_by_the_numbers_that_it_has() {
        let pinned = version("1.4.0");
        for (text, good) in [
            ("1.4.0", true),
            ("v1.4.0", true),
            ("1", true),
            ("1.4", true),
            ("v1", true),
            ("1.5", false),
            ("2", false),
            ("1.4.1", false),
            ("latest", false),
            ("", false),
        ] {
            assert_eq!(agrees(text, &pinned), good, "{text}");
        }
    }
}
