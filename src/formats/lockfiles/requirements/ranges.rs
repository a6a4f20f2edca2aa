//! What a comparison of a marker leaves of all versions: PEP 440's specifiers, as intervals.
//!
//! Wherever the two readings of a specifier differ (pip's and uv's), the wider one is taken, so that what is disjoint here is so for both.

use pep440_rs::Version;

/// A place between versions: before or behind one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cut {
    Start,
    At(Version, bool),
    End,
}

/// Versions from one cut to another, in any number of pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ranges(Vec<(Cut, Cut)>);

impl Ranges {
    pub(super) fn all() -> Self {
        Self(vec![(Cut::Start, Cut::End)])
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        let both = self.0.iter().flat_map(|one| other.0.iter().map(move |two| (one.0.max_of(&two.0), one.1.min_of(&two.1))));
        Self(both.filter(|(from, to)| from < to).collect())
    }

    fn of(from: Cut, to: Cut) -> Self {
        Self(vec![(from, to)])
    }

    fn without(from: Cut, to: Cut) -> Self {
        Self(vec![(Cut::Start, from), (to, Cut::End)])
    }

    /// The versions for which `operator text` holds; `None`: not understood.
    pub(super) fn of_version(operator: &str, text: &str) -> Option<Self> {
        if let Some(prefix) = text.strip_suffix(".*") {
            let (from, to) = family(&released(prefix)?)?;
            return match operator {
                "==" => Some(Self::of(from, to)),
                "!=" => Some(Self::without(from, to)),
                _ => None,
            };
        }
        let version: Version = text.parse().ok().filter(|version: &Version| !version.is_local())?;
        let (before, behind) = (Cut::At(version.clone(), false), Cut::At(version.clone(), true));
        Some(match operator {
            "==" => Self::of(before, behind),
            "!=" => Self::without(before, behind),
            ">=" => Self::of(before, Cut::End),
            ">" => Self::of(behind, Cut::End),
            "<=" => Self::of(Cut::Start, behind),
            // The versions on the way to a release are not before it, unless one of them is named.
            "<" if version.any_prerelease() || version.is_post() => Self::of(Cut::Start, before),
            "<" => Self::of(Cut::Start, first(&version)),
            "~=" => {
                let (parts, epoch) = (version.release(), version.epoch());
                let prefix = Version::new(parts.split_last().filter(|(_, rest)| !rest.is_empty())?.1).with_epoch(epoch);
                Self::of(before, family(&prefix)?.1)
            }
            _ => return None,
        })
    }

    /// The full versions of Python for which `python_version operator text` holds: of these only the first two numbers are compared.
    pub(super) fn of_python(operator: &str, text: &str) -> Option<Self> {
        let (text, is_family) = text.strip_suffix(".*").map_or((text, false), |text| (text, true));
        let version = released(text)?;
        let parts = version.release();
        let is_whole = parts.len() == 1 && is_family;
        let minor = [*parts.first()?, parts.get(1).copied().unwrap_or(0)];
        // Nothing has three numbers of which the last is not zero.
        let is_between = parts.iter().skip(2).any(|part| *part != 0);
        let (from, to) = if is_whole { family(&version)? } else { family(&Version::new(minor))? };
        Some(match (operator, is_family) {
            ("==", _) if is_between => Self(Vec::new()),
            ("!=", _) if is_between => Self::all(),
            ("==", _) => Self::of(from, to),
            ("!=", _) => Self::without(from, to),
            (">", false) => Self::of(to, Cut::End),
            (">=", false) => Self::of(if is_between { to } else { from }, Cut::End),
            ("<=", false) => Self::of(Cut::Start, to),
            ("<", false) => Self::of(Cut::Start, if is_between { to } else { from }),
            ("~=", false) if parts.len() > 1 => {
                let end = family(&Version::new(&parts[..parts.len() - 1]))?.1;
                Self::of(if is_between { to } else { from }, end)
            }
            _ => return None,
        })
    }

