//! Rules as a table: one in a line, and all of them in its order.

/// The rules of a kind, one in a line of a table: static values, and `ALL` of them in the order of the documentation.
macro_rules! rules {
    ($kind:literal: $($name:ident = $id:literal, $level:ident, $answer:ident, $summary:literal, $help:literal;)*) => {
        $(pub(super) static $name: $crate::check::Rule = $crate::check::Rule {
            id: concat!($kind, "/", $id),
            level: $crate::check::Level::$level,
            answer: $crate::check::Answer::$answer,
            summary: $summary,
            help: $help,
        };)*
        /// All of them, as they are documented.
        pub(super) static ALL: &[&$crate::check::Rule] = &[$(&$name),*];
    };
}
pub(super) use rules;
