//! Scripts as they were read. Workflows say the same few things again and again: the same text is read once.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use crate::formats::fault::Fault;
use crate::formats::shell::{Script, parse};

use super::invocations::{Invocation, invocations};

/// How much text is kept in all, in bytes: its trees take many times the room.
const KEPT: usize = 32 << 10;
/// The longest text that is kept: longer ones hardly stand twice.
const LONG: usize = 160;

/// A script and its commands.
#[derive(Debug)]
pub(crate) struct ReadScript {
    pub(crate) script: Result<Script, Fault>,
    /// Every command anywhere in it; none of one that is no script of the shell.
    pub(crate) commands: Vec<Invocation>,
}

impl ReadScript {
    fn of(text: &str) -> Rc<Self> {
        let script = parse(text);
        let commands = script.as_ref().map(invocations).unwrap_or_default();
        Rc::new(Self { script, commands })
    }
}

/// The scripts that were read so far, as far as they are kept.
#[derive(Debug, Default)]
pub(crate) struct Scripts {
    by_text: RefCell<HashMap<String, Rc<ReadScript>>>,
    kept: Cell<usize>,
}

impl Scripts {
    /// Reads a script, or gives back what the same text came to before.
    pub(crate) fn read(&self, text: &str) -> Rc<ReadScript> {
        if text.len() > LONG {
            return ReadScript::of(text);
        }
        if let Some(known) = self.by_text.borrow().get(text) {
            return Rc::clone(known);
        }
        let read = ReadScript::of(text);
        let kept = self.kept.get() + text.len();
        if kept <= KEPT {
            self.kept.set(kept);
            self.by_text.borrow_mut().insert(text.to_owned(), Rc::clone(&read));
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_read_once_and_comes_to_the_same() {
        let scripts = Scripts::default();
        let (first, again) = (scripts.read("make && make test"), scripts.read("make && make test"));
        assert!(Rc::ptr_eq(&first, &again));
        assert_eq!((first.commands.len(), scripts.read("make &&").script.is_err()), (2, true));
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let scripts = Scripts::default();
        let long = "x".repeat(LONG + 1);
        assert!(!Rc::ptr_eq(&scripts.read(&long), &scripts.read(&long)));
        for number in 0..2 * KEPT / LONG {
            scripts.read(&format!("{number:0width$}", width = LONG));
        }
        assert!(scripts.kept.get() <= KEPT && scripts.by_text.borrow().len() <= KEPT / LONG);
        assert_eq!(scripts.read("true").commands.len(), 1);
    }
}
