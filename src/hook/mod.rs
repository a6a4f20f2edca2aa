//! The pre-push hook: what git tells it, who else has hooks, the lines that call gate, and the pushes that went past it.

mod bypass;
mod owner;
mod push;
mod script;

pub(crate) use bypass::{BYPASSES, Bypass, is_asked_for, standing};
pub(crate) use owner::{Owner, Signs, owner_of};
pub(crate) use push::Push;
pub(crate) use script::{Form, State, begins_as_shell, insert, remove, state, written};