    /// What `python_version in "2.7 3.2"` leaves: pip looks for it in the text, uv in the list that the text is.
    pub(super) fn of_pythons(is_in: bool, text: &str) -> Option<Self> {
        let mut words: Vec<&str> = text.split([' ', ',', '|', '\t']).filter(|word| !word.is_empty()).collect();
        if words.len() > 16 || words.iter().any(|word| word.split('.').count() != 2 || released(word).is_none()) {
            return None;
        }
        if !is_in {
            return words.into_iter().try_fold(Self::all(), |left, word| Some(left.and(&Self::of_python("!=", word)?)));
        }
        // `3.1` stands in `3.10`, and `1.2` in `11.2`.
        let parts = |word: &'_ str| word.split_once('.').map_or((0, 0), |(major, minor)| (major.len(), minor.len()));
        words = words
            .into_iter()
            .flat_map(|word| {
                let (major, minor) = parts(word);
                (0..major).flat_map(move |from| (1..=minor).map(move |to| &word[from..=major + to]))
            })
            .collect();
        let each = words.into_iter().map(|word| Self::of_python("==", word.strip_prefix('.').unwrap_or(word)));
        each.collect::<Option<Vec<_>>>().map(|all| Self(all.into_iter().flat_map(|one| one.0).collect()))
    }
}

impl Cut {
    fn max_of(&self, other: &Self) -> Self {
        self.max(other).clone()
    }

    fn min_of(&self, other: &Self) -> Self {
        self.min(other).clone()
    }
}

/// A version of whole numbers alone.
fn released(text: &str) -> Option<Version> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse().ok().filter(|_| is_plain)
}

/// Before everything that a release was on its way from.
fn first(version: &Version) -> Cut {
    Cut::At(version.clone().with_dev(Some(0)), false)
}

/// Where the versions begin and end that start with these numbers.
fn family(prefix: &Version) -> Option<(Cut, Cut)> {
    let (last, rest) = prefix.release().split_last()?;
    let next = Version::new(rest.iter().copied().chain([last.checked_add(1)?])).with_epoch(prefix.epoch());
    Some((first(prefix), first(&next)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meet(one: Option<Ranges>, other: Option<Ranges>) -> bool {
        !one.unwrap().and(&other.unwrap()).is_empty()
    }

    fn full(text: &str) -> Option<Ranges> {
        text.split_once(' ').and_then(|(operator, text)| Ranges::of_version(operator, text))
    }

    fn minor(text: &str) -> Option<Ranges> {
        text.split_once(' ').and_then(|(operator, text)| Ranges::of_python(operator, text))
    }

    #[test]
    fn specifiers_are_intervals() {
        for (one, other) in [
            ("< 3.9", "== 3.9.*"),
            (">= 3.10", "== 3.9.*"),
            ("== 3.9.*", "!= 3.9.*"),
            ("~= 3.9.2", ">= 3.10"),
            ("~= 3.9.2", "< 3.9.2"),
            ("== 3.9", "> 3.9.0"),
            ("<= 3.9", "> 3.9"),
            ("== 3.9", "!= 3.9.0"),
        ] {
            assert!(!meet(full(one), full(other)) && !meet(full(other), full(one)), "{one} {other}");
        }
        for (one, other) in [("<= 3.9", "== 3.9.*"), ("~= 3.9", ">= 3.10"), ("!= 3.9.*", "!= 3.10.*"), ("> 3.9", "== 3.9.*")] {
            assert!(meet(full(one), full(other)), "{one} {other}");
        }
        for unknown in ["=== 3.9", ">= 3.*", "~= 3", "== 3.9+local", "== x", "<> 3"] {
            assert_eq!(full(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_version_of_python_is_the_first_two_numbers_of_the_full_one() {
        for (one, other) in [
            ("> 3.9", "== 3.9.7"),
            ("<= 3.9", ">= 3.10"),
            ("== 3.9", "< 3.9"),
            ("< 3.9", ">= 3.9"),
            ("== 3.*", "< 3"),
            ("~= 3.9", ">= 4"),
            (">= 3.9.1", "== 3.9.*"),
            ("== 3.9.1", ">= 3"),
        ] {
            assert!(!meet(minor(one), full(other)), "{one} {other}");
        }
        for (one, other) in [("<= 3.9", "== 3.9.7"), ("< 3.9.1", "== 3.9.7"), ("!= 3.9.1", "== 3.9.1"), ("== 3", "== 3.0.1")] {
            assert!(meet(minor(one), full(other)), "{one} {other}");
        }
        let list = |is_in, text| Ranges::of_pythons(is_in, text);
        assert!(!meet(list(true, "2.6 2.7"), full(">= 3")) && !meet(list(false, "2.7, 3.2"), full("== 2.7.*")));
        assert!(meet(list(true, "3.10"), full("== 3.1.4")) && meet(list(false, "3.10"), full("== 3.1.4")));
        assert_eq!((list(true, "3"), list(true, "a.b")), (None, None));
    }
}
