//! Which of many texts stand more than once.

use std::cmp::Ordering;

/// An odd number with its bits well spread.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Many items in the order of a mark of each, and of `order` where that is the same: nobody can choose texts that make it slow, as they could
/// with a table.
#[derive(Debug, Default)]
pub(crate) struct Marked(Vec<(u64, usize)>);

impl Marked {
    pub(crate) fn of<T>(all: &[T], marked: impl Fn(&T) -> u64, order: impl Fn(&T, &T) -> Ordering) -> Self {
        let mut marks: Vec<(u64, usize)> = all.iter().enumerate().map(|(place, one)| (marked(one), place)).collect();
        marks.sort_unstable_by(|one, other| one.0.cmp(&other.0).then_with(|| order(&all[one.1], &all[other.1])).then(one.1.cmp(&other.1)));
        Self(marks)
    }

    /// The places of all that are the same as one before, each with the place of the first, in their order.
    pub(crate) fn repeats(&self, is_same: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for same in self.0.chunk_by(|one, other| one.0 == other.0 && is_same(one.1, other.1)).filter(|same| same.len() > 1) {
            found.extend(same[1..].iter().map(|(_, place)| (*place, same[0].1)));
        }
        found.sort_unstable();
        found
    }

    /// The places of a mark.
    pub(crate) fn find(&self, mark: u64) -> impl Iterator<Item = usize> {
        let first = self.0.partition_point(|(known, _)| *known < mark);
        self.0[first..].iter().take_while(move |(known, _)| *known == mark).map(|(_, place)| *place)
    }
}

/// The places of all items that are the same as one before, each with the place of the first, in their order.
pub(crate) fn repeats<T>(all: &[T], marked: impl Fn(&T) -> u64, order: impl Fn(&T, &T) -> Ordering) -> Vec<(usize, usize)> {
    Marked::of(all, marked, &order).repeats(|one, other| order(&all[one], &all[other]).is_eq())
}

/// A number for a text: the same for the same, and hardly ever for two.
pub(crate) fn mark(text: &str) -> u64 {
    let mix = |sum: u64, word: u64| (sum.rotate_left(23) ^ word).wrapping_mul(SPREAD);
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let sum = words.iter().fold(text.len() as u64, |sum, word| mix(sum, u64::from_le_bytes(*word)));
    mix(sum, rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_again_is_told_with_the_place_of_the_first() {
        let of = |texts: &[&str]| repeats(texts, |text| mark(text), Ord::cmp);
        assert_eq!(of(&["b", "a", "b", "", "a longer text", "b", "", "a longer text"]), [(2, 0), (5, 0), (6, 3), (7, 4)]);
        assert_eq!((of(&["a", "b"]), of(&[])), (vec![], vec![]));
        let all = ["b", "a", "b"];
        let marked = Marked::of(&all, |text| mark(text), Ord::cmp);
        assert_eq!(marked.find(mark("b")).collect::<Vec<_>>(), [0, 2]);
        assert_eq!((marked.find(mark("c")).count(), Marked::default().find(0).count()), (0, 0));
    }
}
