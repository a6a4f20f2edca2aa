//! What may stand at a place of a workflow: kinds of values, keys, and what their expressions may name.

use crate::formats::expression::Allowed;

/// Which texts are taken. A number, a boolean and null are read as the text they are, where only a text is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Texts {
    None,
    Any,
    NotEmpty,
    OneOf(&'static [&'static str]),
}

/// What a value may be; several kinds at once are several choices.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) null: bool,
    pub(super) boolean: bool,
    pub(super) number: bool,
    pub(super) texts: Texts,
    pub(super) list: Items,
    /// Of several, the keys that are there say which one is meant.
    pub(super) maps: &'static [&'static Mapping],
    /// None: what the value around it sees.
    pub(super) sees: Option<&'static Allowed>,
}

/// What the items of a list are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Items {
    /// No list is taken.
    None,
    /// Each is what may also stand here alone.
    Same,
    Of(&'static Shape),
}

/// The keys of a mapping.
#[derive(Debug)]
pub(super) struct Mapping {
    pub(super) keys: &'static [Key],
    /// The value of every other key; none: there is no other.
    pub(super) others: Option<&'static Shape>,
}

/// A key and its value.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) need: Need,
    pub(super) value: &'static Shape,
}

/// Whether a key has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Must,
    May,
}

/// A key that has to be there.
pub(super) const fn must(name: &'static str, value: &'static Shape) -> Key {
    Key { name, need: Need::Must, value }
}

/// A key that may be left out.
pub(super) const fn may(name: &'static str, value: &'static Shape) -> Key {
    Key { name, need: Need::May, value }
}

impl Mapping {
    pub(super) const fn of(keys: &'static [Key]) -> Self {
        Self { keys, others: None }
    }

    /// Names of the author's own.
    pub(super) const fn named(value: &'static Shape) -> Self {
        Self { keys: &[], others: Some(value) }
    }

    pub(super) const fn and_others(self, value: &'static Shape) -> Self {
        Self { others: Some(value), ..self }
    }

    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

impl Shape {
    const NOTHING: Self = Self { null: false, boolean: false, number: false, texts: Texts::None, list: Items::None, maps: &[], sees: None };

    pub(super) const fn null() -> Self {
        Self { null: true, ..Self::NOTHING }
    }

    pub(super) const fn boolean() -> Self {
        Self { boolean: true, ..Self::NOTHING }
    }

    pub(super) const fn number() -> Self {
        Self { number: true, ..Self::NOTHING }
    }

    pub(super) const fn text() -> Self {
        Self { texts: Texts::Any, ..Self::NOTHING }
    }

    pub(super) const fn name() -> Self {
        Self { texts: Texts::NotEmpty, ..Self::NOTHING }
    }

    pub(super) const fn word(words: &'static [&'static str]) -> Self {
        Self { texts: Texts::OneOf(words), ..Self::NOTHING }
    }

    pub(super) const fn list(item: &'static Shape) -> Self {
        Self { list: Items::Of(item), ..Self::NOTHING }
    }

    pub(super) const fn map(maps: &'static [&'static Mapping]) -> Self {
        Self { maps, ..Self::NOTHING }
    }

    pub(super) const fn or_null(self) -> Self {
        Self { null: true, ..self }
    }

    pub(super) const fn or_boolean(self) -> Self {
        Self { boolean: true, ..self }
    }

    pub(super) const fn or_number(self) -> Self {
        Self { number: true, ..self }
    }

    pub(super) const fn or_list(self, item: &'static Shape) -> Self {
        Self { list: Items::Of(item), ..self }
    }

    /// One of them, or a list.
    pub(super) const fn or_several(self) -> Self {
        Self { list: Items::Same, ..self }
    }

    pub(super) const fn or_map(self, maps: &'static [&'static Mapping]) -> Self {
        Self { maps, ..self }
    }

    pub(super) const fn seeing(self, sees: &'static Allowed) -> Self {
        Self { sees: Some(sees), ..self }
    }
}

pub(super) static BOOLEAN: Shape = Shape::boolean();
pub(super) static NUMBER: Shape = Shape::number();
pub(super) static TEXT: Shape = Shape::text();
pub(super) static NAME: Shape = Shape::name();
pub(super) static NAMES: Shape = Shape::list(&NAME);
pub(super) static NAME_OR_NAMES: Shape = Shape::name().or_several();
pub(super) static SCALAR: Shape = Shape::text().or_boolean().or_number();
pub(super) static ANYTHING: Shape = Shape::text().or_null().or_boolean().or_number().or_list(&ANYTHING).or_map(&[&ANY_KEYS]);
static ANY_KEYS: Mapping = Mapping::named(&ANYTHING);
