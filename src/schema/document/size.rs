//! How much a text may hold to be read as a schema. It is counted before anything is made of it: each value becomes many times as long.

use super::faults;
use crate::schema::{FaultSort, SchemaFault};

/// The most bytes.
const MOST_BYTES: usize = 16 << 20;
/// The most values, where a list is two and an object is eight: so much more room they take.
const MOST_VALUES: usize = 1_000_000;

/// What is so of a text that is too large.
pub(super) fn too_large(text: &str) -> Option<SchemaFault> {
    if text.len() > MOST_BYTES {
        let message = format!("the schema has {} MiB; gate reads up to {}", text.len() >> 20, MOST_BYTES >> 20);
        return Some(faults::whole(FaultSort::TooLarge, message));
    }
    // What stands in a string counts as well: that is more, never less.
    let counted = |byte: u8| memchr::memchr_iter(byte, text.as_bytes()).count();
    let values = counted(b',') + 2 * counted(b'[') + 8 * counted(b'{');
    let message = || {
        format!(
            "the schema holds about {values} values, a list counted twice and an object eight times; gate reads up to {MOST_VALUES}: \
             shorten `examples` and `enum`, or split it"
        )
    };
    (values > MOST_VALUES).then(|| faults::whole(FaultSort::TooLarge, message()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_too_large_by_its_bytes_or_by_its_values() {
        assert_eq!(too_large("{\"examples\": [1, 2, {}]}"), None);
        assert!(too_large(&" ".repeat(MOST_BYTES + 1)).is_some_and(|fault| fault.message.contains("MiB")));
        for (item, most) in [("0", 1_000_000), ("[0]", 333_200), ("{\"a\":1}", 111_000)] {
            let text = |count: usize| format!("{{\"examples\":[{}]}}", vec![item; count].join(","));
            assert_eq!(too_large(&text(most - 20)), None, "{item}");
            assert!(too_large(&text(most + 200)).is_some_and(|fault| fault.message.contains("values")), "{item}");
        }
    }
}
