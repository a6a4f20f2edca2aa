//! The functions of expressions and how many arguments each takes.

use super::Error;

/// A function by its name in lowercase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(super) least: usize,
    pub(super) most: usize,
}

impl Function {
    pub(super) const fn new(name: &'static str, least: usize, most: usize) -> Self {
        Self { name, least, most }
    }

    /// Whether it takes so many arguments; `start` is where its name stands.
    pub(super) fn takes(self, count: usize, start: usize) -> Result<(), Error> {
        let name = self.name;
        if count < self.least {
            return Err(Error::at(start, format!("too few arguments for `{name}`: {count}, it takes at least {}", self.least)));
        }
        if count > self.most {
            return Err(Error::at(start, format!("too many arguments for `{name}`: {count}, it takes at most {}", self.most)));
        }
        if name == "case" && count.is_multiple_of(2) {
            return Err(Error::at(start, format!("an even number of arguments for `case`: {count}")));
        }
        Ok(())
    }
}

/// The functions that stand everywhere.
pub(super) const EVERYWHERE: &[Function] = &[
    Function::new("case", 3, usize::MAX),
    Function::new("contains", 2, 2),
    Function::new("endswith", 2, 2),
    Function::new("format", 1, MAX_FORMAT),
    Function::new("fromjson", 1, 1),
    Function::new("join", 1, 2),
    Function::new("startswith", 2, 2),
    Function::new("tojson", 1, 1),
];

/// The most arguments of `format`, its text included.
pub(super) const MAX_FORMAT: usize = 255;

/// Those that ask how the run stands.
pub(super) const STATUS: [&str; 4] = ["always", "cancelled", "failure", "success"];
