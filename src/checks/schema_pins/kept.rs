//! What a move keeps: which direction is needed, and what the two schemas come to in it.

use crate::pins::{Compatibility, Direction, Pin, Reach};
use crate::schema::{Break, Doubt, Inclusion};

/// What the needed direction came to.
pub(crate) enum Kept {
    Yes,
    Broken(Direction, Vec<Break>),
    Unknown(Vec<Doubt>),
}

impl Kept {
    /// Of what came of the two directions; a break goes before a doubt.
    pub(crate) fn of(direction: Direction, (backward, forward): (&Inclusion, &Inclusion)) -> Self {
        let needed: &[(Direction, &Inclusion)] = match direction {
            Direction::Backward => &[(Direction::Backward, backward)],
            Direction::Forward => &[(Direction::Forward, forward)],
            Direction::Full => &[(Direction::Backward, backward), (Direction::Forward, forward)],
        };
        let mut doubts = Vec::new();
        for (direction, inclusion) in needed {
            match inclusion {
                Inclusion::Broken { breaks, .. } => return Self::Broken(*direction, breaks.clone()),
                Inclusion::Unknown(more) => doubts.extend(more.iter().cloned()),
                Inclusion::Holds => {}
            }
        }
        if doubts.is_empty() { Self::Yes } else { Self::Unknown(doubts) }
    }
}

/// What a move must keep: all that either entry asks for, so that no promise ends in the range in which it would be broken; `None`: neither
/// asks for anything.
pub(crate) fn must_keep(old: &Pin, new: &Pin) -> Option<Compatibility> {
    let (one, other) = match (old.must_keep(), new.must_keep()) {
        (Some(one), Some(other)) => (one, other),
        (Some(one), None) | (None, Some(one)) => (one, one),
        (None, None) => return None,
    };
    let direction = if one.direction == other.direction { one.direction } else { Direction::Full };
    let is_transitive = one.reach == Reach::Transitive || other.reach == Reach::Transitive;
    Some(Compatibility { direction, reach: if is_transitive { Reach::Transitive } else { Reach::Last } })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::pins::Pins;
    use serde_json::Value;

    pub(in crate::checks::schema_pins) fn broken() -> Inclusion {
        let breaks = vec![Break { at: "/a".to_owned(), message: "is required".to_owned(), witness: Value::Null }];
        Inclusion::Broken { breaks, doubts: Vec::new() }
    }

    pub(in crate::checks::schema_pins) fn unknown() -> Inclusion {
        Inclusion::Unknown(vec![Doubt { at: "/b".to_owned(), message: "is a pattern".to_owned() }])
    }

    #[test]
    fn a_break_goes_before_a_doubt_and_only_the_needed_direction_counts() {
        let kept = |direction, backward, forward| Kept::of(direction, (&backward, &forward));
        assert!(matches!(kept(Direction::Full, unknown(), broken()), Kept::Broken(Direction::Forward, _)));
        assert!(matches!(kept(Direction::Backward, unknown(), broken()), Kept::Unknown(doubts) if doubts.len() == 1));
        assert!(matches!(kept(Direction::Backward, Inclusion::Holds, broken()), Kept::Yes));
    }

    #[test]
    fn a_move_keeps_what_either_entry_asks_for() {
        let pin = |asks: &str| {
            let text = format!("[[schema]]\nname = \"a\"\nrepo = \"r\"\npath = \"a.json\"\n{asks}\n");
            Pins::read("pins.toml", &text).unwrap().pins.remove(0)
        };
        let name = |old: &str, new: &str| must_keep(&pin(old), &pin(new)).map(Compatibility::name);
        let (reader, writer) = ("role = \"reader\"", "role = \"writer\"");
        assert_eq!(name(reader, writer), Some("full"));
        assert_eq!(name(writer, ""), Some("forward"));
        assert_eq!(name("", ""), None);
        assert_eq!(name("compatibility = \"backward-transitive\"", reader), Some("backward-transitive"));
        assert_eq!(name("compatibility = \"full\"", reader), Some("full"));
    }
}
