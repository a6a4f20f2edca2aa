//! An entry found again among those of another time, whatever it is called now and wherever it lies.

use std::collections::{BTreeMap, BTreeSet};

use crate::pins::{At, Pin};
use crate::shown::shown;
use crate::world::RelPath;

/// How many entries that share a key are looked at: two are one too many already.
const ALIKE: usize = 64;

/// The text of a value that may be missing.
pub(super) fn value(text: Option<&At<String>>) -> Option<&str> {
    text.map(|at| at.value.as_str())
}

/// The version of an entry, for people.
pub(crate) fn version_shown(pin: &Pin) -> String {
    pin.version.as_ref().map_or_else(|| "no version".to_owned(), |at| shown(&at.value))
}

/// Whether two entries are known to be of the same content, by what they say.
pub(super) fn same_bytes(one: &Pin, other: &Pin) -> bool {
    let said = |pin: &Pin| pin.digest().or_else(|| value(pin.sha256.as_ref()).map(str::to_owned));
    said(one).is_some_and(|digest| said(other) == Some(digest))
}

/// Whether an entry is of another version, commit or content. One that says now what it did not say before has not moved by that.
pub(super) fn is_moved(old: &Pin, new: &Pin) -> bool {
    let both = |of: fn(&Pin) -> Option<&At<String>>| value(of(old)).zip(value(of(new)));
    let other_version = both(|pin| pin.version.as_ref()).is_some_and(|(old, new)| old != new);
    let other_commit = both(|pin| pin.commit.as_ref()).is_some_and(|(old, new)| !old.eq_ignore_ascii_case(new));
    let bytes = match (&old.sha256, &new.sha256) {
        (None, None) => false,
        (Some(_), None) | (None, Some(_)) | (Some(_), Some(_)) => !same_bytes(old, new),
    };
    bytes || other_version || other_commit
}

/// A repository, however its address is written: with or without `.git`, a user, a scheme, or a slash at its end.
fn repo_key(repo: &str) -> String {
    let repo = repo.trim();
    let (rest, is_address) = match repo.split_once("://") {
        Some(("file", path)) => (path, false),
        Some((_, rest)) => (rest, true),
        None => (repo, repo.split('/').next().is_some_and(|host| host.contains(':'))),
    };
    let bare = |text: &str| {
        let text = text.trim_end_matches('/');
        text.strip_suffix(".git").unwrap_or(text).trim_end_matches('/').to_owned()
    };
    if !is_address {
        return RelPath::parse(&bare(rest)).map_or_else(|_| bare(rest), |path| path.to_string());
    }
    // `git@host:path` and `ssh://git@host:22/path` are of one host; ports and users lead to no other repository.
    let (host, path) = rest.split_once('/').map_or((rest, String::new()), |(host, path)| (host, path.to_owned()));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let (host, first) = host.split_once(':').unwrap_or((host, ""));
    let is_port = first.bytes().all(|byte| byte.is_ascii_digit());
    let path = if is_port { path } else { format!("{first}/{path}") };
    format!("{}/{}", host.to_ascii_lowercase(), bare(path.trim_start_matches('/')))
}

/// A path without what does not count in it.
pub(super) fn path_key(path: &str) -> String {
    RelPath::parse(path).map_or_else(|_| path.to_owned(), |path| path.to_string())
}

/// The schema that an entry is of: its repository and the place there.
pub(super) fn source_key(pin: &Pin) -> Option<(String, String)> {
    Some((repo_key(&pin.repo.value), path_key(value(pin.source_path.as_ref())?)))
}

/// What an entry is found by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Name(String),
    Path(String),
    Source(String, String),
}

fn keys(pin: &Pin) -> impl Iterator<Item = Key> {
    let source = source_key(pin).map(|(repo, path)| Key::Source(repo, path));
    [Key::Name(pin.name.value.clone()), Key::Path(path_key(&pin.path.value))].into_iter().chain(source)
}

/// Entries of another time, found again by their name, their file and their source.
pub(super) struct Index<'p> {
    pins: &'p [Pin],
    keys: BTreeMap<Key, Vec<usize>>,
}

impl<'p> Index<'p> {
    pub(super) fn of(pins: &'p [Pin]) -> Self {
        let mut index: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        for (place, pin) in pins.iter().enumerate() {
            keys(pin).for_each(|key| index.entry(key).or_default().push(place));
        }
        Self { pins, keys: index }
    }

