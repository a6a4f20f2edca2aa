//! The pre-push hook: what git tells it, who else has hooks, and the lines that call gate.

mod owner;
mod push;
mod script;

pub(crate) use owner::{Owner, Signs, owner_of};
pub(crate) use push::Push;
pub(crate) use script::{Form, State, begins_as_shell, insert, into_lefthook, remove, root_of, stand_first, state, written};
