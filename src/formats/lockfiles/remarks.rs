//! What is odd of a lock and no package: told in words up to a number of each sort, and counted beyond it.

use std::ops::Deref;

use super::text::shown;

/// How many remarks of one sort are told in words.
pub(crate) const TOLD: usize = 20;

/// Something odd that is no package, at its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remark {
    pub(crate) line: usize,
    pub(crate) what: Oddity,
    /// A sentence without a full stop, strangers' words in backticks.
    pub(crate) says: String,
}

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Oddity {
    /// Two entries of one package that cannot both be true, or one entry that contradicts itself.
    Contradiction,
    /// The same entry twice.
    Duplicate,
    /// An option that weakens where packages come from: another index, a trusted host, `http://`.
    InsecureIndex,
    /// Credentials in an address; never quoted.
    Credentials,
    /// A digest that is no digest: of the wrong length, or not of hex or base64.
    BadDigest,
    /// A part of the file that could not be looked at: an include that is not there, a line that is not understood.
    Unread,
    /// A package that an entry needs and that no entry is of: the text was cut, or edited by hand.
    Unlocked,
    /// An index or a folder of packages on somebody's disk.
    LocalSource,
    /// Some entries have digests and some have none, where one digest asks for all.
    MixedHashes,
    /// A patch of the manifest that nothing takes.
    UnusedPatch,
}

/// All sorts, in the order of their declaration.
const SORTS: [Oddity; 10] = [
    Oddity::Contradiction,
    Oddity::Duplicate,
    Oddity::InsecureIndex,
    Oddity::Credentials,
    Oddity::BadDigest,
    Oddity::Unread,
    Oddity::Unlocked,
    Oddity::LocalSource,
    Oddity::MixedHashes,
    Oddity::UnusedPatch,
];

/// The remarks of one sort that are not told in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Untold {
    pub(crate) what: Oddity,
    /// Where the first of them is.
    pub(crate) line: usize,
    pub(crate) count: usize,
}

/// All remarks of a lock. A file can be odd in each of a hundred thousand entries, and nobody reads as many sentences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Remarks {
    told: Vec<Remark>,
    /// How many there are of each sort, and the line of the first that is not told.
    heard: [(usize, usize); SORTS.len()],
}

impl Remarks {
    /// Makes the sentence only if it will be told.
    pub(super) fn say(&mut self, line: usize, what: Oddity, says: impl FnOnce() -> String) {
        let (count, first) = &mut self.heard[what as usize];
        *count += 1;
        match *count {
            ..=TOLD => self.told.push(Remark { line, what, says: says() }),
            count if count == TOLD + 1 => *first = line,
            _ => {}
        }
    }

    /// A package that is needed on a line and is not locked.
    pub(super) fn unlocked(&mut self, line: usize, name: &str) {
        self.say(line, Oddity::Unlocked, || format!("{} is needed here and is not locked", shown(name)));
    }

    /// Takes in what was said elsewhere.
    pub(crate) fn join(&mut self, other: Self) {
        let untold: Vec<Untold> = other.untold().collect();
        for Remark { line, what, says } in other.told {
            self.say(line, what, || says);
        }
        for Untold { what, line, count } in untold {
            let (sum, first) = &mut self.heard[what as usize];
            *first = if *sum > TOLD { *first } else { line };
            *sum += count;
        }
    }

    /// Puts what is told into the order of the lines.
    pub(super) fn sort(&mut self) {
        self.told.sort_by_key(|remark| remark.line);
    }

    /// What was said more often than is told.
    pub(crate) fn untold(&self) -> impl Iterator<Item = Untold> {
        let sorts = SORTS.into_iter().zip(&self.heard).filter(|(_, (count, _))| *count > TOLD);
        sorts.map(|(what, (count, line))| Untold { what, line: *line, count: count - TOLD })
    }
}

/// The remarks that are told.
impl Deref for Remarks {
    type Target = [Remark];

    fn deref(&self) -> &[Remark] {
        &self.told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_twenty_of_a_sort_they_are_counted_and_no_sentence_is_made() {
        let mut remarks = Remarks::default();
        for line in 1..=25 {
            remarks.say(line, Oddity::BadDigest, || {
                assert!(line <= TOLD);
                format!("line {line}")
            });
        }
        remarks.say(26, Oddity::Duplicate, || "x".to_owned());
        assert_eq!((remarks.len(), &*remarks[19].says), (21, "line 20"));
        let untold = Untold { what: Oddity::BadDigest, line: 21, count: 5 };
        assert_eq!(remarks.untold().collect::<Vec<_>>(), [untold]);
    }

    #[test]
    fn what_was_said_elsewhere_is_counted_on() {
        let of = |lines: std::ops::Range<usize>| {
            let mut remarks = Remarks::default();
            lines.for_each(|line| remarks.say(line, Oddity::Unread, || "x".to_owned()));
            remarks
        };
        for (one, other, line, count) in
            [(0..15, 100..110, 105, 5), (0..22, 100..130, 20, 32), (0..20, 100..130, 100, 30), (0..0, 5..26, 25, 1)]
        {
            let mut both = of(one);
            both.join(of(other));
            assert_eq!(both.untold().collect::<Vec<_>>(), [Untold { what: Oddity::Unread, line, count }]);
            assert_eq!(both.len(), TOLD);
        }
    }
}