    /// The entry that shares most with `pin`; of several the one that shares the name, else the file. Of those that are alike in that, one
    /// that did not move goes first.
    pub(super) fn find(&self, pin: &Pin) -> Option<&'p Pin> {
        self.place(pin).and_then(|place| self.pins.get(place))
    }

    /// The entries that none of `pins` is found by.
    pub(super) fn left(&self, pins: &[Pin]) -> impl Iterator<Item = &'p Pin> + use<'p> {
        let found: BTreeSet<usize> = pins.iter().filter_map(|pin| self.place(pin)).collect();
        self.pins.iter().enumerate().filter(move |(place, _)| !found.contains(place)).map(|(_, pin)| pin)
    }

    fn place(&self, pin: &Pin) -> Option<usize> {
        let mut shared: BTreeMap<usize, (u8, u8)> = BTreeMap::new();
        for key in keys(pin) {
            let weight = match key {
                Key::Name(_) => 4,
                Key::Path(_) => 2,
                Key::Source(..) => 1,
            };
            for place in self.keys.get(&key).into_iter().flatten().take(ALIKE) {
                let (count, weights) = shared.entry(*place).or_default();
                *count += 1;
                *weights += weight;
            }
        }
        let stays = |place: usize| self.pins.get(place).is_some_and(|old| !is_moved(old, pin));
        shared.into_iter().max_by_key(|(place, shared)| (*shared, stays(*place), std::cmp::Reverse(*place))).map(|(place, _)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pins::Pins;

    #[test]
    fn a_repository_is_the_same_however_its_address_is_written() {
        let key = repo_key("https://example.org/team/producer.git");
        for other in [
            "https://example.org/team/producer",
            "https://Example.org/team/producer/",
            "http://ada@example.org/team/producer.git/",
            "ssh://git@example.org:22/team/producer.git",
            "git@example.org:team/producer.git",
            "example.org:team/producer",
            "git@example.org:/team/producer",
        ] {
            assert_eq!(repo_key(other), key, "{other}");
        }
        for other in ["https://example.org/team/producers", "https://example.com/team/producer", "team/producer", "https://example.org"] {
            assert_ne!(repo_key(other), key, "{other}");
        }
        assert_eq!([repo_key("./mirror/producer/"), repo_key("mirror/producer.git")], ["mirror/producer", "mirror/producer"]);
        assert_eq!(repo_key("../producer"), "../producer");
        assert_eq!(repo_key("file:///srv/producer.git"), "/srv/producer");
    }

    fn pins(entries: &[(&str, &str, &str, &str)]) -> Pins {
        let entry = |(name, repo, path, version): &(&str, &str, &str, &str)| {
            format!(
                "[[schema]]\nname = \"{name}\"\nrepo = \"{repo}\"\nsource-path = \"{path}\"\npath = \"here/{path}\"\nversion = \"{version}\"\n"
            )
        };
        Pins::read("pins.toml", &entries.iter().map(entry).collect::<String>()).unwrap()
    }

    #[test]
    fn two_pins_that_change_their_names_are_found_by_their_files() {
        let old = pins(&[("a", "https://e.org/p", "a.json", "1.0.0"), ("b", "https://e.org/p", "b.json", "2.0.0")]);
        let new = pins(&[("b", "https://e.org/p", "a.json", "1.0.0"), ("a", "https://e.org/p", "b.json", "2.0.0")]);
        let index = Index::of(&old.pins);
        let found: Vec<&str> = new.pins.iter().filter_map(|pin| index.find(pin)).map(|pin| pin.name.value.as_str()).collect();
        assert_eq!(found, ["a", "b"]);
    }

    #[test]
    fn an_entry_that_did_not_move_hides_none_of_the_same_name_and_file() {
        let mut old = pins(&[("a", "https://e.org/p", "a.json", "1.0.0"), ("b", "https://e.org/p", "a.json", "2.0.0")]);
        old.pins[1].path.value = "elsewhere.json".to_owned();
        let new = pins(&[("a", "https://e.org/p", "a.json", "2.0.0")]);
        assert_eq!(Index::of(&old.pins).find(&new.pins[0]).map(|pin| pin.name.value.as_str()), Some("a"));
    }

    #[test]
    fn another_name_another_file_and_another_spelling_of_the_repository_are_the_same_pin() {
        let old = pins(&[("a", "https://e.org/p.git", "a.json", "1.0.0")]);
        let mut new = pins(&[("z", "git@e.org:p", "./a.json", "2.0.0")]);
        new.pins[0].path.value = "elsewhere.json".to_owned();
        assert!(Index::of(&old.pins).find(&new.pins[0]).is_some());
        new.pins[0].repo.value = "https://e.org/q".to_owned();
        assert!(Index::of(&old.pins).find(&new.pins[0]).is_none());
    }

    #[test]
    fn a_pin_that_says_more_than_it_did_has_not_moved() {
        let new = pins(&[("a", "https://e.org/p", "a.json", "1.0.0")]);
        let mut old = new.clone();
        old.pins[0].version = None;
        assert!(!is_moved(&old.pins[0], &new.pins[0]) && !is_moved(&new.pins[0], &old.pins[0]));
    }
}
